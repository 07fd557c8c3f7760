"""Systems that give little: names that are not ASCII are no text to them, or few files are open."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from support.commands import FOUND, USAGE
from support.sample_findings import BAD
from support.terminals import command

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="encodings and limits of Linux")
ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


def checked(*args: str, cwd: Path, before: str = "", **options: str) -> tuple[int, bytes, bytes]:
    done = subprocess.run(
        command("check", "-q", "--output-format", "concise", *args, before=before),
        cwd=cwd,
        env=os.environ | options,
        capture_output=True,
        check=False,
        timeout=60,
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("arguments", [(".",), ("é.py", "日本")])
def test_a_name_that_is_no_ascii_is_checked_where_names_are_ascii(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    (tmp_path / "日本").mkdir()
    for name in ("é.py", "日本/b.py"):
        (tmp_path / name).write_text(BAD)
    code, out, err = checked(*arguments, cwd=tmp_path, **ASCII)
    assert (code, err) == (FOUND, b"")
    assert out.count(b"CTX101") == 2


@pytest.mark.parametrize("limit", [6, 8, 10, 12, 14, 16])
def test_few_open_files_are_enough_or_a_line(tmp_path: Path, limit: int) -> None:
    for number in range(50):
        (tmp_path / f"m{number:02}.py").write_text(BAD)
    whole = checked("--no-cache", "-j", "4", cwd=tmp_path)
    few = f"import resource; resource.setrlimit(resource.RLIMIT_NOFILE, ({limit}, {limit}))"
    code, out, err = checked("--no-cache", "-j", "4", cwd=tmp_path, before=few)
    assert b"Traceback" not in err
    assert b"internal error" not in err
    if limit >= 12:
        assert (code, out, err) == whole
    else:
        assert code in {FOUND, USAGE}
