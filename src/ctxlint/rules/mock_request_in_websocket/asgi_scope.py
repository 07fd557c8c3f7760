"""The ASGI scope that a call gets: its type, and whether it was made up."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from ctxlint.flow import Origin
from ctxlint.flow.containers import constant_key
from ctxlint.flow.values import ANY, NOTHING, Atom, Container, Value
from ctxlint.rules.mock_request_in_websocket.sockets import Sockets

WEBSOCKET = "websocket"
_KEY = "type"
_UNKNOWN = "?"
_MISSING = ""
_SPREAD = object()  # the key of `**mapping`


class _Part(NamedTuple):
    """A part of a mapping: `node` is where the flow records it, `value` its expression."""

    key: object
    node: ast.expr
    value: ast.expr


@dataclass(frozen=True)
class AsgiScope:
    """The possible contents of a mapping in the state of a call."""

    sockets: Sockets
    call: ast.Call

    def is_websocket(self, value: Value) -> bool:
        """Whether the type of a scope must be that of a WebSocket."""
        types = {kind for atom in value for kind in self._types(atom)}
        return types - {_MISSING} == {WEBSOCKET}

    def is_made_up(self, value: Value) -> bool:
        """Whether a scope is built here, out of nothing that a server passed."""
        return bool(value) and all(self._is_made_up(atom, frozenset()) for atom in value)

    def has_socket(self, value: Value) -> bool:
        """Whether a scope is a WebSocket's, or a copy of one."""
        return any(map(self.sockets.is_scope, self._roots(value, set())))

    def _roots(self, value: Iterable[Atom], seen: set[Atom]) -> Iterator[Atom]:
        """The atoms that a mapping consists of or is copied from."""
        for atom in value:
            if atom not in seen:
                seen.add(atom)
                yield atom
                for expression in self._bases(atom):
                    yield from self._roots(self.sockets.flow.value_of(expression), seen)

    def _is_made_up(self, atom: Atom, seen: frozenset[Atom]) -> bool:
        if not isinstance(atom, Container) or _parts(atom) is None or atom in seen:
            return atom in seen
        bases = [self.sockets.flow.value_of(expression) for expression in self._bases(atom)]
        return all(
            self.sockets.is_scope(base) or self._is_made_up(base, seen | {atom})
            for value in bases
            for base in value
        )

    def _bases(self, atom: Atom) -> list[ast.expr]:
        """The expressions whose items a mapping takes over."""
        spread = [part.value for part in _parts(atom) or () if part.key is _SPREAD]
        return [*spread, *self._updates(atom)]

    def _updates(self, atom: Atom) -> list[ast.expr]:
        """The arguments of `update` calls on a mapping."""
        return [
            argument
            for mapping, node in self.sockets.updates
            if atom in self.sockets.flow.value_of(mapping)
            for argument in [*node.args, *(k.value for k in node.keywords if k.arg is None)]
        ]

    def _types(self, atom: Atom) -> set[str]:
        """The types that a scope may have; what was stored last counts."""
        flow = self.sockets.flow
        built = {part.node for part in _parts(atom) or ()}
        types: set[str] = set()
        for definition in flow.definitions_at(self.call, (atom, _KEY)):
            if definition.node is None or definition.node in built:
                types |= self._built(atom, frozenset())
            else:
                types |= _texts(flow.atoms[definition])
        others = {definition.node for definition in flow.definitions_at(self.call, (atom, ANY))}
        for expression in self._updates(atom):
            bases = flow.value_of(expression)
            if _is_received(bases):
                others.discard(expression)
            for base in bases:
                types |= self._built(base, frozenset({atom}))
        if others - built - {None}:
            types.add(_UNKNOWN)
        return types

    def _built(self, atom: Atom, seen: frozenset[Atom]) -> set[str]:
        """The types that a scope may have when it is made."""
        if self.sockets.is_scope(atom):
            return {WEBSOCKET}
        parts = _parts(atom)
        if parts is None:
            return {_UNKNOWN}
        types: set[str] = set()
        for part in reversed(parts if atom not in seen else []):
            types |= self._type_of_part(atom, part, seen | {atom})
            if _MISSING not in types:
                return types
            types.discard(_MISSING)
        return types | {_MISSING}

    def _type_of_part(self, atom: Atom, part: _Part, seen: frozenset[Atom]) -> set[str]:
        """The types that a part gives a scope, `_MISSING` where it may give none."""
        flow = self.sockets.flow
        definition = flow.definitions.get(((atom, _KEY), part.node))
        types = _texts(flow.atoms[definition]) if definition else set()
        bases = flow.value_of(part.value) if part.key is _SPREAD else NOTHING
        if ((atom, ANY), part.node) in flow.definitions and not _is_received(bases):
            types.add(_UNKNOWN)
        for base in bases:
            if not (definition and isinstance(base, Container)):  # else its items are copied
                types |= self._built(base, seen)
        return types or {_MISSING}


def _is_received(bases: Value) -> bool:
    """Whether mappings were all made elsewhere: what they hold is asked for by their type."""
    return bool(bases) and not any(isinstance(base, Container) for base in bases)


def _texts(value: Iterable[Atom]) -> set[str]:
    """The texts that a value may be."""
    nodes = [atom.node if isinstance(atom, Origin) else None for atom in value]
    texts = {node.value if isinstance(node, ast.Constant) else None for node in nodes}
    return {text if isinstance(text, str) else _UNKNOWN for text in texts}


def _parts(atom: Atom) -> list[_Part] | None:
    """The parts of a mapping that is created in the module, in order; None for all others."""
    match atom:
        case Container(node=ast.Dict(keys=keys, values=values)):
            items = zip(keys, values, strict=True)
            return [_Part(constant_key(k) if k else _SPREAD, v, v) for k, v in items]
        case Container(node=ast.Call(func=ast.Attribute(attr="copy") as method)):
            return [_Part(_SPREAD, method, method.value)]
        case Container(node=ast.Call(args=args, keywords=keywords)):
            pairs = [(_SPREAD, a) for a in args] + [(k.arg or _SPREAD, k.value) for k in keywords]
            return [_Part(key, value, value) for key, value in pairs]
        case Container(node=ast.BinOp(left=first, right=second)):
            return [_Part(_SPREAD, first, first), _Part(_SPREAD, second, second)]
        case Container(node=ast.AugAssign(target=first, value=second)):
            return [_Part(_SPREAD, first, first), _Part(_SPREAD, second, second)]
    return None
