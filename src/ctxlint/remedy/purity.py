"""Expressions without effect, which may go when nobody needs their value."""

from __future__ import annotations

import ast

from ctxlint.flow import Facts, Origin, is_generated
from ctxlint.flow.values import Container, Instance, Symbol, is_surely_generated
from ctxlint.project.scopes import FUNCTIONS
from ctxlint.remedy.constructors import factories_of, is_plain_class
from ctxlint.remedy.look_ups import is_inert, is_sure_look_up
from ctxlint.source import reachable, walk

_TEXT_METHODS = frozenset(
    {"encode", "format", "hex", "join", "lower", "replace", "split", "strip", "upper"}
)
_PLAIN = (
    ast.BinOp,
    ast.BoolOp,
    ast.Compare,
    ast.Dict,
    ast.FormattedValue,
    ast.IfExp,
    ast.JoinedStr,
    ast.List,
    ast.Slice,
    ast.Tuple,
    ast.UnaryOp,
)
_HARMLESS_FUNCTIONS = frozenset({"bool", "isinstance", "str"})


def is_harmless(node: ast.expr, flow: Facts, *, may_raise: bool = False) -> bool:
    """Whether evaluating `node` does nothing but yield its value.

    A look-up that may fail is an effect, unless `may_raise`.
    """
    if node not in flow.values and not isinstance(node, ast.Slice):
        return True  # it is never evaluated
    match node:
        case ast.Name() | ast.Constant():
            return True
        case ast.Attribute() | ast.Subscript():
            return _is_harmless_look_up(node, flow, may_raise=may_raise)
        case ast.Call():
            return _is_harmless_call(node, flow, may_raise=may_raise)
        case ast.Await(value=value):
            return _generates(value, flow) and is_harmless(value, flow, may_raise=may_raise)
        case ast.NamedExpr(target=target, value=value):
            read = any(d.node is target for found in flow.uses.values() for d in found)
            return not read and is_harmless(value, flow, may_raise=may_raise)
        case ast.Yield() | ast.YieldFrom() | ast.Lambda():
            return False
    if not may_raise and not _is_known_operator(node, flow):
        return False
    parts = [child for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr)]
    return isinstance(node, _PLAIN) and all(
        is_harmless_test(part, flow, may_raise=may_raise) for part in parts
    )


def _is_known_operator(node: ast.expr, flow: Facts) -> bool:
    """Whether an operator is one of texts or numbers; an unknown object may do anything."""
    match node:
        case ast.FormattedValue(value=value):
            return not _is_unknown_object(value, flow)
        case ast.BinOp(left=left, op=ast.Mod(), right=right):
            shown = right.elts if isinstance(right, ast.Tuple) else [right]
            return _is_text(left, flow) and not any(_is_unknown_object(n, flow) for n in shown)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _is_text(left, flow) or _is_text(right, flow)
        case ast.BinOp():
            return _is_pure_value(node, flow)
        case ast.Compare(ops=[ast.In() | ast.NotIn()], comparators=[right]):
            return not any(isinstance(atom, Symbol) for atom in flow.value_of(right))
    return True


def _is_unknown_object(node: ast.expr, flow: Facts) -> bool:
    """Whether a value is an object of an imported class, whose text may be made by any code."""
    made = [a.node for a in flow.value_of(node) if isinstance(a, Origin)]
    classes = [n.func for n in made if isinstance(n, ast.Call)]
    return any(
        isinstance(symbol, Symbol) and symbol.word[:1].isupper()
        for cls in classes
        for symbol in flow.value_of(cls)
    )


def is_harmless_test(node: ast.expr, flow: Facts, *, may_raise: bool = False) -> bool:
    """Whether the same holds for the value of `node` as an operand, or as a condition."""
    is_plain = all(is_inert(atom, flow) for atom in flow.value_of(node))
    return is_plain and is_harmless(node, flow, may_raise=may_raise)


def _is_harmless_look_up(
    node: ast.Attribute | ast.Subscript, flow: Facts, *, may_raise: bool
) -> bool:
    if not all(is_pure(function, flow) for function in flow.callees.get(node, ())):
        return False  # a property
    is_known = may_raise or is_sure_look_up(node, flow)
    key = [node.slice] if isinstance(node, ast.Subscript) else []
    parts = [node.value, *key]
    return is_known and all(is_harmless(part, flow, may_raise=may_raise) for part in parts)


def _is_harmless_call(node: ast.Call, flow: Facts, *, may_raise: bool) -> bool:
    arguments = [*node.args, *(keyword.value for keyword in node.keywords)]
    if not all(is_harmless(argument, flow, may_raise=may_raise) for argument in arguments):
        return False
    owner = node.func.value if isinstance(node.func, ast.Attribute) else None
    functions = set(flow.callees.get(node, ()))
    classes = _made_classes(node, flow)
    for cls in filter(None, classes):
        if not is_plain_class(cls, flow):
            return False
        functions |= factories_of(cls, flow)
    if functions or classes or _generates(node, flow):
        is_sure = may_raise or is_surely_generated(flow.value_of(node))  # its look-ups succeed
        pure = all(is_pure(function, flow, may_raise=is_sure) for function in functions)
        return pure and (owner is None or is_harmless(owner, flow, may_raise=may_raise))
    if _is_pure_value(node, flow):
        return True
    match node.func:
        case ast.Name(id=name):
            if name == "getattr":
                return may_raise or len(node.args) == 3
            is_shown = name == "str" and any(_is_unknown_object(a, flow) for a in arguments)
            return (name in _HARMLESS_FUNCTIONS and not is_shown) or _is_generated(node, flow)
        case ast.Attribute(value=value, attr=name):
            is_text = name in _TEXT_METHODS and (may_raise or _is_text(value, flow))
            is_item = name == "get" and _looks_up(node.args, value, flow)
            return (is_text or is_item) and is_harmless(value, flow, may_raise=may_raise)
    return False


