"""Provenance of a value: found in a store, and under what; new; absent; or computed.

The flow of `ctxlint.flow` follows generated IDs; it knows nothing of stores and their keys. Here a
value is identified by the parts that lead to it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from enum import StrEnum
from itertools import product
from typing import NamedTuple

_MOST = 16  # alternatives of a value, or of a key, before nothing is known of it


_DISPLAYS = (ast.Dict, ast.List, ast.Set)  # which a query takes for its conditions


class Part(NamedTuple):
    """A parameter, or what a path of keys and attributes leads to in it."""

    name: str
    path: tuple[str, ...] = ()

    @property
    def dotted(self) -> str:
        """The path as a contract has it."""
        return ".".join((self.name, *self.path))

    @property
    def word(self) -> str:
        """The last word of the path."""
        return self.path[-1] if self.path else self.name


class Mark(StrEnum):
    """A part that is not a parameter."""

    FRESH = "fresh"  # another one each time
    ABSENT = "absent"  # None
    UNKNOWN = "unknown"


Parts = frozenset[Part | Mark]
NO_PARTS: Parts = frozenset()


class Kind(StrEnum):
    """How a value came about."""

    PLAIN = "plain"  # computed of its parts; of none: a constant, or the same for all calls
    ABSENT = "absent"
    FOUND = "found"  # taken out of a store under its parts
    MANY = "many"  # a collection of such
    NEW = "new"
    OPAQUE = "opaque"  # returned by an unknown call


class Atom(NamedTuple):
    """One thing that a value may be; `node` is the look-up, or the creation.

    `creates`: whether the look-up makes what it does not find.
    """

    kind: Kind
    parts: Parts = NO_PARTS
    node: ast.AST | None = None
    creates: bool = False


Value = frozenset[Atom]
NOTHING: Value = frozenset()
ABSENT = Atom(Kind.ABSENT)
CONSTANT = Atom(Kind.PLAIN)
FRESH = Atom(Kind.PLAIN, frozenset({Mark.FRESH}))
UNKNOWN = Atom(Kind.PLAIN, frozenset({Mark.UNKNOWN}))


def one(atom: Atom) -> Value:
    """The value that is surely one thing."""
    return frozenset({atom})


def plain(parts: Iterable[Part | Mark]) -> Atom:
    """A value computed of some parts."""
    return Atom(Kind.PLAIN, frozenset(parts))


def parts_of(atom: Atom) -> Parts:
    """The parts that a key has that is made of an atom."""
    if atom.kind is Kind.ABSENT:
        return frozenset({Mark.ABSENT})
    if atom.kind is Kind.NEW and not isinstance(atom.node, _DISPLAYS):
        return frozenset({Mark.FRESH})
    if atom.kind is Kind.OPAQUE:
        return atom.parts | {Mark.UNKNOWN}
    return atom.parts


def alternatives(value: Value) -> set[Parts]:
    """The parts of each thing that a value may be."""
    return {parts_of(atom) for atom in value}


def combined(values: Iterable[Value]) -> set[Parts]:
    """The parts of each thing that may be computed of some values together."""
    choices = [alternatives(value) or {NO_PARTS} for value in values]
    size = 1
    for choice in choices:
        size *= len(choice)
    if size > _MOST:
        everything = frozenset(part for choice in choices for parts in choice for part in parts)
        return {everything | {Mark.UNKNOWN}}
    return {NO_PARTS.union(*chosen) for chosen in product(*choices)}


def contents(values: Iterable[Value]) -> set[Parts]:
    """The parts of each thing that may be made of some values: of new ones, theirs."""
    inner = (
        frozenset(plain(a.parts) if a.kind is Kind.NEW else a for a in value) for value in values
    )
    return combined(inner)


def computed(values: Iterable[Value]) -> Value:
    """A value computed of some others, such as a text or a key of several."""
    return frozenset(plain(parts) for parts in combined(values))


def bounded(value: Value) -> Value:
    """A value, or that nothing is known where it may be too many things."""
    return value if len(value) <= _MOST * 2 else one(UNKNOWN)


def of_kind(value: Value, *kinds: Kind) -> Value:
    """The things of some kinds that a value may be."""
    return frozenset(atom for atom in value if atom.kind in kinds)
