"""A history for people: a table of its findings, counts by rule, and a sparkline."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from rich import box
from rich.table import Table
from rich.text import Text

from ctxlint.output import printable
from ctxlint.output.console import make_console

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import TextIO

    from ctxlint.history.report import History, Life, Point
    from ctxlint.history.walk import Commit

_BLOCKS = "▁▂▃▄▅▆▇█"
_WIDEST = 60  # blocks of a sparkline
_UNLIMITED = 10_000  # columns of something that is not a terminal
_DAY, _MINUTE = len("2024-12-31"), len("2024-12-31T10:00")  # of a date in ISO 8601
_UNITS = (("y", 365 * 86400), ("d", 86400), ("h", 3600), ("min", 60))


def write(history: History, out: TextIO, color: str) -> None:
    """Write the table, as wide as the terminal or as it needs; nothing without findings."""
    if not history.lives:
        return
    console = make_console(out, color, wrap=True)
    if not out.isatty():
        console.width = _UNLIMITED
    with console.capture() as shown:
        console.print(_findings(history.lives))
        console.print()
        console.print(_rules(history))
        if history.timeline:
            console.print()
            for line in _open_over_time(history.timeline, console.width):
                console.print(line)
    out.writelines(f"{line.rstrip()}\n" for line in shown.get().splitlines())


def _findings(lives: Sequence[Life]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for head in ("code", "where", "born", "fixed", "lived", "came back"):
        table.add_column(head, overflow="fold")
    for life in lives:
        where = Text(printable(life.path))
        where.append(f" in {printable(life.function)}" if life.function else "", style="dim")
        fixed = _commit(life.fixed) if life.fixed else Text("open", style="red")
        returned = Text("\n").join(map(_commit, life.returned))
        lived = duration(life.lived_seconds)
        table.add_row(Text(life.code), where, _commit(life.born), fixed, Text(lived), returned)
    return table


def _commit(commit: Commit) -> Text:
    text = Text(f"{commit.id[:10]} {commit.date[:10]} ", style="dim")
    return text.append(printable(commit.subject), style="not dim")


def duration(seconds: int) -> str:
    """A time in the largest unit that it has one of."""
    for unit, length in _UNITS:
        if seconds >= length:
            return f"{seconds // length} {unit}"
    return f"{seconds} s"


def _rules(history: History) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for head in ("code", "found", "fixed", "open", "came back"):
        table.add_column(head, justify="left" if head == "code" else "right")
    for code in sorted({life.code for life in history.lives}):
        lives = [life for life in history.lives if life.code == code]
        fixed = sum(life.fixed is not None for life in lives)
        returned = sum(bool(life.returned) for life in lives)
        table.add_row(code, *map(str, (len(lives), fixed, len(lives) - fixed, returned)))
    return table


def _open_over_time(timeline: Sequence[Point], width: int) -> Iterator[Text]:
    """The sparkline, and what it means."""
    totals = [point.total for point in timeline]
    first, last = timeline[0].commit.date, timeline[-1].commit.date
    shown = _DAY if first[:_DAY] != last[:_DAY] else _MINUTE
    first, last = (date[:shown].replace("T", " ") for date in (first, last))
    yield Text(sparkline(totals, min(_WIDEST, width)))
    yield Text(
        f"open findings: {totals[0]} on {first}, {totals[-1]} on {last}, at most {max(totals)}"
    )


def sparkline(values: Sequence[int], width: int) -> str:
    """Blocks as high as the values; where there are more than fit, each shows the highest."""
    count = min(len(values), width)
    bounds = [index * len(values) // count for index in range(count + 1)]
    shown = [max(values[a:b]) for a, b in pairwise(bounds)]
    top = max(shown)
    steps = len(_BLOCKS) - 1
    # Only nothing is as low as nothing.
    return "".join(_BLOCKS[-(-value * steps // top) if top else 0] for value in shown)
