"""CTX202: a WebSocket route asks for an HTTP request."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ctxlint.finding import Applicability, Level
from ctxlint.rules.base import Detector

if TYPE_CHECKING:
    from ctxlint.config.settings import Settings
    from ctxlint.finding import Edit, Finding
    from ctxlint.source import SourceFile


class RequestParameterInWebsocket(Detector):
    """Finds parameters for which FastAPI has no request to give."""

    code = "CTX202"
    name = "request-parameter-in-websocket"
    message = "a WebSocket route asks for an HTTP request"
    level = Level.ERROR
    levels = "error"
    in_tests = False
    fixes: tuple[Applicability, ...] = ()

    def triggers(self, settings: Settings) -> tuple[tuple[str, ...], ...]:
        """The words that make a route of a WebSocket, and the package that serves it."""
        return ("websocket",), ("fastapi",)

    def edits(
        self, file: SourceFile, settings: Settings, findings: Sequence[Finding]
    ) -> tuple[Edit, ...]:
        """None: what reads the request must get along with an HTTPConnection first."""
        return ()
