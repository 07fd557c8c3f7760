"""The values that FastAPI gives to the functions that serve its routes."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ctxlint.flow.call import Call
from ctxlint.flow.evaluation import evaluate
from ctxlint.flow.flow import Flow
from ctxlint.flow.frame import Frame
from ctxlint.flow.modules import is_foreign, resolve_imports
from ctxlint.flow.record_types import construct, is_model
from ctxlint.flow.state import State
from ctxlint.flow.values import NOTHING, Atom, Kind, Origin, Symbol, Value, is_generated
from ctxlint.project.scopes import parameter_with


def filled_in(argument: ast.arg, annotation: ast.expr, frame: Frame) -> Value:
    """The value that FastAPI gives by an annotation: `Annotated[str, Depends(f)]`, a body model.

    Names of other files are looked up once a getter may get what the argument is.
    """
    function, flow = frame.scope.node, frame.flow
    outer = Frame(flow, frame.scope, State())  # with none of the names of the function
    outer.statement = function if isinstance(function, ast.stmt) else None
    named = [evaluate(node, outer) for node in (annotation, *_routers(function, flow))]
    if annotation in flow.loader.demanded:
        named = [resolve_imports(value, outer.scope, flow) for value in named]
    elif any(is_foreign(atom, flow) for value in named for atom in value):
        flow.loader.deferred[argument] = annotation
    types, *routers = named
    value = NOTHING
    for call in _declared(types, flow):
        if flow.means(call.func, flow.contract.dependencies + flow.contract.inputs):
            value |= flow.value_of(call)
            flow.fillers[argument].add(call)
    if any(_is_router(atom, flow) for value in routers for atom in value):
        value |= _body(argument, annotation, types, outer)
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


def _declared(types: Value, flow: Flow) -> Iterator[ast.Call]:
    """The calls in an `Annotated`, which a name may stand for."""
    for atom in types:
        match getattr(atom, "node", None):
            case ast.Subscript(value=generic, slice=ast.Tuple(elts=[_, *notes])):
                if flow.means(generic, flow.contract.annotated):
                    yield from (note for note in notes if isinstance(note, ast.Call))


def _routers(function: ast.AST, flow: Flow) -> list[ast.expr]:
    """The expressions by whose decorators a function may serve a route."""
    return [
        decorator.func.value
        for decorator in getattr(function, "decorator_list", ())
        if isinstance(decorator, ast.Call)
        if isinstance(decorator.func, ast.Attribute)
        if decorator.func.attr in flow.contract.routes
    ]


def _is_router(atom: Atom, flow: Flow) -> bool:
    """Whether an atom is an application or router that the flow has seen made."""
    made = atom.node if isinstance(atom, Origin) else None
    return isinstance(made, ast.Call) and flow.means(made.func, flow.contract.routers)


def _body(argument: ast.arg, annotation: ast.expr, types: Value, outer: Frame) -> Value:
    """The model that a request fills in: fields that it lacks have their defaults."""
    value = NOTHING
    for atom in types:
        owner = atom.node if isinstance(atom, Symbol) else None
        if isinstance(owner, ast.ClassDef) and is_model(owner, outer.flow):
            data: Value = frozenset({Origin(Kind.RECEIVED, argument)})
            given = [(ast.keyword(None, annotation), data)]
            made = Call(annotation, outer, NOTHING, NOTHING, [], given)  # type: ignore[arg-type]
            value |= construct(owner, made)
    return value
