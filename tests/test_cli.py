"""The command line: options, streams, exit codes, and files that mean no good."""

from __future__ import annotations

import codecs
import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import click
import pytest
from samples import BAD, FIXED, SAFE, UNSAFE, finding

import ctxlint
from ctxlint import cli, command, engine, output
from ctxlint import fix as fixing
from ctxlint.fix import Fixed

if TYPE_CHECKING:
    from collections.abc import Iterator

USAGE, FOUND, CLEAN = 2, 1, 0


class Result(NamedTuple):
    code: int
    out: str
    err: str


class Run(Protocol):
    def __call__(self, *args: str, stdin: bytes = b"") -> Result: ...


@pytest.fixture
def run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> Run:
    """Run ctxlint in an empty working folder, in this process."""
    monkeypatch.chdir(tmp_path)

    def run(*args: str, stdin: bytes = b"") -> Result:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        with pytest.raises(SystemExit) as caught:
            cli.main(args)
        assert isinstance(caught.value.code, int)
        captured = capsysbinary.readouterr()
        return Result(caught.value.code, captured.out.decode(), captured.err.decode())

    return run


@pytest.fixture
def bad(run: Run, tmp_path: Path) -> Path:
    """A file with one finding, in the working folder."""
    path = tmp_path / "bad.py"
    path.write_text(BAD)
    return path


def process(*args: str, cwd: Path, **options: Any) -> subprocess.CompletedProcess[bytes]:
    """Run ctxlint in a process of its own."""
    arguments = [sys.executable, "-m", "ctxlint", *args]
    return subprocess.run(arguments, cwd=cwd, capture_output=True, check=False, **options)


# Check.


def test_check_prints_findings_on_stdout_and_the_summary_on_stderr(run: Run, bad: Path) -> None:
    result = run("check", "--output-format", "concise")
    assert result.code == FOUND
    assert result.out.startswith("bad.py:7:28: CTX101 [*] generated thread_id reaches")
    assert result.out.count("\n") == 1
    assert result.err == (
        "Found 1 finding in 1 file and 1 function; 1 fixable with 'ctxlint fix'.\n"
    )


def test_check_shows_a_frame_by_default(run: Run, bad: Path) -> None:
    out = run("check").out
    assert " --> bad.py:7:28 in handle" in out
    assert '7 |         user_id, thread_id=UnifiedIdGenerator.generate_base_id("t")' in out


def test_check_prints_json(run: Run, bad: Path) -> None:
    (found,) = json.loads(run("check", "--output-format", "json").out)
    assert (found["code"], found["filename"], found["function"]) == ("CTX101", "bad.py", "handle")
    assert found["ids"] == ["thread_id"]
    assert len(found["trace"]) >= 2


