"""The cells that a read of an element or attribute looks at."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from ctxlint.flow.classes import members
from ctxlint.flow.modules import may_resolve
from ctxlint.flow.values import (
    ANY,
    CONTENT,
    NOTHING,
    Atom,
    Attribute,
    Container,
    Location,
    Symbol,
    Value,
    unseen,
)

if TYPE_CHECKING:
    from ctxlint.flow.frame import Frame

_MAX_DOTS = 12  # attributes of modules followed, so that `x = x.next` in a loop ends


def cells_read(atom: Atom, key: object, node: ast.AST, frame: Frame) -> list[Location]:
    """The cells of an atom that `node` may read for a key, which may be ANY."""
    flow = frame.flow
    known = flow.keys.get(atom, set())
    if may_resolve(atom, frame.scope, flow):
        flow.loader.deferred[atom, key] = node
    if key is ANY:
        items: list[Location] = [(atom, k) for k in known if not isinstance(k, Attribute)]
        return [*items, (atom, ANY)]
    if isinstance(key, Attribute):
        is_item = isinstance(atom, Container) and key.name in known and not hasattr(dict, key.name)
        is_set = frame.is_bound((atom, key))
        return [(atom, key.name if is_item and not is_set else key)]  # a model is made of a dict
    cell = (atom, key)
    if ANY not in known:
        return [cell]
    held = frame.state.get(cell) if frame.state is not None else None
    others = not flow.binders.get((atom, ANY), NOTHING) <= {frame.scope.node}
    if held and flow.initial(cell) not in held and not others:
        return [cell]  # set for sure, whatever else was put in
    return [(atom, ANY), *([cell] if key in known else [])]


def member_of(symbol: Symbol, key: Attribute, node: ast.AST, frame: Frame) -> Value:
    """The value of a name in a module or class, or of an attribute of the globals of a request."""
    flow, value = frame.flow, NOTHING
    if isinstance(symbol.node, ast.ClassDef):
        if definitions := members(symbol.node, key.name, frame):
            flow.uses[node] |= definitions
            return unseen(flow.value(definitions), node)
    elif symbol.path in flow.contract.request_globals:
        value = frame.read((symbol, key), node)
    elif frame.is_bound((symbol, key)):  # here: what others set may be for all messages
        value = unseen(frame.read((symbol, key), node), node)
    if symbol.path.count(".") < _MAX_DOTS and key is not CONTENT:
        value |= {Symbol(f"{symbol.path}.{key.name}")}
    return value
