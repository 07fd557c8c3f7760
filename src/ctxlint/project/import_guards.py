"""Imports in places where their failure, or who runs them, matters."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import takewhile

from ctxlint.project.scopes import FUNCTIONS, imported_words
from ctxlint.source import SourceFile

_IMPORT_ERRORS = frozenset({"ImportError", "ModuleNotFoundError"})
_BROAD = frozenset({"Exception", "BaseException"})


def is_tried(statement: ast.stmt, file: SourceFile) -> bool:
    """Whether an import is tried for its ImportError, or stands in for one that is."""
    for node, parent in _around(statement, file):
        match parent:
            case ast.Try() | ast.TryStar():
                if node in parent.handlers:
                    tried = bool(_names(node.type) & _IMPORT_ERRORS)
                else:
                    tried = node in parent.body and _catches_import_errors(parent)
            case ast.With(items=items) | ast.AsyncWith(items=items):
                tried = any(_names(item.context_expr) & _IMPORT_ERRORS for item in items)
            case _:
                tried = False
        if tried:
            return True
    return False


def is_for_type_checkers(statement: ast.stmt, file: SourceFile) -> bool:
    """Whether an import is under `if TYPE_CHECKING`."""
    words = imported_words(file)
    flags = {"TYPE_CHECKING"} | {alias for alias, word in words.items() if word == "TYPE_CHECKING"}
    return any(
        isinstance(parent, ast.If) and node in parent.body and bool(flags & _names(parent.test))
        for node, parent in _around(statement, file)
    )


def _around(statement: ast.stmt, file: SourceFile) -> Iterator[tuple[ast.AST, ast.AST]]:
    """The nodes around a statement in its scope, each behind its child, inner ones first."""
    scopes = (*FUNCTIONS, ast.ClassDef)
    return takewhile(lambda pair: not isinstance(pair[0], scopes), file.around(statement))


def _catches_import_errors(statement: ast.Try | ast.TryStar) -> bool:
    """Whether a handler names ImportError, or catches anything that a body of imports raises."""
    caught = [_names(handler.type) if handler.type else _BROAD for handler in statement.handlers]
    if any(names & _IMPORT_ERRORS for names in caught):
        return True
    return any(names & _BROAD for names in caught) and all(map(_is_probing, statement.body))


def _is_probing(statement: ast.stmt) -> bool:
    """Whether a statement is an import, or notes that one worked: `HAS_FOO = True`."""
    return isinstance(statement, ast.Import | ast.ImportFrom) or (
        isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Constant)
    )


def _names(node: ast.AST | None) -> set[str]:
    """The words of names and attributes in an expression."""
    inner = ast.walk(node) if node else ()
    return {getattr(n, "id", getattr(n, "attr", "")) for n in inner}
