"""What the flow knows of a value: a set of atoms, and the definitions that carry them."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    """Where a value comes from."""

    GENERATED = "generated"
    RECEIVED = "received"
    AMBIENT = "ambient"
    ABSENT = "absent"
    UNSEEN = "unseen"  # other code, which is not looked into, may put something else there


# A name in a scope, or an element (constant key), item (ANY) or attribute of an atom.
Location = tuple[object, object]


@dataclass(slots=True)  # to make frozen ones would take twice as long
class Origin:
    """A value that came into being at `node`, or that a cell held from the beginning.

    `part` is the index of one of several IDs that one call generates.
    """

    kind: Kind
    node: ast.AST | Location
    part: int | None = None
    _hash: int = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        self._hash = hash((self.kind, self.node, self.part))

    def __hash__(self) -> int:  # asked for very often, of elements of elements
        return self._hash


class Symbol(NamedTuple):
    """Something that a dotted path names: a module, class, function, or an instance of a class.

    `node` defines it, where that was looked into; `bound` says that it is a method of an object.
    """

    path: str
    node: ast.AST | None = None
    bound: bool = False

    @property
    def word(self) -> str:
        """The last word of its path."""
        return self.path.rpartition(".")[2]


class Container(NamedTuple):
    """A tuple, list, dict or keyword collector made at `node`; its elements are cells."""

    node: ast.AST


class Instance(NamedTuple):
    """An object that the call `node` made of a class, None for one of no class of its own."""

    node: ast.Call
    owner: ast.ClassDef | None


class Partial(NamedTuple):
    """A function with `given` positional arguments already bound; those of a getter by `node`."""

    symbol: Symbol
    given: int
    node: ast.Call | None = None


Atom = Origin | Symbol | Container | Instance | Partial
Value = frozenset[Atom]
NOTHING: Value = frozenset()


class Attribute(NamedTuple):
    """The key of an attribute, which no item of a dict can be mistaken for."""

    name: str


ANY = Attribute("[*]")  # the key of the items whose index or key is not constant
RETURN = Attribute("[return]")  # what a function returns, or yields, is a cell of the function
MISSING = Attribute("[missing]")  # bound where a test has told that a parameter got nothing
PASSED = Attribute("[passed]")  # the getters that a parameter is passed to
OPEN = Attribute("[open]")  # bound where other code may set any element or attribute


@dataclass(slots=True, eq=False)  # not frozen, as above
class Definition:
    """A binding of `cell` at `node` by the code of `scope`, to `value` or a part of it.

    `node` is None for what a cell holds before anything is bound to it.
    """

    cell: Location
    node: ast.AST | None = None
    scope: ast.AST | None = None
    value: ast.expr | None = None


Definitions = frozenset[Definition]
_GENERATED = Kind.GENERATED  # asked for very often
_IDS = frozenset({Kind.GENERATED, Kind.AMBIENT})


def is_kind(atom: Atom, kind: Kind) -> bool:
    """Whether an atom is an origin of this kind."""
    return isinstance(atom, Origin) and atom.kind is kind


def is_generated(atom: Atom) -> bool:
    """Whether an atom is a generated ID."""
    return isinstance(atom, Origin) and atom.kind is _GENERATED


def is_id(atom: Atom) -> bool:
    """Whether an atom is a generated or ambient ID."""
    return isinstance(atom, Origin) and atom.kind in _IDS


def is_parameter(node: object) -> bool:
    """Whether a value that comes from `node` is that of a parameter, or an item of a collector."""
    if isinstance(node, tuple):
        return isinstance(node[0], Container) and isinstance(node[0].node, ast.arg)
    return isinstance(node, ast.arg)


def whole_of(node: object) -> ast.arg | None:
    """The parameter whose element or attribute (of an element) a cell is, if it is one."""
    while isinstance(node, tuple) and isinstance(node[0], Origin):
        node = node[0].node
    return node if isinstance(node, ast.arg) else None


def generated(value: Value) -> Value:
    """The generated IDs among the atoms of a value."""
    return frozenset(filter(is_generated, value))


def is_unseen(atom: Atom) -> bool:
    """Whether an atom stands for what code that is not looked into may have put there.

    It only says that a value may be another one: no test is decided by it.
    """
    return isinstance(atom, Origin) and atom.kind is Kind.UNSEEN


def unseen(value: Value, node: ast.AST | Location) -> Value:
    """A value that code which is not looked into may have replaced: a generated ID, or None."""
    if not all(isinstance(atom, Origin) for atom in value) or not any(
        is_generated(atom) or is_kind(atom, Kind.ABSENT) for atom in value
    ):
        return value
    return value | {Origin(Kind.UNSEEN, node)}


def is_surely_generated(value: Value) -> bool:
    """Whether a value is a generated ID, for all that is seen."""
    return any(map(is_generated, value)) and all(is_generated(a) or is_unseen(a) for a in value)


def may_be_true(atom: Atom) -> bool:
    """Whether a value with this atom can be true; None cannot."""
    return not is_kind(atom, Kind.ABSENT)


def may_be_false(atom: Atom) -> bool:
    """Whether a value with this atom can be false; a generated ID cannot."""
    return not (is_generated(atom) or is_unseen(atom))


def is_surely_true(atom: Atom) -> bool:
    """Whether a value of this atom is neither None nor false: a generated ID, a constant."""
    node = atom.node if isinstance(atom, Origin) else None
    return is_generated(atom) or (isinstance(node, ast.Constant) and bool(node.value))


def may_be_none(atom: Atom) -> bool:
    """Whether a value with this atom can be None."""
    return isinstance(atom, Origin) and not (is_generated(atom) or is_unseen(atom))


def may_be_set(atom: Atom) -> bool:
    """Whether a value with this atom can be other than None."""
    return not is_kind(atom, Kind.ABSENT)
