"""The help of commands, and advice on a command or option that does not exist."""

from __future__ import annotations

import os
from collections import defaultdict
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterator

_ORDER = ("check", "fix", "init", "config", "test", "rules", "explain", "audit", "history")
_OWN = "Options"  # of one command only
_LAST = "Miscellaneous"
_SECTIONS = {
    "Rule selection": ("select", "extend_select", "ignore"),
    "Files": ("paths", "exclude", "include_tests", "stdin_filename"),
    "Fixes": ("diff", "unsafe_fixes", "keep"),
    "Known findings": ("baseline", "baseline_rev", "write_baseline", "add_noqa", "disable_noqa"),
    "Output": ("output_format", "output_file", "statistics", "color", "quiet", "verbose"),
    _LAST: (
        *("config", "isolated", "fail_level", "exit_zero", "exit_non_zero_on_fix"),
        *("jobs", "executor", "no_cache", "_click_default_help", "help"),
    ),
}
_SECTION_OF = {name: title for title, names in _SECTIONS.items() for name in names}
_FEW = 6  # options that need no sections


class Command(click.Command):
    """A command that lists its options in sections, and knows those of other commands."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments; an unknown option that another command has names that command."""
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            if advice := _command_with(ctx, error.option_name):
                what = f"No such option '{error.option_name}'. Did you mean '{advice}'?"
                raise click.UsageError(what, ctx) from None
            raise

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, each in its section."""
        sections: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        for param in self.get_params(ctx):
            record = param.get_help_record(ctx)
            if record and not isinstance(param, click.Argument):
                spec, text = record
                title = _SECTION_OF.get(param.name or "", _OWN)
                sections[title].append((spec.replace(" [=", "[="), text))
        if sum(map(len, sections.values())) <= _FEW:
            sections = defaultdict(
                list, {_OWN: [row for rows in sections.values() for row in rows]}
            )
        for title in (_OWN, *_SECTIONS):
            if sections[title]:
                with formatter.section(title):
                    formatter.write_dl(sections[title])


class Group(click.Group):
    """The commands, listed in order of use."""

    command_class = Command

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of the commands, in order of use."""
        known = [name for name in _ORDER if name in self.commands]
        return known + [name for name in self.commands if name not in known]

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the arguments begin with; raise UsageError for what is not one."""
        word = args[0]
        is_option = word.startswith("-") and word != "-"
        if not (word in self.commands or is_option or ctx.resilient_parsing):
            advice = f" Did you mean '{meant}'?" if (meant := self._meant(word)) else ""
            raise click.UsageError(f"No such command '{word}'.{advice}", ctx)
        return super().resolve_command(ctx, args)

    def _meant(self, word: str) -> str | None:
        """The command line that was probably meant by a word that is not a command."""
        from ctxlint.config.value_types import nearest  # noqa: PLC0415 - only for an error

        if near := nearest(word, self.commands, cutoff=0.6):
            return f"ctxlint {near}"
        if word != "-" and not os.path.exists(word):
            return None
        import shlex  # noqa: PLC0415 - only for an error

        return f"ctxlint check {shlex.quote(word)}"


def _command_with(ctx: click.Context, option: str) -> str | None:
    """The command line that has this option: of one other command only, or a command itself."""
    group = ctx.parent.command if ctx.parent else None
    if not isinstance(group, click.Group):
        return None
    name = option.removeprefix("--")
    if name in group.commands and name != ctx.command.name:
        return f"ctxlint {name}"
    having = [name for name, command in group.commands.items() if option in _options(command)]
    return f"ctxlint {having[0]} {option}" if len(having) == 1 else None


def _options(command: click.Command) -> Iterator[str]:
    """All spellings of the options of a command."""
    for param in command.params:
        yield from (*param.opts, *param.secondary_opts)
