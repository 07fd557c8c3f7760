"""A run over many files, whose flows may cross from one to another."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from ctxlint import engine
from ctxlint.engine import Checked
from ctxlint.outcome import Change, Outcome, Report
from ctxlint.project import Project, read_bytes
from ctxlint.rules import UNUSED_SUPPRESSION

if TYPE_CHECKING:
    from ctxlint.discovery import Target
    from ctxlint.finding import Finding

    Job = Callable[[Target], Outcome]

_STEPS = 3  # imports followed from a call to the function, which packages may export again
Callers = Mapping[str, set[str]]  # functions that lead to a getter: their names, and their files


def run(job: Job, targets: Iterable[Target], project: Project | None = None) -> Report:
    """The report of a job, as `check_file` or `fix_file` do, on each target.

    With a project, the files that call functions of other files which lead to a getter are looked
    at again, until no more such functions turn up.
    """
    if project is None:
        return Report(tuple(map(job, targets)))
    outcomes = {target: job(joined(target, ())) for target in targets}
    others = [target for target, outcome in outcomes.items() if not outcome.is_followed]
    callers = _imported_callers(others, project)
    known: set[tuple[str, str]] = set()
    while new := _pairs(callers, outcomes) - known:
        known |= new
        for name, path in new:
            callers[name].add(path)
        for target, outcome in outcomes.items():
            if _calls(target.path, new, project):
                names = _within_reach(target.path, callers, project)
                outcomes[target] = _merged(outcome, job(joined(target, names)))
    return Report(tuple(_rehomed(list(outcomes.values()), project)))


def _pairs(callers: Callers, outcomes: Mapping[Target, Outcome]) -> set[tuple[str, str]]:
    """Each function that leads to a getter, with each file that has one of this name."""
    found = {(name, path) for name, paths in callers.items() for path in paths}
    for target, outcome in outcomes.items():
        found |= {(name, os.path.abspath(target.path)) for name in outcome.callers}
    return found


def _calls(path: str, functions: set[tuple[str, str]], project: Project) -> bool:
    """Whether a file may call one of these: it has the name, and few imports lead to the file."""
    data = read_bytes(path)
    homes = {home for name, home in functions if name.encode() in data}
    return bool(homes) and not homes.isdisjoint(project.reach(os.path.abspath(path), _STEPS))


def _within_reach(path: str, callers: Callers, project: Project) -> list[str]:
    """The functions that calls in a file may lead to, itself or by way of others."""
    reached = project.reach(os.path.abspath(path))
    return [name for name, homes in callers.items() if not reached.isdisjoint(homes)]


def _merged(first: Outcome, second: Outcome) -> Outcome:
    """What became of a file in two rounds: the second began where the first ended, or anew."""
    if first.change is None or (second.change and second.change.before == first.change.before):
        return second
    after = second.change.after if second.change else first.change.after
    change = Change(first.change.before, after)
    return replace(second, fixed=first.fixed + second.fixed, change=change)


def _rehomed(outcomes: list[Outcome], project: Project) -> Iterator[Outcome]:
    """The outcomes, with each finding in that of the file where it stands."""
    moved: dict[str, Checked] = defaultdict(lambda: Checked([], []))
    used: dict[str, set[int]] = defaultdict(set)  # rows where noqa comments suppress what moves
    for outcome in outcomes:
        for finding in outcome.findings:
            moved[finding.filename].findings.append(finding)
        for finding in outcome.suppressed:
            moved[finding.filename].suppressed.append(finding)
            if finding.filename != outcome.name:
                used[finding.filename].add(finding.span.start.row)
    for outcome in outcomes:
        found = moved[outcome.name]
        yield replace(
            outcome,
            findings=tuple(f for f in found.findings if not _is_used(f, used[outcome.name])),
            suppressed=tuple(found.suppressed),
            lines=outcome.lines or _lines(outcome, found, project),
        )


def _is_used(finding: Finding, rows: set[int]) -> bool:
    """Whether a noqa is called unused that suppresses what another file brings to its row."""
    return finding.code == UNUSED_SUPPRESSION.code and finding.span.start.row in rows


def _lines(outcome: Outcome, found: Checked, project: Project) -> tuple[str, ...]:
    """The lines of a file in which only other files have findings."""
    if not found.findings and not found.suppressed:
        return ()
    return tuple(project.checked(outcome.name).lines)


def project_of(targets: Iterable[Target]) -> Project:
    """The project that files belong to: their import roots, and what they are called."""
    files = list(targets)
    roots = {os.path.abspath(root) for target in files for root in target.settings.src}
    shown = {os.path.abspath(target.path): target.display for target in files}
    return Project(sorted(roots, key=len, reverse=True), shown)


def joined(target: Target, callers: Iterable[str]) -> Target:
    """The target, told of the functions of other files that lead to a getter."""
    contract = replace(target.settings.contract, callers=frozenset(callers))
    return replace(target, settings=replace(target.settings, contract=contract))


def _imported_callers(targets: Iterable[Target], project: Project) -> defaultdict[str, set[str]]:
    """The functions that lead to a getter in the modules which files import but no run checks.

    Only files that name a source are looked at: the others have nothing to hand over.
    """
    callers: defaultdict[str, set[str]] = defaultdict(set)
    seen: set[str] = set()
    for target in targets:
        contract = target.settings.contract
        if _has(read_bytes(target.path), contract.source_words):
            paths = project.imports(os.path.abspath(target.path)) - seen
            seen |= paths
            for path in paths:
                if not project.is_checked(path) and _has(read_bytes(path), contract.getter_words):
                    for name in _callers(path, target, project):
                        callers[name].add(path)
    return callers


def _callers(path: str, target: Target, project: Project) -> frozenset[str]:
    source = project.source(path)
    if source is None:
        return frozenset()
    with suppress(RecursionError):  # a module that cannot be analysed is opaque
        return engine.reach(source, joined(target, ()).settings)[1]
    return frozenset()


def _has(data: bytes, words: Iterable[str]) -> bool:
    return any(word.encode() in data for word in words)
