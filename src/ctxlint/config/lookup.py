"""The files with settings: which of them counts for a folder, and what it says.

That is a ctxlint.toml, which holds the keys themselves, or a pyproject.toml with `[tool.ctxlint]`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import cache
from typing import Any, NamedTuple

from ctxlint.config import schema
from ctxlint.config.settings import ConfigError, Settings
from ctxlint.config.value_types import ReadContext, UnusableError, relative
from ctxlint.source import read_file

_CURE = "fix it or run with --isolated"
_OF_CODE = (
    "getter",
    "sources.calls",
    "flow.keeps",
    "flow.opens",
    "src",
)  # what the code must agree with
OWN_FILE = "ctxlint.toml"
_SHARED_FILE = "pyproject.toml"
_LONGEST = 100  # files in a chain of `extend`


class Layer(NamedTuple):
    """The values that a file, the command line, or ctxlint itself has for some of the keys."""

    origin: str
    values: Mapping[str, Any]


class InForce(NamedTuple):
    """The settings of a folder; their values by key, and where each comes from."""

    settings: Settings
    values: Mapping[str, Any]
    origins: Mapping[str, Sequence[str]]


class Lookup:
    """The settings of the files in a folder: call it with the folder."""

    def __init__(
        self,
        given: Mapping[str, object],
        codes: Sequence[str],
        *,
        config: str | None = None,
        isolated: bool = False,
        warn: Callable[[str], object] = lambda _: None,
    ) -> None:
        """Look for the closest file with settings, from a folder upwards.

        `given` has values that go before those of the file, under the keys of the table; `codes`
        are the codes that exist; `config` is the file to read instead, for all folders; `isolated`
        reads none; `warn` is given a line for each file that does not count beside another. Raises
        ConfigError for what cannot be used, as its calls do.
        """
        self._warn = warn
        self._codes = codes
        self._given = self._read_options(given)
        self._closest = cache(self._find_closest)
        self._is_fixed = isolated or config is not None
        self._elsewhere = self._in_force(*(self._named(config) if config is not None else ()))

    def __call__(self, folder: str) -> Settings:
        """The settings of the files in a folder."""
        return self.in_force(folder).settings

    def in_force(self, folder: str) -> InForce:
        """The settings of the files in a folder, and where they come from."""
        return self._elsewhere if self._is_fixed else self._closest(os.path.abspath(folder))

    def files(self, folder: str) -> list[str]:
        """The files that say what getters, sources and import roots a folder has."""
        origins = self.in_force(folder).origins
        named = [origin for key in _OF_CODE for origin in origins[key]]
        return [name for name in dict.fromkeys(named) if name.endswith(".toml")]

    def _find_closest(self, folder: str) -> InForce:
        own, shared = (os.path.join(folder, name) for name in (OWN_FILE, _SHARED_FILE))
        path = own if _is_there(own) else shared
        layers = self._chain(path) if _is_there(path) else ()
        if layers:
            if path is own and _has_table(shared):
                names = (
                    f"{relative(own)}: takes precedence over [tool.ctxlint] in {relative(shared)}"
                )
                self._warn(f"{names}, remove one of them")
            return self._in_force(*layers, folder=folder)
        above = os.path.dirname(folder)
        return self._elsewhere if above == folder else self._closest(above)

    def _in_force(self, *files: Layer, folder: str = "") -> InForce:
        """The merged settings of options, some files and the defaults."""
        return _in_force([self._given, *files, Layer("default", schema.defaults(folder))])

    def _read_options(self, given: Mapping[str, object]) -> Layer:
        try:
            place = ReadContext(os.getcwd(), self._codes)
            return Layer("command line", schema.read(given, (*schema.KEYS, *schema.OPTIONS), place))
        except UnusableError as error:
            raise ConfigError(f"--{error}") from None

    def _named(self, path: str) -> tuple[Layer, ...]:
        """The layers of a file that must have the table."""
        if not _is_there(path):
            raise ConfigError(f"--config: no such file '{path}', check the path")
        layers = self._chain(os.path.abspath(path))
        if not layers:
            raise ConfigError(f"{relative(path)}: no [tool.ctxlint], add it or drop --config")
        return layers

    def _chain(self, path: str, above: tuple[str, ...] = ()) -> tuple[Layer, ...]:
        """The settings in a file, then those of the files it extends; none without the table."""
        text = _text(path)
        found = _table(path, text)
        if found is None:
            return ()
        keys, table = found
        try:
            values = schema.read(
                table, schema.KEYS, ReadContext(os.path.dirname(path), self._codes)
            )
            extended = self._extended(values.get("extend"), (*above, os.path.realpath(path)))
        except UnusableError as error:
            from ctxlint.config.toml_position import key_position  # noqa: PLC0415 - to tell an error

            row, column = key_position(text, (*keys, *error.path))
            where = f"{relative(path)}:{row}:{column}"
            if not keys:
                raise ConfigError(f"{where}: {error}".replace("[tool.ctxlint.", "[")) from None
            raise ConfigError(f"{where}: [tool.ctxlint] {error}") from None
        return (Layer(relative(path), values), *extended)

    def _extended(self, path: str | None, above: tuple[str, ...]) -> tuple[Layer, ...]:
        """The layers of the file that `extend` names; `above` are those that lead to it."""
        if path is None:
            return ()
        if not _is_there(path):
            raise UnusableError(f"no such file '{path}', check the path", ("extend",))
        if os.path.realpath(path) in above:
            raise UnusableError(f"circular, '{path}' leads back here, remove one", ("extend",))
        if len(above) == _LONGEST:
            raise UnusableError(f"more than {_LONGEST} files in a chain, merge some", ("extend",))
        layers = self._chain(os.path.abspath(path), above)
        if not layers:
            raise UnusableError(f"no [tool.ctxlint] in '{path}', add it", ("extend",))
        return layers


def _in_force(layers: Sequence[Layer]) -> InForce:
    """The merged layers: the first that has a key decides, and the last has all keys."""
    values: dict[str, Any] = {}
    origins: dict[str, list[str]] = {}
    for name in layers[-1].values:
        layer = next(layer for layer in layers if name in layer.values)
        values[name] = layer.values[name]
        origins[name] = [layer.origin]
    for layer in reversed(layers):
        for name in schema.ADDS_TO.keys() & layer.values.keys():
            whole = schema.ADDS_TO[name]
            if not values[whole]:
                origins[whole].clear()
            values[whole] += layer.values[name]
            origins[whole].append(layer.origin)
    unique = {name: tuple(dict.fromkeys(origins[name])) for name in origins}
    return InForce(schema.settings(values), values, unique)


def _is_there(path: str) -> bool:
    """Whether a path exists, as a file or as something that cannot be read as one."""
    return os.path.exists(path) and not os.path.isdir(path)


def table_path(file: str, whole: Mapping[str, Any]) -> tuple[str, ...]:
    """The keys that lead to the settings in a file: none in a file of their own.

    Such a file may have the table all the same.
    """
    tool = whole.get("tool")
    has_table = isinstance(tool, dict) and "ctxlint" in tool
    return () if _is_own(file) and not has_table else ("tool", "ctxlint")


def _is_own(file: str) -> bool:
    return os.path.basename(file) == OWN_FILE


def _has_table(path: str) -> bool:
    """Whether there is a pyproject.toml with settings, as far as it can be read."""
    with suppress(ConfigError):
        return _is_there(path) and _table(path, _text(path)) is not None
    return False


def _text(path: str) -> str:
    """The text of a file; nothing where the file does not name ctxlint, whatever else it holds."""
    try:
        data = read_file(path, waits=False)
        return data.decode() if _is_own(path) or b"ctxlint" in data else ""
    except UnicodeDecodeError:
        raise ConfigError(f"{relative(path)}: not UTF-8, {_CURE}") from None
    except OSError as error:
        raise ConfigError(f"{relative(path)}: {error.strerror}, {_CURE}") from None


def _table(path: str, text: str) -> tuple[tuple[str, ...], Mapping[str, Any]] | None:
    """The settings in a file, with the keys that lead to them; None where it has none."""
    if not (_is_own(path) or "ctxlint" in text or "\\" in text):  # which may spell it otherwise
        return None
    whole = _parsed(path, text)
    keys = table_path(path, whole)
    if not keys:
        return keys, whole
    tool = whole.get("tool")
    table = tool.get("ctxlint") if isinstance(tool, dict) else None
    if table is not None and not isinstance(table, dict):
        from ctxlint.config.toml_position import key_position  # noqa: PLC0415 - as above

        row, column = key_position(text, keys)
        where = f"{relative(path)}:{row}:{column}"
        raise ConfigError(f"{where}: tool.ctxlint is not a table, {_CURE}")
    return None if table is None else (keys, table)


def _parsed(path: str, text: str) -> dict[str, Any]:
    """The content of a TOML file."""
    import tomllib  # noqa: PLC0415 - most files have no settings

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        what, _, place = str(error).partition(" (at ")
        row, column = re.findall(r"\d+", place) or ("1", "1")  # none at the end of the text
        where = f"{relative(path)}:{row}:{column}"
        raise ConfigError(f"{where}: not TOML: {what}, {_CURE}") from None
    except ValueError:  # of Python's integers
        raise ConfigError(f"{relative(path)}: a number is too long, {_CURE}") from None
    except RecursionError:
        raise ConfigError(f"{relative(path)}: nested too deeply, {_CURE}") from None
