"""The findings on a LibCST tree: visitors that report each with the node that it is at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

import libcst as cst
from libcst.metadata import CodeRange, FilePathProvider, PositionProvider, ProviderT

from ctxlint.config.lookup import Lookup
from ctxlint.project import discovery
from ctxlint.rules.registry import CODES
from ctxlint.run import one_file

if TYPE_CHECKING:
    from ctxlint.config.settings import Settings
    from ctxlint.finding import Finding, Span

    Report = Callable[[Finding, cst.CSTNode], None]
    Visit = Callable[[cst.CSTNode], None]

__all__ = ["BatchableFindingVisitor", "FindingVisitor"]
# Of nodes with the same range, what findings are about: not the name in an alias, or what holds it.
_KINDS = ((cst.ImportAlias, cst.Param), (cst.BaseExpression, cst.Comment), (cst.CSTNode,))
_VISITS = [
    name for name in dir(cst.CSTVisitor) if name.startswith("visit_") and name.count("_") == 1
]


class _Finder(cst.MetadataDependent):
    """Analyses a module, and returns the findings at a node."""

    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(
        self, report: Report, settings: Settings | None = None, filename: str | None = None
    ) -> None:
        """Take what is called with each finding and its node.

        `filename` tells where modules are imported from, and whether the file is a test; without
        it FilePathProvider tells, if a subclass depends on that. Without `settings` those of the
        closest configuration count.
        """
        super().__init__()
        self._report = report
        self._settings = settings
        self._filename = filename
        self._there: dict[cst.CSTNode, list[Finding]] = {}

    @classmethod
    def get_inherited_dependencies(cls) -> Collection[ProviderT]:
        """The providers that a class and its bases need.

        LibCST would take those of a base that has been used before for those of a subclass.
        """
        declared = (vars(base).get("METADATA_DEPENDENCIES", ()) for base in cls.__mro__)
        return frozenset(chain.from_iterable(declared))

    def visit_Module(self, node: cst.Module) -> bool:
        """Analyse a module; whether anything is found, so that the walk is worth it.

        Raises `ctxlint.source.SourceError` for a text that names a session getter and is not
        Python, and `ctxlint.config.settings.ConfigError` for settings that cannot be used.
        """
        self._there = {}
        findings = self._findings(node)
        if findings:
            nodes = _Nodes(node, self.metadata[PositionProvider])  # type: ignore[arg-type]
            for finding in findings:
                self._there.setdefault(nodes.at(finding.span), []).append(finding)
            self._tell(node)
        return bool(findings)

    def _findings(self, module: cst.Module) -> tuple[Finding, ...]:
        settings, name = self._settings, self._filename
        if name is None and FilePathProvider in self.metadata:
            name = str(self.get_metadata(FilePathProvider, module))
        settings_for = Lookup({}, CODES) if settings is None else lambda _: settings
        target = discovery.name_only(name or "<string>", settings_for)
        return one_file.check(target, module.code, is_followed=True).findings if target else ()

    def _tell(self, node: cst.CSTNode) -> None:
        """Report the findings at a node, once."""
        for finding in self._there.pop(node, ()):
            self._report(finding, node)


class FindingVisitor(_Finder, cst.CSTVisitor):
    """Reports each finding of all rules, with its node, when the walk comes to that node."""

    def on_visit(self, node: cst.CSTNode) -> bool:
        """Report the findings at a node, then visit it."""
        self._tell(node)
        return super().on_visit(node)


class BatchableFindingVisitor(_Finder, cst.BatchableCSTVisitor):
    """The same for `visit_batched`, which walks whatever a visitor returns."""

    def get_visitors(self) -> Mapping[str, Visit]:
        """A method for each kind of node: any may have findings."""
        own = super().get_visitors()
        return {**own, **{name: partial(self._visit, own.get(name)) for name in _VISITS}}

    def _visit(self, visit: Visit | None, node: cst.CSTNode) -> None:
        self._tell(node)
        if visit:
            visit(node)


class _Nodes:
    """The nodes of a module, by where they are."""

    def __init__(self, module: cst.Module, places: Mapping[cst.CSTNode, CodeRange]) -> None:
        self.module = module
        self.by_row: dict[int, list[tuple[CodeRange, cst.CSTNode]]] = defaultdict(list)
        for node, place in places.items():
            note = node.annotation if isinstance(node, cst.Param) else None
            end = places[note.annotation].end if note else place.end  # LibCST has but the name
            self.by_row[place.start.line].append((CodeRange(place.start, end), node))

    def at(self, span: Span) -> cst.CSTNode:
        """The smallest node around a span that begins on its row; the module where there is none.

        Findings count columns from 1, LibCST from 0; both in code points.
        """
        start, end = ((row, column - 1) for row, column in span)
        around = (
            (place, node)
            for place, node in self.by_row[span.start.row]
            if _start(place) <= start and end <= _end(place)
        )
        return min(around, key=_size, default=(None, self.module))[1]


def _start(place: CodeRange) -> tuple[int, int]:
    return place.start.line, place.start.column


def _end(place: CodeRange) -> tuple[int, int]:
    return place.end.line, place.end.column


def _size(found: tuple[CodeRange, cst.CSTNode]) -> tuple[int, tuple[int, int], int]:
    """A key that sorts nodes around one place from the smallest on: they hold each other."""
    place, node = found
    kind = next(rank for rank, kinds in enumerate(_KINDS) if isinstance(node, kinds))
    return -place.start.column, _end(place), kind
