"""`# noqa` comments, with flake8's grammar: a comment counts where flake8 would count it.

The patterns are those of flake8 7.5 (`flake8.defaults`, `flake8.violation`, `flake8.processor`).
"""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from ctxlint.finding import Edit, Finding, Position
from ctxlint.source import SourceFile

_INLINE = re.compile(r"# noqa(?::[\s]?(?P<codes>([A-Z]+[0-9]+(?:[,\s]+)?)+))?", re.IGNORECASE)
_FILE = re.compile(r"\s*# flake8[:=]\s*noqa", re.IGNORECASE)
_CODE = re.compile(r"[^,\s]+")
# The text between codes and the words after them, and words that other tools would obey.
_PUNCTUATION = " \t\f,;:-\u2013\u2014"
_PRAGMA = re.compile(r"[\w.-]+\s*[:=]|no(?:sec|sem|sonar)", re.IGNORECASE)


class Code(NamedTuple):
    """A code of a noqa, or the beginning of some, and the index where it starts in the text."""

    name: str
    start: int

    @property
    def end(self) -> int:
        """The index behind it."""
        return self.start + len(self.name)


class Noqa(NamedTuple):
    """One `# noqa` between two indices of a text; without codes it suppresses everything."""

    start: int
    end: int
    codes: tuple[Code, ...]

    def suppresses(self, code: str) -> bool:
        """Whether it does so with findings of this code; case matters."""
        return not self.codes or code.startswith(tuple(one.name for one in self.codes))


class Line(NamedTuple):
    """The text in which flake8 looks for the noqa of its rows: the first one counts.

    That is one row, or several that a multi-line string or a backslash joins. `offset` is where it
    starts in the file, `comment` where a comment starts in it.
    """

    offset: int
    text: str
    comment: int | None = None

    @property
    def noqa(self) -> Noqa | None:
        """The noqa that counts, wherever it is."""
        return next(noqas(self.text), None)

    @property
    def end(self) -> int:
        """The index of its line end."""
        return len(self.text.removesuffix("\n").removesuffix("\r"))


def unsuppressed(findings: Collection[Finding], file: SourceFile) -> list[Finding]:
    """The findings that neither a `# noqa` where they start nor `# flake8: noqa` suppresses."""
    if not findings or "noqa" not in file.text.lower():
        return list(findings)
    if is_switched_off(file.lines):
        return []
    lines = noqa_lines(file)
    comments = ((finding, lines[finding.span.start.row].noqa) for finding in findings)
    return [finding for finding, noqa in comments if not (noqa and noqa.suppresses(finding.code))]


def is_switched_off(lines: Sequence[str]) -> bool:
    """Whether `# flake8: noqa`, with codes or without, begins a line of a file."""
    return any(map(_FILE.match, lines))


def noqas(text: str, start: int = 0) -> Iterator[Noqa]:
    """Each noqa in a text from the index `start`."""
    for match in _INLINE.finditer(text, start):
        codes = _CODE.finditer(text, *match.span("codes")) if match["codes"] else ()
        yield Noqa(*match.span(), tuple(Code(code[0], code.start()) for code in codes))


@lru_cache(maxsize=1)  # the findings of one file share it
def noqa_lines(file: SourceFile) -> dict[int, Line]:
    """For each row the text in which flake8 looks for its comment."""
    alone = {row: Line(_start(row, file), text) for row, text in enumerate(file.lines, start=1)}
    tokens = tokenize.generate_tokens(io.StringIO(file.text, newline=None).readline)
    try:
        return alone | _joined(tokens, file)
    except (tokenize.TokenError, SyntaxError):  # as for a backslash at the end of valid code
        return alone


def _start(row: int, file: SourceFile) -> int:
    return file.offset(Position(row, 1))


def _joined(tokens: Iterator[tokenize.TokenInfo], file: SourceFile) -> dict[int, Line]:
    rows: dict[int, Line] = {}
    pending: set[int] = set()
    comment = None
    for token in tokens:
        if token.type in (tokenize.ENDMARKER, tokenize.DEDENT):
            continue
        pending.update(range(token.start[0], token.end[0] + 1))
        if token.type == tokenize.COMMENT:
            comment = _start(token.start[0], file) + token.start[1]
        if token.type in (tokenize.NL, tokenize.NEWLINE):
            first, last = min(pending), max(pending)
            offset = _start(first, file)
            text = "".join(file.lines[first - 1 : last])
            line = Line(offset, text, None if comment is None else comment - offset)
            rows |= dict.fromkeys(range(first, last + 1), line)
            pending, comment = set(), None
    return rows


def removal(line: Line, gone: Collection[int], file: SourceFile) -> Edit | None:
    """The edit that takes the codes that start at the indices `gone` out of the comment of `line`.

    The words behind them stay. None where what is left would mean something else than before: a
    noqa of everything, one that did not count so far, or a pragma of another tool.
    """
    assert line.comment is not None
    text = line.text[: line.end]
    for noqa in reversed(list(noqas(text, line.comment))):  # the indices before it stay right
        kept = [code for code in noqa.codes if code.start not in gone]
        if kept:
            text = _keep(text, noqa, kept)
        elif noqa.codes:
            words = text[noqa.end :].lstrip(_PUNCTUATION)
            if _PRAGMA.match(words):
                return None
            text = text[: line.comment] + _comment(text[line.comment : noqa.start], words)
    if not _is_left(line, gone, text):
        return None
    bare = text.rstrip(" \t")
    if not bare:  # a row of its own
        return _edit(line, 0, len(line.text), "", file)
    if bare[-1] in "\r\n":  # code may not end with a backslash
        return None
    start = min(line.comment, len(bare))
    return _edit(line, start, line.end, bare[start:], file)


def _keep(text: str, noqa: Noqa, kept: Sequence[Code]) -> str:
    """The text with only these codes in its noqa, separated as they were."""
    ends = {code: one.end for one, code in zip(noqa.codes, noqa.codes[1:], strict=False)}
    codes = kept[0].name + "".join(text[ends[code] : code.end] for code in kept[1:])
    return text[: noqa.codes[0].start] + codes + text[noqa.codes[-1].end :]


def _comment(before: str, words: str) -> str:
    """The comment that is left of one without the noqa between `before` and `words`."""
    if not before.strip("# \t"):
        before = ""
    if words and not words.startswith("#"):
        words = f"# {words}"
    return before + words


def _is_left(line: Line, gone: Collection[int], text: str) -> bool:
    """Whether `text` has the noqa of `line` without the codes that are gone, and no other."""
    before, after = line.noqa, next(noqas(text), None)
    assert before is not None
    names = [code.name for code in before.codes if code.start not in gone]
    if before.codes and not names:
        is_left = after is None
    else:
        is_left = after is not None and [code.name for code in after.codes] == names
    return is_left and not is_switched_off(text.splitlines())


def addition(line: Line, codes: Sequence[str], reason: str, file: SourceFile) -> Edit:
    """The edit that adds these codes, and a reason unless it is empty, to the noqa of `line`."""
    text = line.text[: line.end]
    noqa = line.noqa
    if noqa and noqa.codes and line.comment is not None and noqa.start >= line.comment:
        end = noqa.codes[-1].end
        words = text[end:].lstrip(_PUNCTUATION)
        if reason and words and not words.startswith("#"):
            reason += ";"
        return _edit(line, end, end, f", {_listed(codes, reason)}", file)
    bare = text.rstrip(" \t")
    return _edit(line, len(bare), line.end, f"  # noqa: {_listed(codes, reason)}", file)


def _listed(codes: Sequence[str], reason: str) -> str:
    return " ".join([", ".join(codes), *([reason] if reason else [])])


def _edit(line: Line, start: int, end: int, content: str, file: SourceFile) -> Edit:
    """An edit between two indices of a line's text."""
    first, last = (file.position(line.offset + index) for index in (start, end))
    return Edit(first, last, content)


def is_reason(text: str) -> bool:
    """Whether a text can follow the codes of a noqa: one line, and not a code to flake8."""
    noqa = next(noqas(f"# noqa: E1 {text}"))
    return text.isprintable() and len(noqa.codes) == 1
