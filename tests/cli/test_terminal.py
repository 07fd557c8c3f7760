"""Terminals: colour, width, and the progress bar."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from importlib import resources
from itertools import product
from pathlib import Path

import pytest
from support.commands import process
from support.sample_findings import BAD
from support.terminals import AT_ONCE, command, environment, on_terminal

from ctxlint.output import FORMATS
from ctxlint.output.color import is_colored, is_styled
from ctxlint.output.console import make_console
from ctxlint.rules.registry import RULES
from ctxlint.terminal import progress

COLOURED = re.compile(r"\x1b\[[\d;]*3[1-6]m")  # red to cyan
SGR = re.compile(r"\x1b\[[\d;]*m")  # what sets colours
posix = pytest.mark.skipif(sys.platform == "win32", reason="terminals of POSIX")
FOR_PEOPLE = ("full", "concise")
PAGE = "rules/generated_session_id/generated_session_id.md"
COMMANDS = [
    ["check"],
    ["explain", "CTX201"],
    ["check", "--output-format", "concise"],
    ["rules"],
]
each_command = pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
each_coloured = pytest.mark.parametrize("arguments", COMMANDS[:3], ids=" ".join)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a finding in each of two files."""
    for name in ("a.py", "b.py"):
        (tmp_path / name).write_text(BAD)
    return tmp_path


def piped(*args: str, cwd: Path, **changes: str) -> str:
    """What ctxlint sends to stdout through a pipe."""
    return process(*args, cwd=cwd, env=environment(**changes)).stdout.decode()


# Colour.


@posix
@each_coloured
def test_the_stream_and_the_environment_decide_on_colour(
    folder: Path, arguments: list[str]
) -> None:
    assert COLOURED.search(on_terminal(*arguments, cwd=folder).out)
    assert not COLOURED.search(on_terminal(*arguments, cwd=folder, NO_COLOR="1").out)
    assert "\x1b" not in on_terminal(*arguments, cwd=folder, TERM="dumb").out
    assert "\x1b" not in piped(*arguments, cwd=folder)
    assert COLOURED.search(piped(*arguments, cwd=folder, FORCE_COLOR="1"))
    assert not COLOURED.search(piped(*arguments, cwd=folder, FORCE_COLOR="1", NO_COLOR="1"))


@posix
@each_command
def test_never_sends_no_escape_whatever_the_environment(folder: Path, arguments: list[str]) -> None:
    options = [*arguments, "--color", "never"]
    shown = on_terminal(*options, cwd=folder, before=AT_ONCE, FORCE_COLOR="1")
    assert shown.out
    assert "\x1b" not in shown.out + shown.err
    assert piped(*options, cwd=folder, FORCE_COLOR="1") == piped(*arguments, cwd=folder)


@each_coloured
@pytest.mark.parametrize("changes", [{"NO_COLOR": "1"}, {"TERM": "dumb"}], ids=str)
def test_always_sends_colour_whatever_the_environment(
    folder: Path, arguments: list[str], changes: dict[str, str]
) -> None:
    assert COLOURED.search(piped(*arguments, "--color", "always", cwd=folder, **changes))


@pytest.mark.parametrize("name", [name for name in FORMATS if name not in FOR_PEOPLE])
def test_formats_for_programs_have_no_colour(folder: Path, name: str) -> None:
    options = ["check", "--output-format", name, "--color", "always"]
    text = piped(*options, cwd=folder, FORCE_COLOR="1")
    assert text
    assert "\x1b" not in text


def test_colour_is_decided_as_rich_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TERM")
    values = ((None, "1"), (None, "", "1"), (None, "0", "1"), ("xterm", "dumb"))
    for chosen in product(*values):
        for name, value in zip(names, chosen, strict=True):
            monkeypatch.delenv(name, raising=False)
            if value is not None:
                monkeypatch.setenv(name, value)
        for stream in (Stream(True), Stream(False)):
            console = make_console(stream, "auto")
            expected = console.color_system is not None and not console.no_color
            assert is_colored(stream, "auto") == expected, chosen
            assert is_styled(stream, "auto") == (console.color_system is not None), chosen


@posix
def test_the_summary_and_the_diff_have_colour(folder: Path) -> None:
    shown = on_terminal("fix", "--diff", cwd=folder)
    assert shown.err == "\x1b[1;32mWould fix 2 findings in 2 files\x1b[0m; none remain.\n"
    assert "\n\x1b[31m-from shared.ids import UnifiedIdGenerator\x1b[0m\n" in shown.out
    plain = piped("fix", "--diff", cwd=folder)
    assert SGR.sub("", shown.out) == plain
    assert piped("fix", "--diff", cwd=folder, FORCE_COLOR="1") == plain  # `patch` may read it
    assert SGR.search(piped("fix", "--diff", "--color", "always", cwd=folder))
    assert on_terminal("check", cwd=folder).err.startswith("\x1b[1;31mFound 2 findings")
    (folder / "clean.py").write_text("print()\n")
    unseen = on_terminal("check", "--exclude", "a.py,b.py", cwd=folder)
    assert unseen.err.startswith("\x1b[1;33mNothing to check for CTX101\x1b[0m: ")
    (folder / "clean.py").unlink()
    clean = on_terminal("check", "--ignore", "ALL", cwd=folder)
    assert clean.err.startswith("\x1b[1;32mAll clear\x1b[0m: 2 files")


