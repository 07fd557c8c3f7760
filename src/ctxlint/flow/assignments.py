"""The attributes that a file assigns, and from where."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from ctxlint.project.scopes import (
    FUNCTIONS,
    FunctionNode,
)
from ctxlint.source import SourceFile


def set_from_outside(stores: Iterable[ast.Attribute], file: SourceFile) -> set[str]:
    """The names of assigned attributes that are not of the first parameter of a method."""
    methods = [
        method
        for owner in file.nodes(ast.ClassDef)
        for method in owner.body
        if isinstance(method, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    firsts = {a.arg for m in methods for a in [*m.args.posonlyargs, *m.args.args][:1]}
    return {store.attr for store in stores if getattr(store.value, "id", None) not in firsts}


def methods_around(node: ast.AST, file: SourceFile) -> Iterator[tuple[ast.ClassDef, FunctionNode]]:
    """The methods that hold a node, inner ones first, each behind its class."""
    for child, parent in file.around(node):
        if isinstance(parent, ast.ClassDef) and isinstance(child, FUNCTIONS):
            yield parent, child


def set_by_name(file: SourceFile) -> Iterator[tuple[str, ast.Call]]:
    """The calls `setattr(o, "name", value)` and `object.__setattr__(...)`, each with the name."""
    for call in file.nodes(ast.Call) if "setattr" in file.text else ():
        match call:
            case ast.Call(
                func=ast.Name(id="setattr") | ast.Attribute(attr="__setattr__"),
                args=[_, ast.Constant(value=str(name)), _],
            ):
                yield name, call
