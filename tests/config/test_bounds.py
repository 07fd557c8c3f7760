"""Settings are data, and no file or setting takes for ever: what cannot be analysed is a line."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support.commands import CLEAN, FOUND, USAGE, Run, process
from support.sample_findings import BAD, FIXED
from support.terminals import command

if TYPE_CHECKING:
    from collections.abc import Iterator

SLOW = 30  # seconds: runs take 1 or 2, and minutes where the time grows with the square

# Settings.


@pytest.mark.parametrize(
    "text",
    [
        'src = ["{x}"]',
        'exclude = ["$(touch owned)", "`touch owned`", "{0.__class__}", "%(x)s"]',
        'baseline = "|touch owned"',
        'extend = "$(touch owned).toml"',
        """[[tool.ctxlint.getter]]\ncall = "__import__('os').mkdir('owned')"\nids = {a = 1}""",
        """sources.calls = ["__import__('os').mkdir('owned')", "os.system"]""",
        """per-file-ignores = { "__import__('os').mkdir('owned')" = ["CTX101"] }""",
    ],
)
@pytest.mark.parametrize("verb", ["check", "fix", "config"])
def test_settings_run_nothing_and_write_nothing(run: Run, bad: Path, text: str, verb: str) -> None:
    Path("pyproject.toml").write_text(f"[tool.ctxlint]\n{text}\n")
    bad.write_text(f"{BAD}\nopen('owned', 'w')\n")
    assert run(verb).code in {CLEAN, FOUND, USAGE}
    assert sorted(os.listdir()) == ["bad.py", "pyproject.toml"]


def test_nothing_is_imported_from_what_is_checked(tmp_path: Path) -> None:
    """Its modules are called like those that ctxlint imports, and would say so."""
    for name in ("click", "libcst", "rich", "rignore", "tomllib", "ast", "app", "sitecustomize"):
        (tmp_path / f"{name}.py").write_text(f"{BAD}\nraise SystemExit('imported')\n")
    (tmp_path / "pyproject.toml").write_text('[tool.ctxlint]\nsrc = ["."]\n')
    script = str(Path(sys.executable).with_name("ctxlint"))
    done = subprocess.run([script, "fix"], cwd=tmp_path, capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (CLEAN, b"")
    assert done.stderr.startswith(b"Fixed 8 findings in 8 files")


@pytest.mark.parametrize("key", ["baseline", "extend"])
def test_what_is_in_a_file_that_settings_name_is_not_shown(run: Run, bad: Path, key: str) -> None:
    Path("secret").write_text("ctxlint s3cr3t\n")
    Path("pyproject.toml").write_text(f'[tool.ctxlint]\n{key} = "secret"\n')
    result = run("check")
    assert result.code == USAGE
    assert "s3cr3t" not in result.out + result.err


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("x = " + "[" * 10_000, "nested too deeply"),
        ("x = " + "{a = " * 10_000, "nested too deeply"),
        ("x = " + "9" * 10_000, "a number is too long"),
        ('extend = "other.toml"', "nested too deeply"),
    ],
    ids=["arrays", "tables", "number", "extended"],
)
def test_settings_that_cannot_be_parsed_are_a_line(
    run: Run, bad: Path, text: str, what: str
) -> None:
    Path("pyproject.toml").write_text(f"[tool.ctxlint]\n{text}\n")
    Path("other.toml").write_text("[tool.ctxlint]\nx = " + "[" * 10_000)
    name = "other.toml" if "other" in text else "pyproject.toml"
    assert run("check") == (USAGE, "", f"{name}: {what}, fix it or run with --isolated\n")


def test_a_long_chain_of_settings_is_a_line(run: Run, bad: Path) -> None:
    for number in range(200):
        text = f'[tool.ctxlint]\nextend = "{number + 1}.toml"\n'
        Path(f"{number}.toml").write_text(text)
    line = "99.toml:2:1: [tool.ctxlint] extend: more than 100 files in a chain, merge some\n"
    assert run("check", "--config", "0.toml") == (USAGE, "", line)
    Path("99.toml").write_text("[tool.ctxlint]\n")
    assert run("check", "--config", "0.toml").code == FOUND


@pytest.mark.parametrize("count", ["1" * 10_000, "[" * 10_000, '"' + "x" * 1_000_000])
def test_a_baseline_that_cannot_be_parsed_is_a_line(run: Run, bad: Path, count: str) -> None:
    Path("known.json").write_text(f'{{"version": 1, "findings": [{{"count": {count}')
    result = run("check", "--baseline", "known.json")
    assert (result.code, result.out, result.err.count("\n")) == (USAGE, "", 1)
    assert result.err.startswith("known.json:")
    assert len(result.err) < 300


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no /dev/zero")
def test_a_baseline_without_an_end_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.ctxlint]\nbaseline = "/dev/zero"\n')
    limit = "import resource; resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))"
    done = subprocess.run(
        command("check", before=limit), cwd=tmp_path, capture_output=True, check=False, timeout=SLOW
    )
    assert done.returncode == USAGE
    assert b"/dev/zero: not a baseline: it is a device, " in done.stderr
    assert done.stderr.count(b"\n") == 1


ENDLESS = "not a regular file, so it may have no end"


def end(path: str, kind: str) -> None:
    """Let a path be what has no end."""
    if kind == "pipe":
        os.mkfifo(path)
    else:
        os.symlink("/dev/zero", path)


def checked(*args: str, cwd: Path) -> tuple[int, list[str]]:
    """The exit code and the lines on stderr of a run that ends soon, and takes little memory."""
    limit = "import resource; resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))"
    done = subprocess.run(
        command("check", "-q", *args, before=limit),
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        timeout=SLOW,
    )
    return done.returncode, done.stderr.splitlines()


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no /dev/zero")
@pytest.mark.parametrize("kind", ["pipe", "device"])
@pytest.mark.parametrize("name", [".gitignore", "a/.gitignore", "a/b/.ignore", "../.gitignore"])
def test_patterns_without_an_end_are_a_line(tmp_path: Path, name: str, kind: str) -> None:
    top = tmp_path / "top"
    (top / "a" / "b").mkdir(parents=True)
    (top / ".git").mkdir()
    for folder in (top, top / "a", top / "a" / "b"):
        (folder / "bad.py").write_text(BAD)
    end(str(top / name), kind)
    code, lines = checked("--output-format", "concise", cwd=top)
    shown = str(tmp_path / ".gitignore") if ".." in name else name
    assert (code, lines) == (USAGE, [f"{shown}: {ENDLESS}, fix it or exclude it"])
    assert checked("bad.py", cwd=top) == (FOUND, [])


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no /dev/zero")
@pytest.mark.parametrize("kind", ["pipe", "device"])
def test_settings_without_an_end_are_a_line(bad: Path, tmp_path: Path, kind: str) -> None:
    end(str(tmp_path / "endless.toml"), kind)
    line = f"endless.toml: {ENDLESS}, fix it or run with --isolated"
    assert checked("--config", "endless.toml", cwd=tmp_path) == (USAGE, [line])
    (tmp_path / "pyproject.toml").write_text('[tool.ctxlint]\nextend = "endless.toml"\n')
    assert checked(cwd=tmp_path) == (USAGE, [line])
    (tmp_path / "pyproject.toml").unlink()
    end(str(tmp_path / "pyproject.toml"), kind)
    assert checked(cwd=tmp_path) == (USAGE, [line.replace("endless", "pyproject")])


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no /dev/zero")
def test_a_device_is_not_read(bad: Path, tmp_path: Path) -> None:
    end(str(tmp_path / "endless.py"), "device")
    line = f"endless.py: {ENDLESS}, remove it or exclude it"
    assert checked("endless.py", cwd=tmp_path) == (USAGE, [line])


def test_a_file_of_the_system_that_goes_on_is_not_waited_for(
    run: Run, bad: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As /proc/kmsg, which says of itself that it is a file."""
    flags: list[int] = []
    open_file = os.open

    def opened(path: str, given: int, *args: int) -> int:
        flags.append(given)
        return open_file(path, given, *args)

    def wait(*_: object) -> bytes:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    with monkeypatch.context() as patch:
        patch.setattr(os, "open", opened)
        patch.setattr(os, "read", wait)
        result = run("check", "-q", "bad.py")
    assert result == (USAGE, "", f"bad.py: {ENDLESS}, remove it or exclude it\n")
    assert flags[0] & os.O_NONBLOCK


