"""Calls of functions that the flow looks into: what they return, and pass to a getter."""

from __future__ import annotations

import ast
from dataclasses import replace

from ctxlint.contract.getter import Getter
from ctxlint.flow.binding import Binding, Callee, bind, handed_object, handed_on, passings_of
from ctxlint.flow.call import Call, words_of
from ctxlint.flow.classes import (
    POST_INITIALIZERS,
    is_class_argument,
    is_class_method,
    is_setter,
    members,
)
from ctxlint.flow.conditions import note_conditions
from ctxlint.flow.containers import made_here, received
from ctxlint.flow.exports import is_summarised, note_summary
from ctxlint.flow.facts import passings_in_order
from ctxlint.flow.flow import Flow
from ctxlint.flow.frame import Frame
from ctxlint.flow.modules import is_returned, leads, may_resolve, request_modules, resolve_imports
from ctxlint.flow.record_types import construct, value_of_own_type
from ctxlint.flow.sinks import getter_of, hand_over, propagate
from ctxlint.flow.summaries import apply_side_effects, apply_to_object, initialize, instantiate
from ctxlint.flow.values import (
    ANY,
    HANDED,
    NOTHING,
    PASSED,
    Atom,
    Attribute,
    Container,
    Instance,
    Kind,
    Origin,
    Partial,
    Symbol,
    Value,
    is_kind,
)
from ctxlint.project.scopes import FUNCTIONS, FunctionNode, once_for_each, positionals


def function_call(this: Call) -> Value | None:
    """The value of a call of functions or classes that the flow looks into; None for others."""
    value: set[Atom] = set()
    opaque = False
    for atom in this.function:
        if is_kind(atom, Kind.ABSENT):  # calling None fails
            continue
        called = _called(atom, this)
        opaque = opaque or called is None
        value |= called or NOTHING
    if not this.function or (opaque and not value):
        return None
    if opaque:
        this.read_arguments()
        value |= received(this.node)
    return frozenset(value)


def resolve_callee(function: Value, word: str, call: ast.Call, frame: Frame) -> Value:
    """The value of a name, looked up in other modules if that may lead to a getter."""
    flow = frame.flow
    symbols = [atom for atom in function if isinstance(atom, Symbol)]
    wrappers = flow.contract.sink_wrappers or frozenset()
    is_wrapper = bool(wrappers) and not wrappers.isdisjoint(words_of(word, function))
    is_demanded = call in flow.loader.demanded
    if is_demanded or is_returned(call, frame):
        function = resolve_imports(function, frame.scope, flow)
    elif is_wrapper and (found := _leading(resolve_imports(function, frame.scope, flow), flow)):
        function = found
    elif any(may_resolve(symbol, frame.scope, flow) for symbol in symbols):
        flow.loader.deferred[call] = call
    if is_wrapper or is_demanded:
        request_modules(function, flow)
    return function


def _leading(function: Value, flow: Flow) -> Value:
    """A value that may lead to a getter; nothing where it is a function that does not."""
    nodes = (getattr(atom, "node", None) for atom in function)
    return function if any(leads(node, flow) for node in nodes) else NOTHING


def _called(atom: Atom, this: Call) -> Value | None:
    """The value of a call of what an atom stands for; None where it is not looked into."""
    given = 0
    if isinstance(atom, Partial):
        given, atom = atom.given, atom.symbol
    if isinstance(atom, Origin) and is_class_argument(atom.node, this.frame.scope):
        owner = this.frame.owner_class(atom)
        return _constructed(owner, given, this) if owner else None
    if isinstance(atom, Origin) and isinstance(atom.node, ast.arg):
        return _decorated(atom.node, this) or _of_parameter(atom.node, this)
    if isinstance(atom, Instance):
        return _object_called(atom, this)
    if not isinstance(atom, Symbol):
        return None
    node = atom.node
    if isinstance(node, ast.ClassDef):
        return _constructed(node, given, this)
    if isinstance(node, ast.Call):
        return construct(node, this)
    if not isinstance(node, FUNCTIONS):
        return None
    callee = Callee(node, given + _receives(atom))
    if not getattr(node, "decorator_list", ()):
        return _result(callee, this)
    from ctxlint.flow import decorators  # noqa: PLC0415 - few have any

    if decorators.is_plain(node, this.frame):
        return _result(callee, this)
    if wrapper := decorators.wrapper_of(node, this.frame):
        return _result(callee._replace(function=wrapper), this)
    if not decorators.is_passed_on(node, this.frame):
        return None
    this.read_arguments()  # the decorator may do more than keep the function
    return _result(callee, this) | received(this.node)


