"""The results of interpreting a module."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ctxlint.contract.contract import Contract
from ctxlint.contract.getter import Getter, matches_any
from ctxlint.flow.assignments import methods_around, set_by_name, set_from_outside
from ctxlint.flow.modules import absolute
from ctxlint.flow.sink_records import Passing, Sink
from ctxlint.flow.state import State
from ctxlint.flow.values import (
    ANY,
    NOTHING,
    RETURN,
    Atom,
    Condition,
    Definition,
    Fact,
    Kind,
    Location,
    Origin,
    Sieves,
    Symbol,
    Value,
    allows,
    depth_of,
    excludes,
    is_id,
)
from ctxlint.project.scopes import (
    COMPREHENSIONS,
    FunctionNode,
    Names,
    Scope,
    import_paths,
)
from ctxlint.source import SourceFile

if TYPE_CHECKING:
    from ctxlint.flow.frame import Frame
    from ctxlint.matching.matcher import Matcher

_MAX_DEPTH = 3  # attributes of attributes followed, so that `x = x.next` in a loop ends


@dataclass(slots=True, eq=False, repr=False)
class Flow:
    """The results of interpreting a module; they only ever grow, until nothing changes.

    main: the file that is checked; names: its scopes.
    files: the modules that were looked into; modules: the scopes of each of them, scopes: those of
        all, but for comprehensions; stars: what they import with `*`; wanted: those to interpret.
    demanded: the calls, and the classes with bases, for which other modules are read;
    needed: those for which they should be, since a getter may get what comes of them;
    late: the modules whose body is not interpreted yet when a call needs them;
    deferred: those that are not looked into, by where their values seem to come from.
    evaluators: what makes the value of each kind of expression.
    atoms: what each definition may hold.
    previous_definitions: the definitions it replaces, but for those of an earlier round of a loop.
    uses: the definitions that each node reads.
    values: what each expression may be.
    other_uses: the IDs that an expression hands to code other than a getter; other_uses_by_scope:
        the expressions of each scope that do. A flow `notes_uses` unless only findings matter.
    consumed: what the code of each scope hands to such code, and what that contains.
    entries: the state before each statement.
    sinks: the calls of getters; getter_calls: all of them, whatever they pass; partials: those that
        bind some of the arguments of a call, or of another one that binds.
    calls: the calls of what a dotted path names, each with its scope and the state when it runs.
    assigning: the methods of a class that assign each attribute.
    generators: the functions with a `yield` of their own.
    decorated: the functions that a decorator gets as this parameter.
    bases: the known bases of each class; subclasses: its heirs, with their bases.
    externally_assigned: the attributes set from outside; attribute_ids: those that getters take.
    derived_from: the values that a value which is not looked into is built from.
    side_effects: what a function puts in the objects that it is given; effect_observers: the cells
        under which others see that, and what a method puts in its object.
    conditions: what holds of parameters wherever a node generates an ID; inherited: that part of it
        which the functions say that it calls, whose IDs are `brought` to it; facts: what the tests
        of a caller have told of the arguments of a call.
    handed_objects: the functions and objects that calls give to parameters; parameter_calls: the
        parameters that calls without arguments call.
    defaults: the item of a keyword collector that a call takes the place of where it is missing.
    fillers: the calls in its annotation that tell a framework what to give to a parameter.
    lengths: how many elements a list has, by what stands for that in a state.
    narrowed: what a definition was before a test told that it does not hold some of its values.
    branches: the states of two branches, and that where they meet, by what stands for them there.
    sieves: what tells atoms apart; excused: the generated IDs that are not findings.
    disclosed: the origins in what an expression hands to other code, where that is asked for.
    param_to_sink: what becomes of parameters, and of parts of them, by which calls;
    access_paths_to_sink: the parts of a parameter that get to getters, by their keys.
    argument_bindings: the parameters that an argument is bound to, and what they get.
    looked_through: constructors that are not looked into, and from whose objects an ID is read.
    callees: the functions that a node calls; bindings: what their parameters get from it.
    id_containers: the atoms that hold an ID, or what holds one; contained_in: what holds each.
    must_assigned: the attributes that an object has from its making.
    demand: interprets a function unless that is done or under way; enter: a frame at its start.
    dependents: the scopes that read all that is bound to a cell; observers: those that read what
        other scopes bind to it; dirty: those to interpret (again).
    """

    main: SourceFile
    contract: Contract
    names: Names
    evaluators: Mapping[type[ast.expr], Callable[..., Value]]
    files: dict[ast.Module, SourceFile] = field(default_factory=dict)
    modules: dict[ast.Module, Names] = field(default_factory=dict)
    scopes: dict[ast.AST, Scope] = field(default_factory=dict)
    stars: dict[ast.Module, tuple[str, ...]] = field(default_factory=dict)
    wanted: set[ast.AST] = field(default_factory=set)
    demanded: frozenset[ast.AST] = frozenset()
    needed: set[ast.AST] = field(default_factory=set)
    late: set[SourceFile] = field(default_factory=set)
    deferred: dict[object, ast.AST] = field(default_factory=dict)
    atoms: dict[Definition, set[Atom]] = field(default_factory=lambda: defaultdict(set))
    previous_definitions: dict[Definition, set[Definition]] = field(
        default_factory=lambda: defaultdict(set)
    )
    uses: dict[ast.AST, set[Definition]] = field(default_factory=lambda: defaultdict(set))
    values: dict[ast.AST, set[Atom]] = field(default_factory=lambda: defaultdict(set))
    other_uses: dict[ast.expr, set[Atom]] = field(default_factory=lambda: defaultdict(set))
    other_uses_by_scope: dict[ast.AST, set[ast.expr]] = field(
        default_factory=lambda: defaultdict(set)
    )
    consumed: dict[ast.AST, set[Atom]] = field(default_factory=lambda: defaultdict(set))
    entries: dict[ast.stmt, State] = field(default_factory=dict)
    sinks: dict[ast.Call, Sink] = field(default_factory=dict)
    getter_calls: set[ast.Call] = field(default_factory=set)
    partials: dict[ast.Call, set[ast.Call]] = field(default_factory=lambda: defaultdict(set))
    calls: dict[ast.Call, tuple[Scope, State | None]] = field(default_factory=dict)
    definitions: dict[tuple[Location, ast.AST | None], Definition] = field(default_factory=dict)
    by_cell: dict[Location, set[Definition]] = field(default_factory=lambda: defaultdict(set))
    binders: dict[Location, set[ast.AST | None]] = field(default_factory=lambda: defaultdict(set))
    keys: dict[Atom, set[object]] = field(default_factory=lambda: defaultdict(set))
    dependents: dict[Location, set[ast.AST]] = field(default_factory=lambda: defaultdict(set))
    observers: dict[Location, set[ast.AST]] = field(default_factory=lambda: defaultdict(set))
    dirty: set[ast.AST] = field(default_factory=set)
    version: int = 0
    notes_uses: bool = True
    bases: dict[ast.ClassDef, list[Symbol]] = field(default_factory=dict)
    subclasses: dict[ast.ClassDef, list[ast.ClassDef]] = field(default_factory=dict)
    assigning: dict[ast.ClassDef, dict[str, dict[FunctionNode, None]]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    decorated: dict[ast.arg, dict[FunctionNode, None]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    generators: set[ast.AST] = field(default_factory=set)
    externally_assigned: set[str] = field(default_factory=set)
    attribute_ids: frozenset[str] = frozenset()
    derived_from: dict[ast.AST | Location, tuple[Value, ...]] = field(default_factory=dict)
    effect_observers: dict[Definition, set[Location]] = field(
        default_factory=lambda: defaultdict(set)
    )
    side_effects: dict[ast.AST, dict[Location, set[Definition]]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    conditions: dict[ast.AST, frozenset[Condition]] = field(default_factory=dict)
    inherited: dict[ast.AST, frozenset[Condition]] = field(default_factory=dict)
    brought: dict[ast.AST, set[Atom]] = field(default_factory=lambda: defaultdict(set))
    facts: dict[ast.AST, dict[object, set[Fact]]] = field(default_factory=dict)
    handed_objects: dict[object, set[Atom]] = field(default_factory=lambda: defaultdict(set))
    parameter_calls: dict[object, ast.arg] = field(default_factory=dict)
    defaults: dict[ast.AST, Location] = field(default_factory=dict)
    fillers: dict[ast.arg, set[ast.Call]] = field(default_factory=lambda: defaultdict(set))
    lengths: dict[Definition, int | None] = field(default_factory=dict)
    narrowed: dict[Definition, Definition] = field(default_factory=dict)
    branches: dict[Definition, tuple[State, State, State]] = field(default_factory=dict)
    sieves: Sieves = field(default_factory=Sieves)
    excused: set[Origin] = field(default_factory=set)
    disclosed: dict[ast.expr, set[Atom]] = field(default_factory=lambda: defaultdict(set))
    param_to_sink: dict[object, dict[Passing, set[ast.Call]]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    access_paths_to_sink: dict[object, dict[Location, None]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    argument_bindings: dict[ast.expr, dict[object, set[Atom]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(set))
    )
    looked_through: set[ast.Call] = field(default_factory=set)
    callees: dict[ast.AST, set[ast.AST]] = field(default_factory=lambda: defaultdict(set))
    bindings: dict[ast.AST, dict[object, Value]] = field(default_factory=dict)
    must_assigned: set[Location] = field(default_factory=set)
    id_containers: set[Atom] = field(default_factory=set)
    contained_in: dict[Atom, set[Atom]] = field(default_factory=lambda: defaultdict(set))
    demand: Callable[[ast.AST | None], None] = lambda _: None
    enter: Callable[[Flow, Scope], Frame] = field(init=False)
    _getters: dict[str, Getter | None] = field(default_factory=dict)
    _sources: dict[str, bool] = field(default_factory=dict)

    @property
    def own_scopes(self) -> Set[ast.AST]:
        """The scopes of the file itself that are interpreted one by one."""
        return self.names.scopes.keys() & self.scopes.keys()

    def getter(self, path: str) -> Getter | None:
        """The getter that a dotted path names, if any."""
        if path not in self._getters:
            self._getters[path] = self.contract.getter(path)
        return self._getters[path]

    @property
    def matcher(self) -> Matcher:
        """The matcher of the file's calls to the names of the contract."""
        from ctxlint.matching.matcher import matcher_of  # noqa: PLC0415 - few contracts need it

        return matcher_of(self.main, self.contract)

    def is_source(self, path: str) -> bool:
        """Whether a call of a dotted path generates an ID."""
        if path not in self._sources:
            self._sources[path] = self.contract.is_source(path)
        return self._sources[path]

    def want(self, functions: Iterable[ast.AST]) -> None:
        """Have functions interpreted, also those of other files that nothing calls."""
        added = set(functions) - self.wanted
        self.wanted |= added
        self.dirty |= added

    def look_into(self, calls: Set[ast.AST]) -> None:
        """Have other modules read for calls: the scopes with these are out of date."""
        self.demanded |= calls
        for call in calls:
            node, parents = call, self.file_of(call).parents
            while node not in self.scopes:
                node = parents[node]
            self.dirty.add(node)

    def grow(self, cell: Location, scope: ast.AST | None = None) -> None:
        """Note that something new is known of a cell: the scopes that read it are out of date.

        The `scope` that has bound it has seen that itself.
        """
        self.version += 1
        if dependents := self.dependents.get(cell):
            self.dirty |= dependents
        if observers := self.observers.get(cell):
            self.dirty |= observers - {scope}

    def hold(self, holder: Atom, value: Value) -> None:
        """Note what an element or attribute of an atom may be."""
        for atom in value:
            self.contained_in[atom].add(holder)
        pending = [holder] if any(is_id(a) or a in self.id_containers for a in value) else []
        while pending:
            atom = pending.pop()
            if atom not in self.id_containers:
                self.id_containers.add(atom)
                self.version += 1
                self.dirty |= {scope for scope, read in self.consumed.items() if atom in read}
                pending += self.contained_in.get(atom, ())

    def value_of(self, node: ast.AST) -> Value:
        """The value of an expression; empty if it is never evaluated."""
        return frozenset(self.values.get(node, ()))

    def means(self, node: ast.AST, patterns: tuple[str, ...]) -> bool:
        """Whether an expression may be what some patterns name."""
        symbols = (atom for atom in self.value_of(node) if isinstance(atom, Symbol))
        return any(matches_any(patterns, symbol.path) for symbol in symbols)

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

    def given_to(self, parameter: object) -> Value:
        """The arguments of the known calls of a function for one parameter."""
        return NOTHING.union(
            *(given.get(parameter, ()) for given in self.argument_bindings.values())
        )

    def returned(self, function: ast.AST) -> Value:
        """The value that a function returns or yields, whatever its arguments."""
        return self.value(self.by_cell.get((function, RETURN), ()))

    def items(self, atom: Atom) -> dict[object, Value]:
        """The elements of an atom by their keys, whatever the state."""
        return {
            key: self.value(self.by_cell.get((atom, key), ())) for key in self.keys.get(atom, ())
        }

    def brings(self, call: ast.AST, atom: Atom) -> bool:
        """Whether a call gets an ID of the functions that it calls, for the arguments it has."""
        return atom in self.brought.get(call, {atom})

    def reads(self, node: ast.AST) -> list[Definition]:
        """The definitions that a node reads, in source order."""
        return in_order(self.uses.get(node, ()))

    def is_copy(self, definition: Definition) -> bool:
        """Whether a definition is an element copied out of another container."""
        node, value = definition.node, definition.value
        if value is None or node is not value:
            return isinstance(node, ast.Starred)
        return not self.atoms[definition] <= self.value_of(value)

    def called(self, node: ast.AST) -> list[ast.AST]:
        """The functions that a node calls, those of other files first, then in source order."""
        functions = self.callees.get(node, ())
        files = {function: self.file_of(function) for function in functions}
        is_own = {function: file is self.main for function, file in files.items()}
        return sorted(functions, key=lambda f: (is_own[f], files[f].path, place_of(f)))

    def handed_over(self) -> set[ast.expr]:
        """The expressions that calls hand to getters."""
        return {a.node for sink in self.sinks.values() for a in sink.arguments.values()}

    def unbound_paths(self, name: str, scope: Scope) -> list[str]:
        """The paths that a name which nothing binds may have: a builtin, or from `import *`."""
        stars = self.stars[scope.module.node]  # type: ignore[index]
        return [name, *(f"{module}.{name}" for module in stars)]

    def add(self, file: SourceFile, names: Names) -> None:
        """Add a module; its scopes are interpreted when they are demanded."""
        tree = file.tree
        self.files[tree] = file
        self.modules[tree] = names
        self.scopes |= {n: s for n, s in names.scopes.items() if not isinstance(n, COMPREHENSIONS)}
        self.dirty |= names.scopes.keys() & self.scopes.keys()
        stores = [node for node in file.nodes(ast.Attribute) if isinstance(node.ctx, ast.Store)]
        self.externally_assigned |= set_from_outside(stores, file) | self.attribute_ids
        for store in stores:
            for owner, method in methods_around(store, file):
                self.assigning[owner].setdefault(store.attr, {})[method] = None
        for name, call in set_by_name(file):
            for owner, method in methods_around(call, file):
                self.assigning[owner].setdefault(name, {})[method] = None
        yields = (*file.nodes(ast.Yield), *file.nodes(ast.YieldFrom))
        self.generators.update(map(file.function_of, yields))
        imports = file.nodes(ast.ImportFrom)
        paths = [
            path for node in imports for alias, path in import_paths(node) if alias.name == "*"
        ]
        scope = self.scopes[tree]
        self.stars[tree] = tuple(absolute(path, scope, self).removesuffix(".*") for path in paths)

    def file_of_scope(self, scope: Scope) -> SourceFile:
        """The file that a scope is in."""
        return self.files[scope.module.node]  # type: ignore[index]

    def file_of(self, node: ast.AST) -> SourceFile:
        """The file that a node is in."""
        if node in self.main.parents:
            return self.main  # as most
        return next(file for file in self.files.values() if node in file.parents)

    def initial(self, cell: Location) -> Definition:
        """The initial value of a cell: a received element, or nothing for a name."""
        definition = self.definitions.get((cell, None))
        if definition is None:
            definition = self.definitions[cell, None] = Definition(cell)
            base = cell[0]
            if not isinstance(base, ast.AST):
                deep = depth_of(cell) > _MAX_DEPTH
                atom = base if deep and isinstance(base, Origin) else Origin(_kind(cell), cell)
                self.atoms[definition].add(atom)
        return definition

    def join(self, first: State | None, second: State | None) -> State | None:
        """The state where two paths meet; None is a path that is never taken."""
        if first is None or second is None:
            return second if first is None else first
        return first.met(second, self.initial)

    def value(self, definitions: Iterable[Definition]) -> Value:
        """The joined value of some definitions."""
        return NOTHING.union(*[self.atoms[definition] for definition in definitions])


def in_order(definitions: Iterable[Definition]) -> list[Definition]:
    """Definitions in source order, those before any binding first."""
    return sorted(definitions, key=lambda definition: place_of(definition.node))


def passings_in_order(key: object, flow: Flow) -> list[tuple[Passing, Sink]]:
    """The sinks that a parameter reaches, with the calls, in source order."""
    passings = flow.param_to_sink.get(key, {})
    pairs = [(passing, flow.sinks[call]) for passing, calls in passings.items() for call in calls]
    return sorted(pairs, key=lambda pair: (*place_of(pair[1].call), pair[0].name))


def place_of(node: object) -> tuple[int, int]:
    """Where a node is, to sort by; what has no place comes first."""
    return getattr(node, "lineno", 0), getattr(node, "col_offset", 0)


def _kind(cell: Location) -> Kind:
    """The kind of what a cell holds from the beginning: a part of a getter's result is its own."""
    base, key = cell
    is_own = isinstance(base, Origin) and base.kind is Kind.OWN and isinstance(base.node, ast.Call)
    return Kind.OWN if is_own and key is not ANY else Kind.RECEIVED
