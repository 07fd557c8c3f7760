"""Findings as diagnostics."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from importlib import resources
from typing import NamedTuple

from lsprotocol import types

from ctxlint.finding import Finding, Level, Position
from ctxlint.rules.base import Rule
from ctxlint.rules.registry import DEAD_IMPORT, RULES, UNUSED_SUPPRESSION
from ctxlint.server.file_findings import FileFindings
from ctxlint.server.positions import range_of, to_client
from ctxlint.server.uris import uri_of

SOURCE = "ctxlint"
_ERROR, _WARNING = types.DiagnosticSeverity.Error, types.DiagnosticSeverity.Warning
_SEVERITIES = {
    Level.ERROR: _ERROR,
    Level.WARNING: _WARNING,
    Level.NOTE: types.DiagnosticSeverity.Information,
}
_UNUSED = (DEAD_IMPORT.code, UNUSED_SUPPRESSION.code)  # what they find may go, unless it is worse
_ERROR_LINE = re.compile(r"(.*?):(\d+):(\d+): (.*)", re.DOTALL)


class Client(NamedTuple):
    """The capabilities of a client that matter to diagnostics and edits."""

    encoding: str = types.PositionEncodingKind.Utf16
    has_related: bool = False
    has_unnecessary: bool = False
    has_links: bool = False
    has_versions: bool = False  # edits may say which version of a text they are of


class Context(NamedTuple):
    """The lines and URIs of the files that findings name, by that name."""

    client: Client
    lines: Callable[[str], Sequence[str]]
    uri: Callable[[str], str]


def diagnostics_of(found: FileFindings, context: Context) -> list[types.Diagnostic]:
    """The diagnostics of a file: its findings, and its error if any."""
    diagnostics = [diagnostic(one, found.lines, context) for one in found.findings]
    if found.error:
        _, diagnosed = error_diagnostic(found.error, found.lines, context.client.encoding)
        diagnostics.append(diagnosed)
    return diagnostics


def diagnostic(finding: Finding, lines: Sequence[str], context: Context) -> types.Diagnostic:
    """A finding as a diagnostic; `lines` are those of its file."""
    client = context.client
    is_unused = finding.code in _UNUSED and finding.level is not Level.ERROR
    page = finding.url or page_uri(finding.code) if client.has_links else None
    return types.Diagnostic(
        range=range_of(finding.span, lines, client.encoding),
        message="\n".join(filter(None, (finding.message, finding.help))),
        severity=_SEVERITIES[finding.level],
        code=finding.code,
        code_description=types.CodeDescription(page) if page else None,
        source=SOURCE,
        tags=[types.DiagnosticTag.Unnecessary] if is_unused and client.has_unnecessary else None,
        related_information=[*_related(finding, lines, context)] if client.has_related else None,
    )


def _related(
    finding: Finding, lines: Sequence[str], context: Context
) -> Iterator[types.DiagnosticRelatedInformation]:
    """The steps of a trace, in this file or in others."""
    for step in finding.trace:
        is_here = step.filename == finding.filename
        there = lines if is_here else context.lines(step.filename)
        place = range_of(step.span, there, context.client.encoding)
        location = types.Location(context.uri(step.filename), place)
        yield types.DiagnosticRelatedInformation(location, step.message)


def error_diagnostic(
    line: str, lines: Sequence[str] = (), encoding: str = types.PositionEncodingKind.Utf16
) -> tuple[str, types.Diagnostic]:
    """The path of the file that a line like `a.py:1:2: what, cure` is about, and what it says.

    It may be about the file as a whole: `a.py: what, cure`.
    """
    match = _ERROR_LINE.fullmatch(line)
    whole, _, said = line.partition(": ")
    name, row, column, text = match.groups() if match else (whole, "1", "1", said)
    start = to_client(Position(int(row), int(column)), lines, encoding)
    end = types.Position(start.line, start.character + 1)
    diagnosed = types.Diagnostic(types.Range(start, end), text, _ERROR, source=SOURCE)
    return os.path.abspath(name), diagnosed


def settings_diagnostics(
    troubles: Iterable[str], notices: Iterable[str], encoding: str
) -> dict[str, list[types.Diagnostic]]:
    """The diagnostics of files of settings, by path: what is wrong with them."""
    found: dict[str, list[types.Diagnostic]] = {}
    for severity, told in ((_ERROR, troubles), (_WARNING, notices)):
        for line in told:
            path, diagnosed = error_diagnostic(line, _lines_of(line), encoding)
            diagnosed.severity = severity
            found.setdefault(path, []).append(diagnosed)
    return found


def _lines_of(line: str) -> list[str]:
    """The lines of the file that a line such as `a.toml:1:2: what` is about, as it is on disk."""
    match = _ERROR_LINE.fullmatch(line)
    try:
        with open(match[1] if match else "", encoding="utf-8", errors="replace") as stream:
            return stream.readlines()
    except OSError:
        return []


def rule_of(code: str) -> Rule:
    """The rule with a code."""
    return next(rule for rule in RULES if rule.code == code)


@cache
def page_uri(code: str) -> str | None:
    """The URI of the page of a rule; None where the package is not a folder."""
    name = rule_of(code).name.replace("-", "_")
    page = resources.files("ctxlint.rules") / name / f"{name}.md"
    path = str(page)
    return uri_of(path) if os.path.isfile(path) else None