def run_setter(
    atom: Atom, target: ast.Attribute, node: ast.expr, value: Value, frame: Frame
) -> None:
    """Set a property of an object: its class runs a method for it, which gets the value of `node`.

    It is a call at the target, which is the function that is called.
    """
    owner = frame.owner_class(atom)
    call = _assignment_as_call(target)
    if call not in (parents := frame.flow.file_of_scope(frame.scope).parents):
        parents[call] = parents[target]
    this = Call(call, frame, frozenset({atom}), NOTHING, [(node, value)], [])
    for setter in filter(is_setter, members(owner, target.attr, frame) if owner else ()):
        if isinstance(setter.node, FUNCTIONS):
            _result(Callee(setter.node, 1), this)


@once_for_each  # each time that it is interpreted it is the same
def _assignment_as_call(target: ast.Attribute) -> ast.Call:
    """The call that an assignment to a property is."""
    function = ast.copy_location(ast.Attribute(target.value, target.attr, target.ctx), target)
    return ast.copy_location(ast.Call(function, [], []), target)


def _object_called(called: Instance, this: Call) -> Value | None:
    """The value of a call of an object: what the `__call__` of its class returns."""
    base = frozenset({called})
    found = this.frame.element(base, Attribute("__call__"), this.node)
    methods = frozenset(atom for atom in found if isinstance(atom, Symbol))
    return function_call(replace(this, base=base, function=methods))


def _decorated(parameter: ast.arg, this: Call) -> Value | None:
    """The value of a call, by a decorator, of the functions that it decorates."""
    flow = this.frame.flow
    flow.worklist.dependents[parameter, PASSED].add(this.frame.scope.node)
    functions = flow.program.decorated.get(parameter)
    if not functions:
        return None
    this.read_arguments()  # it may decorate others too
    values = [_result(Callee(function, 0), this) for function in functions]
    return received(this.node).union(*values)


def _of_parameter(parameter: ast.arg, this: Call) -> Value | None:
    """The value of a call of a parameter: each caller knows what it has passed.

    What the call hands to the functions that are known to be passed gets to getters there.
    """
    flow = this.frame.flow
    flow.worklist.dependents[parameter, HANDED].add(this.frame.scope.node)
    if not this.args and not this.keywords:
        flow.parameter_calls[this.node] = parameter
        note_conditions(this.node, this.frame)
        return received(this.node)
    for getter, given in flow.handed_getters.get(parameter, {}).values():
        hand_over(this, getter, (this.node.func, this.function), this.args, given)
    for function in flow.handed_objects.get(parameter, ()):
        if isinstance(function, FUNCTIONS):
            flow.worklist.demand(function)
            callee = Callee(function, 0)
            _hand_on(bind(callee, this), callee, this)
    return None


def _receives(method: Symbol) -> int:
    """How many parameters get the object, or class, that a method is called on."""
    return int(method.bound or (method.node is not None and is_class_method(method.node)))


def applied_function(this: Call, *, partial: bool) -> Value | None:
    """The value of a call that is given a function and its arguments, to call now or later."""
    node, function = this.args[0]
    base = this.frame.flow.value_of(node.value) if isinstance(node, ast.Attribute) else NOTHING
    inner = Call(this.node, this.frame, base, function, this.args[1:], this.keywords)
    if not partial:
        return function_call(inner)
    return _bound(inner)


def _bound(this: Call) -> Value | None:
    """The functions of a call, its arguments bound to them."""
    made: set[Atom] = set()
    for atom in this.function:
        if isinstance(atom, Symbol) and isinstance(atom.node, FUNCTIONS):
            callee = Callee(atom.node, _receives(atom))
            this.frame.flow.worklist.demand(atom.node)
            _hand_on(bind(callee, this), callee, this)
            made.add(Partial(atom, callee.given + len(this.args)))
    return frozenset(made) or None


# --- calls ----------------------------------------------------------------------------------------


def _result(callee: Callee, this: Call) -> Value:
    """The value of a call of a function."""
    frame, flow = this.frame, this.frame.flow
    if is_summarised(callee.function, this):
        return _summarised(callee, this)
    returned = frame.returned(callee.function, this.node)
    binding = bind(callee, this)
    _hand_on(binding, callee, this)
    value = _with_object(instantiate(returned, binding, this), callee, this)
    apply_side_effects(binding, this)
    apply_to_object(binding, this)
    _note_set_inside(callee.function, frame)
    if callee.function in flow.program.generators and not _is_manager(callee.function, flow):
        items = Container(this.node)
        frame.define((items, ANY), this.node, value, weak=True)
        return frozenset({items})
    return value


def _note_set_inside(function: FunctionNode, frame: Frame) -> None:
    """Note that a function, or one that it calls, may have set attributes of objects, which this
    scope has set before.
    """
    flow, scope = frame.flow, frame.scope.node
    for cell in flow.set_in.get(function, ()):
        if frame.state is not None and (here := frame.state.get(cell)):
            theirs = {d for d in flow.by_cell[cell] if d.scope is not scope}
            frame.state = frame.state.updated({cell: here | theirs})
    flow.set_in[scope] |= flow.set_in.get(function, set())


