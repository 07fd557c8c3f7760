"""The format `sarif`: SARIF 2.1.0, for code scanning on GitHub and other readers of the standard.

See https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html.
"""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ctxlint.finding import Applicability, Span, StepKind
from ctxlint.findings.fingerprint import unique_fingerprints
from ctxlint.output import place_of
from ctxlint.output.json import document

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TextIO

    from ctxlint.finding import Edit, Finding, Fix, Step
    from ctxlint.output import Results, RuleInfo

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LONGEST = 1024  # characters of a description that GitHub shows
_LINK = re.compile(r"\[(?=[^\[\]]*+\]\()")  # the standard has links as in Markdown
_IMPORTANCE = {
    StepKind.SOURCE: "essential",
    StepKind.STEP: "important",
    StepKind.SINK: "essential",
}


def write(results: Results, out: TextIO) -> None:
    """Write one log with one run; known and suppressed findings are in it, and marked as such."""
    out.write(document({"$schema": _SCHEMA, "version": "2.1.0", "runs": [_run(results)]}))


def _run(results: Results) -> dict[str, Any]:
    marked = sorted(_marked(results), key=lambda item: item[0].sort_key)
    fingerprints = unique_fingerprints([finding for finding, _ in marked], results.lines)
    indexes = {rule.code: index for index, rule in enumerate(results.rules)}
    driver = {
        "name": "ctxlint",
        "semanticVersion": results.version,
        "rules": [_rule(rule) for rule in results.rules],
    }
    invocation = {
        "executionSuccessful": not results.errors,
        "toolExecutionNotifications": [_notification(line) for line in results.errors],
    }
    return {
        "tool": {"driver": driver},
        "invocations": [invocation],
        "columnKind": "unicodeCodePoints",
        "results": [
            {
                "ruleId": finding.code,
                "ruleIndex": indexes.get(finding.code, -1),
                **_result(finding),
                "partialFingerprints": {"primaryLocationLineHash": fingerprint},
                **marks,
            }
            for (finding, marks), fingerprint in zip(marked, fingerprints, strict=True)
        ],
    }


def _marked(results: Results) -> Iterator[tuple[Finding, dict[str, Any]]]:
    """The findings with what tells the open, known and suppressed ones apart.

    The standard wants such marks on all results or on none.
    """
    is_compared = results.known is not None
    new, old = ({"baselineState": state} if is_compared else {} for state in ("new", "unchanged"))
    for finding in results.findings:
        yield finding, {**new, "suppressions": []}
    for finding in results.known or ():
        yield finding, {**old, "suppressions": []}
    for finding in results.suppressed:
        yield finding, {**new, "suppressions": [{"kind": "inSource"}]}


def _rule(rule: RuleInfo) -> dict[str, Any]:
    paragraphs = rule.page.split("\n\n")
    first = next((text for text in paragraphs if text and not text.startswith("#")), rule.message)
    return {
        "id": rule.code,
        "name": rule.name.title().replace("-", ""),
        "shortDescription": _message(rule.message),
        "fullDescription": _message(shorten(first, _LONGEST, placeholder="...")),
        "help": {"text": rule.page, "markdown": rule.page},
        **({"helpUri": rule.url} if rule.url else {}),
        "defaultConfiguration": {"level": rule.level},
    }


def _notification(error: str) -> dict[str, Any]:
    file, position = place_of(error) or (None, None)
    span = Span(position, position) if position else None
    where = [_location(file, span)] if file else []
    return {"level": "error", "message": _message(error), "locations": where}


def _result(finding: Finding) -> dict[str, Any]:
    location = _location(finding.filename, finding.span)
    if finding.function:
        name = {"fullyQualifiedName": finding.function, "kind": "function"}
        location["logicalLocations"] = [name]
    result = {
        "level": finding.level,
        "message": _message(finding.message),
        "locations": [location],
    }
    if finding.trace:
        steps = [_step(number, step) for number, step in enumerate(finding.trace, 1)]
        result["codeFlows"] = [{"threadFlows": [{"locations": steps}]}]
    if finding.fix and finding.fix.edits:
        result["fixes"] = [_fix(finding.fix, finding.fix.filename or finding.filename)]
    return result


def _step(number: int, step: Step) -> dict[str, Any]:
    return {
        "executionOrder": number,
        "importance": _IMPORTANCE[step.kind],
        "kinds": [step.kind],
        "nestingLevel": step.depth,
        "location": {"message": _message(step.message), **_location(step.filename, step.span)},
    }


def _fix(fix: Fix, filename: str) -> dict[str, Any]:
    unsafe = " (unsafe)" if fix.applicability is Applicability.UNSAFE else ""
    change = {
        "artifactLocation": _artifact(filename),
        "replacements": [_replacement(edit) for edit in fix.edits],
    }
    return {"description": _message(f"{fix.message}{unsafe}"), "artifactChanges": [change]}


def _replacement(edit: Edit) -> dict[str, Any]:
    return {
        "deletedRegion": _region(Span(edit.start, edit.end)),
        "insertedContent": {"text": edit.content},
    }


def _location(filename: str, span: Span | None) -> dict[str, Any]:
    """A place in a file, or the file as a whole."""
    region = {"region": _region(span)} if span else {}
    return {"physicalLocation": {"artifactLocation": _artifact(filename), **region}}


def _artifact(filename: str) -> dict[str, str]:
    path = Path(filename)
    if path.is_absolute():  # it was given so, and is outside the working folder
        return {"uri": path.as_uri()}
    return {"uri": quote(filename, errors="surrogateescape"), "uriBaseId": "%SRCROOT%"}


def _region(span: Span) -> dict[str, int]:
    (row, column), (end_row, end_column) = span
    return {
        "startLine": row,
        "startColumn": column,
        "endLine": end_row,
        "endColumn": end_column,
    }


def _message(text: str) -> dict[str, str]:
    """A plain text message; what looks like a link in it shall not become one."""
    return {"text": _LINK.sub(r"\\[", text)}
