"""The findings of one file, in the text that the editor shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ctxlint.finding import Finding, Position, Span
from ctxlint.server.line_diff import changes
from ctxlint.server.line_diff import moved as moved_row


@dataclass(frozen=True)
class FileFindings:
    """The findings in a file, at positions in `lines`; or the line that tells its error.

    `is_current`: whether they are those of this text, not of the last one that was Python.
    """

    findings: tuple[Finding, ...] = ()
    lines: Sequence[str] = ()
    error: str | None = None
    is_current: bool = True

    def moved(self, name: str, lines: Sequence[str], error: str | None) -> FileFindings:
        """The same findings where they are in another text of the file, which has an error.

        They move with the lines around what has changed. Their fixes are gone.
        """
        known = list(changes(self.lines, lines))

        def position(old: Position) -> Position:
            row = moved_row(old.row - 1, known) + 1
            row = min(row, max(len(lines), 1))
            line = lines[row - 1].rstrip("\r\n") if row <= len(lines) else ""
            return Position(row, min(old.column, len(line) + 1))

        def span(old: Span) -> Span:
            start = position(old.start)
            return Span(start, max(start, position(old.end)))

        def moved(finding: Finding) -> Finding:
            trace = (
                s._replace(span=span(s.span)) if s.filename == name else s for s in finding.trace
            )
            where = span(finding.span)
            return finding._replace(span=where, trace=tuple(trace), fix=None, unfixed_reason=None)

        findings = tuple(map(moved, self.findings))
        return replace(self, findings=findings, lines=lines, error=error, is_current=False)
