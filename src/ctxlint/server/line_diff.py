"""The lines in which two texts differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

_MOST = 2_000  # lines that are compared one by one: the time grows with their square


class Change(NamedTuple):
    """The lines from `start` to `end` of one text are those from `first` to `last` of another."""

    start: int
    end: int
    first: int
    last: int


def changes(before: Sequence[str], after: Sequence[str]) -> Iterator[Change]:
    """The changes that make one text of another, in order."""
    head = _common(before, after)
    tail = _common(before[head:][::-1], after[head:][::-1])
    old, new = before[head : len(before) - tail], after[head : len(after) - tail]
    if len(old) > _MOST or len(new) > _MOST:
        yield Change(head, head + len(old), head, head + len(new))
        return
    for kind, *ends in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind != "equal":
            yield Change(*(end + head for end in ends))


def moved(row: int, known: Sequence[Change]) -> int:
    """The index of a line of the one text in the other, both counted from 0."""
    shift = 0
    for start, end, first, last in known:
        if row < start:
            break
        if row < end:
            return max(first, min(first + row - start, last - 1))
        shift = last - end
    return row + shift


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """How many lines two texts begin with in common."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((index for index, (a, b) in pairs if a != b), min(len(one), len(other)))
