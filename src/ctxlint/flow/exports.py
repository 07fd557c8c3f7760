"""The links between files: functions that lead to a getter, IDs that leave a function."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set

from ctxlint.contract.contract import HandedOn, Summary, by_function
from ctxlint.flow.binding import hands_on, leads_inside_object
from ctxlint.flow.call import Call, word_of
from ctxlint.flow.classes import mro
from ctxlint.flow.facts import Argument, Facts, Passing, Sink
from ctxlint.flow.flow import Flow
from ctxlint.flow.frame import Frame
from ctxlint.flow.modules import is_returned
from ctxlint.flow.sinks import note_passing
from ctxlint.flow.summaries import is_opaque
from ctxlint.flow.values import (
    ANY,
    NOTHING,
    OPEN,
    PARTS,
    RETURN,
    Atom,
    Attribute,
    Container,
    Definition,
    Instance,
    Kind,
    Origin,
    Partial,
    Symbol,
    Value,
    is_generated,
    is_id,
    parameter_of,
)
from ctxlint.project.scopes import NAMED_FUNCTIONS, FunctionNode, Scope, once_for_each
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
        value = NOTHING if name in known else _with_contents(flow.value(definitions), flow)
        if any(_leads(atom, leading, known) for atom in value):
            names.add(name)
    names |= set(_decorated_by(names | known, flow))
    if flow.contract.calls_objects:
        names |= flow.matcher.exported_names(flow.main)
    return frozenset(names - {"", *flow.contract.getter_words})


def summaries_of(flow: Facts, names: Set[str]) -> frozenset[Summary]:
    """The summaries of the functions of a file that others may call by one of some names."""
    if flow.is_closed:  # less is known of its own calls
        return frozenset()
    handed_on, untold = _all_handed_on(flow)
    found: list[Summary] = []
    leading = _leading(flow)
    known = {*names, *flow.contract.getter_words, *(flow.contract.sink_wrappers or ())}
    for node, scope in flow.names.scopes.items():
        words = scope.qualified_name.split(".") if _is_at_top(scope) else ()
        if not names.isdisjoint(words) and (node, RETURN) in flow.by_cell:
            left = _left_by(node, flow)
            returned = _with_contents(flow.returned(node), flow)
            does_more = any(map(is_id, left)) or any(_leads(a, leading, known) for a in returned)
            is_told = untold.isdisjoint({node, flow.main.parents[node]})
            ways = tuple(sorted(handed_on[node]))
            is_enough = is_told and not does_more
            found.append(Summary(scope.qualified_name, ways, is_enough, moves=bool(left)))
    return frozenset(by_function(found).values())


def _all_handed_on(flow: Facts) -> tuple[Mapping[ast.AST, set[HandedOn]], set[ast.AST]]:
    """The ways by which the functions of a file hand something to getters; and the functions that
    hand on more than can be told, with their classes: other methods may do that with their object.
    """
    found: dict[ast.AST, set[HandedOn]] = defaultdict(set)
    untold: set[ast.AST] = set()
    for key, passings in flow.param_to_sink.items():
        argument = parameter_of(key)
        if argument not in flow.main.parents:  # of a base in another file, say
            untold |= {flow.sinks[call].scope.node for calls in passings.values() for call in calls}
            continue
        function = flow.main.function_of(argument)
        ways = _handed_on(argument, key, passings, flow)
        if ways is None:
            owner = flow.main.parents[function]
            untold |= {function, owner} if isinstance(owner, ast.ClassDef) else {function}
        else:
            found[function] |= ways
    return found, untold


def _handed_on(
    argument: ast.arg, key: object, passings: Mapping[Passing, Set[ast.Call]], flow: Facts
) -> set[HandedOn] | None:
    """The ways of a parameter, or of a part of it, to getters; None if they cannot be told."""
    steps: list[str] = []
    while isinstance(key, tuple) and isinstance(key[0], Origin):
        match key[1]:
            case Attribute(name=name) if key[1] is not ANY:
                steps.append(f".{name}")
            case str(name):
                steps.append(f"[{name}")
            case _:
                return None
        key = key[0].node
    match key:
        case Container(), str(name):
            steps.append(f"*{name}")
            key = argument
    if key is not argument or any(passing.called for passing in passings):
        return None
    path = tuple(reversed(steps))
    return {
        HandedOn(argument.arg, path, passing.name, passing.is_whole, flow.sinks[call].getter.call)
        for passing, calls in passings.items()
        for call in calls
    }


def _is_at_top(scope: Scope) -> bool:
    """Whether a scope is a function of a module or class."""
    outer = scope.parent
    while outer and isinstance(outer.node, ast.ClassDef):
        outer = outer.parent
    is_at_top = outer is not None and outer.parent is None
    return is_at_top and isinstance(scope.node, NAMED_FUNCTIONS)


def _left_by(function: ast.AST, flow: Facts) -> set[Atom]:
    """The IDs, objects and arguments that a function puts in what it is given, and their parts."""
    effects = flow.side_effects.get(function, {}).items()
    left = flow.value(d for (_, key), made in effects if key is not OPEN for d in made)
    found = {atom for atom in left if not (is_opaque(atom, flow) or isinstance(atom, Symbol))}
    return _with_contents(found, flow)


def _with_contents(atoms: Set[Atom], flow: Facts) -> set[Atom]:
    """Some atoms, and all that they have in their elements and attributes."""
    return {*atoms}.union(*map(flow.contents, atoms))


def is_summarised(function: FunctionNode, this: Call) -> bool:
    """Whether the summary of a function of another file says all that matters of a call of it.

    It does not where the value matters, or the function gets what it may call, or an ID to move.
    """
    flow = this.frame.flow
    if flow.loader.summaries is None or this.node in flow.loader.demanded:
        return False
    file, scope = flow.file_of(function), flow.program.scopes[function]
    if file is flow.main or not _is_at_top(scope):
        return False
    summary = _known_summary(scope, flow)
    if summary is None:
        words = scope.qualified_name.split(".")
        may_lead = any(flow.contract.leads(word, file.location) for word in words)
        if may_lead or is_returned(this.node, this.frame):
            return False
        summary = Summary("", ())
    given = NOTHING.union(*(value for _, value in this.given))
    if not summary.is_enough or any(_may_be_called(atom, function, this) for atom in given):
        return False
    return not (summary.moves and _has_id(given | this.base, this.frame))


def _known_summary(scope: Scope, flow: Flow) -> Summary | None:
    """The summary of a function of another file, if there is one."""
    if flow.loader.summaries is None or not _is_at_top(scope):
        return None
    return flow.loader.summaries(flow.file_of_scope(scope).location).get(scope.qualified_name)


def _has_id(value: Value, frame: Frame) -> bool:
    """Whether a value is an ID, or holds one; who asks is told when it does."""
    for atom in value:
        frame.flow.worklist.dependents[atom, PARTS].add(frame.scope.node)
    return frame.flow.has_id(value)


def _may_be_called(atom: Atom, function: FunctionNode, this: Call) -> bool:
    """Whether an argument is what leads to a getter, or makes an ID, once the function calls it.

    It knows the methods of an object of a class that its annotations name.
    """
    flow = this.frame.flow
    match atom:
        case Instance(owner=ast.ClassDef() as owner):
            is_known = any(one.name in _annotated(function) for one in mro(owner, flow))
            return not is_known and hands_on(owner, this)
        case Symbol(path=path, node=node):
            return node is not None or flow.is_source(path) or flow.getter(path) is not None
    return isinstance(atom, Partial)


@once_for_each  # each call of a function asks
def _annotated(function: FunctionNode) -> set[str]:
    """The names of the types that the annotations of the parameters of a function name."""
    from ctxlint.matching import annotations  # noqa: PLC0415 - few calls hand an object on

    declared = [node.annotation for node in walk(function.args) if isinstance(node, ast.arg)]
    types = (one.node for node in declared if node for one in annotations.named_types(node))
    return set(map(annotations.last_word, types))


def note_summary(function: FunctionNode, flow: Flow) -> None:
    """Note, once, what the parameters of a function hand to getters, if there is a summary of it.

    Also where it is looked into: other methods of its class, which are not, may do so for it.
    """
    scope = flow.program.scopes[function]
    if function in flow.loader.summarised or not (summary := _known_summary(scope, flow)):
        return
    assert isinstance(function, NAMED_FUNCTIONS)
    flow.loader.summarised.add(function)
    nodes = {node.arg: node for node in walk(function.args) if isinstance(node, ast.arg)}
    getters = {getter.call: getter for getter in flow.contract.getters}
    for one in summary.handed_on:
        if one.parameter not in nodes or one.getter not in getters:
            continue  # the file has changed, or has other getters
        key: object = nodes[one.parameter]
        for step in one.path:
            kind, name = step[0], step[1:]
            base = Container(key) if kind == "*" else Origin(Kind.RECEIVED, key)  # type: ignore[arg-type]
            key = (base, Attribute(name) if kind == "." else name)
        call = ast.copy_location(ast.Call(ast.Name(""), [], []), function)
        sink = Sink(call, getters[one.getter], scope, function)
        sink.getters.add(one.getter)
        flow.sinks[call] = sink
        note_passing(key, Passing(one.name, one.is_whole), call, flow)


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
    parents = flow.main.parents
    around = ((argument.node, parents.get(argument.node)) for argument in arguments)
    return read_from((p if isinstance(p, ast.keyword) else node for node, p in around), flow)


def read_from(nodes: Iterable[ast.AST], flow: Facts) -> Iterator[ast.AST]:
    """All parts of some nodes, and of the expressions that these read through names."""
    pending = list(nodes)
    seen: set[ast.AST] = set(pending)
    while pending:
        for node in walk(pending.pop()):
            yield node
            if definitions := flow.uses.get(node):
                read = {d.value for d in definitions if d.value} - seen
                seen |= read
                pending += read


def _leads(atom: Atom, leading: Set[ast.AST], known: Set[str]) -> bool:
    """Whether a value is, or may be by its name, something that leads to a getter."""
    match atom:
        case Partial(symbol=symbol):
            return _leads(symbol, leading, known)
        case Symbol(node=node):
            return node in leading or atom.word in known
        case Instance(owner=owner):
            return owner in leading or getattr(owner, "name", None) in known
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
