"""The Python files below a folder, and what keeps a walk from them."""

from __future__ import annotations

import errno
import os
import re
import sys
from collections.abc import Callable, Collection, Iterator
from itertools import chain
from pathlib import Path

import rignore

from ctxlint.source import NO_FILE, SUFFIXES, read_file

_NAMES = tuple(f"{os.sep}{suffix}" for suffix in SUFFIXES)  # of files without a suffix
_EXCLUDE = os.path.join(".git", "info", "exclude")
_WITH_PATTERNS = (".gitignore", ".ignore", _EXCLUDE)
_ERROR = re.compile(r"(.*): IO error for operation on .*: (.*) \(os error \d+\)", re.S)


def python_files(folder: str, skipped: Collection[str]) -> Iterator[tuple[str, str | None]]:
    """The Python files below a folder that git does not ignore, each with None.

    Between them the paths of what cannot be searched, each with what is wrong with it. Folders with
    a name among `skipped` are left out.
    """
    if endless := _endless_patterns(folder, skipped):
        yield from ((path, NO_FILE) for path in endless)
        return  # rignore would read them, even in folders that it is to leave out
    overrides = sorted(f"!{name}" for name in skipped)
    walker = rignore.walk(Path(folder), ignore_hidden=False, overrides=overrides)
    is_told = False
    while True:
        try:
            for path in filter(_is_python, map(_NATIVE, walker)):
                yield path, None
            return
        except OSError as error:  # the walk goes on after any
            yield _place(folder, str(error))
        except ValueError:  # it does not name the file
            yield from () if is_told else _unnamed(folder, skipped)
            is_told = True


def has_more(most: int, folder: str, skipped: Collection[str]) -> bool:
    """Whether there are more than so many paths below a folder, those that git ignores included."""
    count = 0
    for _, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if name not in skipped]
        count += len(folders) + len(files)
        if count > most:
            return True
    return False


def _native(path: object) -> str:
    """A path as Python has it, where file names are not taken for UTF-8."""
    return os.fsdecode(str(path).encode(errors="surrogateescape"))


_NATIVE: Callable[[object], str] = str if sys.getfilesystemencoding() == "utf-8" else _native


def _is_python(path: str) -> bool:
    return path.endswith(SUFFIXES) and not path.endswith(_NAMES)


def _place(folder: str, text: str) -> tuple[str, str]:
    """The path in an error of rignore, and what is wrong with it."""
    match = _ERROR.fullmatch(text)
    return (match[1], match[2]) if match else (folder, "cannot be searched")


def _endless_patterns(folder: str, skipped: Collection[str]) -> list[str]:
    """The files of patterns in a folder, below or above it, that a walk would not get through."""
    above = (os.path.join(one, name) for one in _above(folder) for name in _WITH_PATTERNS)
    return [path for path in chain(above, _odd(folder, skipped)) if _is_endless(path)]


def _above(folder: str) -> Iterator[str]:
    folder = os.path.abspath(folder)
    while (above := os.path.dirname(folder)) != folder:
        yield above
        folder = above


def _odd(folder: str, skipped: Collection[str]) -> Iterator[str]:
    """The files with patterns below a folder that are not regular files: few, usually none."""
    pending = [folder]
    while pending:
        inside = pending.pop()
        try:
            entries = os.scandir(inside)
        except OSError:
            continue  # which the walk tells
        with entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    if entry.name == ".git":
                        yield os.path.join(inside, _EXCLUDE)
                    elif entry.name not in skipped:
                        pending.append(entry.path)
                elif entry.name in _WITH_PATTERNS and not entry.is_file(follow_symlinks=False):
                    yield entry.path


def _is_endless(path: str) -> bool:
    try:
        if os.path.lexists(path):
            read_file(path, waits=False)
    except OSError as error:
        return error.errno == errno.ENODEV
    return False


def _unnamed(folder: str, skipped: Collection[str]) -> Iterator[tuple[str, str]]:
    """The Python files and folders below a folder whose names are not UTF-8."""
    leave_out = {os.fsencode(name) for name in skipped}
    for inside, folders, files in os.walk(os.fsencode(folder)):
        python = [name for name in files if os.fsdecode(name).endswith(SUFFIXES)]
        odd = {name for name in chain(folders, python) if not _is_utf8(name)}
        folders[:] = [name for name in folders if name not in leave_out | odd]
        for name in sorted(odd):
            yield os.fsdecode(os.path.join(inside, name)), "a file name that is not UTF-8"


def _is_utf8(name: bytes) -> bool:
    try:
        name.decode()
    except UnicodeDecodeError:
        return False
    return True
