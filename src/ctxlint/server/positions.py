"""Between our positions, in code points from 1, and those of a client, in its units from 0."""

from __future__ import annotations

from collections.abc import Sequence

from lsprotocol import types

from ctxlint.finding import Position, Span

_ASTRAL = 0xFFFF  # what lies above takes two units of UTF-16


def units(text: str, encoding: str) -> int:
    """How many units of an encoding a text takes."""
    if text.isascii() or encoding == types.PositionEncodingKind.Utf32:
        return len(text)
    if encoding == types.PositionEncodingKind.Utf8:
        return len(text.encode(errors="surrogatepass"))
    return len(text) + sum(ord(char) > _ASTRAL for char in text)


def to_client(position: Position, lines: Sequence[str], encoding: str) -> types.Position:
    """A position in a text with these lines, as the client counts."""
    row, column = position.row - 1, position.column - 1
    before = lines[row][:column] if row < len(lines) else ""
    return types.Position(row, units(before, encoding))


def range_of(span: Span, lines: Sequence[str], encoding: str) -> types.Range:
    """A span of a text with these lines, as the client counts."""
    return types.Range(to_client(span.start, lines, encoding), to_client(span.end, lines, encoding))


def from_client(position: types.Position, lines: Sequence[str], encoding: str) -> Position:
    """The position in a text with these lines for one of the client; the closest that exists."""
    if position.line >= len(lines):
        is_open = bool(lines) and not lines[-1].endswith(("\n", "\r"))
        return Position(len(lines), len(lines[-1]) + 1) if is_open else Position(len(lines) + 1, 1)
    line = lines[max(position.line, 0)].rstrip("\r\n")
    if line.isascii():
        column = min(position.character, len(line))
    else:
        column = _column(line, position.character, encoding)
    return Position(max(position.line, 0) + 1, max(column, 0) + 1)


def _column(line: str, character: int, encoding: str) -> int:
    """The index in a line behind so many units."""
    done = 0
    for index, char in enumerate(line):
        if done >= character:
            return index
        done += units(char, encoding)
    return len(line)
