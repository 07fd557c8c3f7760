"""A run over many files, whose flows may cross from one to another."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from ctxlint import engine
from ctxlint.engine import Checked
from ctxlint.outcome import Change, Outcome, Report
from ctxlint.project import Project
from ctxlint.rules import UNUSED_SUPPRESSION

if TYPE_CHECKING:
    from ctxlint.discovery import Target
    from ctxlint.finding import Finding

    Job = Callable[[Target], Outcome]

_STEPS = 3  # imports followed from a call to the function, which packages may export again


def run(job: Job, targets: Iterable[Target], project: Project | None = None) -> Report:
    """The report of a job, as `check_file` or `fix_file` do, on each target.

    With a project, the files that call functions of other files which lead to a getter are looked
    at again, until no more such functions turn up.
    """
    if project is None:
        return Report(tuple(map(job, targets)))
    outcomes = {target: job(joined(target, ())) for target in targets}
    consulted = _consulted(outcomes, project)
    found = {path: _callers(path, target, (), project) for path, target in consulted.items()}
    homes: defaultdict[str, set[str]] = defaultdict(set)
    known: set[tuple[str, str]] = set()
    while new := _pairs(outcomes, found) - known:
        known |= new
        added: defaultdict[str, set[str]] = defaultdict(set)
        for name, path in new:
            added[name].add(path)
            homes[name].add(path)
        for path, target in consulted.items():
            if _calls(path, added, project):
                names = _within_reach(path, homes, project)
                found[path] = _callers(path, target, names, project)
        for target, outcome in outcomes.items():
            if _calls(target.path, added, project):
                names = _within_reach(target.path, homes, project)
                outcomes[target] = _merged(outcome, job(joined(target, names)))
    changed = {outcome.name for outcome in outcomes.values() if outcome.change}
    for target, outcome in outcomes.items():
        if _leads_through(outcome, changed - {outcome.name}):
            names = _within_reach(target.path, homes, project)
            outcomes[target] = _merged(outcome, job(joined(target, names)))
    return Report(tuple(_rehomed(list(outcomes.values()), project)))


def _leads_through(outcome: Outcome, files: Collection[str]) -> bool:
    """Whether the trace of a finding that remains has a step in one of these files."""
    return any(step.filename in files for f in outcome.findings for step in f.trace)


def _pairs(
    outcomes: Mapping[Target, Outcome], found: Mapping[str, frozenset[str]]
) -> set[tuple[str, str]]:
    """Each function that leads to a getter, with each file that has one of this name."""
    callers = {os.path.abspath(target.path): o.callers for target, o in outcomes.items()}
    return {(name, path) for path, names in {**found, **callers}.items() for name in names}


def _calls(path: str, homes: Mapping[str, set[str]], project: Project) -> bool:
    """Whether a file may call a function: it has the name, and few imports lead to its home."""
    data = project.read(path)
    named = [paths for name, paths in homes.items() if name.encode() in data]
    return bool(named) and not project.reach(os.path.abspath(path), _STEPS).isdisjoint(
        set().union(*named)
    )


def _within_reach(path: str, homes: Mapping[str, set[str]], project: Project) -> list[str]:
    """The functions that calls in a file may lead to, itself or by way of others."""
    reached = project.reach(os.path.abspath(path))
    return [name for name, paths in homes.items() if not reached.isdisjoint(paths)]


def _merged(first: Outcome, second: Outcome) -> Outcome:
    """What became of a file in two rounds: the second began where the first ended, or anew."""
    if first.change is None or (second.change and second.change.before == first.change.before):
        return second
    after = second.change.after if second.change else first.change.after
    change = Change(first.change.before, after)
    return replace(second, fixed=first.fixed + second.fixed, change=change)


def _rehomed(outcomes: list[Outcome], project: Project) -> Iterator[Outcome]:
    """The outcomes, with each finding in that of the file where it stands, once.

    What a class inherits from one file and hands to another, its heirs in further files do too.
    """
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
            findings=tuple(
                f for f in dict.fromkeys(found.findings) if not _is_used(f, used[outcome.name])
            ),
            suppressed=tuple(dict.fromkeys(found.suppressed)),
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


def project_of(targets: Iterable[Target], data: bytes | None = None) -> Project:
    """The project that files belong to: their import roots, and what they are called.

    `data` is the content of the only file where that is at hand.
    """
    files = list(targets)
    roots = {os.path.abspath(root) for target in files for root in target.settings.src}
    shown = {os.path.abspath(target.path): target.display for target in files}
    project = Project(sorted(roots, key=len, reverse=True), shown)
    if data is not None:
        for path in shown:
            project.replace(path, data)
    return project


def joined(target: Target, callers: Iterable[str]) -> Target:
    """The target, told of the functions of other files that lead to a getter."""
    contract = replace(target.settings.contract, callers=frozenset(callers))
    return replace(target, settings=replace(target.settings, contract=contract))


def _consulted(targets: Iterable[Target], project: Project) -> dict[str, Target]:
    """The modules that no run checks but files import, each with one of these files.

    A file that the user named may get all that it hands over from modules, and these from others.
    Of the files in folders only those that name a source are looked at, to save time: what they
    import is checked as well, as a rule.
    """
    consulted: dict[str, Target] = {}
    for target in targets:
        path = os.path.abspath(target.path)
        if target.is_named:
            paths = project.reach(path)
        elif _has(project.read(path), target.settings.contract.source_words):
            paths = set(project.imports(path))
        else:
            continue
        consulted |= {other: target for other in paths if not project.is_checked(other)}
    return consulted


def _callers(path: str, target: Target, names: Collection[str], project: Project) -> frozenset[str]:
    """The functions that lead to a getter in a module which the file of a target imports."""
    settings = joined(target, names).settings
    if not _has(project.read(path), (*settings.contract.getter_words, *names)):
        return frozenset()
    source = project.source(path)
    if source is None:
        return frozenset()
    with suppress(RecursionError):  # a module that cannot be analysed is opaque
        return engine.reach(source, settings)
    return frozenset()


def _has(data: bytes, words: Iterable[str]) -> bool:
    return any(word.encode() in data for word in words)
