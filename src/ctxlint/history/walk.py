"""The commits of a repository, and what each changes in Python files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from posixpath import normpath
from typing import NamedTuple

from ctxlint.config.settings import ConfigError
from ctxlint.git import Repository, utc
from ctxlint.source import SUFFIXES

_SPECIAL = re.compile(r"([*?\[\\])")
_EXACT = "-M100%"  # renames of whole files, which are told without reading them


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit: `time` is that of its committer, in seconds since 1970."""

    id: str
    parents: tuple[str, ...]
    time: int
    subject: str

    @property
    def date(self) -> str:
        """Its time in UTC, as ISO 8601 has it."""
        return utc(self.time)


class Change(NamedTuple):
    """The change of one path: it holds `blob` now, or no Python file where that is None.

    `old` is the path that the file was renamed from.
    """

    path: str
    blob: str | None
    old: str | None = None


class Visit(NamedTuple):
    """A commit, and what it changes from each parent; a root changes an empty tree."""

    commit: Commit
    diffs: tuple[tuple[Change, ...], ...]


def commits(repository: Repository, tip: str) -> list[Commit]:
    """All commits that lead to the tip, parents first."""
    how = ("--topo-order", "--reverse", "--no-show-signature", "--encoding=UTF-8", "-z")
    printed = repository.run("log", *how, "--format=%H%x00%P%x00%ct%x00%s", tip, "--")
    fields = iter(printed.decode(errors="replace").split("\0"))
    return [
        Commit(name, tuple(parents.split()), int(time or 0), subject)
        for name, parents, time, subject in zip(fields, fields, fields, fields, strict=False)
    ]


def visits(
    repository: Repository, walked: Sequence[Commit], paths: Iterable[str] = ()
) -> list[Visit]:
    """The changes of each commit in the Python files below these paths, or below the folder."""
    pairs = [(c.id, parent) for c in walked for parent in c.parents or ("",)]
    diffs = _diffs(repository, pairs, _pathspecs(paths))
    return [Visit(commit, tuple(next(diffs) for _ in commit.parents or ("",))) for commit in walked]


def _pathspecs(paths: Iterable[str]) -> Iterator[str]:
    """The pathspecs of git for the Python files below these paths, and the paths themselves."""
    for path in map(normpath, paths):
        if path != ".":
            plain = _SPECIAL.sub(r"\\\1", path)
            yield from (f":(glob){plain}/**/*{suffix}" for suffix in SUFFIXES)
            if path.endswith(SUFFIXES):
                yield f":(glob){plain}"
            continue
        yield from (f":(glob)**/*{suffix}" for suffix in SUFFIXES)


def _diffs(
    repository: Repository, pairs: Sequence[tuple[str, str]], pathspecs: Iterable[str]
) -> Iterator[tuple[Change, ...]]:
    """The changes between each commit and a parent of it, or nothing."""
    specs = tuple(pathspecs) or tuple(_pathspecs(["."]))
    asked = "".join(f"{commit} {parent}".strip() + "\n" for commit, parent in pairs).encode()
    how = ("diff-tree", "--stdin", "--always", "--root", "-r", "-z", "--raw", "--no-abbrev")
    what = ("--relative", "--no-ext-diff", "--no-textconv", "--", *specs)
    try:
        printed = repository.run(*how, "-M", *what, stdin=asked)
    except ConfigError:  # a file is not in this clone, so that others cannot be likened to it
        printed = repository.run(*how, _EXACT, *what, stdin=asked)
    words = iter(printed.decode(errors="surrogateescape").split("\0"))
    next(words)  # the first commit
    for _ in pairs:
        yield tuple(_changes(words))


def _changes(words: Iterator[str]) -> Iterator[Change]:
    """The changes up to the next commit, or the end."""
    for word in words:
        if not word.startswith(":"):
            return
        _, mode, _, blob, status = word.split(" ")
        old = next(words) if status[0] in "RC" else None
        path = next(words)
        is_file = mode.startswith("100")
        yield Change(path, blob if is_file else None, old if status[0] == "R" else None)
