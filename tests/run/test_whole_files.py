"""Files that `ctxlint fix` writes are whole, as they were or as they shall be, whatever happens."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from support.commands import CLEAN, USAGE, Run, process
from support.sample_findings import BAD, FIXED
from support.terminals import command, environment

from ctxlint import atomic_write

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

posix = pytest.mark.skipif(sys.platform == "win32", reason="processes and limits of POSIX")
BEFORE, AFTER = b"before\n" * 9, b"after\n" * 10_000
WRITERS = {
    "write": lambda path: atomic_write.write(path, AFTER),
    "replace": lambda path: atomic_write.replace(path, BEFORE, AFTER),
}
each_writer = pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS.keys())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "a.py"
    path.write_bytes(BEFORE)
    return path


class Stopper:
    """A profiler that calls `stop` before the C function of this number, from 1, is called."""

    def __init__(self, number: int, stop: Callable[[], None]) -> None:
        self.left = number
        self.stop = stop

    def __call__(self, _: FrameType, event: str, function: Any) -> None:
        if event == "c_call" and function is not sys.setprofile:
            self.left -= 1
            if self.left == 0:
                self.stop()


def stopped(write: Callable[[str], None], path: Path, number: int, stop: Any) -> bool:
    """Stop a write at a call to the system or to another C function; whether it makes so many."""
    stopper = Stopper(number, stop)
    sys.setprofile(stopper)
    try:
        write(str(path))
    except (OSError, KeyboardInterrupt):
        assert stopper.left <= 0
    finally:
        sys.setprofile(None)
    return stopper.left <= 0


def full_disk() -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def interrupt() -> None:
    raise KeyboardInterrupt


# At each call.


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # files left open
@each_writer
@pytest.mark.parametrize("stop", [full_disk, interrupt])
def test_a_write_that_stops_anywhere_leaves_a_whole_file_and_no_other(
    path: Path, write: Callable[[str], None], stop: Callable[[], None]
) -> None:
    seen = set()
    for number in count(1):
        is_stopped = stopped(write, path, number, stop)
        seen.add(path.read_bytes())
        assert seen <= {BEFORE, AFTER}
        assert os.listdir(path.parent) == ["a.py"]
        if not is_stopped:
            break
        path.write_bytes(BEFORE)
    assert path.read_bytes() == AFTER
    assert number > 20
    assert BEFORE in seen


@posix
@each_writer
def test_a_process_that_is_killed_anywhere_leaves_a_whole_file(
    path: Path, write: Callable[[str], None]
) -> None:
    seen, litter = set(), set()
    status, number = -1, 1
    while status:
        child = os.fork()
        if not child:
            try:
                stopped(write, path, number, lambda: os.kill(os.getpid(), signal.SIGKILL))
            finally:
                os._exit(0)
        status = os.waitpid(child, 0)[1]
        seen.add(path.read_bytes())
        assert seen <= {BEFORE, AFTER}
        path.write_bytes(BEFORE)
        for left in set(os.listdir(path.parent)) - {"a.py"}:
            litter.add(left)
            (path.parent / left).unlink()
        number += 1
    assert seen == {BEFORE, AFTER}
    assert number > 20
    assert litter
    assert all(name.startswith(".ctxlint-") and name.endswith(".tmp") for name in litter)


def test_what_a_killed_process_leaves_is_not_checked(run: Run, bad: Path, tmp_path: Path) -> None:
    (tmp_path / ".ctxlint-0123456789abcdef.tmp").write_text("(")
    assert run("fix").code == CLEAN
    assert bad.read_text() == FIXED


# What the user sees.


@pytest.mark.parametrize(
    ("call", "number"),
    [
        ("open", errno.EROFS),
        ("open", errno.EACCES),
        ("fsync", errno.ENOSPC),
        ("fsync", errno.EIO),
        ("chmod", errno.EPERM),
        ("replace", errno.EXDEV),
        ("replace", errno.EBUSY),
    ],
)
def test_a_file_that_cannot_be_written_is_a_line_and_the_others_are(
    run: Run, bad: Path, monkeypatch: pytest.MonkeyPatch, call: str, number: int
) -> None:
    bad.with_name("worse.py").write_text(BAD)
    plain = getattr(os, call)
    failed: list[object] = []

    def fail_once(*args: Any, **options: Any) -> Any:
        if failed or (call == "open" and ".ctxlint-" not in args[0]):
            return plain(*args, **options)
        failed.append(args)
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, call, fail_once)
    result = run("fix", "-q")
    assert (result.code, result.out) == (USAGE, "")
    assert result.err.startswith("bad.py: ")
    assert result.err.count("\n") == 1
    assert bad.read_text() == BAD
    assert bad.with_name("worse.py").read_text() == FIXED
    assert sorted(os.listdir()) == ["bad.py", "worse.py"]


@pytest.mark.parametrize("name", ["bad.py", "folder"])
def test_what_is_read_only_is_a_line_and_the_rest_goes_on(
    run: Run, bad: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Root may write anywhere, so the answers of the system are made up."""
    inner = bad.with_name("folder") / "inner.py"
    inner.parent.mkdir()
    inner.write_text(BAD)
    access, open_ = os.access, os.open

    def refuse(path: str, *args: Any, **options: Any) -> int:
        if f"{os.sep}folder{os.sep}.ctxlint-" in path:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return open_(path, *args, **options)

    if name == "folder":
        monkeypatch.setattr(os, "open", refuse)
        line = "folder/inner.py: its folder is read-only, make the folder writable\n"
    else:
        refused = str(bad.resolve())
        monkeypatch.setattr(os, "access", lambda path, mode: path != refused and access(path, mode))
        line = "bad.py: read-only, make it writable or exclude it\n"
    assert run("fix", "-q") == (USAGE, "", line)
    is_folder = name == "folder"
    assert (bad.read_text(), inner.read_text()) == ((FIXED, BAD) if is_folder else (BAD, FIXED))
    assert os.listdir(inner.parent) == ["inner.py"]