def _summarised(callee: Callee, this: Call) -> Value:
    """The value of a call of a function that is not looked into, but for what it hands on."""
    _hand_on(bind(callee, this), callee, this)
    this.frame.flow.loader.deferred[this.node] = this.node
    return received(this.node)


def _with_object(value: Value, callee: Callee, this: Call) -> Value:
    """The result of a method: where that is `self`, the object whose method is called.

    A method that assigns attributes is left out: its objects are not told apart.
    """
    first = positionals(callee.function.args)[:1]
    objects = frozenset(atom for atom in this.base if isinstance(atom, Instance))
    if not callee.given or not first or not objects or _assigns(callee.function, this.frame.flow):
        return value
    own: Atom = Origin(Kind.RECEIVED, first[0])
    return (value - {own}) | objects if own in value else value


def _assigns(method: FunctionNode, flow: Flow) -> bool:
    """Whether a method assigns attributes."""
    owner = flow.file_of(method).parents[method]
    names = flow.program.assigning[owner] if isinstance(owner, ast.ClassDef) else {}
    return any(method in methods for methods in names.values())


def _is_manager(function: FunctionNode, flow: Flow) -> bool:
    """Whether a decorator makes a context manager of a generator."""
    decorators = getattr(function, "decorator_list", [])
    return any(flow.means(decorator, flow.contract.managers) for decorator in decorators)


def _constructed(owner: ast.ClassDef, given: int, this: Call) -> Value:
    """A new instance of a class."""
    found = [d.node for d in members(owner, "__init__", this.frame)]
    initializers = [node for node in found if isinstance(node, ast.FunctionDef)]
    if not initializers:
        return _constructed_by_fields(owner, this)
    made = made_here(Instance(this.node, owner), this.frame)
    for function in initializers:
        this.frame.flow.worklist.demand(function)
        this.frame.flow.callees[this.node].add(function)
        binding = bind(Callee(function, given + 1), this)
        this.frame.flow.bindings[this.node] = binding.values
        this.frame.flow.facts[this.node] = binding.told
        _hand_on(binding, Callee(function, given + 1), this)
        initialize(made, binding, this)
    return frozenset({made})


def _constructed_by_fields(owner: ast.ClassDef, this: Call) -> Value:
    """A new instance of a class without an `__init__`, with what runs once its fields are set."""
    value = value_of_own_type(owner, this) or construct(owner, this)
    set_by_fields(value, this)
    return value


def set_by_fields(value: Value, this: Call) -> None:
    """Run what a call runs once the fields of the objects that it makes are set."""
    frame = this.frame
    for made in (atom for atom in value if isinstance(atom, Instance)):
        names = POST_INITIALIZERS if made.owner else ()
        methods = [d.node for name in names for d in members(made.owner, name, frame)]  # type: ignore[arg-type]
        own = replace(this, base=frozenset({made}), args=[], keywords=[])
        for method in (node for node in methods if isinstance(node, FUNCTIONS)):
            frame.flow.worklist.demand(method)
            callee = Callee(method, 1)
            binding = bind(callee, own)
            _hand_on(binding, callee, own)
            initialize(made, binding, own)


def _hand_on(binding: Binding, callee: Callee, this: Call) -> None:
    """Note what the parameters of a function hand to getters."""
    frame, flow = this.frame, this.frame.flow
    note_summary(callee.function, flow)
    for key, node, value, unpacked in handed_on(binding, this):
        known = flow.argument_bindings[node][key]
        _note_handed(key, node, value, this)
        known |= value
        flow.worklist.dependents[key, PASSED].add(frame.scope.node)
        known_ways = passings_in_order(key, flow)
        passings, gets_elsewhere = passings_of(key, dict(known_ways), binding, this)
        if gets_elsewhere:
            frame.consume(node, value)
        if passings:
            getter = known_ways[0][1].getter
            propagate(this, getter, passings, node, value, unpacked=unpacked)
            if this.node in flow.sinks:
                flow.sinks[this.node].through.add(callee.function)


def _note_handed(key: object, node: ast.expr, value: Value, this: Call) -> None:
    """Note the functions, getters and objects that a parameter gets."""
    flow = this.frame.flow
    objects: set[ast.AST] = {handed for atom in value if (handed := handed_object(atom))}
    getters: dict[str, tuple[Getter, int]] = {}
    if not {Symbol, Partial}.isdisjoint(map(type, value)) and (
        found := getter_of(node, value, this)
    ):
        getters[found[0].call] = found
    for parameter in (a.node for a in value if isinstance(getattr(a, "node", None), ast.arg)):
        flow.worklist.dependents[parameter, HANDED].add(this.frame.scope.node)
        objects |= flow.handed_objects.get(parameter, set())
        getters |= flow.handed_getters.get(parameter, {})
    if objects - flow.handed_objects[key] or getters.keys() - flow.handed_getters[key].keys():
        flow.handed_objects[key] |= objects
        flow.handed_getters[key] |= getters
        flow.worklist.grow((key, HANDED), this.frame.scope.node)
