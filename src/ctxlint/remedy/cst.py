"""The concrete syntax around a change, from LibCST: parentheses, `else` clauses, import names."""

from __future__ import annotations

import ast

import libcst as cst
from libcst.metadata import (
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
    """The concrete syntax of a file; only the top-level statements asked for are parsed."""

    def __init__(self, file: SourceFile) -> None:
        self.file = file
        self._parts: dict[int, _Part] = {}
        self._rows: dict[int, tuple[int, int]] = {}
        group: tuple[int, int] | None = None
        for statement in file.tree.body:
            decorators = getattr(statement, "decorator_list", [])
            first = min([statement.lineno, *(d.lineno for d in decorators)])
            last = statement.end_lineno or statement.lineno
            if group and first <= group[1]:  # `a = 1; b = 2`
                first = group[0]
            group = (first, last)
            self._rows |= dict.fromkeys(range(first, last + 1), group)

    def span(self, node: ast.expr) -> Span:
        """Where an expression stands, with the parentheses around it."""
        span = self.file.span(node)
        return self._part(span.start.row).parenthesised.get(span, span)

    def removable_clause(self, block: list[ast.stmt]) -> Edit | None:
        """The edit that removes a whole `else` (or `elif`) clause with this block, if it is one."""
        first, last = block[0], block[-1]
        parent = self.file.parents[first]
        if block is not getattr(parent, "orelse", None):
            return None
        start = self.file.span(first).start
        row = self._part(start.row).clauses.get(start, start.row)  # `elif` is the statement itself
        return Edit(Position(row, 1), row_after(last.end_lineno or last.lineno, self.file), "")

    def without_aliases(self, statement: ast.Import | ast.ImportFrom, gone: list[bool]) -> Edit:
        """The edit that takes some names, but not all, out of an import."""
        return import_edit(self.file, statement, gone)

    def _part(self, row: int) -> _Part:
        first, last = self._rows[row]
        if first not in self._parts:
            text = "".join(self.file.lines[first - 1 : last])
            self._parts[first] = _Part(text, first - 1)
        return self._parts[first]


class _Part:
    """The concrete syntax of one top-level statement, whose first line is `above` lines down."""

    def __init__(self, text: str, above: int) -> None:
        self.parenthesised: dict[Span, Span] = {}
        self.clauses: dict[Position, int] = {}
        try:
            wrapper = MetadataWrapper(cst.parse_module(text), unsafe_skip_copy=True)
            positions = wrapper.resolve(PositionProvider)
            outer = wrapper.resolve(WhitespaceInclusivePositionProvider)
        except (cst.ParserSyntaxError, RecursionError, KeyError):  # the last hides a RecursionError
            line = above + 1
            raise Unfixable(f"LibCST cannot take the statement on line {line} apart") from None
        for node, place in positions.items():
            if isinstance(node, cst.BaseExpression) and node.lpar:
                self.parenthesised[_span(place, above)] = _span(outer[node], above)
            elif isinstance(node, cst.Else):
                first = node.body.body[0]
                self.clauses[_span(positions[first], above).start] = place.start.line + above


def _span(place: CodeRange, above: int) -> Span:
    start, end = place.start, place.end
    return Span(
        Position(start.line + above, start.column + 1), Position(end.line + above, end.column + 1)
    )
