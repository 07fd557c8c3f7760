"""Flags: values that are computed from an ID, and decide later what becomes of it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING
from weakref import proxy

from ctxlint.flow import Definition
from ctxlint.remedy.guards import LOOPS, binder_of
from ctxlint.source import walk

if TYPE_CHECKING:
    from ctxlint.remedy.rejections import Rejections

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.Module, ast.ClassDef)


class Flags:
    """Tells which tests ask something of an ID, itself or through a flag."""

    def __init__(self, rejections: Rejections) -> None:
        # A cycle would hold the flow until the next collection.
        self.rejections: Rejections = proxy(rejections)
        self.file = rejections.file
        self.flow = rejections.flow
        self.ids = rejections.ids
        self._known: dict[Definition, bool] = {}

    def are_of_ids(self, test: ast.expr) -> bool:
        """Whether a test asks something of an ID, itself or through what it reads."""
        pending: list[ast.AST] = [test]
        seen = set[ast.AST](pending)
        while pending:
            for node in walk(pending.pop()):
                if self.ids.is_id(node):
                    return True
                if isinstance(node, ast.Name | ast.Attribute | ast.Subscript):
                    definitions = self.flow.reads(node)
                    if any(map(self._is_flag, definitions)):
                        return True
                    values = {d.value for d in definitions if d.value} - seen
                    seen |= values
                    pending += values
        return False

    def _is_flag(self, definition: Definition) -> bool:
        """Whether a constant is assigned where a condition, or a loop over IDs, decides."""
        if not isinstance(definition.value, ast.Constant):
            return False
        if definition not in self._known:
            self._known[definition] = False  # for one that is computed from itself
            self._known[definition] = self._is_decided(definition.node)
        return self._known[definition]

    def _is_decided(self, target: ast.AST | None) -> bool:
        if target not in self.file.parents:
            return False
        binder = binder_of(target, self.file)
        around = self.file.parents.get(binder)
        while around is not None and not isinstance(around, (*_FUNCTIONS, *LOOPS)):
            around = self.file.parents.get(around)
        is_looped = isinstance(around, LOOPS) and self.ids.are_read_by(around)
        return is_looped or self.rejections.ask_more(target, binder)
