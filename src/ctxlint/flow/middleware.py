"""Functions that run around or before those which serve a request, and share its state."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ctxlint.contract.libraries import Libraries
from ctxlint.flow.values import NOTHING, Attribute, Definition, Kind, Location, Origin, Value
from ctxlint.project.scopes import NAMED_FUNCTIONS, once_for_each, positionals
from ctxlint.source import SourceFile, walk

if TYPE_CHECKING:
    from ctxlint.flow.frame import Frame

_DEPENDING = frozenset(path.rpartition(".")[2] for path in Libraries.dependencies)
STATE = Attribute("state")  # of a request of Starlette: what middleware leaves for the others


def set_by_middleware(place: Location, key: object, node: ast.AST, frame: Frame) -> Value:
    """The value that middleware or dependencies put in `request.state` for those who serve it."""
    holder, attribute = place
    if attribute != STATE or not isinstance(getattr(holder, "node", None), ast.arg):
        return NOTHING
    flow = frame.flow
    held: set[Definition] = set()
    for request in _requests(flow.file_of_scope(frame.scope)):
        state = Origin(Kind.RECEIVED, (Origin(Kind.RECEIVED, request), STATE))
        flow.worklist.observers[state, key].add(frame.scope.node)
        held |= {d for d in flow.by_cell.get((state, key), ()) if d.node}
    flow.uses[node] |= held
    return flow.value(held)


@once_for_each
def _requests(file: SourceFile) -> list[ast.arg]:
    """The parameters that may be the request, of middleware and dependencies of a file."""
    functions = [*file.nodes(ast.FunctionDef), *file.nodes(ast.AsyncFunctionDef)]
    names = {_dependency(call) for call in file.nodes(ast.Call)}
    found: list[ast.arg] = []
    for function in functions:
        assert isinstance(function, NAMED_FUNCTIONS)
        found += function.args.args if function.name in names else _handed_on(function)
    return found


def _dependency(call: ast.Call) -> str:
    """The name of the function in `Depends(function)`."""
    match call:
        case ast.Call(func=ast.Name(id=word) | ast.Attribute(attr=word), args=[ast.Name(id=name)]):
            return name if word in _DEPENDING else ""
    return ""


def _handed_on(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[ast.arg]:
    """The request, where the last two parameters of a function are it and what serves it."""
    last = positionals(function.args)[-2:]
    if len(last) == 2:
        request, following = last
        if any(_calls(node, following.arg, request.arg) for node in walk(function)):
            yield request


def _calls(node: ast.AST, function: str, argument: str) -> bool:
    match node:
        case ast.Call(func=ast.Name(id=called), args=[ast.Name(id=given)]):
            return (called, given) == (function, argument)
    return False
