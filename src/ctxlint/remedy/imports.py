"""The edits that take imported names out of a file, or import others in their place."""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping

from ctxlint.finding import Edit
from ctxlint.remedy.guards import block_of
from ctxlint.remedy.statements import removals
from ctxlint.source import SourceFile


def import_edits(
    file: SourceFile,
    gone: Collection[ast.alias],
    renamed: Mapping[ast.alias, str],
) -> tuple[Edit, ...]:
    """The edits that remove the names `gone`, and import others instead of those `renamed`.

    Comments above a removed import stay, since they may head a section of imports.
    """
    statements = {id(s): s for s in (file.parents[alias] for alias in [*gone, *renamed])}
    removed: set[ast.stmt] = set()
    edits: list[Edit] = []
    for statement in statements.values():
        assert isinstance(statement, ast.Import | ast.ImportFrom)
        away = [alias in gone for alias in statement.names]
        if all(away):
            removed.add(statement)
        else:
            names = [renamed.get(alias) for alias in statement.names]
            edits.append(_changed(file, statement, away, names))
    blocks = {id(b): b for b in (block_of(statement, file) for statement in removed)}
    for block in blocks.values():
        edits += removals(file, block, removed, keeps_comments=True)
    return tuple(sorted(edits))


def _changed(
    file: SourceFile,
    statement: ast.Import | ast.ImportFrom,
    gone: list[bool],
    renamed: list[str | None],
) -> Edit:
    from ctxlint.remedy.aliases import import_edit  # noqa: PLC0415  (it imports libcst)

    return import_edit(file, statement, gone, renamed)
