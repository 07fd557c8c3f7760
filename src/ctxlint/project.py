"""The modules of a project: dotted names to files, each read and parsed once."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cache, cached_property
from itertools import chain

from ctxlint.source import SourceError, SourceFile, digest, read_file

_IMPORT = re.compile(
    rb"(?:^|[;:])[ \t]*(?:from\b([^()#;:\n]*)\bimport\b"
    rb"[ \t]*(\((?:[^()#]++|#[^\n]*+)*+\)|[^\n#;]*)|import[ \t]+([^\n#;]+))",
    re.MULTILINE,
)
_KEYWORD = b"import"
_MOST_SOURCES = 100  # syntax trees kept: they take some MB each
_WORD = re.compile(r"\w+")
_CONTINUED = re.compile(rb"\\\r?\n")
CHANGING = ""  # in place of the digest of a file that changes during a run


class Project:
    """Finds modules by their dotted names, below the roots and the folders above the importer.

    `roots` are absolute folders, the more specific ones first. `shown` has the names of the files
    that are checked, by their absolute paths; `texts` is what counts instead of what some hold.
    """

    def __init__(
        self,
        roots: Iterable[str],
        shown: dict[str, str] | None = None,
        texts: dict[str, bytes] | None = None,
    ) -> None:
        self.roots = tuple(roots)
        self.shown = shown or {}
        self._texts = texts or {}
        self._sources: dict[str, SourceFile | None] = {}
        self._digests: dict[str, str | None] = {}  # of these, None of what cannot be read
        self._imports: dict[str, frozenset[str]] = {}
        self._mentions: dict[str, set[str]] = {}
        # What was asked for since someone emptied it, with digests; "*" for all that is checked.
        self.opened: dict[str, str | None] = {}
        self.consulted: dict[str, str | None] = {}  # the same of what was read and is not checked
        self._find = cache(self._search)
        self._knows = cache(self._search_package)
        self._unseen = cache(self._search_unseen)

    def __reduce__(self) -> tuple[object, ...]:
        """What another process needs to read the same modules."""
        return Project, (self.roots, self.shown, self._texts)

    def module_name(self, path: str) -> str:
        """The dotted name of the module at a path, relative to the closest root."""
        absolute = os.path.abspath(path)
        roots = [root for root in self.roots if _is_below(absolute, root)]
        root = max(roots, key=len, default=os.path.dirname(absolute))
        parts = os.path.splitext(os.path.relpath(absolute, root))[0].split(os.sep)
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    def knows(self, package: str, importer: str) -> bool:
        """Whether a package or module of this name can be found from the file `importer`."""
        folder = os.path.dirname(os.path.abspath(importer))
        return self._knows(package, folder)

    def find(self, module: str, importer: str) -> str | None:
        """The path of the module that `import module` means in the file `importer`."""
        folder = os.path.dirname(os.path.abspath(importer))
        is_ours = self._knows(module.partition(".")[0], folder)  # most imports are of others
        found = self._find(module, folder) if is_ours else None
        if is_ours and found is None:
            self.opened.update(dict.fromkeys(self._places(module, folder)))  # nothing is there
            self.consult(dict.fromkeys(self._unseen(module, folder)))
        return found

    def is_checked(self, path: str) -> bool:
        """Whether the file at an absolute path is one of those that this run checks."""
        return path in self.shown

    def path_of(self, name: str) -> str:
        """The absolute path of a checked file, by its name to the user."""
        return self._paths[name]

    def checked(self, name: str) -> SourceFile:
        """The checked file of this name, which `source` has read before."""
        source = self.source(self._paths[name])
        assert source is not None
        return source

    def lines(self, name: str) -> Sequence[str]:
        """The lines of a file, by its name to the user; none of one that cannot be analysed."""
        source = self.source(self._paths.get(name) or os.path.abspath(name))
        return source.lines if source else ()

    @cached_property
    def _paths(self) -> dict[str, str]:
        """The checked files by their names."""
        return {name: path for path, name in self.shown.items()}

    @cached_property
    def outside(self) -> set[str]:
        """The names of the modules and packages that files may import and that are not checked."""
        folders = {path[: path.rfind(os.sep) + 1] for path in self.shown}  # faster than dirname
        inside = set(map(os.path.dirname, folders))
        for start in tuple(inside):
            folder = start
            while any(_is_below(folder, root) for root in self.roots):
                inside.add(folder)
                folder = os.path.dirname(folder)
        found = set()
        for folder in inside.union(self.roots):
            for entry in _entries(folder):
                if entry.path in self.shown:
                    continue  # as most
                name, suffix = os.path.splitext(entry.name)
                if suffix == ".py":
                    found.add(name)
                elif name.isidentifier() and not suffix and entry.path not in inside:
                    found |= {name} if _has_python(entry.path) else set()
        return found

    def forget(self) -> None:
        """Drop the modules that were read, if they are many: each is read again when asked for."""
        if len(self._sources) > _MOST_SOURCES:
            self._sources.clear()

    def imports(self, path: str) -> frozenset[str]:
        """The files of the project that the file at an absolute path imports."""
        if path not in self._imports:
            names = _imported(self.read(path), self.module_name(path), path)
            found = (self.find(name, path) for name in names if name)
            self._imports[path] = frozenset(filter(None, found))
        return self._imports[path]

    def reach(self, path: str, steps: int | None = None) -> set[str]:
        """The files that imports lead to from the file at an absolute path, by so many steps."""
        found: set[str] = set()
        step = {path}
        while step and (steps is None or steps > 0):
            step = {other for one in step for other in self.imports(one)} - found
            found |= step
            steps = None if steps is None else steps - 1
        return found

    def mentions(self, pattern: str, location: str) -> bool:
        """Whether a checked file other than that at `location` matches a regular expression."""
        self.opened["*"] = None
        if pattern not in self._mentions:
            search = re.compile(pattern.encode()).search
            self._mentions[pattern] = {p for p in self.shown if search(self.read(p))}
        return bool(self._mentions[pattern] - {location})

    def source(self, path: str) -> SourceFile | None:
        """The file at an absolute path; None where it cannot be analysed."""
        if path not in self._sources:
            self._sources[path], self._digests[path] = self._load(path)
        self.opened[path] = self._digests[path]
        return self._sources[path]

    def _load(self, path: str) -> tuple[SourceFile | None, str | None]:
        """The file at a path, and the digest of what was read."""
        known = None
        with suppress(OSError, SourceError):
            data = self.content(path)
            known = digest(data)
            source = SourceFile.from_bytes(self.shown.get(path) or _relative(path), data)
            assert source.tree is not None
            return replace(source, location=path, modules=self), known
        return None, known

    def read(self, path: str) -> bytes:
        """The bytes of the file at an absolute path.

        Empty where reading it fails, which is told when the file is checked.
        """
        try:
            return self.content(path)
        except OSError:
            return b""

    def content(self, path: str) -> bytes:
        """The same; raises OSError."""
        if path in self._texts:
            return self._texts[path]
        if path in self.shown:
            return read_file(path)
        try:
            data = read_file(path)
        except OSError:
            self.consult({path: None})
            raise
        self.consult({path: digest(data)})
        return data

    def consult(self, digests: Mapping[str, str | None]) -> None:
        """Note what was read of files that are not checked; of one that changes, no digest."""
        for path, found in digests.items():
            if self.consulted.setdefault(path, found) != found:
                self.consulted[path] = CHANGING

    def replace(self, path: str, data: bytes) -> None:
        """Take other bytes for those of a file, be they written or not."""
        absolute = os.path.abspath(path)
        self._texts[absolute] = data
        self._sources.pop(absolute, None)
        self._imports.pop(absolute, None)

    def _search_unseen(self, module: str, folder: str) -> list[str]:
        """Where a module could come to be that is not there, and no list of files would show it.

        What comes into the folder of a checked file or a root is seen.
        """
        return [path for path in self._places(module, folder) if not self._is_seen(path)]

    def _is_seen(self, path: str) -> bool:
        folder = os.path.dirname(path)
        while not os.path.isdir(folder):
            folder = os.path.dirname(folder)
        return folder in self._folders or folder in self.roots

    @cached_property
    def _folders(self) -> set[str]:
        """Those of the checked files."""
        return set(map(os.path.dirname, self.shown))

    def _search_package(self, package: str, folder: str) -> bool:
        places = (os.path.join(root, package) for root in self._roots_from(folder))
        return any(os.path.isdir(place) or os.path.isfile(f"{place}.py") for place in places)

    def _roots_from(self, folder: str) -> list[str]:
        return [*self.roots, *_above(folder, self.roots)]

    def _search(self, module: str, folder: str) -> str | None:
        return next(filter(os.path.isfile, self._places(module, folder)), None)

    def _places(self, module: str, folder: str) -> Iterator[str]:
        """Where a module may be, in the order in which Python would look."""
        for root in self._roots_from(folder):
            base = os.path.join(root, *module.split("."))
            yield f"{base}.py"
            yield os.path.join(base, "__init__.py")


def _is_below(folder: str, root: str) -> bool:
    """Whether a folder or file is in a folder, or is that itself."""
    return folder == root or folder.startswith(os.path.join(root, ""))


def _entries(folder: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError:
        return []


def _has_python(folder: str) -> bool:
    """Whether there is a Python file in a folder, or in one that it holds."""
    entries = _entries(folder)
    inner = (entry for one in entries if one.is_dir() for entry in _entries(one.path))
    return any(entry.name.endswith(".py") for entry in chain(entries, inner))


def _relative(path: str) -> str:
    """The name of a file to the user: relative to the working folder where it is below it."""
    here = os.path.join(os.getcwd(), "")
    return path.removeprefix(here).replace(os.sep, "/")


def _above(folder: str, roots: tuple[str, ...]) -> list[str]:
    """A folder and those above it, up to the root that holds it."""
    found = [folder]
    while found[-1] not in roots and os.path.dirname(found[-1]) != found[-1]:
        if not any(_is_below(folder, root) for root in roots):
            break
        found.append(os.path.dirname(found[-1]))
    return found


def _imports_in(data: bytes) -> Iterator[re.Match[bytes]]:
    """What `_IMPORT` matches, looked for only in lines that have the word, which are few."""
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


def _imported(data: bytes, module: str, path: str) -> Iterator[str]:
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
