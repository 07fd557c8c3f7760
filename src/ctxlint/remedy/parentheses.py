"""The concrete syntax around a change: parentheses, `else` clauses, import names.

LibCST is asked, and imported, only where the text beside a change does not tell.
"""

from __future__ import annotations

import ast

from ctxlint.finding import Edit, Position, Span
from ctxlint.remedy.layout import comments_above, row_after
from ctxlint.source import SourceFile


class Concrete:
    """The concrete syntax of a file; only the statements asked for are parsed."""

    def __init__(self, file: SourceFile) -> None:
        self.file = file
        self._parenthesised: dict[ast.stmt, dict[Span, Span]] = {}

    def span(self, node: ast.expr) -> Span:
        """Where an expression is, with the parentheses around it."""
        span = self.file.span(node)
        if not self._may_have_parentheses(span):
            return span
        statement = self.file.statement_of(node)
        if statement not in self._parenthesised:
            from ctxlint.remedy.parentheses_in_cst import parenthesised  # noqa: PLC0415  (it imports libcst)

            self._parenthesised[statement] = parenthesised(statement, self.file)
        return self._parenthesised[statement].get(span, span)

    def _may_have_parentheses(self, span: Span) -> bool:
        """Whether the text next to an expression, on its lines, can be parentheses around it."""
        before = self.file.lines[span.start.row - 1][: span.start.column - 1].rstrip()
        after = self.file.lines[span.end.row - 1][span.end.column - 1 :].lstrip()
        return before[-1:] in ("", "(", "\\") and after[:1] in ("", ")", "#", "\\")

    def removable_clause(self, block: list[ast.stmt]) -> Edit | None:
        """The edit that removes a whole `else` (or `elif`) clause with this block, if it is one."""
        first, last = block[0], block[-1]
        parent = self.file.parents[first]
        if block is not getattr(parent, "orelse", None):
            return None
        row = first.lineno
        while not self.file.lines[row - 1].lstrip().startswith(("else", "elif")):
            row -= 1
        row = comments_above(row, 0, self.file)
        return Edit(Position(row, 1), row_after(last.end_lineno or last.lineno, self.file), "")

    def without_aliases(self, statement: ast.Import | ast.ImportFrom, gone: list[bool]) -> Edit:
        """The edit that takes some names, but not all, out of an import."""
        from ctxlint.remedy.aliases import import_edit  # noqa: PLC0415  (it imports libcst)

        return import_edit(self.file, statement, gone)
