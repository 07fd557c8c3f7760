"""Files with findings, and what a baseline has of them, for the tests of baselines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from support.commands import CLEAN, FOUND, Run

HEAD = """\
from app.session import get_user_execution_context
from shared.ids import UnifiedIdGenerator
"""
# Flagged, and fixed only with --unsafe-fixes: the generated ID is read elsewhere too.
UNSAFE = (
    HEAD
    + """

def report(user_id):
    run_id = UnifiedIdGenerator.generate_base_id("run")
    context = get_user_execution_context(user_id, run_id=run_id)
    return context, run_id
"""
)
DEAD = "from app.session import create_user_execution_context\n"


def handler(*names: str, calls: int = 1) -> str:
    """A module whose functions have these names, and as many calls each, all alike."""
    call = '    get_user_execution_context(user_id, UnifiedIdGenerator.generate_base_id("t"))\n'
    return HEAD + "".join(f"\n\ndef {name}(user_id):\n{call * calls}" for name in names)


def entries(path: Path) -> list[dict[str, Any]]:
    """The entries of a baseline."""
    found: list[dict[str, Any]] = json.loads(path.read_text())["findings"]
    return found


def keys(path: Path) -> list[tuple[str, str, int]]:
    """The path, the function and the count of each entry of a baseline."""
    return [(entry["path"], entry["function"], entry["count"]) for entry in entries(path)]


def check(run: Run, *args: str) -> list[str]:
    """The places of the findings that a check reports as new."""
    result = run("check", "--baseline", "known.json", "--output-format", "concise", *args)
    assert result.code == (FOUND if result.out else CLEAN)
    return [line.split(": ")[0] for line in result.out.splitlines()]
