"""`ctxlint check --baseline-rev`: only findings that are new since a revision are reported."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from support.baselines import handler
from support.commands import CLEAN, FOUND, USAGE, Run
from support.repositories import Repo, new
from support.sample_findings import BAD


@pytest.fixture
def repo(run: Run, tmp_path: Path) -> Repo:
    made = new(tmp_path)
    made.commit(a=handler("f", calls=2), lib__b=handler("g"))
    return made


def found(run: Run, *args: str) -> list[str]:
    """The functions with findings that are new since the last commit."""
    result = run("check", "--baseline-rev", "HEAD", "--output-format", "json", *args)
    functions = [f"{f['filename']}:{f['function']}" for f in json.loads(result.out)]
    assert result.code == (FOUND if functions else CLEAN)
    return functions


def test_what_was_there_is_known(run: Run, repo: Repo) -> None:
    assert run("check", "--baseline-rev", "HEAD") == (
        CLEAN,
        "",
        "All clear: 2 files checked. 3 findings were already there at HEAD.\n",
    )


def test_what_is_new_is_reported(run: Run, repo: Repo) -> None:
    repo.write("a.py", "\n\n" + handler("f", "h", calls=2))
    repo.write("new.py", BAD)
    assert found(run) == ["a.py:h", "a.py:h", "new.py:handle"]
    err = run("check", "--baseline-rev", "HEAD").err
    assert err.endswith(" 3 more were already there at HEAD.\n")


def test_verbose_says_what_was_there_in_each_file(run: Run, repo: Repo) -> None:
    lines = run("check", "-v", "--baseline-rev", "HEAD").err.splitlines()
    assert lines[:2] == [
        "a.py: checked, 0 findings, 2 at HEAD",
        "lib/b.py: checked, 0 findings, 1 at HEAD",
    ]


def test_one_more_of_the_same_is_new(run: Run, repo: Repo) -> None:
    repo.write("a.py", handler("f", calls=3))
    assert found(run) == ["a.py:f"]


def test_a_renamed_file_is_known_by_its_old_name(run: Run, repo: Repo) -> None:
    repo.git("mv", "lib/b.py", "moved.py")
    assert found(run) == []
    assert found(run, "moved.py") == []


def test_it_works_below_the_top_and_for_files_by_name(
    run: Run, repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path / "lib")
    assert found(run) == []
    assert found(run, "b.py", "../a.py") == []
    (tmp_path / "lib/b.py").write_text(handler("g", "h"))
    assert found(run, "b.py") == ["b.py:h"]


def test_it_replaces_the_baseline_of_the_configuration(
    run: Run, repo: Repo, tmp_path: Path
) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.ctxlint]\nbaseline = "gone.json"\n')
    assert run("check").code == USAGE
    assert found(run) == []


def test_sarif_has_what_was_there_as_unchanged(run: Run, repo: Repo) -> None:
    repo.write("new.py", BAD)
    text = run("check", "--baseline-rev", "HEAD", "--output-format", "sarif").out
    (results,) = (each["results"] for each in json.loads(text)["runs"])
    assert [result["baselineState"] for result in results] == ["unchanged"] * 3 + ["new"]


def test_nothing_of_the_folder_changes(run: Run, repo: Repo) -> None:
    here = os.getcwd()
    found(run)
    assert (os.getcwd(), repo.git("status", "--porcelain")) == (here, "")


@pytest.mark.parametrize(
    ("options", "line"),
    [
        (["--baseline-rev", "gone"], ".: no such revision: 'gone', check "),
        (["--baseline-rev", "HEAD", "--baseline", "b.json"], "ctxlint check: --baseline-rev and "),
        (["--baseline-rev", "HEAD", "--write-baseline", "b.json"], "ctxlint check: --baseline-re"),
        (
            ["--baseline-rev", "HEAD", "-"],
            "ctxlint check: --baseline-rev cannot be used with stdin",
        ),
        (["--baseline-rev", "HEAD", "/"], "/: not in the repository"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_done_is_one_line(
    run: Run, repo: Repo, options: list[str], line: str
) -> None:
    result = run("check", *options)
    assert (result.code, result.out, result.err.count("\n")) == (USAGE, "", 1)
    assert result.err.startswith(line)


def test_without_a_repository_it_says_so(run: Run, bad: Path) -> None:
    result = run("check", "--baseline-rev", "HEAD")
    assert (result.code, result.out) == (USAGE, "")
    assert result.err.startswith(".: not a git repository")
