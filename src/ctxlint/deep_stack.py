"""Work on code that is nested deeper than Python's recursion limit lets through at first."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator

T = TypeVar("T")

_SIZES = (2**30, 2**28, 2**26)  # bytes of stack: what is not used takes no memory
_FRAME = 2**12  # bytes of it for a call, with what C functions between two calls take


def deeply(work: Callable[[], T]) -> T:
    """The result of work that raised RecursionError, done again on a larger stack.

    Raises RecursionError where that is not enough either, or no such stack is to be had.
    """
    for size in _SIZES:
        if sys.getrecursionlimit() >= size // _FRAME:
            break  # this is on such a stack
        with _stack(size):
            found: list[T] = []
            errors: list[BaseException] = []
            thread = threading.Thread(target=_run, args=(work, found, errors), daemon=True)
            try:
                thread.start()
            except (RuntimeError, MemoryError):  # no memory for so large a stack
                continue
            thread.join()
        if errors:
            raise errors[0]
        return found[0]
    raise RecursionError


@contextmanager
def _stack(size: int) -> Iterator[None]:
    """Have new threads use a stack of so many bytes, and recursion go as deep as that allows."""
    limit, before = sys.getrecursionlimit(), threading.stack_size(size)
    sys.setrecursionlimit(size // _FRAME)
    try:
        yield
    finally:
        sys.setrecursionlimit(limit)
        threading.stack_size(before)


def _run(work: Callable[[], T], found: list[T], errors: list[BaseException]) -> None:
    try:
        found.append(work())
    except BaseException as error:  # it belongs to the thread that asked
        errors.append(error)
