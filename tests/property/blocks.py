"""Transformations of a module that keep its meaning: its functions in other blocks, or async."""

from __future__ import annotations

import ast
from collections import defaultdict
from typing import TYPE_CHECKING, TypeGuard

from metamorphic import ADDED, FUNCTIONS, blocks_of, functions_of, quoted, word_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from metamorphic import Block

OUTER = f"outer{ADDED}"  # the function or class that others are moved into


def async_functions(tree: ast.Module) -> None:
    """`async def` for each plain function, and `await` for its calls."""
    chosen = _may_be_async(tree)
    for node in ast.walk(tree):
        for block in blocks_of(node):
            block[:] = [_async(s) if getattr(s, "name", "") in chosen else s for s in block]
    _Awaiting(chosen).visit(tree)


def _async(node: ast.stmt) -> ast.stmt:
    if not isinstance(node, ast.FunctionDef):
        return node
    fields = {name: getattr(node, name) for name in node._fields}
    return ast.AsyncFunctionDef(**fields, lineno=node.lineno, col_offset=node.col_offset)


def _may_be_async(tree: ast.Module) -> set[str]:
    """The functions that are only called, and by such functions, with nothing lazy between."""
    owners = _owners(tree)
    defined = defaultdict(list)
    for function in functions_of(tree):
        defined[function.name].append(function)
    chosen = {name for name, functions in defined.items() if all(map(_is_plain, functions))}
    calls = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    chosen -= {node.attr for node in ast.walk(tree) if _is_of_another(node)}
    read = [(node, word_of(node)) for node in ast.walk(tree) if word_of(node) in chosen]
    size = None
    while len(chosen) != size:
        size = len(chosen)
        for node, word in read:
            owner = owners.get(node)
            is_async = isinstance(owner, ast.AsyncFunctionDef) or (
                isinstance(owner, ast.FunctionDef) and owner.name in chosen
            )
            if id(node) not in calls or not is_async:
                chosen.discard(word)
    return chosen


def _is_of_another(node: ast.AST) -> TypeGuard[ast.Attribute]:
    """Whether a node is an attribute of another object than `self`."""
    return isinstance(node, ast.Attribute) and word_of(node.value) not in ("self", "cls")


