"""The base of all rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol

from ctxlint.finding import Applicability, Edit, Finding, Level

if TYPE_CHECKING:
    from ctxlint.config.settings import Settings
    from ctxlint.remedy.plan import Plan
    from ctxlint.source import SourceFile


class Rule(Protocol):
    """One rule: pure, so no I/O, printing or suppression.

    `in_tests`: whether it applies to test files too; `level`: the worst one of its findings, and
    `levels` in words which of them has which; `fixes`: the kinds of fix they may have. What it
    finds and how it is fixed is in the module `detection` beside it.
    """

    code: str
    name: str
    message: str
    level: Level
    levels: str
    in_tests: bool
    fixes: tuple[Applicability, ...]

    def triggers(self, settings: Settings) -> tuple[tuple[str, ...], ...]:
        """Words: without one from each group, a file and its path have no finding."""

    @property
    def detection(self) -> Any:
        """The module with `check`, `edits` and, if its fixes are plans, `plan`.

        It is imported only for a file that may have a finding.
        """
        return import_module(f"{type(self).__module__.rpartition('.')[0]}.detection")

    def edits(
        self, file: SourceFile, settings: Settings, findings: Sequence[Finding]
    ) -> tuple[Edit, ...]:
        """The edits that fix these findings together; all of them have a fix."""
        if not self.fixes:
            return ()
        edits: tuple[Edit, ...] = self.detection.edits(self, file, settings, findings)
        return edits

    def plan(
        self, file: SourceFile, settings: Settings, findings: Sequence[Finding]
    ) -> Plan | None:
        """The plan that these edits carry out; None of a rule whose fixes are edits alone."""
        make = getattr(self.detection, "plan", None)
        plan: Plan | None = make(self, file, settings, findings) if make else None
        return plan


class SuppressionRule(Rule, Protocol):
    """The rule about noqa comments; `known` are the codes of the others."""

    known: Sequence[str]


class Detector(Rule, Protocol):
    """A rule about code; the one about noqa comments also needs what these find."""

    def check(self, file: SourceFile, settings: Settings, *, edits: bool) -> Iterator[Finding]:
        """The findings of one file; without `edits`, that a fix exists is all that they say of it.

        Edits may take LibCST, and may show that there is no fix.
        """
        found: Iterator[Finding] = self.detection.check(self, file, settings, edits=edits)
        return found
