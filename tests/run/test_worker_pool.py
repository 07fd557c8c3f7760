"""Work that is spread over processes: the same results, whatever becomes of them."""

from __future__ import annotations

import multiprocessing
import os
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from support.commands import CLEAN, FOUND, Run
from support.small_projects import IDS, WRAPPER, Write, handler

from ctxlint.run import worker_pool
from ctxlint.run.worker_pool import WorkerPool, processes

if TYPE_CHECKING:
    from collections.abc import Callable

FORMATS = ("full", "json", "sarif")


@dataclass
class Task:
    """Squares numbers, in a process that dies at one of them unless it is the first."""

    first: int
    fatal: int = -1

    def square(self, number: int) -> tuple[int, bool]:
        is_first = os.getpid() == self.first
        if number == self.fatal and not is_first:
            os._exit(9)
        return number * number, is_first


def squares(task: Task, count: int) -> list[Any]:
    with WorkerPool(task, count) as some:
        return list(some.map("square", [(number,) for number in range(100)]))


def spawned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_pool.sys, "platform", "darwin")


def forked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_pool.sys, "platform", "linux")


@pytest.mark.parametrize("start", [forked, spawned])
def test_results_come_in_order_from_other_processes(
    monkeypatch: pytest.MonkeyPatch, start: Callable[[pytest.MonkeyPatch], None]
) -> None:
    start(monkeypatch)
    assert squares(Task(os.getpid()), 2) == [(n * n, False) for n in range(100)]
    assert squares(Task(os.getpid()), 1) == [(n * n, True) for n in range(100)]


def test_what_a_process_did_not_do_that_died_is_done_here() -> None:
    results = squares(Task(os.getpid(), fatal=40), 2)
    assert [number for number, _ in results] == [n * n for n in range(100)]
    assert any(is_first for _, is_first in results)


@pytest.mark.parametrize(
    ("files", "wanted", "used"),
    [(1, None, 1), (100_000, None, 2), (1, 3, 3), (100_000, 1, 1)],
)
def test_processes_are_used_for_many_files_or_where_the_user_says_so(
    monkeypatch: pytest.MonkeyPatch, files: int, wanted: int | None, used: int
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1}, raising=False)
    assert processes(files, wanted) == used


@pytest.mark.parametrize("start", [forked, spawned])
def test_a_report_is_the_same_from_any_number_of_processes(
    run: Run,
    write: Write,
    monkeypatch: pytest.MonkeyPatch,
    start: Callable[[pytest.MonkeyPatch], None],
) -> None:
    start(monkeypatch)
    files = {f"app__clean{number}": "import os\n" for number in range(20)}
    files |= {f"app__h{n}": handler("import uuid\n", "str(uuid.uuid4())") for n in range(5)}
    through = (
        "import uuid\nfrom app.wrappers import open_session\n\nopen_session(1, uuid.uuid4())\n"
    )
    write(**files, app__ids=IDS, app__wrappers=WRAPPER, app__through=through)
    write(app__both=handler("from app.ids import new_thread\n", "new_thread()"), app__bad="def (")
    for name in FORMATS:
        command = ("check", "--output-format", name, "-j")
        assert run(*command, "1") == run(*command, "3")
    assert "Found 7 findings" in run("check", "-j", "2").err
    assert run("fix", "-j", "2").code == CLEAN


def test_a_number_of_processes_is_at_least_one(run: Run, write: Write) -> None:
    write(app__h=handler("import uuid\n", "uuid.uuid4()"))
    assert run("check", "-j", "1").code == FOUND
    result = run("check", "--jobs", "0")
    assert result.code == 2
    assert "0 is not in the range x>=1" in result.err


class Sleeper:
    def sleep(self, seconds: int) -> None:
        time.sleep(seconds)


def test_ctrl_c_ends_what_the_processes_do() -> None:
    def interrupted() -> None:
        with WorkerPool(Sleeper(), 2) as some:
            next(some.map("sleep", [(0,), *[(300,)] * 3]))
            raise KeyboardInterrupt

    before = multiprocessing.active_children()
    with pytest.raises(KeyboardInterrupt):
        interrupted()
    for child in multiprocessing.active_children():
        if child not in before:
            child.join(30)
            assert child.exitcode


def test_work_is_dealt_so_that_no_part_has_all_that_takes_long() -> None:
    items = list(range(1000))
    with WorkerPool(Task(os.getpid()), 2) as some:
        dealt = some.balanced(items, lambda item: item)
        size = some._size(items)
    assert sorted(dealt) == items
    sums = [sum(dealt[start : start + size]) for start in range(0, len(dealt), size)]
    assert max(sums) < 1.1 * min(sums[:-1])


def test_work_that_is_not_spread_stays_in_order() -> None:
    with WorkerPool(Task(os.getpid())) as some:
        assert some.balanced([1, 3, 2], lambda item: item) == [1, 3, 2]
