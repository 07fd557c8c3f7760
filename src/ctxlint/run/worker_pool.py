"""Work on many files, spread over processes where there are so many that it pays."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    import queue
    from concurrent.futures import Executor, Future
    from contextlib import AbstractContextManager

    from ctxlint.run.worker_processes import Worker

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


@dataclass
class WorkerPool:
    """Does a task, an object that can be pickled, item by item: here, or in several processes.

    `executor` has them where it is given, and is left open; else there are `count`. The results
    come in the order of the items. What a process that died did not do is done here.
    """

    task: object
    count: int = 1
    executor: Executor | None = None
    _pool: _Pool | None = None
    _submit: Callable[..., Future[list[Any] | None]] | None = None  # given a method, and its items

    def __enter__(self) -> WorkerPool:
        if self.executor is not None:
            import pickle  # noqa: PLC0415 - few runs need it

            executor, task = self.executor, pickle.dumps(self.task)
            self._submit = lambda method, items: executor.submit(_do_pickled, task, method, items)
        elif self.count > 1:
            self._pool = _Pool(self.task, self.count)
            self._submit = self._pool.submit
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.end()

    def map(self, method: str, items: Sequence[tuple[Any, ...]]) -> Iterator[Any]:
        """The result of a method of the task for each item, its arguments.

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

    def _future(
        self, method: str, chunk: Sequence[tuple[Any, ...]]
    ) -> Future[list[Any] | None] | None:
        """The results to come; None of an executor that takes no more work."""
        assert self._submit is not None
        try:
            return self._submit(method, chunk)
        except (RuntimeError, OSError):  # a BrokenExecutor, or too many threads
            return None


def _done(task: object, method: str, items: Sequence[tuple[Any, ...]]) -> Iterator[Any]:
    return (getattr(task, method)(*item) for item in items)


def _result(future: Future[list[Any] | None] | None) -> list[Any] | None:
    """The result of a worker; None from one that is lost."""
    try:
        return future.result() if future else None
    except Exception:  # each kind of executor has its own for this
        return None


class _Pool:
    """Some workers, started when there is work, and as many threads that wait for their answers."""

    def __init__(self, task: object, count: int) -> None:
        from queue import SimpleQueue  # noqa: PLC0415 - few runs need it

        self._answer = partial(_do, task)
        self._count = count
        self._workers: list[Worker] = []
        self._idle: queue.SimpleQueue[Worker | None] = SimpleQueue()  # None: all are lost
        self._lost: list[Worker | None] = []
        self._threads: Executor | None = None

    def submit(self, method: str, items: Sequence[tuple[Any, ...]]) -> Future[list[Any] | None]:
        """The future result of a worker for a method and its items; None if it is lost meanwhile.

        Raises OSError where the system has no process to give.
        """
        if self._threads is None:
            self._threads = self._start()
        return self._threads.submit(self._ask, method, items)

    def end(self) -> None:
        """End the workers at once, and so the threads."""
        for worker in self._workers:
            worker.process.terminate()
        if self._threads:
            self._threads.shutdown(cancel_futures=True)

    def _start(self) -> Executor:
        """The threads; they come last, since a process that has some should not be forked."""
        from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - few runs need them

        from ctxlint.run import worker_processes  # noqa: PLC0415

        with suppress(OSError):  # too many processes
            while len(self._workers) < self._count:
                self._workers.append(worker_processes.start(self._answer, self._workers))
        if not self._workers:
            raise OSError("no process can be started")
        for worker in self._workers:
            self._idle.put(worker)
        return ThreadPoolExecutor(len(self._workers))

    def _ask(self, method: str, items: Sequence[tuple[Any, ...]]) -> list[Any] | None:
        """The result of an idle worker."""
        worker = self._idle.get()
        results: list[Any] | None = None
        try:
            if worker:
                worker.connection.send((method, items))
                results = worker.connection.recv()
        except Exception:  # it died, or what was sent cannot be
            self._lost.append(worker)
            worker = None
            if len(self._lost) < len(self._workers):
                return None
        self._idle.put(worker)
        return results


def _do(task: object, method: str, items: Sequence[tuple[Any, ...]]) -> list[Any]:
    return list(_done(task, method, items))


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
