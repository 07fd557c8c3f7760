"""CTX001: a noqa comment names a code of ctxlint that suppresses nothing there."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import product
from typing import TYPE_CHECKING

from ctxlint.finding import Applicability, Level
from ctxlint.rules.base import SuppressionRule

if TYPE_CHECKING:
    from ctxlint.config.settings import Settings
    from ctxlint.finding import Finding
    from ctxlint.source import SourceFile

_PREFIX = "CTX"
_NOQA = tuple(map("".join, product("nN", "oO", "qQ", "aA")))


class UnusedSuppression(SuppressionRule):
    """Finds codes in noqa comments that suppress nothing; `known` are those of the other rules."""

    code = "CTX001"
    name = "unused-suppression"
    message = "a noqa comment suppresses nothing"
    level = Level.WARNING
    levels = "warning"
    in_tests = True
    fixes: tuple[Applicability, ...] = (Applicability.SAFE,)

    def __init__(self, known: Sequence[str]) -> None:
        self.known = known

    def triggers(self, settings: Settings) -> tuple[tuple[str, ...], ...]:
        """The beginning of our codes, and noqa in any case."""
        return ((_PREFIX,), _NOQA)

    def check(
        self, file: SourceFile, used: Iterable[tuple[int, str]], ran: Collection[str]
    ) -> Iterator[Finding]:
        """One finding for each code, at the code.

        `used` has the row and code of all that noqa comments may suppress, and `ran` the codes of
        the rules that ran: no others are judged. `# flake8: noqa` switches this rule off as well.
        """
        found: Iterator[Finding] = self.detection.check(self, file, used, ran)
        return found
