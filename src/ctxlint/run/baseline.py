"""Known findings to fix later: a file lists them, and a run leaves them out."""

from __future__ import annotations

import json
import os
import stat
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from itertools import chain
from typing import Any

from ctxlint import atomic_write
from ctxlint.config.settings import ConfigError
from ctxlint.finding import Finding
from ctxlint.findings.fingerprint import code_of
from ctxlint.project.discovery import Target
from ctxlint.rules.registry import RULES
from ctxlint.run.file_result import FileResult, Report

_VERSION = 1
_TYPES = {"path": str, "function": str | None, "code": str, "hash": str, "count": int, "text": str}
_WIDEST = 100  # characters of code that an entry shows
_CURE = "fix it, or delete it and run with --write-baseline"


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """The key of equal findings, without a line number.

    `path` is relative to the folder of the baseline; `function` is empty at module level; `hash`
    is that of the code they point at; `text` shows it to people and decides nothing.
    """

    path: str
    function: str
    code: str
    hash: str
    text: str = field(compare=False)

    def __str__(self) -> str:
        inside = f" in {self.function}" if self.function else ""
        return f"{self.path}: {self.code}{inside}: {self.text}"


@dataclass(frozen=True, slots=True)
class Baseline:
    """The entries of one baseline, counted, and the file that lists them."""

    file: str
    counts: Counter[Entry]

    @property
    def folder(self) -> str:
        """Where the paths of its entries begin."""
        return os.path.dirname(os.path.realpath(self.file))


# --- the file -------------------------------------------------------------------------------------


def load(file: str, *, may_be_missing: bool = False) -> Baseline:
    """The baseline in a file; raise ConfigError for one that cannot be used."""
    try:
        with open(file, "rb") as opened:
            if stat.S_ISCHR(os.fstat(opened.fileno()).st_mode):
                raise ValueError("it is a device")  # which may have no end
            document = json.loads(opened.read())
        return Baseline(file, _counts(document))
    except FileNotFoundError:
        if may_be_missing:
            return Baseline(file, Counter())
        cure = f"check the path or write it with --write-baseline {file}"
        raise ConfigError(f"{file}: no such file, {cure}") from None
    except OSError as error:
        raise ConfigError(f"{file}: {error.strerror}, check the path and its permissions") from None
    except json.JSONDecodeError as error:
        where = f"{file}:{error.lineno}:{error.colno}"
        raise ConfigError(f"{where}: not JSON: {error.msg}, {_CURE}") from None
    except RecursionError:
        raise ConfigError(f"{file}: not a baseline: nested too deeply, {_CURE}") from None
    except ValueError as error:
        raise ConfigError(f"{file}: not a baseline: {error}, {_CURE}") from None


def _counts(document: Any) -> Counter[Entry]:
    """The entries of a document; raise ValueError for something else."""
    if not isinstance(document, dict) or "version" not in document:
        raise ValueError("it has no version")
    if document["version"] != _VERSION:
        raise ValueError(f"its version is {document['version']!r}, not {_VERSION}")
    if not isinstance(document.get("findings"), list):
        raise ValueError("it has no list of findings")
    counts: Counter[Entry] = Counter()
    for index, values in enumerate(document["findings"]):
        if not _is_entry(values):
            raise ValueError(f"findings[{index}] is not an entry with {', '.join(_TYPES)}")
        count = values.pop("count")
        counts[Entry(**{**values, "function": values["function"] or ""})] += count
    return counts


def _is_entry(values: object) -> bool:
    if not isinstance(values, dict) or values.keys() != _TYPES.keys():
        return False
    typed = all(isinstance(values[key], kind) for key, kind in _TYPES.items())
    return typed and values["count"] is not True and values["count"] > 0


def write(baseline: Baseline) -> None:
    """Write a baseline, sorted, an entry a line; raise ConfigError where that fails."""
    rows = [_row(entry, baseline.counts[entry]) for entry in sorted(baseline.counts)]
    body = "".join(f"\n    {row}," for row in rows).rstrip(",")
    text = f'{{\n  "version": {_VERSION},\n  "findings": [{body}\n  ]\n}}\n'
    try:
        atomic_write.write(baseline.file, text.encode())
    except OSError as error:
        what = f"{error.strerror}, nothing written"
        raise ConfigError(f"{baseline.file}: {what}, check its folder and permissions") from None


