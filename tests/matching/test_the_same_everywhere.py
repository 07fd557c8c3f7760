"""A getter is matched the same by whoever asks: the command line, other tools, Python callers."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import libcst as cst
import pytest
from libcst.codemod import CodemodContext
from support.commands import Run

import ctxlint
from ctxlint.codemods import FixGeneratedSessionIds

TOML = """\
[tool.ctxlint]
[[tool.ctxlint.getter]]
call = "app.find.resume"
ids = { chat_id = 1 }
none = "reuse"
[[tool.ctxlint.getter]]
call = "app.service.Ledger.open_for"
ids = { chat_id = 1 }
none = "reuse"
"""
FIND = "def resume(user, chat_id=None):\n    return user, chat_id\n"
SERVICE = """\
class Ledger:
    def open_for(self, user, chat_id=None):
        return user, chat_id


ledger = Ledger()
"""
IMPORTS = {
    "relative": ("from ..find import resume", "resume"),
    "re-exported": ("from app import resume", "resume"),
    "renamed": ("from app import go_on", "go_on"),
    "method": ("from ..service import ledger", "ledger.open_for"),
}
NAME = "app/web/handler.py"


def _check(run: Run, *arguments: str) -> list[int]:
    found = json.loads(run("check", "--output-format", "json", *arguments).out)
    return [one["location"]["row"] for one in found]


def _stdin(run: Run, text: str) -> list[int]:
    arguments = ("check", "--output-format", "json", "--stdin-filename", NAME, "-")
    return [one["location"]["row"] for one in json.loads(run(*arguments, stdin=text.encode()).out)]


def _flake8(_: Run, __: str) -> list[int]:
    command = [sys.executable, "-m", "flake8", "--select", "CTX", NAME]
    shown = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    return [int(line.split(":")[1]) for line in shown.splitlines()]


def _history(run: Run, _: str) -> list[int]:
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "all"]):
        git = ["git", "-c", "user.name=a", "-c", "user.email=a@b", *command]
        subprocess.run(git, check=True, capture_output=True)
    document = json.loads(run("history", "--output-format", "json").out)
    return [4 for one in document["findings"] if one["code"] == "CTX101"]


def _codemod(_: Run, text: str) -> list[int]:
    command = FixGeneratedSessionIds(CodemodContext(filename=NAME))
    after = command.transform_module(cst.parse_module(text)).code
    return [4] if "None" in after else []


def _fix_source(_: Run, text: str) -> list[int]:
    after, remaining = ctxlint.fix_source(text, NAME)
    assert not remaining
    return [4] if "None" in after else []


ASKING: dict[str, Callable[[Run, str], list[int]]] = {
    "folder": lambda run, _: _check(run, "."),
    "file": lambda run, _: _check(run, NAME),
    "stdin": _stdin,
    "flake8": _flake8,
    "history": _history,
    "codemod": _codemod,
    "lint_source": lambda _, text: [f.span.start.row for f in ctxlint.lint_source(text, NAME)],
    "fix_source": _fix_source,
    "lint_paths": lambda _, __: [f.span.start.row for f in ctxlint.lint_paths(["."])[0]],
}


@pytest.mark.parametrize("asking", ASKING)
@pytest.mark.parametrize("way", IMPORTS)
def test_it_is_found(run: Run, tmp_path: Path, asking: str, way: str) -> None:
    statement, call = IMPORTS[way]
    text = f"import uuid\n{statement}\n\ndef f(user): {call}(user, uuid.uuid4())\n"
    files = {
        "pyproject.toml": TOML,
        "src/app/__init__.py": "from .find import resume\nfrom .find import resume as go_on\n",
        "src/app/find.py": FIND,
        "src/app/service.py": SERVICE,
        "src/app/web/__init__.py": "",
        "src/app/web/handler.py": text,
    }
    for name, content in files.items():
        path = tmp_path / name.removeprefix("src/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    assert ASKING[asking](run, text) == [4]
