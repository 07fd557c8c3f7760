"""Emacs with eglot, on the example."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from support.commands import process

ROOT = Path(__file__).parents[2]
FILE = "app/websocket/quality_alert_handler.py"
ROWS = [64, 85, 102, 125]


def emacs(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    command = ["emacs", "--batch", "-q", *arguments]
    environment = {**os.environ, **variables}
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=120, check=False
    )


def has_eglot() -> bool:
    """Whether there is an Emacs with eglot on this machine."""
    needs = "(progn (package-initialize) (require 'eglot))"
    return shutil.which("emacs") is not None and emacs("--eval", needs).returncode == 0


@pytest.mark.skipif(not has_eglot(), reason="Emacs with eglot is not installed")
def test_emacs_has_the_findings_and_fixes_them(tmp_path: Path) -> None:
    example = tmp_path / "example"
    shutil.copytree(ROOT / "examples" / "chat_service", example)
    (example / "pyproject.toml").write_text("[tool.ctxlint]\n")
    done = emacs(
        *("-l", str(Path(__file__).with_name("emacs.el"))),
        CTXLINT_COMMAND="\t".join([sys.executable, "-m", "ctxlint", "server"]),
        CTXLINT_FILE=str(example / FILE),
        CTXLINT_OUT=str(tmp_path),
        HOME=str(tmp_path),
    )
    assert done.returncode == 0, done.stderr
    told = sorted(
        (tmp_path / "told.txt").read_text().splitlines(), key=lambda line: int(line.split()[0])
    )
    for row, line in zip(ROWS, told, strict=True):
        assert line.startswith(f"{row} eglot-error ctxlint [CTX101]: generated thread_id")
    process("fix", "-q", FILE, cwd=example)
    assert (tmp_path / "fixed.py").read_text() == (example / FILE).read_text()
