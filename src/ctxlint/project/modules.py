"""The modules of a project: dotted names to files, each read and parsed once."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cache, cached_property, partial
from typing import TYPE_CHECKING

from ctxlint.config.path_patterns import Pattern, Patterns
from ctxlint.project.import_text import imported, renamed_names
from ctxlint.project.project_folder import (
    above,
    above_packages,
    dotted_name,
    folder_of,
    folders_inside,
    is_below,
)
from ctxlint.source import SourceError, SourceFile, digest, digest_of, read_file

if TYPE_CHECKING:
    from ctxlint.project.package_imports import PackageImports
    from ctxlint.project.word_search import WordSearch

ALL = "*"  # all checked files, where it is told what was asked for
SEARCH = "?"  # begins what tells of a search: no path does
DEFINED = "="  # ends what was searched for: where a name is defined,
ANYWHERE = "~"  # or wherever it is; else where an importer has it
_MOST_SOURCES = 100  # syntax trees kept: they take some MB each
CHANGING = ""  # in place of the digest of a file that changes during a run


class Project:
    """Finds modules by their dotted names, below the roots and the folders above the importer.

    `roots` are absolute folders, the more specific ones first. `shown` has the names of the files
    that are checked, by their absolute paths; `texts` is what counts instead of what some hold.
    `below` finds the Python files in a folder, or None where it has too many paths: without it no
    project is searched for uses of names, and not unless it `is_searched`; where names are defined
    is looked up all the same. `test_paths` tell which files are tests; `sizes` are those of regular
    files when they were found.
    `edits`: whether someone wants the edits of fixes, which may hang on such a search.
    """

    def __init__(
        self,
        roots: Iterable[str],
        shown: dict[str, str] | None = None,
        texts: dict[str, bytes] | None = None,
        below: Callable[[str], Iterable[str] | None] | None = None,
        *,
        edits: bool = True,
        is_searched: bool = True,
        test_paths: Iterable[Pattern] = (),
        sizes: Mapping[str, int] | None = None,
        most_lines: int | None = None,
    ) -> None:
        self.roots = tuple(roots)
        self.shown = shown or {}
        self.texts = texts or {}
        self._sources: dict[str, SourceFile | None] = {}
        self._digests: dict[str, str | None] = {}  # of these, None of what cannot be read
        self._imports: dict[str, frozenset[str]] = {}
        self._renames: dict[str, tuple[str, frozenset[str], bool]] = {}
        self._module_names: dict[str, tuple[str, ...]] = {}
        self._below = below
        self._test_paths = tuple(test_paths)
        self._sizes = sizes or {}
        self.most_lines = most_lines
        self._is_searched = is_searched and below is not None
        self.edits = edits
        # What was asked for since someone emptied it, with digests.
        self.opened: dict[str, str | None] = {}
        self.consulted: dict[str, str | None] = {}  # the same of what was read and is not checked
        # Words that are looked for too when the files are read for one of them.
        self.expected: Collection[str] = ()
        self._folder_of = cache(folder_of)
        self._find = cache(self._search)
        self._inside = cache(folders_inside)
        self._knows = cache(self._search_package)
        self._unseen = cache(self._search_unseen)

    def __reduce__(self) -> tuple[object, ...]:
        """The arguments with which another process makes a project that reads the same modules."""
        make = partial(
            Project,
            edits=self.edits,
            is_searched=self._is_searched,
            test_paths=self._test_paths,
            sizes=self._sizes,
            most_lines=self.most_lines,
        )
        return make, (self.roots, self.shown, self.texts, self._below)

    def module_name(self, path: str) -> str:
        """The dotted name of the module at a path, relative to the closest root."""
        absolute = os.path.abspath(path)
        roots = [root for root in self.roots if is_below(absolute, root)]
        root = max(roots, key=len, default=os.path.dirname(absolute))
        return dotted_name(absolute, root)

    def module_names(self, path: str) -> tuple[str, ...]:
        """The dotted names by which the module at a path may be imported, that of `src` first.

        They are relative to each root, and to the folder above the packages that it is in.
        """
        if path not in self._module_names:
            roots = [root for root in self.roots if is_below(path, root)]
            folders = dict.fromkeys([*roots, above_packages(os.path.dirname(path))])
            names = (dotted_name(path, folder) for folder in folders)
            self._module_names[path] = tuple(filter(None, dict.fromkeys(names)))
        return self._module_names[path]

    def knows(self, package: str, importer: str) -> bool:
        """Whether a package or module of this name can be found from the file `importer`."""
        return self._knows(package, self._folder_of(importer))

    def find(self, module: str, importer: str) -> str | None:
        """The path of the module that `import module` means in the file `importer`."""
        folder = self._folder_of(importer)
        is_ours = self._knows(module.partition(".")[0], folder)  # most imports are of others
        found = self._find(module, folder) if is_ours else None
        if is_ours and found is None:
            self.opened.update(dict.fromkeys(self._places(module, folder)))  # nothing is there
            self.consult(dict.fromkeys(self._unseen(module, folder)))
        return found

    def is_checked(self, path: str) -> bool:
        """Whether the file at an absolute path is one of those that this run checks."""
        return path in self.shown

    def is_test(self, path: str) -> bool:
        """Whether the file at an absolute path is a test file, checked or not."""
        top = os.path.join(os.getcwd(), "")

        def name_from(root: str) -> str:
            start = os.path.join(root, "") if root and is_below(path, root) else top
            return path.removeprefix(start).replace(os.sep, "/")

        return Patterns(self._test_paths).cover(name_from)

    def path_of(self, name: str) -> str:
        """The absolute path of a checked file, by its name to the user."""
        return self._paths[name]

    def checked(self, name: str) -> SourceFile:
        """The checked file of this name, which `source` has read before."""
        source = self.source(self._paths[name])
        assert source is not None
        return source

    def named(self, name: str) -> SourceFile | None:
        """A file by its name to the user; None where it cannot be analysed."""
        return self.source(self._paths.get(name) or os.path.abspath(name))

    def lines(self, name: str) -> Sequence[str]:
        """The lines of a file, by its name to the user; none of one that cannot be analysed."""
        source = self.named(name)
        return source.lines if source else ()

    @cached_property
    def _paths(self) -> dict[str, str]:
        """The checked files by their names."""
        return {name: path for path, name in self.shown.items()}

    @cached_property
    def outside(self) -> set[str]:
        """The names of the modules and packages that files may import and that are not checked."""
        from ctxlint.project.unchecked_modules import unchecked_modules  # noqa: PLC0415 - for folders

        return unchecked_modules(self.shown, self.folders, self.roots)

    def forget(self, *, everything: bool = False) -> None:
        """Drop the modules that were not asked for lately: each is read again when asked for."""
        most = 0 if everything else _MOST_SOURCES
        for path in [*self._sources][: max(len(self._sources) - most, 0)]:
            del self._sources[path]

    def imports(self, path: str) -> frozenset[str]:
        """The files of the project that the file at an absolute path imports."""
        if path not in self._imports:
            names = imported(self.read(path), self.module_name(path), path)
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

    def imports_any(self, packages: tuple[str, ...], location: str) -> bool:
        """Whether a file imports one of some packages, itself or through other modules."""
        return self._package_imports.lead_to(packages, location)

    @cached_property
    def _package_imports(self) -> PackageImports:
        from ctxlint.project.package_imports import PackageImports  # noqa: PLC0415 - few runs need it

        return PackageImports(self)

    def mentions(self, pattern: str, location: str, word: str) -> bool:
        """Whether a checked file other than that at `location` matches a regular expression.

        Only files with a word can match: most have it not, which is known once for all patterns.
        """
        self.opened[ALL] = None
        return bool(self.words.matching(pattern, word) - {location})

    def naming(self, word: str, location: str) -> list[str] | None:
        """The files of the project of that at `location` which have a word, and may import it.

        Not the file itself. None where the project is not to be searched, or is too large for it.
        """
        return self._search_for(word, location) if self._is_searched else None

    def defining(self, word: str, location: str) -> list[str]:
        """The files of the project of that at `location` that define a function or class."""
        return self._search_for(f"{word}{DEFINED}", location) or []

    def mentioning(self, word: str, location: str) -> list[str]:
        """The files of the project of that at `location` that have a word."""
        return self._search_for(f"{word}{ANYWHERE}", location) or []

    def renames(self, name: str, location: str, *, by_star: bool = True) -> bool:
        """Whether the file at a path has `as name`, or assigns the name, or may by a star."""
        if location not in self._renames:
            data = self.read(location)
            self._renames[location] = (digest(data), *renamed_names(data))
        self.opened[location], names, has_star = self._renames[location]
        return name in names or (has_star and by_star)

    def _search_for(self, wanted: str, location: str) -> list[str] | None:
        """The files that a search finds; it stands for all that it looked at."""
        opened, consulted = dict(self.opened), dict(self.consulted)
        found = self.words.finding(wanted, location)
        known = f"{SEARCH}{digest_of(found)} {wanted} {location}"
        self.opened, self.consulted = opened | {known: None}, consulted
        return None if found is None else list(found)

    def finds_again(self, search: str) -> bool:
        """Whether a search would find the same files now, and in them the same."""
        known, wanted, location = search.removeprefix(SEARCH).split(" ", 2)
        if not wanted.endswith((DEFINED, ANYWHERE)) and not self._is_searched:
            return False
        return digest_of(self.words.finding(wanted, location)) == known

    @cached_property
    def words(self) -> WordSearch:
        """The search of the project for words."""
        from ctxlint.project.word_search import WordSearch  # noqa: PLC0415 - few runs need it

        return WordSearch(self, self._below)

    def places(self, module: str, importer: str) -> list[str]:
        """The paths of what a module may be in the file `importer`, in the order of the search.

        Dots lead a relative one.
        """
        folder = self._folder_of(importer)
        name = module.lstrip(".")
        dots = len(module) - len(name)
        for _ in range(dots - 1):
            folder = os.path.dirname(folder)
        if not dots:
            return list(filter(os.path.isfile, self._places(module, folder)))
        base = os.path.join(folder, *name.split(".")) if name else folder
        found = [f"{base}.py"] if name else []
        return list(filter(os.path.isfile, [*found, os.path.join(base, "__init__.py")]))

    def source(self, path: str) -> SourceFile | None:
        """The file at an absolute path; None where it cannot be analysed."""
        if path in self._sources:
            self._sources[path] = self._sources.pop(path)  # asked for last
        else:
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
        with suppress(OSError):
            return self.content(path)
        return b""

    def content(self, path: str) -> bytes:
        """The same; raises OSError."""
        if path in self.texts or path in self.shown:
            return self.text_of(path)
        try:
            data = self.text_of(path)
        except OSError:
            self.consult({path: None})
            raise
        self.consult({path: digest(data)})
        return data

    def text_of(self, path: str) -> bytes:
        """The same, without a note that it was read."""
        if path in self.texts:
            return self.texts[path]
        return read_file(path, size=self._sizes.get(path))

    def consult(self, digests: Mapping[str, str | None]) -> None:
        """Note what was read of files that are not checked; of one that changes, no digest."""
        for path, found in digests.items():
            if self.consulted.setdefault(path, found) != found:
                self.consulted[path] = CHANGING

    def replace(self, path: str, data: bytes | None) -> None:
        """Take other bytes for those of a file, written or not; None: what is on disk."""
        absolute = os.path.abspath(path)
        if data is None:
            self.texts.pop(absolute, None)
        else:
            self.texts[absolute] = data
        self._sources.pop(absolute, None)
        self._imports.pop(absolute, None)
        self._renames.clear()
        now = b""
        with suppress(OSError):
            now = self.text_of(absolute)
        if "words" in vars(self):
            self.words.replace(absolute, now)
        if "_package_imports" in vars(self):
            self._package_imports.forget(absolute)

    def _search_unseen(self, module: str, folder: str) -> list[str]:
        """The places where a missing module could appear without any list of files showing it.

        What comes into the folder of a checked file or a root is seen.
        """
        return [path for path in self._places(module, folder) if not self._is_seen(path)]

    def _is_seen(self, path: str) -> bool:
        folder = os.path.dirname(path)
        while not os.path.isdir(folder):
            folder = os.path.dirname(folder)
        return folder in self.folders or folder in self.roots

    @cached_property
    def folders(self) -> frozenset[str]:
        """The folders of the checked files."""
        parts = {path[: path.rfind(os.sep) + 1] for path in self.shown}  # faster than dirname
        return frozenset(map(os.path.dirname, parts))

    def _search_package(self, package: str, folder: str) -> bool:
        places = (os.path.join(root, package) for root in self._roots_from(folder))
        return any(os.path.isdir(place) or os.path.isfile(f"{place}.py") for place in places)

    def _roots_from(self, folder: str) -> list[str]:
        return [*self.roots, *above(folder, self.roots)]

    def _search(self, module: str, folder: str) -> str | None:
        return next(filter(os.path.isfile, self._places(module, folder)), None)

    def _places(self, module: str, folder: str) -> Iterator[str]:
        """The places where a module may be, in the order in which Python looks."""
        around, _, name = module.rpartition(".")
        outer = self._find(around, folder) if around else None
        if outer is None:
            bases = [os.path.join(r, *module.split(".")) for r in self._roots_from(folder)]
        else:
            bases = [os.path.join(inside, name) for inside in self._inside(outer)]
        for base in bases:
            yield f"{base}.py"
            yield os.path.join(base, "__init__.py")


def is_search(what: str) -> bool:
    """Whether what was asked for is a search, not a path."""
    return what.startswith(SEARCH)


def _relative(path: str) -> str:
    """The name of a file to the user: relative to the working folder where it is below it."""
    here = os.path.join(os.getcwd(), "")
    return path.removeprefix(here).replace(os.sep, "/")
