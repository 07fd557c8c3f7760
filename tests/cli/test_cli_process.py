"""The command line as a process: what it imports, signals, pipes, terminals."""

from __future__ import annotations

import ast
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support.commands import FOUND, USAGE, Run, process
from support.sample_findings import BAD

import ctxlint
from ctxlint.commands import check
from ctxlint.rules.registry import RULES

if TYPE_CHECKING:
    pass

# The process.


def imported(*args: str, cwd: Path) -> set[str]:
    """The modules that a run of ctxlint imports."""
    arguments = [sys.executable, "-X", "importtime", "-m", "ctxlint", *args]
    done = subprocess.run(arguments, cwd=cwd, capture_output=True, text=True, check=False)
    return {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}


@pytest.mark.parametrize("option", ["--version", "--help"])
def test_version_and_help_import_nothing_heavy(tmp_path: Path, option: str) -> None:
    modules = imported(option, cwd=tmp_path)
    assert "ctxlint.cli.main" in modules
    assert not modules & {"libcst", "rich", "rignore", "tomllib", "ctxlint.run.project_run"}


def test_a_file_that_cannot_match_imports_no_libcst(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("import uuid\nprint(uuid.uuid4())\n")
    modules = imported("check", "a.py", cwd=tmp_path)
    assert "ctxlint.run.project_run" in modules
    assert not modules & {"libcst", "rich", "rignore"}


def is_code(module: str) -> bool:
    """Whether a module is one of ours, and no package that only passes on what its modules have."""
    if not module.startswith("ctxlint"):
        return False
    path = Path(ctxlint.__file__).parent.joinpath(*module.split(".")[1:], "__init__.py")
    passing = (ast.Expr, ast.Import, ast.ImportFrom, ast.Assign)
    return not path.exists() or not all(
        isinstance(statement, passing) for statement in ast.parse(path.read_text()).body
    )


HEAVY = {"libcst", "rich", "rignore", "tomllib", "hashlib", "difflib", "multiprocessing"}
DETECTIONS = [f"ctxlint.rules.{rule.name.replace('-', '_')}.detection" for rule in RULES]
BUDGET = {  # how many modules of ours each kind of run imports at most, and what it must not
    "--version": (12, {"ctxlint.commands.check", "ctxlint.run.check_file", *HEAVY}),
    "clean": (
        42,
        {
            *DETECTIONS,
            "ctxlint.flow",
            "ctxlint.run.cache",
            "ctxlint.run.baseline",
            "pathlib",
            *HEAVY,
        },
    ),
    "concise": (
        109,
        {"libcst", "rich", "rignore", "tomllib", "multiprocessing", "ctxlint.run.fix_loop"},
    ),
    "full": (110, {"libcst", "rignore", "tomllib", "multiprocessing", "ctxlint.run.fix_loop"}),
}


@pytest.mark.parametrize("kind", BUDGET)
def test_each_path_imports_no_more_than_its_budget(tmp_path: Path, kind: str) -> None:
    (tmp_path / "bad.py").write_text(BAD)
    (tmp_path / "clean.py").write_text("import uuid\nprint(uuid.uuid4())\n")
    arguments = {"--version": ["--version"], "clean": ["check", "clean.py"]}
    findings = ["check", "bad.py", "--output-format", kind]
    modules = imported(*arguments.get(kind, findings), cwd=tmp_path)
    most, forbidden = BUDGET[kind]
    assert modules & forbidden == set()
    assert most - 3 <= sum(map(is_code, modules)) <= most


@pytest.mark.parametrize(("name", "is_imported"), [("full", False), ("json", True)])
def test_libcst_is_imported_where_edits_are_shown_and_parentheses_must_be_told(
    tmp_path: Path, name: str, *, is_imported: bool
) -> None:
    (tmp_path / "a.py").write_text(
        BAD.replace("thread_id=", "thread_id=(").replace('"t")', '"t"))')
    )
    modules = imported("check", "a.py", "--output-format", name, cwd=tmp_path)
    assert ("libcst" in modules) is is_imported


@pytest.mark.parametrize("name", ["concise", "full", "json"])
def test_plain_formats_import_no_rich(tmp_path: Path, name: str) -> None:
    (tmp_path / "a.py").write_text(BAD)
    assert "rich" not in imported("check", "a.py", "--output-format", name, cwd=tmp_path)


def test_ctrl_c_ends_without_a_traceback(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(check, "run", interrupt)
    result = run("check")
    assert result.code == 130
    assert result.err.strip() == ""


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_ctrl_c_ends_a_process_without_a_traceback(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.py")  # a read of it waits for a writer
    arguments = [sys.executable, "-m", "ctxlint", "check", "pipe.py"]
    with subprocess.Popen(arguments, cwd=tmp_path, stderr=subprocess.PIPE) as child:
        with pytest.raises(subprocess.TimeoutExpired):
            child.wait(1.5)
        child.send_signal(signal.SIGINT)
        _, err = child.communicate(timeout=30)
    assert child.returncode == 130
    assert err.strip() == b""


LAST_THREAD = """
import os, signal, sys, threading, time
from ctxlint.cli import main as cli; from ctxlint.commands import check as command

def interrupted(*_):
    threading.Thread(target=end).start()
    raise KeyboardInterrupt

def end():
    time.sleep(0.5)  # the process waits for this thread now
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(0.5)
    print("ended")

command.run = interrupted
sys.argv = ["ctxlint", "check"]
cli.run_process()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_a_second_ctrl_c_is_quiet_too_and_threads_end_in_order(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LAST_THREAD], cwd=tmp_path, capture_output=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr.strip()) == (130, b"ended\n", b"")


def test_a_broken_pipe_is_quiet(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(BAD * 200)
    reader, writer = os.pipe()
    os.close(reader)
    arguments = [sys.executable, "-m", "ctxlint", "check", "-q", "a.py"]
    done = subprocess.run(
        arguments, cwd=tmp_path, stdout=writer, stderr=subprocess.PIPE, check=False
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (FOUND, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_a_full_disk_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(BAD)
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "ctxlint", "check", "-q", "a.py"],
            cwd=tmp_path,
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.returncode == USAGE
    assert done.stderr == b"ctxlint: No space left on device, check where the output goes.\n"


def test_a_terminal_that_knows_ascii_only_gets_escapes(tmp_path: Path) -> None:
    (tmp_path / "日本.py").write_text(BAD)
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    done = process("check", "--output-format", "concise", cwd=tmp_path, env=environment)
    assert done.returncode == FOUND
    assert done.stdout.startswith(rb"\u65e5\u672c.py:7:28: CTX101")
