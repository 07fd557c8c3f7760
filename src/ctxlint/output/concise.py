"""The format `concise`: a line for each finding."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxlint.output import Lines, applies, printable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TextIO

    from ctxlint.finding import Finding


def write(findings: Sequence[Finding], out: TextIO, *, lines: Lines, unsafe_fixes: bool) -> None:
    """Write `path:line:col: CODE [*] message` lines; `[*]` marks what a fix repairs."""
    for finding in findings:
        row, column = finding.span.start
        mark = " [*]" if applies(finding, unsafe_fixes) else ""
        text = f"{finding.filename}:{row}:{column}: {finding.code}{mark} {finding.message}"
        out.write(f"{printable(text)}\n")
