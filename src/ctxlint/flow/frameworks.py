"""The values that FastAPI gives to the functions that serve its routes."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ctxlint.flow.call import Call
from ctxlint.flow.evaluation import evaluate
from ctxlint.flow.frame import Frame
from ctxlint.flow.record_types import construct, is_model
from ctxlint.flow.state import State
from ctxlint.flow.values import NOTHING, Kind, Origin, Symbol, Value, is_generated
from ctxlint.project.scopes import FUNCTIONS, FunctionNode, parameter_with

_MAX_ALIASES = 4  # of types, for each other


def filled_in(argument: ast.arg, annotation: ast.expr, frame: Frame) -> Value:
    """The value that FastAPI gives by an annotation: `Annotated[str, Depends(f)]`, a body model."""
    function = frame.scope.node
    outer = Frame(frame.flow, frame.scope, State())  # with none of the names of the function
    outer.statement = function if isinstance(function, ast.stmt) else None
    value = NOTHING
    for call in _declared(annotation, outer, _MAX_ALIASES):
        evaluate(call.func, outer)
        contract = frame.flow.contract
        if not frame.flow.means(call.func, contract.dependencies + contract.inputs):
            continue  # such as the text of a documentation
        known = frame.flow.value_of(call)
        value |= evaluate(call, outer)
        frame.flow.fillers[argument].add(call)
        if not value <= known:
            frame.flow.worklist.dirty.add(function)
    if isinstance(function, FUNCTIONS) and is_route(function, outer):
        value |= _body(argument, annotation, outer)
    return frozenset(atom for atom in value if not isinstance(atom, Origin) or is_generated(atom))


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
    flow = outer.flow
    match annotation:
        case ast.Subscript(value=generic, slice=ast.Tuple(elts=[_, *notes])):
            evaluate(generic, outer)
            if flow.means(generic, flow.contract.annotated):
                yield from (note for note in notes if isinstance(note, ast.Call))
        case ast.Name() if hops:
            evaluate(annotation, outer)
            for definition in flow.reads(annotation):
                if isinstance(definition.value, ast.Subscript):
                    yield from _declared(definition.value, outer, hops - 1)


def is_route(function: FunctionNode, outer: Frame) -> bool:
    """Whether a decorator has an application or router call a function for its requests."""
    return any(
        isinstance(decorator, ast.Call)
        and isinstance(decorator.func, ast.Attribute)
        and decorator.func.attr in outer.flow.contract.routes
        and is_router(decorator.func.value, outer)
        for decorator in getattr(function, "decorator_list", ())
    )


def is_router(node: ast.expr, outer: Frame) -> bool:
    """Whether an expression is an application or router that the flow has seen made."""
    flow = outer.flow
    return any(
        isinstance(atom, Origin)
        and isinstance(atom.node, ast.Call)
        and flow.means(atom.node.func, flow.contract.routers)
        for atom in evaluate(node, outer)
    )


def _body(argument: ast.arg, annotation: ast.expr, outer: Frame) -> Value:
    """The model that a request fills in: fields that it lacks have their defaults."""
    value = NOTHING
    for atom in evaluate(annotation, outer):
        owner = atom.node if isinstance(atom, Symbol) else None
        if isinstance(owner, ast.ClassDef) and is_model(owner, outer.flow):
            data: Value = frozenset({Origin(Kind.RECEIVED, argument)})
            given = [(ast.keyword(None, annotation), data)]
            made = Call(annotation, outer, NOTHING, NOTHING, [], given)  # type: ignore[arg-type]
            value |= construct(owner, made)
    return value
