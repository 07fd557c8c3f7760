"""Write a plan as edits: LibCST tells where parentheses, clauses and import names end."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from ctxlint.finding import Edit, Position
from ctxlint.remedy.guards import block_of
from ctxlint.remedy.plan import Plan
from ctxlint.source import SourceFile

if TYPE_CHECKING:
    from ctxlint.remedy.cst import Concrete


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
        """Remove statements of a block; leave `pass` where the grammar needs a statement."""
        emptied = all(statement in self.plan.removed for statement in block)
        clause = self.concrete.removable_clause(block) if emptied else None
        if clause is not None:
            yield clause
            return
        lines = list(_lines(block))
        open_above = False  # whether what stands above is blank, or opens the block
        end_above = -1  # the last row that is removed
        for line in lines:
            if not all(statement in self.plan.removed for statement in line):
                yield from self.cut(line)
            elif emptied and line is lines[0]:
                yield self.passed(line)
            else:
                start = self.first_line(block, line[0])
                if start.row - 1 != end_above:
                    opens = line is lines[0] or not self.file.lines[start.row - 2].strip()
                    open_above = opens
                row = self.last_comment(line[-1])
                if open_above and line is not lines[-1]:
                    row = self.last_blank(row)
                end_above = row
                yield Edit(start, self.line_after(row), "")

    def last_comment(self, statement: ast.stmt) -> int:
        """The last row of a statement, with the comments at the end of its block."""
        last = row = statement.end_lineno or statement.lineno
        if not hasattr(statement, "body"):
            return row
        while row < len(self.file.lines):
            line = self.file.lines[row]
            text = line.lstrip()
            row += 1
            if text.startswith("#") and len(line) - len(text) > statement.col_offset:
                last = row
            elif text:
                break
        return last

    def last_blank(self, row: int) -> int:
        """The last of the blank lines that follow a row, or the row itself."""
        while row < len(self.file.lines) and not self.file.lines[row].strip():
            row += 1
        return row

    def cut(self, line: list[ast.stmt]) -> Iterator[Edit]:
        """Remove some of the statements that share a line with semicolons."""
        kept: ast.stmt | None = None
        for gone, run in groupby(line, lambda statement: statement in self.plan.removed):
            statements = list(run)
            if not gone:
                kept = statements[-1]
                continue
            last = line.index(statements[-1])
            if last + 1 < len(line):
                start = self.file.span(statements[0]).start
                yield Edit(start, self.file.span(line[last + 1]).start, "")
            else:
                assert kept is not None
                yield Edit(self.file.span(kept).end, self.semicolon_end(statements[-1]), "")

    def passed(self, line: list[ast.stmt]) -> Edit:
        """`pass` in the place of the only statements of a block, their comments gone."""
        start, end = self.file.span(line[0]).start, self.file.span(line[-1]).end
        text = self.file.lines[end.row - 1].rstrip("\r\n")
        indent = self.file.lines[start.row - 1][: start.column - 1]
        if indent.strip():  # `if x: y = 1`
            return Edit(start, self.semicolon_end(line[-1]), "pass")
        return Edit(self.first_line([], line[0]), Position(end.row, len(text) + 1), f"{indent}pass")

    def semicolon_end(self, statement: ast.stmt) -> Position:
        """The end of a statement, with the semicolon behind it if there is one."""
        end = self.file.span(statement).end
        rest = self.file.lines[end.row - 1][end.column - 1 :]
        blank = len(rest) - len(rest.lstrip())
        width = blank + 1 if rest[blank : blank + 1] == ";" else 0
        return Position(end.row, end.column + width)

    def line_after(self, row: int) -> Position:
        """The start of the next line, or the end of a text that ends here."""
        if row < len(self.file.lines):
            return Position(row + 1, 1)
        return Position(row, len(self.file.lines[row - 1]) + 1)

    def first_line(self, block: list[ast.stmt], statement: ast.stmt) -> Position:
        """The start of the first comment line directly above a statement, or of its own line."""
        index = block.index(statement) if block else 0
        above = (block[index - 1].end_lineno or 0) if index else 0
        if statement is self.file.tree.body[0]:  # the comments at the top are the file's own
            return Position(statement.lineno, 1)
        decorators = getattr(statement, "decorator_list", [])
        row = min([statement.lineno, *(decorator.lineno for decorator in decorators)])
        while row - 1 > above and self.is_comment(row - 1, statement.col_offset):
            row -= 1
        return Position(row, 1)

    def is_comment(self, row: int, indent: int) -> bool:
        """Whether a line is nothing but a comment, as far in as a statement."""
        text = self.file.lines[row - 1].lstrip(" \t\f")
        return text.startswith("#") and len(self.file.lines[row - 1]) - len(text) == indent


def _lines(block: list[ast.stmt]) -> Iterator[list[ast.stmt]]:
    """The statements of a block, those that share a line together."""
    line = block[:1]
    for statement in block[1:]:
        if statement.lineno == line[-1].end_lineno:
            line.append(statement)
        else:
            yield line
            line = [statement]
    yield line
