"""Output formats, one a module, imported when asked for. Of ours they see findings only."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import TYPE_CHECKING

from ctxlint.finding import Applicability

if TYPE_CHECKING:
    from typing import TextIO

    from ctxlint.finding import Finding

FORMATS = ("full", "concise", "json")
_DOCUMENTS = ("json",)  # one valid document, also without findings

# The lines of a file by its name; none where its text is not at hand.
Lines = Callable[[str], Sequence[str]]


def write(
    name: str, findings: Sequence[Finding], out: TextIO, *, lines: Lines, unsafe_fixes: bool
) -> None:
    """Write `findings` to `out` in the format `name`, one of FORMATS.

    `unsafe_fixes`: whether unsafe fixes count as fixes to apply.
    """
    if not findings and name not in _DOCUMENTS:
        return  # nothing to show: spare the import
    module = import_module(f"{__name__}.{name}")
    module.write(findings, out, lines=lines, unsafe_fixes=unsafe_fixes)


def applies(finding: Finding, unsafe_fixes: bool) -> bool:
    """Whether `ctxlint fix` would fix this finding as the settings are."""
    fix = finding.fix
    return fix is not None and (unsafe_fixes or fix.applicability is Applicability.SAFE)


def printable(text: str) -> str:
    """`text` with everything escaped that a terminal would obey rather than show."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_escaped(char) for char in text)


def _escaped(char: str) -> str:
    """One character; those that control, format, or break lines become escape sequences."""
    if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"}:
        return char.encode("unicode_escape").decode()
    return char
