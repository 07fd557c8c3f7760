"""Take statements out of a block, with the comments that are about them.

Comments directly above a statement, and those at the end of its own block, go with it. Those above
the first statement of a file stay, and those above an import that another follows: they may be
about more. Of the blank lines around what goes the longer run stays, as formatters want it.
"""

from __future__ import annotations

import ast
from collections.abc import Container, Iterator
from functools import cached_property

from ctxlint.finding import Edit, Position
from ctxlint.remedy.layout import comments_above, cut, line_end, lines_of, row_after, semicolon_end
from ctxlint.source import SourceFile


def removals(
    file: SourceFile,
    block: list[ast.stmt],
    removed: Container[object],
    *,
    keeps_comments: bool = False,
) -> Iterator[Edit]:
    """One edit for each stretch of text; `pass` where the grammar needs a statement.

    `keeps_comments`: all comments above stay.
    """
    return _Block(file, block, removed, keeps_comments=keeps_comments).edits()


class _Block:
    """A block some of whose statements go."""

    def __init__(
        self,
        file: SourceFile,
        block: list[ast.stmt],
        removed: Container[object],
        *,
        keeps_comments: bool,
    ) -> None:
        self.file = file
        self.block = block
        self.removed = removed
        self.keeps_comments = keeps_comments

    @cached_property
    def is_emptied(self) -> bool:
        """Whether no statement is left, and the grammar needs one: only a module may be empty."""
        is_module = self.block is self.file.tree.body
        return not is_module and all(statement in self.removed for statement in self.block)

    def edits(self) -> Iterator[Edit]:
        """The edits, in no order."""
        rows: list[tuple[int, int]] = []
        for line in lines_of(self.block, self.file):
            if not all(statement in self.removed for statement in line):
                yield from cut(line, self.removed, self.file)
                continue
            first, last = self.first_row(line[0]), self.last_row(line[-1])
            if self.is_emptied and line[0] is self.block[0]:
                yield self.passed(line, first)
            elif rows and self.is_blank(range(rows[-1][1] + 1, first)):
                rows[-1] = rows[-1][0], last
            else:
                rows.append((first, last))
        for first, last in rows:
            yield self.without_rows(first, last)

    def first_row(self, statement: ast.stmt) -> int:
        """The first row of a statement, its decorators and the comments that are about it."""
        decorators = getattr(statement, "decorator_list", [])
        row: int = min([statement.lineno, *(decorator.lineno for decorator in decorators)])
        index = self.block.index(statement)
        is_about_more = statement is self.file.tree.body[0] or self.heads_imports(index)
        if self.keeps_comments or (is_about_more and not self.is_emptied):
            return row
        above = (self.block[index - 1].end_lineno or 0) if index else 0
        return comments_above(row, above, self.file)

    def heads_imports(self, index: int) -> bool:
        """Whether a statement is an import directly followed by another."""
        pair = self.block[index : index + 2]
        return (
            len(pair) == 2
            and all(isinstance(statement, ast.Import | ast.ImportFrom) for statement in pair)
            and pair[1].lineno - 1 == pair[0].end_lineno
        )

    def last_row(self, statement: ast.stmt) -> int:
        """The last row of a statement, with the comments at the end of its block."""
        last = row = statement.end_lineno or statement.lineno
        if not hasattr(statement, "body"):
            return row
        for line in self.file.lines[row:]:
            text = line.lstrip()
            row += 1
            if text.startswith("#") and len(line) - len(text) > statement.col_offset:
                last = row
            elif text:
                break
        return last

    def passed(self, line: list[ast.stmt], first: int) -> Edit:
        """`pass` in the place of the statements on a line, with the comment if it is theirs."""
        start, end = self.file.span(line[0]).start, semicolon_end(line[-1], self.file)
        indent = self.file.lines[start.row - 1][: start.column - 1]
        if indent.strip():  # `if x: y = 1`
            return Edit(start, end, "pass")
        if first == start.row:
            return Edit(start, line_end(end.row, self.file), "pass")
        return Edit(Position(first, 1), line_end(end.row, self.file), f"{indent}pass")

    def without_rows(self, first: int, last: int) -> Edit:
        """Remove rows, with the blank ones above or below that would be too many then."""
        top, bottom = first, last
        while self.is_blank(range(top - 1, top)):
            top -= 1
        while self.is_blank(range(bottom + 1, bottom + 2)):
            bottom += 1
        above, below = first - top, bottom - last
        if bottom == len(self.file.lines):
            first = top  # nothing follows
        elif below <= above or self.opens(first):
            last = bottom
        else:
            first = top
        return Edit(Position(first, 1), row_after(last, self.file), "")

    def opens(self, row: int) -> bool:
        """Whether only blank lines are above a row in its block."""
        if self.block[0].lineno < row:
            return False
        if self.block is self.file.tree.body:
            return self.is_blank(range(1, row))
        return not self.file.lines[row - 2].lstrip().startswith("#")

    def is_blank(self, rows: range) -> bool:
        """Whether rows hold nothing; one before or behind the file does."""
        lines = self.file.lines
        return all(0 < row <= len(lines) and not lines[row - 1].strip() for row in rows)
