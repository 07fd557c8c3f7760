"""Dotted paths in a project: the modules that they lead to, and the paths that a place has."""

from __future__ import annotations

import ast

from ctxlint.project.scopes import COMPREHENSIONS, FUNCTIONS, Scope, import_paths, names_of
from ctxlint.source import SourceFile

_SCOPES = (ast.Module, ast.ClassDef, *FUNCTIONS, *COMPREHENSIONS)


def scope_at(node: ast.AST, source: SourceFile) -> Scope:
    """The innermost scope around a node."""
    scopes = names_of(source).scopes
    while not (isinstance(node, _SCOPES) and node in scopes):
        node = source.parents[node]
    return scopes[node]


def module_names(source: SourceFile) -> tuple[str, ...]:
    """The dotted names by which a file can be imported; none where it is alone."""
    return source.modules.module_names(source.location) if source.modules else ()


def absolute(path: str, source: SourceFile) -> str:
    """The dotted path of an import; a relative one, which begins with dots, from its own module."""
    name = path.lstrip(".")
    dots = len(path) - len(name)
    known = module_names(source) if dots else ()
    if not known:
        return path
    parts = known[0].split(".")
    up = dots - source.location.endswith("__init__.py")
    return ".".join([*parts[: len(parts) - up], name]).strip(".") if up < len(parts) + 1 else path


def imported_path(alias: ast.alias, source: SourceFile) -> str:
    """The absolute dotted path of what an alias of an import binds."""
    statement = source.parents[alias]
    assert isinstance(statement, ast.Import | ast.ImportFrom)
    paths = {id(one): path for one, path in import_paths(statement)}
    return absolute(paths[id(alias)], source)


def module_at(path: str, source: SourceFile) -> SourceFile | None:
    """The module that a dotted path names in a file, if the project has it."""
    modules = source.modules
    if modules is None or not path or path.startswith("."):
        return None
    location = modules.find(path, source.location)
    if location is None:
        return None
    return source if location == source.location else modules.source(location)


def is_of_project(path: str, source: SourceFile) -> bool:
    """Whether the first word of a dotted path is a module or package of the project."""
    modules = source.modules
    return modules is not None and modules.knows(path.partition(".")[0], source.location)
