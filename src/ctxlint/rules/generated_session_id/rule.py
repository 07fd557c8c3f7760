"""CTX101: a generated thread or run ID reaches a session getter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxlint.finding import Applicability, Level
from ctxlint.rules.base import Detector

if TYPE_CHECKING:
    from ctxlint.config.settings import Settings


class GeneratedSessionId(Detector):
    """Follows generated IDs to the ID parameters of session getters."""

    code = "CTX101"
    name = "generated-session-id"
    message = "a generated ID reaches a session getter"
    level = Level.ERROR
    levels = "error, warning for minor IDs"
    in_tests = False
    fixes: tuple[Applicability, ...] = (Applicability.SAFE, Applicability.UNSAFE)

    def triggers(self, settings: Settings) -> tuple[tuple[str, ...], ...]:
        """The name of what leads to a getter, and a piece of a source's if no file has helpers."""
        contract = settings.contract
        if contract.sink_wrappers is None:
            return contract.getter_words, contract.source_words
        return ((*contract.getter_words, *contract.sink_wrappers),)
