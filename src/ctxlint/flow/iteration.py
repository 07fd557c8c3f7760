"""The parts of containers that code goes over one by one: keys, values and pairs of a mapping."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ctxlint.flow.call import Call
from ctxlint.flow.containers import at_key, keys_in, known_keys, note_length, put, received
from ctxlint.flow.frame import Frame
from ctxlint.flow.values import ANY, KEYS, Atom, Container, Instance, Kind, Origin, Value
from ctxlint.source import SourceFile, walk


def iterated(value: Value, node: ast.expr, frame: Frame) -> Value:
    """The value of what a loop takes out of a container: the keys of a mapping, else the items."""
    models = frozenset(atom for atom in value if isinstance(atom, Instance))
    if models:  # which may give all that they have
        frame.consume(node, models)
    mappings = {atom for atom in value if _is_mapping(atom, frame)}
    keys = frozenset(Origin(Kind.RECEIVED, (atom, KEYS)) for atom in mappings)
    others = value - mappings
    return keys | frame.element(others, ANY, node) if others or not keys else keys


def _is_mapping(atom: Atom, frame: Frame) -> bool:
    """Whether a container has a name for a key."""
    return isinstance(atom, Container) and any(isinstance(k, str) for k in known_keys(atom, frame))


def pairs(this: Call) -> Value | None:
    """`mapping.items()`: one pair of key and value for all of them.

    They belong together where the key says what becomes of the value; what is tested of the key
    is not followed.
    """
    frame, node = this.frame, this.node.func
    mappings = frozenset(atom for atom in this.base if _is_mapping(atom, frame))
    if not mappings or _tests_key(this.node, frame.flow.file_of_scope(frame.scope)):
        return None
    made, pair = Container(this.node), Container(node)
    put(pair, 0, node, iterated(mappings, node, frame), frame)
    put(pair, 1, node, frame.element(mappings, ANY, node), frame)
    put(made, ANY, node, frozenset({pair}), frame)
    return frozenset({made}) | _rest(this.base - mappings, node)


def values(this: Call) -> Value | None:
    """`mapping.values()`: in order, where a display shows all of them."""
    frame, node = this.frame, this.node.func
    mappings = frozenset(atom for atom in this.base if _is_mapping(atom, frame))
    if not mappings:
        return None
    made = Container(this.node)
    order = [_shown(atom) for atom in mappings]
    is_whole = len(order) == 1 and set(order[0]) == set().union(
        *(known_keys(atom, frame) for atom in mappings)
    )
    for index, key in enumerate(order[0]) if is_whole else [(ANY, ANY)]:
        put(made, index, node, frame.element(mappings, key, node), frame)
    note_length(made, len(order[0]) if is_whole else None, frame)
    return frozenset({made}) | _rest(this.base - mappings, node)


def _rest(others: Value, node: ast.expr) -> Value:
    return received(node) if others else frozenset()


def _shown(atom: Atom) -> list[object]:
    """The keys of a display that are constants, in order."""
    keys = atom.node.keys if isinstance(atom, Container) and isinstance(atom.node, ast.Dict) else []
    return [key.value for key in keys if isinstance(key, ast.Constant)]


def _tests_key(call: ast.Call, file: SourceFile) -> bool:
    """Whether a loop over pairs tests the key of each."""
    loop: ast.AST = call
    while isinstance(loop, ast.Call):
        loop = file.parents[loop]
    target = getattr(loop, "target", None)
    if isinstance(loop, ast.comprehension):
        loop = file.parents[loop]
    if not isinstance(target, ast.Tuple) or not isinstance(target.elts[0], ast.Name):
        return False
    name = target.elts[0].id
    tests = (test for node in walk(loop) for test in _tests(node))
    return any(isinstance(n, ast.Name) and n.id == name for test in tests for n in walk(test))


def _tests(node: ast.AST) -> Iterator[ast.AST]:
    """The expressions of a node that decide what runs."""
    match node:
        case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test):
            yield test
        case ast.Match(subject=subject):
            yield subject
        case ast.comprehension(ifs=tests):
            yield from tests
        case ast.Compare() | ast.BoolOp() | ast.Assert():
            yield node


def ordered(this: Call) -> Value | None:
    """`sorted(items)`: the items in another order, which they are compared for."""
    this.read_arguments()
    return each(this)


def each(this: Call) -> Value | None:
    """`reversed(items)`: the items in another order."""
    if not this.args or isinstance(this.args[0][0], ast.Starred):
        return None
    node, value = this.args[0]
    if not any(isinstance(atom, Container) for atom in value):
        return None
    made = Container(this.node)
    put(made, ANY, node, iterated(value, node, this.frame), this.frame)
    return frozenset({made})


def numbered(this: Call) -> Value | None:
    """`enumerate(items)`: each item with its number."""
    made = each(this)
    if made is None:
        return None
    frame, pair = this.frame, Container(this.node.func)
    put(pair, 0, this.node.func, received(this.node), frame)
    put(pair, 1, this.node.func, frame.element(made, ANY, this.node), frame)
    numbers = Container(this.node, this.node)
    put(numbers, ANY, this.node, frozenset({pair}), frame)
    return frozenset({numbers})


def zipped(this: Call) -> Value | None:
    """`zip(first, second)`: rows of an item of each."""
    parents = this.frame.flow.file_of_scope(this.frame.scope).parents
    is_known = any(isinstance(atom, Container) for _, value in this.args for atom in value)
    is_spread = any(isinstance(node, ast.Starred) for node, _ in this.args)
    if not is_known or is_spread or isinstance(parents[this.node], ast.Call):
        return None  # `dict(zip(keys, values))` looks at the items themselves
    row, rows = Container(this.node.func), Container(this.node)
    for index, (node, value) in enumerate(this.args):
        put(row, index, node, iterated(value, node, this.frame), this.frame)
    put(rows, ANY, this.node, frozenset({row}), this.frame)
    return frozenset({rows})


def put_pairs(container: Atom, node: ast.expr, value: Value, frame: Frame) -> bool:
    """Set the items of a mapping from pairs, such as `[("a", x), ("b", y)]`; False for none."""
    rows = [row for atom in value for row in _items(atom, frame)]
    found = [row for row in rows if isinstance(row, Container) and _is_pair(row, frame)]
    for row in found:
        held = frame.flow.items(row)
        keys = keys_in(held[0], frame)
        for key in keys:
            part = at_key(held[1], held[0], key, frame)
            put(container, key, node, part, frame, weak=len(keys) > 1)
    return bool(found)


def _items(atom: Atom, frame: Frame) -> Value:
    is_list = isinstance(atom, Container) and not _is_mapping(atom, frame)
    return frozenset().union(*frame.flow.items(atom).values()) if is_list else frozenset()


def _is_pair(row: Container, frame: Frame) -> bool:
    return known_keys(row, frame) == {0, 1}
