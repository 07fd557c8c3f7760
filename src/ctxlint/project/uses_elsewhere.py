"""Uses of a module's names in the other files of its project: imports, attributes, strings."""

from __future__ import annotations

import ast
import os
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property

from ctxlint.project.scopes import import_paths, names_of, once_for_each
from ctxlint.source import Modules, SourceFile

_MAX_HOPS = 12  # re-exports followed
_DOTTED = re.compile(r"[\w.:]+")


def is_mentioned_elsewhere(name: str, file: SourceFile) -> bool | None:
    """Whether a checked file, or another one of the project, has a name as a word.

    None if no checked one has, and the rest of the project was not looked at.
    """
    modules, location = file.modules, file.location
    if modules is None:
        return None
    if modules.mentions(rf"\b{re.escape(name)}\b", location, name):
        return True
    others = modules.naming(name, location)
    return None if others is None else bool(others)


def is_named_outside(name: str, file: SourceFile) -> bool | None:
    """The same, or whether a string of the file itself is the name."""
    is_text = any(node.value == name for node in file.nodes(ast.Constant))
    return is_text or is_mentioned_elsewhere(name, file)


def is_used_elsewhere(name: str, file: SourceFile) -> bool | None:
    """Whether another file of the project may use a module-level name of a file.

    None where the rest of the project is not to be looked at. What cannot be resolved is a use.
    """
    known = _answers(file)
    if name not in known:
        known[name] = _is_used(name, file)
    return known[name]


@once_for_each  # a name is asked about for each plan of a file
def _answers(_: SourceFile) -> dict[str, bool | None]:
    """The answers so far."""
    return {}


def _is_used(name: str, file: SourceFile) -> bool | None:
    modules = file.modules
    paths = modules.naming(name, file.location) if modules else None
    if modules is None or paths is None:
        return None
    others = map(modules.source, paths)
    return any(other is None or _Reader(other, name, file, modules).uses() for other in others)


