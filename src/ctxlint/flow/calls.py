"""The value of a call, and what it hands to a getter."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ctxlint.contract import Getter, matches_any
from ctxlint.flow.building import (
    constant_key,
    copy_items,
    items,
    put,
    received,
    store,
    transformed,
)
from ctxlint.flow.evaluation import evaluate
from ctxlint.flow.frame import Frame, set_by_init
from ctxlint.flow.results import Argument
from ctxlint.flow.values import (
    ANY,
    Atom,
    Attribute,
    Container,
    Kind,
    Origin,
    Partial,
    Symbol,
    Value,
    generated,
)


@dataclass(frozen=True, slots=True)
class Call:
    """A call whose function and arguments have been evaluated, in source order."""

    node: ast.Call
    frame: Frame
    base: Value  # of the object whose method is called
    function: Value
    args: list[tuple[ast.expr, Value]]
    keywords: list[tuple[ast.keyword, Value]]

    @property
    def word(self) -> str:
        """The last word of the function's name."""
        return _word(self.node.func)

    @property
    def paths(self) -> list[str]:
        """The dotted paths that the function may have."""
        return [atom.path for atom in self.function if isinstance(atom, Symbol)]

    @property
    def simple(self) -> bool:
        """Whether all arguments are positional and none is unpacked."""
        return not self.keywords and not any(isinstance(a, ast.Starred) for a, _ in self.args)

    def is_any(self, patterns: tuple[str, ...]) -> bool:
        """Whether the function may be one that `patterns` name."""
        return any(matches_any(patterns, path) for path in self.paths)

    def read_arguments(self, skip: int = 0) -> None:
        """Note that the arguments go to code that is no getter."""
        for node, value in self.args[skip:]:
            self.frame.consume(node, value)
        for keyword, value in self.keywords:
            self.frame.consume(keyword.value, value)


def call(node: ast.Call, frame: Frame) -> Value:
    """The value of a call."""
    base: Value = frozenset()
    if isinstance(node.func, ast.Attribute):
        base = evaluate(node.func.value, frame)
        function = frame.element(base, Attribute(node.func.attr), node.func)
        frame.flow.values[node.func] |= function
    else:
        function = evaluate(node.func, frame)
    args = [
        (arg, evaluate(arg.value if isinstance(arg, ast.Starred) else arg, frame))
        for arg in node.args
    ]
    keywords = [(keyword, evaluate(keyword.value, frame)) for keyword in node.keywords]
    this = Call(node, frame, base, function, args, keywords)
    if this.paths:
        frame.note_call(node)
    for handle in (_getter_call, _applied, _source, _builtin, _method, _wrapper):
        value = handle(this)
        if value is not None:
            return value
    this.read_arguments()
    return transformed(node, [function]) if generated(function) else received(node)


def _word(function: ast.expr) -> str:
    """The last word of the name of a function."""
    match function:
        case ast.Name(id=word) | ast.Attribute(attr=word):
            return word
    return ""


def _getters(word: str, value: Value, frame: Frame) -> Iterator[tuple[Getter, int]]:
    """The getters that a called value may be, each with the number of arguments bound before."""
    paths = {(atom.path, 0) for atom in value if isinstance(atom, Symbol)}
    paths |= {(atom.path, atom.given) for atom in value if isinstance(atom, Partial)}
    for path, given in sorted(paths | {(word, 0)}):
        getter = frame.flow.getter(path)
        if getter is not None:
            yield getter, given


def _getter_call(this: Call) -> Value | None:
    found = next(_getters(this.word, this.function, this.frame), None)
    if found is None:
        return None
    getter, given = found
    _hand_over(this, getter, this.args, given)
    return received(this.node)


def _applied(this: Call) -> Value | None:
    contract = this.frame.flow.contract
    partial = this.is_any(contract.partials)
    if not this.args or not (partial or this.is_any(contract.appliers)):
        return None
    function, value = this.args[0]
    found = next(_getters(_word(function), value, this.frame), None)
    if found is None:
        return None
    getter, given = found
    _hand_over(this, getter, this.args[1:], given)
    if not partial:
        return received(this.node)
    return frozenset({Partial(getter.call, given + len(this.args) - 1)})


def _hand_over(
    this: Call, getter: Getter, args: list[tuple[ast.expr, Value]], position: int
) -> None:
    """Note what the arguments of a call hand to the ID parameters of a getter."""
    parameters = {index: name for name, index in getter.ids.items() if index >= 0}
    given = {keyword.arg for keyword, _ in this.keywords}
    for node, value in args:
        if isinstance(node, ast.Starred):
            _unpack_sequence(this, getter, node, value, position)
            break
        if position in parameters:
            given.add(parameters[position])
            _argument(this, getter, parameters[position], node, value)
        else:
            this.frame.consume(node, value)
        position += 1
    for keyword, value in this.keywords:
        if keyword.arg is None:
            for name in getter.ids.keys() - given:
                part = this.frame.element(value, name, keyword)
                _argument(this, getter, name, keyword.value, part, unpacked=True)
        elif keyword.arg in getter.ids:
            _argument(this, getter, keyword.arg, keyword.value, value)
        else:
            this.frame.consume(keyword.value, value)


def _unpack_sequence(
    this: Call, getter: Getter, node: ast.Starred, value: Value, position: int
) -> None:
    for name, index in getter.ids.items():
        if index >= position:
            part = this.frame.element(value, index - position, node)
            _argument(this, getter, name, node, part, unpacked=True)


