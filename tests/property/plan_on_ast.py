"""A plan carried out on the syntax tree, which has no layout: what the written text must mean."""

from __future__ import annotations

import ast
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ctxlint.remedy.plan import Plan

_BLOCKS = ("body", "handlers", "cases", "orelse", "finalbody")
_CLAUSE = "orelse"


def expected(
    plan: Plan, renamed: Mapping[ast.alias, str] = MappingProxyType({}), *, clauses_go: bool = True
) -> str:
    """The tree of a file after a plan, as text, with other names in imports.

    `clauses_go`: whether an `else` that is left empty goes as a whole.
    """
    changed = _Planned(plan, renamed, clauses_go=clauses_go).visit(plan.file.tree)
    return shape(changed)


def shape(tree: ast.AST) -> str:
    """A tree as text; `x or (y or z)` is written as `x or y or z`, which means the same."""
    return ast.dump(_Flat().visit(tree))


class _Flat(ast.NodeTransformer):
    """Takes alternatives of an alternative as alternatives of the whole."""

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.BoolOp:
        """An operation without another one of its kind among its operands."""
        self.generic_visit(node)
        values: list[ast.expr] = []
        for value in node.values:
            is_same = isinstance(value, ast.BoolOp) and type(value.op) is type(node.op)
            values += value.values if is_same and isinstance(value, ast.BoolOp) else [value]
        return ast.BoolOp(node.op, values)


class _Planned:
    """Copies of nodes after a plan."""

    def __init__(self, plan: Plan, renamed: Mapping[ast.alias, str], *, clauses_go: bool) -> None:
        self.plan = plan
        self.renamed = renamed
        self.clauses_go = clauses_go

    def visit(self, node: ast.AST) -> ast.AST:
        """A node after the plan; the nodes of the file stay as they are."""
        if node in self.plan.replaced:
            return _as_target(_expression(self.plan.replaced[node]), node)
        if node in self.renamed:
            return ast.alias(self.renamed[node], node.asname)
        copy = type(node)(**{name: self.field(node, name) for name, _ in ast.iter_fields(node)})
        if isinstance(copy, ast.BoolOp):
            copy = self.joined(node, copy)
        if node in self.plan.appended:
            return _expression(f"({ast.unparse(copy)}){self.plan.appended[node]}")
        return copy

    def joined(self, node: ast.BoolOp, copy: ast.BoolOp) -> ast.expr:
        """Alternatives with those that are appended to the last of them, unless one is left."""
        *_, last = node.values
        if last in self.plan.appended and isinstance(copy.values[-1], ast.BoolOp):
            copy.values[-1:] = copy.values[-1].values
        return copy if len(copy.values) > 1 else copy.values[0]

    def field(self, node: ast.AST, name: str) -> object:
        """What a field of a node holds after the plan."""
        value = getattr(node, name)
        if isinstance(value, ast.AST):
            return self.visit(value)
        if not isinstance(value, list):
            return value
        gone = self.plan.removed | self.plan.dropped
        kept = [self.visit(v) if isinstance(v, ast.AST) else v for v in value if v not in gone]
        is_block = name in _BLOCKS and not isinstance(node, ast.Module)
        may_go = self.clauses_go and name == _CLAUSE
        return [ast.Pass()] if is_block and value and not kept and not may_go else kept


def _expression(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def _as_target(new: ast.expr, old: ast.expr) -> ast.expr:
    """An expression in the context of another, as the target of an assignment has it."""
    for node in [new, *getattr(new, "elts", ())]:
        if hasattr(node, "ctx") and hasattr(old, "ctx"):
            node.ctx = old.ctx
    return new
