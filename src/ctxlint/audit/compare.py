"""What became of a code base between two audits: the fix report."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ctxlint.audit.measure import VERSION, Document
from ctxlint.config import ConfigError

_CURE = "give a revision, or a file that 'ctxlint audit --output-format json' wrote"
_PATTERNS = {
    "getter calls": "getter_calls",
    "getter calls that can receive a generated ID": "generated_calls",
    "ID arguments that are `None`": "none_arguments",
    "calls that generate an ID": "source_calls",
}


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
    """Whether a document has all that is compared: one that has can be compared with itself."""
    try:
        compared(document, document, "", {})
        share = document["summary"]["right_share"]
        return document["version"] == VERSION and isinstance(share, float | int | None)
    except (KeyError, TypeError, AttributeError):
        return False


def compared(old: Document, new: Document, name: str, renames: Mapping[str, str]) -> Document:
    """What was fixed since an earlier audit called `name`, what is new, and how often each occurs.

    `renames` has the paths that files have now by those they had then.
    """
    before, after = _by_identity(old, renames), _by_identity(new, {})
    fixed = list(_missing(before, after))
    return {
        "with": name,
        "summary": old["summary"],
        "fixed": fixed,
        "new": list(_missing(after, before)),
        "files": list(_mended(fixed, _imports(old, renames), _imports(new, {}))),
        "patterns": [
            {"pattern": text, "before": old["summary"][key], "after": new["summary"][key]}
            for text, key in _PATTERNS.items()
        ],
    }


def _by_identity(document: Document, renames: Mapping[str, str]) -> dict[object, list[Document]]:
    """The findings by what a baseline knows them by."""
    found: defaultdict[object, list[Document]] = defaultdict(list)
    for finding in document["findings"]:
        path = renames.get(finding["filename"], finding["filename"])
        key = (path, finding["function"], finding["code"], finding["hash"])
        found[key].append({**finding, "filename": path})
    return found


def _missing(
    first: Mapping[object, list[Document]], second: Mapping[object, list[Document]]
) -> Iterator[Document]:
    """The findings that the first has more of than the second, in brief."""
    for key, findings in first.items():
        for finding in findings[len(second.get(key, ())) :]:
            yield {name: finding[name] for name in ("code", "filename", "function", "message")}


def _imports(document: Document, renames: Mapping[str, str]) -> dict[str, Counter[str]]:
    return {
        renames.get(row["path"], row["path"]): Counter(row["imports"]) for row in document["files"]
    }


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
