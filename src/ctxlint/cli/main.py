"""The command line: options to settings. It imports the rest only when a command runs."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NoReturn

import click

from ctxlint import __version__
from ctxlint.cli import options
from ctxlint.cli.help import Group
from ctxlint.config.settings import ConfigError
from ctxlint.terminal.streams import discard, lenient, restore_closed, while_read

if TYPE_CHECKING:
    from ctxlint.config import lookup as config_lookup

STDIN = "-"
_MOST_GARBAGE = 200_000  # new objects between two searches for cycles, which free little
INTERRUPTED = 130  # what shells say of a process that Ctrl-C ended
TERMINATED = 143  # and of one that SIGTERM ended


@click.group(
    cls=Group,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, prog_name="ctxlint")
@click.pass_context
def cli(context: click.Context) -> None:
    """Find and fix generated session IDs in chat back ends."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help(), err=True)
        context.exit(2)


@cli.command(cls=options.FileCommand)
@options.taking(options.SHARED)
@options.revision
@options.executor
def check(**given: Any) -> int:
    """Print the findings in files, folders, or stdin (-)."""
    return _run(given)


@cli.command(cls=options.FileCommand)
@options.taking(options.SHARED)
@click.option("--diff", is_flag=True, help="Print the changes, but do not write them.")
@click.option(
    "--unsafe-fixes/--no-unsafe-fixes",
    default=None,
    help="Also apply fixes that may change what the code does.",
)
@click.option(
    "--keep",
    type=click.Choice(["none", "received", "all"]),
    metavar="WHICH",
    help="Which IDs to keep: none, received, or all that are not generated.",
)
@click.option("--exit-non-zero-on-fix", is_flag=True, help="Exit 1 if anything was fixed.")
def fix(**given: Any) -> int:
    """Fix findings in files, folders, or stdin (-)."""
    return _run({**given, "fix": True})


@cli.command()
@options.taking(options.AUDIT)
def audit(**given: Any) -> int:
    """Report how many getter calls are right.

    The report has totals by component and file, and each finding with its trace and fix.
    """
    from ctxlint.audit import command  # noqa: PLC0415 - as below

    if STDIN in given["paths"]:
        raise click.UsageError("audit does not read stdin: leave out '-'.")
    fields = _fields_of(command.Request, {**given, "paths": given["paths"] or (".",)})
    return command.run(command.Request(**fields), _lookup(given))


@cli.command("init")
@options.taking(options.INIT)
def find_getters(**given: Any) -> int:
    """Find your session getters, and propose a configuration.

    The proposal is a set of tables for [tool.ctxlint]. Comments give the evidence for each.
    """
    from ctxlint.init import command  # noqa: PLC0415 - the others do not need it

    if STDIN in given["paths"]:
        raise click.UsageError("init does not read stdin: leave out '-'.")
    fields = _fields_of(command.Request, {**given, "paths": given["paths"] or (".",)})
    return command.run(command.Request(**fields), _lookup(given))


@cli.command("rules")
@options.taking(options.ABOUT_RULES)
def list_rules(output_format: str, color: str) -> None:
    """List the rules."""
    from ctxlint.commands import rules as rule_pages  # noqa: PLC0415 - as below

    with while_read(sys.stdout):
        rule_pages.write_rules(lenient(sys.stdout), output_format, color)


@cli.command("explain")
@click.argument(
    "words", metavar="CODE...", nargs=-1, required=True, shell_complete=options.complete_code
)
@options.taking(options.ABOUT_RULES)
def explain_rules(words: tuple[str, ...], output_format: str, color: str) -> None:
    """Explain rules, given by code or name."""
    from ctxlint.commands import rules as rule_pages  # noqa: PLC0415

    rules = [rule_pages.find(word) for word in words]
    with while_read(sys.stdout):
        rule_pages.write_pages(rules, lenient(sys.stdout), output_format, color)


@cli.command("config")
@options.taking(options.SETTINGS)
def show_config(file: str, output_format: str, check: bool, **given: Any) -> int:
    """Print the settings in force, and where they come from.

    They are the settings for FILE, by default the working folder. With --check, print where the
    code defines and calls each getter and source, and exit 1 if one is wrong.
    """
    from ctxlint.commands import config as config_command  # noqa: PLC0415

    lookup = _lookup(given)
    folder = file if os.path.isdir(file) else os.path.dirname(file)
    if check:
        from ctxlint.commands import contract  # noqa: PLC0415 - rarely asked for

        return contract.check(folder, lookup, output_format)
    found = lookup.in_force(folder)
    write = config_command.as_json if output_format == "json" else config_command.as_text
    with while_read(sys.stdout):
        lenient(sys.stdout).write(write(found))
    return 0


@cli.command("test")
@options.taking(options.EXAMPLES)
def test_examples(**given: Any) -> int:
    """Test your own examples against the configuration.

    Examples are Python files in PATHS, by default in the folder that the key 'examples' names. Mark
    a line that must have a finding with '# error: CTX101', and one that must not with
    '# ok: CTX101'. x.fixed.py is the expected result of fixing x.py.
    """
    from ctxlint.commands import test  # noqa: PLC0415 - the others do not need it

    return test.run(test.Request(**_fields_of(test.Request, given)), _lookup(given))


