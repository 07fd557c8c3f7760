"""Files that are written all or nothing."""

from __future__ import annotations

import errno
import os
import shutil
from contextlib import suppress
from pathlib import Path


def write(path: str, data: bytes) -> None:
    """Write a file; where that fails, with OSError, its old content stays. Its mode does too.

    A link is followed to its target; a device or a pipe is written to, not replaced.
    """
    target = os.path.realpath(path)
    exists = os.path.exists(target)
    if exists and not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)
    if exists and not os.path.isfile(target):
        Path(target).write_bytes(data)
        return
    temporary = f"{target}.{os.getpid()}.tmp"
    try:
        with open(temporary, "xb") as out:  # unlike mkstemp, it obeys the umask
            out.write(data)
        if exists:
            shutil.copymode(target, temporary)
        os.replace(temporary, target)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise
