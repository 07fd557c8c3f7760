"""When findings appeared, were fixed and came back: each commit compared with its parents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from ctxlint.history.walk import Change, Commit, Visit


class Seen(NamedTuple):
    """A finding in one state of a file: `hash` is that of the code it points at."""

    code: str
    function: str
    hash: str
    message: str


class Key(NamedTuple):
    """The identity of a finding in its file; `number` tells equal ones apart."""

    code: str
    function: str
    hash: str
    number: int


class Record(NamedTuple):
    """The knowledge that one commit has of a finding.

    `origin` is the path where it was born; `story` has the commits at which it was born, fixed,
    back, fixed again, and so on.
    """

    origin: str
    message: str
    story: tuple[Commit, ...]

    @property
    def is_open(self) -> bool:
        """Whether it is there."""
        return _is_open(self.story)


Records = Mapping[Key, Record]  # of one file
State = Mapping[str, Records]  # by path, for files that have or had findings
Look = Callable[[str, str], "Sequence[Seen] | None"]  # what a blob has at a path, if that is known
_Now = Mapping[Key, str]  # the messages of what is there

_NOTHING: Records = {}


def states(visits: Sequence[Visit], look: Look) -> Iterator[tuple[Commit, State]]:
    """Each commit with what it knows of findings; parents come before their children."""
    waiting = Counter(parent for visit in visits for parent in visit.commit.parents)
    kept: dict[str, State] = {}
    for visit in visits:
        commit = visit.commit
        state = _after(visit, [kept.get(parent, {}) for parent in commit.parents] or [{}], look)
        for parent in commit.parents:
            waiting[parent] -= 1
            if not waiting[parent]:
                kept.pop(parent, None)
        kept[commit.id] = state
        yield commit, state


def _after(visit: Visit, parents: Sequence[State], look: Look) -> State:
    """The state that a commit makes of those of its parents."""
    first, *others = map(_moved, parents, visit.diffs)
    sides = [first, *(_rehomed(first, other) for other in others)]
    changed = {change.path: change.blob for change in visit.diffs[0]}
    paths = dict.fromkeys(changed)
    for side in sides[1:]:
        paths |= {path: None for path, known in side.items() if first.get(path) is not known}
    new: dict[str, Records] = {}
    for path in paths:
        before = [side.get(path, _NOTHING) for side in sides]
        now = _now(path, changed, before, look)
        if now or any(before):
            new[path] = _judged(path, before, now, visit.commit)
    return {**first, **new} if new else first


def _moved(state: State, diff: Sequence[Change]) -> State:
    """A state in which files have their new names."""
    moves = [(change.old, change.path) for change in diff if change.old in state]
    if not moves:
        return state
    gone = {old for old, _ in moves}
    moved = {path: records for path, records in state.items() if path not in gone}
    for old, path in moves:
        if old is not None:
            moved[path] = {**moved.get(path, _NOTHING), **state[old]}
    return moved


def _rehomed(first: State, other: State) -> State:
    """The state of another parent, its findings where the first parent has them.

    Git may miss there that a file was renamed.
    """
    astray = [path for path in other if path not in first]
    if not astray:
        return other
    homes = {
        (key, record.origin, record.story[0].id): path
        for path, records in first.items()
        for key, record in records.items()
    }
    state = {path: records for path, records in other.items() if path in first}
    for path in astray:
        for key, record in other[path].items():
            home = homes.get((key, record.origin, record.story[0].id), path)
            state[home] = {key: record, **state.get(home, _NOTHING)}
    return state


def _now(
    path: str, changed: Mapping[str, str | None], before: Sequence[Records], look: Look
) -> _Now:
    """The findings at a path: as before where it did not change, or cannot be read."""
    known = before[0]
    if path in changed:
        blob = changed[path]
        seen = () if blob is None else look(blob, path)
        if seen is not None:
            return _keyed(seen)
        known = next(filter(None, before), _NOTHING)
    return {key: record.message for key, record in known.items() if record.is_open}


def _keyed(seen: Iterable[Seen]) -> _Now:
    """The messages of findings; those that are alike are numbered."""
    counts: Counter[tuple[str, str, str]] = Counter()
    now = {}
    for code, function, digest, message in seen:
        counts[code, function, digest] += 1
        now[Key(code, function, digest, counts[code, function, digest])] = message
    return now


def _judged(path: str, before: Sequence[Records], now: _Now, commit: Commit) -> Records:
    """The knowledge that a commit has of the findings at a path."""
    records = {}
    for key in dict.fromkeys([*(key for known in before for key in known), *now]):
        known = [records_.get(key) for records_ in before]
        latest = next(filter(None, known), Record(path, "", ()))
        stories = [record.story if record else () for record in known]
        story = _story(stories, commit, is_there=key in now)
        records[key] = Record(latest.origin, now.get(key, latest.message), story)
    return records


def _story(
    stories: Sequence[tuple[Commit, ...]], commit: Commit, *, is_there: bool
) -> tuple[Commit, ...]:
    """The story of a finding that is or is not at a commit, from those that its parents tell.

    The first parent's goes on where it agrees; then that of another which knows how the first
    ends; else something happened at the commit itself.
    """
    own, *others = stories
    if own and _is_open(own) == is_there:
        return own
    for other in others:
        if other and _is_open(other) == is_there and (not own or own[-1] in other):
            return other
    return (*(own or next(filter(None, others), ())), commit)


def _is_open(story: Sequence[Commit]) -> bool:
    return len(story) % 2 == 1
