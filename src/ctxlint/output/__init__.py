"""Output formats, one a module, imported when asked for. Of ours they see findings only."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from ctxlint.finding import Applicability, Position

if TYPE_CHECKING:
    from typing import TextIO

    from ctxlint.finding import Finding, Level

FORMATS = ("full", "concise", "json", "github", "gitlab", "sarif", "junit")
COUNTABLE = ("full", "concise", "json")  # those that --statistics has a form for
COLORS = ("auto", "always", "never")
_DOCUMENTS = ("json", "gitlab", "sarif", "junit")  # one valid document, also without findings

# The lines of a file by its name; none where its text is not available.
Lines = Callable[[str], Sequence[str]]


class RuleInfo(NamedTuple):
    """A rule as reports describe it: `page` is its Markdown page, `url` where it is on the web."""

    code: str
    name: str
    level: Level
    message: str
    page: str
    url: str | None = None


class Results(NamedTuple):
    """The report of a run.

    `findings` are open; `known` are those of the baseline, None without one; `suppressed` are
    those that noqa comments silence; `errors` has a line for each file that could not be checked.
    `unsafe_fixes`: whether unsafe fixes count as fixes to apply. `color` is one of COLORS; `links`
    has the addresses of the pages of rules, by code.
    """

    findings: Sequence[Finding]
    lines: Lines
    unsafe_fixes: bool = False
    known: Sequence[Finding] | None = None
    suppressed: Sequence[Finding] = ()
    errors: Sequence[str] = ()
    rules: Sequence[RuleInfo] = ()
    version: str = ""
    color: str = "auto"
    links: Mapping[str, str] = MappingProxyType({})


def write(name: str, results: Results, out: TextIO) -> None:
    """Write `results` to `out` in the format `name`, one of FORMATS."""
    if not results.findings and name not in _DOCUMENTS:
        return  # nothing to show: spare the import
    import_module(f"{__name__}.{name}").write(results, out)


_ERROR = re.compile(r"(.+?)(?::(\d+):(\d+))?: .+", re.DOTALL)


def place_of(error: str) -> tuple[str, Position | None] | None:
    """The file that a line of `Results.errors` begins with, and the position if it has one."""
    match = _ERROR.fullmatch(error)
    if match is None:
        return None
    return match[1], Position(int(match[2]), int(match[3])) if match[2] else None


def applies(finding: Finding, unsafe_fixes: bool) -> bool:
    """Whether `ctxlint fix` would fix this finding as the settings are."""
    fix = finding.fix
    return fix is not None and (unsafe_fixes or fix.applicability is Applicability.SAFE)


def printable(text: str, keep: str = "") -> str:
    """`text` with all but `keep` escaped that a terminal would obey rather than show."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(char if char in keep else _escaped(char) for char in text)


def _escaped(char: str) -> str:
    """One character; those that control, format, or break lines become escape sequences."""
    import unicodedata  # noqa: PLC0415 - little text has such a character

    if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"}:
        return char.encode("unicode_escape").decode()
    return char
