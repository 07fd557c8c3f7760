"""`[tool.ctxlint]` of a pyproject.toml, and the options that go before it, to Settings."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import Any

from ctxlint.config import ConfigError, Keep, Settings
from ctxlint.contract import DEFAULT_CONTRACT, Contract, Getter

Readers = Mapping[str, Callable[[Any], object]]
_CURE = "mend it or run with --isolated"


def load(start: Path | None, given: Mapping[str, object], codes: Sequence[str]) -> Settings:
    """The settings of the closest pyproject.toml, with those `given` in their place.

    `start` is the folder to search from, upwards; None reads no file. `given` has the keys of the
    table. `codes` are the codes that exist. Raise ConfigError for what cannot be used.
    """
    readers = _readers(codes)
    values = _from_file(start, readers) if start else {}
    try:
        values |= _read(given, readers)
    except _UnusableError as error:
        raise ConfigError(f"--{error}") from None
    return _settings(values)


def _settings(values: Mapping[str, Any]) -> Settings:
    """Settings from values that were read; `extend-...` adds to what its twin says."""
    fields = {
        key.replace("-", "_"): value
        for key, value in values.items()
        if not key.startswith("extend-") and key not in {"getter", "sources"}
    }
    settings = Settings(**fields)
    return replace(
        settings,
        select=settings.select + values.get("extend-select", ()),
        exclude=settings.exclude + values.get("extend-exclude", ()),
        contract=_contract(values.get("getter", ()), values.get("sources", {})),
    )


def _contract(getters: tuple[Getter, ...], sources: Mapping[str, tuple[str, ...]]) -> Contract:
    """The built-in contract, with a project's getters and sources in place of its own."""
    calls = sources.get("calls", DEFAULT_CONTRACT.sources) + sources.get("extend", ())
    return replace(DEFAULT_CONTRACT, getters=getters or DEFAULT_CONTRACT.getters, sources=calls)


# --- the file -------------------------------------------------------------------------------------


def _from_file(start: Path, readers: Readers) -> dict[str, Any]:
    """The values of the closest `[tool.ctxlint]` table, from `start` upwards."""
    for folder in (start, *start.parents):
        path = folder / "pyproject.toml"
        text = _text(path) if path.is_file() else ""
        table = _table(path, text)
        if table is not None:
            try:
                return _read(table, readers)
            except _UnusableError as error:
                where = f"{_shown(path)}:{_row(text, error.key)}:1"
                raise ConfigError(f"{where}: [tool.ctxlint] {error}") from None
    return {}


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise ConfigError(f"{_shown(path)}:1:1: not UTF-8, {_CURE}") from None
    except OSError as error:
        raise ConfigError(f"{_shown(path)}:1:1: {error.strerror}, {_CURE}") from None


def _table(path: Path, text: str) -> Mapping[str, object] | None:
    """The `[tool.ctxlint]` of a pyproject.toml, None where it has none."""
    try:
        tool = tomllib.loads(text).get("tool")
    except tomllib.TOMLDecodeError as error:
        what, _, place = str(error).partition(" (at ")
        row, column = re.findall(r"\d+", place) or ("1", "1")  # none at the end of the text
        raise ConfigError(f"{_shown(path)}:{row}:{column}: not TOML: {what}, {_CURE}") from None
    table = tool.get("ctxlint") if isinstance(tool, dict) else None
    if table is not None and not isinstance(table, dict):
        raise ConfigError(f"{_shown(path)}:1:1: tool.ctxlint is not a table, {_CURE}")
    return table


def _shown(path: Path) -> str:
    return Path(os.path.relpath(path)).as_posix()


def _row(text: str, key: str) -> int:
    """The row of a key of `[tool.ctxlint]`, as far as a search can tell; else that of the table."""
    start = max(text.find("[tool.ctxlint"), 0)
    name = re.escape(key)
    pattern = rf"^[ \t]*(?:\[+tool\.ctxlint\.{name}\b|[\"']?{name}[\"']?\s*[=.])"
    found = re.compile(pattern, re.MULTILINE).search(text, start)
    return text.count("\n", 0, found.start() if found else start) + 1


