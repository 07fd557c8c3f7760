"""The codemod command, run by LibCST's own tool, does what `ctxlint fix` does."""

import shutil
import subprocess
import sys
from pathlib import Path

import libcst as cst
import pytest
from libcst.codemod import CodemodContext, SkipFile

from ctxlint.codemods import FixGeneratedSessionIds

HANDLERS = Path(__file__).parents[2] / "examples" / "chat_service" / "app" / "websocket"
FIXTURES = Path(__file__).parents[1] / "fixtures" / "ctx101"


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *command, "."],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*.py"))}


@pytest.mark.parametrize("options", [(), ("--unsafe-fixes",), ("--keep", "none")])
def test_the_codemod_does_what_fix_does(tmp_path: Path, options: tuple[str, ...]) -> None:
    by_codemod, by_fix = tmp_path / "codemod", tmp_path / "fix"
    for folder in (by_codemod, by_fix):
        shutil.copytree(HANDLERS, folder / "websocket")
        shutil.copytree(FIXTURES / "remedy", folder / "remedy")
        shutil.copytree(FIXTURES / "unsafe", folder / "unsafe")
    before = contents(by_fix)
    command = ("libcst.tool", "codemod", "--no-format", "-x")
    result = run(by_codemod, *command, "ctxlint.codemods.FixGeneratedSessionIds", *options)
    assert result.returncode == 0, result.stderr
    run(by_fix, "ctxlint", "fix", "--select", "CTX101", *options)
    assert contents(by_codemod) == contents(by_fix) != before


def test_a_file_that_cannot_be_analysed_is_skipped() -> None:
    """LibCST does not look into string literals; Python does."""
    module = cst.parse_module(r'get_user_execution_context("\N{no such}")')
    command = FixGeneratedSessionIds(CodemodContext(filename="escape.py"))
    with pytest.raises(SkipFile, match=r"escape\.py:1:\d+: syntax error"):
        command.transform_module(module)


def test_an_excluded_file_is_skipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.ctxlint]\nexclude = ["old/"]\n')
    monkeypatch.chdir(tmp_path)
    command = FixGeneratedSessionIds(CodemodContext(filename="old/handler.py"))
    with pytest.raises(SkipFile, match="excluded"):
        command.transform_module(cst.parse_module("x = 1\n"))
