"""Write a plan as edits: LibCST tells where parentheses, clauses and import names end."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ctxlint.finding import Edit, Position
from ctxlint.remedy.guards import block_of
from ctxlint.remedy.layout import comments_above, cut, line_end, lines_of, row_after, semicolon_end
from ctxlint.remedy.parentheses import Concrete
from ctxlint.remedy.plan import Plan
from ctxlint.source import SourceFile

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


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
        """Take out a comment, with its line if nothing else stands there."""
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
        """Remove statements of a block; leave `pass` where the grammar needs a statement."""
        emptied = all(statement in self.plan.removed for statement in block)
        clause = self.concrete.removable_clause(block) if emptied else None
        if clause is not None:
            yield clause
            return
        lines = lines_of(block, self.file)
        open_above = False  # whether what stands above is blank, or opens the block
        end_above = -1  # the last row that is removed
        for line in lines:
            if not all(statement in self.plan.removed for statement in line):
                yield from cut(line, self.plan.removed, self.file)
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
                elif open_above and isinstance(line[0], _FUNCTIONS):
                    start = Position(self.first_blank(start.row), 1)
                end_above = row
                yield Edit(start, row_after(row, self.file), "")

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

    def first_blank(self, row: int) -> int:
        """The first of the blank lines that precede a row, or the row itself."""
        while not self.file.lines[row - 2].strip():
            row -= 1
        return row

    def passed(self, line: list[ast.stmt]) -> Edit:
        """`pass` in the place of the only statements of a block, their comments gone."""
        start, end = self.file.span(line[0]).start, self.file.span(line[-1]).end
        indent = self.file.lines[start.row - 1][: start.column - 1]
        if indent.strip():  # `if x: y = 1`
            return Edit(start, semicolon_end(line[-1], self.file), "pass")
        return Edit(self.first_line([], line[0]), line_end(end.row, self.file), f"{indent}pass")

    def first_line(self, block: list[ast.stmt], statement: ast.stmt) -> Position:
        """The start of the first comment line directly above a statement, or of its own line."""
        index = block.index(statement) if block else 0
        above = (block[index - 1].end_lineno or 0) if index else 0
        if statement is self.file.tree.body[0] or _heads_imports(block[index:]):
            return Position(statement.lineno, 1)  # what stands above is about more than this
        decorators = getattr(statement, "decorator_list", [])
        row = min([statement.lineno, *(decorator.lineno for decorator in decorators)])
        return Position(comments_above(row, above, self.file), 1)


def _heads_imports(statements: list[ast.stmt]) -> bool:
    """Whether an import is directly followed by another: a comment above may be about both."""
    pair = statements[:2]
    return (
        len(pair) == 2
        and all(isinstance(statement, ast.Import | ast.ImportFrom) for statement in pair)
        and pair[1].lineno - 1 == pair[0].end_lineno
    )
