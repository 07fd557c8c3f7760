"""The command line: options to settings. It imports the rest only when a command runs."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click

from ctxlint import __version__
from ctxlint.config import ConfigError

STDIN = "-"
INTERRUPTED = 130  # what shells say of a process that Ctrl-C ended

Command = TypeVar("Command", bound=Callable[..., Any])

_SHARED = (
    click.argument("paths", nargs=-1, type=click.Path(), metavar="[PATHS|-]..."),
    click.option("--select", multiple=True, metavar="CODES", help="Check these codes only."),
    click.option("--ignore", multiple=True, metavar="CODES", help="Leave these codes out."),
    click.option(
        "--exclude", multiple=True, metavar="PATTERNS", help="Leave out paths, as .gitignore does."
    ),
    click.option("--include-tests", is_flag=True, default=None, help="Check test files too."),
    click.option("--isolated", is_flag=True, help="Read no pyproject.toml."),
    click.option("--stdin-filename", metavar="NAME", help="The name of what stdin holds."),
    click.option(
        "--output-format",
        type=click.Choice(["full", "concise", "json"]),
        default="full",
        show_default=True,
        help="How to print findings.",
    ),
    click.option("--no-cache", is_flag=True, help="Accepted, but nothing is cached yet."),
    click.option("-q", "--quiet", is_flag=True, help="Print findings and errors only."),
    click.option("-v", "--verbose", is_flag=True, help="Say what was done with each file."),
)


def _shared(command: Command) -> Command:
    """Give a command the options that `check` and `fix` share."""
    for option in reversed(_SHARED):
        command = option(command)
    return command


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="ctxlint")
@click.pass_context
def cli(context: click.Context) -> None:
    """Find and repair generated session IDs in chat back ends."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help(), err=True)
        context.exit(2)


@cli.command()
@_shared
def check(**options: Any) -> int:
    """Print the findings in files, folders, or stdin (-)."""
    return _run(options)


@cli.command()
@_shared
@click.option("--diff", is_flag=True, help="Print what would change, write nothing.")
@click.option(
    "--unsafe-fixes/--no-unsafe-fixes",
    default=None,
    help="Also apply fixes that may change what the code does.",
)
@click.option(
    "--keep",
    type=click.Choice(["none", "received", "all"]),
    help="Which IDs still reach the getter: none, those received, or all not generated.",
)
def fix(**options: Any) -> int:
    """Apply the fixes that findings have to files, folders, or stdin (-)."""
    return _run({**options, "fix": True})


def _run(options: dict[str, Any]) -> int:
    """Run `check` or `fix` and return the exit code."""
    from ctxlint import command, pyproject  # noqa: PLC0415 - --help needs none of these
    from ctxlint.rules import CODES  # noqa: PLC0415

    request = command.Request(
        paths=options["paths"] or (".",),
        stdin_filename=_stdin_filename(options["paths"], options["stdin_filename"]),
        output_format=options["output_format"],
        fix=options.get("fix", False),
        diff=options.get("diff", False),
        quiet=options["quiet"],
        verbose=options["verbose"],
    )
    if request.quiet and request.verbose:
        raise click.UsageError("-q and -v contradict each other.")
    start = None if options["isolated"] else Path.cwd()
    return command.run(request, pyproject.load(start, _given(options), CODES))


def _stdin_filename(paths: tuple[str, ...], name: str | None) -> str | None:
    """The name for what stdin holds, None where files are to be read."""
    if name is None and STDIN not in paths:
        return None
    if paths not in {(), (STDIN,)}:
        raise click.UsageError("stdin takes the place of paths: give '-' alone.")
    return name or STDIN


def _given(options: dict[str, Any]) -> dict[str, object]:
    """The settings among the options, under the keys of `[tool.ctxlint]`."""
    given = {key: options.get(key) for key in ("include_tests", "keep", "unsafe_fixes")}
    given |= {key: _split(key, options[key]) for key in ("select", "ignore", "exclude")}
    return {key.replace("_", "-"): value for key, value in given.items() if value is not None}


def _split(key: str, values: tuple[str, ...]) -> tuple[str, ...] | None:
    """The items of an option that is repeatable and comma-separated, None where it is not given."""
    if not values:
        return None
    items = tuple(item.strip() for value in values for item in value.split(",") if item.strip())
    if not items:
        raise click.UsageError(f"Option '--{key}' is empty.")
    return items


def main(args: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit: 0 clean, 1 findings, 2 an error, 130 interrupted."""
    sys.exit(_main(args))


def _main(args: Sequence[str] | None) -> int:
    """Run the command line; whatever the user did wrong is one line on stderr."""
    try:
        return cli.main(args, prog_name="ctxlint", standalone_mode=False) or 0
    except click.Abort:
        return INTERRUPTED
    except click.UsageError as error:
        command = error.ctx.command_path if error.ctx else "ctxlint"
        line = f"{command}: {error.format_message()} Try '{command} --help'."
    except ConfigError as error:
        line = str(error)
    except OSError as error:  # of the streams; click has dealt with a broken pipe
        line = f"ctxlint: {error.strerror}, check where the output goes."
    click.echo(line, err=True)
    return 2
