"""The values of calls of builtin functions."""

from __future__ import annotations

import ast
from collections.abc import Callable

from ctxlint.flow.call import Call
from ctxlint.flow.classes import is_set_by_init
from ctxlint.flow.containers import (
    absent,
    at_key,
    constant_key,
    copy_items,
    keys_of,
    made_here,
    put,
    put_keywords,
    received,
    store,
    transformed,
)
from ctxlint.flow.frame import Frame
from ctxlint.flow.iteration import each, iterated, numbered, ordered, put_pairs, zipped
from ctxlint.flow.record_types import mapping_of
from ctxlint.flow.values import (
    ANY,
    Atom,
    Attribute,
    Container,
    Instance,
    Kind,
    Origin,
    Value,
    is_kind,
    may_be_true,
)
from ctxlint.project.scopes import Scope


def _str(this: Call) -> Value | None:
    if len(this.args) == 1 and this.simple:
        return transformed(this.node, [this.args[0][1]], this.frame)
    return None


def _getattr(this: Call) -> Value | None:
    if not this.simple or len(this.args) not in (2, 3):
        return None
    name = this.args[1][0]
    if not (isinstance(name, ast.Constant) and isinstance(name.value, str)):
        this.read_arguments()
        return received(this.node)
    value = this.frame.element(this.args[0][1], Attribute(name.value), this.node)
    if len(this.args) == 2:
        return value
    if _is_probe(this.args[0][1], name.value, this.frame):
        unset = {this.frame.flow.initial((atom, Attribute(name.value))) for atom in this.args[0][1]}
        value = (value - this.frame.flow.value(unset)) | {Origin(Kind.AMBIENT, this.node)}
    return value | this.args[2][1]


def _setattr(this: Call) -> Value | None:
    """`setattr(o, "x", value)`; with a name that is not constant it may be any attribute."""
    if not this.simple or len(this.args) != 3:
        return None
    (_, base), (name, _), (node, value) = this.args
    keys = keys_of(name, this.frame)
    if all(isinstance(key, str) for key in keys):
        for key in keys:
            part = at_key(value, this.frame.flow.value_of(name), key, this.frame)
            weak = len(keys) > 1
            store(base, Attribute(str(key)), node, part, node, this.frame, weak=weak)
    else:
        this.read_arguments(skip=2)
        this.frame.open(base, this.node)
    return absent(this.node)


def _locals(this: Call) -> Value | None:
    """`locals()`, `exec(text)`: all that the function has is read."""
    frame = this.frame
    is_whole = not this.args or this.word in ("eval", "exec")
    for name in frame.scope.bindings if is_whole else ():
        cell = (frame.scope.node, name)
        if frame.is_bound(cell):
            frame.consume(this.node, frame.read(cell, this.node))
    return None


def _is_probe(base: Value, name: str, frame: Frame) -> bool:
    """Whether `base` is `self` and its class's `__init__` does not set the attribute."""
    owners = [owner for atom in base if (owner := frame.owner_class(atom))]
    return bool(owners) and not any(is_set_by_init(owner, name, frame.flow) for owner in owners)


def _dict(this: Call) -> Value | None:
    container = made_here(Container(this.node), this.frame)
    for node, value in this.args:
        models = frozenset(atom for atom in value if isinstance(atom, Instance))
        held = (models and mapping_of(models, node, this.frame)) or models
        held |= value - models
        if not put_pairs(container, node, held, this.frame):
            copy_items(container, node, held, this.frame)
            _put_zipped(container, node, this.frame)
    put_keywords(container, this.keywords, this.frame)
    return frozenset({container})


def _put_zipped(container: Atom, node: ast.expr, frame: Frame) -> None:
    """Set the items of `dict(zip(("a", "b"), values))`."""
    match node:
        case ast.Call(func=ast.Name(id="zip"), args=[ast.Tuple() | ast.List() as shown, values]):
            for index, key_node in enumerate(shown.elts):
                part = frame.element(frame.flow.value_of(values), index, node)
                put(container, constant_key(key_node), node, part, frame)


def _from_keys(this: Call) -> Value | None:
    """`dict.fromkeys(keys, value)`."""
    if not this.simple or len(this.args) != 2:
        return None
    (node, _), (value_node, value) = this.args
    shown = node.elts if isinstance(node, ast.Tuple | ast.List | ast.Set) else [node]
    container = made_here(Container(this.node), this.frame)
    for key in map(constant_key, shown):
        put(container, key, value_node, value, this.frame)
    return frozenset({container})


def _first(this: Call) -> Value | None:
    return this.args[0][1] if this.args else None


def _next(this: Call) -> Value | None:
    if not this.simple or len(this.args) not in (1, 2):
        return None
    value = iterated(this.args[0][1], this.node, this.frame)
    return value.union(*(default for _, default in this.args[1:]))


def _super(this: Call) -> Value | None:
    """The object as an instance of the known bases of the class around, or of the one given."""
    scope: Scope | None = this.frame.scope
    while scope and not isinstance(scope.node, ast.ClassDef):
        scope = scope.parent
    around = scope.node if scope else None
    given = [getattr(atom, "node", None) for atom in this.args[0][1]] if this.args else [around]
    owners = [owner for owner in given if isinstance(owner, ast.ClassDef)]
    bases = [base for owner in owners for base in this.frame.flow.bases_of(owner)]
    return frozenset(Instance(this.node, base) for base in bases) or None


def _type(this: Call) -> Value | None:
    """The class of an object, if it is known."""
    if len(this.args) != 1 or not this.simple:
        return None
    ((node, value),) = this.args
    is_known = all(map(this.frame.owner_class, value))
    return this.frame.element(value, Attribute("__class__"), node) if is_known else None


def _sequence(this: Call) -> Value | None:
    """`list(items)`: the items of another container, the keys of a mapping."""
    if len(this.args) != 1 or not this.simple:
        return None
    ((node, value),) = this.args
    container = made_here(Container(this.node), this.frame)
    copy_items(container, node, value, this.frame)
    return frozenset({container})


def _filter(this: Call) -> Value | None:
    """`filter(f, items)`: some of the items; without None where the function is None."""
    if not this.simple or len(this.args) != 2:
        return None
    (_, function), (node, items) = this.args
    value = this.frame.element(items, ANY, node)
    if all(is_kind(atom, Kind.ABSENT) for atom in function):
        value = frozenset(atom for atom in value if may_be_true(atom))
    container = made_here(Container(this.node), this.frame)
    put(container, ANY, node, value, this.frame)
    return frozenset({container})


BUILTINS: dict[str, Callable[[Call], Value | None]] = {
    "anext": _next,
    "dict": _dict,
    "enumerate": numbered,
    "dict.fromkeys": _from_keys,
    "eval": _locals,
    "filter": _filter,
    "exec": _locals,
    "getattr": _getattr,
    "iter": _sequence,
    "list": _sequence,
    "locals": _locals,
    "next": _next,
    "reversed": each,
    "sorted": ordered,
    "object.__setattr__": _setattr,
    "staticmethod": _first,
    "str": _str,
    "setattr": _setattr,
    "super": _super,
    "tuple": _sequence,
    "type": _type,
    "vars": _locals,
    "zip": zipped,
}