def _row(entry: Entry, count: int) -> str:
    """An entry as a line of JSON, in ASCII: a review sees every character that is there."""
    values = asdict(entry) | {"function": entry.function or None, "count": count}
    return json.dumps({key: values[key] for key in _TYPES})


# --- the findings of a run ------------------------------------------------------------------------


def of(report: Report, file: str) -> Baseline:
    """The baseline that a file would hold if all findings of a report were written to it."""
    return Baseline(file, _found(Baseline(file, Counter()), report))


def split(baseline: Baseline, report: Report) -> tuple[Report, list[Finding]]:
    """The report without the findings that are known, and those.

    Where more are alike than are known, the last ones are new.
    """
    left = baseline.counts.copy()
    outcomes: list[FileResult] = []
    known: list[Finding] = []
    for outcome, entries in zip(report.outcomes, _entries(baseline, report), strict=True):
        new: list[Finding] = []
        for finding, entry in zip(outcome.findings, entries, strict=True):
            (known if left[entry] > 0 else new).append(finding)
            left[entry] -= 1
        outcomes.append(outcome._replace(findings=tuple(new)))
    return report._replace(outcomes=tuple(outcomes)), known


def stale(baseline: Baseline, report: Report, targets: Iterable[Target]) -> Counter[Entry]:
    """The stale entries: looked for in `targets` and not found, or their file is gone."""
    left = baseline.counts - _found(baseline, report)
    failed = {outcome.name for outcome in report.outcomes if outcome.error}
    checked = {target.display: target for target in targets if target.display not in failed}
    paths = _paths(baseline, checked)
    by_path = {paths[name]: target for name, target in checked.items()}

    def is_stale(entry: Entry) -> bool:
        target = by_path.get(entry.path)
        if target is None:
            return _is_gone(os.path.join(baseline.folder, entry.path))
        return _looks_for(entry.code, target)

    return Counter({entry: count for entry, count in left.items() if is_stale(entry)})


def moved(baseline: Baseline, report: Report, stale: Iterable[Entry]) -> int:
    """How many findings are new where entries are stale: in their files, with their codes."""
    places = {(entry.path, entry.code) for entry in stale}
    new = _found(baseline, report) - baseline.counts
    return sum(number for entry, number in new.items() if (entry.path, entry.code) in places)


def updated(baseline: Baseline, report: Report, targets: Iterable[Target]) -> Baseline:
    """The baseline with the findings of a run, and with what the run did not look for."""
    found = _found(baseline, report)
    kept = baseline.counts - found - stale(baseline, report, targets)
    return replace(baseline, counts=found + kept)


def _found(baseline: Baseline, report: Report) -> Counter[Entry]:
    return Counter(chain.from_iterable(_entries(baseline, report)))


def _entries(baseline: Baseline, report: Report) -> Iterator[list[Entry]]:
    """The entries for the findings of each outcome."""
    paths = _paths(baseline, (outcome.name for outcome in report.outcomes if outcome.findings))
    for outcome in report.outcomes:
        yield [_entry(paths[outcome.name], f, outcome.lines) for f in outcome.findings]


def _entry(path: str, finding: Finding, lines: Sequence[str]) -> Entry:
    code, text = code_of(finding, lines)
    shown = text if len(text) <= _WIDEST else f"{text[: _WIDEST - 3]}..."
    return Entry(path, finding.function or "", finding.code, code, shown)


def _paths(baseline: Baseline, names: Iterable[str]) -> dict[str, str]:
    """The path for the name of each file."""
    real = cache(os.path.realpath)
    folder = baseline.folder
    paths = {
        name: os.path.join(real(os.path.dirname(name)), os.path.basename(name)) for name in names
    }
    return {n: os.path.relpath(path, folder).replace(os.sep, "/") for n, path in paths.items()}


def _is_gone(path: str) -> bool:
    """Whether there is no such file, as far as can be told."""
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError, ValueError):  # the last: not a path
        return True
    except OSError:
        return False
    return False


def _looks_for(code: str, target: Target) -> bool:
    """Whether a check of a target looks for findings with a code."""
    in_tests = all(rule.in_tests for rule in RULES if rule.code == code)
    return target.settings.selects(code) and (in_tests or not target.is_skipped)
