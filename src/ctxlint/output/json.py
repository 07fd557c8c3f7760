"""The format `json`: an array of findings, for other programs to read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing import TextIO

    from ctxlint.finding import Edit, Finding, Fix, Position, Step
    from ctxlint.output import Results


def write(results: Results, out: TextIO) -> None:
    """Write one JSON document: rows and columns from 1, in code points, ends exclusive."""
    out.write(document([entry(f, results.links.get(f.code)) for f in results.findings]))


def document(value: Any) -> str:
    """One JSON document, in ASCII, so that it is valid in whatever encoding it is written."""
    return json.dumps(without_surrogates(value), indent=2) + "\n"


def without_surrogates(value: Any) -> Any:
    """`value` with lone surrogates (odd bytes of a path) escaped: strict readers refuse them."""
    if isinstance(value, str):
        return value.encode(errors="backslashreplace").decode()
    if isinstance(value, dict):
        return {key: without_surrogates(item) for key, item in value.items()}
    if isinstance(value, list):
        return [without_surrogates(item) for item in value]
    return value


def entry(finding: Finding, url: str | None) -> dict[str, Any]:
    """A finding as this format has it, with the address of the page of its rule."""
    return {
        "code": finding.code,
        "name": finding.name,
        "level": finding.level,
        "message": finding.message,
        "filename": finding.filename,
        "function": finding.function,
        "location": _position(finding.span.start),
        "end_location": _position(finding.span.end),
        "ids": list(finding.ids),
        "trace": [_step(step) for step in finding.trace],
        "fix": _fix(finding.fix, finding.filename) if finding.fix else None,
        "unfixed_reason": finding.unfixed_reason,
        "url": url,
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "kind": step.kind,
        "message": step.message,
        "filename": step.filename,
        "location": _position(step.span.start),
        "end_location": _position(step.span.end),
    }


def _fix(fix: Fix, filename: str) -> dict[str, Any]:
    return {
        "applicability": fix.applicability,
        "message": fix.message,
        "filename": fix.filename or filename,
        "edits": [_edit(edit) for edit in fix.edits],
    }


def _edit(edit: Edit) -> dict[str, Any]:
    return {
        "content": edit.content,
        "location": _position(edit.start),
        "end_location": _position(edit.end),
    }


def _position(position: Position) -> dict[str, int]:
    return {"row": position.row, "column": position.column}
