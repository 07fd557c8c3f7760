"""What a finding is known by while code moves around it: never by its line number."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ctxlint.finding import Finding, Span

    Lines = Callable[[str], Sequence[str]]  # the lines of a file by its name

_NOISE = re.compile(r"\s+|\\\n|,(?=\s*[)\]}])")


def fingerprint(finding: Finding, lines: Sequence[str]) -> str:
    """The hash of a finding's path, code, function, and of the code it points at.

    That code is stripped of what a formatter changes: white space, quotes, trailing commas.
    `lines` are those of the file that the finding is in.
    """
    code = _NOISE.sub("", _text(finding.span, lines)).replace("'", '"')
    parts = (finding.filename, finding.code, finding.function or "", code)
    return hashlib.sha256("\0".join(parts).encode(errors="surrogateescape")).hexdigest()[:32]


def unique_fingerprints(findings: Sequence[Finding], lines: Lines) -> list[str]:
    """A fingerprint for each finding; of those that share one, the later ones are numbered."""
    seen: Counter[str] = Counter()
    result = []
    for finding in findings:
        plain = fingerprint(finding, lines(finding.filename))
        seen[plain] += 1
        result.append(plain if seen[plain] == 1 else f"{plain}:{seen[plain]}")
    return result


def _text(span: Span, lines: Sequence[str]) -> str:
    """The code that a span covers."""
    (row, column), (end_row, end_column) = span
    rows = list(lines[row - 1 : end_row]) or [""]
    rows[-1] = rows[-1][: end_column - 1]
    rows[0] = rows[0][column - 1 :]
    return "".join(rows)
