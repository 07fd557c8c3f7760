"""The JSON schema of `[tool.ctxlint]` that editors read."""

from __future__ import annotations

import json
import tomllib
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator
from support import page_blocks
from support.config_cases import ACCEPTED, CODES, REFUSED, REFUSED_BY_CTXLINT_ONLY

from ctxlint.config import json_schema
from ctxlint.config import schema as key_schema
from ctxlint.rules import registry

SHIPPED = resources.files("ctxlint") / "ctxlint.schema.json"
ROOT = Path(__file__).parents[2]
PAGES = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("src/ctxlint/**/*.md")]
BLOCKS = [block for page in sorted(PAGES) for block in page_blocks.blocks(page, "toml")]


def table(text: str) -> Any:
    return tomllib.loads(f"[tool.ctxlint]\n{text}")["tool"]["ctxlint"]


def is_valid(value: object, codes: tuple[str, ...] = CODES) -> bool:
    return Draft7Validator(json.loads(json_schema.as_json(codes))).is_valid(value)


def test_what_is_shipped_is_what_is_generated(update_golden: bool) -> None:
    text = json_schema.as_json(registry.CODES)
    if update_golden:
        Path(str(SHIPPED)).write_text(text, encoding="utf-8")
    assert SHIPPED.read_text(encoding="utf-8") == text


def test_it_is_a_schema_of_draft_7() -> None:
    found = json.loads(json_schema.as_json(CODES))
    assert found["$schema"] == Draft7Validator.META_SCHEMA["$id"]
    Draft7Validator.check_schema(found)


def test_every_key_is_in_it_with_a_sentence() -> None:
    found = json.loads(json_schema.as_json(CODES))["properties"]
    assert list(found) == [key.name for key in key_schema.KEYS]
    nested = [found["sources"], found["flow"], found["getter"]["items"]]
    for part in [found, *(inner["properties"] for inner in nested)]:
        for name, value in part.items():
            assert value["description"].endswith("."), name
            assert len(value["description"]) <= 100


def test_the_defaults_in_it_are_valid_and_those_in_force() -> None:
    found = json.loads(json_schema.as_json(CODES))["properties"]
    defaults = {name: value["default"] for name, value in found.items() if "default" in value}
    assert is_valid(defaults)
    assert set(key_schema.NAMES) - set(defaults) == {
        "baseline",
        "sources.calls",
        "flow.keeps",
        "flow.opens",
    }
    for name in set(key_schema.NAMES) & set(defaults):
        assert defaults[name] == key_schema.plain(key_schema.defaults()[name])
    built_in = key_schema.plain(key_schema.defaults()["sources.calls"])
    assert found["sources"]["properties"]["calls"]["default"] == built_in


@pytest.mark.parametrize("text", ACCEPTED)
def test_what_ctxlint_accepts_is_valid(text: str) -> None:
    assert is_valid(table(text))


@pytest.mark.parametrize("text", [text for text, _, _ in REFUSED])
def test_what_ctxlint_refuses_is_not_valid(text: str) -> None:
    assert not is_valid(table(text))


@pytest.mark.parametrize("text", [text for text, _, _ in REFUSED_BY_CTXLINT_ONLY])
def test_patterns_and_files_are_beyond_it(text: str) -> None:
    assert is_valid(table(text))


@pytest.mark.parametrize("block", BLOCKS, ids=str)
def test_the_tables_of_the_pages_are_valid(block: page_blocks.Block) -> None:
    found = tomllib.loads(block.text).get("tool", {}).get("ctxlint", {})
    assert is_valid(found, registry.CODES)


def test_some_pages_show_a_table() -> None:
    assert sum("[tool.ctxlint" in block.text for block in BLOCKS) >= 3
