"""One file: gates, rules, findings, suppression."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from itertools import chain
from typing import NamedTuple

from ctxlint.config.settings import Settings
from ctxlint.contract.contract import Summary
from ctxlint.finding import Finding
from ctxlint.project.text_search import has_any
from ctxlint.rules.base import Rule
from ctxlint.rules.registry import DETECTORS, FLOW_RULE, RULES, UNUSED_SUPPRESSION
from ctxlint.source import SourceFile, deep_enough, too_deep

Contains = Callable[[str], bool]  # whether a text has a word


def is_candidate(data: bytes, path: str, settings: Settings) -> bool:
    """Whether the bytes or the path of a file name what a rule looks for, or the bytes a getter."""
    needed = _gate(settings).needed
    if not any(word in path for word in needed) and not has_any(data, needed):
        return False  # as most
    return _is_candidate(lambda word: word.encode() in data, path, settings)


def _is_candidate(names: Contains, path: str, settings: Settings) -> bool:
    return _must_parse(names, path, settings) or _may_find(
        UNUSED_SUPPRESSION, names, path, settings
    )


def _must_parse(names: Contains, path: str, settings: Settings) -> bool:
    """Whether the syntax errors of a file are reported, be the rules selected or not."""
    if settings.contract.names_getter(names):
        return True
    return any(_may_find(rule, names, path, settings) for rule in DETECTORS)


def _may_find(rule: Rule, names: Contains, path: str, settings: Settings) -> bool:
    """Whether a file, with its path, has a word from each group that triggers a rule."""
    groups = _gate(settings).triggers[rule.code]
    if not all(any(word in path or names(word) for word in group) for group in groups):
        return False
    return rule is not FLOW_RULE or settings.contract.leads_to_getter(names)


class _Gate(NamedTuple):
    """The words that rules look for: the triggers of each, and those of candidates."""

    settings: Settings
    triggers: dict[str, tuple[tuple[str, ...], ...]]
    needed: tuple[str, ...]


_known: dict[int, _Gate] = {}  # the last, by the identity of its settings


def _gate(settings: Settings) -> _Gate:
    """The words of all rules, made once for the many files in a row that share their settings."""
    known = _known.get(id(settings))
    if known is None or known.settings is not settings:
        _known.clear()
        triggers = {rule.code: rule.triggers(settings) for rule in RULES}
        rarest = [min(groups, key=_commonness, default=("",)) for groups in triggers.values()]
        needed = dict.fromkeys(chain(settings.contract.getter_words, *rarest))
        known = _known[id(settings)] = _Gate(settings, triggers, (*needed,))
    return known


def _commonness(words: tuple[str, ...]) -> tuple[int, int]:
    """About how often a file has one of some words: more often if they are many and short."""
    return len(words), -min(map(len, words), default=0)


def runs(rule: Rule, settings: Settings, *, is_test: bool) -> bool:
    """Whether a rule is selected, and is one for such files."""
    if is_test and not rule.in_tests and not settings.include_tests:
        return False
    return settings.selects(rule.code)


class Reach(NamedTuple):
    """The names in a file by which others reach a getter, and how many calls of its own do.

    With the `summaries` of its functions of these names. It `is_closed` where its calls into other
    files are not followed.
    """

    sink_wrappers: frozenset[str] = frozenset()
    calls: int = 0
    is_closed: bool = False
    summaries: frozenset[Summary] = frozenset()


class Checked(NamedTuple):
    """The findings of one file: those that are open, and those that a noqa comment suppresses."""

    findings: list[Finding]
    suppressed: list[Finding]
    reach: Reach = Reach()


def check(
    file: SourceFile,
    settings: Settings,
    *,
    is_test: bool = False,
    gates: bool = True,
    edits: bool = True,
) -> list[Finding]:
    """The findings of one file, sorted, without those that a noqa comment suppresses.

    `gates=False` skips the search for words, which must change nothing. Fixes have their edits if
    `edits`, unless nobody in the run wants them. Raises SourceError for a candidate that is not
    Python, or is nested too deeply.
    """
    return check_all(file, settings, is_test=is_test, gates=gates, edits=edits).findings


def check_all(
    file: SourceFile,
    settings: Settings,
    *,
    is_test: bool = False,
    gates: bool = True,
    edits: bool = True,
) -> Checked:
    """As `check`, with the suppressed findings beside the open ones."""
    edits = edits and (file.modules is None or file.modules.edits)
    names: Contains = file.text.__contains__ if gates else lambda _: True
    if not _is_candidate(names, file.path, settings):
        return Checked([], [])
    ran = {rule.code for rule in RULES if runs(rule, settings, is_test=is_test)}
    try:
        found = deep_enough(lambda: list(_found(file, settings, ran, names, edits)))
        wrappers = deep_enough(lambda: reach(file, settings))
    except RecursionError:
        raise too_deep(file.path) from None
    found.sort(key=lambda finding: finding.sort_key)
    kept = set(map(id, found if settings.disable_noqa else _unsuppressed(found, file)))
    open_ = [finding for finding in found if id(finding) in kept]
    suppressed = [finding for finding in found if id(finding) not in kept]
    return Checked(open_, suppressed, wrappers)


def _unsuppressed(findings: list[Finding], file: SourceFile) -> Iterator[Finding]:
    """The findings that no noqa comment suppresses in their file."""
    from ctxlint.findings.noqa import unsuppressed  # noqa: PLC0415 - most files have no finding

    by_name: dict[str, list[Finding]] = {}
    for finding in findings:
        by_name.setdefault(finding.filename, []).append(finding)
    for name, there in by_name.items():
        other = file if name == file.path or not file.modules else file.modules.checked(name)
        yield from unsuppressed(there, other)


def reach(file: SourceFile, settings: Settings) -> Reach:
    """The functions of a file that lead to a getter; none where files are not joined."""
    is_joined = settings.contract.sink_wrappers is not None
    if not is_joined or not _may_find(FLOW_RULE, file.text.__contains__, file.path, settings):
        return Reach()
    from ctxlint.flow import analyse, sink_wrappers, summaries_of  # noqa: PLC0415 - few have a getter

    flow = analyse(file, settings.contract, whole=False)
    calls = (flow.getter_calls | flow.sinks.keys()) & file.parents.keys()
    names = sink_wrappers(flow)
    return Reach(names, len(calls), flow.is_closed, summaries_of(flow, names))


def _found(
    file: SourceFile, settings: Settings, ran: Collection[str], names: Contains, edits: bool
) -> Iterator[Finding]:
    """The findings of the rules with these codes, suppressed or not."""
    if _must_parse(names, file.path, settings):
        assert file.tree is not None
    rules = [rule for rule in DETECTORS if rule.code in ran]
    may_find = [rule for rule in rules if _may_find(rule, names, file.path, settings)]
    found = [finding for rule in may_find for finding in rule.check(file, settings, edits=edits)]
    yield from found
    if UNUSED_SUPPRESSION.code in ran and not settings.disable_noqa:
        yield from UNUSED_SUPPRESSION.check(file, _suppressible(file, settings, found), ran)


def _suppressible(
    file: SourceFile, settings: Settings, found: Collection[Finding]
) -> Iterator[tuple[int, str]]:
    """The row and code of what noqa comments may suppress, even if only found from another file."""
    for finding in found:
        if finding.filename == file.path:
            yield finding.span.start.row, finding.code
    from ctxlint.flow import analyse, escaping_ids  # noqa: PLC0415 - as above

    for row in escaping_ids(analyse(file, settings.contract)):
        yield row, FLOW_RULE.code
