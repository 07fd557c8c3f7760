"""The JSON schema of the settings, for editors; ctxlint.schema.json holds it."""

from __future__ import annotations

import json
from collections.abc import Sequence

from ctxlint.config.schema import ADDS_TO, KEYS, defaults, plain
from ctxlint.config.value_types import table_schema

_ID = "https://ctxlint.invalid/ctxlint.schema.json"  # it names the schema; nothing is there


def as_json(codes: Sequence[str]) -> str:
    """The schema as text; `codes` are the codes that exist."""
    known = {name: value for name, value in defaults().items() if value is not None}
    own = dict.fromkeys(ADDS_TO, ())
    beginnings = {code[:end] for code in codes for end in range(1, len(code) + 1)}
    schema = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": _ID,
        "title": "ctxlint",
        "description": "A ctxlint.toml, or the table [tool.ctxlint] of a pyproject.toml.",
        **table_schema(KEYS, {name: plain(value) for name, value in (known | own).items()}),
        "definitions": {
            "code": {
                "description": "A code, or the beginning of some.",
                "enum": sorted(beginnings),
            }
        },
    }
    return json.dumps(schema, indent=2) + "\n"
