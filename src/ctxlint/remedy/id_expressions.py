"""The expressions of a file that are IDs for getters: their variables, look-ups by name."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Set
from itertools import chain

from ctxlint.flow import Facts, Kind, Origin
from ctxlint.flow.values import Location, is_id, is_kind
from ctxlint.source import reachable, walk


class IdExpressions:
    """Tells whether an expression is the value of an ID.

    `names` are those of the ID parameters of the getters; `bases` what IDs were looked up in.
    """

    def __init__(self, flow: Facts) -> None:
        self.flow = flow
        self.names = {path.word for sink in flow.sinks.values() for path in sink.getter.paths}
        self.cells = set(_id_cells(flow))
        self.origins = set(_received(self.cells, flow))
        bases = {o.node[0] for o in self.origins if isinstance(o.node, tuple)}
        self.bases = _with_parameters(bases, flow)

    def is_id(self, node: ast.AST) -> bool:
        """Whether an expression is the value of an ID: a variable of one, or a look-up by name."""
        if isinstance(node, ast.Name) and node.id in self.names:
            return True
        if not isinstance(node, ast.Name | ast.Attribute | ast.Subscript | ast.Call):
            return False
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") != "get":
            return False
        if any(d.cell in self.cells for d in self.flow.uses.get(node, ())):
            return True
        return any(
            atom in self.origins
            or (
                isinstance(atom, Origin)
                and isinstance(atom.node, tuple)
                and atom.node[0] in self.bases
                and getattr(atom.node[1], "name", atom.node[1]) in self.names
            )
            for atom in self.flow.value_of(node)
        )

    def are_read_by(self, part: ast.AST) -> bool:
        """Whether code reads an ID."""
        return any(map(self.is_id, walk(part)))


def _id_cells(flow: Facts) -> Iterator[Location]:
    """The variables, elements and attributes that hold IDs: generated ones, or those passed on."""
    ids = set(filter(is_id, set().union(*flow.atoms.values())))
    for definition, atoms in flow.atoms.items():
        if not ids.isdisjoint(atoms):
            yield definition.cell
    for node in flow.handed_over():
        yield from (definition.cell for definition in flow.uses.get(node, ()))


def _with_parameters(bases: Set[object], flow: Facts) -> Set[object]:
    """The bases of look-ups, with the parameters that calls pass them to."""
    passed: dict[object, list[object]] = defaultdict(list)
    for bound in flow.argument_bindings.values():
        for key, value in bound.items():
            for atom in value:
                passed[atom].append(Origin(Kind.RECEIVED, key))  # type: ignore[arg-type]
    return set(reachable(bases, lambda base: passed.get(base, ())))


def _received(cells: set[Location], flow: Facts) -> Iterator[Origin]:
    """The origins of the IDs that cells hold, or getters get, that were received: no constants."""
    held = flow.value(chain.from_iterable(flow.by_cell.get(cell, ()) for cell in cells))
    for atom in held.union(*map(flow.value_of, flow.handed_over())):
        if isinstance(atom, Origin) and is_kind(atom, Kind.RECEIVED):
            yield from [] if isinstance(atom.node, ast.Constant) else [atom]
