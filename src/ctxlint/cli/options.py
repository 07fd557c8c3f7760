"""The options of the commands, and the settings among them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ctxlint.output import COLORS, COUNTABLE, FORMATS

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

Command = TypeVar("Command", bound=Callable[..., Any])
Decorator = Callable[[Command], Command]

_TEXT_FORMATS = ("text", "json")
_AUDIT_FORMATS = ("markdown", "html", "json")
_HISTORY_FORMATS = ("table", "json", "csv", "html")
_REPEATED = ("select", "extend_select", "ignore", "exclude")
_SETTINGS = ("baseline", "include_tests", "keep", "unsafe_fixes")


def complete_code(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The codes that begin with `incomplete`, in any case, and the names of their rules."""
    from click.shell_completion import CompletionItem  # noqa: PLC0415 - only a shell asks

    from ctxlint.rules.registry import RULES  # noqa: PLC0415

    found = (rule for rule in RULES if rule.code.startswith(incomplete.upper()))
    return [CompletionItem(rule.code, help=rule.name) for rule in found]


def _format(names: Sequence[str], text: str) -> Decorator[Any]:
    """The option for the output format: one of these, by default the first."""
    choice = click.Choice(names)
    return click.option(
        "--output-format", type=choice, default=names[0], show_default=True, help=text
    )


# Shells complete it. It refuses no path: where one is used, there is a better message.
_PATH = click.Path(readable=False)
_codes = partial(click.option, multiple=True, metavar="CODES", shell_complete=complete_code)

_EXCLUDE: Decorator[Any] = click.option(
    "--exclude", multiple=True, metavar="PATTERNS", help="Leave out paths, as .gitignore does."
)
_INCLUDE_TESTS: Decorator[Any] = click.option(
    "--include-tests", is_flag=True, default=None, help="Check test files too."
)
_FILES: tuple[Decorator[Any], ...] = (
    click.argument("paths", nargs=-1, type=_PATH, metavar="[PATHS|-]..."),
    _EXCLUDE,
    _INCLUDE_TESTS,
    click.option(
        "--stdin-filename", type=_PATH, metavar="NAME", help="The name of what stdin holds."
    ),
)
_RULES: tuple[Decorator[Any], ...] = (
    _codes("--select", help="Check these codes only."),
    _codes("--extend-select", help="Check these codes as well."),
    _codes("--ignore", help="Leave these codes out."),
)
_CONFIGURATION: tuple[Decorator[Any], ...] = (
    click.option(
        "--config",
        type=_PATH,
        metavar="FILE",
        help="Read this file, not the closest pyproject.toml.",
    ),
    click.option("--isolated", is_flag=True, help="Read no pyproject.toml."),
)
# What to look for, where, and by which settings.
_SEARCH = (*_RULES, _EXCLUDE, _INCLUDE_TESTS, *_CONFIGURATION)
_COLOR: Decorator[Any] = click.option(
    "--color",
    type=click.Choice(COLORS),
    default="auto",
    show_default=True,
    help="Whether to print in colour.",
)
_OUTPUT_FILE: Decorator[Any] = click.option(
    "--output-file", type=_PATH, metavar="FILE", help="Write the output there, not to stdout."
)
_QUIET: Decorator[Any] = click.option(
    "-q", "--quiet", is_flag=True, help="Print findings and errors only."
)
_OUTPUT: tuple[Decorator[Any], ...] = (
    _format(FORMATS, "How to print findings."),
    _OUTPUT_FILE,
    click.option("--statistics", is_flag=True, help="Count findings instead of printing them."),
    _COLOR,
    _QUIET,
    click.option("-v", "--verbose", is_flag=True, help="Say what was done with each file."),
)
_KNOWN: Decorator[Any] = click.option(
    "--baseline", type=_PATH, metavar="FILE", help="Leave out the findings that are in it."
)
_BASELINE: tuple[Decorator[Any], ...] = (
    _KNOWN,
    click.option(
        "--write-baseline",
        type=_PATH,
        metavar="FILE",
        help="Write the findings to it, so that they are known, and exit 0.",
    ),
)


