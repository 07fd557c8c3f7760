"""Members of classes and attributes of their instances, as far as the flow looks into them."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from ctxlint.flow.values import (
    HANDED,
    NOTHING,
    OPEN,
    Atom,
    Attribute,
    Container,
    Definition,
    Instance,
    Kind,
    Origin,
    Symbol,
    Value,
    generated,
    is_generated,
    is_id,
    is_kind,
    is_parameter,
    unseen,
)
from ctxlint.project.scopes import NAMED_FUNCTIONS, Scope, positionals
from ctxlint.source import reachable

if TYPE_CHECKING:
    from ctxlint.flow.facts import Facts
    from ctxlint.flow.flow import Flow
    from ctxlint.flow.frame import Frame

POST_INITIALIZERS = ("__attrs_post_init__", "__post_init__", "model_post_init")
_VALIDATORS = frozenset({"model_validator", "root_validator"})
_ENTERING = ("__enter__", "__aenter__")
_FIRST_IS_CLASS = frozenset({"classmethod"})
_NO_FIRST = frozenset({"staticmethod"})


def class_of_object(node: object, flow: Facts) -> ast.ClassDef | None:
    """The class whose method gets its object by a parameter; None for another node."""
    file = next((f for f in flow.program.files.values() if node in f.parents), None)
    if file is None or not isinstance(node, ast.arg):
        return None
    function = file.function_of(node)
    around = file.parents.get(function)
    if not isinstance(around, ast.ClassDef) or not isinstance(function, NAMED_FUNCTIONS):
        return None
    is_first = positionals(function.args)[:1] == [node]
    return around if is_first else None


def class_of_first(parameter: ast.arg, scope: Scope) -> ast.ClassDef | None:
    """The class whose method gets its object, or the class, by a parameter that a scope sees."""
    around: Scope | None = scope
    while around:
        node, parent = around.node, around.parent
        if (
            isinstance(node, NAMED_FUNCTIONS)
            and parent
            and isinstance(parent.node, ast.ClassDef)
            and parameter in positionals(node.args)[:1]
            and not is_static(node)
        ):
            return parent.node
        around = parent
    return None


def is_class_argument(parameter: object, scope: Scope) -> bool:
    """Whether a parameter that a scope sees is the `cls` of a class method."""
    around: Scope | None = scope
    while around:
        node = around.node
        if isinstance(node, NAMED_FUNCTIONS) and parameter in node.args.args:
            return is_class_method(node)
        around = around.parent
    return False


def is_static(function: ast.AST) -> bool:
    """Whether a method gets neither its object nor its class."""
    return _is_decorated(function, _NO_FIRST)


def is_plain_method(function: object) -> bool:
    """Whether a member of a class is a function that gets the object it is called on."""
    return isinstance(function, NAMED_FUNCTIONS) and not _is_decorated(
        function, _NO_FIRST | _FIRST_IS_CLASS | {"property", "cached_property", "setter"}
    )


def is_class_method(function: ast.AST) -> bool:
    """Whether a method gets its class."""
    return _is_decorated(function, _FIRST_IS_CLASS)


def is_property(function: ast.AST) -> bool:
    """Whether reading the attribute calls the function."""
    return _is_decorated(function, frozenset({"property", "cached_property"}))


def is_setter(definition: Definition) -> bool:
    """Whether a member of a class is the function that sets a property."""
    decorators = getattr(definition.node, "decorator_list", [])
    return any(isinstance(d, ast.Attribute) and d.attr == "setter" for d in decorators)


def _is_decorated(function: ast.AST, names: frozenset[str]) -> bool:
    decorators = (getattr(d, "func", d) for d in getattr(function, "decorator_list", []))
    return any(getattr(d, "attr", getattr(d, "id", "")) in names for d in decorators)


def is_set_by_init(owner: ast.ClassDef, name: str, flow: Flow) -> bool:
    """Whether the `__init__` of a class assigns an attribute on its instance."""
    return any(map(is_initializer, flow.program.assigning[owner].get(name, ())))


def initialized(owner: ast.ClassDef, flow: Facts) -> set[str]:
    """The attributes that the `__init__` of a class, or of a known base, assigns."""
    return {
        name
        for cls in mro(owner, flow)
        for name, methods in flow.program.assigning.get(cls, {}).items()
        if any(map(is_initializer, methods))
    }


def is_initializer(method: ast.AST) -> bool:
    """Whether a method runs while an object is made."""
    is_one = getattr(method, "name", "") in ("__init__", *POST_INITIALIZERS)
    return is_one or _is_decorated(method, _VALIDATORS)


def inherit(owner: ast.ClassDef, frame: Frame) -> None:
    """Look into the bases of a class of the file if their methods may lead to a getter.

    What they read of their object may be what this class makes of it.
    """
    flow = frame.flow
    callers = flow.contract.sink_wrappers or ()
    if any(base.word in callers for base in flow.program.bases[owner]):
        flow.loader.demanded |= {owner}
    if owner in flow.loader.demanded and owner in flow.names.scopes:
        for cls in mro(owner, flow):
            flow.worklist.want(node for node in cls.body if isinstance(node, NAMED_FUNCTIONS))


def _defer(atom: Origin | Instance, owner: ast.ClassDef, key: Attribute, flow: Flow) -> None:
    """Note that an attribute may be that of a base in another module."""
    for cls in mro(owner, flow):
        if cls not in flow.loader.demanded and flow.program.has_unknown_base(cls):
            flow.loader.deferred[atom, key] = cls


def mro(owner: ast.ClassDef, flow: Facts) -> Iterator[ast.ClassDef]:
    """A class and its known bases, closest first, each once."""
    if not flow.program.bases.get(owner):
        return iter([owner])  # as most
    return _with_bases([owner], flow)


def _with_bases(owners: Iterable[ast.ClassDef], flow: Facts) -> Iterator[ast.ClassDef]:
    """Classes and their known bases, the bases of each behind it, each once."""
    return reachable(list(owners)[::-1], lambda owner: reversed(flow.bases_of(owner)))


def subclasses(owner: ast.ClassDef, flow: Flow) -> list[ast.ClassDef]:
    """The classes in the files looked into that name a class, or an heir of it, as a base."""
    by_base: dict[ast.ClassDef, list[ast.ClassDef]] = defaultdict(list)
    for other in list(flow.program.bases):  # to look for the bases of one may add others
        for base in flow.bases_of(other):
            by_base[base].append(other)
    found: dict[ast.ClassDef, None] = {}
    pending = [owner]
    while pending:
        others = [heir for heir in by_base[pending.pop()] if heir not in found]
        found |= dict.fromkeys(others)
        pending += others
    return list(found)


def members(owner: ast.ClassDef, name: str, frame: Frame) -> set[Definition]:
    """The value of `name` in the body of a class, or of the closest base that has it."""
    for found in mro(owner, frame.flow):
        definitions = bound_in((found, name), frame)
        if definitions:
            return definitions
    return set()


def bound_in(cell: tuple[ast.ClassDef, object], frame: Frame) -> set[Definition]:
    """The definitions of a cell of a class; who asks is told when there are more."""
    frame.flow.worklist.dependents[cell].add(frame.scope.node)
    return frame.flow.by_cell.get(cell, set())


def set_by_methods(owner: ast.ClassDef, key: Attribute, frame: Frame) -> set[Definition]:
    """The definitions of an attribute by methods, but for those that run once it is made."""
    found = set[Definition]().union(
        *(bound_in((cls, key), frame) for cls in mro(owner, frame.flow))
    )
    return {d for d in found if d.scope and not is_initializer(d.scope)}


def methods_given(parameter: ast.arg, key: object, node: ast.AST, frame: Frame) -> set[Atom]:
    """The methods, under a name, of the objects that a parameter gets, where `node` reads them.

    They are known by the calls of its function, or by its annotation.
    """
    if not isinstance(key, Attribute):
        return set()
    flow = frame.flow
    flow.worklist.dependents[parameter, HANDED].add(frame.scope.node)
    handed = flow.handed_objects.get(parameter, ())
    owners = [given for given in handed if isinstance(given, ast.ClassDef)]
    methods = {d.node for owner in owners for d in members(owner, key.name, frame)}
    leads = key.name in flow.program.methods or key.name in (flow.contract.sink_wrappers or ())
    is_demanded = node in flow.loader.demanded
    if parameter.annotation is not None and (leads or is_demanded):
        from ctxlint.flow.receivers import annotated_methods  # noqa: PLC0415 - few files need it

        methods.update(annotated_methods(parameter, key.name, frame, is_demanded=is_demanded))
    elif parameter.annotation is not None and flow.modules:
        flow.loader.deferred[Origin(Kind.RECEIVED, parameter), key] = node
    return {Symbol(key.name, m, bound=True) for m in methods if is_plain_method(m)}


def attribute_of(
    atom: Origin | Instance, owner: ast.ClassDef, key: Attribute, node: ast.AST, frame: Frame
) -> Value:
    """The attribute of an instance, or of the `self` or `cls` of a method.

    What this scope has assigned counts first. Else it is what the class binds, or what any of its
    methods assign; something received as well, unless that is all there is.
    """
    flow = frame.flow
    if key.name == "__class__" and not is_class_argument(atom.node, frame.scope):
        return frozenset({Symbol(owner.name, owner)})
    definitions = frame.definitions((atom, key))
    unset = flow.initial((atom, key))
    if unset in definitions:
        held = _held(atom, owner, key, frame)
        value = frozenset(_as_method(atom, flow) for atom in flow.value(held))
        deferred = flow.loader.deferred
        mattering = (a for a in value if _matters(a) or getattr(a, "node", None) in deferred)
        kept = _of_instance(atom, frozenset(mattering), flow)
        others = value - generated(value)
        is_known = not any(isinstance(one, Origin | Container) for one in others) or all(
            is_kind(one, Kind.OWN) for one in _of_instance(atom, value, flow)
        )
        if held and is_known and _is_set(owner, key.name, frame):
            definitions -= {unset}
        if (
            isinstance(atom, Origin)
            or not all(_is_of_instance(d, flow) for d in held)
            or any(bound_in((cls, OPEN), frame) for cls in mro(owner, flow))
        ):
            kept = unseen(kept, node)
        flow.uses[node] |= held
    else:
        kept = NOTHING
    flow.uses[node] |= definitions
    return _without_properties(flow.value(definitions) | kept, node, frame)


def _is_of_instance(definition: Definition, flow: Flow) -> bool:
    """Whether each instance has what this binds as its own: the default of a field, not the value
    of an attribute of the class.
    """
    owner = definition.scope
    if not isinstance(owner, ast.ClassDef):
        return True
    is_record = owner.decorator_list or flow.program.bases.get(owner)
    annotated = (n.target for n in owner.body if isinstance(n, ast.AnnAssign))
    return bool(is_record) and any(definition.node is target for target in annotated)


def _as_method(atom: Atom, flow: Flow) -> Atom:
    """A function of a class as the object has it: its first parameter is the object."""
    if not isinstance(atom, Symbol) or not isinstance(atom.node, NAMED_FUNCTIONS):
        return atom
    around = flow.program.scopes[atom.node].parent
    is_method = around is not None and isinstance(around.node, ast.ClassDef)
    return atom._replace(bound=is_method and not is_static(atom.node))


def _of_instance(atom: Origin | Instance, value: Value, flow: Flow) -> Value:
    """The value of an attribute of an instance, given the arguments of its constructor."""
    given = flow.bindings.get(atom.node, {}) if isinstance(atom, Instance) else {}
    told = flow.facts.get(atom.node, {}) if isinstance(atom, Instance) else {}
    parts = [
        given.get(getattr(held, "node", None), frozenset({held}))
        for held in value
        if not (isinstance(held, Origin) and flow.is_spared(held, given, told))
    ]
    return NOTHING.union(*parts)


def _held(
    atom: Origin | Instance, owner: ast.ClassDef, key: Attribute, frame: Frame
) -> set[Definition]:
    """The definitions that the class of an object has for an attribute."""
    flow = frame.flow
    held = {d for d in members(owner, key.name, frame) if not is_setter(d)}
    if not held and flow.modules is not None:
        _defer(atom, owner, key, flow)
    younger = _younger(owner, flow) if isinstance(atom, Origin) else []
    for cls in [*mro(owner, flow), *younger]:
        for method in flow.program.assigning[cls].get(key.name, ()):
            flow.worklist.demand(method)
        held |= bound_in((cls, key), frame)
    return held.union(*(bound_in((heir, key.name), frame) for heir in younger))


def _younger(owner: ast.ClassDef, flow: Flow) -> list[ast.ClassDef]:
    """The classes that an object of a class may be instead, with all their bases."""
    known = flow.program.subclasses  # another one once a class turns up meanwhile
    if owner not in known:
        known[owner] = list(_with_bases(subclasses(owner, flow), flow))
    return known[owner]


def _matters(atom: Atom) -> bool:
    """Whether the flow knows more of a value than that it is received, or None."""
    return not isinstance(atom, Origin) or is_generated(atom) or is_parameter(atom.node)


def _is_set(owner: ast.ClassDef, name: str, frame: Frame) -> bool:
    """Whether every instance has the attribute, and nothing but the class itself assigns it."""
    flow = frame.flow
    own = any(
        is_set_by_init(cls, name, flow) or bound_in((cls, name), frame) for cls in mro(owner, flow)
    )
    return own and name not in flow.program.externally_assigned


def _without_properties(value: Value, node: ast.AST, frame: Frame) -> Value:
    """The value with what properties return in their place."""
    result: set[object] = set()
    for atom in value:
        if isinstance(atom, Symbol) and atom.node is not None and is_property(atom.node):
            result |= reallocate_at_call(frame.returned(atom.node, node), node)
        else:
            result.add(atom)
    return frozenset(result)  # type: ignore[arg-type]


def entered(value: Value, node: ast.expr, frame: Frame) -> Value:
    """The value that `with` binds for `node`: the result of `__enter__` of a known class."""
    result = NOTHING
    for atom in value:
        owner = frame.owner_class(atom)
        found = [d.node for name in _ENTERING if owner for d in members(owner, name, frame)]
        functions = [function for function in found if isinstance(function, NAMED_FUNCTIONS)]
        for function in functions:
            given = dict(frame.flow.bindings.get(atom.node, {}))  # type: ignore[arg-type]
            given |= {argument: frozenset({atom}) for argument in function.args.args[:1]}
            for returned in reallocate_at_call(frame.returned(function, node), node):
                result |= given.get(getattr(returned, "node", None), frozenset({returned}))
        if not functions:
            result |= {atom}
    return result


def reallocate_at_call(value: Value, node: ast.AST) -> Value:
    """The value that `node` brings from another function: its IDs count as made here."""
    return frozenset(
        atom.brought_by(node) if isinstance(atom, Origin) and is_id(atom) else atom
        for atom in value
    )
