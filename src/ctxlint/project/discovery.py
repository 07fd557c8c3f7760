"""Paths to files: which files a run checks, and the names it shows for them."""

from __future__ import annotations

import errno
import os
import stat
from dataclasses import replace
from functools import cache
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from ctxlint.config.path_patterns import Patterns
from ctxlint.source import NO_FILE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from ctxlint.config.settings import Settings

    SettingsFor = Callable[[str], Settings]  # those of the files in a folder
    See = Callable[["Target"], None]

# What a walk never enters, as in ruff; a folder named by the user is walked whatever its name.
DEFAULT_EXCLUDE = (
    ".bzr",
    ".direnv",
    ".eggs",
    ".git",
    ".git-rewrite",
    ".hg",
    ".ipynb_checkpoints",
    ".mypy_cache",
    ".nox",
    ".pants.d",
    ".pyenv",
    ".pytest_cache",
    ".pytype",
    ".ruff_cache",
    ".svn",
    ".tox",
    ".venv",
    ".vscode",
    "__pypackages__",
    "_build",
    "buck-out",
    "build",
    "dist",
    "node_modules",
    "site-packages",
    "venv",
)
_NOTEBOOK = ".ipynb"  # which no walk finds
Stamp = tuple[int, int]  # the time in ns and the size of a file


class Target(NamedTuple):
    """A file to check with its settings: `display` names it to the user, `path` opens it.

    `is_named` says that the user named the file itself, and not a folder that it is in;
    `is_outside` that it is a link that leads out of all that was to be searched, not to be written
    to. `stamp` is that of when it was found.
    """

    display: str
    path: str
    settings: Settings
    is_test: bool = False
    is_named: bool = False
    is_outside: bool = False
    absolute: str = ""  # its path, if it is available
    stamp: Stamp | None = None

    @property
    def is_skipped(self) -> bool:
        """Whether it is a test file that the rules for production code leave out."""
        return self.is_test and not self.settings.include_tests

    @property
    def size(self) -> int:
        """How many bytes it had when it was found."""
        return self.stamp[1] if self.stamp else 0

    @property
    def location(self) -> str:
        """Its absolute path."""
        return self.absolute or os.path.abspath(self.path)


class Found(NamedTuple):
    """The result of a search: files sorted by name, the names left out, a line for each error."""

    targets: tuple[Target, ...]
    excluded: tuple[str, ...]
    errors: tuple[str, ...]


def find(paths: Iterable[str], settings_for: SettingsFor, see: See = lambda _: None) -> Found:
    """The files that `paths` mean, each once, with the settings of its folder.

    A folder means the Python files below it that neither .gitignore nor an exclude pattern covers,
    and are not examples; a named file is meant whatever its suffix. Names are relative to the
    working folder where they are below it. `see` is shown each at once, under the name that it is
    found by. Raises what `settings_for` does.
    """
    search = _Search(settings_for, see)
    for path in paths:
        search.add(path)
    targets = sorted(search.targets(), key=itemgetter(0, 1))  # by `display`, then `path`
    return Found(tuple(targets), tuple(sorted(search.excluded)), tuple(search.errors))


def name_only(name: str, settings_for: SettingsFor) -> Target | None:
    """The target for a text on stdin that goes by `name`; None where `exclude` covers it."""
    return _Search(settings_for).target(name, os.path.dirname(name), named=True)


def below(base: str, settings_for: SettingsFor) -> Callable[[str], Target | None]:
    """The target for a path from the folder `base`, be there such a file or not.

    None where a search of the folder would leave it out, but for .gitignore.
    """
    search = _Search(settings_for)
    skipped = {name.removeprefix("!") for name in _skipped(settings_for(base))}

    def target(path: str) -> Target | None:
        if not skipped.isdisjoint(path.split("/")):
            return None
        return search.target(os.path.join(base, path), base, named=False)

    return target


def python_files(folder: str) -> list[str] | None:
    """The paths of the Python files below a folder that git does not ignore, excluded ones too.

    None for a folder that is not a project's and has too many paths.
    """
    from ctxlint.project import folder_walk  # noqa: PLC0415 - few runs need it
    from ctxlint.project.project_folder import most_paths  # noqa: PLC0415 - as few

    most = most_paths(folder)
    if most is not None and folder_walk.has_more(most, folder, DEFAULT_EXCLUDE):
        return None
    found = folder_walk.python_files(folder, DEFAULT_EXCLUDE)
    # To read a pipe may take for ever.
    return [path for path, trouble in found if not trouble and os.path.isfile(path)]


