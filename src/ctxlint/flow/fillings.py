"""Functions of other files that may set a part of what they are given."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Set
from functools import partial

from ctxlint.flow.exports import read_from
from ctxlint.flow.flow import Flow
from ctxlint.flow.values import ANY, Atom, Kind, Origin
from ctxlint.matching.modules import scope_at
from ctxlint.matching.things import Function
from ctxlint.project.scopes import FunctionNode, once_for_each, parameters
from ctxlint.source import SourceFile, reachable, walk

_MAX_CALLS = 3  # of functions that hand on what they get
_SETTING = frozenset({"setdefault", "update"})
_ADDING = frozenset({"add", "append", "appendleft", "extend", "insert", "put", "put_nowait"})


def request_fillings(atoms: Set[Atom], read: ast.expr | None, flow: Flow) -> None:
    """Note the calls that are given what atoms are parts of, if they may set these parts.

    They are the value of `read`, with all that this comes from.
    """
    loader = flow.loader
    parts = {
        atom.node for atom in atoms if isinstance(atom, Origin) and isinstance(atom.node, tuple)
    }
    for node in read_from([read], flow) if read and loader.given_read else ():
        parts |= loader.given_read.get(node, set())
    for holder, key in parts:
        for one in reachable([holder], partial(_passed_on, flow=flow)):
            new = loader.given.get(one, set()) - loader.demanded  # type: ignore[call-overload]
            loader.needed |= {call for call in new if _may_set(call, key, flow)}


def _passed_on(holder: Atom, flow: Flow) -> Iterator[Atom]:
    """The parameters that get an object from calls which are looked into."""
    for call in flow.loader.given.get(holder, set()) & flow.loader.demanded:
        for node in [*call.args, *(keyword.value for keyword in call.keywords)]:
            for parameter, value in flow.argument_bindings.get(node, {}).items():
                if holder in value and isinstance(parameter, ast.arg):
                    yield Origin(Kind.RECEIVED, parameter)


def _may_set(call: ast.Call, key: object, flow: Flow) -> bool:
    """Whether a function that is not looked into may set a part, of a key, of its arguments."""
    keys = _keys_set_by(call, flow.file_of(call), flow, _MAX_CALLS)
    name = getattr(key, "name", key)
    return bool(keys) if key is ANY else name in keys or ANY in keys


def _keys_set_by(call: ast.Call, file: SourceFile, flow: Flow, depth: int) -> set[object]:
    """The keys of arguments of a call that are set there, or in functions that get them there."""
    found: set[object] = set()
    for one in flow.matcher.inference.of(call.func, scope_at(call, file), file):
        if isinstance(one, Function):
            found |= _keys_set(one.node)
            for inner in _handing_on(one.node) if depth else ():
                found |= _keys_set_by(inner, one.source, flow, depth - 1)
    return found


@once_for_each
def _keys_set(function: FunctionNode) -> set[object]:
    """The names of the items and attributes that a function sets; ANY where that is not shown."""
    found: set[object] = set()
    for node in walk(function):
        match node:
            case ast.Attribute(attr=name, ctx=ast.Store()):
                found.add(name)
            case ast.Subscript(slice=ast.Constant(value=str(name)), ctx=ast.Store()):
                found.add(name)
            case ast.Subscript(ctx=ast.Store()) | ast.AugAssign(op=ast.BitOr()):
                found.add(ANY)
            case ast.Call(func=ast.Attribute(attr=word), args=[ast.Constant(value=str(name)), *_]):
                found |= {name} if word in _SETTING else set()
            case ast.Call(func=ast.Name(id="setattr"), args=[_, ast.Constant(value=str(name)), _]):
                found.add(name)
            case ast.Call(func=ast.Attribute(attr=word) | ast.Name(id=word)):
                found |= {ANY} if word in {*_SETTING, *_ADDING, "setattr"} else set()
    return found


@once_for_each
def _handing_on(function: FunctionNode) -> list[ast.Call]:
    """The calls to which a function gives one of its parameters."""
    names = {parameter.arg for parameter in parameters(function.args)}
    return [
        node
        for node in walk(function)
        if isinstance(node, ast.Call)
        if any(isinstance(arg, ast.Name) and arg.id in names for arg in node.args)
    ]
