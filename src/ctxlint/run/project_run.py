"""A run over many files, whose flows may cross from one to another."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import TYPE_CHECKING, Any

from ctxlint.project.discovery import python_files
from ctxlint.project.modules import Project, is_search
from ctxlint.rules.registry import UNUSED_SUPPRESSION
from ctxlint.run import check_file
from ctxlint.run.check_file import Checked, has_any, is_candidate
from ctxlint.run.file_result import Change, FileResult, Report, report_of, untouched
from ctxlint.run.worker_pool import PAYS, WorkerPool

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from ctxlint.config.settings import Settings
    from ctxlint.finding import Finding
    from ctxlint.project.discovery import Target
    from ctxlint.run.cache import Cache

    Job = Callable[[Target], FileResult]
    DataJob = Callable[..., FileResult]  # of a target, its content, and a project
    Track = Callable[[Iterator[FileResult | None], int], Iterable[FileResult | None]]

_PART = 50  # files that a process looks for candidates in, before it tells
_STEPS = 3  # imports followed from a call to the function, which packages may export again


@dataclass(frozen=True)
class _Task:
    """What is done with one of the files of a run, by its absolute path."""

    job: Job
    project: Project
    targets: dict[str, Target]
    settings: dict[tuple[int, tuple[str, ...]], Settings] = field(default_factory=dict)

    def candidates(self, paths: Sequence[str]) -> list[str]:
        """Those of some files that must be looked at: the others name nothing that rules look for.

        One that cannot be read is among them; a look tells why.
        """
        found = []
        for path in paths:
            target = self.targets[path]
            try:
                data = self.project.content(path)
            except (OSError, MemoryError):
                found.append(path)
                continue
            if is_candidate(data, target.display, self._settings(target.settings, ())):
                found.append(path)
        return found

    def analyse(self, path: str, names: Collection[str] = ()) -> FileResult | None:
        """Do the job, with the functions of other files that lead to a getter.

        None, which is soon sent from another process, is what became of an untouched file.
        """
        target = self.targets[path]
        self.project.opened.clear()
        self.project.forget()
        outcome = self.job(target._replace(settings=self._settings(target.settings, names)))
        opened = self.project.opened
        if outcome.digest in {None, opened.get(path)}:  # or it changed meanwhile
            opened.pop(path, None)
        if opened:
            return outcome._replace(dependencies=tuple(sorted(opened.items())))
        return outcome if outcome.is_candidate else None

    def _settings(self, settings: Settings, names: Collection[str]) -> Settings:
        """The settings with functions of other files; most files share theirs."""
        key = id(settings), tuple(names)
        if key not in self.settings:
            self.settings[key] = joined(settings, names)
        return self.settings[key]

    def unchecked_imports(
        self, paths: Sequence[str], names: tuple[str, ...]
    ) -> list[tuple[dict[str, frozenset[str]], dict[str, str | None]]]:
        """Those of some files that name what generates IDs, each with what it imports.

        `names` are those of all the modules that are not checked: only files that have one count.
        With what was read of such modules, or was not there.
        """
        found = {}
        for path in paths:
            data = self.project.read(path)
            words = self.targets[path].settings.contract.source_words
            if has_any(data, words) and has_any(data, names):
                found[path] = self.project.imports(path)
        return [(found, dict(self.project.consulted))]

    def calling(
        self, paths: Sequence[str], homes: Mapping[str, set[str]]
    ) -> list[tuple[list[str], dict[str, str | None]]]:
        """Those of some files that may call a function: they have the name, imports lead home.

        With what was read of modules that are not checked.
        """
        found = [path for path in paths if _calls(path, homes, self.project)]
        return [(found, dict(self.project.consulted))]


def run(
    job: Job,
    targets: Iterable[Target],
    project: Project | None = None,
    *,
    processes: int = 1,
    executor: Executor | None = None,
    track: Track = lambda outcomes, _: outcomes,
    cache: Cache | None = None,
    blank: Set[str] = frozenset(),
) -> Report:
    """The report of a job, as `check_file` or `fix_file` do, on each target.

    With a project, the files that call functions of other files which lead to a getter are looked
    at again, until no more such functions turn up. Only a job that writes nothing can be spread
    over several processes, or an executor in their place, or know what is in a cache. `track` sees
    the outcomes come, of how many. `blank` are files that are known to hold no candidate.
    """
    if project is None:
        return Report(tuple(map(job, targets)))
    files = _by_location(targets, is_elsewhere=executor is not None)
    task = _Task(job, project, files)
    old, known = cache.recall(files, project, task.analyse) if cache else (None, {})
    if old:
        return old
    new = [path for path in files if path not in known]
    with WorkerPool(task, processes if new else 1, executor) as crew:
        candidates = _candidates([path for path in new if path not in blank], files, crew)
        looking = crew.map("analyse", [(path,) for path in candidates])
        outside = _outside(files, project)  # meanwhile
        looked = track(looking, len(candidates))
        first = dict.fromkeys(new) | dict(zip(candidates, looked, strict=True))
        outcomes = {path: o for path in files if (o := first.get(path) or known.get(path))}
        _propagate(outcomes, files, outside, project, crew)
    outcomes = _deduplicate(outcomes, files, project)
    if cache:
        cache.keep(files, first, outcomes)
        cache.save()
    return report_of(files, outcomes)


def _by_location(targets: Iterable[Target], *, is_elsewhere: bool) -> dict[str, Target]:
    """The files by their absolute paths, by which workers that are in other folders read them."""
    files = {target.location: target for target in targets}
    if is_elsewhere:
        return {path: target._replace(path=path) for path, target in files.items()}
    return files


def _candidates(paths: Sequence[str], files: Mapping[str, Target], crew: WorkerPool) -> list[str]:
    """Those of some files that must be looked at, in an order in which that ends soonest."""
    return crew.balanced(_found(crew, "candidates", paths), lambda path: files[path].size)


def _found(crew: WorkerPool, method: str, paths: Sequence[str], *about: object) -> list[Any]:
    """What a method of the task finds among some files, a part of which it gets at a time.

    A few are searched in less time than it takes to ask another process.
    """
    parts = [(paths[start : start + _PART], *about) for start in range(0, len(paths), _PART)]
    spread = crew.map if len(paths) > PAYS else crew.run_inline
    return [*chain.from_iterable(spread(method, parts))]


def _outside(files: Mapping[str, Target], project: Project) -> tuple[str, ...]:
    """The names of the modules that are not checked, if files in folders may import them."""
    if all(target.is_named for target in files.values()):
        return ()
    return tuple(sorted(project.outside))


def _propagate(
    outcomes: dict[str, FileResult],
    files: Mapping[str, Target],
    outside: tuple[str, ...],
    project: Project,
    crew: WorkerPool,
) -> None:
    """Bring the outcomes up to date with the functions that lead from file to file.

    `outside` are the names of the modules that are not checked.
    """
    consulted = _unchecked_imports(files, outside, project, crew)
    found = {path: _sink_wrappers(path, target, (), project) for path, target in consulted.items()}
    homes: defaultdict[str, set[str]] = defaultdict(set)
    known: set[tuple[str, str]] = set()
    all_paths = list(files)

    def analyse(paths: Sequence[str]) -> None:
        items = [(path, _within_reach(path, homes, project)) for path in paths]
        for path, outcome in zip(paths, crew.map("analyse", items), strict=True):
            if outcome:
                outcomes[path] = _merged(outcomes.get(path), outcome)

    while new := _pairs(outcomes, found) - known:
        known |= new
        added: defaultdict[str, set[str]] = defaultdict(set)
        for name, path in new:
            added[name].add(path)
            homes[name].add(path)
        for path, target in consulted.items():
            if _calls(path, added, project):
                names = _within_reach(path, homes, project)
                found[path] = _sink_wrappers(path, target, names, project)
        calling = _found(crew, "calling", all_paths, added)
        for _, read in calling:
            project.consult(read)
        analyse([path for paths, _ in calling for path in paths])
    _follow_changes(outcomes, analyse)


def _follow_changes(
    outcomes: Mapping[str, FileResult], analyse: Callable[[Sequence[str]], None]
) -> None:
    """Look again at the files that the fixes of others bear on."""
    seen: set[str] = set()
    while changed := {path for path, o in outcomes.items() if o.change} - seen:
        seen |= changed
        analyse([path for path in outcomes if _may_differ(path, changed - {path}, outcomes)])


def _may_differ(path: str, changed: Set[str], outcomes: Mapping[str, FileResult]) -> bool:
    """Whether the outcome of a file may be another one now that other files have changed.

    Those were searched for uses of its names, or are on the way of an ID.
    """
    outcome = outcomes[path]
    read = dict(outcome.dependencies)
    is_searched = any(map(is_search, read)) and not changed.isdisjoint(read)
    names = {outcomes[other].name for other in changed}
    return (is_searched and not outcome.error) or _leads_through(outcome, names)


def _leads_through(outcome: FileResult, files: Collection[str]) -> bool:
    """Whether the trace of a finding that remains has a step in one of these files."""
    return any(step.filename in files for f in outcome.findings for step in f.trace)


def _pairs(
    outcomes: Mapping[str, FileResult], found: Mapping[str, frozenset[str]]
) -> set[tuple[str, str]]:
    """Each function that leads to a getter, with each file that has one of this name."""
    callers = {path: outcome.sink_wrappers for path, outcome in outcomes.items()}
    return {(name, path) for path, names in {**found, **callers}.items() for name in names}


def _calls(path: str, homes: Mapping[str, set[str]], project: Project) -> bool:
    """Whether a file may call a function: it has the name, and few imports lead to its home."""
    data = project.read(path)
    if not has_any(data, tuple(homes)):
        return False  # as most
    named = [paths for name, paths in homes.items() if name.encode() in data]
    return not project.reach(path, _STEPS).isdisjoint(set().union(*named))


def _within_reach(path: str, homes: Mapping[str, set[str]], project: Project) -> list[str]:
    """The functions that calls in a file may lead to, itself or by way of others."""
    reached = project.reach(path)
    return [name for name, paths in homes.items() if not reached.isdisjoint(paths)]


def _merged(first: FileResult | None, second: FileResult) -> FileResult:
    """What became of a file in two rounds: the second began where the first ended, or anew."""
    if first is None or first.change is None:
        return second
    if second.change and second.change.before == first.change.before:
        return second
    after = second.change.after if second.change else first.change.after
    change = Change(first.change.before, after)
    return second._replace(fixed=first.fixed + second.fixed, change=change)


def _deduplicate(
    outcomes: Mapping[str, FileResult], files: Mapping[str, Target], project: Project
) -> dict[str, FileResult]:
    """The outcomes, with each finding in that of the file where it stands, once.

    What a class inherits from one file and hands to another, its heirs in further files do too.
    """
    moved: dict[str, Checked] = defaultdict(lambda: Checked([], []))
    used: dict[str, set[int]] = defaultdict(set)  # rows where noqa comments suppress what moves
    for outcome in outcomes.values():
        if outcome.findings or outcome.suppressed:
            moved.setdefault(outcome.name, Checked([], []))
        for finding in outcome.findings:
            moved[finding.filename].findings.append(finding)
        for finding in outcome.suppressed:
            moved[finding.filename].suppressed.append(finding)
            if finding.filename != outcome.name:
                used[finding.filename].add(finding.span.start.row)
    rehomed = dict(outcomes)
    for name, found in moved.items():
        path = project.path_of(name)
        outcome = outcomes.get(path) or untouched(files[path])
        rehomed[path] = outcome._replace(
            findings=tuple(f for f in dict.fromkeys(found.findings) if not _is_used(f, used[name])),
            suppressed=tuple(dict.fromkeys(found.suppressed)),
            lines=outcome.lines or tuple(project.checked(name).lines),
        )
    return rehomed


def _is_used(finding: Finding, rows: set[int]) -> bool:
    """Whether a noqa is called unused that suppresses what another file brings to its row."""
    return finding.code == UNUSED_SUPPRESSION.code and finding.span.start.row in rows


def project_of(
    targets: Iterable[Target],
    data: bytes | None = None,
    *,
    edits: bool = True,
    is_file: bool = False,
    make: type[Project] = Project,
) -> Project:
    """The project that files belong to: their import roots, and what they are called.

    `data` is the content of the only file where that is at hand: what is on stdin may belong
    elsewhere, so that the project is not searched for uses of its names, unless `is_file`. `edits`:
    whether someone wants the edits of fixes. `make` is the class of the project.
    """
    files = list(targets)
    roots = {os.path.abspath(root) for src in {t.settings.src for t in files} for root in src}
    shown = {target.location: target.display for target in files}
    is_searched = data is None or is_file
    ordered = sorted(roots, key=len, reverse=True)
    project = make(
        ordered,
        shown,
        below=python_files,
        edits=edits,
        is_searched=is_searched,
        test_paths=dict.fromkeys(pattern for t in files for pattern in t.settings.test_paths),
    )
    if data is not None:
        for path in shown:
            project.replace(path, data)
    return project


def joined(settings: Settings, callers: Iterable[str] = ()) -> Settings:
    """The settings, told of the functions of other files that lead to a getter."""
    contract = replace(settings.contract, sink_wrappers=frozenset(callers))
    return replace(settings, contract=contract)


def _unchecked_imports(
    files: Mapping[str, Target], outside: tuple[str, ...], project: Project, crew: WorkerPool
) -> dict[str, Target]:
    """The modules that no run checks but files import, each with one of these files.

    A file that the user named may get all that it hands over from modules, and these from others.
    Of the files in folders only those that name a source are looked at, to save time: what they
    import is checked as well, as a rule.
    """
    searched = [path for path, target in files.items() if outside and not target.is_named]
    near: dict[str, frozenset[str]] = {}
    for imports, read in _found(crew, "unchecked_imports", searched, outside):
        near |= imports
        project.consult(read)
    consulted: dict[str, Target] = {}
    for path, target in files.items():
        paths = project.reach(path) if target.is_named else near.get(path, ())
        for other in paths:
            if not project.is_checked(other):
                consulted[other] = target
    return consulted


def _sink_wrappers(
    path: str, target: Target, names: Collection[str], project: Project
) -> frozenset[str]:
    """The functions that lead to a getter in a module which the file of a target imports."""
    settings = joined(target.settings, names)
    if not has_any(project.read(path), (*settings.contract.getter_words, *names)):
        return frozenset()
    source = project.source(path)
    if source is None:
        return frozenset()
    with suppress(RecursionError):  # a module that cannot be analysed is opaque
        return check_file.reach(source, settings).sink_wrappers
    return frozenset()
