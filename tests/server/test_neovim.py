"""Neovim, with the configuration in editors/neovim, on the example."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from support.commands import process

ROOT = Path(__file__).parents[2]
FILE = "app/websocket/quality_alert_handler.py"
ROW = 64
NEOVIM = shutil.which("nvim")

pytestmark = pytest.mark.skipif(
    NEOVIM is None and not os.environ.get("CTXLINT_NEEDS_NEOVIM"), reason="Neovim is not installed"
)


@pytest.fixture
def example(tmp_path: Path) -> Path:
    folder = tmp_path / "example"
    shutil.copytree(ROOT / "examples" / "chat_service", folder)
    (folder / "pyproject.toml").write_text("[tool.ctxlint]\n")
    return folder


def neovim(example: Path, out: Path, kind: str, left: int) -> dict[str, Any]:
    """What Neovim had of the file; then it applied the first action of a kind on the row."""
    assert NEOVIM
    wanted = {
        "editor": str(ROOT / "editors" / "neovim"),
        "command": [sys.executable, "-m", "ctxlint", "server"],
        "file": str(example / FILE),
        "out": str(out),
        "row": ROW,
        "count": 4,
        "kind": kind,
        "left": left,
        "wait": 30,
    }
    script = Path(__file__).with_name("neovim.lua")
    done = subprocess.run(
        [NEOVIM, "--headless", "-u", "NONE", "-i", "NONE", "-S", str(script)],
        env={**os.environ, "CTXLINT_TEST": json.dumps(wanted), "XDG_STATE_HOME": str(out)},
        cwd=example,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads((out / "told.json").read_text())
    return {
        "told": told,
        "title": (out / "title.txt").read_text(),
        "fixed": (out / "fixed.py").read_text(),
        "hover": json.loads((out / "hover.json").read_text()),
    }


def test_neovim_has_code_level_trace_and_hover(example: Path, tmp_path: Path) -> None:
    found = neovim(example, tmp_path, "quickfix", left=3)
    first = found["told"][0]
    assert (first["code"], first["severity"], first["lnum"]) == ("CTX101", 1, ROW - 1)
    trace = first["user_data"]["lsp"]["relatedInformation"]
    assert trace[0]["message"] == "an ID is generated here"
    assert trace[-1]["message"] == "passed as run_id to get_user_execution_context()"
    assert found["hover"]["result"]["contents"]["value"].startswith("# generated-session-id")


def test_the_quick_fix_makes_what_ctxlint_fix_makes(example: Path, tmp_path: Path) -> None:
    """Of one finding in a file of its own: `ctxlint fix` would fix the others as well."""
    path = example / FILE
    found = neovim(example, tmp_path, "quickfix", left=3)
    assert found["title"].startswith("Pass None for thread_id and run_id")
    before = path.read_text()
    path.write_text(found["fixed"])
    process("fix", "-q", FILE, cwd=example)
    after_both = path.read_text()
    path.write_text(before)
    process("fix", "-q", FILE, cwd=example)
    assert after_both == path.read_text() != before


def test_fixing_all_makes_what_ctxlint_fix_makes(example: Path, tmp_path: Path) -> None:
    found = neovim(example, tmp_path, "source.fixAll.ctxlint", left=0)
    process("fix", "-q", FILE, cwd=example)
    assert found["fixed"] == (example / FILE).read_text()
