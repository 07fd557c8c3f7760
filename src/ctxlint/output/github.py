"""The format `github`: workflow commands, which GitHub Actions shows as annotations.

See https://docs.github.com/actions/reference/workflow-commands-for-github-actions; what is escaped
is what the runner unescapes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxlint.finding import Level
from ctxlint.output import printable

if TYPE_CHECKING:
    from typing import TextIO

    from ctxlint.finding import Finding
    from ctxlint.output import Results

_COMMAND = {Level.ERROR: "error", Level.WARNING: "warning", Level.NOTE: "notice"}
_DATA = str.maketrans({"%": "%25", "\n": "%0A"})
_PROPERTY = _DATA | str.maketrans({":": "%3A", ",": "%2C"})


def write(results: Results, out: TextIO) -> None:
    """Write a command for each finding: `::error title=...,file=...,line=...::message`."""
    for finding in results.findings:
        properties = ",".join(
            f"{name}={_shown(str(value)).translate(_PROPERTY)}"
            for name, value in _properties(finding).items()
        )
        text = "\n".join([finding.message, *filter(None, (finding.help, finding.url))])
        message = _shown(text).translate(_DATA)
        out.write(f"::{_COMMAND[finding.level]} {properties}::{message}\n")


def _shown(text: str) -> str:
    """A text for the log of a job, which keeps only its line feeds of what controls a terminal."""
    return printable(text, keep="\n")


def _properties(finding: Finding) -> dict[str, str | int]:
    """Where an annotation goes, and its title; the runner refuses columns of different rows."""
    start, end = finding.span
    title = f"{finding.code} {finding.name}"
    columns = {"col": start.column, "endColumn": end.column} if start.row == end.row else {}
    rows = {"line": start.row, "endLine": end.row}
    return {"title": title, "file": finding.filename, **rows, **columns}
