"""Positions in the units of a client, and texts that change by them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types

from ctxlint.finding import Position
from ctxlint.server.document import Document
from ctxlint.server.positions import from_client, to_client, units

ENCODINGS = ("utf-8", "utf-16", "utf-32")
TEXT = 'x = "é😀"; y = 1\n'
COLUMN = TEXT.index("y") + 1


@pytest.mark.parametrize(("encoding", "character"), [("utf-8", 14), ("utf-16", 11), ("utf-32", 10)])
def test_a_column_is_counted_in_the_units_of_the_client(encoding: str, character: int) -> None:
    place = to_client(Position(1, COLUMN), [TEXT], encoding)
    assert place == types.Position(0, character)
    assert from_client(place, [TEXT], encoding) == Position(1, COLUMN)


@pytest.mark.parametrize("encoding", ENCODINGS)
@given(text=st.text(st.sampled_from("a é😀\t\x0c\u2028"), max_size=9), index=st.integers(0, 9))
def test_positions_go_there_and_back(encoding: str, text: str, index: int) -> None:
    place = Position(1, min(index, len(text)) + 1)
    lines = [text] if text else []
    there = to_client(place, lines, encoding)
    assert from_client(there, lines, encoding) == place


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("text", ["", "a", "a\n", "a\r\nb", "é\rb\n"])
def test_a_position_behind_the_text_is_its_end(encoding: str, text: str) -> None:
    document = Document("file:///a.py", "/a.py", 1, text)
    for place in (types.Position(9, 0), types.Position(9, 99)):
        added = types.TextDocumentContentChangePartial(types.Range(place, place), "+")
        assert document.changed(2, [added], encoding).text == f"{text}+"


def test_a_position_behind_a_line_is_its_end() -> None:
    place = types.Position(0, 99)
    added = types.TextDocumentContentChangePartial(types.Range(place, place), "+")
    document = Document("file:///a.py", "/a.py", 1, "a\r\nb")
    assert document.changed(2, [added], "utf-16").text == "a+\r\nb"


@pytest.mark.parametrize("encoding", ENCODINGS)
@given(data=st.data())
def test_changes_make_the_text_that_the_client_has(encoding: str, data: st.DataObject) -> None:
    alphabet = st.text(st.sampled_from("ab é😀\n\x0c\u2028"), max_size=12)
    text = data.draw(alphabet)
    document = Document("file:///a.py", "/a.py", 1, text)
    for version in range(2, 5):
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, len(text)))
        new = data.draw(alphabet)
        place = types.Range(position(text, start, encoding), position(text, end, encoding))
        change = types.TextDocumentContentChangePartial(place, new)
        document = document.changed(version, [change], encoding)
        text = text[:start] + new + text[end:]
        assert (document.text, document.version) == (text, version)


def position(text: str, index: int, encoding: str) -> types.Position:
    """Where a client sees an index of a text, whose lines end in a line feed."""
    line = text[:index].rpartition("\n")[2]
    return types.Position(text.count("\n", 0, index), units(line, encoding))


def test_a_change_without_a_range_replaces_the_text() -> None:
    document = Document("file:///a.py", "/a.py", 1, "old")
    change = types.TextDocumentContentChangeWholeDocument("new")
    assert document.changed(2, [change], "utf-8").text == "new"


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("a = 'é'\n", "a = 'é'\n".encode()),
        ("# coding: latin-1\na = 'é'\n", "# coding: latin-1\na = 'é'\n".encode("latin-1")),
        ("# coding: latin-1\na = '😀'\n", b"# coding: latin-1\na = '?'\n"),
        ("# coding: nonsense\n", b"# coding: nonsense\n"),
        ("a = '\ud800'\n", b"a = '?'\n"),
    ],
)
def test_a_text_is_encoded_as_it_would_be_saved(text: str, data: bytes) -> None:
    assert Document("file:///a.py", "/a.py", 1, text).data == data
