"""Session getters, and the match of a dotted path to a name of a contract. Data, no rule logic."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import NamedTuple


class IdPath(NamedTuple):
    """An ID as a getter takes it: `config.configurable.thread_id` at a position.

    That is the parameter `config`, and the keys or attributes that lead on from there;
    `self.thread` is an attribute of the object whose method is called.
    """

    name: str
    position: int
    parameter: str
    steps: tuple[str, ...]

    @classmethod
    def of(cls, name: str, position: int) -> IdPath:
        """The path that a key of a contract is."""
        parameter, *steps = name.split(".")
        return cls(name, position, parameter, tuple(steps))

    @property
    def is_of_object(self) -> bool:
        """Whether the object whose method is called has it as an attribute."""
        return self.parameter == "self" and bool(self.steps)

    @property
    def word(self) -> str:
        """The last word: that of the ID itself."""
        return self.name.rpartition(".")[2]


@dataclass(frozen=True, slots=True)
class Getter:
    """A session getter: the call that returns the session that exists.

    `ids` maps each ID, a parameter or a path that begins with one, to its 0-based position (-1:
    keyword only). `none` says what None means there, which is unknown where it is left out: only
    for `reuse` is None the remedy. `minor` IDs alone make a finding a warning. `report` says which
    generated IDs are findings: `all`, or those that are `lost`; left out it is `all` where None is
    the remedy. `help` and `url` are what a team has to say about such a finding. `packages` are the
    import packages of the framework that has it, if it is of a preset; `beside` are parameters of
    which a call must have one for None to mean what it does.
    """

    call: str
    ids: dict[str, int] = field(hash=False)
    none: str | None = None
    replaces: tuple[str, ...] = ()
    minor: tuple[str, ...] = ("run_id",)
    report: str | None = None
    help: str | None = None
    url: str | None = None
    packages: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()

    @property
    def paths(self) -> tuple[IdPath, ...]:
        """Its IDs as paths, in the order of the contract."""
        return _paths(tuple(self.ids.items()))

    def is_minor(self, name: str) -> bool:
        """Whether an ID alone makes a finding a warning."""
        return not {name, name.rpartition(".")[2]}.isdisjoint(self.minor)

    @property
    def words(self) -> tuple[str, ...]:
        """Pieces of text: a file that calls it has one of them.

        Objects that are called may have any name: their class is named where they are made, or the
        ID by its keyword.
        """
        *owner, last = self.call.split(".")
        if not is_of_object(self.call):
            return (last,)
        name = owner[-1] if last in SPECIAL and owner else last
        keywords = [path for path in self.paths if path.position < 0]
        others = (p.steps[0] if p.is_of_object else f"{p.parameter}=" for p in keywords)
        return (name, *others)

    @property
    def companions(self) -> tuple[str, ...]:
        """Pieces of text: such a file has one of these too, where the word is frequent."""
        *owner, last = self.call.split(".")
        is_bare = not owner
        if last not in FREQUENT or (is_bare and any(i >= 0 for i in self.ids.values())):
            return ()
        if self.packages:
            return (*self.packages, *owner, *(path.word for path in self.paths))
        parts = (part for path in self.paths for part in (path.parameter, *path.steps))
        return (*owner[-2:], *(part for part in parts if part != "self"))

    def is_named(self, contains: Callable[[str], bool]) -> bool:
        """Whether a text may call it, by the words that it has."""
        others = self.companions
        return any(map(contains, self.words)) and (not others or any(map(contains, others)))

    @property
    def path(self) -> str:
        """A dotted path that means it."""
        return ".".join([*self.packages[:1], self.call])

    def is_at(self, path: str) -> bool:
        """Whether a dotted path alone tells that it is called."""
        return path == self.path if self.packages else matches(self.call, path)

    def is_of(self, path: str) -> bool:
        """Whether what a dotted path names may be of the framework that has it."""
        return not self.packages or path.startswith(tuple(f"{name}." for name in self.packages))

    @property
    def asks_lost(self) -> bool:
        """Whether only those generated IDs are findings that are lost."""
        return self.report == "lost" or (self.report is None and self.none != "reuse")


@lru_cache(maxsize=256)
def _paths(ids: tuple[tuple[str, int], ...]) -> tuple[IdPath, ...]:
    return tuple(IdPath.of(name, position) for name, position in ids)


SPECIAL = ("__call__", "__init__")  # methods that a call of an object, or a class, runs
# Names of functions and methods that much code has: a file that has one need not mean the getter.
FREQUENT = frozenset(
    {"add", "ainvoke", "apply", "arun", "ask", "astream", "build", "call", "chat", "close"}
    | {"connect", "create", "delete", "do", "execute", "fetch", "find", "get", "handle", "init"}
    | {"invoke", "list", "load", "make", "new", "next", "open", "post", "process", "put"}
    | {"read", "reply", "request", "resolve", "respond", "run", "send", "set", "start", "step"}
    | {"stop", "stream", "submit", "update", "write"}
)


@lru_cache(maxsize=2**10)  # asked for each getter at each call
def is_of_object(call: str) -> bool:
    """Whether the name of a getter may mean objects, or classes, that go by any name."""
    last = call.rpartition(".")[2]
    return last in SPECIAL or ("." in call and last[:1].isupper())


WILD = frozenset("*?[")  # of `fnmatch`


@lru_cache(maxsize=2**13)  # the same few names are asked about all the time
def matches(pattern: str, path: str) -> bool:
    """Whether the dotted `path` of a call is one that `pattern` means.

    A bare name, or a pattern that begins with a class, may come from any module; a pattern that
    begins with a module must be the whole path. `*` stands for any text.
    """
    if "." not in pattern or pattern[0].isupper():
        depth = pattern.count(".") + 1
        path = ".".join(path.split(".")[-depth:])
    # To make a regular expression takes longer than most files.
    return fnmatchcase(path, pattern) if WILD.intersection(pattern) else path == pattern


@lru_cache(maxsize=2**13)  # as above
def matches_any(patterns: tuple[str, ...], path: str) -> bool:
    """Whether `path` is one that any of `patterns` means."""
    return any(matches(pattern, path) for pattern in patterns)