@pytest.mark.parametrize("key", ["output-file", "write-baseline", "add-noqa", "fix"])
def test_settings_cannot_make_a_run_write(run: Run, bad: Path, key: str) -> None:
    Path("pyproject.toml").write_text(f'[tool.ctxlint]\n{key} = "owned"\n')
    result = run("check")
    assert (result.code, result.out) == (USAGE, "")
    assert f"{key}: unknown key" in result.err
    assert sorted(os.listdir()) == ["bad.py", "pyproject.toml"]


# Files.

MEGABYTE = 1_000_000
CALLED = """\
from app.session import get_user_execution_context

def open_session(user_id, thread_id):
    return get_user_execution_context(user_id, thread_id=thread_id)
"""
CALLER = """\
import uuid
from a import open_session

open_session(1, uuid.uuid4())
"""
TAILS = {
    "type comments": "# type: " * (MEGABYTE // 8),
    "hashes": "#" * MEGABYTE,
    "type and spaces": "# type:" + " " * MEGABYTE,
    "flake8 and spaces": "#" + " " * MEGABYTE + "# flake8" + " " * MEGABYTE,
    "codes": "x = 1  # noqa: " + "A1" * (MEGABYTE // 2),
    "letters": "x = 1  # noqa: " + "A" * MEGABYTE,
    "code and spaces": "x = 1  # noqa: CTX999" + " " * MEGABYTE + "x",
    "comments": "x = 1  " + "# noqa: A1 " * (MEGABYTE // 11),
    "imports": '"""\n' + "from a import (\n" * (MEGABYTE // 16) + '"""',
    "imports and comments": '"""\n' + "from a import (#(\n" * (MEGABYTE // 18) + '"""',
    "import of hashes": '"""\nfrom a import (' + "#" * MEGABYTE + '"""',
    "import of names": '"""\nimport ' + "a, " * (MEGABYTE // 3) + '"""',
    "from and spaces": '"""\nfrom ' + " " * MEGABYTE + '"""',
    "prompts": '"""\n' + ">>> _new\n" * (MEGABYTE // 9) + '"""',
    "lines": "\n" * MEGABYTE,
}


@pytest.mark.parametrize("tail", TAILS.values(), ids=TAILS.keys())
def test_a_megabyte_of_what_patterns_look_for_takes_no_time(tmp_path: Path, tail: str) -> None:
    (tmp_path / "a.py").write_text(CALLED)
    (tmp_path / "b.py").write_text(f"{CALLER}{tail}\n")
    (tmp_path / "pyproject.toml").write_text('[tool.ctxlint]\nsrc = ["."]\n')
    options = ("--output-format", "concise", "-q")
    done = process("check", *options, cwd=tmp_path, timeout=SLOW)
    assert done.stdout.startswith(b"b.py:4:")
    assert (done.returncode, done.stderr) == (FOUND, b"")


@pytest.fixture
def deep(bad: Path, tmp_path: Path) -> Iterator[None]:
    """A file in so many folders that pytest could not remove it."""
    depth = 900
    for _ in range(depth):
        os.mkdir("d")
        os.chdir("d")
    Path("deep.py").write_text(BAD)
    os.chdir(tmp_path)
    yield
    os.chdir(tmp_path.joinpath(*["d"] * depth))
    os.unlink("deep.py")
    for _ in range(depth):
        os.chdir("..")
        os.rmdir("d")


@pytest.mark.usefixtures("deep")
def test_a_file_in_too_many_folders_is_a_line(run: Run) -> None:
    result = run("check", "--output-format", "concise", "-q")
    assert result.code == USAGE
    assert result.out.startswith("bad.py:7:28: CTX101")
    assert result.err.endswith("/deep.py: nested too deeply in folders, move it up\n")
    assert result.err.count("\n") == 1


@pytest.mark.parametrize("number", ["0x" + "f" * 9999, "0b" + "1" * 99_999, "9" * 9999])
def test_a_number_that_python_does_not_print_is_a_line(run: Run, bad: Path, number: str) -> None:
    worse = bad.with_name("worse.py")
    text = f"{BAD}\nx = {number}\n"
    worse.write_text(text)
    result = run("fix", "-q")
    assert (result.code, result.err.count("\n")) == (USAGE, 1)
    assert result.err.startswith("worse.py:")
    assert (bad.read_text(), worse.read_text()) == (FIXED, text)
