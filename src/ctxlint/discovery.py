"""Paths to files: which files a run checks, and the names it shows for them."""

from __future__ import annotations

import errno
import os
import re
import stat
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from ctxlint.config import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from ctxlint.config import Settings

    SettingsFor = Callable[[str], Settings]  # those of the files in a folder

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
SUFFIXES = (".py", ".pyi")


@dataclass(frozen=True, slots=True)
class Target:
    """A file to check with its settings: `display` names it to the user, `path` opens it."""

    display: str
    path: str
    settings: Settings
    is_test: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found: files sorted by name, the names it left out, a line for each error."""

    targets: tuple[Target, ...]
    excluded: tuple[str, ...]
    errors: tuple[str, ...]


def find(paths: Iterable[str], settings_for: SettingsFor) -> Found:
    """The files that `paths` mean, each once, with the settings of its folder.

    A folder means the Python files below it that neither .gitignore nor an exclude pattern covers;
    a file is meant whatever its suffix. Names are relative to the working folder where they are
    below it. Raises ConfigError for a pattern that is none.
    """
    search = _Search(settings_for)
    for path in paths:
        search.add(path)
    found = (target for _, target in search.found.values())
    targets = sorted(found, key=lambda target: (target.display, target.path))
    return Found(tuple(targets), tuple(sorted(search.excluded)), tuple(search.errors))


def name_only(name: str, settings_for: SettingsFor) -> Target | None:
    """The target for a text on stdin that goes by `name`; None where `exclude` covers it."""
    return _Search(settings_for).target(name, os.path.dirname(name))


def error_line(display: str, path: str, error: OSError) -> str:
    """The line that tells the user why a file could not be read or written."""
    if error.errno == errno.ENOENT and os.path.islink(path):
        what, cure = "dangling link", "remove it or restore its target"
    else:
        unknown = (error.strerror or str(error), "check the file and its folder")
        what, cure = _REASONS.get(error.errno, unknown)
    return f"{display}:1:1: {what}, {cure}"


_REASONS: dict[int | None, tuple[str, str]] = {
    errno.ENOENT: ("no such file or folder", "check the path"),
    errno.ELOOP: ("circular link", "remove it or point it at a file"),
    errno.EACCES: ("permission denied", "change its mode or exclude it"),
}


class _Search:
    """The state of one search."""

    def __init__(self, settings_for: SettingsFor) -> None:
        self.found: dict[str, tuple[bool, Target]] = {}  # by real path
        self.excluded: list[str] = []
        self.errors: list[str] = []
        self._settings_for = cache(settings_for)
        self._patterns = cache(Patterns)
        self._patterns(settings_for("").exclude)  # complain even where there is no file
        self._here = os.path.join(os.getcwd(), "")
        self._real = cache(os.path.realpath)  # looks at every folder of a path

    def add(self, path: str) -> None:
        """Add what one argument means."""
        if os.path.isdir(path):
            for file in self._walk(path):
                self._add_file(file, path, named=False)
        else:
            self._add_file(path, os.path.dirname(path), named=True)

    def names(self, path: str, base: str) -> tuple[str, str]:
        """The name to show for a file, and the one to match patterns against.

        Both are relative to the working folder. A file elsewhere is shown as it was given and
        matched from `base`: the folders above that are none of its project's.
        """
        absolute = os.path.abspath(path)
        if absolute.startswith(self._here):
            display = _posix(absolute.removeprefix(self._here))
            return display, display
        return _posix(path), _posix(os.path.relpath(path, base or os.curdir))

    def target(self, path: str, base: str) -> Target | None:
        """The target that a path stands for; None where `exclude` covers it."""
        settings = self._settings_for(os.path.dirname(path))
        display, matched = self.names(path, base)
        if self._patterns(settings.exclude).cover(matched):
            return None
        return Target(display, path, settings, self._patterns(settings.test_paths).cover(matched))

    def _add_file(self, path: str, base: str, *, named: bool) -> None:
        target = self.target(path, base)
        if target is None:
            self.excluded.append(self.names(path, base)[0])
            return
        try:
            mode = os.stat(path).st_mode
        except OSError as error:
            self.errors.append(error_line(target.display, path, error))
            return
        if named or stat.S_ISREG(mode):
            # Of a file's names the first counts that is no link.
            is_link = os.path.islink(path)
            folder, name = os.path.split(path)
            real = self._real(path) if is_link else os.path.join(self._real(folder), name)
            entries = [(is_link, target), *([self.found[real]] if real in self.found else [])]
            self.found[real] = min(entries, key=lambda entry: (entry[0], entry[1].display))

    def _walk(self, folder: str) -> Iterator[str]:
        """The Python files below a folder that git does not ignore."""
        import rignore  # noqa: PLC0415 - files given by name need no walk

        negated = {f"!{name}" for name in DEFAULT_EXCLUDE}
        allowed = set(self._settings_for(folder).exclude)
        walker = rignore.walk(
            Path(folder), ignore_hidden=False, overrides=sorted(negated - allowed)
        )
        while True:
            try:
                path = next(walker, None)
            except (OSError, ValueError) as error:  # the walk goes on after either
                self._walk_error(folder, str(error))
                continue
            if path is None:
                return
            if path.suffix in SUFFIXES:
                yield str(path)

    def _walk_error(self, folder: str, text: str) -> None:
        """Note an error of rignore, which names the path only in its text."""
        match = re.match(r"(.*): IO error for operation on .*: (.*) \(os error \d+\)\Z", text, re.S)
        path, what = match.groups() if match else (folder, "a file name that is not UTF-8")
        display, matched = self.names(path, folder)
        if not self._patterns(self._settings_for(folder).exclude).cover(matched):
            self.errors.append(f"{display}:1:1: {what}, mend it or exclude it")


def _posix(path: str) -> str:
    return path.replace(os.sep, "/")


class Patterns:
    """Patterns as in a .gitignore; the last one that matches a path decides."""

    def __init__(self, patterns: Iterable[str]) -> None:
        self._rules = [(not pattern.startswith("!"), _regex(pattern)) for pattern in patterns]
        self._covers_folder = cache(lambda folder: self.cover(folder, "/"))

    def cover(self, path: str, end: str = "") -> bool:
        """Whether they cover the file at a relative POSIX path, or a folder that it is in."""
        folder = path.rpartition("/")[0]
        return (folder != "" and self._covers_folder(folder)) or self._decide(path + end)

    def _decide(self, path: str) -> bool:
        decisions = (covers for covers, regex in reversed(self._rules) if regex.fullmatch(path))
        return next(decisions, False)


_GLOB = re.compile(r"\*\*/|/\*\*\Z|\*+|\?|\[!?\]?[^\]]*\]|\\?.", re.DOTALL)


def _regex(pattern: str) -> re.Pattern[str]:
    """The regular expression of one pattern; a path that ends in a slash is a folder."""
    glob = pattern.removeprefix("!").removeprefix("./")
    anchored = "/" in glob[:-1]
    body = _GLOB.sub(lambda token: _meaning(token[0]), glob.strip("/"))
    end = "/" if glob.endswith("/") else "/?"
    try:
        return re.compile(("" if anchored else "(?:.*/)?") + body + end, re.DOTALL)
    except re.error as error:
        raise ConfigError(f"exclude '{pattern}': no gitignore pattern, {error}") from None


def _meaning(token: str) -> str:
    """The regular expression of one token of a glob."""
    if token.startswith("[") and token != "[":
        return token.replace("[!", "[^", 1).replace("\\", "\\\\")
    fixed = {"**/": "(?:.*/)?", "/**": "/.+", "?": "[^/]"}
    if token.startswith("*") or token in fixed:
        return fixed.get(token, "[^/]*")
    return re.escape(token.removeprefix("\\") or token)
