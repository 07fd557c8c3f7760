"""The proposals are appended to a configuration file, which keeps every byte that it has."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable
from typing import Any, NamedTuple

from ctxlint import atomic_write
from ctxlint.config.settings import ConfigError
from ctxlint.config.value_types import relative
from ctxlint.init.proposals import Search
from ctxlint.init.report import as_toml
from ctxlint.source import read_file

_OWN = "ctxlint.toml"
_SHARED = "pyproject.toml"


class Place(NamedTuple):
    """The file that the contract goes to, with what it holds; `table` is that of ctxlint."""

    path: str
    data: bytes
    table: dict[str, Any]

    @property
    def name(self) -> str:
        """The name of the file to the user."""
        return relative(self.path)

    @property
    def prefix(self) -> str:
        """The prefix of the names of its tables."""
        return "" if os.path.basename(self.path) == _OWN else "tool.ctxlint."


def place_for(paths: Iterable[str]) -> Place:
    """The closest configuration file of paths; raise ConfigError for several, or a full one."""
    files = {_closest(path) for path in paths}
    if len(files) > 1:
        names = " and ".join(sorted(map(relative, files)))
        raise ConfigError(f"{names}: several files for these paths, write to one at a time")
    place = _read(next(iter(files)))
    if "getter" in place.table:
        raise ConfigError(f"{place.name}: it has getters, remove them or run without --write")
    return place


def append(found: Search, place: Place, keys: Iterable[str]) -> None:
    """Append the tables of a contract; `keys` are those that a table may have."""
    taken = {"presets", "sources"} & place.table.keys()
    if "presets" not in keys or place.table:
        taken.add("presets")  # its table is there, and may end anywhere
    text = as_toml(found, prefix=place.prefix, taken=taken)
    data = place.data + _gap(place.data) + text.encode()
    if _table(data, place).get("getter") is None and found.proposals:
        raise ConfigError(f"{place.name}: cannot append to it, copy the printed tables")
    try:
        atomic_write.write(place.path, data)
    except OSError as error:
        what = f"{error.strerror}, nothing written"
        raise ConfigError(f"{place.name}: {what}, check its folder and permissions") from None


def _closest(path: str) -> str:
    """The closest configuration file of a path in its repository; a new one beside it for none."""
    start = os.path.abspath(path if os.path.isdir(path) else os.path.dirname(path))
    folder = start
    while True:
        for name in (_OWN, _SHARED):
            if os.path.isfile(os.path.join(folder, name)):
                return os.path.join(folder, name)
        above = os.path.dirname(folder)
        if above == folder or os.path.exists(os.path.join(folder, ".git")):
            return os.path.join(start, _OWN)
        folder = above


def _read(path: str) -> Place:
    """A configuration file; an empty one, where it is still to be made."""
    place = Place(path, b"", {})
    try:
        data = read_file(path)
    except FileNotFoundError:
        return place
    except OSError as error:
        raise ConfigError(f"{place.name}: {error.strerror}, check its permissions") from None
    return place._replace(data=data, table=_table(data, place))


def _table(data: bytes, place: Place) -> dict[str, Any]:
    try:
        document = tomllib.loads(data.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{place.name}: not TOML: {error}, fix it first") from None
    table = document.get("tool", {}).get("ctxlint", {}) if place.prefix else document
    return table if isinstance(table, dict) else {}


def _gap(data: bytes) -> bytes:
    """The separator of the last line and the first table, in the line ends of the file."""
    end = b"\r\n" if b"\r\n" in data else b"\n"
    if not data:
        return b""
    return end if data.endswith(b"\n") else end * 2
