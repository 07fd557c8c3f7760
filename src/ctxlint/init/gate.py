"""Texts that may define a candidate: the others are not parsed, as most."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ctxlint.init.words import is_for_others

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
# The name of an ID, in a parameter or a key.
_ID = re.compile(
    rb"(?:\b|_)(?:id|key|ref|uuid|sid|tid|cid)\b|[a-z](?:Id|ID|Key)\b"
    rb"|(?:chat|convo|conversation|dialog|dialogue|discussion|session|talk|thread)\b",
    re.I,
)
_DEF = re.compile(rb"^(?:[ \t]*@[^\n]*\n)*([ \t]*)(?:async[ \t]+)?def[ \t]+(\w+)", re.M)
_NO_PARAMETER = re.compile(rb"\s*\(\s*(?:self|cls)?\s*,?\s*\)")
_BLOCK = re.compile(rb"^(?:@[^\n]*\n)*(?:class[ \t]+(\w+)|(?:async[ \t]+)?def)\b", re.M)
# Words of conversations: a class or function about them has one.
_ABOUT = re.compile(
    rb"session|thread|conversation|chat|dialog|history|memory|messages|question|transcript"
    rb"|\bturns\b|\btalk|discussion",
    re.I,
)
_OWN_ID = re.compile(
    rb"\bself\.\w*(?:chat|convo|conversation|dialog|discussion|session|talk|thread)", re.I
)


class Sketch(NamedTuple):
    """The text of a function that is defined at a row; `owner` is the name of its class."""

    row: int
    text: bytes
    owner: bytes | None

    @property
    def alone(self) -> bytes:
        """Its text as one that can be parsed: in a block, where it is indented."""
        if not self.text[:1].isspace():
            return self.text
        return (b"class %s:\n" % self.owner if self.owner else b"if True:\n") + self.text


def may_be_candidates(data: bytes) -> Iterator[Sketch]:
    """The functions of a text that may be candidates."""
    row = 1
    counted = 0
    for head, end in _parts(data, _BLOCK):
        block = data[head.start() : end]
        if not _ABOUT.search(block):
            continue
        for found, text in _functions(block):
            if _may_be_one(found, text, block):
                start = head.start() + found.start(1)
                row += data.count(b"\n", counted, start)
                counted = start
                yield Sketch(row, text, head[1])


def _parts(data: bytes, begins: re.Pattern[bytes]) -> Iterator[tuple[re.Match[bytes], int]]:
    """The beginnings of something in a text, each with where the next one is."""
    return _with_ends([*begins.finditer(data)], data)


def _functions(block: bytes) -> Iterator[tuple[re.Match[bytes], bytes]]:
    """The outermost functions in the text of a class or function, with their own."""
    outer: list[re.Match[bytes]] = []
    for found in _DEF.finditer(block):
        if not outer or len(found[1]) <= len(outer[-1][1]):
            outer.append(found)
    for one, end in _with_ends(outer, block):
        yield one, block[one.start() : end]


def _with_ends(
    found: Sequence[re.Match[bytes]], text: bytes
) -> Iterator[tuple[re.Match[bytes], int]]:
    """Matches in a text, each with where the next one, or the end of the text, is."""
    return zip(found, [*(one.start() for one in found[1:]), len(text)], strict=False)


def _may_be_one(found: re.Match[bytes], text: bytes, block: bytes) -> bool:
    """Whether the text of one function, in that of its class, may be that of a candidate."""
    if is_for_others(found[2].decode(errors="replace")):
        return False
    if not all(wanted.search(text) for wanted in (_ASKS, _MAKES, _GIVES, _ID)):
        return False
    if _NO_PARAMETER.match(block, found.end()) and not _OWN_ID.search(text):
        return False
    is_store = _STORE.search(text) is not None
    return _ABOUT.search(text) is not None or (is_store and _ABOUT.search(block) is not None)
