"""Values in the flow: sets of atoms, and the definitions that carry them."""

from __future__ import annotations

import ast
from collections.abc import Callable, Set
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

MAX_DEPTH = 3  # elements and attributes of each other followed, so that `x = x.next` in a loop ends
_MAX_ATOMS = 32  # of a definition, before it matters no longer where received values come from


class Kind(StrEnum):
    """Where a value comes from."""

    GENERATED = "generated"
    RECEIVED = "received"
    AMBIENT = "ambient"
    ABSENT = "absent"
    OWN = "own"  # what a getter returns, and its parts, which are never missing
    UNSEEN = "unseen"  # other code, which is not looked into, may put something else there

    __hash__ = str.__hash__  # asked for very often; that of enumerations is slow


# A name in a scope, or an element (constant key), item (ANY) or attribute of an atom.
Location = tuple[object, object]


class Origin(NamedTuple):
    """A value that came into being at `node`, or that a cell held from the beginning.

    `part` is the index of one of several IDs that one call generates. `source` is the node and
    part of an ID where it is generated, in one of the functions that `node` calls.
    """

    kind: Kind
    node: ast.AST | Location
    part: int | None = None
    source: tuple[object, int | None] | None = None

    def brought_by(self, call: ast.AST) -> Origin:
        """An ID of a function, as what a call of it brings."""
        return Origin(self.kind, call, source=self.first_source)

    @property
    def first_source(self) -> tuple[object, int | None]:
        """The node that generates an ID, in whichever function, and the part that it is."""
        return self.source or (self.node, self.part)


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
    """A tuple, list, dict or keyword collector made at `node`; its elements are cells.

    `part` is where the function that `node` calls makes it, in another one that it returns.
    """

    node: ast.AST
    part: ast.AST | None = None


class Instance(NamedTuple):
    """An object that the call `node` made of a class, None for one of no class of its own.

    `part` is as that of a container.
    """

    node: ast.Call
    owner: ast.ClassDef | None
    part: ast.AST | None = None


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
KEYS = Attribute("[keys]")  # which key of a mapping a loop over it is at
CONTENT = Attribute("[content]")  # what a variable of a context holds
LENGTH = Attribute("[length]")  # bound where a list was made longer, or a tuple of others
BRANCH = Attribute("[branch]")  # bound where the branches of an `if` meet, under its flag
PASSED = Attribute("[passed]")  # the getters that a parameter is passed to
HANDED = Attribute("[handed]")  # the functions and objects that a parameter is given
OPEN = Attribute("[open]")  # bound where other code may set any element or attribute
PARTS = Attribute("[parts]")  # grows where an object holds an ID, or an object, under a new key


class Fact(NamedTuple):
    """The result of a test of a name: it is `true`, `false`, `none`, `set` (not None), `in` some
    constants, or `out` of them. It is bound, under the cell of the name, to what the name held.
    """

    test: str
    constants: tuple[object, ...] = ()


TRUE, FALSE, NONE, SET = Fact("true"), Fact("false"), Fact("none"), Fact("set")
# Methods of lists, sets and mappings that change them in place.
CHANGING_METHODS = frozenset(
    {"add", "append", "appendleft", "clear", "discard", "extend", "insert", "pop", "popitem"}
    | {"popleft", "remove", "setdefault", "update"}
)
_OPPOSITES = {TRUE: {FALSE, NONE}, FALSE: {TRUE}, NONE: {TRUE, SET}, SET: {NONE}}


class Condition(NamedTuple):
    """A fact that holds of the parameter `key` wherever an ID is generated."""

    key: object
    fact: Fact


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


def parameter_of(key: object) -> ast.arg:
    """The parameter that a key is, or is a part of; of an item of a collector it is that."""
    return whole_of(key) or key[0].node  # type: ignore[index]


def fits(atom: Atom, key: object) -> bool:
    """Whether an object can have a key or attribute, by what it is."""
    if isinstance(atom, Container):
        return key is ANY or not isinstance(key, Attribute)
    return not (isinstance(atom, Instance) and isinstance(key, str))


def spelled(node: object) -> object:
    """The path of keys and attributes that a part of a parameter is, whichever they are."""
    if isinstance(node, tuple) and isinstance(node[0], Origin):
        return spelled(node[0].node), getattr(node[1], "name", node[1])
    return node


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


def objects(value: Value) -> Value:
    """The atoms of a value that may have elements or attributes: None has none to set."""
    return frozenset(atom for atom in value if not is_kind(atom, Kind.ABSENT))


