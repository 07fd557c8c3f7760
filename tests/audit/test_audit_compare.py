"""`ctxlint audit --compare`: what became of the code since a revision, or an earlier audit."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from support.audited_code import DEAD, NEW, RIGHT, WRONG
from support.baselines import handler as calls
from support.commands import CLEAN, FOUND, USAGE, Run
from support.repositories import Repo, new
from support.small_projects import Write


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
        "date": "2024-01-01T00:00:00Z",
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


HELPER = f"{NEW}\n\n\ndef new():\n    return UnifiedIdGenerator.generate_base_id('t')\n"
CALLER = WRONG.replace(NEW, "from app.ids import new").replace(
    'UnifiedIdGenerator.generate_base_id("t")', "new()"
)


def updated(run: Run, than: str) -> list[tuple[str, int, list[str]]]:
    """For each file what was fixed in it, and the functions that were edited."""
    files = compared(run, "--compare", than)["files"]
    return [(row["path"], row["fixed"], row["functions"]) for row in files]


def test_the_functions_updated_are_those_that_were_edited(
    run: Run, write: Write, repo: Repo
) -> None:
    write(app__ids=HELPER, app__a=CALLER + "\n\ndef other():\n    return 1\n")
    repo.commit("First")
    audit = run("audit", "--output-format", "json").out
    write(app__ids=f"\n{HELPER}", app__a=RIGHT + "\n\ndef other():\n    return 2\n")
    expected = [("app/a.py", 0, ["handle"]), ("app/ids.py", 1, [])]
    assert updated(run, "HEAD") == expected
    Path("then.json").write_text(audit)
    assert updated(run, "then.json") == expected
    repo.git("mv", "app/a.py", "app/b.py")
    assert updated(run, "HEAD") == [("app/b.py", 0, ["handle"]), ("app/ids.py", 1, [])]


def test_an_older_audit_does_not_tell_which_functions_it_was(run: Run, write: Write) -> None:
    write(a=WRONG)
    document = json.loads(run("audit", "--output-format", "json").out)
    for finding in document["findings"]:
        del finding["functions"]
    Path("then.json").write_text(json.dumps(document))
    write(a=RIGHT)
    assert updated(run, "then.json") == [("a.py", 1, [])]


def test_a_renamed_file_keeps_its_findings(run: Run, write: Write, repo: Repo) -> None:
    write(old=WRONG + "x = 1\n" * 20, other=WRONG.replace("handle", "do"))
    repo.commit("First")
    repo.git("mv", "old.py", "new.py")
    staged = compared(run, "--compare", "HEAD")
    repo.commit("Rename")
    for result in (staged, compared(run, "--compare", "HEAD~1")):
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


def test_what_is_not_judged_has_no_share(run: Run, write: Write, repo: Repo) -> None:
    write(a=WRONG)
    repo.commit("First")
    page = run("audit", "--ignore", "CTX101", "--compare", "HEAD").out
    assert "0 findings fixed, 0 new; right not judged before, not judged now." in page
    assert "| `a.py` | 1 | 0 | not judged | 0 |" in page


def test_the_baseline_is_that_of_today(run: Run, write: Write, repo: Repo, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.ctxlint]\nbaseline = "known.json"\n')
    write(a=WRONG, b=WRONG)
    repo.commit("First")
    assert run("check", "--write-baseline", "known.json").code == CLEAN
    write(b=RIGHT)
    result = run("audit", "--compare", "HEAD", "--output-format", "json")
    assert (result.code, result.err.count("\n")) == (CLEAN, 1)
    assert [f["filename"] for f in json.loads(result.out)["compare"]["fixed"]] == ["b.py"]


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
        ("[]", "not an audit of version 1"),
        ('{"version": 0}', "not an audit of version 1"),
        ('{"version": 1}', "not an audit of version 1"),
        ('{"version": 1, "summary": {}, "files": 3, "findings": []}', "not an audit of version 1"),
        ("[" * 100_000, "not JSON"),
    ],
)
def test_a_file_that_is_no_audit(
    run: Run, write: Write, tmp_path: Path, content: str, what: str
) -> None:
    (tmp_path / "then.json").write_text(content)
    result = run("audit", "--compare", "then.json")
    assert (result.code, result.out) == (USAGE, "")
    assert result.err.startswith(f"then.json: {what}, give a revision, or a file that ")
    assert result.err.count("\n") == 1


def test_a_folder_is_no_audit(run: Run, write: Write) -> None:
    write(app__a="")
    result = run("audit", "--compare", "app")
    assert result.code == USAGE
    assert result.err.startswith("app: Is a directory, give a revision, or a file ")


@pytest.mark.parametrize("name", ["nope", "", "--all", "HEAD:a.py"])
def test_an_unknown_revision(run: Run, write: Write, repo: Repo, name: str) -> None:
    write(a=RIGHT)
    repo.commit("First")
    result = run("audit", f"--compare={name}")
    assert (result.code, result.out) == (USAGE, "")
    assert result.err == f".: no such revision: {name!r}, check --rev or --compare\n"


def test_outside_a_repository(
    run: Run, write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    write(a=RIGHT)
    result = run("audit", "--compare", "HEAD")
    assert result.code == USAGE
    assert result.err.startswith("HEAD: not a file, and there is no git repository ")


def test_without_git(run: Run, write: Write, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    write(a=RIGHT)
    repo.commit("First")
    monkeypatch.setenv("PATH", "")
    assert run("audit").code == CLEAN
    result = run("audit", "--compare", "HEAD")
    assert result.code == USAGE
    assert "git cannot be run there" in result.err


def test_a_file_that_the_clone_lacks(run: Run, write: Write, repo: Repo, tmp_path: Path) -> None:
    write(a=WRONG)
    commit = repo.commit("First")
    blob = repo.git("rev-parse", "HEAD:a.py")
    (tmp_path / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    result = run("audit", "--compare", "HEAD")
    assert result.code == USAGE
    what = f"a.py of {commit[:12]} is not in this clone, fetch it with git fetch --refetch"
    assert result.err == f"{tmp_path}: {what}\n"


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


def test_paths_are_those_of_the_repository_however_they_are_spelled(
    run: Run, write: Write, repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(app__a=WRONG, lib__b=WRONG + "x = 1\n" * 20)
    repo.commit("First")
    write(app__a=RIGHT)
    repo.git("mv", "lib", "new")
    repo.commit("Mend and move")
    link = tmp_path.parent / f"{tmp_path.name} link"
    link.symlink_to(tmp_path)
    monkeypatch.chdir(tmp_path / "app")
    for path in (str(link), "..", f"../../{tmp_path.name}", f"../../{link.name}"):
        result = compared(run, path, "--compare", "HEAD~1")
        assert [f["filename"] for f in result["fixed"]] == ["a.py"], path
        assert result["new"] == [], path


@pytest.mark.parametrize("path", ["..", "../other.py"])
def test_only_what_is_in_the_repository_is_compared(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    repo = new(tmp_path / "repository")
    repo.commit("First", a=WRONG)
    monkeypatch.chdir(repo.path)
    result = run("audit", path, "--compare", "HEAD")
    assert (result.code, result.out) == (USAGE, "")
    assert result.err.startswith(f"{path}: not in the repository {repo.path}, ")


def test_a_file_that_git_ignores_today_is_ignored_then(
    run: Run, write: Write, repo: Repo, tmp_path: Path
) -> None:
    write(made__a=WRONG, made__b=WRONG, c=WRONG)
    repo.commit("First")
    (tmp_path / "made" / ".gitignore").write_text("a.py\n")
    (tmp_path / ".git" / "info").mkdir(exist_ok=True)
    (tmp_path / ".git" / "info" / "exclude").write_text("b.py\n")
    result = compared(run, "--compare", "HEAD")
    assert (result["fixed"], result["new"]) == ([], [])


@pytest.mark.parametrize("name", ["..", "{tmp_path}/elsewhere"])
def test_a_commit_that_would_write_elsewhere(
    run: Run, write: Write, repo: Repo, tmp_path: Path, name: str
) -> None:
    write(a=RIGHT)
    repo.commit("First")
    name = name.format(tmp_path=tmp_path)
    blob = repo.git("rev-parse", "HEAD:a.py")
    inner = repo.git("mktree", stdin=f"100644 blob {blob}\tout.py\n".encode())
    raw = b"40000 " + name.encode() + b"\0" + bytes.fromhex(inner)
    tree = repo.git("hash-object", "-t", "tree", "-w", "--literally", "--stdin", stdin=raw)
    commit = repo.git("commit-tree", tree, "-m", "Evil")
    result = run("audit", "--compare", commit)
    assert (result.code, result.out) == (USAGE, "")
    assert f"has a file called '{name}/out.py', check the repository" in result.err


def test_a_folder_that_is_called_as_a_revision(run: Run, write: Write, repo: Repo) -> None:
    write(app__a=WRONG)
    repo.commit("First")
    repo.git("branch", "app")
    write(app__a=RIGHT)
    assert len(compared(run, "--compare", "app")["fixed"]) == 1


def test_a_commit_of_another_time_and_encoding(
    run: Run, write: Write, repo: Repo, tmp_path: Path
) -> None:
    write(a=RIGHT)
    repo.git("config", "i18n.logOutputEncoding", "ISO-8859-1")
    repo.commit("Grüße")
    when = "99999999999999 +0000"
    tree = repo.git("rev-parse", "HEAD^{tree}")
    text = f"tree {tree}\nauthor a <a> {when}\ncommitter a <a> {when}\n\nGrüße\n"
    commit = repo.git(
        "hash-object", "-t", "commit", "-w", "--literally", "--stdin", stdin=text.encode()
    )
    repo.git("update-ref", "HEAD", commit)
    revision = compared(run, "--compare", "HEAD")["revision"]
    assert revision["date"].startswith("9999-12-31")
    assert revision["subject"] == "Grüße"


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("summary", "getter_calls"), "<img src=x>"),
        (("summary", "right_share"), float("nan")),
        (("summary", "right_share"), 1e400),
        (("findings", 0, "function"), 5),
        (("findings", 0, "filename"), 5),
        (("findings", 0, "message"), {}),
        (("files", 0, "imports"), [1, "a"]),
        (("files", 0, "path"), 1),
    ],
)
def test_an_audit_with_values_of_other_types(
    run: Run, write: Write, place: tuple[str | int, ...], value: object
) -> None:
    write(a=WRONG, b=WRONG)
    document = json.loads(run("audit", "--output-format", "json").out)
    inner = document
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    Path("then.json").write_text(json.dumps(document))
    write(a=RIGHT, b="")
    result = run("audit", "--compare", "then.json")
    assert (result.code, result.out) == (USAGE, "")
    assert result.err.startswith("then.json: not an audit of version 1, ")
