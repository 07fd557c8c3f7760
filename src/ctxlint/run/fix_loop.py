"""Apply fixes to the text of a file, to a fixpoint, and only if the result is sound."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from ctxlint.config.settings import Settings
from ctxlint.finding import Applicability, Edit, Finding
from ctxlint.rules.registry import RULES
from ctxlint.run.check_file import check
from ctxlint.source import SourceError, SourceFile

if TYPE_CHECKING:
    from ctxlint.remedy.plan import Plan
    from ctxlint.rules.base import Rule

_MAX_ROUNDS = 20  # one fix may uncover another, but not for ever


@dataclass(frozen=True, slots=True)
class Fixed:
    """A file after its fixes: the new text, what was fixed, what remains (positions in `text`)."""

    text: str
    fixed: tuple[Finding, ...]
    remaining: tuple[Finding, ...]


class Round(NamedTuple):
    """One round of fixes: the file before it, the text after it, and the plan if there was one."""

    file: SourceFile
    text: str
    plan: Plan | None


def fix(
    file: SourceFile,
    settings: Settings,
    *,
    is_test: bool = False,
    rounds: list[Round] | None = None,
) -> Fixed:
    """Apply the safe fixes of `file`, and the unsafe ones if the settings say so.

    `rounds` gets each round, for those who carry the fixes out on a tree of their own.
    Raises SourceError for a file that cannot be analysed, and rather than return a text that is no
    longer Python or in which a statement changed that no edit was meant for.
    """
    fixed: list[Finding] = []
    for _ in range(_MAX_ROUNDS):
        findings = check(file, settings, is_test=is_test, edits=False)
        fixable = _fixable(file, settings, findings)
        if fixable is None:
            break
        rule, done, edits = fixable
        text = apply(edits, file)
        _verify(file, text, edits)
        if rounds is not None:
            rounds.append(Round(file, text, rule.plan(file, settings, done)))
        fixed += done
        file = rewritten(file, text)
    if any(finding.fix for finding in findings):  # usually there are none
        findings = check(file, settings, is_test=is_test)
    return Fixed(file.text, tuple(fixed), tuple(findings))


def _fixable(
    file: SourceFile, settings: Settings, findings: list[Finding]
) -> tuple[Rule, list[Finding], tuple[Edit, ...]] | None:
    """The first rule that has findings to fix, these, and the edits that fix them together."""
    wanted = {Applicability.SAFE, *([Applicability.UNSAFE] if settings.unsafe_fixes else [])}
    for rule in RULES:
        fixable = [
            f
            for f in findings
            if f.code == rule.code
            and f.fix
            and f.fix.applicability in wanted
            and f.fix.filename in (None, file.path)
        ]
        if fixable and (edits := rule.edits(file, settings, fixable)):
            return rule, fixable, edits
    return None


def apply(edits: Sequence[Edit], file: SourceFile) -> str:
    """The text of `file` after `edits`, which must not overlap."""
    parts: list[str] = []
    end = 0
    for edit in sorted(edits):
        start = file.offset(edit.start)
        if start < end:
            raise SourceError(file.path, "two edits overlap", "please report this", edit.start)
        parts += [file.text[end:start], edit.content]
        end = file.offset(edit.end)
    return "".join([*parts, file.text[end:]])


def rewritten(file: SourceFile, text: str) -> SourceFile:
    """`file` with another text; raise SourceError where it would be read as something else."""
    try:
        again = SourceFile.from_bytes(file.path, file.encode(text))
    except UnicodeEncodeError as error:
        what = f"{error.object[error.start]!r} cannot be written in {file.encoding}"
        raise SourceError(file.path, what, "choose other words or save it as UTF-8") from None
    except UnicodeError:  # as some codecs have it, without a place
        what = f"the new text cannot be written in {file.encoding}"
        raise SourceError(file.path, what, "save it as UTF-8") from None
    if again.text != text:  # a comment has come to declare an encoding
        what = f"would no longer be read as {file.encoding}"
        raise SourceError(file.path, what, "declare its encoding in line 1; nothing is written")
    return replace(file, text=text)


def _verify(file: SourceFile, text: str, edits: Sequence[Edit]) -> None:
    """Raise SourceError unless `text` is sound: it compiles and keeps what no edit touches."""
    position = min(edits).start
    try:
        compile(text, file.path, "exec", ast.PyCF_ONLY_AST, dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        what = f"the fix would not parse ({error})"
        raise SourceError(
            file.path, what, "please report this; nothing is written", position
        ) from None
    touched = {row for edit in edits for row in range(edit.start.row, edit.end.row + 1)}
    new = iter(_statements(replace(file, text=text).tree))
    old = (
        s
        for s in _statements(file.tree)
        if not touched & set(range(s.lineno, (s.end_lineno or 0) + 1))
    )
    for statement in old:
        dump = ast.dump(statement)
        if not any(ast.dump(other) == dump for other in new):
            what = f"the fix would change line {statement.lineno}, which it must not touch"
            raise SourceError(file.path, what, "please report this; nothing is written", position)


def _statements(tree: ast.Module) -> list[ast.stmt]:
    """The simple statements of a module, in source order."""
    found = [n for n in ast.walk(tree) if isinstance(n, ast.stmt) and not hasattr(n, "body")]
    return sorted(found, key=lambda s: (s.lineno, s.col_offset))
