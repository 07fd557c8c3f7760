"""`ctxlint init`: what it prints, what it writes, and what it refuses."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from support.commands import CLEAN, USAGE, Run
from support.small_projects import Write

from ctxlint.project.modules import Project
from ctxlint.run import project_run
from ctxlint.run.file_result import Report

STORE = """\
CHATS = {}
LAST = {}


class Store:
    def open(self, user, chat_id=None):
        chat_id = chat_id or LAST.get(user) or f"c{len(CHATS)}"
        LAST[user] = chat_id
        return CHATS.setdefault(chat_id, [])
"""
BOT = """\
from app.ids import new_id
from app.store import Store

store = Store()


def hear(user, text):
    store.open(user, new_id()).append(text)


def hear_again(user, text, chat_id):
    store.open(user, chat_id).append(text)
"""
IDS = "import time\n\n\ndef new_id():\n    return f'id-{time.time_ns()}'\n"
TABLES = """\
# app/store.py:6: 2 calls, 1 gets a generated ID: app/bot.py:8
# app/store.py:9: it looks up by chat_id
# app/store.py:9: without chat_id, it looks up by user
# app/store.py:9: without chat_id, it creates a new one
[[tool.ctxlint.getter]]
call = "app.store.Store.open"
ids = { chat_id = 1 }
none = "reuse"

