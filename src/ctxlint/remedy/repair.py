"""Plan the repair of getter calls: what they receive, who else reads it, what is left over."""

from __future__ import annotations

from collections.abc import Sequence

from ctxlint.config import Keep
from ctxlint.finding import Applicability
from ctxlint.flow import Flow, Sink
from ctxlint.remedy.plan import Plan
from ctxlint.remedy.readers import Readers
from ctxlint.remedy.rewriter import Rewriter
from ctxlint.remedy.sweep import Sweeper
from ctxlint.source import SourceFile


class Repair:
    """Plans the repair of getter calls of one file.

    `remove_helpers`: whether private functions that nothing calls any more go too.
    """

    def __init__(
        self, file: SourceFile, flow: Flow, keep: Keep, *, remove_helpers: bool = False
    ) -> None:
        self.file = file
        self.flow = flow
        self.keep = keep
        self.remove_helpers = remove_helpers
        self.sweeper = Sweeper(file, flow)
        self.readers = Readers(file, flow, self.sweeper)

    def plan(self, sinks: Sequence[Sink]) -> tuple[Plan, Applicability]:
        """The changes that repair these getter calls; raise Unfixable where there are none."""
        rewriter = Rewriter(self.file, self.flow, self.keep, self.sweeper, sinks)
        for sink in sinks:
            for argument in sink.arguments.values():
                rewriter.repair(argument)
        rewriter.settle_fallbacks()
        plan = rewriter.plan
        self.sweeper.sweep(plan)
        applicability = self.readers.redirect(plan, rewriter.ids, sinks, rewriter.returned)
        self.sweeper.sweep(plan)
        while self.remove_helpers and (uncalled := rewriter.helpers.uncalled(plan)):
            for function in uncalled:
                self.sweeper.remove(function, plan)
            self.sweeper.sweep(plan)
        return plan, Applicability.UNSAFE if rewriter.is_unsafe else applicability
