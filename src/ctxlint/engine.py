"""One file: gates, rules, findings, suppression."""

from __future__ import annotations

from collections.abc import Iterator

from ctxlint.config import Settings
from ctxlint.finding import Finding
from ctxlint.rules import RULES, Rule
from ctxlint.source import SourceFile, too_deep
from ctxlint.suppression import unsuppressed


def is_candidate(data: bytes, settings: Settings) -> bool:
    """Whether the bytes of a file name anything that a rule looks for first."""
    return any(word.encode() in data for word in _first_words(settings))


def _first_words(settings: Settings) -> set[str]:
    return {word for rule in RULES for word in rule.triggers(settings)[0]}


def rules_for(
    file: SourceFile, settings: Settings, *, is_test: bool, gates: bool = True
) -> Iterator[Rule]:
    """The selected rules that may find something in a file."""
    for rule in RULES:
        wanted = settings.selects(rule.code)
        if is_test and not rule.in_tests and not settings.include_tests:
            wanted = False
        groups = rule.triggers(settings) if gates else ()
        if wanted and all(any(word in file.text for word in group) for group in groups):
            yield rule


def check(
    file: SourceFile, settings: Settings, *, is_test: bool = False, gates: bool = True
) -> list[Finding]:
    """The findings of one file, sorted, without those that a noqa comment suppresses.

    `gates=False` skips the search for words, which must change nothing. Raises SourceError for a
    file that names a getter and is not Python, or is nested too deeply.
    """
    if gates and not any(word in file.text for word in _first_words(settings)):
        return []
    try:
        assert file.tree is not None
        rules = rules_for(file, settings, is_test=is_test, gates=gates)
        found = [finding for rule in rules for finding in rule.check(file, settings)]
    except RecursionError:
        raise too_deep(file.path) from None
    return sorted(unsuppressed(found, file), key=lambda finding: finding.sort_key)