class FileCommand(click.Command):
    """A command with `--add-noqa[=REASON]`, which takes no argument behind it for its value."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments, with an empty reason where there is none."""
        end = args.index("--") if "--" in args else len(args)
        options = ["--add-noqa=" if arg == "--add-noqa" else arg for arg in args[:end]]
        return super().parse_args(ctx, options + args[end:])


def _reason(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    """The reason that noqa comments give; raise BadParameter for what cannot be one."""
    if not value:
        return value
    from ctxlint.findings.noqa import is_reason  # noqa: PLC0415 - rarely asked for

    if not is_reason(value):
        raise click.BadParameter("a reason is one line, and begins with no word like a code.")
    return value.strip()


_SUPPRESSION: tuple[Decorator[Any], ...] = (
    click.option(
        "--add-noqa",
        metavar="[=REASON]",
        callback=_reason,
        help="Suppress each finding with a noqa comment, which may give a reason.",
    ),
    click.option("--disable-noqa", is_flag=True, help="Report what noqa comments suppress, too."),
)
executor: Decorator[Any] = click.option(
    "--executor",
    metavar="dask:ADDRESS",
    help="Spread the work over a Dask cluster, such as dask:tcp://host:8786.",
)
_EXIT_ZERO: Decorator[Any] = click.option(
    "--exit-zero", is_flag=True, help="Exit 0 even if there are findings."
)
_JOBS: Decorator[Any] = click.option(
    "-j",
    "--jobs",
    type=click.IntRange(min=1),
    help="How many processes check large folders (by default all cores, 8 at most).",
)
_NO_CACHE: Decorator[Any] = click.option(
    "--no-cache", is_flag=True, help="Neither read nor write .ctxlint_cache."
)
_RUN = (_EXIT_ZERO, _JOBS, _NO_CACHE)
_ABOUT_RULES: tuple[Decorator[Any], ...] = (
    _format(_TEXT_FORMATS, "How to print: text is Markdown, rendered in a terminal."),
    _COLOR,
)
_ABOUT_SETTINGS: tuple[Decorator[Any], ...] = (
    click.argument("file", required=False, default=".", type=click.Path(exists=True)),
    _format(_TEXT_FORMATS, "How to print: text is TOML."),
    click.option("--check", is_flag=True, help="Check getters and sources against the code."),
)


_AUDIT: tuple[Decorator[Any], ...] = (
    click.argument("paths", nargs=-1, type=_PATH),
    click.option(
        "--compare",
        metavar="REV|FILE",
        help="Tell what changed since a revision, or since an audit that was written as JSON.",
    ),
    *_SEARCH,
    _format(_AUDIT_FORMATS, "How to write the report."),
    _OUTPUT_FILE,
    _COLOR,
    _QUIET,
    _KNOWN,
    _EXIT_ZERO,
    _JOBS,
    executor,
)


def _moment(is_end: bool, _: click.Context, __: click.Parameter, value: str | None) -> int | None:
    """The time that a date means, in seconds since 1970; a day is meant up to its end if that."""
    if value is None:
        return None
    from datetime import UTC, date, datetime, timedelta  # noqa: PLC0415 - rarely asked for

    try:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        seconds = int(moment.timestamp())
    except (ValueError, OverflowError):
        raise click.BadParameter(f"'{value}' is no date like 2024-12-31.") from None
    try:
        date.fromisoformat(value)
    except ValueError:
        return seconds
    return seconds + int(timedelta(days=1).total_seconds()) - 1 if is_end else seconds


_HISTORY: tuple[Decorator[Any], ...] = (
    click.argument("repo", required=False, default=".", type=_PATH),
    click.option(
        "--since",
        metavar="DATE",
        callback=partial(_moment, False),
        help="Show what was there then, or later: an ISO date, in UTC if it does not say.",
    ),
    click.option(
        "--until",
        metavar="DATE",
        callback=partial(_moment, True),
        help="Go back to the last commit up to then; a day counts up to its end.",
    ),
    click.option(
        "--rev",
        default="HEAD",
        show_default=True,
        metavar="REVISION",
        help="Where to end; A..B shows only what was there between them.",
    ),
    click.option(
        "--path",
        "paths",
        multiple=True,
        type=_PATH,
        metavar="PATH",
        help="Look at this file or folder of REPO only; what moves in is born there.",
    ),
    *_SEARCH,
    _format(_HISTORY_FORMATS, "How to print: html is a page with a chart."),
    _OUTPUT_FILE,
    _COLOR,
    _QUIET,
    *_RUN,
    executor,
)


_INIT: tuple[Decorator[Any], ...] = (
    click.argument("paths", nargs=-1, type=_PATH),
    click.option(
        "--write", is_flag=True, help="Append the proposal to the closest pyproject.toml."
    ),
    _EXCLUDE,
    _INCLUDE_TESTS,
    *_CONFIGURATION,
    _format(_TEXT_FORMATS, "How to print: text is TOML."),
    _COLOR,
    _QUIET,
    _JOBS,
)


def about_init(command: Command) -> Command:
    """Give a command the options of `init`."""
    return _with(command, _INIT)


def about_audit(command: Command) -> Command:
    """Give a command the options of `audit`."""
    return _with(command, _AUDIT)


def about_history(command: Command) -> Command:
    """Give a command the options of `history`."""
    return _with(command, _HISTORY)


def shared(command: Command) -> Command:
    """Give a command the options that `check` and `fix` share."""
    groups = (_FILES, _RULES, _CONFIGURATION, _OUTPUT, _SUPPRESSION, _BASELINE, _RUN)
    return _with(command, [option for group in groups for option in group])


def about_rules(command: Command) -> Command:
    """Give a command the options that `rules` and `explain` share."""
    return _with(command, _ABOUT_RULES)


def refuse_contradictions(options: dict[str, Any]) -> None:
    """Raise UsageError for options that cannot both be obeyed."""
    if options["quiet"] and options["verbose"]:
        raise click.UsageError("-q and -v contradict each other.")
    for name in ("output_file", "statistics"):
        if options.get("diff") and options[name]:
            raise click.UsageError(f"--diff prints no findings: leave out --{_kebab(name)}.")
    if options.get("diff") and options["write_baseline"]:
        raise click.UsageError("--diff writes nothing: leave out --write-baseline.")
    for name in ("disable_noqa", "write_baseline"):
        if options["add_noqa"] is not None and options[name]:
            raise click.UsageError(f"--add-noqa and --{_kebab(name)} contradict each other.")
    if options["write_baseline"] and "-" in options["paths"] and not options["stdin_filename"]:
        raise click.UsageError("--write-baseline of stdin needs --stdin-filename: add it.")
    if options["statistics"] and options["output_format"] not in COUNTABLE:
        formats = ", ".join(COUNTABLE)
        raise click.UsageError(f"--statistics needs one of the output formats {formats}.")


def about_settings(command: Command) -> Command:
    """Give a command the file, settings and format that `config` takes."""
    return _with(command, _ABOUT_SETTINGS + _RULES + _CONFIGURATION)


def _with(command: Command, options: Sequence[Decorator[Any]]) -> Command:
    """Give a command some options, which its help lists in this order."""
    for option in reversed(options):
        command = option(command)
    return command


def settings(options: dict[str, Any]) -> dict[str, object]:
    """The settings among the options, under the keys of `[tool.ctxlint]`."""
    given = {key: options.get(key) for key in _SETTINGS}
    given |= {key: _split(key, options.get(key, ())) for key in _REPEATED}
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
