"""What `check` and `fix` do once their options are known: search, run, print, exit code."""

from __future__ import annotations

import io
import sys
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from ctxlint import __version__, discovery, output, runner
from ctxlint.output import diff, summary

if TYPE_CHECKING:
    from typing import TextIO

    from ctxlint.config import Settings
    from ctxlint.discovery import Found
    from ctxlint.runner import Outcome, Report


@dataclass(frozen=True, slots=True)
class Request:
    """What the command line asks for, beside the settings; fields are named as the options.

    `stdin_filename` names the text on stdin, which takes the place of `paths`; None: read `paths`.
    """

    paths: tuple[str, ...]
    stdin_filename: str | None
    output_format: str = "full"
    output_file: str | None = None
    statistics: bool = False
    color: str = "auto"
    quiet: bool = False
    verbose: bool = False
    exit_zero: bool = False
    fix: bool = False
    diff: bool = False
    exit_non_zero_on_fix: bool = False


def run(request: Request, settings: Settings) -> int:
    """Do what is asked, print it, and return the exit code.

    Exit codes: 0 clean, or all fixed; 1 findings remain, or the diff is not empty; 2 some file
    could not be checked or written.
    """
    found, data = _search(request, settings)
    report = runner.run(_job(request, data), found.targets)
    errors = [*found.errors, *report.errors]
    _print_result(request, _results(request, settings, report, errors), report, data)
    sys.stdout.flush()  # before what goes to stderr; a broken pipe shows here, not at exit
    _print_notices(request, settings, report, found, errors)
    if errors:
        return 2
    if request.exit_zero:
        return 0
    is_changed = request.diff and any(outcome.change for outcome in report.outcomes)
    is_fixed = request.exit_non_zero_on_fix and bool(report.fixed)
    return 1 if report.findings or is_changed or is_fixed else 0


def _job(request: Request, data: bytes | None) -> runner.Job:
    """What to do with each file."""
    if not request.fix:
        return partial(runner.check_file, data=data)
    return partial(runner.fix_file, data=data, write=data is None and not request.diff)


def _search(request: Request, settings: Settings) -> tuple[Found, bytes | None]:
    """The files to check; or one that stands for stdin, and its content."""
    name = request.stdin_filename
    if name is None:
        return discovery.find(request.paths, lambda _: settings), None
    data = sys.stdin.buffer.read()
    target = discovery.name_only(name, lambda _: settings)
    targets, excluded = ((target,), ()) if target else ((), (name,))
    return discovery.Found(targets, excluded, ()), data


def _results(
    request: Request, settings: Settings, report: Report, errors: list[str]
) -> output.Results:
    """What there is to report."""
    lines = {outcome.name: outcome.lines for outcome in report.outcomes}
    return output.Results(
        report.findings,
        lambda name: lines.get(name, ()),
        unsafe_fixes=settings.unsafe_fixes,
        suppressed=report.suppressed,
        errors=errors,
        version=__version__,
        color=request.color,
    )


def _print_result(
    request: Request, results: output.Results, report: Report, data: bytes | None
) -> None:
    """Print what the user asked for: findings, a diff, or the fixed text of stdin."""
    if request.diff:
        for outcome in report.outcomes:
            if outcome.change:
                sys.stdout.buffer.write(diff.unified(outcome.name, *outcome.change))
        return
    out = sys.stdout
    if request.fix and data is not None:
        changes = [outcome.change.after for outcome in report.outcomes if outcome.change]
        sys.stdout.buffer.write(changes[0] if changes else data)
        out = sys.stderr
    output.write(request.output_format, results, _lenient(out))


def _lenient(stream: TextIO) -> TextIO:
    """The stream, escaping what its encoding lacks."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")
    return stream


def _print_notices(
    request: Request, settings: Settings, report: Report, found: Found, errors: list[str]
) -> None:
    """Print errors, what was done with each file if `-v`, and the summary unless `-q`."""
    for error in errors:
        _say(error)
    if request.verbose:
        notes = [f"{name}: skipped, excluded" for name in found.excluded]
        notes += [f"{outcome.name}: {_note(outcome)}" for outcome in report.outcomes]
        for note in sorted(notes):
            _say(note)
    if not request.quiet:
        _say(_summary(request, settings, report, len(errors)))


def _say(line: str) -> None:
    print(output.printable(line), file=sys.stderr)


def _note(outcome: Outcome) -> str:
    """What was done with one file, in a few words."""
    if outcome.error:
        return "error"
    if outcome.is_skipped_test:
        return "skipped, a test file"
    if not outcome.is_candidate:
        return "checked, names no getter"
    fixed = f"{len(outcome.fixed)} fixed, " if outcome.fixed else ""
    return f"checked, {fixed}{summary.count(len(outcome.findings), 'finding')}"


def _summary(request: Request, settings: Settings, report: Report, errors: int) -> str:
    """The closing sentences."""
    if request.fix:
        written = not request.diff
        first = summary.fixed(
            report.fixed, report.findings, report.checked, errors, written=written
        )
    else:
        first = summary.checked(report.findings, report.checked, errors, settings.unsafe_fixes)
    sentences = [first]
    if report.skipped_tests:
        sentences.append(summary.skipped(report.skipped_tests))
    if errors:
        sentences.append(summary.failed(errors))
    return " ".join(sentences)
