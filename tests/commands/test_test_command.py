"""`ctxlint test`: a team's own examples, under its own contract."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import pytest
from support.commands import CLEAN, FOUND, USAGE, Run

if TYPE_CHECKING:
    from pathlib import Path

CONTRACT = """\
[[tool.ctxlint.getter]]
call = "SessionStore.open"
ids = { session_id = 1 }
none = "reuse"
"""
STORE = """\
class SessionStore:
    def open(self, user, session_id=None):
        return user, session_id
"""
HEAD = "import uuid\n\nfrom shop.store import SessionStore\n\n\n"
HANDLER = (
    f"{HEAD}def handle(user, message, store: SessionStore):\n"
    "    store.open(user, message.session_id)  # ok: CTX101\n"
    "    return store.open(user, session_id=str(uuid.uuid4()))  # error: CTX101\n"
)
FIXED = (
    "from shop.store import SessionStore\n\n\n"
    "def handle(user, message, store: SessionStore):\n"
    "    store.open(user, message.session_id)\n"
    "    return store.open(user, session_id=None)\n"
)


class Folder:
    """A project with a contract, and the files of its examples."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.write("pyproject.toml", CONTRACT)
        self.write("shop/store.py", STORE)

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


@pytest.fixture
def folder(run: Run, tmp_path: Path) -> Folder:
    return Folder(tmp_path)


# What is right.


def test_examples_that_are_as_their_marks_say_are_counted(run: Run, folder: Folder) -> None:
    folder.write("ctxlint-examples/handler.py", HANDLER)
    folder.write("ctxlint-examples/handler.fixed.py", FIXED)
    assert run("test") == (CLEAN, "", "2 marks and 1 expected fix in 1 file: all as expected.\n")
    assert run("test", "-q") == (CLEAN, "", "")


def test_a_twin_may_keep_the_marks_and_lack_the_last_newline(run: Run, folder: Folder) -> None:
    folder.write("ctxlint-examples/handler.py", HANDLER)
    after = FIXED.replace("=None)\n", "=None)  # error: CTX101").replace("\n", "\r\n")
    folder.write("ctxlint-examples/handler.fixed.py", after)
    assert run("test").code == CLEAN


def test_a_byte_order_mark_is_no_difference(run: Run, folder: Folder) -> None:
    folder.write("ctxlint-examples/handler.py", f"\ufeff{HANDLER}")
    folder.write("ctxlint-examples/handler.fixed.py", FIXED)
    assert run("test").code == CLEAN


def test_nothing_is_written(run: Run, folder: Folder) -> None:
    folder.write("ctxlint-examples/handler.py", HANDLER)
    folder.write("ctxlint-examples/handler.fixed.py", FIXED)
    run("test")
    assert (folder.root / "ctxlint-examples/handler.py").read_text() == HANDLER


def test_flows_from_one_example_to_another_count(run: Run, folder: Folder) -> None:
    ids = "import uuid\n\n\ndef new():\n    return uuid.uuid4()"
    call = "SessionStore().open(1, session_id=new())\n"
    imports = "from ids import new\nfrom shop.store import SessionStore\n\n"
    folder.write("ctxlint-examples/ids.py", f"{ids}\n")
    folder.write("ctxlint-examples/handler.py", imports + call)
    assert run("test").out == "ctxlint-examples/ids.py:5: expected nothing, got CTX101\n"
    folder.write("ctxlint-examples/ids.py", f"{ids}  # error: CTX101\n")
    assert run("test").code == CLEAN


def test_a_known_miss_fails_once_it_is_found(run: Run, folder: Folder) -> None:
    folder.write("ctxlint-examples/a.py", HANDLER.replace("# error", "# todo"))
    assert run("test").out == "ctxlint-examples/a.py:8: expected nothing, got CTX101\n"


# What is wrong.


@pytest.mark.parametrize(
    ("old", "new", "failure"),
    [
        ("# error: CTX101", "", "8: expected nothing, got CTX101"),
        ("# error: CTX101", "# ok: CTX101", "8: expected nothing, got CTX101"),
        ("# ok: CTX101", "# error: CTX101", "7: expected CTX101, got nothing"),
        ("# error: CTX101", "# error: CTX201", "8: expected CTX201, got CTX101"),
        ("# error: CTX101", "# error: CTX101, CTX301", "8: expected CTX101 and CTX301, got CTX101"),
    ],
)
def test_a_mark_that_is_not_true_is_a_line(
    run: Run, folder: Folder, old: str, new: str, failure: str
) -> None:
    folder.write("ctxlint-examples/a.py", HANDLER.replace(old, new))
    result = run("test")
    assert (result.code, result.out) == (FOUND, f"ctxlint-examples/a.py:{failure}\n")
    assert result.err.endswith(" in 1 file: 1 line not as expected.\n")


@pytest.mark.parametrize(
    ("after", "failure"),
    [
        (
            FIXED.replace("session_id=None", "None"),
            "6: expected 'return store.open(user, None)', "
            "got 'return store.open(user, session_id=None)'",
        ),
        (HANDLER, "1: expected 'import uuid', got 'from shop.store import SessionStore'"),
        (f"{FIXED}\nx = 1\n", "7: expected '', got nothing"),
    ],
)
def test_a_twin_that_the_fix_does_not_give_is_a_line(
    run: Run, folder: Folder, after: str, failure: str
) -> None:
    folder.write("ctxlint-examples/handler.py", HANDLER)
    folder.write("ctxlint-examples/handler.fixed.py", after)
    result = run("test")
    assert (result.code, result.out) == (FOUND, f"ctxlint-examples/handler.fixed.py:{failure}\n")


