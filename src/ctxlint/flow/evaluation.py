"""Evaluate an expression: each kind has an evaluator, which the flow is given."""

from __future__ import annotations

import ast

from ctxlint.flow.containers import received
from ctxlint.flow.frame import Frame
from ctxlint.flow.values import NOTHING, Value


def evaluate(node: ast.expr, frame: Frame) -> Value:
    """The value of an expression in the state of `frame`, which its walruses may change."""
    if frame.state is None:
        return NOTHING
    value = frame.flow.evaluators.get(type(node), opaque)(node, frame)
    frame.flow.values[node] |= value
    return value


def read(node: ast.expr, frame: Frame) -> Value:
    """Evaluate an expression for code other than a getter."""
    return frame.consume(node, evaluate(node, frame))


def opaque(node: ast.expr, frame: Frame) -> Value:
    """The value of an expression that is not looked into, its parts are read."""
    read_parts(node, frame)
    return received(node)


def read_parts(node: ast.AST, frame: Frame) -> None:
    """Read the expressions right below a node."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            read(child, frame)
