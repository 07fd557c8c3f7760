"""Runs that are cut short: by a pipe that its reader closes, a full disk, or Ctrl-C."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from support.commands import CLEAN, FOUND, USAGE
from support.sample_findings import BAD, FIXED, FIXED_ALONE
from support.terminals import AT_ONCE, Shown, command, environment, on_terminal

from ctxlint.output import FORMATS

INTERRUPTED = 130
FAKE = 'from fastapi import Request\n\nrequest = Request({"type": "websocket"})\n'
posix = pytest.mark.skipif(sys.platform == "win32", reason="terminals and signals of POSIX")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a finding in each of two files."""
    for name in ("a.py", "b.py"):
        (tmp_path / name).write_text(BAD)
    return tmp_path


def run(*args: str, cwd: Path, before: str = "", **streams: Any) -> Shown:
    """Run ctxlint with pipes for what `streams` does not give."""
    targets = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **streams}
    done = subprocess.run(
        command(*args, before=before), cwd=cwd, env=environment(), check=False, **targets
    )
    return Shown(done.returncode, (done.stdout or b"").decode(), (done.stderr or b"").decode())


# A pipe that its reader closes.


@pytest.fixture
def unread() -> Any:
    """The end to write to of a pipe that nobody reads."""
    reader, writer = os.pipe()
    os.close(reader)
    yield writer
    os.close(writer)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        *((["check", "--output-format", name], FOUND) for name in FORMATS),
        (["check", "--exit-zero"], CLEAN),
        (["check", "a.py", "gone.py"], USAGE),
        (["fix", "--diff"], FOUND),
        (["rules"], CLEAN),
        (["rules", "--color", "always"], CLEAN),
        (["rules", "--output-format", "json"], CLEAN),
        (["explain", "CTX101"], CLEAN),
        (["explain", "CTX101", "--color", "always"], CLEAN),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_closed_pipe_is_quiet_and_changes_no_exit_code(
    folder: Path, unread: int, arguments: list[str], code: int
) -> None:
    shown = run(*arguments, cwd=folder, stdout=unread)
    assert shown.code == code
    assert not re.search("Traceback|Exception|rror:", shown.err)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["check"], FOUND),
        (["check", "-v", "--exit-zero"], CLEAN),
        (["check", "gone.py"], USAGE),
        (["chekc"], USAGE),
        (["explain", "CTX999"], USAGE),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_nor_do_two_closed_pipes(
    folder: Path, unread: int, arguments: list[str], code: int
) -> None:
    assert run(*arguments, cwd=folder, stdout=unread, stderr=unread).code == code


