"""The results of earlier runs on the blobs of a repository."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ctxlint import __version__
from ctxlint.history.lives import Seen
from ctxlint.run.cache import about
from ctxlint.run.cache_file import FOREIGN, CacheFile
from ctxlint.source import digest

if TYPE_CHECKING:
    from ctxlint.git import Repository
    from ctxlint.project.discovery import Target

_OTHERS = 8  # other settings whose results are kept
_BROKEN = False  # what is kept of a file that cannot be parsed; None is for one without a candidate
_Kept = dict[str, dict[str, dict[str, Any]]]  # by settings, path and blob


class Memory:
    """The results of earlier runs on the blobs of a repository, by their settings."""

    def __init__(self, repository: Repository) -> None:
        name = repository.run("rev-parse", "--absolute-git-dir")
        self._file = CacheFile(f"history-{digest(name)[:16]}.json", __version__)
        self._about: dict[int, str] = {}  # by the identity of settings
        self._used: dict[str, None] = {}
        self._is_new = False
        self._known = self._load()

    @property
    def trouble(self) -> str | None:
        """Why it cannot be kept or read."""
        return self._file.trouble

    def knows(self, blob: str, target: Target) -> bool:
        """Whether a blob has been looked at."""
        return blob in self._of(target)

    def recall(self, blob: str, target: Target) -> tuple[bool, Sequence[Seen] | None]:
        """Whether a blob that was looked at is a candidate, and what it has if it can be parsed."""
        value = self._of(target)[blob]
        if value is None:
            return False, ()
        return True, None if value is _BROKEN else tuple(Seen(*item) for item in value)

    def keep(self, blob: str, target: Target, *, is_candidate: bool, seen: Any = ()) -> None:
        """Keep what a blob has."""
        value = None if not is_candidate else _BROKEN if seen is None else seen
        self._of(target)[blob] = value
        self._is_new = True

    def save(self) -> None:
        """Write what is new to the file."""
        if self._is_new:
            others = [key for key in self._known if key not in self._used][-_OTHERS:]
            self._file.write({"known": {key: self._known[key] for key in (*others, *self._used)}})

    def _of(self, target: Target) -> dict[str, Any]:
        """The known results of the blobs that were at the path of a target."""
        key = id(target.settings)
        if key not in self._about:
            self._about[key] = about(target.settings)
        settings = f"{self._about[key]}{target.is_test:d}"
        self._used[settings] = None
        return self._known.setdefault(settings, {}).setdefault(target.display, {})

    def _load(self) -> _Kept:
        try:
            known: _Kept = (self._file.read() or {"known": {}})["known"]
            values = (
                v for paths in known.values() for blobs in paths.values() for v in blobs.values()
            )
            if not all(map(_is_value, values)):
                raise TypeError("nothing that was kept")
            return known
        except FOREIGN:
            self._file.refuse()
            return {}


def _is_value(value: object) -> bool:
    if isinstance(value, list):
        return all(
            isinstance(item, list)
            and len(item) == len(Seen._fields)
            and all(isinstance(word, str) for word in item)
            for item in value
        )
    return value is None or value is _BROKEN
