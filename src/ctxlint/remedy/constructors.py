"""Classes that can be instantiated without effect: only code that sets the fields runs."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator

from ctxlint.flow import Definition, Facts, is_generated
from ctxlint.flow.classes import mro
from ctxlint.flow.values import Instance, Symbol
from ctxlint.source import walk

# Methods that run whenever an instance is made. An `__init__` is looked into where it is called.
FILLING_HOOKS = frozenset({"__attrs_post_init__", "__post_init__"})
_HOOKS = FILLING_HOOKS | {"__new__", "__setattr__", "model_post_init"}
_FIELD_OPTIONS = frozenset(
    {"compare", "default", "default_factory", "hash", "init", "kw_only", "metadata", "repr"}
)
_CONTAINERS = ("dict", "frozenset", "list", "set", "tuple")


def is_plain_class(owner: ast.ClassDef, flow: Facts) -> bool:
    """Whether a class and all its bases are known, and define nothing that runs at instantiation.

    Default factories run then: each must be a source or a container. A model of pydantic, which
    validates what it is given, is not plain.
    """
    return all(_defines_nothing(cls, flow) for cls in mro(owner, flow))


def takes_anything(
    owner: ast.ClassDef, flow: Facts, *, given: bool, but: Collection[str] = ()
) -> bool:
    """Whether the fields of a class may be None: it and its bases run nothing `but` these on them.

    `given`: whether its instances are given None, and not only have it by default: a model, or what
    another decorator than that of a dataclass makes, checks what it is given.
    """
    return all(
        not any(_is_hook(node) and getattr(node, "name", "") not in but for node in cls.body)
        and all(
            _is_plain_base(base, flow) or (not given and flow.means(base, flow.contract.models))
            for base in cls.bases
        )
        and all(
            flow.means(_called(d), flow.contract.records) or (not given and _has_plain_fields(cls))
            for d in cls.decorator_list
        )
        for cls in mro(owner, flow)
    )


def runs_constructor_alone(owner: ast.ClassDef, flow: Facts) -> bool:
    """Whether a class and its bases have no method but `__init__`."""
    return takes_anything(owner, flow, given=True) and all(
        getattr(node, "name", "__init__") == "__init__"
        for cls in mro(owner, flow)
        for node in cls.body
    )


def class_that_checks(definition: Definition, flow: Facts, *, within: bool) -> ast.ClassDef | None:
    """The class that may check, or change, what its field gets where that becomes None, if any.

    `within`: whether None is a part of that.
    """
    holder, key = definition.cell
    owner = holder.owner if isinstance(holder, Instance) else definition.scope
    field = getattr(key, "name", str(key)) if isinstance(holder, Instance) else ""
    if not isinstance(owner, ast.ClassDef) or _takes_none(owner, field, flow, within=within):
        return None
    return owner


def _takes_none(owner: ast.ClassDef, field: str, flow: Facts, *, within: bool) -> bool:
    """Whether an object of a class may be given None for a field, or None by default if that is "".

    `within`: whether None is within what the field is given, whose parts no type may tell then.
    """
    if takes_anything(owner, flow, given=bool(field)):
        return True
    return bool(field) and _is_model_that_takes_none(owner, field, flow, within=within)


def _is_model_that_takes_none(
    owner: ast.ClassDef, field: str, flow: Facts, *, within: bool
) -> bool:
    """Whether a model has a field whose type is said to allow None, and nothing else checks it."""
    found = [node for cls in mro(owner, flow) for node in cls.body if _annotates(node, field)]
    return (
        all(
            not any(map(_is_hook, cls.body))
            and not cls.decorator_list
            and all(
                _is_plain_base(base, flow) or flow.means(base, flow.contract.models)
                for base in cls.bases
            )
            for cls in mro(owner, flow)
        )
        and bool(found)
        and (_tells_no_parts if within else _allows_none)(found[0].annotation)  # type: ignore[attr-defined]
    )


def _annotates(node: ast.stmt, field: str) -> bool:
    return isinstance(node, ast.AnnAssign) and getattr(node.target, "id", "") == field


def _allows_none(annotation: ast.expr) -> bool:
    """Whether a type is `X | None` or `Optional[X]`."""
    match annotation:
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return any(isinstance(p, ast.Constant) and p.value is None for p in (left, right))
        case ast.Subscript(value=ast.Name(id="Optional") | ast.Attribute(attr="Optional")):
            return True
    return False


def _tells_no_parts(annotation: ast.expr) -> bool:
    """Whether a type says nothing of what is in a value of it."""
    return not any(
        isinstance(node, ast.Subscript)
        or (isinstance(node, ast.Constant) and node.value is not None)
        for node in walk(annotation)
    )


def _has_plain_fields(cls: ast.ClassDef) -> bool:
    """Whether no field of a class says how it is converted or validated."""
    options = {
        k.arg for value in _values(cls) if isinstance(value, ast.Call) for k in value.keywords
    }
    return options <= _FIELD_OPTIONS | {"factory"}


def _is_hook(node: ast.stmt) -> bool:
    """Whether a method runs when an object is made, or checks a field of it."""
    decorators = [_called(decorator) for decorator in getattr(node, "decorator_list", [])]
    words = [getattr(d, "attr", getattr(d, "id", "")) for d in decorators]
    return getattr(node, "name", "") in _HOOKS or any("valid" in word for word in words)


def factories_of(owner: ast.ClassDef, flow: Facts) -> set[ast.AST]:
    """The functions that make the defaults of the fields of a class, or of its bases."""
    return {
        function
        for cls in mro(owner, flow)
        for value in _values(cls)
        for function in flow.callees.get(value, ())
    }


def _defines_nothing(cls: ast.ClassDef, flow: Facts) -> bool:
    names = {getattr(node, "name", "") for node in cls.body}
    return (
        not cls.keywords  # a metaclass
        and names.isdisjoint(_HOOKS)
        and all(_is_plain_base(base, flow) for base in cls.bases)
        and all(flow.means(_called(d), flow.contract.records) for d in cls.decorator_list)
        and all(_is_plain_default(value, flow) for value in _values(cls))
    )


def _is_plain_base(base: ast.expr, flow: Facts) -> bool:
    base = base.value if isinstance(base, ast.Subscript) else base  # Generic[T]
    is_seen = any(
        isinstance(atom, Symbol) and isinstance(atom.node, ast.ClassDef | ast.Call)
        for atom in flow.value_of(base)
    )
    return is_seen or flow.means(base, flow.contract.plain_bases)


def _called(decorator: ast.expr) -> ast.expr:
    return decorator.func if isinstance(decorator, ast.Call) else decorator


def _values(cls: ast.ClassDef) -> Iterator[ast.expr]:
    """The values that the body of a class assigns."""
    for node in cls.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            yield node.value


def _is_plain_default(value: ast.expr, flow: Facts) -> bool:
    """Whether a value in the body of a class runs no code later, as a descriptor would."""
    if not isinstance(value, ast.Call) or not flow.means(value.func, flow.contract.fields):
        return not isinstance(value, ast.Call) or any(map(is_generated, flow.value_of(value)))
    factories = [k.value for k in value.keywords if k.arg == "default_factory"]
    return {k.arg for k in value.keywords} <= _FIELD_OPTIONS and all(
        flow.callees.get(value)
        or flow.means(factory, flow.contract.sources)
        or flow.means(factory, _CONTAINERS)
        for factory in factories
    )
