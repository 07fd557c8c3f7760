"""Tells candidates from other files in a process of its own, while a search still goes on."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterable
from contextlib import suppress
from select import select
from typing import TYPE_CHECKING

from ctxlint.engine import is_candidate
from ctxlint.runner import joined
from ctxlint.source import read_file

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

    from ctxlint.config import Settings
    from ctxlint.discovery import Target

    _File = tuple[str, str, Settings]  # its absolute path, its name to the user

_PART = 200  # files that the process gets at a time


class Scout:
    """Has the files read that a search finds, once there are `many` of them, if that `pays` then.

    The search never waits: what the process has no time for it is not given, and what it has not
    done when the search ends is left. It is forked: elsewhere it takes longer to start than it
    saves.
    """

    def __init__(self, many: int, pays: Callable[[], bool]) -> None:
        self._pays = pays
        self._next = many  # so many files are waited for
        self._is_asked = False  # whether it pays
        self._seen: list[_File] = []
        self._given: list[list[_File]] = []
        self._process: BaseProcess | None = None
        self._connection: Connection | None = None

    def see(self, target: Target) -> None:
        """Take a file that was found."""
        self._seen.append((target.location, target.display, target.settings))
        if len(self._seen) < self._next:
            return
        if not self._is_asked:
            self._is_asked, self._next = True, _PART
            if self._pays():
                self._fork()
        with suppress(OSError):  # it died
            if self._connection and select([], [self._connection], [], 0)[1]:
                self._connection.send(self._seen)
                self._given.append(self._seen)
        self._seen = []

    def blank(self) -> set[str]:
        """The absolute paths of files that hold no candidate, as far as is known.

        This ends the process.
        """
        found: set[str] = set()
        if self._connection is None or self._process is None:
            return found
        with suppress(EOFError, OSError), self._connection as connection:  # it died
            for files in self._given:
                if not connection.poll():
                    break
                found.update({path for path, *_ in files} - connection.recv())
        self._process.terminate()
        return found

    def _fork(self) -> None:
        import multiprocessing  # noqa: PLC0415 - few searches find so many files

        context = multiprocessing.get_context("fork")
        self._connection, other = context.Pipe()
        self._process = context.Process(target=_serve, args=(other, self._connection), daemon=True)
        self._process.start()
        other.close()


def _serve(connection: Connection, other: Connection) -> None:
    """Answer until the connection is closed, of which this process has no other end then."""
    other.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that prints
    with suppress(EOFError, OSError):
        while True:
            connection.send(_candidates(connection.recv()))


def _candidates(files: Iterable[_File]) -> set[str]:
    """The paths of those files that hold one, or cannot be read."""
    found = set()
    known: dict[int, Settings] = {}
    for path, display, settings in files:
        if id(settings) not in known:
            known[id(settings)] = joined(settings)
        with suppress(OSError, MemoryError):
            if not is_candidate(read_file(path), display, known[id(settings)]):
                continue
        found.add(path)
    return found
