"""Conditions: what is so where a test came out true, or false."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from ctxlint.init.provenance import ABSENT, NOTHING, Atom, Kind, Mark, Value, alternatives, one
from ctxlint.init.reading import Frame, Names, dotted, joined, root

Evaluate = Callable[[ast.expr, Frame], Value]

_EQUAL = (ast.Eq, ast.Is, ast.In)
_UNEQUAL = (ast.NotEq, ast.IsNot, ast.NotIn)
_EMPTY = (None, "", 0, False)
_ITEMS = (Kind.FOUND, Kind.OPAQUE)


class Conditions:
    """Tells of the names of a frame what tests say of them."""

    def __init__(self, frame: Frame, evaluate: Evaluate) -> None:
        self.frame = frame
        self.evaluate = evaluate

    def branches(self, test: ast.expr) -> tuple[Names | None, Names | None]:
        """The names where a test is true, and where it is false; None where it cannot be."""
        self.evaluate(test, self.frame)
        names = self.frame.names
        return self.refine(test, names, True), self.refine(test, names, False)

    def refine(self, test: ast.expr, names: Names | None, truth: bool) -> Names | None:
        """The names where a test came out as `truth`; None where it cannot."""
        if names is None:
            return None
        match test:
            case ast.Constant(value=value):
                return names if bool(value) is truth else None
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return self.refine(operand, names, not truth)
            case ast.BoolOp(op=op, values=values):
                if isinstance(op, ast.And) is truth:
                    return self._all(values, names, truth)
                return joined(self._one_of(values, names, truth))
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                return self._compare(left, op, right, names, truth)
            case ast.Call(func=ast.Name(id="isinstance"), args=[inner, _]) if truth:
                return self._presence(inner, names, is_missing=False, asks=False)
            case ast.Call(func=ast.Name(id="bool" | "len"), args=[inner]):
                return self.refine(inner, names, truth)
        return self._presence(test, names, is_missing=not truth)

    def _all(self, tests: list[ast.expr], names: Names | None, truth: bool) -> Names | None:
        for test in tests:
            names = self.refine(test, names, truth)
        return names

    def _one_of(
        self, tests: list[ast.expr], names: Names | None, truth: bool
    ) -> Iterator[Names | None]:
        """The names for each of several tests that may decide, those before it having not."""
        for test in tests:
            yield self.refine(test, names, truth)
            names = self.refine(test, names, not truth)

    def _compare(
        self, left: ast.expr, op: ast.cmpop, right: ast.expr, names: Names, truth: bool
    ) -> Names | None:
        if not isinstance(op, (*_EQUAL, *_UNEQUAL)):
            return names
        is_equal = isinstance(op, _EQUAL) is truth
        if isinstance(op, ast.In | ast.NotIn):
            return self._membership(left, right, names, is_equal)
        if isinstance(left, ast.Constant):
            left, right = right, left
        if isinstance(right, ast.Constant) and right.value in _EMPTY:
            return self._presence(left, names, is_missing=is_equal)
        return self._equality(left, right, names) if is_equal else names

    def _membership(
        self, left: ast.expr, right: ast.expr, names: Names, is_in: bool
    ) -> Names | None:
        """The names where a value is in a display, or a key in a store."""
        if not isinstance(right, ast.Tuple | ast.List | ast.Set):
            for parts in alternatives(self._value(left, names)):
                self.frame.note(self.frame.trace.finds, Kind.FOUND, parts, left)
            return names
        value = self._value(left, names)
        empty = [e for e in right.elts if isinstance(e, ast.Constant) and e.value in _EMPTY]
        if empty:
            self.frame.test(value)
        if not is_in:
            is_missing = bool(empty) and not present(value)
            return None if is_missing else names
        states = [self._presence(left, names, is_missing=True)] if empty else []
        others = [e for e in right.elts if e not in empty]
        states += [self._equality(left, other, names) for other in others]
        return joined(states)

    def _equality(self, left: ast.expr, right: ast.expr, names: Names) -> Names | None:
        """The names where two things are equal: what was found is found under the other one."""
        first, second = self._value(left, names), self._value(right, names)
        for mine, other in ((first, second), (second, first)):
            if mine == one(ABSENT) and ABSENT not in other and other:
                return None
        changed = self._narrowed(left, second, names)
        return self._narrowed(right, first, changed)

    def _narrowed(self, side: ast.expr, other: Value, names: Names) -> Names:
        """The names where what a side is taken of has something equal to the other one."""
        name = root(side)
        items = [a for a in names.get(name or "", NOTHING) if a.kind in _ITEMS]
        if not items:
            return names
        made = {item: frozenset(self._under(item, other, side)) for item in items}
        return {name: _replaced(value, made) for name, value in names.items()}

    def _under(self, item: Atom, other: Value, node: ast.expr) -> Iterator[Atom]:
        for parts in alternatives(other):
            if parts != frozenset({Mark.ABSENT}):
                self.frame.note(self.frame.trace.finds, Kind.FOUND, parts, node)
                yield Atom(Kind.FOUND, item.parts | parts, node)

    def _presence(
        self, tested: ast.expr, names: Names, *, is_missing: bool, asks: bool = True
    ) -> Names | None:
        """The names where a value is missing, or is there."""
        if isinstance(tested, ast.NamedExpr):
            tested = tested.target
        value = self._value(tested, names)
        if asks:
            self.frame.test(value)
        kept = one(ABSENT) if any(map(may_be_missing, value)) else NOTHING
        if not is_missing:
            kept = present(value)
        path = dotted(tested)
        if value and not kept:
            return None
        return names if path is None or not kept else {**names, path: kept}

    def _value(self, node: ast.expr, names: Names) -> Value:
        before, self.frame.names = self.frame.names, names
        try:
            return self.evaluate(node, self.frame)
        finally:
            self.frame.names = before


def present(value: Value) -> Value:
    """The value where it is known to be there: a call that is asked so has looked it up."""
    return frozenset(
        atom._replace(kind=Kind.FOUND) if atom.kind is Kind.OPAQUE else atom
        for atom in value
        if atom.kind is not Kind.ABSENT
    )


def may_be_missing(atom: Atom) -> bool:
    """Whether a thing may be None, or empty."""
    if atom.kind is Kind.NEW:
        return is_empty(atom)
    return not (atom.kind is Kind.PLAIN and Mark.FRESH in atom.parts)


def is_empty(atom: Atom) -> bool:
    """Whether a thing is an empty collection that is made here."""
    match atom.node:
        case ast.List(elts=[]) | ast.Dict(keys=[]) | ast.Tuple(elts=[]):
            return atom.kind is Kind.NEW
    return False


def _replaced(value: Value, made: dict[Atom, frozenset[Atom]]) -> Value:
    if made.keys().isdisjoint(value):
        return value
    return NOTHING.union(*(made.get(atom, one(atom)) for atom in value))
