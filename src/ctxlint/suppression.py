"""`# noqa` comments, with flake8's grammar: a comment counts where flake8 would count it.

The patterns are those of flake8 7.5 (`flake8.defaults`, `flake8.violation`, `flake8.processor`).
"""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Collection

from ctxlint.finding import Finding
from ctxlint.source import SourceFile

_INLINE = re.compile(r"# noqa(?::[\s]?(?P<codes>([A-Z]+[0-9]+(?:[,\s]+)?)+))?", re.IGNORECASE)
_FILE = re.compile(r"\s*# flake8[:=]\s*noqa", re.IGNORECASE)
_SEPARATOR = re.compile(r"[,\s]")


def unsuppressed(findings: Collection[Finding], file: SourceFile) -> list[Finding]:
    """The findings that neither a `# noqa` where they start nor `# flake8: noqa` suppresses."""
    if not findings or "noqa" not in file.text.lower():
        return list(findings)
    if any(_FILE.match(line) for line in file.lines):
        return []
    rows = _logical_rows(file)
    return [f for f in findings if not _suppresses(rows.get(f.span.start.row, ""), f.code)]


def _suppresses(line: str, code: str) -> bool:
    match = _INLINE.search(line)
    if match is None:
        return False
    codes = match["codes"]
    prefixes = tuple(filter(None, _SEPARATOR.split(codes))) if codes else ("",)
    return code.startswith(prefixes)


def _logical_rows(file: SourceFile) -> dict[int, str]:
    """For each row the text in which flake8 looks for its comment.

    That is the row itself, but a multi-line string or a backslash joins its rows.
    """
    rows: dict[int, str] = {}
    pending: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(file.text, newline=None).readline):
        if token.type in (tokenize.ENDMARKER, tokenize.DEDENT):
            continue
        pending.update(range(token.start[0], token.end[0] + 1))
        if token.type in (tokenize.NL, tokenize.NEWLINE):
            text = "".join(file.lines[min(pending) - 1 : max(pending)])
            rows |= dict.fromkeys(range(min(pending), max(pending) + 1), text)
            pending = set()
    return rows
