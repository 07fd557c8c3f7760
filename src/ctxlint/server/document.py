"""The text of a file that is open in the editor."""

from __future__ import annotations

import io
import tokenize
from collections.abc import Iterable
from typing import NamedTuple

from lsprotocol import types

from ctxlint.finding import Position
from ctxlint.server.positions import from_client
from ctxlint.source import SourceFile


class Document(NamedTuple):
    """A version of an open text; `uri` is what the client calls it."""

    uri: str
    path: str
    version: int
    text: str

    @property
    def data(self) -> bytes:
        """The bytes that the text would be saved as; `?` where its encoding has no such letter."""
        first = "".join(self.text.splitlines(keepends=True)[:2]) if "coding" in self.text else ""
        try:
            lines = io.BytesIO(first.encode(errors="replace"))
            encoding, _ = tokenize.detect_encoding(lines.readline)
            return self.text.encode(encoding, errors="replace")
        except (SyntaxError, LookupError):  # which is told when the file is checked
            return self.text.encode(errors="replace")

    def changed(
        self,
        version: int,
        changes: Iterable[types.TextDocumentContentChangeEvent],
        encoding: str,
    ) -> Document:
        """The next version of the text."""
        text = self.text
        for change in changes:
            if isinstance(change, types.TextDocumentContentChangePartial):
                text = _replaced(text, change, encoding)
            else:
                text = change.text
        return self._replace(version=version, text=text)


def _replaced(text: str, change: types.TextDocumentContentChangePartial, encoding: str) -> str:
    """A text with one of its ranges replaced."""
    file = SourceFile("", text)

    def offset(position: types.Position) -> int:
        place = from_client(position, file.lines, encoding)
        return len(text) if place == _end(file) else file.offset(place)

    start, end = offset(change.range.start), offset(change.range.end)
    return text[:start] + change.text + text[max(start, end) :]


def _end(file: SourceFile) -> Position:
    """The position behind the last line end of a text."""
    return Position(len(file.lines) + 1, 1)
