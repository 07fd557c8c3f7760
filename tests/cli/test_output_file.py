"""--output-file, and --statistics."""

from __future__ import annotations

import json
import os
import stat
import sys
from pathlib import Path

import pytest
from support.commands import CLEAN, FOUND, USAGE, Run, process
from support.sample_findings import BAD, FIXED, FIXED_ALONE

from ctxlint import output

# --output-file


@pytest.mark.parametrize("name", output.FORMATS)
def test_the_output_file_holds_what_stdout_would(
    run: Run, bad: Path, tmp_path: Path, name: str
) -> None:
    shown = run("check", "--output-format", name)
    result = run("check", "--output-format", name, "--output-file", "out")
    assert shown.code == FOUND
    assert result == (FOUND, "", shown.err)
    assert (tmp_path / "out").read_bytes() == shown.out.encode()
    assert sorted(os.listdir()) == ["bad.py", "out"]


@pytest.mark.parametrize("name", output.FORMATS)
def test_the_output_file_is_written_without_findings_too(
    run: Run, tmp_path: Path, name: str
) -> None:
    (tmp_path / "out").write_text("old")
    shown = run("check", "--output-format", name)
    run("check", "--output-format", name, "--output-file", "out")
    assert (tmp_path / "out").read_text() == shown.out


def test_the_output_file_is_utf_8_whatever_the_console(tmp_path: Path) -> None:
    (tmp_path / "日本.py").write_text(BAD)
    options = ("--output-format", "concise", "--output-file", "out")
    done = process("check", *options, cwd=tmp_path, env={"PYTHONIOENCODING": "ascii"})
    assert done.returncode == FOUND, done.stderr
    assert (tmp_path / "out").read_text(encoding="utf-8").startswith("日本.py:7:28: ")


@pytest.mark.skipif(sys.platform != "linux", reason="file names that are not UTF-8")
@pytest.mark.parametrize("name", output.FORMATS)
def test_a_name_that_is_not_utf_8_can_be_written(run: Run, tmp_path: Path, name: str) -> None:
    (tmp_path / "a\udcff.py").write_text(BAD)
    assert run("check", "a\udcff.py", "--output-format", name, "--output-file", "out").code == FOUND
    text = (tmp_path / "out").read_text(encoding="utf-8")
    assert ("a%FF.py" if name == "sarif" else "udcff.py") in text


