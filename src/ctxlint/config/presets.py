"""Presets: the getters of frameworks, from the files in contract/presets/."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

_OF_GETTERS = ("help", "minor", "report", "url")  # keys that are allowed above all getters


class Preset(NamedTuple):
    """The getters of a framework.

    `package` and `version` are what was looked at, `packages` what it is imported from. Each getter
    is a table as in a configuration, but for `calls`, its names; `evidence`, the files that show
    what None means; and `beside`, as in the contract. `uses`, tables too, are calls that open
    or look at a session by the ID they are given.
    """

    package: str
    version: str
    packages: tuple[str, ...]
    getters: Sequence[Mapping[str, Any]]
    uses: Sequence[Mapping[str, Any]]


@cache
def load(name: str) -> Preset:
    """The preset of a name."""
    import tomllib  # noqa: PLC0415 - few name one

    text = (files("ctxlint.contract") / "presets" / f"{name}.toml").read_text(encoding="utf-8")
    found = tomllib.loads(text)
    shared = {key: found[key] for key in _OF_GETTERS if key in found}
    return Preset(
        found["package"],
        found["version"],
        tuple(found["packages"]),
        [{**shared, **getter} for getter in found["getter"]],
        found.get("use", ()),
    )
