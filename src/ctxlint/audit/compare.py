"""The changes of a code base between two audits: the fix report."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ctxlint.audit.measure import VERSION, Document
from ctxlint.config.settings import ConfigError

HashNow = Callable[[str, str], str | None]
_CURE = "give a revision, or a file that 'ctxlint audit --output-format json' wrote"
_PATTERNS = {
    "getter calls": "getter_calls",
    "getter calls that can receive a generated ID": "generated_calls",
    "ID arguments that are `None`": "none_arguments",
    "calls that generate an ID": "source_calls",
}
_WORDS = ("code", "filename", "hash", "message")  # of a finding
_PLACE = ("filename", "function", "hash")  # of a function that it runs through


def load(file: str) -> Document:
    """The document of an earlier audit; raise ConfigError for a file that holds none."""
    try:
        document: Document = json.loads(Path(file).read_bytes())
    except OSError as error:
        raise ConfigError(f"{file}: {error.strerror}, {_CURE}") from None
    except (ValueError, RecursionError):
        raise ConfigError(f"{file}: not JSON, {_CURE}") from None
    if not _is_audit(document):
        raise ConfigError(f"{file}: not an audit of version {VERSION}, {_CURE}")
    return document


def _is_audit(document: Any) -> bool:
    """Whether a document has all that is compared and shown, each of the type that it has."""
    try:
        summary = document["summary"]
        share = summary["right_share"]
        words = [finding[key] for finding in document["findings"] for key in _WORDS]
        words += [word for row in document["files"] for word in (row["path"], *row["imports"])]
        places = [place for each in document["findings"] for place in each.get("functions", ())]
        words += [place[key] for place in places for key in _PLACE]
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
    """A document with renamed files."""
    findings = [_renamed(row, names) for row in document["findings"]]
    files = [{**row, "path": names(row["path"])} for row in document["files"]]
    return {**document, "findings": findings, "files": files}


def _renamed(finding: Document, names: Callable[[str], str]) -> Document:
    functions = [{**f, "filename": names(f["filename"])} for f in finding.get("functions", ())]
    return {**finding, "filename": names(finding["filename"]), "functions": functions}


def compared(old: Document, new: Document, name: str, hash_now: HashNow) -> Document:
    """Findings fixed since an earlier audit called `name`, and the new ones, with their counts.

    `hash_now` has the hash of the code of a function, by its file and name.
    """
    before, after = _by_identity(old), _by_identity(new)
    fixed = list(_missing(before, after))
    return {
        "with": name,
        "summary": old["summary"],
        "fixed": list(map(_brief, fixed)),
        "new": list(map(_brief, _missing(after, before))),
        "files": list(_mended(fixed, _edited(fixed, hash_now), _imports(old), _imports(new))),
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
    """The findings that the first has more of than the second."""
    for key, findings in first.items():
        yield from findings[len(second.get(key, ())) :]


def _brief(finding: Document) -> Document:
    return {name: finding[name] for name in ("code", "filename", "function", "message")}


def _edited(fixed: Iterable[Document], hash_now: HashNow) -> dict[str, set[str]]:
    """The functions on the way of fixed findings that have other code now, by file."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for finding in fixed:
        for function in finding.get("functions", ()):
            filename, name = function["filename"], function["function"]
            if hash_now(filename, name) not in {None, function["hash"]}:
                found[filename].add(name)
    return found


def _imports(document: Document) -> dict[str, Counter[str]]:
    return {row["path"]: Counter(row["imports"]) for row in document["files"]}


def _mended(
    fixed: Iterable[Document],
    edited: Mapping[str, set[str]],
    old: Mapping[str, Counter[str]],
    new: Mapping[str, Counter[str]],
) -> Iterator[Document]:
    """For each file: how many findings were fixed, the edited functions, which imports are gone."""
    numbers = Counter(finding["filename"] for finding in fixed)
    for path in sorted(numbers.keys() | edited.keys() | old.keys()):
        gone = old.get(path, Counter()) - new.get(path, Counter())
        if numbers[path] or path in edited or gone:
            yield {
                "path": path,
                "fixed": numbers[path],
                "functions": sorted(edited.get(path, ())),
                "imports": sorted(gone.elements()),
            }
