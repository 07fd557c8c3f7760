"""Plan the repair of getter calls: what they receive, who else reads it, what is left over."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Sequence, Set

from ctxlint.config.settings import Keep
from ctxlint.finding import Applicability
from ctxlint.flow import Facts, Sink, is_generated
from ctxlint.flow.values import is_id
from ctxlint.remedy.captions import adjust
from ctxlint.remedy.dead_code import Sweeper
from ctxlint.remedy.decorators import Decorators
from ctxlint.remedy.plan import Plan, Unfixable
from ctxlint.remedy.planner import Rewriter
from ctxlint.remedy.redirect_uses import Readers
from ctxlint.remedy.rejections import Rejections
from ctxlint.source import SourceFile, walk


class Repair:
    """Plans the repair of getter calls of one file.

    `remove_helpers`: whether private functions that nothing calls any more go too.
    """

    def __init__(
        self, file: SourceFile, flow: Facts, keep: Keep, *, remove_helpers: bool = False
    ) -> None:
        self.file = file
        self.flow = flow
        self.keep = keep
        self.remove_helpers = remove_helpers
        self.sweeper = Sweeper(file, flow)
        self.readers = Readers(file, flow, self.sweeper)
        self.rejections = Rejections(file, flow)
        self.decorators = Decorators(flow, self.sweeper)
        self.beside = _ambient_beside(file, flow) if keep is not Keep.ALL else {}

    def plan(self, sinks: Sequence[Sink]) -> tuple[Plan, Applicability]:
        """The changes that repair these getter calls; raise Unfixable where there are none."""
        others = (other for sink in sinks for other in self.beside.get(sink, ()))
        sinks = list(dict.fromkeys([*sinks, *others]))
        plan, applicability = self._plan(sinks)
        named = set() if self.keep is Keep.NONE else set(self._stranded(plan, sinks))
        try:
            return self._plan(sinks, named) if named else (plan, applicability)
        except Unfixable:
            return plan, applicability

    def _stranded(self, plan: Plan, sinks: Sequence[Sink]) -> Iterator[ast.expr]:
        """The arguments whose assignments go and leave a block behind that must say something."""
        emptied = [s for block in plan.emptied_blocks() for s in block]
        for argument in (argument for sink in sinks for argument in sink.arguments.values()):
            bound = {d.node for d in self.flow.uses.get(argument.node, ())}
            if any(not bound.isdisjoint(walk(statement)) for statement in emptied):
                yield argument.node

    def _plan(
        self, sinks: list[Sink], named: Set[ast.expr] = frozenset()
    ) -> tuple[Plan, Applicability]:
        rewriter = Rewriter(
            self.file, self.flow, self.keep, self.sweeper, self.rejections, sinks, named
        )
        for sink in sinks:
            self.decorators.require_pass(sink)
            for argument in sink.arguments.values():
                rewriter.repair(argument)
                if self.keep is not Keep.ALL:
                    self.readers.require_no_ambient(argument)
        rewriter.require_unread()
        rewriter.fallbacks.settle()
        plan = rewriter.plan
        self.sweeper.sweep(plan)
        applicability = self.readers.redirect(plan, rewriter.ids, sinks, rewriter.returned)
        self.sweeper.sweep(plan)
        while self.remove_helpers and (uncalled := rewriter.helpers.uncalled(plan)):
            for function in uncalled:
                self.sweeper.remove(function, plan)
            self.sweeper.sweep(plan)
        if self.keep is Keep.NONE:
            plan.fill_emptied_blocks()
        adjust(plan, self.file)
        through = (function for sink in sinks for function in sink.through)
        if rewriter.is_unsafe or rewriter.replacements.are_overridden(through):
            applicability = Applicability.UNSAFE
        return plan, applicability


def _ambient_beside(file: SourceFile, flow: Facts) -> dict[Sink, list[Sink]]:
    """For each call, those in the file before or behind it that pass ambient IDs only."""
    ids = {
        sink: {atom for argument in sink.arguments.values() for atom in argument.value}
        for sink in flow.sinks.values()
    }
    ambient = {
        sink
        for sink, atoms in ids.items()
        if any(map(is_id, atoms)) and not any(map(is_generated, atoms))
        if sink.call in file.parents
    }
    beside: dict[Sink, list[Sink]] = defaultdict(list)
    for sink in ids if ambient else ():
        for other in sink.leads_to(flow, is_id) if sink.through else ():
            if sink in ambient:
                beside[other].append(sink)
            if other in ambient:
                beside[sink].append(other)
    return beside
