"""The search of a text for many words at once."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

_PART = 2**18  # bytes that are searched at a time, for the list of matches may be as long


def has_any(data: bytes, words: tuple[str, ...]) -> bool:
    """Whether bytes, in UTF-8, contain one of some words, also within a longer one."""
    return bool(words) and ("" in words or _search(words)(data))


@lru_cache(maxsize=64)  # the same few tuples for all files
def _search(words: tuple[str, ...]) -> Callable[[bytes], bool]:
    """A test whether bytes hold one of some words: in one look, if it can."""
    encoded = [word.encode(errors="surrogateescape") for word in words]
    try:
        from ahocorasick_rs import BytesAhoCorasick, MatchKind  # noqa: PLC0415 - if it is there
    except ImportError:  # without the extra `fast`
        return lambda data: any(word in data for word in encoded)
    # Any match will do, and those of this kind are found with vector instructions.
    find = BytesAhoCorasick(encoded, matchkind=MatchKind.LeftmostFirst).find_matches_as_indexes
    size = _PART + max(map(len, encoded)) - 1

    def search(data: bytes) -> bool:
        if len(data) <= _PART:  # as most
            return bool(find(data))
        view = memoryview(data)
        return any(find(view[start : start + size]) for start in range(0, len(data), _PART))

    return search
