"""The keys of `[tool.ctxlint]`: names, meanings, kinds, and the settings that they make."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import MISSING, fields, replace
from functools import partial
from itertools import chain
from typing import Any

from ctxlint.config import value_types
from ctxlint.config.path_patterns import Pattern
from ctxlint.config.settings import Keep, Settings
from ctxlint.config.value_types import (
    Key,
    ReadContext,
    UnusableError,
    ValueType,
    read_at,
    read_table,
    table_schema,
)
from ctxlint.contract import PRESETS
from ctxlint.contract.contract import DEFAULT_CONTRACT
from ctxlint.contract.getter import Getter

_CONTRACT = {
    "getter": "getters",
    "sources.calls": "sources",
    "flow.keeps": "own_keeps",
    "flow.opens": "opens",
}
_PRESETS = "presets"
_ROOTED = ("test-paths", "src", "examples")  # whose defaults are relative to a folder


def read(table: Mapping[str, Any], keys: Sequence[Key], place: ReadContext) -> dict[str, Any]:
    """The values of a table or of options; those of tables in it as `sources.calls` and so on.

    Raises UnusableError for the first that cannot be used.
    """
    values = read_table(table, keys, place)
    inner = {name: values.pop(name) for name in _TABLES if name in values}
    return values | {f"{name}.{key}": v for name, held in inner.items() for key, v in held.items()}


def defaults(folder: str = "") -> dict[str, Any]:
    """The built-in value of each setting, by key; paths and patterns are relative to a folder."""
    default = Settings()
    names = {*NAMES, *(key.name for key in OPTIONS)} - {*_CONTRACT, _PRESETS}
    values = {name: getattr(default, _field(name)) for name in names} | {_PRESETS: ()}
    values |= {name: getattr(DEFAULT_CONTRACT, it) for name, it in _CONTRACT.items()}
    rooted = {name: plain(getattr(default, _field(name))) for name in _ROOTED}
    return values | read(rooted, KEYS, ReadContext(folder, ()))


def settings(values: Mapping[str, Any]) -> Settings:
    """The settings with these values, which are by key."""
    contract = {field: values[name] for name, field in _CONTRACT.items()}
    if values[_PRESETS]:
        getters, uses = _of_presets(values[_PRESETS])
        contract |= {"getters": contract["getters"] + getters, "session_uses": uses}
    rest = {name: value for name, value in values.items() if name not in {*_CONTRACT, _PRESETS}}
    rest = {_field(name): value for name, value in rest.items()}
    return Settings(**rest, contract=replace(DEFAULT_CONTRACT, **contract))


def _field(name: str) -> str:
    return name.replace("-", "_")


def plain(value: Any) -> Any:
    """The value of a setting as TOML or JSON holds it."""
    match value:
        case Pattern() | str():
            return str(value)
        case tuple():
            return [plain(item) for item in value]
        case dict():
            return {str(key): plain(item) for key, item in value.items()}
        case Getter():
            held = {key.name: plain(getattr(value, key.name)) for key in _GETTER}
            return {name: part for name, part in held.items() if part is not None}
    return value


def _getters(value: object, place: ReadContext) -> tuple[Getter, ...]:
    if not isinstance(value, list) or not all(isinstance(table, dict) for table in value):
        raise UnusableError("not an array of tables, write [[tool.ctxlint.getter]]")
    return tuple(read_at(index, _getter, table, place) for index, table in enumerate(value))


def _getter(table: Any, place: ReadContext) -> Getter:
    values = read_table(table, _GETTER, place)
    for name in _REQUIRED:
        if name not in values:
            raise UnusableError(f"a getter without '{name}', add it")
    return Getter(**values)


def _of_presets(names: Iterable[str]) -> tuple[tuple[Getter, ...], tuple[Getter, ...]]:
    """The getters of some presets, and the other calls that use a session."""
    from ctxlint.config import presets  # noqa: PLC0415 - few name one

    known = [presets.load(name) for name in dict.fromkeys(names)]
    getters = (_of_framework(table, one.packages) for one in known for table in one.getters)
    uses = (_of_framework(table, one.packages) for one in known for table in one.uses)
    return tuple(chain(*getters)), tuple(chain(*uses))


def _of_framework(table: Mapping[str, Any], packages: tuple[str, ...]) -> Iterator[Getter]:
    """The getters that a table of a preset describes, one for each name."""
    known = {key.name: table[key.name] for key in _GETTER if key.name in table}
    beside = tuple(table.get("beside", ()))
    for call in table["calls"]:
        getter = _getter({**known, "call": call}, ReadContext("", ()))
        yield replace(getter, packages=packages, beside=beside)


def _table(value: object, place: ReadContext, name: str, keys: Sequence[Key]) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise UnusableError(f"not a table, write [tool.ctxlint.{name}]")
    return read_table(value, keys, place)


_NAMES = value_types.list_of(value_types.NAME)
_GETTER = (
    Key("call", value_types.NAME, "The getter: its name, Class.method, or the full path."),
    Key(
        "ids",
        value_types.POSITIONS,
        "Its ID parameters, each with its position, from 0. -1 means keyword only.",
    ),
    Key(
        "none",
        value_types.choice(["reuse", "new", "shared", "error"]),
        "What None means to it. Only reuse allows fixes. Left out, it is unknown.",
    ),
    Key("replaces", _NAMES, "Its deprecated twins. CTX301 reports dead imports of them."),
    Key(
        "minor",
        value_types.list_of(value_types.ID),
        "IDs that alone make a finding a warning: parameters, paths, or their last words.",
    ),
    Key(
        "report",
        value_types.choice(["all", "lost"]),
        "Which generated IDs to report: all, or only those that are lost.",
    ),
    Key("help", value_types.TEXT, "The help text of its findings, instead of the general one."),
    Key("url", value_types.URL, "A link to show with its findings."),
)
_REQUIRED = [field.name for field in fields(Getter) if field.default is MISSING]
_OPTIONAL = {f.name: plain(f.default) for f in fields(Getter) if f.default not in (MISSING, None)}
_SOURCES = (
    Key("calls", _NAMES, "The calls that generate an ID, instead of the built-in ones."),
    Key("extend", _NAMES, "More calls that generate an ID.", adds_to="calls"),
)
_FLOW = (
    Key("keeps", _NAMES, "Functions that return a generated ID if they are given one."),
    Key("opens", _NAMES, "Functions that open sessions on purpose. Nothing in them is reported."),
)
_TABLES = {"sources": _SOURCES, "flow": _FLOW}

KEYS = (
    Key(
        "extend",
        value_types.PATH,
        "Another configuration file, whose keys apply unless this file sets them.",
    ),
    Key("select", value_types.CODES, "The rules to check: codes or prefixes of codes."),
    Key("extend-select", value_types.CODES, "More rules to check.", adds_to="select"),
    Key("ignore", value_types.CODES, "The rules to skip. The longest prefix decides."),
    Key("per-file-ignores", value_types.CODES_BY_PATTERN, "The rules to skip in certain files."),
    Key("exclude", value_types.PATTERNS, "The files to skip: patterns as in a .gitignore."),
    Key("extend-exclude", value_types.PATTERNS, "More files to skip.", adds_to="exclude"),
    Key("include-tests", value_types.FLAG, "Check test files with all rules."),
    Key(
        "test-paths",
        value_types.PATTERNS,
        "Which files are test files: patterns as in a .gitignore.",
    ),
    Key("keep", value_types.choice(list(Keep)), "Which IDs a fix keeps."),
    Key("unsafe-fixes", value_types.FLAG, "Apply unsafe fixes too."),
    Key("baseline", value_types.PATH, "A file of known findings, which are hidden."),
    Key("src", value_types.list_of(value_types.PATH), "The folders that imports start from."),
    Key("examples", value_types.PATH, "The folder of examples for 'ctxlint test'."),
    Key(
        _PRESETS,
        value_types.list_of(value_types.choice(PRESETS)),
        "Frameworks whose getters are checked too.",
    ),
    Key(
        "getter",
        ValueType(
            _getters, {"type": "array", "items": table_schema(_GETTER, _OPTIONAL, _REQUIRED)}
        ),
        "The session getters, instead of the built-in one.",
    ),
    Key(
        "sources",
        ValueType(
            partial(_table, name="sources", keys=_SOURCES),
            table_schema(_SOURCES, {"calls": list(DEFAULT_CONTRACT.sources)}),
        ),
        "The calls that generate an ID.",
    ),
    Key(
        "flow",
        ValueType(
            partial(_table, name="flow", keys=_FLOW),
            table_schema(_FLOW, {key.name: [] for key in _FLOW}),
        ),
        "What the code does not show about the flow of IDs.",
    ),
)
# Options that set what no file does.
OPTIONS = (Key("disable-noqa", value_types.FLAG, "Ignore noqa comments."),)

_FLAT = [key for key in KEYS if key.name not in _TABLES] + [
    Key(f"{name}.{key.name}", key.kind, key.help, key.adds_to and f"{name}.{key.adds_to}")
    for name, keys in _TABLES.items()
    for key in keys
]
ADDS_TO = {key.name: key.adds_to for key in _FLAT if key.adds_to}
NAMES = [key.name for key in _FLAT if not key.adds_to and key.name != "extend"]
