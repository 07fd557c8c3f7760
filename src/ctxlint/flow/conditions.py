"""Facts that tests tell: where an ID is generated, and which values a name does not hold."""

from __future__ import annotations

import ast
from collections.abc import Set

from ctxlint.flow.flow import Flow
from ctxlint.flow.frame import Frame
from ctxlint.flow.state import State
from ctxlint.flow.values import RETURN, Atom, Condition, Definition, Location
from ctxlint.project.scopes import FUNCTIONS, parameters


def note_conditions(node: ast.Call, frame: Frame) -> None:
    """Note what holds of the parameters wherever a call generates an ID."""
    flow, function = frame.flow, frame.scope.node
    if frame.state is None or not isinstance(function, FUNCTIONS):
        return
    conditions = frozenset(
        Condition(argument, fact)
        for argument in parameters(function.args)
        for fact in frame.facts_of(argument.arg)
        if {d.node for d in frame.state.get((function, argument.arg)) or ()} == {argument}
    ) | flow.inherited.get(node, frozenset())
    before = flow.conditions.get(node, conditions)
    flow.conditions[node] = conditions & before
    if not before <= conditions:
        flow.worklist.grow((function, RETURN))


def narrow(cell: Location, test: ast.expr, dropped: Set[Atom], frame: Frame) -> State | None:
    """The state in which a name of this scope does not hold some of its values."""
    definitions = frame.state.get(cell) if frame.state is not None else None
    if frame.state is None or not definitions:
        return frame.state
    kept: set[Definition] = set()
    for definition in definitions:
        atoms = frame.flow.atoms[definition]
        if atoms.isdisjoint(dropped):
            kept.add(definition)
        elif not atoms <= dropped:
            kept.add(narrowed(definition, test, atoms - dropped, frame.flow))
    return frame.state.updated({cell: frozenset(kept)}) if kept else None


def narrowed(definition: Definition, test: ast.expr, atoms: Set[Atom], flow: Flow) -> Definition:
    """A definition that holds only some of the values of another one."""
    key = (definition.cell, test)
    part = flow.definitions.get(key)
    if part is None or part.node is not definition.node:
        part = Definition(definition.cell, definition.node, definition.scope, definition.value)
        flow.definitions[key] = part
        flow.narrowed[part] = flow.narrowed.get(definition, definition)
    flow.atoms[part] |= atoms
    return part
