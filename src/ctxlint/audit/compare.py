"""The changes of a code base between two audits: the fix report."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ctxlint.audit.measure import VERSION, Document
from ctxlint.config.settings import ConfigError

_CURE = "give a revision, or a file that 'ctxlint audit --output-format json' wrote"
_PATTERNS = {
    "getter calls": "getter_calls",
    "getter calls that can receive a generated ID": "generated_calls",
    "ID arguments that are `None`": "none_arguments",
    "calls that generate an ID": "source_calls",
}
_WORDS = ("code", "filename", "hash", "message")  # of a finding


def load(file: str) -> Document:
    """The document of an earlier audit; raise ConfigError for a file that holds none."""
    try:
        document: Document = json.loads(Path(file).read_bytes())
    except OSError as error:
        raise ConfigError(f"{file}:1:1: {error.strerror}, {_CURE}") from None
    except (ValueError, RecursionError):
        raise ConfigError(f"{file}:1:1: not JSON, {_CURE}") from None
    if not _is_audit(document):
        raise ConfigError(f"{file}:1:1: no audit of version {VERSION}, {_CURE}")
    return document


def _is_audit(document: Any) -> bool:
    """Whether a document has all that is compared and shown, each of the type that it has."""
    try:
        summary = document["summary"]
        share = summary["right_share"]
        words = [finding[key] for finding in document["findings"] for key in _WORDS]
        words += [word for row in document["files"] for word in (row["path"], *row["imports"])]
        functions = [finding["function"] for finding in document["findings"]]
        return (
            document["version"] == VERSION
            and all(type(summary[key]) is int for key in _PATTERNS.values())
            and (share is None or 0 <= share <= 1)
            and all(isinstance(word, str) for word in words)
            and all(isinstance(function, str | None) for function in functions)
        )
    except (KeyError, TypeError, AttributeError):
        return False


def renamed(document: Document, names: Callable[[str], str]) -> Document:
    """A document of which files have other names."""
    findings = [{**row, "filename": names(row["filename"])} for row in document["findings"]]
    files = [{**row, "path": names(row["path"])} for row in document["files"]]
    return {**document, "findings": findings, "files": files}


def compared(old: Document, new: Document, name: str) -> Document:
    """Findings fixed since an earlier audit called `name`, and the new ones, with their counts."""
    before, after = _by_identity(old), _by_identity(new)
    fixed = list(_missing(before, after))
    return {
        "with": name,
        "summary": old["summary"],
        "fixed": fixed,
        "new": list(_missing(after, before)),
        "files": list(_mended(fixed, _imports(old), _imports(new))),
        "patterns": [
            {"pattern": text, "before": old["summary"][key], "after": new["summary"][key]}
            for text, key in _PATTERNS.items()
        ],
    }


def _by_identity(document: Document) -> dict[object, list[Document]]:
    """The findings by what a baseline knows them by."""
    found: defaultdict[object, list[Document]] = defaultdict(list)
    for finding in document["findings"]:
        key = tuple(finding[name] for name in ("filename", "function", "code", "hash"))
        found[key].append(finding)
    return found


def _missing(
    first: Mapping[object, list[Document]], second: Mapping[object, list[Document]]
) -> Iterator[Document]:
    """The findings that the first has more of than the second, in brief."""
    for key, findings in first.items():
        for finding in findings[len(second.get(key, ())) :]:
            yield {name: finding[name] for name in ("code", "filename", "function", "message")}


def _imports(document: Document) -> dict[str, Counter[str]]:
    return {row["path"]: Counter(row["imports"]) for row in document["files"]}


def _mended(
    fixed: Iterable[Document], old: Mapping[str, Counter[str]], new: Mapping[str, Counter[str]]
) -> Iterator[Document]:
    """For each file: how many findings were fixed, in which functions, which imports are gone."""
    by_file: defaultdict[str, list[Document]] = defaultdict(list)
    for finding in fixed:
        by_file[finding["filename"]].append(finding)
    for path in sorted(by_file.keys() | old.keys()):
        gone = old.get(path, Counter()) - new.get(path, Counter())
        if by_file[path] or gone:
            functions = {finding["function"] for finding in by_file[path]} - {None}
            yield {
                "path": path,
                "fixed": len(by_file[path]),
                "functions": sorted(functions),
                "imports": sorted(gone.elements()),
            }
