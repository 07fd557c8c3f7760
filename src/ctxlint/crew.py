"""Work on many files, spread over processes where there are so many that it pays."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from concurrent.futures import Executor

_PAYS = 400  # files: what two processes save of these is what it takes to start them
_MOST = 8  # processes, if the user does not say how many
_CHUNKS = 8  # parts of the work for each process, so that all end at about the same time


def processes(files: int, wanted: int | None) -> int:
    """How many processes to use for so many files: as many as `wanted`, or as the machine has."""
    if wanted is not None:
        return wanted
    if files < _PAYS:
        return 1
    if hasattr(os, "sched_getaffinity"):
        return min(len(os.sched_getaffinity(0)), _MOST)
    return min(os.cpu_count() or 1, _MOST)


@dataclass
class Crew:
    """Does a task, an object that can be pickled, item by item, in some processes or in this one.

    The results come in the order of the items. What a process that died did not do is done here.
    """

    task: object
    count: int = 1
    _executor: Executor | None = None

    def __enter__(self) -> Crew:
        if self.count > 1:
            self._executor = _pool(self.task, self.count)
        return self

    def __exit__(self, *error: object) -> None:
        if self._executor is not None:
            self._executor.shutdown(wait=False, cancel_futures=True)

    def map(self, method: str, items: Sequence[tuple[Any, ...]]) -> Iterator[Any]:
        """What a method of the task returns for each item, its arguments."""
        if self._executor is None:
            yield from (getattr(self.task, method)(*item) for item in items)
            return
        from concurrent.futures import BrokenExecutor  # noqa: PLC0415 - few runs are so large

        size = max(1, len(items) // (self.count * _CHUNKS))
        chunks = [items[start : start + size] for start in range(0, len(items), size)]
        try:
            futures = [self._executor.submit(_do, method, chunk) for chunk in chunks]
        except BrokenExecutor:
            futures = []
        for index, chunk in enumerate(chunks):
            try:
                results = futures[index].result()
            except (BrokenExecutor, IndexError):
                results = [getattr(self.task, method)(*item) for item in chunk]
            yield from results


_task: object = None  # that of a worker process


def _pool(task: object, count: int) -> Executor:
    import multiprocessing  # noqa: PLC0415
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415

    # A fork has all that is imported; elsewhere than on Linux, system libraries may not bear it.
    context = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
    return ProcessPoolExecutor(count, context, _start, (task,))


def _start(task: object) -> None:
    global _task  # noqa: PLW0603 - the process has nothing else to keep it in
    _task = task
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that prints


def _do(method: str, items: Sequence[tuple[Any, ...]]) -> list[Any]:
    return [getattr(_task, method)(*item) for item in items]
