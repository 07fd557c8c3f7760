"""The binding of a call's arguments to the parameters of a function, and what it opens to them."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from ctxlint.flow.call import Call
from ctxlint.flow.classes import class_of_first, initialized, mro
from ctxlint.flow.containers import from_end, received
from ctxlint.flow.facts import Facts, Passing
from ctxlint.flow.flow import Flow
from ctxlint.flow.frame import Frame
from ctxlint.flow.values import (
    HANDED,
    NOTHING,
    PASSED,
    Atom,
    Attribute,
    Container,
    Definition,
    Fact,
    Instance,
    Kind,
    Location,
    Origin,
    Symbol,
    Value,
    fits,
    is_kind,
    whole_of,
)
from ctxlint.project.scopes import FUNCTIONS, FunctionNode, parameters, positionals


class Callee(NamedTuple):
    """A function that may be called, with `given` positional arguments bound before."""

    function: FunctionNode
    given: int


class Given(NamedTuple):
    """The binding of an argument to the parameter, or item of a collector, `key`."""

    key: object
    node: ast.expr
    value: Value
    unpacked: bool


@dataclass(slots=True)
class Binding:
    """The binding of a call's arguments to the parameters: values, and where they are.

    `results` are the atoms that the function returns, with what they are for the call; `remade`
    those in them that are created for it; `unused` the defaults of the parameters that surely
    get something else; `told` what tests before the call have told of them.
    """

    callee: Callee
    values: dict[object, Value] = field(default_factory=dict)
    results: dict[Atom, Value] = field(default_factory=dict)
    remade: set[Atom] = field(default_factory=set)
    arguments: list[Given] = field(default_factory=list)
    unused: set[ast.AST] = field(default_factory=set)
    told: dict[object, set[Fact]] = field(default_factory=dict)

    def add(self, key: object, node: ast.expr, value: Value, *, unpacked: bool = False) -> None:
        """Bind a parameter, or an item of a collector."""
        self.values[key] = self.values.get(key, NOTHING) | value
        self.arguments.append(Given(key, node, value, unpacked))


def bind(callee: Callee, this: Call) -> Binding:
    """Bind the arguments of a call to the parameters of a function."""
    binding = Binding(callee, _bound_before(this))
    arguments = callee.function.args
    positional = positionals(arguments)[callee.given :]
    taken = _bind_positions(binding, positional, arguments.vararg, this)
    named = {p.arg: p for p in [*arguments.args, *arguments.kwonlyargs] if p not in taken}
    for keyword, value in this.keywords:
        if keyword.arg is None:
            _unpack(binding, named, arguments.kwarg, keyword, value, this.frame)
        elif keyword.arg in named:
            binding.add(named.pop(keyword.arg), keyword.value, value)
        elif arguments.kwarg:
            binding.add((Container(arguments.kwarg), keyword.arg), keyword.value, value)
        else:
            this.frame.consume(keyword.value, value)
    unpacks = [*this.args, *((k, v) for k, v in this.keywords if k.arg is None)]
    if not any(isinstance(node, ast.Starred | ast.keyword) for node, _ in unpacks):
        for parameter, default in parameters(arguments).items():
            if default is None:
                continue
            if parameter in binding.values:
                binding.unused.add(default)
            if isinstance(default, ast.Call):  # which may be asked for
                this.frame.flow.worklist.dependents[default, PASSED].add(this.frame.scope.node)
            filled = received(parameter) if this.is_filled else NOTHING
            binding.values.setdefault(parameter, filled | this.frame.flow.value_of(default))
    for key, node, _, unpacked in binding.arguments:
        if isinstance(node, ast.Name) and not unpacked:
            binding.told[key] = this.frame.facts_of(node.id)
    return binding


def _bound_before(this: Call) -> dict[object, Value]:
    """The arguments of the constructor of the objects whose method is called."""
    values: dict[object, Value] = {}
    for atom in this.base:
        given = this.frame.flow.bindings.get(atom.node) if isinstance(atom, Instance) else None
        if given is None:
            return {}
        for key, value in given.items():
            values[key] = values.get(key, NOTHING) | value
    return values


def _bind_positions(
    binding: Binding, parameters: list[ast.arg], collector: ast.arg | None, this: Call
) -> list[ast.arg]:
    """Bind the positional arguments; return the parameters that surely get one."""
    for index, (node, value) in enumerate(this.args):
        if isinstance(node, ast.Starred):
            for offset, parameter in enumerate(parameters[index:]):
                part = this.frame.element(value, offset, node)
                binding.add(parameter, node, part, unpacked=True)
            for key in _collected(collector, this.frame):
                offset = key + len(parameters) - index if isinstance(key, int) else -1
                if collector and offset >= 0:
                    part = this.frame.element(value, offset, node)
                    binding.add((Container(collector), key), node, part, unpacked=True)
            length = from_end(value, 0, this.frame)
            return parameters[: index + length if isinstance(length, int) else index]
        if index < len(parameters):
            binding.add(parameters[index], node, value)
        elif collector:
            binding.add((Container(collector), index - len(parameters)), node, value)
        else:
            this.frame.consume(node, value)
    return parameters[: len(this.args)]


def _unpack(
    binding: Binding,
    named: dict[str, ast.arg],
    collector: ast.arg | None,
    keyword: ast.keyword,
    value: Value,
    frame: Frame,
) -> None:
    """Bind what `**mapping` gives to the parameters that have nothing yet."""
    keys = set(_collected(collector, frame))
    keys |= {key for atom in value for key in frame.flow.keys.get(atom, ())}
    for name, parameter in named.items():
        binding.add(parameter, keyword.value, frame.element(value, name, keyword), unpacked=True)
    for key in keys:
        if collector and isinstance(key, str) and key not in named:
            part = frame.element(value, key, keyword)
            binding.add((Container(collector), key), keyword.value, part, unpacked=True)


def _collected(collector: ast.arg | None, frame: Frame) -> list[object]:
    """The keys of the items of a collector that get to getters; who calls is told of more."""
    if collector is None:
        return []
    frame.flow.worklist.dependents[collector, PASSED].add(frame.scope.node)
    return [key for _, key in frame.flow.access_paths_to_sink.get(collector, ())]


def handed_on(binding: Binding, this: Call) -> Iterator[Given]:
    """The arguments of a call, and the parts that the function passes to a getter: of them, and of
    the object whose method it is.
    """
    for given in binding.arguments:
        yield given
        known: dict[object, Value] = {given.key: given.value}
        for cell in this.frame.flow.access_paths_to_sink.get(given.key, ()):
            yield _part_given(cell, given.node, known, this)
    yield from _parts_of_object(binding.callee, this)


def _parts_of_object(callee: Callee, this: Call) -> Iterator[Given]:
    """The attributes of the object whose method is called, that this passes to a getter.

    Those that methods set are known of the class, unless the getter finds them in the object.
    """
    flow, first = this.frame.flow, positionals(callee.function.args)[:1]
    if not callee.given or not this.base or not first:
        return
    node = getattr(this.node.func, "value", this.node.func)
    outside = _set_outside(this)
    arrived = frozenset(atom for atom in this.base if _parameter(atom, this))
    if not (outside or arrived or flow.contract.attribute_ids):
        return
    flow.worklist.dependents[first[0], PASSED].add(this.frame.scope.node)
    inside: dict[object, Value] = {first[0]: this.base}
    given: dict[object, Value] = {first[0]: arrived}
    owner = class_of_first(first[0], flow.program.scopes[callee.function])
    own = initialized(owner, flow) if owner and arrived else set()  # who calls `__init__` knows
    for cell in flow.access_paths_to_sink.get(first[0], ()):
        attribute = _outermost(cell)
        if leads_inside_object(cell, flow):
            yield _part_given(cell, node, inside, this)
            continue
        if arrived and getattr(attribute[1], "name", "") not in own:
            yield _part_given(cell, node, given, this)
        if found := outside.get(attribute[1]):
            flow.uses[node] |= found
            known: dict[object, Value] = {attribute: flow.value(found)}
            yield _part_given(cell, node, known, this)


def _set_outside(this: Call) -> dict[object, set[Definition]]:
    """The attributes of an object that other code than its methods has set here, before the call
    of one of them.
    """
    frame, flow = this.frame, this.frame.flow
    found: dict[object, set[Definition]] = {}
    for made in (atom for atom in this.base if isinstance(atom, Instance)):
        keys = [key for key in flow.keys.get(made, ()) if isinstance(key, Attribute)]
        own = initialized(made.owner, flow) if made.owner and keys else set()
        for key in keys:
            bound = [d for d in frame.definitions((made, key)) if d.node]
            by_init = made.node if key.name in own else None
            set_here = (d for d in bound if d.node is not by_init)
            others = {d for d in set_here if not _is_by_method(d.node, made, flow)}
            if others:
                found[key] = found.get(key, set()) | others
    return found


def _is_by_method(node: ast.AST | None, made: Atom, flow: Flow) -> bool:
    """Whether a node calls a method of an object."""
    function = getattr(node, "func", None)
    return isinstance(function, ast.Attribute) and made in flow.value_of(function.value)


def _part_given(cell: Location, node: ast.expr, known: dict[object, Value], this: Call) -> Given:
    return Given(cell, node, _part(cell, node, known, this.frame), unpacked=True)


def _outermost(cell: Location) -> Location:
    """The element or attribute of a parameter that a cell is, or is a part of."""
    holder = cell[0]
    while isinstance(holder, Origin) and isinstance(holder.node, tuple):
        cell, holder = holder.node, holder.node[0]
    return cell


def _part(cell: Location, node: ast.expr, known: dict[object, Value], frame: Frame) -> Value:
    """The part of an argument that an element or attribute of the parameter is."""
    if cell not in known:
        base, key = cell
        assert isinstance(base, Origin)
        held = _part(base.node, node, known, frame)  # type: ignore[arg-type]
        value = frozenset(atom for atom in held if fits(atom, key))
        known[cell] = frame.element(value, key, node)
    return known[cell]


def leads_inside_object(key: object, flow: Facts) -> bool:
    """Whether a part of a parameter gets to a getter as an attribute of its object."""
    getters = (flow.sinks[c].getter for calls in flow.param_to_sink[key].values() for c in calls)
    named = {path.name for getter in getters for path in getter.paths if path.is_of_object}
    return any(passing.name in named for passing in flow.param_to_sink[key])


# --- functions and objects that a parameter gets --------------------------------------------------


def handed_object(atom: Atom) -> FunctionNode | ast.ClassDef | None:
    """The function that an atom stands for, or the class whose methods its object has."""
    if isinstance(atom, Instance):
        return atom.owner
    return atom.node if isinstance(atom, Symbol) and isinstance(atom.node, FUNCTIONS) else None


def through_parameter(passing: Passing, this: Call) -> Passing:
    """A way to a getter that may lead through a parameter which the call itself surely calls, or of
    which it calls a method.

    A getter that is a method is called whatever the object is.
    """
    if passing.called is not None:
        return passing
    function = _without_default(this) if len(this.function) == 2 else this.function
    is_getter = this.node in this.frame.flow.getter_calls
    for value in (function, NOTHING if is_getter else this.base):
        if len(value) == 1 and (parameter := _parameter(next(iter(value)), this)):
            return passing._replace(called=parameter, by_method=value is this.base)
    return passing


def _without_default(this: Call) -> Value:
    """The functions that a call may call, but for the default of a parameter that is called."""
    flow, defaults = this.frame.flow, set[Atom]()
    for atom in this.function:
        if parameter := _parameter(atom, this):
            function = flow.file_of(parameter).function_of(parameter)
            default = parameters(function.args).get(parameter)  # type: ignore[attr-defined]
            defaults |= flow.value_of(default) if default else NOTHING
    return frozenset(this.function - defaults)


def _parameter(atom: Atom, this: Call) -> ast.arg | None:
    """The parameter that an atom stands for, but for the object of a method."""
    is_parameter = isinstance(atom, Origin) and isinstance(atom.node, ast.arg)
    return atom.node if is_parameter and this.frame.owner_class(atom) is None else None  # type: ignore[return-value]


def passings_of(
    key: object, known: Iterable[Passing], binding: Binding, this: Call
) -> tuple[list[Passing], bool]:
    """The ways of a parameter to getters, of those known, that are open with what a call hands
    over; and whether the parameter gets to other code too.
    """
    flow = this.frame.flow
    own = [_opened(passing, binding, this) for passing in known]
    collector = key[0].node if isinstance(key, tuple) and not whole_of(key) else None
    together = [  # what a collector has is handed on as a whole
        _opened(passing, binding, this)
        for part in _collected(collector, this.frame)
        for passing in flow.param_to_sink.get((key[0], part), ())  # type: ignore[index]
    ]
    gets_elsewhere = any(is_other for _, is_other in [*own, *together])
    return list(dict.fromkeys(one for found, _ in own for one in found)), gets_elsewhere


def _opened(passing: Passing, binding: Binding, this: Call) -> tuple[list[Passing], bool]:
    """A way to a getter, once for each function or object that a call hands over for it, if that
    leads on; and whether other functions are handed over.

    If the caller got it as a parameter itself, it hangs on its callers.
    """
    called = passing.called
    if called is None or called not in binding.values:
        return [passing._replace(called=None)], False
    found: list[Passing] = []
    is_other = False
    for atom in binding.values[called]:
        if parameter := _parameter(atom, this):
            is_other = True  # with other callers
            if _may_lead(parameter, this):
                found.append(passing._replace(called=parameter))
        elif _leads(atom, this) or (passing.by_method and not handed_object(atom)):
            found.append(passing._replace(called=None))
        else:
            is_other = is_other or not is_kind(atom, Kind.ABSENT)
    return found, is_other


def _may_lead(parameter: ast.arg, this: Call) -> bool:
    """Whether some caller gives a parameter what leads to a getter; who asks is told of more."""
    flow = this.frame.flow
    flow.worklist.dependents[parameter, HANDED].add(this.frame.scope.node)
    objects = flow.handed_objects.get(parameter, ())
    return bool(flow.handed_getters.get(parameter)) or any(hands_on(o, this) for o in objects)


def _leads(atom: Atom, this: Call) -> bool:
    """Whether it is a getter, or hands what it is called with to one."""
    if isinstance(atom, Symbol) and this.frame.flow.getter(atom.path) is not None:
        return True
    handed = handed_object(atom)
    return handed is not None and hands_on(handed, this)


def hands_on(handed: ast.AST, this: Call) -> bool:
    """Whether a function, or a method of a class, hands a parameter to a getter.

    Who asks is told when that changes.
    """
    flow = this.frame.flow
    if isinstance(handed, ast.ClassDef):
        methods = [node for owner in mro(handed, flow) for node in owner.body]
        return any(hands_on(node, this) for node in methods if isinstance(node, FUNCTIONS))
    assert isinstance(handed, FUNCTIONS)
    nodes = [node for node in ast.iter_child_nodes(handed.args) if isinstance(node, ast.arg)]
    for parameter in nodes:
        flow.worklist.dependents[parameter, PASSED].add(this.frame.scope.node)
    return any(p in flow.param_to_sink or p in flow.access_paths_to_sink for p in nodes)
