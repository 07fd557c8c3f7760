"""A run over many files, whose flows may cross from one to another."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from ctxlint.project.discovery import python_files
from ctxlint.project.modules import Project
from ctxlint.project.text_search import has_any
from ctxlint.rules.registry import UNUSED_SUPPRESSION
from ctxlint.run.check_file import Checked, is_candidate
from ctxlint.run.file_result import FileResult, Report, report_of, untouched
from ctxlint.run.propagation import (
    Analysis,
    Homes,
    Known,
    Propagation,
    calls,
    fingerprint,
    joined,
    search,
    unchecked_imports,
)
from ctxlint.run.worker_pool import WorkerPool

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from ctxlint.config.settings import Settings
    from ctxlint.finding import Finding
    from ctxlint.project.discovery import Target
    from ctxlint.run.cache import Cache

    Job = Callable[[Target], FileResult]
    DataJob = Callable[..., FileResult]  # of a target, its content, and a project
    Track = Callable[[Iterator[FileResult | None], int], Iterable[FileResult | None]]


class _Look(NamedTuple):
    """The first look at some files, each of which is read once for it.

    `candidates` must be analysed; `imports` are the files that those import which may get IDs from
    modules that are not checked; `consulted` the digests of such modules.
    """

    candidates: list[str]
    imports: dict[str, frozenset[str]]
    consulted: dict[str, str | None]


@dataclass(frozen=True)
class _Task:
    """The task for one of the files of a run, by its absolute path."""

    job: Job
    project: Project
    targets: dict[str, Target]
    settings: dict[tuple[int, Known], Settings] = field(default_factory=dict)

    def first_look(self, paths: Sequence[str], outside: tuple[str, ...]) -> list[_Look]:
        """The candidates among some files, and what those import that may get IDs from `outside`.

        A file that cannot be read is a candidate: its analysis tells why.
        """
        candidates, imports = [], {}
        for path in paths:
            target = self.targets[path]
            try:
                data = self.project.content(path)
            except (OSError, MemoryError):
                candidates.append(path)
                continue
            if is_candidate(data, target.display, self._settings(target.settings, ())):
                candidates.append(path)
            if outside and self._may_lead(path, data, outside):
                imports[path] = self.project.imports(path)
        return [_Look(candidates, imports, dict(self.project.consulted))]

    def imports_outside(self, paths: Sequence[str], outside: tuple[str, ...]) -> list[_Look]:
        """The imports of those of some files that may get IDs from `outside`."""
        found = [path for path in paths if self._may_lead(path, self.project.read(path), outside)]
        imports = {path: self.project.imports(path) for path in found}
        return [_Look([], imports, dict(self.project.consulted))]

    def _may_lead(self, path: str, data: bytes, outside: tuple[str, ...]) -> bool:
        """Whether a file in a folder names a source, and a module that is not checked."""
        target = self.targets[path]
        words = () if target.is_named else target.settings.contract.source_words
        return has_any(data, words) and has_any(data, outside)

    def analyse(
        self, path: str, known: Known = (), expected: Collection[str] = ()
    ) -> FileResult | None:
        """Do the job, with what is known to lead to a getter in other files.

        If that is None, such functions are not looked for in the file either. Those that are
        `expected` lead to a getter in the files that are analysed soon.
        None, which is soon sent from another process, is what became of an untouched file.
        """
        target = self.targets[path]
        self.project.opened.clear()
        self.project.forget()
        self.project.expected = expected
        outcome = self.job(target._replace(settings=self._settings(target.settings, known)))
        opened = self.project.opened
        if outcome.digest in {None, opened.get(path)}:  # or it changed meanwhile
            opened.pop(path, None)
        if opened:
            return outcome._replace(dependencies=tuple(sorted(opened.items())))
        return outcome if outcome.is_candidate else None

    def _settings(self, settings: Settings, known: Known) -> Settings:
        """The settings with what is known of other files; most files share theirs."""
        if known is None:
            return settings
        key = id(settings), known
        if key not in self.settings:
            self.settings[key] = joined(settings, known)
        return self.settings[key]

    def calling(
        self, paths: Sequence[str], homes: Homes
    ) -> list[tuple[list[str], dict[str, str | None]]]:
        """The files that may call a function: they have the name, imports lead home.

        With what was read of modules that are not checked.
        """
        found = [path for path in paths if calls(path, homes, self.project)]
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
    the outcomes come, of how many. `blank` are files that are known to call no getter.
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
        candidates, imports = _first_look(files, known.keys() | blank, project, crew)
        unchecked = unchecked_imports(files, imports, project)
        work = Propagation(files, unchecked, project, crew, known)
        results = work.run(candidates)
        for part in (track(results, len(candidates)), results):
            for _ in part:
                pass
    outcomes = _deduplicate(work.results, files, project)
    if cache:
        cache.keep(files, dict.fromkeys(new, Analysis(fingerprint(()), None)) | work.done, outcomes)
        cache.save()
    return report_of(files, outcomes)


def _by_location(targets: Iterable[Target], *, is_elsewhere: bool) -> dict[str, Target]:
    """The files by their absolute paths, by which workers that are in other folders read them."""
    files = {target.location: target for target in targets}
    if is_elsewhere:
        return {path: target._replace(path=path) for path, target in files.items()}
    return files


def _first_look(
    files: Mapping[str, Target], settled: Set[str], project: Project, crew: WorkerPool
) -> tuple[list[str], dict[str, frozenset[str]]]:
    """The files to analyse, in the order in which that ends soonest, and imports that may matter.

    Those are of the files that name a source: modules that are not checked may hand them IDs. The
    files that are `settled` are only looked at for them.
    """
    outside = _outside(files, project)
    looks = search(crew, "first_look", [path for path in files if path not in settled], outside)
    others = [path for path in files if path in settled]
    looks += search(crew, "imports_outside", others, outside) if outside else []
    candidates: list[str] = []
    imports: dict[str, frozenset[str]] = {}
    for look in looks:
        candidates += look.candidates
        imports |= look.imports
        project.consult(look.consulted)
    return crew.balanced(candidates, lambda path: files[path].size), imports


def _outside(files: Mapping[str, Target], project: Project) -> tuple[str, ...]:
    """The names of the modules that are not checked, if files in folders may import them."""
    if all(target.is_named for target in files.values()):
        return ()
    return tuple(sorted(project.outside))


def _deduplicate(
    outcomes: Mapping[str, FileResult], files: Mapping[str, Target], project: Project
) -> dict[str, FileResult]:
    """The outcomes, with each finding in that of the file where it is, once.

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

    `data` is the content of the only file where that is available: what is on stdin may belong
    elsewhere, so that the project is not searched for uses of its names, unless `is_file`. `edits`:
    whether someone wants the edits of fixes. `make` is the class of the project.
    """
    files = list(targets)
    used = {id(t.settings): t.settings for t in files}.values()  # most files share theirs
    roots = {os.path.abspath(root) for settings in used for root in settings.src}
    shown = {target.location: target.display for target in files}
    is_searched = data is None or is_file
    ordered = sorted(roots, key=len, reverse=True)
    project = make(
        ordered,
        shown,
        below=python_files,
        edits=edits,
        is_searched=is_searched,
        test_paths=dict.fromkeys(pattern for settings in used for pattern in settings.test_paths),
        sizes={t.location: t.size for t in files if t.stamp and not t.is_named},
    )
    if data is not None:
        for path in shown:
            project.replace(path, data)
    return project
