"""Reports as pages: Jinja2 templates, in which whatever comes from the code is text only."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from ctxlint.output import printable
from ctxlint.output.summary import count

_SPECIAL = re.compile(r"(?<!`)`[^`]+`(?!`)|[\\`*\[\]<>#!|~&]|(?<!\w)_|_(?!\w)")


def render(template: str, **values: Any) -> str:
    """A page: HTML or Markdown, by the name of its template."""
    return _environment(is_html=".html." in template).get_template(template).render(values)


@cache
def _environment(*, is_html: bool) -> Environment:
    environment = Environment(
        loader=PackageLoader("ctxlint", "pages"),
        autoescape=is_html,
        finalize=_harmless,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "code": _code,
        "count": count,
        "fenced": _fenced,
        "right": right,
        "prose": _prose_html if is_html else prose_markdown,
        "short": lambda commit: commit[:10],
    }
    return environment


def _harmless(value: Any) -> Any:
    """Text without what controls a terminal or turns lines around; marked-up text as it is."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return printable(value, keep="\n\t")
    return value


def right(counts: Mapping[str, Any]) -> str:
    """The share of right calls as a percentage, rounded down: 100 % is said of all only."""
    share = counts["right_share"]
    if share is None:
        return "not judged" if counts["getter_calls"] else "no call"
    return f"{round(share * 10_000) // 10 / 10:g} %"


def _code(text: str) -> str:
    """Markdown that shows a text as code, in a cell of a table too."""
    fence = "`" * (_longest_run(text) + 1)
    inner = printable(text).replace("|", "\\|")
    space = " " if inner.startswith("`") or inner.endswith("`") else ""
    return f"{fence}{space}{inner}{space}{fence}" if inner else ""


def _fenced(text: str, language: str = "") -> str:
    """Markdown that shows lines as they are."""
    fence = "`" * max(3, _longest_run(text) + 1)
    shown = printable(text, keep="\n\t").rstrip("\n")
    return f"{fence}{language}\n{shown}\n{fence}"


def _longest_run(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)


def _prose_html(text: str) -> Markup:
    """HTML that shows a text, with what it has between backticks as code."""
    parts = re.split("`([^`]*)`", printable(text))
    shown = (Markup("<code>{}</code>" if n % 2 else "{}").format(p) for n, p in enumerate(parts))
    return Markup().join(shown)


def prose_markdown(text: str) -> str:
    """Markdown that shows a text, with what it has between backticks as code."""
    return _SPECIAL.sub(lambda m: m[0] if len(m[0]) > 1 else f"\\{m[0]}", printable(text))
