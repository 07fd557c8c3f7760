"""A contract is checked against the code: by a run over whole folders, and by `config --check`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.commands import CLEAN, FOUND, USAGE, Run

SESSION = """\
def open(user, thread_id=None):
    return user


def new_key():
    return 1


class Store:
    def fetch(self, user, thread_id=None, *, run_id=None):
        return user

    @classmethod
    def make(cls, thread_id):
        return cls()

    @staticmethod
    def find(thread_id):
        return thread_id

    def any(self, user, **options):
        return options


class Better(Store):
    pass
"""
_NOTHING = "nothing in 2 files defines or calls it"
_OPEN = f"{_NOTHING}, did you mean 'app.session.open' (app/session.py:1)?"
_FETCH = f"{_NOTHING}, did you mean '{{}}' (app/session.py:10)?"
_AT = "'thread_id' is at position"
RIGHT = [
    ("app.session.open", "thread_id = 1"),
    ("open", "thread_id = 1"),
    ("app.session.Store.fetch", "thread_id = 1, run_id = -1"),
    ("Store.fetch", "thread_id = 1"),
    ("app.session.Better.fetch", "thread_id = 1"),
    ("app.session.Store.make", "thread_id = 0"),
    ("app.session.Store.find", "thread_id = 0"),
    ("app.session.Store.any", "thread_id = -1"),
    ("app.session.Store.fetch", '"self.thread" = -1'),
    ("app.session.Store.any", '"options.memory.key" = -1'),
    ("lib.store.open", "thread_id = 1"),
]
WRONG = [
    (
        "app.sesion.open",
        "thread_id = 1",
        4,
        f"{_NOTHING}, did you mean 'app.session.open' (app/session.py:1)?",
    ),
    (
        "app.session.opne",
        "thread_id = 1",
        4,
        f"{_NOTHING}, did you mean 'app.session.open' (app/session.py:1)?",
    ),
    (
        "Stoer.fetch",
        "thread_id = 1",
        4,
        _FETCH.format("Store.fetch"),
    ),
    (
        "app.Store.fetch",
        "thread_id = 1",
        4,
        _FETCH.format("app.session.Store.fetch"),
    ),
    ("qwertyuiop", "thread_id = 1", 4, f"{_NOTHING}, fix or remove it"),
    (
        "app.session.Store.fetch",
        "thread_id = 2",
        5,
        f"{_AT} 1, not 2 (self does not count)",
    ),
    (
        "app.session.Store.make",
        "thread_id = 1",
        5,
        f"{_AT} 0, not 1 (cls does not count)",
    ),
    ("app.session.Store.find", "thread_id = 1", 5, "'thread_id' is at position 0, not 1"),
    ("app.session.open", "thread_id = 0", 5, "'thread_id' is at position 1, not 0"),
    ("app.session.open", "thread = 1", 5, "no parameter 'thread', did you mean 'thread_id'?"),
    ("app.session.Store.fetch", "run_id = 2", 5, "'run_id' is keyword only, write -1, not 2"),
]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "session.py").write_text(SESSION)
    (tmp_path / "app" / "other.py").write_text("from lib.store import open as o\no(1)\n")
    return tmp_path


def configure(folder: Path, call: str, ids: str, more: str = "") -> None:
    (folder / "pyproject.toml").write_text(
        f'[tool.ctxlint]\n{more}\n[[tool.ctxlint.getter]]\ncall = "{call}"\nids = {{ {ids} }}\n'
        'none = "reuse"\n'
    )


def said(run: Run, *arguments: str) -> list[str]:
    """The lines about the contract that a check prints."""
    err = run("check", *arguments).err
    return [line for line in err.splitlines() if ".toml:" in line]


@pytest.mark.parametrize(("call", "ids"), RIGHT)
def test_what_agrees_is_silent(run: Run, project: Path, call: str, ids: str) -> None:
    configure(project, call, ids)
    assert said(run, ".") == []
    assert run("config", "--check").code == CLEAN


@pytest.mark.parametrize(("call", "ids", "row", "what"), WRONG)
def test_what_does_not_is_one_line(
    run: Run, project: Path, call: str, ids: str, row: int, what: str
) -> None:
    configure(project, call, ids)
    line = f"pyproject.toml:{row}:{8 if row == 4 else 9}: getter '{call}': {what}"
    assert said(run, ".") == [line]
    code, out, _ = run("config", "--check")
    assert (code, out.splitlines()[-1]) == (FOUND, line)


def test_sources_and_folders_are_checked_too(run: Run, project: Path) -> None:
    sources = '[tool.ctxlint.sources]\nextend = ["app.session.new_key",\n  "app.session.new_kee"]\n'
    configure(project, "open", "thread_id = 1", f'src = [".", "lib"]\n{sources}')
    lib, kee = said(run, ".")
    assert lib == "pyproject.toml:2:13: src 'lib': no such folder, fix or remove it"
    assert kee.startswith(f"pyproject.toml:5:3: source 'app.session.new_kee': {_NOTHING}, did you")


@pytest.mark.parametrize("arguments", [("app",), ("app/session.py",), ("--isolated", ".")])
def test_only_a_run_that_covers_the_folder_of_the_file_tells(
    run: Run, project: Path, arguments: tuple[str, ...]
) -> None:
    configure(project, "nothing_at_all", "thread_id = 1")
    assert said(run, *arguments) == []


def test_what_many_services_extend_is_told_once(run: Run, tmp_path: Path) -> None:
    configure(tmp_path, "nothing_at_all", "thread_id = 1")
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.py").write_text("x = 1\n")
        (tmp_path / name / "pyproject.toml").write_text(
            '[tool.ctxlint]\nextend = "../pyproject.toml"\n'
        )
    assert len(said(run, ".")) == 1


def test_the_check_as_json_has_definitions_and_calls(run: Run, project: Path) -> None:
    configure(project, "lib.store.open", "thread_id = 1")
    first = json.loads(run("config", "--check", "--output-format", "json").out)[0]
    assert (first["kind"], first["name"], first["definition"]) == ("getter", "lib.store.open", None)
    assert (first["calls"], first["problems"]) == (1, [])
    configure(project, "app.session.opne", "thread_id = 1")
    code, out, _ = run("config", "--check", "--output-format", "json")
    first = json.loads(out)[0]
    assert (code, first["calls"], len(first["problems"])) == (FOUND, 0, 1)
    assert first["from"]["location"] == {"row": 4, "column": 8}


def test_the_built_in_contract_is_exempt(run: Run, project: Path) -> None:
    assert project
    code, out, _ = run("config", "--check")
    assert code == CLEAN
    assert "getter  get_user_execution_context" in out


@pytest.mark.parametrize("key", ["a..b", "a:b", ".a", "a.", "", "a b", "1a", "a.1"])
def test_an_impossible_id_is_refused(run: Run, project: Path, key: str) -> None:
    configure(project, "open", f'"{key}" = 1')
    code, _, err = run("check", ".")
    assert code == USAGE
    assert "pyproject.toml:5:" in err
