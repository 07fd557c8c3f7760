"""The results of interpreting a module, as rules and remedies read them."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from ctxlint.contract.contract import Contract
from ctxlint.contract.getter import Getter, matches_any
from ctxlint.flow.state import State
from ctxlint.flow.values import (
    NOTHING,
    RETURN,
    Atom,
    Container,
    Definition,
    Fact,
    Instance,
    Kind,
    Location,
    Origin,
    Symbol,
    Value,
    is_generated,
    is_kind,
)
from ctxlint.project.scopes import FunctionNode, Names, Scope
from ctxlint.source import SourceFile

if TYPE_CHECKING:
    from ctxlint.matching.matcher import Matcher

_MAX_PASSED = 200  # parameters that an ID is followed through, to name where it gets


class ProgramFacts(Protocol):
    """The modules that were looked into; to read only. `Program` fills them in.

    modules: the scopes of each of them; scopes: those of all, but for comprehensions.
    assigning: the methods of a class that assign each attribute.
    decorated: the functions that a decorator gets as this parameter.
    bases: the known bases of each class.
    """

    __slots__ = ()

    @property
    def files(self) -> Mapping[ast.Module, SourceFile]: ...
    @property
    def modules(self) -> Mapping[ast.Module, Names]: ...
    @property
    def scopes(self) -> Mapping[ast.AST, Scope]: ...
    @property
    def assigning(self) -> Mapping[ast.ClassDef, Mapping[str, Collection[FunctionNode]]]: ...
    @property
    def decorated(self) -> Mapping[ast.arg, Collection[FunctionNode]]: ...
    @property
    def bases(self) -> Mapping[ast.ClassDef, Sequence[Symbol]]: ...


class Facts(Protocol):
    """The results of interpreting a module; to read only. `Flow` fills them in.

    main: the file that is checked; names: its scopes.
    atoms: what each definition may hold.
    previous_definitions: the definitions it replaces, but for those of an earlier round of a loop.
    uses: the definitions that each node reads.
    values: what each expression may be.
    other_uses: the IDs that an expression hands to code other than a getter.
    consumed: what the code of each scope hands to such code, and what that contains.
    entries: the state before each statement.
    sinks: the calls of getters; getter_calls: all of them, whatever they pass; partials: those that
        bind some of the arguments of a call, or of another one that binds.
    calls: the calls of what a dotted path names, each with its scope and the state when it runs.
    side_effects: what a function puts in the objects that it is given.
    derived_from: the values that a value which is not looked into is built from.
    brought: the IDs that a call gets of the functions that it calls; facts: what the tests of a
        caller have told of the arguments of a call.
    fillers: the calls in its annotation that tell a framework what to give to a parameter.
    sieves: what tells atoms apart; excused: the generated IDs that are not findings.
    param_to_sink: what becomes of parameters, and of parts of them, by which calls.
    argument_bindings: the parameters that an argument is bound to, and what they get.
    callees: the functions that a node calls; bindings: what their parameters get from it.
    id_containers: the atoms that hold an ID, or what holds one.
    """

    __slots__ = ()

    @property
    def main(self) -> SourceFile: ...
    @property
    def is_closed(self) -> bool: ...
    @property
    def contract(self) -> Contract: ...
    @property
    def names(self) -> Names: ...
    @property
    def program(self) -> ProgramFacts: ...
    @property
    def atoms(self) -> Mapping[Definition, Set[Atom]]: ...
    @property
    def previous_definitions(self) -> Mapping[Definition, Set[Definition]]: ...
    @property
    def uses(self) -> Mapping[ast.AST, Set[Definition]]: ...
    @property
    def values(self) -> Mapping[ast.AST, Set[Atom]]: ...
    @property
    def other_uses(self) -> Mapping[ast.expr, Set[Atom]]: ...
    @property
    def consumed(self) -> Mapping[ast.AST, Set[Atom]]: ...
    @property
    def entries(self) -> Mapping[ast.stmt, State]: ...
    @property
    def sinks(self) -> Mapping[ast.Call, Sink]: ...
    @property
    def getter_calls(self) -> Set[ast.Call]: ...
    @property
    def partials(self) -> Mapping[ast.Call, Set[ast.Call]]: ...
    @property
    def calls(self) -> Mapping[ast.Call, tuple[Scope, State | None]]: ...
    @property
    def definitions(self) -> Mapping[tuple[Location, ast.AST | None], Definition]: ...
    @property
    def by_cell(self) -> Mapping[Location, Set[Definition]]: ...
    @property
    def keys(self) -> Mapping[Atom, Set[object]]: ...
    @property
    def side_effects(self) -> Mapping[ast.AST, Mapping[Location, Set[Definition]]]: ...
    @property
    def derived_from(self) -> Mapping[ast.AST | Location, tuple[Value, ...]]: ...
    @property
    def brought(self) -> Mapping[ast.AST, Set[Origin]]: ...
    @property
    def facts(self) -> Mapping[ast.AST, Mapping[object, Set[Fact]]]: ...
    @property
    def fillers(self) -> Mapping[ast.AST, Set[ast.Call]]: ...
    @property
    def sieves(self) -> Sieves: ...
    @property
    def excused(self) -> Set[Origin]: ...
    @property
    def param_to_sink(self) -> Mapping[object, Mapping[Passing, Set[ast.Call]]]: ...
    @property
    def argument_bindings(self) -> Mapping[ast.expr, Mapping[object, Set[Atom]]]: ...
    @property
    def callees(self) -> Mapping[ast.AST, Set[ast.AST]]: ...
    @property
    def bindings(self) -> Mapping[ast.AST, Mapping[object, Value]]: ...
    @property
    def id_containers(self) -> Set[Atom]: ...

    def __hash__(self) -> int:
        return object.__hash__(self)

    def bases_of(self, owner: ast.ClassDef) -> list[ast.ClassDef]:
        """The known bases of a class; those in other modules once they are demanded."""

    def resolved(self, node: ast.expr) -> Value:
        """The value of an expression, with what its names of other modules stand for."""

    def definitions_at(self, call: ast.Call, cell: Location) -> Set[Definition]:
        """The definitions of a cell that may reach one of the `calls`."""

    @property
    def matcher(self) -> Matcher:
        """The matcher of the file's calls to the names of the contract."""
        from ctxlint.matching.matcher import matcher_of  # noqa: PLC0415 - few contracts need it

        return matcher_of(self.main, self.contract)

    def value_of(self, node: ast.AST) -> Value:
        """The value of an expression; empty if it is never evaluated."""
        return frozenset(self.values.get(node, ()))

    def means(self, node: ast.AST, patterns: tuple[str, ...]) -> bool:
        """Whether an expression may be what some patterns name."""
        symbols = (atom for atom in self.value_of(node) if isinstance(atom, Symbol))
        return any(matches_any(patterns, symbol.path) for symbol in symbols)

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

    def contents(self, atom: Atom) -> Value:
        """All that an atom has in its elements and attributes, whatever the state."""
        return NOTHING.union(*self.items(atom).values())

    def made_contents(self, atom: Atom) -> Value:
        """The contents of a container or object that is made here; nothing for other atoms."""
        return self.contents(atom) if isinstance(atom, Container | Instance) else NOTHING

    def brings(self, made: Origin, atom: Atom) -> bool:
        """Whether an ID that a call brings is this one of the functions that it calls."""
        if not isinstance(atom, Origin) or atom.first_source != made.first_source:
            return False
        return atom in self.brought.get(made.node, {atom})  # type: ignore[arg-type]

    def made_of(self, atom: Atom) -> Value:
        """The values that a value which is not looked into is built from."""
        return NOTHING.union(*self.derived_from.get(atom.node, ()))  # type: ignore[arg-type]

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

    def file_of_scope(self, scope: Scope) -> SourceFile:
        """The file that a scope is in."""
        return self.program.files[scope.module.node]  # type: ignore[index]

    def scope_of(self, node: ast.AST) -> Scope:
        """The scope of the function that a node is in, also in another file."""
        return self.program.scopes[self.file_of(node).function_of(node)]

    def file_of(self, node: ast.AST) -> SourceFile:
        """The file that a node is in."""
        if node in self.main.parents:
            return self.main  # as most
        return next(file for file in self.program.files.values() if node in file.parents)

    def value(self, definitions: Iterable[Definition]) -> Value:
        """The joined value of some definitions."""
        return NOTHING.union(*map(self.atoms.__getitem__, definitions))


