"""CTX001: a noqa comment names a code of ctxlint that suppresses nothing there."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence

from ctxlint.config.settings import Settings
from ctxlint.config.value_types import nearest
from ctxlint.finding import Applicability, Edit, Finding, Fix, Span
from ctxlint.findings.noqa import Code, Line, is_switched_off, noqa_lines, noqas, removal
from ctxlint.project.scopes import Names, names_of
from ctxlint.rules.base import SuppressionRule
from ctxlint.source import SourceFile

_OURS = re.compile(r"CTX[0-9]")
_UNFIXED = "the rest of the comment would have a different meaning"


def check(
    rule: SuppressionRule, file: SourceFile, used: Iterable[tuple[int, str]], ran: Collection[str]
) -> Iterator[Finding]:
    """One finding for each code, at the code.

    `used` has the row and code of all that noqa comments may suppress, and `ran` the codes of
    the rules that ran: no others are judged. `# flake8: noqa` switches this rule off as well.
    """
    codes = (code for noqa in noqas(file.text) for code in noqa.codes)
    if not any(_OURS.match(code.name) for code in codes) or is_switched_off(file.lines):
        return
    names = names_of(file)
    lines = noqa_lines(file)
    there: dict[Line, list[str]] = defaultdict(list)
    for row, suppressible in used:
        there[lines[row]].append(suppressible)
    for line in dict.fromkeys(lines.values()):
        for code, reason in _unused(rule, line, there[line], ran):
            yield _finding(rule, code, reason, line, names, file)


def edits(
    rule: SuppressionRule, file: SourceFile, settings: Settings, findings: Sequence[Finding]
) -> tuple[Edit, ...]:
    """The fixes together, so that a comment goes if all of its codes do."""
    lines = noqa_lines(file)
    gone: dict[Line, list[int]] = defaultdict(list)
    for finding in findings:
        line = lines[finding.span.start.row]
        gone[line].append(file.offset(finding.span.start) - line.offset)
    # Where they cannot go together, the others are judged again once the first is gone.
    edits = (
        removal(line, starts, file) or removal(line, starts[:1], file)
        for line, starts in gone.items()
    )
    return tuple(edit for edit in edits if edit)


def _unused(
    rule: SuppressionRule, line: Line, found: Collection[str], ran: Collection[str]
) -> Iterator[tuple[Code, str]]:
    """The codes in the comment of a line that suppress none of the codes `found`, and why."""
    if line.comment is None:
        return
    for noqa in noqas(line.text, line.comment):
        left = set(found) if noqa == line.noqa else set()
        for code in noqa.codes:
            suppressed = {one for one in left if one.startswith(code.name)}
            left -= suppressed
            if not suppressed and _is_judged(rule, code, ran):
                yield code, _reason(rule, code, found, counts=noqa == line.noqa)


def _is_judged(rule: SuppressionRule, code: Code, ran: Collection[str]) -> bool:
    """Whether a code is ours, and every rule that it is about ran.

    What suppresses this rule is not: it would be used by the finding that calls it unused.
    """
    if not _OURS.match(code.name) or rule.code.startswith(code.name):
        return False
    return all(one in ran for one in rule.known if one.startswith(code.name))


def _reason(rule: SuppressionRule, code: Code, found: Collection[str], *, counts: bool) -> str:
    """Why a code suppresses nothing; `counts`: whether its noqa is the one that does."""
    if not any(one.startswith(code.name) for one in rule.known):
        near = nearest(code.name, [*rule.known, rule.code], cutoff=0)
        return f"no such code, did you mean {near}?"
    if not any(one.startswith(code.name) for one in found):
        return "no such finding starts on this line"
    return (
        "an earlier code suppresses the same" if counts else "only the first noqa of a line counts"
    )


def _finding(
    rule: SuppressionRule, code: Code, reason: str, line: Line, names: Names, file: SourceFile
) -> Finding:
    """The finding at one code, with its fix or the reason for none."""
    start, end = (file.position(line.offset + index) for index in (code.start, code.end))
    edit = removal(line, [code.start], file)
    return Finding(
        code=rule.code,
        name=rule.name,
        level=rule.level,
        message=f"{code.name} suppresses nothing: {reason}",
        filename=file.path,
        span=Span(start, end),
        function=names.function_at(start.row),
        fix=Fix(Applicability.SAFE, f"remove {code.name}", (edit,)) if edit else None,
        unfixed_reason=None if edit else _UNFIXED,
    )