# app/ids.py:4: app.ids.new_id: a new value each time
[tool.ctxlint.sources]
extend = ["app.ids.new_id"]
"""
SUMMARY = (
    "Found 1 getter and 1 source in 4 files. --write appends them to the closest pyproject.toml."
)
OUTLOOK = "With them, 'ctxlint check' would find 1 finding in 1 file."


@pytest.fixture
def app(run: Run, write: Write, tmp_path: Path) -> Path:
    write(app__INIT="", app__store=STORE, app__bot=BOT, app__ids=IDS)
    (tmp_path / ".git").mkdir()
    return tmp_path


@pytest.mark.usefixtures("app")
def test_it_prints_tables_with_the_evidence(run: Run) -> None:
    result = run("init")
    assert result.code == CLEAN
    assert result.out == TABLES
    assert result.err == f"{SUMMARY}\n{OUTLOOK}\n"


@pytest.mark.usefixtures("app")
def test_the_same_as_json(run: Run) -> None:
    result = run("init", "-q", "--output-format", "json", "app")
    assert result.err == ""
    document = json.loads(result.out)
    assert list(document) == ["getters", "sources", "presets"]
    (getter,) = document["getters"]
    evidence = getter.pop("evidence")
    assert getter == {
        "call": "app.store.Store.open",
        "ids": {"chat_id": 1},
        "none": "reuse",
        "filename": "app/store.py",
        "row": 6,
        "calls": 2,
        "generated_calls": 1,
    }
    message = "without chat_id, it looks up by user"
    assert {"message": message, "filename": "app/store.py", "row": 9} in evidence
    (source,) = document["sources"]
    assert source["call"] == "app.ids.new_id"
    assert (source["filename"], source["row"]) == ("app/ids.py", 4)
    assert source["evidence"][0]["message"] == "a new value each time"


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_processes_change_nothing(jobs: str, run: Run, app: Path) -> None:
    assert run("init", "-j", jobs).out == TABLES


def test_one_check_is_enough_where_it_finds_nothing(
    run: Run, app: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checks: list[int] = []
    real = project_run.run

    def counted(job: Any, files: Any, *rest: Any, **options: Any) -> Report:
        checks.append(len(list(files)))
        return real(job, files, *rest, **options)

    monkeypatch.setattr(project_run, "run", counted)
    assert run("init").code == CLEAN
    assert checks == [4, 1, 1]  # those after the first one look at the files of its findings
    checks.clear()
    (app / "app" / "bot.py").write_text(BOT.replace("new_id()", "None"))
    assert run("init").err.endswith("would find nothing.\n")
    assert checks == [4]


def test_files_with_too_much_code_are_told(
    run: Run, app: Path, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    filler = "".join(f"    x{index} = text\n" for index in range(40))
    call = "from app.ids import new_id\nfrom app.store import Store\n\n\ndef long(user, text):\n"
    write(app__long=f"{call}{filler}    Store().open(user, new_id())\n")
    monkeypatch.setattr("ctxlint.init.search._LINES", 0)
    monkeypatch.setattr("ctxlint.init.search._LEAST_LINES", 40)
    result = run("init")
    assert result.code == CLEAN
    calls = "3 calls, 1 gets a generated ID: app/bot.py:8; 1 not followed"
    assert f"# app/store.py:6: {calls}\n" in result.out
    assert result.err.splitlines()[-1] == (
        "With them, 'ctxlint check' would find 1 finding in 1 file in the code that this search "
        "followed, which is all but 1 file: app/long.py."
    )
    run("init", "--write")
    assert "app/long.py" in run("check", "--output-format", "concise").out


def test_no_call_is_called_harmless_that_was_not_followed(
    run: Run, app: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ctxlint.init.search._LINES", 0)
    monkeypatch.setattr("ctxlint.init.search._LEAST_LINES", 1)
    result = run("init")
    assert "# app/store.py:6: 2 calls, not followed\n" in result.out
    assert "would find nothing in the code that this search followed" in result.err


def test_a_file_is_parsed_only_for_functions_that_may_be_getters(
    run: Run, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(store=STORE, other="def hear_chat(chat_id):\n    print(chat_id or None)\n    return\n")
    parsed = []
    monkeypatch.setattr(Project, "source", lambda _, path: parsed.append(Path(path).name))
    run("init")
    assert set(parsed) == {"store.py"}


# --- write ----------------------------------------------------------------------------------------


def test_write_keeps_every_byte_and_check_finds_the_rest(run: Run, app: Path) -> None:
    before = b'[project]\r\nname = "app"  # as it was\r\n'
    (app / "pyproject.toml").write_bytes(before)
    result = run("init", "--write", "app")
    assert result.code == CLEAN
    assert result.out == ""
    said = "Wrote 1 getter and 1 source to pyproject.toml. Read the comments on each."
    assert result.err == f"{said}\n{OUTLOOK}\n"
    after = (app / "pyproject.toml").read_bytes()
    assert after == before + b"\r\n" + TABLES.encode()
    checked = run("check", "--output-format", "json", "app")
    (finding,) = json.loads(checked.out)
    assert finding["trace"][0]["filename"] == "app/bot.py"
    assert run("config", "--check").code == CLEAN


def test_the_last_line_need_not_end(run: Run, app: Path) -> None:
    (app / "pyproject.toml").write_bytes(b"[project]")
    assert run("init", "--write").code == CLEAN
    assert (app / "pyproject.toml").read_bytes() == b"[project]\n\n" + TABLES.encode()


def test_a_file_with_getters_is_left_alone(run: Run, app: Path) -> None:
    text = '[[tool.ctxlint.getter]]\ncall = "x"\nids = { y = 0 }\n'
    (app / "pyproject.toml").write_text(text)
    result = run("init", "--write")
    assert result.code == USAGE
    assert result.err == "pyproject.toml: it has getters, remove them or run without --write\n"
    assert (app / "pyproject.toml").read_text() == text
    assert run("init").code == CLEAN


def test_tables_that_are_there_are_not_written_twice(run: Run, app: Path) -> None:
    text = '[tool.ctxlint]\nkeep = "none"\n\n[tool.ctxlint.sources]\nextend = ["x.y"]\n'
    (app / "pyproject.toml").write_text(text)
    assert run("init", "--write").code == CLEAN
    after = (app / "pyproject.toml").read_text()
    table = tomllib.loads(after)["tool"]["ctxlint"]
    assert table["sources"] == {"extend": ["x.y"]}
    assert table["getter"][0]["call"] == "app.store.Store.open"
    assert after.endswith('# [tool.ctxlint.sources]\n# extend = ["app.ids.new_id"]\n')


def test_a_table_in_one_line_cannot_be_appended_to(run: Run, app: Path) -> None:
    text = 'tool = { ctxlint = { keep = "none" } }\n'
    (app / "pyproject.toml").write_text(text)
    assert run("init", "--write").code == USAGE
    assert (app / "pyproject.toml").read_text() == text


def test_without_a_file_a_new_one_is_made(run: Run, app: Path) -> None:
    assert "Wrote 1 getter and 1 source to app/ctxlint.toml." in run("init", "--write", "app").err
    table = tomllib.loads((app / "app" / "ctxlint.toml").read_text())
    assert table["getter"][0]["none"] == "reuse"
    assert table["sources"] == {"extend": ["app.ids.new_id"]}
    assert "app/bot.py:8" in run("check", "--output-format", "concise", "app").out


def test_several_files_are_not_written_at_once(run: Run, app: Path, write: Write) -> None:
    for name in ("one", "two"):
        (app / name).mkdir()
        (app / name / "pyproject.toml").touch()
    result = run("init", "--write", "one", "two")
    assert result.code == USAGE
    assert result.err.startswith("one/pyproject.toml and two/pyproject.toml: several files")


# --- nothing, and trouble -------------------------------------------------------------------------


def test_nothing_found_is_said_and_no_error(run: Run, write: Write) -> None:
    write(a="def f(x=None):\n    return x\n")
    result = run("init")
    assert (result.code, result.out) == (CLEAN, "")
    assert result.err.startswith("No session getter found in 1 file. If there is one, name it")
    assert run("init", "--write").code == CLEAN


def test_frameworks_have_presets(run: Run, write: Write) -> None:
    write(a="from langgraph.graph import StateGraph\n", agents="", b="import agents\n")
    document = json.loads(run("init", "--output-format", "json").out)
    assert document == {"getters": [], "sources": [], "presets": ["langgraph"]}
    assert 'presets = ["langgraph"]\n' in run("init").out


def test_files_that_cannot_be_read_are_told_and_the_others_searched(run: Run, app: Path) -> None:
    (app / "broken.py").write_text(STORE + "def f(:\n")
    result = run("init")
    assert result.out == TABLES
    assert result.err.startswith("broken.py:10:7: syntax error: ")
    assert result.code == USAGE


def test_stdin_and_tests_are_none_of_it(run: Run, app: Path, write: Write) -> None:
    assert run("init", "-").code == USAGE
    write(tests__test_it=STORE)
    assert run("init").out == TABLES


def test_the_summary_of_a_check_names_it(run: Run, write: Write) -> None:
    write(a="import uuid\n")
    assert "'ctxlint init' finds candidates." in run("check").err
