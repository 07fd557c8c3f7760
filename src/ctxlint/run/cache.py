"""The cache: results of earlier runs in one file, so that unchanged files are not analysed again.

A file without a candidate is known by its time and size; another one also by what it holds, and
by that of the modules that its flows led to. A run in which nothing changed is known as a whole.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, replace
from functools import cached_property
from time import time_ns
from typing import TYPE_CHECKING, Any

from ctxlint.project.modules import ALL, CHANGING, Project, is_search
from ctxlint.run.cache_codec import outcome as read_outcome
from ctxlint.run.cache_file import FOREIGN, CacheFile, compact
from ctxlint.run.file_result import FileResult, Report, report_of
from ctxlint.run.propagation import Analysis, fingerprint
from ctxlint.source import digest, read_file

if TYPE_CHECKING:
    from ctxlint.config.settings import Settings
    from ctxlint.project.discovery import Stamp, Target

    Look = Callable[[str], FileResult | None]

_NAME = "results.json"
_RUNS = 4  # of different files or settings, whose results are kept
_RACY = 2_000_000_000  # ns: a file changed so shortly ago may change again within one tick
_NONE: Mapping[str, Any] = {}


class Cache:
    """The results of earlier runs of a version."""

    def __init__(self, version: str) -> None:
        self._file = CacheFile(_NAME, version)
        self._kept = "{}"  # what the file has on each file, as JSON
        self.runs: dict[str, dict[str, Any]] = {}
        self._stamps: dict[str, Stamp | None] = {}
        self._world = ""  # which modules there are: what an import means may hang on it
        self._run = ""  # the files and settings of this run
        self._settings: dict[int, str] = {}
        self._project = Project(())
        self._load()

    @cached_property
    def files(self) -> dict[str, dict[str, Any]]:
        """The stored results of each file: a run in which nothing changed need not decode them."""
        return dict(json.loads(self._kept))

    def recall(
        self, files: Mapping[str, Target], project: Project, look: Look
    ) -> tuple[Report | None, dict[str, Analysis]]:
        """The report of a run like this one if nothing has changed, else the known analyses.

        These are of the files that have not changed, nor what they led to. A file with an error is
        looked at: what lets it be read or analysed may change elsewhere.
        """
        self._project = project
        self._stamps = {path: target.stamp for path, target in files.items()}
        self._world = _digest((sorted(files), sorted(project.outside)))
        self._run = _digest([self._world, *map(self._about, files.values())])
        try:
            held = self._held()
            if held is None or any(_errs_otherwise(*pair, look) for pair in held.items()):
                return None, self._analyses(files)
            return report_of(files, held), {}
        except FOREIGN:
            self._forget()
            return None, {}

    def _held(self) -> dict[str, FileResult] | None:
        """The outcomes of a run like this one; None where something has changed."""
        run = self.runs.get(self._run, _NONE)
        if not run or run["stamps"] != _digest(list(self._stamps.values())):
            return None
        if not self._are_same(run["others"]):
            return None
        if any(known != self._unchecked(home) for home, known in run["unchecked"].items()):
            return None
        return {path: read_outcome(kept) for path, kept in run["outcomes"].items()}

    def _analyses(self, files: Mapping[str, Target]) -> dict[str, Analysis]:
        found: dict[str, Analysis] = {}
        for path, target in files.items():
            entry = self.files.get(path, _NONE)
            if entry.get("for") != self._about(target) or not self._is_same(path, entry):
                continue
            if "hash" not in entry or (
                entry["world"] == self._world and self._are_same(entry["deps"])
            ):
                found[path] = _analysis(entry)
        return found

    def keep(
        self,
        files: Mapping[str, Target],
        analyses: Mapping[str, Analysis],
        outcomes: Mapping[str, FileResult],
    ) -> None:
        """Keep what a run found for which `recall` was asked.

        `analyses` are those of the files that were looked at; `outcomes` what became of all in the
        end, but for untouched ones.
        """
        for path, (known, outcome) in analyses.items():
            read = dict(outcome.dependencies) if outcome else {}
            if outcome and (outcome.error or ALL in read):
                self.files.pop(path, None)
                continue
            entry: dict[str, Any] = {"for": self._about(files[path]), "stamp": self._settled(path)}
            if outcome and outcome.digest:
                entry |= {"hash": outcome.digest, "deps": read, "world": self._world}
                entry |= {"known": known, "outcome": outcome}
            self.files[path] = entry
        self.runs.pop(self._run, None)
        others = self._others(files, [*_results(analyses), *outcomes.values()])
        unchecked = {home: self._unchecked(home) for home in self._searched(outcomes)}
        stamps = [self._settled(path) for path in files]
        if all(stamps) and all(unchecked.values()) and CHANGING not in others.values():
            self.runs[self._run] = {
                "stamps": _digest(stamps),
                "unchecked": unchecked,
                "others": others,
                "outcomes": {**outcomes},
            }

    def _others(
        self, files: Mapping[str, Target], outcomes: list[FileResult]
    ) -> dict[str, str | None]:
        """The digests of the modules that were read and are not checked."""
        for outcome in outcomes:
            read = {path: found for path, found in outcome.dependencies if path not in files}
            self._project.consult(read)
        consulted = self._project.consulted.items()
        return {path: found for path, found in consulted if path != ALL and not is_search(path)}

    def _searched(self, outcomes: Mapping[str, FileResult]) -> list[str]:
        """The folders of the projects that were searched for a name."""
        read = {path for outcome in outcomes.values() for path, _ in outcome.dependencies}
        return sorted(set(map(self._project.words.home_of, filter(is_search, read))))

    def save(self) -> None:
        """Write what is known to the file, but for files that are gone."""
        runs = dict(list(self.runs.items())[-_RUNS:])
        files = {
            path: entry
            for path, entry in self.files.items()
            if self._stamps.get(path) or os.path.exists(path)
        }
        self._file.write({"files": compact(files), "runs": runs})

    @property
    def trouble(self) -> str | None:
        """Why the results cannot be kept or read."""
        return self._file.trouble

    def _load(self) -> None:
        data = self._file.read()
        if data is None:
            return
        try:
            self._kept, self.runs = data["files"], dict(data["runs"])
        except FOREIGN:
            self._forget()

    def _forget(self) -> None:
        self.files, self.runs = {}, {}
        self._file.refuse()

    def _is_same(self, path: str, entry: Mapping[str, Any]) -> bool:
        stamp = self._stamps[path]
        if stamp and entry["stamp"] == [*stamp]:
            return True
        is_same = "hash" in entry and entry["hash"] == _hash(path)
        if is_same:
            self.files[path] = {**entry, "stamp": self._settled(path)}
        return is_same

    def _settled(self, path: str) -> Stamp | None:
        """The stamp of a file, none if it changed so shortly ago that it may do so unseen."""
        stamp = self._stamps[path]
        return stamp if stamp and _is_settled(stamp) else None

    def _are_same(self, hashes: Mapping[str, str | None]) -> bool:
        """Whether files still hold what they did, and searches find it."""
        again = self._project.finds_again
        return all(again(p) if is_search(p) else _hash(p) == h for p, h in hashes.items())

    def _unchecked(self, home: str) -> str | None:
        """The fingerprint of the files of a project that are not checked.

        None if one changed so shortly ago that it may do so unseen.
        """
        stamps = [(path, _stamp(path)) for path in self._project.words.unchecked(home)]
        is_settled = all(stamp is None or _is_settled(stamp) for _, stamp in stamps)
        return _digest(stamps) if is_settled else None

    def _about(self, target: Target) -> str:
        """The dependencies of an outcome, apart from the contents of files."""
        key = id(target.settings)
        if key not in self._settings:
            self._settings[key] = about(target.settings)
        flags = f"{target.is_test:d}{target.is_named:d}{target.is_outside:d}{self._project.edits:d}"
        return f"{self._settings[key]}{flags}{target.display}"


def _analysis(entry: Mapping[str, Any]) -> Analysis:
    """The part of a file's result that the cache keeps."""
    if "outcome" not in entry:
        return Analysis(fingerprint(()), None)
    return Analysis(entry["known"], read_outcome(entry["outcome"]))