@posix
def test_a_real_limit_on_the_size_of_files_leaves_the_old_one(tmp_path: Path) -> None:
    big = BAD + "#\n" * 10_000
    (tmp_path / "big.py").write_text(big)
    (tmp_path / "small.py").write_text(BAD)
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (9999, 9999))"
    arguments = command("fix", "-q", before=limit)
    done = subprocess.run(
        arguments, cwd=tmp_path, env=environment(), capture_output=True, check=False, text=True
    )
    line = "big.py: File too large, check the file and its folder\n"
    assert (done.returncode, done.stderr) == (USAGE, line)
    assert (tmp_path / "big.py").read_text() == big
    assert (tmp_path / "small.py").read_text() == FIXED
    assert sorted(os.listdir(tmp_path)) == ["big.py", "small.py"]


# Many at once.


def test_a_file_that_another_process_writes_is_refused(path: Path) -> None:
    fcntl = pytest.importorskip("fcntl", reason="locks of POSIX")
    with path.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with pytest.raises(PermissionError, match="in use by another process"):
            WRITERS["replace"](str(path))
    WRITERS["replace"](str(path))
    assert path.read_bytes() == AFTER


def test_a_lock_is_waited_for(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fcntl = pytest.importorskip("fcntl", reason="locks of POSIX")
    with path.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        monkeypatch.setattr(atomic_write, "sleep", lambda _: fcntl.flock(file, fcntl.LOCK_UN))
        WRITERS["replace"](str(path))
    assert path.read_bytes() == AFTER


def test_what_another_process_has_written_alike_is_no_error(path: Path) -> None:
    WRITERS["replace"](str(path))
    WRITERS["replace"](str(path))
    assert path.read_bytes() == AFTER


def test_a_file_that_another_process_replaced_before_the_lock_is_refused(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fcntl = pytest.importorskip("fcntl", reason="locks of POSIX")

    def replaced(*_: object) -> None:
        new = path.with_name("new")
        new.write_bytes(BEFORE)
        new.replace(path)

    monkeypatch.setattr(fcntl, "flock", replaced)
    with pytest.raises(PermissionError, match="changed since it was read"):
        WRITERS["replace"](str(path))
    assert path.read_bytes() == BEFORE


def test_a_file_system_without_locks_is_written_all_the_same(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fcntl = pytest.importorskip("fcntl", reason="locks of POSIX")

    def fail(*_: object) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", fail)
    WRITERS["replace"](str(path))
    assert path.read_bytes() == AFTER


def test_runs_at_once_fix_everything_and_lose_nothing(tmp_path: Path) -> None:
    """Half of them write noqa comments: whichever is first, no work of another is undone."""
    names = [f"m{number:02}.py" for number in range(40)]
    for name in names:
        (tmp_path / name).write_text(f"# {name}\n{BAD}")
    arguments = ["fix", "-q"], ["check", "--add-noqa", "-q", "--output-format", "concise"]
    runs = [
        subprocess.Popen(
            [sys.executable, "-m", "ctxlint", *arguments[number % 2]],
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for number in range(4)
    ]
    for child in runs:
        _, err = child.communicate(timeout=120)
        lines = err.splitlines()
        known = ("changed since", "in use by another process", "vanished after")
        assert all(line.split(": ")[1].startswith(known) for line in lines)
        assert child.returncode == (USAGE if lines else CLEAN)
    assert sorted(os.listdir(tmp_path)) == names
    for name in names:
        text = (tmp_path / name).read_text()
        head, _, rest = text.partition("\n")
        assert head == f"# {name}"
        assert rest == FIXED or rest.replace("  # noqa: CTX101", "") == BAD
        assert rest != BAD
    assert process("check", cwd=tmp_path).returncode == CLEAN


# Fixes of several files.

HELPER = "import uuid\n\n\ndef new():\n    return uuid.uuid4().hex\n"
CALLER = """\
from app.session import get_user_execution_context
from helper import new


def handle(user_id):
    return get_user_execution_context(user_id, thread_id=new())
"""


def test_each_fix_changes_one_file_so_that_a_failure_leaves_the_others_sound(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The write of the second file fails: the first is fixed, and a second run does the rest."""
    (tmp_path / "helper.py").write_text(HELPER)
    for name in ("a.py", "b.py", "c.py"):
        (tmp_path / name).write_text(CALLER)
    replace = os.replace

    def fail(source: str, target: str) -> None:
        if target.endswith("b.py"):
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        replace(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", fail)
        result = run("fix", "-q", "--output-format", "concise")
    assert result.code == USAGE
    assert result.err == "b.py: Input/output error, check the file and its folder\n"
    texts = {name: (tmp_path / name).read_text() for name in ("a.py", "b.py", "c.py", "helper.py")}
    assert texts["b.py"] == CALLER
    assert texts["helper.py"] == HELPER
    assert "thread_id=None" in texts["a.py"]
    assert texts["a.py"] == texts["c.py"]
    assert run("fix").code == CLEAN
    assert (tmp_path / "b.py").read_text() == texts["a.py"]
