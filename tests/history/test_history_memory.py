"""What `ctxlint history` keeps for its next run."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support.baselines import HEAD, handler
from support.commands import CLEAN, Run
from support.repositories import Repo, new, told

from ctxlint import __version__
from ctxlint.cli.main import INTERRUPTED
from ctxlint.git import Repository
from ctxlint.history import blobs
from ctxlint.terminal import progress

if TYPE_CHECKING:
    from collections.abc import Iterator

CALM = HEAD.replace("from shared.ids import UnifiedIdGenerator\n", "")


@pytest.fixture
def repo(run: Run, tmp_path: Path) -> Repo:
    """A repository of five commits, in the working folder."""
    repo = new(tmp_path)
    for text in (handler("f"), handler("f", "g"), handler("g"), handler("g") + "\n", CALM):
        repo.commit(a=text)
    return repo


def test_a_second_run_reads_no_blob(run: Run, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    first = told(run)
    (kept,) = Path(".ctxlint_cache").glob("history-*.json")
    before = kept.stat().st_mtime_ns
    read: list[str] = []
    contents = Repository.blobs

    def seen(self: Repository, names: list[str]) -> Iterator[bytes | None]:
        read.extend(names)
        return contents(self, names)

    monkeypatch.setattr(Repository, "blobs", seen)
    assert told(run) == first
    assert read == []
    assert kept.stat().st_mtime_ns == before
    assert told(run, "--no-cache") == first
    assert len(read) == 5


def test_an_interrupted_run_keeps_what_it_read(
    run: Run, repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(blobs: Iterator[str], _: int) -> Iterator[str]:
        yield next(blobs)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(blobs, "_BATCH", 2)
        patch.setattr(progress, "tracked", lambda **_: nullcontext(interrupt))
        assert run("history").code == INTERRUPTED
    read: list[str] = []
    monkeypatch.setattr(blobs.checker, "is_candidate", lambda data, *_: read.append(data))
    run("history")
    assert len(read) == 3


def test_other_settings_are_no_memory(run: Run, repo: Repo) -> None:
    repo.commit(b=b"\xff" + handler("h").encode(), c="import os\n")
    first = told(run)
    assert len(first["findings"]) == 2
    assert told(run, "--select", "CTX3")["findings"] == []
    assert told(run) == first == told(run, "--no-cache")
    assert (first["blobs"], first["parsed"]) == (7, 5)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{",
        '{"version": "%s"}',
        '{"version": "%s", "known": {"x": {"y": {"z": [["a"]]}}}}',
        '{"version": "%s", "known": {"x": [1]}}',
        '{"version": "%s", "known": {"x": {"y": {"z": 1}}}}',
    ],
)
def test_a_foreign_cache_is_ignored(run: Run, repo: Repo, content: str) -> None:
    first = told(run)
    (kept,) = Path(".ctxlint_cache").glob("history-*.json")
    good = kept.read_bytes()
    kept.write_text(content.replace("%s", __version__))
    result = run("history", "-q", "--output-format", "json")
    assert result.err == f"{kept}: not a ctxlint cache, ignored and rewritten\n"
    assert kept.read_bytes() == good
    assert told(run) == first


def test_a_cache_that_cannot_be_written_is_one_line(run: Run, repo: Repo) -> None:
    Path(".ctxlint_cache").write_text("")
    result = run("history", "-q", "--output-format", "csv")
    assert result.code == CLEAN
    assert result.err.startswith(".ctxlint_cache/history-")
    assert result.err.count("\n") == 1
