"""Types of objects by their annotations, aliases of types followed."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from ctxlint.matching.annotations import Role, last_word, named_types
from ctxlint.matching.modules import imported_path, module_at
from ctxlint.matching.things import (
    NOTHING,
    UNKNOWN,
    Class,
    Factory,
    Items,
    Object,
    Outside,
    OutsideObject,
    Thing,
    Things,
)
from ctxlint.project.scopes import Scope, names_of
from ctxlint.source import SourceFile

if TYPE_CHECKING:
    from ctxlint.matching.inference import Inference

_MOST_HOPS = 12  # re-exports followed
_ANYTHING = frozenset({"typing.Any", "typing_extensions.Any", "object"})
_SELF = frozenset({"typing.Self", "typing_extensions.Self"})


def annotated(
    inference: Inference, annotation: ast.expr, scope: Scope, source: SourceFile
) -> Things:
    """The things that an object with an annotation may be."""
    key = (annotation, "annotation")
    return inference.once(key, lambda: _annotated(inference, annotation, scope, source))


def _annotated(
    inference: Inference, annotation: ast.expr, scope: Scope, source: SourceFile
) -> Things:
    found: set[Thing] = set()
    for role, node in named_types(annotation):
        objects = _typed(inference, node, scope, source)
        match role:
            case Role.OBJECT:
                found |= objects
            case Role.CLASS:
                found |= {one.owner if isinstance(one, Object) else one for one in objects}
            case Role.ITEMS:
                found.add(Items(objects))
            case Role.FACTORY:
                found.add(Factory(objects))
    return frozenset(found)


def _typed(inference: Inference, node: ast.expr, scope: Scope, source: SourceFile) -> Things:
    """The instances of what a dotted name, or a generic one, names in an annotation."""
    if isinstance(node, ast.Subscript):
        bases = _typed(inference, node.value, scope, source)
        if any(isinstance(one, Object) for one in bases):
            return bases
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        inner = (annotated(inference, part, scope, source) for part in parts)
        return UNKNOWN.union(*inner)  # a wrapper of a library may stand for its argument
    if isinstance(node, ast.Name):
        alias = _alias(inference, node, scope, source)
        if alias is not None:
            return alias
    found: set[Thing] = set()
    for one in inference.of(node, scope, source):
        match one:
            case Class():
                found.add(Object(one))
            case Outside(path=path) if path in _SELF:
                found |= _own_object(scope, source)
            case Outside(path=path):
                found |= UNKNOWN if path in _ANYTHING else {OutsideObject(path)}
            case Object() | Items() | Factory():  # a value that is an alias of a type
                found.add(one)
            case _:
                found |= UNKNOWN
    return frozenset(found)


def _own_object(scope: Scope, source: SourceFile) -> Things:
    around = scope.node if isinstance(scope.node, ast.ClassDef) else scope.class_around
    return frozenset({Object(Class(source, around))}) if around else UNKNOWN


def _alias(inference: Inference, node: ast.Name, scope: Scope, source: SourceFile) -> Things | None:
    """The instances of a type that a name was assigned, followed through imports."""
    owner = names_of(source).scopes[scope.node].owner(node.id)
    values = [_definition(inference, b, source) for b in owner.bindings[node.id]] if owner else []
    shown = [value for value in values if value is not None]
    if not shown or len(shown) < len(values):
        return None
    return NOTHING.union(*(_alias_value(inference, *value) for value in shown))


def _definition(
    inference: Inference, binding: ast.AST, source: SourceFile, hops: int = _MOST_HOPS
) -> tuple[ast.expr, SourceFile] | None:
    """The expression that a name was assigned, in its file; None for anything else."""
    if isinstance(binding, ast.Name):
        parent = source.parents[binding]
        value = getattr(parent, "value", None)
        return (value, source) if value is not None else None
    if not isinstance(binding, ast.alias) or hops == 0:
        return None
    module, _, name = imported_path(binding, source).rpartition(".")
    found = module_at(module, source)
    bound = names_of(found).module.bindings.get(name, ()) if found else ()
    inner = [_definition(inference, one, found, hops - 1) for one in bound] if found else []
    return inner[0] if inner else None


def _alias_value(inference: Inference, value: ast.expr, source: SourceFile) -> Things:
    scope = names_of(source).module
    if isinstance(value, ast.Call):
        return _made_type(inference, value, scope, source)
    return annotated(inference, value, scope, source)


def _made_type(inference: Inference, call: ast.Call, scope: Scope, source: SourceFile) -> Things:
    """The instances of what `NewType("X", T)` or `TypeVar("X", bound=T)` makes."""
    word = last_word(call.func)
    bound = next((k.value for k in call.keywords if k.arg == "bound"), None)
    if word == "NewType" and len(call.args) == 2:
        bound = call.args[1]
    elif word == "TypeVar" and len(call.args) > 1:
        found = (annotated(inference, node, scope, source) for node in call.args[1:])
        return NOTHING.union(*found)
    return annotated(inference, bound, scope, source) if bound is not None else UNKNOWN
