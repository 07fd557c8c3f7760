"""The values that FastAPI gives to the functions that serve its routes."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ctxlint.flow.call import Call
from ctxlint.flow.evaluation import evaluate
from ctxlint.flow.frame import Frame
from ctxlint.flow.modules import is_foreign, resolve_imports
from ctxlint.flow.record_types import construct, is_model
from ctxlint.flow.state import State
from ctxlint.flow.values import NOTHING, Kind, Origin, Symbol, Value, is_generated
from ctxlint.project.scopes import FUNCTIONS, FunctionNode, parameter_with

_MAX_ALIASES = 4  # of types, for each other


def filled_in(argument: ast.arg, annotation: ast.expr, frame: Frame) -> Value:
    """The value that FastAPI gives by an annotation: `Annotated[str, Depends(f)]`, a body model."""
    function, flow = frame.scope.node, frame.flow
    outer = Frame(flow, frame.scope, State())  # with none of the names of the function
    outer.statement = function if isinstance(function, ast.stmt) else None
    own = flow.file_of_scope(frame.scope)
    value = NOTHING
    for call in _declared(annotation, outer, _MAX_ALIASES):
        is_here = call in own.parents
        if is_here:
            evaluate(call.func, outer)
        if not flow.means(call.func, flow.contract.dependencies + flow.contract.inputs):
            continue  # such as the text of a documentation
        known = flow.value_of(call)
        value |= evaluate(call, outer) if is_here else known
        flow.fillers[argument].add(call)
        if not value <= known:
            flow.worklist.dirty.add(function)
    named = [evaluate(annotation, outer)]
    if isinstance(function, FUNCTIONS) and (routers := _routers(function, outer)):
        named += [evaluate(router, outer) for router in routers]
        if any(_is_router(router, annotation, outer) for router in routers):
            value |= _body(argument, annotation, outer)
    if any(is_foreign(atom, flow) for value in named for atom in value):
        flow.loader.deferred[argument] = annotation
    deferred = flow.loader.deferred
    return frozenset(
        a for a in value if not isinstance(a, Origin) or is_generated(a) or a.node in deferred
    )


def type_asked_for(this: Call) -> list[tuple[ast.expr, Value]]:
    """The class that `ids: Ids = Depends()` or `Annotated[Ids, Depends()]` has FastAPI call."""
    parents = this.frame.flow.file_of_scope(this.frame.scope).parents
    annotation: ast.expr | None = None
    match parents[this.node]:
        case ast.Tuple(elts=[first, *_]) if first is not this.node:
            annotation = first
        case ast.arguments() as arguments:
            annotation = parameter_with(this.node, arguments).annotation
    return [(annotation, evaluate(annotation, this.frame))] if annotation else []


def _declared(annotation: ast.expr, outer: Frame, hops: int) -> Iterator[ast.Call]:
    """The calls in an `Annotated`, also behind a name for it."""
    if isinstance(annotation, ast.Subscript) and isinstance(annotation.slice, ast.Tuple):
        if annotation in outer.flow.file_of_scope(outer.scope).parents:
            evaluate(annotation.value, outer)
        if outer.flow.means(annotation.value, outer.flow.contract.annotated):
            yield from (note for note in annotation.slice.elts if isinstance(note, ast.Call))
        return
    for atom in _looked_up(annotation, annotation, outer) if hops else ():
        if isinstance(atom, Origin) and isinstance(atom.node, ast.Subscript):
            yield from _declared(atom.node, outer, hops - 1)


def _routers(function: FunctionNode, outer: Frame) -> list[ast.expr]:
    """The expressions by whose decorators a function may serve a route."""
    return [
        decorator.func.value
        for decorator in getattr(function, "decorator_list", ())
        if isinstance(decorator, ast.Call)
        if isinstance(decorator.func, ast.Attribute)
        if decorator.func.attr in outer.flow.contract.routes
    ]


def _is_router(node: ast.expr, annotation: ast.expr, outer: Frame) -> bool:
    """Whether an expression is an application or router that the flow has seen made."""
    flow = outer.flow
    return any(
        isinstance(atom, Origin)
        and isinstance(atom.node, ast.Call)
        and flow.means(atom.node.func, flow.contract.routers)
        for atom in _looked_up(node, annotation, outer)
    )


def _looked_up(node: ast.expr, annotation: ast.expr, outer: Frame) -> Value:
    """The value of an expression, in other files too if these are read for an annotation."""
    value = evaluate(node, outer)
    is_demanded = annotation in outer.flow.loader.demanded
    return resolve_imports(value, outer.scope, outer.flow) if is_demanded else value


def _body(argument: ast.arg, annotation: ast.expr, outer: Frame) -> Value:
    """The model that a request fills in: fields that it lacks have their defaults."""
    value = NOTHING
    for atom in _looked_up(annotation, annotation, outer):
        owner = atom.node if isinstance(atom, Symbol) else None
        if isinstance(owner, ast.ClassDef) and is_model(owner, outer.flow):
            data: Value = frozenset({Origin(Kind.RECEIVED, argument)})
            given = [(ast.keyword(None, annotation), data)]
            made = Call(annotation, outer, NOTHING, NOTHING, [], given)  # type: ignore[arg-type]
            value |= construct(owner, made)
    return value
