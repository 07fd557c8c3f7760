"""Sieves: what tells the atoms of a value apart, asked once for each atom."""

from __future__ import annotations

import ast
from collections.abc import Callable, Set

from ctxlint.flow.values import (
    NOTHING,
    Atom,
    Instance,
    Kind,
    Origin,
    Symbol,
    Value,
    is_generated,
    is_kind,
)

_MAX_ATOMS = 32  # of a definition, before it matters no longer where received values come from


class Sieve:
    """Leaves out the atoms with a property, tested once for each: values are often large."""

    def __init__(self, holds: Callable[[Atom], bool]) -> None:
        self._holds = holds
        self._seen: set[Atom] = set()
        self._found: set[Atom] = set()

    def rest(self, value: Value) -> Value:
        """The other atoms of a value."""
        if not value <= self._seen:
            new = value - self._seen
            self._seen |= new
            self._found.update(filter(self._holds, new))
        return NOTHING if value <= self._found else value - self._found


class Sieves:
    """The sieves of one analysis."""

    def __init__(self) -> None:
        self.opaque = Sieve(_is_opaque)
        self.simple = Sieve(_is_simple)
        self.not_generated = Sieve(lambda atom: not is_generated(atom))
        self.rejected = Sieve(_is_rejected)


def _is_opaque(atom: Atom) -> bool:
    """Whether an atom says no more than that a value was received, or its name."""
    return is_kind(atom, Kind.RECEIVED) or _is_name(atom)


def _is_simple(atom: Atom) -> bool:
    """Whether an atom is not an object that may hold others, unless that is known."""
    is_given = isinstance(atom, Origin) and isinstance(atom.node, ast.arg)
    return not (is_given or isinstance(atom, Instance))


def _is_rejected(atom: Atom) -> bool:
    """Whether an atom is what no remedy keeps: a generated ID, or None."""
    return is_generated(atom) or is_kind(atom, Kind.ABSENT)


def _is_name(atom: Atom) -> bool:
    """Whether an atom is but a dotted name, of something that is not looked into."""
    return isinstance(atom, Symbol) and atom.node is None


def widened(value: Value, known: Set[Atom], node: ast.AST, opaque: Sieve) -> Value:
    """The atoms that a definition gains: of very many opaque ones only that they were received.

    Without such a bound the elements of elements that are stored in each other would multiply.
    """
    new = value - known
    if len(new) + len(known) <= _MAX_ATOMS:
        return new
    others = opaque.rest(new)
    return others | frozenset({Origin(Kind.RECEIVED, node)}) - known
