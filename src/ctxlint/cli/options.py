"""The options of the commands, and the settings among them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ctxlint.cli.help import Command as GroupedCommand
from ctxlint.finding import Level
from ctxlint.output import COLORS, COUNTABLE, FORMATS

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

Command = TypeVar("Command", bound=Callable[..., Any])
Decorator = Callable[[Command], Command]

_TEXT_FORMATS = ("text", "json")
_AUDIT_FORMATS = ("markdown", "html", "json")
_HISTORY_FORMATS = ("table", "json", "csv", "html")
_OF_RULES = ("select", "extend_select", "ignore")
_REPEATED = (*_OF_RULES, "exclude")
_SETTINGS = ("baseline", "include_tests", "keep", "unsafe_fixes")


def complete_code(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The codes that begin with `incomplete`, in any case, and the names of rules that do."""
    from click.shell_completion import CompletionItem  # noqa: PLC0415 - only a shell asks

    from ctxlint.rules.registry import RULES  # noqa: PLC0415

    codes = [rule for rule in RULES if rule.code.startswith(incomplete.upper())]
    names = [rule for rule in RULES if incomplete and rule.name.startswith(incomplete.lower())]
    return [
        *(CompletionItem(rule.code, help=rule.name) for rule in codes),
        *(CompletionItem(rule.name, help=rule.code) for rule in names),
    ]


def _format(names: Sequence[str], text: str) -> Decorator[Any]:
    """The option for the output format: one of these, by default the first."""
    return _choice("--output-format", names, "FORMAT", text)


def _choice(option: str, names: Sequence[str], metavar: str, text: str) -> Decorator[Any]:
    """An option that takes one of these words, by default the first; its help lists them."""
    return click.option(
        option,
        type=click.Choice(names),
        metavar=metavar,
        default=names[0],
        show_default=True,
        help=f"{text}: {', '.join(names)}.",
    )


# Shells complete it. It refuses no path: where one is used, there is a better message.
_PATH = click.Path(readable=False)
_codes = partial(click.option, multiple=True, metavar="RULES", shell_complete=complete_code)

_EXCLUDE: Decorator[Any] = click.option(
    "--exclude",
    multiple=True,
    metavar="PATTERNS",
    help="Skip files that match: patterns as in .gitignore.",
)
_INCLUDE_TESTS: Decorator[Any] = click.option(
    "--include-tests", is_flag=True, default=None, help="Check test files too."
)
_FILES: tuple[Decorator[Any], ...] = (
    click.argument("paths", nargs=-1, type=_PATH, metavar="[PATH|-]..."),
    _EXCLUDE,
    _INCLUDE_TESTS,
    click.option(
        "--stdin-filename", type=_PATH, metavar="NAME", help="File name to assume for stdin."
    ),
)
_RULES: tuple[Decorator[Any], ...] = (
    _codes("--select", help="Check only these rules: codes, prefixes, names, or ALL."),
    _codes("--extend-select", help="Check these rules too."),
    _codes("--ignore", help="Skip these rules."),
)
_CONFIGURATION: tuple[Decorator[Any], ...] = (
    click.option(
        "--config",
        type=_PATH,
        metavar="FILE",
        help="Use this file instead of the closest ctxlint.toml or pyproject.toml.",
    ),
    click.option("--isolated", is_flag=True, help="Ignore every ctxlint.toml and pyproject.toml."),
)
# What to look for, where, and by which settings.
_SEARCH = (*_RULES, _EXCLUDE, _INCLUDE_TESTS, *_CONFIGURATION)
_COLOR = _choice("--color", COLORS, "WHEN", "When to use colour")
_OUTPUT_FILE: Decorator[Any] = click.option(
    "-o",
    "--output-file",
    type=_PATH,
    metavar="FILE",
    help="Write the output to FILE instead of stdout.",
)
_QUIET: Decorator[Any] = click.option(
    "-q", "--quiet", is_flag=True, help="Print findings and errors only."
)
_OUTPUT: tuple[Decorator[Any], ...] = (
    _format(FORMATS, "Format of the findings"),
    _OUTPUT_FILE,
    click.option("--statistics", is_flag=True, help="Print counts instead of findings."),
    _COLOR,
    _QUIET,
    click.option("-v", "--verbose", is_flag=True, help="Report each file."),
)
_KNOWN: Decorator[Any] = click.option(
    "--baseline", type=_PATH, metavar="FILE", help="Hide the findings that FILE records."
)
_BASELINE: tuple[Decorator[Any], ...] = (
    _KNOWN,
    click.option(
        "--write-baseline",
        type=_PATH,
        metavar="FILE",
        help="Record the current findings in FILE and exit 0.",
    ),
)


