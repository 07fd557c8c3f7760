"""Carry a plan out on a LibCST tree: what it does not change stays the same nodes."""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import Any, TypeVar

import libcst as cst
from libcst.metadata import PositionProvider, WhitespaceInclusivePositionProvider

from ctxlint.finding import Position, Span
from ctxlint.remedy.aliases import without
from ctxlint.remedy.plan import Plan

Block = TypeVar("Block", bound=cst.IndentedBlock | cst.Module)
Statement = cst.SimpleStatementLine | cst.BaseCompoundStatement
Part = cst.EmptyLine | Statement | None
Line = TypeVar("Line", cst.SimpleStatementLine, cst.SimpleStatementSuite)
_BLANK = cst.SimpleWhitespace("")


class PlanTransformer(cst.CSTTransformer):
    """Replaces, drops and removes what a plan for the text of a module says, and nothing else.

    It writes what the edits of the plan write, on the nodes of any tree that has this text.
    """

    METADATA_DEPENDENCIES = (PositionProvider, WhitespaceInclusivePositionProvider)

    def __init__(self, plan: Plan) -> None:
        super().__init__()
        file = plan.file
        self.plan = plan
        self.replaced = {file.span(node): text for node, text in plan.replaced.items()}
        self.appended = {file.span(node): text for node, text in plan.appended.items()}
        self.dropped = {file.span(node) for node in plan.dropped}
        self.aliases = {file.span(n) for n in plan.removed if isinstance(n, ast.alias)}
        self.statements = {file.span(n).start: n for n in plan.removed if isinstance(n, ast.stmt)}
        places = {*self.replaced, *self.appended, *self.dropped, *self.aliases}
        starts = {place.start for place in places} | self.statements.keys()
        self.rows = sorted({row for row, _ in starts} | {row for row, _ in plan.lying})
        self.gone: set[cst.CSTNode] = set()  # lines and operands of which nothing is left
        self.operators: dict[cst.CSTNode, cst.BaseBooleanOp] = {}

    def on_visit(self, node: cst.CSTNode) -> bool:
        """Leave statements alone in which nothing changes."""
        if isinstance(node, cst.BaseStatement):
            span = self._span(node, WhitespaceInclusivePositionProvider)
            index = bisect_left(self.rows, span.start.row)
            if not any(row <= span.end.row for row in self.rows[index : index + 1]):
                return False
        return super().on_visit(node)

    # Expressions.

    def on_leave(self, original_node: Any, updated_node: Any) -> Any:
        """Change what nodes of several kinds have in common, then each as its kind."""
        updated_node = super().on_leave(original_node, updated_node)
        if isinstance(original_node, cst.BaseExpression) and original_node not in self.gone:
            return self._expression(original_node, updated_node)
        if isinstance(original_node, cst.Import | cst.ImportFrom):
            return self._import(original_node, updated_node)
        clause = getattr(original_node, "orelse", None)
        is_emptied = isinstance(clause, cst.Else) and clause.body in self.gone
        if is_emptied or (isinstance(clause, cst.If) and self._is_removed(clause)):
            return updated_node.with_changes(orelse=None)
        return updated_node

    def _import(self, original_node: Any, updated_node: Any) -> Any:
        """An import without the names that go, unless it goes as a whole."""
        if isinstance(original_node.names, cst.ImportStar):
            return updated_node
        gone = [self._span(alias) in self.aliases for alias in original_node.names]
        is_changed = any(gone) and not all(gone)
        return without(updated_node, gone, ()) if is_changed else updated_node

    def _expression(
        self, original_node: cst.BaseExpression, updated_node: cst.BaseExpression
    ) -> cst.BaseExpression:
        """An expression, unless the plan replaces it or appends to it."""
        for span in self._spans(original_node):
            if span in self.replaced:
                return cst.parse_expression(self.replaced[span])
            if span in self.appended:
                code = cst.Module([]).code_for_node(updated_node)
                return cst.parse_expression(code + self.appended[span])
        return updated_node

    def leave_BooleanOperation(
        self, original_node: cst.BooleanOperation, updated_node: cst.BooleanOperation
    ) -> cst.BaseExpression:
        """Drop operands; the operator before one of them stands before the next."""
        left, right = original_node.left, original_node.right
        operator = self.operators.get(left, updated_node.operator)
        if self._is_dropped(left):
            if self._is_dropped(right):
                self.gone.add(original_node)
            return _within(original_node, updated_node.right)
        if self._is_dropped(right):
            self.operators[original_node] = operator
            return _within(original_node, updated_node.left)
        return updated_node.with_changes(operator=operator)

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        """Drop arguments, each with the comma before it."""
        kept: list[cst.Arg] = []
        for old, new in zip(original_node.args, updated_node.args, strict=True):
            if self._is_dropped(old.value):
                kept[-1] = kept[-1].with_changes(
                    comma=new.comma, whitespace_after_arg=new.whitespace_after_arg
                )
            else:
                kept.append(new)
        return updated_node.with_changes(args=kept)

    def _is_dropped(self, node: cst.BaseExpression) -> bool:
        return node in self.gone or not self.dropped.isdisjoint(self._spans(node))

    def _spans(self, node: cst.BaseExpression) -> list[Span]:
        """Where an expression stands; ast counts the parentheses of a tuple as part of it."""
        spans = [self._span(node, PositionProvider)]
        if node.lpar:
            spans.append(self._span(node, WhitespaceInclusivePositionProvider))
        return spans

    def _span(self, node: cst.CSTNode, provider: Any = PositionProvider) -> Span:
        place = self.get_metadata(provider, node)
        start, end = place.start, place.end
        return Span(Position(start.line, start.column + 1), Position(end.line, end.column + 1))

    # Comments.

    def leave_TrailingWhitespace(
        self, original_node: cst.TrailingWhitespace, updated_node: cst.TrailingWhitespace
    ) -> cst.TrailingWhitespace:
        """Take out a comment that is no longer true, from behind code."""
        if original_node.comment and self._is_lying(original_node.comment):
            return updated_node.with_changes(whitespace=_BLANK, comment=None)
        return updated_node

    def leave_EmptyLine(
        self, original_node: cst.EmptyLine, updated_node: cst.EmptyLine
    ) -> cst.EmptyLine | cst.RemovalSentinel:
        """Take out such a comment with its line."""
        if original_node.comment and self._is_lying(original_node.comment):
            return cst.RemoveFromParent()
        return updated_node

    def _is_lying(self, comment: cst.Comment) -> bool:
        return tuple(self._span(comment).start) in self.plan.lying

    # Statements.

    def _is_removed(self, node: cst.CSTNode) -> bool:
        return node in self.gone or (
            not isinstance(node, cst.SimpleStatementLine)
            and self._span(node).start in self.statements
        )

    def leave_SimpleStatementLine(
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.SimpleStatementLine:
        """Remove some of the statements on a line."""
        return self._leave_line(original_node, updated_node)

    def leave_SimpleStatementSuite(
        self, original_node: cst.SimpleStatementSuite, updated_node: cst.SimpleStatementSuite
    ) -> cst.SimpleStatementSuite:
        """The same behind a colon, where a statement must stand."""
        return self._leave_line(original_node, updated_node)

    def _leave_line(self, original_node: Line, updated_node: Line) -> Line:
        pairs = list(zip(original_node.body, updated_node.body, strict=True))
        kept = [new for old, new in pairs if not self._is_removed(old)]
        if len(kept) == len(pairs):
            return updated_node
        if not kept:
            self.gone.add(original_node)
            if isinstance(original_node, cst.SimpleStatementLine):
                return updated_node
            kept = [cst.Pass()]
        last = updated_node.body[-1]
        if kept[-1] is last:
            return updated_node.with_changes(body=kept)
        kept[-1] = kept[-1].with_changes(semicolon=cst.MaybeSentinel.DEFAULT)
        end = updated_node.trailing_whitespace
        if isinstance(last.semicolon, cst.Semicolon):
            behind = last.semicolon.whitespace_after
            assert isinstance(behind, cst.SimpleWhitespace)
            gap = behind.value + end.whitespace.value
            end = end.with_changes(whitespace=cst.SimpleWhitespace(gap))
        return updated_node.with_changes(body=kept, trailing_whitespace=end)

    def leave_IndentedBlock(
        self, original_node: cst.IndentedBlock, updated_node: cst.IndentedBlock
    ) -> cst.IndentedBlock:
        """Remove statements of a block; leave `pass` where the grammar needs a statement."""
        if all(map(self._is_removed, original_node.body)):
            self.gone.add(original_node)
        return self._leave_block(original_node, updated_node)

    def leave_Module(self, original_node: cst.Module, updated_node: cst.Module) -> cst.Module:
        """Remove statements of the module, all of them if need be."""
        return self._leave_block(original_node, updated_node)

    def _leave_block(self, original_node: Block, updated_node: Block) -> Block:
        block: Any = original_node
        header = block.header if isinstance(block, cst.Module) else ()
        opens = not any(line.comment for line in header)
        behind = self._blank_rows_behind(original_node)
        parts = [*self._parts(original_node, updated_node), *updated_node.footer]
        body, footer = _stacked(_closed(parts, behind, opens=opens))
        changed: Any = updated_node.with_changes(body=body, footer=footer)
        return changed  # type: ignore[no-any-return]

    def _parts(self, original_node: Any, updated_node: Any) -> Iterator[Part]:
        """The lines and statements of a block that are left, None where one went."""
        pairs = zip(original_node.body, updated_node.body, strict=True)
        for index, (old, new) in enumerate(pairs):
            lines: Sequence[cst.EmptyLine] = new.leading_lines
            if not self._is_removed(old):
                yield from (*lines, new)
            elif index == 0 and original_node in self.gone:
                yield from _detached(lines)
                yield cst.SimpleStatementLine([cst.Pass()])
            else:
                is_about_more = self._is_about_more(original_node, index)
                yield from (*(lines if is_about_more else _detached(lines)), None)

    def _blank_rows_behind(self, block: Block) -> int | None:
        """How many blank rows follow a block; None where nothing else does."""
        if isinstance(block, cst.Module):
            return None
        last = self._span(block.body[-1])
        lines = self.plan.file.lines[last.end.row :]
        column = last.start.column - 1
        inside = [i for i, line in enumerate(lines) if line[: column + 1].strip()]
        blank = 0
        for line in lines[: inside[0]] if inside else []:
            blank = 0 if line.strip() else blank + 1
        return blank if inside else None

    def _is_about_more(self, block: Block, index: int) -> bool:
        """Whether comments above a statement may be about others: it is the first, or an import."""
        pair = block.body[index : index + 2]
        if isinstance(block, cst.Module) and index == 0:
            return True
        rows = [self._span(statement) for statement in pair]
        return (
            len(pair) == 2
            and all(map(_is_import, pair))
            and rows[1].start.row - 1 == rows[0].end.row
        )


def _within(outer: cst.BaseExpression, inner: cst.BaseExpression) -> cst.BaseExpression:
    """An operand in the parentheses around the whole."""
    lpar, rpar = [*outer.lpar, *inner.lpar], [*inner.rpar, *outer.rpar]
    return inner.with_changes(lpar=lpar, rpar=rpar)


def _is_import(statement: cst.BaseStatement) -> bool:
    return isinstance(statement, cst.SimpleStatementLine) and isinstance(
        statement.body[0], (cst.Import, cst.ImportFrom)
    )


def _detached(lines: Sequence[cst.EmptyLine]) -> list[cst.EmptyLine]:
    """Lines above a statement without the comments directly above it, as far in as it."""
    count = len(lines)
    while count and lines[count - 1].comment and lines[count - 1].indent:
        count -= 1
    return list(lines[:count])


def _closed(parts: list[Part], behind: int | None, *, opens: bool) -> list[Part]:
    """What is left of a block: where something went (None), the longer run of blank lines stays.

    `behind`: how many of them follow the block; `opens`: whether nothing stands above it.
    """
    closed: list[Part] = []
    while parts:
        part, *parts = parts
        if part is not None:
            closed.append(part)
            continue
        below = _blank(parts)
        if parts[below : below + 1] == [None]:
            parts = parts[below:]  # only blank lines are between the two
            continue
        above = _blank(closed[::-1])
        is_last = below == len(parts)
        if is_last and behind is None:
            closed = closed[: len(closed) - above]
        elif is_last:
            closed = closed[: len(closed) - min(above, below + (behind or 0))]
        elif below <= above or (opens and above == len(closed)):
            parts = parts[below:]
        else:
            closed = closed[: len(closed) - above]
    return closed


def _stacked(parts: Sequence[Part]) -> tuple[list[Statement], list[cst.EmptyLine]]:
    """Statements with the lines above each, and the lines below the last."""
    body: list[Statement] = []
    above: list[cst.EmptyLine] = []
    for part in parts:
        if isinstance(part, cst.EmptyLine):
            above.append(part)
        elif part is not None:
            is_same = [*part.leading_lines] == above
            body.append(part if is_same else part.with_changes(leading_lines=above))
            above = []
    return body, above


def _blank(parts: Sequence[Part]) -> int:
    """How many blank lines parts begin with."""
    return len(list(takewhile(lambda p: isinstance(p, cst.EmptyLine) and not p.comment, parts)))
