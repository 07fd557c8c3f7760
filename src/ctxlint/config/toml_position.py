"""Where a key is in a TOML text, which tomllib does not tell."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left
from collections.abc import Sequence
from typing import Any

Path = Sequence[str | int]


def key_position(text: str, path: Path) -> tuple[int, int]:
    """The row and column of a key, by its path through the tables and arrays of a TOML text.

    Both count from 1, the column in code points. The column is that of the statement where the name
    cannot be found in it.
    """
    lines = text.replace("\r\n", "\n").split("\n")
    last = bisect_left(range(len(lines)), True, key=lambda row: _holds(_whole(lines, row)[1], path))
    first, _ = _whole(lines, last - 1)
    statement = "\n".join(lines[first:last])
    name = re.escape([key for key in path if isinstance(key, str)][-1])
    found = re.compile(rf"(?<![\w-])[\"']?{name}[\"']?\s*[=.\]]").search(statement)
    before = statement[: found.start() if found else len(statement) - len(statement.lstrip())]
    return first + before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1


def _whole(lines: Sequence[str], end: int) -> tuple[int, dict[str, Any]]:
    """The number of rows up to `end` without a statement that goes on, and what they hold."""
    while True:
        try:
            return end, tomllib.loads("\n".join(lines[:end]))
        except tomllib.TOMLDecodeError:
            end -= 1


def _holds(value: Any, path: Path) -> bool:
    for key in path:
        try:
            value = value[key]
        except (KeyError, IndexError):
            return False
    return True