def is_surely_generated(value: Value) -> bool:
    """Whether a value is a generated ID, for all that is seen."""
    return any(map(is_generated, value)) and all(is_generated(a) or is_unseen(a) for a in value)


def constant_of(atom: Atom) -> ast.Constant | None:
    """The constant that an atom is, if it is one."""
    node = atom.node if isinstance(atom, Origin) else None
    return node if isinstance(node, ast.Constant) else None


def is_own_part(atom: Atom) -> bool:
    """Whether an atom is an attribute or item of what a getter returned."""
    return isinstance(atom, Origin) and atom.kind is Kind.OWN and isinstance(atom.node, tuple)


def may_be_true(atom: Atom) -> bool:
    """Whether a value with this atom can be true; None cannot."""
    constant = constant_of(atom)
    return bool(constant.value) if constant else not is_kind(atom, Kind.ABSENT)


def may_be_false(atom: Atom) -> bool:
    """Whether a value with this atom can be false; a generated ID cannot."""
    constant = constant_of(atom)
    if constant:
        return not constant.value
    return not (is_generated(atom) or is_unseen(atom) or is_own_part(atom))


def is_surely_true(atom: Atom) -> bool:
    """Whether a value of this atom is neither None nor false: a generated ID, a constant."""
    constant = constant_of(atom)
    return bool(constant.value) if constant else is_generated(atom) or is_own_part(atom)


def may_be_none(atom: Atom) -> bool:
    """Whether a value with this atom can be None."""
    if constant := constant_of(atom):
        return constant.value is None
    return isinstance(atom, Origin) and not (
        is_generated(atom) or is_unseen(atom) or is_own_part(atom)
    )


def may_be_set(atom: Atom) -> bool:
    """Whether a value with this atom can be other than None."""
    return not is_kind(atom, Kind.ABSENT)


def may_be_in(atom: Atom, constants: tuple[object, ...]) -> bool:
    """Whether a value with this atom can be one of some constants."""
    if is_kind(atom, Kind.ABSENT):
        return None in constants
    constant = constant_of(atom)
    return constant.value in constants if constant else True


def may_be_out(atom: Atom, constants: tuple[object, ...]) -> bool:
    """Whether a value with this atom cannot be one of some constants."""
    if is_kind(atom, Kind.ABSENT):
        return None not in constants
    constant = constant_of(atom)
    return constant.value not in constants if constant else True


_ALLOWS: dict[str, Callable[[Atom], bool]] = {
    "true": may_be_true,
    "false": may_be_false,
    "none": may_be_none,
    "set": may_be_set,
}


def allows(fact: Fact, atom: Atom) -> bool:
    """Whether a fact can hold of a value with this atom."""
    if fact.test == "in":
        return may_be_in(atom, fact.constants)
    if fact.test == "out":
        return may_be_out(atom, fact.constants)
    return _ALLOWS[fact.test](atom)


def excludes(one: Fact, other: Fact) -> bool:
    """Whether two facts cannot both hold of a value."""
    if one.test in ("in", "out") or other.test in ("in", "out"):
        return _excludes_constants(one, other) or _excludes_constants(other, one)
    return other in _OPPOSITES[one]


def _excludes_constants(one: Fact, other: Fact) -> bool:
    """Whether what is one of some constants cannot be what another fact says."""
    if one.test != "in":
        return False
    match other.test:
        case "in":
            return not any(constant in other.constants for constant in one.constants)
        case "out":
            return all(constant in other.constants for constant in one.constants)
        case "true":
            return not any(one.constants)
        case "false":
            return all(one.constants)
        case "none":
            return None not in one.constants
    return one.constants == (None,)


def widened(
    value: Value, known: Set[Atom], node: ast.AST, not_opaque: Callable[[Value], Value]
) -> Value:
    """The atoms that a definition gains: of very many opaque ones only that they were received.

    Without such a bound the elements of elements that are stored in each other would multiply.
    """
    new = value - known
    if len(new) + len(known) <= _MAX_ATOMS:
        return new
    others = not_opaque(new)
    return others | frozenset({Origin(Kind.RECEIVED, node)}) - known


def depth_of(cell: object) -> int:
    """How many elements or attributes of each other a cell is."""
    depth = 0
    while isinstance(cell, tuple) and isinstance(cell[0], Origin):
        depth, cell = depth + 1, cell[0].node
    return depth
