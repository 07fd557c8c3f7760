"""IDs inside of arguments and objects: the value at the path that a contract names."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from ctxlint.flow.call import word_of
from ctxlint.flow.classes import mro
from ctxlint.flow.flow import Flow
from ctxlint.flow.frame import Frame
from ctxlint.flow.modules import request_modules, resolve_imports
from ctxlint.flow.values import (
    ANY,
    MAX_DEPTH,
    NOTHING,
    OPEN,
    Atom,
    Attribute,
    Container,
    Instance,
    Kind,
    Origin,
    Partial,
    Symbol,
    Value,
    constant_of,
    depth_of,
    is_generated,
    is_kind,
    whole_of,
)

Steps = Sequence[str]


def at_path(value: Value, steps: Steps, node: ast.AST, frame: Frame) -> Value:
    """The value at the end of a path of keys and attributes; nothing where that is not known."""
    for name in steps:
        request_modules(value, frame.flow)
        value = resolve_imports(value, frame.scope, frame.flow)
        value = NOTHING.union(*(_at(atom, name, node, frame) for atom in value))
    return value


def _at(atom: Atom, name: str, node: ast.AST, frame: Frame) -> Value:
    """The item or attribute of a name that an atom has."""
    given = _given_to_constructor(atom, name, frame)
    if given and getattr(atom, "node", None) not in frame.flow.loader.deferred:
        return given
    held = given.union(*(_element(atom, key, node, frame) for key in _keys(atom, name, frame)))
    return _for_instance(held, atom, node, frame) if isinstance(atom, Instance) else held


def _for_instance(value: Value, made: Instance, node: ast.AST, frame: Frame) -> Value:
    """A value of an object with what its constructor was given, as far as that is known."""
    flow = frame.flow
    found: set[Atom] = set()
    for atom in value:
        parameter = whole_of(atom.node) if isinstance(atom, Origin) else None
        if parameter is None or frame.is_own_parameter(parameter):
            found.add(atom)
        elif parameter is atom.node and made.owner:  # of a constructor of a base
            given = _given_to_base(parameter, made.owner, flow)
            own = flow.bindings.get(made.node, {})
            parts = (own.get(getattr(a, "node", None), NOTHING) for a in given)
            found |= NOTHING.union(*parts) or {Origin(Kind.RECEIVED, node)}
        else:
            found.add(Origin(Kind.RECEIVED, node))
    return frozenset(found)


def _given_to_base(parameter: ast.arg, owner: ast.ClassDef, flow: Flow) -> Value:
    """The arguments that the constructors of a class, and of its bases, give to a parameter."""
    classes = set(mro(owner, flow))
    given: set[Atom] = set()
    for argument, bound in flow.argument_bindings.items():
        if parameter in bound:
            file = flow.file_of(argument)
            if file.parents.get(file.function_of(argument)) in classes:
                given |= bound[parameter]
    return frozenset(given)


def _keys(atom: Atom, name: str, frame: Frame) -> list[object]:
    """Whether a name is a key or an attribute of an atom; both where that is not known."""
    both: list[object] = [name, Attribute(name)]
    known = frame.flow.keys.get(atom, set())
    if isinstance(atom, Container):
        is_closed = not isinstance(atom.node, ast.arg) and known.isdisjoint({name, ANY, OPEN})
        attributes = [key for key in both[1:] if key in known]  # a model made an object of it
        return attributes + ([] if is_closed else both[:1])
    if isinstance(atom, Instance) or frame.owner_class(atom) or is_generated(atom):
        return both[1:]
    is_end = isinstance(atom, Origin) and depth_of(atom.node) >= MAX_DEPTH
    if isinstance(atom, Partial) or is_end or is_kind(atom, Kind.ABSENT) or constant_of(atom):
        return []
    set_ones = [key for key in both if key in known]
    return set_ones or (both[1:] if isinstance(atom, Symbol) else both)


def _given_to_constructor(atom: Atom, name: str, frame: Frame) -> Value:
    """The keyword argument of a name that a constructor gets which is not looked into."""
    call = atom.node if isinstance(atom, Origin) else None
    if not isinstance(call, ast.Call) or not word_of(call.func)[:1].isupper():
        return NOTHING
    flow = frame.flow
    if not flow.keys.get(atom, set()).isdisjoint({name, Attribute(name)}):
        return NOTHING  # reassigned since
    found = [flow.value_of(k.value) for k in call.keywords if k.arg == name]
    if found:
        flow.looked_through.add(call)
    return NOTHING.union(*found)


def consume_others(value: Value, paths: Sequence[Steps], node: ast.expr, frame: Frame) -> None:
    """Note that a getter reads all of an argument but the values at some paths."""
    for atom in value:
        for key in list(frame.flow.keys.get(atom, ())) if _is_made(atom) else ():
            if key is OPEN or (isinstance(atom, Instance) and not isinstance(key, Attribute)):
                continue  # an index of a named tuple stands for a field
            name = key.name if isinstance(key, Attribute) else key
            inner = [steps[1:] for steps in paths if steps and steps[0] == name]
            cell = (atom, key)
            held = frame.read(cell, node) if key is ANY else _element(atom, key, node, frame)
            if not inner:
                frame.consume(node, held)
            elif all(inner):
                consume_others(held - {atom}, inner, node, frame)


def _element(atom: Atom, key: object, node: ast.AST, frame: Frame) -> Value:
    return frame.element(frozenset({atom}), key, node)


def _is_made(atom: Atom) -> bool:
    return isinstance(atom, Container | Instance)
