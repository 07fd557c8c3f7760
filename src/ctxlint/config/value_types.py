"""The types of the keys of `[tool.ctxlint]`: how they are read, and their JSON schema."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from keyword import iskeyword
from typing import Any, NamedTuple

from ctxlint.config import path_patterns
from ctxlint.config.path_patterns import Pattern
from ctxlint.contract.getter import IdPath

_ADDRESS = r"https?://[^\s/\x00-\x1f\x7f][^\s\x00-\x1f\x7f]*"
_ID = r"[^\W\d]\w*(\.[^\W\d]\w*)*"


class UnusableError(Exception):
    """A value that its key cannot have; `path` leads to the key through tables and arrays."""

    def __init__(self, what: str, path: tuple[str | int, ...] = ()) -> None:
        names = [name for name in path if isinstance(name, str)]
        super().__init__(f"{'.'.join(names)}: {what}")
        self.what = what
        self.path = path


class ReadContext(NamedTuple):
    """Where a value is: the folder that its paths are relative to, the codes that exist."""

    folder: str
    codes: Sequence[str]


class ValueType(NamedTuple):
    """The type of a key.

    `read` raises UnusableError for anything else. In `schema`, "#/definitions/code" is a code or
    the beginning of one.
    """

    read: Callable[[Any, ReadContext], Any]
    schema: Mapping[str, object]


class Key(NamedTuple):
    """A key of a table; `adds_to` names the key to whose items it adds its own."""

    name: str
    kind: ValueType
    help: str
    adds_to: str = ""


def read_table(table: Mapping[str, Any], keys: Sequence[Key], place: ReadContext) -> dict[str, Any]:
    """Each value of a table, read; raise UnusableError for the first that cannot be used."""
    kinds = {key.name: key.kind for key in keys}
    values = {}
    for name, value in table.items():
        if name not in kinds:
            raise UnusableError(f"unknown key, {_advice(name, list(kinds))}", (name,))
        values[name] = read_at(name, kinds[name].read, value, place)
    return values


def read_at(
    key: str | int, read: Callable[[Any, ReadContext], Any], value: object, place: ReadContext
) -> Any:
    """The value as `read` returns it; errors name the key."""
    try:
        return read(value, place)
    except UnusableError as error:
        raise UnusableError(error.what, (key, *error.path)) from None


def table_schema(
    keys: Sequence[Key], defaults: Mapping[str, Any], required: Sequence[str] = ()
) -> dict[str, Any]:
    """The JSON schema of a table with these keys."""
    properties: dict[str, Any] = {}
    for key in keys:
        properties[key.name] = {"description": key.help, **key.kind.schema}
        if key.name in defaults:
            properties[key.name]["default"] = defaults[key.name]
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def relative(path: str) -> str:
    """A path relative to the working folder, POSIX."""
    return os.path.relpath(path).replace(os.sep, "/")


def nearest(word: str, known: Iterable[str], cutoff: float = 0.75) -> str | None:
    """The word that was probably meant: of several as near, one that begins like it."""
    from difflib import SequenceMatcher, get_close_matches  # noqa: PLC0415 - only for an error

    def closeness(other: str) -> tuple[float, bool, int]:
        shared = os.path.commonprefix([word, other])  # noqa: RUF071 - its characters are meant
        is_mixed_up = sorted(other) == sorted(word)
        return SequenceMatcher(None, other, word).ratio(), is_mixed_up, len(shared)

    return max(get_close_matches(word, list(known), cutoff=cutoff), key=closeness, default=None)


def _advice(word: str, known: Sequence[str]) -> str:
    """Advice for an unknown word."""
    near = nearest(word, known)
    return f"did you mean '{near}'?" if near else f"use one of {', '.join(known)}"


def _flag(value: object, _: ReadContext) -> bool:
    if not isinstance(value, bool):
        raise UnusableError("not a boolean, write true or false")
    return value


def _string(value: object, _: ReadContext) -> str:
    if not isinstance(value, str):
        raise UnusableError("not a string, write one in quotes")
    if not value:
        raise UnusableError("an empty string, fill it or remove it")
    return value


def _path(value: object, place: ReadContext) -> str:
    return relative(os.path.join(place.folder, _string(value, place)))


def _name(value: object, place: ReadContext) -> str:
    name = _string(value, place)
    if any(character.isspace() or character in "()" for character in name):
        raise UnusableError(f"not a dotted name: '{name}', write one like package.module.name")
    return name


def _pattern(value: object, place: ReadContext) -> Pattern:
    text = _string(value, place)
    try:
        path_patterns.regex(text)
    except ValueError as error:
        raise UnusableError(str(error)) from None
    return Pattern(text, place.folder)


def _code(value: object, place: ReadContext) -> str:
    beginning = _string(value, place)
    if not any(code.startswith(beginning) for code in place.codes):
        near = _advice(beginning.upper(), place.codes)
        raise UnusableError(f"unknown code '{beginning}', {near}")
    return beginning


def _url(value: object, place: ReadContext) -> str:
    text = _string(value, place)
    if not re.fullmatch(_ADDRESS, text):
        raise UnusableError(f"not an address: '{text}', write one that begins with https://")
    return text


def _choice(value: object, place: ReadContext, words: Sequence[str]) -> str:
    word = _string(value, place)
    if word not in words:
        raise UnusableError(f"unknown value '{word}', {_advice(word, words)}")
    return words[words.index(word)]  # a member, where they are an enumeration


def _items(value: object, place: ReadContext, kind: ValueType) -> tuple[Any, ...]:
    if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
        raise UnusableError('not a list of strings, write ["...", "..."]')
    return tuple(kind.read(item, place) for item in value)


def _position(value: object, _: ReadContext) -> int:
    if type(value) is not int or value < -1:  # a bool is not a position
        raise UnusableError("not a position, count from 0 or write -1")
    return value


def _id(value: object, place: ReadContext) -> str:
    """An ID: a parameter, or a path that begins with one."""
    name = _string(value, place)
    if not all(part.isidentifier() and not iskeyword(part) for part in name.split(".")):
        raise UnusableError(
            "not a parameter or path, write a name like thread_id or config.thread_id"
        )
    return name


def _placed_id(item: tuple[str, object], place: ReadContext) -> int:
    """The position of an ID, -1 for one that an attribute of the object holds."""
    name, value = item
    position = _position(value, place)
    if IdPath.of(_id(name, place), position).is_of_object and position != -1:
        raise UnusableError("an attribute of the object has no position, write -1")
    return position


def _positions(value: object, place: ReadContext) -> dict[str, int]:
    if not isinstance(value, dict) or not value:
        raise UnusableError("not a table of positions, write { thread_id = 1 }")
    return {name: read_at(name, _placed_id, (name, value[name]), place) for name in value}


def _codes_by_pattern(value: object, place: ReadContext) -> dict[Pattern, tuple[str, ...]]:
    """Whole codes for each pattern: no selection is more exact."""
    if not isinstance(value, dict):
        raise UnusableError('not a table of codes, write { "scripts/*" = ["CTX101"] }')
    read = {}
    for text in value:
        pattern = read_at(text, _pattern, text, place)
        beginnings = read_at(text, CODES.read, value[text], place)
        read[pattern] = tuple(code for code in place.codes if code.startswith(beginnings))
    return read


def list_of(kind: ValueType) -> ValueType:
    """A list of strings."""
    return ValueType(partial(_items, kind=kind), {"type": "array", "items": kind.schema})


def choice(words: Sequence[str]) -> ValueType:
    """One of some words."""
    return ValueType(partial(_choice, words=words), {"type": "string", "enum": list(words)})


FLAG = ValueType(_flag, {"type": "boolean"})
PATH = ValueType(_path, {"type": "string", "minLength": 1})
TEXT = ValueType(_string, {"type": "string", "minLength": 1})
URL = ValueType(_url, {"type": "string", "pattern": f"^{_ADDRESS}$"})
ID = ValueType(_id, {"type": "string", "pattern": f"^{_ID}$"})
NAME = ValueType(_name, {"type": "string", "pattern": r"^[^\s()]+$"})
CODES = list_of(ValueType(_code, {"$ref": "#/definitions/code"}))
PATTERNS = list_of(ValueType(_pattern, {"type": "string", "minLength": 1}))
POSITIONS = ValueType(
    _positions,
    {
        "type": "object",
        "minProperties": 1,
        "propertyNames": {"pattern": f"^{_ID}$"},
        "additionalProperties": {"type": "integer", "minimum": -1},
    },
)
CODES_BY_PATTERN = ValueType(
    _codes_by_pattern, {"type": "object", "additionalProperties": CODES.schema}
)
