"""The command line: options to settings. It imports the rest only when a command runs."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

import click

from ctxlint import __version__, options
from ctxlint.config import ConfigError

STDIN = "-"
INTERRUPTED = 130  # what shells say of a process that Ctrl-C ended


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="ctxlint")
@click.pass_context
def cli(context: click.Context) -> None:
    """Find and repair generated session IDs in chat back ends."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help(), err=True)
        context.exit(2)


@cli.command()
@options.shared
def check(**given: Any) -> int:
    """Print the findings in files, folders, or stdin (-)."""
    return _run(given)


@cli.command()
@options.shared
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
@click.option("--exit-non-zero-on-fix", is_flag=True, help="Exit 1 if anything was fixed.")
def fix(**given: Any) -> int:
    """Apply the fixes that findings have to files, folders, or stdin (-)."""
    return _run({**given, "fix": True})


def _run(given: dict[str, Any]) -> int:
    """Run `check` or `fix` and return the exit code."""
    from ctxlint import command, pyproject  # noqa: PLC0415 - --help needs none of these
    from ctxlint.rules import CODES  # noqa: PLC0415

    stdin_filename = _stdin_filename(given["paths"], given["stdin_filename"])
    fields = {name: given[name] for name in command.Request.__dataclass_fields__ if name in given}
    fields |= {"paths": given["paths"] or (".",), "stdin_filename": stdin_filename}
    request = command.Request(**fields)
    if request.quiet and request.verbose:
        raise click.UsageError("-q and -v contradict each other.")
    start = None if given["isolated"] else Path.cwd()
    return command.run(request, pyproject.load(start, options.settings(given), CODES))


def _stdin_filename(paths: tuple[str, ...], name: str | None) -> str | None:
    """The name for what stdin holds, None where files are to be read."""
    if name is None and STDIN not in paths:
        return None
    if paths not in {(), (STDIN,)}:
        raise click.UsageError("stdin takes the place of paths: give '-' alone.")
    return name or STDIN


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
