"""--baseline and --write-baseline: what is known stays known, and only that."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from commands import CLEAN, FOUND, USAGE, Run
from samples import BAD, FIXED

from ctxlint import atomic
from ctxlint.output import summary

HEAD = """\
from app.session import get_user_execution_context
from shared.ids import UnifiedIdGenerator
"""
# Flagged, and fixed only with --unsafe-fixes: the generated ID is read elsewhere too.
UNSAFE = (
    HEAD
    + """

def report(user_id):
    run_id = UnifiedIdGenerator.generate_base_id("run")
    context = get_user_execution_context(user_id, run_id=run_id)
    return context, run_id
"""
)
DEAD = "from app.session import create_user_execution_context\n"


def handler(*names: str, calls: int = 1) -> str:
    """A module whose functions have these names, and as many calls each, all alike."""
    call = '    get_user_execution_context(user_id, UnifiedIdGenerator.generate_base_id("t"))\n'
    return HEAD + "".join(f"\n\ndef {name}(user_id):\n{call * calls}" for name in names)


def entries(path: Path) -> list[dict[str, Any]]:
    """The entries of a baseline."""
    found: list[dict[str, Any]] = json.loads(path.read_text())["findings"]
    return found


def keys(path: Path) -> list[tuple[str, str, int]]:
    """The path, the function and the count of each entry of a baseline."""
    return [(entry["path"], entry["function"], entry["count"]) for entry in entries(path)]


@pytest.fixture
def known(run: Run, tmp_path: Path) -> Path:
    """A baseline that knows two calls in `a.py`, and one call each in two functions of `b.py`."""
    (tmp_path / "a.py").write_text(handler("f", calls=2))
    (tmp_path / "b.py").write_text(handler("f", "g"))
    assert run("check", "--write-baseline", "known.json").code == CLEAN
    return tmp_path / "known.json"


def check(run: Run, *args: str) -> list[str]:
    """The places of the findings that a check reports as new."""
    result = run("check", "--baseline", "known.json", "--output-format", "concise", *args)
    assert result.code == (FOUND if result.out else CLEAN)
    return [line.split(": ")[0] for line in result.out.splitlines()]


# What is known.


def test_what_was_written_is_known(run: Run, known: Path) -> None:
    assert run("check", "--baseline", "known.json") == (
        CLEAN,
        "",
        "All clear: 2 files checked. 4 findings are in the baseline.\n",
    )


def test_without_the_option_everything_is_reported(run: Run, known: Path) -> None:
    result = run("check", "--output-format", "concise")
    assert (result.code, result.out.count("\n")) == (FOUND, 4)


def test_a_new_finding_alone_is_reported_and_decides(run: Run, known: Path, bad: Path) -> None:
    result = run("check", "--baseline", "known.json", "--output-format", "concise")
    assert result.code == FOUND
    assert result.out.startswith("bad.py:7:28: CTX101")
    assert result.out.count("\n") == 1
    assert result.err == (
        "Found 1 finding in 1 file and 1 function; 1 fixable with 'ctxlint fix'. "
        "4 more are in the baseline.\n"
    )


def test_of_more_calls_alike_the_last_is_new(run: Run, known: Path, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(handler("f", calls=3))
    assert check(run) == ["a.py:8:41"]
    (tmp_path / "a.py").write_text(handler("f", calls=5))
    assert check(run) == ["a.py:8:41", "a.py:9:41", "a.py:10:41"]


def test_other_code_in_the_same_function_is_new(run: Run, known: Path, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(handler("f", calls=2).replace('("t")', '("u")', 1))
    assert check(run) == ["a.py:6:41"]


def test_another_function_makes_it_new(run: Run, known: Path, tmp_path: Path) -> None:
    (tmp_path / "b.py").write_text(handler("f", "h"))
    assert check(run) == ["b.py:10:41"]


def test_another_code_makes_it_new(run: Run, known: Path, tmp_path: Path) -> None:
    text = known.read_text()
    known.write_text(text.replace('"code": "CTX101"', '"code": "CTX301"'))
    assert known.read_text() != text
    assert len(check(run)) == 4


def test_another_file_makes_it_new(run: Run, known: Path, tmp_path: Path) -> None:
    (tmp_path / "b.py").rename(tmp_path / "c.py")
    assert check(run) == ["c.py:6:41", "c.py:10:41"]


def test_moved_code_stays_known(run: Run, known: Path, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("# moved\n\n" + handler("g", "f", calls=2))
    (tmp_path / "b.py").write_text(handler("g", "f").replace("\n", "\r\n"))
    assert check(run, "--select", "CTX101") == ["a.py:8:41", "a.py:9:41"]  # those in g


UGLY = """\
def f(user_id):
    x = UnifiedIdGenerator.generate_base_id( 'it\\'s' ,
            user_id, )
    y = ( f'run_{ UnifiedIdGenerator.generate_base_id( prefix = "x") }' )
    get_user_execution_context( user_id,thread_id = x , run_id=(y) )
    return get_user_execution_context (user_id \\
       , UnifiedIdGenerator. generate_base_id(prefix='a'  "b"))
