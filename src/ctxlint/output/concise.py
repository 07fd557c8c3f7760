"""The format `concise`: a line for each finding."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxlint.output import Results, applies, printable
from ctxlint.output.color import OF_LEVEL, linked, painter

if TYPE_CHECKING:
    from typing import TextIO


def write(results: Results, out: TextIO) -> None:
    """Write `path:line:col: CODE [*] level: message` lines; `[*]` marks what a fix repairs."""
    paint = painter(out, results.color)
    for finding in results.findings:
        (row, column), style = finding.span.start, OF_LEVEL[finding.level]
        place = f"{paint(printable(finding.filename), 'bold')}:{row}:{column}:"
        code = linked(paint(finding.code, style), results.links.get(finding.code))
        mark = f" {paint('[*]', 'bold cyan')}" if applies(finding, results.unsafe_fixes) else ""
        level = paint(f"{finding.level}:", style)
        out.write(f"{place} {code}{mark} {level} {printable(finding.message)}\n")