def _looks_up(args: list[ast.expr], owner: ast.expr, flow: Facts) -> bool:
    """Whether `owner.get(...)` looks a key up in a mapping, and sends no request."""
    base = flow.value_of(owner)
    is_made = bool(base) and all(isinstance(atom, Container) for atom in base)
    is_imported = any(isinstance(atom, Symbol) for atom in base)
    key = args[0] if args else None
    is_key = isinstance(key, ast.Constant) and str(key.value).isidentifier()
    return is_made or (is_key and not is_imported)


def _is_pure_value(node: ast.expr, flow: Facts) -> bool:
    """Whether an expression is a plain value of the standard library: a time, or part of one."""
    match node:
        case ast.Call(func=ast.Name(id="int" | "round"), args=[inner]):
            return _is_pure_value(inner, flow)
        case ast.Call(func=function) if flow.means(function, flow.contract.pure_calls):
            return True
        case ast.Call(func=ast.Attribute(value=value)) | ast.Attribute(value=value):
            return _is_pure_value(value, flow)
        case ast.BinOp(left=left, right=right):
            parts = [part for part in (left, right) if not isinstance(part, ast.Constant)]
            return all(_is_pure_value(part, flow) for part in parts)
    return False


def _is_text(node: ast.expr, flow: Facts) -> bool:
    """Whether the value of an expression surely is a text, or a generated ID."""
    match node:
        case ast.Constant():
            return isinstance(node.value, str)
        case ast.JoinedStr() | ast.Call(func=ast.Name(id="str")):
            return True
        case ast.BinOp(left=left, op=ast.Add() | ast.Mod()):
            return _is_text(left, flow)
        case ast.Call(func=ast.Attribute(value=base, attr=name)) if name in _TEXT_METHODS:
            return _is_text(base, flow)
    return is_surely_generated(flow.value_of(node))


def _made_classes(node: ast.Call, flow: Facts) -> list[ast.ClassDef | None]:
    """The classes that a call instantiates; None for one that only has attributes."""
    made = (atom for atom in flow.value_of(node) if isinstance(atom, Instance))
    return [atom.owner for atom in made if atom.node is node]


def is_pure(function: ast.AST, flow: Facts, *, may_raise: bool = False) -> bool:
    """Whether calling a function does nothing but yield its value."""
    decorators = getattr(function, "decorator_list", [])
    if not all(_is_transparent(decorator, flow) for decorator in decorators):
        return False
    if function in _called_by(function, flow):
        return False  # it may never return
    body = function.body if isinstance(function, FUNCTIONS) else []
    if isinstance(body, ast.expr):
        return is_harmless(body, flow, may_raise=may_raise)
    return all(_is_pure(statement, flow, may_raise) for statement in body)


def _is_transparent(decorator: ast.expr, flow: Facts) -> bool:
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    return flow.means(called, flow.contract.transparent)


def _called_by(function: ast.AST, flow: Facts) -> set[ast.AST]:
    """The functions that a function calls, and those that they call."""

    def called(node: ast.AST) -> set[ast.AST]:
        return set().union(*(flow.callees.get(inner, ()) for inner in walk(node)))

    return set(reachable(called(function), called))


def _is_pure(statement: ast.stmt, flow: Facts, may_raise: bool) -> bool:
    match statement:
        case ast.Assign(targets=targets):
            local = all(_is_local(target, flow) for target in targets)
            return local and is_harmless(statement.value, flow, may_raise=may_raise)
        case ast.AnnAssign(target=ast.Name(), value=value) | ast.Return(value=value):
            return value is None or is_harmless(value, flow, may_raise=may_raise)
        case ast.Expr(value=value):
            return is_harmless(value, flow, may_raise=may_raise)
        case ast.If(test=test, body=body, orelse=orelse):
            parts = [*body, *orelse]
            is_plain = is_harmless_test(test, flow, may_raise=may_raise)
            return is_plain and all(_is_pure(part, flow, may_raise) for part in parts)
    return isinstance(statement, ast.Pass | ast.Import | ast.ImportFrom)


def _is_local(target: ast.expr, flow: Facts) -> bool:
    """Whether nobody outside sees an assignment: to a name, or in `__init__` to a new object."""
    match target:
        case ast.Name() | ast.Tuple():
            return True
        case ast.Attribute(value=ast.Name() as owner):
            scopes = (d.scope for d in flow.uses.get(owner, ()))
            return all(getattr(scope, "name", "") == "__init__" for scope in scopes)
    return False


def _generates(node: ast.expr, flow: Facts) -> bool:
    """Whether a call is itself a source."""
    return any(
        isinstance(a, Origin) and is_generated(a) and a.node is node for a in flow.value_of(node)
    )


def _is_generated(node: ast.expr, flow: Facts) -> bool:
    """Whether a value is a generated ID: `.hex` and `ThreadID(x)` of it have no effect."""
    return any(map(is_generated, flow.value_of(node)))
