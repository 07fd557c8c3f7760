"""The value of an expression: what each kind of expression makes of the values of its parts."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from ctxlint.flow.calls import call
from ctxlint.flow.containers import (
    at_key,
    concatenated,
    constant_key,
    copy_items,
    element,
    from_end,
    items,
    keys_of,
    made_here,
    merged,
    mix,
    note_length,
    put,
    received,
    transformed,
)
from ctxlint.flow.evaluation import evaluate, opaque, read
from ctxlint.flow.frame import Frame
from ctxlint.flow.iteration import iterated
from ctxlint.flow.record_types import object_of_mapping, own_mapping
from ctxlint.flow.refine import branch, refine
from ctxlint.flow.state import State
from ctxlint.flow.values import (
    ANY,
    NOTHING,
    PASSED,
    RETURN,
    Attribute,
    Container,
    Kind,
    Location,
    Origin,
    Symbol,
    Value,
    may_be_false,
    may_be_true,
)
from ctxlint.project.scopes import FunctionNode
from ctxlint.source import walk

_MOST_TIMES = 8  # that a list is repeated: the items of a longer one are not told apart


def _constant(node: ast.Constant, frame: Frame) -> Value:
    kind = Kind.ABSENT if node.value is None else Kind.RECEIVED
    return frozenset({Origin(kind, node)})


def _name(node: ast.Name, frame: Frame) -> Value:
    cell = (frame.scope.node, node.id)
    if not (frame.state and frame.state.get(cell)):  # else local, or a comprehension's target
        owner = frame.scope.owner(node.id)
        if owner is None:
            return frozenset(map(Symbol, frame.flow.program.unbound_paths(node.id, frame.scope)))
        cell = (owner.node, node.id)
    return frame.read(cell, node)


def _attribute(node: ast.Attribute, frame: Frame) -> Value:
    if node.attr == "__dict__":
        base = evaluate(node.value, frame)
        return own_mapping(base, node, frame) or received(node)
    return frame.element(evaluate(node.value, frame), Attribute(node.attr), node)


def _subscript(node: ast.Subscript, frame: Frame) -> Value:
    base = evaluate(node.value, frame)
    if isinstance(node.slice, ast.Slice):
        opaque(node.slice, frame)
        return _cut(node, node.slice, base, frame) or _sliced(node, base, frame)
    annotated = frame.flow.contract.annotated
    if isinstance(node.slice, ast.Tuple) and frame.flow.means(node.value, annotated):
        evaluate(node.slice, frame)  # nothing runs what is said of a type
        return received(node)
    read(node.slice, frame)
    if (attribute := own_attribute(node, frame)) is not None:
        return frame.element(evaluate(attribute.value, frame), Attribute(attribute.attr), node)
    keys = [
        from_end(base, key, frame) if isinstance(key, int) and key < 0 else key
        for key in keys_of(node.slice, frame)
    ]
    return element(base, keys, node, frame)


def own_attribute(node: ast.Subscript, frame: Frame) -> ast.Attribute | None:
    """The attribute that `x.__dict__["name"]` or `vars(x)["name"]` is; None for others."""
    name = constant_key(node.slice)
    base = object_of_mapping(node.value, frame) if isinstance(name, str) else None
    return ast.Attribute(base, str(name), node.ctx) if base is not None else None


def _cut(node: ast.Subscript, bounds: ast.Slice, base: Value, frame: Frame) -> Value | None:
    """Some elements of a list or tuple of known length, between constant bounds."""
    length = from_end(base, 0, frame)
    limits = [b and constant_key(b) for b in (bounds.lower, bounds.upper, bounds.step)]
    known = [b for b in limits if b is None or isinstance(b, int)]
    if not isinstance(length, int) or known != limits or 0 in known[2:]:
        return None
    container = Container(node)
    indices = range(length)[slice(*known)]
    note_length(container, len(indices), frame)
    for place, index in enumerate(indices):
        part = frame.element(base, index, node)
        frame.define((container, place), node, part)
    return frozenset({container})


def _sliced(node: ast.Subscript, base: Value, frame: Frame) -> Value:
    """A part of a text, or some elements of a container, it is not looked into which."""
    container = Container(node)
    parts = items(base, node, frame)
    for part in parts:
        frame.define((container, ANY), node, part, weak=True)
    return frozenset({container}) if parts else transformed(node, [base], frame)


def _sequence(node: ast.Tuple | ast.List | ast.Set, frame: Frame) -> Value:
    container = made_here(Container(node), frame)
    key: object = 0
    for item in node.elts:
        if isinstance(item, ast.Starred):
            key = _spread(container, item, key, frame)
            continue
        value = evaluate(item, frame)
        index = key if not isinstance(node, ast.Set) else ANY
        put(container, index, item, value, frame)
        key = key + 1 if isinstance(key, int) else ANY
    return frozenset({container})


def _spread(container: Container, starred: ast.Starred, key: object, frame: Frame) -> object:
    """Put the elements of `*starred` from index `key` on; return the index after them."""
    value = evaluate(starred.value, frame)
    length = from_end(value, 0, frame)
    if isinstance(key, int) and isinstance(length, int):
        for index in range(length):
            part = frame.element(value, index, starred)
            frame.define((container, key + index), starred, part, starred.value)
        return key + length
    part = frame.element(value, ANY, starred)
    frame.define((container, ANY), starred, part, starred.value, weak=True)
    return ANY


def _dict(node: ast.Dict, frame: Frame) -> Value:
    container = made_here(Container(node), frame)
    for key_node, value_node in zip(node.keys, node.values, strict=True):
        if key_node is None:
            copy_items(container, value_node, evaluate(value_node, frame), frame)
            continue
        read(key_node, frame)
        value = evaluate(value_node, frame)
        keys = keys_of(key_node, frame)
        for key in keys:
            part = at_key(value, frame.flow.value_of(key_node), key, frame)
            put(container, key, value_node, part, frame, weak=len(keys) > 1)
    return frozenset({container})


def _bool_op(node: ast.BoolOp, frame: Frame) -> Value:
    stops = isinstance(node.op, ast.Or)  # the truth that ends the evaluation
    passes = may_be_true if stops else may_be_false
    value: set[object] = set()
    after = None
    before = frame.state
    for operand in node.values:
        if frame.state is None and before is not None:
            frame.note_reads(operand, before)
        before = frame.state or before
        part = evaluate(operand, frame)
        if operand is node.values[-1]:
            value |= part
            break
        if not stops:  # of a true operand of `and` only the truth is used
            frame.consume(operand, part)
        value |= {atom for atom in part if passes(atom)}
        ended, frame.state = frame.state, refine(operand, frame, not stops)
        after = frame.flow.join(after, ended)
        if part and not any(may_be_false(a) if stops else may_be_true(a) for a in part):
            frame.state = None
    frame.state = frame.flow.join(after, frame.state)
    return frozenset(value)  # type: ignore[arg-type]


def _if_exp(node: ast.IfExp, frame: Frame) -> Value:
    refused = branch(node.test, frame)
    value = evaluate(node.body, frame)
    taken, frame.state = frame.state, refused
    value |= evaluate(node.orelse, frame)
    frame.state = frame.flow.join(taken, frame.state)
    return value


def _walrus(node: ast.NamedExpr, frame: Frame) -> Value:
    value = evaluate(node.value, frame)
    bind_name(node.target, value, node.value, frame)
    return value


def bind_name(target: ast.Name, value: Value, expression: ast.expr | None, frame: Frame) -> None:
    """Bind a name in the scope that owns it."""
    owner = frame.scope.owner(target.id) or frame.scope
    if target.id in frame.scope.globals and expression is not None:
        frame.consume(expression, value)  # other functions and modules read it
    frame.define((owner.node, target.id), target, value, expression)


def _inner(node: ast.Await, frame: Frame) -> Value:
    return evaluate(node.value, frame)


def _formatted(node: ast.FormattedValue, frame: Frame) -> Value:
    if node.format_spec is not None:
        read(node.format_spec, frame)
    return evaluate(node.value, frame)


def _joined(node: ast.JoinedStr, frame: Frame) -> Value:
    parts = [p for p in node.values if not isinstance(p, ast.Constant)]
    return transformed(node, [evaluate(part, frame) for part in parts], frame)


def _bin_op(node: ast.BinOp, frame: Frame) -> Value:
    left, right = evaluate(node.left, frame), evaluate(node.right, frame)
    if isinstance(node.op, ast.BitOr):
        return merged(Container(node), [(node.left, left), (node.right, right)], frame)
    if isinstance(node.op, ast.Add):
        joined = concatenated(node, [(node.left, left), (node.right, right)], frame)
        if joined is not None:
            return joined
    if isinstance(node.op, ast.Mult) and (repeated := _repeated(node, left, right, frame)):
        return repeated
    parts = items(right, node, frame) if isinstance(node.op, ast.Mod) else []
    return transformed(node, [left, right, *parts], frame)


def _repeated(node: ast.BinOp, left: Value, right: Value, frame: Frame) -> Value:
    """The list made of several times another; nothing where none is repeated."""
    for part, value, times in (node.left, left, node.right), (node.right, right, node.left):
        held = items(value, node, frame)
        count = constant_key(times)
        if isinstance(count, int) and 0 < count <= _MOST_TIMES:
            if made := concatenated(node, [(part, value)] * count, frame):
                return made
        elif held:
            mix(Container(node), held, node, frame)
            return frozenset({Container(node)})
    return NOTHING


def _comprehension(
    node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp, frame: Frame
) -> Value:
    container = made_here(Container(node), frame)
    copied = _copied(node)
    if copied is not None:
        base = evaluate(copied, frame)
        if node.generators[0].ifs:  # which would leave out None
            frame.consume(copied, base)
        copy_items(container, node.value, base, frame)  # type: ignore[union-attr]
        return frozenset({container})
    before = frame.state or State()
    targets: list[Location] = []
    for generator in node.generators:
        element = iterated(evaluate(generator.iter, frame), generator.iter, frame)
        for name, part in _parts(generator.target, element, frame):
            targets.append((frame.scope.node, name.id))
            frame.define(targets[-1], name, part, generator.iter)
        for test in generator.ifs:
            read(test, frame)
            frame.state = refine(test, frame, True)
    keys: list[object] = [ANY]
    if isinstance(node, ast.DictComp):
        read(node.key, frame)
        keys = keys_of(node.key, frame)
    result = node.value if isinstance(node, ast.DictComp) else node.elt
    value = evaluate(result, frame)
    for key in keys:
        place = frame.flow.value_of(node.key) if isinstance(node, ast.DictComp) else NOTHING
        put(container, key, result, at_key(value, place, key, frame), frame, weak=True)
    outer = {cell: before.get(cell) for cell in targets}
    frame.state = frame.flow.join(before, (frame.state or State()).updated(outer))
    return frozenset({container})


def _parts(target: ast.expr, value: Value, frame: Frame) -> Iterator[tuple[ast.Name, Value]]:
    """The names in a target, each with the part of a value that it takes."""
    match target:
        case ast.Name():
            yield target, value
        case ast.Starred(value=inner):
            yield from _parts(inner, value, frame)
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            has_star = any(isinstance(element, ast.Starred) for element in elements)
            for index, element in enumerate(elements):
                key = ANY if has_star else index
                yield from _parts(element, frame.element(value, key, element), frame)


def _copied(node: ast.expr) -> ast.expr | None:
    """The mapping whose items `{key: value for key, value in x.items()}` copies.

    It may leave out some values, but not tell by the keys which.
    """
    match node:
        case ast.DictComp(
            key=ast.Name(id=key),
            value=ast.Name(id=value),
            generators=[
                ast.comprehension(
                    target=ast.Tuple(elts=[ast.Name(id=first), ast.Name(id=second)]),
                    iter=ast.Call(func=ast.Attribute(value=base, attr="items"), args=[]),
                    ifs=tests,
                )
            ],
        ) if (key, value) == (first, second):
            names = (n.id for test in tests for n in walk(test) if isinstance(n, ast.Name))
            return None if key in names else base
    return None


def _lambda(node: ast.Lambda, frame: Frame) -> Value:
    evaluate_defaults(node, frame)
    return frozenset({Symbol("<lambda>", node)})


def _yield(node: ast.Yield, frame: Frame) -> Value:
    if node.value is not None:
        value = read(node.value, frame)
        frame.define((frame.scope.node, RETURN), node, value, node.value)
    return received(node)


def _yield_from(node: ast.YieldFrom, frame: Frame) -> Value:
    value = frame.element(read(node.value, frame), ANY, node.value)
    frame.define((frame.scope.node, RETURN), node, value, node.value)
    return received(node)


def evaluate_defaults(function: FunctionNode, frame: Frame) -> None:
    """Evaluate the defaults of parameters, where the function is defined."""
    arguments = function.args
    for default in [*arguments.defaults, *arguments.kw_defaults]:
        if default is not None:
            known = frame.flow.value_of(default)
            if not evaluate(default, frame) <= known:
                frame.flow.worklist.dirty.add(function)
                frame.flow.worklist.grow((default, PASSED))


EVALUATORS: dict[type[ast.expr], Callable[..., Value]] = {
    ast.Attribute: _attribute,
    ast.Await: _inner,
    ast.BinOp: _bin_op,
    ast.BoolOp: _bool_op,
    ast.Call: call,
    ast.Constant: _constant,
    ast.Dict: _dict,
    ast.DictComp: _comprehension,
    ast.FormattedValue: _formatted,
    ast.GeneratorExp: _comprehension,
    ast.IfExp: _if_exp,
    ast.JoinedStr: _joined,
    ast.Lambda: _lambda,
    ast.List: _sequence,
    ast.ListComp: _comprehension,
    ast.Name: _name,
    ast.NamedExpr: _walrus,
    ast.Set: _sequence,
    ast.SetComp: _comprehension,
    ast.Subscript: _subscript,
    ast.Tuple: _sequence,
    ast.Yield: _yield,
    ast.YieldFrom: _yield_from,
}