class _Reader:
    """One file that has the name, which is `name` in the module `target`."""

    def __init__(self, file: SourceFile, name: str, target: SourceFile, modules: Modules) -> None:
        self.file = file
        self.name = name
        self.target = target
        self.modules = modules
        self.imported, self.stars = _imports(file)

    def uses(self) -> bool:
        """Whether the file imports the name, reads it as an attribute, or has it in a string."""
        return (
            self._imports_it()
            or any(map(self._is_use, self._attributes()))
            or any(map(self._names_it, self._strings()))
            or (self._is_patched() and self.refers)
        )

    def _imports_it(self) -> bool:
        paths = (
            path
            for node in self.file.imports
            if isinstance(node, ast.ImportFrom)
            for alias, path in import_paths(node)
            if alias.name == self.name
        )
        return any(map(self._may_be, paths)) or (self._is_unbound() and self.has_star)

    def _is_unbound(self) -> bool:
        """Whether the file reads the name and does not bind it, as after `import *`."""
        scopes = names_of(self.file).scopes.values()
        return any(self.name in s.loads and s.owner(self.name) is None for s in scopes)

    @cached_property
    def has_star(self) -> bool:
        """Whether `import *` brings the name into the file."""
        return any(self._may_be(f"{star}{self.name}", star=True) for star in self.stars)

    @cached_property
    def refers(self) -> bool:
        """Whether the file has hold of the module: it imports it, or has its path in a string."""
        paths = {path for found in self.imported.values() for path in found}
        return (
            self.has_star
            or any(self._may_be(f"{path}.{self.name}") for path in paths)
            or any(map(self._is_path_of_target, self._strings()))
        )

    def _attributes(self) -> Iterator[ast.Attribute]:
        return (node for node in self.file.nodes(ast.Attribute) if node.attr == self.name)

    def _strings(self) -> Iterator[str]:
        """The strings of the file that are dotted words, other than docstrings."""
        for node in self.file.nodes(ast.Constant):
            text = node.value
            is_plain = not isinstance(self.file.parents[node], ast.Expr)
            if is_plain and isinstance(text, str) and _DOTTED.fullmatch(text):
                yield text.replace(":", ".")

    def _is_use(self, node: ast.Attribute) -> bool:
        """Whether an attribute of this name may be read from the module."""
        base = _dotted(node.value)
        root, _, rest = base.partition(".")
        if root in self.imported:
            return self._leads(root, f"{rest}.{self.name}" if rest else self.name)
        return base.rpartition(".")[2] == self._last or self.refers

    def _names_it(self, text: str) -> bool:
        """Whether a string may name it: by itself, behind its module, or before something else."""
        parts = text.split(".")
        if self.name not in parts:
            return False
        before = ".".join(parts[: parts.index(self.name)])
        if not before:
            return self.refers
        root, _, rest = before.partition(".")
        if root in self.imported and self._leads(root, f"{rest}.{self.name}".lstrip(".")):
            return True
        return self._may_be(f"{before}.{self.name}")

    def _is_patched(self) -> bool:
        """Whether a call like `patch.multiple(module, name=...)` has it as a keyword."""
        return any(
            getattr(call.func, "attr", "") == "multiple"
            and any(keyword.arg == self.name for keyword in call.keywords)
            for call in self.file.nodes(ast.Call)
        )

    def _is_path_of_target(self, text: str) -> bool:
        """Whether a string may be the dotted path of the module."""
        if text.rpartition(".")[2] != self._last:
            return False
        return text.startswith(".") or self._may_be(f"{text}.{self.name}")

    @cached_property
    def _own_path(self) -> list[str]:
        """The parts of the path of the module, which its dotted name ends as."""
        parts = os.path.splitext(self.target.location)[0].split(os.sep)
        return parts[:-1] if parts[-1] == "__init__" else parts

    @property
    def _last(self) -> str:
        return self._own_path[-1]

    def _leads(self, root: str, rest: str) -> bool:
        """Whether what is read from an imported name may be the name in the module."""
        return any(self._may_be(f"{path}.{rest}") for path in self.imported[root])

    def _may_be(self, path: str, *, star: bool = False) -> bool:
        return self._resolves(path, self.file, _MAX_HOPS, star=star)

    def _resolves(self, path: str, reader: SourceFile, hops: int, *, star: bool) -> bool:
        """Whether a dotted path, as a file means it, may lead to the name in the module.

        `star`: whether `import *` is on the way, which brings what a module exports.
        """
        dots, parts = _split(path)
        for end in range(len(parts) - 1, -1 if dots else 0, -1):
            places = self.modules.places(dots + ".".join(parts[:end]), reader.location)
            if self.target.location in places:
                return parts[end] == self.name and (not star or self._is_exported)
            if places:
                return self._is_in(places[0], parts[end:], hops, star=star)
        # Of a module that is not found the last words decide.
        module = parts[:-1]
        is_like = bool(module) and self._own_path[-len(module) :] == module
        return not dots and is_like and parts[-1] == self.name

    def _is_in(self, location: str, parts: list[str], hops: int, *, star: bool) -> bool:
        """Whether something of another module is the name in the module, exported again."""
        source = self.modules.source(location) if hops else None
        if source is None:
            return False
        first, *rest = parts
        imported, stars = _imports(source)
        paths = [".".join([path, *rest]) for path in imported.get(first, ())]
        if any(self._resolves(path, source, hops - 1, star=star) for path in paths):
            return True
        more = (star + ".".join(parts) for star in stars)
        return any(self._resolves(path, source, hops - 1, star=True) for path in more)

    @cached_property
    def _is_exported(self) -> bool:
        """Whether `import *` of the module brings the name: its `__all__` does not have it."""
        module = names_of(self.target).module
        return not (self.name.startswith("_") or "__all__" in module.bindings)


@once_for_each
def _imports(file: SourceFile) -> tuple[dict[str, set[str]], set[str]]:
    """The dotted paths that each imported name stands for, and the modules before `*`."""
    imported: defaultdict[str, set[str]] = defaultdict(set)
    stars: set[str] = set()
    for node in file.imports:
        for alias, path in import_paths(node):
            if alias.name == "*":
                stars.add(path.removesuffix("*"))
            else:
                imported[alias.asname or alias.name.partition(".")[0]].add(path)
    return dict(imported), stars


def _dotted(node: ast.expr) -> str:
    """A name with attributes as text; the root of anything else is empty."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=owner, attr=name):
            return f"{_dotted(owner)}.{name}"
    return ""


def _split(path: str) -> tuple[str, list[str]]:
    """The leading dots of a path, and its words."""
    bare = path.lstrip(".")
    return path[: len(path) - len(bare)], bare.split(".")
