"""The command `init`, its options known: search, print, write."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from ctxlint.config.schema import KEYS
from ctxlint.init import report
from ctxlint.init.search import search
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


_SHOWN = 3  # names of files in a line


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
    tracked = partial(progress.tracked, quiet=request.quiet, color=request.color)
    result = search(found.targets, project, processes=processes, tracked=tracked)
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
                say(_outlook(result))
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


def _outlook(result: Search) -> str:
    """The lines on the findings of a check with these getters and sources."""
    findings, names = result.findings, result.unfollowed
    places = count(len({finding.filename for finding in findings}), "file")
    what = f"{count(len(findings), 'finding')} in {places}" if findings else "nothing"
    if not names:
        return f"With them, 'ctxlint check' would find {what}."
    shown = ", ".join(names[:_SHOWN]) + (", ..." if len(names) > _SHOWN else "")
    return (
        f"With them, 'ctxlint check' would find {what} in the code that this search followed, "
        f"which is all but {count(len(names), 'file')}: {shown}."
    )
