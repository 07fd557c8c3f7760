"""Patterns as in a .gitignore, each relative to a folder."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache
from itertools import groupby
from typing import NamedTuple


class Pattern(NamedTuple):
    """A gitignore pattern and the absolute folder it is relative to; "" is the working folder."""

    text: str
    root: str = ""

    def __str__(self) -> str:
        return self.text

    @property
    def positive(self) -> Pattern:
        """The pattern without `!`."""
        return Pattern(self.text.removeprefix("!"), self.root)


class Patterns:
    """Patterns; the last one that matches a path decides.

    Those of one folder work as in one .gitignore: what is in a covered folder is covered.
    """

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        groups = groupby(patterns, key=lambda pattern: pattern.root)
        self._groups = [(root, _Group(pattern.text for pattern in group)) for root, group in groups]

    def cover(self, name_from: Callable[[str], str]) -> bool:
        """Whether they cover a path; `name_from` gives its POSIX name relative to a folder.

        The name of a folder ends in a slash.
        """
        for root, group in reversed(self._groups):
            decision: bool | None = group.decide(name_from(root))
            if decision is not None:
                return decision
        return False


class _Group:
    """The patterns of one folder."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._rules = [(not text.startswith("!"), regex(text)) for text in texts]
        self._any = re.compile("|".join(found.pattern for _, found in self._rules), re.DOTALL)
        self._decide_folder = cache(self.decide)

    def decide(self, name: str) -> bool | None:
        """Whether they cover a relative path; None where none of them matches."""
        folder = name.rstrip("/").rpartition("/")[0]
        if folder and self._decide_folder(f"{folder}/"):
            return True
        if not self._any.fullmatch(name):
            return None  # as most files
        matches = (covers for covers, found in reversed(self._rules) if found.fullmatch(name))
        return next(matches, None)


_SPECIAL = re.compile(r"[\\\[&~|]|-(?=-)")  # to Python, not to git, in brackets
_FOLDERS = re.compile(r"(?:^|(?<=/))\*{2,}/")
_TOKEN = re.compile(r"\*+|\?|\[!?\]?[^\]]*\]|\\?.", re.DOTALL)


@cache
def regex(pattern: str) -> re.Pattern[str]:
    """The regular expression of one pattern; raise ValueError for one that is ill-formed.

    It takes no more than quadratic time: of what may match in several ways the first will do,
    unless it is the last that may.
    """
    glob = pattern.removeprefix("!").removeprefix("./")
    if not glob.strip("/"):
        raise ValueError(f"empty pattern '{pattern}', write one or remove it")
    if "/" not in glob[:-1]:
        glob = f"**/{glob}"
    first, *others = map(_path, _FOLDERS.split(glob.strip("/")))
    middle = "".join(f"(?>(?:.*?/)??{path})" for path in others[:-1])
    last = f"(?:.*/)?{others[-1]}" if others else ""
    end = "/" if glob.endswith("/") else "/?"
    try:
        return re.compile(first + middle + last + end, re.DOTALL)
    except re.error:
        raise ValueError(f"not a gitignore pattern: '{pattern}', fix what is in brackets") from None


def _path(glob: str) -> str:
    """The regular expression of names with slashes between them, which may end in `/**`."""
    if glob.endswith("/**"):
        return _path(glob.removesuffix("/**")) + "/.+"
    names: list[list[str]] = [[""]]
    for token in _TOKEN.findall(glob):
        if token == "/":
            names.append([""])
        elif token.startswith("*"):
            names[-1].append("")
        else:
            names[-1][-1] += _meaning(token)
    return "/".join(map(_name, names))


def _name(parts: list[str]) -> str:
    """The regular expression of a name, from those of the parts between its asterisks."""
    first, *others = parts
    if not others:
        return first
    return first + "".join(f"(?>[^/]*?{part})" for part in others[:-1]) + "[^/]*" + others[-1]


def _meaning(token: str) -> str:
    """The regular expression of one token of a glob."""
    if token == "?":
        return "[^/]"
    if token.startswith("[") and token != "[":
        start = "[^" if token.startswith("[!") else "["
        return "(?!/)" + start + _SPECIAL.sub(r"\\\g<0>", token[len(start) : -1]) + "]"
    return re.escape(token.removeprefix("\\") or token)
