"""`ctxlint config --check`: what the getters and sources of a contract are in the code."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Any

from ctxlint.matching.contract_check import judged
from ctxlint.matching.contract_entries import Entry, entries, unknown_nones
from ctxlint.output import printable
from ctxlint.project import discovery
from ctxlint.run import project_run
from ctxlint.terminal.streams import lenient, while_read

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from ctxlint.config.lookup import Lookup
    from ctxlint.config.settings import Settings
    from ctxlint.matching.contract_check import Judgement
    from ctxlint.project.discovery import Target
    from ctxlint.project.modules import Project

_BUILT_IN = "built-in"
_HEADINGS = ("kind", "name", "defined", "calls")


def check(folder: str, lookup: Lookup, output_format: str) -> int:
    """Print what the contract of a folder is in the code; the exit code is 1 if it is wrong."""
    files = lookup.files(folder)
    folders = {os.path.dirname(file) or "." for file in files} or {folder or "."}
    found = discovery.find(sorted(folders), lookup)
    project = project_run.project_of(found.targets)
    own = [entry for file in files for entry in entries(file)]
    known = [*own, *_built_in(lookup(folder), own, files)]
    results = list(judged(known, project, len(found.targets), is_counted=True))
    write = _as_json if output_format == "json" else _as_text
    with while_read(sys.stdout):
        lenient(sys.stdout).write(write(results))
    return 1 if any(map(_problems, results)) else 0


def notices(
    paths: Iterable[str],
    files_of: Callable[[str], Iterable[str]],
    targets: Collection[Target],
    project: Project,
) -> Iterator[str]:
    """Lines on what contracts leave open, and on where they do not agree with the code.

    `files_of` has the files that hold the contract of a folder, `paths` are those to check.
    """

    def files(chosen: Iterable[Target]) -> list[str]:
        folders = {os.path.dirname(target.location) for target in chosen}
        return sorted({file for folder in folders for file in files_of(folder)})

    yield from unknown_nones(files(targets))
    whole = files(target for target in targets if not target.is_named)
    yield from problems(whole, paths, len(targets), project)


def problems(
    files: Iterable[str], paths: Iterable[str], checked: int, project: Project
) -> Iterator[str]:
    """Entries that do not agree with the code, in the files whose folders were checked as a whole.

    `paths` are the files and folders that were checked, so many files in all.
    """
    whole = [os.path.join(os.path.abspath(path), "") for path in paths if os.path.isdir(path)]
    covered = [file for file in files if os.path.abspath(file).startswith(tuple(whole))]
    known = [entry for file in covered for entry in entries(file)]
    for one in judged(known, project, checked):
        yield from one.problems


def _built_in(settings: Settings, own: Sequence[Entry], files: Sequence[str]) -> Iterator[Entry]:
    """The getters and sources that no file names."""
    named = {entry.name for entry in own}
    place = os.path.join(os.path.dirname(files[0]) if files else "", _BUILT_IN)
    for getter in settings.contract.getters:
        if getter.call not in named:
            yield Entry("getter", getter.call, place, (1, 1), getter)
    for call in settings.contract.sources:
        if call not in named:
            yield Entry("source", call, place, (1, 1))


def _problems(one: Judgement) -> tuple[str, ...]:
    """The problems of an entry; one that is built in may match nothing."""
    return () if _is_built_in(one) else one.problems


def _is_built_in(one: Judgement) -> bool:
    return os.path.basename(one.entry.file) == _BUILT_IN


def _as_json(results: Sequence[Judgement]) -> str:
    return json.dumps([_document(one) for one in results], indent=2) + "\n"


def _document(one: Judgement) -> dict[str, Any]:
    row, column = one.entry.position
    place = {"filename": one.entry.file, "location": {"row": row, "column": column}}
    defined = one.definition and {"filename": one.definition[0], "row": one.definition[1]}
    return {
        "kind": one.entry.kind,
        "name": one.entry.name,
        "from": None if _is_built_in(one) else place,
        "definition": defined,
        "calls": one.calls,
        "problems": list(_problems(one)),
    }


def _as_text(results: Sequence[Judgement]) -> str:
    """A table, and below it a line for each problem."""
    rows = [_HEADINGS, *map(_row, results)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADINGS))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    problems = [problem for one in results for problem in _problems(one)]
    if problems:
        lines += ["", *problems]
    return "".join(f"{printable(line)}\n" for line in lines)


def _row(one: Judgement) -> tuple[str, ...]:
    defined = f"{one.definition[0]}:{one.definition[1]}" if one.definition else "-"
    calls = "-" if one.entry.kind == "src" else str(one.calls)
    return one.entry.kind, one.entry.name, defined, calls
