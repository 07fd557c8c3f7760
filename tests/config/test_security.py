"""What SECURITY.md promises of code, configuration and names that mean harm."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from support.commands import CLEAN, FOUND, USAGE, Run, process
from support.reports import report
from support.sample_findings import BAD, FIXED, finding, span, step
from support.terminals import on_terminal

from ctxlint import output
from ctxlint.finding import Applicability, Fix, StepKind
from ctxlint.output import diff

# Only what was given is written.

REFUSED = "link.py: a link to a file outside the given folders, name it to change its target\n"
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


# What is printed is shown, not obeyed.

EVIL = "\x1b]0;x\x07\x1b[2J\r\x00\x7f\x85\x9b31m\u202e\u2066\u200b\u2028[red]a[/red]:smile:\udcff"
OBEYED = {"Cc", "Cf", "Cs", "Zl", "Zp"}
EVERYWHERE = finding(
    f"{EVIL}.py", span(1, 1, 9), message=EVIL, function=EVIL, ids=(EVIL,)
)._replace(
    trace=(step(StepKind.SOURCE, EVIL, span(1, 1, 9), f"{EVIL}.py"),),
    fix=Fix(Applicability.SAFE, EVIL, ()),
)
posix = pytest.mark.skipif(sys.platform == "win32", reason="names and terminals of POSIX")


def obeyed(text: str) -> set[str]:
    """The characters of a text that a terminal obeys, but for line ends."""
    return {char for char in text if unicodedata.category(char) in OBEYED} - {"\n"}


@pytest.mark.parametrize("name", output.FORMATS)
@pytest.mark.parametrize("fields", [{}, {"fix": None, "unfixed_reason": EVIL}])
def test_no_format_lets_a_terminal_obey_a_text(
    monkeypatch: pytest.MonkeyPatch, name: str, fields: dict[str, str]
) -> None:
    monkeypatch.setattr("support.reports.SOURCES", {f"{EVIL}.py": [f"x = '{EVIL}'\n"]})
    text = report(name, [EVERYWHERE._replace(**fields)], errors=[f"{EVIL}.py: {EVIL}"])
    assert obeyed(text) == set()
    assert "a[/red]:smile:" in text.replace("%3A", ":")


@posix
@pytest.mark.parametrize("arguments", [["check"], ["check", "-v"], ["fix", "--diff"]], ids=" ".join)
def test_a_terminal_gets_no_controls_of_names_and_code(
    tmp_path: Path, arguments: list[str]
) -> None:
    name = "\x1b[2J\u202e.py"
    (tmp_path / name).write_text(BAD.replace('"t"', 'f"\x1b[2J\u202e\r\x0c"'))
    (tmp_path / "\x1b[2J").mkdir()
    (tmp_path / "\x1b[2J/broken.py").write_text(f"{BAD}(\x1b[2J")
    shown = on_terminal(*arguments, "--color", "never", cwd=tmp_path)
    assert "x1b[2J" in shown.out + shown.err
    assert obeyed((shown.out + shown.err).replace("\t", "")) <= {"\r"}  # rich ends lines so
    assert "\x1b" not in shown.out + shown.err


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "--config", EVIL],
        ["check", "--baseline", EVIL],
        ["check", "--select", EVIL],
        ["check", "--output-file", f"{EVIL}/x"],
        ["check", EVIL],
        ["explain", EVIL],
        [EVIL],
    ],
    ids=" ".join,
)
def test_errors_about_hostile_options_are_a_harmless_line(
    run: Run, bad: Path, arguments: list[str]
) -> None:
    words = [word.replace("\0", "") for word in arguments]
    result = run(*words, *(["-q"] if words[0] == "check" else []))
    assert (result.code, result.out) == (USAGE, "")
    assert obeyed(result.err) == set()
    assert result.err.count("\n") == 1


@posix
@pytest.mark.parametrize(
    "text",
    [
        '"k\\u001b[2J" = 1',
        'keep = "\\u001b[2J"',
        'select = ["\\u009b2J"]',
        'extend = "\\u202e"',
        "(",
    ],
)
def test_errors_about_hostile_settings_are_a_harmless_line(run: Run, bad: Path, text: str) -> None:
    folder = bad.parent / "\x1b[2J"
    folder.mkdir()
    (folder / "pyproject.toml").write_text(f"[tool.ctxlint]\n{text}\n")
    bad.rename(folder / "bad.py")
    for arguments in (["check", "."], ["config", str(folder)]):
        result = run(*arguments)
        assert (result.code, result.out) == (USAGE, "")
        assert obeyed(result.err) == set()
        assert result.err.startswith("\\x1b[2J/pyproject.toml:2:")
        assert result.err.count("\n") == 1


def test_settings_are_shown_without_controls(run: Run, tmp_path: Path) -> None:
    pattern = "a\\u009b\\u202e\\U000e0001b"
    (tmp_path / "pyproject.toml").write_text(f'[tool.ctxlint]\nexclude = ["{pattern}"]\n')
    result = run("config")
    assert f'exclude          = ["{pattern}"]' in result.out
    assert obeyed(result.out) == set()


@posix
def test_flake8_prints_no_controls(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.ctxlint]\nkeep = "\\u001b[2J"\n')
    done = process_flake8(tmp_path)
    assert done.returncode == USAGE
    assert b"\\x1b[2J" in done.stderr
    assert b"\x1b" not in done.stderr + done.stdout


def process_flake8(folder: Path) -> subprocess.CompletedProcess[bytes]:
    arguments = [sys.executable, "-m", "flake8", "--color", "never", "."]
    return subprocess.run(arguments, cwd=folder, capture_output=True, check=False)


@posix
@pytest.mark.parametrize("name", output.FORMATS)
def test_every_format_takes_names_that_are_no_text(tmp_path: Path, name: str) -> None:
    (tmp_path / "a\udcff.py").write_text(BAD)
    done = process("check", "a\udcff.py", "--output-format", name, cwd=tmp_path)
    assert done.returncode == FOUND
    assert done.stderr.startswith(b"Found 1 finding")
    assert b"\xff" not in done.stdout


# A diff changes the file that it is about, and no other.


@pytest.mark.skipif(not shutil.which("git"), reason="git is the judge")
@posix
@pytest.mark.parametrize(
    "name",
    [
        "a\n--- b.py\n+++ b.py\n@@ -1 +1 @@\n-1\n+2\n.py",
        "a\tb.py",
        "a\r.py",
        '"a.py',
        'a"\\\x1b.py',
        "é\u202e.py",
        "a b\udcff.py",
    ],
)
def test_git_applies_a_diff_to_a_file_with_a_hostile_name(tmp_path: Path, name: str) -> None:
    (tmp_path / "b.py").write_text("1\n")
    (tmp_path / name).write_text("old\n")
    patch = diff.unified(name, b"old\n", b"new\n")
    subprocess.run(["git", "apply", "-p0", "-"], cwd=tmp_path, input=patch, check=True)
    assert (tmp_path / name).read_text() == "new\n"
    assert (tmp_path / "b.py").read_text() == "1\n"
    assert sorted(os.listdir(tmp_path)) == sorted([name, "b.py"])
