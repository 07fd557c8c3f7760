"""Knowledge of a code base: getters and ID sources. Data, no rule logic.

The built-in values are those of the audit that ctxlint automates; a project replaces or extends
them in `[tool.ctxlint]`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from ctxlint.contract.getter import Getter, is_of_object, matches_any
from ctxlint.contract.libraries import Libraries


class HandedOn(NamedTuple):
    """A parameter of a function, or a part of it, that gets to the ID parameter `name` of a getter.

    `path` leads to the part: ".x" for an attribute, "[x" for an item, "*x" for one of a keyword
    collector. It `is_whole` unless a value that is made of it gets there.
    """

    parameter: str
    path: tuple[str, ...]
    name: str
    is_whole: bool
    getter: str


class Summary(NamedTuple):
    """All that a `function`, by its qualified name, hands to getters.

    It `is_enough` for callers unless they have to look into the function: that depends on more
    than its arguments, or it may put a generated ID in these. The function `moves` what it is given
    if it may put that in what it is given.
    """

    function: str
    handed_on: tuple[HandedOn, ...]
    is_enough: bool = True
    moves: bool = False

    def united(self, other: Summary) -> Summary:
        """The summary of a function of this name that does what either of two summaries says."""
        both = tuple(sorted({*self.handed_on, *other.handed_on}))
        are_enough = self.is_enough and other.is_enough
        return Summary(self.function, both, are_enough, self.moves or other.moves)


def by_function(summaries: Iterable[Summary]) -> dict[str, Summary]:
    """The summaries by the names of their functions, united where several are of one name."""
    found: dict[str, Summary] = {}
    for one in summaries:
        known = found.get(one.function)
        found[one.function] = known.united(one) if known else one
    return found


@dataclass(frozen=True)
class Exports:
    """The names in the file at an absolute path by which others reach a getter.

    Each is a function that leads to one, a class, or an alias. Functions that lack a summary have
    to be looked into.
    """

    location: str
    names: frozenset[str]
    summaries: frozenset[Summary] = frozenset()

    def __hash__(self) -> int:
        return hash((self.location, len(self.names), len(self.summaries)))

    def united(self, other: Exports) -> Exports:
        """The exports of the same file, with all that two analyses of it have found."""
        found = by_function((*self.summaries, *other.summaries))
        return Exports(self.location, self.names | other.names, frozenset(found.values()))

    def new_names(self, before: Exports) -> frozenset[str]:
        """The names, also of classes, that were not known before or of which more is known now."""
        changed = {one.function for one in self.summaries ^ before.summaries}
        words = {word for function in changed for word in function.split(".")}
        return (self.names - before.names) | (self.names & words)


@dataclass(frozen=True)
class Contract(Libraries):
    """The getters and sources of a code base, and what is known of the libraries that it uses."""

    # What leads to a getter in other files; None where a file is checked alone.
    exports: tuple[Exports, ...] | None = None
    getters: tuple[Getter, ...] = (
        Getter(
            call="get_user_execution_context",
            ids={"thread_id": 1, "run_id": 2},
            none="reuse",
            replaces=("create_user_execution_context",),
        ),
    )
    # Calls that open or look at a session by its ID. Alone they are not a way back to it.
    session_uses: tuple[Getter, ...] = ()
    sources: tuple[str, ...] = (
        "UnifiedIdGenerator.generate_*",
        "uuid.uuid1",
        "uuid.uuid4",
        "uuid.uuid6",
        "uuid.uuid7",
        "secrets.token_*",
    )
    # What a project adds to `keeps`, and its functions that open sessions on purpose.
    own_keeps: tuple[str, ...] = ()
    opens: tuple[str, ...] = ()

    @cached_property
    def sink_wrappers(self) -> frozenset[str] | None:
        """The names of the functions of other files that lead to a getter."""
        if self.exports is None:
            return None
        return frozenset(name for exports in self.exports for name in exports.names)

    def leads(self, name: str, location: str) -> bool:
        """Whether a function of this name leads to a getter in the file at an absolute path."""
        exports = self._exports.get(location)
        return exports is not None and name in exports.names

    def summaries(self, location: str) -> Mapping[str, Summary]:
        """The known summaries of the functions of a file, by their qualified names."""
        return self._summaries.get(location, {})

    @cached_property
    def _summaries(self) -> Mapping[str, Mapping[str, Summary]]:
        return {location: by_function(one.summaries) for location, one in self._exports.items()}

    @cached_property
    def _exports(self) -> Mapping[str, Exports]:
        return {exports.location: exports for exports in self.exports or ()}

    @cached_property
    def has_lost(self) -> bool:
        """Whether a getter is only given IDs to report that are lost."""
        return any(getter.asks_lost for getter in self.getters)

    def getter(self, path: str) -> Getter | None:
        """The getter that the dotted `path` names, if any."""
        return next((getter for getter in self.getters if getter.is_at(path)), None)

    def is_source(self, path: str) -> bool:
        """Whether a call of the dotted `path` generates an ID."""
        return matches_any(self.sources, path)

    def is_source_class(self, path: str) -> bool:
        """Whether `path` names a class whose methods generate IDs: its instances do too."""
        return matches_any(self._source_classes, path)

    @cached_property
    def has_dotted_getters(self) -> bool:
        """Whether a getter is more than a function of any module."""
        return any("." in getter.call or getter.packages for getter in self.getters)

    def may_be_source(self, words: Iterable[str]) -> bool:
        """Whether what goes by some words may generate an ID, whatever it is an attribute of."""
        return any(matches_any(self._source_ends, word) for word in words)

    @cached_property
    def _source_classes(self) -> tuple[str, ...]:
        owners = (pattern.rpartition(".")[0] for pattern in self.sources)
        return tuple(owner for owner in owners if owner[:1].isupper())

    @cached_property
    def _source_ends(self) -> tuple[str, ...]:
        return tuple(source.rpartition(".")[2] for source in self.sources if "." in source)

    @cached_property
    def getter_words(self) -> tuple[str, ...]:
        """The words of the getters: a file without one has no sink."""
        return tuple(word for getter in self.getters for word in getter.words)

    def names_getter(self, contains: Callable[[str], bool]) -> bool:
        """Whether a text may call a getter, by the words that it has."""
        return any(getter.is_named(contains) for getter in self.getters)

    def leads_to_getter(self, contains: Callable[[str], bool]) -> bool:
        """Whether a text may call a getter, itself or through another file."""
        return any(map(contains, self.sink_wrappers or ())) or self.names_getter(contains)

    @cached_property
    def has_paths(self) -> bool:
        """Whether a getter takes an ID inside of an argument or object."""
        return any("." in name for getter in self.getters for name in getter.ids)

    @cached_property
    def attribute_ids(self) -> frozenset[str]:
        """The attributes of objects that hold an ID for their methods: any code may set them."""
        paths = (path for getter in self.getters for path in getter.paths)
        return frozenset(path.steps[0] for path in paths if path.is_of_object)

    @cached_property
    def calls_objects(self) -> bool:
        """Whether a getter may be an object that is called, whatever its name."""
        return any(is_of_object(getter.call) for getter in self.getters)

    @cached_property
    def source_words(self) -> tuple[str, ...]:
        """A piece of each source's name: a file without any has no source."""
        return tuple(source.rpartition(".")[2].partition("*")[0] for source in self.sources)


DEFAULT_CONTRACT = Contract()
