"""One folder of the workspace: its settings, its files, and what was found in them."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from time import perf_counter

from ctxlint.config.lookup import Lookup
from ctxlint.config.settings import ConfigError
from ctxlint.project import discovery
from ctxlint.project.discovery import Stamp, Target
from ctxlint.project.modules import Project
from ctxlint.rules.registry import CODES
from ctxlint.run import project_run
from ctxlint.run.check_file import is_candidate
from ctxlint.run.file_result import FileResult, Report
from ctxlint.server.file_findings import FileFindings
from ctxlint.server.memo import Memo, SupersededError
from ctxlint.source import SourceError, SourceFile

_log = logging.getLogger(__name__)
_MOST_SECONDS = 20  # that a comparison of a contract with the code may take
_Results = Iterable[FileResult | None]
_Track = Callable[[Iterator[FileResult | None], int], _Results]  # as of `project_run.run`
Track = Callable[[int, int], None]  # told how many files are done, and of how many


class _Project(Project):
    """A project whose files are read only as long as the work is wanted."""

    is_superseded: Callable[[], bool] | None = None  # only while files are checked

    def content(self, path: str) -> bytes:
        """The bytes of a file; raises OSError, and SupersededError once they are not wanted."""
        if self.is_superseded is not None and self.is_superseded():
            raise SupersededError
        return super().content(path)


class Folder:
    """The files below `root`; if not `is_whole`, only those that are open, and what they import.

    `texts` has what counts instead of what open files hold on disk. `is_superseded` is asked now
    and then whether to go on: if not, methods that check raise SupersededError.
    """

    def __init__(
        self,
        root: str,
        texts: Mapping[str, bytes],
        is_superseded: Callable[[], bool],
        *,
        is_whole: bool,
    ) -> None:
        self.root = root
        self.trouble: str | None = None  # why the settings cannot be used
        self.notices: tuple[str, ...] = ()  # on the contract: what is open, or not in the code
        self.results: dict[str, FileFindings] = {}  # of files that have any, by their paths
        self.is_whole = is_whole
        self._texts = texts
        self._is_superseded = is_superseded
        self._settings_for: Lookup | None = None
        self._targets: dict[str, Target] = {}
        self._is_scanned = False
        self._stamps: dict[str, Stamp | None] = {}  # of what results depend on
        self._begin({})

    def holds(self, path: str) -> bool:
        """Whether a file is below the root."""
        return path.startswith(os.path.join(self.root, ""))

    def name(self, path: str) -> str:
        """The name of a file in findings."""
        target = self._targets.get(path)
        return target.display if target else path

    def lines(self, name: str) -> Sequence[str]:
        """The lines of a file by the name that findings have for it."""
        path = os.path.abspath(name)
        try:
            return SourceFile.from_bytes(name, self._project.read(path)).lines
        except SourceError:
            return ()

    def change(self, path: str) -> None:
        """Take note that a file holds something else now, in the editor or on disk."""
        self._project.replace(path, self._texts.get(path))
        self._memo.change([path])

    def is_candidate(self, path: str, data: bytes) -> bool:
        """Whether syntax errors of a file are told: it names what a rule looks for."""
        target = self._targets.get(path)
        return target is not None and is_candidate(data, target.display, target.settings)

    def refresh(self) -> None:
        """Read the settings and the names of files again, and see what has changed on disk."""
        old_settings, self._settings_for = self._settings_for, Lookup({}, CODES)
        try:
            targets = self._search(self._settings_for)
        except ConfigError as error:
            self.trouble = str(error)
            self._settings_for = old_settings  # in force until these are fixed
            return
        except SupersededError:
            self._settings_for = old_settings
            raise
        self.trouble = None
        self._is_scanned = True
        if _without_stamps(targets) != _without_stamps(self._targets):
            self._begin(targets)
            return
        old, self._targets = self._targets, targets
        stamps = {path: target.stamp for path, target in targets.items()}
        changed = [path for path, stamp in stamps.items() if stamp != old[path].stamp]
        self._reread(changed, stamps)

    def check(self, paths: Iterable[str]) -> set[str]:
        """Check some files and those that depend on them; returns the files with new results."""
        wanted = set(paths)
        if not self._prepare(wanted):
            return set()
        with_dependents = self._memo.dependents(wanted) & self._targets.keys()
        reached = set().union(*map(self._project.reach, with_dependents))
        chosen = [t for path, t in self._targets.items() if path in with_dependents | reached]
        return self._keep(self._run(chosen), with_dependents)

    def check_all(self, track: Track = lambda done, of: None) -> set[str]:
        """Check all files; returns those with new results."""
        if not self._is_scanned:
            return set()

        def tracked(results: _Results, count: int) -> _Results:
            for index, result in enumerate(results):
                track(index, count)
                yield result

        targets = self._targets.values()
        start = perf_counter()
        report = self._run(targets, tracked)
        seconds = perf_counter() - start
        _log.info("checked %d files of the folder %s in %.2f s", len(targets), self.root, seconds)
        changed = self._keep(report, {*self._targets, *self.results})
        self._memo.forget_stale()
        self._stamps = {path: _stamp(path) for path in self._memo.dependencies}
        self._project.forget(everything=True)
        return changed

    def check_contract(self) -> None:
        """See whether the code has what the contract names, as `ctxlint check` does."""
        if not self._is_scanned or not self.is_whole or self.trouble or not self._settings_for:
            self.notices = ()
            return
        from ctxlint.commands import contract  # noqa: PLC0415 - the first findings do not wait

        targets = list(self._targets.values())
        project = project_run.project_of(targets, make=_Project)
        assert isinstance(project, _Project)
        end = perf_counter() + _MOST_SECONDS
        project.is_superseded = lambda: self._is_superseded() or perf_counter() > end
        for path, data in self._texts.items():
            project.replace(path, data)
        found: list[str] = []
        try:
            found.extend(contract.notices([self.root], self._settings_for.files, targets, project))
        except SupersededError:
            if self._is_superseded():
                raise
            _log.info("the contract names words that too many files of %s have", self.root)
        self.notices = tuple(found)

    def _run(
        self, targets: Collection[Target], track: _Track = lambda results, _: results
    ) -> Report:
        """Check some files, as long as that is wanted."""
        self._project.is_superseded = self._is_superseded
        try:
            return project_run.run(self._memo, targets, self._project, track=track)
        finally:
            self._project.is_superseded = None

    def with_edits(self, path: str) -> tuple[Target, list[Target], Project] | None:
        """A file, with those that its findings may hang on, and a project that tells all edits.

        None where the file is left out.
        """
        if path not in self._targets:
            return None
        chosen = self._memo.dependents([path]) & self._targets.keys()
        chosen |= set().union(*map(self._project.reach, chosen)) & self._targets.keys()
        project = project_run.project_of(self._targets.values())
        for other, data in self._texts.items():
            project.replace(other, data)
        return self._targets[path], [self._targets[other] for other in sorted(chosen)], project

    def _search(self, settings_for: Lookup) -> dict[str, Target]:
        """The files to check, by their paths: those on disk, and those that are open."""
        if not self.is_whole:
            return self._with_imports(filter(self.holds, self._texts))
        settings_for(self.root)
        found = discovery.find([self.root], settings_for, self._require_wanted).targets
        targets = {target.location: target for target in found}
        for path in filter(self.holds, self._texts.keys() - targets.keys()):
            if target := self._target(path):
                targets[path] = target
        return dict(sorted(targets.items()))

    def _require_wanted(self, _: Target) -> None:
        if self._is_superseded():
            raise SupersededError

    def _target(self, path: str) -> Target | None:
        if self._settings_for is None:
            self._settings_for = Lookup({}, CODES)
        target = discovery.below(self.root, self._settings_for)
        return target(os.path.relpath(path, self.root).replace(os.sep, "/"))

    def _with_imports(self, paths: Iterable[str]) -> dict[str, Target]:
        """Some files and what they import, but for those that are excluded."""
        targets = {path: target for path in paths if (target := self._target(path))}
        project = project_run.project_of(targets.values())
        for path, data in self._texts.items():
            project.replace(path, data)
        reached = set().union(*map(project.reach, targets)) - targets.keys()
        inside = ((path, self._target(path)) for path in reached if self.holds(path))
        targets |= {path: target for path, target in inside if target}
        return dict(sorted(targets.items()))

    def _prepare(self, paths: set[str]) -> bool:
        """Find out which files there are as far as some files need it; whether settings allow it.

        The first findings do not wait for a search of the whole folder.
        """
        try:
            if not self._is_scanned or not self.is_whole:
                targets = self._with_imports({*filter(self.holds, self._texts), *paths})
            else:
                new = {
                    path: t for path in paths - self._targets.keys() if (t := self._target(path))
                }
                targets = dict(sorted({**self._targets, **new}.items()))
        except ConfigError as error:
            self.trouble = str(error)
            return False
        self.trouble = None
        if targets.keys() != self._targets.keys():
            self._begin(targets)
        return True

    def _begin(self, targets: dict[str, Target]) -> None:
        """Take other files to check; nothing is known of them yet."""
        self._targets = targets
        project = project_run.project_of(targets.values(), edits=False, make=_Project)
        for path, data in self._texts.items():
            project.replace(path, data)
        assert isinstance(project, _Project)
        self._project = project
        self._memo = Memo(project)
        self._stamps = {}

    def _reread(self, changed: list[str], stamps: Mapping[str, Stamp | None]) -> None:
        """Take what has changed on disk; begin again where a module has come or gone."""
        now = {path: stamps[path] if path in stamps else _stamp(path) for path in self._stamps}
        others = [path for path, stamp in now.items() if stamp != self._stamps[path]]
        if any((now[path] is None) != (self._stamps[path] is None) for path in others):
            self._begin(self._targets)
            return
        for path in {*changed, *others} - self._texts.keys():
            self.change(path)
        self._stamps = now

    def _keep(self, report: Report, paths: set[str]) -> set[str]:
        """Keep the results of some files; returns those that are others than before."""
        report = self._without_known(report)
        results = {self._project.path_of(result.name): result for result in report.outcomes}
        changed = set()
        for path in paths:
            new = _findings(results.get(path))
            if new != self.results.get(path, FileFindings()):
                changed.add(path)
            self.results.pop(path, None)
            if new.findings or new.error:
                self.results[path] = new
        return changed

    def _without_known(self, report: Report) -> Report:
        """The report without what is in the baseline."""
        try:
            file = self._settings_for(self.root).baseline if self._settings_for else None
            if not file:
                return report
            from ctxlint.run import baseline  # noqa: PLC0415 - few projects have one

            return baseline.split(baseline.load(file), report)[0]
        except ConfigError as error:
            self.trouble = str(error)
            return report


def _findings(result: FileResult | None) -> FileFindings:
    if result is None or not (result.findings or result.error):
        return FileFindings()
    return FileFindings(result.findings, result.lines, result.error)


def _without_stamps(targets: Mapping[str, Target]) -> dict[str, Target]:
    return {path: target._replace(stamp=None) for path, target in targets.items()}


def _stamp(path: str) -> Stamp | None:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size
