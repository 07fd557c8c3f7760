"""The places in stores where IDs are kept, also as a function reads and writes them for others."""

from __future__ import annotations

import ast
from copy import deepcopy
from typing import NamedTuple

from ctxlint.flow.facts import Facts
from ctxlint.flow.values import Symbol
from ctxlint.project.scopes import FunctionNode, parameters
from ctxlint.source import walk


class Place(NamedTuple):
    """A place where an ID is kept: the texts of the store and of the key."""

    store: str
    key: str


class Access(NamedTuple):
    """A read or write of a place, by expressions of one function; `names` are those in its key."""

    place: Place
    names: tuple[ast.Name, ...]
    store: ast.expr | str
    keys: tuple[ast.expr, ...]


def access(store: ast.expr | str, keys: list[ast.expr], flow: Facts) -> Access:
    """The access to an item of a store; a store of all functions is just its name.

    A store of another module goes by its path there.
    """
    if isinstance(store, ast.Name | ast.Attribute):
        symbols = [atom for atom in flow.value_of(store) if isinstance(atom, Symbol)]
        paths = {symbol.path for symbol in symbols if "." in symbol.path}
        store = ast.Name(paths.pop(), ast.Load()) if len(paths) == 1 else store
    text = store if isinstance(store, str) else ast.unparse(store)
    names = [n for key in keys for n in walk(key) if isinstance(n, ast.Name)]
    place = Place(text, ", ".join(map(ast.unparse, keys)))
    return Access(place, tuple(names), store, tuple(keys))


def arguments_of(call: ast.Call, function: FunctionNode, flow: Facts) -> dict[ast.arg, ast.expr]:
    """The expressions that a call gives to the parameters of a function, and its object."""
    known = list(parameters(function.args))
    given = {
        parameter: node
        for node in [*call.args, *(keyword.value for keyword in call.keywords)]
        for parameter in known
        if parameter in flow.argument_bindings.get(node, ())
    }
    if isinstance(call.func, ast.Attribute):
        for parameter in known[:1]:
            given.setdefault(parameter, call.func.value)
    return given


def seen_by_caller(
    inner: Access, call: ast.Call, function: FunctionNode, flow: Facts
) -> Access | None:
    """An access in a function in terms of a call of it; None where the call does not decide it."""
    given = arguments_of(call, function, flow)
    translate = _Translation(given, call, function, flow)
    parts = [part for part in (inner.store, *inner.keys) if isinstance(part, ast.expr)]
    if not all(map(translate.is_decided, parts)):
        return None
    store = inner.store if isinstance(inner.store, str) else translate.visit(deepcopy(inner.store))
    return access(store, [translate.visit(deepcopy(key)) for key in inner.keys], flow)


class _Translation(ast.NodeTransformer):
    """Puts the arguments of a call in place of parameters."""

    def __init__(
        self, given: dict[ast.arg, ast.expr], call: ast.Call, function: FunctionNode, flow: Facts
    ) -> None:
        self.given = {parameter.arg: node for parameter, node in given.items()}
        self.parameters = set(given)
        self.own = flow.program.scopes[function].bindings
        self.file = flow.file_of(function)
        self.is_here = self.file is flow.file_of(call)
        self.flow = flow

    def is_decided(self, node: ast.expr) -> bool:
        """Whether the names of the function in an expression are what a call gives to it."""
        names = [name for name in walk(node) if isinstance(name, ast.Name)]
        return all(
            {definition.node for definition in self.flow.reads(name)} <= self.parameters
            for name in names
            if name.id in self.own
        )

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """The argument for a parameter; a name of another module is told from ours."""
        if node.id in self.given:
            return self.given[node.id]
        if self.is_here or "." in node.id:
            return node
        module = modules.module_name(self.file.location) if (modules := self.file.modules) else ""
        return ast.Name(f"{module}.{node.id}", node.ctx)
