"""Results of each file, kept until something that they depend on changes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ctxlint.contract.contract import Exports
from ctxlint.project.discovery import Target
from ctxlint.project.modules import ALL, Project, is_search
from ctxlint.run import file_tasks
from ctxlint.run.file_result import FileResult
from ctxlint.source import reachable

_Exports = tuple[Exports, ...] | None  # of other files


class SupersededError(BaseException):
    """The work is not wanted any more: a text has changed meanwhile. No error of a file."""


class _Entry(NamedTuple):
    target: Target
    result: FileResult
    versions: dict[str, int]  # of what the result depends on, the file itself too
    opened: dict[str, str | None]  # the same, as of `Project.opened`


class Memo:
    """A job for `project_run.run`: it checks a file again only where that may tell more."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._entries: defaultdict[str, dict[_Exports, _Entry]] = defaultdict(dict)  # by path
        self._versions: Counter[str] = Counter()
        self._all = 0  # the version of all files together

    def __call__(self, target: Target) -> FileResult:
        """The result for a file, with the functions of other files that its settings name."""
        exports = target.settings.contract.exports
        known = self._entries[target.location]
        entry = known.get(exports)
        if entry is None or entry.target != target or not self._holds(entry):
            self._drop_stale(known)
            entry = known[exports] = self._check(target)
        self._project.opened.update(entry.opened)
        return entry.result

    def change(self, paths: Iterable[str]) -> None:
        """Take note that files hold something else now."""
        for path in paths:
            self._versions[path] += 1
            self._all += 1

    def forget_stale(self) -> None:
        """Drop what no longer holds, now that all files are checked: nobody asks for it."""
        for known in self._entries.values():
            self._drop_stale(known)

    def dependents(self, paths: Iterable[str]) -> set[str]:
        """These files, and those whose results depend on them through any number of others."""
        entries = list(self._all_entries())
        return set(
            reachable(paths, lambda path: (other for other, e in entries if path in e.versions))
        )

    @property
    def dependencies(self) -> set[str]:
        """All that results depend on, but for searches."""
        return {path for _, e in self._all_entries() for path in e.versions if not _is_vague(path)}

    def _all_entries(self) -> Iterator[tuple[str, _Entry]]:
        return ((path, e) for path, known in self._entries.items() for e in known.values())

    def _check(self, target: Target) -> _Entry:
        path = target.location
        try:
            data = self._project.content(path)
        except (OSError, MemoryError):
            data = None  # the check tells why
        result = file_tasks.check_file(target, data, project=self._project)
        opened = dict(self._project.opened)
        return _Entry(target, result, {p: self._version(p) for p in {path, *opened}}, opened)

    def _drop_stale(self, known: dict[_Exports, _Entry]) -> None:
        for exports in [exports for exports, entry in known.items() if not self._holds(entry)]:
            del known[exports]

    def _holds(self, entry: _Entry) -> bool:
        return all(self._version(path) == known for path, known in entry.versions.items())

    def _version(self, path: str) -> int:
        return self._all if _is_vague(path) else self._versions[path]


def _is_vague(path: str) -> bool:
    """Whether a result depends on what may be in any file."""
    return path == ALL or is_search(path)
