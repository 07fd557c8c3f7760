"""The search of a text for many words at once."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

_PART = 2**18  # bytes that are searched at a time, for the list of matches may be as long
_AT_ONCE = 60  # words that are found with vector instructions: more take 8 times longer,
_LOOKS = 6  # so that several looks are faster
# Words that begin with few letters would be found by these, which may be frequent, and take as
# long: they are searched for beside others, which no text in UTF-8 has.
_FEW_LETTERS = 3
_NEVER = [b"\xfc\xfc\xfc", b"\xfd\xfd\xfd", b"\xfe\xfe\xfe", b"\xff\xff\xff"]


def has_any(data: bytes, words: tuple[str, ...]) -> bool:
    """Whether bytes, in UTF-8, contain one of some words, also within a longer one."""
    return bool(words) and ("" in words or _search(words)(data))


@lru_cache(maxsize=64)  # the same few tuples for all files
def _search(words: tuple[str, ...]) -> Callable[[bytes], bool]:
    """A test whether bytes hold one of some words: in few looks, if it can."""
    encoded = [word.encode(errors="surrogateescape") for word in words]
    count = _AT_ONCE if len(encoded) <= _AT_ONCE * _LOOKS else len(encoded)
    looks = [_look(encoded[start : start + count]) for start in range(0, len(encoded), count)]
    return looks[0] if len(looks) == 1 else lambda data: any(look(data) for look in looks)


def _look(words: list[bytes]) -> Callable[[bytes], bool]:
    """A test whether bytes hold one of some words, in one look if it can."""
    try:
        from ahocorasick_rs import BytesAhoCorasick, MatchKind  # noqa: PLC0415 - if it is there
    except ImportError:  # without the extra `fast`
        return lambda data: any(word in data for word in words)
    others = _NEVER if len({word[0] for word in words}) <= _FEW_LETTERS else []
    # Any match will do, and those of this kind are found with vector instructions.
    search_for = BytesAhoCorasick([*words, *others], matchkind=MatchKind.LeftmostFirst)
    find = search_for.find_matches_as_indexes
    size = _PART + max(map(len, words)) - 1

    def search(data: bytes) -> bool:
        if len(data) <= _PART:  # as most
            return bool(find(data)) and any(word in data for word in words)
        view = memoryview(data)
        parts = (view[start : start + size] for start in range(0, len(data), _PART))
        return any(map(find, parts)) and any(word in data for word in words)

    return search
