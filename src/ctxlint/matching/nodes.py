"""Facts that the syntax tells of functions and classes."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from ctxlint.matching.annotations import last_word
from ctxlint.matching.things import Class, FunctionDefinition
from ctxlint.project.scopes import NAMED_FUNCTIONS, once_for_each, positionals
from ctxlint.source import walk


def is_decorated(function: ast.AST, *words: str) -> bool:
    """Whether a function has a decorator of one of these names."""
    decorators = getattr(function, "decorator_list", ())
    called = (d.func if isinstance(d, ast.Call) else d for d in decorators)
    return any(last_word(d) in words for d in called)


def own_nodes(function: FunctionDefinition) -> Iterator[ast.AST]:
    """The nodes in the body of a function, without those of functions and classes in it."""
    pending: list[ast.AST] = list(function.body)
    while pending:
        node = pending.pop()
        yield node
        if not isinstance(node, (*NAMED_FUNCTIONS, ast.ClassDef, ast.Lambda)):
            pending += ast.iter_child_nodes(node)


def assigned_attributes(owner: Class, name: str) -> Iterable[ast.Attribute]:
    """The targets `self.name` in the methods of a class."""
    return _assigned(owner.node).get(name, ())


@once_for_each  # of a large class many attributes are asked for
def _assigned(owner: ast.ClassDef) -> dict[str, list[ast.Attribute]]:
    """All such targets, by their names."""
    found: dict[str, list[ast.Attribute]] = {}
    for method in owner.body:
        if not isinstance(method, NAMED_FUNCTIONS):
            continue
        first = next(iter(positionals(method.args)), None)
        for node in walk(method) if first else ():
            match node:
                case ast.Attribute(value=ast.Name(id=base), attr=attr, ctx=ast.Store()):
                    if first and base == first.arg:
                        found.setdefault(attr, []).append(node)
    return found
