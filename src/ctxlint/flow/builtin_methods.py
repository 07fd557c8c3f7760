"""The value of a call of a method of a container, a text or a record."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from ctxlint.flow.builtin_functions import BUILTINS
from ctxlint.flow.call import Call
from ctxlint.flow.containers import (
    absent,
    constant_key,
    constant_place,
    copy_items,
    element,
    extend,
    from_end,
    is_list,
    items,
    keys_of,
    length_of,
    mix,
    note_length,
    put_keywords,
    rearrange,
    received,
    store,
    store_item,
    transformed,
)
from ctxlint.flow.frame import Frame
from ctxlint.flow.iteration import pairs, put_pairs, values
from ctxlint.flow.record_types import mapping_of, object_of_mapping, replaced
from ctxlint.flow.values import (
    ANY,
    CHANGING_METHODS,
    CONTENT,
    NOTHING,
    Atom,
    Attribute,
    Container,
    Definition,
    Origin,
    Symbol,
    Value,
    generated,
)
from ctxlint.source import walk


def method_call(this: Call) -> Value | None:
    """The value of a call of a method, of something that is not looked into."""
    if not isinstance(this.node.func, ast.Attribute):
        return None
    if this.paths and not (_has_default(this) or _is_of_variable(this)):
        return None
    text = this.node.func.value
    if isinstance(text, ast.JoinedStr) or (
        isinstance(text, ast.Constant) and isinstance(text.value, str)
    ):
        return _format(this)
    handle = _METHODS.get(this.word)
    if this.word in _READING_METHODS:
        this.frame.consume(text, this.base)
    if handle:
        if this.word in CHANGING_METHODS:
            this.read_object()  # of a mapping with methods of its own
        return handle(this)
    if this.word not in _READING_METHODS:
        _mix(this)
    return None


def _has_default(this: Call) -> bool:
    """Whether this looks a text up in what a module has: `os.environ.get("X", default)`."""
    if this.word not in ("get", "pop") or len(this.args) != 2:
        return False
    is_text = isinstance(getattr(this.args[0][0], "value", None), str)
    return is_text and all(map(_is_imported, this.base))


def _is_imported(atom: Atom) -> bool:
    """Whether an atom is a name in another module that is not looked into."""
    return isinstance(atom, Symbol) and not atom.node and "." in atom.path


def _is_of_variable(this: Call) -> bool:
    """Whether this sets, or gets, the value of an imported object: `REQUEST.set(x)`."""
    symbols = list(filter(_is_imported, this.base))
    if this.word == "set":
        return bool(symbols) and this.simple and len(this.args) == 1
    is_read = this.word == "get" and len(this.args) < 2
    return is_read and any(this.frame.is_bound((symbol, CONTENT)) for symbol in symbols)


def _mix(this: Call) -> None:
    """A method may put the items of a container, and its arguments, in any place of it."""
    for atom in this.base:
        if isinstance(atom, Container):
            held = [*items(frozenset({atom}), this.node, this.frame), *(v for _, v in this.args)]
            mix(atom, held, this.node, this.frame)


def _format(this: Call) -> Value:
    """A method of a string, such as `"run_{}".format(x)` or `"_".join([x])`."""
    values = [value for _, value in this.args] + [value for _, value in this.keywords]
    parts = [part for value in values for part in items(value, this.node, this.frame)]
    return transformed(this.node, [this.base, *values, *parts], this.frame)


def _get(this: Call) -> Value | None:
    """`d.get(k)`, `d.get(k, default)`; `pop` likewise."""
    variables = [a for a in this.base if CONTENT in this.frame.flow.keys.get(a, ())]
    if variables and len(this.args) < 2:
        content = this.frame.element(frozenset(variables), CONTENT, this.node)
        return content.union(*(value for _, value in this.args))
    if not this.simple or len(this.args) not in (1, 2):
        return None
    key_node, key = this.args[0]
    this.frame.consume(key_node, key)
    keys = keys_of(key_node, this.frame)
    value = element(this.base, keys, this.node, this.frame) - _made_where_missing(this)
    if this.word == "pop":
        _remove(this, keys)
    if len(this.args) == 1 or _is_surely_there(this, keys):
        return value
    default, held = this.args[1]
    _note_default(default, keys, this)
    return value | held


def _made_where_missing(this: Call) -> Value:
    """The values that `defaultdict(f)` makes of missing items, which only `d[k]` asks for."""
    flow = this.frame.flow
    value = NOTHING
    for atom in this.base:
        made = atom.node if isinstance(atom, Container) else None
        if isinstance(made, ast.Call) and flow.means(made.func, flow.contract.default_mappings):
            held = flow.by_cell.get((atom, ANY), ())
            value |= flow.value(d for d in held if d.node in made.args[:1])
    return value


def _set(this: Call) -> Value | None:
    """`var.set(value)` of a variable of a context, `put(value)` of a queue."""
    for atom in this.base if this.args else ():
        if isinstance(atom, Symbol) or CONTENT in this.frame.flow.keys.get(atom, ()):
            node, value = this.args[0]
            this.frame.consume(node, value)
            store(frozenset({atom}), CONTENT, node, value, node, this.frame, weak=True)
    return None


def _remove(this: Call, keys: list[object]) -> None:
    """Take the item of a known key out of a mapping, or an item out of a list."""
    match keys:
        case [str(key)]:
            store(this.base, key, this.node, received(this.node), None, this.frame)
        case [int(index)]:
            rearrange(this.base, this.node, lambda held: held.pop(index), this.frame)
        case _:
            rearrange(this.base, this.node, None, this.frame)


def _pop(this: Call) -> Value | None:
    """`items.pop()` and `items.pop(-1)` of a list; otherwise an item of a list or mapping."""
    index = constant_place(this.args[0][0]) if this.args else -1
    is_from_end = index is not None and index < 0 and this.simple and len(this.args) < 2
    if is_from_end and any(is_list(atom, this.frame) for atom in this.base):
        return _taken_out(index, this)
    return _get(this)


def _popleft(this: Call) -> Value | None:
    return _taken_out(0, this)


def _taken_out(index: int, this: Call) -> Value | None:
    """The value of an item that is taken out of a list."""
    if not any(isinstance(atom, Container) for atom in this.base):
        return None
    key = index if index >= 0 else from_end(this.base, index, this.frame)
    value = this.frame.element(this.base, key, this.node)
    _remove(this, [index])
    return value


def _insert(this: Call) -> None:
    """`items.insert(i, value)`."""
    _put_in(constant_place(this.args[0][0]) if this.args else None, this)


def _appendleft(this: Call) -> None:
    _put_in(0, this)


def _put_in(index: int | None, this: Call) -> None:
    """Put the last argument before an item of a list, or anywhere if the place is not known."""
    if index is None or not (this.args and this.simple):
        _mix(this)
        return
    value = this.args[-1][1]
    rearrange(this.base, this.node, lambda held: held.insert(index, value), this.frame)


def _reverse(this: Call) -> None:
    rearrange(this.base, this.node, list.reverse, this.frame)


def _is_surely_there(this: Call, keys: list[object]) -> bool:
    """Whether mappings that are made here have an item for certain."""
    return len(keys) == 1 and all(map(partial(_has, key=keys[0], frame=this.frame), this.base))


def _has(atom: Atom, key: object, frame: Frame) -> bool:
    if not isinstance(atom, Container) or not isinstance(atom.node, ast.Dict) or key is ANY:
        return False
    held = frame.state.get((atom, key)) if frame.state is not None else None
    return bool(held) and all(_is_put(d, atom.node, key) for d in held or ())


def _is_put(definition: Definition, display: ast.Dict, key: object) -> bool:
    """Whether an item is in a display, or is assigned one by one."""
    node = definition.node
    if isinstance(node, ast.Subscript):
        return isinstance(node.ctx, ast.Store)
    pairs = zip(display.keys, display.values, strict=True)
    return any(value is node and k and constant_key(k) == key for k, value in pairs)


def _note_default(default: ast.expr, keys: list[object], this: Call) -> None:
    """Note which item of a keyword collector the IDs of a default replace."""
    collectors = [a for a in this.base if isinstance(a, Container) and isinstance(a.node, ast.arg)]
    if len(collectors) == len(this.base) == len(keys) == 1 and keys[0] is not ANY:
        for node in walk(default):
            if isinstance(node, ast.Call):
                this.frame.flow.defaults[node] = (collectors[0], keys[0])


def _setdefault(this: Call) -> Value | None:
    value = _get(this)
    if value is None or len(this.args) != 2:
        return None
    default, held = this.args[1]
    key = this.args[0][0]
    store_item(this.base, key, default, held, default, this.frame, weak=True)
    return value


def _update(this: Call) -> Value | None:
    owner = object_of_mapping(getattr(this.node.func, "value", None), this.frame)
    if owner is not None:
        return _set_attributes(this.frame.flow.value_of(owner), this)
    for atom in this.base:
        if not isinstance(atom, Container):
            this.read_arguments()
        for node, value in this.args:
            if not put_pairs(atom, node, value, this.frame):
                copy_items(atom, node, value, this.frame)
        put_keywords(atom, this.keywords, this.frame)
    return received(this.node)


def _set_attributes(base: Value, this: Call) -> Value:
    """`x.__dict__.update(...)`: what sets no attribute by its name may set any."""
    frame = this.frame
    given = [(k.arg, k.value, value) for k, value in this.keywords if k.arg]
    unpacked = [*this.args, *((k.value, value) for k, value in this.keywords if not k.arg)]
    for node, value in unpacked:
        names = {name for atom in value for name in frame.flow.keys.get(atom, ())}
        is_made = all(isinstance(a, Container) and not isinstance(a.node, ast.arg) for a in value)
        if ANY in names or not is_made:
            frame.open(base, this.node)
        elements = ((n, frame.element(value, n, node)) for n in names if isinstance(n, str))
        given += [(name, node, part) for name, part in elements]
    for name, node, value in given:
        store(base, Attribute(name), node, value, node, frame)
    return absent(this.node)


def _copy(this: Call) -> Value | None:
    container = Container(this.node)
    copy_items(container, this.node.func, this.base, this.frame)
    return frozenset({container}) | generated(this.base)


def _replace(this: Call) -> Value | None:
    return replaced(this.base, this)


def _model_copy(this: Call) -> Value | None:
    """`model.model_copy(update={...})`."""
    frame = this.frame
    fields: list[tuple[ast.keyword, Value]] = []
    for keyword, value in this.keywords:
        for atom in value if keyword.arg == "update" else ():
            fields.append((ast.keyword(None, keyword.value), frozenset({atom})))
            for name in frame.flow.keys.get(atom, ()):
                part = frame.element(frozenset({atom}), name, keyword)
                if isinstance(name, str):
                    fields.append((ast.keyword(name, keyword.value), part))
    return replaced(this.base, replace(this, keywords=fields))


def _fields(this: Call) -> Value | None:
    return mapping_of(this.base, this.node, this.frame)


def _append(this: Call) -> Value | None:
    for node, value in this.args[-1:]:
        lengths = [length_of(atom, this.frame) for atom in this.base]
        length = lengths[0] if len(lengths) == 1 else None
        key = ANY if length is None or this.frame.repeats else length
        store(this.base, key, node, value, node, this.frame, weak=key is ANY)
        for atom in this.base:
            note_length(atom, None if key is ANY else length + 1, this.frame)  # type: ignore[operator]
    return received(this.node)


def _extend(this: Call) -> Value | None:
    if not this.simple or len(this.args) != 1:
        return None
    for atom in this.base:
        extend(atom, this.args, this.frame)
        if not isinstance(atom, Container):
            this.read_arguments()
    return received(this.node)


def _digest(this: Call) -> Value | None:
    """`digest.hexdigest()`: made of all that `update` has given the object."""
    flow = this.frame.flow
    objects = [a for a in this.base if isinstance(a, Origin) and isinstance(a.node, ast.Call)]
    fed = [flow.value(flow.by_cell.get((atom, ANY), ())) for atom in objects]
    return transformed(this.node, fed, this.frame) if generated(NOTHING.union(*fed)) else None


def _set_attribute(this: Call) -> Value | None:
    """`o.__setattr__(name, value)`, as `setattr` does."""
    assert isinstance(this.node.func, ast.Attribute)
    given = (this.node.func.value, this.base)
    return BUILTINS["setattr"](replace(this, args=[given, *this.args]))


_READING_METHODS = frozenset({"count", "index", "items", "keys", "values"})
_METHODS: dict[str, Callable[[Call], Value | None]] = {
    "__setattr__": _set_attribute,
    "_asdict": _fields,
    "_replace": _replace,
    "append": _append,
    "appendleft": _appendleft,
    "copy": _copy,
    "dict": _fields,
    "digest": _digest,
    "extend": _extend,
    "get": _get,
    "get_nowait": _get,
    "hexdigest": _digest,
    "insert": _insert,
    "items": pairs,
    "model_copy": _model_copy,
    "model_dump": _fields,
    "pop": _pop,
    "popleft": _popleft,
    "put": _set,
    "put_nowait": _set,
    "reverse": _reverse,
    "set": _set,
    "setdefault": _setdefault,
    "update": _update,
    "values": values,
}
