"""The binding of a call's arguments to the parameters of the function."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from ctxlint.flow.call import Call
from ctxlint.flow.containers import from_end, received
from ctxlint.flow.facts import leads_inside_object
from ctxlint.flow.flow import Flow
from ctxlint.flow.frame import Frame
from ctxlint.flow.values import (
    NOTHING,
    PASSED,
    Atom,
    Attribute,
    Container,
    Definition,
    Fact,
    Instance,
    Location,
    Origin,
    Value,
    fits,
)
from ctxlint.project.scopes import FunctionNode, parameters, positionals


class Callee(NamedTuple):
    """A function that may be called, with `given` positional arguments bound before."""

    function: FunctionNode
    given: int


class Given(NamedTuple):
    """The binding of an argument to the parameter, or item of a collector, `key`."""

    key: object
    node: ast.expr
    value: Value
    unpacked: bool


@dataclass(slots=True)
class Binding:
    """The binding of a call's arguments to the parameters: values, and where they are.

    `results` are the atoms that the function returns, with what they are for the call; `remade`
    those in them that are created for it; `unused` the defaults of the parameters that surely
    get something else; `told` what tests before the call have told of them.
    """

    callee: Callee
    values: dict[object, Value] = field(default_factory=dict)
    results: dict[Atom, Value] = field(default_factory=dict)
    remade: set[Atom] = field(default_factory=set)
    arguments: list[Given] = field(default_factory=list)
    unused: set[ast.AST] = field(default_factory=set)
    told: dict[object, set[Fact]] = field(default_factory=dict)

    def add(self, key: object, node: ast.expr, value: Value, *, unpacked: bool = False) -> None:
        """Bind a parameter, or an item of a collector."""
        self.values[key] = self.values.get(key, NOTHING) | value
        self.arguments.append(Given(key, node, value, unpacked))


def bind(callee: Callee, this: Call) -> Binding:
    """Bind the arguments of a call to the parameters of a function."""
    binding = Binding(callee, _bound_before(this))
    arguments = callee.function.args
    positional = positionals(arguments)[callee.given :]
    taken = _bind_positions(binding, positional, arguments.vararg, this)
    named = {p.arg: p for p in [*arguments.args, *arguments.kwonlyargs] if p not in taken}
    for keyword, value in this.keywords:
        if keyword.arg is None:
            _unpack(binding, named, arguments.kwarg, keyword, value, this.frame)
        elif keyword.arg in named:
            binding.add(named.pop(keyword.arg), keyword.value, value)
        elif arguments.kwarg:
            binding.add((Container(arguments.kwarg), keyword.arg), keyword.value, value)
        else:
            this.frame.consume(keyword.value, value)
    unpacks = [*this.args, *((k, v) for k, v in this.keywords if k.arg is None)]
    if not any(isinstance(node, ast.Starred | ast.keyword) for node, _ in unpacks):
        for parameter, default in parameters(arguments).items():
            if default is None:
                continue
            if parameter in binding.values:
                binding.unused.add(default)
            filled = received(parameter) if this.is_filled else NOTHING
            binding.values.setdefault(parameter, filled | this.frame.flow.value_of(default))
    for key, node, _, unpacked in binding.arguments:
        if isinstance(node, ast.Name) and not unpacked:
            binding.told[key] = this.frame.facts_of(node.id)
    return binding


def _bound_before(this: Call) -> dict[object, Value]:
    """The arguments of the constructor of the objects whose method is called."""
    values: dict[object, Value] = {}
    for atom in this.base:
        given = this.frame.flow.bindings.get(atom.node) if isinstance(atom, Instance) else None
        if given is None:
            return {}
        for key, value in given.items():
            values[key] = values.get(key, NOTHING) | value
    return values


def _bind_positions(
    binding: Binding, parameters: list[ast.arg], collector: ast.arg | None, this: Call
) -> list[ast.arg]:
    """Bind the positional arguments; return the parameters that surely get one."""
    for index, (node, value) in enumerate(this.args):
        if isinstance(node, ast.Starred):
            for offset, parameter in enumerate(parameters[index:]):
                part = this.frame.element(value, offset, node)
                binding.add(parameter, node, part, unpacked=True)
            length = from_end(value, 0, this.frame)
            return parameters[: index + length if isinstance(length, int) else index]
        if index < len(parameters):
            binding.add(parameters[index], node, value)
        elif collector:
            binding.add((Container(collector), index - len(parameters)), node, value)
        else:
            this.frame.consume(node, value)
    return parameters[: len(this.args)]


def _unpack(
    binding: Binding,
    named: dict[str, ast.arg],
    collector: ast.arg | None,
    keyword: ast.keyword,
    value: Value,
    frame: Frame,
) -> None:
    """Bind what `**mapping` gives to the parameters that have nothing yet."""
    keys: set[object] = set().union(*(frame.flow.keys.get(atom, ()) for atom in value))
    for name, parameter in named.items():
        binding.add(parameter, keyword.value, frame.element(value, name, keyword), unpacked=True)
    for key in keys:
        if collector and isinstance(key, str) and key not in named:
            part = frame.element(value, key, keyword)
            binding.add((Container(collector), key), keyword.value, part, unpacked=True)


def handed_on(binding: Binding, this: Call) -> Iterator[Given]:
    """The arguments of a call, and the parts that the function passes to a getter: of them, and of
    the object whose method it is.
    """
    for given in binding.arguments:
        yield given
        known: dict[object, Value] = {given.key: given.value}
        for cell in this.frame.flow.access_paths_to_sink.get(given.key, ()):
            yield _part_given(cell, given.node, known, this)
    yield from _parts_of_object(binding.callee, this)


def _parts_of_object(callee: Callee, this: Call) -> Iterator[Given]:
    """The attributes of the object whose method is called, that this passes to a getter.

    Those that methods set are known of the class, unless the getter finds them in the object.
    """
    flow, first = this.frame.flow, positionals(callee.function.args)[:1]
    if not callee.given or not this.base or not first:
        return
    node = getattr(this.node.func, "value", this.node.func)
    outside = _set_outside(this)
    if not outside and not flow.contract.attribute_ids:
        return
    flow.worklist.dependents[first[0], PASSED].add(this.frame.scope.node)
    inside: dict[object, Value] = {first[0]: this.base}
    for cell in flow.access_paths_to_sink.get(first[0], ()):
        attribute = _outermost(cell)
        if leads_inside_object(cell, flow):
            yield _part_given(cell, node, inside, this)
        elif found := outside.get(attribute[1]):
            flow.uses[node] |= found
            known: dict[object, Value] = {attribute: flow.value(found)}
            yield _part_given(cell, node, known, this)


def _set_outside(this: Call) -> dict[object, set[Definition]]:
    """The attributes of an object that other code than its methods has set here, before the call
    of one of them.
    """
    frame, flow = this.frame, this.frame.flow
    found: dict[object, set[Definition]] = {}
    for made in this.base:
        for key in flow.keys.get(made, ()) if isinstance(made, Instance) else ():
            bound = frame.definitions((made, key)) if isinstance(key, Attribute) else ()
            others = {d for d in bound if d.node and not _is_by_method(d.node, made, flow)}
            if others:
                found[key] = found.get(key, set()) | others
    return found


def _is_by_method(node: ast.AST, made: Atom, flow: Flow) -> bool:
    """Whether a node calls a method of an object, or its constructor."""
    function = getattr(node, "func", None)
    is_method = isinstance(function, ast.Attribute) and made in flow.value_of(function.value)
    return node is made.node or is_method


def _part_given(cell: Location, node: ast.expr, known: dict[object, Value], this: Call) -> Given:
    return Given(cell, node, _part(cell, node, known, this.frame), unpacked=True)


def _outermost(cell: Location) -> Location:
    """The element or attribute of a parameter that a cell is, or is a part of."""
    holder = cell[0]
    while isinstance(holder, Origin) and isinstance(holder.node, tuple):
        cell, holder = holder.node, holder.node[0]
    return cell


def _part(cell: Location, node: ast.expr, known: dict[object, Value], frame: Frame) -> Value:
    """The part of an argument that an element or attribute of the parameter is."""
    if cell not in known:
        base, key = cell
        assert isinstance(base, Origin)
        held = _part(base.node, node, known, frame)  # type: ignore[arg-type]
        value = frozenset(atom for atom in held if fits(atom, key))
        known[cell] = frame.element(value, key, node)
    return known[cell]