@cli.command("server")
@click.option(
    "--log-file",
    type=click.Path(readable=False, dir_okay=False),
    metavar="FILE",
    help="Write a log to FILE. Without it, errors go to stderr.",
)
def serve(log_file: str | None) -> int:
    """Run the language server, on stdin and stdout."""
    from ctxlint.server import command  # noqa: PLC0415 - the others do not need it

    return command.run(log_file)


@cli.command("history")
@options.taking(options.HISTORY)
def tell_history(**given: Any) -> int:
    """Show when findings in a git repository appeared and were fixed.

    REPO is the repository, or a folder in it. Each file is checked on its own: history does not
    follow IDs between files. The current settings apply to all commits.
    """
    from ctxlint.history import command  # noqa: PLC0415 - the others do not need it

    def lookup(is_bare: bool) -> config_lookup.Lookup:
        """The settings; a bare repository has no files that could hold them."""
        is_isolated = given["isolated"] or (is_bare and given["config"] is None)
        return _lookup({**given, "isolated": is_isolated})

    return command.run(command.Request(**_fields_of(command.Request, given)), lookup)


def _run(given: dict[str, Any]) -> int:
    """Run `check` or `fix` and return the exit code."""
    from ctxlint.commands import check as check_command  # noqa: PLC0415 - --help does not need it

    options.refuse_contradictions(given)
    stdin_filename = _stdin_filename(given["paths"], given["stdin_filename"])
    given = {**given, "paths": given["paths"] or (".",), "stdin_filename": stdin_filename}
    request = check_command.Request(**_fields_of(check_command.Request, given))
    lookup = _lookup(given)
    if not given["disable_noqa"]:
        # Folders share settings, which saves time.
        return check_command.run(request, lookup, lookup.files)
    unsuppressed = lambda folder: replace(lookup(folder), disable_noqa=True)  # noqa: E731
    return check_command.run(request, unsuppressed, lookup.files)


def _fields_of(request: Any, given: dict[str, Any]) -> dict[str, Any]:
    """The options that are fields of a kind of request."""
    return {name: given[name] for name in request._fields if name in given}


def _lookup(given: dict[str, Any]) -> config_lookup.Lookup:
    """The settings of each folder, with the options in their place."""
    from ctxlint.config import lookup as config_lookup  # noqa: PLC0415
    from ctxlint.rules.registry import CODES  # noqa: PLC0415

    config, isolated = given["config"], given["isolated"]
    if config is not None and isolated:
        raise click.UsageError("--config and --isolated cannot be used together.")
    chosen = options.settings(given)
    return config_lookup.Lookup(chosen, CODES, config=config, isolated=isolated, warn=_warn)


def _warn(line: str) -> None:
    """Print a line on stderr."""
    from ctxlint.terminal.delivery import say  # noqa: PLC0415 - rarely needed

    with while_read(sys.stderr):
        say(line)


def _stdin_filename(paths: tuple[str, ...], name: str | None) -> str | None:
    """The name for what stdin holds, None where files are to be read."""
    if name is None and STDIN not in paths:
        return None
    if paths not in {(), (STDIN,)}:
        raise click.UsageError("'-' (stdin) and paths cannot be used together.")
    return name or STDIN


def main(args: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit: 0 clean, 1 findings, 2 an error, 130 or 143 interrupted."""
    sys.exit(_main(args))


def run_process() -> NoReturn:
    """Run the command line of this process, and end it at once: to free all it has takes time."""
    for number, handler in _HANDLERS.items():
        if signal.getsignal(number) is signal.SIG_DFL:  # and not ignored, as of who started it
            signal.signal(number, handler)
    code = _main(None)
    if code in {INTERRUPTED, TERMINATED}:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # there is nothing left for a second Ctrl-C
    for stream in filter(None, (sys.stdout, sys.stderr)):
        with while_read(stream):
            pass
    threading = sys.modules.get("threading")
    if threading is None or threading.active_count() == 1:
        os._exit(code)
    sys.exit(code)  # threads may have other processes to end


class _TerminatedError(SystemExit):
    """SIGTERM came."""


def _terminate(*_: object) -> NoReturn:
    """End the run as Ctrl-C does, which takes back what is half done; once is enough."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise _TerminatedError(TERMINATED)


_HANDLERS = {signal.SIGINT: signal.default_int_handler, signal.SIGTERM: _terminate}


def _main(args: Sequence[str] | None) -> int:
    """Run the command line; whatever the user did wrong is one line on stderr."""
    gc.set_threshold(_MOST_GARBAGE)
    restore_closed()
    try:
        return cli.main(args, prog_name="ctxlint", standalone_mode=False) or 0
    except (click.Abort, KeyboardInterrupt):
        with while_read(sys.stdout):  # Ctrl-C ends the readers of a pipe too
            return INTERRUPTED
    except _TerminatedError:
        with while_read(sys.stdout):
            return TERMINATED
    except click.UsageError as error:
        command = error.ctx.command_path if error.ctx else "ctxlint"
        line = f"{command}: {error.format_message()} Try '{command} --help'."
    except ConfigError as error:
        line = str(error)
    except OSError as error:  # of the streams; click has dealt with a broken pipe
        line = f"ctxlint: {error.strerror}, check where the output goes."
        discard(sys.stdout)
    from ctxlint.output import printable  # noqa: PLC0415

    try:
        click.echo(printable(line), err=True)
    except OSError:
        discard(sys.stderr)
    return 2
