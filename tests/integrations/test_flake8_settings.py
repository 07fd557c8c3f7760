"""What flake8's options, the plugin's own, and `[tool.ctxlint]` leave of the findings."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from support.commands import USAGE
from support.flake8_runs import codes, configure, flake8, shown
from support.sample_findings import BAD

from ctxlint.config.settings import Settings
from ctxlint.project.discovery import Target
from ctxlint.run import baseline, file_tasks, project_run

# What flake8 filters.


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--select=CTX"], ["CTX101"]),
        (["--select=CTX101,E"], ["CTX101"]),
        (["--select=E,F,W"], []),
        (["--extend-ignore=CTX1"], []),
        (["--extend-ignore=CTX3"], ["CTX101"]),
        (["--ignore=CTX"], []),
        (["--per-file-ignores=bad.py:CTX101"], []),
        (["--per-file-ignores=other.py:CTX101"], ["CTX101"]),
        (["--exclude=bad.py"], []),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_options_of_flake8_choose_what_is_shown(
    bad: Path, options: list[str], expected: list[str]
) -> None:
    assert codes(*options, cwd=bad.parent) == expected


# A comment, the row it stands on, and whether it silences the finding of row 7.
NOQA = [
    ("# noqa", 7, True),
    ("# noqa: CTX101", 7, True),
    ("# noqa:CTX1", 7, True),
    ("# noqa: E501, CTX101", 7, True),
    ("# noqa: CTX", 7, True),
    ("# noqa: E501", 7, False),
    ("# noqa: CTX201", 7, False),
    ("# noqa", 6, False),
    ("# noqa", 8, False),
    ("# flake8: noqa", 4, True),
    ("# flake8: noqa: CTX101", 4, True),
]


def test_noqa_comments_silence_unless_disabled(tmp_path: Path) -> None:
    for index, (comment, row, _) in enumerate(NOQA):
        rows = BAD.splitlines()
        rows[row - 1] += f"  {comment}"
        (tmp_path / f"{index:02}.py").write_text("\n".join(rows))
    shown_rows = [one.path for one in shown(flake8(cwd=tmp_path)) if one.code == "CTX101"]
    loud = [f"./{index:02}.py" for index, (_, _, silent) in enumerate(NOQA) if not silent]
    assert shown_rows == loud
    assert codes("--disable-noqa", cwd=tmp_path) == ["CTX101"] * len(NOQA)


# What [tool.ctxlint] and the options of the plugin choose.


TABLES = {
    "empty": ("", True),
    "select": ('select = ["CTX3"]', False),
    "ignore": ('ignore = ["CTX101"]', False),
    "exclude": ('exclude = ["a.py"]', False),
    "tests": ('test-paths = ["a.py"]', False),
    "checked_tests": ('test-paths = ["a.py"]\ninclude-tests = true', True),
    "getter": ('[[tool.ctxlint.getter]]\ncall = "other"\nids = { thread_id = 1 }', False),
    "per_file": ('per-file-ignores = { "a.py" = ["CTX101"] }', False),
    "sources": ('[tool.ctxlint.sources]\ncalls = ["uuid.uuid4"]', False),
}


@pytest.mark.parametrize("jobs", ["-j1", "-j2"])
def test_the_closest_table_counts_for_each_file(tmp_path: Path, jobs: str) -> None:
    for name, (text, _) in TABLES.items():
        configure(tmp_path / name, text)
        (tmp_path / name / "a.py").write_text(BAD)
    found = [one.path for one in shown(flake8(jobs, cwd=tmp_path))]
    assert found == sorted(f"./{name}/a.py" for name, (_, is_found) in TABLES.items() if is_found)


def test_a_getter_of_the_project_is_found(tmp_path: Path) -> None:
    configure(
        tmp_path,
        '[[tool.ctxlint.getter]]\ncall = "app.open_chat"\nids = { chat_id = -1 }\n'
        '[tool.ctxlint.sources]\nextend = ["app.new_*"]',
    )
    (tmp_path / "a.py").write_text(
        "from app import new_id, open_chat\n\n\ndef handle():\n"
        "    return open_chat(chat_id=new_id())\n"
    )
    (found,) = shown(flake8("a.py", cwd=tmp_path))
    assert found[:4] == ("a.py", 5, 30, "CTX101")
    assert "chat_id" in found.text


def test_ctx_config_takes_the_place_of_the_closest_table(bad: Path) -> None:
    configure(bad.parent, 'ignore = ["CTX1"]')
    configure(bad.parent / "ci", "")
    assert codes("--ctx-config=ci/pyproject.toml", cwd=bad.parent) == ["CTX101"]
    (bad.parent / ".flake8").write_text("[flake8]\nctx-config = ci/pyproject.toml\n")
    assert codes(cwd=bad.parent) == ["CTX101"]
    (bad.parent / "pkg").mkdir()
    (bad.parent / "pkg/a.py").write_text(BAD)
    assert codes(cwd=bad.parent / "pkg") == ["CTX101"]


def test_test_files_are_skipped_unless_asked_for(tmp_path: Path) -> None:
    (tmp_path / "test_a.py").write_text(BAD)
    assert codes(cwd=tmp_path) == []
    assert codes("--ctx-include-tests", cwd=tmp_path) == ["CTX101"]
    (tmp_path / ".flake8").write_text("[flake8]\nctx-include-tests = true\n")
    assert codes(cwd=tmp_path) == ["CTX101"]
    assert codes("-j2", ".", cwd=tmp_path) == ["CTX101"]


# The baseline.


def test_what_the_baseline_knows_is_left_out(bad: Path) -> None:
    target = Target("bad.py", "bad.py", Settings())
    report = project_run.run(file_tasks.check_file, [target])
    empty = baseline.Baseline("known.json", Counter())
    baseline.write(baseline.updated(empty, report, [target]))
    configure(bad.parent, 'baseline = "known.json"')
    assert codes(cwd=bad.parent) == []
    bad.write_text(f"{BAD}\n\n{BAD.replace('handle', 'again')}")
    (found,) = shown(flake8(cwd=bad.parent))
    assert (found.row, found.code) == (17, "CTX101")


def test_a_broken_baseline_is_one_line(bad: Path) -> None:
    configure(bad.parent, 'baseline = "known.json"')
    (bad.parent / "known.json").write_text("{")
    result = flake8(cwd=bad.parent)
    assert (result.code, result.out, result.err.count("\n")) == (USAGE, "", 1)
    assert result.err.startswith("flake8: known.json:1:")
