"""Expressions: where their values come from."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Sequence

from ctxlint.init.calls import call
from ctxlint.init.conditions import Conditions, present
from ctxlint.init.provenance import (
    ABSENT,
    CONSTANT,
    NOTHING,
    UNKNOWN,
    Atom,
    Kind,
    Mark,
    Part,
    Parts,
    Value,
    combined,
    computed,
    contents,
    one,
)
from ctxlint.init.reading import Frame, dotted, joined
from ctxlint.matching.modules import imported_path, is_of_project

_COMPUTED = (Kind.PLAIN, Kind.ABSENT)


def evaluate(node: ast.expr, frame: Frame) -> Value:
    """The value of an expression; nothing in code that is never reached."""
    if frame.names is None:
        return NOTHING
    frame.step()
    return _READERS.get(type(node), _parts)(node, frame)


def _parts(node: ast.AST, frame: Frame) -> Value:
    """A value that is computed from everything in an expression."""
    inner = [n for n in ast.iter_child_nodes(node) if isinstance(n, ast.expr)]
    return computed([evaluate(n, frame) for n in inner])


def _constant(node: ast.Constant, _: Frame) -> Value:
    return one(ABSENT if node.value is None else CONSTANT)


def _name(node: ast.Name, frame: Frame) -> Value:
    assert frame.names is not None
    if node.id in frame.names:
        return frame.names[node.id]
    return one(UNKNOWN if _is_context(node, frame) else CONSTANT)


def _is_context(node: ast.Name, frame: Frame) -> bool:
    """Whether a name is an object of a library that is another one each time: `flask.request`."""
    owner = frame.scope(node).owner(node.id)
    return any(
        isinstance(one, ast.alias)
        and isinstance(frame.source.parents[one], ast.ImportFrom)
        and one.name.islower()
        and not is_of_project(imported_path(one, frame.source), frame.source)
        for one in (owner.bindings.get(node.id, ()) if owner else ())
    )


def _attribute(node: ast.Attribute, frame: Frame) -> Value:
    assert frame.names is not None
    path = dotted(node)
    if path is not None and path in frame.names:
        return frame.names[path]
    return member(evaluate(node.value, frame), node.attr, frame)


def member(base: Value, name: str, frame: Frame) -> Value:
    """The attribute, or the item under a constant key, of a value."""
    return NOTHING.union(*(_member(atom, name, frame) for atom in base))


def _member(atom: Atom, name: str, frame: Frame) -> Value:
    part = next(iter(atom.parts), None)
    if atom.kind is Kind.PLAIN and len(atom.parts) == 1 and isinstance(part, Part):
        return frame.part(Part(part.name, (*part.path, name)))
    if atom.kind is Kind.ABSENT:
        return NOTHING
    return one(atom._replace(creates=False))


def _subscript(node: ast.Subscript, frame: Frame) -> Value:
    base = evaluate(node.value, frame)
    match node.slice:
        case ast.Constant(value=str(name)):
            return member(base, name, frame)
        case ast.Constant() | ast.UnaryOp(operand=ast.Constant()):
            return frozenset(map(_element, base))
        case ast.Slice():
            return base
    key = evaluate(node.slice, frame)
    return looked_up(base, key, node, frame, creates=_creates(node.value, frame))


def _element(atom: Atom) -> Atom:
    """One of the things in a collection."""
    is_many = atom.kind in (Kind.MANY, Kind.OPAQUE)
    return atom._replace(kind=Kind.FOUND) if is_many else atom


def looked_up(
    base: Value, key: Value, node: ast.AST, frame: Frame, *, creates: bool = False
) -> Value:
    """The value found in a store under a key."""
    outer: set[Parts] = {
        atom.parts if atom.kind in (Kind.FOUND, Kind.MANY) else frozenset() for atom in base
    }
    found = {
        frame.note(frame.trace.finds, Kind.FOUND, above | parts, node)
        for above in outer
        for parts in combined([key])
    }
    return frozenset(atom._replace(creates=creates) for atom in found)


def _creates(store: ast.expr, frame: Frame) -> bool:
    """Whether a store makes what it does not have."""
    from ctxlint.init.stores import makes_missing  # noqa: PLC0415 - as few ask

    return makes_missing(store, frame)


def _bool_op(node: ast.BoolOp, frame: Frame) -> Value:
    """The value of `a or b`: where `a` decides, and where it does not."""
    conditions = Conditions(frame, evaluate)
    found = NOTHING
    states = []
    for index, part in enumerate(node.values):
        value = evaluate(part, frame)
        if index == len(node.values) - 1:
            found |= value
            break
        decides, goes_on = conditions.branches(part)
        if isinstance(node.op, ast.And):
            decides, goes_on = goes_on, decides
        if decides is not None:
            frame.names, before = decides, frame.names
            found |= _deciding(evaluate(part, frame), node.op)
            frame.names = before
            states.append(decides)
        frame.names = goes_on
        if goes_on is None:
            break
    frame.names = joined([*states, frame.names])
    return found


def _deciding(value: Value, op: ast.boolop) -> Value:
    """The value of an operand that decides, as far as it gets through."""
    return value if isinstance(op, ast.And) else present(value)


def _if_exp(node: ast.IfExp, frame: Frame) -> Value:
    found = NOTHING
    states = list(Conditions(frame, evaluate).branches(node.test))
    for index, part in enumerate((node.body, node.orelse)):
        frame.names = states[index]
        found |= evaluate(part, frame)
        states[index] = frame.names
    frame.names = joined(states)
    return found


def _compare(node: ast.Compare, frame: Frame) -> Value:
    """The value of a comparison, of both sides: it may be the condition of a query."""
    return computed([evaluate(side, frame) for side in (node.left, *node.comparators)])


def _walrus(node: ast.NamedExpr, frame: Frame) -> Value:
    value = evaluate(node.value, frame)
    assign(node.target, value, frame)
    return value


def _tuple(node: ast.Tuple | ast.List | ast.Set, frame: Frame) -> Value:
    """A compound key, or several possible values."""
    values = [evaluate(element, frame) for element in node.elts]
    if isinstance(node, ast.Tuple):
        if all(atom.kind in _COMPUTED for value in values for atom in value):
            return computed(values)
        return NOTHING.union(*values)
    return _made(node, values)


def _dict(node: ast.Dict, frame: Frame) -> Value:
    return _made(node, [evaluate(value, frame) for value in node.values])


def _made(node: ast.AST, values: Iterable[Value]) -> Value:
    return frozenset(Atom(Kind.NEW, parts, node) for parts in contents(values))


def _text(node: ast.JoinedStr, frame: Frame) -> Value:
    inner = [part.value for part in node.values if isinstance(part, ast.FormattedValue)]
    return computed([evaluate(part, frame) for part in inner])


def _comprehension(node: ast.ListComp | ast.SetComp | ast.GeneratorExp, frame: Frame) -> Value:
    return _many(node, node.elt, node.generators, frame)


def _dict_comprehension(node: ast.DictComp, frame: Frame) -> Value:
    return _many(node, node.value, node.generators, frame)


def _many(
    node: ast.AST, element: ast.expr, loops: Sequence[ast.comprehension], frame: Frame
) -> Value:
    """A collection of what its loops find, or make."""
    before = frame.names
    for loop in loops:
        assign(loop.target, elements(loop.iter, frame), frame)
        for test in loop.ifs:
            frame.names, _ = Conditions(frame, evaluate).branches(test)
    value = evaluate(element, frame)
    frame.names = before
    frame.place(node)
    found = frozenset(Atom(Kind.MANY, atom.parts, node) for atom in value)
    return found or one(ABSENT)


def elements(node: ast.expr, frame: Frame) -> Value:
    """The element that a loop takes out of a collection."""
    found = set[Atom]()
    frame.place(node)
    for atom in evaluate(node, frame):
        if atom.kind is Kind.PLAIN:
            found.add(Atom(Kind.FOUND, frozenset(), node))
        elif atom.kind is not Kind.ABSENT:
            found.add(Atom(Kind.FOUND, atom.parts - {Mark.UNKNOWN}, node))
    return frozenset(found)


def assign(target: ast.expr, value: Value, frame: Frame) -> None:
    """Bind what an assignment, a loop or `with` binds."""
    if frame.names is None:
        return
    match target:
        case ast.Tuple(elts=inner) | ast.List(elts=inner):
            for part in inner:
                assign(part, value, frame)
        case ast.Starred(value=inner):
            assign(inner, value, frame)
        case ast.Name() | ast.Attribute():
            _bind(target, value, frame)
        case ast.Subscript():
            _store(target, frame)


def _bind(target: ast.Name | ast.Attribute, value: Value, frame: Frame) -> None:
    path = dotted(target)
    if path is None or frame.names is None:
        return
    kept = {n: v for n, v in frame.names.items() if not n.startswith(f"{path}.")}
    frame.names = {**kept, path: value}
    if isinstance(target, ast.Attribute) and frame.is_constructor:
        frame.result(value, target, target.attr)


def _store(target: ast.Subscript, frame: Frame) -> None:
    """Put something in a store, or grow what was found."""
    base, key = evaluate(target.value, frame), evaluate(target.slice, frame)
    for atom in base:
        if atom.kind in (Kind.FOUND, Kind.OPAQUE):
            frame.change(atom, target)
    for parts in combined([key]):
        frame.note(frame.trace.inserts, Kind.NEW, parts, target, creates=True)


def _await(node: ast.Await | ast.Starred | ast.FormattedValue, frame: Frame) -> Value:
    return evaluate(node.value, frame)


def _yield(node: ast.Yield | ast.YieldFrom, frame: Frame) -> Value:
    if node.value is not None:
        give(node.value, node, frame)
    return one(UNKNOWN)


def give(value: ast.expr, node: ast.AST, frame: Frame) -> None:
    """Note what the function gives: of a tuple each thing by its index."""
    is_tuple = isinstance(value, ast.Tuple)
    for index, part in enumerate(value.elts if isinstance(value, ast.Tuple) else [value]):
        found = evaluate(part, frame)
        if frame.names is not None:
            frame.result(found, node, index if is_tuple else None)


def _lambda(node: ast.Lambda, frame: Frame) -> Value:
    """The value of a lambda: that of its body, constants standing for its parameters."""
    before = frame.names
    names = {argument.arg: one(CONSTANT) for argument in node.args.args}
    frame.names = {**(before or {}), **names}
    value = evaluate(node.body, frame)
    frame.names = before
    return computed([value])


_READERS: dict[type[ast.AST], Callable[..., Value]] = {
    ast.Attribute: _attribute,
    ast.Await: _await,
    ast.BoolOp: _bool_op,
    ast.Call: lambda node, frame: call(node, frame, evaluate),
    ast.Compare: _compare,
    ast.Constant: _constant,
    ast.Dict: _dict,
    ast.DictComp: _dict_comprehension,
    ast.FormattedValue: _await,
    ast.GeneratorExp: _comprehension,
    ast.IfExp: _if_exp,
    ast.JoinedStr: _text,
    ast.Lambda: _lambda,
    ast.List: _tuple,
    ast.ListComp: _comprehension,
    ast.Name: _name,
    ast.NamedExpr: _walrus,
    ast.Set: _tuple,
    ast.SetComp: _comprehension,
    ast.Starred: _await,
    ast.Subscript: _subscript,
    ast.Tuple: _tuple,
    ast.Yield: _yield,
    ast.YieldFrom: _yield,
}
