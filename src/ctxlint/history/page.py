"""A history as one HTML page, which loads nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined

from ctxlint.history.chart import drawn
from ctxlint.history.table import duration
from ctxlint.output import printable, summary

if TYPE_CHECKING:
    from typing import TextIO

    from ctxlint.history.report import History


def write(history: History, out: TextIO) -> None:
    """Write the page; all text in it is escaped."""
    pages = Environment(
        loader=PackageLoader("ctxlint.history"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    pages.filters |= {"printable": printable, "duration": duration, "count_of": summary.count}
    page = pages.get_template("history.html.jinja")
    out.write(page.render(history=history, chart=drawn(history) if history.timeline else ""))
