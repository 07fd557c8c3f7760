"""How tests run flake8 with the plugin, and what it shows of ours."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from support.commands import Result, process

if TYPE_CHECKING:
    from collections.abc import Sequence

FLAKE8 = ("-m", "flake8")
_LINE = re.compile(r"(.+?):(\d+):(\d+): (CTX\d+) (.*)")


class Shown(NamedTuple):
    """A finding as both tools show it: its row and column count from 1."""

    path: str
    row: int
    column: int
    code: str
    text: str


def flake8(*args: str, cwd: Path, stdin: bytes = b"", program: Sequence[str] = FLAKE8) -> Result:
    """Run flake8 in a process of its own."""
    arguments = [sys.executable, *program, *args]
    done = subprocess.run(arguments, cwd=cwd, input=stdin, capture_output=True, check=False)
    result = Result(done.returncode, done.stdout.decode(), done.stderr.decode())
    assert "Traceback" not in result.err + result.out
    return result


def shown(result: Result) -> list[Shown]:
    """What flake8 shows that is ours, sorted."""
    lines = filter(None, map(_LINE.fullmatch, result.out.splitlines()))
    return sorted(
        Shown(path, int(row), int(column), code, text)
        for path, row, column, code, text in (line.groups() for line in lines)
    )


def shown_by_ctxlint(*args: str, cwd: Path) -> list[Shown]:
    found = json.loads(process("check", "--output-format", "json", *args, cwd=cwd).stdout)
    return sorted(
        Shown(one["filename"], *one["location"].values(), one["code"], one["message"])
        for one in found
    )


def codes(*args: str, cwd: Path, **options: Any) -> list[str]:
    """The codes of ours that a run of flake8 shows."""
    return [one.code for one in shown(flake8(*args, cwd=cwd, **options))]


def configure(folder: Path, table: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "pyproject.toml").write_text(f"[tool.ctxlint]\n{table}\n")
