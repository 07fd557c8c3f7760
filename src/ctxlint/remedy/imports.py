"""The edits that take imported names out of a file, or import others in their place.

Comments above a removed import stay, since they may head a section of imports; the one on its own
lines goes. Of the blank lines around it the longer run stays, as formatters want it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Mapping
from itertools import groupby

from ctxlint.finding import Edit, Position
from ctxlint.remedy.guards import block_of
from ctxlint.source import SourceFile

_CONTINUED = re.compile(r"\s*;\s*\\\s*")


def import_edits(
    file: SourceFile,
    gone: Collection[ast.alias],
    renamed: Mapping[ast.alias, str],
) -> tuple[Edit, ...]:
    """The edits that remove the names `gone`, and import others instead of those `renamed`."""
    statements = {id(s): s for s in (file.parents[alias] for alias in [*gone, *renamed])}
    removed: set[ast.stmt] = set()
    edits: list[Edit] = []
    for statement in statements.values():
        assert isinstance(statement, ast.Import | ast.ImportFrom)
        away = [alias in gone for alias in statement.names]
        if all(away):
            removed.add(statement)
        else:
            names = [renamed.get(alias) for alias in statement.names]
            edits.append(_changed(file, statement, away, names))
    blocks = {id(b): b for b in (block_of(statement, file) for statement in removed)}
    for block in blocks.values():
        edits += _Block(file, block, removed).edits()
    return tuple(sorted(edits))


def _changed(
    file: SourceFile,
    statement: ast.Import | ast.ImportFrom,
    gone: list[bool],
    renamed: list[str | None],
) -> Edit:
    from ctxlint.remedy.aliases import import_edit  # noqa: PLC0415  (it imports libcst)

    return import_edit(file, statement, gone, renamed)


class _Block:
    """A block some of whose statements go."""

    def __init__(self, file: SourceFile, block: list[ast.stmt], removed: set[ast.stmt]) -> None:
        self.file = file
        self.block = block
        self.removed = removed

    def edits(self) -> Iterator[Edit]:
        """One edit for each stretch of text; `pass` where the grammar needs a statement."""
        rows: list[tuple[int, int]] = []
        for line in self.lines():
            first, last = line[0].lineno, line[-1].end_lineno or 0
            if not self.removed.issuperset(line):
                yield from self.cut(line)
            elif line[0] is self.block[0] and self.removed.issuperset(self.block):
                yield self.passed(line) if self.needs_one() else self.emptied(first, last)
            elif rows and self.is_blank(range(rows[-1][1] + 1, first)):
                rows[-1] = rows[-1][0], last
            else:
                rows.append((first, last))
        for first, last in rows:
            yield self.without_rows(first, last)

    def lines(self) -> list[list[ast.stmt]]:
        """The statements, those together that share a line."""
        lines = [self.block[:1]]
        for statement in self.block[1:]:
            end = self.file.span(lines[-1][-1]).end
            rest = self.file.lines[end.row - 1][end.column - 1 :]
            if statement.lineno == end.row or _CONTINUED.fullmatch(rest):
                lines[-1].append(statement)
            else:
                lines.append([statement])
        return lines

    def needs_one(self) -> bool:
        """Whether the grammar needs a statement in this block: only a module may be empty."""
        return self.block is not self.file.tree.body

    def emptied(self, first: int, last: int) -> Edit:
        """Remove the first rows of a module that is left without statements."""
        return Edit(Position(first, 1), self.row_after(last), "")

    def cut(self, line: list[ast.stmt]) -> Iterator[Edit]:
        """Remove some of the statements that share a line with others."""
        kept: ast.stmt | None = None
        for gone, run in groupby(line, lambda statement: statement in self.removed):
            statements = list(run)
            following = line[line.index(statements[-1]) + 1 :]
            if not gone:
                kept = statements[-1]
            elif following:
                start = self.file.span(statements[0]).start
                yield Edit(start, self.file.span(following[0]).start, "")
            else:
                assert kept is not None
                yield Edit(self.file.span(kept).end, self.semicolon_end(statements[-1]), "")

    def passed(self, line: list[ast.stmt]) -> Edit:
        """`pass` in the place of the statements on a line, with the comment if it is theirs."""
        start, end = self.file.span(line[0]).start, self.semicolon_end(line[-1])
        if not self.file.lines[start.row - 1][: start.column - 1].strip():
            text = self.file.lines[end.row - 1].rstrip("\r\n")
            end = Position(end.row, len(text) + 1)
        return Edit(start, end, "pass")

    def semicolon_end(self, statement: ast.stmt) -> Position:
        """The end of a statement, with the semicolon behind it if there is one."""
        end = self.file.span(statement).end
        rest = self.file.lines[end.row - 1][end.column - 1 :]
        match = re.match(r"\s*;", rest)
        return Position(end.row, end.column + (match.end() if match else 0))

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
        return Edit(Position(first, 1), self.row_after(last), "")

    def opens(self, row: int) -> bool:
        """Whether nothing but blank lines stands above a row in its block."""
        if self.block[0].lineno < row:
            return False
        if self.block is self.file.tree.body:
            return self.is_blank(range(1, row))
        return not self.file.lines[row - 2].lstrip().startswith("#")

    def is_blank(self, rows: range) -> bool:
        """Whether rows hold nothing; one before or behind the file does."""
        lines = self.file.lines
        return all(0 < row <= len(lines) and not lines[row - 1].strip() for row in rows)

    def row_after(self, row: int) -> Position:
        """The start of the next row, or the end of a text that ends with this one."""
        lines = self.file.lines
        if row < len(lines):
            return Position(row + 1, 1)
        return Position(row, len(lines[row - 1]) + 1)
