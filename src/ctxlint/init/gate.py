"""Texts that may define a candidate: the others are not parsed, as most."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

# Of a function that asks whether something is there,
_ASKS = re.compile(rb"\bNone\b|\bor\b|\bif not\b|\bnot in\b|\.get\(|\bKeyError\b")
# makes what is not,
_MAKES = re.compile(
    rb"setdefault|defaultdict|get_or_|\bnot in\b|KeyError|is None|\bif not\b|\bor\b|\braise\b"
    rb"|create|insert|append|cache",
    re.I,
)
# and gives it; of a constructor it is the object.
_GIVES = re.compile(rb"\breturn\b|\byield\b|__init__|\.append\(|\.add\(")
# What only stores do.
_STORE = re.compile(rb"setdefault|defaultdict|get_or_|\bnot in\b|KeyError")
_DEF = re.compile(rb"^(?:[ \t]*@[^\n]*\n)*[ \t]*(?:async[ \t]+)?def[ \t]+\w+", re.M)
_BLOCK = re.compile(rb"^(?:@[^\n]*\n)*(?:class|def|async[ \t]+def)\b", re.M)
# Words of conversations: a class or function about them has one.
_ABOUT = re.compile(
    rb"session|thread|conversation|chat|dialog|history|memory|messages|question|transcript"
    rb"|\bturns\b|\btalk|discussion",
    re.I,
)


def may_define(data: bytes) -> bool:
    """Whether a text may define a candidate."""
    return any(
        defines_candidate(function, block)
        for block in _parts(data, _BLOCK)
        if _ABOUT.search(block)
        for function in _parts(block, _DEF)
    )


def defines_candidate(function: bytes, block: bytes) -> bool:
    """Whether the text of one function, in that of its class, may be that of a candidate."""
    if not all(wanted.search(function) for wanted in (_ASKS, _MAKES, _GIVES)):
        return False
    is_store = _STORE.search(function) is not None
    return _ABOUT.search(function) is not None or (is_store and _ABOUT.search(block) is not None)


def _parts(data: bytes, begins: re.Pattern[bytes]) -> Iterator[bytes]:
    """The parts of a text that begin with something, each up to the next one."""
    ends = [*(found.start() for found in begins.finditer(data)), len(data)]
    for start, end in pairwise(ends):
        yield data[start:end]
