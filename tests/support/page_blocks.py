"""The code blocks of Markdown pages, and what the page says of each.

A Python block carries the marks of fixtures (`# error: CTX101`). A line `*fixed*`, or `*fixed with
`--option`*`, heads the block that the fix of the Python block before it must give; with `: as it
was` behind it, no block follows, since that fix changes nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ctxlint.config.settings import Keep, Settings
from ctxlint.run import examples

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

UNCHANGED = ": as it was"
_FENCE = re.compile(r"^```(?P<language>\w*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_FIXED = re.compile(rf"^\*fixed(?: with `(?P<options>[^`]+)`)?\*(?P<same>{UNCHANGED})?$", re.M)


@dataclass(frozen=True)
class Block:
    """One fenced block; `heading` is the last line of prose above it."""

    page: str
    row: int
    language: str
    text: str
    heading: str

    def __str__(self) -> str:
        return f"{self.page}:{self.row}"

    @property
    def is_fixed(self) -> bool:
        return bool(_FIXED.match(self.heading))

    @property
    def bare(self) -> str:
        """The text without its marks."""
        return examples.without_marks(self.text)


@dataclass(frozen=True)
class Repair:
    """A block, and what its fix must give with these settings."""

    before: Block
    options: str
    after: str

    def __str__(self) -> str:
        return f"{self.before}{'-'.join(['', *self.options.split()])}"

    @property
    def settings(self) -> Settings:
        match self.options.split():
            case []:
                return Settings()
            case ["--unsafe-fixes"]:
                return Settings(unsafe_fixes=True)
            case ["--keep", keep]:
                return replace(Settings(), keep=Keep(keep))
        raise ValueError(self.options)


def blocks(path: Path, language: str = "") -> list[Block]:
    """The fenced blocks of a page, all or those in one language."""
    text = path.read_text(encoding="utf-8")
    found = []
    for match in _FENCE.finditer(text):
        above = text[: match.start()]
        heading = above.rstrip().rpartition("\n")[2]
        row = above.count("\n") + 1
        found.append(Block(path.name, row, match["language"], match["text"], heading))
    return [block for block in found if language in {"", block.language}]


def repairs(path: Path) -> Iterator[Repair]:
    """What a page says about fixes."""
    text = path.read_text(encoding="utf-8")
    python = blocks(path, "python")
    for match in _FIXED.finditer(text):
        row = text.count("\n", 0, match.start()) + 1
        before = [block for block in python if block.row < row and not block.is_fixed][-1]
        after = next((block for block in python if block.row > row), before)
        if match["same"]:
            after = before
        yield Repair(before, match["options"] or "", after.bare)
