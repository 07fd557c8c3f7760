"""Parameters of functions, and the objects of methods: who reads an ID there but a getter."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from ctxlint.flow import Facts
from ctxlint.flow.classes import class_of_object, is_class_method, is_static, mro
from ctxlint.flow.summaries import methods_run
from ctxlint.flow.values import (
    ANY,
    MAX_DEPTH,
    NOTHING,
    Atom,
    Attribute,
    Container,
    Definition,
    Instance,
    Kind,
    Location,
    Origin,
    Value,
    depth_of,
    is_generated,
    parameter_of,
    whole_of,
)
from ctxlint.project.scopes import FUNCTIONS, NAMED_FUNCTIONS, positionals
from ctxlint.remedy.constructors import FILLING_HOOKS, takes_anything
from ctxlint.remedy.dead_code import Sweeper
from ctxlint.remedy.plan import Unfixable
from ctxlint.source import SourceFile, reachable, walk

if TYPE_CHECKING:
    from ctxlint.matching.things import FunctionDefinition

_MAKING = {"__init__", *FILLING_HOOKS}
# What an ID gets through on its way to a getter, or to a test.
_TRANSPARENT = (
    ast.Await,
    ast.BoolOp,
    ast.Compare,
    ast.IfExp,
    ast.keyword,
    ast.NamedExpr,
    ast.Starred,
    ast.UnaryOp,
)


@lru_cache(maxsize=2)  # each plan of a file asks
def _names_of_handed(flow: Facts) -> Mapping[ast.AST, Set[str]]:
    """The expressions that calls hand to getters, with the names of the ID parameters."""
    names: dict[ast.AST, set[str]] = {}
    for argument in (a for sink in flow.sinks.values() for a in sink.arguments.values()):
        names.setdefault(argument.node, set()).add(argument.name)
    return names


class Parameters:
    """Tells whether code other than a getter reads a parameter, or an item of a collector."""

    def __init__(self, flow: Facts, sweeper: Sweeper) -> None:
        self.flow = flow
        self.sweeper = sweeper
        self.names = _names_of_handed(flow)
        self._read: dict[object, bool] = {}
        self._kept: dict[ast.arg, bool] = {}

    def are_read(self, key: object) -> bool:
        """Whether a parameter is read elsewhere than in the argument of what leads to a getter.

        A test of it counts, unless all that depends on it is an assignment: code that runs for
        None alone is an effect. So does a read that is too involved to tell.
        """
        whole = whole_of(key)
        if isinstance(key, tuple) and whole:
            if key not in self._read:
                self._read[key] = False  # for the recursion
                loads = self._loads(whole)
                self._read[key] = not all(self._is_handed_as(key, load) for load in loads)
            return self._read[key]
        return self._is_read(parameter_of(key))

    def _is_handed_as(self, part: Location, load: ast.Name) -> bool:
        """Whether a read of a parameter is that of another part, or of this one for a getter."""
        parents = self.flow.file_of(load).parents
        if any("." in name for name in self.names.get(load, ())):  # it is passed on as a whole
            bound = self.flow.argument_bindings.get(load, ())
            return not any(isinstance(one, tuple) and self.are_read(one) for one in bound)
        match parent := parents[load]:
            case ast.Attribute(attr=name):
                key: object = Attribute(name)
            case ast.Subscript(slice=ast.Constant(value=key)):
                pass
            case _:
                return False
        if (Origin(Kind.RECEIVED, whole_of(part)), key) == part:  # type: ignore[arg-type]
            return self._is_handed_on(parent)
        around = parents[parent]
        is_called = isinstance(around, ast.Call) and around.func is parent
        return not is_called and not isinstance(around, ast.Attribute | ast.Subscript)

    def _loads(self, binding: ast.AST) -> list[ast.Name]:
        loads = self.sweeper.reads_of(binding)
        return [load for load in loads if isinstance(load, ast.Name)]

    def _is_read(self, binding: ast.AST, keys: tuple[str, ...] = ()) -> bool:
        """Whether what is bound at a node is read by code other than a getter.

        `keys` lead to the ID in what is bound.
        """
        place = binding, keys
        if place not in self._read:
            self._read[place] = False  # for the recursion
            loads = self._loads(binding)
            self._read[place] = not all(self._is_handed_on(load, keys) for load in loads)
        return self._read[place]

    def is_kept_whole(self, parameter: ast.arg) -> bool:
        """Whether a function stores the object that it is given, or passes it to other code."""
        if parameter not in self._kept:
            self._kept[parameter] = False  # for the recursion
            self._kept[parameter] = any(map(self._keeps, self._loads(parameter)))
        return self._kept[parameter]

    def _keeps(self, load: ast.Name) -> bool:
        parent = self.flow.file_of(load).parents[load]
        if isinstance(parent, ast.Attribute | ast.Subscript):
            return False  # a part of it
        if parent in self.flow.callees:
            bound = self.flow.argument_bindings.get(load, ())
            return any(isinstance(key, ast.arg) and self.is_kept_whole(key) for key in bound)
        return not self._is_handed_on(load) and not self._are_returned([load])

    def is_only_returned(self, parameter: ast.arg) -> bool:
        """Whether a function tests a parameter and returns it, and does nothing else with it."""
        return self._are_returned(self._loads(parameter))

    def are_only_held(self, key: object, values: Set[ast.expr | None]) -> bool:
        """Whether all that a function does with a parameter is to put it into some elements."""
        if isinstance(key, tuple):
            return isinstance(key[0], Container)  # an item of a collector has no name
        return isinstance(key, ast.arg) and all(load in values for load in self._loads(key))

    def _are_returned(self, loads: Iterable[ast.Name]) -> bool:
        """Whether reads, and those of the names that take their values, only return or test it."""
        return all(map(self._is_returned, reachable(loads, self._copies)))

    def _copies(self, load: ast.Name) -> list[ast.Name]:
        """The reads of the name that takes the value of a read."""
        _, parent = self._taken(load)
        return self._loads(parent.targets[0]) if _names_value(parent) else []  # type: ignore[attr-defined]

    def _is_returned(self, load: ast.Name) -> bool:
        node, parent = self._taken(load)
        is_test = isinstance(parent, ast.If) and node is parent.test
        return is_test or _names_value(parent) or isinstance(parent, ast.Return)

    def _taken(self, load: ast.Name) -> tuple[ast.AST, ast.AST]:
        """The expression that a read may be the value of, and what that stands in."""
        parents = self.flow.file_of(load).parents
        node: ast.AST = load
        while isinstance(parents[node], _TRANSPARENT):
            node = parents[node]
        return node, parents[node]

    def _is_handed_on(self, load: ast.expr, keys: tuple[str, ...] = ()) -> bool:
        """Whether a read only goes to what leads to a getter, also under some keys."""
        parents = self.flow.file_of(load).parents
        node: ast.AST = load
        while node not in self.names or not self._is_at(node, keys):
            parent = parents[node]
            if isinstance(parent, ast.If) and node is parent.test:
                return _only_assigns(parent)
            if isinstance(parent, ast.Assign) and isinstance(parent.targets[0], ast.Name):
                return len(parent.targets) == 1 and not self._is_read(parent.targets[0], keys)
            around = self._keys_around(node, parent)
            if around is None:
                return False
            node, keys = parent, (*around, *keys)
        return True

    def _is_at(self, node: ast.AST, keys: tuple[str, ...]) -> bool:
        """Whether an argument is that of an ID, or has it under some keys."""
        end = ".".join(("", *keys))
        return any(name.endswith(end) for name in self.names[node])

    def _keys_around(self, node: ast.AST, parent: ast.AST) -> tuple[str, ...] | None:
        """The key under which an expression holds a part of it, if it does; None for other uses."""
        match parent:
            case ast.Dict(keys=keys, values=values) if node in values:
                key = keys[values.index(node)]
                is_text = isinstance(key, ast.Constant) and isinstance(key.value, str)
                return (key.value,) if is_text else None  # type: ignore[union-attr]
            case ast.keyword(arg=str(name)):
                call = self.flow.file_of(parent).parents[parent]
                return (name,) if self._makes_record(call) else ()
            case ast.Call() if isinstance(node, ast.keyword) and self._makes_record(parent):
                return ()
        return () if isinstance(parent, _TRANSPARENT) else None

    def _makes_record(self, call: ast.AST) -> bool:
        """Whether a call makes a dict, or an object that only holds what it is given."""
        value = self.flow.value_of(call)
        return bool(value) and all(
            isinstance(atom, Container)
            or (
                isinstance(atom, Instance)
                and atom.owner is not None
                and takes_anything(atom.owner, self.flow, given=True)
            )
            for atom in value
        )


def _names_value(statement: ast.AST) -> bool:
    """Whether a statement only gives a value one name."""
    return isinstance(statement, ast.Assign) and (
        len(statement.targets) == 1 and isinstance(statement.targets[0], ast.Name)
    )


def _only_assigns(statement: ast.If) -> bool:
    """Whether a branch does nothing but assign names."""
    kinds = (ast.Assign, ast.AnnAssign, ast.Import, ast.ImportFrom)
    return not statement.orelse and all(isinstance(inner, kinds) for inner in statement.body)


# The IDs inside of objects that calls pass on, or whose methods they call.


class _Given(NamedTuple):
    """An object that a call gives to a parameter: `others` are the parts judged by themselves."""

    node: ast.expr
    parameter: ast.arg
    value: Value
    others: frozenset[object]


def ids_read_in_parts(flow: Facts) -> dict[ast.expr, set[Atom]]:
    """The generated IDs in the objects that calls pass on, where a function reads that part."""
    found: dict[ast.expr, set[Atom]] = defaultdict(set)
    given = list(_given(flow))
    parts = _parts_read(given, flow) if given else {}
    for node, parameter, value, others in given:
        for part in parts.get(parameter, set()) - others:
            held = reachable(_part_of(value, part, flow), flow.made_contents)
            found[node].update(filter(is_generated, held))
    return found


def require_no_method(definition: Definition, flow: Facts) -> None:
    """Raise Unfixable for a field that a method reads, which needs no call by its name."""
    if runs_unseen(definition, flow):
        owner = getattr(definition.cell[0], "owner", None)
        raise Unfixable(f"a method of {getattr(owner, 'name', 'a class')} may read the ID")


def runs_unseen(definition: Definition, flow: Facts) -> bool:
    """Whether a method that needs no call by its name reads an attribute, or its object.

    Such as a property, `__str__`, and one that is not called where its name stands.
    """
    holder, key = definition.cell
    owner = holder.owner if isinstance(holder, Instance) else None
    if owner is None or not isinstance(key, Attribute):
        return False
    file, getters = flow.file_of(owner), _getters(flow)
    members = (node for cls in mro(owner, flow) for node in cls.body)
    methods = [one for one in members if isinstance(one, NAMED_FUNCTIONS)]
    return any(
        _reads(one, key.name, flow.file_of(one))
        for method in methods
        if method.name not in _MAKING and _needs_no_call(method, file)
        for one in methods_run(method, owner, flow)
        if isinstance(one, NAMED_FUNCTIONS) and one.name not in getters
    )


def _getters(flow: Facts) -> set[str]:
    """The names of the methods that take IDs from their object."""
    found = (g for g in flow.contract.getters if any(path.is_of_object for path in g.paths))
    return {getter.path.rpartition(".")[2] for getter in found}


def _needs_no_call(method: FunctionDefinition, file: SourceFile) -> bool:
    if method.decorator_list or method.name.startswith("__"):
        return True
    named = [node for node in file.nodes(ast.Attribute) if node.attr == method.name]
    return any(getattr(file.parents[node], "func", None) is not node for node in named) or any(
        node.value == method.name for node in file.nodes(ast.Constant)
    )


def _reads(method: FunctionDefinition, name: str, file: SourceFile) -> bool:
    """Whether a method reads an attribute of its object, or more than returns that."""
    own = {argument.arg for argument in positionals(method.args)[:1]}
    if is_class_method(method) or is_static(method):
        return False
    uses = [file.parents[n] for n in walk(method) if isinstance(n, ast.Name) and n.id in own]
    return any(
        not isinstance(use, ast.Attribute | ast.Return)
        or (isinstance(use, ast.Attribute) and use.attr == name and isinstance(use.ctx, ast.Load))
        for use in uses
    )


def _given(flow: Facts) -> Iterator[_Given]:
    """The objects that calls of known functions pass, and those whose methods they call."""
    for node, bound in flow.argument_bindings.items():
        for key, value in bound.items():
            if isinstance(key, ast.arg):
                yield _Given(node, key, frozenset(value), frozenset(bound))
    for call, functions in flow.callees.items():
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
            node = call.func.value
            held = frozenset(a for a in flow.value_of(node) if isinstance(a, Instance | Origin))
            others = frozenset(flow.argument_bindings.get(node, ()))
            for function in functions if held else ():
                if isinstance(function, FUNCTIONS) and (first := positionals(function.args)[:1]):
                    yield _Given(node, first[0], held, others)


def _parts_read(given: list[_Given], flow: Facts) -> dict[ast.arg, set[Location]]:
    """The parts of parameters that code other than a getter reads, also through other functions."""
    values: dict[ast.arg | None, list[Value]] = defaultdict(list)
    for one in given:
        values[one.parameter].append(one.value)

    def passed(part: Location) -> set[Location]:
        held = (atom for value in values[whole_of(part)] for atom in _part_of(value, part, flow))
        return _parts_of_parameters(held)

    consumed = {atom for atoms in flow.consumed.values() for atom in atoms}
    read = _parts_of_parameters(reachable(consumed, flow.made_contents))
    read |= {part for atom in consumed for part in _attributes(atom, flow)}
    parts: dict[ast.arg, set[Location]] = defaultdict(set)
    for part in reachable(read, passed):
        parts[whole_of(part)].add(part)  # type: ignore[index]
    return parts


def _parts_of_parameters(atoms: Iterable[Atom]) -> set[Location]:
    nodes = {atom.node for atom in atoms if isinstance(atom, Origin)}
    return {n for n in nodes if isinstance(n, tuple) and whole_of(n) and depth_of(n) <= MAX_DEPTH}


def _attributes(atom: Atom, flow: Facts) -> set[Location]:
    """The fields, and the attributes that methods assign, of what is the object of a method."""
    owner = class_of_object(getattr(atom, "node", None), flow)
    classes = list(mro(owner, flow)) if owner else []
    names = {name for cls in classes for name in flow.program.assigning.get(cls, ())}
    fields = (
        node.target for cls in classes for node in cls.body if isinstance(node, ast.AnnAssign)
    )
    names.update(field.id for field in fields if isinstance(field, ast.Name))
    return {(atom, Attribute(name)) for name in names}


def _part_of(value: Value, part: Location, flow: Facts) -> Value:
    """The part of a value that stands for a part of a parameter."""
    base, key = part
    assert isinstance(base, Origin)
    if isinstance(base.node, tuple):
        value = _part_of(value, base.node, flow)
    return NOTHING.union(*(_element(atom, key, flow) for atom in value))


def _element(atom: Atom, key: object, flow: Facts) -> Value:
    """The item or attribute of an atom; all that it has where the key is not known."""
    if isinstance(atom, Container | Instance):
        items = flow.items(atom)
        if key is ANY:
            return flow.contents(atom)
        held = items.get(key, NOTHING) | items.get(ANY, NOTHING)
        return held | (_set_by_class(atom, key, flow) if isinstance(atom, Instance) else NOTHING)
    if isinstance(atom, Origin) and not is_generated(atom) and whole_of(atom.node):
        return frozenset({Origin(Kind.RECEIVED, (atom, key))})
    return frozenset({atom}) if is_generated(atom) else NOTHING


def _set_by_class(made: Instance, key: object, flow: Facts) -> Value:
    """The value that the constructor, or another method, puts into an attribute of an object."""
    own = flow.bindings.get(made.node, {})

    def given(atom: Atom) -> Value:
        node = getattr(atom, "node", None)
        return own.get(node) or (flow.given_to(node) if isinstance(node, ast.arg) else NOTHING)

    classes = mro(made.owner, flow) if made.owner and isinstance(key, Attribute) else ()
    cells = [(cls, key) for cls in classes]
    held = (flow.value(flow.by_cell.get(cell, ())) for cell in cells)
    return frozenset(reachable(NOTHING.union(*held), given))