@dataclass(frozen=True, slots=True, eq=False)
class Argument:
    """An argument of a call for the ID parameter `name`: the expression `node`, or a part of it."""

    name: str
    node: ast.expr
    unpacked: bool
    value: set[Atom] = field(default_factory=set)
    is_whole: bool = True  # False where a function on the way builds the ID into another value

    @property
    def is_within(self) -> bool:
        """Whether the ID is taken out of an argument or object, by the path that is its name."""
        return "." in self.name


@dataclass(frozen=True, slots=True, eq=False)
class Sink:
    """A call that passes IDs to `getters`, or to such calls in the functions in `through`."""

    call: ast.Call
    getter: Getter
    scope: Scope
    statement: ast.stmt
    arguments: dict[tuple[str, ast.expr], Argument] = field(default_factory=dict)
    through: set[ast.AST] = field(default_factory=set)
    getters: set[str] = field(default_factory=set)

    def last(self, flow: Facts) -> set[Sink]:
        """The calls of getters themselves that its generated IDs lead to, within bounds."""
        return {sink for sink in self.leads_to(flow, is_generated) if sink.getters}

    def leads_to(self, flow: Facts, is_carried: Callable[[Atom], bool]) -> set[Sink]:
        """The calls that some of its IDs lead to, itself included, within bounds."""
        values = [argument.value for argument in self.arguments.values()]
        found: set[Sink] = set()
        seen: set[object] = set()
        pending: list[tuple[Sink, Set[Atom]]] = [
            (self, {atom for value in values for atom in value if is_carried(atom)})
        ]
        while pending and len(seen) <= _MAX_PASSED:
            sink, atoms = pending.pop()
            found.add(sink)
            keys = {
                key
                for argument in sink.arguments.values()
                for key, value in flow.argument_bindings.get(argument.node, {}).items()
                if not value.isdisjoint(atoms)
            }
            for key in keys - seen:
                seen.add(key)
                calls = set().union(*flow.param_to_sink.get(key, {}).values())
                pending += [(flow.sinks[call], {Origin(Kind.RECEIVED, key)}) for call in calls]  # type: ignore[arg-type]
        return found


