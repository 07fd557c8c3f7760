"""The call that receives an object that another call creates."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from dataclasses import dataclass

from ctxlint.contract.getter import matches_any
from ctxlint.flow import Facts, Kind, Origin
from ctxlint.flow.values import Atom, Container, Instance, Symbol
from ctxlint.source import SourceFile


@dataclass(frozen=True, slots=True)
class Passing:
    """An argument of a call of `function`, on line `row`; `parameter` is None for a positional."""

    node: ast.expr
    function: str
    parameter: str | None
    position: int
    row: int

    @property
    def text(self) -> str:
        """The call as a message shows it."""
        if self.parameter is None:
            return f"{self.function}(...) as argument {self.position}"
        return f"{self.function}({self.parameter}=...)"


def made_by(call: ast.Call, flow: Facts) -> Origin | Instance:
    """The atom of the object that a call creates."""
    instance = Instance(call, None)
    return instance if instance in flow.value_of(call) else Origin(Kind.RECEIVED, call)


def passings(made: ast.Call, file: SourceFile, flow: Facts) -> Iterator[Passing]:
    """The calls that get the object which `made` makes, in source order.

    Not those that pass it on unchanged, or that Python itself has: they look at it only.
    """
    atom = made_by(made, flow)
    for call in sorted(file.nodes(ast.Call), key=lambda call: (call.lineno, call.col_offset)):
        names = {a.path for a in flow.value_of(call.func) if isinstance(a, Symbol)}
        handed_on = atom in flow.value_of(call) and call not in flow.callees
        if not handed_on and not names & vars(builtins).keys():
            yield from _arguments(call, atom, names, flow)


def _arguments(call: ast.Call, atom: Atom, names: set[str], flow: Facts) -> Iterator[Passing]:
    """The arguments of a call that are, or unpack, an object."""
    function, args = call.func, call.args
    contract = flow.contract
    if args and any(matches_any(contract.appliers + contract.partials, name) for name in names):
        function, args = args[0], args[1:]  # `to_thread(function, ...)`
    word = _shown(function)
    for position, arg in enumerate(args, start=1):
        if atom in flow.value_of(arg):
            yield Passing(arg, word, None, position, call.lineno)
    for keyword in call.keywords:
        if keyword.arg is None:
            for name in _unpacked(keyword.value, atom, flow):
                yield Passing(keyword.value, word, name, 0, call.lineno)
        elif atom in flow.value_of(keyword.value):
            yield Passing(keyword.value, word, keyword.arg, 0, call.lineno)


def _unpacked(mapping: ast.expr, atom: Atom, flow: Facts) -> Iterator[str]:
    """The keys of a mapping under which it holds an object."""
    for container in flow.value_of(mapping):
        for key, held in flow.items(container).items() if isinstance(container, Container) else ():
            if isinstance(key, str) and atom in held:
                yield key


def _shown(function: ast.expr) -> str:
    """The name of a function, as far as it is dotted names."""
    match function:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=owner, attr=name):
            return f"{_shown(owner)}.{name}"
    return "(...)"
