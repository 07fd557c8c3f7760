"""Calls: of functions of the project, which are read too, and of others, by what they do."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import NamedTuple

from ctxlint.init import stores
from ctxlint.init.provenance import (
    ABSENT,
    CONSTANT,
    FRESH,
    NOTHING,
    UNKNOWN,
    Atom,
    Kind,
    Value,
    computed,
    contents,
    of_kind,
    one,
)
from ctxlint.init.reading import DEEPEST, Frame, Names
from ctxlint.init.unique import is_unique
from ctxlint.matching.annotations import last_word
from ctxlint.matching.definitions import is_abstract
from ctxlint.matching.nodes import is_decorated, own_nodes
from ctxlint.matching.things import Class, Function, Object, Outside, Thing
from ctxlint.project.scopes import parameters, positionals

Evaluate = Callable[[ast.expr, Frame], Value]

# Builtins that give one of the things in their first argument, or all of them.
_ONE_OF = frozenset({"max", "min", "next", "anext"})
_SAME = frozenset({"cast", "enumerate", "filter", "iter", "list", "reversed", "sorted", "tuple"})
_SAME_TOO = frozenset({"aiter", "deepcopy", "dict", "map", "set", "zip"})
_MOST_LINES = 150  # of a function that is read for a call
_MANAGERS = ("asynccontextmanager", "contextmanager")


class Arguments(NamedTuple):
    """The values that a call gives."""

    positional: tuple[Value, ...]
    keywords: Mapping[str, Value]
    spread: tuple[Value, ...] = ()  # by `*` or `**`

    @property
    def all(self) -> list[Value]:
        """All of them."""
        return [*self.positional, *self.keywords.values(), *self.spread]


def call(node: ast.Call, frame: Frame, evaluate: Evaluate) -> Value:
    """The value of a call."""
    given = _arguments(node, frame, evaluate)
    if isinstance(node.func, ast.Name) and node.func.id not in (frame.names or {}):
        found = _builtin(node, node.func.id, given)
        if found is not None:
            return found
    receiver = NOTHING
    if isinstance(node.func, ast.Attribute):
        receiver = evaluate(node.func.value, frame)
    things = frame.callees(node.func, [receiver, *given.all])
    if is_unique(node, things):
        return one(FRESH)
    functions = [f for thing in things if (f := _function(thing, frame)) is not None]
    read = [r for f in functions if (r := _read(f, node, receiver, given, frame)) is not None]
    if read:
        return NOTHING.union(*read)
    if any(map(_is_class, things)) or (not things and _is_class_name(node.func)):
        return _made(node, given)
    if isinstance(node.func, ast.Attribute):
        return stores.method(node, node.func, receiver, given, frame)
    return stores.function(node, last_word(node.func), given, frame)


def _made(node: ast.Call, given: Arguments) -> Value:
    """A new object; one that is made of something found alone is that, in another form."""
    made = frozenset(Atom(Kind.NEW, parts, node) for parts in contents(given.all))
    if len(given.all) == 1 and not given.keywords:
        found = of_kind(given.all[0], Kind.FOUND)
        return found or made
    return made


def _arguments(node: ast.Call, frame: Frame, evaluate: Evaluate) -> Arguments:
    positional = tuple(evaluate(a, frame) for a in node.args if not isinstance(a, ast.Starred))
    keywords = {k.arg: evaluate(k.value, frame) for k in node.keywords if k.arg is not None}
    spread = [a.value for a in node.args if isinstance(a, ast.Starred)]
    spread += [k.value for k in node.keywords if k.arg is None]
    return Arguments(positional, keywords, tuple(evaluate(one, frame) for one in spread))


def _builtin(node: ast.Call, name: str, given: Arguments) -> Value | None:
    """The value of a call of what Python brings; None for other functions."""
    if name in _ONE_OF and given.positional:
        return _one_of(node, given)
    if name in _SAME or name in _SAME_TOO:
        values = given.positional[:2]
        lambdas = name in ("filter", "map", "cast")
        return _narrowed(values) if lambdas and len(values) == 2 else _first(given, node)
    if name == "len" and given.positional:
        return _counted(given.positional[0])
    if name == "getattr" and len(node.args) > 1:
        return frozenset(a._replace(creates=False) for v in given.positional[::2] for a in v)
    return computed(given.all) if name in _COMPUTING else None


_COMPUTING = frozenset(
    {"all", "any", "bool", "bytes", "float", "format", "frozenset", "hash", "int", "isinstance"}
    | {"print", "range", "repr", "round", "str", "sum", "type", "vars"}
)


def _first(given: Arguments, node: ast.Call) -> Value:
    return given.positional[0] if given.positional else one(Atom(Kind.NEW, node=node))


def _narrowed(values: tuple[Value, ...]) -> Value:
    """Things that a function selects: what it has of the names around it selects them."""
    by, things = values
    parts = frozenset(part for atom in by for part in atom.parts)
    return frozenset(
        Atom(Kind.MANY if a.kind is Kind.PLAIN else a.kind, a.parts | parts, a.node) for a in things
    )


def _one_of(node: ast.Call, given: Arguments) -> Value:
    """One of the things of a collection; the next number, where that is a counter."""
    found = NOTHING
    for atom in given.positional[0]:
        if atom.kind is Kind.PLAIN and last_word(node.func) in ("next", "anext"):
            found |= one(FRESH)
        else:
            found |= one(atom._replace(kind=Kind.FOUND) if atom.kind is Kind.MANY else atom)
    return found.union(*given.positional[1:], given.keywords.get("default", NOTHING))


def _counted(value: Value) -> Value:
    """A length: that of a store is another one each time that something is put in."""
    kinds = {atom.kind for atom in value}
    is_store = kinds <= {Kind.PLAIN, Kind.MANY} and not any(map(_is_parameter, value))
    return one(FRESH) if is_store else one(CONSTANT)


def _is_parameter(atom: Atom) -> bool:
    names = {getattr(part, "name", "") for part in atom.parts}
    return bool(names - {"self", "cls"})


# --- functions of the project ---------------------------------------------------------------------


def _function(thing: Thing, frame: Frame) -> Function | None:
    """The function that a call of a thing runs, if the project has its body."""
    inference = frame.trace.inference
    if inference is None:
        return None
    if isinstance(thing, Object):
        found = inference.in_class(thing.owner, "__call__")
        thing = next(iter(found), thing)
    if not isinstance(thing, Function):
        return None
    is_said = thing.owner is not None and is_abstract(thing.node)
    return None if is_said else thing


def _is_class_name(node: ast.expr) -> bool:
    """Whether a name is that of a class about which nothing else is known."""
    return isinstance(node, ast.Name) and (node.id[:1].isupper() or node.id == "cls")


def _is_class(thing: Thing) -> bool:
    if isinstance(thing, Outside):
        return thing.path.rpartition(".")[2][:1].isupper()
    return isinstance(thing, Class)


def _read(
    function: Function, node: ast.Call, receiver: Value, given: Arguments, frame: Frame
) -> Value | None:
    """The result of a function of the project for the arguments of a call; None if it is unread."""
    trace = frame.trace
    is_long = (function.node.end_lineno or 0) - function.node.lineno > _MOST_LINES
    if is_long or function.node in trace.active or len(trace.active) > DEEPEST:
        return None
    is_on_class = receiver == one(CONSTANT) and _is_on_class(node, frame)
    names = bound(function, receiver, given, is_on_class=is_on_class)
    inner = Frame(trace, function.source, function.node, names)
    trace.active.append(function.node)
    trace.sources[function.node] = function.source
    try:
        run(inner)
    finally:
        trace.active.pop()
    frame_ends = inner.names is None and not inner.results
    if frame_ends:
        frame.names = None
    ends = one(ABSENT) if inner.names is not None else NOTHING
    is_generator = any(isinstance(n, ast.Yield) for n in own_nodes(function.node))
    value = frozenset(result.atom for result in inner.results)
    if is_generator and not is_decorated(function.node, *_MANAGERS):
        return frozenset(a._replace(kind=Kind.MANY) for a in value)
    return value if is_generator else value | ends


def run(frame: Frame) -> None:
    """Carry out the body of a function."""
    from ctxlint.init.statements import execute  # noqa: PLC0415 - which carries out calls

    execute(frame.function.body, frame)


def _is_on_class(node: ast.Call, frame: Frame) -> bool:
    """Whether a method is called on its class, and so is given its object."""
    assert isinstance(node.func, ast.Attribute)
    things = frame.things(node.func.value)
    return bool(things) and all(isinstance(thing, Class) for thing in things)


def bound(function: Function, receiver: Value, given: Arguments, *, is_on_class: bool) -> Names:
    """The parameters of a function with what a call gives to them."""
    node = function.node
    names: Names = {}
    positional = positionals(node.args)
    defaults = parameters(node.args)
    takes_class = is_decorated(node, "classmethod")
    is_method = function.owner is not None and not is_decorated(node, "staticmethod")
    if is_method and positional and (takes_class or not is_on_class):
        first = positional.pop(0)
        names[first.arg] = one(CONSTANT) if takes_class else receiver
        del defaults[first]
    names |= dict(zip((p.arg for p in positional), given.positional, strict=False))
    for parameter, default in defaults.items():
        if parameter.arg in given.keywords:
            names[parameter.arg] = given.keywords[parameter.arg]
        elif parameter.arg not in names:
            names[parameter.arg] = one(UNKNOWN) if given.spread else _default(default)
    for collector in (node.args.vararg, node.args.kwarg):
        if collector is not None:
            names[collector.arg] = one(UNKNOWN)
    return names


def _default(node: ast.expr | None) -> Value:
    is_none = isinstance(node, ast.Constant) and node.value is None
    return one(ABSENT if is_none else CONSTANT)
