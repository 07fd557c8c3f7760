"""The rule for Fixit that docs/libcst.md shows, run by the installed Fixit."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from support import page_blocks

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "libcst.md"
HANDLERS = ROOT / "examples" / "chat_service" / "app" / "websocket"
SHOWN = ("lint/__init__.py", "lint/session_ids.py", "pyproject.toml")
_PLACE = re.compile(r"^(\S+?)([@:])(\d+):(\d+):? .*?(CTX\d+)", re.MULTILINE)
_FROM_ZERO = "@"  # as Fixit prints columns, behind this sign

Place = tuple[str, int, int, str]

pytest.importorskip("fixit", reason="Fixit wants an older click: .ci/fixit has its own environment")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The handlers of the example, with the rule of the page."""
    shutil.copytree(HANDLERS, tmp_path / "app")
    blocks = {block.heading: block.text for block in page_blocks.blocks(PAGE)}
    for name in SHOWN:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(blocks[f"*{name}*"])
    return tmp_path


def places(folder: Path, *command: str) -> list[Place]:
    """The file, row, column and code of each finding that a command prints."""
    done = subprocess.run(
        [sys.executable, "-m", *command, "app"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    return sorted(
        (name, int(row), int(column) + (sign == _FROM_ZERO), code)
        for name, sign, row, column, code in _PLACE.findall(done.stdout)
    )


def both(folder: Path) -> tuple[list[Place], list[Place]]:
    """What Fixit reports, and what a check does."""
    by_fixit = places(folder, "fixit", "lint")
    return by_fixit, places(folder, "ctxlint", "check", "--output-format", "concise")


def test_it_reports_where_a_check_does(folder: Path) -> None:
    by_fixit, by_check = both(folder)
    assert by_fixit == by_check
    assert len(by_check) > 15


def test_it_obeys_its_comment_at_the_statement_and_noqa(folder: Path) -> None:
    first, *_, last = places(folder, "fixit", "lint")
    for (name, row, *_), comment in ((first, "noqa"), (last, "lint-ignore: SessionIds")):
        lines = (folder / name).read_text().splitlines(keepends=True)
        lines[row - 1] = f"{lines[row - 1].rstrip()}  # {comment}\n"
        (folder / name).write_text("".join(lines))
    by_fixit, by_check = both(folder)
    assert by_fixit == [place for place in by_check if place != last]
    assert last in by_check
    assert first not in by_check
