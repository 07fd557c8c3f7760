"""README and docs: each command that they name is run, and each option there is has its place.

`CHECKED_BY` says which tests look at the blocks of a page; a block of a new kind fails here.
"""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import click
import pytest
from support import page_blocks
from support.commands import CLEAN, FOUND, Run
from support.repositories import new
from support.sample_findings import BAD

from ctxlint.cli import main

ROOT = Path(__file__).parents[2]
PAGES = [
    *(ROOT / name for name in ("README.md", "SECURITY.md", "CONTRIBUTING.md")),
    *sorted(ROOT.glob("docs/*.md")),
    *sorted(ROOT.glob("editors/*/README.md")),
    *sorted(ROOT.glob("examples/*/README.md")),
    *sorted(ROOT.glob("src/ctxlint/rules/*/*.md")),
]
TEXT = "\n".join(page.read_text("utf-8") for page in PAGES)
EDITORS = ROOT / "docs" / "editors.md"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
VSCODE = json.loads((ROOT / "editors/vscode/package.json").read_text("utf-8"))
CHECKED_BY = {
    ("README.md", "console"): ".ci/packages and here",
    ("README.md", "python"): "tests/rules/test_pages.py",
    ("README.md", "sh"): ".ci/run",
    ("README.md", "text"): "tests/integrations/test_readme.py",
    ("README.md", "toml"): "tests/config/test_json_schema.py and here",
    ("README.md", "yaml"): "here",
    ("docs/completion.md", "sh"): "tests/cli/test_completion.py",
    ("docs/editors.md", "elisp"): "here",
    ("docs/editors.md", "json"): "here",
    ("docs/editors.md", "lua"): "here",
    ("docs/editors.md", "sh"): ".ci/vscode and here",
    ("docs/editors.md", "toml"): "here",
    **{
        (f"docs/{page}.md", language): "tests/integrations/test_docs.py"
        for page, languages in {
            "audit": ("console", "python"),
            "configuration": ("console", "json", "python", "toml"),
            "frameworks": ("console", "python", "toml"),
            "history": ("console", "python", "sh"),
            "libcst": ("console", "python", "toml", "yaml"),
            "integrations": ("console", "ini", "python", "sh", "toml", "yaml"),
            "python": ("console", "python", "toml"),
            "scale": ("console", "python", "sh"),
            "suppression-and-baseline": ("console", "json", "python"),
        }.items()
        for language in languages
    },
}


def spans(program: str) -> list[str]:
    """What the pages have between backticks that begins with a program."""
    return sorted(set(re.findall(rf"(?<!`)`({program} [^`\n]+)`(?!`)", TEXT)))


def blocks(page: Path, language: str) -> list[str]:
    return [block.text for block in page_blocks.blocks(page, language)]


# Which blocks and options there are.


def test_each_kind_of_block_is_looked_at_by_a_test() -> None:
    pages = [ROOT / "README.md", *ROOT.glob("docs/*.md")]
    found = {
        (str(page.relative_to(ROOT)), block.language)
        for page in pages
        for block in page_blocks.blocks(page)
    }
    assert found == CHECKED_BY.keys()
    for name in CHECKED_BY.values():
        for path in re.findall(r"[\w.]+/[\w./]+", name):
            assert (ROOT / path).is_file(), path


def test_no_option_is_without_a_document() -> None:
    options = {
        (name, tuple(param.opts))
        for name, command in main.cli.commands.items()
        for param in command.params
        if isinstance(param, click.Option)
    }
    words = set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", TEXT))
    missing = {(name, spellings) for name, spellings in options if not words & set(spellings)}
    assert missing == set()


def test_every_command_has_a_document() -> None:
    assert {name for name in main.cli.commands if f"`ctxlint {name}" not in TEXT} == set()


# Commands in sentences.


@pytest.mark.parametrize("statement", [text for text in spans("ctxlint") if "server" not in text])
def test_a_command_that_a_page_names_runs(run: Run, tmp_path: Path, statement: str) -> None:
    if "examples" in statement:
        shutil.copytree(ROOT / "examples/chat_service", tmp_path / "examples/chat_service")
    (tmp_path / "FILE").write_text(BAD)
    (tmp_path / "ctxlint-examples").mkdir()
    (tmp_path / "ctxlint-examples/a.py").write_text("x = 1  # ok: CTX101\n")
    repo = new(tmp_path)
    repo.git("update-ref", "refs/remotes/origin/main", repo.save())
    run("check", "--write-baseline", "known.json")
    _, *words = shlex.split(statement.replace("[REPO]", "."))
    result = run(*words, stdin=BAD.encode())
    assert result.code in {CLEAN, FOUND}, result.err


