"""`ctxlint audit --compare`: what became of the code since a revision, or an earlier audit."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from baselines import handler as calls
from commands import CLEAN, FOUND, USAGE, Run
from folders import Write
from repositories import Repo, new
from test_audit import DEAD, NEW, RIGHT, WRONG


@pytest.fixture
def repo(run: Run, tmp_path: Path) -> Repo:
    return new(tmp_path)


def compared(run: Run, *options: str) -> dict[str, Any]:
    result = run("audit", "--output-format", "json", *options)
    found: dict[str, Any] = json.loads(result.out)["compare"]
    return found


def test_what_was_fixed_since_a_revision(run: Run, write: Write, repo: Repo) -> None:
    write(app__a=WRONG + DEAD, app__b=WRONG)
    first = repo.commit("First")
    assert run("fix", "app/a.py").code == CLEAN
    result = compared(run, "--compare", "HEAD")
    assert result["with"] == "HEAD"
    assert result["revision"] == {
        "commit": first,
        "date": "2024-01-01T00:00:00+00:00",
        "subject": "First",
    }
    assert result["files"] == [
        {
            "path": "app/a.py",
            "fixed": 2,
            "functions": ["handle"],
            "imports": [
                "app.session.create_user_execution_context",
                "shared.ids.UnifiedIdGenerator",
            ],
        }
    ]
    assert [(f["code"], f["filename"], f["function"]) for f in result["fixed"]] == [
        ("CTX101", "app/a.py", "handle"),
        ("CTX301", "app/a.py", None),
    ]
    assert result["new"] == []
    assert {row["pattern"]: (row["before"], row["after"]) for row in result["patterns"]} == {
        "getter calls": (2, 2),
        "getter calls that can receive a generated ID": (2, 1),
        "ID arguments that are `None`": (0, 1),
        "calls that generate an ID": (2, 1),
    }


def test_pages_tell_what_changed(run: Run, write: Write, repo: Repo) -> None:
    write(a=WRONG, b=RIGHT)
    repo.commit("First")
    write(a=RIGHT, b=WRONG)
    page = run("audit", "--compare", "HEAD").out
    assert "1 finding fixed, 1 new; right 50 % before, 50 % now." in page
    assert "- **Functions updated:** `handle`\n" in page
    assert "- **Imports removed:** `shared.ids.UnifiedIdGenerator`\n" in page
    assert "- CTX101 in `b.py`, `handle`: generated thread\\_id" in page.replace("_id", "\\_id", 1)
    html = run("audit", "--compare", "HEAD", "--output-format", "html").out
    assert "Functions updated: <code>handle</code>" in html
    assert "<li>CTX101 in <code>b.py</code>, <code>handle</code>: generated thread_id" in html


def test_a_renamed_file_keeps_its_findings(run: Run, write: Write, repo: Repo) -> None:
    write(old=WRONG + "x = 1\n" * 20, other=WRONG.replace("handle", "do"))
    repo.commit("First")
    repo.git("mv", "old.py", "new.py")
    repo.commit("Rename")
    result = compared(run, "--compare", "HEAD~1")
    assert (result["fixed"], result["new"], result["files"]) == ([], [], [])


def test_a_file_that_is_gone_has_its_findings_fixed(run: Run, write: Write, repo: Repo) -> None:
    write(a=WRONG, b=RIGHT)
    repo.commit("First")
    os.remove("a.py")
    assert [f["filename"] for f in compared(run, "--compare", "HEAD")["fixed"]] == ["a.py"]


def test_of_equal_findings_the_difference_counts(run: Run, write: Write, repo: Repo) -> None:
    write(a=calls("f", calls=4))
    repo.commit("First")
    write(a=calls("f", calls=2))
    result = compared(run, "--compare", "HEAD")
    assert (len(result["fixed"]), result["new"]) == (2, [])


def test_both_are_judged_by_the_settings_of_today(
    run: Run, write: Write, repo: Repo, tmp_path: Path
) -> None:
    write(
        app__old__a=WRONG,
        app__b=WRONG,
        tool__lib__ids=f"{NEW}\n\n\ndef new():\n"
        '    return UnifiedIdGenerator.generate_base_id("t")\n',
        app__c=WRONG.replace(NEW, "from ids import new").replace(
            'UnifiedIdGenerator.generate_base_id("t")', "new()"
        ),
    )
    repo.commit("First")
    (tmp_path / "pyproject.toml").write_text(
        '[tool.ctxlint]\nexclude = ["/app/old"]\nsrc = ["tool/lib"]\n'
    )
    for path in ("app/b.py", "app/c.py"):
        (tmp_path / path).write_text(RIGHT)
    fixed = compared(run, "--compare", "HEAD")["fixed"]
    assert sorted(f["filename"] for f in fixed) == ["app/b.py", "tool/lib/ids.py"]


def test_from_a_folder_of_the_repository(
    run: Run, write: Write, repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(pyproject="", app__a=WRONG, lib__b=WRONG)
    (tmp_path / "pyproject.toml").write_text('[tool.ctxlint]\nexclude = ["/app/skipped.py"]\n')
    write(app__skipped=WRONG)
    repo.commit("First")
    write(app__a=RIGHT, lib__b=RIGHT)
    monkeypatch.chdir(tmp_path / "app")
    for paths in ((), (".",), ("../app",), (str(tmp_path / "app"),)):
        files = compared(run, *paths, "--compare", "HEAD")["files"]
        assert [row["path"] for row in files] == ["a.py"]
    files = compared(run, "../lib", "--compare", "HEAD")["files"]
    assert [row["path"] for row in files] == ["../lib/b.py"]


def test_a_folder_that_was_not_there_then(run: Run, write: Write, repo: Repo) -> None:
    write(a=RIGHT)
    repo.commit("First")
    write(app__b=WRONG)
    result = compared(run, "app", "--compare", "HEAD")
    assert [f["filename"] for f in result["new"]] == ["app/b.py"]


def test_the_working_tree_is_left_alone(run: Run, write: Write, repo: Repo, tmp_path: Path) -> None:
    write(a=WRONG)
    repo.commit("First")
    write(a=RIGHT, b="")
    before = repo.git("status", "--porcelain")
    assert run("audit", "--compare", "HEAD").code == CLEAN
    assert repo.git("status", "--porcelain") == before
    assert Path.cwd() == tmp_path


def test_with_an_earlier_audit(run: Run, write: Write, tmp_path: Path) -> None:
    write(a=WRONG)
    assert run("audit", "--output-format", "json", "--output-file", "then.json").code == FOUND
    write(a=RIGHT, b=WRONG)
    result = compared(run, "--compare", "then.json")
    assert [f["filename"] for f in result["fixed"]] == ["a.py"]
    assert [f["filename"] for f in result["new"]] == ["b.py"]
    assert result["summary"]["getter_calls"] == 1


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("{", "not JSON"),
        ("[]", "no audit of version 1"),
        ('{"version": 0}', "no audit of version 1"),
        ('{"version": 1}', "no audit of version 1"),
        ('{"version": 1, "summary": {}, "files": 3, "findings": []}', "no audit of version 1"),
        ("[" * 100_000, "not JSON"),
    ],
)
def test_a_file_that_is_no_audit(
    run: Run, write: Write, tmp_path: Path, content: str, what: str
) -> None:
    (tmp_path / "then.json").write_text(content)
    result = run("audit", "--compare", "then.json")
    assert (result.code, result.out) == (USAGE, "")
    assert result.err.startswith(f"then.json:1:1: {what}, give a revision, or a file that ")
    assert result.err.count("\n") == 1


def test_a_folder_is_no_audit(run: Run, write: Write) -> None:
    write(app__a="")
    result = run("audit", "--compare", "app")
    assert result.code == USAGE
    assert result.err.startswith("app:1:1: Is a directory, give a revision, or a file ")


@pytest.mark.parametrize("name", ["nope", "", "--all", "HEAD:a.py"])
def test_an_unknown_revision(run: Run, write: Write, repo: Repo, name: str) -> None:
    write(a=RIGHT)
    repo.commit("First")
    result = run("audit", f"--compare={name}")
    assert (result.code, result.out) == (USAGE, "")
    assert result.err == f".:1:1: no commit is called {name!r}, check --rev or --compare\n"


def test_outside_a_repository(
    run: Run, write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    write(a=RIGHT)
    result = run("audit", "--compare", "HEAD")
    assert result.code == USAGE
    assert result.err.startswith("HEAD:1:1: no such file, and no repository that could have ")


def test_without_git(run: Run, write: Write, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    write(a=RIGHT)
    repo.commit("First")
    monkeypatch.setenv("PATH", "")
    assert run("audit").code == CLEAN
    assert run("audit", "--compare", "HEAD").code == USAGE


def test_a_file_that_the_clone_lacks(run: Run, write: Write, repo: Repo, tmp_path: Path) -> None:
    write(a=WRONG)
    commit = repo.commit("First")
    blob = repo.git("rev-parse", "HEAD:a.py")
    (tmp_path / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    result = run("audit", "--compare", "HEAD")
    assert result.code == USAGE
    what = f"a.py of {commit[:12]} is not in this clone, fetch it with git fetch --refetch"
    assert result.err == f"{tmp_path}:1:1: {what}\n"


def test_nothing_of_the_repository_is_run(
    run: Run, write: Write, repo: Repo, tmp_path: Path
) -> None:
    write(a=WRONG)
    (tmp_path / ".gitattributes").write_text("*.py filter=evil diff=evil\n")
    repo.commit("First")
    for key in ("filter.evil.clean", "filter.evil.smudge", "diff.evil.textconv", "core.fsmonitor"):
        repo.git("config", key, "touch ran; cat")
    write(a=RIGHT)
    assert run("audit", "--compare", "HEAD").code == CLEAN
    assert not (tmp_path / "ran").exists()
