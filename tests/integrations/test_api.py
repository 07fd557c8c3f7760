"""The Python interface."""

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

import ctxlint
from ctxlint.config import Keep, Settings
from ctxlint.source import SourceError

BAD = """\
import uuid

from app.session import get_user_execution_context


def handle(user_id, payload):
    thread_id = payload.get("thread_id") or str(uuid.uuid4())
    return get_user_execution_context(user_id, thread_id=thread_id)
"""


def test_lint_source() -> None:
    (finding,) = ctxlint.lint_source(BAD, "handlers.py")
    assert (finding.code, finding.filename) == ("CTX101", "handlers.py")
    assert ctxlint.lint_source("x = 1\n") == []


def test_lint_source_says_what_is_not_python() -> None:
    with pytest.raises(SourceError, match=r"^<string>:1:\d+: syntax error"):
        ctxlint.lint_source("get_user_execution_context(")


def test_fix_source() -> None:
    text, remaining = ctxlint.fix_source(BAD)
    assert 'payload.get("thread_id") or None\n' in text
    assert remaining == []


def test_fix_source_takes_settings() -> None:
    text, _ = ctxlint.fix_source(BAD, settings=Settings(keep=Keep.NONE))
    assert "thread_id=None" in text


def test_lint_paths(tmp_path: Path) -> None:
    (tmp_path / "bad.py").write_text(BAD)
    (tmp_path / "broken.py").write_text("get_user_execution_context(")
    findings, errors = ctxlint.lint_paths([str(tmp_path)])
    assert [finding.code for finding in findings] == ["CTX101"]
    assert len(errors) == 1


@pytest.mark.parametrize("module", ["ctxlint", "ctxlint.cli.main", "ctxlint.run.check_file"])
def test_importing_it_imports_neither_libcst_nor_rich(module: str) -> None:
    code = f"import {module}, sys; print([m for m in ('libcst', 'rich') if m in sys.modules])"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout == "[]\n"


@pytest.mark.parametrize(
    "path",
    [
        "ctxlint:lint_source",
        "ctxlint:fix_source",
        "ctxlint:lint_paths",
        "ctxlint.codemods:FixGeneratedSessionIds",
        "ctxlint.config:ConfigError",
        "ctxlint.config:Keep",
        "ctxlint.config:Settings",
        "ctxlint.finding:Finding",
        "ctxlint.flake8:Plugin",
        "ctxlint.source:SourceError",
        "ctxlint.source:SourceFile",
    ],
)
def test_documented_paths_can_be_imported(path: str) -> None:
    module, _, name = path.partition(":")
    assert hasattr(importlib.import_module(module), name)


def test_ctxlint_can_be_run_as_a_module() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ctxlint", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"ctxlint, version {ctxlint.__version__}\n"


def test_the_closest_configuration_counts_unless_settings_are_given(tmp_path: Path) -> None:
    table = '[[tool.ctxlint.getter]]\ncall = "resume"\nids = { chat = 0 }\nnone = "reuse"\n'
    (tmp_path / "pyproject.toml").write_text(table)
    name = str(tmp_path / "a.py")
    text = "import uuid\nresume(uuid.uuid4())\n"
    Path(name).write_text(text)
    assert [one.ids for one in ctxlint.lint_source(text, name)] == [("chat",)]
    assert ctxlint.fix_source(text, name)[0] == "import uuid\nresume(None)\n"
    assert len(ctxlint.lint_paths([str(tmp_path)])[0]) == 1
    assert ctxlint.lint_source(text, name, Settings()) == []
    assert ctxlint.lint_paths([name], Settings())[0] == []
    for path in (name, str(tmp_path)):
        assert [g.call for g in ctxlint.settings_for(path).contract.getters] == ["resume"]