@pytest.mark.parametrize(
    ("color", "is_coloured"), [("auto", False), ("never", False), ("always", True)]
)
def test_the_output_file_has_colour_only_when_asked_for(
    run: Run, bad: Path, monkeypatch: pytest.MonkeyPatch, color: str, is_coloured: bool
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.delenv("NO_COLOR", raising=False)
    run("check", "--output-file", "out", "--color", color)
    assert (b"\x1b[" in (bad.parent / "out").read_bytes()) is is_coloured


def test_the_output_file_keeps_its_mode_and_its_link(run: Run, bad: Path, tmp_path: Path) -> None:
    (tmp_path / "target").write_text("old")
    (tmp_path / "target").chmod(0o640)
    (tmp_path / "out").symlink_to("target")
    run("check", "--output-format", "concise", "--output-file", "out")
    assert (tmp_path / "out").is_symlink()
    assert (tmp_path / "target").read_text().startswith("bad.py:7:28: ")
    assert stat.S_IMODE((tmp_path / "target").stat().st_mode) == 0o640


@pytest.mark.parametrize("file", ["bad.py", "./bad.py", "link.py", "hard.py"])
@pytest.mark.parametrize("verb", ["check", "fix", "audit"])
def test_an_output_file_is_none_of_the_files_to_check(
    run: Run, bad: Path, file: str, verb: str
) -> None:
    os.symlink("bad.py", "link.py")
    os.link("bad.py", "hard.py")
    result = run(verb, "-q", ".", "--output-file", file)
    line = f"{file}: one of the files to check, name another for the output\n"
    assert result == (USAGE, "", line)
    assert bad.read_text() == BAD


@pytest.mark.parametrize(
    ("file", "what"),
    [("gone/out", "No such file or directory"), ("bad.py/out", "Not a directory"), (".", "Is a")],
)
def test_an_output_file_that_cannot_be_written_is_one_line(
    run: Run, bad: Path, file: str, what: str
) -> None:
    result = run("check", "-q", "--output-file", file)
    assert (result.code, result.out) == (USAGE, "")
    assert result.err.startswith(f"{file}: {what}")
    assert result.err.endswith(", nothing written, check its folder and permissions\n")
    assert result.err.count("\n") == 1
    assert os.listdir() == ["bad.py"]


def test_an_output_file_that_cannot_be_replaced_keeps_its_content(
    run: Run, bad: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "out").write_text("old")
    monkeypatch.setattr(os, "replace", refuse)
    result = run("check", "-q", "--output-file", "out")
    assert result.code == USAGE
    assert result.err.startswith("out: Permission denied, nothing written, ")
    assert (tmp_path / "out").read_text() == "old"
    assert sorted(os.listdir()) == ["bad.py", "out"]


def test_errors_are_said_even_if_the_output_file_cannot_be_written(run: Run, bad: Path) -> None:
    result = run("check", "bad.py", "gone.py", "--output-file", "gone/out")
    assert [line.split(":")[0] for line in result.err.splitlines()] == [
        "gone.py",
        "Found 1 finding in 1 file and 1 function; [*] 1 fixable with 'ctxlint fix'. "
        "1 error, see above.",
        "gone/out",
    ]


def test_fix_writes_what_remains_to_the_output_file(run: Run, bad: Path, tmp_path: Path) -> None:
    result = run("fix", "--output-format", "json", "--output-file", "out")
    assert (result.code, result.out) == (CLEAN, "")
    assert (tmp_path / "out").read_text() == "[]\n"
    assert bad.read_text() == FIXED


def test_fix_of_stdin_prints_the_text_and_writes_the_output_file(run: Run, tmp_path: Path) -> None:
    result = run("fix", "-", "--output-file", "out", stdin=BAD.encode())
    assert result == (CLEAN, FIXED_ALONE, "Fixed 1 finding in 1 file; none remain.\n")
    assert (tmp_path / "out").read_text() == ""


@pytest.mark.skipif(sys.platform == "win32", reason="pipes in a folder")
def test_a_pipe_is_written_to_and_not_replaced(run: Run, bad: Path, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    run("check", "--output-format", "concise", "--output-file", "pipe")
    assert os.read(reader, 1000).startswith(b"bad.py:7:28: ")
    os.close(reader)
    assert (tmp_path / "pipe").is_fifo()


# --statistics


def counted(run: Run, *options: str) -> str:
    return run("check", "--statistics", *options).out


def test_statistics_take_the_place_of_findings(run: Run, bad: Path, tmp_path: Path) -> None:
    (tmp_path / "also.py").write_text(BAD.replace("def handle", "def handle_all") + BAD)
    assert counted(run) == (
        "3  CTX101  generated-session-id\n"
        "\n"
        "2  also.py\n"
        "1  bad.py\n"
        "\n"
        "1  also.py  handle\n"
        "1  also.py  handle_all\n"
        "1  bad.py   handle\n"
    )
    assert counted(run) == counted(run, "--output-format", "concise")


def test_statistics_change_neither_the_summary_nor_the_exit_code(run: Run, bad: Path) -> None:
    plain, counts = run("check"), run("check", "--statistics")
    assert (counts.code, counts.err) == (plain.code, plain.err)


def test_statistics_align_counts_of_different_width(run: Run, tmp_path: Path) -> None:
    (tmp_path / "many.py").write_text(BAD * 10)
    (tmp_path / "one.py").write_text(BAD)
    assert counted(run).splitlines()[2:4] == ["10  many.py", " 1  one.py"]


def test_statistics_in_json_are_one_object(run: Run, bad: Path) -> None:
    assert json.loads(counted(run, "--output-format", "json")) == {
        "rules": [{"count": 1, "code": "CTX101", "name": "generated-session-id"}],
        "files": [{"count": 1, "filename": "bad.py"}],
        "functions": [{"count": 1, "filename": "bad.py", "function": "handle"}],
    }


def test_statistics_of_nothing(run: Run) -> None:
    assert counted(run) == ""
    nothing: dict[str, list[object]] = {"rules": [], "files": [], "functions": []}
    assert json.loads(counted(run, "--output-format", "json")) == nothing


def test_statistics_go_to_the_output_file(run: Run, bad: Path, tmp_path: Path) -> None:
    expected = counted(run)
    assert run("check", "--statistics", "--output-file", "out").out == ""
    assert (tmp_path / "out").read_text() == expected


# What contradicts.


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        *(
            (
                ["check", "--statistics", "--output-format", name],
                "--statistics needs one of these output formats: full, concise, json.",
            )
            for name in ("github", "gitlab", "sarif", "junit")
        ),
        (
            ["fix", "--diff", "--output-file", "out"],
            "--diff prints no findings: leave out --output-file.",
        ),
        (["fix", "--diff", "--statistics"], "--diff prints no findings: leave out --statistics."),
    ],
)
def test_a_contradiction_is_one_line_and_nothing_is_done(
    run: Run, bad: Path, arguments: list[str], line: str
) -> None:
    command = f"ctxlint {arguments[0]}"
    assert run(*arguments) == (USAGE, "", f"{command}: {line} Try '{command} --help'.\n")
    assert bad.read_text() == BAD
    assert os.listdir() == ["bad.py"]
