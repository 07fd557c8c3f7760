"""The parts of annotations: the types they name, and what is around them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple


class Role(StrEnum):
    """The way in which an annotation means a type that it names."""

    OBJECT = "object"  # an instance of it
    CLASS = "class"  # the class itself
    ITEMS = "items"  # a collection of instances
    FACTORY = "factory"  # something that returns an instance


class Named(NamedTuple):
    """A type that an annotation names: a dotted name, or a generic one with its arguments."""

    role: Role
    node: ast.expr


_WRAPPERS = frozenset({"Annotated", "ClassVar", "Final", "Optional", "ReadOnly", "Required"})
_WRAPPERS_TOO = frozenset({"Awaitable", "InitVar", "Mapped", "NotRequired", "Union"})
_LAST = frozenset({"Coroutine"})
_CLASSES = frozenset({"Type", "type"})
_FIRST_ITEMS = frozenset({"AsyncGenerator", "Generator"})
_ITEMS = frozenset(
    {"AsyncIterable", "AsyncIterator", "ChainMap", "Collection", "DefaultDict", "Deque", "Dict"}
    | {"FrozenSet", "Iterable", "Iterator", "List", "Mapping", "MutableMapping", "OrderedDict"}
    | {"MutableSequence", "Sequence", "Set", "Tuple", "WeakValueDictionary", "defaultdict"}
    | {"deque", "dict", "frozenset", "list", "set", "tuple"}
)


def named_types(annotation: ast.expr, role: Role = Role.OBJECT) -> Iterator[Named]:
    """The types that an annotation names, quoted or not."""
    match annotation:
        case ast.Constant(value=str(text)):
            yield from _quoted(text, annotation, role)
        case ast.BinOp(op=ast.BitOr()):
            yield from named_types(annotation.left, role)
            yield from named_types(annotation.right, role)
        case ast.Name() | ast.Attribute():
            yield Named(role, annotation)
        case ast.Subscript(value=ast.Name() | ast.Attribute() as base):
            yield from _subscripted(last_word(base), annotation, role)


def _quoted(text: str, node: ast.expr, role: Role) -> Iterator[Named]:
    """The types in a string; its tree is kept with the node, so that it is parsed once."""
    known = getattr(node, "parsed", None)
    if known is None:
        try:
            known = ast.parse(text.strip(), mode="eval").body
        except (SyntaxError, ValueError):
            return
        node.parsed = known  # type: ignore[attr-defined]
    yield from named_types(known, role)


def _subscripted(word: str, node: ast.Subscript, role: Role) -> Iterator[Named]:
    """The types in `word[...]`."""
    parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    if not parts:
        return
    if word == "Annotated":
        parts = parts[:1]
    if word in _WRAPPERS or word in _WRAPPERS_TOO:
        for part in parts:
            yield from named_types(part, role)
    elif word in _LAST:
        yield from named_types(parts[-1], role)
    elif word in _CLASSES:
        yield from named_types(parts[0], Role.CLASS)
    elif word == "Callable":
        yield from named_types(parts[-1], Role.FACTORY)
    elif word in _FIRST_ITEMS:
        yield from named_types(parts[0], Role.ITEMS)
    elif word in _ITEMS:
        yield from named_types(parts[0 if word in ("tuple", "Tuple") else -1], Role.ITEMS)
    else:
        yield Named(role, node)  # of a generic class


def last_word(node: ast.expr) -> str:
    """The last word of a dotted name; empty for other expressions."""
    return getattr(node, "attr", "") or getattr(node, "id", "")
