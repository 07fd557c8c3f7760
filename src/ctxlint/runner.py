"""A run over many files, whose flows may cross from one to another."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from ctxlint import engine
from ctxlint.engine import Checked
from ctxlint.outcome import Change, Outcome, Report
from ctxlint.project import Project
from ctxlint.rules import UNUSED_SUPPRESSION

if TYPE_CHECKING:
    from ctxlint.contract import Contract
    from ctxlint.discovery import Target
    from ctxlint.finding import Finding

    Job = Callable[[Target], Outcome]

_IMPORT = re.compile(rb"^[ \t]*(?:from[ \t]+([.\w]+)[ \t]+import|import[ \t]+([\w., \t]+))", re.M)


def run(job: Job, targets: Iterable[Target], project: Project | None = None) -> Report:
    """The report of a job, as `check_file` or `fix_file` do, on each target.

    With a project, the files that call functions of other files which lead to a getter are looked
    at again, until no more such functions turn up.
    """
    if project is None:
        return Report(tuple(map(job, targets)))
    outcomes = {target: job(joined(target, frozenset())) for target in targets}
    others = [target for target, outcome in outcomes.items() if not outcome.is_followed]
    names = imported_callers(others, project)
    known: frozenset[str] = frozenset()
    while new := names.union(*(o.callers for o in outcomes.values())) - known:
        known |= new
        for target, outcome in outcomes.items():
            if _has(_read(target.path), new):
                outcomes[target] = _merged(outcome, job(joined(target, known)))
    return Report(tuple(_rehomed(list(outcomes.values()), project)))


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


def joined(target: Target, callers: frozenset[str]) -> Target:
    """The target, told of the functions of other files that lead to a getter."""
    contract = replace(target.settings.contract, callers=callers)
    return replace(target, settings=replace(target.settings, contract=contract))


def imported_callers(targets: Iterable[Target], project: Project) -> frozenset[str]:
    """The functions that lead to a getter in the modules which files import but no run checks.

    Only files that name a source are looked at: the others have nothing to hand over.
    """
    names: set[str] = set()
    seen: set[str] = set()
    for target in targets:
        contract = target.settings.contract
        data = _read(target.path)
        if _has(data, contract.source_words):
            paths = set(_imports(data, target.path, project)) - seen
            seen |= paths
            for path in paths:
                names |= _callers(path, contract, target, project)
    return frozenset(names)


def _callers(path: str, contract: Contract, target: Target, project: Project) -> frozenset[str]:
    if project.is_checked(path) or not _has(_read(path), contract.getter_words):
        return frozenset()
    source = project.source(path)
    told = joined(target, frozenset())
    return engine.check_all(source, told.settings).callers if source else frozenset()


def _imports(data: bytes, path: str, project: Project) -> Iterable[str]:
    """The files of the project that a file imports."""
    parts = project.module_name(path).split(".")
    package = parts if path.endswith("__init__.py") else parts[:-1]
    for match in _IMPORT.finditer(data):
        for name in (match[1] or match[2]).decode().split(","):
            bare = name.split(" as ")[0].strip()
            dots = len(bare) - len(bare.lstrip("."))
            base = package[: len(package) - dots + 1] if dots else []
            module = ".".join([*base, *filter(None, [bare.lstrip(".")])])
            found = project.find(module, path) if module else None
            if found:
                yield found


def _has(data: bytes, words: Iterable[str]) -> bool:
    return any(word.encode() in data for word in words)


def _read(path: str) -> bytes:
    """The bytes of a file; none where that fails, which is told when the file is checked."""
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return b""
