"""Generated IDs that are not findings: kept in a store, one conversation, or not lost."""

from __future__ import annotations

from functools import cache, partial

from ctxlint.flow.conversations import is_one_conversation
from ctxlint.flow.facts import Argument, Sink
from ctxlint.flow.flow import Flow
from ctxlint.flow.kept import Known, Source
from ctxlint.flow.values import Atom, Kind, Origin, is_generated

Excused = tuple[Argument, frozenset[Atom]]  # and what it was before


def excuse(flow: Flow) -> list[Excused]:
    """Count IDs that calls of getters may well get as received; returns what has changed.

    An argument that may be another ID too stays a finding, and no fix takes away the one that may.
    """
    changed: list[Excused] = []
    known: Known = {}
    spared = cache(partial(_is_sent_back, flow=flow))
    for sink in list(flow.sinks.values()):
        for argument in sink.arguments.values():
            ids = [a for a in argument.value if isinstance(a, Origin) and is_generated(a)]
            excused = set(filter(spared, ids)) if _asks_lost(sink, flow) else set()
            excused |= {
                a for a in ids if a not in excused and _is_excused(sink, argument, a, flow, known)
            }
            flow.excused |= excused
            if excused and len(excused) == len(ids):
                changed.append((argument, frozenset(argument.value)))
                argument.value.difference_update(excused)
                argument.value.update(Origin(Kind.RECEIVED, atom.node) for atom in excused)
    return changed


def restore(flow: Flow, changed: list[Excused]) -> None:
    """Make arguments what they were before they were excused, so that the analysis can go on."""
    flow.excused.clear()
    for argument, value in changed:
        argument.value.clear()
        argument.value.update(value)


def _asks_lost(sink: Sink, flow: Flow) -> bool:
    """Whether only lost IDs are findings, for each of the getters that a call leads to."""
    lasts = [sink, *sink.last(flow)] if sink.through else [sink]
    return all(last.getter.asks_lost for last in lasts)


def _is_sent_back(atom: Origin, flow: Flow) -> bool:
    """Whether somebody can send a generated ID back."""
    from ctxlint.flow.lost import is_lost  # noqa: PLC0415 - few getters ask for it

    return not is_lost(atom, flow)


def _is_excused(sink: Sink, argument: Argument, atom: Origin, flow: Flow, known: Known) -> bool:
    return _is_kept(atom, flow, known) or is_one_conversation(sink, argument, atom, flow)


def _is_kept(atom: Origin, flow: Flow, known: Known) -> bool:
    """Whether an ID is kept, whichever of the calls that it may come from has generated it.

    A call of a function that generates one is kept where that call is.
    """
    sources = _sources(atom, flow, known)
    return bool(sources) and all(
        _source(one, flow, known).is_kept() or _is_kept_by_callers(one, flow, known)
        for one in sources
    )


def _source(atom: Origin, flow: Flow, known: Known) -> Source:
    return Source(atom.node, flow, known, frozenset({atom}))  # type: ignore[arg-type]


def _is_kept_by_callers(atom: Origin, flow: Flow, known: Known) -> bool:
    """Whether a function that stores an ID of its own is only called where there was none."""
    if not flow.worklist.wanted >= flow.own_scopes:
        return False  # there may be other calls
    source = _source(atom, flow, known)
    calls = [call for call, functions in flow.callees.items() if source.around in functions]
    if not calls or not any(True for _ in source.writes()):
        return False
    return all(
        Source(call, flow, known, frozenset({atom, atom.brought_by(call)})).is_kept()
        for call in calls
    )


def _sources(atom: Origin, flow: Flow, known: Known) -> set[Origin]:
    """The ID as the calls bring it in whose functions it is generated, up to one that is kept."""
    found: set[Origin] = set()
    pending, seen = [atom], {atom}
    while pending:
        one = pending.pop()
        if one.node not in flow.callees or _source(one, flow, known).is_kept():
            found.add(one)
            continue
        value = flow.value(flow.uses.get(one.node, ()))
        held = value.union(*map(flow.contents, value))
        ids = {a for a in held if isinstance(a, Origin) and is_generated(a)}
        inner = {a for a in ids if flow.brings(one, a)} - seen
        seen |= inner
        pending += inner
    return found
