"""One file: gates, rules, findings, suppression."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from ctxlint.config import Settings
from ctxlint.finding import Finding
from ctxlint.rules import RULES, Rule
from ctxlint.source import SourceFile, too_deep
from ctxlint.suppression import unsuppressed


def is_candidate(data: bytes, path: str, settings: Settings) -> bool:
    """Whether the bytes or the path of a file name what a rule looks for, or the bytes a getter."""
    return _is_candidate(lambda word: word.encode() in data, path, settings)


def _is_candidate(names: Callable[[str], bool], path: str, settings: Settings) -> bool:
    if any(map(names, settings.contract.getter_words)):
        return True  # so that its syntax errors are reported
    return any(_may_find(rule, names, path, settings) for rule in RULES)


def _may_find(rule: Rule, names: Callable[[str], bool], path: str, settings: Settings) -> bool:
    """Whether a file, with its path, has a word from each group that triggers a rule."""
    groups = rule.triggers(settings)
    return all(any(word in path or names(word) for word in group) for group in groups)


def rules_for(
    file: SourceFile, settings: Settings, *, is_test: bool, gates: bool = True
) -> Iterator[Rule]:
    """The selected rules that may find something in a file."""
    for rule in RULES:
        wanted = settings.selects(rule.code)
        if is_test and not rule.in_tests and not settings.include_tests:
            wanted = False
        names = file.text.__contains__
        if wanted and (not gates or _may_find(rule, names, file.path, settings)):
            yield rule


class Checked(NamedTuple):
    """The findings of one file: those that are open, and those that a noqa comment suppresses."""

    findings: list[Finding]
    suppressed: list[Finding]


def check(
    file: SourceFile, settings: Settings, *, is_test: bool = False, gates: bool = True
) -> list[Finding]:
    """The findings of one file, sorted, without those that a noqa comment suppresses.

    `gates=False` skips the search for words, which must change nothing. Raises SourceError for a
    candidate that is not Python, or is nested too deeply.
    """
    return check_all(file, settings, is_test=is_test, gates=gates).findings


def check_all(
    file: SourceFile, settings: Settings, *, is_test: bool = False, gates: bool = True
) -> Checked:
    """As `check`, with the suppressed findings beside the open ones."""
    if gates and not _is_candidate(file.text.__contains__, file.path, settings):
        return Checked([], [])
    try:
        assert file.tree is not None
        rules = rules_for(file, settings, is_test=is_test, gates=gates)
        found = [finding for rule in rules for finding in rule.check(file, settings)]
    except RecursionError:
        raise too_deep(file.path) from None
    found.sort(key=lambda finding: finding.sort_key)
    open_ = found if settings.disable_noqa else unsuppressed(found, file)
    return Checked(open_, [finding for finding in found if finding not in open_])
