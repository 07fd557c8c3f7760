"""Look-ups that find what they look for, on objects that do nothing else meanwhile."""

from __future__ import annotations

import ast

from ctxlint.flow import Facts
from ctxlint.flow.classes import class_of_object, initialized, mro
from ctxlint.flow.values import (
    Atom,
    Attribute,
    Container,
    Instance,
    Origin,
    Symbol,
    is_surely_generated,
)

# Special methods that run only where an object is made, shown or hashed.
_QUIET = frozenset(
    {
        "__attrs_post_init__",
        "__class_getitem__",
        "__hash__",
        "__init__",
        "__init_subclass__",
        "__new__",
        "__post_init__",
        "__repr__",
    }
)


def is_inert(atom: Atom, flow: Facts) -> bool:
    """Whether operators, tests and look-ups of an object run no code of its class."""
    owner = atom.owner if isinstance(atom, Instance) else None
    return owner is None or _is_quiet(owner, flow)


def _is_quiet(owner: ast.ClassDef, flow: Facts) -> bool:
    """Whether neither a class nor a known base of it defines operators or look-ups."""
    return not any(_runs_code(cls) for cls in mro(owner, flow))


def _runs_code(cls: ast.ClassDef) -> bool:
    names = {getattr(node, "name", "") for node in cls.body}
    return any(name.startswith("__") and name.endswith("__") for name in names - _QUIET)


def is_sure_look_up(node: ast.Attribute | ast.Subscript, flow: Facts) -> bool:
    """Whether an attribute or item is there for certain, and reading it runs no code."""
    base = flow.value_of(node.value)
    if is_surely_generated(base) or is_surely_generated(flow.value_of(node)):
        return True
    if base and all(_is_module(atom, flow) for atom in base):
        return True
    if isinstance(node, ast.Subscript):
        return _is_set_item(node, base, flow)
    return bool(base) and all(_has(atom, node.attr, flow) for atom in base)


def _is_set_item(node: ast.Subscript, base: set[Atom] | frozenset[Atom], flow: Facts) -> bool:
    """Whether all that an item may be was put there by code that is seen."""
    definitions = flow.uses.get(node, ())
    is_shown = isinstance(node.slice, ast.Constant | ast.UnaryOp)
    is_made = all(isinstance(atom, Container) for atom in base)
    return is_shown and is_made and bool(definitions) and all(d.node for d in definitions)


def _has(atom: Atom, name: str, flow: Facts) -> bool:
    """Whether an object, class or module has an attribute that is only a value."""
    if isinstance(atom, Instance) and Attribute(name) in flow.keys.get(atom, ()):
        return True
    owner = _class_of(atom, flow)
    if owner is None:
        return False
    known = initialized(owner, flow).union(*(_bound(cls) for cls in mro(owner, flow)))
    return name in known and _is_quiet(owner, flow)


def _is_module(atom: Atom, flow: Facts) -> bool:
    """Whether a name is that of a module, a class or a constant which is imported."""
    if not isinstance(atom, Symbol) or atom.node is not None:
        return False
    names = (alias.name for node in flow.main.nodes(ast.Import) for alias in node.names)
    is_module = any(f"{name}.".startswith(f"{atom.path}.") for name in names)
    return is_module or atom.word[:1].isupper()


def _class_of(atom: Atom, flow: Facts) -> ast.ClassDef | None:
    """The class of an instance that is made, or of the object whose method has a parameter."""
    if isinstance(atom, Instance):
        return atom.owner
    if isinstance(atom, Symbol):
        return atom.node if isinstance(atom.node, ast.ClassDef) else None
    return class_of_object(atom.node, flow) if isinstance(atom, Origin) else None


def _bound(cls: ast.ClassDef) -> set[str]:
    """The names that the body of a class binds to plain values, and the fields of a record."""
    found = set[str]()
    is_record = bool(cls.decorator_list or cls.bases)
    for node in cls.body:
        match node:
            case ast.AnnAssign(target=ast.Name(id=name)) if is_record:
                found.add(name)
            case ast.AnnAssign(target=ast.Name(id=name), value=value) if value is not None:
                found |= set() if isinstance(value, ast.Call) else {name}
            case ast.Assign(targets=targets, value=value) if not isinstance(value, ast.Call):
                found |= {target.id for target in targets if isinstance(target, ast.Name)}
    return found
