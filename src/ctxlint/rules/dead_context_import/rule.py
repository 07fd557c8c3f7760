"""CTX301: the deprecated twin of a session getter is imported, and nothing uses it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxlint.finding import Applicability, Level
from ctxlint.rules.base import Detector

if TYPE_CHECKING:
    from ctxlint.config.settings import Settings


class DeadContextImport(Detector):
    """Finds imports of what a getter replaces that nothing in the file uses."""

    code = "CTX301"
    name = "dead-context-import"
    message = "the deprecated twin of a session getter is imported and never used"
    level = Level.ERROR
    levels = "error for an unfinished rename, note otherwise"
    in_tests = True
    fixes: tuple[Applicability, ...] = (Applicability.SAFE, Applicability.UNSAFE)

    def triggers(self, settings: Settings) -> tuple[tuple[str, ...], ...]:
        """A piece of the name of what some getter replaces."""
        replaced = [name for getter in settings.contract.getters for name in getter.replaces]
        return (tuple(name.rpartition(".")[2].partition("*")[0] for name in replaced),)
