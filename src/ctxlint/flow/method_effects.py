"""The attributes that a method sets in the object that it is called on, which has others by then.

An object that sets none of its own reads what its class has: what any of the methods sets.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ctxlint.flow.binding import Binding
from ctxlint.flow.call import Call
from ctxlint.flow.classes import mro, set_by_methods
from ctxlint.flow.containers import received
from ctxlint.flow.facts import Facts
from ctxlint.flow.summaries import instantiate
from ctxlint.flow.values import (
    OPEN,
    Atom,
    Attribute,
    Instance,
    Origin,
    Value,
    is_parameter,
    whole_of,
)
from ctxlint.project.scopes import NAMED_FUNCTIONS, once_for_each
from ctxlint.source import reachable, walk


def apply_to_object(binding: Binding, this: Call) -> None:
    """Put what a method leaves in its object where the call has that."""
    for atom in this.base if binding.callee.given else ():
        if isinstance(atom, Instance) and atom.owner:
            _apply(atom, atom.owner, binding, this)
        elif isinstance(atom, Origin) and whole_of(atom.node):
            _open_parameter(atom, binding, this)


def _open_parameter(given: Origin, binding: Binding, this: Call) -> None:
    """Note that a method may set any attribute of an object that comes by a parameter."""
    frame, method = this.frame, binding.callee.function
    owner = frame.flow.file_of(method).parents[method]
    if frame.owner_class(given) or not isinstance(owner, ast.ClassDef):
        return
    run = set(methods_run(method, owner, frame.flow))
    keys = {key for cls in mro(owner, frame.flow) for key in frame.flow.program.assigning[cls]}
    attributes = [OPEN, *map(Attribute, sorted(keys))]
    if any(d.node and d.scope in run for k in attributes for d in set_by_methods(owner, k, frame)):
        frame.open(frozenset({given}), this.node)


def _apply(made: Instance, owner: ast.ClassDef, binding: Binding, this: Call) -> None:
    frame, flow = this.frame, this.frame.flow
    own = [key for key in flow.keys.get(made, ()) if frame.is_bound((made, key))]
    keys = [OPEN, *(key for key in own if isinstance(key, Attribute) and key is not OPEN)]
    found = {key: set_by_methods(owner, key, frame) for key in keys} if own else {}
    run = set(methods_run(binding.callee.function, owner, flow)) if any(found.values()) else ()
    for key, definitions in found.items():
        left = {d for d in definitions if d.node and d.scope in run}
        if left and key is OPEN:
            frame.open(frozenset({made}), this.node)
        elif left:
            flow.uses[this.node] |= left
            value = _for_caller(flow.value(left), binding, this)
            frame.define((made, key), this.node, value, weak=True)


def methods_run(method: ast.AST, owner: ast.ClassDef, flow: Facts) -> Iterator[ast.AST]:
    """A method, and the others of its class that it, or one of them, names."""
    members = [n for cls in mro(owner, flow) for n in cls.body if isinstance(n, NAMED_FUNCTIONS)]
    return reachable([method], lambda one: (m for m in members if m.name in _attributes(one)))


@once_for_each  # each call of a method asks
def _attributes(function: ast.AST) -> set[str]:
    return {node.attr for node in walk(function) if isinstance(node, ast.Attribute)}


def _for_caller(value: Value, binding: Binding, this: Call) -> Value:
    """What methods have bound, with arguments for parameters: those of others are not known."""
    found: set[Atom] = set()
    for atom in instantiate(value, binding, this):
        node = getattr(atom, "node", None)
        is_foreign = is_parameter(node) or whole_of(node) is not None
        own = whole_of(node) or node
        is_known = isinstance(own, ast.arg) and this.frame.is_own_parameter(own)
        found |= received(this.node) if is_foreign and not is_known else {atom}
    return frozenset(found)
