"""The IDs inside of objects that a call passes on, or whose method it calls, and that are read."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ctxlint.flow import Facts
from ctxlint.flow.classes import class_of_object, is_class_method, is_static, mro
from ctxlint.flow.method_effects import methods_run
from ctxlint.flow.values import (
    ANY,
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
    whole_of,
)
from ctxlint.project.scopes import FUNCTIONS, NAMED_FUNCTIONS, positionals
from ctxlint.remedy.constructors import FILLING_HOOKS
from ctxlint.remedy.plan import Unfixable
from ctxlint.source import SourceFile, reachable, walk

_Method = ast.FunctionDef | ast.AsyncFunctionDef
_MAKING = {"__init__", *FILLING_HOOKS}
_MAX_DEPTH = 3  # keys and attributes of each other, as everywhere in the flow


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
    parts = _parts_read(given, flow)
    for node, parameter, value, others in given:
        for part in parts.get(parameter, set()) - others:
            held = reachable(_part_of(value, part, flow), lambda atom: _contents(atom, flow))
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


def _needs_no_call(method: _Method, file: SourceFile) -> bool:
    if method.decorator_list or method.name.startswith("__"):
        return True
    named = [node for node in file.nodes(ast.Attribute) if node.attr == method.name]
    return any(getattr(file.parents[node], "func", None) is not node for node in named) or any(
        node.value == method.name for node in file.nodes(ast.Constant)
    )


def _reads(method: _Method, name: str, file: SourceFile) -> bool:
    """Whether a method reads an attribute of its object, or that as a whole."""
    own = {argument.arg for argument in positionals(method.args)[:1]}
    if is_class_method(method) or is_static(method):
        return False
    uses = [file.parents[n] for n in walk(method) if isinstance(n, ast.Name) and n.id in own]
    return any(
        not isinstance(use, ast.Attribute) or (use.attr == name and isinstance(use.ctx, ast.Load))
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
    read = _parts_of_parameters(reachable(consumed, lambda atom: _contents(atom, flow)))
    read |= {part for atom in consumed for part in _attributes(atom, flow)}
    parts: dict[ast.arg, set[Location]] = defaultdict(set)
    for part in reachable(read, passed):
        parts[whole_of(part)].add(part)  # type: ignore[index]
    return parts


def _parts_of_parameters(atoms: Iterable[Atom]) -> set[Location]:
    nodes = {atom.node for atom in atoms if isinstance(atom, Origin)}
    return {n for n in nodes if isinstance(n, tuple) and whole_of(n) and depth_of(n) <= _MAX_DEPTH}


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
    """What a value has where a parameter has a part of it."""
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
            return _contents(atom, flow)
        held = items.get(key, NOTHING) | items.get(ANY, NOTHING)
        return held | (_set_by_class(atom, key, flow) if isinstance(atom, Instance) else NOTHING)
    if isinstance(atom, Origin) and not is_generated(atom) and whole_of(atom.node):
        return frozenset({Origin(Kind.RECEIVED, (atom, key))})
    return frozenset({atom}) if is_generated(atom) else NOTHING


def _contents(atom: Atom, flow: Facts) -> Value:
    if not isinstance(atom, Container | Instance):
        return NOTHING
    return flow.contents(atom)


def _set_by_class(made: Instance, key: object, flow: Facts) -> Value:
    """What the constructor, or another method, puts into an attribute of an object."""
    own = flow.bindings.get(made.node, {})

    def given(atom: Atom) -> Value:
        node = getattr(atom, "node", None)
        return own.get(node) or (flow.given_to(node) if isinstance(node, ast.arg) else NOTHING)

    classes = mro(made.owner, flow) if made.owner and isinstance(key, Attribute) else ()
    cells = [(cls, key) for cls in classes]
    held = (flow.value(flow.by_cell.get(cell, ())) for cell in cells)
    return frozenset(reachable(NOTHING.union(*held), given))
