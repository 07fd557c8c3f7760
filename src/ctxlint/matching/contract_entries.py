"""Entries of a TOML file for getters, sources and import roots, with their places."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from ctxlint.config.lookup import table_path
from ctxlint.config.toml_position import Path, key_position
from ctxlint.config.value_types import relative
from ctxlint.contract.getter import Getter

Position = tuple[int, int]
_LISTS = (
    ("source", "sources", "calls"),
    ("source", "sources", "extend"),
    ("keeps", "flow", "keeps"),
    ("opens", "flow", "opens"),
)


class Entry(NamedTuple):
    """A getter, source, function of `flow` or import root in a file: its name, and its place.

    `ids` has the place of each ID of a getter.
    """

    kind: str
    name: str
    file: str
    position: Position
    getter: Getter | None = None
    ids: Mapping[str, Position] = {}

    @property
    def folder(self) -> str:
        """The absolute folder of the file."""
        return os.path.dirname(os.path.abspath(self.file))

    def line(self, what: str, position: Position | None = None) -> str:
        """A message about it."""
        row, column = position or self.position
        return f"{self.file}:{row}:{column}: {self.kind} '{self.name}': {what}"


def entries(file: str) -> list[Entry]:
    """The getters, sources and import roots that a configuration file has."""
    with open(file, encoding="utf-8") as stream:
        text = stream.read()
    table = tomllib.loads(text)
    path = table_path(file, table)
    for key in path:
        table = table.get(key, {})
    found = [*_getters(table, path, text, file), *_names(table, path, text, file)]
    return sorted(found, key=lambda entry: entry.position)


def unknown_nones(files: Iterable[str]) -> Iterator[str]:
    """A line for each getter of some files that does not say what None means to it."""
    for entry in (entry for file in files for entry in entries(file)):
        if entry.getter is not None and entry.getter.none is None:
            words = 'none = "reuse", or "new", "shared", "error"'
            yield entry.line(f"what None means to it is unknown, so nothing is fixed, add {words}")


def _getters(table: dict[str, Any], path: tuple[str, ...], text: str, file: str) -> Iterator[Entry]:
    for index, one in enumerate(table.get("getter", ())):
        at: tuple[str | int, ...] = (*path, "getter", index)
        ids = {name: key_position(text, (*at, "ids", name)) for name in one["ids"]}
        getter = Getter(one["call"], one["ids"], one.get("none"))
        where = _value_position(text, (*at, "call"), one["call"])
        yield Entry("getter", one["call"], relative(file), where, getter, ids)


def _names(table: dict[str, Any], path: tuple[str, ...], text: str, file: str) -> Iterator[Entry]:
    """The sources, the functions of `flow`, and the folders that modules are imported from."""
    lists = [(kind, (*path, name, key), table.get(name, {}).get(key)) for kind, name, key in _LISTS]
    for kind, at, names in [*lists, ("src", (*path, "src"), table.get("src"))]:
        for name in names or ():
            yield Entry(kind, name, relative(file), _value_position(text, at, name))


def _value_position(text: str, path: Path, value: str) -> Position:
    """The row and column of a string, the value of a key or in the list that is."""
    row, column = key_position(text, path)
    lines = text.replace("\r\n", "\n").split("\n")
    rest = "\n".join([lines[row - 1][column - 1 :], *lines[row:]])
    found = re.search(rf"(?<=[\s=\[,])[\"']{re.escape(value)}[\"']", rest)
    before = rest[: found.start()] if found else ""
    last = before.rpartition("\n")[2]
    return row + before.count("\n"), len(last) + (1 if "\n" in before else column)
