"""What the guard around an assignment tells of the name that is assigned."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from enum import Enum, auto

from ctxlint.source import SourceFile


class Missing(Enum):
    """How a test asks whether a name has a value."""

    NONE = auto()  # `x is None`
    FALSE = auto()  # `not x`


@dataclass(frozen=True, slots=True)
class Guard:
    """An `if` one of whose branches directly holds an assignment: that where `test` is `truth`."""

    statement: ast.If
    truth: bool

    def implies(self, name: str) -> Missing | None:
        """How `name` is surely missing in this branch, if it is."""
        return _missing(self.statement.test, name, self.truth, every=False)

    def asks(self, name: str) -> Missing | None:
        """How `name` must be missing for this branch: outside it, it surely has a value."""
        return _missing(self.statement.test, name, self.truth, every=True)


def _missing(test: ast.expr, name: str, truth: bool, *, every: bool) -> Missing | None:
    """How `name` is missing where `test` is `truth`.

    An alternative counts only if all parts agree; for `every`, which asks about the other branch,
    it is the conjunction that counts only then.
    """
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return _missing(operand, name, not truth, every=every)
        case ast.Name(id=found) if found == name and not truth:
            return Missing.FALSE
        case ast.Compare(
            left=ast.Name(id=found), ops=[op], comparators=[ast.Constant(value=None)]
        ) if found == name and isinstance(op, (ast.Is, ast.Eq) if truth else (ast.IsNot, ast.NotEq)):
            return Missing.NONE
        case ast.BoolOp(op=op, values=values):
            parts = [_missing(value, name, truth, every=every) for value in values]
            conjunction = isinstance(op, ast.And) is truth
            if conjunction is not every:
                return next(filter(None, parts), None)
            known = {part for part in parts if part}
            return None if None in parts else max(known, key=lambda part: part.value)
    return None


def guard_of(statement: ast.stmt, file: SourceFile) -> Guard | None:
    """The branch of an `if` that directly holds a statement."""
    parent = file.parents[statement]
    if not isinstance(parent, ast.If):
        return None
    return Guard(parent, statement in parent.body)


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
