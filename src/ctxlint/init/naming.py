"""Names of functions as a contract has them."""

from __future__ import annotations

import ast
import re
from functools import lru_cache

from ctxlint.project.scopes import names_of
from ctxlint.source import SourceFile

_IMPORT = re.compile(r"^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import|import[ \t]+([\w.]+))", re.M)


def dotted_name(source: SourceFile, node: ast.AST) -> str:
    """The full path of a function, or its name with its class where no import leads to its module.

    A constructor goes by the name of its class.
    """
    name = names_of(source).scopes[node].qualified_name.removesuffix(".__init__")
    module = _module(source, name.partition(".")[0])
    return f"{module}.{name}" if module else name


@lru_cache(maxsize=256)
def _module(source: SourceFile, word: str) -> str:
    """The dotted name by which a module is imported, as far as that can be told."""
    modules = source.modules
    known = modules.module_names(source.location) if modules else ()
    if modules is None or not known:
        return ""
    imported: set[str] = set()
    for location in modules.mentioning(word, source.location):
        other = modules.source(location)
        if other is not None and location != source.location:
            imported |= {a or b for a, b in _IMPORT.findall(other.text)}
    for name in known:
        if any(_is_within(path, name) for path in imported):
            return name
    ends = [end for name in known for end in _ends(name)]
    if any(_is_within(path, end) for path in imported for end in ends):
        return ""  # by a root that is no setting yet
    return known[0]


def _is_within(path: str, module: str) -> bool:
    """Whether an import may bring something of a module: of itself, or of a package around it."""
    return path == module or module.startswith(f"{path}.")


def _ends(name: str) -> list[str]:
    parts = name.split(".")
    return [".".join(parts[start:]) for start in range(1, len(parts))]
