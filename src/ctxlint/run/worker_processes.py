"""Processes that answer one request after another, for as long as the process that started them.

Each has a pipe of its own: whatever ends it, wherever it is, takes nothing from the others.
"""

from __future__ import annotations

import os
import signal
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def _forks() -> bool:
    """Whether processes are forked, which have all that is imported then.

    Elsewhere than on Linux, system libraries may not bear it.
    """
    return sys.platform == "linux"


class Worker(NamedTuple):
    """A process that answers what is sent through a connection; EOFError is how its end shows."""

    process: BaseProcess
    connection: Connection

    def end(self) -> None:
        """End the process, be it at work or not."""
        self.connection.close()
        self.process.terminate()


def start(answer: Callable[..., Any], others: Iterable[Worker] = ()) -> Worker:
    """A process that gets tuples of arguments and sends back what `answer` returns for each.

    That is None where `answer` raises an error. `others` are the processes that were started
    before. Raises OSError where the system has none to give.
    """
    import multiprocessing  # noqa: PLC0415 - few runs have so many files

    context: Any = multiprocessing.get_context("fork" if _forks() else "spawn")
    here, there = context.Pipe()
    # What a forked process inherits it must close, or the ends of those pipes would never show.
    inherited = [here, *(other.connection for other in others)] if _forks() else []
    process = context.Process(target=_serve, args=(there, answer, inherited), daemon=True)
    with _undisturbed():
        process.start()
    there.close()
    return Worker(process, here)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Let signals wait: a new process has first to be told what they mean to it."""
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(
    connection: Connection, answer: Callable[..., Any], inherited: Iterable[Connection]
) -> None:
    """Answer until the other end of the connection is closed."""
    for other in inherited:
        other.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that prints
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if sys.platform != "win32":
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
    _end_with_parent()
    with suppress(EOFError, OSError):
        while True:
            connection.send_bytes(_reply(answer, connection.recv()))


def _end_with_parent() -> None:
    """End this process once the one that started it has ended, be it in the middle of work."""
    import multiprocessing  # noqa: PLC0415 - as above
    import threading  # noqa: PLC0415 - for workers only

    parent = multiprocessing.parent_process()
    assert parent is not None

    def watch() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _reply(answer: Callable[..., Any], request: tuple[Any, ...]) -> bytes:
    """The answer to a request, pickled."""
    import pickle  # noqa: PLC0415 - as above

    try:
        return pickle.dumps(answer(*request))
    except Exception:  # who asked tries it too, and tells what is wrong
        return pickle.dumps(None)
