"""A history as one HTML page, which loads nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxlint import __version__
from ctxlint.history.chart import drawn
from ctxlint.history.table import duration
from ctxlint.pages import render

if TYPE_CHECKING:
    from typing import TextIO

    from ctxlint.history.report import History


def write(history: History, out: TextIO) -> None:
    """Write the page; all text in it is escaped."""
    chart = drawn(history) if history.timeline else ""
    values = {"history": history, "chart": chart, "duration": duration, "version": __version__}
    out.write(render("history.html.j2", **values))