def _argument(
    this: Call, getter: Getter, name: str, node: ast.expr, value: Value, *, unpacked: bool = False
) -> None:
    arguments = this.frame.sink(this.node, getter).arguments
    arguments.setdefault(name, Argument(node, unpacked)).value.update(value)


def _source(this: Call) -> Value | None:
    contract = this.frame.flow.contract
    if any(map(this.frame.flow.is_source, this.paths)):
        this.read_arguments()
        return frozenset({Origin(Kind.GENERATED, this.node)})
    instances = [path for path in this.paths if contract.is_source_class(path)]
    return frozenset(map(Symbol, instances)) or None


def _wrapper(this: Call) -> Value | None:
    """`ThreadID(x)`: one positional argument in a type of its own."""
    if this.word[:1].isupper() and len(this.args) == 1 and this.simple:
        return transformed(this.node, [this.args[0][1]])
    return None


def _builtin(this: Call) -> Value | None:
    if this.simple and len(this.args) == 2 and this.is_any(this.frame.flow.contract.casts):
        return this.args[1][1]
    if isinstance(this.node.func, ast.Name) and this.paths == [this.word]:
        handle = _BUILTINS.get(this.word)
        return handle(this) if handle else None
    return None


def _str(this: Call) -> Value | None:
    if len(this.args) == 1 and this.simple:
        return transformed(this.node, [this.args[0][1]])
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


def _is_probe(base: Value, name: str, frame: Frame) -> bool:
    """Whether `base` is `self` and its class's `__init__` does not set the attribute."""
    owners = [owner for atom in base if (owner := frame.owner_class(atom))]
    return bool(owners) and not any(name in set_by_init(owner) for owner in owners)


def _dict(this: Call) -> Value | None:
    container = Container(this.node)
    for node, value in this.args:
        copy_items(container, node, value, this.frame)
    _put_keywords(container, this)
    return frozenset({container})


def _put_keywords(container: Atom, this: Call) -> None:
    for keyword, value in this.keywords:
        if keyword.arg is None:
            copy_items(container, keyword.value, value, this.frame)
        else:
            put(container, keyword.arg, keyword.value, value, this.frame)


def _sequence(this: Call) -> Value | None:
    return _dict(this) if len(this.args) == 1 and this.simple else None


_BUILTINS: dict[str, Callable[[Call], Value | None]] = {
    "dict": _dict,
    "getattr": _getattr,
    "list": _sequence,
    "str": _str,
    "tuple": _sequence,
}


def _method(this: Call) -> Value | None:
    if not isinstance(this.node.func, ast.Attribute) or this.paths:
        return None
    text = this.node.func.value
    if isinstance(text, ast.JoinedStr) or (
        isinstance(text, ast.Constant) and isinstance(text.value, str)
    ):
        return _format(this)
    handle = _METHODS.get(this.word)
    if handle:
        return handle(this)
    if this.word not in _READING_METHODS:
        _mix(this)
    return None


def _mix(this: Call) -> None:
    """A method may put the items of a container, and its arguments, in any place of it."""
    for atom in this.base:
        if isinstance(atom, Container):
            held = [*items(frozenset({atom}), this.node, this.frame), *(v for _, v in this.args)]
            for value in held:
                this.frame.define((atom, ANY), this.node, value, weak=True)


def _format(this: Call) -> Value:
    """A method of a string, such as `"run_{}".format(x)` or `"_".join([x])`."""
    values = [value for _, value in this.args] + [value for _, value in this.keywords]
    parts = [part for value in values for part in items(value, this.node, this.frame)]
    return transformed(this.node, [this.base, *values, *parts])


def _get(this: Call) -> Value | None:
    """`d.get(k)`, `d.get(k, default)`; `pop` likewise."""
    if not this.simple or len(this.args) not in (1, 2):
        return None
    key_node, key = this.args[0]
    this.frame.consume(key_node, key)
    value = this.frame.element(this.base, constant_key(key_node), this.node)
    return value | (this.args[1][1] if len(this.args) == 2 else frozenset())


def _setdefault(this: Call) -> Value | None:
    value = _get(this)
    if value is None or len(this.args) != 2:
        return None
    default, held = this.args[1]
    store(this.base, constant_key(this.args[0][0]), default, held, default, this.frame, weak=True)
    return value


def _update(this: Call) -> Value | None:
    for atom in this.base:
        if not isinstance(atom, Container):
            this.read_arguments()
        for node, value in this.args:
            copy_items(atom, node, value, this.frame)
        _put_keywords(atom, this)
    return received(this.node)


def _copy(this: Call) -> Value | None:
    container = Container(this.node)
    copy_items(container, this.node.func, this.base, this.frame)
    return frozenset({container}) | generated(this.base)


def _append(this: Call) -> Value | None:
    for node, value in this.args[-1:]:
        store(this.base, ANY, node, value, node, this.frame, weak=True)
    return received(this.node)


_METHODS: dict[str, Callable[[Call], Value | None]] = {
    "append": _append,
    "copy": _copy,
    "get": _get,
    "pop": _get,
    "setdefault": _setdefault,
    "update": _update,
}


_READING_METHODS = frozenset({"count", "index", "items", "keys", "values"})
