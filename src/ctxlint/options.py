"""The options of `check` and `fix`, and the settings among them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from ctxlint.output import COLORS, FORMATS

Command = TypeVar("Command", bound=Callable[..., Any])
Decorator = Callable[[Command], Command]

_REPEATED = ("select", "extend_select", "ignore", "exclude")
_SETTINGS = ("include_tests", "keep", "unsafe_fixes")

_FILES: tuple[Decorator[Any], ...] = (
    click.argument("paths", nargs=-1, type=click.Path(), metavar="[PATHS|-]..."),
    click.option(
        "--exclude", multiple=True, metavar="PATTERNS", help="Leave out paths, as .gitignore does."
    ),
    click.option("--include-tests", is_flag=True, default=None, help="Check test files too."),
    click.option("--stdin-filename", metavar="NAME", help="The name of what stdin holds."),
)
_RULES: tuple[Decorator[Any], ...] = (
    click.option("--select", multiple=True, metavar="CODES", help="Check these codes only."),
    click.option(
        "--extend-select", multiple=True, metavar="CODES", help="Check these codes as well."
    ),
    click.option("--ignore", multiple=True, metavar="CODES", help="Leave these codes out."),
)
_CONFIGURATION: tuple[Decorator[Any], ...] = (
    click.option(
        "--config", metavar="FILE", help="Read this file, not the closest pyproject.toml."
    ),
    click.option("--isolated", is_flag=True, help="Read no pyproject.toml."),
)
_OUTPUT: tuple[Decorator[Any], ...] = (
    click.option(
        "--output-format",
        type=click.Choice(FORMATS),
        default="full",
        show_default=True,
        help="How to print findings.",
    ),
    click.option("--output-file", metavar="FILE", help="Write findings there, not to stdout."),
    click.option("--statistics", is_flag=True, help="Count findings instead of printing them."),
    click.option(
        "--color",
        type=click.Choice(COLORS),
        default="auto",
        show_default=True,
        help="Whether to print in colour.",
    ),
    click.option("-q", "--quiet", is_flag=True, help="Print findings and errors only."),
    click.option("-v", "--verbose", is_flag=True, help="Say what was done with each file."),
)
_RUN: tuple[Decorator[Any], ...] = (
    click.option("--exit-zero", is_flag=True, help="Exit 0 even if there are findings."),
    click.option("--no-cache", is_flag=True, help="Accepted, but nothing is cached yet."),
)


def shared(command: Command) -> Command:
    """Give a command the options that `check` and `fix` share."""
    for option in reversed(_FILES + _RULES + _CONFIGURATION + _OUTPUT + _RUN):
        command = option(command)
    return command


def settings(options: dict[str, Any]) -> dict[str, object]:
    """The settings among the options, under the keys of `[tool.ctxlint]`."""
    given = {key: options.get(key) for key in _SETTINGS}
    given |= {key: _split(key, options[key]) for key in _REPEATED}
    return {_kebab(key): value for key, value in given.items() if value is not None}


def _split(key: str, values: tuple[str, ...]) -> tuple[str, ...] | None:
    """The items of an option that is repeatable and comma-separated, None where it is not given."""
    if not values:
        return None
    items = tuple(item.strip() for value in values for item in value.split(",") if item.strip())
    if not items:
        raise click.UsageError(f"Option '--{_kebab(key)}' is empty.")
    return items


def _kebab(name: str) -> str:
    return name.replace("_", "-")
