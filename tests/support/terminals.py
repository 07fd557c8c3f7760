"""How tests run ctxlint in a process of its own: on a terminal, after code of the test."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

_UNSET = (
    "NO_COLOR",
    "FORCE_COLOR",
    "TTY_COMPATIBLE",
    "COLORTERM",
    "COLUMNS",
    "LINES",
    "PYTHONUNBUFFERED",
)
AT_ONCE = "from ctxlint.terminal import progress; progress.DELAY = -1"  # a bar, whatever the work


class Shown(NamedTuple):
    """What a terminal got from `stdout` and `stderr`, and the exit code."""

    code: int
    out: str
    err: str


def environment(**changes: str) -> dict[str, str]:
    """The environment of a terminal with colours, and changes to it."""
    clean = {name: value for name, value in os.environ.items() if name not in _UNSET}
    return clean | {"TERM": "xterm-256color", "PYTHONUTF8": "1"} | changes


def command(*args: str, before: str = "") -> list[str]:
    """The command that runs the lines `before`, then ctxlint."""
    return [sys.executable, "-c", f"{before}\nfrom ctxlint.cli.main import main\nmain()", *args]


def on_terminal(
    *args: str,
    cwd: Path,
    before: str = "",
    columns: int = 80,
    is_read: bool = False,
    **changes: str,
) -> Shown:
    """Run ctxlint with a terminal of its own for each of stdout and stderr.

    `is_read`: whether stdin is a terminal too, that of stdout.
    """
    import fcntl  # noqa: PLC0415 - Windows has none of these
    import pty  # noqa: PLC0415
    import termios  # noqa: PLC0415

    ends = [pty.openpty(), pty.openpty()]
    for _, end in ends:
        fcntl.ioctl(end, termios.TIOCSWINSZ, struct.pack("4H", 40, columns, 0, 0))
    child = subprocess.Popen(
        command(*args, before=before),
        cwd=cwd,
        env=environment(**changes),
        stdin=ends[0][1] if is_read else subprocess.DEVNULL,
        stdout=ends[0][1],
        stderr=ends[1][1],
    )
    for _, end in ends:
        os.close(end)
    out, err = (_drained(end) for end, _ in ends)
    return Shown(child.wait(60), out, err)


def _drained(end: int) -> str:
    """All that a terminal was sent, with plain line ends."""
    chunks = []
    try:
        while chunk := os.read(end, 1 << 16):
            chunks.append(chunk)
    except OSError:  # how Linux says that the other end is closed
        pass
    os.close(end)
    return b"".join(chunks).decode().replace("\r\n", "\n")
