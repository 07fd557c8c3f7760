"""A unified diff in the bytes of the file, whatever its encoding, for `patch` and `git apply`."""

from __future__ import annotations

import io
import re
from difflib import diff_bytes, unified_diff
from typing import TYPE_CHECKING

from ctxlint.output import printable

if TYPE_CHECKING:
    from ctxlint.output.color import Paint

_STYLES = (("---", "bold"), ("+++", "bold"), ("@@", "cyan"), ("+", "green"), ("-", "red"))


def unified(name: str, before: bytes, after: bytes) -> bytes:
    """The diff of a file called `name`; empty where nothing changed."""
    shown = _quoted(name)
    # Split at line feeds only: patch knows no other line ends.
    old, new = io.BytesIO(before).readlines(), io.BytesIO(after).readlines()
    return b"".join(map(_ended, diff_bytes(unified_diff, old, new, shown, shown)))


def shown(patch: bytes) -> str:
    """A diff as a terminal shows it, with everything escaped that it would obey."""
    text = patch.decode(errors="backslashreplace").replace("\r\n", "\n")
    return printable(text, keep="\n\t")


def painted(text: str, paint: Paint) -> str:
    """A diff as text, in the colours that git has for its lines."""
    lines = text.split("\n")
    return "\n".join(paint(line, style) if (style := _style(line)) else line for line in lines)


def _style(line: str) -> str | None:
    """The style of a line, by what it begins with."""
    return next((style for start, style in _STYLES if line.startswith(start)), None)


def _quoted(name: str) -> bytes:
    """A name as `patch` and `git apply` read it; in quotes where it might pass for more lines."""
    data = name.encode(errors="surrogateescape")
    if printable(name) == name and not name.startswith('"'):
        return data
    return b'"' + re.sub(rb'[^ -~]|["\\]', lambda match: b"\\%03o" % ord(match[0]), data) + b'"'


def _ended(line: bytes) -> bytes:
    """A line of the diff with a line end; patch wants to be told where the file has none."""
    return line if line.endswith(b"\n") else line + b"\n\\ No newline at end of file\n"
