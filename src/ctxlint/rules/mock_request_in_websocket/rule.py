"""CTX201: WebSocket code fakes an HTTP request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxlint.finding import Applicability, Level
from ctxlint.rules.base import Detector

if TYPE_CHECKING:
    from ctxlint.config.settings import Settings


class MockRequestInWebsocket(Detector):
    """Finds requests that are made up where there is a WebSocket."""

    code = "CTX201"
    name = "mock-request-in-websocket"
    message = "a fake HTTP request in WebSocket code"
    level = Level.ERROR
    levels = "error if it must raise, warning otherwise"
    in_tests = False
    fixes: tuple[Applicability, ...] = ()  # what gets the fake must accept another type first

    def triggers(self, settings: Settings) -> tuple[tuple[str, ...], ...]:
        """Trigger words: a way to fake a request, its module, and a word of WebSocket code."""
        fakes = settings.contract.request_doubles
        return fakes.words, fakes.origins, fakes.websocket_words
