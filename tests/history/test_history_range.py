"""`ctxlint history`: which commits and files it looks at, and in what repositories."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.baselines import HEAD, handler
from support.commands import CLEAN, FOUND, USAGE, Run
from support.repositories import Repo, lives, new, told
from support.sample_findings import HOSTILE

from ctxlint.run import file_tasks

CALM = HEAD.replace("from shared.ids import UnifiedIdGenerator\n", "")


@pytest.fixture
def repo(run: Run, tmp_path: Path) -> Repo:
    """An empty repository in the working folder."""
    return new(tmp_path)


@pytest.fixture
def ids(repo: Repo) -> list[str]:
    """Commits of five days: f is born, g is born, f is fixed, nothing, g is fixed."""
    texts = (handler("f"), handler("f", "g"), handler("g"), handler("g") + "\n", CALM)
    return [repo.commit(f"day {day}", a=text) for day, text in enumerate(texts, start=1)]


def functions(run: Run, *args: str) -> list[str]:
    return [found["function"] for found in told(run, *args)["findings"]]


# What is shown.


@pytest.mark.parametrize(
    ("args", "shown", "days"),
    [
        ([], ["f", "g"], [1, 2, 3, 4, 5]),
        (["--since", "2024-01-03"], ["f", "g"], [3, 4, 5]),
        (["--since", "2024-01-03T00:00:01Z"], ["g"], [4, 5]),
        (["--since", "2024-01-04T01:00:00+02:00"], ["g"], [4, 5]),
        (["--until", "2024-01-01"], ["f"], [1]),
        (["--until", "2024-01-03"], ["f", "g"], [1, 2, 3]),
        (["--until", "2024-01-02T23:59:59"], ["f", "g"], [1, 2]),
        (["--since", "2024-01-03", "--until", "2024-01-04"], ["f", "g"], [3, 4]),
        (["--rev", "HEAD~1"], ["f", "g"], [1, 2, 3, 4]),
        (["--rev", "HEAD~4"], ["f"], [1]),
        (["--rev", "HEAD~2.."], ["g"], [4, 5]),
        (["--rev", "HEAD~2..HEAD~1"], ["g"], [4]),
        (["--rev", "HEAD~3..main"], ["f", "g"], [3, 4, 5]),
    ],
    ids=lambda value: " ".join(map(str, value)) or "-",
)
def test_a_range_limits_what_is_shown(
    run: Run, ids: list[str], args: list[str], shown: list[str], days: list[int]
) -> None:
    document = told(run, *args)
    assert [found["function"] for found in document["findings"]] == shown
    assert [point["commit"] for point in document["timeline"]] == [ids[day - 1] for day in days]
    assert document["findings"][0]["born"]["commit"] in ids[:2]


def test_until_takes_the_history_back(run: Run, ids: list[str]) -> None:
    document = told(run, "--until", "2024-01-04", code=FOUND)
    assert lives(document) == [("a.py:f", ids[0], ids[2], []), ("a.py:g", ids[1], None, [])]
    assert document["commits"] == 4


def test_dates_are_taken_as_git_takes_them(run: Run, ids: list[str]) -> None:
    everything = told(run)
    assert told(run, "--since", "Jan 1 2024 00:00 UTC") == everything
    result = run("history", "--since", "2 weeks ago")  # the commits are older
    assert result.err.startswith(".: there are no commits in that range")
    assert told(run, "--until", "yesterday")["timeline"] == everything["timeline"]


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--rev", "nothing"], ".: no such revision: 'nothing', check --rev"),
        (["--rev", "--all"], ".: no such revision: '--all', check --rev"),
        (["--rev", "HEAD~1..nothing"], ".: no such revision: 'nothing', check --rev"),
        (["--rev", "HEAD...HEAD~1"], ".: not a revision: 'HEAD...HEAD~1', give one, or A..B, "),
        (["--rev", "^HEAD"], ".: not a revision: '^HEAD', give one, or A..B, to --rev"),
        (["--rev", ""], ".: not a revision: '', give one, or A..B, to --rev"),
        (["--rev", "HEAD..HEAD~1"], ".: there are no commits in that range, check --rev, --since"),
        (["--since", "2025-01-01"], ".: there are no commits in that range, check --rev, --since"),
        (["--until", "2020-01-01"], ".: all commits are newer than --until, check it"),
        (["--until", "0001-01-01"], ".: all commits are newer than --until, check it"),
        (["--since", "soon"], "ctxlint history: Invalid value for '--since': not a date like 2024"),
        (["--path", "lib"], ".: there was never a Python file in lib, check --path"),
        (["--path", "../b"], ".: "),
        (["--select", "XYZ"], "--select: unknown code 'XYZ'"),
        (["--config", "no.toml"], "--config: no such file 'no.toml'"),
        (["--output-file", "no/out"], "no/out: No such file or directory, nothing written"),
        (["nowhere"], "nowhere: "),
        (["a.py"], "a.py: "),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_done_is_one_line(
    run: Run, ids: list[str], args: list[str], said: str
) -> None:
    result = run("history", "-q", *args)
    assert (result.code, result.out) == (USAGE, "")
    assert result.err.startswith(said)
    assert result.err.count("\n") == 1


def test_a_folder_without_a_repository_is_one_line(run: Run, tmp_path: Path) -> None:
    result = run("history")
    assert result.code == USAGE
    assert result.err.startswith(".: not a git repository")
    assert result.err.count("\n") == 1


def test_a_repository_without_commits_is_one_line(run: Run, repo: Repo) -> None:
    result = run("history")
    assert (result.code, result.out, result.err.count("\n")) == (USAGE, "", 1)


def test_without_git_it_says_so(run: Run, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(repo.path))
    result = run("history")
    assert result.code == USAGE
    assert result.err == ".: git cannot be run there, install git, or check the folder\n"


# Which files.


def test_paths_limit_the_files(run: Run, repo: Repo) -> None:
    born = repo.commit(src__a=handler("f"), lib__b=handler("g"), **{"odd[1]__c": handler("h")})
    assert functions(run, "--path", "src") == ["f"]
    assert functions(run, "--path", "src", "--path", "./lib/b.py") == ["g", "f"]
    assert functions(run, "--path", "odd[1]") == ["h"]
    assert functions(run, "--path", ".") == ["g", "h", "f"]
    assert told(run, "--path", "src")["blobs"] == 1
    repo.git("mv", "src/a.py", "lib/a.py")
    moved = repo.save()
    assert lives(told(run, "--path", "src")) == [("src/a.py:f", born, moved, [])]
    assert lives(told(run, "--path", "lib"))[-1] == ("lib/a.py:f", moved, None, [])


def test_a_folder_of_the_repository(run: Run, repo: Repo) -> None:
    born = repo.commit(src__a=handler("f"), lib__b=handler("g"))
    assert lives(told(run, "src")) == [("a.py:f", born, None, [])]
    assert lives(told(run, "src", "--path", "a.py")) == [("a.py:f", born, None, [])]


def test_rules_and_settings_are_those_of_check(run: Run, repo: Repo) -> None:
    dead = "from app.session import create_user_execution_context\n"
    repo.commit(a=handler("f") + dead, tests__b=handler("g"), lib__c=handler("h"))
    assert functions(run) == ["f", None, "h"]
    assert functions(run, "--select", "CTX3") == [None]
    assert functions(run, "--ignore", "CTX3") == ["f", "h"]
    assert functions(run, "--include-tests") == ["f", None, "h", "g"]
    assert functions(run, "--exclude", "lib/,tests/") == ["f", None]
    repo.write("pyproject.toml", '[tool.ctxlint]\nignore = ["CTX301"]\n')
    repo.write("lib/pyproject.toml", '[tool.ctxlint]\nexclude = ["c.py"]\n')
    assert functions(run) == ["f"]
    assert functions(run, "--isolated") == ["f", None, "h"]
    assert functions(run, "--config", "lib/pyproject.toml") == ["f", None]


def test_what_a_search_never_enters_is_left_out(run: Run, repo: Repo) -> None:
    repo.commit(src__build__a=handler("f"), node_modules__b=handler("g"), lib__c=handler("h"))
    assert functions(run) == ["h"]
    assert functions(run, "--exclude", "!build") == ["h", "f"]
    assert functions(run, "src/build") == ["f"]


def test_patterns_begin_at_the_repository(
    run: Run, repo: Repo, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    repo.commit(tests__b=handler("g"), sub__deep__a=handler("f"), sub__b=handler("h"))
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    assert functions(run, str(repo.path)) == ["h", "f"]
    assert functions(run, str(repo.path), "--exclude", "/sub/deep/") == ["h"]


def test_noqa_silences_as_in_check(run: Run, repo: Repo) -> None:
    born = repo.commit(a=handler("f"))
    fixed = repo.commit(a=handler("f").replace('"t"))', '"t"))  # noqa: CTX101'))
    assert lives(told(run)) == [("a.py:f", born, fixed, [])]


# Repositories of all kinds.


def test_a_bare_repository_has_no_settings(run: Run, repo: Repo) -> None:
    born = repo.commit(a=handler("f"))
    repo.git("clone", "-q", "--bare", ".", "bare.git")
    repo.write("pyproject.toml", '[tool.ctxlint]\nignore = ["CTX"]\n')
    assert lives(told(run, "bare.git")) == [("a.py:f", born, None, [])]
    assert lives(told(run, "bare.git", "--config", "pyproject.toml")) == []
    assert lives(told(run)) == []


def test_the_repository_that_is_named_counts_and_not_that_of_a_hook(
    run: Run, repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "other").mkdir()
    other = new(tmp_path / "other")
    born = other.commit(a=handler("f"))
    repo.commit("Empty")
    monkeypatch.setenv("GIT_DIR", str(repo.path / ".git"))
    assert lives(told(run, "other")) == [("a.py:f", born, None, [])]
    monkeypatch.chdir(other.path)
    assert lives(told(run)) == []


def test_a_shallow_clone_says_so(run: Run, repo: Repo) -> None:
    repo.commit(a=handler("f"))
    last = repo.commit(b="import os\n")
    repo.git("clone", "-q", "--depth", "1", f"file://{repo.path}", "copy")
    result = run("history", "copy", "-q", "--output-format", "csv")
    assert result.code == FOUND
    assert f",{last}," in result.out
    said = "copy: a shallow clone, run 'git fetch --unshallow' for what is older\n"
    assert result.err == said


def lose(repo: Repo, name: str) -> None:
    """Remove a blob from the object store."""
    blob = repo.git("rev-parse", name)
    path = repo.path / ".git" / "objects" / blob[:2] / blob[2:]
    path.chmod(0o600)
    path.unlink()


def test_a_missing_blob_tells_nothing(run: Run, repo: Repo) -> None:
    born = repo.commit(a=handler("f"))
    repo.commit(a=CALM)
    repo.commit(a=handler("f"))
    lose(repo, "HEAD~1:a.py")
    result = run("history", "--output-format", "csv", "-q")
    assert result.out.count(born) == 1
    assert result.out.count("\n") == 2
    said = ".: 1 file version missing in this clone, fetch for a full history\n"
    assert result.err == said
    assert run("history", "--output-format", "csv", "-q") == result  # it is no memory either


def test_renames_of_missing_blobs_are_told_as_far_as_can_be(run: Run, repo: Repo) -> None:
    born = repo.commit(a=handler("f"), b="import os\n" * 30)
    repo.commit(b=None, c="import os\n" * 31)
    repo.commit(a=None, d=handler("f"))
    lose(repo, "HEAD:c.py")
    result = run("history", "--output-format", "csv", "-q")
    assert 'd.py,f,"generated' in result.out
    assert born in result.out
    assert result.err.startswith(".: 1 file version missing")


def test_a_partial_clone_fetches_nothing(run: Run, repo: Repo) -> None:
    born = repo.commit(a=handler("f"))
    repo.commit(a=handler("f") + "\n", b="import os\n")
    repo.git("config", "uploadpack.allowFilter", "true")
    repo.git("clone", "-q", "--filter=blob:none", f"file://{repo.path}", "part")
    part = Repo(repo.path / "part")
    before = part.git("count-objects", "-v")
    result = run("history", "part", "--output-format", "csv", "-q")
    assert result.code == FOUND
    assert born not in result.out
    assert result.err == "part: 1 file version missing in this clone, fetch for a full history\n"
    assert part.git("count-objects", "-v") == before


def test_nothing_of_the_repository_is_run(run: Run, repo: Repo) -> None:
    repo.commit(a=handler("f"))
    repo.write(".gitattributes", "*.py diff=evil filter=evil\n")
    repo.commit(a=None, b=handler("f") + "\n")
    script = repo.path / "evil.sh"
    script.write_text(f"#!/bin/sh\ntouch {repo.path}/was-run\n")
    script.chmod(0o755)
    for key in (
        "diff.evil.textconv",
        "diff.evil.command",
        "diff.external",
        "filter.evil.smudge",
        "filter.evil.clean",
        "core.fsmonitor",
        "gpg.program",
        "core.pager",
    ):
        repo.git("config", key, str(script))
    repo.git("config", "log.showSignature", "true")
    repo.git("config", "diff.orderFile", str(script))
    repo.git("config", "diff.renames", "false")
    (found,) = told(run)["findings"]
    assert found["path"] == "b.py"
    assert not (repo.path / "was-run").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="file names that are not UTF-8")
def test_odd_names_and_subjects(run: Run, repo: Repo) -> None:
    subject = HOSTILE.translate({0: "", 13: "", 10: " ", 0xFFFE: ""})
    for name in ("\udcff.py", "a\nb\t'\".py", ":1 2 3 4 M.py", "日本.pyi"):
        repo.write(name, handler("f"))
    repo.save(subject)
    for form in ("table", "csv", "json"):
        result = run("history", "-q", "--output-format", form)
        assert result.code == FOUND
        assert result.out.count("CTX101") >= 4
        assert "udcff.py" in result.out
        assert form == "csv" or "\x1b" not in result.out
    assert {found["born"]["subject"] for found in told(run)["findings"]} == {subject.rstrip()}


def test_the_same_is_told_wherever_it_runs(
    run: Run, repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.commit(sub__a=handler("f"))
    whole = told(run)
    monkeypatch.chdir("sub")
    assert told(run, "..") == whole
    assert told(run)["findings"][0]["path"] == "a.py"


def test_many_processes_find_the_same(run: Run, repo: Repo) -> None:
    for index in range(6):
        repo.commit(**{f"m{n}": handler("f", f"g{index}") for n in range(3)})
    assert told(run, "-j", "2", "--no-cache") == told(run, "-j", "1", "--no-cache")


def test_an_internal_error_tells_nothing(
    run: Run, ids: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(file_tasks.checker, "check_all", fail)
    document = told(run, "--no-cache", code=CLEAN)
    assert (document["findings"], document["blobs"], document["parsed"]) == ([], 5, 0)


def test_a_run_ends_when_nobody_reads(repo: Repo, ids: list[str]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    arguments = [sys.executable, "-m", "ctxlint", "history", "-q"]
    done = subprocess.run(
        arguments, cwd=repo.path, stdout=writer, stderr=subprocess.PIPE, check=False
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (CLEAN, b"")
