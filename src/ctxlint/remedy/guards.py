"""What the guard around an assignment tells of the name that is assigned."""

from __future__ import annotations

import ast
from enum import Enum, auto

from ctxlint.source import SourceFile


class Missing(Enum):
    """How a test asks whether a name has a value."""

    NONE = auto()  # `x is None`
    FALSE = auto()  # `not x`


def test_of(test: ast.expr, name: str) -> Missing | None:
    """How `test` itself asks whether `name` is missing."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=ast.Name(id=found)) if found == name:
            return Missing.FALSE
        case ast.Compare(
            left=ast.Name(id=found),
            ops=[ast.Is() | ast.Eq()],
            comparators=[ast.Constant(value=None)],
        ) if found == name:
            return Missing.NONE
    return None


def implied(test: ast.expr, name: str) -> Missing | None:
    """What is surely so of `name` where `test` is true."""
    if isinstance(test, ast.BoolOp):
        parts = [implied(part, name) for part in test.values]
        if isinstance(test.op, ast.And):
            return next(filter(None, parts), None)
        return None if None in parts else max(filter(None, parts), key=lambda m: m.value)
    return test_of(test, name)


def asks(test: ast.expr, name: str) -> Missing | None:
    """How `test` asks for `name`, where `test` being false surely means that it has a value."""
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.Or):
        return next(filter(None, (test_of(part, name) for part in test.values)), None)
    return test_of(test, name)


def guard_of(statement: ast.stmt, file: SourceFile) -> ast.If | None:
    """The `if` whose body directly holds a statement."""
    parent = file.parents[statement]
    return parent if isinstance(parent, ast.If) and statement in parent.body else None


def block_of(statement: ast.stmt, file: SourceFile) -> list[ast.stmt]:
    """The statements beside a statement, itself included."""
    parent = file.parents[statement]
    for _, value in ast.iter_fields(parent):
        if isinstance(value, list) and statement in value:
            return value
    raise AssertionError("a statement stands in a block")


def always_passes(guard: ast.stmt, target: ast.stmt, file: SourceFile) -> bool:
    """Whether every path to `target` runs through `guard`, an earlier statement of its function."""
    block = block_of(guard, file)
    node: ast.AST = target
    while node not in block:
        node = file.parents[node]
        if isinstance(node, ast.Module | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            return False
    return isinstance(node, ast.stmt) and block.index(guard) < block.index(node)
