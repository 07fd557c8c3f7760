"""The format `concise`: a line for each finding."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxlint.output import Results, applies, printable

if TYPE_CHECKING:
    from typing import TextIO


def write(results: Results, out: TextIO) -> None:
    """Write `path:line:col: CODE [*] message` lines; `[*]` marks what a fix repairs."""
    for finding in results.findings:
        row, column = finding.span.start
        mark = " [*]" if applies(finding, results.unsafe_fixes) else ""
        text = f"{finding.filename}:{row}:{column}: {finding.code}{mark} {finding.message}"
        out.write(f"{printable(text)}\n")
