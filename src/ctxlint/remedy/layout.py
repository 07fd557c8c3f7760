"""How statements lie on lines, and how to take some of them off a line they share."""

from __future__ import annotations

import ast
import re
from collections.abc import Container, Iterator
from functools import lru_cache
from itertools import groupby

from ctxlint.finding import Edit, Position
from ctxlint.source import SourceFile

_CONTINUED = re.compile(r"\s*;\s*\\\s*")


def lines_of(block: list[ast.stmt], file: SourceFile) -> list[list[ast.stmt]]:
    """The statements of a block, those together that share a line."""
    return _lines_of(_Block(block), file)


class _Block(list[ast.stmt]):
    """A block, known by its first statement, which is in no other."""

    def __hash__(self) -> int:  # type: ignore[override]
        return hash((*self[:1],))


@lru_cache(maxsize=4)  # each plan of a file asks for the same
def _lines_of(block: _Block, file: SourceFile) -> list[list[ast.stmt]]:
    lines = [block[:1]]
    for statement in block[1:]:
        end = file.span(lines[-1][-1]).end
        rest = file.lines[end.row - 1][end.column - 1 :]
        if statement.lineno == end.row or _CONTINUED.fullmatch(rest):
            lines[-1].append(statement)
        else:
            lines.append([statement])
    return lines


def cut(line: list[ast.stmt], removed: Container[object], file: SourceFile) -> Iterator[Edit]:
    """Remove some, but not all, of the statements that share a line."""
    kept: ast.stmt | None = None
    for gone, run in groupby(line, lambda statement: statement in removed):
        statements = list(run)
        following = line[line.index(statements[-1]) + 1 :]
        if not gone:
            kept = statements[-1]
        elif following:
            yield Edit(file.span(statements[0]).start, file.span(following[0]).start, "")
        else:
            assert kept is not None
            yield Edit(file.span(kept).end, semicolon_end(statements[-1], file), "")


def semicolon_end(statement: ast.stmt, file: SourceFile) -> Position:
    """The end of a statement, with the semicolon behind it if there is one."""
    end = file.span(statement).end
    rest = file.lines[end.row - 1][end.column - 1 :]
    match = re.match(r"[ \t]*;", rest)
    return Position(end.row, end.column + (match.end() if match else 0))


def line_end(row: int, file: SourceFile) -> Position:
    """The end of a row, before its line break."""
    return Position(row, len(file.lines[row - 1].rstrip("\r\n")) + 1)


def row_after(row: int, file: SourceFile) -> Position:
    """The start of the next row, or the end of a text that ends with this one."""
    if row < len(file.lines):
        return Position(row + 1, 1)
    return Position(row, len(file.lines[row - 1]) + 1)


def comments_above(row: int, end: int, file: SourceFile) -> int:
    """The first of the comment lines directly above a row, but below `end`, as far in as it."""
    line = file.lines[row - 1]
    indent = line[: len(line) - len(line.lstrip(" \t\f"))]
    while row - 1 > end and file.lines[row - 2].startswith(f"{indent}#"):
        row -= 1
    return row
