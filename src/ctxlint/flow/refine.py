"""What a test tells of the names in it: a generated ID is never None and never false."""

from __future__ import annotations

import ast
from collections.abc import Callable

from ctxlint.flow.frame import Frame
from ctxlint.flow.state import State
from ctxlint.flow.values import (
    MISSING,
    Atom,
    Definitions,
    Location,
    may_be_false,
    may_be_none,
    may_be_set,
    may_be_true,
)


def refine(test: ast.expr, frame: Frame, truth: bool) -> State | None:
    """The state of `frame` where `test` came out as `truth`; None where it cannot."""
    return _refine(test, frame, frame.state, truth)


def _refine(test: ast.expr, frame: Frame, state: State | None, truth: bool) -> State | None:
    if state is None:
        return None
    match test:
        case ast.Constant():
            return state if bool(test.value) is truth else None
        case ast.UnaryOp(op=ast.Not()):
            return _refine(test.operand, frame, state, not truth)
        case ast.BoolOp():
            return _refine_bool_op(test, frame, state, truth)
        case ast.NamedExpr(target=name) | (ast.Name() as name):
            return _filter(name, frame, state, may_be_true if truth else may_be_false)
        case ast.Compare(left=left, ops=[op], comparators=[ast.Constant(value=None)]):
            if isinstance(op, ast.IsNot | ast.NotEq):
                truth = not truth
            if isinstance(op, ast.Is | ast.Eq | ast.IsNot | ast.NotEq):
                tested = left.target if isinstance(left, ast.NamedExpr) else left
                return _filter(tested, frame, state, may_be_none if truth else may_be_set)
        case ast.Compare(left=ast.Name() as name, ops=[op], comparators=[other]):
            if _says_false(op, other, truth):
                return _filter(name, frame, state, may_be_false)
    return state


def _says_false(op: ast.cmpop, other: ast.expr, truth: bool) -> bool:
    """Whether a comparison that came out as `truth` says: equal to a false constant, or to one."""
    match op:
        case ast.Eq() | ast.NotEq():
            values = [other]
        case ast.In() | ast.NotIn() if isinstance(other, ast.Tuple | ast.List | ast.Set):
            values = other.elts
        case _:
            return False
    is_positive = isinstance(op, ast.Eq | ast.In)
    return truth is is_positive and all(
        isinstance(value, ast.Constant) and not value.value for value in values
    )


def _refine_bool_op(
    test: ast.BoolOp, frame: Frame, state: State | None, truth: bool
) -> State | None:
    if isinstance(test.op, ast.And) is truth:  # every operand came out as `truth`
        for operand in test.values:
            state = _refine(operand, frame, state, truth)
        return state
    joined = None  # one operand did, and those before it did not
    for operand in test.values:
        joined = frame.flow.join(joined, _refine(operand, frame, state, truth))
        state = _refine(operand, frame, state, not truth)
    return joined


def _filter(
    name: ast.expr, frame: Frame, state: State, keep: Callable[[Atom], bool]
) -> State | None:
    """Drop the definitions of a local name that the test excludes."""
    if not isinstance(name, ast.Name):
        return state
    cell = (frame.scope.node, name.id)
    definitions = state.get(cell)
    if not definitions or any(d.scope is not frame.scope.node for d in frame.definitions(cell)):
        return state
    atoms = frame.flow.atoms
    kept = frozenset(d for d in definitions if any(map(keep, atoms[d])))
    if not kept:
        return None
    changes: dict[Location, Definitions | None] = {} if kept == definitions else {cell: kept}
    parameters = [d.node for d in definitions if isinstance(d.node, ast.arg)]
    if keep in (may_be_false, may_be_none) and len(parameters) == len(definitions):
        changes[parameters[0], MISSING] = definitions
    return state.updated(changes) if changes else state
