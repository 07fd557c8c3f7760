"""The streams of this process: what a reader may do to them, and what they can show."""

from __future__ import annotations

import io
import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TextIO


def restore_closed() -> None:
    """Let the streams that were closed before Python began, as by `>&-`, lead nowhere."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 - stays


@contextmanager
def while_read(stream: TextIO) -> Iterator[None]:
    """Write to a stream for as long as someone reads it: a closed pipe ends the block quietly."""
    try:
        yield
        stream.flush()
    except BrokenPipeError:
        discard(stream)


def discard(stream: TextIO) -> None:
    """Throw away what a stream still holds: when Python exits it flushes that, and may fail."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, stream.fileno())
    os.close(null)


def lenient(stream: TextIO) -> TextIO:
    """The stream, escaping what its encoding lacks."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")
    return stream
