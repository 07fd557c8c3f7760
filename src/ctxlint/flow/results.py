"""What the interpretation of a module found."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ctxlint.contract import Contract, Getter
from ctxlint.flow.values import (
    NOTHING,
    Atom,
    Cell,
    Definition,
    Kind,
    Origin,
    State,
    Value,
)
from ctxlint.names import Names, Scope

if TYPE_CHECKING:
    from ctxlint.flow.frame import Frame

_MAX_DEPTH = 3  # attributes of attributes followed, so that `x = x.next` in a loop ends


@dataclass(frozen=True, slots=True, eq=False)
class Argument:
    """What a call hands to one ID parameter: `node` is its expression, or the one unpacked."""

    node: ast.expr
    unpacked: bool
    value: set[Atom] = field(default_factory=set)


@dataclass(frozen=True, slots=True, eq=False)
class Sink:
    """A call that hands IDs to a getter."""

    call: ast.Call
    getter: Getter
    scope: Scope
    statement: ast.stmt
    arguments: dict[str, Argument] = field(default_factory=dict)


@dataclass(slots=True)
class Flow:
    """What the interpretation of a module found; it only ever grows, until nothing changes.

    evaluators: what makes the value of each kind of expression.
    atoms: what each definition may hold.
    before: the definitions it replaces, but for those of an earlier round of a loop.
    uses: the definitions that each node reads.
    values: what each expression may be.
    readers: the generated and ambient IDs that an expression hands to code which is no getter.
    entries: the state before each statement.
    sinks: the calls of getters.
    calls: the calls of what a dotted path names, with the state when they run.
    stars: the modules of `from module import *`.
    dependents: the scopes that read a cell of another one; dirty: those to interpret (again).
    """

    contract: Contract
    names: Names
    evaluators: Mapping[type[ast.expr], Callable[..., Value]]
    stars: tuple[str, ...] = ()
    atoms: dict[Definition, set[Atom]] = field(default_factory=lambda: defaultdict(set))
    before: dict[Definition, set[Definition]] = field(default_factory=lambda: defaultdict(set))
    uses: dict[ast.AST, set[Definition]] = field(default_factory=lambda: defaultdict(set))
    values: dict[ast.AST, set[Atom]] = field(default_factory=lambda: defaultdict(set))
    readers: dict[ast.expr, set[Atom]] = field(default_factory=lambda: defaultdict(set))
    entries: dict[ast.stmt, State] = field(default_factory=dict)
    sinks: dict[ast.Call, Sink] = field(default_factory=dict)
    calls: dict[ast.Call, Frame] = field(default_factory=dict)
    definitions: dict[tuple[Cell, ast.AST | None], Definition] = field(default_factory=dict)
    by_cell: dict[Cell, set[Definition]] = field(default_factory=lambda: defaultdict(set))
    keys: dict[Atom, set[object]] = field(default_factory=lambda: defaultdict(set))
    dependents: dict[Cell, set[ast.AST]] = field(default_factory=lambda: defaultdict(set))
    dirty: set[ast.AST] = field(default_factory=set)
    version: int = 0
    holds_ids: bool = False  # whether any element or attribute was seen to hold an ID
    _getters: dict[str, Getter | None] = field(default_factory=dict)
    _sources: dict[str, bool] = field(default_factory=dict)

    def getter(self, path: str) -> Getter | None:
        """The getter that a dotted path names, if any."""
        if path not in self._getters:
            self._getters[path] = self.contract.getter(path)
        return self._getters[path]

    def is_source(self, path: str) -> bool:
        """Whether a call of a dotted path generates an ID."""
        if path not in self._sources:
            self._sources[path] = self.contract.is_source(path)
        return self._sources[path]

    def grow(self, cell: Cell) -> None:
        """Note that something new is known of a cell: the scopes that read it are out of date."""
        self.version += 1
        self.dirty |= self.dependents.get(cell, set())

    def value_of(self, node: ast.AST) -> Value:
        """What an expression may be; nothing for one that is never evaluated."""
        return frozenset(self.values.get(node, ()))

    def reads(self, node: ast.AST) -> list[Definition]:
        """The definitions that a node reads, in source order."""
        return in_order(self.uses.get(node, ()))

    def unbound_paths(self, name: str) -> list[str]:
        """The paths that a name which nothing binds may have: a builtin, or from `import *`."""
        return [name, *(f"{module}.{name}" for module in self.stars)]

    def initial(self, cell: Cell) -> Definition:
        """What a cell holds before anything is bound to it: an element received, a name nothing."""
        definition = self.definitions.get((cell, None))
        if definition is None:
            definition = self.definitions[cell, None] = Definition(cell)
            base = cell[0]
            if not isinstance(base, ast.AST):
                deep = _depth(cell) > _MAX_DEPTH
                atom = base if deep and isinstance(base, Origin) else Origin(Kind.RECEIVED, cell)
                self.atoms[definition].add(atom)
        return definition

    def join(self, first: State | None, second: State | None) -> State | None:
        """The state where two paths meet; None is a path that is never taken."""
        if first is None or second is None or first is second:
            return second if first is None else first
        added: State = {}
        for cell in first.keys() | second.keys():
            one, other = first.get(cell), second.get(cell)
            if one is not other:
                unset = frozenset({self.initial(cell)})
                both = (one or unset) | (other or unset)
                if both != one:
                    added[cell] = both
        return {**first, **added} if added else first

    def value(self, definitions: Iterable[Definition]) -> Value:
        """What any of these definitions may hold."""
        return NOTHING.union(*(self.atoms[definition] for definition in definitions))


def in_order(definitions: Iterable[Definition]) -> list[Definition]:
    """Definitions in source order, those before any binding first."""

    def place(definition: Definition) -> tuple[int, int]:
        node = definition.node
        return getattr(node, "lineno", 0), getattr(node, "col_offset", 0)

    return sorted(definitions, key=place)


def _depth(cell: object) -> int:
    depth = 0
    while isinstance(cell, tuple) and isinstance(cell[0], Origin):
        depth, cell = depth + 1, cell[0].node
    return depth
