"""The modules that are looked into, with their scopes and classes."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator

from ctxlint.flow.values import Symbol
from ctxlint.project.scopes import (
    COMPREHENSIONS,
    FUNCTIONS,
    NAMED_FUNCTIONS,
    FunctionNode,
    Names,
    Scope,
    import_paths,
    positionals,
)
from ctxlint.source import SourceFile


class Program:
    """The modules that are looked into; `ProgramFacts` is what rules and remedies read of it.

    stars: what each module imports with `*`.
    generators: the functions with a `yield` of their own.
    subclasses: the heirs of a class, with their bases.
    externally_assigned: the attributes set from outside; methods: the names of those of classes.
    """

    def __init__(self) -> None:
        self.files: dict[ast.Module, SourceFile] = {}
        self.modules: dict[ast.Module, Names] = {}
        self.scopes: dict[ast.AST, Scope] = {}
        self.stars: dict[ast.Module, tuple[str, ...]] = {}
        self.generators: set[ast.AST] = set()
        self.assigning: dict[ast.ClassDef, dict[str, dict[FunctionNode, None]]] = defaultdict(dict)
        self.decorated: dict[ast.arg, dict[FunctionNode, None]] = defaultdict(dict)
        self.bases: dict[ast.ClassDef, list[Symbol]] = {}
        self.subclasses: dict[ast.ClassDef, list[ast.ClassDef]] = {}
        self.externally_assigned: set[str] = set()
        self.methods: set[str] = set()

    def add(self, file: SourceFile, names: Names) -> None:
        """Add a module, but for what it imports with `*`."""
        self.files[file.tree] = file
        self.modules[file.tree] = names
        self.scopes |= {n: s for n, s in names.scopes.items() if not isinstance(n, COMPREHENSIONS)}
        stores = [node for node in file.nodes(ast.Attribute) if isinstance(node.ctx, ast.Store)]
        self.externally_assigned |= _set_from_outside(stores, file)
        named = [(store.attr, store) for store in stores]
        for name, node in (*named, *_set_by_name(file)):
            for owner, method in _methods_around(node, file):
                self.assigning[owner].setdefault(name, {})[method] = None
        self.methods |= {method.name for method in _methods(file)}
        yields = (*file.nodes(ast.Yield), *file.nodes(ast.YieldFrom))
        self.generators.update(map(file.function_of, yields))

    def has_unknown_base(self, owner: ast.ClassDef) -> bool:
        """Whether a class has a base that is a name from elsewhere."""
        return any(base.node is None for base in self.bases.get(owner, ()))

    def unbound_paths(self, name: str, scope: Scope) -> list[str]:
        """The paths that a name which nothing binds may have: a builtin, or from `import *`."""
        stars = self.stars[scope.module.node]  # type: ignore[index]
        return [name, *(f"{module}.{name}" for module in stars)]


def star_imports(file: SourceFile) -> list[str]:
    """The paths of the imports with `*` of a file, as they are written."""
    imports = file.nodes(ast.ImportFrom)
    return [path for node in imports for alias, path in import_paths(node) if alias.name == "*"]


def _set_from_outside(stores: Iterable[ast.Attribute], file: SourceFile) -> set[str]:
    """The names of assigned attributes that are not of the first parameter of a method."""
    firsts = {a.arg for m in _methods(file) for a in positionals(m.args)[:1]}
    return {store.attr for store in stores if getattr(store.value, "id", None) not in firsts}


def _methods(file: SourceFile) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    """The functions that the classes of a file define."""
    members = (member for owner in file.nodes(ast.ClassDef) for member in owner.body)
    return [member for member in members if isinstance(member, NAMED_FUNCTIONS)]


def _methods_around(node: ast.AST, file: SourceFile) -> Iterator[tuple[ast.ClassDef, FunctionNode]]:
    """The methods that hold a node, inner ones first, each behind its class."""
    for child, parent in file.around(node):
        if isinstance(parent, ast.ClassDef) and isinstance(child, FUNCTIONS):
            yield parent, child


def _set_by_name(file: SourceFile) -> Iterator[tuple[str, ast.Call]]:
    """The calls `setattr(o, "name", value)` and `object.__setattr__(...)`, each with the name."""
    for call in file.nodes(ast.Call) if "setattr" in file.text else ():
        match call:
            case ast.Call(
                func=ast.Name(id="setattr") | ast.Attribute(attr="__setattr__"),
                args=[_, ast.Constant(value=str(name)), _],
            ):
                yield name, call
