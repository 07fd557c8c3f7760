"""What `--help` shows, and the advice on commands and options that do not exist."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
from support.commands import USAGE, Run

from ctxlint.cli import help as help_pages
from ctxlint.cli import main

COMMANDS = main.cli.commands


def sections(run: Run, command: str) -> dict[str, list[str]]:
    """The options in each section of the help of a command, by their first spelling."""
    found: dict[str, list[str]] = {}
    title = ""
    for line in run(command, "--help").out.splitlines():
        if heading := re.fullmatch(r"(\w.*):", line):
            title = heading[1]
        elif option := re.match(r"  (-[^ ,\[]+)", line):
            found.setdefault(title, []).append(option[1])
    return found


def test_commands_are_in_order_of_use(run: Run) -> None:
    listed = re.findall(r"^  (\w+)  ", run("--help").out.partition("Commands:")[2], re.MULTILINE)
    assert listed[:2] == ["check", "fix"]
    assert listed.index("config") < listed.index("rules") < listed.index("audit")
    assert listed[-1] == "server"
    assert sorted(listed) == sorted(COMMANDS)


def test_options_are_in_sections(run: Run) -> None:
    found = sections(run, "fix")
    assert list(found) == [
        "Rule selection",
        "Files",
        "Fixes",
        "Known findings",
        "Output",
        "Miscellaneous",
    ]
    assert found["Rule selection"] == ["--select", "--extend-select", "--ignore"]
    assert found["Fixes"] == ["--diff", "--unsafe-fixes", "--keep"]
    assert "-o" in found["Output"]
    assert found["Miscellaneous"][-1] == "-h"


@pytest.mark.parametrize("name", ["rules", "explain", "server"])
def test_few_options_need_no_sections(run: Run, name: str) -> None:
    assert list(sections(run, name)) == ["Options"]


def test_every_option_that_commands_share_has_a_section() -> None:
    names = [
        param.name
        for command in COMMANDS.values()
        for param in command.params
        if isinstance(param, click.Option)
    ]
    shared = {name for name in names if names.count(name) > 2}
    assert shared <= help_pages._SECTION_OF.keys()


def test_values_have_readable_names(run: Run) -> None:
    text = "".join(run(name, "--help").out for name in COMMANDS)
    assert not re.search(r"\b(TEXT|INTEGER|RANGE|CHOICE)\b", text)
    assert "--add-noqa[=REASON]" in text
    assert "-o, --output-file FILE" in text
    assert "-j, --jobs N" in text
    assert not re.search(r"--\w[\w-]* \[\w+\|", text)  # the help text lists the choices


@pytest.mark.parametrize(
    ("arguments", "advice"),
    [
        (["src"], "No such command 'src'. Did you mean 'ctxlint check src'?"),
        (["./src"], "No such command './src'. Did you mean 'ctxlint check ./src'?"),
        (["my files"], "No such command 'my files'. Did you mean 'ctxlint check 'my files''?"),
        (["-"], "No such command '-'. Did you mean 'ctxlint check -'?"),
        (["chekc"], "No such command 'chekc'. Did you mean 'ctxlint check'?"),
        (["lint"], "No such command 'lint'."),
        (["check", "--fix"], "No such option '--fix'. Did you mean 'ctxlint fix'?"),
        (["check", "--diff"], "No such option '--diff'. Did you mean 'ctxlint fix --diff'?"),
        (
            ["check", "--unsafe-fixes"],
            "No such option '--unsafe-fixes'. Did you mean 'ctxlint fix --unsafe-fixes'?",
        ),
        (
            ["fix", "--compare"],
            "No such option '--compare'. Did you mean 'ctxlint audit --compare'",
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_does_not_exist_gets_advice(
    run: Run, tmp_path: Path, arguments: list[str], advice: str
) -> None:
    for name in ("src", "my files"):
        (tmp_path / name).mkdir()
    result = run(*arguments)
    assert (result.code, result.out, result.err.count("\n")) == (USAGE, "", 1)
    assert advice in result.err


def test_an_option_that_many_have_gets_no_advice(run: Run) -> None:
    assert "Did you mean 'ctxlint" not in run("config", "--quiet").err
