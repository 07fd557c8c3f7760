"""A progress bar on stderr, for work that takes long."""

from __future__ import annotations

import sys
from contextlib import ExitStack, contextmanager
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from rich.progress import Progress

DELAY = 0.5  # seconds of work that need no bar

T = TypeVar("T")


@contextmanager
def tracked(*, quiet: bool, color: str) -> Iterator[Callable[[Iterator[T], int], Iterable[T]]]:
    """Yield a function that passes items through, and shows the progress on a bar.

    It appears if the work takes long, and is gone when the block ends. There is none with `quiet`,
    without a terminal on stderr, nor, as rich sees to, if that is dumb or `color` is never.
    """
    if quiet or not sys.stderr.isatty():
        yield lambda items, _: items
        return
    with ExitStack() as stack:
        yield partial(_ticking, color, stack)


def _ticking(color: str, stack: ExitStack, items: Iterator[T], total: int) -> Iterator[T]:
    """The items; after a while, a bar that ends with the stack."""
    start = monotonic()
    bar = None
    for done in range(total):
        if bar is None and monotonic() - start > DELAY:
            bar = stack.enter_context(_bar(color))
            task = bar.add_task("Checking", total=total)
        if bar:
            bar.update(task, completed=done)
        yield next(items)


def _bar(color: str) -> Progress:
    from rich.progress import (  # noqa: PLC0415 - short work needs no bar
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
    )

    from ctxlint.output.console import make_console  # noqa: PLC0415

    console = make_console(sys.stderr, color, wrap=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    return Progress(*columns, console=console, transient=True)