@pytest.mark.parametrize("statement", spans("ctxlint server"))
def test_a_server_that_a_page_names_starts(tmp_path: Path, statement: str) -> None:
    said = b"".join(
        b"Content-Length: %d\r\n\r\n%s" % (len(text), text)
        for text in (
            b'{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":{}}}',
            b'{"jsonrpc":"2.0","id":2,"method":"shutdown"}',
            b'{"jsonrpc":"2.0","method":"exit"}',
        )
    )
    command = [sys.executable, "-m", *shlex.split(statement)]
    done = subprocess.run(command, cwd=tmp_path, input=said, capture_output=True, check=False)
    assert done.returncode == CLEAN, done.stderr
    assert b'"name":"ctxlint"' in done.stdout.replace(b": ", b":")


@pytest.mark.parametrize("statement", spans("pip install"))
def test_an_extra_that_a_page_names_exists(statement: str) -> None:
    (extra,) = re.findall(r"'ctxlint\[(\w+)\]'", statement)
    assert extra in PROJECT["optional-dependencies"]


@pytest.mark.parametrize("statement", spans("make"))
def test_a_target_that_a_page_names_exists(statement: str) -> None:
    make = ["make", "--dry-run", "--directory", str(ROOT), *shlex.split(statement)[1:]]
    assert subprocess.run(make, capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize("statement", spans("python"))
def test_a_script_that_a_page_names_exists(statement: str) -> None:
    _, first, *_ = shlex.split(statement)
    assert first == "-m" or (ROOT / first).is_file()


# README.


def test_the_commands_of_the_readme_run(run: Run, tmp_path: Path) -> None:
    (table, *_) = blocks(ROOT / "README.md", "toml")
    (tmp_path / "pyproject.toml").write_text(table)
    sessions = tmp_path / "myapp/sessions.py"
    sessions.parent.mkdir()
    sessions.write_text("class SessionStore:\n    def open(self, user_id, session_id=None): ...\n")
    (tmp_path / "FILE").write_text(BAD)
    own = [b for b in blocks(ROOT / "README.md", "console") if "git+https" not in b]
    commands = [line.removeprefix("$ ") for block in own for line in block.splitlines()]
    assert len(commands) >= 3
    for command in commands:
        words = shlex.split(command.replace(" PATHS", " FILE"))
        program = [sys.executable] if words[0] == "python" else [sys.executable, "-m", words[0]]
        done = subprocess.run(
            [*program, *words[1:]], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert done.returncode == CLEAN, (command, done.stdout + done.stderr)


def test_the_hook_of_the_readme_is_a_configuration(tmp_path: Path) -> None:
    (text,) = blocks(ROOT / "README.md", "yaml")
    path = tmp_path / ".pre-commit-config.yaml"
    path.write_text(text)
    command = [sys.executable, "-m", "pre_commit", "validate-config", path]
    assert subprocess.run(command, check=False).returncode == 0


def test_what_ruff_is_told_is_the_same_everywhere() -> None:
    told = [b for b in blocks(ROOT / "README.md", "toml") if "ruff" in b]
    assert told == [b for b in blocks(ROOT / "docs/integrations.md", "toml") if "ruff" in b]


# Editors.


@pytest.mark.skipif(not shutil.which("nvim"), reason="no Neovim")
@pytest.mark.parametrize("number", range(2))
def test_neovim_takes_its_lines(tmp_path: Path, number: int) -> None:
    script = tmp_path / "init.lua"
    script.write_text(blocks(EDITORS, "lua")[number])
    shutil.copytree(ROOT / "editors/neovim", tmp_path / "lua")
    # Before 0.11 the first block is only read.
    run = f"loadfile('{script}')"
    check = f"lua local f = assert({run}); if {number} == 1 or vim.lsp.config then f() end"
    command = ["nvim", "--clean", "--headless", "--cmd", f"set rtp+={tmp_path}", "-c", check]
    done = subprocess.run([*command, "-c", "quitall!"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.strip()) == (0, "")


@pytest.mark.skipif(not shutil.which("emacs"), reason="no Emacs")
def test_emacs_takes_its_lines(tmp_path: Path) -> None:
    (text,) = blocks(EDITORS, "elisp")
    (tmp_path / "init.el").write_text(text)
    shown = "(when (require 'eglot nil t) (princ (assoc 'python-mode eglot-server-programs)))"
    command = ["emacs", "--batch", "-Q", "-l", str(tmp_path / "init.el"), "--eval", shown]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout in {"", "(python-mode ctxlint server)"}  # without eglot before Emacs 29


def test_vscode_knows_its_settings() -> None:
    (text,) = blocks(EDITORS, "json")
    own = {key for key in json.loads(text) if key.startswith("ctxlint")}
    assert own
    assert own <= VSCODE["contributes"]["configuration"]["properties"].keys()
    (build,) = blocks(EDITORS, "sh")
    assert "npm run package" in build
    assert "package" in VSCODE["scripts"]


def test_helix_has_a_table_of_a_server_that_starts() -> None:
    (text,) = blocks(EDITORS, "toml")
    server = tomllib.loads(text)["language-server"]["ctxlint"]
    assert [server["command"], *server["args"]] == ["ctxlint", "server"]
