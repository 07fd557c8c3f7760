"""Proposals: which candidates are getters, with the evidence of their calls."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from ctxlint.finding import Finding
from ctxlint.init.candidates import ENOUGH, GROWTH, Candidate
from ctxlint.init.generators import Generator
from ctxlint.init.meaning import Evidence
from ctxlint.init.usage import Use, Wrapper
from ctxlint.project.modules import Project

Places = AbstractSet[tuple[str, int]]


class Proposal(NamedTuple):
    """A getter to propose, with its calls; a generated ID reaches those that are `generated`.

    Of `unknown` ones it is not known, as IDs in their files were not followed.
    """

    candidate: Candidate
    calls: tuple[Use, ...]
    score: int
    generated: tuple[Use, ...] = ()
    unknown: tuple[Use, ...] = ()

    @property
    def rank(self) -> tuple[int, int, int, str]:
        """The order of proposals: those that generated IDs reach most often come first."""
        return (-len(self.generated), -len(self.calls), -self.score, self.candidate.call)

    def reached_at(self, places: Places, unfollowed: AbstractSet[str]) -> Proposal:
        """The proposal with the calls in which a generated ID arrives somewhere.

        In files that were `unfollowed` that is not known.
        """
        generated = tuple(u for u in self.calls if any(u.covers(*place) for place in places))
        others = (use for use in self.calls if use.filename in unfollowed and use not in generated)
        return self._replace(generated=generated, unknown=tuple(others))


class Search(NamedTuple):
    """The result of a search: ranked getters, sources, presets, and unreadable files.

    `findings` are those of a check with these getters and sources, but in the files, by their
    names, in which IDs were `unfollowed`.
    """

    proposals: tuple[Proposal, ...]
    sources: tuple[Generator, ...]
    presets: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    unfollowed: tuple[str, ...] = ()


def known_by(found: Iterable[Candidate], project: Project) -> dict[str, Candidate]:
    """The candidates by their full paths, without those that only pass on to others.

    Methods that do what one abstract method says are one, and mean what all of them mean.
    """
    everything = list(found)
    known: dict[str, Candidate] = {}
    for candidate in everything:
        is_weak = candidate.score + GROWTH < ENOUGH
        if is_weak or _hands_on(candidate, everything) or _is_replaced(candidate, everything):
            continue
        named = candidate.named(project)
        other = known.get(named.call)
        known[named.call] = named if other is None else _agreed(other, named)
    return known


def _hands_on(candidate: Candidate, everything: Sequence[Candidate]) -> bool:
    """Whether another candidate does for a function all that it does."""
    is_payload = any("." in path and not path.startswith("self.") for path in candidate.ids)
    holders = candidate.holders - {candidate.place}
    others = [one for one in everything if one.place in holders]
    if all(one.is_private and _is_face(candidate, one) for one in others):
        return False
    return is_payload or not candidate.decides


def _is_replaced(candidate: Candidate, everything: Sequence[Candidate]) -> bool:
    """Whether a private function is that of a public one, in the same file, that is a candidate."""
    if not candidate.is_private:
        return False
    return any(
        candidate.place in other.holders and _is_face(other, candidate)
        for other in everything
        if other.filename == candidate.filename
    )


def _is_face(public: Candidate, private: Candidate) -> bool:
    """Whether a public function passes on to a private one what it is given."""
    tails = [{path.partition(".")[2] for path in one.ids} for one in (public, private)]
    return not public.is_private and not public.asks and tails[0] == tails[1]


def _agreed(one: Candidate, other: Candidate) -> Candidate:
    none = one.none if one.none == other.none else None
    evidence = tuple(dict.fromkeys((*one.evidence, *other.evidence)))
    return one._replace(none=none, evidence=evidence, score=max(one.score, other.score))


def chosen(found: Mapping[str, Candidate], uses: Mapping[str, Sequence[Use]]) -> list[Proposal]:
    """The candidates that are proposed, and the wrappers by which all their callers go."""
    proposals = []
    for call, candidate in found.items():
        calls = tuple(use for use in uses.get(call, ()) if use.place != candidate.place)
        grows = candidate.grows or any(use.grows for use in calls)
        score = candidate.score + GROWTH * grows
        needs_calls = candidate.is_route or candidate.is_private or _is_payload(candidate)
        is_called = bool(calls) or not needs_calls
        if score >= ENOUGH and is_called:
            proposals.append(Proposal(_constant_or_not(candidate, calls), calls, score))
    return proposals


def _is_payload(candidate: Candidate) -> bool:
    return any("." in path for path in candidate.ids)


def _constant_or_not(candidate: Candidate, calls: Sequence[Use]) -> Candidate:
    """A candidate, its meaning open where all calls give the same for the person meant."""
    names = set(candidate.people)
    if not calls or not names or not all(names <= use.constants for use in calls):
        return candidate
    return candidate._replace(none=None)


def wrappers_of(proposals: Sequence[Proposal]) -> dict[str, Candidate]:
    """The functions by which all calls of a getter go, which the code calls in its place."""
    places = {proposal.candidate.place for proposal in proposals}
    found = {}
    for proposal in proposals:
        wrappers = {use.wrapper for use in proposal.calls}
        wrapper = next(iter(wrappers)) if len(wrappers) == 1 else None
        if wrapper is not None and wrapper.place not in places and "._" not in wrapper.call:
            found[wrapper.call] = _wrapped(proposal.candidate, wrapper)
    return found


def _wrapped(getter: Candidate, wrapper: Wrapper) -> Candidate:
    """A function that passes on to a getter, as a getter."""
    message = f"it passes its IDs to {getter.call}, which nothing else calls"
    return getter._replace(
        call=wrapper.call,
        ids=dict(wrapper.ids),
        none=getter.none if wrapper.people is not None else None,
        filename=wrapper.filename,
        row=wrapper.row,
        place=wrapper.place,
        evidence=(Evidence(message, wrapper.filename, wrapper.row), *getter.evidence),
        people=dict(wrapper.people or ()),
        grows=False,
        required=0,
    )
