"""The document of an audit in words and pages."""

from __future__ import annotations

from ctxlint.audit.measure import Document
from ctxlint.output.summary import count
from ctxlint.pages import render, right
from ctxlint.rules.registry import FLOW_RULE, RULES

_TEMPLATES = {"markdown": "audit.md.j2", "html": "audit.html.j2"}
_STATUSES = {
    "open": "open",
    "suppressed": "suppressed by a noqa comment",
    "baseline": "known in the baseline",
}
_FORMULA = (
    "A getter call in production code is right if no generated ID can reach it. A call whose "
    "finding is suppressed or in the baseline counts as wrong."
)


def report(document: Document, output_format: str) -> str:
    """The page of an audit, `markdown` or `html`."""
    findings = [{**entry, "number": n} for n, entry in enumerate(document["findings"], 1)]
    return render(
        _TEMPLATES[output_format],
        audit={**document, "findings": findings},
        anchors={entry["filename"]: entry["number"] for entry in reversed(findings)},
        headline=headline(document),
        formula=_FORMULA,
        statuses=_STATUSES,
        names={rule.code: rule.name for rule in RULES},
    )


def headline(document: Document) -> str:
    """The result of an audit in one sentence."""
    summary = document["summary"]
    calls, generated = summary["getter_calls"], summary["generated_calls"]
    if FLOW_RULE.code not in document["rules"]:
        return f"Getter calls were not judged: {FLOW_RULE.code} is off."
    if not calls:
        found = summary["findings"][FLOW_RULE.code]
        others = f", but {count(found, 'finding')} of calls elsewhere" if found else ""
        return f"No call of a session getter in {count(summary['files'], 'file')}{others}."
    return (
        f"{right(summary)} right: {calls - generated} of {count(calls, 'getter call')} "
        f"cannot receive a generated ID."
    )
