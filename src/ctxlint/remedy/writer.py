"""Write a plan as edits: LibCST tells where parentheses, clauses and import names end."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ctxlint.finding import Edit, Position
from ctxlint.remedy.guards import block_of
from ctxlint.remedy.layout import line_end, row_after
from ctxlint.remedy.parentheses import Concrete
from ctxlint.remedy.plan import Plan
from ctxlint.remedy.statements import removals
from ctxlint.source import SourceFile


def edits_of(plan: Plan, concrete: Concrete) -> tuple[Edit, ...]:
    """The edits of a plan, in source order, none overlapping another."""
    writer = _Writer(plan, concrete)
    edits = sorted(set(writer.edits()))
    return tuple(edits)


class _Writer:
    def __init__(self, plan: Plan, concrete: Concrete) -> None:
        self.plan = plan
        self.concrete = concrete
        self.file: SourceFile = plan.file

    def edits(self) -> Iterator[Edit]:
        """One edit for each outermost change."""
        plan = self.plan
        for node, text in plan.replaced.items():
            if not self.is_inside_gone(node):
                span = self.concrete.span(node)
                yield Edit(span.start, span.end, text)
        for node, text in plan.appended.items():
            if not self.is_inside_gone(node) and node not in plan.replaced:
                end = self.concrete.span(node).end
                yield Edit(end, end, text)
        for node in plan.dropped:
            if not self.is_inside_gone(node):
                yield self.drop(node)
        for row, column in plan.lying:
            yield self.without_comment(row, column)
        blocks = {id(b): b for b in self.removed_blocks()}
        for block in blocks.values():
            yield from self.removals(block)
        yield from self.import_edits()

    def is_inside_gone(self, node: ast.AST) -> bool:
        """Whether something around a node is replaced or removed as a whole."""
        parent = self.file.parents.get(node)
        return parent is not None and self.plan.is_gone(parent)

    def drop(self, node: ast.expr) -> Edit:
        """Take out an operand up to the next, the last one or an argument from the one before."""
        parent = self.file.parents[node]
        span = self.concrete.span(node)
        assert isinstance(parent, ast.BoolOp | ast.Call)
        siblings = parent.values if isinstance(parent, ast.BoolOp) else parent.args
        index = siblings.index(node)
        if isinstance(parent, ast.BoolOp) and node is not siblings[-1]:
            return Edit(span.start, self.concrete.span(siblings[index + 1]).start, "")
        before = siblings[index - 1]
        return Edit(self.concrete.span(before).end, span.end, "")

    def without_comment(self, row: int, column: int) -> Edit:
        """Take out a comment, with its line if nothing else is on it."""
        before = self.file.lines[row - 1][: column - 1]
        if not before.strip():
            return Edit(Position(row, 1), row_after(row, self.file), "")
        return Edit(Position(row, len(before.rstrip()) + 1), line_end(row, self.file), "")

    def removed_blocks(self) -> Iterator[list[ast.stmt]]:
        for node in self.plan.removed:
            if isinstance(node, ast.stmt) and not self.is_inside_gone(node):
                yield block_of(node, self.file)

    def import_edits(self) -> Iterator[Edit]:
        statements = {
            self.file.parents[node]: None
            for node in self.plan.removed
            if isinstance(node, ast.alias)
        }
        for statement in statements:
            assert isinstance(statement, ast.Import | ast.ImportFrom)
            if not self.plan.is_gone(statement):
                gone = [self.plan.is_gone(alias) for alias in statement.names]
                yield self.concrete.without_aliases(statement, gone)

    def removals(self, block: list[ast.stmt]) -> Iterator[Edit]:
        """Remove statements of a block, or the whole clause that has nothing else."""
        emptied = all(statement in self.plan.removed for statement in block)
        clause = self.concrete.removable_clause(block) if emptied else None
        if clause is not None:
            yield clause
        else:
            yield from removals(self.file, block, self.plan.removed)
