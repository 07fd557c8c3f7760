"""`--executor`, and runs that any executor of concurrent.futures does the work of."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
from distributed import LocalCluster
from support.audited_code import NEW, WRONG
from support.commands import FOUND, USAGE, Run, process
from support.repositories import new
from support.small_projects import Write, handler

from ctxlint.config.settings import Settings
from ctxlint.project.discovery import find
from ctxlint.run import dask, file_tasks, project_run, worker_pool
from ctxlint.run.file_result import Report

MANY = {f"app__m{number}": WRONG for number in range(40)}


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    """The address of a Dask cluster of two workers, processes of this machine."""
    options = {"n_workers": 2, "threads_per_worker": 2, "dashboard_address": ":0"}
    with LocalCluster(processes=True, **options) as cluster:
        yield cluster.scheduler_address


class Lost(Executor):
    """An executor that loses everything it is given, at once or later."""

    def __init__(self, *, at_once: bool) -> None:
        self.at_once = at_once

    def submit(self, *_: Any, **__: Any) -> Future[Any]:  # type: ignore[override]
        if self.at_once:
            raise RuntimeError("shut down")
        future: Future[Any] = Future()
        future.set_exception(ValueError("its worker is gone"))
        return future


def checked(executor: Executor | None) -> Report:
    found = find(["."], lambda _: Settings())
    project = project_run.project_of(found.targets)
    job = partial(file_tasks.check_file, project=project)
    return project_run.run(job, found.targets, project, executor=executor)


@pytest.mark.parametrize(
    "executor",
    [
        lambda: ThreadPoolExecutor(4),
        lambda: ProcessPoolExecutor(2, get_context("spawn")),
        lambda: Lost(at_once=True),
        lambda: Lost(at_once=False),
    ],
)
def test_any_executor_gives_the_same_report(run: Run, write: Write, executor: Any) -> None:
    write(
        **MANY,
        session=handler("", "thread_id"),
        main=f"{NEW}\nfrom session import handle\n\n"
        'handle(1, UnifiedIdGenerator.generate_base_id("t"))\n',
    )
    alone = checked(None)
    with executor() as some:
        report = checked(some)
        assert report == alone
        assert checked(some) == alone  # it is left open
    assert len(report.findings) == 41


def test_a_thread_that_did_another_task_before_does_the_new_one(run: Run, write: Write) -> None:
    write(a=WRONG)
    with ThreadPoolExecutor(1) as some:
        assert len(checked(some).findings) == 1
        write(b=WRONG)
        assert len(checked(some).findings) == 2


@pytest.mark.parametrize("command", ["check", "audit", "history"])
def test_a_dask_cluster_gives_the_same_bytes(
    tmp_path: Path, write: Write, run: Run, cluster: str, command: str
) -> None:
    write(**MANY)
    new(tmp_path).commit()
    options = (command, "--output-format", "json", *(["--no-cache"] if command != "audit" else []))
    here = process(*options, cwd=tmp_path)
    there = process(*options, "--executor", f"dask:{cluster}", cwd=tmp_path)
    assert here.returncode == there.returncode == FOUND
    assert (here.stdout, here.stderr) == (there.stdout, there.stderr)


def test_the_work_is_done_by_the_workers(
    run: Run, write: Write, cluster: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(**MANY)
    monkeypatch.setattr(worker_pool, "_result", Future.result)  # raises where it would be done here
    assert run("check", "--executor", f"dask:{cluster}").code == FOUND


def test_a_worker_that_dies_loses_nothing(tmp_path: Path, write: Write, run: Run) -> None:
    write(**MANY)
    alone = process("check", cwd=tmp_path)
    options = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": ":0"}
    with LocalCluster(processes=True, **options) as cluster:
        command = [sys.executable, "-m", "ctxlint", "check", "--executor"]
        done = subprocess.Popen(
            [*command, f"dask:{cluster.scheduler_address}"],
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for worker in list(cluster.workers.values())[:1]:
            os.kill(worker.process.pid, signal.SIGKILL)
        out, _ = done.communicate(timeout=120)
    assert out == alone.stdout


@pytest.mark.parametrize("name", ["", "dask", "dask:", "dask:host", "ray:tcp://a:1", "tcp://a:1"])
def test_a_name_that_is_no_cluster(run: Run, name: str) -> None:
    result = run("check", "--executor", name)
    assert result.code == USAGE
    assert result.err == f"--executor: not a cluster: '{name}', give dask:tcp://host:port\n"


def test_a_scheduler_that_does_not_answer(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dask, "_PATIENCE", 1)
    result = run("check", "--executor", "dask:tcp://127.0.0.1:1")
    assert (result.code, result.out) == (USAGE, "")
    start = "--executor: no Dask scheduler answers at tcp://127.0.0.1:1, check the address: "
    assert result.err.startswith(start)
    assert result.err.count("\n") == 1


def test_dask_that_is_not_installed(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    result = run("check", "--executor", "dask:tcp://127.0.0.1:1")
    cure = "install it with pip install 'ctxlint[dask]'"
    assert result == (USAGE, "", f"--executor: Dask is not installed, {cure}\n")


@pytest.mark.parametrize(
    ("about", "what"),
    [
        (("0.0.1", sys.version_info[:2], True), "has ctxlint 0.0.1 with Python 3."),
        ((dask.__version__, (2, 7), True), "with Python 2.7, install "),
        ((dask.__version__, sys.version_info[:2], False), "does not see "),
    ],
)
def test_workers_that_would_not_find_the_same(about: Any, what: str) -> None:
    with pytest.raises(dask.ConfigError, match=what):
        dask._check(Workers({"tcp://a:1": about}), "tcp://s:1")  # type: ignore[arg-type]


def test_a_cluster_without_workers() -> None:
    with pytest.raises(dask.ConfigError, match=r"tcp://s:1 has no workers, start some"):
        dask._check(Workers({}), "tcp://s:1")  # type: ignore[arg-type]


class Workers:
    def __init__(self, answers: dict[str, Any]) -> None:
        self.answers = answers

    def run(self, *_: object) -> dict[str, Any]:
        return self.answers
