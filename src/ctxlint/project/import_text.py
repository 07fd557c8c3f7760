"""The modules that a text may import, read off the text: it need not be parsed."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator

_IMPORT = re.compile(
    rb"(?:^|[;:])[ \t]*(?:from\b([^()#;:\n]*)\bimport\b"
    rb"[ \t]*(\((?:[^()#]++|#[^\n]*+)*+\)|[^\n#;]*)|import[ \t]+([^\n#;]+))",
    re.MULTILINE,
)
_KEYWORD = b"import"
_RENAMED = re.compile(rb"\bas[ \t]+([\w\x80-\xff]+)")
_ASSIGNED = re.compile(rb"^([\w\x80-\xff]+)[^=\n]*=", re.MULTILINE)
_STAR = re.compile(rb"import[ \t]*\*")
_WORD = re.compile(r"\w+")
_CONTINUED = re.compile(rb"\\\r?\n")


def imported(data: bytes, module: str, path: str) -> Iterator[str]:
    """The dotted names of the modules that a text may import: what is imported may be one too."""
    parts = module.split(".")
    package = parts if path.endswith("__init__.py") else parts[:-1]
    for match in _imports_in(_CONTINUED.sub(b" ", data) if b"\\" in data else data):
        origin, names, modules = ((part or b"").decode(errors="replace") for part in match.groups())
        if not origin:
            yield from (name.split(" as ")[0].strip() for name in modules.split(","))
            continue
        origin = "".join(origin.split())
        bare = origin.lstrip(".")
        dots = len(origin) - len(bare)
        above = package[: len(package) - dots + 1] if dots else []
        base = ".".join([*above, bare]).strip(".")
        yield base
        yield from (f"{base}.{word}".strip(".") for word in _WORD.findall(names))


def is_of_any(packages: tuple[str, ...], names: Iterable[str]) -> bool:
    """Whether one of some dotted names is a package among some, or in one."""
    inside = tuple(f"{package}." for package in packages)
    return any(name in packages or name.startswith(inside) for name in names)


def renamed_names(data: bytes) -> tuple[frozenset[str], bool]:
    """The names that a module may bind to something of another name; whether any, by a star."""
    names = (*_RENAMED.findall(data), *_ASSIGNED.findall(data))
    return frozenset(map(os.fsdecode, names)), bool(_STAR.search(data))


def _imports_in(data: bytes) -> Iterator[re.Match[bytes]]:
    """The matches of `_IMPORT`, looked for only in lines that have the word, which are few."""
    done, end = 0, -1
    place = data.find(_KEYWORD)
    while place >= 0:
        if place > end:
            end = data.find(b"\n", place)
            end = len(data) if end < 0 else end
        start = max(data.rfind(b"\n", done, place) + 1, done)
        found = _IMPORT.search(data, start, end)
        whole = found and _IMPORT.match(data, found.start())  # it may go on in further lines
        if whole:
            yield whole
        done = whole.end() if whole else end
        place = data.find(_KEYWORD, done)