@posix
@pytest.mark.parametrize("name", FOR_PEOPLE)
def test_codes_lead_to_the_pages_of_their_rules(folder: Path, name: str) -> None:
    shown = on_terminal("check", "--output-format", name, cwd=folder).out
    addresses = set(re.findall(r"\x1b]8;;(\S+?)\x1b\\", shown))
    assert addresses == {Path(resources.files("ctxlint"), PAGE).as_uri()}
    unlinked = re.sub(r"\x1b]8;.*?\x1b\\", "", shown)
    assert SGR.sub("", unlinked) == piped("check", "--output-format", name, cwd=folder)
    always = piped("check", "--output-format", name, "--color", "always", cwd=folder)
    assert "\x1b]8" not in always


# Width.


@posix
def test_a_narrow_terminal_neither_wraps_nor_cuts_findings(folder: Path) -> None:
    narrow = on_terminal("check", "--color", "never", cwd=folder, columns=20).out
    assert narrow == piped("check", cwd=folder)
    assert narrow == piped("check", cwd=folder, COLUMNS="20")


@posix
@pytest.mark.parametrize("columns", [20, 50])
@pytest.mark.parametrize("arguments", [["rules"], ["explain", "CTX301"]], ids=" ".join)
def test_a_narrow_terminal_wraps_tables_and_pages(
    tmp_path: Path, arguments: list[str], columns: int
) -> None:
    shown = on_terminal(*arguments, "--color", "never", cwd=tmp_path, columns=columns)
    lines = shown.out.splitlines()
    assert max(map(len, lines)) <= columns
    words = re.sub(r"[\s┃]", "", shown.out)  # a title may have a frame
    names = [rule.name for rule in RULES if rule.code in arguments or arguments == ["rules"]]
    assert names
    assert all(name in words for name in names)
    assert "…" not in words  # nothing is cut


@posix
def test_a_wide_terminal_gets_lines_that_can_be_read(tmp_path: Path) -> None:
    shown = on_terminal("explain", "CTX101", "--color", "never", cwd=tmp_path, columns=300)
    assert 80 < max(map(len, shown.out.splitlines())) <= 100


# The progress bar.


@posix
@pytest.mark.parametrize("arguments", [["check"], ["fix"], ["fix", "--diff"]], ids=" ".join)
def test_long_work_has_a_bar_that_goes_before_the_summary(
    folder: Path, arguments: list[str]
) -> None:
    err = on_terminal(*arguments, cwd=folder, before=AT_ONCE).err
    assert re.search("Checking.*/2", err)
    last = SGR.sub("", err.rpartition("\x1b[2K")[2])  # after the line was cleared
    assert re.fullmatch(r"(Found|Fixed|Would fix) 2 findings [^\x1b]*\n", last)


@posix
def test_the_search_for_getters_has_a_bar(folder: Path) -> None:
    err = on_terminal("init", cwd=folder, before=AT_ONCE).err
    assert re.search("Checking.*/2", err)
    assert SGR.sub("", err.rpartition("\x1b[2K")[2]).startswith("No session getter found")


@posix
def test_the_bar_leaves_the_findings_alone(folder: Path) -> None:
    assert (
        on_terminal("check", cwd=folder, before=AT_ONCE).out == on_terminal("check", cwd=folder).out
    )


@posix
@pytest.mark.parametrize(
    ("options", "changes"),
    [(["-q"], {}), ([], {"TERM": "dumb"}), ([], {"TERM": "unknown"})],
    ids=["quiet", "dumb", "unknown"],
)
def test_there_is_no_bar_where_nobody_wants_or_sees_one(
    folder: Path, options: list[str], changes: dict[str, str]
) -> None:
    err = on_terminal("check", *options, cwd=folder, before=AT_ONCE, **changes).err
    assert "Checking" not in err
    assert "\x1b" not in err


def test_there_is_no_bar_in_a_pipe_whatever_the_colour(folder: Path) -> None:
    arguments = command("check", "--color", "always", before=AT_ONCE)
    env = environment(FORCE_COLOR="1")
    done = subprocess.run(arguments, cwd=folder, env=env, capture_output=True, check=False)
    assert SGR.sub("", done.stderr.decode()).startswith("Found 2 findings")


class Stream(io.StringIO):
    """What stderr is in the tests below."""

    def __init__(self, is_terminal: bool) -> None:
        super().__init__()
        self._is_terminal = is_terminal

    def isatty(self) -> bool:
        return self._is_terminal


@pytest.mark.parametrize(
    ("seconds", "is_terminal", "is_shown"),
    [(0.4, True, False), (0.6, True, True), (0.6, False, False)],
    ids=["short work", "long work", "a pipe"],
)
def test_the_bar_waits_for_half_a_second_of_work(
    monkeypatch: pytest.MonkeyPatch, seconds: float, is_terminal: bool, is_shown: bool
) -> None:
    for name, value in environment(TERM="xterm").items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    clock = iter([0.0, 0.0, seconds])
    monkeypatch.setattr(progress, "monotonic", lambda: next(clock))
    monkeypatch.setattr(sys, "stderr", stream := Stream(is_terminal))
    with progress.tracked(quiet=False, color="auto") as track:
        assert list(track(iter("ab"), 2)) == ["a", "b"]
    assert ("1/2" in stream.getvalue()) == is_shown


@posix
def test_short_work_imports_no_rich_for_the_bar(folder: Path) -> None:
    before = (
        "import atexit, sys\n"
        "from ctxlint.terminal import progress\n"
        "progress.DELAY = 3600\n"
        "atexit.register(lambda: print(*sys.modules, file=sys.stderr))"
    )
    shown = on_terminal("check", "--output-format", "concise", cwd=folder, before=before)
    assert "ctxlint.terminal.progress" in shown.err.split()
    assert "rich" not in shown.err.split()
