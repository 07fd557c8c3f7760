"""Many files: read, check or fix, write. An error in one never stops the others."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Concatenate, NamedTuple, ParamSpec

from ctxlint import engine, fix
from ctxlint.discovery import Target, error_line
from ctxlint.source import SourceError, SourceFile, too_deep

if TYPE_CHECKING:
    from ctxlint.finding import Finding

P = ParamSpec("P")
Job = Callable[[Target], "Outcome"]


class Change(NamedTuple):
    """What a fix did, or would do, to the bytes of a file."""

    before: bytes
    after: bytes


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file; `findings` remain, at positions in `lines`.

    `suppressed` are those that noqa comments silence, where the file was only checked.
    """

    name: str
    findings: tuple[Finding, ...] = ()
    suppressed: tuple[Finding, ...] = ()
    fixed: tuple[Finding, ...] = ()
    lines: tuple[str, ...] = ()
    change: Change | None = None
    error: str | None = None
    is_candidate: bool = True
    is_skipped_test: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """What became of all files, in the order of their names."""

    outcomes: tuple[Outcome, ...]

    @property
    def findings(self) -> list[Finding]:
        """The findings that remain, sorted."""
        found = (finding for outcome in self.outcomes for finding in outcome.findings)
        return sorted(found, key=lambda finding: finding.sort_key)

    @property
    def suppressed(self) -> list[Finding]:
        """The findings that noqa comments silence, sorted."""
        found = (finding for outcome in self.outcomes for finding in outcome.suppressed)
        return sorted(found, key=lambda finding: finding.sort_key)

    @property
    def fixed(self) -> list[Finding]:
        """The findings that were fixed, or would be."""
        return [finding for outcome in self.outcomes for finding in outcome.fixed]

    @property
    def errors(self) -> list[str]:
        """A line for each file that could not be checked or written."""
        return [outcome.error for outcome in self.outcomes if outcome.error]

    @property
    def skipped_tests(self) -> int:
        """How many files were skipped because they are tests."""
        return sum(outcome.is_skipped_test for outcome in self.outcomes)

    @property
    def checked(self) -> int:
        """How many files were checked, by the rules for production code too."""
        return sum(not (outcome.error or outcome.is_skipped_test) for outcome in self.outcomes)


def run(job: Job, targets: Iterable[Target]) -> Report:
    """The report of a job, as `check_file` or `fix_file` do, on each target."""
    return Report(tuple(map(job, targets)))


def _guarded(
    job: Callable[Concatenate[Target, P], Outcome],
) -> Callable[Concatenate[Target, P], Outcome]:
    """A job that returns its errors as one line each."""

    @wraps(job)
    def run(target: Target, /, *args: P.args, **kwargs: P.kwargs) -> Outcome:
        try:
            return job(target, *args, **kwargs)
        except Exception as error:  # a bug of ours must not hide what the other files hold
            return Outcome(target.display, error=_line(target, error))

    return run


def _line(target: Target, error: Exception) -> str:
    """The line that tells the user why a file was not checked or written."""
    name, path = target.display, target.path
    if isinstance(error, SourceError):
        return str(error)
    if isinstance(error, RecursionError):
        return str(too_deep(name))
    if isinstance(error, MemoryError):
        return f"{name}:1:1: not enough memory to analyse it, split the file"
    if isinstance(error, FileNotFoundError) and not os.path.islink(path):
        return f"{name}:1:1: vanished after it was found, run ctxlint again"
    if isinstance(error, OSError):
        return error_line(name, path, error)
    return f"{name}:1:1: internal error {error!r}, report it to the authors of ctxlint"


@_guarded
def check_file(target: Target, data: bytes | None = None) -> Outcome:
    """Check one file; `data` is its content where that is at hand."""
    settings = target.settings
    data = _read(target) if data is None else data
    skipped = _is_skipped(target)
    if not engine.is_candidate(data, target.display, settings):
        return Outcome(target.display, is_candidate=False, is_skipped_test=skipped)
    file = SourceFile.from_bytes(target.display, data)
    findings, suppressed = map(tuple, engine.check_all(file, settings, is_test=target.is_test))
    lines = tuple(file.lines) if findings or suppressed else ()
    return Outcome(target.display, findings, suppressed, lines=lines, is_skipped_test=skipped)


@_guarded
def fix_file(target: Target, data: bytes | None = None, *, write: bool = True) -> Outcome:
    """Fix one file, and write it back if `write`; `data` is its content where that is at hand."""
    settings = target.settings
    data = _read(target) if data is None else data
    skipped = _is_skipped(target)
    if not engine.is_candidate(data, target.display, settings):
        return Outcome(target.display, is_candidate=False, is_skipped_test=skipped)
    file = SourceFile.from_bytes(target.display, data)
    result = fix.fix(file, settings, is_test=target.is_test)
    change = _change(file, data, result.text)
    if change and write:
        _replace(target, change)
    return Outcome(
        target.display,
        result.remaining,
        fixed=result.fixed,
        lines=tuple(SourceFile(target.display, result.text).lines) if result.remaining else (),
        change=change,
        is_skipped_test=skipped,
    )


def _read(target: Target) -> bytes:
    return Path(target.path).read_bytes()


def _is_skipped(target: Target) -> bool:
    return target.is_test and not target.settings.include_tests


def _change(file: SourceFile, data: bytes, text: str) -> Change | None:
    """What a new text does to the bytes of a file; None where it changes nothing."""
    if text == file.text:
        return None
    if file.encode(file.text) != data:  # some encodings spell one text in several ways
        what = f"would not keep its other bytes in {file.encoding}"
        raise SourceError(file.path, what, "save it as UTF-8")
    return Change(data, file.encode(text))


def _replace(target: Target, change: Change) -> None:
    """Write a file anew, all or nothing, where a link leads to; refuse if it is not as it was."""
    path = os.path.realpath(target.path)
    status = os.stat(path)
    if not stat.S_ISREG(status.st_mode):
        raise SourceError(target.display, "no regular file to write to", "fix it through stdin")
    if not os.access(path, os.W_OK):
        raise SourceError(target.display, "read-only", "make it writable or exclude it")
    handle, temporary = tempfile.mkstemp(prefix=".ctxlint-", dir=os.path.dirname(path))
    try:
        with open(handle, "wb") as out:
            out.write(change.after)
            out.flush()
            os.fsync(out.fileno())
        with suppress(AttributeError, PermissionError):  # Windows has no owners, others may not
            os.chown(temporary, status.st_uid, status.st_gid)
        shutil.copymode(path, temporary)
        if Path(path).read_bytes() != change.before:
            raise SourceError(target.display, "changed since it was read", "run ctxlint again")
        os.replace(temporary, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise
