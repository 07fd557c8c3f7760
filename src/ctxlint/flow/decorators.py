"""Decorators after which a call still calls the function."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ctxlint.contract.getter import matches_any
from ctxlint.flow.blocks import only_result
from ctxlint.flow.frame import Frame
from ctxlint.flow.modules import resolve_imports
from ctxlint.flow.values import Origin, Symbol, Value
from ctxlint.project.scopes import FUNCTIONS, NAMED_FUNCTIONS, FunctionNode
from ctxlint.source import walk


def is_plain(function: FunctionNode, frame: Frame) -> bool:
    """Whether its decorators leave a function as it is."""
    decorators = getattr(function, "decorator_list", [])
    return all(_is_transparent(decorator, frame) for decorator in decorators)


def is_passed_on(function: FunctionNode, frame: Frame) -> bool:
    """Whether its other decorators call it with what they get, as far as one can tell."""
    decorators = getattr(function, "decorator_list", [])
    return all(_is_transparent(d, frame) or _passes_on(d, frame) for d in decorators)


def wrapper_of(function: FunctionNode, frame: Frame) -> FunctionNode | None:
    """The function that its only decorator, which is looked into, puts in its place."""
    decorators = getattr(function, "decorator_list", [])
    others = [one for one in decorators if not _is_transparent(one, frame)]
    if len(others) != 1:
        return None
    (decorator,) = others
    value = _meaning(decorator, frame)
    nodes = {atom.node if isinstance(atom, Symbol) else None for atom in value}
    made = nodes.pop() if len(nodes) == 1 else None
    if isinstance(decorator, ast.Call):  # what it returns is the decorator
        made = _made_by(made)
    return _made_by(made)


def _made_by(function: object) -> FunctionNode | None:
    """The function that another one defines, and returns at its end."""
    match function:
        case ast.FunctionDef(body=[*body, ast.Return(value=ast.Name(id=name))]) | (
            ast.AsyncFunctionDef(body=[*body, ast.Return(value=ast.Name(id=name))])
        ):
            inner = [n for n in body if isinstance(n, NAMED_FUNCTIONS) and n.name == name]
            return inner[0] if len(inner) == 1 and not inner[0].decorator_list else None
    return None


def _meaning(decorator: ast.expr, frame: Frame) -> Value:
    """The value of a decorator, or of what it calls to get one."""
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    return resolve_imports(frame.flow.value_of(called), frame.scope, frame.flow)


def _passes_on(decorator: ast.expr, frame: Frame) -> bool:
    """Whether a decorator is known to call the function, or keeps it: `@bus.on("open")`.

    A method of an object that is not looked into most likely registers what it gets.
    """
    flow = frame.flow
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    value = _meaning(decorator, frame)
    if any(isinstance(a, Symbol) and matches_any(flow.contract.passing, a.path) for a in value):
        return True
    is_method = isinstance(called, ast.Attribute) and bool(value)
    return is_method and all(isinstance(atom, Origin) for atom in value)


def _is_transparent(decorator: ast.expr, frame: Frame) -> bool:
    flow = frame.flow
    for atom in _meaning(decorator, frame):
        known = flow.contract.transparent + flow.contract.managers
        if isinstance(atom, Symbol) and matches_any(known, atom.path):
            return True
        if isinstance(atom, Symbol) and isinstance(atom.node, FUNCTIONS):
            flow.worklist.demand(atom.node)
            inner = [n for n in walk(atom.node) if isinstance(n, NAMED_FUNCTIONS)]
            wrapping = [n for n in inner if any(_wraps(d, frame) for d in n.decorator_list)]
            if any(_calls(function, atom.node) for function in wrapping):
                return True
            makers = inner if isinstance(decorator, ast.Call) else [atom.node]
            if any(map(_gives_back, makers)):
                return True
    return False


def _gives_back(function: FunctionNode) -> bool:
    """Whether a decorator returns the function that it gets."""
    result = only_result(function)
    return isinstance(result, ast.Name) and result.id in [a.arg for a in function.args.args[-1:]]


def _calls(wrapper: ast.AST, decorator: FunctionNode) -> bool:
    """Whether the wrapper that a decorator makes calls what it decorates."""
    names = {a.arg for function in _around(wrapper, decorator) for a in function.args.args}
    calls = (node for node in walk(wrapper) if isinstance(node, ast.Call))
    return any(isinstance(call.func, ast.Name) and call.func.id in names for call in calls)


def _around(wrapper: ast.AST, decorator: FunctionNode) -> Iterator[FunctionNode]:
    """The functions that a wrapper is defined in, up to the decorator."""
    for node in walk(decorator):
        if isinstance(node, FUNCTIONS) and node is not wrapper and wrapper in walk(node):
            yield node


def _wraps(decorator: ast.expr, frame: Frame) -> bool:
    """Whether a decorator is `functools.wraps(...)`."""
    flow = frame.flow
    return isinstance(decorator, ast.Call) and flow.means(decorator.func, flow.contract.wrappers)
