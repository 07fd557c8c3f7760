"""A unified diff in the bytes of the file, whatever its encoding, for `patch` and `git apply`."""

from __future__ import annotations

import io
from difflib import diff_bytes, unified_diff


def unified(name: str, before: bytes, after: bytes) -> bytes:
    """The diff of a file called `name`; empty where nothing changed."""
    shown = name.encode(errors="surrogateescape")
    # Split at line feeds only: patch knows no other line ends.
    old, new = io.BytesIO(before).readlines(), io.BytesIO(after).readlines()
    return b"".join(map(_ended, diff_bytes(unified_diff, old, new, shown, shown)))


def _ended(line: bytes) -> bytes:
    """A line of the diff with a line end; patch wants to be told where the file has none."""
    return line if line.endswith(b"\n") else line + b"\n\\ No newline at end of file\n"
