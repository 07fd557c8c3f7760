"""The tasks for one file: read, check or fix, write. Each error becomes one line."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec

from ctxlint import atomic_write
from ctxlint.project.discovery import Target, error_line
from ctxlint.run import check_file as checker
from ctxlint.run.file_result import Change, FileResult, Report, untouched
from ctxlint.source import (
    SourceError,
    SourceFile,
    deep_enough,
    digest,
    read_file,
    too_deep,
)

if TYPE_CHECKING:
    from ctxlint.project.modules import Project
    from ctxlint.run.fix_loop import Round
    from ctxlint.run.usage_counts import UsageCounts

P = ParamSpec("P")


def _guarded(
    job: Callable[Concatenate[Target, P], FileResult],
) -> Callable[Concatenate[Target, P], FileResult]:
    """A job that returns its errors as one line each.

    Cycles are collected between jobs only: in a long file that looks at all of it again and again.
    """

    @wraps(job)
    def run(target: Target, /, *args: P.args, **kwargs: P.kwargs) -> FileResult:
        collects = gc.isenabled()
        gc.disable()
        try:
            return deep_enough(lambda: job(target, *args, **kwargs))
        except Exception as error:  # a bug of ours must not hide what the other files hold
            return FileResult(target.display, error=_line(target, error))
        finally:
            if collects:
                gc.enable()

    return run


def _line(target: Target, error: Exception) -> str:
    """The line that tells the user why a file was not checked or written."""
    name, path = target.display, target.path
    if isinstance(error, SourceError):
        return str(error)
    if isinstance(error, atomic_write.RefusedError):
        return f"{name}: {error.strerror}, {error.cure}"
    if isinstance(error, RecursionError):
        return str(too_deep(name))
    if isinstance(error, MemoryError):
        return f"{name}: not enough memory to analyse it, split the file"
    if isinstance(error, FileNotFoundError) and not os.path.islink(path):
        return f"{name}: vanished after it was found, run ctxlint again"
    if isinstance(error, OSError):
        return error_line(name, path, error)
    return f"{name}: {internal_error(error)}"


def internal_error(error: Exception) -> str:
    """The message for an internal error, and what to do.

    Not its text: an error of LibCST may hold a tree, whose text has many lines or no end.
    """
    import traceback  # noqa: PLC0415 - there should be none

    *_, (frame, row) = traceback.walk_tb(error.__traceback__)
    place = f"{os.path.basename(frame.f_code.co_filename)}:{row}"
    return f"internal error {type(error).__name__} in {place}, report it to the authors of ctxlint"


@_guarded
def check_file(
    target: Target,
    data: bytes | None = None,
    *,
    project: Project | None = None,
    is_kept: bool = False,
    is_counted: bool = False,
) -> FileResult:
    """Check one file, as `checked` does; an error becomes one line."""
    return checked(target, data, project=project, is_kept=is_kept, is_counted=is_counted)


def checked(
    target: Target,
    data: bytes | None = None,
    *,
    text: str | None = None,
    project: Project | None = None,
    is_kept: bool = False,
    is_counted: bool = False,
) -> FileResult:
    """The result of a check; `data` is the content where that is available. Raises SourceError.

    `is_kept`: whether a cache keeps the outcome, so that it must tell the content; `is_counted`:
    whether an audit wants its census.
    """
    settings = target.settings
    data = read_file(target.path) if data is None else data
    if not checker.is_candidate(data, target.display, settings):
        return untouched(target)
    file = _source(target, data, project, text)
    found = checker.check_all(file, settings, is_test=target.is_test)
    return FileResult(
        target.display,
        tuple(found.findings),
        tuple(found.suppressed),
        lines=tuple(file.lines) if found.findings or found.suppressed else (),
        sink_wrappers=found.reach.sink_wrappers,
        summaries=found.reach.summaries,
        getter_calls=found.reach.calls,
        is_closed=found.reach.is_closed,
        is_skipped_test=target.is_skipped,
        digest=digest(data) if is_kept else None,
        usage=_census(file, target) if is_counted else None,
    )


def _census(file: SourceFile, target: Target) -> UsageCounts | None:
    """The census of a file, unless it is a test file, which may do what others may not."""
    if target.is_skipped:
        return None
    from ctxlint.run.usage_counts import count_usage  # noqa: PLC0415 - for the audit only

    return count_usage(file, target.settings.contract)


def _source(
    target: Target, data: bytes, project: Project | None, text: str | None = None
) -> SourceFile:
    """The file of a target, in its project; `text` is what its bytes mean, if that is known."""
    if text is None:
        file = SourceFile.from_bytes(target.display, data)
    else:
        file = SourceFile(target.display, text)
    return replace(file, location=target.location, modules=project)


@_guarded
def fix_file(
    target: Target,
    data: bytes | None = None,
    *,
    write: bool = True,
    project: Project | None = None,
) -> FileResult:
    """Fix one file, as `fixed` does; an error becomes one line."""
    return fixed(target, data, write=write, project=project)


def fixed(
    target: Target,
    data: bytes | None = None,
    *,
    text: str | None = None,
    write: bool = True,
    project: Project | None = None,
    rounds: list[Round] | None = None,
) -> FileResult:
    """The result of fixes, written back if `write`; `data` is the content where that is available.

    `rounds` gets each round of fixes. Raises SourceError, or OSError where writing fails.
    """
    from ctxlint.run import fix_loop  # noqa: PLC0415 - to check does not need it

    settings = target.settings
    data = read_file(target.path) if data is None else data
    if not checker.is_candidate(data, target.display, settings):
        return untouched(target)
    file = _source(target, data, project, text)
    reach = checker.reach(file, settings)
    result = fix_loop.fix(file, settings, is_test=target.is_test, rounds=rounds)
    change = _change(target, file, data, result.text)
    if change and write:
        atomic_write.replace(target.path, *change)
    if change and project:
        project.replace(target.path, change.after)
    return FileResult(
        target.display,
        result.remaining,
        fixed=result.fixed,
        lines=tuple(SourceFile(target.display, result.text).lines) if result.remaining else (),
        change=change,
        sink_wrappers=reach.sink_wrappers,
        summaries=reach.summaries,
        getter_calls=reach.calls,
        is_closed=reach.is_closed,
        is_skipped_test=target.is_skipped,
    )


def suppress_findings(
    report: Report,
    targets: Iterable[Target],
    reason: str,
    *,
    data: bytes | None = None,
    write: bool = True,
) -> Report:
    """The report of a run once noqa comments suppress its findings; `targets` are those of the run.

    The comments give a reason unless that is empty. They are written if `write`; `data` is the
    content that the only file had, where that is at hand.
    """
    by_name = {target.display: target for target in targets}

    def suppressed(outcome: FileResult) -> FileResult:
        done = _suppress_file(by_name[outcome.name], outcome, reason, data, write)
        return outcome._replace(error=done.error) if done.error else done

    outcomes = (suppressed(outcome) if outcome.findings else outcome for outcome in report.outcomes)
    return report._replace(outcomes=tuple(outcomes))


@_guarded
def _suppress_file(
    target: Target, outcome: FileResult, reason: str, data: bytes | None, write: bool
) -> FileResult:
    """Suppress the findings of one file, which may have been fixed before."""
    from ctxlint.run.add_noqa import add_noqa  # noqa: PLC0415 - rarely asked for

    before = outcome.change.before if outcome.change else data
    if outcome.change and not write:
        data = outcome.change.after
    data = read_file(target.path) if data is None else data
    file = SourceFile.from_bytes(target.display, data)
    if tuple(file.lines) != outcome.lines:
        raise SourceError(target.display, "changed since it was checked", "run ctxlint again")
    after = add_noqa(file, outcome.findings, reason)
    change = _change(target, file, data, after.text)
    assert change is not None
    if write:
        atomic_write.replace(target.path, *change)
    return outcome._replace(
        findings=(),
        newly_suppressed=outcome.findings,
        lines=tuple(after.lines),
        change=Change(data if before is None else before, change.after),
    )


def _change(target: Target, file: SourceFile, data: bytes, text: str) -> Change | None:
    """The change of a new text to the bytes of a file; None where nothing changes."""
    if text == file.text:
        return None
    if target.is_outside:
        what = "a link to a file outside the given folders"
        raise SourceError(file.path, what, "name it to change its target")
    if file.encode(file.text) != data:  # some encodings spell one text in several ways
        what = f"would not keep its other bytes in {file.encoding}"
        raise SourceError(file.path, what, "save it as UTF-8")
    return Change(data, file.encode(text))
