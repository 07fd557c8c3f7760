"""One file: gates, rules, findings, suppression."""

from __future__ import annotations

from ctxlint.config import Settings
from ctxlint.finding import Finding
from ctxlint.source import SourceFile


def check(file: SourceFile, settings: Settings) -> list[Finding]:
    """The findings of one file, sorted, without those that a noqa comment suppresses.

    Raises SourceError for a file that has a candidate and is not Python.
    """
    return []
