"""`ctxlint config`: the settings that are in force, and where each comes from."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from ctxlint.config.schema import NAMES, plain
from ctxlint.output import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctxlint.config.lookup import InForce

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_WIDTH = 40  # of values whose comments are aligned


def as_text(found: InForce) -> str:
    """A `[tool.ctxlint]` with these settings; a comment says where each comes from."""
    return "".join(f"{line}\n" for line in ("[tool.ctxlint]", *_lines(found)))


def as_json(found: InForce) -> str:
    """An object that holds the value of each key, and where it comes from."""
    settings = {
        name: {"value": plain(found.values[name]), "from": found.origins[name]} for name in NAMES
    }
    return json.dumps(settings, indent=2) + "\n"


def _lines(found: InForce) -> Iterator[str]:
    width = max(map(len, NAMES))
    for name in NAMES:
        value = plain(found.values[name])
        origin = printable(", ".join(found.origins[name]))
        if value is None:
            yield f"# {name}: not set"
        else:
            yield f"{name:<{width}} = {_toml(value):<{_WIDTH}}  # {origin}"


def _toml(value: Any) -> str:
    match value:
        case dict():
            items = [f"{_key(key)} = {_toml(item)}" for key, item in value.items()]
            return f"{{ {', '.join(items)} }}" if items else "{}"
        case list():
            return f"[{', '.join(map(_toml, value))}]"
    return "".join(map(_escaped, json.dumps(value, ensure_ascii=False)))


def _escaped(char: str) -> str:
    """A character of a TOML string as TOML escapes what a terminal would obey."""
    if printable(char) == char:
        return char
    return f"\\u{ord(char):04x}" if ord(char) < 0x10000 else f"\\U{ord(char):08x}"


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _toml(name)