def _is_plain(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    lazy = (ast.Yield, ast.YieldFrom)
    is_special = function.name.startswith("__") or function.decorator_list
    has_lazy = any(isinstance(node, lazy) for node in ast.walk(function))
    return isinstance(function, ast.FunctionDef) and not is_special and not has_lazy


def _owners(tree: ast.Module) -> dict[ast.AST, ast.AST]:
    """The innermost function, lambda, class or generator that each node of a body belongs to."""
    kinds = (*FUNCTIONS, ast.Lambda, ast.ClassDef, ast.GeneratorExp)
    owners: dict[ast.AST, ast.AST] = {}
    for owner in ast.walk(tree):  # outer before inner
        if isinstance(owner, kinds):
            body = owner.body if isinstance(owner, (*FUNCTIONS, ast.ClassDef)) else [owner]
            for part in body:
                owners |= dict.fromkeys(ast.walk(part), owner)
    return owners


class _Awaiting(ast.NodeTransformer):
    """Awaits calls of some functions, unless they are awaited already."""

    def __init__(self, names: set[str]) -> None:
        self.names = names

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        return ast.Await(node) if word_of(node.func) in self.names else node


def try_except(tree: ast.Module) -> None:
    """`try: ... except Exception: raise` around the body of each handler."""
    handler = ast.ExceptHandler(type=ast.Name("Exception", ast.Load()), body=[ast.Raise()])
    _wrap_bodies(tree, lambda body: [ast.Try(body, [handler], [], [])])


def try_finally(tree: ast.Module) -> None:
    """`try: ... finally: pass` around the body of each handler."""
    _wrap_bodies(tree, lambda body: [ast.Try(body, [], [], [ast.Pass()])])


def if_true(tree: ast.Module) -> None:
    """`if True:` around the body of each handler."""
    _wrap_bodies(tree, lambda body: [ast.If(ast.Constant(True), body, [])])


def _wrap_bodies(tree: ast.Module, wrap: Callable[[Block], Block]) -> None:
    for function in _handlers(tree):
        head, rest = _split(function.body)
        if rest:
            function.body = [*head, *wrap(rest)]


def without_wrappers(tree: ast.Module) -> None:
    """What these three came from."""
    for function in functions_of(tree):
        head, rest = _split(function.body)
        match rest:
            case [ast.Try(body, [ast.ExceptHandler(_, None, [ast.Raise(None)])], [], [])]:
                rest = body
            case [ast.Try(body, [], [], [ast.Pass()])] | [ast.If(ast.Constant(True), body, [])]:
                rest = body
        is_left = head and all(isinstance(statement, ast.Pass) for statement in rest)
        function.body = [*head, *([] if is_left else rest)]


def _handlers(tree: ast.Module) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    """The functions of the module, and the methods, whose names nothing in it has."""
    named = {word_of(node) for node in ast.walk(tree)} | quoted(tree)
    blocks = [node.body for node in ast.walk(tree) if isinstance(node, ast.Module | ast.ClassDef)]
    functions = [s for block in blocks for s in block if isinstance(s, FUNCTIONS)]
    return [function for function in functions if function.name not in named]


def if_not_type_checking(tree: ast.Module) -> None:
    """The module in the branch that runs of an `if TYPE_CHECKING:`."""
    head, rest = _split(tree.body)
    if _may_move(tree):
        test = ast.Name("TYPE_CHECKING", ast.Load())
        alias = ast.ImportFrom("typing", [ast.alias("TYPE_CHECKING")], 0)
        tree.body = [*head, alias, ast.If(test, [ast.Pass()], rest or [ast.Pass()])]


def nested_functions(tree: ast.Module) -> None:
    """The handlers of the module in a function."""
    _move_handlers(tree, lambda functions: _define(OUTER, functions))


def static_methods(tree: ast.Module) -> None:
    """The handlers of the module as static methods of a class."""

    def owner(functions: Block) -> ast.stmt:
        for function in functions:
            assert isinstance(function, FUNCTIONS)
            function.decorator_list.insert(0, ast.Name("staticmethod", ast.Load()))
        return ast.ClassDef(OUTER, [], [], functions, [])

    _move_handlers(tree, owner)


def _move_handlers(tree: ast.Module, owner: Callable[[Block], ast.stmt]) -> None:
    handlers = _handlers(tree)
    moved = [statement for statement in tree.body if statement in handlers]
    if moved and _may_move(tree):
        tree.body = [*(s for s in tree.body if s not in moved), owner(moved)]


def in_the_module(tree: ast.Module) -> None:
    """What these two came from, but for the order of the functions."""
    functions: Block = []
    for statement in tree.body:
        if isinstance(statement, ast.ClassDef) and statement.name == OUTER:
            for function in statement.body:
                assert isinstance(function, FUNCTIONS)
                function.decorator_list.pop(0)
            functions += statement.body
        elif isinstance(statement, ast.FunctionDef) and statement.name == OUTER:
            functions += statement.body
        elif isinstance(statement, FUNCTIONS):
            functions.append(statement)
    others = [s for s in tree.body if s not in functions and getattr(s, "name", "") != OUTER]
    tree.body = [*others, *sorted(functions, key=ast.unparse)]


def _define(name: str, body: Block) -> ast.stmt:
    (function,) = ast.parse(f"def {name}(): ...").body
    assert isinstance(function, ast.FunctionDef)
    function.body = body
    return function


def _may_move(tree: ast.Module) -> bool:
    """Whether the statements of a module mean the same in a block or function."""
    kinds = (ast.Global, ast.Nonlocal)
    is_star = any(isinstance(n, ast.alias) and n.name == "*" for n in ast.walk(tree))
    is_public = any(word_of(node) == "__all__" for node in ast.walk(tree))
    return not is_star and not is_public and not any(isinstance(n, kinds) for n in ast.walk(tree))


def _split(body: Block) -> tuple[Block, Block]:
    """What must come first in a body, such as its docstring, and the rest."""
    count = 0
    for statement in body:
        is_text = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        is_future = isinstance(statement, ast.ImportFrom) and statement.module == "__future__"
        if not is_text and not is_future:
            break
        count += 1
    return body[:count], body[count:]
