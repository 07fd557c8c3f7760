"""Which statements of a block run whenever it does, and what a function returns."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from ctxlint.project.scopes import FunctionNode
from ctxlint.source import walk


def blocks(node: ast.AST) -> Iterator[list[Any]]:
    """The blocks of a statement: its body, `else` and `finally`."""
    for name in ("body", "orelse", "finalbody"):
        block = getattr(node, name, None)
        if isinstance(block, list):
            yield block


def own_nodes(statement: ast.stmt) -> Iterator[ast.AST]:
    """The nodes of a statement that run whenever it does: none of its blocks."""
    if not isinstance(statement, ast.Match) and not any(True for _ in blocks(statement)):
        yield from walk(statement)


def ends(body: list[ast.stmt]) -> bool:
    """Whether what follows a block does not run after it."""
    return bool(body) and isinstance(body[-1], ast.Return | ast.Raise | ast.Continue | ast.Break)


def always_run(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a body that run whenever it does, up to where it may be left."""
    for statement in body:
        if isinstance(statement, ast.With | ast.AsyncWith):
            yield from always_run(statement.body)
        else:
            yield statement
        if any(isinstance(node, ast.Return | ast.Raise) for node in walk(statement)):
            return


def only_result(function: FunctionNode) -> ast.expr | None:
    """The one expression that a function returns, besides None."""
    if isinstance(function, ast.Lambda):
        return function.body
    values = [n.value for n in walk(function) if isinstance(n, ast.Return) and n.value]
    shown = [v for v in values if not (isinstance(v, ast.Constant) and v.value is None)]
    return shown[0] if len(shown) == 1 else None