def for_file(name: str, settings: Settings) -> Settings:
    """The settings for one file of a folder with these: without what `per_file_ignores` says."""
    return _Folder(settings).settings_of(_location(name, os.path.dirname(name), _here()))


def error_line(display: str, path: str, error: OSError) -> str:
    """The line that tells the user why a file could not be read or written."""
    if error.errno == errno.ENOENT and os.path.islink(path):
        what, cure = "dangling link", "remove it or restore its target"
    else:
        unknown = (error.strerror or str(error), "check the file and its folder")
        what, cure = _REASONS.get(error.errno, unknown)
    return f"{display}: {what}, {cure}"


_REASONS: dict[int | None, tuple[str, str]] = {
    errno.ENOENT: ("no such file or folder", "check the path"),
    errno.ELOOP: ("circular link", "remove it or point it at a file"),
    errno.ENODEV: (NO_FILE, "remove it or exclude it"),
    errno.EACCES: ("permission denied", "change its mode or exclude it"),
}


class _Location(NamedTuple):
    """The absolute path of a file or folder, with a slash behind that of a folder.

    `top` is the folder that patterns look up to: the working folder, or elsewhere the one given.
    """

    path: str
    top: str

    @property
    def folder(self) -> _Location:
        """The folder that it is in."""
        return _Location(_slashed(os.path.dirname(self.path.rstrip(os.sep))), self.top)

    def name_from(self, root: str) -> str:
        """Its name relative to a folder, or to the top where it is outside.

        The folders above the top do not belong to its project.
        """
        start = _slashed(root) if root and self.path.startswith(_slashed(root)) else self.top
        return _posix(self.path.removeprefix(start))


def _location(path: str, base: str, here: str) -> _Location:
    """The location of a path that was found in the folder `base`."""
    absolute = os.path.abspath(path)
    is_below = absolute.startswith(here)
    return _Location(absolute, here if is_below else _slashed(os.path.abspath(base)))


def _here() -> str:
    return _slashed(os.getcwd())


def _slashed(folder: str) -> str:
    return os.path.join(folder, "")


def _skipped(settings: Settings) -> set[str]:
    """The folders that a search with these settings never enters: each name behind a `!`."""
    return {f"!{name}" for name in DEFAULT_EXCLUDE} - set(map(str, settings.exclude))


