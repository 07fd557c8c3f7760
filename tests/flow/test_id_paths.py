"""IDs inside of arguments and objects, in back ends of several kinds.

`tests/contract_back_ends` has a folder for each; in its web.py a function `wrong_1` hands a
generated ID to the getter, `right_1` does not, and `todo_...` is judged wrongly yet. `web.fixed` is
what the safe fixes make of it.
"""

from __future__ import annotations

import ast
import json
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from subprocess import run as run_process
from sys import executable
from typing import Any

import pytest

BACK_ENDS = Path(__file__).parents[1] / "contract_back_ends"
NAMES = sorted(path.name for path in BACK_ENDS.iterdir())
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def ctxlint(folder: Path, *arguments: str) -> str:
    command = [executable, "-m", "ctxlint", *arguments]
    done = run_process(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    assert ".toml:" not in done.stderr
    return done.stdout


@cache
def findings(name: str) -> list[dict[str, Any]]:
    """The findings of a back end."""
    out = ctxlint(BACK_ENDS / name, "check", "--no-cache", "--output-format", "json", ".")
    return list(json.loads(out))


def functions(name: str) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    tree = ast.parse((BACK_ENDS / name / "web.py").read_text())
    return (node for node in ast.walk(tree) if isinstance(node, FUNCTIONS))


def judged() -> Iterator[Any]:
    """Each function that says how it is to be judged."""
    for name in NAMES:
        for node in functions(name):
            verdict = node.name.removeprefix("todo_").partition("_")[0]
            marks = [pytest.mark.xfail(strict=True)] if node.name.startswith("todo_") else []
            if verdict in ("wrong", "right"):
                rows = range(node.lineno, (node.end_lineno or 0) + 1)
                identity = f"{name}-{node.name}"
                yield pytest.param(name, rows, verdict == "wrong", id=identity, marks=marks)


@pytest.mark.parametrize(("name", "rows", "is_wrong"), list(judged()))
def test_it_is_judged_rightly(name: str, rows: range, is_wrong: bool) -> None:
    steps = [
        step
        for finding in findings(name)
        for step in finding["trace"]
        if step["filename"] == "web.py" and step["location"]["row"] in rows
    ]
    assert bool(steps) == is_wrong


@pytest.mark.parametrize("name", NAMES)
def test_the_finding_names_the_id(name: str) -> None:
    for finding in findings(name):
        assert f"generated {' and '.join(finding['ids'])} reach" in finding["message"]
        last = finding["trace"][-1]
        assert last["kind"] == "sink"
        assert any(last["message"].startswith(f"passed as {one} to ") for one in finding["ids"])


@pytest.mark.parametrize("name", NAMES)
def test_it_is_repaired(name: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    folder = tmp_path / name
    shutil.copytree(BACK_ENDS / name, folder)
    golden = BACK_ENDS / name / "web.fixed"
    ctxlint(folder, "fix", "--no-cache", ".")
    after = (folder / "web.py").read_text()
    if request.config.getoption("--update-golden"):
        golden.write_text(after)
    assert after == golden.read_text()
    ctxlint(folder, "fix", "--no-cache", ".")
    assert (folder / "web.py").read_text() == after
