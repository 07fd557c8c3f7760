"""`ctxlint test`: the examples of a team, judged under its configuration."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from ctxlint.output import printable, summary
from ctxlint.project import discovery
from ctxlint.project.discovery import error_line
from ctxlint.run import examples, file_tasks, project_run
from ctxlint.run.file_result import untouched
from ctxlint.source import SourceError, SourceFile, read_file
from ctxlint.terminal.delivery import say
from ctxlint.terminal.streams import lenient, while_read

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ctxlint.project.discovery import SettingsFor, Target
    from ctxlint.run.examples import Failure
    from ctxlint.run.file_result import FileResult, Report

    Place = tuple[str, Failure]  # of the file of this name

_PYTHON = ".py"
_TWIN = ".fixed.py"  # ends the name of the file that has the fixed text of another one


class Request(NamedTuple):
    """The request of a command line; without paths it is the folder that the settings name."""

    paths: tuple[str, ...]
    quiet: bool


class Example(NamedTuple):
    """A file with marks, and the text that its fix must give, if that is told."""

    target: Target
    file: SourceFile
    twin: SourceFile | None


def run(request: Request, settings_for: SettingsFor) -> int:
    """Judge the examples, print what fails, and return the exit code.

    Exit codes: 0 all as the marks say; 1 something is not; 2 a file could not be checked, or no
    mark was found.
    """
    paths = request.paths or (settings_for("").examples or "",)
    found = discovery.find(paths, lambda folder: replace(settings_for(folder), examples=None))
    errors = [*found.errors]
    judged = list(_examples(found.targets, errors))
    failures = [
        *_of_findings(judged, errors),
        *_of_fixes(judged, errors),
        *_of_lonely_twins(found.targets),
    ]
    marks = sum(len(examples.marks(one.file.text)) for one in judged)
    with while_read(sys.stdout):
        out = lenient(sys.stdout)
        out.writelines(f"{printable(f'{name}:{failure}')}\n" for name, failure in sorted(failures))
    for error in dict.fromkeys(errors):
        say(error)
    if not marks and not errors:
        say(_no_marks(paths, len(judged)))
    elif not request.quiet:
        say(_summary(marks, judged, len(failures), len(errors)))
    return 2 if errors or not marks else int(bool(failures))


def _examples(targets: Sequence[Target], errors: list[str]) -> Iterator[Example]:
    """The files that are judged, each with its twin; what cannot be read is among the errors."""
    for target in targets:
        if _is_twin(target):
            continue
        twin = target._replace(display=_twin(target.display), path=_twin(target.path))
        if file := _read(target, errors):
            after = _read(twin, errors) if os.path.isfile(twin.path) else None
            yield Example(target._replace(is_test=False), file, after)


def _is_twin(target: Target) -> bool:
    return target.path.endswith(_TWIN)


def _twin(path: str) -> str:
    return f"{path.removesuffix(_PYTHON)}{_TWIN}"


def _read(target: Target, errors: list[str]) -> SourceFile | None:
    try:
        return SourceFile.from_bytes(target.display, read_file(target.path))
    except SourceError as error:
        errors.append(str(error))
    except OSError as error:
        errors.append(error_line(target.display, target.path, error))
    return None


def _of_findings(judged: Sequence[Example], errors: list[str]) -> Iterator[Place]:
    """The rows whose findings are not those of the marks."""
    targets = [one.target for one in judged]
    project = project_run.project_of(targets)
    report = project_run.run(partial(file_tasks.check_file, project=project), targets, project)
    for (target, file, _), outcome in _results(judged, report, errors):
        for failure in examples.failures(file.text, outcome.findings):
            yield target.display, failure


def _results(
    judged: Sequence[Example], report: Report, errors: list[str]
) -> Iterator[tuple[Example, FileResult]]:
    """The examples with their results, but for those with an error."""
    errors += report.errors
    outcomes = {outcome.name: outcome for outcome in report.outcomes}
    for one in judged:
        outcome = outcomes.get(one.target.display, untouched(one.target))
        if not outcome.error:
            yield one, outcome


def _of_fixes(judged: Sequence[Example], errors: list[str]) -> Iterator[Place]:
    """The rows of twins that are not what the fix gives."""
    if not any(one.twin for one in judged):
        return
    for (target, file, twin), outcome in _results(judged, _fixed(judged), errors):
        change = outcome.change if twin else None
        after = SourceFile.from_bytes(target.display, change.after) if change else file
        if twin and (failure := examples.difference(twin.text, after.text)):
            yield twin.path, failure


def _fixed(judged: Sequence[Example]) -> Report:
    """The report of the fixes of the files as they are without marks; nothing is written."""
    targets = [one.target for one in judged]
    project = project_run.project_of(targets)
    for target, file, _ in judged:
        project.replace(target.path, file.encode(examples.without_marks(file.text)))

    def fix(target: Target) -> FileResult:
        data = project.content(target.location)
        return file_tasks.fix_file(target, data, write=False, project=project)

    return project_run.run(fix, targets, project)


def _of_lonely_twins(targets: Sequence[Target]) -> Iterator[Place]:
    """The twins of files that are not there."""
    for target in targets:
        original = f"{target.path.removesuffix(_TWIN)}{_PYTHON}"
        if _is_twin(target) and not os.path.isfile(original):
            name = os.path.basename(original)
            yield target.display, examples.Failure(1, f"{name} next to it", "nothing")


def _no_marks(paths: Sequence[str], files: int) -> str:
    where = f"{summary.count(files, 'file')} of {', '.join(paths)}"
    return f"ctxlint test: no mark in {where}, write '# error: CTX101' or '# ok: CTX101' on a line"


def _summary(marks: int, judged: Sequence[Example], failures: int, errors: int) -> str:
    twins = sum(one.twin is not None for one in judged)
    what = [
        summary.count(marks, "mark"),
        *([summary.count(twins, "expected fix", "expected fixes")] if twins else []),
    ]
    if failures:
        result = f"{summary.count(failures, 'line')} not as expected"
    else:
        result = "no failure" if errors else "all as expected"
    said = f"{' and '.join(what)} in {summary.count(len(judged), 'file')}: {result}."
    return f"{said} {summary.failed(errors)}" if errors else said
