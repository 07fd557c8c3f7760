"""The state of one scope while it is interpreted, and what the interpretation of a module found."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from ctxlint.contract import Contract, Getter
from ctxlint.flow.values import (
    ANY,
    NOTHING,
    Atom,
    Attribute,
    Cell,
    Container,
    Definition,
    Definitions,
    Kind,
    Origin,
    State,
    Symbol,
    Value,
    is_generated,
    is_kind,
)
from ctxlint.names import Names, Scope

_MAX_DEPTH = 3  # attributes of attributes followed, so that `x = x.next` in a loop ends
_MAX_DOTS = 12  # the same for modules and classes


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


def set_by_init(owner: ast.ClassDef) -> set[str]:
    """The attributes that the `__init__` of a class assigns on its instance."""
    return {
        node.attr
        for method in owner.body
        if isinstance(method, ast.FunctionDef) and method.name == "__init__"
        for node in ast.walk(method)
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
    }


def _depth(cell: object) -> int:
    depth = 0
    while isinstance(cell, tuple) and isinstance(cell[0], Origin):
        depth, cell = depth + 1, cell[0].node
    return depth


@dataclass(slots=True)
class Frame:
    """One scope being interpreted: the state at this point, None where it is never reached.

    `raised` holds, for each enclosing `try` or loop, the states that leave its body early.
    """

    flow: Flow
    scope: Scope
    state: State | None
    statement: ast.stmt | None = None
    raised: list[State | None] = field(default_factory=list)
    breaks: list[State | None] = field(default_factory=list)
    continues: list[State | None] = field(default_factory=list)
    repeats: int = 0  # how many of the enclosing loops are past their first round

    def definitions(self, cell: Cell) -> Definitions:
        """The definitions of a cell that may reach this point.

        Code of other scopes (a nested function, the module) may have run at any time.
        """
        here = self.state.get(cell) if self.state is not None else None
        scope = self.scope.node
        others = {d for d in self.flow.by_cell.get(cell, ()) if d.scope is not scope}
        if here is None or others:
            self.flow.dependents[cell].add(scope)
        if here is None:
            if not others or not isinstance(cell[0], ast.AST | Container):
                others.add(self.flow.initial(cell))
            return frozenset(others)
        return here | others if others else here

    def read(self, cell: Cell, node: ast.AST) -> Value:
        """The value of a cell where `node` reads it."""
        definitions = self.definitions(cell)
        self.flow.uses[node] |= definitions
        return self.flow.value(definitions)

    def element(self, base: Value, key: object, node: ast.AST) -> Value:
        """The value of the element, item or attribute `key` of `base`."""
        value: set[Atom] = set()
        for atom in base:
            if isinstance(atom, Origin) and is_generated(atom):  # so are its attributes and parts
                value.add(replace(atom, part=key) if isinstance(key, int) else atom)
            elif isinstance(atom, Symbol) and isinstance(key, Attribute) and key is not ANY:
                if atom.path.count(".") < _MAX_DOTS:
                    value.add(Symbol(f"{atom.path}.{key.name}"))
            elif not is_kind(atom, Kind.ABSENT):
                for cell in self._cells(atom, key):
                    value |= self.read(cell, node)
                if isinstance(key, Attribute):
                    value |= self._instances(atom, key)
        return frozenset(value) or frozenset({Origin(Kind.RECEIVED, node)})

    def _cells(self, atom: Atom, key: object) -> list[Cell]:
        known = self.flow.keys.get(atom, set())
        if key is ANY:
            items: list[Cell] = [(atom, k) for k in known if not isinstance(k, Attribute)]
            return [*items, (atom, ANY)]
        if isinstance(key, Attribute) or ANY not in known:
            return [(atom, key)]
        return [(atom, ANY), *([(atom, key)] if key in known else [])]

    def _instances(self, atom: Atom, key: Attribute) -> Value:
        """The generator that any method of the class, or its body, keeps in `self.<key>`."""
        owner = self.owner_class(atom)
        if owner is None:
            return NOTHING
        by_cell = self.flow.by_cell
        cells = (owner, key), (owner, key.name)
        for cell in cells:
            self.flow.dependents[cell].add(self.scope.node)
        definitions = set().union(*(by_cell.get(cell, set()) for cell in cells))
        held = self.flow.value(definitions)
        return frozenset(atom for atom in held if isinstance(atom, Symbol))

    def owner_class(self, atom: Atom) -> ast.ClassDef | None:
        """The class whose method's `self` or `cls` this atom is."""
        if not (isinstance(atom, Origin) and isinstance(atom.node, ast.arg)):
            return None
        scope: Scope | None = self.scope
        while scope:
            node, parent = scope.node, scope.parent
            if (
                isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
                and parent
                and isinstance(parent.node, ast.ClassDef)
                and atom.node in [*node.args.posonlyargs, *node.args.args][:1]
                and not any(getattr(d, "id", "") == "staticmethod" for d in node.decorator_list)
            ):
                return parent.node
            scope = parent
        return None

    def define(
        self,
        cell: Cell,
        node: ast.AST,
        value: Value,
        expression: ast.expr | None = None,
        *,
        weak: bool = False,
    ) -> None:
        """Bind a cell; a weak binding may leave the old value in place."""
        if self.state is None:
            return
        flow = self.flow
        definition = flow.definitions.get((cell, node))
        if definition is None:
            definition = Definition(cell, node, self.scope.node, expression)
            flow.definitions[cell, node] = definition
            flow.by_cell[cell].add(definition)
            flow.grow(cell)
            if not isinstance(cell[0], ast.AST):
                flow.keys[cell[0]].add(cell[1])  # type: ignore[index]
        before = self.definitions(cell)
        if isinstance(cell[0], Container) and not isinstance(cell[0].node, ast.arg):
            before -= {flow.initial(cell)}  # a container that is made here begins empty
        if not self.repeats:
            flow.before[definition] |= before
        if not value <= flow.atoms[definition]:
            flow.atoms[definition] |= value
            flow.grow(cell)
        bound = before | {definition} if weak else frozenset({definition})
        self.state = {**self.state, cell: bound}  # a new dict: others keep the old one

    def consume(self, node: ast.expr, value: Value) -> Value:
        """Note that code which is no getter reads this value; return it."""
        ids = self._carried(value, set())
        if ids:
            self.flow.readers[node] |= ids
        return value

    def _carried(self, value: Iterable[Atom], seen: set[Atom]) -> set[Atom]:
        """The generated and ambient IDs in a value and in what it contains."""
        ids: set[Atom] = set()
        for atom in value:
            if is_generated(atom) or is_kind(atom, Kind.AMBIENT):
                ids.add(atom)
            elif atom not in seen and atom in self.flow.keys:
                seen.add(atom)
                for key in self.flow.keys[atom]:
                    held = self.flow.value(self.definitions((atom, key)))
                    ids |= self._carried(held, seen)
        return ids

    def sink(self, call: ast.Call, getter: Getter) -> Sink:
        """The record of this call of a getter."""
        sinks = self.flow.sinks
        if call not in sinks:
            assert self.statement is not None
            sinks[call] = Sink(call, getter, self.scope, self.statement)
        return sinks[call]

    def note_call(self, call: ast.Call) -> None:
        """Keep the state in which a call runs: its arguments are evaluated."""
        known = self.flow.calls.get(call)
        state = self.flow.join(known.state, self.state) if known else self.state
        self.flow.calls[call] = Frame(self.flow, self.scope, state)

    def note_raise(self) -> None:
        """An exception may leave every enclosing `try` body in this state."""
        for index, state in enumerate(self.raised):
            self.raised[index] = self.flow.join(state, self.state)
