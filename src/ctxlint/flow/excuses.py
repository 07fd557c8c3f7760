"""Generated IDs that are no findings: kept in a store, one conversation, or not lost."""

from __future__ import annotations

from ctxlint.flow.conversations import is_one_conversation
from ctxlint.flow.facts import Flow
from ctxlint.flow.kept import is_kept
from ctxlint.flow.sink_records import Argument, Sink
from ctxlint.flow.values import Kind, Origin, is_generated


def excuse(flow: Flow) -> None:
    """Count IDs that calls of getters may well get as received.

    An argument that may be another ID too stays a finding, and no fix takes away the one that may.
    """
    for sink in list(flow.sinks.values()):
        for argument in sink.arguments.values():
            ids = [a for a in argument.value if isinstance(a, Origin) and is_generated(a)]
            excused = {atom for atom in ids if _is_excused(sink, argument, atom, flow)}
            flow.excused |= excused
            if len(excused) == len(ids):
                argument.value.difference_update(excused)
                argument.value.update(Origin(Kind.RECEIVED, atom.node) for atom in excused)


def _is_excused(sink: Sink, argument: Argument, atom: Origin, flow: Flow) -> bool:
    lasts = [sink, *sink.last(flow)] if sink.through else [sink]
    if all(last.getter.asks_lost for last in lasts):
        from ctxlint.flow.lost import is_lost  # noqa: PLC0415 - few getters ask for it

        if not is_lost(atom, flow):
            return True
    return is_kept(atom, flow) or is_one_conversation(sink, argument, atom, flow)
