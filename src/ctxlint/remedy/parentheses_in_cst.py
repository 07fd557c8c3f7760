"""The parentheses around the expressions of a statement, from LibCST."""

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

from ctxlint.finding import Position, Span
from ctxlint.remedy.plan import Unfixable
from ctxlint.source import SourceFile


def parenthesised(statement: ast.stmt, file: SourceFile) -> dict[Span, Span]:
    """The expressions of a statement, but not of its body, that have parentheses around them."""
    start = _first(statement, file)
    text = _own_text(statement, start, file)
    try:
        wrapper = MetadataWrapper(cst.parse_module(text), unsafe_skip_copy=True)
        positions = wrapper.resolve(PositionProvider)
        outer = wrapper.resolve(WhitespaceInclusivePositionProvider)
    except (cst.ParserSyntaxError, RecursionError, KeyError):  # the last hides a RecursionError
        line = statement.lineno
        raise Unfixable(f"LibCST cannot parse the statement on line {line}") from None
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
