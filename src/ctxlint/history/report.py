"""The report of a history: the lives of its findings, and their number over time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from ctxlint.history.lives import Key, Look, Record, State, states
from ctxlint.history.walk import Commit, Visit


@dataclass(frozen=True, slots=True)
class Life:
    """The life of one finding; `path` is its last one, `function` empty at module level.

    `story` has the commits at which it was born, fixed, back, fixed again, and so on. An open one
    has lived up to the last commit of the history.
    """

    code: str
    path: str
    function: str
    message: str
    story: tuple[Commit, ...]
    lived_seconds: int

    @property
    def born(self) -> Commit:
        """The commit at which it was first there."""
        return self.story[0]

    @property
    def fixed(self) -> Commit | None:
        """The commit at which it went for good; None if it is open."""
        return None if len(self.story) % 2 else self.story[-1]

    @property
    def fixes(self) -> tuple[Commit, ...]:
        """The commits at which it went, for good or for a while."""
        return self.story[1::2]

    @property
    def returned(self) -> tuple[Commit, ...]:
        """The commits at which it came back."""
        return self.story[2::2]


@dataclass(frozen=True, slots=True)
class Point:
    """How many findings of each code were open at a commit."""

    commit: Commit
    counts: Mapping[str, int]

    @property
    def total(self) -> int:
        """How many were open."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class History:
    """All there is to report; `timeline` follows first parents, oldest first."""

    commits: int
    blobs: int
    parsed: int
    lives: Sequence[Life]
    timeline: Sequence[Point]

    @property
    def open(self) -> int:
        """How many findings are open at the end."""
        return sum(life.fixed is None for life in self.lives)


def told(
    visits: Sequence[Visit], look: Look, is_shown: Callable[[Commit], bool]
) -> tuple[list[Life], list[Point]]:
    """The lives that the shown commits saw, oldest first, and the timeline of these commits."""
    chain = _first_parents(visit.commit for visit in visits)
    timeline: list[Point] = []
    last: State = {}
    counts: Mapping[str, int] = {}
    for commit, state in states(visits, look):
        if commit.id in chain:
            if state is not last:
                last, counts = state, _counts(state)
            if is_shown(commit):
                timeline.append(Point(commit, counts))
    tip = visits[-1].commit
    lives = [
        (_life(key, path, record, tip), key)
        for path, records in last.items()
        for key, record in records.items()
        if record.is_open or any(map(is_shown, record.story))
    ]
    lives.sort(key=lambda pair: (pair[0].born.time, pair[0].path, pair[1]))
    return [life for life, _ in lives], timeline


def _first_parents(walked: Iterable[Commit]) -> set[str]:
    """The last commit, its first parent, and so on."""
    by_id = {commit.id: commit for commit in walked}
    chain = set()
    commit = next(reversed(by_id.values()), None)
    while commit is not None:
        chain.add(commit.id)
        commit = by_id.get(commit.parents[0]) if commit.parents else None
    return chain


def _counts(state: State) -> Mapping[str, int]:
    open_ = Counter(
        key.code for records in state.values() for key, record in records.items() if record.is_open
    )
    return dict(sorted(open_.items()))


def _life(key: Key, path: str, record: Record, tip: Commit) -> Life:
    end = tip if record.is_open else record.story[-1]
    seconds = max(0, end.time - record.story[0].time)  # clocks differ from machine to machine
    return Life(key.code, path, key.function, record.message, record.story, seconds)
