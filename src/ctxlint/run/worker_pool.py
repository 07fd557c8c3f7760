"""Work on many files, spread over processes where there are so many that it pays."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import Executor, Future
    from contextlib import AbstractContextManager

T = TypeVar("T")

PAYS = 400  # files: what two processes save of these is what it takes to start them
_MOST = 8  # processes, if the user does not say how many
_CHUNKS = 16  # parts of the work for each process, so that all end at about the same time


def processes(files: int, wanted: int | None) -> int:
    """How many processes to use for so many files: as many as `wanted`, or as the machine has."""
    if wanted is not None:
        return wanted
    if files < PAYS:
        return 1
    if hasattr(os, "sched_getaffinity"):
        return min(len(os.sched_getaffinity(0)), _MOST)
    return min(os.cpu_count() or 1, _MOST)


def forks() -> bool:
    """Whether processes are forked, which have all that is imported then.

    Elsewhere than on Linux, system libraries may not bear it.
    """
    return sys.platform == "linux"


@dataclass
class WorkerPool:
    """Does a task, an object that can be pickled, item by item: here, or in several processes.

    `executor` has them where it is given, and is left open; else there are `count`. The results
    come in the order of the items. What a process that died did not do is done here.
    """

    task: object
    count: int = 1
    executor: Executor | None = None
    _pool: Executor | None = None
    _submit: Callable[..., Future[list[Any]]] | None = None  # given a method, and its items

    def __enter__(self) -> WorkerPool:
        if self.executor is not None:
            import pickle  # noqa: PLC0415 - few runs need it

            executor, task = self.executor, pickle.dumps(self.task)
            self._submit = lambda method, items: executor.submit(_do_pickled, task, method, items)
        elif self.count > 1:
            pool = self._pool = _pool(self.task, self.count)
            self._submit = lambda method, items: pool.submit(_do, method, items)
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if self._pool is not None:
            if kind is not None:
                _end(self._pool)
            self._pool.shutdown(cancel_futures=True)

    def map(self, method: str, items: Sequence[tuple[Any, ...]]) -> Iterator[Any]:
        """What a method of the task returns for each item, its arguments.

        Other processes begin at once.
        """
        if self._submit is None:
            return self.run_inline(method, items)
        size = self._size(items)
        chunks = [items[start : start + size] for start in range(0, len(items), size)]
        futures = [self._future(method, chunk) for chunk in chunks]
        pairs = zip(chunks, map(_result, futures), strict=True)
        return chain.from_iterable(
            self.run_inline(method, chunk) if results is None else results
            for chunk, results in pairs
        )

    def run_inline(self, method: str, items: Sequence[tuple[Any, ...]]) -> Iterator[Any]:
        """The same in this process."""
        return _done(self.task, method, items)

    def balanced(self, items: list[T], work: Callable[[T], int]) -> list[T]:
        """The items in an order in which all parts of the work take about as long.

        `work` tells how long an item may take, next to others. Where nothing is spread, the order
        is as it was.
        """
        if self._submit is None:
            return items
        parts = -(-len(items) // self._size(items))
        longest_first = sorted(items, key=work, reverse=True)
        return [item for start in range(parts) for item in longest_first[start::parts]]

    def _size(self, items: Sequence[object]) -> int:
        """How many items there are in a part of the work."""
        count = self.count if self._pool else _MOST
        return max(1, len(items) // (count * _CHUNKS))

    def _future(self, method: str, chunk: Sequence[tuple[Any, ...]]) -> Future[list[Any]] | None:
        """The results to come; None of an executor that takes no more work."""
        assert self._submit is not None
        try:
            return self._submit(method, chunk)
        except (RuntimeError, OSError):  # a BrokenExecutor; too many processes
            return None


def _done(task: object, method: str, items: Sequence[tuple[Any, ...]]) -> Iterator[Any]:
    return (getattr(task, method)(*item) for item in items)


def _result(future: Future[list[Any]] | None) -> list[Any] | None:
    """What a worker returned; None from one that is lost."""
    try:
        return future.result() if future else None
    except Exception:  # each kind of executor has its own for this
        return None


_task: object = None  # that of a worker process


def _pool(task: object, count: int) -> Executor:
    import multiprocessing  # noqa: PLC0415
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415

    context = multiprocessing.get_context("fork" if forks() else "spawn")
    return ProcessPoolExecutor(count, context, _start, (task,))


def _end(pool: Executor) -> None:
    """End the processes of a pool: Python waits for them, for ever after a second Ctrl-C."""
    for process in list((getattr(pool, "_processes", None) or {}).values()):
        process.terminate()


def _start(task: object) -> None:
    global _task  # noqa: PLW0603 - the process has nothing else to keep it in
    _task = task
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that prints


def _do(method: str, items: Sequence[tuple[Any, ...]]) -> list[Any]:
    return list(_done(_task, method, items))


_last = threading.local()  # the task that a thread of some executor was last given


def _do_pickled(task: bytes, method: str, items: Sequence[tuple[Any, ...]]) -> list[Any]:
    """The same in a thread or process that may have done other tasks before."""
    import pickle  # noqa: PLC0415 - as above

    if getattr(_last, "pickled", None) != task:
        _last.pickled, _last.task = task, pickle.loads(task)
    return list(_done(_last.task, method, items))


def executor_of(name: str | None) -> AbstractContextManager[Executor | None]:
    """The executor that `--executor` names, in a `with` statement; None where it names none."""
    if name is None:
        return nullcontext()
    from ctxlint.run.dask import connected  # noqa: PLC0415 - rarely asked for

    return connected(name)
