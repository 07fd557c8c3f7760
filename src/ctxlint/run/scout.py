"""Tells candidates from other files in a process of its own, while a search still goes on."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from contextlib import suppress
from itertools import compress, groupby
from select import select
from typing import TYPE_CHECKING

from ctxlint.run.check_file import is_candidate
from ctxlint.run.propagation import joined
from ctxlint.source import read_file

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from ctxlint.config.settings import Settings
    from ctxlint.project.discovery import Target
    from ctxlint.run.worker_processes import Worker

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
        self._seen: list[Target] = []
        self._given: deque[list[str]] = deque()  # parts, by their paths, without an answer yet
        self._blank: set[str] = set()
        self._worker: Worker | None = None

    def see(self, target: Target) -> None:
        """Take a file that was found."""
        self._seen.append(target)
        if len(self._seen) < self._next:
            return
        if not self._is_asked:
            self._is_asked, self._next = True, _PART
            if self._pays():
                with suppress(OSError):  # too many processes
                    self._fork()
        if self._worker:
            for _, files in groupby(self._seen, lambda target: id(target.settings)):
                self._give([*files], self._worker.connection)
        self._seen = []

    def blank(self) -> set[str]:
        """The absolute paths of files that hold no candidate, as far as is known.

        This ends the process.
        """
        if self._worker:
            self._hear(self._worker.connection)
            self._worker.end()
        return self._blank

    def _give(self, files: list[Target], connection: Connection) -> None:
        self._hear(connection)
        with suppress(OSError):  # it died
            if select([], [connection], [], 0)[1]:
                paths = [target.location for target in files]
                connection.send((files[0].settings, paths))
                self._given.append(paths)

    def _hear(self, connection: Connection) -> None:
        """Take the answers that are there, so that the process need not wait until they are."""
        with suppress(EOFError, OSError):  # it died
            while self._given and connection.poll():
                self._blank.update(compress(self._given.popleft(), connection.recv() or ()))

    def _fork(self) -> None:
        from ctxlint.run import worker_processes  # noqa: PLC0415 - few searches find so many files

        self._worker = worker_processes.start(_are_blank)


def _are_blank(settings: Settings, paths: list[str]) -> list[bool]:
    """Whether each of some files holds no candidate; one that cannot be read may.

    A path is longer than the name that the user sees: no word of that is missing in it.
    """
    settings = joined(settings)
    found = []
    for path in paths:
        is_blank = False
        with suppress(OSError, MemoryError):
            is_blank = not is_candidate(read_file(path), path, settings)
        found.append(is_blank)
    return found
