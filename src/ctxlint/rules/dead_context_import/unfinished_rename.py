"""Reads of a getter that nothing binds, beside a dead import of its deprecated twin."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ctxlint.contract.getter import Getter
from ctxlint.project.import_guards import is_for_type_checkers
from ctxlint.project.scopes import Names, Scope
from ctxlint.remedy.guards import block_of
from ctxlint.source import SourceFile


@dataclass(frozen=True, slots=True, eq=False)
class DeadImport:
    """An imported name that nothing uses.

    `scope` holds its binding, `function` the import; `getter` is what replaces it;
    `unfixed_reason` tells why it must not be touched; `is_unseen`: whether another file may use it
    that was not looked at.
    """

    alias: ast.alias
    statement: ast.Import | ast.ImportFrom
    scope: Scope
    function: Scope
    getter: Getter
    unfixed_reason: str | None
    is_unseen: bool

    @property
    def place(self) -> tuple[int, int]:
        """The row, and a column in bytes."""
        return self.alias.lineno, self.alias.col_offset


@dataclass(frozen=True, slots=True)
class Rename:
    """The name to import instead, its first read, and why there is no fix, if there is none."""

    name: str
    read: ast.Name
    unfixed_reason: str | None


def renames(dead: Sequence[DeadImport], names: Names, file: SourceFile) -> dict[DeadImport, Rename]:
    """The dead imports that are unfinished renames."""
    found: dict[DeadImport, Rename] = {}
    for getter in {one.getter.call: one.getter for one in dead}.values():
        twins = [one for one in dead if one.getter == getter and _may_be_renamed(one)]
        name = getter.call.rpartition(".")[2]
        reads = _unbound(name, names)
        for read, scope in reads:
            for twin in _chosen(twins, read, scope, file):
                found.setdefault(twin, Rename(name, read, _obstacle(twin, file)))
        if reads and not any(twin in found for twin in twins):
            reason = f"it does not reach line {reads[0][0].lineno}, where {name} is read"
            found |= {twin: Rename(name, reads[0][0], reason) for twin in twins}
    return found


def _may_be_renamed(one: DeadImport) -> bool:
    """Whether an import binds the name that it imports, and that is not a module."""
    return isinstance(one.statement, ast.ImportFrom) and one.alias.asname is None


def _unbound(name: str, names: Names) -> list[tuple[ast.Name, Scope]]:
    """The reads of a name that nothing binds, in source order, each with its scope."""
    if "*" in names.module.bindings:  # `from module import *` may bind anything
        return []
    found = [
        (load, scope)
        for scope in names.scopes.values()
        if scope.owner(name) is None
        for load in scope.loads.get(name, ())
    ]
    return sorted(found, key=lambda read: (read[0].lineno, read[0].col_offset))


def _chosen(
    twins: Sequence[DeadImport], read: ast.Name, scope: Scope, file: SourceFile
) -> list[DeadImport]:
    """The imports to rename for one read: of one scope, and only one that surely runs."""
    around = list(_visible(scope))
    place = (read.lineno, read.col_offset)
    seen = [t for t in twins if t.scope in around and (t.scope is not scope or t.place < place)]
    if not seen:
        return []
    fixable = [twin for twin in seen if not _obstacle(twin, file)] or seen
    best = max(
        (twin.scope for twin in fixable), key=lambda one: (not one.parent, -around.index(one))
    )
    here = [twin for twin in fixable if twin.scope is best]
    blocks = {id(block_of(twin.statement, file)): twin for twin in reversed(here)}
    sure = blocks.get(id(getattr(best.node, "body", None)))
    return [sure] if sure else list(blocks.values())


def _visible(scope: Scope) -> Iterator[Scope]:
    """The scopes whose names can be read in a scope, innermost first."""
    yield scope
    outer = scope.parent
    while outer:
        if not isinstance(outer.node, ast.ClassDef):
            yield outer
        outer = outer.parent


def _obstacle(twin: DeadImport, file: SourceFile) -> str | None:
    """Why an import cannot be renamed, if it cannot."""
    assert isinstance(twin.statement, ast.ImportFrom)
    if twin.unfixed_reason:
        return twin.unfixed_reason
    if is_for_type_checkers(twin.statement, file):
        return "it is imported for type checkers only"
    module = twin.getter.call.rpartition(".")[0]
    if module and not f".{module}".endswith(f".{twin.statement.module or ''}"):
        return f"{twin.getter.call} is in another module"
    return None
