"""The links between files: functions that lead to a getter, IDs that leave a function."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ctxlint.flow.facts import Facts, Sink, leads_inside_object
from ctxlint.flow.values import (
    RETURN,
    Atom,
    Attribute,
    Container,
    Origin,
    Partial,
    Symbol,
    Value,
    is_generated,
    whole_of,
)
from ctxlint.project.scopes import NAMED_FUNCTIONS
from ctxlint.source import walk


def sink_wrappers(flow: Facts) -> frozenset[str]:
    """The names that a file gives to what leads to a getter, other than where it has it from.

    Those are functions that pass a parameter to a getter, and classes whose methods pass on what
    their object has or makes, which may come of an heir in another file.
    """
    leading = _leading(flow)
    known = {*flow.contract.getter_words, *(flow.contract.sink_wrappers or ())}
    names = {getattr(node, "name", "") for node in leading}
    for name, value in _bound(flow):
        if name not in known and any(_leads(atom, leading, known) for atom in value):
            names.add(name)
    if flow.contract.calls_objects:
        names |= flow.matcher.exported_names(flow.main)
    return frozenset(names - {"", *flow.contract.getter_words})


def _bound(flow: Facts) -> Iterator[tuple[str, Value]]:
    """The bindings of a module and its classes."""
    for (owner, key), definitions in flow.by_cell.items():
        name = key.name if isinstance(key, Attribute) else key
        is_owner = isinstance(owner, ast.Module | ast.ClassDef) and owner in flow.names.scopes
        if is_owner and isinstance(name, str):
            yield name, flow.value(definitions)


def _leading(flow: Facts) -> set[ast.AST]:
    """The functions and classes of a file by which others reach a getter."""
    found: set[ast.AST] = set()
    classes = [node for node in flow.names.scopes if isinstance(node, ast.ClassDef)]
    by_class = {owner: _objects(owner) for owner in classes}
    objects = {argument for arguments in by_class.values() for argument in arguments}
    for key in flow.param_to_sink:  # a parameter, a part of one, or an item of a collector
        argument = whole_of(key) or (key[0].node if isinstance(key, tuple) else key)
        is_open = argument is key or argument not in objects or leads_inside_object(key, flow)
        if argument in flow.main.parents and is_open:
            function = flow.main.function_of(argument)
            is_initializer = getattr(function, "name", "") == "__init__"
            found.add(flow.main.parents[function] if is_initializer else function)
    for sink in flow.sinks.values():
        owner = sink.scope.class_around
        if owner in by_class and owner not in found and _is_open(sink, by_class[owner], flow):
            found.add(owner)
    callers = flow.contract.sink_wrappers or ()
    found |= {
        owner
        for owner, bases in flow.program.bases.items()
        if any(b.word in callers for b in bases)
    }
    return found & flow.names.scopes.keys()


def _objects(owner: ast.ClassDef) -> set[ast.arg]:
    """The parameters by which the methods of a class get their object."""
    return {m.args.args[0] for m in owner.body if isinstance(m, NAMED_FUNCTIONS) and m.args.args}


def _is_open(sink: Sink, objects: set[ast.arg], flow: Facts) -> bool:
    """Whether a call in a method passes what its object has or makes, as heirs may change."""
    pending: list[ast.AST] = []
    for argument in sink.arguments.values():
        parent = flow.main.parents[argument.node]
        pending.append(parent if isinstance(parent, ast.keyword) else argument.node)
    seen: set[ast.AST] = set(pending)
    while pending:
        for node in walk(pending.pop()):
            if isinstance(node, ast.Attribute):
                origins = (atom for atom in flow.value_of(node.value) if isinstance(atom, Origin))
                if any(origin.node in objects for origin in origins):
                    return True
            read = {d.value for d in flow.uses.get(node, ()) if d.value} - seen
            seen |= read
            pending += read
    return False


def _leads(atom: Atom, leading: set[ast.AST], known: set[str]) -> bool:
    """Whether a value is, or may be by its name, something that leads to a getter."""
    match atom:
        case Partial(symbol=symbol):
            return _leads(symbol, leading, known)
        case Symbol(node=node):
            return node in leading or atom.word in known
        case Origin(node=(_, Attribute(name=name))):
            return name in known
    return False


def escaping_ids(flow: Facts) -> set[int]:
    """The rows of the sources whose IDs functions return or leave in attributes: other files may
    come to have them.
    """
    atoms: set[Atom] = set()
    for (owner, key), definitions in flow.by_cell.items():
        if key == RETURN or (isinstance(owner, ast.ClassDef) and isinstance(key, Attribute)):
            atoms |= flow.value(definitions)
    for atom in [atom for atom in atoms if isinstance(atom, Container)]:
        atoms = atoms | flow.contents(atom)
    own = flow.main.parents
    return {
        flow.main.span(atom.node).start.row
        for atom in atoms
        if isinstance(atom, Origin) and is_generated(atom) and atom.node in own
        if isinstance(atom.node, ast.expr)
    }