"""


def test_reformatted_code_stays_known(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text(HEAD + DEAD.replace("create", "( create").replace("\n", "\n as c)\n") + UGLY)
    assert run("check", "--write-baseline", "known.json").code == CLEAN
    assert len(entries(tmp_path / "known.json")) == 3
    before = path.read_text()
    subprocess.run([sys.executable, "-m", "ruff", "format", "--isolated", "-q", path], check=True)
    assert path.read_text() != before
    result = run("check", "--baseline", "known.json")
    assert result == (
        CLEAN,
        "",
        "All clear: 1 file checked. 3 findings are in the baseline.\n",
    )
    written = (tmp_path / "known.json").read_bytes()
    run("check", "--write-baseline", "known.json")
    assert (tmp_path / "known.json").read_bytes() == written


def test_paths_begin_at_the_folder_of_the_baseline(
    run: Run, known: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "lint").mkdir()
    run("check", "--write-baseline", "lint/known.json")
    assert {path for path, _, _ in keys(tmp_path / "lint/known.json")} == {"../a.py", "../b.py"}
    (tmp_path / "link").symlink_to(tmp_path)
    for folder in (tmp_path / "lint", tmp_path / "link/lint"):
        monkeypatch.chdir(folder)
        for file in ("known.json", "../known.json", str(known)):
            assert run("check", "--baseline", file, "..").code == CLEAN
        assert run("check", "--baseline", "known.json", str(tmp_path)).code == CLEAN


def test_the_setting_names_the_baseline(run: Run, known: Path, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.ctxlint]\nbaseline = "known.json"\n')
    assert run("check").code == CLEAN
    assert run("check", "--isolated").code == FOUND
    (tmp_path / "none.json").write_text('{"version": 1, "findings": []}')
    assert run("check", "--baseline", "none.json").code == FOUND


def test_stdin_goes_by_its_name(run: Run, known: Path) -> None:
    options = ("check", "--baseline", "known.json", "--output-format", "concise")
    text = handler("f", "g", "h").encode()
    result = run(*options, "--stdin-filename", "b.py", stdin=text)
    assert result.out.startswith("b.py:14:41: ")
    assert result.out.count("\n") == 1
    assert run(*options, "-", stdin=text).out.count("\n") == 3


def test_what_noqa_silences_is_not_in_a_baseline(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(handler("f", "g").replace("\n\n\ndef g", "  # noqa\n\n\ndef g"))
    run("check", "--write-baseline", "known.json")
    assert keys(tmp_path / "known.json") == [("a.py", "g", 1)]


def test_formats_get_the_known_findings_apart(run: Run, known: Path, bad: Path) -> None:
    def states(*args: str) -> list[Any]:
        (report,) = json.loads(run("check", "--output-format", "sarif", *args).out)["runs"]
        return [result.get("baselineState") for result in report["results"]]

    assert sorted(states("--baseline", "known.json")) == ["new"] + 4 * ["unchanged"]
    assert states() == 5 * [None]
    assert run("check", "--baseline", "known.json", "b.py", "--output-format", "json").out == "[]\n"


# What is stale.


def test_nothing_is_said_of_what_is_not_stale(run: Run, known: Path) -> None:
    assert "stale" not in run("check", "--baseline", "known.json", "-v").err


def test_stale_entries_are_told_in_one_line(run: Run, known: Path, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(handler("f"))
    (tmp_path / "b.py").write_text(handler("h").replace("h(", "f("))
    result = run("check", "--baseline", "known.json")
    assert result == (
        CLEAN,
        "",
        "All clear: 2 files checked. 2 findings are in the baseline.\n"
        "2 entries of known.json are stale: --write-baseline known.json prunes them.\n",
    )
    assert run("check", "-q", "--baseline", "known.json").err == ""


def test_verbose_lists_stale_entries_and_counts_known_findings(
    run: Run, known: Path, tmp_path: Path
) -> None:
    (tmp_path / "a.py").write_text(handler("f"))
    (tmp_path / "b.py").write_text("")
    call = "UnifiedIdGenerator.generate_base_id('t')"
    assert run("check", "--baseline", "known.json", "-v").err.splitlines() == [
        "a.py: checked, 0 findings, 1 in the baseline",
        "b.py: checked, names no getter",
        "All clear: 2 files checked. 1 finding is in the baseline.",
        f"known.json: 1 of 2 stale: a.py: CTX101 in f: {call}",
        f"known.json: 1 of 1 stale: b.py: CTX101 in f: {call}",
        f"known.json: 1 of 1 stale: b.py: CTX101 in g: {call}",
        "3 entries of known.json are stale: --write-baseline known.json prunes them.",
    ]


def test_entries_of_a_file_that_is_gone_are_stale(run: Run, known: Path, tmp_path: Path) -> None:
    (tmp_path / "b.py").unlink()
    assert "2 entries of known.json are stale" in run("check", "--baseline", "known.json").err


def test_a_finding_that_noqa_silences_leaves_its_entry_stale(
    run: Run, known: Path, tmp_path: Path
) -> None:
    (tmp_path / "a.py").write_text("# flake8: noqa\n" + handler("f", calls=2))
    assert "1 entry of known.json is stale: " in run("check", "--baseline", "known.json").err


def unfit(tmp_path: Path, how: str) -> tuple[str, ...]:
    """Make `b.py` a file that the run does not check for CTX101; return what the run needs."""
    path = tmp_path / "b.py"
    config = tmp_path / "pyproject.toml"
    path.write_text("")
    if how == "broken":
        path.write_text(handler("f") + "(")
    elif how == "a test":
        config.write_text('[tool.ctxlint]\ntest-paths = ["b.py"]\n')
    elif how == "ignored in this file":
        config.write_text('[tool.ctxlint.per-file-ignores]\n"b.py" = ["CTX101"]\n')
    elif how == "unreadable":
        path.unlink()
        path.mkdir()
        (path / "b.py").symlink_to("b.py")
    return {
        "not named": ("a.py",),
        "excluded": ("--exclude", "b.py"),
        "not selected": ("--select", "CTX301"),
        "ignored": ("--ignore", "CTX1"),
    }.get(how, ())


UNFIT = [
    "not named",
    "excluded",
    "not selected",
    "ignored",
    "ignored in this file",
    "a test",
    "broken",
    "unreadable",
]


@pytest.mark.parametrize("how", UNFIT)
def test_what_was_not_looked_for_is_not_stale(
    run: Run, known: Path, tmp_path: Path, how: str
) -> None:
    args = unfit(tmp_path, how)
    assert "stale" not in run("check", "--baseline", "known.json", *args).err


@pytest.mark.parametrize("how", UNFIT)
def test_what_was_not_looked_for_is_kept(run: Run, known: Path, tmp_path: Path, how: str) -> None:
    args = unfit(tmp_path, how)
    code = USAGE if how in {"broken", "unreadable"} else CLEAN
    assert run("check", "--write-baseline", "known.json", *args).code == code
    assert keys(known) == [("a.py", "f", 2), ("b.py", "f", 1), ("b.py", "g", 1)]


def test_test_files_are_looked_at_for_rules_that_apply_there(run: Run, tmp_path: Path) -> None:
    (tmp_path / "test_a.py").write_text(DEAD + BAD)
    run("check", "--include-tests", "--write-baseline", "known.json")
    (tmp_path / "test_a.py").write_text(FIXED)
    assert "1 entry of known.json is stale" in run("check", "--baseline", "known.json").err
    run("check", "--write-baseline", "known.json")
    assert [entry["code"] for entry in entries(tmp_path / "known.json")] == ["CTX101"]


# Writing.


def test_the_file_is_json_an_entry_a_line(run: Run, known: Path, tmp_path: Path) -> None:
    code = '"hash": "HASH", "count": {}, "text": "UnifiedIdGenerator.generate_base_id(\'t\')"}}'
    hashes = {entry["hash"] for entry in entries(known)}
    assert len(hashes) == 1
    start = '    {{"path": "{}", "function": "{}", "code": "CTX101", '
    rows = [("a.py", "f", 2), ("b.py", "f", 1), ("b.py", "g", 1)]
    body = ",\n".join(start.format(path, name) + code.format(count) for path, name, count in rows)
    expected = f'{{\n  "version": 1,\n  "findings": [\n{body}\n  ]\n}}\n'
    assert known.read_text() == expected.replace("HASH", hashes.pop())


def test_a_baseline_of_nothing_is_one_too(run: Run, tmp_path: Path) -> None:
    result = run("check", "--write-baseline", "known.json")
    assert result == (CLEAN, "", "No Python file was checked.\nWrote 0 findings to known.json.\n")
    assert json.loads((tmp_path / "known.json").read_text()) == {"version": 1, "findings": []}
    assert run("check", "--baseline", "known.json").code == CLEAN


def test_the_bytes_do_not_depend_on_the_order_of_things(
    run: Run, known: Path, tmp_path: Path
) -> None:
    before = known.read_bytes()
    document = json.loads(before)
    document["findings"].reverse()
    known.write_text(json.dumps(document))
    (tmp_path / "b.py").write_text(handler("g", "f"))
    run("check", "--write-baseline", "known.json", "b.py", "a.py")
    assert known.read_bytes() == before


def test_findings_are_printed_and_written(run: Run, bad: Path, tmp_path: Path) -> None:
    result = run("check", "--write-baseline", "known.json", "--output-format", "concise")
    assert result.code == CLEAN
    assert result.out.startswith("bad.py:7:28: CTX101")
    assert result.err.splitlines() == [
        "Found 1 finding in 1 file and 1 function; 1 fixable with 'ctxlint fix'.",
        "Wrote 1 finding to known.json.",
    ]
    assert run("check", "-q", "--write-baseline", "known.json").err == ""


def test_a_finding_outside_functions_has_none(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(DEAD)
    run("check", "--write-baseline", "known.json")
    (entry,) = entries(tmp_path / "known.json")
    assert (entry["function"], entry["text"]) == (None, "create_user_execution_context")
    assert check(run) == []


def test_long_code_is_cut_short_for_people_only(run: Run, tmp_path: Path) -> None:
    long = BAD.replace('"t"', f'"{"t" * 200}"')
    (tmp_path / "bad.py").write_text(long)
    run("check", "--write-baseline", "known.json")
    (entry,) = entries(tmp_path / "known.json")
    assert len(entry["text"]) == 100
    assert entry["text"].endswith("tt...")
    assert check(run) == []
    (tmp_path / "bad.py").write_text(long.replace('t")', 'u")'))
    assert len(check(run)) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="file names that are not UTF-8")
def test_odd_names_and_code_are_escaped(run: Run, tmp_path: Path) -> None:
    (tmp_path / "é\udcff.py").write_text(BAD.replace('"t"', '"\u202e日本"'))
    run("check", "é\udcff.py", "--write-baseline", "known.json")
    assert len(entries(tmp_path / "known.json")) == 1
    assert (tmp_path / "known.json").read_bytes().isascii()
    assert check(run, "é\udcff.py") == []


def test_writing_prunes_what_is_stale_and_adds_what_is_new(
    run: Run, known: Path, bad: Path, tmp_path: Path
) -> None:
    (tmp_path / "a.py").write_text(handler("f"))
    (tmp_path / "b.py").unlink()
    result = run("check", "--write-baseline", "known.json")
    assert "stale" not in result.err
    assert keys(known) == [("a.py", "f", 1), ("bad.py", "handle", 1)]


def test_writing_keeps_a_file_that_could_not_be_checked_and_fails(
    run: Run, known: Path, tmp_path: Path
) -> None:
    (tmp_path / "a.py").write_text(handler("f", calls=3))
    (tmp_path / "b.py").write_text(handler("f") + "(")
    result = run("check", "--write-baseline", "known.json")
    assert result.code == USAGE
    assert result.err.startswith("b.py:7:1: syntax error")
    assert keys(known) == [("a.py", "f", 3), ("b.py", "f", 1), ("b.py", "g", 1)]


def test_writing_stdin_replaces_the_entries_of_its_file(run: Run, known: Path) -> None:
    args = ("check", "--write-baseline", "known.json", "--stdin-filename", "b.py")
    assert run(*args, stdin=handler("h").encode()).code == CLEAN
    assert keys(known) == [("a.py", "f", 2), ("b.py", "h", 1)]


def test_both_options_may_name_one_file(run: Run, known: Path, bad: Path) -> None:
    both = ("--baseline", "known.json", "--write-baseline", "./known.json")
    result = run("check", *both, "--output-format", "concise")
    assert result.code == CLEAN
    assert result.out.startswith("bad.py:7:28: ")
    assert result.err.endswith("4 more are in the baseline.\nWrote 5 findings to ./known.json.\n")
    assert run("check", *both).out == ""


def test_one_file_may_be_missing_when_both_options_name_it(
    run: Run, bad: Path, tmp_path: Path
) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.ctxlint]\nbaseline = "known.json"\n')
    assert run("check").code == USAGE
    assert run("check", "--write-baseline", "known.json").code == CLEAN
    assert run("check").code == CLEAN


def test_both_options_may_name_two_files(run: Run, known: Path, bad: Path, tmp_path: Path) -> None:
    before = known.read_bytes()
    (tmp_path / "a.py").write_text(handler("f"))
    args = ("--baseline", "known.json", "--write-baseline", "next.json")
    result = run("check", *args, "--output-format", "concise")
    assert result.code == CLEAN
    assert result.out.startswith("bad.py:7:28: ")
    assert "1 entry of known.json is stale" in result.err
    assert known.read_bytes() == before
    assert [path for path, _, _ in keys(tmp_path / "next.json")] == [
        "a.py",
        "b.py",
        "b.py",
        "bad.py",
    ]


# Fixing.


def test_fix_repairs_known_findings_too(run: Run, known: Path, tmp_path: Path) -> None:
    result = run("fix", "--baseline", "known.json", "a.py")
    assert result == (
        CLEAN,
        "",
        "Fixed 2 findings in 1 file; none remain.\n"
        "1 entry of known.json is stale: --write-baseline known.json prunes it.\n",
    )
    assert "Unified" not in (tmp_path / "a.py").read_text()


def test_known_findings_that_fix_leaves_do_not_count(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(UNSAFE)
    assert run("fix").code == FOUND
    run("check", "--write-baseline", "known.json")
    (tmp_path / "b.py").write_text(BAD)
    assert run("fix", "--baseline", "known.json") == (
        CLEAN,
        "",
        "Fixed 1 finding in 1 file; none remain. 1 finding is in the baseline.\n",
    )


def test_fix_writes_what_remains(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(UNSAFE)
    (tmp_path / "b.py").write_text(BAD)
    assert run("fix", "--write-baseline", "known.json").code == CLEAN
    assert (tmp_path / "b.py").read_text() == FIXED
    assert keys(tmp_path / "known.json") == [("a.py", "report", 1)]
    assert check(run) == []
    args = ("--write-baseline", "known.json", "--exit-non-zero-on-fix", "--unsafe-fixes")
    assert run("fix", *args).code == FOUND


def test_a_diff_leaves_entries_alone(run: Run, known: Path) -> None:
    before = known.read_bytes()
    result = run("fix", "--diff", "--baseline", "known.json")
    assert result.code == FOUND
    assert "stale" not in result.err
    assert known.read_bytes() == before


# Wrong use and bad files.


@pytest.mark.parametrize(
    ("args", "line"),
    [
        (["fix", "--diff"], "ctxlint fix: --diff writes nothing: leave out --write-baseline."),
        (
            ["check", "-"],
            "ctxlint check: --write-baseline of stdin needs --stdin-filename: add it.",
        ),
    ],
)
def test_wrong_use_is_one_line_and_writes_nothing(
    run: Run, known: Path, args: list[str], line: str
) -> None:
    before = known.read_bytes()
    result = run(*args, "--write-baseline", "known.json", stdin=BAD.encode())
    assert (result.code, result.out) == (USAGE, "")
    assert result.err.startswith(line)
    assert result.err.count("\n") == 1
    assert known.read_bytes() == before


ENTRY = {"path": "a.py", "function": None, "code": "CTX101", "hash": "0", "count": 1, "text": "x"}
CURE = "mend it, or delete it and run with --write-baseline"


def document(**fields: Any) -> bytes:
    """A baseline with one entry, in which these fields are changed."""
    return json.dumps({"version": 1, "findings": [{**ENTRY, **fields}]}).encode()


NO_ENTRY = "findings[0] is no entry with path, function, code, hash, count, text"
BROKEN = {
    b"": "1:1: not JSON: Expecting value",
    b'{\n  "version": 1,\n<<<<<<< ours': "3:1: not JSON: Expecting property name enclosed in "
    "double quotes",
    b"\xff{}": "1:1: not a baseline: 'utf-8' codec can't decode byte 0xff in position 0: "
    "invalid start byte",
    b"[]": "1:1: not a baseline: it has no version",
    b"{}": "1:1: not a baseline: it has no version",
    b'{"version": 2, "findings": []}': "1:1: not a baseline: its version is 2, not 1",
    b'{"version": "1", "findings": []}': "1:1: not a baseline: its version is '1', not 1",
    b'{"version": 1}': "1:1: not a baseline: it has no list of findings",
    b'{"version": 1, "findings": {}}': "1:1: not a baseline: it has no list of findings",
    b'{"version": 1, "findings": [1]}': f"1:1: not a baseline: {NO_ENTRY}",
    b'{"version": 1, "findings": [{}]}': f"1:1: not a baseline: {NO_ENTRY}",
    document(path=None): f"1:1: not a baseline: {NO_ENTRY}",
    document(function=1): f"1:1: not a baseline: {NO_ENTRY}",
    document(count="1"): f"1:1: not a baseline: {NO_ENTRY}",
    document(count=0): f"1:1: not a baseline: {NO_ENTRY}",
    document(count=True): f"1:1: not a baseline: {NO_ENTRY}",
    document(reason="later"): f"1:1: not a baseline: {NO_ENTRY}",
    b"[" * 100_000: "1:1: not a baseline: nested too deeply",
}


@pytest.mark.parametrize("option", ["--baseline", "--write-baseline"])
@pytest.mark.parametrize(("data", "what"), BROKEN.items(), ids=range(len(BROKEN)))
def test_a_broken_baseline_is_one_line_and_stays_as_it_is(
    run: Run, bad: Path, option: str, data: bytes, what: str
) -> None:
    path = bad.parent / "known.json"
    path.write_bytes(data)
    assert run("check", option, "known.json") == (USAGE, "", f"known.json:{what}, {CURE}\n")
    assert path.read_bytes() == data


def test_a_missing_baseline_is_one_line(run: Run, bad: Path) -> None:
    line = "no such file, check the path or write it with --write-baseline gone.json"
    expected = (USAGE, "", f"gone.json:1:1: {line}\n")
    assert run("check", "--baseline", "gone.json") == expected
    assert run("check", "--baseline", "gone.json", "--write-baseline", "b.json") == expected
    assert not Path("b.json").exists()


@pytest.mark.parametrize("option", ["--baseline", "--write-baseline"])
def test_a_folder_is_no_baseline(run: Run, bad: Path, option: str) -> None:
    os.mkdir("folder")
    line = "folder:1:1: Is a directory, check the path and its mode\n"
    assert run("check", option, "folder") == (USAGE, "", line)


def test_a_byte_order_mark_is_no_harm(run: Run, known: Path) -> None:
    known.write_bytes(b"\xef\xbb\xbf" + known.read_bytes())
    assert check(run) == []


def test_entries_that_a_merge_doubled_add_up(run: Run, known: Path, tmp_path: Path) -> None:
    twice = entries(known) + entries(known)
    known.write_text(json.dumps({"version": 1, "findings": twice}))
    (tmp_path / "a.py").write_text(handler("f", calls=5))
    assert check(run) == ["a.py:10:41"]


def test_an_entry_whose_path_cannot_be_one_is_stale(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "known.json"
    path.write_bytes(document(path="\0").replace(b'"x"', b'"\\u001b[31m"'))
    err = run("check", "-v", "--baseline", "known.json").err
    assert "1 of 1 stale: \\x00: CTX101: \\x1b[31m" in err
    path.write_bytes(document(path="a.py/b.py"))
    (tmp_path / "a.py").touch()
    assert "1 entry of known.json is stale" in run("check", "--baseline", "known.json").err


def test_an_entry_is_kept_where_it_cannot_be_told_if_its_file_is_gone(
    run: Run, tmp_path: Path
) -> None:
    path = tmp_path / "known.json"
    (tmp_path / "loop").symlink_to("loop")
    path.write_bytes(document(path="loop/a.py"))
    assert "stale" not in run("check", "--baseline", "known.json", "known.json").err


def test_a_baseline_that_cannot_be_written_keeps_its_content(
    run: Run, known: Path, bad: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    before = known.read_bytes()
    monkeypatch.setattr(atomic.os, "replace", fail)
    args = ("--baseline", "known.json", "--write-baseline", "known.json")
    result = run("check", *args, "--output-format", "concise")
    assert result.code == USAGE
    assert result.out.startswith("bad.py:7:28: ")
    what = "No space left on device, nothing written, check its folder and mode"
    assert result.err.splitlines()[1:] == [f"known.json:1:1: {what}"]
    assert known.read_bytes() == before


def test_a_baseline_in_no_folder_is_one_line(run: Run) -> None:
    line = "no/known.json:1:1: No such file or directory, nothing written, "
    assert run("check", "-q", "--write-baseline", "no/known.json").err.startswith(line)


# The sentences.


@pytest.mark.parametrize(
    ("number", "more", "text"),
    [
        (1, False, "1 finding is in the baseline."),
        (2, False, "2 findings are in the baseline."),
        (1, True, "1 more is in the baseline."),
        (2, True, "2 more are in the baseline."),
    ],
)
def test_the_summary_counts_known_findings(number: int, more: bool, text: str) -> None:
    assert summary.known(number, more) == text
