"""Files whose calls or imports are not followed, and what a run says of them."""

from __future__ import annotations

import contextlib

import pytest
from support.commands import FOUND, Run
from support.small_projects import IDS, Write, found, handler, places

from ctxlint.flow import interpreter

OWN = """

def open_new(user_id):
    return get_user_execution_context(user_id, thread_id=uuid4())
"""
NOTICE = "Followed no call out of 1 file (app/h.py): too much code in other files."


@pytest.fixture(autouse=True)
def _project(write: Write) -> None:
    called = handler("from uuid import uuid4\nfrom app.ids import new_thread", "new_thread()")
    write(app__INIT="", app__ids=IDS, app__h=called + OWN, app__session="")


def test_by_default_all_is_followed(run: Run) -> None:
    assert places(found(run)) == ["app/h.py:11", "app/ids.py:5"]
    assert "Followed no call" not in run("check").err


@pytest.mark.parametrize("bound", ["_MOST_LINES", "_MOST_DEFINITIONS"])
def test_beyond_a_bound_a_file_is_checked_alone_and_named(
    bound: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(interpreter, "_MOST_TIMES", 0)
    monkeypatch.setattr(interpreter, bound, 1)
    assert places(found(run)) == ["app/h.py:11"]
    result = run("check")
    assert result.code == FOUND
    assert NOTICE in result.err
    assert NOTICE in run("fix").err


def test_a_cache_keeps_that_a_file_was_checked_alone(
    run: Run, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(**{f"app__m{i}": "" for i in range(40)})
    monkeypatch.setattr(interpreter, "_MOST_TIMES", 0)
    monkeypatch.setattr(interpreter, "_MOST_LINES", 1)
    assert NOTICE in run("check", "-j", "1").err
    monkeypatch.setattr(interpreter, "_MOST_LINES", 50_000)  # the file is not analysed again
    assert NOTICE in run("check", "-j", "1").err


def test_a_long_file_may_take_more(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interpreter, "_MOST_TIMES", 1_000)
    monkeypatch.setattr(interpreter, "_MOST_LINES", 1)
    assert "Followed no call" not in run("check").err


def test_files_of_packages_outside_the_import_roots_are_named(run: Run, write: Write) -> None:
    write(app__script="", elsewhere__app__INIT="", elsewhere__app__h="")
    assert "only within their folders" not in run("check", "--isolated").err
    with contextlib.chdir("app"):
        result = run("check", "--isolated", "../elsewhere")
    names = "../elsewhere/app/__init__.py, ../elsewhere/app/h.py"
    assert f"Followed imports of 2 files ({names}) only within their folders" in result.err
    assert "or set src" in result.err


def test_so_are_files_of_plain_folders_that_import_each_other(run: Run, write: Write) -> None:
    getter = "from app.store import get_user_execution_context\n"
    write(elsewhere__app__routes__h=getter, elsewhere__app__store="def other(): pass\n")
    write(here__script="")
    assert "only within their folders" not in run("check", "elsewhere").err
    with contextlib.chdir("elsewhere"):
        assert "only within their folders" not in run("check").err
    with contextlib.chdir("here"):
        result = run("check", "../elsewhere")
    name = "../elsewhere/app/routes/h.py"
    assert f"Followed imports of 1 file ({name}) only within their folders" in result.err
