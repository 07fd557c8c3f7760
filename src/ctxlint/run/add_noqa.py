"""noqa comments for findings that are to stay: each counts, and none changes the code."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Sequence

from ctxlint.finding import Finding
from ctxlint.findings.noqa import Line, addition, noqa_lines, unsuppressed
from ctxlint.run.fix_loop import apply, rewritten
from ctxlint.source import SourceError, SourceFile


def add_noqa(file: SourceFile, findings: Sequence[Finding], reason: str = "") -> SourceFile:
    """The file with a comment for each of the findings in it, and a reason unless that is empty.

    Raises SourceError where a finding would not be suppressed, or the code would not be the same.
    """
    lines = noqa_lines(file)
    codes: dict[Line, set[str]] = defaultdict(set)
    for finding in findings:
        codes[lines[finding.span.start.row]].add(finding.code)
    edits = [addition(line, sorted(found), reason, file) for line, found in codes.items()]
    after = rewritten(file, apply(edits, file))
    if not _is_same_code(file, after):
        raise _refusal(findings[0], "noqa comments would change the code")
    for finding in unsuppressed(findings, after):
        raise _refusal(finding, f"no comment on this line would suppress {finding.code}")
    return after


def _is_same_code(before: SourceFile, after: SourceFile) -> bool:
    try:
        return ast.dump(after.tree) == ast.dump(before.tree)
    except SourceError:
        return False


def _refusal(finding: Finding, what: str) -> SourceError:
    cure = "fix the code or ignore the file; nothing is written"
    return SourceError(finding.filename, what, cure, finding.span.start)