def test_check_of_clean_files_is_all_clear(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(FIXED)
    (tmp_path / "b.py").touch()
    assert run("check") == (CLEAN, "", "All clear: 2 files checked.\n")
    assert run("check", "--output-format", "json").out == "[]\n"


def test_check_of_nothing_says_so(run: Run) -> None:
    assert run("check") == (CLEAN, "", "No Python file was checked.\n")


def test_check_writes_nothing(run: Run, bad: Path) -> None:
    run("check")
    assert bad.read_text() == BAD


def test_quiet_leaves_findings_and_errors(run: Run, bad: Path) -> None:
    result = run("check", "-q", "bad.py", "gone.py", "--output-format", "concise")
    assert "CTX101" in result.out
    assert result.err == "gone.py:1:1: no such file or folder, check the path\n"


def test_verbose_says_what_was_done_with_each_file(run: Run, bad: Path, tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests/test_a.py").write_text(BAD)
    (tmp_path / "clean.py").touch()
    (tmp_path / "gen.py").touch()
    (tmp_path / "broken.py").write_text(BAD + "(")
    result = run("check", "-v", "--exclude", "gen.py")
    assert result.err.splitlines()[1:] == [
        "bad.py: checked, 1 finding",
        "broken.py: error",
        "clean.py: checked, names no getter",
        "gen.py: skipped, excluded",
        "tests/test_a.py: skipped, a test file",
        "Found 1 finding in 1 file and 1 function; 1 fixable with 'ctxlint fix'. "
        "Skipped 1 test file (--include-tests checks it). 1 error, see above.",
    ]


def test_test_files_are_checked_when_asked_for(run: Run, tmp_path: Path) -> None:
    (tmp_path / "test_a.py").write_text(BAD)
    assert run("check").err == (
        "No Python file was checked. Skipped 1 test file (--include-tests checks it).\n"
    )
    assert run("check", "--include-tests").code == FOUND


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--select", "CTX101"], FOUND),
        (["--select", "CTX1"], FOUND),
        (["--select", "CTX3,CTX1"], FOUND),
        (["--select", "CTX3", "--select", "CTX1"], FOUND),
        (["--select", "CTX3"], CLEAN),
        (["--ignore", "CTX101"], CLEAN),
        (["--ignore", "CTX2, CTX1,"], CLEAN),
        (["--select", "CTX101", "--ignore", "CTX1"], FOUND),
        (["--exclude", "*.py"], CLEAN),
        (["--exclude", "x,bad.py"], CLEAN),
        (["--no-cache"], FOUND),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_options_choose_what_is_checked(run: Run, bad: Path, options: list[str], code: int) -> None:
    assert run("check", *options).code == code
    assert run("check", "bad.py", *options).code == code


def test_the_configuration_holds_unless_isolated(run: Run, bad: Path, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.ctxlint]\nignore = ["CTX1"]\n')
    assert run("check").code == CLEAN
    assert run("check", "--isolated").code == FOUND
    assert run("check", "--ignore", "CTX3").code == FOUND


# Fix.


def test_fix_writes_and_exits_clean(run: Run, bad: Path) -> None:
    assert run("fix") == (CLEAN, "", "Fixed 1 finding in 1 file; none remain.\n")
    assert bad.read_text() == FIXED
    assert run("fix") == (CLEAN, "", "All clear: 1 file checked.\n")


def test_fix_prints_what_remains(run: Run, bad: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fix(file: Any, settings: Any, **_: Any) -> Fixed:
        return Fixed(FIXED, (finding("bad.py"),), (finding("bad.py", fix=UNSAFE),))

    monkeypatch.setattr(fixing, "fix", fix)
    result = run("fix", "--output-format", "concise")
    assert result == (
        FOUND,
        "bad.py:1:1: CTX101 generated thread_id reaches get()\n",
        "Fixed 1 finding in 1 file; 1 remains, 1 fixable with --unsafe-fixes.\n",
    )
    assert "CTX101 [*]" in run("fix", "--unsafe-fixes", "--output-format", "concise").out


def test_fix_diff_prints_a_patch_and_writes_nothing(run: Run, bad: Path) -> None:
    result = run("fix", "--diff")
    assert result.code == FOUND
    assert result.out.startswith("--- bad.py\n+++ bad.py\n@@ ")
    assert "+        user_id, thread_id=None\n" in result.out
    assert result.err == "Would fix 1 finding in 1 file; none remain.\n"
    assert bad.read_text() == BAD


def test_fix_diff_of_clean_files_is_empty(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(FIXED)
    assert run("fix", "--diff") == (CLEAN, "", "All clear: 1 file checked.\n")


@pytest.mark.parametrize("keep", ["none", "received", "all"])
def test_keep_reaches_the_settings(
    run: Run, bad: Path, monkeypatch: pytest.MonkeyPatch, keep: str
) -> None:
    seen = []

    def fix(file: Any, settings: Any, **_: Any) -> Fixed:
        seen.append(settings.keep)
        return Fixed(file.text, (), ())

    monkeypatch.setattr(fixing, "fix", fix)
    run("fix", "--keep", keep)
    assert seen == [keep]


# Stdin.


def test_check_of_stdin(run: Run) -> None:
    result = run("check", "-", "--output-format", "concise", stdin=BAD.encode())
    assert result.code == FOUND
    assert result.out.startswith("-:7:28: CTX101 [*]")


@pytest.mark.parametrize("arguments", [["-"], []])
def test_stdin_has_the_name_it_is_given(run: Run, arguments: list[str]) -> None:
    options = ["--stdin-filename", "pkg/a.py", "--output-format", "concise"]
    assert run("check", *options, *arguments, stdin=BAD.encode()).out.startswith("pkg/a.py:7:28:")


def test_fix_of_stdin_prints_the_fixed_text(run: Run) -> None:
    result = run("fix", "-", stdin=BAD.encode())
    assert result == (CLEAN, FIXED, "Fixed 1 finding in 1 file; none remain.\n")


def test_fix_of_stdin_prints_findings_on_stderr(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    fixed = Fixed(FIXED, (), (finding("-", fix=SAFE),))
    monkeypatch.setattr(fixing, "fix", lambda *_, **__: fixed)
    result = run("fix", "-", "--output-format", "concise", stdin=BAD.encode())
    assert result.out == FIXED
    assert result.err.startswith("-:1:1: CTX101 [*]")


def test_fix_of_stdin_keeps_bytes(run: Run) -> None:
    data = codecs.BOM_UTF8 + BAD.replace("\n", "\r\n").encode()
    expected = codecs.BOM_UTF8 + FIXED.replace("\n", "\r\n").encode()
    assert run("fix", "-", stdin=data).out == expected.decode()


def test_fix_of_stdin_as_a_diff(run: Run) -> None:
    result = run("fix", "--diff", "--stdin-filename", "pkg/a.py", stdin=BAD.encode())
    assert result.code == FOUND
    assert result.out.startswith("--- pkg/a.py\n+++ pkg/a.py\n")


@pytest.mark.parametrize(
    ("text", "options", "code"),
    [
        (BAD + "(", [], USAGE),
        (BAD, ["--exclude", "a.py"], CLEAN),
        (FIXED, [], CLEAN),
        ("", [], CLEAN),
    ],
    ids=["broken", "excluded", "clean", "empty"],
)
def test_fix_of_stdin_passes_through_what_it_does_not_fix(
    run: Run, text: str, options: list[str], code: int
) -> None:
    result = run("fix", "--stdin-filename", "a.py", *options, stdin=text.encode())
    assert (result.code, result.out) == (code, text)


# Usage.


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["chekc"], "ctxlint: No such command 'chekc'."),
        (["check", "--selct", "x"], "ctxlint check: No such option '--selct'."),
        (["check", "--select"], "ctxlint: Option '--select' requires an argument."),
        (["check", "--select", ","], "ctxlint check: Option '--select' is empty."),
        (
            ["check", "--select", "CTX102"],
            "--select: unknown code 'CTX102', did you mean 'CTX101'?",
        ),
        (["check", "--ignore", "E501"], "--ignore: unknown code 'E501', use one of CTX001, "),
        (["check", "--exclude", "[z-a]"], "exclude '[z-a]': no gitignore pattern, "),
        (["check", "--output-format", "xml"], "ctxlint check: Invalid value for '--output-format'"),
        (["check", "--diff"], "ctxlint check: No such option '--diff'."),
        (["fix", "--keep", "some"], "ctxlint fix: Invalid value for '--keep'"),
        (["check", "-", "a.py"], "ctxlint check: stdin takes the place of paths: give '-' alone."),
        (["check", "--stdin-filename", "b.py", "a.py"], "ctxlint check: stdin takes the place"),
        (["check", "-q", "-v"], "ctxlint check: -q and -v contradict each other."),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_use_is_one_line(run: Run, arguments: list[str], line: str) -> None:
    result = run(*arguments)
    assert (result.code, result.out) == (USAGE, "")
    assert result.err.startswith(line)
    assert result.err.count("\n") == 1


def test_a_bad_configuration_is_one_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.ctxlint]\nkep = 1\n")
    assert run("check") == (
        USAGE,
        "",
        "pyproject.toml:2:1: [tool.ctxlint] kep: unknown key, did you mean 'keep'?\n",
    )
    assert run("check", "--isolated").code == CLEAN


def test_without_a_command_it_prints_help(run: Run) -> None:
    result = run()
    assert (result.code, result.out) == (USAGE, "")
    assert "Commands:" in result.err


@pytest.mark.parametrize("arguments", [["-h"], ["--help"], ["check", "-h"], ["fix", "--help"]])
def test_help_is_on_stdout(run: Run, arguments: list[str]) -> None:
    result = run(*arguments)
    assert (result.code, result.err) == (CLEAN, "")
    assert "Usage: ctxlint" in result.out


def test_the_version(run: Run) -> None:
    assert run("--version") == (CLEAN, f"ctxlint, version {ctxlint.__version__}\n", "")


def test_every_output_format_is_offered() -> None:
    (option,) = (p for p in cli.check.params if p.name == "output_format")
    assert isinstance(option.type, click.Choice)
    assert tuple(option.type.choices) == output.FORMATS


# The process.


def imported(*args: str, cwd: Path) -> set[str]:
    """The modules that a run of ctxlint imports."""
    arguments = [sys.executable, "-X", "importtime", "-m", "ctxlint", *args]
    done = subprocess.run(arguments, cwd=cwd, capture_output=True, text=True, check=False)
    return {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}


@pytest.mark.parametrize("option", ["--version", "--help"])
def test_version_and_help_import_nothing_heavy(tmp_path: Path, option: str) -> None:
    modules = imported(option, cwd=tmp_path)
    assert "ctxlint.cli" in modules
    assert not modules & {"libcst", "rich", "rignore", "tomllib", "ctxlint.runner"}


def test_a_file_that_cannot_match_imports_no_libcst(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("import uuid\nprint(uuid.uuid4())\n")
    modules = imported("check", "a.py", cwd=tmp_path)
    assert "ctxlint.runner" in modules
    assert not modules & {"libcst", "rich", "rignore"}


@pytest.mark.parametrize("name", ["concise", "json"])
def test_plain_formats_import_no_rich(tmp_path: Path, name: str) -> None:
    (tmp_path / "a.py").write_text(BAD)
    assert "rich" not in imported("check", "a.py", "--output-format", name, cwd=tmp_path)


def test_ctrl_c_ends_without_a_traceback(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "run", interrupt)
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


# Hostile input: one line, exit 2, and the file beside it is still checked.


@pytest.fixture
def hostile(run: Run, bad: Path, tmp_path: Path) -> Iterator[Any]:
    """Check and fix `hostile.py` beside a bad file; return the lines about it."""

    def lines(data: bytes | None) -> list[str]:
        path = tmp_path / "hostile.py"
        if data is not None:
            path.write_bytes(data)
        results = [run(verb, "--output-format", "concise", "-q") for verb in ("check", "fix")]
        assert [result.code for result in results] == [USAGE, USAGE]
        assert results[0].out.startswith("bad.py:7:28: CTX101")
        assert bad.read_text() == FIXED
        assert results[0].err == results[1].err
        assert data is None or path.read_bytes() == data
        return results[0].err.splitlines()

    return lines


@pytest.mark.parametrize(
    ("tail", "line"),
    [
        (
            b"x = '\xff'\n",
            "hostile.py:9:6: not utf-8: byte 0xff, save it as UTF-8 or declare its encoding",
        ),
        (b"x = '\xe9\n", "hostile.py:9:6: not utf-8: byte 0xe9, "),
        (b"def f(:\n", "hostile.py:9:7: syntax error: invalid syntax, mend it and check again"),
        (b"x = (\n", "hostile.py:9:5: syntax error: '(' was never closed, "),
        (b"x = " + b"(" * 3000 + b")" * 3000, "hostile.py:9:"),
        (b"print 'hello'\n", "hostile.py:9:1: syntax error: Missing parentheses in call"),
    ],
    ids=["not UTF-8", "latin-1", "syntax", "unclosed", "3,000 brackets", "Python 2"],
)
def test_a_file_that_is_not_python_is_one_line(hostile: Any, tail: bytes, line: str) -> None:
    (only,) = hostile(BAD.encode() + tail)
    assert only.startswith(line)


def test_null_bytes_are_one_line(hostile: Any) -> None:
    (only,) = hostile(BAD.encode() + b"x = 1\x00\n")
    assert only.startswith("hostile.py:1:1: ")
    assert "null bytes" in only


def test_an_unknown_encoding_is_one_line(hostile: Any) -> None:
    (only,) = hostile(b"# coding: klingon\n" + BAD.encode())
    assert only.startswith("hostile.py:1:1: unknown encoding: klingon")


def test_a_dangling_and_a_circular_link_are_a_line_each(hostile: Any, tmp_path: Path) -> None:
    (tmp_path / "dangling.py").symlink_to("nowhere.py")
    (tmp_path / "loop.py").symlink_to("loop.py")
    assert sorted(hostile(None)) == [
        "dangling.py:1:1: dangling link, remove it or restore its target",
        "loop.py:1:1: circular link, remove it or point it at a file",
    ]


@pytest.mark.parametrize(
    ("error", "what"),
    [
        (PermissionError(13, "Permission denied"), "permission denied, change its mode"),
        (FileNotFoundError(2, "No such file"), "vanished after it was found, run ctxlint again"),
    ],
    ids=["no permission", "vanished"],
)
def test_a_file_that_cannot_be_read_is_one_line(
    hostile: Any, monkeypatch: pytest.MonkeyPatch, error: OSError, what: str
) -> None:
    read = Path.read_bytes

    def refuse(path: Path) -> bytes:
        if path.name == "hostile.py":
            raise error
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    Path("hostile.py").touch()
    (only,) = hostile(None)
    assert only.startswith(f"hostile.py:1:1: {what}")


def test_3000_chained_calls_do_not_stop_the_rest(run: Run, bad: Path, tmp_path: Path) -> None:
    chain = b"x = a" + b".b()" * 3000 + b"\n"
    (tmp_path / "hostile.py").write_bytes(BAD.encode() + chain)
    done = process("check", "--output-format", "concise", "-q", cwd=tmp_path)
    assert done.returncode in {FOUND, USAGE}
    assert done.stdout.startswith(b"bad.py:7:28: CTX101")
    assert b"Traceback" not in done.stderr
    is_checked = b"hostile.py:7:28: CTX101" in done.stdout
    assert is_checked or done.stderr.startswith(b"hostile.py:1:1: nested too deeply")


def test_brackets_nested_deeper_than_python_allows_do_not_kill_the_process(
    bad: Path, tmp_path: Path
) -> None:
    brackets = b"x = " + b"[" * 3000 + b"]" * 3000
    (tmp_path / "hostile.py").write_bytes(BAD.encode() + brackets)
    done = process("check", "--output-format", "concise", "-q", cwd=tmp_path)
    assert done.returncode == USAGE
    assert done.stdout.startswith(b"bad.py:7:28: CTX101")
    assert done.stderr.startswith(b"hostile.py:9:")
    assert done.stderr.count(b"\n") == 1


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (codecs.BOM_UTF8 + BAD.encode(), codecs.BOM_UTF8 + FIXED.encode()),
        (BAD.replace("\n", "\r\n").encode(), FIXED.replace("\n", "\r\n").encode()),
        (BAD.rstrip().encode(), FIXED.rstrip().encode()),
        (BAD.replace("\n\n", "\n\x0c\n").encode(), FIXED.replace("\n\n", "\n\x0c\n").encode()),
        (
            b"# coding: latin-1\nX = '\xe9'\n" + BAD.encode(),
            b"# coding: latin-1\nX = '\xe9'\n" + FIXED.encode(),
        ),
    ],
    ids=["BOM", "CRLF", "no final newline", "form feed", "latin-1"],
)
def test_odd_files_are_fixed_and_keep_their_oddity(
    run: Run, bad: Path, before: bytes, after: bytes
) -> None:
    bad.write_bytes(before)
    assert run("fix").code == CLEAN
    assert bad.read_bytes() == after


def test_an_empty_file_is_clean(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.py").touch()
    assert run("check").code == CLEAN
    assert run("fix").code == CLEAN


def test_a_file_of_10_mb_is_checked(run: Run, tmp_path: Path) -> None:
    text = BAD + 'DATA = """\n' + ("x" * 99 + "\n") * 100_000 + '"""\n'
    (tmp_path / "a.py").write_text(text)
    result = run("check", "--output-format", "concise")
    assert (result.code, result.out.count("CTX101")) == (FOUND, 1)


def test_a_file_that_changed_between_reading_and_writing_is_refused(
    run: Run, bad: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fix = fixing.fix

    def fix_slowly(*args: Any, **options: Any) -> Fixed:
        result = fix(*args, **options)
        bad.write_text("# somebody else was faster\n")
        return result

    monkeypatch.setattr(fixing, "fix", fix_slowly)
    result = run("fix", "-q")
    assert result == (
        USAGE,
        "",
        "bad.py:1:1: changed since it was read, run ctxlint again\n",
    )
    assert bad.read_text() == "# somebody else was faster\n"


def test_a_bug_of_ours_is_one_line(run: Run, bad: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise KeyError("a\nb")

    monkeypatch.setattr(engine, "check", fail)
    result = run("check", "-q")
    assert result.code == USAGE
    assert result.err.startswith("bad.py:1:1: internal error KeyError('a\\nb'), report it")
    assert result.err.count("\n") == 1
