"""The command `init`, its options known: search, print, write."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NamedTuple

from ctxlint.config.schema import KEYS
from ctxlint.init import report
from ctxlint.init.search import check_with, search
from ctxlint.init.usage import getters_of
from ctxlint.init.write import Place, append, place_for
from ctxlint.output.summary import count
from ctxlint.project import discovery
from ctxlint.run import project_run, worker_pool
from ctxlint.terminal import progress
from ctxlint.terminal.delivery import say
from ctxlint.terminal.streams import lenient, while_read

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctxlint.init.proposals import Search
    from ctxlint.project.discovery import SettingsFor, Target
    from ctxlint.project.modules import Project


class Request(NamedTuple):
    """The request of a command line, apart from the settings; fields are named as the options."""

    paths: tuple[str, ...]
    output_format: str = "text"
    write: bool = False
    color: str = "auto"
    quiet: bool = False
    jobs: int | None = None


def run(request: Request, settings_for: SettingsFor) -> int:
    """Print the getters that are found, or write them, and return the exit code.

    Exit codes: 0, found or not; 2 some file could not be read. Raises ConfigError where nothing
    can be written.
    """
    place = place_for(request.paths) if request.write else None
    found = discovery.find(request.paths, settings_for)
    project = project_run.project_of(found.targets, edits=False)
    processes = worker_pool.processes(len(found.targets), request.jobs)
    with progress.tracked(quiet=request.quiet, color=request.color) as track:
        result = search(found.targets, project, processes=processes, track=track)
    if place is not None and result.proposals:
        append(result, place, [key.name for key in KEYS])
    errors = [*found.errors, *result.errors]
    with while_read(sys.stdout):
        _print(request, result)
    with while_read(sys.stderr):
        for error in errors:
            say(error)
        if not request.quiet:
            say(_summary(result, found.targets, place))
            if result.proposals:
                say(_outlook(result, found.targets, project, processes))
    return 2 if errors else 0


def _print(request: Request, result: Search) -> None:
    if request.output_format == "json":
        lenient(sys.stdout).write(report.as_json(result))
    elif not request.write:
        lenient(sys.stdout).write(report.as_toml(result))


def _summary(result: Search, targets: Sequence[Target], place: Place | None) -> str:
    """The lines that sum up a search: the getters found, and how to go on."""
    files = count(len([t for t in targets if not t.is_skipped]), "file")
    if not result.proposals:
        presets = f"; it uses {', '.join(result.presets)}" if result.presets else ""
        return (
            f"No session getter found in {files}{presets}. If there is one, name it in "
            "[tool.ctxlint], as docs/configuration.md says."
        )
    what = count(len(result.proposals), "getter")
    if result.sources:
        what += f" and {count(len(result.sources), 'source')}"
    if place is not None:
        return f"Wrote {what} to {place.name}. Read the comments on each."
    return f"Found {what} in {files}. --write appends them to the closest pyproject.toml."


def _outlook(result: Search, targets: Sequence[Target], project: Project, processes: int) -> str:
    """The line on the findings of a check with these getters and sources."""
    getters = getters_of([proposal.candidate for proposal in result.proposals], report=None)
    sources = tuple(source.call for source in result.sources)
    findings = check_with(targets, project, processes, getters, sources)
    if not findings:
        return "With them, 'ctxlint check' would find nothing."
    places = count(len({finding.filename for finding in findings}), "file")
    return f"With them, 'ctxlint check' would find {count(len(findings), 'finding')} in {places}."
