"""Where the output of a command goes: stdout or a file, and notices to stderr."""

from __future__ import annotations

import io
import os
import re
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from ctxlint import atomic_write, output
from ctxlint.config.settings import ConfigError
from ctxlint.output.color import painter
from ctxlint.terminal.streams import lenient, while_read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import TextIO

_CLAUSE = re.compile(r"[^:;.]+")


def refuse_output(file: str | None, checked: Iterable[str]) -> None:
    """Raise ConfigError for an output file that is one of the files to check."""
    if file is None or not os.path.isfile(file):
        return
    status = os.stat(file)
    for path in checked:
        with suppress(OSError):  # which is told when the file is checked
            if os.path.samestat(os.stat(path), status):
                what = "one of the files to check, name another for the output"
                raise ConfigError(f"{file}: {what}")


def deliver(file: str | None, write: Callable[[TextIO], None]) -> None:
    """Write the output file, or to stdout without one; raise ConfigError where the file fails."""
    if file is not None:
        write_file(file, write)
        return
    with while_read(sys.stdout):
        write(lenient(sys.stdout))


def write_file(file: str, write: Callable[[TextIO], None]) -> None:
    """Write the output file, all or nothing; raise ConfigError where that fails."""
    out = io.StringIO()
    write(out)
    try:
        atomic_write.write(file, out.getvalue().encode(errors="backslashreplace"))
    except OSError as error:
        what = f"{error.strerror}, nothing written"
        raise ConfigError(f"{file}: {what}, check its folder and permissions") from None


def say(line: str) -> None:
    """Print a line on stderr, harmless on a terminal."""
    print(output.printable(line), file=sys.stderr)


def conclude(line: str, style: str, color: str) -> None:
    """Print the closing line on stderr, the first clause of it in a style."""
    clause = _CLAUSE.match(line)
    end = clause.end() if clause else 0
    paint = painter(sys.stderr, color)
    first, rest = output.printable(line[:end]), output.printable(line[end:])
    print(paint(first, style) + rest, file=sys.stderr)
