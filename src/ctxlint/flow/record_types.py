"""Objects as records of their fields: dataclasses, named tuples, models."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ctxlint.contract.getter import matches_any
from ctxlint.flow.call import Call
from ctxlint.flow.classes import initialized, members, mro, reallocate_at_call
from ctxlint.flow.containers import copy_items, made_here, put, put_keywords, received, transformed
from ctxlint.flow.flow import Flow
from ctxlint.flow.frame import Frame
from ctxlint.flow.values import (
    ANY,
    OPEN,
    Atom,
    Attribute,
    Container,
    Instance,
    Symbol,
    Value,
    generated,
)
from ctxlint.project.scopes import NAMED_FUNCTIONS, once_for_each
from ctxlint.source import walk

# Methods of a dict that leave it as it is; `update` is looked into.
_READING = frozenset({"copy", "get", "items", "keys", "update", "values"})


def named_tuple(this: Call) -> Value | None:
    """The class that `namedtuple("Ids", ...)` makes."""
    if not this.is_any(this.frame.flow.contract.named_tuples) or len(this.args) != 2:
        return None
    return frozenset({Symbol(_text(this.args[0][0]), this.node)})


def _text(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _listed(node: ast.expr) -> list[str]:
    """The fields that a call of `namedtuple` or `NamedTuple` is given."""
    match node:
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            pairs = [e.elts[0] if isinstance(e, ast.Tuple) and e.elts else e for e in elements]
            return [_text(element) for element in pairs]
    return _text(node).replace(",", " ").split()


def _fields(owner: ast.ClassDef | ast.Call, flow: Flow, *, given: bool = False) -> list[str]:
    """The fields of a class in order, or only those that its constructor takes."""
    if isinstance(owner, ast.Call):
        return _listed(owner.args[1])
    names: dict[str, None] = {}
    for cls in reversed(list(mro(owner, flow))):
        for base in flow.program.bases.get(cls, ()):
            if isinstance(base.node, ast.Call):
                names |= dict.fromkeys(_fields(base.node, flow))
        names |= dict.fromkeys(_annotated(cls, given=given))
    return list(names)


def _annotated(owner: ast.ClassDef, *, given: bool) -> Iterator[str]:
    for node in owner.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            of_class = "ClassVar" in ast.unparse(node.annotation)
            if not of_class and not (given and _is_kept_out(node.value)):
                yield node.target.id


def _is_kept_out(default: ast.expr | None) -> bool:
    """Whether a field says `init=False`."""
    keywords = default.keywords if isinstance(default, ast.Call) else []
    return any(k.arg == "init" and getattr(k.value, "value", True) is False for k in keywords)


def _is_tuple(owner: ast.ClassDef | ast.Call, flow: Flow) -> bool:
    """Whether the fields of the instances have indices too."""
    if isinstance(owner, ast.Call):
        return True
    named = flow.contract.named_tuples
    is_named = any(isinstance(base.node, ast.Call) for base in _all_bases(owner, flow))
    return is_named or _has_base(owner, named, flow)


def is_model(owner: ast.ClassDef, flow: Flow) -> bool:
    """Whether the objects of a class are models, which check and fill in their fields."""
    return _has_base(owner, flow.contract.models, flow)


def _is_typed_dict(owner: ast.ClassDef | ast.Call, flow: Flow) -> bool:
    """Whether the objects of a class are dicts."""
    return isinstance(owner, ast.ClassDef) and _has_base(owner, flow.contract.typed_dicts, flow)


def _has_base(owner: ast.ClassDef, patterns: tuple[str, ...], flow: Flow) -> bool:
    """Whether a class, or a base of it, has a base that some patterns name."""
    return any(matches_any(patterns, base.path) for base in _all_bases(owner, flow))


def _all_bases(owner: ast.ClassDef, flow: Flow) -> list[Symbol]:
    return [base for cls in mro(owner, flow) for base in flow.program.bases.get(cls, ())]


def value_of_own_type(owner: ast.ClassDef, this: Call) -> Value | None:
    """The value that a class such as `class ThreadId(str)` makes of one argument."""
    flow = this.frame.flow
    is_value = _has_base(owner, flow.contract.plain_values, flow)
    if not is_value or not this.simple or len(this.args) != 1:
        return None
    for maker in members(owner, "__new__", this.frame):  # it may check the value
        flow.callees[this.node].add(maker.node)  # type: ignore[arg-type]
        this.read_arguments()
    return transformed(this.node, [this.args[0][1]], this.frame)


def construct(owner: ast.ClassDef | ast.Call, this: Call) -> Value:
    """A new instance of a class without an `__init__` of its own, its fields set."""
    if _is_typed_dict(owner, this.frame.flow):
        container = made_here(Container(this.node), this.frame)
        for node, value in this.args:
            copy_items(container, node, value, this.frame)
        put_keywords(container, this.keywords, this.frame)
        return frozenset({container})
    cls = owner if isinstance(owner, ast.ClassDef) else None
    made = made_here(Instance(this.node, cls), this.frame)
    flow = this.frame.flow
    names = _fields(owner, flow, given=True)
    is_tuple = _is_tuple(owner, flow)
    plain = [pair for pair in this.args if not isinstance(pair[0], ast.Starred)]
    pairs = list(zip(names, plain, strict=False))
    pairs += [(k.arg, (k.value, value)) for k, value in this.keywords if k.arg]
    given = {name for name, _ in pairs}
    for index, name in enumerate(names):
        if name not in given:
            _put_others(made, name, index if is_tuple else None, this)
    changed = initialized(owner, flow) if isinstance(owner, ast.ClassDef) else set()
    for name, (node, value) in pairs:
        put(made, Attribute(name), node, value, this.frame, weak=name in changed)
        if name not in changed:
            flow.must_assigned.add((made, Attribute(name)))
        if is_tuple and name in names:
            put(made, names.index(name), node, value, this.frame)
    for node, value in this.args[len(names) :]:
        this.frame.consume(node, value)
    if isinstance(owner, ast.ClassDef):
        for name in (name for name in names if name not in given):
            _put_own_default(made, owner, name, this)
        for name, value in _made_by_methods(owner, names, given, this):
            put(made, Attribute(name), this.node, value, this.frame, weak=True)
        flow.bindings[this.node] = _given_after(made, owner, this)
    return frozenset({made})


def _put_others(made: Instance, name: str, index: int | None, this: Call) -> None:
    """Set a field that no argument gives by itself; in a tuple it has an index, and a default."""
    for given in _unpacked(name, this, index):
        _put_field(made, name, index, given, this.frame, weak=True)
    if index is not None and made.owner is not None:
        for default in (d for d in members(made.owner, name, this.frame) if d.value):
            held = this.frame.flow.value({default})
            put(made, index, default.value, held, this.frame, weak=True)  # type: ignore[arg-type]


def _put_field(
    made: Instance,
    name: str,
    index: int | None,
    given: tuple[ast.expr, Value],
    frame: Frame,
    *,
    weak: bool = False,
) -> None:
    """Set a field, under its index too if it has one."""
    for key in (Attribute(name), index):
        if key is not None:
            put(made, key, *given, frame, weak=weak)


def _put_own_default(made: Instance, owner: ast.ClassDef, name: str, this: Call) -> None:
    """Set a field to the object that its factory makes: each instance has one of its own."""
    frame, flow = this.frame, this.frame.flow
    for atom in flow.value(members(owner, name, frame)):
        if not isinstance(atom, Container | Instance) or not isinstance(atom.node, ast.Call):
            continue
        if not flow.means(atom.node.func, flow.contract.fields):
            continue
        own = atom._replace(node=this.node, part=atom.node)
        for key, value in flow.items(atom).items():
            frame.define((own, key), this.node, value, weak=key is ANY)
        put(made, Attribute(name), this.node, frozenset({own}), frame)
        flow.must_assigned.add((made, Attribute(name)))


def _made_by_methods(
    owner: ast.ClassDef, names: list[str], given: set[str], this: Call
) -> Iterator[tuple[str, Value]]:
    """The values that methods give fields: defaults of attrs, validators of pydantic."""
    flow = this.frame.flow
    for method in (
        m for cls in mro(owner, flow) for m in cls.body if isinstance(m, NAMED_FUNCTIONS)
    ):
        for decorator in method.decorator_list:
            match decorator:
                case ast.Attribute(value=ast.Name(id=name), attr="default"):
                    fields = [name] if name in names and name not in given else []
                case ast.Call(func=function, args=args):
                    is_validator = flow.means(function, flow.contract.field_validators)
                    asked = [_text(a) for a in args if is_validator and _text(a) in names]
                    checks_defaults = _checks_defaults(owner, flow)
                    fields = [
                        name
                        for name in asked
                        if checks_defaults or name in given or any(_unpacked(name, this))
                    ]
                    if _is_before(decorator, flow):
                        for name in names:
                            data = this.frame.returned(method, this.node)
                            yield name, generated(this.frame.element(data, name, this.node))
                case _:
                    fields = []
            for name in fields:
                returned = reallocate_at_call(this.frame.returned(method, this.node), this.node)
                yield name, generated(returned)


def _checks_defaults(owner: ast.ClassDef, flow: Flow) -> bool:
    """Whether a validator of a field also gets its default, which it does only where asked to."""
    return any(map(_asks_for_defaults, mro(owner, flow)))


@once_for_each  # each object that is made asks
def _asks_for_defaults(cls: ast.ClassDef) -> bool:
    """Whether the body of a class, its decorators of validators included, asks for that."""
    keywords = (node for node in walk(cls) if isinstance(node, ast.keyword))
    return any(keyword.arg in ("always", "validate_default") for keyword in keywords)


def _is_before(decorator: ast.Call, flow: Flow) -> bool:
    """Whether a method makes the mapping that a model is filled from."""
    modes = [getattr(k.value, "value", "") for k in decorator.keywords if k.arg == "mode"]
    return "before" in modes and flow.means(decorator.func, flow.contract.model_validators)


def _unpacked(name: str, this: Call, index: int | None = None) -> Iterator[tuple[ast.expr, Value]]:
    """The values that the unpacked arguments of a call may give to a field, which has an index."""
    starred = [i for i, (node, _) in enumerate(this.args) if isinstance(node, ast.Starred)]
    for place in starred:
        node, value = this.args[place]
        is_first = index is not None and place == starred[0]
        key = index - place if is_first else ANY  # type: ignore[operator]
        yield node, this.frame.element(value, key, node)
    for keyword, value in this.keywords:
        if keyword.arg is None and any(_may_have(atom, name, this.frame.flow) for atom in value):
            yield keyword.value, this.frame.element(value, name, keyword)


def _may_have(mapping: Atom, name: str, flow: Flow) -> bool:
    """Whether a mapping may have a key: one that is made here has no others than are seen."""
    keys = flow.keys.get(mapping, set())
    is_closed = isinstance(mapping, Container) and not isinstance(mapping.node, ast.arg)
    return not is_closed or name in keys or not keys.isdisjoint({ANY, OPEN})


def namespace(this: Call) -> Value:
    """A new object whose attributes are the keywords of the call."""
    made = Instance(this.node, None)
    for keyword, value in this.keywords:
        if keyword.arg is None:
            names = {
                k for a in value for k in this.frame.flow.keys.get(a, ()) if isinstance(k, str)
            }
            for name in sorted(names):
                part = this.frame.element(value, name, keyword)
                put(made, Attribute(name), keyword.value, part, this.frame)
        else:
            put(made, Attribute(keyword.arg), keyword.value, value, this.frame)
    return frozenset({made})


def _given_after(made: Instance, owner: ast.ClassDef, this: Call) -> dict[object, Value]:
    """The arguments of `__post_init__`: the fields that are not attributes."""
    only_given = [
        node.target.id
        for cls in reversed(list(mro(owner, this.frame.flow)))
        for node in cls.body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
        if "InitVar" in ast.unparse(node.annotation)
    ]
    return {
        parameter: this.frame.element(frozenset({made}), Attribute(name), this.node)
        for found in members(owner, "__post_init__", this.frame)
        if isinstance(found.node, ast.FunctionDef)
        for parameter, name in zip(found.node.args.args[1:], only_given, strict=False)
    }


def replaced(base: Value, this: Call) -> Value | None:
    """Copies of the objects in `base`, with the fields changed that the call names."""
    made: set[Atom] = set()
    this.frame.flow.loader.defer_with(base, this.node)
    for atom in base:
        owner = this.frame.owner_class(atom)
        made.add(new := Instance(this.node, owner))
        fields = _fields(owner, this.frame.flow) if owner else []
        given = {k.arg: (k.value, value) for k, value in this.keywords if k.arg}
        for name in {**dict.fromkeys(_attributes(atom, this.frame)), **given}:
            old = this.node, this.frame.element(frozenset({atom}), Attribute(name), this.node)
            index = fields.index(name) if name in fields else None
            _put_field(new, name, index, given.get(name, old), this.frame)
            for filled in () if name in given else _unpacked(name, this):
                _put_field(new, name, index, filled, this.frame, weak=True)
    return frozenset(made) if any(map(this.frame.flow.keys.get, made)) else None


def copied(this: Call) -> Value | None:
    """`copy.deepcopy(x)`: a container or object with the same in it."""
    if not this.simple or len(this.args) != 1:
        return None
    ((node, value),) = this.args
    objects = frozenset(atom for atom in value if isinstance(atom, Instance))
    if not value or not all(isinstance(atom, Container | Instance) for atom in value):
        return None
    made = (objects and replaced(objects, this)) or objects
    if value - objects:
        container = made_here(Container(this.node), this.frame)
        copy_items(container, node, value - objects, this.frame)
        made |= {container}
    return made


def mapping_of(base: Value, node: ast.expr, frame: Frame) -> Value | None:
    """The dict of the attributes of an object; None where it is not looked into."""
    container = Container(node)
    frame.flow.loader.defer_with(base, node)
    for atom in base:
        names = _attributes(atom, frame)
        for name in names:
            part = frame.element(frozenset({atom}), Attribute(name), node)
            put(container, name, node, part, frame)
        if not names:
            put(container, ANY, node, received(node), frame)
    known = frame.flow.keys.get(container, set())
    return frozenset({container}) if known - {ANY} else None


def own_mapping(base: Value, node: ast.expr, frame: Frame) -> Value | None:
    """The dict in which an object has its attributes: whoever gets hold of it may set them."""
    is_new = isinstance(node, ast.Call) and isinstance(node.args[0], ast.Call)
    if not is_new and not _is_only_read(node, frame):
        frame.open(base, node)
    return mapping_of(base, node, frame)


def _is_only_read(node: ast.expr, frame: Frame) -> bool:
    """Whether an expression is used only to read its items."""
    parents = frame.flow.file_of_scope(frame.scope).parents
    match parents[node]:
        case ast.keyword(arg=None) | ast.Dict() | ast.Subscript(ctx=ast.Load()):
            return True
        case ast.Attribute(attr=name):
            return name in _READING
    return False


def sequence_of(base: Value, node: ast.expr, frame: Frame) -> Value | None:
    """The tuple of the fields of a dataclass; None where it is not looked into."""
    container = Container(node)
    frame.flow.loader.defer_with(base, node)
    for atom in base:
        owner = frame.owner_class(atom)
        for index, name in enumerate(_fields(owner, frame.flow) if owner else ()):
            part = frame.element(frozenset({atom}), Attribute(name), node)
            put(container, index, node, part, frame)
    return frozenset({container}) if frame.flow.keys.get(container) else None


def _attributes(atom: Atom, frame: Frame) -> list[str]:
    """The names of the attributes of an object that are known."""
    keys = frame.flow.keys.get(atom, set()) - {ANY, OPEN}
    names = {key.name for key in keys if isinstance(key, Attribute)}
    owner = frame.owner_class(atom)
    if owner is not None:
        names |= {*_fields(owner, frame.flow), *initialized(owner, frame.flow)}
    return sorted(names) if owner is not None or isinstance(atom, Instance) else []


def object_of_mapping(node: ast.expr | None, frame: Frame) -> ast.expr | None:
    """The expression whose attributes `x.__dict__` or `vars(x)` has; None for others."""
    match node:
        case ast.Attribute(value=base, attr="__dict__"):
            return base
        case ast.Call(func=ast.Name(id="vars") as function, args=[base], keywords=[]):
            return base if Symbol("vars") in frame.flow.value_of(function) else None
    return None
