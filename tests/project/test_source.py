"""The nodes of a syntax tree."""

from __future__ import annotations

import ast
import inspect
import typing

import pytest

from ctxlint.source import children, walk

SHARED = (ast.expr_context, ast.boolop, ast.operator, ast.unaryop, ast.cmpop)
SOME = """
async def f(a, /, *b, c, d=1, **e) -> 'int':
    global x
    async with a as (p, q), b: x: int = not -y + z[1:2] ** 3
    match {**a, 'k': [*b]}:
        case {'k': 1 | None, **rest} if rest: pass
        case Point(x=0, y=[first, *others]) as whole: return (yield)
    return lambda *, k, l=0: f'{a!r:>{b}}' if a < b in c else {i: j async for i, j in c if await i}
"""


@pytest.mark.parametrize(
    "text", [SOME, inspect.getsource(ast), inspect.getsource(typing)], ids=["some", "ast", "typing"]
)
def test_children_are_those_that_ast_has_but_for_what_many_nodes_share(text: str) -> None:
    tree = ast.parse(text)
    for node in ast.walk(tree):
        own = [child for child in ast.iter_child_nodes(node) if not isinstance(child, SHARED)]
        assert children(node) == own
    assert walk(tree) == [node for node in ast.walk(tree) if not isinstance(node, SHARED)]
