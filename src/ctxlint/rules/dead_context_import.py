"""CTX301: the deprecated twin of a session getter is imported, and nothing uses it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ctxlint.finding import Applicability, Level

if TYPE_CHECKING:
    from ctxlint.config import Settings
    from ctxlint.finding import Edit, Finding
    from ctxlint.source import SourceFile


class DeadContextImport:
    """Finds imports of what a getter replaces that nothing in the file uses."""

    code = "CTX301"
    name = "dead-context-import"
    message = "the deprecated twin of a session getter is imported and never used"
    level = Level.ERROR
    in_tests = True
    fixes: tuple[Applicability, ...] = (Applicability.SAFE, Applicability.UNSAFE)

    def triggers(self, settings: Settings) -> tuple[tuple[str, ...], ...]:
        """A piece of the name of what some getter replaces."""
        replaced = [name for getter in settings.contract.getters for name in getter.replaces]
        return (tuple(name.rpartition(".")[2].partition("*")[0] for name in replaced),)

    def check(self, file: SourceFile, settings: Settings) -> Iterator[Finding]:
        """One finding for each imported name, at the name."""
        from ctxlint.detect import dead_context_import  # noqa: PLC0415 - most files have no candidate

        return dead_context_import.check(self, file, settings)

    def edits(
        self, file: SourceFile, settings: Settings, findings: Sequence[Finding]
    ) -> tuple[Edit, ...]:
        """The fixes together, so that a statement goes if all of its names do."""
        from ctxlint.detect import dead_context_import  # noqa: PLC0415

        return dead_context_import.edits(self, file, settings, findings)
