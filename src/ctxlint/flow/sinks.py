"""Calls of getters: what they hand to the ID parameters."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import replace

from ctxlint.contract.contract import Getter
from ctxlint.flow.call import Call, word_of, words_of
from ctxlint.flow.facts import Flow
from ctxlint.flow.frame import Frame
from ctxlint.flow.modules import is_foreign, resolve_imports
from ctxlint.flow.sink_records import Argument, Passing
from ctxlint.flow.values import (
    PASSED,
    Container,
    Instance,
    Kind,
    Origin,
    Partial,
    Symbol,
    Value,
    is_generated,
    is_kind,
    is_parameter,
    whole_of,
)
from ctxlint.matching.things import Class

_MAX_PARTS = 16  # of parameters that are followed, for an argument or to a getter


def getter_call(this: Call) -> Value | None:
    """The value of a call of a getter."""
    found = _matched(this.node.func, this.function, this.base, this)
    found = found or next(_getters(this.word, this.function, this.frame), None)
    if found is None:
        return None
    getter, given = found
    this.frame.flow.getter_calls.add(this.node)
    _note_partials(this, this.function)
    _hand_over(this, getter, this.args, given)
    if _may_be_another(this.function, this.frame.flow):
        for node, value in this.args + [(k.value, value) for k, value in this.keywords]:
            this.frame.consume(node, value)
    return _context(this.node)


def _may_be_another(function: Value, flow: Flow) -> bool:
    """Whether a called value is a getter or, on another path, something else."""
    kinds = {
        flow.getter(atom.path) is not None if isinstance(atom, Symbol) else False
        for atom in function
        if isinstance(atom, Symbol) or is_kind(atom, Kind.RECEIVED)
    }
    return len(kinds) > 1


def applied_getter(this: Call, *, partial: bool) -> Value | None:
    """The value of a call that is given a getter and its arguments, to call now or later."""
    function, value = this.args[0]
    base = this.frame.flow.value_of(getattr(function, "value", function))
    found = _matched(function, value, base, this)
    found = found or next(_getters(word_of(function), value, this.frame), None)
    if found is None:
        return None
    getter, given = found
    _note_partials(this, value)
    _hand_over(this, getter, this.args[1:], given)
    if not partial:
        this.frame.flow.getter_calls.add(this.node)
        return _context(this.node)
    return frozenset({Partial(Symbol(getter.call), given + len(this.args) - 1, this.node)})


def _context(call: ast.Call) -> Value:
    """The value that a getter returns."""
    return frozenset({Origin(Kind.OWN, call)})


def _note_partials(this: Call, function: Value) -> None:
    """Note the calls that bound arguments of what a call is about."""
    bound = {atom.node for atom in function if isinstance(atom, Partial) and atom.node}
    if bound:
        this.frame.flow.partials[this.node] |= bound


def _matched(
    function: ast.expr, value: Value, base: Value, this: Call
) -> tuple[Getter, int] | None:
    """The getter with a dotted name that a function is, with the arguments bound before."""
    flow, scope = this.frame.flow, this.frame.scope
    words = words_of(word_of(function), value)
    may_be = flow.contract.has_dotted_getters or not words.isdisjoint(
        flow.contract.sink_wrappers or ()
    )
    if not may_be or any(isinstance(atom, Partial) for atom in value):
        return None
    owners = {atom.owner for atom in base if isinstance(atom, Instance) and atom.owner}
    is_sure = bool(base) and all(isinstance(atom, Instance) and atom.owner for atom in base)
    found = flow.matcher.getter(
        this.node,
        function,
        scope,
        flow.file_of_scope(scope),
        also=words,
        owners=[Class(flow.file_of(owner), owner) for owner in owners] if is_sure else None,
        bindings=_reaching(getattr(function, "value", None), flow),
    )
    return found and (found.getter, found.given)


def _reaching(receiver: ast.expr | None, flow: Flow) -> list[ast.AST]:
    """The nodes that may have bound a name where it is read, as far as that is known."""
    definitions = flow.uses.get(receiver, ()) if isinstance(receiver, ast.Name) else ()
    return [d.node for d in definitions if d.node is not None]


def _getters(word: str, value: Value, frame: Frame) -> Iterator[tuple[Getter, int]]:
    """The getters that a called value may be, each with the number of arguments bound before."""
    paths = {(atom.path, 0) for atom in value if isinstance(atom, Symbol)}
    paths |= {(atom.symbol.path, atom.given) for atom in value if isinstance(atom, Partial)}
    for path, given in sorted(paths | {(word, 0)}):
        getter = frame.flow.getter(path)
        if getter is not None:
            yield getter, given


def _hand_over(
    this: Call, getter: Getter, args: list[tuple[ast.expr, Value]], position: int
) -> None:
    """Note what the arguments of a call hand to the ID parameters of a getter."""
    parameters = {index: name for name, index in getter.ids.items() if index >= 0}
    given = {keyword.arg for keyword, _ in this.keywords}
    for node, value in args:
        if isinstance(node, ast.Starred):
            _unpack_sequence(this, getter, node, value, position)
            break
        if position in parameters:
            given.add(parameters[position])
            record_argument(this, getter, parameters[position], node, value)
        else:
            this.frame.consume(node, value)
        position += 1
    for keyword, value in this.keywords:
        if keyword.arg is None:
            for name in (name for name in getter.ids if name not in given):
                part = this.frame.element(value, name, keyword)
                record_argument(this, getter, name, keyword.value, part, unpacked=True)
            for key in sorted(_others(value, getter, this.frame.flow)):
                this.frame.consume(keyword.value, this.frame.element(value, key, keyword))
        elif keyword.arg in getter.ids:
            record_argument(this, getter, keyword.arg, keyword.value, value)
        else:
            this.frame.consume(keyword.value, value)


def _others(mapping: Value, getter: Getter, flow: Flow) -> set[str]:
    """The constant keys of a mapping that are no ID parameters of a getter."""
    keys = {key for atom in mapping for key in flow.keys.get(atom, ()) if isinstance(key, str)}
    return keys - getter.ids.keys()


def _unpack_sequence(
    this: Call, getter: Getter, node: ast.Starred, value: Value, position: int
) -> None:
    for name, index in getter.ids.items():
        if index >= position:
            part = this.frame.element(value, index - position, node)
            record_argument(this, getter, name, node, part, unpacked=True)


def record_argument(
    this: Call, getter: Getter, name: str, node: ast.expr, value: Value, *, unpacked: bool = False
) -> None:
    """Note that a call hands a value to the ID parameter `name` of a getter."""
    propagate(this, getter, [Passing(name, is_whole=True)], node, value, unpacked=unpacked)


def propagate(
    this: Call,
    getter: Getter,
    passings: Iterable[Passing],
    node: ast.expr,
    value: Value,
    *,
    unpacked: bool,
) -> None:
    """Note that a call hands a value to a parameter, and what becomes of that."""
    value = resolve_imports(value, this.frame.scope, this.frame.flow)
    request_modules(value, this.frame.flow)
    reached = _parameters(value, this.frame.flow)
    arguments = this.frame.sink(this.node, getter).arguments
    for name, whole in passings:
        known = arguments.setdefault((name, node), Argument(name, node, unpacked))
        if known.is_whole and not whole:
            arguments[name, node] = replace(known, is_whole=False)
        known.value.update(value)
        for parameter, is_whole in reached:
            _note(parameter, Passing(name, whole and is_whole), this)


def _note(parameter: object, passing: Passing, this: Call) -> None:
    """Note what a call makes of a parameter, or of a part of one."""
    flow, whole = this.frame.flow, whole_of(parameter)
    known = flow.param_to_sink.get(parameter, {})
    if passing in known:
        known[passing].add(this.node)
        return
    if isinstance(parameter, tuple) and whole:
        parts = flow.access_paths_to_sink[whole]
        if parameter not in parts:
            if len(parts) >= _MAX_PARTS:
                return
            flow.access_paths_to_sink[whole] = dict.fromkeys(
                sorted([*parts, parameter], key=_keys_to)
            )
    flow.param_to_sink[parameter][passing] = {this.node}
    flow.grow((whole or parameter, PASSED))
    _need_others(whole or parameter, flow)


def _keys_to(part: object) -> list[str]:
    """The keys of a part of a parameter, outermost first, to sort by."""
    return [*_keys_to(part[0].node), repr(part[1])] if isinstance(part, tuple) else []


def _need_others(parameter: object, flow: Flow) -> None:
    """Note that what may call the function of a parameter matters.

    That is a base of the class whose method it is, or a decorator.
    """
    parents = flow.main.parents
    if flow.main.modules is None or not isinstance(parameter, ast.arg) or parameter not in parents:
        return
    function = flow.main.function_of(parameter)
    owner = parents.get(function)
    if isinstance(owner, ast.ClassDef) and any(b.node is None for b in flow.bases.get(owner, ())):
        flow.needed.add(owner)
    decorators = [flow.value_of(node) for node in getattr(function, "decorator_list", ())]
    if any(is_foreign(atom, flow) for value in decorators for atom in value):
        flow.needed.add(function)


def request_modules(value: Value, flow: Flow) -> None:
    """Note what has to be looked into in other modules, since a getter gets what comes of it."""
    if flow.main.modules is None:
        return
    pending: list[object] = list(value)
    seen: set[object] = set()
    while pending:
        atom = pending.pop()
        if atom in seen:
            continue
        seen.add(atom)
        if isinstance(atom, Container):
            pending += [inner for held in flow.items(atom).values() for inner in held]
        if not isinstance(atom, Origin) or atom.kind not in (Kind.RECEIVED, Kind.OWN):
            continue
        node = atom.node
        if node in flow.deferred:
            flow.needed.add(flow.deferred[node])
        if isinstance(node, tuple):
            pending.append(node[0])
        elif isinstance(node, ast.Call):
            pending += flow.value_of(node.func)
        pending += [part for value in flow.derived_from.get(node, ()) for part in value]


def _parameters(value: Value, flow: Flow) -> list[tuple[object, bool]]:
    """The parameters of functions that a value comes from, and whether one is all of it."""
    others = [atom for atom in value if not (is_generated(atom) or is_kind(atom, Kind.ABSENT))]
    found: list[tuple[object, bool]] = []
    # Of several, it is not known what takes the place of None.
    pending = [(atom, len(others) <= 1) for atom in value]
    seen = set(value)
    while pending:
        atom, is_whole = pending.pop()
        if not isinstance(atom, Origin):
            continue
        if whole_of(atom.node) or is_parameter(atom.node):
            found.append((atom.node, is_whole))
        else:
            inner = frozenset().union(*flow.derived_from.get(atom.node, ())) - seen
            seen |= inner
            pending += [(part, False) for part in inner]
    if len(found) > _MAX_PARTS:  # elements of elements that are stored in each other
        found = [(node, is_whole) for node, is_whole in found if isinstance(node, ast.arg)]
    return found
