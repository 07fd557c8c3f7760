"""Shell completion: what shells are told, and docs/completion.md."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest
from support import page_blocks
from support.commands import process

from ctxlint.cli import main
from ctxlint.output import FORMATS
from ctxlint.rules.registry import RULES

PAGE = Path(__file__).parents[2] / "docs" / "completion.md"
BASH, ZSH, FISH = (block.text for block in page_blocks.blocks(PAGE, "sh"))
CODES = {rule.code for rule in RULES}
FILES = [
    (name, option)
    for name, command in main.cli.commands.items()
    for param in command.params
    for option in param.opts
    if isinstance(param, click.Option) and param.metavar == "FILE"
]


def completed(*words: str, cwd: Path) -> list[tuple[str, str]]:
    """Kind and text of what completes the last word, as Bash asks for it."""
    request = {
        "_CTXLINT_COMPLETE": "bash_complete",
        "COMP_WORDS": " ".join(["ctxlint", *words]),
        "COMP_CWORD": str(len(words)),
    }
    done = process(cwd=cwd, env=os.environ | request)
    assert (done.returncode, done.stderr) == (0, b"")
    found = (line.partition(",") for line in done.stdout.decode().splitlines() if line)
    return [(kind, text) for kind, _, text in found]


def plain(*words: str, cwd: Path) -> set[str]:
    """The words that complete the last one."""
    found = completed(*words, cwd=cwd)
    assert {kind for kind, _ in found} <= {"plain"}
    return {text for _, text in found}


def test_commands_are_completed(tmp_path: Path) -> None:
    assert plain("", cwd=tmp_path) == set(main.cli.commands)
    assert plain("exp", cwd=tmp_path) == {"explain"}


@pytest.mark.parametrize("name", sorted(main.cli.commands))
def test_the_options_of_each_command_are_completed(tmp_path: Path, name: str) -> None:
    params = [param for param in main.cli.commands[name].params if isinstance(param, click.Option)]
    options = {option for param in params for option in (*param.opts, *param.secondary_opts)}
    long = {option for option in options if option.startswith("--")}
    assert plain(name, "--", cwd=tmp_path) == long | {"--help"}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["check", "--output-format", ""], set(FORMATS)),
        (["explain", "--output-format", ""], {"text", "json"}),
        (["rules", "--color", "a"], {"auto", "always"}),
        (["fix", "--keep", ""], {"none", "received", "all"}),
        (["explain", ""], CODES),
        (["explain", "CTX2"], {"CTX201", "CTX202"}),
        (["explain", "ctx2"], {"CTX201", "CTX202"}),
        (["explain", "CTX101", "CTX3"], {"CTX301"}),
        (["explain", "XYZ"], set()),
        (["check", "--select", ""], CODES),
        (["fix", "--ignore", "CTX1"], {"CTX101"}),
        (["check", "--extend-select", "CTX3"], {"CTX301"}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_choices_and_codes_are_completed(
    tmp_path: Path, words: list[str], expected: set[str]
) -> None:
    assert plain(*words, cwd=tmp_path) == expected


@pytest.mark.parametrize(("command", "option"), [("check", ""), ("fix", ""), *FILES])
def test_a_shell_completes_paths_itself(tmp_path: Path, command: str, option: str) -> None:
    words = [command, option] if option else [command]
    assert completed(*words, "src/a", cwd=tmp_path) == [("file", "src/a")]


def test_shells_that_show_help_get_the_names_of_rules(tmp_path: Path) -> None:
    request = {"_CTXLINT_COMPLETE": "zsh_complete", "COMP_WORDS": "ctxlint explain"}
    done = process(cwd=tmp_path, env=os.environ | request | {"COMP_CWORD": "2"})
    lines = done.stdout.decode().split()
    assert lines == [word for rule in RULES for word in ("plain", rule.code, rule.name)]


# The page.


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home without any settings, and ctxlint on the path."""
    program = tmp_path / "bin" / "ctxlint"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m ctxlint "$@"\n')
    program.chmod(0o755)
    (tmp_path / ".config/fish/completions").mkdir(parents=True)  # fish makes it when it starts
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    return tmp_path


def said(*arguments: str) -> str:
    done = subprocess.run(arguments, capture_output=True, text=True, check=True)
    return done.stdout


def needs(shell: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(shutil.which(shell) is None, reason=f"no {shell}")


@needs("bash")
def test_the_line_for_bash_completes(home: Path) -> None:
    said("bash", "-c", BASH)
    ask = (
        '. ~/.bashrc; COMP_WORDS=(ctxlint explain CTX2) COMP_CWORD=2; "$1" ctxlint; echo $COMPREPLY'
    )
    registered = said("bash", "-c", ". ~/.bashrc; complete -p ctxlint")
    function = registered.split()[-2]
    assert said("bash", "-c", ask, "-", function) == "CTX201\n"


@needs("sh")
def test_the_line_for_zsh_evaluates_the_script_for_zsh(home: Path) -> None:
    said("sh", "-c", ZSH)
    inner = (home / ".zshrc").read_text().strip().removeprefix('eval "$(').removesuffix(')"')
    assert said("sh", "-c", inner).startswith("#compdef ctxlint\n")


@needs("zsh")
def test_the_line_for_zsh_registers_a_function(home: Path) -> None:
    said("zsh", "-c", ZSH)
    ask = "autoload -Uz compinit; compinit -u -D; . ~/.zshrc; whence -w $_comps[ctxlint]"
    assert said("zsh", "-c", ask).endswith(": function\n")


@needs("sh")
def test_the_line_for_fish_writes_the_script_for_fish(home: Path) -> None:
    said("sh", "-c", FISH)
    assert (
        "complete --no-files --command ctxlint"
        in (home / ".config/fish/completions/ctxlint.fish").read_text()
    )


@needs("fish")
def test_the_line_for_fish_completes(home: Path) -> None:
    said("fish", "-c", FISH)
    assert said("fish", "-c", "complete -C 'ctxlint explain CTX20'").split()[0] == "CTX201"
