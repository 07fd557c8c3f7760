"""What connects a file to others: functions that lead to a getter, IDs that leave a function."""

from __future__ import annotations

import ast

from ctxlint.flow.results import Flow
from ctxlint.flow.values import (
    RETURN,
    Atom,
    Attribute,
    Container,
    Origin,
    is_generated,
    is_parameter,
)
from ctxlint.names import FUNCTIONS, Scope


def callers(flow: Flow) -> frozenset[str]:
    """The names by which the functions of a file are called that pass a parameter to a getter."""
    owners: dict[object, Scope] = {
        argument: scope
        for scope in flow.names.scopes.values()
        if isinstance(scope.node, FUNCTIONS)
        for argument in ast.walk(scope.node.args)
        if isinstance(argument, ast.arg)
    }
    names = set()
    for key in filter(is_parameter, flow.passings):
        argument = key[0].node if isinstance(key, tuple) else key
        scope = owners.get(argument)
        if scope and scope.parent:
            name = getattr(scope.node, "name", "")
            names.add(getattr(scope.parent.node, "name", "") if name == "__init__" else name)
    return frozenset(names - {""})


def leaving(flow: Flow) -> set[int]:
    """The rows of the sources whose IDs functions return or leave in attributes: other files may
    come to have them.
    """
    atoms: set[Atom] = set()
    for (owner, key), definitions in flow.by_cell.items():
        if key == RETURN or (isinstance(owner, ast.ClassDef) and isinstance(key, Attribute)):
            atoms |= flow.value(definitions)
    for atom in [atom for atom in atoms if isinstance(atom, Container)]:
        atoms = atoms.union(*flow.items(atom).values())
    own = flow.main.parents
    return {
        flow.main.span(atom.node).start.row
        for atom in atoms
        if isinstance(atom, Origin) and is_generated(atom) and atom.node in own
        if isinstance(atom.node, ast.expr)
    }
