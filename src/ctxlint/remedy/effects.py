"""Which expressions have no effect, so that they may go when nobody needs their value."""

from __future__ import annotations

import ast

from ctxlint.flow import Flow, Origin, is_generated
from ctxlint.flow.values import Instance
from ctxlint.names import FUNCTIONS
from ctxlint.remedy.constructors import factories_of, is_plain_class
from ctxlint.source import SourceFile, walk

_HARMLESS_METHODS = frozenset(
    {
        "decode",
        "encode",
        "format",
        "get",
        "hex",
        "join",
        "lower",
        "replace",
        "split",
        "strip",
        "upper",
    }
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
_HARMLESS_FUNCTIONS = frozenset({"bool", "getattr", "isinstance", "len", "str"})


def is_harmless(node: ast.expr, flow: Flow, *, may_raise: bool = True) -> bool:
    """Whether evaluating `node` does nothing but yield its value.

    Look-ups count as harmless, although they may raise, unless `may_raise` is false: in a `try`
    an exception decides what runs next.
    """
    if node not in flow.values and not isinstance(node, ast.Slice):
        return True  # it is never evaluated
    match node:
        case ast.Name() | ast.Constant():
            return True
        case ast.Attribute(value=value) | ast.Subscript(value=value):
            may_raise = may_raise or _is_generated(value, flow)
            constant = not isinstance(node, ast.Subscript) or _is_constant(node.slice)
            if not all(is_pure(function, flow) for function in flow.callees.get(node, ())):
                return False  # a property
            return may_raise and constant and is_harmless(value, flow, may_raise=may_raise)
        case ast.Call():
            return _is_harmless_call(node, flow, may_raise=may_raise)
        case ast.Await(value=value):
            return _generates(value, flow) and is_harmless(value, flow, may_raise=may_raise)
        case ast.NamedExpr(target=target, value=value):
            read = any(d.node is target for found in flow.uses.values() for d in found)
            return not read and is_harmless(value, flow, may_raise=may_raise)
        case ast.Yield() | ast.YieldFrom() | ast.Lambda():
            return False
    parts = [child for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr)]
    plain = isinstance(node, _PLAIN)
    return plain and all(is_harmless(part, flow, may_raise=may_raise) for part in parts)


def _is_harmless_call(node: ast.Call, flow: Flow, *, may_raise: bool) -> bool:
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
        pure = all(is_pure(function, flow) for function in functions)
        return pure and (owner is None or is_harmless(owner, flow, may_raise=may_raise))
    match node.func:
        case ast.Name(id=name):
            if name == "getattr":
                return may_raise or len(node.args) == 3
            return name in _HARMLESS_FUNCTIONS or _is_generated(node, flow)
        case ast.Attribute(value=value, attr=name):
            return name in _HARMLESS_METHODS and is_harmless(value, flow, may_raise=may_raise)
    return False


def _made_classes(node: ast.Call, flow: Flow) -> list[ast.ClassDef | None]:
    """The classes of which a call makes an instance; None for one that only has attributes."""
    made = (atom for atom in flow.value_of(node) if isinstance(atom, Instance))
    return [atom.owner for atom in made if atom.node is node]


def is_pure(function: ast.AST, flow: Flow) -> bool:
    """Whether calling a function does nothing but yield its value."""
    decorators = getattr(function, "decorator_list", [])
    if not all(_is_transparent(decorator, flow) for decorator in decorators):
        return False
    if function in _called_by(function, flow):
        return False  # it may never return
    body = function.body if isinstance(function, FUNCTIONS) else []
    if isinstance(body, ast.expr):
        return is_harmless(body, flow)
    return all(_is_pure(statement, flow) for statement in body)


def _is_transparent(decorator: ast.expr, flow: Flow) -> bool:
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    return flow.means(called, flow.contract.transparent)


def _called_by(function: ast.AST, flow: Flow) -> set[ast.AST]:
    """The functions that a function calls, and those that they call."""
    found: set[ast.AST] = set()
    pending = [function]
    while pending:
        for node in walk(pending.pop()):
            new = flow.callees.get(node, set()) - found
            found |= new
            pending += new
    return found


def _is_pure(statement: ast.stmt, flow: Flow) -> bool:
    match statement:
        case ast.Assign(targets=targets):
            local = all(_is_local(target, flow) for target in targets)
            return local and is_harmless(statement.value, flow)
        case ast.AnnAssign(target=ast.Name(), value=value) | ast.Return(value=value):
            return value is None or is_harmless(value, flow)
        case ast.Expr(value=value):
            return is_harmless(value, flow)
        case ast.If(test=test, body=body, orelse=orelse):
            parts = [*body, *orelse]
            return is_harmless(test, flow) and all(_is_pure(part, flow) for part in parts)
    return isinstance(statement, ast.Pass | ast.Import | ast.ImportFrom)


def _is_local(target: ast.expr, flow: Flow) -> bool:
    """Whether nobody outside sees an assignment: to a name, or in `__init__` to a new object."""
    match target:
        case ast.Name() | ast.Tuple():
            return True
        case ast.Attribute(value=ast.Name() as owner):
            scopes = (d.scope for d in flow.uses.get(owner, ()))
            return all(getattr(scope, "name", "") == "__init__" for scope in scopes)
    return False


def _generates(node: ast.expr, flow: Flow) -> bool:
    """Whether a call is itself a source."""
    return any(
        isinstance(a, Origin) and is_generated(a) and a.node is node for a in flow.value_of(node)
    )


def _is_generated(node: ast.expr, flow: Flow) -> bool:
    """Whether a value is a generated ID: `.hex` and `ThreadID(x)` of it have no effect."""
    return any(map(is_generated, flow.value_of(node)))


def _is_constant(key: ast.expr) -> bool:
    """Whether an index, key or slice is constant."""
    return not any(isinstance(part, ast.Name | ast.Call | ast.NamedExpr) for part in walk(key))


def may_raise_at(statement: ast.stmt, file: SourceFile, flow: Flow) -> bool:
    """Whether it is nobody's business that a statement raises: nothing around it handles it."""
    node: ast.AST = statement
    while not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Module):
        parent = file.parents[node]
        if isinstance(parent, ast.Try | ast.TryStar) and node in parent.body and parent.handlers:
            return False
        if isinstance(parent, ast.With | ast.AsyncWith) and _suppresses(parent, flow):
            return False
        node = parent
    return True


def _suppresses(statement: ast.With | ast.AsyncWith, flow: Flow) -> bool:
    managers = [item.context_expr for item in statement.items]
    calls = [manager for manager in managers if isinstance(manager, ast.Call)]
    return any(flow.means(call.func, flow.contract.suppressors) for call in calls)
