"""The concrete syntax around a change, from LibCST: parentheses, `else` clauses, import names."""

from __future__ import annotations

import ast

import libcst as cst
from libcst.metadata import (
    CodePosition,
    CodeRange,
    MetadataWrapper,
    PositionProvider,
    WhitespaceInclusivePositionProvider,
)

from ctxlint.finding import Edit, Position, Span
from ctxlint.remedy.aliases import import_edit
from ctxlint.remedy.layout import row_after
from ctxlint.remedy.plan import Unfixable
from ctxlint.source import SourceFile


class Concrete:
    """The concrete syntax of a file; only the statements asked for are parsed."""

    def __init__(self, file: SourceFile) -> None:
        self.file = file
        self._parenthesised: dict[ast.stmt, dict[Span, Span]] = {}

    def span(self, node: ast.expr) -> Span:
        """Where an expression stands, with the parentheses around it."""
        statement = self.file.statement_of(node)
        if statement not in self._parenthesised:
            self._parenthesised[statement] = _parenthesised(statement, self.file)
        span = self.file.span(node)
        return self._parenthesised[statement].get(span, span)

    def removable_clause(self, block: list[ast.stmt]) -> Edit | None:
        """The edit that removes a whole `else` (or `elif`) clause with this block, if it is one."""
        first, last = block[0], block[-1]
        parent = self.file.parents[first]
        if block is not getattr(parent, "orelse", None):
            return None
        row = first.lineno
        while not self.file.lines[row - 1].lstrip().startswith(("else", "elif")):
            row -= 1
        return Edit(Position(row, 1), row_after(last.end_lineno or last.lineno, self.file), "")

    def without_aliases(self, statement: ast.Import | ast.ImportFrom, gone: list[bool]) -> Edit:
        """The edit that takes some names, but not all, out of an import."""
        return import_edit(self.file, statement, gone)


def _parenthesised(statement: ast.stmt, file: SourceFile) -> dict[Span, Span]:
    """The expressions of a statement, but not of its body, that have parentheses around them."""
    start = _first(statement, file)
    text = _own_text(statement, start, file)
    try:
        wrapper = MetadataWrapper(cst.parse_module(text), unsafe_skip_copy=True)
        positions = wrapper.resolve(PositionProvider)
        outer = wrapper.resolve(WhitespaceInclusivePositionProvider)
    except (cst.ParserSyntaxError, RecursionError, KeyError):  # the last hides a RecursionError
        line = statement.lineno
        raise Unfixable(f"LibCST cannot take the statement on line {line} apart") from None
    return {
        _span(place, start): _span(outer[node], start)
        for node, place in positions.items()
        if isinstance(node, cst.BaseExpression) and node.lpar
    }


def _own_text(statement: ast.stmt, start: Position, file: SourceFile) -> str:
    """The text of a statement, of one with a body only its head, as a module of its own."""
    if isinstance(statement, ast.Try | ast.TryStar):
        return ""
    body = getattr(statement, "body", [])
    end = _first(body[0], file) if body else file.span(statement).end
    text = file.segment(Span(start, end))
    if text.startswith("elif"):
        text = f"  {text[2:]}"
    return f"{text}pass" if body else text


def _first(statement: ast.stmt, file: SourceFile) -> Position:
    """Where a statement begins, or the first of its decorators."""
    start = file.span(statement).start
    decorators = getattr(statement, "decorator_list", [])
    return Position(min([start.row, *(d.lineno for d in decorators)]), start.column)


def _span(place: CodeRange, start: Position) -> Span:
    """A place in the text of a statement as one in the file."""
    return Span(_position(place.start, start), _position(place.end, start))


def _position(place: CodePosition, start: Position) -> Position:
    column = place.column + (start.column if place.line == 1 else 1)
    return Position(place.line + start.row - 1, column)
