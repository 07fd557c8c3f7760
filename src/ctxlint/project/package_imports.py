"""Whether files import a package, themselves or through other modules of the project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxlint.project.import_text import imported, is_of_any
from ctxlint.source import digest

if TYPE_CHECKING:
    from ctxlint.project.modules import Project


class PackageImports:
    """Follows the imports of a project, and reads each file once."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._known: dict[str, tuple[str, frozenset[str]]] = {}

    def lead_to(self, packages: tuple[str, ...], location: str) -> bool:
        """Whether imports lead from a file to one of some packages."""
        pending, seen = [location], {location}
        for path in pending:  # it grows
            self._project.opened[path], names = self._imported(path)
            if is_of_any(packages, names):
                return True
            new = self._project.imports(path) - seen
            pending += sorted(new)
            seen |= new
        return False

    def _imported(self, path: str) -> tuple[str, frozenset[str]]:
        """The digest of the file at a path, and the dotted names that it may import."""
        if path not in self._known:
            data = self._project.read(path)
            names = imported(data, self._project.module_name(path), path)
            self._known[path] = digest(data), frozenset(names)
        return self._known[path]

    def forget(self, path: str) -> None:
        """Read a file again when it is asked for."""
        self._known.pop(path, None)
