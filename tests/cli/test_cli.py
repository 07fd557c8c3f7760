"""The command line: options, streams, exit codes."""

from __future__ import annotations

import codecs
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import pytest
from support.commands import CLEAN, FOUND, USAGE, Run
from support.sample_findings import BAD, FIXED, FIXED_ALONE, SAFE, UNSAFE, finding

import ctxlint
from ctxlint import output
from ctxlint.cli import main
from ctxlint.finding import Level
from ctxlint.run import fix_loop as fixing
from ctxlint.run.fix_loop import Fixed

if TYPE_CHECKING:
    pass

# Check.


def test_check_prints_findings_on_stdout_and_the_summary_on_stderr(run: Run, bad: Path) -> None:
    result = run("check", "--output-format", "concise")
    assert result.code == FOUND
    assert result.out.startswith("bad.py:7:28: CTX101 [*] error: generated thread_id reaches")
    assert result.out.count("\n") == 1
    assert result.err == (
        "Found 1 finding in 1 file and 1 function; [*] 1 fixable with 'ctxlint fix'.\n"
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
    assert result.err == "gone.py: no such file or folder, check the path\n"


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
        "clean.py: checked, mentions no getter",
        "gen.py: skipped, excluded",
        "tests/test_a.py: skipped, a test file",
        "Found 1 finding in 1 file and 1 function; [*] 1 fixable with 'ctxlint fix'. "
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
        (["--select", "ctx101"], FOUND),
        (["--select", "generated-session-id"], FOUND),
        (["--select", "Dead-Context-Import"], CLEAN),
        (["--select", "ALL"], FOUND),
        (["--select", "all", "--ignore", "ctx1"], CLEAN),
        (["--ignore", "ALL"], CLEAN),
        (["--ignore", "all", "--select", "CTX101"], FOUND),
        (["--ignore", "all", "--extend-select", "generated-session-id"], FOUND),
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


@pytest.mark.parametrize(
    ("level", "failing", "code"),
    [
        ("error", "error", FOUND),
        ("warning", "error", CLEAN),
        ("warning", "warning", FOUND),
        ("error", "warning", FOUND),
        ("note", "warning", CLEAN),
        ("note", "note", FOUND),
        ("note", None, FOUND),
    ],
)
def test_the_level_that_fails_decides_the_exit_code(
    run: Run,
    bad: Path,
    monkeypatch: pytest.MonkeyPatch,
    level: str,
    failing: str | None,
    code: int,
) -> None:
    fixed = Fixed(FIXED, (), (finding("bad.py", level=Level(level)),))
    monkeypatch.setattr(fixing, "fix", lambda *_, **__: fixed)
    options = ["--fail-level", failing] if failing else []
    result = run("fix", *options, "--output-format", "concise")
    assert result.code == code
    assert f": CTX101 {level}: " in result.out
    assert run("check", "gone.py", *options).code == USAGE


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
        "bad.py:1:1: CTX101 error: generated thread_id reaches get()\n",
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
    assert result == (CLEAN, FIXED_ALONE, "Fixed 1 finding in 1 file; none remain.\n")


def test_fix_of_stdin_prints_findings_on_stderr(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    fixed = Fixed(FIXED, (), (finding("-", fix=SAFE),))
    monkeypatch.setattr(fixing, "fix", lambda *_, **__: fixed)
    result = run("fix", "-", "--output-format", "concise", stdin=BAD.encode())
    assert result.out == FIXED
    assert result.err.startswith("-:1:1: CTX101 [*]")


def test_fix_of_stdin_keeps_bytes(run: Run) -> None:
    data = codecs.BOM_UTF8 + BAD.replace("\n", "\r\n").encode()
    expected = codecs.BOM_UTF8 + FIXED_ALONE.replace("\n", "\r\n").encode()
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
        (["check", "--exclude", "[z-a]"], "--exclude: not a gitignore pattern: '[z-a]', "),
        (["check", "--output-format", "xml"], "ctxlint check: Invalid value for '--output-format'"),
        (["check", "--diff"], "ctxlint check: No such option '--diff'."),
        (["fix", "--keep", "some"], "ctxlint fix: Invalid value for '--keep'"),
        (["check", "-", "a.py"], "ctxlint check: '-' (stdin) and paths cannot be used together."),
        (["check", "--stdin-filename", "b.py", "a.py"], "ctxlint check: '-' (stdin) and paths"),
        (["check", "-q", "-v"], "ctxlint check: -q and -v cannot be used together."),
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
    (option,) = (p for p in main.check.params if p.name == "output_format")
    assert isinstance(option.type, click.Choice)
    assert tuple(option.type.choices) == output.FORMATS
