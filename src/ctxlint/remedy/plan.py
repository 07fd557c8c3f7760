"""A plan of changes to a tree: what is replaced, what is removed, and so what is no longer read."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from ctxlint.flow import Definition
from ctxlint.remedy.guards import block_of
from ctxlint.source import SourceFile, walk

_MOST_TEXT = 40  # characters of code in a reason


class Unfixable(Exception):
    """No repair keeps the meaning; the text says why."""


def set_elsewhere(node: ast.AST, file: SourceFile) -> Unfixable:
    """The reason where an ID comes out of what other code may set, or is moved in a list."""
    import textwrap  # noqa: PLC0415 - few files need it

    line = file.span(node).start.row  # type: ignore[arg-type]
    text = textwrap.shorten(ast.unparse(node), _MOST_TEXT, placeholder=" ...")
    changes = isinstance(getattr(node, "ctx", None), ast.Store | ast.Del)
    if changes or isinstance(node, ast.Call | ast.BinOp):
        return Unfixable(f"line {line} gives the ID another place: {text}")
    return Unfixable(f"line {line} reads the ID from {text}, which other code may set")


@dataclass(slots=True)
class Plan:
    """Changes to the nodes of a file's tree.

    `replaced`: new text for an expression; `appended`: text behind one; `dropped`: arguments and
    operands that go; `removed`: statements, aliases of imports; `needed`: definitions that the new
    code reads; `lying`: the rows and columns of comments that are no longer true.
    """

    file: SourceFile
    replaced: dict[ast.expr, str] = field(default_factory=dict)
    appended: dict[ast.expr, str] = field(default_factory=dict)
    dropped: set[ast.expr] = field(default_factory=set)
    removed: set[ast.stmt | ast.alias] = field(default_factory=set)
    needed: set[Definition] = field(default_factory=set)
    lying: set[tuple[int, int]] = field(default_factory=set)
    _gone: set[ast.AST] = field(default_factory=set)
    _fresh: list[ast.AST] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether nothing changes."""
        return not (self.replaced or self.appended or self.dropped or self.removed)

    def replace(self, node: ast.expr, text: str) -> None:
        """Put `text` in the place of an expression."""
        self.replaced[node] = text
        self._forget(node)

    def drop(self, node: ast.expr) -> None:
        """Take out an operand, or an argument that is not the first."""
        self.dropped.add(node)
        self._forget(node)

    def remove(self, node: ast.stmt | ast.alias) -> None:
        """Take out a statement, or one name of an import."""
        self.removed.add(node)
        self._forget(node)

    def is_gone(self, node: ast.AST) -> bool:
        """Whether a node is no longer in the tree."""
        return node in self._gone

    def emptied_blocks(self) -> Iterator[list[ast.stmt]]:
        """The blocks that lose all their statements and cannot go: all but handlers need others."""
        for statement in self.removed:
            parent = self.file.parents[statement]
            if isinstance(statement, ast.stmt) and not self.is_gone(parent):
                block = block_of(statement, self.file)
                is_whole = isinstance(parent, ast.Module | ast.ExceptHandler)
                may_go = is_whole or block is getattr(parent, "orelse", None)
                if not may_go and block[0] is statement and all(map(self.is_gone, block)):
                    yield block

    def fill_emptied_blocks(self) -> None:
        """Let an assignment of None stay where a block must say something."""
        for block in list(self.emptied_blocks()):
            for statement in block:
                match statement:
                    case ast.Assign(targets=[ast.Name() as target], value=value):
                        self.removed.discard(statement)
                        self._gone -= {statement, target}
                        self.replaced[value] = "None"
                        break

    def take_fresh(self) -> Iterator[ast.AST]:
        """The nodes that are gone since the last call."""
        while self._fresh:
            yield self._fresh.pop()

    def _forget(self, node: ast.AST) -> None:
        for inner in walk(node):
            if inner not in self._gone:
                self._gone.add(inner)
                self._fresh.append(inner)
