"""The files of a project that have a word, checked or not."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import cache

from ctxlint.project.modules import ANYWHERE, DEFINED, Project
from ctxlint.project.project_folder import is_below, project_folder
from ctxlint.project.text_search import has_any

_STEPS = 3  # imports followed from a file to one whose names it may have from others


class WordSearch:
    """Searches the projects that files belong to, each word once.

    `below` finds the Python files in a folder, or None where it has too many paths.
    """

    def __init__(
        self, project: Project, below: Callable[[str], Iterable[str] | None] | None
    ) -> None:
        self._project = project
        self._below = below
        self._named: dict[tuple[str, str], dict[str, bytes]] = {}
        self._defined: dict[tuple[str, str], dict[str, bytes] | None] = {}
        self._files: dict[str, list[str] | None] = {}
        self._having: dict[str, set[str]] = {}  # the checked files that have a word,
        self._matching: dict[str, set[str]] = {}  # and those that match a regular expression
        self._home_of = cache(self._search_home)

    def finding(self, wanted: str, location: str) -> dict[str, bytes] | None:
        """The files of the project of that at `location` that a search finds, with what they hold.

        `wanted` is a word, behind which it says whether the file defines it, or just has it; else
        it has it and may import the file. None where the project is too large.
        """
        home = self._home(location)
        if wanted.endswith(DEFINED):
            return self._defining(home, wanted.removesuffix(DEFINED))
        if wanted.endswith(ANYWHERE):
            return self._naming(home, wanted.removesuffix(ANYWHERE))
        return self._importing(wanted, location)

    def matching(self, pattern: str, word: str) -> set[str]:
        """The checked files that match a regular expression; only those with a word can."""
        if pattern not in self._matching:
            search = re.compile(pattern.encode()).search
            files = self._checked_with(word)
            self._matching[pattern] = {path for path in files if search(self._project.read(path))}
        return self._matching[pattern]

    def _checked_with(self, word: str) -> set[str]:
        """The checked files that have a word, also within a longer one."""
        if word not in self._having:
            words = {word, *self._project.expected} - self._having.keys()
            self._having |= _having(words, self._project.shown, self._project.read)
        return self._having[word]

    def containing(self, text: str, location: str) -> list[str]:
        """The files of the project of that at `location` that contain a text, also in a word."""
        part = text.encode()
        files = self._files_of(self._home(location)) or ()
        return [path for path in files if part in self._project.read(path)]

    def unchecked(self, home: str) -> list[str]:
        """The files of the project in a folder that are not checked."""
        return [path for path in self._files_of(home) or () if path not in self._project.shown]

    def home_of(self, search: str) -> str:
        """The folder of the project in which a search was made."""
        return self._home(search.split(" ", 2)[2])

    def replace(self, path: str, data: bytes) -> None:
        """Take other bytes for those of a file."""
        self._defined.clear()
        for (home, word), found in self._named.items():
            found.pop(path, None)
            if _has(word)(data) and self._home(path) == home:
                found[path] = data
        if path in self._project.shown:
            for pattern, paths in self._matching.items():
                (paths.add if re.search(pattern.encode(), data) else paths.discard)(path)
            for word, paths in self._having.items():
                (paths.add if word.encode() in data else paths.discard)(path)

    def _importing(self, word: str, location: str) -> dict[str, bytes] | None:
        """The other files that have a word and may import a file, with what they hold."""
        naming = self._naming(self._home(location), word)
        last = _has(os.path.splitext(os.path.basename(location))[0])
        reach = self._project.reach
        return naming and {
            path: data
            for path, data in naming.items()
            if path != location and (last(data) or location in reach(path, _STEPS))
        }

    def _defining(self, home: str, word: str) -> dict[str, bytes] | None:
        """The files of a project that define a function or class, with what they hold."""
        if (home, word) not in self._defined:
            naming, defines = self._naming(home, word), _defines(word)
            found = naming and {path: data for path, data in naming.items() if defines(data)}
            self._defined[home, word] = found
        return self._defined[home, word]

    def _naming(self, home: str, word: str) -> dict[str, bytes] | None:
        """The files of a project that have a word, with what they hold."""
        files = self._files_of(home)
        if files is not None and (home, word) not in self._named:
            has = _has(word)
            found = self._named[home, word] = {}
            for path in files:
                with suppress(OSError):
                    if has(data := self._project.text_of(path)):
                        found[path] = data
        return self._named.get((home, word))

    def _files_of(self, home: str) -> list[str] | None:
        """The files of the project in a folder, checked or not; None where that is too large."""
        if home not in self._files:
            below = self._below(home) if self._below else ()
            found = {path for path in below or () if self._home(path) == home}
            shown = self._project.shown.keys() - found
            found.update(path for path in shown if self._is_beside(path, home))
            self._files[home] = None if below is None else sorted(found)
        return self._files[home]

    def _is_beside(self, path: str, home: str) -> bool:
        """Whether a checked file may be of the project in a folder: nobody knows without roots.

        But no pipe, whose end may never come.
        """
        is_unknown = not (self._root(path) or self._root(home))
        is_ours = is_unknown or self._home(path) == home
        return is_ours and (path in self._project.texts or os.path.isfile(path))

    def _root(self, path: str) -> str:
        """The closest root that a file or folder is below; empty for one elsewhere."""
        roots = (root for root in self._project.roots if is_below(path, root))
        return max(roots, key=len, default="")

    def _home(self, path: str) -> str:
        """The folder of the project that a file belongs to."""
        return self._home_of(os.path.dirname(path))

    def _search_home(self, folder: str) -> str:
        return project_folder(folder, self._root(folder))


def _having(
    words: Iterable[str], paths: Iterable[str], read: Callable[[str], bytes]
) -> dict[str, set[str]]:
    """The files, of some, that have each of some words, also within a longer one."""
    parts = {word: word.encode() for word in sorted(words)}
    found: dict[str, set[str]] = {word: set() for word in parts}
    for path in paths:
        data = read(path)
        if has_any(data, tuple(parts)):  # as few
            for word, part in parts.items():
                if part in data:
                    found[word].add(path)
    return found


@cache
def _defines(word: str) -> Callable[[bytes], bool]:
    """A test whether bytes define a function or class of a name.

    It looks for the name first: to look for `def` in all of a file takes longer.
    """
    named = re.compile(rb"%s\b" % re.escape(os.fsencode(word))).finditer
    before = re.compile(rb"[ \t]*(?:async[ \t]+)?(?:def|class)[ \t]+").fullmatch

    def defines(data: bytes) -> bool:
        starts = (match.start() for match in named(data))
        return any(before(data, data.rfind(b"\n", 0, start) + 1, start) for start in starts)

    return defines


@cache
def _has(word: str) -> Callable[[bytes], bool]:
    """A test whether bytes have a word, and not only within a longer one."""
    inner = os.fsencode(word)
    search = re.compile(rb"\b%s\b" % re.escape(inner)).search
    return lambda data: inner in data and bool(search(data))
