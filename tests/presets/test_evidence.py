"""Presets: what their files and docs/frameworks.md say, and what the frameworks themselves do."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from support import page_blocks
from support.commands import CLEAN, FOUND, USAGE, Run

from ctxlint.config import presets
from ctxlint.contract import PRESETS

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "frameworks.md"
EVIDENCE = Path(__file__).parent / "evidence"
READ = {"DaprSession"}  # needs a server: it was read what it does, not run
MEM0 = "import uuid\nfrom mem0 import Memory\n\n"
each_preset = pytest.mark.parametrize("name", PRESETS)


def rows() -> Iterator[str]:
    """The rows of the table on the page, as the presets have it."""
    for name in PRESETS:
        preset = presets.load(name)
        for getter in preset.getters:
            calls = ", ".join(f"`{call}`" for call in getter["calls"])
            ids = ", ".join(f"`{id}`" for id in getter["ids"])
            package = f"{preset.package} {preset.version}"
            cells = (f"`{name}`", package, calls, ids, getter["none"], getter["evidence"])
            yield f"| {' | '.join(cells)} |"


# What is written.


def test_there_is_a_file_for_each_preset() -> None:
    found = (files("ctxlint.contract") / "presets").iterdir()
    assert sorted(file.name for file in found) == [f"{name}.toml" for name in PRESETS]


def test_the_page_has_the_table_of_the_presets(update_golden: bool) -> None:
    text = PAGE.read_text(encoding="utf-8")
    table = re.compile(r"(?<=\|---\|---\|---\|---\|---\|---\|\n)(\|.*\n)*")
    wanted = "".join(f"{row}\n" for row in rows())
    if update_golden:
        PAGE.write_text(table.sub(lambda _: wanted, text), encoding="utf-8")
        text = PAGE.read_text(encoding="utf-8")
    found = table.search(text)
    assert found
    assert found[0] == wanted


@each_preset
def test_each_preset_says_what_to_do_and_reports_what_is_lost(name: str) -> None:
    assert f"**{name}.**" in PAGE.read_text(encoding="utf-8")
    for getter in presets.load(name).getters:
        assert getter["report"] == "lost"
        assert re.match("pass|leave", getter["help"])
        assert getter["url"].startswith("https://")


# What it means to a user.


def test_config_shows_the_presets_and_where_they_come_from(run: Run, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.ctxlint]\npresets = ["mem0"]\n')
    (line,) = (row for row in run("config").out.splitlines() if row.startswith("presets"))
    assert re.fullmatch(r'presets +== \["mem0"\] +# pyproject.toml'.replace("==", "="), line)
    shown = json.loads(run("config", "--output-format", "json").out)
    assert shown["presets"] == {"value": ["mem0"], "from": ["pyproject.toml"]}
    assert "Memory.add" not in str(shown["getter"])


def test_an_unknown_preset_is_refused_with_the_nearest_name(run: Run, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.ctxlint]\npresets = ["lang-graph"]\n')
    code, out, err = run("check")
    assert (code, out) == (USAGE, "")
    assert err.startswith("pyproject.toml:2:1: [tool.ctxlint] presets: unknown value 'lang-graph'")
    assert err.endswith("did you mean 'langgraph'?\n")


def test_no_preset_is_checked_against_the_code(run: Run, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(f"[tool.ctxlint]\npresets = {json.dumps(PRESETS)}\n")
    (tmp_path / "a.py").write_text("x = 1\n")
    code, _, err = run("check")
    assert code == CLEAN
    assert "defines or calls" not in err
    assert run("config", "--check").code == CLEAN


def test_a_getter_of_the_project_goes_first(run: Run, tmp_path: Path) -> None:
    own = '[[tool.ctxlint.getter]]\ncall = "add"\nids = { run_id = -1 }\nnone = "new"\n'
    text = f"{MEM0}Memory().add('x', user_id=1, run_id=uuid.uuid4())\n"
    (tmp_path / "pyproject.toml").write_text(f'[tool.ctxlint]\npresets = ["mem0"]\n{own}')
    (tmp_path / "a.py").write_text(text)
    assert "reaches add()" in run("check", "--output-format", "concise").out


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ("user_id=1, run_id=new", None),
        ("run_id=new, **scope", "Memory.add() accepts None only together with user_id or agent_id"),
        ("run_id=new", "Memory.add() accepts None only together with user_id or agent_id"),
    ],
)
def test_mem0_is_repaired_where_the_user_is_given(
    run: Run, tmp_path: Path, arguments: str, reason: str | None
) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.ctxlint]\npresets = ["mem0"]\n')
    text = f"{MEM0}\ndef f(scope):\n    Memory().add('x', {arguments})\n"
    path = tmp_path / "a.py"
    path.write_text(text.replace("new", "uuid.uuid4()"))
    (finding,) = json.loads(run("check", "--output-format", "json").out)
    assert (finding["level"], finding["unfixed_reason"]) == ("error", reason)
    assert run("fix").code == (FOUND if reason else CLEAN)
    assert ("run_id=None" in path.read_text()) == (reason is None)


# What the frameworks do.


def environment(folder: Path, *packages: str) -> Path:
    """The Python of a new environment with some packages."""
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    python = folder / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "-q", *packages], check=True)
    return python


@pytest.mark.thorough
@each_preset
def test_the_framework_does_with_none_what_the_preset_says(tmp_path: Path, name: str) -> None:
    preset, script = presets.load(name), EVIDENCE / f"run_{name}.py"
    extra = re.match(r"# pip: (.*)", script.read_text(encoding="utf-8"))
    wanted = (f"{preset.package}=={preset.version}", *(extra[1].split() if extra else ()))
    python = environment(tmp_path / "venv", *wanted)
    found = json.loads(subprocess.check_output([python, script], cwd=tmp_path))
    known = {call: getter["none"] for getter in preset.getters for call in getter["calls"]}
    assert found == {call: known[call] for call in found}
    for getter in preset.getters:
        assert {*found, *READ} & {*getter["calls"]}
    for path in (path for getter in preset.getters for path in getter["evidence"].split(", ")):
        assert list(tmp_path.glob(f"venv/lib/*/site-packages/{path}"))
    if name == "langgraph":
        handler_forgets(python, tmp_path)


def handler_forgets(python: Path, folder: Path) -> None:
    """The handler on the page answers each message as the first one."""
    (block,) = (b for b in page_blocks.blocks(PAGE, "python") if "def handle" in b.text)
    (folder / "handler.py").write_text(block.text)
    script = "from handler import handle; print(handle('my name is Ada'), handle('who am I'))"
    out = subprocess.check_output([python, "-c", script], cwd=folder, text=True)
    assert out == "I know of 1 messages I know of 1 messages\n"
