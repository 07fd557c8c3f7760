"""Results of calls: instances, values that functions return, objects of libraries."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import TYPE_CHECKING

from ctxlint.matching.annotations import Role, last_word, named_types
from ctxlint.matching.declared_types import annotated
from ctxlint.matching.nodes import own_nodes
from ctxlint.matching.things import (
    NOTHING,
    UNKNOWN,
    Class,
    Factory,
    Function,
    Items,
    Object,
    Outside,
    OutsideObject,
    Thing,
    Things,
    Unknown,
    is_none,
    items_or_self,
)
from ctxlint.project.scopes import Scope, names_of, positionals
from ctxlint.source import SourceFile

if TYPE_CHECKING:
    from ctxlint.matching.inference import Inference

# Calls that give their argument of this index, or an object that stands for it.
_PASSES = {
    "contextlib.aclosing": 0,
    "contextlib.closing": 0,
    "contextlib.nullcontext": 0,
    "copy.copy": 0,
    "copy.deepcopy": 0,
    "typing_extensions.cast": 1,
    "typing.cast": 1,
    "weakref.proxy": 0,
}
_DEPENDS = frozenset({"Depends", "Security"})


def call(inference: Inference, node: ast.Call, scope: Scope, source: SourceFile) -> Things:
    """The result of a call."""
    functions = inference.of(node.func, scope, source)
    found: set[Thing] = set()
    for one in functions:
        if isinstance(one, Outside):
            found |= _from_library(inference, one.path, node, scope, source)
        elif isinstance(one, Function) and (made := _resolved(inference, one, node, scope, source)):
            found |= made
        else:
            found |= called(inference, frozenset({one}))
    return frozenset(found)


def called(inference: Inference, functions: Iterable[Thing]) -> Things:
    """The results of calls of things, whatever their arguments."""
    found: set[Thing] = set()
    for one in functions:
        match one:
            case Class():
                found.add(Object(one))
            case Function():
                found |= inference.once((one, "result"), lambda one=one: _returned(inference, one))  # type: ignore[misc]
            case Object(owner=owner):
                found |= called(inference, inference.in_class(owner, "__call__") or UNKNOWN)
            case Factory(of=inner):
                found |= inner
            case Unknown():
                found.add(one)
            case _:
                found |= UNKNOWN
    return frozenset(found)


def _returned(inference: Inference, function: Function) -> Things:
    source, node, owner = function
    scope = names_of(source).scopes[node]
    outer = scope.parent
    assert outer is not None
    if node.returns is not None:
        if owner and last_word(node.returns) == "Self":
            return frozenset({Object(owner)})
        return annotated(inference, node.returns, outer, source)
    inner = [n for n in own_nodes(node) if isinstance(n, ast.Return | ast.Yield) and n.value]
    values = (inference.of(n.value, scope, source) for n in inner if n.value is not None)
    found = frozenset(one for value in values for one in value if not is_none(one))
    if owner and isinstance(outer.node, ast.ClassDef):
        own = Object(Class(source, outer.node))
        found = frozenset(Object(owner) if one == own else one for one in found)
    if any(isinstance(n, ast.Yield) for n in inner):
        return frozenset({Items(found)})
    return found


def _resolved(
    inference: Inference, function: Function, call: ast.Call, scope: Scope, source: SourceFile
) -> Things:
    """The result of `resolve(Service)` where it is declared to take `type[T]` and to return T."""
    returns = function.node.returns
    if not isinstance(returns, ast.Name):
        return NOTHING
    parameters = positionals(function.node.args)
    given = parameters[1 if function.owner else 0 :]
    for parameter, argument in zip(given, call.args, strict=False):
        types = named_types(parameter.annotation) if parameter.annotation else ()
        if any(t.role is Role.CLASS and last_word(t.node) == returns.id for t in types):
            things = inference.of(argument, scope, source)
            return frozenset(Object(one) for one in things if isinstance(one, Class))
    return NOTHING


def _from_library(
    inference: Inference, path: str, node: ast.Call, scope: Scope, source: SourceFile
) -> Things:
    """The result of a call of something that the project does not define."""
    word = path.rpartition(".")[2]
    index = _PASSES.get(path)
    if index == 1 and len(node.args) == 2:
        return annotated(inference, node.args[0], scope, source)
    if index == 0 and node.args:
        return inference.of(node.args[0], scope, source)
    if word in _DEPENDS and node.args:
        return _provided(inference, inference.of(node.args[0], scope, source))
    if path == "super":
        return _super(inference, scope, source)
    if path == "type" and len(node.args) == 1:
        things = inference.of(node.args[0], scope, source)
        return frozenset(o.owner if isinstance(o, Object) else Unknown() for o in things)
    if path == "getattr" and len(node.args) > 1 and isinstance(node.args[1], ast.Constant):
        bases = inference.of(node.args[0], scope, source)
        return NOTHING.union(*(inference.member(base, str(node.args[1].value)) for base in bases))
    if word[:1].isupper():
        return frozenset({OutsideObject(path)})
    return frozenset({Unknown(path)})


def _provided(inference: Inference, providers: Things) -> Things:
    """The result of a dependency: the values that its function returns or yields."""
    return items_or_self(called(inference, providers))


def _super(inference: Inference, scope: Scope, source: SourceFile) -> Things:
    around = scope.class_around
    if around is None:
        return UNKNOWN
    bases = inference.all_bases(Class(source, around))
    objects = (Object(b) if isinstance(b, Class) else Unknown() for b in bases)
    return frozenset(objects) or UNKNOWN
