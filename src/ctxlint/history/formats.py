"""A history for other programs: JSON and CSV."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

from ctxlint.output.json import document, without_surrogates

if TYPE_CHECKING:
    from typing import TextIO

    from ctxlint.history.report import History, Life
    from ctxlint.history.walk import Commit


def write_json(history: History, out: TextIO) -> None:
    """Write one JSON document."""
    value = {
        "commits": history.commits,
        "blobs": history.blobs,
        "parsed": history.parsed,
        "findings": [_finding(life) for life in history.lives],
        "timeline": [
            {"commit": point.commit.id, "date": point.commit.date, "counts": point.counts}
            for point in history.timeline
        ],
    }
    out.write(document(value))


def _finding(life: Life) -> dict[str, Any]:
    return {
        "code": life.code,
        "path": life.path,
        "function": life.function or None,
        "message": life.message,
        "born": _commit(life.born),
        "fixed": _commit(life.fixed) if life.fixed else None,
        "returned": [_commit(commit) for commit in life.returned],
        "lived_seconds": life.lived_seconds,
    }


def _commit(commit: Commit) -> dict[str, str]:
    return {"commit": commit.id, "date": commit.date, "subject": commit.subject}


def write_csv(history: History, out: TextIO) -> None:
    """Write a table of the findings; the commits of `returned` have spaces between them."""
    names = ("commit", "date", "subject")
    head = ["code", "path", "function", "message"]
    head += [f"{event}_{name}" for event in ("born", "fixed") for name in names]
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow([*head, "returned", "lived_seconds"])
    for life in history.lives:
        fixed = _commit(life.fixed) if life.fixed else dict.fromkeys(names, "")
        row = [life.code, life.path, life.function, life.message]
        row += [*_commit(life.born).values(), *fixed.values()]
        row += [" ".join(commit.id for commit in life.returned), str(life.lived_seconds)]
        rows.writerow(without_surrogates(row))
