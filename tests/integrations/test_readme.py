"""README, CHANGELOG, the hooks, and the links of all pages: what they quote exists."""

from __future__ import annotations

import importlib
import re
import shlex
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import click
import pytest
from support import page_blocks

import ctxlint
from ctxlint.cli import main
from ctxlint.rules.registry import RULES

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
TEXT = README.read_text(encoding="utf-8")
SH = [block.text for block in page_blocks.blocks(README, "sh")]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def table(heading: str) -> list[list[str]]:
    """The cells of the first table under a heading or line, row by row."""
    lines = TEXT.partition(f"{heading}\n\n")[2].partition("\n\n")[0].splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def options(command: click.Command) -> set[str]:
    return {name for param in command.params for name in (*param.opts, *param.secondary_opts)}


def test_there_are_two_commands_of_one_line_each() -> None:
    assert len(SH) == 2
    for text in SH:
        assert text.count("\n") == 1
        assert text.startswith("python3 -m venv .venv && .venv/bin/pip install ")


def test_the_first_command_finds_what_the_readme_says() -> None:
    program, *args = shlex.split(SH[0].rpartition("&&")[2])
    assert program == ".venv/bin/ctxlint"
    command = [sys.executable, "-m", "ctxlint", *args]
    result = subprocess.run(
        command, capture_output=True, text=True, encoding="utf-8", cwd=ROOT, check=False
    )
    assert result.returncode == 1
    first = next(f for f in result.stdout.split("\n\n") if f.startswith("CTX101"))
    (shown,) = (block.text for block in page_blocks.blocks(README, "text"))
    assert shown == f"{first}\n\n{result.stderr}"
    counts = Counter(re.findall(r"^(CTX\d+) ", result.stdout, re.MULTILINE))
    assert f"{counts['CTX101']} such calls" in TEXT
    assert f"Found {counts.total()} findings" in result.stderr


def test_the_second_command_runs_the_suite_with_an_extra_that_exists() -> None:
    extras = re.findall(r"\.\[(\w+)\]", SH[1])
    assert extras == ["test"]
    assert set(extras) <= set(PROJECT["project"]["optional-dependencies"])
    assert SH[1].rstrip().endswith(".venv/bin/pytest -n auto")


def test_the_commands_exist_and_have_the_options_named() -> None:
    calls = re.findall(r"`ctxlint (\w+)([^`\n]*)`", TEXT)
    assert {"check", "fix"} <= {name for name, _ in calls}
    for name, rest in calls:
        command = main.cli.commands[name]
        assert set(re.findall(r"--[a-z-]+", rest)) <= options(command)


def test_the_output_formats_exist() -> None:
    sentence = TEXT.partition("as `--output-format` ")[2].partition(";")[0]
    (format_option,) = (p for p in main.check.params if p.name == "output_format")
    assert isinstance(format_option.type, click.Choice)
    assert re.findall(r"`(\w+)`", sentence) == list(format_option.type.choices)


def test_the_table_of_rules_is_that_of_the_code() -> None:
    rows = table("## Rules")
    assert len(rows) == len(RULES)
    for rule, (code, name, level, in_tests, _) in zip(RULES, rows, strict=True):
        folder = rule.name.replace("-", "_")
        page = f"src/ctxlint/rules/{folder}/{folder}.md"
        assert code == f"[{rule.code}]({page})"
        assert name == rule.name
        assert level == rule.levels
        assert in_tests == ("yes" if rule.in_tests else "no")


@pytest.mark.parametrize(
    ("arguments", "stdin", "code"),
    [
        (["check"], "", 0),
        (["check"], None, 1),
        (["fix", "--diff"], None, 1),
        (["fix"], None, 0),
        (["check", "--no-such-option"], "", 2),
        (["check"], "get_user_execution_context(\n", 2),
    ],
)
def test_the_exit_codes(arguments: list[str], stdin: str | None, code: int) -> None:
    assert [row[0] for row in table("Exit codes:")] == ["0", "1", "2"]
    bad = page_blocks.blocks(README, "python")[0].text
    result = subprocess.run(
        [sys.executable, "-m", "ctxlint", *arguments, "--stdin-filename", "handler.py", "-"],
        input=bad if stdin is None else stdin,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert result.returncode == code, result.stderr


@pytest.mark.parametrize(
    "page", sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]), ids=lambda page: page.name
)
def test_the_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)]+)\)", page.read_text(encoding="utf-8")):
        if target.startswith("https://"):
            continue
        name, _, anchor = target.partition("#")
        path = page.parent / name if name else page
        assert path.exists(), target
        if not anchor:
            continue
        headings = re.findall(r"^#+ (.*)$", path.read_text("utf-8"), re.MULTILINE)
        assert anchor in {head.lower().replace(" ", "-") for head in headings}


def test_the_make_targets_exist() -> None:
    named = re.findall(r"^\| `make (\w+)`", (ROOT / "CONTRIBUTING.md").read_text("utf-8"), re.M)
    targets = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert (
        set(named)
        == set(targets)
        == {"check", "test", "fuzz", "mutate", "bench", "profile", "golden", "pictures"}
    )


def test_the_changelog_knows_the_version() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert re.findall(r"^## \[([^]]+)\]", changelog, re.MULTILINE)[0] == ctxlint.__version__
    for rule in RULES:
        assert f"{rule.code} `{rule.name}`" in changelog


def test_the_commands_that_ci_calls_exist() -> None:
    named = set(re.findall(r"`\.ci/(\w+)`", (ROOT / "CONTRIBUTING.md").read_text("utf-8")))
    assert named == {path.name for path in (ROOT / ".ci").iterdir()}


def test_the_files_that_contributing_lists_exist() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8").partition("| where | what |")[2]
    listed = re.findall(r"`([\w./-]+)`", "".join(re.findall(r"^\|[^|]+\|", text, re.MULTILINE)))
    assert len(listed) > 20
    for name in listed:
        folders = (ROOT, ROOT / "src" / "ctxlint", ROOT / "src" / "ctxlint" / "flow")
        assert any((folder / name).exists() for folder in folders), name


def test_the_codemod_exists() -> None:
    module, name = re.findall(r"-x (\S+)\.(\w+) PATHS", TEXT)[0]
    assert hasattr(importlib.import_module(module), name)


def test_the_hooks_run_commands_that_exist() -> None:
    text = (ROOT / ".pre-commit-hooks.yaml").read_text("utf-8")
    hooks = dict(zip(re.findall(r"id: (.+)", text), re.findall(r"entry: (.+)", text), strict=True))
    assert hooks == {"ctxlint": "ctxlint check", "ctxlint-fix": "ctxlint fix"}
    assert set(re.findall(r"- id: (\S+)", TEXT)) <= set(hooks)
