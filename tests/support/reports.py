"""Reports of hand-made findings, as the output formats and the counts write them."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from support.sample_findings import ERRORS, KNOWN, OPEN, SOURCES, SUPPRESSED

from ctxlint import output
from ctxlint.finding import Level

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctxlint.finding import Finding

SCHEMAS = Path(__file__).parents[1] / "schemas"
RULES = (
    output.RuleInfo(
        "CTX101",
        "generated-session-id",
        Level.ERROR,
        "a generated ID reaches a session getter",
        "# generated-session-id (CTX101)\n\n## What it does\n\nFinds `<a>`\nof a getter.\n\nMore.",
    ),
    output.RuleInfo(
        "CTX301", "dead-context-import", Level.NOTE, "an import is unused", "# No paragraph\n"
    ),
)
EVERYTHING: dict[str, Any] = {
    "known": [KNOWN],
    "suppressed": [SUPPRESSED],
    "errors": ERRORS,
    "rules": RULES,
    "version": "1.2.3",
}


def results(findings: Sequence[Finding] = OPEN, **fields: Any) -> output.Results:
    return output.Results(findings, lambda name: SOURCES.get(name, ()), **fields)


def report(name: str, findings: Sequence[Finding] = OPEN, **fields: Any) -> str:
    """What the format `name` writes."""
    out = io.StringIO()
    output.write(name, results(findings, **fields), out)
    return out.getvalue()


def document(name: str, findings: Sequence[Finding] = OPEN, **fields: Any) -> Any:
    """The same, read as JSON."""
    return json.loads(report(name, findings, **fields))


def schema(name: str) -> Any:
    return json.loads((SCHEMAS / f"{name}.json").read_text(encoding="utf-8"))
