"""Statements: what a function has found, made and refused at its ends."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

from ctxlint.init.conditions import Conditions
from ctxlint.init.expressions import assign, elements, evaluate, give
from ctxlint.init.provenance import ABSENT, FRESH, Kind, one
from ctxlint.init.reading import Frame, Names, joined


def execute(body: Sequence[ast.stmt], frame: Frame) -> None:
    """Carry out some statements, as far as they are reached."""
    for statement in body:
        if frame.names is None:
            return
        carry_out = _STATEMENTS.get(type(statement))
        if carry_out is not None:
            carry_out(statement, frame)


def _expression(node: ast.Expr | ast.Await, frame: Frame) -> None:
    evaluate(node.value, frame)


def _assign(node: ast.Assign, frame: Frame) -> None:
    value = evaluate(node.value, frame)
    for target in node.targets:
        assign(target, value, frame)


def _annotated(node: ast.AnnAssign, frame: Frame) -> None:
    if node.value is not None:
        assign(node.target, evaluate(node.value, frame), frame)


def _augmented(node: ast.AugAssign, frame: Frame) -> None:
    """A counter; or a collection that grows."""
    before = evaluate(node.target, frame)
    added = evaluate(node.value, frame)
    is_count = isinstance(node.value, ast.Constant)
    for atom in before:
        if atom.kind in (Kind.FOUND, Kind.OPAQUE) and not is_count:
            frame.change(atom, node)
    if not is_count:
        assign(node.target, before | added, frame)
    elif not isinstance(node.target, ast.Subscript):
        assign(node.target, one(FRESH), frame)


def _return(node: ast.Return, frame: Frame) -> None:
    if node.value is not None:
        give(node.value, node, frame)
    else:
        frame.result(one(ABSENT), node)
    frame.names = None


def _raise(node: ast.Raise, frame: Frame) -> None:
    frame.trace.raises[node] = None
    frame.place(node)
    frame.names = None


def _if(node: ast.If, frame: Frame) -> None:
    states = list(Conditions(frame, evaluate).branches(node.test))
    for index, body in enumerate((node.body, node.orelse)):
        frame.names = states[index]
        execute(body, frame)
        states[index] = frame.names
    frame.names = joined(states)


def _assert(node: ast.Assert, frame: Frame) -> None:
    frame.names, refused = Conditions(frame, evaluate).branches(node.test)
    if frame.names is None and refused is not None:
        frame.trace.raises[node] = None
        frame.place(node)


def _for(node: ast.For | ast.AsyncFor, frame: Frame) -> None:
    items = elements(node.iter, frame)

    def enter() -> None:
        assign(node.target, items, frame)

    _loop(node.body, node.orelse, enter, frame)


def _while(node: ast.While, frame: Frame) -> None:
    def enter() -> None:
        frame.names, _ = Conditions(frame, evaluate).branches(node.test)

    _loop(node.body, node.orelse, enter, frame)


def _loop(
    body: Sequence[ast.stmt], after: Sequence[ast.stmt], enter: Callable[[], None], frame: Frame
) -> None:
    """A loop, whose body runs never, or once, or again."""
    breaks: list[Names] = []
    frame.leaving.append(breaks)
    states = [frame.names]
    for _ in range(2):
        frame.names = joined(states)
        if frame.names is not None:
            enter()
        execute(body, frame)
        states.append(frame.names)
    frame.leaving.pop()
    frame.names = joined(states)
    execute(after, frame)
    frame.names = joined([frame.names, *breaks])


def _break(_: ast.Break, frame: Frame) -> None:
    if frame.leaving and frame.names is not None:
        frame.leaving[-1].append(frame.names)
    frame.names = None


def _continue(_: ast.Continue, frame: Frame) -> None:
    _break(ast.Break(), frame)


def _try(node: ast.Try, frame: Frame) -> None:
    """Each handler begins where any statement of the body may have failed."""
    raised = dict(frame.trace.raises)
    states: list[Names | None] = [frame.names]
    for statement in node.body:
        execute([statement], frame)
        states.append(frame.names)
    if node.handlers:
        frame.trace.raises = raised  # what it raises here, it catches
    execute(node.orelse, frame)
    ends = [frame.names]
    for handler in node.handlers:
        frame.names = joined(states)
        execute(handler.body, frame)
        ends.append(frame.names)
    frame.names = joined(ends)
    if frame.names is None and node.finalbody:
        frame.names = joined(states)
        execute(node.finalbody, frame)
        frame.names = None
    else:
        execute(node.finalbody, frame)


def _with(node: ast.With | ast.AsyncWith, frame: Frame) -> None:
    for item in node.items:
        value = evaluate(item.context_expr, frame)
        if item.optional_vars is not None:
            assign(item.optional_vars, value, frame)
    execute(node.body, frame)


def _match(node: ast.Match, frame: Frame) -> None:
    evaluate(node.subject, frame)
    before = frame.names
    states: list[Names | None] = [before]
    for case in node.cases:
        frame.names = before
        execute(case.body, frame)
        states.append(frame.names)
    frame.names = joined(states)


_STATEMENTS: dict[type[ast.stmt], Callable[..., None]] = {
    ast.AnnAssign: _annotated,
    ast.Assert: _assert,
    ast.Assign: _assign,
    ast.AsyncFor: _for,
    ast.AsyncWith: _with,
    ast.AugAssign: _augmented,
    ast.Break: _break,
    ast.Continue: _continue,
    ast.Expr: _expression,
    ast.For: _for,
    ast.If: _if,
    ast.Match: _match,
    ast.Raise: _raise,
    ast.Return: _return,
    ast.Try: _try,
    ast.TryStar: _try,
    ast.While: _while,
    ast.With: _with,
}
