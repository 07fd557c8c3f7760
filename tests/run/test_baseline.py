"""--baseline and --write-baseline: what is known stays known, and only that."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from support.baselines import DEAD, HEAD, check, entries, handler, keys
from support.commands import CLEAN, FOUND, USAGE, Run
from support.sample_findings import BAD, FIXED

ROOT = Path(__file__).parents[2]

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
        "Found 1 finding in 1 file and 1 function; [*] 1 fixable with 'ctxlint fix'. "
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


def test_what_may_have_moved_is_told_with_the_way_to_renew_it(
    run: Run, known: Path, tmp_path: Path
) -> None:
    """As findings do that an earlier version placed at another step, or whose code was edited."""
    (tmp_path / "b.py").write_text(handler("f", "h"))
    told = (
        "1 entry of known.json is stale, and 1 finding of the same file is new. "
        "Where a finding has moved, --write-baseline known.json renews its entry.\n"
    )
    result = run("check", "--baseline", "known.json")
    assert result.code == FOUND
    assert result.err.count(told) == 1
    assert result.err.endswith(told)
    run("check", "--baseline", "known.json", "--write-baseline", "known.json")
    assert run("check", "--baseline", "known.json").err == (
        "All clear: 2 files checked. 4 findings are in the baseline.\n"
    )


def test_what_is_new_in_another_file_has_not_moved(run: Run, known: Path, bad: Path) -> None:
    (bad.parent / "b.py").unlink()
    told = "2 entries of known.json are stale: --write-baseline known.json prunes them.\n"
    assert run("check", "--baseline", "known.json").err.endswith(told)


def test_verbose_lists_stale_entries_and_counts_known_findings(
    run: Run, known: Path, tmp_path: Path
) -> None:
    (tmp_path / "a.py").write_text(handler("f"))
    (tmp_path / "b.py").write_text("")
    call = "UnifiedIdGenerator.generate_base_id('t')"
    assert run("check", "--baseline", "known.json", "-v").err.splitlines() == [
        "a.py: checked, 0 findings, 1 in the baseline",
        "b.py: checked, mentions no getter",
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


def test_a_baseline_that_the_first_version_wrote_is_still_known(run: Run, tmp_path: Path) -> None:
    """The file was written by 0.1.0, as it was before rules and messages were changed."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    shutil.copy(ROOT / "tests/run/baseline_of_0_1_0.json", tmp_path / "examples/known.json")
    result = run("check", "examples", "--baseline", "examples/known.json")
    assert (result.code, result.out) == (CLEAN, "")
    assert result.err.endswith("19 findings are in the baseline.\n")
