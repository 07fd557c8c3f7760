"""The edits that take imported names out of a file, or import others in their place.

Comments above a removed import stay, since they may head a section of imports; the one on its own
lines goes. Of the blank lines around it the longer run stays, as formatters want it.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping

from ctxlint.finding import Edit, Position
from ctxlint.remedy.guards import block_of
from ctxlint.remedy.layout import cut, line_end, lines_of, row_after, semicolon_end
from ctxlint.source import SourceFile


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
        for line in lines_of(self.block, self.file):
            first, last = line[0].lineno, line[-1].end_lineno or 0
            if not self.removed.issuperset(line):
                yield from cut(line, self.removed, self.file)
            elif line[0] is self.block[0] and self.removed.issuperset(self.block):
                yield self.passed(line) if self.needs_one() else self.emptied(first, last)
            elif rows and self.is_blank(range(rows[-1][1] + 1, first)):
                rows[-1] = rows[-1][0], last
            else:
                rows.append((first, last))
        for first, last in rows:
            yield self.without_rows(first, last)

    def needs_one(self) -> bool:
        """Whether the grammar needs a statement in this block: only a module may be empty."""
        return self.block is not self.file.tree.body

    def emptied(self, first: int, last: int) -> Edit:
        """Remove the first rows of a module that is left without statements."""
        return Edit(Position(first, 1), row_after(last, self.file), "")

    def passed(self, line: list[ast.stmt]) -> Edit:
        """`pass` in the place of the statements on a line, with the comment if it is theirs."""
        start, end = self.file.span(line[0]).start, semicolon_end(line[-1], self.file)
        if not self.file.lines[start.row - 1][: start.column - 1].strip():
            end = line_end(end.row, self.file)
        return Edit(start, end, "pass")

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
