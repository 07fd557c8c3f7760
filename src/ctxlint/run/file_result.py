"""The results of the files of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ctxlint.contract.contract import Summary
    from ctxlint.finding import Finding
    from ctxlint.project.discovery import Target
    from ctxlint.run.usage_counts import UsageCounts


class Change(NamedTuple):
    """The change of a fix to the bytes of a file, made or planned."""

    before: bytes
    after: bytes


class FileResult(NamedTuple):
    """The result of one file; `findings` remain, at positions in `lines`.

    `suppressed` are those that noqa comments silence, where the file was only checked;
    `newly_suppressed` those that such comments were written for; `sink_wrappers` are the names in
    it by which other files reach a getter, with the `summaries` of functions; `dependencies` what
    it depends on beside the file, as `Project.opened` has it; `digest` tells the content of a
    candidate from others, for the cache; `usage` is what it has of the contract, for the audit;
    `getter_calls` how many calls of getters, themselves or through other functions, it has; it
    `is_closed` where its calls into other files are not followed, as they lead to too much code.
    """

    name: str
    findings: tuple[Finding, ...] = ()
    suppressed: tuple[Finding, ...] = ()
    fixed: tuple[Finding, ...] = ()
    newly_suppressed: tuple[Finding, ...] = ()
    lines: tuple[str, ...] = ()
    change: Change | None = None
    error: str | None = None
    sink_wrappers: frozenset[str] = frozenset()
    summaries: frozenset[Summary] = frozenset()
    is_candidate: bool = True
    is_skipped_test: bool = False
    dependencies: tuple[tuple[str, str | None], ...] = ()
    digest: str | None = None
    usage: UsageCounts | None = None
    getter_calls: int = 0
    is_closed: bool = False


def untouched(target: Target) -> FileResult:
    """The outcome of a file in which no rule finds a word that it looks for."""
    return FileResult(target.display, is_candidate=False, is_skipped_test=target.is_skipped)


class Report(NamedTuple):
    """The results of all files, in the order of their names.

    `untouched` are those in which no rule finds a word that it looks for, as in most.
    """

    outcomes: tuple[FileResult, ...]
    untouched: tuple[Target, ...] = ()

    @property
    def findings(self) -> list[Finding]:
        """The findings that remain, sorted."""
        found = (finding for outcome in self.outcomes for finding in outcome.findings)
        return sorted(found, key=lambda finding: finding.sort_key)

    @property
    def suppressed(self) -> list[Finding]:
        """The findings that noqa comments silence, sorted."""
        found = (finding for outcome in self.outcomes for finding in outcome.suppressed)
        return sorted(found, key=lambda finding: finding.sort_key)

    @property
    def fixed(self) -> list[Finding]:
        """The findings that were fixed, or would be."""
        return [finding for outcome in self.outcomes for finding in outcome.fixed]

    @property
    def newly_suppressed(self) -> list[Finding]:
        """The findings that noqa comments were written for, or would be."""
        return [finding for outcome in self.outcomes for finding in outcome.newly_suppressed]

    @property
    def errors(self) -> list[str]:
        """A line for each file that could not be checked or written."""
        return [outcome.error for outcome in self.outcomes if outcome.error]

    @property
    def getter_calls(self) -> int:
        """How many calls of getters there are in what was checked by the rules for production."""
        return sum(o.getter_calls for o in self.outcomes if not o.is_skipped_test)

    @property
    def closed(self) -> list[str]:
        """The names of the files whose calls into other files are not followed."""
        return [outcome.name for outcome in self.outcomes if outcome.is_closed]

    @property
    def skipped_tests(self) -> int:
        """How many files were skipped because they are tests."""
        touched = sum(outcome.is_skipped_test for outcome in self.outcomes)
        return touched + sum(target.is_skipped for target in self.untouched)

    @property
    def checked(self) -> int:
        """How many files were checked, by the rules for production code too."""
        errors = sum(not o.is_skipped_test for o in self.outcomes if o.error)
        return len(self.outcomes) + len(self.untouched) - self.skipped_tests - errors


def report_of(files: Mapping[str, Target], outcomes: Mapping[str, FileResult]) -> Report:
    """The report on files, by their paths: each has an outcome, or is untouched."""
    touched = tuple(outcomes[path] for path in files if path in outcomes)
    return Report(touched, tuple(t for path, t in files.items() if path not in outcomes))
