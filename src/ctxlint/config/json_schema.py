"""The JSON schema of the settings, for editors; ctxlint.schema.json holds it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib import resources
from typing import Any

from ctxlint import project_page
from ctxlint.config.schema import ADDS_TO, KEYS, defaults, plain
from ctxlint.config.value_types import table_schema

_FILE = "ctxlint.schema.json"
_NOWHERE = "https://ctxlint.invalid/"  # a reserved domain: an ID is needed, and there is no page


def tool_schema(_: str) -> dict[str, Any]:
    """The schema, as validate-pyproject asks its plugins for that of a table."""
    text = (resources.files("ctxlint") / _FILE).read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def as_json(codes: Sequence[str]) -> str:
    """The schema as text; `codes` are the codes that exist."""
    known = {name: value for name, value in defaults().items() if value is not None}
    own = dict.fromkeys(ADDS_TO, ())
    beginnings = {code[:end] for code in codes for end in range(1, len(code) + 1)}
    schema = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": project_page.url_of(f"src/ctxlint/{_FILE}") or f"{_NOWHERE}{_FILE}",
        "title": "ctxlint",
        "description": "A ctxlint.toml, or the table [tool.ctxlint] of a pyproject.toml.",
        **table_schema(KEYS, {name: plain(value) for name, value in (known | own).items()}),
        "definitions": {
            "code": {
                "description": "A code, or a prefix of codes.",
                "enum": sorted(beginnings),
            }
        },
    }
    return json.dumps(schema, indent=2) + "\n"
