"""CTX202: a WebSocket route asks for an HTTP request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxlint.finding import Applicability, Level
from ctxlint.rules.base import Detector

if TYPE_CHECKING:
    from ctxlint.config.settings import Settings


class RequestParameterInWebsocket(Detector):
    """Finds parameters for which FastAPI has no request to give."""

    code = "CTX202"
    name = "request-parameter-in-websocket"
    message = "a WebSocket route asks for an HTTP request"
    level = Level.ERROR
    levels = "error"
    in_tests = False
    fixes: tuple[Applicability, ...] = ()  # the code must get along with an HTTPConnection first

    def triggers(self, settings: Settings) -> tuple[tuple[str, ...], ...]:
        """The words that make a route of a WebSocket, and the package that serves it."""
        return ("websocket",), ("fastapi",)
