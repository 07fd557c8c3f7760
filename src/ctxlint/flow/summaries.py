"""What a function returns, as it is for one call: with the arguments in place of parameters."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ctxlint.flow.binding import Binding
from ctxlint.flow.call import Call
from ctxlint.flow.containers import note_length, transformed
from ctxlint.flow.facts import Flow
from ctxlint.flow.frame import Frame
from ctxlint.flow.values import (
    ANY,
    NOTHING,
    OPEN,
    Atom,
    Condition,
    Container,
    Instance,
    Kind,
    Origin,
    Symbol,
    Value,
    is_generated,
    is_id,
    is_kind,
    is_parameter,
    is_surely_generated,
    is_unseen,
    unseen,
    whole_of,
)

_MAX_INNER = 3  # objects in each other that are made anew for a call
_MAX_TARGETS = 8  # objects that a call may fill, before it is not looked into which


def instantiate(value: Value, binding: Binding, this: Call) -> Value:
    """What a value of a function is for a call of it; IDs of its own count as made by the call."""
    return NOTHING.union(*(_instantiated(atom, binding, this) for atom in value))


def _instantiated(atom: Atom, binding: Binding, this: Call) -> Value:
    known = binding.results.get(atom)
    if known is None:
        binding.results[atom] = frozenset({atom})  # in a loop a value is built from itself
        known = binding.results[atom] = _of_atom(atom, binding, this)
    return known


def _of_atom(atom: Atom, binding: Binding, this: Call) -> Value:
    if isinstance(atom, Container):
        return _copied(atom, binding, this)
    if isinstance(atom, Instance):
        return _remade(atom, binding, this)
    if not isinstance(atom, Origin):
        return frozenset({atom})
    if atom.node in binding.unused:
        return NOTHING
    if is_generated(atom) or is_kind(atom, Kind.AMBIENT):
        if this.frame.flow.is_spared(atom, binding.values, binding.told):
            return NOTHING
        _inherit(atom, binding, this)
        return frozenset({Origin(atom.kind, this.node)})
    if is_parameter(atom.node):
        return _given(atom, binding)
    if atom.node in this.frame.flow.parameter_calls:
        return _called_back(atom, binding, this)
    if isinstance(atom.node, tuple) and isinstance(atom.node[0], Origin):
        return _element(atom, binding, this)
    parts = this.frame.flow.derived_from.get(atom.node)
    if parts is None:
        return frozenset({atom})
    return transformed(this.node, [instantiate(part, binding, this) for part in parts], this.frame)


def _given(atom: Origin, binding: Binding) -> Value:
    """The value that a call gives to a parameter, or to any item of a collector."""
    key = atom.node
    if isinstance(key, tuple) and key[1] is ANY:
        held = [v for k, v in binding.values.items() if isinstance(k, tuple) and k[0] == key[0]]
        return NOTHING.union(*held) or frozenset({atom})
    return binding.values.get(key, frozenset({atom}))


def _called_back(atom: Origin, binding: Binding, this: Call) -> Value:
    """The value of a function that the call hands over, where the callee calls its parameter."""
    flow = this.frame.flow
    parameter = flow.parameter_calls[atom.node]
    if flow.is_spared(Origin(Kind.GENERATED, atom.node), binding.values, binding.told):
        return NOTHING
    given = binding.values.get(parameter, NOTHING)
    nodes = [argument.node for argument in binding.arguments if argument.key is parameter]
    result: set[Atom] = set()
    for function in given:
        if not isinstance(function, Symbol):
            result.add(atom)
        elif function.node in flow.scopes and not isinstance(function.node, ast.ClassDef):
            result |= this.frame.returned(function.node, this.node)
        elif flow.is_source(function.path) and nodes:
            result.add(Origin(Kind.GENERATED, nodes[0]))
        else:
            result.add(atom)
    return frozenset(result)


def _inherit(atom: Origin, binding: Binding, this: Call) -> None:
    """Note what holds of the parameters of the caller wherever the function makes an ID for it."""
    flow = this.frame.flow
    flow.brought[this.node].add(atom)
    conditions = frozenset(
        Condition(argument, fact)
        for key, fact in flow.conditions.get(atom.node, ())  # type: ignore[arg-type]
        if (argument := _handed_on(binding.values.get(key, NOTHING), this.frame))
    )
    flow.inherited[this.node] = flow.inherited.get(this.node, conditions) & conditions


def _handed_on(value: Value, frame: Frame) -> ast.arg | None:
    """The parameter of the caller whose value, or default, a call hands on as it is."""
    for atom in value:
        argument = atom.node if isinstance(atom, Origin) else None
        if isinstance(argument, ast.arg):
            cell = (frame.scope.node, argument.arg)
            definition = frame.flow.definitions.get((cell, argument))
            return argument if definition and frame.flow.atoms[definition] == value else None
    return None


def _element(atom: Origin, binding: Binding, this: Call) -> Value:
    """An element or attribute of a parameter: that of the argument."""
    assert isinstance(atom.node, tuple)
    base, key = atom.node
    given = _instantiated(base, binding, this)  # type: ignore[arg-type]
    if given == frozenset({base}):
        return frozenset({atom})
    return this.frame.element(given, key, this.node)


def _copied(container: Container, binding: Binding, this: Call) -> Value:
    """A container that a function returns, with the items that it has for this call."""
    is_yielded = (
        binding.callee.function in this.frame.flow.generators
    )  # one of the call's own items
    made = Container(this.node.func if is_yielded else this.node)
    items = _items(container, binding, this)
    is_mapping = any(isinstance(key, str) for key in items)
    if items and not is_mapping and all(map(is_surely_generated, items.values())):
        ids: Value = frozenset({Origin(Kind.GENERATED, this.node)})
        replaced = any(map(is_unseen, NOTHING.union(*items.values())))
        return unseen(ids, this.node) if replaced else ids
    last = _named_last(container, this.frame.flow)
    for key, value in sorted(items.items(), key=lambda item: (item[0] in last, item[0] is ANY)):
        this.frame.define((made, key), this.node, value, weak=key is ANY)
    return frozenset({made})


def _named_last(container: Container, flow: Flow) -> set[object]:
    """The keys that a display names after all that it unpacks, if nothing else may replace them."""
    display = container.node
    if not isinstance(display, ast.Dict) or None not in display.keys:
        return set()
    if any(d.node not in display.values for d in flow.by_cell.get((container, ANY), ())):
        return set()
    behind = len(display.keys) - display.keys[::-1].index(None)
    return {key.value for key in display.keys[behind:] if isinstance(key, ast.Constant)}


def _remade(instance: Instance, binding: Binding, this: Call) -> Value:
    """An object that a function makes and returns, with what it has for this call."""
    flow = this.frame.flow
    maker = flow.file_of(instance.node).function_of(instance.node)
    if maker is not binding.callee.function:
        return frozenset({instance})
    made = Instance(this.node, instance.owner)
    for key, value in _items(instance, binding, this).items():
        settled = (instance, key) in flow.must_assigned
        this.frame.define((made, key), this.node, value, weak=not settled)
        if settled:
            flow.must_assigned.add((made, key))
    _give(instance, binding, this)
    return frozenset({made})


def _give(instance: Instance, binding: Binding, this: Call) -> None:
    """Note what the constructor of an object gets for this call.

    One that is made inside of another stands at the same node, with parameters of its own.
    """
    flow = this.frame.flow
    given = flow.bindings.get(instance.node, {})
    own = {key: instantiate(value, binding, this) for key, value in given.items()}
    flow.bindings[this.node] = {**flow.bindings.get(this.node, {}), **own}


def apply_side_effects(binding: Binding, this: Call) -> None:
    """Put what a function leaves in the objects that it is given where the call gives them."""
    frame, flow = this.frame, this.frame.flow
    left = flow.side_effects.get(binding.callee.function, {})
    for (base, key), definitions in list(left.items()):
        targets = instantiate(frozenset({base}), binding, this)  # type: ignore[arg-type]
        if len(targets) > _MAX_TARGETS:
            continue
        made = {d for d in definitions if d.node is not None}
        if key is OPEN:
            frame.open(targets - {base}, this.node)
            continue
        held = flow.value(made)
        is_set = any(frame.is_bound((target, key)) for target in targets - {base})
        if not is_set and all(_is_opaque(atom, flow) for atom in held):
            continue  # what was received replaces what was received
        flow.uses[this.node] |= made
        value = instantiate(held, binding, this)
        weak = key is ANY or len(made) < len(definitions) or len(targets) > 1
        for target in targets - {base}:
            frame.define((target, key), this.node, value, weak=weak)
            if key is ANY:
                note_length(target, None, frame)


def _is_opaque(atom: Atom, flow: Flow) -> bool:
    """Whether a value was received or is None, and comes from no parameter."""
    return (
        isinstance(atom, Origin)
        and atom.kind in (Kind.RECEIVED, Kind.OWN, Kind.ABSENT)
        and not (is_parameter(atom.node) or whole_of(atom.node) or atom.node in flow.derived_from)
    )


def _items(atom: Container | Instance, binding: Binding, this: Call) -> dict[object, Value]:
    """The elements of what a function returns, for a call."""
    items: dict[object, Value] = {}
    for key, held in this.frame.flow.items(atom).items():
        inner = frozenset(a for a in held if isinstance(a, Container | Instance))
        made = (_inner(a, binding, this) for a in inner)
        given = dict(_collected(held, binding)) if key is ANY else {}
        items[key] = instantiate(held - inner - given.keys(), binding, this).union(made)
        for name, value in ((n, v) for named in given.values() for n, v in named.items()):
            items[name] = items.get(name, NOTHING) | value
    return {key: value for key, value in items.items() if value}


def _collected(held: Value, binding: Binding) -> Iterator[tuple[Atom, dict[object, Value]]]:
    """The items of keyword collectors in a value, by their names."""
    for atom in held:
        key = atom.node if isinstance(atom, Origin) else None
        if isinstance(key, tuple) and key[1] is ANY and isinstance(key[0], Container):
            inner = {k: v for k, v in binding.values.items() if isinstance(k, tuple)}
            yield atom, {k[1]: v for k, v in inner.items() if k[0] == key[0]}


def _inner(atom: Container | Instance, binding: Binding, this: Call) -> Container | Instance:
    """An object in one that a function returns: another one for each call that decides on it."""
    flow = this.frame.flow
    if not _hangs_on_call(atom, binding.callee.function, flow):
        return atom
    made = atom._replace(node=this.node, part=atom.part or atom.node)
    if atom not in binding.remade:
        binding.remade.add(atom)
        if isinstance(atom, Instance):
            _give(atom, binding, this)
        last = _named_last(atom, flow) if isinstance(atom, Container) else set()
        items = _items(atom, binding, this).items()
        for key, value in sorted(items, key=lambda item: (item[0] in last, item[0] is ANY)):
            this.frame.define((made, key), this.node, value, weak=key is ANY)
            if (atom, key) in flow.must_assigned:
                flow.must_assigned.add((made, key))
    return made


def _hangs_on_call(
    atom: Container | Instance, function: ast.AST, flow: Flow, depth: int = _MAX_INNER
) -> bool:
    """Whether a function makes an object that holds what it is given, or a generated ID."""
    if depth == 0 or flow.file_of(atom.node).function_of(atom.node) is not function:
        return False
    return any(
        _hangs_on_call(held, function, flow, depth - 1)
        if isinstance(held, Container | Instance)
        else isinstance(held, Origin)
        and bool(
            is_id(held)
            or is_parameter(held.node)
            or whole_of(held.node)
            or held.node in flow.derived_from
        )
        for value in [*flow.items(atom).values(), *_given_to(atom, flow)]
        for held in value
    )


def _given_to(atom: Container | Instance, flow: Flow) -> list[Value]:
    """What the constructor of an object gets."""
    given = flow.bindings.get(atom.node, {}) if isinstance(atom, Instance) else {}
    return list(given.values())
