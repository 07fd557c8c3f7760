"""Many files: one bad file never stops the rest, and a write is all or nothing."""

from __future__ import annotations

import codecs
import os
import pickle
import re
import stat
import threading
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from support.sample_findings import BAD, FIXED, finding

from ctxlint.config.settings import Settings
from ctxlint.project.discovery import Target
from ctxlint.run import check_file as checker
from ctxlint.run import file_tasks, project_run
from ctxlint.run import fix_loop as fixing
from ctxlint.run.file_result import FileResult, Report
from ctxlint.run.file_tasks import check_file
from ctxlint.run.fix_loop import Fixed

if TYPE_CHECKING:
    from collections.abc import Callable


def target(path: Path, *, is_test: bool = False, **settings: Any) -> Target:
    return Target(path.name, str(path), Settings(**settings), is_test)


def fix_file(target: Target, **options: Any) -> FileResult:
    """What becomes of a file whose project has no other."""
    return file_tasks.fix_file(target, project=project_run.project_of([target]), **options)


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    path = tmp_path / "a.py"
    path.write_text(BAD)
    return path


@pytest.fixture
def upper(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fix that writes every text in capitals, for any file."""
    monkeypatch.setattr(checker, "is_candidate", lambda *_: True)
    monkeypatch.setattr(
        fixing, "fix", lambda file, settings, **_: Fixed(file.text.upper(), (finding(),), ())
    )


def failing(error: Exception) -> Callable[..., Any]:
    def fail(*_: object, **__: object) -> None:
        raise error

    return fail


# Check.


def test_a_file_that_names_no_getter_is_not_decoded(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"\xff\xfe not Python")
    assert check_file(target(path)) == FileResult("a.py", is_candidate=False)


def test_a_finding_comes_with_the_lines_it_is_in(bad: Path) -> None:
    outcome = check_file(target(bad))
    assert [found.code for found in outcome.findings] == ["CTX101"]
    assert "".join(outcome.lines) == BAD
    assert outcome.change is None


def test_a_clean_file_brings_no_lines(bad: Path) -> None:
    bad.write_text(FIXED)
    assert check_file(target(bad)) == FileResult("a.py")


def test_a_test_file_is_skipped_and_counted(bad: Path) -> None:
    report = project_run.run(check_file, [target(bad, is_test=True)])
    assert (report.findings, report.skipped_tests, report.checked) == ([], 1, 0)


def test_a_test_file_is_checked_when_asked_for(bad: Path) -> None:
    report = project_run.run(check_file, [target(bad, is_test=True, include_tests=True)])
    assert (len(report.findings), report.skipped_tests, report.checked) == (1, 0, 1)


def test_findings_are_sorted_by_file_and_place() -> None:
    outcomes = (FileResult("b.py", (finding("b.py"),)), FileResult("a.py", (finding("a.py"),)))
    assert [found.filename for found in Report(outcomes).findings] == ["a.py", "b.py"]


def test_jobs_run_in_other_processes_too(bad: Path) -> None:
    assert pickle.loads(pickle.dumps(check_file)) is check_file
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        assert list(pool.map(check_file, [target(bad)])) == [check_file(target(bad))]


# Errors.


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (PermissionError(13, "x"), "a.py: permission denied, change its mode or exclude it"),
        (OSError(5, "I/O error"), "a.py: I/O error, check the file and its folder"),
        (RecursionError(), "a.py: nested too deeply to analyse, split the expression"),
        (MemoryError(), "a.py: not enough memory to analyse it, split the file"),
        (
            KeyError("x"),
            "a.py: internal error KeyError in test_file_tasks.py:0, "
            "report it to the authors of ctxlint",
        ),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_an_error_in_one_file_is_one_line_and_the_rest_goes_on(
    bad: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, line: str
) -> None:
    check = checker.check_all

    def fail_in_a(file: Any, settings: Settings, **options: Any) -> Any:
        if file.path == "a.py":
            raise error
        return check(file, settings, **options)

    monkeypatch.setattr(checker, "check_all", fail_in_a)
    other = bad.with_name("b.py")
    other.write_text(BAD)
    report = project_run.run(check_file, [target(bad), target(other)])
    assert [re.sub(r"py:\d+, report", "py:0, report", e) for e in report.errors] == [line]
    assert [found.filename for found in report.findings] == ["b.py"]


def test_a_file_that_vanished_is_one_line(tmp_path: Path) -> None:
    outcome = check_file(target(tmp_path / "a.py"))
    assert outcome.error == "a.py: vanished after it was found, run ctxlint again"


def test_a_link_that_lost_its_target_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.symlink_to("nowhere.py")
    outcome = check_file(target(path))
    assert outcome.error == "a.py: dangling link, remove it or restore its target"


# Fix and write.


def test_a_fix_is_written(bad: Path) -> None:
    outcome = fix_file(target(bad))
    assert bad.read_text() == FIXED
    assert (len(outcome.fixed), outcome.findings, outcome.error) == (1, (), None)
    assert fix_file(target(bad)) == FileResult("a.py")


def test_a_fix_that_is_not_to_be_written_is_not(bad: Path) -> None:
    outcome = fix_file(target(bad), write=False)
    assert bad.read_text() == BAD
    assert outcome.change == (BAD.encode(), FIXED.encode())


def test_nothing_is_written_where_nothing_is_fixed(bad: Path) -> None:
    bad.write_text(FIXED)
    before = bad.stat()
    fix_file(target(bad))
    assert (bad.stat().st_ino, bad.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


@pytest.mark.usefixtures("upper")
@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"x = 1", b"X = 1"),
        (b"x = 1\r\ny = 2\r\n", b"X = 1\r\nY = 2\r\n"),
        (b"x = 1\r\ny = 2\nz = 3\r", b"X = 1\r\nY = 2\nZ = 3\r"),
        (codecs.BOM_UTF8 + b"x = 1\n", codecs.BOM_UTF8 + b"X = 1\n"),
        (b"# coding: latin-1\nx = '\xe9'\n", b"# CODING: LATIN-1\nX = '\xc9'\n"),
        (b"x = 1\x0cy\x0b\x1c\x00\n", b"X = 1\x0cY\x0b\x1c\x00\n"),
    ],
    ids=["no final newline", "CRLF", "mixed newlines", "BOM", "latin-1", "control characters"],
)
def test_bytes_that_no_fix_owns_stay(tmp_path: Path, before: bytes, after: bytes) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(before)
    assert fix_file(target(path)).error is None
    assert path.read_bytes() == after


@pytest.mark.usefixtures("upper")
def test_an_encoding_that_loses_bytes_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    data = b"# coding: utf-7\nx = '+AGE-'\n"  # +AGE- is a plain "a"
    path.write_bytes(data)
    assert fix_file(target(path)).error == (
        "a.py: would not keep its other bytes in utf-7, save it as UTF-8"
    )
    assert path.read_bytes() == data


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o755])
def test_the_mode_stays(bad: Path, mode: int) -> None:
    bad.chmod(mode)
    fix_file(target(bad))
    assert bad.read_text() == FIXED
    assert stat.S_IMODE(bad.stat().st_mode) == mode


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root may give")
def test_the_owner_stays(bad: Path) -> None:
    os.chown(bad, 12345, 54321)
    fix_file(target(bad))
    assert (bad.stat().st_uid, bad.stat().st_gid) == (12345, 54321)


def test_a_write_follows_a_link_to_its_target(bad: Path, tmp_path: Path) -> None:
    link = tmp_path / "elsewhere/link.py"
    link.parent.mkdir()
    link.symlink_to(bad)
    fix_file(target(link))
    assert link.is_symlink()
    assert bad.read_text() == FIXED
    assert list(link.parent.iterdir()) == [link]


def test_a_write_is_refused_where_the_file_changed_since_it_was_read(
    bad: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fix_slowly(*arguments: Any, **options: Any) -> Fixed:
        bad.write_text("# somebody else was faster\n")
        return Fixed(FIXED, (finding(),), ())

    monkeypatch.setattr(fixing, "fix", fix_slowly)
    outcome = fix_file(target(bad))
    assert outcome == FileResult("a.py", error="a.py: changed since it was read, run ctxlint again")
    assert bad.read_text() == "# somebody else was faster\n"
    assert list(bad.parent.iterdir()) == [bad]


def test_a_write_to_a_file_that_vanished_does_not_bring_it_back(
    bad: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fix_slowly(*arguments: Any, **options: Any) -> Fixed:
        bad.unlink()
        return Fixed(FIXED, (finding(),), ())

    monkeypatch.setattr(fixing, "fix", fix_slowly)
    outcome = fix_file(target(bad))
    assert outcome.error == "a.py: vanished after it was found, run ctxlint again"
    assert list(bad.parent.iterdir()) == []


def test_a_read_only_file_is_not_written(bad: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK)  # root may write anything
    outcome = fix_file(target(bad))
    assert outcome.error == "a.py: read-only, make it writable or exclude it"
    assert bad.read_text() == BAD


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_write_that_fails_leaves_the_file_as_it_was(
    bad: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    monkeypatch.setattr(os, call, failing(OSError(28, "No space left on device")))
    outcome = fix_file(target(bad))
    assert outcome.error == "a.py: No space left on device, check the file and its folder"
    assert bad.read_text() == BAD
    assert list(bad.parent.iterdir()) == [bad]


def test_an_interrupted_write_leaves_the_file_as_it_was(
    bad: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        fix_file(target(bad))
    assert bad.read_text() == BAD
    assert list(bad.parent.iterdir()) == [bad]


def test_a_pipe_is_read_but_not_written(tmp_path: Path) -> None:
    path = tmp_path / "pipe.py"
    os.mkfifo(path)
    writer = threading.Thread(target=path.write_text, args=(BAD,))
    writer.start()
    outcome = fix_file(target(path))
    writer.join()
    assert outcome.error == "pipe.py: no regular file to write to, fix it through stdin"
