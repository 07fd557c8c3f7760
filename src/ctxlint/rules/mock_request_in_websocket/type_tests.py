"""Tests of the type of an ASGI scope: which types are let through to a call."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ctxlint.flow.containers import constant_key
from ctxlint.source import SourceFile

_KEY = "type"
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def admits(call: ast.AST, scope: ast.expr, kind: str, file: SourceFile) -> bool:
    """Whether tests ask for the type of a scope, and let this one through to a call."""
    name = ast.unparse(scope)
    asked = False
    for test, truth in _tests(call, file):
        for expression, holds in _parts(test, truth):
            types, is_one = _types(expression, name, holds)
            if types and (kind in types) is not is_one:
                return False
            asked = asked or (is_one and kind in types)
    return asked


def _tests(node: ast.AST, file: SourceFile) -> Iterator[tuple[ast.expr, bool]]:
    """The tests around a node and before it, each with how it came out."""
    for child, parent in file.around(node):
        if isinstance(child, _FUNCTIONS):
            return
        match parent:
            case ast.If(test=test) | ast.IfExp(test=test) if child is not test:
                body = parent.body if isinstance(parent.body, list) else [parent.body]
                yield test, child in body
        for block in (getattr(parent, field, None) for field in ("body", "orelse", "finalbody")):
            if isinstance(block, list) and child in block:
                yield from _passed(block[: block.index(child)])


def _passed(statements: list[ast.stmt]) -> Iterator[tuple[ast.expr, bool]]:
    """The tests that statements make of what follows them."""
    for statement in statements:
        if isinstance(statement, ast.Assert):
            yield statement.test, True
        elif isinstance(statement, ast.If) and not statement.orelse and _ends(statement.body):
            yield statement.test, False


def _ends(body: list[ast.stmt]) -> bool:
    """Whether what follows a block does not run after it."""
    return isinstance(body[-1], ast.Return | ast.Raise | ast.Continue | ast.Break)


def _parts(test: ast.expr, truth: bool) -> Iterator[tuple[ast.expr, bool]]:
    """The tests that must have come out, and how, for a test to come out so."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield from _parts(operand, not truth)
        case ast.BoolOp(op=op, values=values):
            if isinstance(op, ast.And) is truth:
                for value in values:
                    yield from _parts(value, truth)
        case _:
            yield test, truth


def _types(test: ast.expr, name: str, truth: bool) -> tuple[set[str], bool]:
    """The types that a test compares that of a scope with, and whether it is one of them."""
    match test:
        case ast.Compare(left=left, ops=[op], comparators=[other]) if _is_type(left, name):
            shown = other.elts if isinstance(other, ast.Tuple | ast.List | ast.Set) else [other]
            types = {key for key in map(constant_key, shown) if isinstance(key, str)}
            if len(types) == len(shown) and isinstance(op, ast.Eq | ast.NotEq | ast.In | ast.NotIn):
                return types, truth is isinstance(op, ast.Eq | ast.In)
    return set(), truth


def _is_type(node: ast.expr, name: str) -> bool:
    """Whether an expression is `scope["type"]` or `scope.get("type")`."""
    match node:
        case ast.Subscript(value=scope, slice=ast.Constant(value=key)):
            return key == _KEY and ast.unparse(scope) == name
        case ast.Call(
            func=ast.Attribute(value=scope, attr="get"), args=[ast.Constant(value=key), *_]
        ):
            return key == _KEY and ast.unparse(scope) == name
    return False