# --- keys and their values ------------------------------------------------------------------------


class _UnusableError(Exception):
    """A value that its key cannot have; `key` is the outermost key."""

    def __init__(self, key: str, what: str) -> None:
        super().__init__(f"{key}{what}")
        self.key = key


def _read(table: Mapping[str, Any], readers: Readers) -> dict[str, Any]:
    """Each value of a table, read; raise _UnusableError for the first that cannot be used."""
    values = {}
    for key, value in table.items():
        if key not in readers:
            raise _UnusableError(key, f": unknown key, {_advice(key, list(readers))}")
        try:
            values[key] = readers[key](value)
        except _UnusableError as error:
            raise _UnusableError(key, f".{error}") from None
        except ValueError as error:
            raise _UnusableError(key, f": {error}") from None
    return values


def _advice(word: str, known: Sequence[str]) -> str:
    """What to write instead of a word that is not known."""
    near = get_close_matches(word, known, n=1, cutoff=0.75)
    return f"did you mean '{near[0]}'?" if near else f"use one of {', '.join(known)}"


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("not a boolean, write true or false")
    return value


def _word(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("not a string, write one in quotes")
    return value


def _words(value: object) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not all(isinstance(word, str) for word in value):
        raise ValueError('not a list of strings, write ["...", "..."]')
    return tuple(value)


def _codes(value: object, known: Sequence[str]) -> tuple[str, ...]:
    """Codes or their beginnings; each must lead to a code that exists."""
    prefixes = _words(value)
    for prefix in prefixes:
        if not prefix or not any(code.startswith(prefix) for code in known):
            raise ValueError(f"unknown code '{prefix}', {_advice(prefix.upper(), known)}")
    return prefixes


def _choice(value: object, known: Sequence[str]) -> str:
    word = _word(value)
    if word not in known:
        raise ValueError(f"unknown value '{word}', {_advice(word, known)}")
    return word


def _positions(value: object) -> dict[str, int]:
    """ID parameters and their positions, -1 for keyword only."""
    if not isinstance(value, dict) or not value:
        raise ValueError("not a table of positions, write { thread_id = 1 }")
    for position in value.values():
        if type(position) is not int or position < -1:  # a bool is no position
            raise ValueError(f"no position: {position!r}, count from 0 or write -1")
    return value


def _getters(value: object) -> tuple[Getter, ...]:
    if not isinstance(value, list) or not all(isinstance(table, dict) for table in value):
        raise ValueError("not an array of tables, write [[tool.ctxlint.getter]]")
    return tuple(_getter(table) for table in value)


def _getter(table: Mapping[str, object]) -> Getter:
    meanings = ("reuse", "new", "shared", "error")
    readers: Readers = {
        "call": _word,
        "ids": _positions,
        "none": partial(_choice, known=meanings),
        "replaces": _words,
    }
    values = _read(table, readers)
    for key in ("call", "ids"):
        if key not in values:
            raise ValueError(f"a getter without '{key}', add it")
    return Getter(**values)


def _sources(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError("not a table, write [tool.ctxlint.sources]")
    return _read(value, {"calls": _words, "extend": _words})


def _readers(codes: Sequence[str]) -> Readers:
    """What each key of `[tool.ctxlint]` may hold."""
    of_codes = partial(_codes, known=codes)
    return {
        "select": of_codes,
        "ignore": of_codes,
        "extend-select": of_codes,
        "exclude": _words,
        "extend-exclude": _words,
        "include-tests": _flag,
        "test-paths": _words,
        "keep": lambda value: Keep(_choice(value, list(Keep))),
        "unsafe-fixes": _flag,
        "getter": _getters,
        "sources": _sources,
    }
