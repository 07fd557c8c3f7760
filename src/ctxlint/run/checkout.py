"""The Python files of an earlier commit in a folder of their own, to be audited as they were."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ctxlint.config.settings import ConfigError
from ctxlint.source import SUFFIXES

if TYPE_CHECKING:
    from ctxlint.config.path_patterns import Pattern
    from ctxlint.config.settings import Settings
    from ctxlint.git import Repository
    from ctxlint.project.discovery import SettingsFor


@dataclass(frozen=True, slots=True)
class Checkout:
    """A folder with the files of a commit: it stands for `origin`, the top of the repository."""

    folder: str
    origin: str

    def then(self, paths: Iterable[str], renames: Mapping[str, str]) -> list[str]:
        """The paths of now that were there then as well; call it in the block.

        `renames` are from the top of the repository. Raises ConfigError for a path that is not in
        the repository.
        """
        here = _moved(os.getcwd(), self.folder, self.origin)
        old = {os.path.join(self.folder, new): old for old, new in renames.items()}
        moved = [self._there(path, os.path.join(here, path)) for path in paths]
        there = [os.path.join(self.folder, old.get(path, path)) for path in moved]
        return [path for path in there if os.path.lexists(path)]

    def _there(self, name: str, path: str) -> str:
        path = os.path.realpath(path) if os.path.isdir(path) else real(path)
        moved = _moved(path, self.origin, self.folder)
        if moved == path:
            what = f"not in the repository {self.origin}"
            raise ConfigError(f"{name}: {what}, give paths inside it")
        return moved

    def now(self, path: str, renames: Mapping[str, str]) -> str:
        """The absolute path that a file of then has now; call it in the block.

        `renames` are from the top of the repository.
        """
        name = os.path.relpath(real(path), self.folder)
        return _moved(os.path.join(self.folder, renames.get(name, name)), self.folder, self.origin)

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
        return pattern._replace(root=_moved(pattern.root, self.origin, self.folder))


def _moved(path: str, old: str, new: str) -> str:
    """An absolute path, with the folder `new` in place of `old`; others as they are."""
    path = os.path.normpath(path) if path else path
    if path != old and not path.startswith(os.path.join(old, "")):
        return path
    return os.path.normpath(os.path.join(new, os.path.relpath(path, old)))


def real(path: str) -> str:
    """An absolute path through no linked folder; what it leads to may be a link."""
    folder, name = os.path.split(os.path.abspath(path))
    return os.path.join(os.path.realpath(folder), name)


@contextmanager
def checkout(repository: Repository, commit: str) -> Iterator[Checkout]:
    """The working folder as it was at a commit, until the block ends; the real one is untouched.

    Raises ConfigError for a commit with a file that is missing or cannot be written.
    """
    here, prefix = os.getcwd(), repository.prefix
    top = os.path.normpath(os.path.join(here, os.path.relpath(".", prefix or ".")))
    with tempfile.TemporaryDirectory(prefix="ctxlint-") as name:
        folder = os.path.realpath(name)
        try:
            _write(repository, commit, folder)
            _copy_ignored(repository, top, folder)
            os.makedirs(os.path.join(folder, prefix), exist_ok=True)
        except OSError as error:
            what = f"{commit[:12]} cannot be written to {folder}: {error.strerror}"
            raise ConfigError(f"{here}: {what}, check TMPDIR and the revision") from None
        os.chdir(os.path.join(folder, prefix))
        try:
            yield Checkout(folder, top)
        finally:
            os.chdir(here)


def _write(repository: Repository, commit: str, folder: str) -> None:
    """Write the Python files of a commit to a folder."""
    files = {p: b for p, b in repository.files(commit).items() if p.endswith(SUFFIXES)}
    for path, data in zip(files, repository.blobs(files.values()), strict=True):
        if path.startswith("/") or ".." in path.split("/"):  # git would not check it out either
            what = f"{commit[:12]} has a file called {path!r}"
            raise ConfigError(f"{os.getcwd()}: {what}, check the repository with git fsck")
        if data is None:
            what = f"{path} of {commit[:12]} is not in this clone"
            cure = "fetch it with git fetch --refetch"
            raise ConfigError(f"{os.getcwd()}: {what}, {cure}")
        file = Path(folder, path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)


def _copy_ignored(repository: Repository, top: str, folder: str) -> None:
    """Copy to a folder what git ignores today; what holds for TMPDIR holds there no more."""
    names = [os.path.join(place, ".gitignore") for place, *_ in os.walk(folder)]
    copied = {name: _moved(name, folder, top) for name in names}
    exclude = repository.run("rev-parse", "--git-path", "info/exclude").strip(b"\n")
    copied[os.path.join(folder, ".git/info/exclude")] = os.fsdecode(exclude)
    os.makedirs(os.path.join(folder, ".git/info"), exist_ok=True)
    for new, old in copied.items():
        if os.path.isfile(old):
            shutil.copyfile(old, new)