class FileCommand(GroupedCommand):
    """A command with `--add-noqa[=REASON]`, whose value never is the next argument."""

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
        raise click.BadParameter("write the reason on one line, and do not start it with a code.")
    return value.strip()


_SUPPRESSION: tuple[Decorator[Any], ...] = (
    click.option(
        "--add-noqa",
        metavar="[=REASON]",
        callback=_reason,
        help="Add a noqa comment for each finding, with REASON if given.",
    ),
    click.option("--disable-noqa", is_flag=True, help="Ignore noqa comments."),
)
executor: Decorator[Any] = click.option(
    "--executor",
    metavar="dask:ADDRESS",
    help="Use a Dask cluster, such as dask:tcp://host:8786.",
)
_FAIL_LEVEL: Decorator[Any] = click.option(
    "--fail-level",
    type=click.Choice([level.value for level in Level]),
    default=Level.NOTE.value,
    show_default=True,
    metavar="LEVEL",
    help="Exit 1 only for findings of this level or worse: error, warning, note.",
)
_EXIT_ZERO: Decorator[Any] = click.option(
    "--exit-zero", is_flag=True, help="Exit 0 even if there are findings."
)
_JOBS: Decorator[Any] = click.option(
    "-j",
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="Number of processes for large folders. Default: one per core, at most 8.",
)
_NO_CACHE: Decorator[Any] = click.option(
    "--no-cache", is_flag=True, help="Do not use .ctxlint_cache."
)
_RUN = (_EXIT_ZERO, _JOBS, _NO_CACHE)
SHARED: tuple[Decorator[Any], ...] = (
    *_FILES,
    *_RULES,
    *_CONFIGURATION,
    *_OUTPUT,
    *_SUPPRESSION,
    *_BASELINE,
    _FAIL_LEVEL,
    *_RUN,
)
revision: Decorator[Any] = click.option(
    "--baseline-rev",
    metavar="REV",
    help="Hide the findings that a git revision already had.",
)
ABOUT_RULES: tuple[Decorator[Any], ...] = (
    _format(_TEXT_FORMATS, "Format of the output"),
    _COLOR,
)
SETTINGS: tuple[Decorator[Any], ...] = (
    click.argument("file", required=False, default=".", type=click.Path(exists=True)),
    _format(_TEXT_FORMATS, "Format of the output"),
    click.option("--check", is_flag=True, help="Check getters and sources against the code."),
    *_RULES,
    *_CONFIGURATION,
)
EXAMPLES: tuple[Decorator[Any], ...] = (
    click.argument("paths", nargs=-1, type=_PATH, metavar="[PATH]..."),
    *_CONFIGURATION,
    _QUIET,
)
AUDIT: tuple[Decorator[Any], ...] = (
    click.argument("paths", nargs=-1, type=_PATH, metavar="[PATH]..."),
    click.option(
        "--compare",
        metavar="REV|FILE",
        help="Show what changed since a git revision, or since a JSON audit.",
    ),
    *_SEARCH,
    _format(_AUDIT_FORMATS, "Format of the report"),
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
    from ctxlint.history.dates import moment  # noqa: PLC0415 - rarely asked for

    if (seconds := moment(value, is_end=is_end)) is None:
        raise click.BadParameter(f"not a date like 2024-12-31 or '2 weeks ago': '{value}'.")
    return seconds


HISTORY: tuple[Decorator[Any], ...] = (
    click.argument("repo", required=False, default=".", type=_PATH),
    click.option(
        "--since",
        metavar="DATE",
        callback=partial(_moment, False),
        help="Show findings that existed at DATE or later: an ISO date, or any date git accepts.",
    ),
    click.option(
        "--until",
        metavar="DATE",
        callback=partial(_moment, True),
        help="Stop at the last commit up to DATE. A day includes its last second.",
    ),
    click.option(
        "--rev",
        default="HEAD",
        show_default=True,
        metavar="REVISION",
        help="Stop at this revision. A..B shows only what existed between the two.",
    ),
    click.option(
        "--path",
        "paths",
        multiple=True,
        type=_PATH,
        metavar="PATH",
        help="Only this file or folder of REPO. A finding counts as new when it moves in.",
    ),
    *_SEARCH,
    _format(_HISTORY_FORMATS, "Format of the history"),
    _OUTPUT_FILE,
    _COLOR,
    _QUIET,
    *_RUN,
    executor,
)


INIT: tuple[Decorator[Any], ...] = (
    click.argument("paths", nargs=-1, type=_PATH),
    click.option(
        "--write", is_flag=True, help="Append the proposal to the closest pyproject.toml."
    ),
    _EXCLUDE,
    _INCLUDE_TESTS,
    *_CONFIGURATION,
    _format(_TEXT_FORMATS, "Format of the proposal"),
    _COLOR,
    _QUIET,
    _JOBS,
)


def refuse_contradictions(options: dict[str, Any]) -> None:
    """Raise UsageError for options that cannot both be obeyed."""
    _refuse_with_revision(options)
    if options["quiet"] and options["verbose"]:
        raise click.UsageError("-q and -v cannot be used together.")
    for name in ("output_file", "statistics"):
        if options.get("diff") and options[name]:
            raise click.UsageError(f"--diff prints no findings: leave out --{_kebab(name)}.")
    if options.get("diff") and options["write_baseline"]:
        raise click.UsageError("--diff writes nothing: leave out --write-baseline.")
    for name in ("disable_noqa", "write_baseline"):
        if options["add_noqa"] is not None and options[name]:
            raise click.UsageError(f"--add-noqa and --{_kebab(name)} cannot be used together.")
    if options["write_baseline"] and "-" in options["paths"] and not options["stdin_filename"]:
        raise click.UsageError("--write-baseline with stdin needs --stdin-filename.")
    if options["statistics"] and options["output_format"] not in COUNTABLE:
        formats = ", ".join(COUNTABLE)
        raise click.UsageError(f"--statistics needs one of these output formats: {formats}.")


def _refuse_with_revision(options: dict[str, Any]) -> None:
    """Raise UsageError for what contradicts `--baseline-rev`."""
    if options.get("baseline_rev") is None:
        return
    for name in ("baseline", "write_baseline"):
        if options[name]:
            raise click.UsageError(f"--baseline-rev and --{_kebab(name)} cannot be used together.")
    if "-" in options["paths"] or options["stdin_filename"]:
        raise click.UsageError("--baseline-rev cannot be used with stdin.")


def taking(options: Sequence[Decorator[Any]]) -> Decorator[Any]:
    """A decorator that gives a command some options, which its help lists in this order."""

    def given(command: Any) -> Any:
        for option in reversed(options):
            command = option(command)
        return command

    return given


def settings(options: dict[str, Any]) -> dict[str, object]:
    """The settings among the options, under the keys of `[tool.ctxlint]`."""
    given = {key: options.get(key) for key in _SETTINGS}
    given |= {key: _split(key, options.get(key, ())) for key in _REPEATED}
    for key in filter(given.get, _OF_RULES):
        from ctxlint.rules.registry import code_of  # noqa: PLC0415 - --help does not need it

        given[key] = tuple(code_of(word) for word in given[key] or ())
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
