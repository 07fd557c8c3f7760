"""The success criteria of an audit: a checklist whose boxes are ticked by what was measured."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ctxlint.finding import Level
from ctxlint.output.summary import count
from ctxlint.rules.registry import DEAD_IMPORT, FLOW_RULE, MOCK_REQUEST


def criteria(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Each criterion, the fact that decides, and whether it is met: None if that is not known.

    It is not if the rule did not run, or there was nothing that it is about.

    What noqa comments suppress or a baseline lists is there all the same: it counts.
    """
    return [
        {"criterion": text, **_verdict(code, against, fact, document)}
        for text, code, against, fact in _judged(document)
    ]


def _verdict(code: str, against: int, fact: str, document: dict[str, Any]) -> dict[str, Any]:
    if code and code not in document["rules"]:
        return {"met": None, "fact": "not checked: the rule is off"}
    if code == FLOW_RULE.code and not against and not document["summary"]["getter_calls"]:
        return {"met": None, "fact": "nothing to check: no call of a session getter was seen"}
    return {"met": not against, "fact": fact}


def _judged(document: dict[str, Any]) -> Iterator[tuple[str, str, int, str]]:
    """Each criterion, the code of its rule, how many findings speak against it, and the total."""
    summary, flow = document["summary"], FLOW_RULE.code
    calls, generated = summary["getter_calls"], summary["generated_calls"]
    found = [finding for finding in document["findings"] if finding["code"] == flow]
    rows = document["components"]
    components = [row for row in rows if row["getter_calls"] or row["findings"][flow]]
    wrong = sum(bool(row["generated_calls"] or row["findings"][flow]) for row in components)
    text = "Every component uses the existing session"
    fact = f"{len(components) - wrong} of {count(len(components), 'component')}"
    yield text, flow, wrong, fact
    text = "No getter call in production code receives a generated ID"
    fact = f"{generated} of {count(calls, 'call')} can receive one"
    if found and not generated:  # the calls are in files that were not checked
        fact += f", {count(len(found), 'finding')} elsewhere"
    yield text, flow, len(found), fact
    lost = [finding for finding in found if finding["level"] == Level.ERROR]
    text = "Every conversation keeps its thread"
    yield text, flow, len(lost), f"{_functions(lost)} can open another"
    text = "No context is opened and then lost"
    yield text, flow, len(found), f"{_functions(found)} can open one"
    for text, rule in (
        ("No WebSocket code builds a mock request", MOCK_REQUEST),
        ("No deprecated getter is imported without being used", DEAD_IMPORT),
    ):
        number = summary["findings"][rule.code]
        yield text, rule.code, number, count(number, "finding")
    errors = len(document["errors"])
    yield "Every file could be analysed", "", errors, count(errors, "error")


def _functions(findings: Sequence[dict[str, Any]]) -> str:
    """In how many functions these findings are; the code of a module outside them is one."""
    return count(len({(f["filename"], f["function"]) for f in findings}), "function")
