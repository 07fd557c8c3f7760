"""Texts that may define a candidate: the others are not parsed, as most."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

# A function that asks whether something is there,
_MISSING = re.compile(rb"\bNone\b|\bor\b|\bif not\b|\bnot in\b|\.get\(|\bKeyError\b")
# looks something up,
_LOOKS_UP = re.compile(
    rb"\[[^\]]|\.get\(|setdefault|==|\bin\b|get_or_|\.(?:find|first|fetch|load|one|scalar|select)"
    rb"|\bselect\b|\(",
    re.I,
)
# and gives it; of a constructor it is the object.
_GIVES = re.compile(rb"\breturn\b|\byield\b|__init__|\.append\(|\.add\(")
_DEF = re.compile(rb"^[ \t]*(?:async[ \t]+)?def[ \t]+\w+", re.M)
# It may make what is not there.
_MAKES = re.compile(
    rb"setdefault|defaultdict|get_or_|\bnot in\b|KeyError|is None|\bif not\b|\bor\b|\braise\b"
    rb"|create|insert|append|cache",
    re.I,
)
# Words of which a file has one that is about conversations, or asks as a look-up does.
_ABOUT = re.compile(
    rb"session|thread|conversation|chat|dialog|history|memory|messages|question|setdefault"
    rb"|defaultdict|KeyError|get_or_",
    re.I,
)


def may_define(data: bytes) -> bool:
    """Whether a text may define a candidate."""
    return _ABOUT.search(data) is not None and any(map(defines_candidate, _functions(data)))


def defines_candidate(function: bytes) -> bool:
    """Whether the text of one function may be that of a candidate."""
    return all(
        wanted.search(function) is not None for wanted in (_MISSING, _MAKES, _GIVES, _LOOKS_UP)
    )


def _functions(data: bytes) -> Iterator[bytes]:
    """The texts of functions, each up to the next one."""
    ends = [*(found.start() for found in _DEF.finditer(data)), len(data)]
    for start, end in pairwise(ends):
        yield data[start:end]
