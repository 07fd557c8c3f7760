"""What SECURITY.md promises of code, configuration and names that mean harm."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from commands import CLEAN, USAGE, Run
from samples import BAD, FIXED

# Only what was given is written.

REFUSED = "link.py:1:1: a link out of the folders that were given, name it to change its target\n"
COMMANDS = pytest.mark.parametrize(
    "arguments", [["fix"], ["fix", "--diff"], ["check", "--add-noqa"]], ids=" ".join
)


@pytest.fixture
def outside(bad: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file elsewhere, which a link beside `bad.py` leads to."""
    outside = tmp_path_factory.mktemp("elsewhere") / "outside.py"
    outside.write_text(BAD)
    bad.with_name("link.py").symlink_to(outside)
    return outside


@COMMANDS
def test_a_link_out_of_a_folder_is_read_but_not_written(
    run: Run, bad: Path, outside: Path, arguments: list[str]
) -> None:
    result = run(*arguments, "-q", "--output-format", "concise")
    assert (result.code, result.err) == (USAGE, REFUSED)
    assert outside.read_text() == BAD
    assert os.listdir(outside.parent) == ["outside.py"]
    assert (bad.read_text() == BAD) is ("--diff" in arguments)
    assert "link.py:7:28: CTX101" in run("check", "--output-format", "concise").out


@pytest.mark.parametrize("names", [["link.py"], [".", "link.py"], ["link.py", "."]], ids=" ".join)
def test_a_link_out_of_a_folder_is_written_when_it_is_named(
    run: Run, outside: Path, names: list[str]
) -> None:
    assert run("fix", *names).code == CLEAN
    assert outside.read_text() == FIXED


def test_a_link_to_a_folder_that_was_given_too_is_written(run: Run, outside: Path) -> None:
    target = outside.rename(outside.with_suffix(""))  # only by the link is it a Python file
    Path("link.py").unlink()
    Path("link.py").symlink_to(target)
    assert run("fix", ".", str(target.parent)).code == CLEAN
    assert target.read_text() == FIXED


def test_a_link_within_a_folder_is_written(run: Run, bad: Path) -> None:
    bad.rename("script")
    Path("link.py").symlink_to("script")
    assert run("fix").code == CLEAN
    assert Path("script").read_text() == FIXED


def test_a_folder_whose_name_begins_like_another_is_not_that_one(run: Run, bad: Path) -> None:
    for folder in ("app", "app-old"):
        Path(folder).mkdir()
    bad.rename("app-old/script")
    Path("app/link.py").symlink_to("../app-old/script")
    assert run("fix", "-q", "app") == (USAGE, "", f"app/{REFUSED}")


def test_a_folder_given_by_a_link_is_written(run: Run, bad: Path) -> None:
    Path("real").mkdir()
    bad.rename("real/bad.py")
    Path("link").symlink_to("real")
    assert run("fix", "link").code == CLEAN
    assert Path("real/bad.py").read_text() == FIXED


def test_a_module_that_is_only_imported_is_not_written(run: Run, tmp_path: Path) -> None:
    """The helper generates, and only its caller was given."""
    for folder in ("app", "lib"):
        (tmp_path / folder).mkdir()
    helper = tmp_path / "lib/ids.py"
    helper.write_text(f"import uuid\n\n\ndef new():\n    return uuid.uuid4().hex\n\n\n{BAD}")
    caller = tmp_path / "app/a.py"
    caller.write_text(
        "from app.session import get_user_execution_context\nfrom lib.ids import new\n\n\n"
        "def handle(user_id):\n    return get_user_execution_context(user_id, thread_id=new())\n"
    )
    (tmp_path / "pyproject.toml").write_text('[tool.ctxlint]\nsrc = ["."]\n')
    before = helper.read_bytes()
    assert run("fix", "app", "--unsafe-fixes").code == CLEAN
    assert "thread_id=None" in caller.read_text()
    assert helper.read_bytes() == before
