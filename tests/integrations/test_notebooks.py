"""Notebooks: nbQA shows their cells to ctxlint, which refuses them itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.commands import FOUND, USAGE, Run

INTEGRATIONS = Path(__file__).parents[2] / "docs" / "integrations.md"
CELLS = [
    "import uuid\nfrom app.session import get_user_execution_context",
    "get_user_execution_context('ann', str(uuid.uuid4()))",
]


@pytest.fixture
def notebook(tmp_path: Path) -> Path:
    shared = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": []}
    cells = [{**shared, "source": cell.splitlines(keepends=True)} for cell in CELLS]
    path = tmp_path / "notebook.ipynb"
    document = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(document))
    return path


def nbqa(notebook: Path, command: str) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return subprocess.run(
        [sys.executable, "-m", "nbqa", command, notebook.name],
        cwd=notebook.parent,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )


def test_nbqa_shows_the_cells_and_writes_fixes_back(notebook: Path) -> None:
    page = INTEGRATIONS.read_text(encoding="utf-8")
    assert all(f'nbqa "ctxlint {verb}" notebook.ipynb' in page for verb in ("check", "fix"))
    done = nbqa(notebook, "ctxlint check --output-format concise")
    assert done.returncode == FOUND
    assert done.stdout.startswith("notebook.ipynb:cell_2:1:")
    nbqa(notebook, "ctxlint fix")
    sources = ["".join(cell["source"]) for cell in json.loads(notebook.read_text())["cells"]]
    assert sources[1] == "get_user_execution_context('ann', None)"


def test_a_notebook_by_name_is_refused_with_the_way_to_check_it(run: Run, notebook: Path) -> None:
    code, out, err = run("check", notebook.name)
    assert (code, out) == (USAGE, "")
    what = 'notebook.ipynb: a notebook, not a Python file, check it with nbqa "ctxlint check"'
    assert what in err