class _Folder:
    """The settings of a folder for the files in it."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.exclude = Patterns(settings.exclude)
        self.tests = Patterns(settings.test_paths)
        self.examples = _slashed(os.path.abspath(settings.examples)) if settings.examples else None
        self._ignores = [
            (pattern.text.startswith("!"), Patterns([pattern.positive]), codes)
            for pattern, codes in settings.per_file_ignores.items()
        ]

    def settings_of(self, file: _Location) -> Settings:
        """The settings without the codes that `per_file_ignores` has for a file."""
        extra: tuple[str, ...] = ()
        for is_negated, patterns, codes in self._ignores:
            if patterns.cover(file.name_from) != is_negated:
                extra += codes
        if not extra:
            return self.settings
        return replace(self.settings, ignore=self.settings.ignore + extra)


class _Around(NamedTuple):
    """The settings that the files in a folder share."""

    location: _Location
    folder: _Folder | None  # None where `exclude` covers it
    display: str  # what the name of a file comes behind


class _Search:
    """The state of one search."""

    def __init__(self, settings_for: SettingsFor, see: See = lambda _: None) -> None:
        self.see = see
        self.found: dict[str, tuple[bool, Target]] = {}  # by real path
        self.excluded: list[str] = []
        self.errors: list[str] = []
        self._folder = cache(lambda folder: self._of(settings_for(folder)))
        self._of_settings: dict[int, _Folder] = {}  # by identity: most folders share theirs
        self._excludes_folder = cache(self._excludes)
        self._has_examples = cache(self._holds_examples)
        self._around = cache(self._look_around)
        self._here = _here()
        self._roots: list[str] = []  # real paths
        self._real_folder = cache(lambda folder: _slashed(os.path.realpath(folder)))

    def _of(self, settings: Settings) -> _Folder:
        known = self._of_settings.get(id(settings))
        if known is None:
            known = self._of_settings[id(settings)] = _Folder(settings)  # which keeps the settings
        return known

    def add(self, path: str) -> None:
        """Add what one argument means."""
        self._roots.append(os.path.realpath(path))
        if os.path.isdir(path):
            for file in self._walk(path):
                self._add_file(file, path, named=False)
        else:
            self._add_file(path, os.path.dirname(path), named=True)

    def targets(self) -> Iterator[Target]:
        """The files that were found, once all arguments are added."""
        for real, (is_link, target) in self.found.items():
            yield target._replace(is_outside=True) if is_link and self._leaves(real) else target

    def _leaves(self, real: str) -> bool:
        """Whether a file is neither one of the arguments nor in one."""
        return not any(real == root or real.startswith(_slashed(root)) for root in self._roots)

    def target(
        self, path: str, base: str, *, named: bool, status: os.stat_result | None = None
    ) -> Target | None:
        """The target that a path stands for; None where `exclude` covers it."""
        inside, name = os.path.split(path.rstrip(os.sep))
        around = self._around(inside, base)
        folder = around.folder
        location = _Location(around.location.path + name, around.location.top)
        if folder is None or folder.exclude.cover(location.name_from):
            return None
        is_test = folder.tests.cover(location.name_from)
        settings = folder.settings_of(location)
        stamp = (status.st_mtime_ns, status.st_size) if status else None
        display = around.display + name
        return Target(display, path, settings, is_test, named, False, location.path, stamp)

    def _look_around(self, path: str, base: str) -> _Around:
        """The settings shared by the files of a folder that was found in the folder `base`."""
        start = os.path.abspath(base)
        absolute = _slashed(os.path.abspath(path))
        is_below = absolute.startswith(self._here)
        location = _Location(absolute, self._here if is_below else _slashed(start))
        is_excluded = len(absolute) > len(location.top) and self._excludes_folder(location)
        is_excluded = is_excluded or self._has_examples(absolute, _slashed(start))
        folder = None if is_excluded else self._folder(absolute)
        display = absolute.removeprefix(self._here) if is_below else _slashed(path)
        return _Around(location, folder, _posix(display))

    def _display(self, path: str) -> str:
        """The name to show: relative to the working folder, or as it was given."""
        absolute = os.path.abspath(path)
        is_below = absolute.startswith(self._here)
        return _posix(absolute.removeprefix(self._here) if is_below else path)

    def _excludes(self, location: _Location) -> bool:
        """Whether `exclude` covers a file or folder, or for the folder above one that it is in."""
        folder = location.folder
        is_below = len(folder.path) > len(location.top)
        if is_below and self._excludes_folder(folder):
            return True  # whatever the settings in there say
        return self._folder(folder.path).exclude.cover(location.name_from)

    def _holds_examples(self, path: str, base: str) -> bool:
        """Whether a folder that was found in the folder `base` is one of examples, or in one."""
        if len(path) <= len(base):
            return False
        above = _slashed(os.path.dirname(path.rstrip(os.sep)))
        return path == self._folder(above).examples or self._has_examples(above, base)

    def _add_file(self, path: str, base: str, *, named: bool) -> None:
        status, is_link, problem = None, False, None
        try:
            status, is_link = _status(path)
        except OSError as error:
            problem = error
        try:
            target = self.target(path, base, named=named, status=status)
        except RecursionError:
            self.errors.append(f"{self._display(path)}: nested too deeply in folders, move it up")
            return
        if target is None:
            self.excluded.append(self._display(path))
        elif path.endswith(_NOTEBOOK):
            what = "a notebook, not a Python file, check it with"
            self.errors.append(f'{target.display}: {what} nbqa "ctxlint check"')
        elif problem:
            self.errors.append(error_line(target.display, path, problem))
        elif named or (status and stat.S_ISREG(status.st_mode)):
            # Of a file's names, the first one that is not a link counts.
            real = os.path.realpath(path) if is_link else self._real_path(path, target)
            other = self.found.get(real)
            if other is None or (is_link, target.display) < (other[0], other[1].display):
                self.found[real] = is_link, target
                self.see(target)

    def _real_path(self, path: str, target: Target) -> str:
        """The real path of a file that is not a link; each folder is resolved only once."""
        name = target.absolute.rpartition(os.sep)[2]
        return self._real_folder(path.removesuffix(name)) + name

    def _walk(self, folder: str) -> Iterator[str]:
        """The Python files below a folder that git does not ignore."""
        from ctxlint.project import folder_walk  # noqa: PLC0415 - files given by name need none

        skipped = {name.removeprefix("!") for name in _skipped(self._folder(folder).settings)}
        for path, what in folder_walk.python_files(folder, skipped):
            if what is None:
                yield path
            elif not self._excludes(_location(path, folder, self._here)):
                self.errors.append(f"{self._display(path)}: {what}, fix it or exclude it")


def _status(path: str) -> tuple[os.stat_result, bool]:
    """The status of a file, or of a link's target, and whether it is a link."""
    status = os.lstat(path)
    is_link = stat.S_ISLNK(status.st_mode)
    return os.stat(path) if is_link else status, is_link


def _posix(path: str) -> str:
    return path if os.sep == "/" else path.replace(os.sep, "/")
