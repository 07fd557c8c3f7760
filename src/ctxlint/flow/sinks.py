"""Calls of getters: what they hand to the ID parameters."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Set
from dataclasses import replace

from ctxlint.contract.getter import Getter
from ctxlint.flow.binding import through_parameter
from ctxlint.flow.call import Call, word_of, words_of
from ctxlint.flow.facts import Argument, Passing
from ctxlint.flow.flow import Flow
from ctxlint.flow.frame import Frame
from ctxlint.flow.modules import is_foreign, request_modules, resolve_imports
from ctxlint.flow.values import (
    PASSED,
    Instance,
    Kind,
    Origin,
    Partial,
    Symbol,
    Value,
    is_generated,
    is_kind,
    is_parameter,
    parameter_of,
    spelled,
    whole_of,
)
from ctxlint.matching.things import Class
from ctxlint.project.scopes import FUNCTIONS, Scope

_Given = tuple[ast.expr, Value]  # an expression that is passed, with its value
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
    function = this.node.func
    receiver = function.value if isinstance(function, ast.Attribute) and this.base else function
    hand_over(this, getter, (receiver, this.base or this.function), this.args, given)
    if _may_be_another(this):
        for node, value in this.given:
            this.frame.consume(node, value)
    return _context(this.node)


def _may_be_another(this: Call) -> bool:
    """Whether a called value is a getter or, on another path, something else."""
    flow, scope = this.frame.flow, this.frame.scope
    kinds = set[bool]()
    for atom in this.function:
        if isinstance(atom, Symbol):
            known = {atom} if atom.node else resolve_imports(frozenset({atom}), scope, flow)
            paths = {one.path for one in [atom, *known] if isinstance(one, Symbol)}
            kinds.add(any(flow.getter(path) is not None for path in paths))
        elif is_kind(atom, Kind.RECEIVED):
            kinds.add(False)
    return len(kinds) > 1


def applied_getter(this: Call, *, partial: bool) -> Value | None:
    """The value of a call that is given a getter and its arguments, to call now or later."""
    flow, (function, value) = this.frame.flow, this.args[0]
    found = getter_of(function, value, this)
    if found is None:
        return None
    getter, given = found
    _note_partials(this, value)
    receiver = getattr(function, "value", function)
    hand_over(this, getter, (receiver, flow.value_of(receiver)), this.args[1:], given)
    if not partial:
        flow.getter_calls.add(this.node)
        return _context(this.node)
    return frozenset({Partial(Symbol(getter.path), given + len(this.args) - 1, this.node)})


def getter_of(node: ast.expr, value: Value, this: Call) -> tuple[Getter, int] | None:
    """The getter that an argument is, with the number of arguments bound before."""
    base = this.frame.flow.value_of(getattr(node, "value", node))
    found = _matched(node, value, base, this)
    return found or next(_getters(word_of(node), value, this.frame), None)


def with_getters(this: Call) -> Call:
    """A call with the getters that its arguments stand for, however these are matched.

    If it hands over one, or what may lead to one, it is known what it calls, also elsewhere.
    """
    flow, scope = this.frame.flow, this.frame.scope
    if not (
        _schedules(this) or any(_names_getter(node, value, flow) for node, value in this.given)
    ):
        return this
    function = resolve_imports(this.function, scope, flow)
    args = [(node, _as_getter(node, value, this)) for node, value in this.args]
    keywords = [(one, _as_getter(one.value, value, this)) for one, value in this.keywords]
    return replace(this, function=function, args=args, keywords=keywords)


def _schedules(this: Call) -> bool:
    """Whether a call may be of a method that calls the function given first."""
    contract = this.frame.flow.contract
    names = (*contract.submitters, *contract.executors, *contract.schedulers)
    if this.word not in names or not this.args:
        return False  # as most
    return any(isinstance(getattr(atom, "node", None), FUNCTIONS) for atom in this.args[0][1])


def _names_getter(node: ast.expr, value: Value, flow: Flow) -> bool:
    """Whether an argument may be a getter, or a function that leads to one, by its names."""
    words = {word_of(node)}
    if Symbol in map(type, value):  # as in few values: some have many atoms
        words |= {atom.word for atom in value if isinstance(atom, Symbol)}
    wrappers = flow.contract.sink_wrappers or frozenset()
    return not (wrappers.isdisjoint(words) and words.isdisjoint(flow.contract.getter_words))


def _as_getter(node: ast.expr, value: Value, this: Call) -> Value:
    """The value of an argument: a getter under the name that the contract has for it."""
    word = word_of(node)
    is_one = all(isinstance(a, Symbol | Origin) and getattr(a, "word", word) == word for a in value)
    if word and is_one and (found := getter_of(node, value, this)):
        return frozenset({Symbol(found[0].path)})
    return resolve_imports(value, this.frame.scope, this.frame.flow)


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
    wrappers, is_dotted = flow.contract.sink_wrappers, flow.contract.has_dotted_getters
    if not (wrappers or is_dotted):
        return None  # as most
    words = words_of(word_of(function), value)
    may_be = is_dotted or not words.isdisjoint(wrappers or ())
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
    paths = {(word, 0)}
    for atom in value:
        if isinstance(atom, Symbol):
            paths.add((atom.path, 0))
        elif isinstance(atom, Partial):
            paths.add((atom.symbol.path, atom.given))
    for path, given in sorted(paths):
        getter = frame.flow.getter(path)
        if getter is not None:
            yield getter, given


def hand_over(
    this: Call,
    getter: Getter,
    receiver: _Given,
    args: list[_Given],
    position: int,
) -> None:
    """Note what a call hands to a getter for its IDs: by position, by keyword, in its object."""
    by_position = {p.position: p.parameter for p in getter.paths if p.position >= 0}
    if any(path.is_of_object for path in getter.paths):
        is_unbound = position < 0  # its first argument is the object
        _hand_object(this, getter, args[0] if is_unbound and args else receiver)
    given = {keyword.arg for keyword, _ in this.keywords}
    for node, value in args:
        if isinstance(node, ast.Starred):
            _unpack_sequence(this, getter, node, value, position)
            break
        parameter = by_position.get(position)
        if parameter is not None:
            given.add(parameter)
        _hand_argument(this, getter, parameter, node, value)
        position += 1
    for keyword, value in this.keywords:
        if keyword.arg is None:
            _unpack_mapping(this, getter, keyword, value, given)
        else:
            _hand_argument(this, getter, keyword.arg, keyword.value, value)


def _hand_object(this: Call, getter: Getter, receiver: _Given) -> None:
    """Note the IDs that the object has whose method is called."""
    from ctxlint.flow.id_paths import at_path  # noqa: PLC0415 - few contracts have paths

    node, value = receiver
    for path in getter.paths:
        if path.is_of_object:
            part = at_path(value, path.steps, node, this.frame)
            record_argument(this, getter, path.name, node, part, unpacked=True)


def _hand_argument(
    this: Call,
    getter: Getter,
    parameter: str | None,
    node: ast.expr,
    value: Value,
    part_of: ast.AST | None = None,
) -> None:
    """Note what an argument of a getter, or a part of what is unpacked, has of its IDs."""
    paths = [path for path in getter.paths if path.parameter == parameter]
    if not paths:
        this.frame.consume(node, value)
    is_whole = any(not path.steps for path in paths)
    if is_whole:
        unpacked = part_of is not None
        record_argument(this, getter, parameter or "", node, value, unpacked=unpacked)
    inner = [path for path in paths if path.steps]
    if not inner:
        return
    from ctxlint.flow.id_paths import at_path, consume_others  # noqa: PLC0415 - as above

    for path in inner:
        part = at_path(value, path.steps, part_of or node, this.frame)
        record_argument(this, getter, path.name, node, part, unpacked=True)
    if not is_whole:
        consume_others(value, [path.steps for path in inner], node, this.frame)


def _unpack_mapping(
    this: Call, getter: Getter, keyword: ast.keyword, value: Value, given: Set[str | None]
) -> None:
    """Note what `**mapping` hands to the parameters that have nothing yet."""
    parameters = dict.fromkeys(path.parameter for path in getter.paths)
    for name in (name for name in parameters if name not in given):
        part = this.frame.element(value, name, keyword)
        _hand_argument(this, getter, name, keyword.value, part, keyword)
    keys = {k for atom in value for k in this.frame.flow.keys.get(atom, ()) if isinstance(k, str)}
    for key in sorted(keys - parameters.keys()):
        this.frame.consume(keyword.value, this.frame.element(value, key, keyword))


def _unpack_sequence(
    this: Call, getter: Getter, node: ast.Starred, value: Value, position: int
) -> None:
    """Note what `*sequence` hands to the parameters from a position on."""
    for index, name in {path.position: path.parameter for path in getter.paths}.items():
        if index >= position:
            part = this.frame.element(value, index - position, node)
            _hand_argument(this, getter, name, node, part, node)


def record_argument(
    this: Call, getter: Getter, name: str, node: ast.expr, value: Value, *, unpacked: bool = False
) -> None:
    """Note that a call hands a value to the ID parameter `name` of a getter."""
    propagate(this, getter, [Passing(name, is_whole=True)], node, value, unpacked=unpacked)
    if this.node in this.frame.flow.sinks:
        this.frame.flow.sinks[this.node].getters.add(getter.call)


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
    flow = this.frame.flow
    if _opens_on_purpose(this.frame.scope, flow):
        this.frame.consume(node, value)
        return
    value = resolve_imports(value, this.frame.scope, flow)
    request_modules(value, flow, node)
    reached = _parameters(value, flow)
    unpacked = unpacked or this.gives_items
    arguments = this.frame.sink(this.node, getter).arguments
    for passing in [through_parameter(one, this) for one in passings]:
        name, whole = passing.name, passing.is_whole
        known = arguments.setdefault((name, node), Argument(name, node, unpacked))
        if known.is_whole and not whole:
            arguments[name, node] = replace(known, is_whole=False)
        known.value.update(value)
        for parameter, is_whole in reached:
            note_passing(parameter, passing._replace(is_whole=whole and is_whole), this.node, flow)


def _opens_on_purpose(scope: Scope, flow: Flow) -> bool:
    """Whether the code of a scope is in a function that opens sessions on purpose."""
    inner: Scope | None = scope if flow.contract.opens else None
    while inner:
        node = inner.node
        is_function = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        file = flow.file_of_scope(inner)
        if is_function and flow.matcher.defines_any(flow.contract.opens, node, file):  # type: ignore[arg-type]
            return True
        inner = inner.parent
    return False


def note_passing(parameter: object, passing: Passing, call: ast.Call, flow: Flow) -> None:
    """Note what a call makes of a parameter, or of a part of one."""
    holder = parameter_of(parameter)
    known = flow.param_to_sink.get(parameter, {})
    if passing in known:
        known[passing].add(call)
        return
    if isinstance(parameter, tuple):
        parts = flow.access_paths_to_sink[holder]
        if parameter not in parts:
            if len(parts) >= _MAX_PARTS:
                return
            flow.access_paths_to_sink[holder] = dict.fromkeys(
                sorted([*parts, parameter], key=_keys_to)
            )
    flow.param_to_sink[parameter][passing] = {call}
    flow.worklist.grow((holder, PASSED))
    if not whole_of(parameter):  # who gives an item of a collector asks for that alone
        flow.worklist.grow((parameter, PASSED))
    _need_others(whole_of(parameter), flow)


def _keys_to(part: object) -> list[str]:
    """The keys of a part of a parameter, outermost first, to sort by."""
    return [*_keys_to(part[0].node), repr(part[1])] if isinstance(part, tuple) else []


def _need_others(parameter: object, flow: Flow) -> None:
    """Note that what may call the function of a parameter matters.

    That is a base of the class whose method it is, or a decorator.
    """
    parents = flow.main.parents
    if flow.modules is None or not isinstance(parameter, ast.arg) or parameter not in parents:
        return
    function = flow.main.function_of(parameter)
    owner = parents.get(function)
    if isinstance(owner, ast.ClassDef) and flow.program.has_unknown_base(owner):
        flow.loader.needed.add(owner)
    decorators = [flow.value_of(node) for node in getattr(function, "decorator_list", ())]
    if any(is_foreign(atom, flow) for value in decorators for atom in value):
        flow.loader.needed.add(function)


def _parameters(value: Value, flow: Flow) -> list[tuple[object, bool]]:
    """The parameters of functions that a value comes from, and whether one is all of it."""
    known = (atom for atom in value if not (is_generated(atom) or is_kind(atom, Kind.ABSENT)))
    others = {spelled(getattr(atom, "node", atom)) for atom in known}
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
            inner = flow.made_of(atom) - seen
            seen |= inner
            pending += [(part, False) for part in inner]
    if len(found) > _MAX_PARTS:  # elements of elements that are stored in each other
        found = [(node, is_whole) for node, is_whole in found if isinstance(node, ast.arg)]
    return found
