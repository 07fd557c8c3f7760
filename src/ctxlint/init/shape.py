"""The shape of a candidate, as its own body shows it: who does not have it is not read."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import islice

from ctxlint.init.functions import Subject
from ctxlint.init.provenance import Part
from ctxlint.init.reading import dotted, root
from ctxlint.matching.nodes import own_nodes
from ctxlint.project.scopes import parameters

MOST_NODES = 1_000  # of a function that does what one can find out by reading it
_GIVES = (ast.Return, ast.Yield, ast.YieldFrom)
_GROWS = frozenset({"add", "append", "extend", "insert"})
_MAKES = frozenset({"get_or_create", "setdefault"})


def may_find(subject: Subject, score: int, enough: int) -> bool:
    """Whether a function takes something that may be missing, and does something with it.

    Where its names say little, its body must look up in a store, and put something there.
    """
    nodes = list(islice(own_nodes(subject.node), MOST_NODES))
    if len(nodes) == MOST_NODES:
        return False
    names = set(_optional_names(subject, nodes))
    if not names or not (any(isinstance(n, _GIVES) and n.value for n in nodes) or _keeps(nodes)):
        return False
    if score >= enough or subject.node.decorator_list:
        return True
    return any(map(_looks_up, nodes)) and any(map(_puts, nodes))


def optional_parameters(subject: Subject) -> Iterator[Part]:
    """The parameters that may be None, by their defaults or types."""
    defaults = parameters(subject.node.args)
    for parameter, _ in subject.parameters:
        default = defaults[parameter]
        is_none = isinstance(default, ast.Constant) and default.value is None
        if is_none or _may_be_none(parameter.annotation):
            yield Part(parameter.arg)


def _may_be_none(annotation: ast.expr | None) -> bool:
    if annotation is None or isinstance(annotation, ast.Name):
        return False
    text = ast.unparse(annotation)
    return "None" in text or "Optional[" in text


def _optional_names(subject: Subject, nodes: list[ast.AST]) -> Iterator[str]:
    """The parameters that may be missing, by what is said of them or asked by the body."""
    yield from (part.name for part in optional_parameters(subject))
    parameters = {parameter.arg for parameter, _ in subject.parameters} | {"self"}
    aliases = dict(_aliases(nodes))
    for node in nodes:
        for asked in _asked(node):
            name = root(asked)
            if name not in parameters:
                asked = aliases.get(name or "", asked)  # noqa: PLW2901 - what it stands for
                name = root(asked)
            if name in parameters and (name != "self" or (dotted(asked) or "").count(".") == 1):
                yield name


def _aliases(nodes: list[ast.AST]) -> Iterator[tuple[str, ast.expr]]:
    """The names that are assigned something, as in `key = self.key`."""
    for node in nodes:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                yield name, value


def _asked(node: ast.AST) -> list[ast.expr]:
    """The expressions whose presence the code tests."""
    match node:
        case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test):
            return [test]
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return [operand]
        case ast.BoolOp(values=values):
            return values
        case ast.Compare(left=left, ops=[ast.Is() | ast.IsNot() | ast.In() | ast.NotIn()]):
            return [left]
        case ast.Call(func=ast.Attribute(attr="get"), args=[ast.Constant(), *_]):
            return [node]
        case ast.NamedExpr(target=target):
            return [target]
    return []


def _keeps(nodes: list[ast.AST]) -> bool:
    """Whether code adds something to a collection, or an attribute of its object."""
    return any(map(_puts, nodes)) or any(
        isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) for node in nodes
    )


def _looks_up(node: ast.AST) -> bool:
    """Whether code takes something out of a store under a key."""
    match node:
        case ast.Subscript(ctx=ast.Load(), slice=key):
            return not isinstance(key, ast.Constant | ast.Slice | ast.UnaryOp)
        case ast.Call(func=ast.Attribute(attr="get" | "setdefault" | "get_or_create"), args=args):
            return not args or not isinstance(args[0], ast.Constant)
    return isinstance(node, ast.For | ast.AsyncFor | ast.comprehension)


def _puts(node: ast.AST) -> bool:
    """Whether code puts something into a store, or a collection."""
    match node:
        case ast.Subscript(ctx=ast.Store(), slice=key):
            return not isinstance(key, ast.Constant | ast.Slice)
        case ast.Call(func=ast.Attribute(attr=attr)):
            return attr in _GROWS or attr in _MAKES
    return False
