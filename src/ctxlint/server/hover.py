"""The page of a rule, where the mouse rests on what it finds or on its code in a noqa comment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import quote

from lsprotocol import types

from ctxlint.finding import Finding, Position, Span
from ctxlint.findings.noqa import noqas
from ctxlint.pages import prose_markdown
from ctxlint.rules.pages import page_of
from ctxlint.rules.registry import RULES
from ctxlint.server.diagnostics import rule_of
from ctxlint.server.file_findings import FileFindings
from ctxlint.server.positions import from_client, range_of

_IN_ADDRESS = "!#$%&'()*+,/:;=?@[]~"  # what an address has as it is


def hover(
    found: FileFindings, lines: Sequence[str], position: types.Position, encoding: str
) -> types.Hover | None:
    """The text to show at a position of a file with these lines."""
    place = from_client(position, lines, encoding)
    here = [f for f in found.findings if f.span.start <= place <= f.span.end]
    if here:
        text = "\n\n".join([*_reasons(here), *(page_of(rule_of(c)) for c in _codes(here))])
        return _shown(text, here[0].span, lines, encoding)
    for code, span in _suppressed(lines, place.row):
        if span.start <= place <= span.end:
            pages = [page_of(rule) for rule in RULES if rule.code.startswith(code)]
            return _shown("\n\n".join(pages), span, lines, encoding) if pages else None
    return None


def _reasons(findings: Sequence[Finding]) -> Iterator[str]:
    """Why findings have no fix, and what can be done instead."""
    for finding in findings:
        if finding.unfixed_reason:
            yield f"**No fix:** {prose_markdown(finding.unfixed_reason)}."
        if finding.help:
            yield f"**Help:** {prose_markdown(finding.help)}"
        if finding.url:
            yield f"<{quote(finding.url, safe=_IN_ADDRESS)}>"


def _codes(findings: Sequence[Finding]) -> list[str]:
    return list(dict.fromkeys(finding.code for finding in findings))


def _suppressed(lines: Sequence[str], row: int) -> Iterator[tuple[str, Span]]:
    """The codes of the noqa comments in a row, and where they are."""
    if not 1 <= row <= len(lines):
        return
    for noqa in noqas(lines[row - 1]):
        for code in noqa.codes:
            yield code.name, Span(Position(row, code.start + 1), Position(row, code.end + 1))


def _shown(text: str, span: Span, lines: Sequence[str], encoding: str) -> types.Hover:
    content = types.MarkupContent(types.MarkupKind.Markdown, text)
    return types.Hover(content, range_of(span, lines, encoding))
