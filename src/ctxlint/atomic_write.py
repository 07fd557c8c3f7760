"""Files that are written all or nothing, through a temporary file beside them.

Whatever ends a write, a full disk or a killed process, the file is whole: as it was or as it shall
be. Only a process that is killed leaves its temporary file, which is called `.ctxlint-*.tmp`.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
from contextlib import contextmanager, suppress
from time import monotonic, sleep
from typing import TYPE_CHECKING

if sys.platform != "win32":
    import fcntl

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO


_PATIENCE = 2.0  # seconds for another run to write a file


class RefusedError(PermissionError):
    """A write that is not done: `strerror` says what is in its way, `cure` what to do."""

    def __init__(self, what: str, cure: str) -> None:
        super().__init__(errno.EPERM, what)
        self.cure = cure


def write(path: str, data: bytes) -> None:
    """Write a file, which need not exist; where that fails, with OSError, its old content stays.

    A link is followed to its target; a device or a pipe is written to, not replaced.
    """
    target = os.path.realpath(path)
    try:
        old = os.stat(target)
    except FileNotFoundError:
        _put(target, data)
        return
    _refuse_read_only(target)
    if stat.S_ISREG(old.st_mode):
        _put(target, data, old)
    else:
        with open(target, "wb") as out:
            out.write(data)


def replace(path: str, before: bytes, after: bytes) -> None:
    """Replace a file that holds the bytes `before`; where that fails, they stay.

    A link is followed to its target. Raises OSError, and RefusedError for what is not a regular
    file, or has other content by now.
    """
    target = os.path.realpath(path)
    if not stat.S_ISREG(os.stat(target).st_mode):
        raise RefusedError("not a regular file", "fix it through stdin")
    _refuse_read_only(target)
    try:
        with _locked(target) as old:
            _put(target, after, old, before)
    except _ChangedError:
        if _content(target) != after:  # another run of ctxlint did the same
            raise


def _refuse_read_only(path: str) -> None:
    """Raise RefusedError for a file that its folder would let us replace, but its mode not."""
    if not os.access(path, os.W_OK):
        raise RefusedError("read-only", "make it writable or exclude it")


def _content(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


class _ChangedError(RefusedError):
    def __init__(self) -> None:
        super().__init__("changed since it was read", "run ctxlint again")


@contextmanager
def _locked(path: str) -> Iterator[os.stat_result]:
    """Keep other runs of ctxlint from a file, if the system can; its status."""
    if sys.platform == "win32":
        yield os.stat(path)
        return
    with open(path, "rb") as file:
        if not _lock(file):
            raise RefusedError("in use by another process", "run ctxlint again")
        status = os.fstat(file.fileno())
        if not os.path.samestat(status, os.stat(path)):  # another run was faster
            raise _ChangedError
        yield status


def _lock(file: BinaryIO) -> bool:
    """Lock a file, if its system has locks; False where another process does not let go of it."""
    last = monotonic() + _PATIENCE
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            if monotonic() > last:
                return False
            sleep(_PATIENCE / 100)
        except OSError:
            return True


def _put(
    path: str, data: bytes, old: os.stat_result | None = None, before: bytes | None = None
) -> None:
    """Put a file in its place, or in that of one with a status and content."""
    temporary = os.path.join(os.path.dirname(path), f".ctxlint-{os.urandom(8).hex()}.tmp")
    mode = 0o666 if old is None else 0o600  # the umask decides; or nobody else reads it meanwhile
    try:
        with _create(temporary, mode) as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        if old:
            _take_after(temporary, path, old)
        if before is not None and _content(path) != before:
            raise _ChangedError
        os.replace(temporary, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise


def _create(path: str, mode: int) -> BinaryIO:
    """A new file, to write to."""
    try:
        return open(path, "xb", opener=lambda name, flags: os.open(name, flags, mode))
    except PermissionError:
        raise RefusedError("its folder is read-only", "make the folder writable") from None


def _take_after(new: str, old: str, status: os.stat_result) -> None:
    """Give a file the owner, attributes and mode of another; nobody gets more rights by that."""
    mode = stat.S_IMODE(status.st_mode)
    if sys.platform != "win32" and not _owns_like(new, status):
        mode &= ~stat.S_ISUID
    if sys.platform == "linux":
        _copy_attributes(old, new)
    os.chmod(new, mode)


def _owns_like(path: str, status: os.stat_result) -> bool:
    """Give a file an owner and group; whether the owner could be. The group must be."""
    uid, gid = status.st_uid, status.st_gid
    new = os.stat(path)
    if (new.st_uid, new.st_gid) == (uid, gid):
        return True
    with suppress(OSError):
        os.chown(path, uid, gid)
        return True
    try:
        os.chown(path, -1, gid)
    except OSError:
        raise RefusedError("its group would change", "fix it as its owner") from None
    return new.st_uid == uid


def _copy_attributes(old: str, new: str) -> None:
    """Give a file the extended attributes of another, and no others."""
    kept = {name: os.getxattr(old, name) for name in _attributes(old)}
    for name in {*kept, *_attributes(new)}:
        try:
            if name in kept:
                os.setxattr(new, name, kept[name])
            else:
                os.removexattr(new, name)
        except OSError:
            if name.startswith("system."):  # who has access; the others may be the system's own
                raise


def _attributes(path: str) -> list[str]:
    with suppress(OSError):  # a file system without them
        return os.listxattr(path)
    return []
