"""Getters are found in back ends of many shapes, with what None means to them, and nothing else.

A comment in the back end marks each: `# getter: reuse, session_id = 1`; `open` is not decided.
"""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from support.commands import CLEAN, Run

FOLDER = Path(__file__).parents[1] / "back_ends"
EXAMPLE = Path(__file__).parents[2] / "examples" / "chat_service"
BACK_ENDS = sorted(path.name for path in FOLDER.iterdir())
_MARK = re.compile(r"# (todo: )?getter: (\w+), (.+)")
_SOURCES = {"repository_and_sql": ["shop.ids.new_ref"], "pool_without_users": ["random.randint"]}


def _proposed(run: Run, folder: Path, back_end: Path) -> dict[str, Any]:
    """What is proposed for a copy of a back end in the working folder."""
    shutil.copytree(back_end, folder, dirs_exist_ok=True)
    result = run("init", "--output-format", "json")
    assert result.code == CLEAN, result.err
    document: dict[str, Any] = json.loads(result.out)
    return document


def _marks(back_end: Path) -> dict[str, tuple[str, str]]:
    """The getters of a back end, by their places: what None means to each, and its IDs."""
    found = {}
    for path in back_end.rglob("*.py"):
        for row, line in enumerate(path.read_text().splitlines(), 1):
            mark = _MARK.search(line)
            if mark and not mark[1]:
                found[f"{path.relative_to(back_end).as_posix()}:{row}"] = mark[2], mark[3]
    return found


@pytest.mark.parametrize("name", BACK_ENDS)
def test_the_getters_of_a_back_end_are_found_and_nothing_else(
    name: str, run: Run, tmp_path: Path
) -> None:
    document = _proposed(run, tmp_path, FOLDER / name)
    getters = {
        f"{one['filename']}:{one['row']}": (
            one["none"] or "open",
            ", ".join(f"{path} = {index}" for path, index in one["ids"].items()),
        )
        for one in document["getters"]
    }
    assert getters == _marks(FOLDER / name)
    assert [one["call"] for one in document["sources"]] == _SOURCES.get(name, [])


@pytest.mark.parametrize("name", BACK_ENDS)
def test_reuse_is_never_claimed_without_a_line_that_shows_it(
    name: str, run: Run, tmp_path: Path
) -> None:
    for getter in _proposed(run, tmp_path, FOLDER / name)["getters"]:
        shown = [one for one in getter["evidence"] if one["message"].startswith("without ")]
        assert bool(shown) == (getter["none"] is not None)
        if getter["none"] == "reuse":
            assert any("it looks up by" in one["message"] for one in shown)
            rows = (tmp_path / shown[0]["filename"]).read_text().splitlines()
            assert rows[shown[0]["row"] - 1].strip()


def test_the_getter_of_the_example_is_the_function_that_handlers_call(
    run: Run, tmp_path: Path
) -> None:
    document = _proposed(run, tmp_path, EXAMPLE)
    wrapper, inner = document["getters"]
    assert wrapper["call"] == "app.dependencies.get_user_execution_context"
    assert wrapper["ids"] == {"thread_id": 1, "run_id": 2}
    assert wrapper["none"] == "reuse"
    assert wrapper["generated_calls"] == 16
    assert inner["call"] == "app.session_manager.SessionManager.get"
    assert inner["none"] == "reuse"
    assert document["sources"] == []


def test_what_no_getter_is_stays_out(run: Run, tmp_path: Path) -> None:
    assert _proposed(run, tmp_path, FOLDER / "decoys")["getters"] == []
