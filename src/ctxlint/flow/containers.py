"""How values are built from others: texts out of parts, containers out of items."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import Any, TypeGuard, TypeVar

from ctxlint.flow.classes import mro
from ctxlint.flow.frame import Frame
from ctxlint.flow.state import State
from ctxlint.flow.values import (
    ANY,
    KEYS,
    LENGTH,
    NOTHING,
    Atom,
    Attribute,
    Container,
    Definition,
    Instance,
    Kind,
    Location,
    Origin,
    Symbol,
    Value,
    generated,
    is_generated,
    is_surely_generated,
    is_unseen,
    objects,
    unseen,
)

_Made = TypeVar("_Made", Container, Instance)


def received(node: ast.AST) -> Value:
    """The value of something that is not looked into."""
    return frozenset({Origin(Kind.RECEIVED, node)})


def absent(node: ast.AST) -> Value:
    """The value None, as it comes into being at a node."""
    return frozenset({Origin(Kind.ABSENT, node)})


def transformed(node: ast.expr, parts: Iterable[Value], frame: Frame) -> Value:
    """The value made by building `parts` into a new one: generated where one surely is."""
    values = tuple(parts)
    ids = generated(frozenset().union(*values))
    if any(map(is_surely_generated, values)):
        replaced = any(map(is_unseen, frozenset().union(*values)))
        return unseen(ids, node) if replaced else ids
    if not all(values):
        return ids  # a part is not known yet
    frame.flow.derived_from[node] = values
    return received(node) | ids


def constant_key(node: ast.expr) -> object:
    """The index or key that an expression always is; ANY where it is not constant."""
    match node:
        case ast.Constant(value=str() | int() as key):
            return key
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() as key)):
            return -key
    return ANY


def constant_place(node: ast.expr) -> Any:
    """The index or slice that an expression always is; None for others."""
    if isinstance(node, ast.Slice):
        parts = [part and constant_key(part) for part in (node.lower, node.upper, node.step)]
        return None if any(isinstance(p, str) or p is ANY for p in parts) else slice(*parts)
    key = constant_key(node)
    return key if isinstance(key, int) else None


def keys_of(node: ast.expr, frame: Frame) -> list[object]:
    """The indices or keys that an evaluated expression may be; ANY where one is not constant."""
    key = constant_key(node)
    if key is not ANY:
        return [key]
    return keys_in(frame.flow.value_of(node), frame)


def keys_in(value: Value, frame: Frame) -> list[object]:
    """The indices or keys that a value may be; ANY where one is not constant."""
    origins = [getattr(atom, "node", None) for atom in value]
    shown = [origin for origin in origins if not _is_rest_of_display(origin)]
    keys: set[object] = set()
    for origin in shown:
        if isinstance(origin, ast.Constant):
            keys.add(constant_key(origin))
        else:
            keys |= known_keys(origin[0], frame) if is_place_in_loop(origin) else {ANY}
    return [ANY] if ANY in keys or not keys else sorted(keys, key=repr)


def is_place_in_loop(origin: object) -> TypeGuard[tuple[Atom, object]]:
    """Whether this stands for the key that a loop over a mapping is at."""
    return isinstance(origin, tuple) and origin[1] is KEYS


def known_keys(mapping: Atom, frame: Frame) -> set[object]:
    """The keys under which a mapping is seen to have items."""
    keys = frame.flow.keys.get(mapping, set())
    return {key for key in keys if key is ANY or not isinstance(key, Attribute)}


def at_key(value: Value, place: Value, key: object, frame: Frame) -> Value:
    """The value at one key of the mapping that a loop is over, without the IDs of the others."""
    for atom in place:
        origin = getattr(atom, "node", None)
        if is_place_in_loop(origin):
            held = frame.flow.items(origin[0])
            others = NOTHING.union(*(v for k, v in held.items() if k != key))
            value -= generated(others) - held.get(key, NOTHING)
    return value


def _is_rest_of_display(origin: object) -> bool:
    """Whether this stands for the items of a display such as `("a", "b")` that it does not show."""
    match origin:
        case (Container(node=ast.Tuple() | ast.List() | ast.Set()), _):
            return True
    return False


def element(base: Value, keys: list[object], node: ast.AST, frame: Frame) -> Value:
    """The value of the elements of `base` under any of these keys."""
    return NOTHING.union(*(frame.element(base, key, node) for key in keys))


def items(base: Value, node: ast.expr, frame: Frame) -> list[Value]:
    """The values of the items of the containers in `base`, one by one."""
    return [
        frame.element(frozenset({atom}), key, node)
        for atom in base
        for key in frame.flow.keys.get(atom, ())
        if isinstance(atom, Container)
    ]


def made_here(made: _Made, frame: Frame) -> _Made:
    """An object that is made at this point.

    In a loop, what that of an earlier round got later is not its, unless something still has that.
    """
    keys: Iterable[object] = frame.flow.keys.get(made, ()) if frame.repeats else ()
    if keys and frame.state is not None and not _is_held(made, frame.state, frame):
        frame.state = frame.state.updated(dict.fromkeys((made, key) for key in [*keys, LENGTH]))
    return made


def _is_held(made: Atom, state: State, frame: Frame) -> bool:
    """Whether any cell has an object, but for the name that an assignment is about to bind."""
    match frame.statement:
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            own: Location | None = (frame.scope.node, name)
        case _:
            own = None
    flow = frame.flow
    others = {*flow.named.get(made, ()), *flow.contained_in.get(made, ())} - {own}
    return any(made in flow.value(state.get(c) or ()) for c in others if c[0] != made)


def put(
    container: Atom,
    key: object,
    node: ast.expr,
    value: Value,
    frame: Frame,
    *,
    weak: bool = False,
) -> None:
    """Set an item of a container that is being built."""
    frame.define((container, key), node, value, node, weak=weak or key is ANY)


def copy_items(container: Atom, node: ast.expr, base: Value, frame: Frame) -> None:
    """Set the items of a container from those of `base`, the value of `node`."""
    for atom in base - {container}:  # in a loop it may be among them
        if isinstance(atom, Instance):  # which may give all that it has
            frame.consume(node, frozenset({atom}))
        if is_generated(atom):
            put(container, ANY, node, frozenset({atom}), frame)
        elif not isinstance(atom, Container) or isinstance(atom.node, ast.arg):
            # It has more items than those with known keys.
            put(container, ANY, node, frame.read((atom, ANY), node), frame)
        for key in list(frame.flow.keys.get(atom, ())):
            if key is ANY:
                put(container, ANY, node, frame.read((atom, ANY), node), frame)
            elif not isinstance(key, Attribute):
                put(container, key, node, frame.element(frozenset({atom}), key, node), frame)


def put_keywords(
    container: Atom, keywords: Iterable[tuple[ast.keyword, Value]], frame: Frame
) -> None:
    """Set the items that the keywords of a call give to a mapping."""
    for keyword, value in keywords:
        if keyword.arg is None:
            copy_items(container, keyword.value, value, frame)
        else:
            put(container, keyword.arg, keyword.value, value, frame)


def merged(container: Container, parts: Iterable[tuple[ast.expr, Value]], frame: Frame) -> Value:
    """The value of a new container with the items of others, later ones first."""
    for node, value in parts:
        copy_items(container, node, value, frame)
    return frozenset({container})


def from_end(base: Value, index: int, frame: Frame) -> object:
    """The index from the start that a negative one means; ANY where the length is not known."""
    lengths = {length_of(atom, frame) for atom in base}
    length = lengths.pop() if len(lengths) == 1 else None
    return ANY if length is None else length + index


def length_of(atom: Atom, frame: Frame) -> int | None:
    """How many elements a list or tuple has at this point; None where that is not known."""
    if not isinstance(atom, Container):
        return None
    noted = frame.state.get((atom, LENGTH)) if frame.state is not None else None
    if noted is not None:
        counts = [frame.flow.lengths.get(definition) for definition in noted]
        return counts[0] if len(counts) == 1 else None
    node = atom.node
    if isinstance(node, ast.Tuple) or (isinstance(node, ast.List) and not _is_shared(node, frame)):
        return None if any(isinstance(e, ast.Starred) for e in node.elts) else len(node.elts)
    return None


def _is_shared(node: ast.List, frame: Frame) -> bool:
    """Whether a module makes a list, which other functions may change."""
    if isinstance(frame.scope.node, ast.Module):
        return False
    return isinstance(frame.flow.file_of(node).function_of(node), ast.Module)


def note_length(atom: Atom, length: int | None, frame: Frame) -> None:
    """Note how many elements a list or tuple has from here on."""
    if frame.state is None:
        return
    known = length if length is not None and not frame.repeats else None
    cell = (atom, LENGTH)
    definition = frame.flow.definitions.setdefault(
        (cell, ast.Constant if known is None else known),  # type: ignore[arg-type]
        Definition(cell),
    )
    frame.flow.lengths[definition] = known
    frame.state = frame.state.updated({cell: frozenset({definition})})


def extend(atom: Atom, parts: Sequence[tuple[ast.expr, Value]], frame: Frame) -> None:
    """Put the elements of others at the end of a list, or of a tuple that is being made."""
    length = length_of(atom, frame)
    for node, value in parts:
        count = from_end(value, 0, frame)
        if length is None or not isinstance(count, int):
            frame.define((atom, ANY), node, frame.element(value, ANY, node), node, weak=True)
            length = None
            continue
        for index in range(count):
            part = frame.element(value, index, node)
            frame.define((atom, length + index), node, part, node)
        length += count
    note_length(atom, length, frame)


def rearrange(
    base: Value, node: ast.expr, change: Callable[[list[Value]], object] | None, frame: Frame
) -> bool:
    """Give the items of a list other places, as a function does with a list of their values.

    Without one, or where it is not known how many items there are, or which list it is, each of
    them may be in any place from here on. Returns whether the places are known.
    """
    lists = [atom for atom in base if is_list(atom, frame)]
    length = length_of(lists[0], frame) if len(lists) == len(base) == 1 else None
    if length is None or change is None:
        for atom in lists:
            mix(atom, items(frozenset({atom}), node, frame), node, frame)
        return False
    before = [frame.element(base, index, node) for index in range(length)]
    after = before.copy()
    with suppress(IndexError, ValueError):  # which the code raises, too
        change(after)
    rest = [NOTHING] * (length - len(after))
    for index, value in enumerate([*after, *rest]):
        if index >= length or value is not before[index]:
            frame.define((lists[0], index), node, value)
    note_length(lists[0], len(after), frame)
    return True


def mix(atom: Atom, values: Iterable[Value], node: ast.AST, frame: Frame) -> None:
    """Put values in any place of a container."""
    note_length(atom, None, frame)
    for value in values:
        frame.define((atom, ANY), node, value, weak=True)


def is_list(atom: Atom, frame: Frame) -> bool:
    """Whether an atom is a container, and no mapping as far as is known."""
    if not isinstance(atom, Container) or isinstance(atom.node, ast.Dict | ast.DictComp | ast.arg):
        return False
    return not any(isinstance(key, str) for key in frame.flow.keys.get(atom, ()))


def concatenated(
    node: ast.AST, parts: Sequence[tuple[ast.expr, Value]], frame: Frame
) -> Value | None:
    """The list or tuple made of others; None where one may be something else."""
    if not all(value and all(map(_is_sequence, value)) for _, value in parts):
        return None
    made = Container(node)
    note_length(made, 0, frame)
    extend(made, parts, frame)
    return frozenset({made})


def _is_sequence(atom: Atom) -> bool:
    if not isinstance(atom, Container):
        return False
    kinds = (ast.Tuple, ast.List, ast.ListComp, ast.BinOp, ast.AugAssign, ast.Subscript)
    is_merge = isinstance(getattr(atom.node, "op", None), ast.BitOr)
    return isinstance(atom.node, kinds) and not is_merge


def store(
    base: Value,
    key: object,
    target: ast.expr,
    value: Value,
    expression: ast.expr | None,
    frame: Frame,
    *,
    weak: bool = False,
) -> list[Atom]:
    """Set an element or attribute of what `base` may be; others read what was not made here.

    Returns the objects whose class has a setter for it: what that makes of the value, it knows.
    """
    bases = objects(base)
    weak = weak or key is ANY or len(bases) > 1
    set_by_class: list[Atom] = []
    for atom in bases:
        if not _is_own(atom, key, frame) and expression is not None:
            frame.consume(expression, value)
            frame.open(value, target)
        is_plain = not isinstance(key, Attribute) or _is_id(key, frame)
        if not is_plain and frame.has_setter(atom, key.name):  # type: ignore[attr-defined]
            set_by_class.append(atom)
            continue
        owner = atom.node if isinstance(atom, Symbol) else None
        if isinstance(owner, ast.ClassDef) and isinstance(key, Attribute):
            frame.define((owner, key.name), target, value, expression, weak=True)
        frame.define((atom, key), target, value, expression, weak=weak)
    return set_by_class


def _is_own(atom: Atom, key: object, frame: Frame) -> bool:
    """Whether an object is made here, and no method but a getter is to read what it holds."""
    if isinstance(atom, Instance) and atom.owner is not None:
        inside = frame.flow.file_of(atom.node).function_of(atom.node) is frame.scope.node
        methods = (ast.FunctionDef, ast.AsyncFunctionDef)
        owners = mro(atom.owner, frame.flow)
        has_methods = any(isinstance(n, methods) for cls in owners for n in cls.body)
        return inside and (_is_id(key, frame) or not has_methods)
    return isinstance(atom, Container)


def _is_id(key: object, frame: Frame) -> bool:
    """Whether a getter takes an attribute of its object for an ID."""
    return isinstance(key, Attribute) and key.name in frame.flow.contract.attribute_ids


def store_item(
    base: Value,
    key: ast.expr,
    target: ast.expr,
    value: Value,
    expression: ast.expr | None,
    frame: Frame,
    *,
    weak: bool = False,
) -> None:
    """Set the item of what `base` may be whose key is that of an evaluated expression."""
    keys = keys_of(key, frame)
    for one in keys:
        part = at_key(value, frame.flow.value_of(key), one, frame)
        store(base, one, target, part, expression, frame, weak=weak or len(keys) > 1)
