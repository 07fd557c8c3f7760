"""Assignment to a target: a name, an attribute, an item, or a pattern of those."""

from __future__ import annotations

import ast

from ctxlint.flow.containers import (
    constant_place,
    from_end,
    is_list,
    rearrange,
    received,
    store,
    store_item,
)
from ctxlint.flow.evaluation import evaluate, read
from ctxlint.flow.expressions import bind_name, own_attribute
from ctxlint.flow.frame import Frame
from ctxlint.flow.functions import run_setter
from ctxlint.flow.values import ANY, Attribute, Container, Value


def bind(target: ast.expr, value: Value, expression: ast.expr | None, frame: Frame) -> None:
    """Assign a value to a target: a name, attribute, item, or a pattern of those."""
    match target:
        case ast.Name():
            bind_name(target, value, expression, frame)
        case ast.Attribute():
            base = evaluate(target.value, frame)
            name = Attribute(target.attr)
            for atom in store(base, name, target, value, expression, frame):
                run_setter(atom, target, expression or target, value, frame)
        case ast.Subscript():
            base = evaluate(target.value, frame)
            read(target.slice, frame)
            if (attribute := own_attribute(target, frame)) is not None:
                whole = evaluate(attribute.value, frame)
                store(whole, Attribute(attribute.attr), target, value, expression, frame)
                return
            if isinstance(target.slice, ast.Slice):
                if _replace_slice(base, target, value, frame):
                    return
                value, expression = frame.element(value, ANY, target), None
            store_item(base, target.slice, target, value, expression, frame)
        case ast.Tuple() | ast.List():
            _unpack(target, value, expression, frame)
        case ast.Starred():
            bind(target.value, value, expression, frame)


def delete_item(target: ast.Subscript, frame: Frame) -> None:
    """Take an item, or several in a row, out of a list or mapping."""
    base = evaluate(target.value, frame)
    if not any(is_list(atom, frame) for atom in base):
        bind(target, received(target), None, frame)
        return
    read(target.slice, frame)
    place = constant_place(target.slice)
    change = None if place is None else lambda held: held.__delitem__(place)
    rearrange(base, target, change, frame)


def _replace_slice(base: Value, target: ast.Subscript, value: Value, frame: Frame) -> bool:
    """Put other items in the place of some in a row; returns whether all places are known."""
    place, count = constant_place(target.slice), from_end(value, 0, frame)
    if place is None or not isinstance(count, int):
        return rearrange(base, target, None, frame)
    new = [frame.element(value, index, target) for index in range(count)]
    return rearrange(base, target, lambda held: held.__setitem__(place, new), frame)


def _unpack(
    target: ast.Tuple | ast.List, value: Value, expression: ast.expr | None, frame: Frame
) -> None:
    behind_star = False
    for index, element in enumerate(target.elts):
        key: object = from_end(value, index - len(target.elts), frame) if behind_star else index
        if isinstance(element, ast.Starred):
            behind_star = True
            rest = _rest(element, index, len(target.elts) - index - 1, value, frame)
            bind(element, rest, expression, frame)
        else:
            part = frame.element(value, key, element)
            bind(element, part, _element_expression(expression, key), frame)


def _rest(starred: ast.Starred, start: int, behind: int, value: Value, frame: Frame) -> Value:
    """The list that a starred target takes: the elements from `start` to `behind` the end."""
    container = Container(starred)
    end = from_end(value, -behind, frame)
    if isinstance(end, int):
        for key in range(start, end):
            part = frame.element(value, key, starred)
            frame.define((container, key - start), starred, part)
    else:
        frame.define((container, ANY), starred, frame.element(value, ANY, starred), weak=True)
    return frozenset({container})


def _element_expression(expression: ast.expr | None, key: object) -> ast.expr | None:
    """The expression of one element, where the right side is a tuple or list display."""
    if isinstance(expression, ast.Tuple | ast.List) and isinstance(key, int):
        plain = not any(isinstance(element, ast.Starred) for element in expression.elts)
        return expression.elts[key] if plain and key < len(expression.elts) else expression
    return expression
