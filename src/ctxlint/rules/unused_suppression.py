"""CTX001: a noqa comment names a code of ctxlint that suppresses nothing there."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from difflib import get_close_matches
from itertools import product

from ctxlint.config import Settings
from ctxlint.finding import Applicability, Edit, Finding, Fix, Level, Span
from ctxlint.names import Names, read_names
from ctxlint.source import SourceFile
from ctxlint.suppression import Code, Line, is_switched_off, noqa_lines, noqas, removal

_PREFIX = "CTX"
_OURS = re.compile(rf"{_PREFIX}[0-9]")
_NOQA = tuple(map("".join, product("nN", "oO", "qQ", "aA")))
_UNFIXED = "what is left of the comment would mean something else"


class UnusedSuppression:
    """Finds codes in noqa comments that suppress nothing; `known` are those of the other rules."""

    code = "CTX001"
    name = "unused-suppression"
    message = "a noqa comment suppresses nothing"
    level = Level.WARNING
    in_tests = True
    fixes: tuple[Applicability, ...] = (Applicability.SAFE,)

    def __init__(self, known: Sequence[str]) -> None:
        self.known = known

    def triggers(self, settings: Settings) -> tuple[tuple[str, ...], ...]:
        """The beginning of our codes, and noqa in any case."""
        return ((_PREFIX,), _NOQA)

    def check(
        self, file: SourceFile, used: Iterable[tuple[int, str]], ran: Collection[str]
    ) -> Iterator[Finding]:
        """One finding for each code, at the code.

        `used` has the row and code of all that noqa comments may suppress, and `ran` the codes of
        the rules that ran: no others are judged. `# flake8: noqa` switches this rule off as well.
        """
        codes = (code for noqa in noqas(file.text) for code in noqa.codes)
        if not any(_OURS.match(code.name) for code in codes) or is_switched_off(file.lines):
            return
        names = read_names(file.tree)
        lines = noqa_lines(file)
        there: dict[Line, list[str]] = defaultdict(list)
        for row, suppressible in used:
            there[lines[row]].append(suppressible)
        for line in dict.fromkeys(lines.values()):
            for code, reason in self._unused(line, there[line], ran):
                yield self._finding(code, reason, line, names, file)

    def edits(
        self, file: SourceFile, settings: Settings, findings: Sequence[Finding]
    ) -> tuple[Edit, ...]:
        """The fixes together, so that a comment goes if all of its codes do."""
        lines = noqa_lines(file)
        gone: dict[Line, list[int]] = defaultdict(list)
        for finding in findings:
            line = lines[finding.span.start.row]
            gone[line].append(file.offset(finding.span.start) - line.offset)
        # Where they cannot go together, the others are judged anew once the first is gone.
        edits = (
            removal(line, starts, file) or removal(line, starts[:1], file)
            for line, starts in gone.items()
        )
        return tuple(edit for edit in edits if edit)

    def _unused(
        self, line: Line, found: Collection[str], ran: Collection[str]
    ) -> Iterator[tuple[Code, str]]:
        """The codes in the comment of a line that suppress none of the codes `found`, and why."""
        if line.comment is None:
            return
        for noqa in noqas(line.text, line.comment):
            left = set(found) if noqa == line.noqa else set()
            for code in noqa.codes:
                suppressed = {one for one in left if one.startswith(code.name)}
                left -= suppressed
                if not suppressed and self._is_judged(code, ran):
                    yield code, self._reason(code, found, counts=noqa == line.noqa)

    def _is_judged(self, code: Code, ran: Collection[str]) -> bool:
        """Whether a code is ours, and every rule that it is about ran.

        What suppresses this rule is not: it would be used by the finding that calls it unused.
        """
        if not _OURS.match(code.name) or self.code.startswith(code.name):
            return False
        return all(one in ran for one in self.known if one.startswith(code.name))

    def _reason(self, code: Code, found: Collection[str], *, counts: bool) -> str:
        """Why a code suppresses nothing; `counts`: whether its noqa is the one that does."""
        if not any(one.startswith(code.name) for one in self.known):
            near = get_close_matches(code.name, [*self.known, self.code], n=1, cutoff=0)[0]
            return f"there is no such code, did you mean {near}?"
        if not any(one.startswith(code.name) for one in found):
            return "no such finding starts on this line"
        return "a code before it does" if counts else "only the first noqa of a line counts"

    def _finding(
        self, code: Code, reason: str, line: Line, names: Names, file: SourceFile
    ) -> Finding:
        """The finding at one code, with its fix or the reason for none."""
        start, end = (file.position(line.offset + index) for index in (code.start, code.end))
        edit = removal(line, [code.start], file)
        return Finding(
            code=self.code,
            name=self.name,
            level=self.level,
            message=f"{code.name} suppresses nothing: {reason}",
            filename=file.path,
            span=Span(start, end),
            function=names.function_at(start.row),
            fix=Fix(Applicability.SAFE, f"remove {code.name}", (edit,)) if edit else None,
            unfixed_reason=None if edit else _UNFIXED,
        )