def _results(analyses: Mapping[str, Analysis]) -> Iterator[FileResult]:
    return (result for _, result in analyses.values() if result)


def about(settings: Settings) -> str:
    """The fingerprint of settings, as far as they may change the findings."""
    return _digest(_sorted(asdict(replace(settings, baseline=None))))


def _sorted(value: Any) -> Any:
    """A value that is written in one way only: sets and mappings in order."""
    if isinstance(value, Mapping):
        return sorted((str(key), _sorted(item)) for key, item in value.items())
    if isinstance(value, set | frozenset):
        return sorted(map(str, value))
    return [_sorted(item) for item in value] if isinstance(value, list | tuple) else value


def _digest(value: object) -> str:
    return digest(repr(value).encode(errors="replace"))


def _stamp(path: str) -> Stamp | None:
    """The stamp of a file; None where it is gone."""
    with suppress(OSError):
        status = os.stat(path)
        return status.st_mtime_ns, status.st_size
    return None


def _is_settled(stamp: Stamp) -> bool:
    """Whether a file changed so long ago that it cannot do so again unseen."""
    return time_ns() - stamp[0] > _RACY


def _hash(path: str) -> str | None:
    """The fingerprint of a file's content; None where it cannot be read."""
    with suppress(OSError):
        return digest(read_file(path, waits=False))
    return None


def _errs_otherwise(path: str, outcome: FileResult, look: Look) -> bool:
    """Whether a file that had an error has none now, or another one."""
    if not outcome.error:
        return False  # as most
    again = look(path)
    return again is None or again.error != outcome.error
