"""Tests that ask only whether IDs are there, and which of the two they ask for."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING

from ctxlint.remedy.guards import DISPLAYS, is_false

if TYPE_CHECKING:
    from ctxlint.remedy.rejections import Rejections

_QUANTIFIERS = ("all", "any", "bool")
_IS = (ast.Is, ast.Eq, ast.In)


class Presence:
    """Tells of a test whether it asks only for the presence of IDs, and for which outcome."""

    def __init__(self, rejections: Rejections) -> None:
        self.flow = rejections.flow
        self.ids = rejections.ids
        self.twins = rejections.twins
        self._followed: set[ast.Name] = set()  # names whose values are asked just now

    def asks(self, test: ast.expr) -> bool:
        """Whether a test asks only whether IDs are there."""
        match test:
            case ast.UnaryOp(op=ast.Not(), operand=inner):
                return self.asks(inner)
            case ast.BoolOp(values=parts):
                return all(map(self.asks, parts))
            case ast.NamedExpr(target=name, value=value):
                is_id = self.ids.is_id(name) or self.asks(value)
                return is_id and self.twins.is_plain_value(value)
            case ast.BinOp(left=left, op=ast.BitOr() | ast.BitAnd(), right=right):
                return self.asks(left) and self.asks(right)
            case ast.ListComp(generators=[ast.comprehension(ifs=[_, *_] as tests)]):
                return all(map(self.asks, tests))
            case ast.Call(func=ast.Name(id=name), args=[inner]) if name in _QUANTIFIERS:
                return all(map(self.asks, _shown(inner)))
            case ast.Compare(left=left, ops=[ast.In() | ast.NotIn()], comparators=[other]):
                return self._is_membership(left, other)
            case ast.Compare(left=left, ops=[_], comparators=[other]):
                return self.asks(left) and is_false(other)
            case ast.Name() if not self.ids.is_id(test):
                values = [definition.value for definition in self.flow.reads(test)]
                is_known = bool(values) and None not in values
                return is_known and self._do_all(test, self.asks)
        return self.ids.is_id(test) and self.twins.is_plain(test)

    def asks_for_absence(self, test: ast.expr, truth: bool) -> bool:
        """Whether such a test comes out as `truth` only if one of its IDs is missing."""
        match test:
            case ast.UnaryOp(op=ast.Not(), operand=inner):
                return self.asks_for_absence(inner, not truth)
            case ast.BoolOp(op=op, values=parts):
                return self._of_parts(parts, truth, is_all=isinstance(op, ast.And))
            case ast.BinOp(left=left, op=op, right=right):
                return self._of_parts([left, right], truth, is_all=isinstance(op, ast.BitAnd))
            case ast.NamedExpr(value=value):
                return self.asks_for_absence(value, truth)
            case ast.ListComp(generators=[ast.comprehension(ifs=tests)]):
                return self._of_parts(tests, truth, is_all=True)
            case ast.Call(func=ast.Name(id=name), args=[inner]) if name in _QUANTIFIERS:
                return self._of_parts(_shown(inner), truth, is_all=name == "all")
            case ast.Compare(left=left, ops=[op]):
                is_key = isinstance(left, ast.Constant) and not is_false(left)
                return isinstance(op, _IS) is (truth is not is_key)
            case ast.Name() if not self.ids.is_id(test):
                return self._do_all(test, lambda value: self.asks_for_absence(value, truth))
        return not truth

    def _do_all(self, name: ast.Name, asks: Callable[[ast.expr], bool]) -> bool:
        """Whether all values that a name has ask; one made of itself does if the others do."""
        if name in self._followed:
            return True
        self._followed.add(name)
        try:
            return all(asks(d.value) for d in self.flow.reads(name) if d.value)
        finally:
            self._followed.discard(name)

    def _of_parts(self, parts: list[ast.expr], truth: bool, *, is_all: bool) -> bool:
        """The same for parts that must all hold, or one of them."""
        found = [self.asks_for_absence(part, truth) for part in parts]
        return any(found) if is_all is truth else all(found)

    def _is_membership(self, left: ast.expr, right: ast.expr) -> bool:
        """Whether `left in right` asks only whether an ID is there."""
        if isinstance(right, DISPLAYS) and is_false(left):  # None in (thread_id, run_id)
            return all(map(self.asks, right.elts))
        if isinstance(right, DISPLAYS):
            return self.asks(left) and all(map(is_false, right.elts))
        is_key = isinstance(left, ast.Constant) and left.value in self.ids.names
        return is_key and not self.ids.bases.isdisjoint(self.flow.value_of(right))


def _shown(node: ast.expr) -> list[ast.expr]:
    """The elements of a display, or of a comprehension without conditions."""
    if isinstance(node, ast.GeneratorExp | ast.ListComp):
        return [node.elt, *(test for one in node.generators for test in one.ifs)]
    return node.elts if isinstance(node, ast.Tuple | ast.List) else [node]
