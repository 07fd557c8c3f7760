"""CTX101: a generated thread or run ID reaches a session getter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ctxlint.finding import Applicability, Level

if TYPE_CHECKING:
    from ctxlint.config import Settings
    from ctxlint.finding import Edit, Finding
    from ctxlint.source import SourceFile


class GeneratedSessionId:
    """Follows generated IDs to the ID parameters of session getters."""

    code = "CTX101"
    name = "generated-session-id"
    message = "a generated ID reaches a session getter"
    level = Level.ERROR
    in_tests = False
    fixes: tuple[Applicability, ...] = (Applicability.SAFE, Applicability.UNSAFE)

    def triggers(self, settings: Settings) -> tuple[tuple[str, ...], ...]:
        """The name of what leads to a getter, and a piece of a source's if no file has helpers."""
        contract = settings.contract
        if contract.callers is None:
            return contract.getter_words, contract.source_words
        return ((*contract.getter_words, *contract.callers),)

    def check(self, file: SourceFile, settings: Settings) -> Iterator[Finding]:
        """One finding for each getter call that a generated ID can reach."""
        from ctxlint.detect import generated_session_id  # noqa: PLC0415 - most files have no candidate

        return generated_session_id.check(self, file, settings)

    def edits(
        self, file: SourceFile, settings: Settings, findings: Sequence[Finding]
    ) -> tuple[Edit, ...]:
        """The fixes as one plan, so that what several of them leave without a reader goes too."""
        from ctxlint.detect import generated_session_id  # noqa: PLC0415

        return generated_session_id.edits(self, file, settings, findings)
