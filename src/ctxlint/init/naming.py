"""Names of functions as a contract has them."""

from __future__ import annotations

import ast
import os
import re
from functools import lru_cache

from ctxlint.project.modules import Project
from ctxlint.project.scopes import names_of
from ctxlint.source import SourceFile

_IMPORT = re.compile(rb"^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import|import[ \t]+([\w.]+))", re.M)


def qualified_name(source: SourceFile, node: ast.AST) -> str:
    """The name of a function in its module; a constructor goes by that of its class."""
    return names_of(source).scopes[node].qualified_name.removesuffix(".__init__")


def full_name(source: SourceFile, node: ast.AST) -> str:
    """The full path of a function."""
    name = qualified_name(source, node)
    project = source.modules
    return dotted_name(source.location, name, project) if isinstance(project, Project) else name


def dotted_name(location: str, name: str, project: Project) -> str:
    """The full path of what a module has under a name, as its importers have it.

    It stays a name, with its class, where no import leads to the module from any root.
    """
    module = _module(location, project)
    return f"{module}.{name}" if module else name


@lru_cache(maxsize=256)
def _module(location: str, project: Project) -> str:
    """The dotted name by which a module is imported; empty where it is by none that is known."""
    known = project.module_names(location)
    if len(known) == 1:
        return known[0]
    imported = _imported(project, location)
    for name in known:
        if any(_is_within(path, name) for path in imported):
            return name
    ends = [end for name in known for end in _ends(name)]
    if not known or any(_is_within(path, end) for path in imported for end in ends):
        return ""  # by a root that is not a setting yet
    return known[0]


def _imported(project: Project, location: str) -> set[str]:
    """The imports of the files that have the last word of a module."""
    word = os.path.splitext(os.path.basename(location))[0].encode()
    texts = (data for path in project.shown if word in (data := project.read(path)))
    found = (pair for text in texts for pair in _IMPORT.findall(text))
    return {(one or other).decode() for one, other in found}


def _is_within(path: str, module: str) -> bool:
    """Whether an import may bring something of a module: of itself, or of a package around it."""
    return path == module or module.startswith(f"{path}.")


def _ends(name: str) -> list[str]:
    parts = name.split(".")
    return [".".join(parts[start:]) for start in range(1, len(parts))]
