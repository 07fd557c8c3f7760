"""Generated IDs that are lost: nothing but getters, logs and texts for people ever sees them."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from ctxlint.contract.getter import matches_any
from ctxlint.flow.flow import Flow
from ctxlint.flow.values import (
    Atom,
    Attribute,
    Container,
    Definition,
    Instance,
    Kind,
    Origin,
    Symbol,
    is_kind,
)
from ctxlint.source import reachable

_OWN_ID = "id"  # what an object calls the ID that it has
_LOOKS = (ast.If, ast.While, ast.IfExp, ast.Assert, ast.BoolOp, ast.Compare, ast.UnaryOp, ast.Expr)


def is_lost(atom: Origin, flow: Flow) -> bool:
    """Whether nobody can send a generated ID back: it is not returned, sent or stored."""
    carriers = _carriers(atom, flow)
    holders = set(reachable(carriers, lambda held: _objects_with(held, flow)))
    readers = (node for node, value in flow.disclosed.items() if not holders.isdisjoint(value))
    return not any(_gives_away(node, atom, flow) for node in readers) and not _is_held(
        carriers, flow
    )


def _carriers(atom: Origin, flow: Flow) -> set[Atom]:
    """The atoms that stand for an ID: itself, parameters with it, the ID of a session it opened."""
    found: set[Atom] = {atom}
    size = 0
    while size < len(found):
        size = len(found)
        for bound in flow.argument_bindings.values():
            found |= {_received(key) for key, value in bound.items() if value & found}
        for sink in flow.sinks.values():
            values = (argument.value for argument in sink.arguments.values())
            if not all(map(found.isdisjoint, values)):
                context = Origin(Kind.OWN, sink.call)
                names = [*(path.word for path in sink.getter.paths), _OWN_ID]
                found |= {Origin(Kind.OWN, (context, key)) for n in names for key in _keys(n)}
    return found


def _objects_with(atom: Atom, flow: Flow) -> list[Atom]:
    """The containers and objects made here that hold an atom."""
    holders = (holder for holder, _ in flow.contained_in.get(atom, ()))
    return [holder for holder in holders if isinstance(holder, Container | Instance)]


def _keys(name: str) -> tuple[object, object]:
    return name, Attribute(name)


def _received(key: object) -> Origin:
    return Origin(Kind.RECEIVED, key)  # type: ignore[arg-type]


def _gives_away(node: ast.expr, atom: Origin, flow: Flow) -> bool:
    """Whether code that gets the value of an expression may tell it to someone."""
    parents = flow.file_of(node).parents
    parent = parents[node]
    if isinstance(parent, ast.keyword):
        parent = parents[parent]
    match parent:
        case ast.Call() if parent in flow.getter_calls or parent in flow.looked_through:
            return False
        case ast.Call():
            return parent.func is not node and not (
                _is_for_people(parent, parents, flow) or _uses_session(parent, flow)
            )
        case ast.Return() | ast.Yield():  # of a parameter the caller knows anyway
            return flow.file_of(atom.node).function_of(atom.node) is flow.file_of(  # type: ignore[arg-type]
                node
            ).function_of(node)
        case ast.Assign(targets=targets):
            places = _places_of_ids(flow)
            return any(t not in places and _is_outside(t, flow) for t in targets)
        case ast.AnnAssign(target=target) | ast.AugAssign(target=target):
            return _is_outside(target, flow)
        case ast.Subscript(ctx=ast.Load()) | ast.Raise() | ast.comprehension():
            return False
    return not isinstance(parent, _LOOKS)


def _uses_session(call: ast.Call, flow: Flow) -> bool:
    """Whether a call of a framework opens or looks at a session."""
    return bool(flow.contract.session_uses) and flow.matcher.uses_session(call, flow.file_of(call))


def _is_for_people(call: ast.Call, parents: dict[ast.AST, ast.AST], flow: Flow) -> bool:
    """Whether a call writes a log or a text, or makes what is raised."""
    contract = flow.contract
    if isinstance(parents[call], ast.Raise):
        return True
    if flow.means(call.func, contract.texts + contract.inspectors):
        return True
    if flow.means(call.func, contract.loggers):
        return True
    return isinstance(call.func, ast.Attribute) and _is_logger(call.func.value, flow)


def _is_logger(node: ast.expr, flow: Flow) -> bool:
    """Whether an expression is an object that writes logs, for all that is seen."""
    values = flow.value_of(node)
    if isinstance(node, ast.Attribute) and not _all_loggers(values, flow):
        values = frozenset(_assigned(Attribute(node.attr), flow))
    return _all_loggers(values, flow)


def _assigned(key: Attribute, flow: Flow) -> Iterator[Atom]:
    """The values that the known classes assign to an attribute of their objects."""
    for (owner, name), definitions in flow.by_cell.items():
        if isinstance(owner, ast.ClassDef) and name in (key, key.name):
            yield from flow.value(definitions)


def _all_loggers(value: Iterable[Atom], flow: Flow) -> bool:
    atoms = list(value)
    return bool(atoms) and all(_makes_logger(atom, flow) for atom in atoms)


def _makes_logger(atom: Atom, flow: Flow) -> bool:
    loggers = flow.contract.loggers
    if isinstance(atom, Symbol):
        return matches_any(loggers, atom.path)
    node = atom.node if isinstance(atom, Origin) else None
    return isinstance(node, ast.Call) and (
        flow.means(node.func, loggers)
        or (isinstance(node.func, ast.Attribute) and _is_logger(node.func.value, flow))
    )


def _places_of_ids(flow: Flow) -> set[ast.AST | None]:
    """The targets in objects and displays from which getters take their IDs."""
    return {
        definition.node
        for sink in flow.sinks.values()
        for argument in sink.arguments.values()
        if argument.is_within
        for definition in flow.uses.get(argument.node, ())
        if not isinstance(definition.cell[0], ast.AST)
    }


def _is_outside(target: ast.expr, flow: Flow) -> bool:
    """Whether an assignment puts a value where code of other messages may look it up."""
    match target:
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            return any(_is_outside(element, flow) for element in elements)
        case ast.Attribute(value=base, attr=name):
            return _is_shared(base, flow) and _is_read_elsewhere(target, name, flow)
        case ast.Subscript(value=base):
            return _is_shared(base, flow)
    return True  # a name of the module, or of a function around


def _is_shared(base: ast.expr, flow: Flow) -> bool:
    """Whether an object comes from outside of the function that has it in hand."""
    made = (Container, Instance)
    atoms = flow.value_of(base)
    return not atoms or any(not isinstance(a, made) or is_kind(a, Kind.RECEIVED) for a in atoms)


def _is_read_elsewhere(target: ast.Attribute, name: str, flow: Flow) -> bool:
    """Whether another function of the files looked into, but a getter, reads such an attribute."""
    around = flow.file_of(target).function_of(target)
    getters = flow.contract.getter_words
    return any(
        node.attr == name
        and isinstance(node.ctx, ast.Load)
        and file.function_of(node) is not around
        and getattr(file.function_of(node), "name", "") not in getters
        for file in flow.program.files.values()
        for node in file.nodes(ast.Attribute)
    )


def _is_held(carriers: set[Atom], flow: Flow) -> bool:
    """Whether a mapping or object that a module or class has made holds the ID.

    Where a getter takes it from counts only if others read it there, too.
    """
    places = _places_of_ids(flow)
    unheld = {None, *(place for place in places if not _is_shown(place, flow))}
    for (base, _), definitions in flow.by_cell.items():
        if isinstance(base, Container | Instance) and _is_lasting(base.node, flow):
            held: Iterable[Definition] = (d for d in definitions if d.node not in unheld)
            if not carriers.isdisjoint(flow.value(held)):
                return True
    return False


def _is_shown(place: ast.AST | None, flow: Flow) -> bool:
    """Whether others than getters may read what is set at a place."""
    return not isinstance(place, ast.Attribute) or _is_read_elsewhere(place, place.attr, flow)


def _is_lasting(node: ast.AST, flow: Flow) -> bool:
    """Whether code of a module or class makes an object, or a method assigns it to its own."""
    file = flow.file_of(node)
    if not isinstance(file.function_of(node), ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        return True
    statement = file.parents.get(node)
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    return any(isinstance(target, ast.Attribute) for target in targets)
