"""Assignments of a generated ID under a guard that asks for their name: what becomes of them."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING
from weakref import proxy

from ctxlint.flow import Definition
from ctxlint.remedy.guards import Guard, Missing, always_passes, binder_of

if TYPE_CHECKING:
    from ctxlint.remedy.planner import Rewriter


class Fallbacks:
    """The fallbacks whose fate is settled once all arguments are rewritten, each with its guard."""

    def __init__(self, rewriter: Rewriter) -> None:
        # A cycle would hold the flow until the next collection.
        self.rewriter: Rewriter = proxy(rewriter)
        self.file = rewriter.file
        self.flow = rewriter.flow
        self.plan = rewriter.plan
        self.sweeper = rewriter.sweeper
        self.arguments = rewriter.arguments
        self.ids = rewriter.ids
        self.guards: dict[Definition, Guard] = {}

    def settle(self) -> None:
        """Remove the fallbacks whose guard asks for the name; say `or None` where it is passed."""
        settled: set[Definition] = set()
        while pending := [d for d in self.guards if d not in settled]:
            for definition in pending:
                settled.add(definition)
                self._settle(definition, self.guards[definition])

    def _settle(self, definition: Definition, guard: Guard) -> None:
        """Remove one fallback, or write None where it cannot go."""
        target = definition.node
        assert isinstance(target, ast.Name)
        binder = binder_of(target, self.file)
        if self.plan.is_gone(binder):
            return
        bound = self.sweeper.bound(binder)
        passed = [self._passed(d, guard) for d in bound]
        if None in passed:
            self.rewriter.put(
                definition, "None" if guard.implies(target) else f"{target.id} or None"
            )
            return
        assert isinstance(binder, ast.Assign | ast.AnnAssign)
        assert binder.value is not None
        self.rewriter.take(binder.value)
        for other in bound:
            if other in self.guards:
                self.rewriter.revive(other)
        self.sweeper.remove(binder, self.plan)
        for argument in (node for nodes in passed for node in nodes or ()):
            self.plan.appended[argument] = " or None"

    def _passed(self, definition: Definition, guard: Guard) -> list[ast.expr] | None:
        """The arguments where `or None` must stand for this fallback to go.

        None where it cannot go: something else reads it, or there is a way around its guard.
        """
        loads = [load for load in self.sweeper.loads[definition] if not self.plan.is_gone(load)]
        if definition not in self.guards or not isinstance(definition.node, ast.Name):
            return None if loads else []
        if guard.asks(definition.node) is Missing.NONE:
            return []
        arguments: list[ast.expr] = []
        for load in loads:
            if self._is_read_elsewhere(load):
                continue  # it will read the context
            sink = self.arguments.get(load)  # type: ignore[call-overload]
            if sink is None:
                return None
            others = (
                self.flow.uses[load] - self.flow.previous_definitions[definition] - {definition}
            )
            if others or not always_passes(guard.statement, sink.statement, self.file):
                return None
            arguments.append(load)  # type: ignore[arg-type]
        return arguments

    def _is_read_elsewhere(self, load: ast.AST) -> bool:
        """Whether a load is (part of) what is passed to code other than a getter."""
        node: ast.AST | None = load
        while isinstance(node, ast.expr) and node not in self.rewriter.returned:
            if self.flow.other_uses.get(node, set()) & self.ids:
                return True
            node = self.file.parents.get(node)
        return False
