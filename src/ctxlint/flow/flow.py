"""The results of interpreting a module as they grow, and the scopes that are left to interpret."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from ctxlint.contract.contract import Contract
from ctxlint.contract.getter import Getter
from ctxlint.flow.facts import Facts, Passing, Sieves, Sink
from ctxlint.flow.modules import Loader, absolute, resolve_imports
from ctxlint.flow.program import Program, star_imports
from ctxlint.flow.state import State
from ctxlint.flow.values import (
    ANY,
    MAX_DEPTH,
    PARTS,
    Atom,
    Condition,
    Container,
    Definition,
    Definitions,
    Fact,
    Instance,
    Kind,
    Location,
    Origin,
    Symbol,
    Value,
    allows,
    depth_of,
    excludes,
    is_id,
)
from ctxlint.project.scopes import Names, Scope
from ctxlint.source import Modules, SourceFile

if TYPE_CHECKING:
    from ctxlint.flow.frame import Frame

_sets: Callable[[], Any] = partial(defaultdict, set)
_dicts: Callable[[], Any] = partial(defaultdict, dict)


class Worklist:
    """The scopes to interpret, again where something that they read has grown.

    wanted: those to interpret at all; dirty: those to interpret now; demand: interprets one unless
    that is done or under way.
    dependents: the scopes that read all that is bound to a cell; observers: those that read what
        other scopes bind to it.
    version: how often anything has grown.
    """

    def __init__(self) -> None:
        self.wanted: set[ast.AST] = set()
        self.dirty: set[ast.AST] = set()
        self.demand: Callable[[ast.AST | None], None] = lambda _: None
        self.dependents: dict[Location, set[ast.AST]] = defaultdict(set)
        self.observers: dict[Location, set[ast.AST]] = defaultdict(set)
        self.version = 0

    def want(self, functions: Iterable[ast.AST]) -> None:
        """Have functions interpreted, also those of other files that nothing calls."""
        added = set(functions) - self.wanted
        self.wanted |= added
        self.dirty |= added

    def grow(self, cell: Location, scope: ast.AST | None = None) -> None:
        """Note that something new is known of a cell: the scopes that read it are out of date.

        The `scope` that has bound it has seen that itself.
        """
        self.version += 1
        if dependents := self.dependents.get(cell):
            self.dirty |= dependents
        if observers := self.observers.get(cell):
            self.dirty |= observers - {scope}


@dataclass(slots=True, eq=False, repr=False)
class Flow(Facts):
    """The results of interpreting a module; they only ever grow, until nothing changes.

    Those that rules and remedies read are in `Facts`; the interpreter alone reads the others.
    evaluators: what makes the value of each kind of expression; enter: a frame at its start.
    other_uses_by_scope: the expressions of each scope that have `other_uses`. A flow `notes_uses`
        unless only findings matter; then the `heads` of its loops outlast a frame.
    binders: the scopes that bind each cell; set_in: the attributes of objects that a
        scope sets, itself or through others.
    effect_observers: the cells under which others see what a function puts in the objects that it
        is given, and what a method puts in its object.
    conditions: what holds of parameters wherever a node generates an ID; inherited: that part of it
        which the functions say that it calls.
    handed_objects: the functions that calls give to parameters, and the classes of the objects;
        handed_getters: the getters, by their names, with the number of arguments bound before;
        parameter_calls: the parameters that calls without arguments call.
    defaults: the item of a keyword collector that a call takes the place of where it is missing.
    lengths: how many elements a list has, by what stands for that in a state.
    narrowed: what a definition was before a test told that it does not hold some of its values.
    branches: the states of two branches, and that where they meet, by what stands for them there.
    disclosed: what an expression hands to other code, where that is asked for.
    access_paths_to_sink: the parts of a parameter, or items of a collector, that get to getters.
    looked_through: constructors that are not looked into, and from whose objects an ID is read.
    must_assigned: the attributes that an object has from its making.
    always_set: the attributes of its object that a method sets, however it ends.
    contained_in: what holds each atom, as which part; named: the names that hold each object;
        parts: the keys under which an atom may hold an ID, or an object.
    """

    # `field()`, or their default would be the property of `Facts`.
    main: SourceFile = field()
    contract: Contract = field()
    names: Names = field()
    evaluators: Mapping[type[ast.expr], Callable[..., Value]]
    loader: Loader
    notes_uses: bool = True
    heads: dict[ast.stmt, tuple[State | None, State | None]] = field(default_factory=dict)
    program: Program = field(default_factory=Program)
    worklist: Worklist = field(default_factory=Worklist)
    atoms: dict[Definition, set[Atom]] = field(default_factory=_sets)
    previous_definitions: dict[Definition, set[Definition]] = field(default_factory=_sets)
    uses: dict[ast.AST, set[Definition]] = field(default_factory=_sets)
    values: dict[ast.AST, set[Atom]] = field(default_factory=_sets)
    other_uses: dict[ast.expr, set[Atom]] = field(default_factory=_sets)
    other_uses_by_scope: dict[ast.AST, set[ast.expr]] = field(default_factory=_sets)
    consumed: dict[ast.AST, set[Atom]] = field(default_factory=_sets)
    entries: dict[ast.stmt, State] = field(default_factory=dict)
    sinks: dict[ast.Call, Sink] = field(default_factory=dict)
    getter_calls: set[ast.Call] = field(default_factory=set)
    partials: dict[ast.Call, set[ast.Call]] = field(default_factory=_sets)
    calls: dict[ast.Call, tuple[Scope, State | None]] = field(default_factory=dict)
    definitions: dict[tuple[Location, ast.AST | None], Definition] = field(default_factory=dict)
    by_cell: dict[Location, set[Definition]] = field(default_factory=_sets)
    binders: dict[Location, set[ast.AST | None]] = field(default_factory=_sets)
    set_in: dict[ast.AST | None, set[Location]] = field(default_factory=_sets)
    keys: dict[Atom, set[object]] = field(default_factory=_sets)
    derived_from: dict[ast.AST | Location, tuple[Value, ...]] = field(default_factory=dict)
    effect_observers: dict[Definition, set[Location]] = field(default_factory=_sets)
    side_effects: dict[ast.AST, dict[Location, set[Definition]]] = field(default_factory=_dicts)
    conditions: dict[ast.AST, frozenset[Condition]] = field(default_factory=dict)
    inherited: dict[ast.AST, frozenset[Condition]] = field(default_factory=dict)
    brought: dict[ast.AST, set[Origin]] = field(default_factory=_sets)
    facts: dict[ast.AST, dict[object, set[Fact]]] = field(default_factory=dict)
    handed_objects: dict[object, set[ast.AST]] = field(default_factory=_sets)
    handed_getters: dict[object, dict[str, tuple[Getter, int]]] = field(default_factory=_dicts)
    parameter_calls: dict[object, ast.arg] = field(default_factory=dict)
    defaults: dict[ast.AST, Location] = field(default_factory=dict)
    fillers: dict[ast.AST, set[ast.Call]] = field(default_factory=_sets)
    lengths: dict[Definition, int | None] = field(default_factory=dict)
    narrowed: dict[Definition, Definition] = field(default_factory=dict)
    branches: dict[Definition, tuple[State, State, State]] = field(default_factory=dict)
    sieves: Sieves = field(default_factory=Sieves)
    excused: set[Origin] = field(default_factory=set)
    disclosed: dict[ast.expr, set[Atom]] = field(default_factory=_sets)
    param_to_sink: dict[object, dict[Passing, set[ast.Call]]] = field(default_factory=_dicts)
    access_paths_to_sink: dict[object, dict[Location, None]] = field(default_factory=_dicts)
    argument_bindings: dict[ast.expr, dict[object, set[Atom]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(set))
    )
    looked_through: set[ast.Call] = field(default_factory=set)
    callees: dict[ast.AST, set[ast.AST]] = field(default_factory=_sets)
    bindings: dict[ast.AST, dict[object, Value]] = field(default_factory=dict)
    must_assigned: set[Location] = field(default_factory=set)
    always_set: dict[ast.AST, set[Location]] = field(default_factory=dict)
    id_containers: set[Atom] = field(default_factory=set)
    contained_in: dict[Atom, set[Location]] = field(default_factory=_sets)
    named: dict[Atom, set[Location]] = field(default_factory=_sets)
    parts: dict[object, dict[object, None]] = field(default_factory=_dicts)
    enter: Callable[[Flow, Scope], Frame] = field(init=False)
    _getters: dict[str, Getter | None] = field(default_factory=dict)
    _sources: dict[str, bool] = field(default_factory=dict)

    @property
    def modules(self) -> Modules | None:
        """The modules that the file may import, where they are followed."""
        return None if self.is_closed else self.main.modules

    @property
    def is_closed(self) -> bool:
        """Whether calls into other files are not followed, as that would take too much."""
        return self.loader.is_closed

    @property
    def own_scopes(self) -> Set[ast.AST]:
        """The scopes of the file itself that are interpreted one by one."""
        return self.names.scopes.keys() & self.program.scopes.keys()

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

    def look_into(self, calls: Set[ast.AST]) -> None:
        """Have other modules read for calls: the scopes with these are out of date.

        Defaults and decorators of a function are not evaluated by it, but annotations may be.
        """
        self.loader.demanded |= calls
        for call in calls:
            scopes = [n for _, n in self.file_of(call).around(call) if n in self.program.scopes]
            self.worklist.dirty.update(scopes[:2])
        for argument, fillers in self.fillers.items():
            if not fillers.isdisjoint(calls):  # also of another file
                self.worklist.dirty.add(self.file_of(argument).function_of(argument))

    def note_binder(self, cell: Location, scope: ast.AST | None) -> None:
        """Note that a scope binds a cell."""
        self.binders[cell].add(scope)
        if isinstance(cell[0], Instance):
            self.set_in[scope].add(cell)

    def hold(self, part: Location, value: Value, scope: ast.AST | None) -> None:
        """Note what a scope has bound to a name, or to an element or attribute of an atom."""
        if isinstance(part[0], ast.AST):
            for atom in value:
                if isinstance(atom, Container | Instance):
                    self.named[atom].add(part)
            return
        for atom in value:
            self.contained_in[atom].add(part)
        has_id = self.has_id(value)
        if has_id or self.sieves.simple.rest(value):
            self._add_part(part, scope)
        pending: list[Atom] = [part[0]] if has_id else []  # type: ignore[list-item]
        while pending:
            holder = pending.pop()
            if holder not in self.id_containers:
                self.id_containers.add(holder)
                self.worklist.version += 1
                readers = (scope for scope, read in self.consumed.items() if holder in read)
                self.worklist.dirty.update(readers)
                for outer in self._parts_that_are(holder):
                    self._add_part(outer)
                pending += (outer for outer, _ in self.contained_in.get(holder, ()))  # type: ignore[misc]

    def has_id(self, value: Value) -> bool:
        """Whether a value may be an ID, or hold one."""
        return any(is_id(atom) or atom in self.id_containers for atom in value)

    def _add_part(self, part: Location, scope: ast.AST | None = None) -> None:
        holder, key = part
        if key not in self.parts[holder]:
            self.parts[holder][key] = None
            self.worklist.grow((holder, PARTS), scope)

    def _parts_that_are(self, atom: Atom) -> Iterator[Location]:
        """The parts that may be an atom, from the beginning or since it was stored there."""
        if isinstance(atom, Origin) and isinstance(atom.node, tuple):
            yield atom.node
        yield from self.contained_in.get(atom, ())

    def is_spared(
        self, atom: Origin, given: Mapping[object, Value], told: Mapping[object, set[Fact]]
    ) -> bool:
        """Whether an ID is not generated for some arguments, given what tests `told` of them.

        A parameter whose place it takes is given, or one that asks for it says no.
        """
        if self.defaults.get(atom.node) in given:  # type: ignore[arg-type]
            return True
        conditions: frozenset[Condition] = self.conditions.get(atom.node, frozenset())  # type: ignore[arg-type]
        return any(
            any(excludes(fact, known) for known in told.get(key, ()))
            or (bool(given.get(key)) and not any(allows(fact, atom) for atom in given[key]))
            for key, fact in conditions
        )

    def add(self, file: SourceFile, names: Names) -> None:
        """Add a module; its scopes are interpreted when they are demanded."""
        program = self.program
        program.add(file, names)
        program.externally_assigned |= self.contract.attribute_ids
        self.worklist.dirty |= names.scopes.keys() & program.scopes.keys()
        scope = program.scopes[file.tree]
        paths = (absolute(path, scope, self) for path in star_imports(file))
        program.stars[file.tree] = tuple(path.removesuffix(".*") for path in paths)

    def bases_of(self, owner: ast.ClassDef) -> list[ast.ClassDef]:
        """The known bases of a class; those in other modules once it is demanded, with theirs."""
        found: list[ast.ClassDef] = []
        is_demanded = owner in self.loader.demanded
        for base in self.program.bases.get(owner, ()):
            value: Value = frozenset({base})
            if is_demanded:
                value = resolve_imports(value, self.program.scopes[owner], self)
            nodes = (atom.node for atom in value if isinstance(atom, Symbol))
            found += [node for node in nodes if isinstance(node, ast.ClassDef)]
        if is_demanded:
            self.loader.demanded |= set(found)
        return found

    def resolved(self, node: ast.expr) -> Value:
        """The value of an expression, with what its names of other modules stand for."""
        return resolve_imports(self.value_of(node), self.scope_of(node), self)

    def definitions_at(self, call: ast.Call, cell: Location) -> Definitions:
        """The definitions of a cell that may reach one of the `calls`."""
        scope, state = self.calls[call]
        frame = self.enter(self, scope)
        frame.state = state
        return frame.definitions(cell)

    def initial(self, cell: Location) -> Definition:
        """The initial value of a cell: a received element, or nothing for a name."""
        definition = self.definitions.get((cell, None))
        if definition is None:
            definition = self.definitions[cell, None] = Definition(cell)
            base = cell[0]
            if not isinstance(base, ast.AST):
                deep = depth_of(cell) > MAX_DEPTH
                atom = base if deep and isinstance(base, Origin) else Origin(_kind(cell), cell)
                self.atoms[definition].add(atom)
        return definition

    def join(self, first: State | None, second: State | None) -> State | None:
        """The state where two paths meet; None is a path that is never taken."""
        if first is None or second is None:
            return second if first is None else first
        return first.met(second, self.initial)


def _kind(cell: Location) -> Kind:
    """The kind of what a cell holds from the beginning: a part of a getter's result is its own."""
    base, key = cell
    is_own = isinstance(base, Origin) and base.kind is Kind.OWN and isinstance(base.node, ast.Call)
    return Kind.OWN if is_own and key is not ANY else Kind.RECEIVED
