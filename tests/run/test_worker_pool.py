"""Work that is spread over processes: the same results, whatever becomes of them."""

from __future__ import annotations

import multiprocessing
import os
import signal
import struct
import subprocess
import sys
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any

import psutil
import pytest
from support.commands import CLEAN, FOUND, Run
from support.small_projects import IDS, WRAPPER, Write, handler

from ctxlint.run import worker_processes
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
    monkeypatch.setattr(worker_processes.sys, "platform", "darwin")


def forked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_processes.sys, "platform", "linux")


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


def half_sent(connection: Connection, data: bytes) -> None:
    os.write(connection.fileno(), struct.pack("!i", len(data)) + data[: len(data) // 2])
    os.kill(os.getpid(), signal.SIGKILL)


def half_received(connection: Connection) -> None:
    os.read(connection.fileno(), 6)
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.skipif(sys.platform != "linux", reason="what is patched is inherited by a fork only")
@pytest.mark.parametrize(("name", "fatal"), [("send_bytes", half_sent), ("recv", half_received)])
@pytest.mark.parametrize("deaths", [1, 3])
def test_a_process_may_be_killed_in_the_middle_of_a_message(
    monkeypatch: pytest.MonkeyPatch, name: str, fatal: Callable[..., None], deaths: int
) -> None:
    plain, here = getattr(Connection, name), os.getpid()
    born: list[int] = []
    start = worker_processes.start

    def counted(*args: Any) -> worker_processes.Worker:
        born.append(1)
        return start(*args)

    def once(connection: Connection, *args: Any) -> Any:
        is_doomed = os.getpid() != here and len(born) <= deaths
        return fatal(connection, *args) if is_doomed else plain(connection, *args)

    monkeypatch.setattr(worker_processes, "start", counted)
    monkeypatch.setattr(Connection, name, once)
    results = squares(Task(here), 3)
    assert [number for number, _ in results] == [n * n for n in range(100)]
    assert any(is_first for _, is_first in results)
    assert all(is_first for _, is_first in results) == (deaths == 3)


def test_what_fails_in_a_process_is_tried_here() -> None:
    with WorkerPool(Task(os.getpid()), 2) as some:
        assert [*some.map("square", [(2,)])] == [(4, False)]
        with pytest.raises(AttributeError, match="cube"):
            [*some.map("cube", [(2,)])]
        assert [*some.map("square", [(3,)])] == [(9, False)]


ORPHANS = """
import multiprocessing, os, signal, sys, time
from ctxlint.cli.main import run_process
from ctxlint.commands import check as command; from ctxlint.run import worker_pool

class Sleeper:
    def sleep(self, seconds):
        time.sleep(seconds)

def run(*_):
    with worker_pool.WorkerPool(Sleeper(), 3) as some:
        results = some.map("sleep", [(0,), *[(300,)] * 9])
        print(*[child.pid for child in multiprocessing.active_children()])
        sys.stdout.flush()
        next(results)
        os.kill(os.getpid(), signal.{name})
        time.sleep(300)

command.run = run
sys.argv[1:] = ["check"]
run_process()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize(("name", "code"), [("SIGKILL", -9), ("SIGTERM", 143), ("SIGINT", 130)])
def test_no_process_outlives_the_one_that_started_it(name: str, code: int) -> None:
    script = [sys.executable, "-c", ORPHANS.format(name=name)]
    done = subprocess.run(script, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stderr.strip()) == (code, "")
    pids = [int(pid) for pid in done.stdout.split()]
    assert len(pids) == 3
    last = time.monotonic() + 30
    while any(map(is_running, pids)):
        assert time.monotonic() < last, "a worker goes on"
        time.sleep(0.05)


def is_running(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


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
