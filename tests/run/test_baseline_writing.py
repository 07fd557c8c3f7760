"""Baselines are written, pruned, and refused where they are broken."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from support.baselines import DEAD, UNSAFE, check, entries, handler, keys
from support.commands import CLEAN, FOUND, USAGE, Run
from support.sample_findings import BAD, FIXED

from ctxlint import atomic_write
from ctxlint.output import summary

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
    assert result == (CLEAN, "", "No Python file was checked. Wrote 0 findings to known.json.\n")
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


@pytest.mark.parametrize("name", ["full", "concise"])
def test_writing_prints_one_line(run: Run, bad: Path, name: str) -> None:
    args = ("check", "--write-baseline", "known.json", "--output-format", name)
    assert run(*args) == (CLEAN, "", "Wrote 1 finding to known.json.\n")
    assert run("check", "-q", "--write-baseline", "known.json") == (CLEAN, "", "")


def test_programs_get_their_document_all_the_same(run: Run, bad: Path, tmp_path: Path) -> None:
    args = ("check", "--write-baseline", "known.json", "--output-format")
    assert len(json.loads(run(*args, "json").out)) == 1
    assert run(*args, "concise", "--output-file", "found.txt").out == ""
    assert (tmp_path / "found.txt").read_text().startswith("bad.py:7:28: CTX101")


def test_writing_says_where_nothing_was_checked(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("print()\n")
    result = run("check", "--write-baseline", "known.json")
    assert result.err.startswith("Nothing to check for CTX101: ")
    assert result.err.endswith(" Wrote 0 findings to known.json.\n")


def test_fix_says_what_it_fixed_and_wrote(run: Run, bad: Path) -> None:
    assert run("fix", "--write-baseline", "known.json").err == (
        "Fixed 1 finding in 1 file; none remain. Wrote 0 findings to known.json.\n"
    )


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
    assert result == (CLEAN, "", "Wrote 5 findings to ./known.json.\n")
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
    assert (result.code, result.out) == (CLEAN, "")
    assert "Wrote 4 findings to next.json." in result.err
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
            "ctxlint check: --write-baseline with stdin needs --stdin-filename.",
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
CURE = "fix it, or delete it and run with --write-baseline"


def document(**fields: Any) -> bytes:
    """A baseline with one entry, in which these fields are changed."""
    return json.dumps({"version": 1, "findings": [{**ENTRY, **fields}]}).encode()


NO_ENTRY = "findings[0] is not an entry with path, function, code, hash, count, text"
BROKEN = {
    b"": "1:1: not JSON: Expecting value",
    b'{\n  "version": 1,\n<<<<<<< ours': "3:1: not JSON: Expecting property name enclosed in "
    "double quotes",
    b"\xff{}": " not a baseline: 'utf-8' codec can't decode byte 0xff in position 0: "
    "invalid start byte",
    b"[]": " not a baseline: it has no version",
    b"{}": " not a baseline: it has no version",
    b'{"version": 2, "findings": []}': " not a baseline: its version is 2, not 1",
    b'{"version": "1", "findings": []}': " not a baseline: its version is '1', not 1",
    b'{"version": 1}': " not a baseline: it has no list of findings",
    b'{"version": 1, "findings": {}}': " not a baseline: it has no list of findings",
    b'{"version": 1, "findings": [1]}': f" not a baseline: {NO_ENTRY}",
    b'{"version": 1, "findings": [{}]}': f" not a baseline: {NO_ENTRY}",
    document(path=None): f" not a baseline: {NO_ENTRY}",
    document(function=1): f" not a baseline: {NO_ENTRY}",
    document(count="1"): f" not a baseline: {NO_ENTRY}",
    document(count=0): f" not a baseline: {NO_ENTRY}",
    document(count=True): f" not a baseline: {NO_ENTRY}",
    document(reason="later"): f" not a baseline: {NO_ENTRY}",
    b"[" * 100_000: " not a baseline: nested too deeply",
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
    expected = (USAGE, "", f"gone.json: {line}\n")
    assert run("check", "--baseline", "gone.json") == expected
    assert run("check", "--baseline", "gone.json", "--write-baseline", "b.json") == expected
    assert not Path("b.json").exists()


@pytest.mark.parametrize("option", ["--baseline", "--write-baseline"])
def test_a_folder_is_no_baseline(run: Run, bad: Path, option: str) -> None:
    os.mkdir("folder")
    line = "folder: Is a directory, check the path and its permissions\n"
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
    monkeypatch.setattr(atomic_write.os, "replace", fail)
    args = ("--baseline", "known.json", "--write-baseline", "known.json")
    what = "No space left on device, nothing written, check its folder and permissions"
    assert run("check", *args) == (USAGE, "", f"known.json: {what}\n")
    assert known.read_bytes() == before


def test_a_baseline_in_no_folder_is_one_line(run: Run) -> None:
    line = "no/known.json: No such file or directory, nothing written, "
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
