"""Patterns as in a .gitignore, each relative to a folder."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from itertools import groupby


@dataclass(frozen=True, slots=True)
class Pattern:
    """A gitignore pattern and the absolute folder it is relative to; "" is the working folder."""

    text: str
    root: str = ""

    def __str__(self) -> str:
        return self.text

    @property
    def positive(self) -> Pattern:
        """What it says without `!`."""
        return Pattern(self.text.removeprefix("!"), self.root)


class Patterns:
    """Patterns, of which the last one that matches a path decides.

    Those of one folder work as in one .gitignore: what is in a covered folder is covered.
    """

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        groups = groupby(patterns, key=lambda pattern: pattern.root)
        self._groups = [(root, _Group(pattern.text for pattern in group)) for root, group in groups]

    def cover(self, name_from: Callable[[str], str]) -> bool:
        """Whether they cover a path; `name_from` gives its POSIX name relative to a folder.

        The name of a folder ends in a slash.
        """
        decisions = (group.decide(name_from(root)) for root, group in reversed(self._groups))
        return next((decision for decision in decisions if decision is not None), False)


class _Group:
    """The patterns of one folder."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._rules = [(not text.startswith("!"), regex(text)) for text in texts]
        self._decide_folder = cache(self.decide)

    def decide(self, name: str) -> bool | None:
        """Whether they cover a relative path; None where none of them matches."""
        folder = name.rstrip("/").rpartition("/")[0]
        if folder and self._decide_folder(f"{folder}/"):
            return True
        matches = (covers for covers, found in reversed(self._rules) if found.fullmatch(name))
        return next(matches, None)


_SPECIAL = re.compile(r"[\\\[&~|]|-(?=-)")  # to Python, not to git, in brackets
_GLOB = re.compile(r"\*\*/|/\*\*\Z|\*+|\?|\[!?\]?[^\]]*\]|\\?.", re.DOTALL)


@cache
def regex(pattern: str) -> re.Pattern[str]:
    """The regular expression of one pattern; raise ValueError for one that is ill-formed."""
    glob = pattern.removeprefix("!").removeprefix("./")
    if not glob.strip("/"):
        raise ValueError(f"empty pattern '{pattern}', write one or remove it")
    anchored = "/" in glob[:-1]
    body = _GLOB.sub(lambda token: _meaning(token[0]), glob.strip("/"))
    end = "/" if glob.endswith("/") else "/?"
    try:
        return re.compile(("" if anchored else "(?:.*/)?") + body + end, re.DOTALL)
    except re.error:
        raise ValueError(f"no gitignore pattern '{pattern}', mend what is in brackets") from None


def _meaning(token: str) -> str:
    """The regular expression of one token of a glob."""
    if token.startswith("[") and token != "[":
        start = "[^" if token.startswith("[!") else "["
        return start + _SPECIAL.sub(r"\\\g<0>", token[len(start) : -1]) + "]"
    fixed = {"**/": "(?:.*/)?", "/**": "/.+", "?": "[^/]"}
    if token.startswith("*") or token in fixed:
        return fixed.get(token, "[^/]*")
    return re.escape(token.removeprefix("\\") or token)
