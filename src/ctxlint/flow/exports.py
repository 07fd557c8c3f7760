"""The links between files: functions that lead to a getter, IDs that leave a function."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator, Set

from ctxlint.flow.binding import leads_inside_object
from ctxlint.flow.call import word_of
from ctxlint.flow.facts import Argument, Facts, Sink
from ctxlint.flow.values import (
    NOTHING,
    RETURN,
    Atom,
    Attribute,
    Container,
    Definition,
    Instance,
    Origin,
    Partial,
    Symbol,
    is_generated,
    parameter_of,
)
from ctxlint.project.scopes import NAMED_FUNCTIONS
from ctxlint.source import reachable, walk


def sink_wrappers(flow: Facts) -> frozenset[str]:
    """The names that a file gives to what leads to a getter, other than where it has it from.

    Those are functions that pass a parameter to a getter, and classes whose methods pass on what
    their object has or makes, which may come of an heir in another file.
    """
    leading = _leading(flow)
    known = {*flow.contract.getter_words, *(flow.contract.sink_wrappers or ())}
    names = {getattr(node, "name", "") for node in leading}
    for name, definitions in _bound(flow):
        value = NOTHING if name in known else flow.value(definitions)
        if any(_leads(atom, leading, known) for atom in value):
            names.add(name)
    names |= set(_decorated_by(names | known, flow))
    if flow.contract.calls_objects:
        names |= flow.matcher.exported_names(flow.main)
    return frozenset(names - {"", *flow.contract.getter_words})


def attributes_for_sinks(flow: Facts) -> set[str]:
    """The names of the attributes of objects that the arguments of getters may be read from."""
    arguments = [argument for sink in flow.sinks.values() for argument in sink.arguments.values()]
    names: set[str] = set()
    for node in _read_for(arguments, flow):
        match node:
            case ast.Attribute(attr=name) | ast.Constant(value=str(name)):
                names.add(name)
    return names


def _bound(flow: Facts) -> Iterator[tuple[str, Set[Definition]]]:
    """The bindings of a module and its classes, and the results of its functions, by name."""
    for (owner, key), definitions in flow.by_cell.items():
        if owner not in flow.names.scopes:
            continue
        name = key.name if isinstance(key, Attribute) else key
        if isinstance(owner, ast.Module | ast.ClassDef) and isinstance(name, str):
            yield name, definitions
        elif isinstance(owner, NAMED_FUNCTIONS) and key == RETURN:
            yield owner.name, definitions


def _decorated_by(names: set[str], flow: Facts) -> Iterator[str]:
    """The functions with a decorator of such a name, which may put another one in their place."""
    for function in flow.names.scopes:
        for decorator in getattr(function, "decorator_list", ()):
            called = decorator.func if isinstance(decorator, ast.Call) else decorator
            if word_of(called) in names and isinstance(function, NAMED_FUNCTIONS):
                yield function.name


def _leading(flow: Facts) -> set[ast.AST]:
    """The functions and classes of a file by which others reach a getter."""
    found: set[ast.AST] = set()
    classes = [node for node in flow.names.scopes if isinstance(node, ast.ClassDef)]
    by_class = {owner: _objects(owner) for owner in classes}
    objects = {argument for arguments in by_class.values() for argument in arguments}
    for key in flow.param_to_sink:  # a parameter, a part of one, or an item of a collector
        argument = parameter_of(key)
        is_open = argument is key or argument not in objects or leads_inside_object(key, flow)
        if argument in flow.main.parents and is_open:
            function = flow.main.function_of(argument)
            found.add(flow.main.parents[function] if _is_special(function) else function)
    for sink in flow.sinks.values():
        owner = sink.scope.class_around
        if owner in by_class and owner not in found and _is_open(sink, by_class[owner], flow):
            found.add(owner)
    return _with_heirs(found, flow) & flow.names.scopes.keys()


def _with_heirs(leading: set[ast.AST], flow: Facts) -> set[ast.AST]:
    """The functions and classes that lead to a getter, with the heirs of these and of callers."""
    callers = flow.contract.sink_wrappers or ()
    heirs: dict[ast.AST | None, list[ast.AST]] = defaultdict(list)
    found = leading.copy()
    for owner, bases in flow.program.bases.items():
        found |= {owner} if any(base.word in callers for base in bases) else set()
        for base in bases:
            heirs[base.node].append(owner)
    return set(reachable(found, lambda owner: heirs[owner]))


def _is_special(function: ast.AST) -> bool:
    """Whether a function is called by no name: `__init__`, `__call__`, `__enter__`..."""
    name = getattr(function, "name", "")
    return name.startswith("__") and name.endswith("__")


def _objects(owner: ast.ClassDef) -> set[ast.arg]:
    """The parameters by which the methods of a class get their object."""
    return {m.args.args[0] for m in owner.body if isinstance(m, NAMED_FUNCTIONS) and m.args.args}


def _is_open(sink: Sink, objects: set[ast.arg], flow: Facts) -> bool:
    """Whether a call in a method passes what its object has or makes, as heirs may change."""
    for node in _read_for(sink.arguments.values(), flow):
        if isinstance(node, ast.Attribute):
            origins = (atom for atom in flow.value_of(node.value) if isinstance(atom, Origin))
            if any(origin.node in objects for origin in origins):
                return True
    return False


def _read_for(arguments: Iterable[Argument], flow: Facts) -> Iterator[ast.AST]:
    """The nodes that arguments are read from, and those that these get their values from."""
    pending: list[ast.AST] = []
    for argument in arguments:
        parent = flow.main.parents.get(argument.node)
        pending.append(parent if isinstance(parent, ast.keyword) else argument.node)
    seen: set[ast.AST] = set(pending)
    while pending:
        for node in walk(pending.pop()):
            yield node
            if definitions := flow.uses.get(node):
                read = {d.value for d in definitions if d.value} - seen
                seen |= read
                pending += read


def _leads(atom: Atom, leading: set[ast.AST], known: set[str]) -> bool:
    """Whether a value is, or may be by its name, something that leads to a getter."""
    match atom:
        case Partial(symbol=symbol):
            return _leads(symbol, leading, known)
        case Symbol(node=node):
            return node in leading or atom.word in known
        case Instance(owner=owner):
            return owner in leading
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
