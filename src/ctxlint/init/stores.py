"""Calls known only by name: look-ups, creations, changes of stores and queries."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from ctxlint.init.conditions import is_empty
from ctxlint.init.provenance import (
    ABSENT,
    CONSTANT,
    NOTHING,
    Atom,
    Kind,
    Mark,
    Part,
    Parts,
    Value,
    combined,
    computed,
    of_kind,
    one,
)
from ctxlint.init.reading import Frame
from ctxlint.matching.annotations import last_word
from ctxlint.matching.things import Class
from ctxlint.project.scopes import names_of

if TYPE_CHECKING:
    from ctxlint.init.calls import Arguments

_ITEMS = frozenset({"copy", "items", "keys", "values"})
_GROWING = frozenset({"add", "append", "appendleft", "extend", "insert", "update", "write"})
# Words with which the names of methods, and functions, of databases and services begin.
_LOOKS_UP = frozenset(
    {"all", "current", "fetch", "fetchone", "fetchval", "filter", "find", "first", "get", "hget"}
    | {"hgetall", "last", "latest", "list", "load", "lookup", "lrange", "one", "query", "read"}
    | {"recent", "resolve", "retrieve", "scalar", "scalars", "search", "select", "where"}
)
_OF_ALL = frozenset({"all", "filter", "find", "list", "query", "scalars", "select"})
_CREATES = frozenset({"begin", "create", "insert", "make", "new", "open", "register", "start"})
_STORES = frozenset({"hset", "lpush", "put", "rpush", "set", "setex", "store"})
_BOTH = frozenset({"aget_or_create", "get_or_create", "get_or_insert", "setdefault"})
_CHANGES = frozenset({"clear", "delete", "discard", "pop", "remove"})
_RUNS = frozenset({"execute", "executemany", "fetch", "fetchone", "fetchrow", "fetchval", "raw"})
_SELECT = re.compile(r"\s*(?:select|with)\b", re.I)
_INSERT = re.compile(r"\s*(?:insert|replace)\b", re.I)
_MATCHES_NULL = re.compile(r"null|coalesce|\bis\s+[?:%$]", re.I)


def method(
    node: ast.Call, function: ast.Attribute, receiver: Value, given: Arguments, frame: Frame
) -> Value:
    """The value of a call of a method that the project does not define."""
    name = function.attr
    text = _text(node, frame) if name in _RUNS else None
    if text is not None:
        return _of_sql(node, text, given, frame)
    if name in _ITEMS and not node.args:
        return frozenset(_many(atom, node) for atom in receiver)
    if name == "get" and node.args and isinstance(node.args[0], ast.Constant):
        return _item(node, receiver, given, frame)
    if name in _GROWING:
        return _grown(receiver, given, node, frame)
    if name in _CHANGES:
        return one(CONSTANT) if name != "pop" else _found(node, receiver, given, frame)
    return _by_name(node, name, receiver, given, frame)


def function(node: ast.Call, name: str, given: Arguments, frame: Frame) -> Value:
    """The value of a call of a function that the project does not define."""
    return _by_name(node, name, one(CONSTANT), given, frame)


def _by_name(node: ast.Call, name: str, receiver: Value, given: Arguments, frame: Frame) -> Value:
    """The value of a call by what its name says that it does."""
    verbs = _words(name)
    if name in _BOTH:
        return frozenset(a._replace(creates=True) for a in _found(node, receiver, given, frame))
    if verbs and verbs[0] in _STORES:
        for parts in combined(given.positional[:1]):
            frame.note(frame.trace.inserts, Kind.NEW, parts, node)
        return one(CONSTANT)
    if _is_among(verbs, _CREATES):
        _send(node, given, frame)
        for parts in combined(given.all):
            frame.note(frame.trace.inserts, Kind.NEW, parts, node)
        return frozenset(Atom(Kind.NEW, parts, node) for parts in combined(given.all))
    if _is_among(verbs, _LOOKS_UP):
        return _found(node, receiver, given, frame)
    found = frozenset(atom for atom in receiver if atom.kind in (Kind.FOUND, Kind.MANY))
    asked = [value for value in given.all if any(map(_is_query, value))]
    if found or asked:
        return _used(node, found.union(*asked), given, frame)
    _send(node, given, frame)
    return _opaque(node, receiver, given)


def _send(node: ast.Call, given: Arguments, frame: Frame) -> None:
    """Note that a service is given something under what may be an ID."""
    for parts in combined(given.all):
        if len(parts) > 1 and isinstance(node.func, ast.Attribute):
            frame.change(Atom(Kind.FOUND, parts, node), node, grows=False)


def _is_query(atom: Atom) -> bool:
    return atom.kind in (Kind.FOUND, Kind.MANY)


def _words(name: str) -> list[str]:
    return [word for word in name.lower().split("_") if word]


def _is_among(words: list[str], verbs: frozenset[str]) -> bool:
    """Whether the name of a method begins with a verb; `a` before it says that it is awaited."""
    first = words[0] if words else ""
    return first in verbs or (first.startswith("a") and first[1:] in verbs)


def _opaque(node: ast.Call, receiver: Value, given: Arguments) -> Value:
    """A call that may do anything; of plain values a method is a computation, as `text.strip()`."""
    is_text = isinstance(node.func, ast.Attribute) and receiver and all(map(_is_text, receiver))
    if is_text and node.func.attr in _OF_TEXTS:  # type: ignore[attr-defined]
        return computed([receiver, *given.all])
    parts = combined(given.all)
    return frozenset(Atom(Kind.OPAQUE, part, node) for part in parts)


_OF_TEXTS = frozenset(
    {"casefold", "decode", "encode", "format", "hex", "hexdigest", "join", "lower", "lstrip"}
    | {"removeprefix", "removesuffix", "replace", "rstrip", "split", "strftime", "strip", "upper"}
)


def _is_text(atom: Atom) -> bool:
    return atom.kind in (Kind.PLAIN, Kind.ABSENT)


def _many(atom: Atom, node: ast.AST) -> Atom:
    """All that is in a store."""
    if atom.kind is Kind.PLAIN:
        return Atom(Kind.MANY, frozenset(), node)
    return Atom(Kind.MANY, atom.parts, node) if atom.kind is Kind.FOUND else atom


def _item(node: ast.Call, receiver: Value, given: Arguments, frame: Frame) -> Value:
    """The value of `.get("key", default)`: the key may be missing."""
    from ctxlint.init.expressions import member  # noqa: PLC0415 - which evaluates calls

    key = node.args[0].value if isinstance(node.args[0], ast.Constant) else None
    receiver = frozenset(atom for atom in receiver if not is_empty(atom))
    value = member(receiver, str(key), frame)
    if value and not any(a.parts or _is_query(a) for a in value):
        value |= _found(node, receiver, given, frame)
    frame.test(value)
    default = given.positional[1] if len(given.positional) > 1 else one(ABSENT)
    return value | default


def _grown(receiver: Value, given: Arguments, node: ast.Call, frame: Frame) -> Value:
    """A collection, or a store, to which something is added."""
    for atom in receiver:
        if atom.kind in (Kind.FOUND, Kind.OPAQUE, Kind.NEW):
            frame.change(atom, node)
        elif frame.trace.inference is None:  # it may be a method of the project
            _send(node, given, frame)
        elif any(inner.kind is Kind.NEW for value in given.all for inner in value):
            for parts in combined(given.all):
                frame.note(frame.trace.inserts, Kind.NEW, parts, node)
    return one(CONSTANT)


def _used(node: ast.Call, found: Value, given: Arguments, frame: Frame) -> Value:
    """The value of a method of something found: a part of it; a text makes it grow."""
    speaks = any(isinstance(part, Part) for v in given.all for a in v for part in a.parts)
    for atom in found:
        if speaks and atom.kind is Kind.FOUND:
            frame.change(atom, node, grows=False)
    return found


def _found(node: ast.Call, receiver: Value, given: Arguments, frame: Frame) -> Value:
    """The value looked up under the arguments; one under None was put there so."""
    made = of_kind(receiver, Kind.NEW)
    if made:  # the row that an INSERT returns
        return made
    outer: set[Parts] = {
        frozenset() if atom.kind is Kind.PLAIN else atom.parts for atom in receiver
    } or {frozenset()}
    is_plain = last_word(node.func) in ("get", "pop", *_BOTH) and not _is_model(node, frame)
    has_default = is_plain and not given.keywords and len(given.positional) in (1, 2)
    asked = [v for name, v in given.keywords.items() if name != "defaults"]
    keys = given.positional[:1] if has_default else [*given.positional, *asked, *given.spread]
    is_asked = bool(keys) or any(outer) or _words(last_word(node.func))[0] in _OF_ALL
    inner = combined(keys) if is_asked else {frozenset({Mark.UNKNOWN})}  # that of the context
    found = {
        frame.note(frame.trace.finds, Kind.FOUND, above | parts, node)
        for above in outer
        for parts in inner
    }
    gives_default = has_default and last_word(node.func) not in _BOTH
    defaults = NOTHING.union(*given.positional[1:2]) if gives_default else NOTHING
    creates = any(keyword.arg == "upsert" for keyword in node.keywords)
    return frozenset(_shown(atom._replace(creates=creates)) for atom in found) | defaults


def _is_model(node: ast.Call, frame: Frame) -> bool:
    """Whether the first argument of `session.get(Model, key)` is a class."""
    first = node.args[0] if node.args else None
    if not isinstance(first, ast.Name | ast.Attribute):
        return False
    return last_word(first)[:1].isupper() or any(
        isinstance(thing, Class) for thing in frame.things(first)
    )


def _shown(atom: Atom) -> Atom:
    return atom._replace(kind=Kind.OPAQUE) if Mark.UNKNOWN in atom.parts else atom


# --- SQL ------------------------------------------------------------------------------------------


def _text(node: ast.Call, frame: Frame) -> str | None:
    """The SQL of a query, if it is available."""
    argument = node.args[0] if node.args else None
    if isinstance(argument, ast.Call) and argument.args:  # text("select ...")
        argument = argument.args[0]
    if isinstance(argument, ast.Name):
        bound = names_of(frame.source).module.bindings.get(argument.id, ())
        values = (getattr(frame.source.parents.get(one), "value", None) for one in bound)
        argument = next((v for v in values if isinstance(v, ast.expr)), None)
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        return argument.value
    if isinstance(argument, ast.JoinedStr):
        first = argument.values[0] if argument.values else None
        return str(first.value) if isinstance(first, ast.Constant) else None
    return None


def _of_sql(node: ast.Call, text: str, given: Arguments, frame: Frame) -> Value:
    """The result of a query: rows, or the one that it inserts. NULL is equal to nothing."""
    found = set[Atom]()
    for parts in combined(given.all):
        if _INSERT.match(text):
            found.add(frame.note(frame.trace.inserts, Kind.NEW, parts, node))
        elif _SELECT.match(text):
            if Mark.ABSENT in parts and not _MATCHES_NULL.search(text):
                found.add(ABSENT)
            else:
                made = parts - {Mark.ABSENT}
                found.add(frame.note(frame.trace.finds, Kind.FOUND, made, node))
        else:
            found.add(CONSTANT)
    return frozenset(found)


# --- stores that make what they do not have -------------------------------------------------------


def makes_missing(store: ast.expr, frame: Frame) -> bool:
    """Whether a store is a `defaultdict`."""
    return any(last_word(value.func) == "defaultdict" for value in _values(store, frame))


def _values(store: ast.expr, frame: Frame) -> list[ast.Call]:
    """The calls that make a store that is kept in a name of the module, or in an attribute."""
    parents = frame.source.parents
    targets: list[ast.AST] = []
    if isinstance(store, ast.Name):
        owner = names_of(frame.source).scopes[frame.scope(store).node].owner(store.id)
        targets = list(owner.bindings.get(store.id, ())) if owner else []
    elif isinstance(store, ast.Attribute):
        targets = [n for n in frame.source.nodes(ast.Attribute) if _is_set(n, store.attr)]
        targets += [n for n in frame.source.nodes(ast.Name) if _is_set(n, store.attr)]
    values = (getattr(parents.get(target), "value", None) for target in targets)
    return [call for value in values if (call := _made_by(value)) is not None]


def _is_set(node: ast.Attribute | ast.Name, name: str) -> bool:
    return isinstance(node.ctx, ast.Store) and last_word(node) == name


def _made_by(value: ast.expr | None) -> ast.Call | None:
    """The call that makes a value; for a field of a dataclass, what its factory makes."""
    if not isinstance(value, ast.Call):
        return None
    for keyword in value.keywords:
        if keyword.arg == "default_factory" and isinstance(keyword.value, ast.Lambda):
            inner = keyword.value.body
            return inner if isinstance(inner, ast.Call) else None
    return value