class Passing(NamedTuple):
    """The way of a parameter to a getter: it, or a value built of it, is passed as `name`.

    If another parameter is `called`, it leads through the function, or (`by_method`) the object,
    that this gets.
    """

    name: str
    is_whole: bool
    called: ast.arg | None = None
    by_method: bool = False


def in_order(definitions: Iterable[Definition]) -> list[Definition]:
    """Definitions in source order, those before any binding first; then by what they bind."""
    found = [(place_of(one.node), one) for one in definitions]
    if len(found) > 1:  # most are alone
        shared = Counter(place for place, _ in found)
        found.sort(key=lambda one: (one[0], _spelling(one[1].cell) if shared[one[0]] > 1 else ()))
    return [one for _, one in found]


def _spelling(cell: object) -> tuple[tuple[int, int], str]:
    """The place of what a cell is a part of, and its keys: no two are bound at the same node."""
    keys: list[object] = []
    while isinstance(cell, tuple) and not hasattr(cell, "node"):
        holder, key = cell
        keys += [key, type(holder).__name__]
        cell = getattr(holder, "node", holder)
    return place_of(cell), repr(keys[::-1])


def passings_in_order(key: object, flow: Facts) -> list[tuple[Passing, Sink]]:
    """The sinks that a parameter reaches, with the calls, in source order."""
    passings = flow.param_to_sink.get(key, {})
    pairs = [(passing, flow.sinks[call]) for passing, calls in passings.items() for call in calls]
    return sorted(pairs, key=lambda pair: (*place_of(pair[1].call), pair[0].name))


def place_of(node: object) -> tuple[int, int]:
    """Where a node is, to sort by; what has no place comes first."""
    return getattr(node, "lineno", 0), getattr(node, "col_offset", 0)


class Sieve:
    """Leaves out what has a property, tested once for each: values are often large."""

    def __init__(self, holds: Callable[[Any], bool]) -> None:
        self._holds = holds
        self._seen: set[Any] = set()
        self._found: set[Any] = set()

    def rest(self, all_: Set[Any]) -> frozenset[Any]:
        """The others of some atoms or definitions."""
        if not all_ <= self._seen:
            new = all_ - self._seen
            self._seen |= new
            self._found.update(filter(self._holds, new))
        return frozenset() if all_ <= self._found else frozenset(all_ - self._found)


class Sieves:
    """The sieves of one analysis."""

    def __init__(self) -> None:
        self.opaque = Sieve(_is_opaque)
        self.simple = Sieve(_is_simple)
        self.not_generated = Sieve(lambda atom: not is_generated(atom))
        self.rejected = Sieve(_is_rejected)


def _is_opaque(atom: Atom) -> bool:
    """Whether an atom says no more than that a value was received, or its dotted name."""
    return is_kind(atom, Kind.RECEIVED) or (isinstance(atom, Symbol) and atom.node is None)


def _is_simple(atom: Atom) -> bool:
    """Whether an atom is not an object that may hold others, unless that is known."""
    is_given = isinstance(atom, Origin) and isinstance(atom.node, ast.arg)
    return not (is_given or isinstance(atom, Instance))


def _is_rejected(atom: Atom) -> bool:
    """Whether an atom is what no remedy keeps: a generated ID, or None."""
    return is_generated(atom) or is_kind(atom, Kind.ABSENT)
