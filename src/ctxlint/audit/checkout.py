"""The Python files of an earlier commit in a folder of their own, to be audited as they were."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ctxlint.config import ConfigError
from ctxlint.discovery import SUFFIXES
from ctxlint.git import Repository

if TYPE_CHECKING:
    from ctxlint.config import Settings
    from ctxlint.discovery import SettingsFor
    from ctxlint.gitignore import Pattern


@dataclass(frozen=True, slots=True)
class Checkout:
    """A folder with the files of a commit: it stands for `origin`, the top of the repository."""

    folder: str
    origin: str

    def paths(self, paths: Iterable[str]) -> list[str]:
        """Those of these paths that were there then, as they are called in the block."""
        moved = (_moved(path, self.origin, self.folder) for path in paths)
        return [path for path in moved if os.path.lexists(path)]

    def settings_for(self, today: SettingsFor) -> SettingsFor:
        """The settings of today for the folders of then: both are judged by the same."""

        def there(folder: str) -> Settings:
            settings = today(_moved(os.path.abspath(folder), self.folder, self.origin))
            return replace(
                settings,
                src=tuple(_moved(path, self.origin, self.folder) for path in settings.src),
                exclude=tuple(map(self._pattern, settings.exclude)),
                test_paths=tuple(map(self._pattern, settings.test_paths)),
                per_file_ignores={
                    self._pattern(p): codes for p, codes in settings.per_file_ignores.items()
                },
            )

        return there

    def _pattern(self, pattern: Pattern) -> Pattern:
        return replace(pattern, root=_moved(pattern.root, self.origin, self.folder))


def _moved(path: str, old: str, new: str) -> str:
    """An absolute path, with the folder `new` in place of `old`; others as they are."""
    path = os.path.normpath(path) if path else path
    if path != old and not path.startswith(os.path.join(old, "")):
        return path
    return os.path.normpath(os.path.join(new, os.path.relpath(path, old)))


@contextmanager
def checkout(repository: Repository, commit: str) -> Iterator[Checkout]:
    """The working folder as it was at a commit, until the block ends; the real one is untouched.

    Raises ConfigError for a commit of which a file is not there.
    """
    here, prefix = os.getcwd(), repository.prefix
    top = os.path.realpath(os.path.join(repository.folder, os.path.relpath(".", prefix or ".")))
    everything = Repository(top)
    files = {p: b for p, b in everything.files(commit).items() if p.endswith(SUFFIXES)}
    with tempfile.TemporaryDirectory(prefix="ctxlint-") as name:
        folder = os.path.realpath(name)
        for path, data in zip(files, everything.blobs(files.values()), strict=True):
            if data is None:
                what = f"{path} of {commit[:12]} is not in this clone"
                raise ConfigError(f"{here}:1:1: {what}, fetch it with git fetch --refetch")
            file = Path(folder, path)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
        os.makedirs(os.path.join(folder, prefix), exist_ok=True)
        os.chdir(os.path.join(folder, prefix))
        try:
            yield Checkout(folder, top)
        finally:
            os.chdir(here)
