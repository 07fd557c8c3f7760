"""The binding of a call's arguments to the parameters of the function."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import NamedTuple

from ctxlint.flow.call import Call
from ctxlint.flow.containers import from_end, received
from ctxlint.flow.frame import Frame
from ctxlint.flow.values import NOTHING, Atom, Container, Fact, Instance, Value
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
