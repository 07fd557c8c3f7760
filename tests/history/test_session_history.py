"""The example with a history: its repository, and what its page says of it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from support.commands import FOUND, Run

EXAMPLE = Path(__file__).parents[2] / "examples" / "session_history"


def make(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, EXAMPLE / "make_repository.py", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def repository(tmp_path: Path, run: Run) -> Path:
    made = make(tmp_path / "repository")
    assert (made.returncode, made.stderr) == (0, "")
    return tmp_path / "repository"


def test_what_the_page_tells_is_what_history_tells(run: Run, repository: Path) -> None:
    result = run("history", str(repository), "--output-format", "json")
    assert result.code == FOUND
    rows = []
    for life in json.loads(result.out)["findings"]:
        commits = [life["born"], life["fixed"], *life["returned"]]
        told = [f"{c['commit'][:10]} {c['date'][:10]}" if c else "open" for c in commits]
        where = f"{life['path']} in {life['function']}" if life["function"] else life["path"]
        days = f"{life['lived_seconds'] // 86400} d"
        rows.append((life["code"], where, *told[:2], days, *told[2:]))
    page = (EXAMPLE / "README.md").read_text(encoding="utf-8")
    shown = [re.split(r" {2,}", line.strip()) for line in page.splitlines() if "    CTX" in line]
    assert rows == [tuple(row) for row in shown]
    assert len(rows) == 5


def test_the_audit_tells_what_the_last_commits_mended(
    run: Run, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repository)
    document = json.loads(run("audit", "--compare", "HEAD~6", "--output-format", "json").out)
    assert [row["path"] for row in document["compare"]["files"]] == ["chat/reports.py"]
    assert document["compare"]["new"] == []
    assert document["summary"]["right_share"] == 0.8333


def test_a_folder_that_is_not_empty_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("")
    made = make(tmp_path)
    assert made.returncode == 1
    assert made.stderr == f"{tmp_path}: not empty, name another folder\n"
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_without_a_folder_it_says_how(tmp_path: Path) -> None:
    assert "python make_repository.py FOLDER" in make().stderr