@pytest.mark.parametrize("name", ["full", "json"])
def test_a_pipe_that_is_closed_after_one_line_is_quiet(tmp_path: Path, name: str) -> None:
    (tmp_path / "a.py").write_text(BAD * 100)  # findings that no pipe can hold
    arguments = command("check", "--output-format", name)
    with subprocess.Popen(
        arguments, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as child:
        assert child.stdout
        assert child.stdout.readline()
        child.stdout.close()
        _, err = child.communicate(timeout=60)
    assert child.returncode == FOUND
    assert err.startswith(b"Found 100 findings in 1 file")
    assert err.count(b"\n") == 1


@pytest.mark.parametrize(
    ("text", "fixed"),
    [(BAD, FIXED_ALONE), (BAD + "(", BAD + "("), (FAKE, FAKE)],
    ids=["fixed", "broken", "not fixable"],
)
def test_the_text_of_stdin_arrives_though_nobody_reads_stderr(
    tmp_path: Path, unread: int, text: str, fixed: str
) -> None:
    shown = run("fix", "-", cwd=tmp_path, stderr=unread, input=text.encode())
    assert shown.out == fixed


# A full disk.


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
@pytest.mark.parametrize(
    "arguments",
    [["check"], ["check", "--output-format", "json"], ["fix", "--diff"], ["rules"], ["--help"]],
    ids=" ".join,
)
def test_a_full_disk_is_one_line(folder: Path, arguments: list[str]) -> None:
    with Path("/dev/full").open("wb") as full:
        shown = run(*arguments, cwd=folder, stdout=full)
        code = run(*arguments, cwd=folder, stdout=full, stderr=full).code
    assert shown.err == "ctxlint: No space left on device, check where the output goes.\n"
    assert (shown.code, code) == (USAGE, USAGE)


# Ctrl-C.

# A function that, once it is done, sends its process what Ctrl-C sends.
INTERRUPT = """
def interrupt_after(module, name):
    import importlib, os, signal
    owner = importlib.import_module(module)
    plain = getattr(owner, name)
    def interrupted(*args, **options):
        result = plain(*args, **options)
        os.kill(os.getpid(), signal.SIGINT)
        return result
    setattr(owner, name, interrupted)
interrupt_after({module!r}, {name!r})
"""
INTERRUPT_IMPORT = """
import os, signal, sys
class Finder:
    def find_spec(self, name, path, target=None):
        if name == {module!r}:
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Finder())
"""


@posix
@pytest.mark.parametrize("arguments", [["check"], ["fix"], ["fix", "--diff"]], ids=" ".join)
@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("rignore", "walk"),
        ("ctxlint.run.check_file", "is_candidate"),
        ("ctxlint.commands.check", "_print_result"),
    ],
)
def test_ctrl_c_ends_a_run_wherever_it_is(
    folder: Path, arguments: list[str], module: str, name: str
) -> None:
    shown = run(*arguments, cwd=folder, before=INTERRUPT.format(module=module, name=name))
    assert (shown.code, shown.err.strip()) == (INTERRUPTED, "")


