"""Files that are written all or nothing."""

from __future__ import annotations

import os
import stat
import struct
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ctxlint import atomic_write

if TYPE_CHECKING:
    from collections.abc import Callable


def test_a_new_file_is_written_and_obeys_the_umask(tmp_path: Path) -> None:
    path = tmp_path / "a"
    old = os.umask(0o027)
    try:
        atomic_write.write(str(path), b"new")
    finally:
        os.umask(old)
    assert path.read_bytes() == b"new"
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_file_is_replaced_and_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"something longer")
    path.chmod(0o600)
    inode = path.stat().st_ino
    atomic_write.write(str(path), b"new")
    assert path.read_bytes() == b"new"
    assert path.stat().st_ino != inode
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder/a").write_bytes(b"old")
    (tmp_path / "link").symlink_to("folder/a")
    atomic_write.write(str(tmp_path / "link"), b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "folder/a").read_bytes() == b"new"


def test_what_fails_leaves_the_old_content_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    (tmp_path / "a").write_bytes(b"old")
    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OSError, match="No space"):
        atomic_write.write(str(tmp_path / "a"), b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
    assert (tmp_path / "a").read_bytes() == b"old"


def test_a_read_only_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"old")
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may write to any file
    with pytest.raises(PermissionError):
        atomic_write.write(str(path), b"new")
    assert path.read_bytes() == b"old"


@pytest.mark.parametrize("path", ["no/such/folder", "."])
def test_what_cannot_be_a_file_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(OSError, match=r"No such|directory"):
        atomic_write.write(path, b"new")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="pipes")
def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen(["cat", str(pipe)], stdout=subprocess.PIPE) as reader:
        atomic_write.write(str(pipe), b"new")
        assert reader.communicate(timeout=10)[0] == b"new"
    assert stat.S_ISFIFO(pipe.stat().st_mode)


# What a file keeps.

ACL = "system.posix_acl_access"  # u::rw u:1234:rw g::- m::rw o::-, as the kernel spells it
ENTRIES = [(1, 6, -1), (2, 6, 1234), (4, 0, -1), (16, 6, -1), (32, 0, -1)]
RIGHTS = struct.pack("<I", 2) + b"".join(struct.pack("<HHi", *entry) for entry in ENTRIES)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "a"
    path.write_bytes(b"old")
    return path


def set_attribute(path: Path, name: str, value: bytes) -> None:
    try:
        os.setxattr(path, name, value)
    except (AttributeError, OSError) as error:
        pytest.skip(f"no such attributes here: {error}")


@pytest.mark.parametrize(("name", "value"), [("user.note", b"keep me"), (ACL, RIGHTS)])
def test_extended_attributes_and_access_lists_stay(path: Path, name: str, value: bytes) -> None:
    set_attribute(path, name, value)
    mode = path.stat().st_mode
    atomic_write.replace(str(path), b"old", b"new")
    assert path.read_bytes() == b"new"
    assert os.getxattr(path, name) == value
    assert path.stat().st_mode == mode


def test_a_file_gets_no_rights_from_the_access_list_of_its_folder(path: Path) -> None:
    path.chmod(0o660)
    set_attribute(path.parent, "system.posix_acl_default", RIGHTS)
    atomic_write.replace(str(path), b"old", b"new")
    assert ACL not in os.listxattr(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o660


def test_a_file_whose_access_list_cannot_be_kept_stays(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_attribute(path, ACL, RIGHTS)
    monkeypatch.setattr(os, "setxattr", refuse)
    with pytest.raises(PermissionError):
        atomic_write.replace(str(path), b"old", b"new")
    assert os.listdir(path.parent) == ["a"]
    assert path.read_bytes() == b"old"


def test_other_attributes_that_cannot_be_set_stop_no_write(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_attribute(path, "user.note", b"lost")
    monkeypatch.setattr(os, "setxattr", refuse)
    atomic_write.replace(str(path), b"old", b"new")
    assert path.read_bytes() == b"new"


def refuse(*_: object, **__: object) -> None:
    raise PermissionError(1, "Operation not permitted")


@pytest.fixture
def theirs(path: Path) -> Path:
    """A set-user-ID file that all may write to, of another user and group."""
    try:
        os.chown(path, 12345, 54321)
    except (AttributeError, PermissionError):
        pytest.skip("only root may give files away")
    path.chmod(0o4666)
    return path


def test_the_owner_and_all_of_the_mode_stay(theirs: Path) -> None:
    before = theirs.stat()
    atomic_write.replace(str(theirs), b"old", b"new")
    after = theirs.stat()
    assert (after.st_uid, after.st_gid, after.st_mode) == (12345, 54321, before.st_mode)


def test_where_only_the_group_can_be_kept_nobody_gets_more_rights(
    theirs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chown = os.chown
    monkeypatch.setattr(
        os, "chown", lambda p, uid, gid: refuse() if uid >= 0 else chown(p, -1, gid)
    )
    atomic_write.replace(str(theirs), b"old", b"new")
    after = theirs.stat()
    assert (after.st_uid, after.st_gid) == (os.geteuid(), 54321)
    assert stat.S_IMODE(after.st_mode) == 0o666


def test_where_not_even_the_group_can_be_kept_nothing_is_written(
    theirs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "chown", refuse)
    with pytest.raises(PermissionError, match="its group would change"):
        atomic_write.replace(str(theirs), b"old", b"new")
    assert theirs.read_bytes() == b"old"
    assert os.listdir(theirs.parent) == ["a"]


def test_nobody_else_reads_the_temporary_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path.chmod(0o644)
    modes = []
    monkeypatch.setattr(os, "fsync", lambda handle: modes.append(os.fstat(handle).st_mode & 0o777))
    atomic_write.replace(str(path), b"old", b"new")
    assert modes == [0o600]


# Links.


def test_a_chain_of_links_is_followed_to_its_end(path: Path, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder/relative").symlink_to("../a")
    (tmp_path / "absolute").symlink_to(tmp_path / "folder/relative")
    atomic_write.replace(str(tmp_path / "absolute"), b"old", b"new")
    assert path.read_bytes() == b"new"
    assert (tmp_path / "absolute").is_symlink()
    assert (tmp_path / "folder/relative").is_symlink()


@pytest.mark.parametrize(
    "write",
    [
        lambda path: atomic_write.write(path, b"new"),
        lambda path: atomic_write.replace(path, b"old", b"new"),
    ],
    ids=["write", "replace"],
)
def test_a_circular_link_is_refused_and_stays(tmp_path: Path, write: Callable[[str], None]) -> None:
    (tmp_path / "one").symlink_to("two")
    (tmp_path / "two").symlink_to("one")
    with pytest.raises(OSError, match="symbolic links"):
        write(str(tmp_path / "one"))
    assert sorted(os.listdir(tmp_path)) == ["one", "two"]
    assert (tmp_path / "one").is_symlink()


def test_the_other_names_of_a_file_keep_the_old_content(path: Path, tmp_path: Path) -> None:
    """As in a cache of packages, whose files other projects share."""
    (tmp_path / "b").hardlink_to(path)
    atomic_write.replace(str(path), b"old", b"new")
    assert (path.read_bytes(), (tmp_path / "b").read_bytes()) == (b"new", b"old")
