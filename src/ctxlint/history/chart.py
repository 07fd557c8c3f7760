"""The chart of a history: how many findings were open, and when they were born and fixed."""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
from datetime import UTC, datetime, timedelta
from importlib.machinery import PathFinder
from itertools import count
from typing import TYPE_CHECKING, Any

from ctxlint.config.settings import ConfigError
from ctxlint.output import printable

_finders, _find = list(sys.meta_path), vars(PathFinder).get("find_distributions")
try:
    import pygal
    from pygal.style import Style
except ImportError:
    what = "pygal is not installed, run pip install 'ctxlint[html]'"
    raise ConfigError(f"--output-format html: {what}") from None
finally:  # pygal's importlib_metadata puts one, of a kind that Python warns about, for Python's own
    sys.meta_path[:] = _finders
    type.__setattr__(PathFinder, "find_distributions", _find)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ctxlint.history.report import History, Life, Point
    from ctxlint.history.walk import Commit

_MOST = 500  # commits that the line shows
_LABELS = 5  # numbers beside it, about
_YOUNG = timedelta(days=15)  # fewer days than the axis has labels
_STYLE = {  # colours of the page, light or dark
    "background": "transparent",
    "plot_background": "transparent",
    "foreground": "var(--ink)",
    "foreground_strong": "var(--ink)",
    "foreground_subtle": "var(--faint)",
    "guide_stroke_color": "var(--line)",
    "major_guide_stroke_color": "var(--line)",
    "opacity": "1",
    "stroke_opacity": "1",
    "font_family": "system-ui, sans-serif",
    "colors": ("var(--mark)", "var(--bad)", "var(--warn)", "var(--good)"),
}
_EXTRA = re.compile(r"<script.*?</script>|<!--.*?-->|<title>Pygal</title>", re.DOTALL)
_LABEL = re.compile(r'<desc class="label">(.*?)</desc>', re.DOTALL)


def drawn(history: History) -> str:
    """The chart as SVG, without scripts; a browser shows what a mark stands for."""
    points = _thinned(history.timeline)
    chart: Any = pygal.DateTimeLine(
        js=[],
        disable_xml_declaration=True,
        height=360,
        include_x_axis=True,
        legend_at_bottom=True,
        style=Style(**_STYLE),
        value_formatter=lambda value: f"{value:.0f}",
        x_label_rotation=20,
        x_value_formatter=lambda moment: moment.strftime(_date_format(points)),
    )
    chart.uuid = "history"  # the same history is always the same page
    chart.y_labels = _numbers(max(point.total for point in points))
    chart.add("open", list(_steps(points)), show_dots=len(points) == 1, stroke_style={"width": 2})
    for name, marks in _events(history.lives).items():
        chart.add(name, _marks(marks, points), stroke=False, dots_size=3)
    svg = _EXTRA.sub("", chart.render(is_unicode=True))
    return _LABEL.sub(r"<title>\1</title>", svg)


def _date_format(points: Sequence[Point]) -> str:
    """How the axis shows a moment: in a young repository several labels share a day."""
    age = _moment(points[-1].commit) - _moment(points[0].commit)
    return "%Y-%m-%d" if abs(age) >= _YOUNG else "%Y-%m-%d %H:%M"


def _thinned(timeline: Sequence[Point]) -> Sequence[Point]:
    """At most about so many points as can be told apart, the last one among them."""
    step = -(-len(timeline) // _MOST)
    return [*timeline[:-1:step], *timeline[-1:]] if step > 1 else timeline


def _numbers(top: int) -> list[int]:
    """A few whole numbers up to the highest."""
    steps = (digit * 10**power for power in count() for digit in (1, 2, 5))
    step = next(step for step in steps if step * _LABELS >= top)
    return list(range(0, top + step, step))


def _steps(points: Sequence[Point]) -> Iterator[tuple[datetime, int]]:
    """The line: a number holds until the next commit changes it."""
    last = points[0].total
    for point in points:
        moment = _moment(point.commit)
        if point.total != last:
            yield moment, last
        yield moment, point.total
        last = point.total


def _events(lives: Iterable[Life]) -> dict[str, list[tuple[Commit, Life]]]:
    events: dict[str, list[tuple[Commit, Life]]] = {"born": [], "back": [], "fixed": []}
    for life in lives:
        events["born"].append((life.born, life))
        events["back"] += [(commit, life) for commit in life.returned]
        events["fixed"] += [(commit, life) for commit in life.fixes]
    return events


def _marks(
    events: Iterable[tuple[Commit, Life]], points: Sequence[Point]
) -> list[dict[str, object]]:
    """The marks of events on the line; none for events before its first point or without a date."""
    times = [point.commit.time for point in points]
    marks: list[dict[str, object]] = []
    for commit, life in events:
        index = bisect_right(times, commit.time) - 1
        if index >= 0:
            text = f"{life.code} {life.path}: {commit.id[:10]} {commit.subject}"
            value = (_moment(commit), points[index].total)
            marks.append({"value": value, "label": printable(text)})
    return marks


def _moment(commit: Commit) -> datetime:
    return datetime.fromisoformat(commit.date).astimezone(UTC)
