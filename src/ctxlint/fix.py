"""Apply fixes to a file's text, to a fixpoint."""

from __future__ import annotations

from dataclasses import dataclass

from ctxlint.config import Settings
from ctxlint.engine import check
from ctxlint.finding import Finding
from ctxlint.source import SourceFile


@dataclass(frozen=True, slots=True)
class Fixed:
    """A file after its fixes: the new text, what was fixed, what remains (positions in `text`)."""

    text: str
    fixed: tuple[Finding, ...]
    remaining: tuple[Finding, ...]


def fix(file: SourceFile, settings: Settings) -> Fixed:
    """Apply the safe fixes of `file` (the unsafe ones too if the settings say so)."""
    return Fixed(file.text, (), tuple(check(file, settings)))
