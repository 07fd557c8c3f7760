"""Counts of findings by rule, by file and by function, for `--statistics`."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from ctxlint.output import printable
from ctxlint.output.json import document

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TextIO

    from ctxlint.output import Results

_COLUMNS = {
    "rules": ("code", "name"),
    "files": ("filename",),
    "functions": ("filename", "function"),  # the function is None at module level
}
Rows = list[tuple[int, tuple[str | None, ...]]]


def write(name: str, results: Results, out: TextIO) -> None:
    """Write the counts in the format `name`, one of COUNTABLE: highest first, then by name."""
    tables = {title: _counted(results, columns) for title, columns in _COLUMNS.items()}
    if name == "json":
        out.write(document({title: _objects(title, rows) for title, rows in tables.items()}))
    elif results.findings:
        out.write("\n".join(map(_table, tables.values())))


def _counted(results: Results, columns: Iterable[str]) -> Rows:
    counts = Counter(
        tuple(getattr(finding, column) for column in columns) for finding in results.findings
    )
    rows = [(count, names) for names, count in counts.items()]
    return sorted(rows, key=lambda row: (-row[0], [name or "" for name in row[1]]))


def _objects(title: str, rows: Rows) -> list[dict[str, int | str | None]]:
    return [
        {"count": count, **dict(zip(_COLUMNS[title], names, strict=True))} for count, names in rows
    ]


def _table(rows: Rows) -> str:
    """Aligned columns, the count first."""
    cells = [
        [str(count), *(printable(name or "(module level)") for name in names)]
        for count, names in rows
    ]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = (
        "  ".join([row[0].rjust(widths[0]), *map(str.ljust, row[1:], widths[1:])]).rstrip()
        for row in cells
    )
    return "".join(f"{line}\n" for line in lines)
