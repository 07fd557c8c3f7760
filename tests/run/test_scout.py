"""Files that are read while the search goes on: it saves time, and changes nothing."""

from __future__ import annotations

import multiprocessing
import os
import sys
import time
from functools import partial
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any

import pytest
from support.commands import CLEAN, FOUND, Run
from support.sample_findings import BAD
from support.small_projects import Write

from ctxlint.config.settings import Settings
from ctxlint.contract.contract import Contract
from ctxlint.contract.getter import Getter
from ctxlint.project.discovery import Target
from ctxlint.run import scout, worker_pool, worker_processes
from ctxlint.run.scout import Scout

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="nothing is forked elsewhere")
OTHER = Settings(contract=Contract(getters=(Getter("open_session", {"thread_id": 1}),)))


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for each answer, which a real run never does."""
    fork = Scout._fork

    def patient_fork(self: Any) -> None:
        fork(self)
        connection = self._worker.connection
        connection.poll = partial(Connection.poll, connection, 20.0)

    monkeypatch.setattr(Scout, "_fork", patient_fork)


@pytest.fixture
def forks(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How often a process was made to scout; so few files as two pay."""
    count: list[int] = []
    fork = Scout._fork
    monkeypatch.setattr(Scout, "_fork", lambda self: [count.append(1), fork(self)])
    monkeypatch.setattr(worker_pool, "PAYS", 2)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})
    return count


def target(path: Path, settings: Settings) -> Target:
    return Target(path.name, str(path), settings)


def shown(paths: list[Path], settings: Callable[[Path], Settings]) -> Scout:
    some = Scout(2, lambda: True)
    for path in paths:
        some.see(target(path, settings(path)))
    return some


def files(folder: Path, **texts: str) -> list[Path]:
    for name, text in texts.items():
        (folder / f"{name}.py").write_text(text)
    return [folder / f"{name}.py" for name in texts]


@pytest.mark.usefixtures("patient")
def test_it_tells_files_without_a_candidate_by_their_own_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scout, "_PART", 3)
    paths = files(tmp_path, a=BAD, b="x = 1\n", c=BAD, d="open_session()\n", e="open_session()\n")
    others = {tmp_path / "c.py", tmp_path / "d.py"}
    some = shown(paths, lambda path: OTHER if path in others else Settings())
    assert some.blank() == {str(tmp_path / name) for name in ("b.py", "c.py", "e.py")}


@pytest.mark.usefixtures("patient")
def test_a_word_in_the_path_of_a_file_counts(tmp_path: Path) -> None:
    (tmp_path / "websocket").mkdir()
    text = "from starlette.requests import Request\n\nrequest = Request({}, None)\n"
    paths = [*files(tmp_path, a=text), *files(tmp_path / "websocket", a=text)]
    assert shown(paths, lambda _: Settings()).blank() == {str(tmp_path / "a.py")}


@pytest.mark.usefixtures("patient")
def test_a_file_that_cannot_be_read_may_be_a_candidate(tmp_path: Path) -> None:
    (path,) = files(tmp_path, a="x = 1\n")
    assert shown([path, tmp_path / "gone.py"], lambda _: Settings()).blank() == {str(path)}


def test_what_it_has_not_done_in_time_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scout, "_PART", 1)
    monkeypatch.setattr(scout, "is_candidate", lambda *_: time.sleep(600))
    paths = files(tmp_path, **{f"{'long' * 20}{number}": "" for number in range(800)})
    assert shown(paths, lambda _: Settings()).blank() == set()
    for process in multiprocessing.active_children():
        process.join(20)
        assert not process.is_alive()


@pytest.mark.usefixtures("patient")
def test_a_process_that_dies_has_told_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scout, "_PART", 1)
    monkeypatch.setattr(scout, "is_candidate", lambda *_: os._exit(9))
    paths = files(tmp_path, a="", b="", c="", d="")
    some = shown(paths[:2], lambda _: Settings())
    for process in multiprocessing.active_children():
        process.join(20)
    for path in paths[2:]:
        some.see(target(path, Settings()))
    assert some.blank() == set()


@pytest.mark.parametrize(
    ("options", "count"),
    [(["check"], 1), (["check", "-j", "2"], 1), (["fix"], 1), (["check", "-j", "1"], 0)],
)
@pytest.mark.usefixtures("patient")
def test_a_run_finds_the_same_with_it(
    run: Run,
    write: Write,
    forks: list[int],
    monkeypatch: pytest.MonkeyPatch,
    options: Any,
    count: int,
) -> None:
    def checked() -> Any:
        write(app__one=BAD, app__two="x = 1\n", app__three="def f(:\n", app__four=BAD)
        return run(*options, "--no-cache", "--output-format", "concise")

    seen = checked()
    assert forks == [1] * count
    monkeypatch.setattr(worker_pool, "PAYS", 100)
    assert checked() == seen
    assert len(forks) == count
    assert seen.code == (FOUND if options[0] == "check" else CLEAN)


def test_what_a_cache_knows_is_not_read(run: Run, write: Write, forks: list[int]) -> None:
    write(**{f"app__m{number}": "x = 1\n" for number in range(50)})
    assert run("check").code == CLEAN
    assert forks == [1]
    assert run("check").code == CLEAN
    assert forks == [1]


def test_nothing_is_forked_elsewhere(
    run: Run, write: Write, forks: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    write(app__one=BAD, app__two=BAD)
    monkeypatch.setattr(worker_processes.sys, "platform", "darwin")
    assert run("check", "--no-cache").code == FOUND
    monkeypatch.setattr(worker_processes.sys, "platform", "linux")
    assert forks == []


def test_a_system_that_forks_no_more_is_no_error(
    run: Run, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> int:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    write(app__one=BAD, app__two=BAD, app__three="x = 1\n")
    alone = run("check", "-j", "1", "--no-cache")
    monkeypatch.setattr(worker_pool, "PAYS", 2)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})
    monkeypatch.setattr(os, "fork", refuse)
    assert run("check", "--no-cache") == alone
    assert alone.code == FOUND
