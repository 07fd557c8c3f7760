"""The commands `rules` and `explain`."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import click

from ctxlint.config.settings import ConfigError
from ctxlint.config.value_types import nearest
from ctxlint.output import RuleInfo, printable
from ctxlint.output.json import document
from ctxlint.rules.base import Rule
from ctxlint.rules.pages import page_of, url_of
from ctxlint.rules.registry import RULES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import TextIO

_HEAD = ("code", "name", "level", "in tests", "fix")
_WIDEST = 100  # columns of text that are easy to read


def infos() -> tuple[RuleInfo, ...]:
    """The rules as reports describe them; reads all pages."""
    return tuple(RuleInfo(r.code, r.name, r.level, r.message, page_of(r), url_of(r)) for r in RULES)


def find(word: str) -> Rule:
    """The rule that has this code or name, in any case; ConfigError where none has."""
    known = {key: rule for rule in RULES for key in (rule.code.lower(), rule.name)}
    if word.lower() in known:
        return known[word.lower()]
    advice = "'ctxlint rules' lists them"
    if near := nearest(word.lower(), known, cutoff=0.6):
        advice = f"did you mean {known[near].code} ({known[near].name})?"
    raise ConfigError(f"ctxlint explain: no rule '{printable(word)}', {advice}")


def write_rules(out: TextIO, output_format: str, color: str) -> None:
    """Write one line on each rule: a table, or `json`."""
    if output_format == "json":
        out.write(document([_described(rule) for rule in RULES]))
        return
    table = "".join(f"{line}\n" for line in _table())
    _write_markdown(table, out, color, narrow="".join(map(_item, RULES)))


def write_pages(rules: Sequence[Rule], out: TextIO, output_format: str, color: str) -> None:
    """Write the pages of some rules as Markdown, or with all else that is known, as `json`."""
    if output_format == "json":
        out.write(document([_described(rule) | {"page": page_of(rule)} for rule in rules]))
        return
    _write_markdown("\n".join(map(page_of, rules)), out, color, paged=True)


def _described(rule: Rule) -> dict[str, Any]:
    return {
        "code": rule.code,
        "name": rule.name,
        "level": rule.level,
        "levels": rule.levels,
        "message": rule.message,
        "in_tests": rule.in_tests,
        "fix": rule.fixes,
    }


def _write_markdown(
    text: str, out: TextIO, color: str, narrow: str | None = None, *, paged: bool = False
) -> None:
    """Write Markdown, rendered where `out` is a terminal, and then through a pager if `paged`.

    `narrow` is for a terminal that the text does not fit.
    """
    forced = color == "always" or (color == "auto" and bool(os.environ.get("FORCE_COLOR")))
    if not (forced or out.isatty()):
        out.write(text)
        return
    from rich.markdown import Markdown  # noqa: PLC0415 - a pipe needs none of it

    from ctxlint.output.console import make_console  # noqa: PLC0415

    console = make_console(out, color, wrap=True)
    if narrow and console.width < text.index("\n") - len("||"):  # the outer bars are not drawn
        text = narrow
    # The theme is made of the terminal's own colours, dark or light.
    page = Markdown(text, code_theme="ansi_dark")
    if not (paged and out.isatty() and sys.stdin.isatty()):
        console.print(page, width=min(console.width, _WIDEST))
        return
    with console.capture() as shown:
        console.print(page, width=min(console.width, _WIDEST))
    os.environ.setdefault("LESS", "-FRX")  # as git has it: colours, and no pager for a short page
    click.echo_via_pager(shown.get())


def _table() -> Iterator[str]:
    """The rows of a Markdown table, each cell as wide as its column."""
    rows = [_HEAD, *map(_cells, RULES)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    rows.insert(1, tuple("-" * width for width in widths))
    for row in rows:
        cells = (f"{cell:{width}}" for cell, width in zip(row, widths, strict=True))
        yield f"| {' | '.join(cells)} |"


def _cells(rule: Rule) -> tuple[str, ...]:
    fixes = " or ".join(rule.fixes) or "none"
    return (rule.code, rule.name, rule.levels, "yes" if rule.in_tests else "no", fixes)


def _item(rule: Rule) -> str:
    """A rule as an item of a Markdown list."""
    code, name, *rest = _cells(rule)
    facts = ", ".join(f"{head} {cell}" for head, cell in zip(_HEAD[2:], rest, strict=True))
    return f"- **{code}** {name}: {facts}\n"
