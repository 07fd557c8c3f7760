"""Examples: what comments say that ctxlint finds in a file, and whether it does.

`# error: CTX101` is on the row of a finding, `# ok: CTX101` on a tricky row without one, and
`# todo: CTX101` on a known miss. A row without a mark has no finding.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import zip_longest
from typing import NamedTuple

from ctxlint.finding import Finding

_MARK = r"#[ ]?(?P<kind>error|ok|todo): (?P<codes>CTX\d{3}(?:, ?CTX\d{3})*)"
_FIND = re.compile(_MARK)
# With the blanks before it, and the words behind it, up to the next comment.
_REMOVE = re.compile(rf"[ \t]*{_MARK}(?:[^#\r\n]*[^#\s])?")
_NEWLINE = re.compile(r"\r\n|\r|\n")
_NOTHING = "nothing"


class Mark(NamedTuple):
    """The mark of a comment for its row."""

    row: int
    kind: str
    code: str


class Failure(NamedTuple):
    """A row that was not as expected."""

    row: int
    expected: str
    got: str

    def __str__(self) -> str:
        return f"{self.row}: expected {self.expected}, got {self.got}"


def marks(text: str) -> list[Mark]:
    """The marks in a text, one for each code."""
    return [
        Mark(row, match["kind"], code)
        for row, line in enumerate(_NEWLINE.split(text), start=1)
        for match in _FIND.finditer(line)
        for code in re.split(", ?", match["codes"])
    ]


def without_marks(text: str) -> str:
    """A text as it is without its marks; the rows stay."""
    return _REMOVE.sub("", text)


def failures(text: str, findings: Iterable[Finding]) -> list[Failure]:
    """The rows of a text whose findings are not those that its marks tell."""
    expected: dict[int, list[str]] = defaultdict(list)
    got: dict[int, list[str]] = defaultdict(list)
    for mark in marks(text):
        if mark.kind == "error":
            expected[mark.row].append(mark.code)
    for finding in findings:
        got[finding.span.start.row].append(finding.code)
    return [
        Failure(row, _joined(expected[row]), _joined(got[row]))
        for row in sorted(expected.keys() | got.keys())
        if sorted(expected[row]) != sorted(got[row])
    ]


def _joined(codes: Iterable[str]) -> str:
    return " and ".join(sorted(codes)) or _NOTHING


def difference(expected: str, got: str) -> Failure | None:
    """The first row in which two texts differ, marks and kinds of newlines aside."""
    rows = zip_longest(_rows(expected), _rows(got))
    for row, (wanted, found) in enumerate(rows, start=1):
        if wanted != found:
            return Failure(row, _quoted(wanted), _quoted(found))
    return None


def _rows(text: str) -> Iterator[str]:
    return iter(_NEWLINE.split(without_marks(text).rstrip("\r\n")))


def _quoted(line: str | None) -> str:
    return _NOTHING if line is None else f"'{line.strip()}'"
