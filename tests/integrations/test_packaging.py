"""What the package says of itself, and the one place that says where its pages are."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from email.message import Message
from importlib import metadata
from pathlib import Path

import pytest
from support.commands import Run

from ctxlint import project_page
from ctxlint.config import json_schema
from ctxlint.rules import pages
from ctxlint.rules.registry import CODES, RULES

SITE = "https://example.org/ctxlint/blob/main"
PAGE = "src/ctxlint/rules/generated_session_id/generated_session_id.md"


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    project_page._root.cache_clear()
    yield
    project_page._root.cache_clear()


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> None:
    """The metadata of a package that has pages."""
    about = Message()
    about["Project-URL"] = "Homepage, https://example.org"
    about["Project-URL"] = f"Documentation, {SITE}/"
    monkeypatch.setattr(metadata, "metadata", lambda _: about)


def test_the_metadata_has_authors_and_no_address() -> None:
    about = metadata.metadata("ctxlint")
    assert about["Author"] == "the ctxlint authors"
    assert "Author-email" not in about
    assert "Framework :: Flake8" in about.get_all("Classifier")


def test_without_a_page_nothing_has_an_address(
    run: Run, bad: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metadata, "metadata", lambda _: Message())
    assert [pages.url_of(rule) for rule in RULES] == [None] * len(RULES)
    sarif = run("check", "--output-format", "sarif").out
    assert "helpUri" not in sarif
    assert json.loads(run("check", "--output-format", "json").out)[0]["url"] is None
    assert json.loads(json_schema.as_json(CODES))["$id"].startswith("https://ctxlint.invalid/")


def test_a_page_that_is_set_is_used_everywhere(run: Run, bad: Path, site: None) -> None:
    (log,) = json.loads(run("check", "--output-format", "sarif").out)["runs"]
    assert f"{SITE}/{PAGE}" in {rule["helpUri"] for rule in log["tool"]["driver"]["rules"]}
    assert pages.links()["CTX101"] == f"{SITE}/{PAGE}"
    assert json.loads(run("check", "--output-format", "json").out)[0]["url"] == f"{SITE}/{PAGE}"
    audit = json.loads(run("audit", "--output-format", "json").out)
    assert audit["findings"][0]["url"] == f"{SITE}/{PAGE}"
    schema = json.loads(json_schema.as_json(CODES))
    assert schema["$id"] == f"{SITE}/src/ctxlint/ctxlint.schema.json"
    assert (Path(__file__).parents[2] / PAGE).is_file()


def test_a_package_that_was_never_installed_has_no_page(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> Message:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "metadata", missing)
    assert project_page.url_of("a.md") is None


@pytest.mark.parametrize(
    ("table", "code"), [('keep = "received"', 0), ('keep = "recieved"', 1), ("kep = 1", 1)]
)
def test_validate_pyproject_knows_the_table(tmp_path: Path, table: str, code: int) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_text(f'[project]\nname = "x"\nversion = "1"\n[tool.ctxlint]\n{table}\n')
    command = [sys.executable, "-m", "validate_pyproject", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stdout + done.stderr
    assert ("tool.ctxlint" in done.stdout + done.stderr) == bool(code)