@posix
@pytest.mark.parametrize(
    ("module", "arguments"),
    [
        ("ctxlint.run.project_run", ["check"]),
        ("rignore", ["check"]),
        ("ctxlint.flow", ["check"]),
        ("ctxlint.run.fix_loop", ["fix"]),
        ("rich.console", ["check", "--color", "always"]),
        ("ctxlint.commands.rules", ["rules"]),
        ("rich.markdown", ["explain", "CTX101", "--color", "always"]),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(value),
)
def test_ctrl_c_ends_a_run_that_is_importing(
    folder: Path, module: str, arguments: list[str]
) -> None:
    shown = run(*arguments, cwd=folder, before=INTERRUPT_IMPORT.format(module=module))
    assert (shown.code, shown.err.strip()) == (INTERRUPTED, "")


@posix
@pytest.mark.parametrize("module", ["click", "ctxlint.cli.options"])
def test_ctrl_c_ends_a_process_that_is_importing_the_command_line(
    module: str,
) -> None:
    script = INTERRUPT_IMPORT.format(module=module)
    script += "import runpy\nrunpy.run_module('ctxlint', run_name='__main__')"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (-signal.SIGINT, b"")


@posix
def test_a_second_ctrl_c_ends_it_likewise(folder: Path) -> None:
    first = INTERRUPT.format(module="ctxlint.run.check_file", name="is_candidate")
    second = INTERRUPT.format(module="click.core", name="echo")  # it ends the line after ^C
    shown = run("check", cwd=folder, before=first + second)
    assert (shown.code, shown.err.strip()) == (INTERRUPTED, "")


@posix
def test_ctrl_c_from_outside_ends_a_walk(tmp_path: Path) -> None:
    walk = "import rignore, time\nrignore.walk = lambda *_, **__: print('walking', flush=True)"
    arguments = command("check", before=f"{walk} or time.sleep(60)")
    with subprocess.Popen(
        arguments, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as child:
        assert child.stdout
        assert child.stdout.readline() == b"walking\n"
        child.send_signal(signal.SIGINT)
        out, err = child.communicate(timeout=30)
    assert (child.returncode, out, err.strip()) == (INTERRUPTED, b"", b"")


@posix
@pytest.mark.parametrize("name", ["full", "concise"])
def test_ctrl_c_leaves_what_was_printed(folder: Path, name: str) -> None:
    options = ["check", "--output-format", name]
    before = INTERRUPT.format(module=f"ctxlint.output.{name}", name="write")
    shown = run(*options, cwd=folder, before=before)
    assert (shown.code, shown.err.strip()) == (INTERRUPTED, "")
    assert shown.out == run(*options, cwd=folder).out


@posix
def test_ctrl_c_that_also_ended_the_reader_is_quiet(folder: Path, unread: int) -> None:
    before = INTERRUPT.format(module="ctxlint.output.concise", name="write")
    options = ["check", "--output-format", "concise"]
    shown = run(*options, cwd=folder, before=before, stdout=unread)
    assert (shown.code, shown.err.strip()) == (INTERRUPTED, "")


@posix
@pytest.mark.parametrize("name", ["fsync", "chmod"])
def test_ctrl_c_leaves_no_file_half_written(folder: Path, name: str) -> None:
    shown = run("fix", cwd=folder, before=INTERRUPT.format(module="os", name=name))
    assert (shown.code, shown.err.strip()) == (INTERRUPTED, "")
    texts = {path.name: path.read_text() for path in folder.iterdir()}
    assert texts == {"a.py": BAD, "b.py": BAD}


@posix
def test_ctrl_c_leaves_files_that_were_fixed_before(folder: Path) -> None:
    before = INTERRUPT.format(module="os", name="replace")
    assert run("fix", cwd=folder, before=before).code == INTERRUPTED
    assert [(folder / name).read_text() for name in ("a.py", "b.py")] == [FIXED, BAD]


TERMINATED = 143
TERMINATE = INTERRUPT.replace("SIGINT", "SIGTERM")


@posix
@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("rignore", "walk"),
        ("ctxlint.run.check_file", "is_candidate"),
        ("os", "fsync"),
        ("os", "chmod"),
        ("ctxlint.commands.check", "_print_result"),
    ],
)
def test_sigterm_ends_a_run_as_ctrl_c_does(folder: Path, module: str, name: str) -> None:
    before = TERMINATE.format(module=module, name=name)
    again = TERMINATE.format(module="os", name="unlink")  # while a temporary file is removed
    script = f"{before}\n{again}\nfrom ctxlint.cli.main import run_process\nrun_process()"
    done = subprocess.run(
        [sys.executable, "-c", script, "fix"], cwd=folder, capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (TERMINATED, b"")
    is_written = name == "_print_result"
    texts = {path.name: path.read_text() for path in folder.iterdir()}
    assert texts == dict.fromkeys(("a.py", "b.py"), FIXED if is_written else BAD)


@posix
def test_sigterm_that_is_ignored_stays_so(folder: Path) -> None:
    arguments = ["sh", "-c", "trap '' TERM; exec \"$@\"", "sh", sys.executable, "-c"]
    script = TERMINATE.format(module="ctxlint.run.check_file", name="is_candidate")
    script += "\nfrom ctxlint.cli.main import run_process\nrun_process()"
    done = subprocess.run([*arguments, script, "fix", "-q"], cwd=folder, check=False)
    assert done.returncode == CLEAN


@posix
def test_ctrl_c_takes_the_progress_bar_away(folder: Path) -> None:
    job = INTERRUPT.format(module="ctxlint.run.file_tasks", name="check_file")
    shown = on_terminal("check", cwd=folder, before=f"{AT_ONCE}\n{job}")
    assert shown.code == INTERRUPTED
    assert "Checking" in shown.err
    assert shown.err.rindex("\x1b[2K") > shown.err.rindex("Checking")
    assert shown.err.rindex("\x1b[?25h") > shown.err.rindex("\x1b[?25l")  # the cursor is back


@posix
@pytest.mark.parametrize("name", ["check", "audit"])
def test_streams_that_are_closed(folder: Path, name: str) -> None:
    arguments = ["sh", "-c", '"$@" >&- 2>&-', "sh", *command(name, "--exit-zero")]
    assert subprocess.run(arguments, cwd=folder, check=False).returncode == CLEAN