def test_a_twin_that_is_the_same_says_that_nothing_is_fixed(run: Run, folder: Folder) -> None:
    folder.write("pyproject.toml", CONTRACT.replace("reuse", "new"))
    folder.write("ctxlint-examples/handler.py", HANDLER)
    folder.write("ctxlint-examples/handler.fixed.py", HANDLER)
    assert run("test").code == CLEAN


def test_a_twin_of_nothing_is_a_line(run: Run, folder: Folder) -> None:
    folder.write("ctxlint-examples/handler.py", HANDLER)
    folder.write("ctxlint-examples/other.fixed.py", FIXED)
    line = "ctxlint-examples/other.fixed.py:1: expected other.py next to it, got nothing\n"
    assert run("test")[:2] == (FOUND, line)


def test_without_a_mark_nothing_was_tested(run: Run, folder: Folder) -> None:
    folder.write("ctxlint-examples/a.py", "x = 1\n")
    expected = (
        "ctxlint test: no mark in 1 file of ctxlint-examples, "
        "write '# error: CTX101' or '# ok: CTX101' on a line\n"
    )
    assert run("test") == (USAGE, "", expected)


def test_without_the_folder_it_is_named(run: Run, folder: Folder) -> None:
    expected = "ctxlint-examples: no such file or folder, check the path\n"
    code, out, err = run("test", "-q")
    assert (code, out, err) == (USAGE, "", expected)


def test_an_example_that_is_no_python_is_an_error_and_the_others_are_judged(
    run: Run, folder: Folder
) -> None:
    folder.write("ctxlint-examples/a.py", f"{HANDLER}    )\n")
    folder.write("ctxlint-examples/b.py", HANDLER.replace("# ok", "# error"))
    result = run("test")
    assert result.code == USAGE
    assert result.out == "ctxlint-examples/b.py:7: expected CTX101, got nothing\n"
    assert result.err.startswith("ctxlint-examples/a.py:9:5: syntax error")


# The configuration in force.


def test_the_key_examples_names_the_folder(run: Run, folder: Folder) -> None:
    folder.write("pyproject.toml", f'[tool.ctxlint]\nexamples = "contract/ok"\n{CONTRACT}')
    folder.write("contract/ok/a.py", HANDLER)
    folder.write("ctxlint-examples/b.py", "x = 1  # error: CTX101\n")
    assert run("test").err == "2 marks in 1 file: all as expected.\n"
    assert "ctxlint-examples/b.py" not in run("check").out


@pytest.mark.parametrize("name", ["tests/examples", "examples/test_handler.py"])
def test_they_are_judged_as_production_code(run: Run, folder: Folder, name: str) -> None:
    path = name if name.endswith(".py") else f"{name}/a.py"
    folder.write(path, HANDLER)
    assert run("test", name).code == CLEAN
    assert "Skipped" in run("check", name).err


def test_a_twin_is_found_beside_a_file_that_is_named(run: Run, folder: Folder) -> None:
    folder.write("ctxlint-examples/handler.py", HANDLER)
    folder.write("ctxlint-examples/handler.fixed.py", f"{FIXED}x = 1\n")
    line = "ctxlint-examples/handler.fixed.py:7: expected 'x = 1', got nothing\n"
    assert run("test", "ctxlint-examples/handler.py").out == line


def test_the_settings_of_the_folder_hold(run: Run, folder: Folder) -> None:
    folder.write("pyproject.toml", f'[tool.ctxlint]\nignore = ["CTX101"]\n{CONTRACT}')
    folder.write("ctxlint-examples/handler.py", HANDLER)
    line = "ctxlint-examples/handler.py:8: expected CTX101, got nothing\n"
    assert run("test").out == line
    assert run("test", "--isolated").out == line  # which has another getter


# Others leave them out.


def test_a_check_of_folders_leaves_the_examples_out(run: Run, folder: Folder) -> None:
    folder.write("ctxlint-examples/deep/a.py", HANDLER)
    folder.write("shop/a.py", HANDLER)
    for arguments in (["."], [], [str(folder.root)]):
        out = run("check", "--output-format", "concise", *arguments).out
        assert "shop/a.py" in out
        assert "ctxlint-examples" not in out
    assert run("check", "ctxlint-examples/deep/a.py").code == FOUND
    assert run("check", "ctxlint-examples").code == FOUND
    assert run("check", "ctxlint-examples/deep").code == FOUND
    assert "ctxlint-examples/deep/a.py: skipped, excluded" in run("check", "-v").err


def test_a_fix_of_folders_leaves_the_examples_alone(run: Run, folder: Folder) -> None:
    folder.write("ctxlint-examples/a.py", HANDLER)
    run("fix")
    assert (folder.root / "ctxlint-examples/a.py").read_text() == HANDLER


def test_an_audit_and_a_history_leave_them_out(run: Run, folder: Folder) -> None:
    folder.write("ctxlint-examples/a.py", HANDLER)
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org"]
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-qm", "all"]):
        subprocess.run([*git, *arguments], cwd=folder.root, check=True)
    assert "CTX101 generated-session-id\n" not in run("audit").out
    assert json.loads(run("history", "--output-format", "json").out)["findings"] == []


def test_each_service_has_examples_of_its_own(run: Run, folder: Folder) -> None:
    folder.write("service/pyproject.toml", CONTRACT)
    folder.write("service/ctxlint-examples/a.py", HANDLER)
    folder.write("service/other/ctxlint-examples/a.py", HANDLER)
    out = run("check", "--output-format", "concise").out
    assert "service/other/ctxlint-examples/a.py" in out
    assert "service/ctxlint-examples" not in out
