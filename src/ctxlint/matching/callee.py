"""The callee of a call: the dotted paths under which it is known, and the object it belongs to."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from ctxlint.matching.annotations import last_word
from ctxlint.matching.inference import Inference
from ctxlint.matching.modules import imported_path, module_at, module_names
from ctxlint.matching.nodes import is_decorated
from ctxlint.matching.things import (
    NOTHING,
    Class,
    Factory,
    Function,
    Object,
    Outside,
    Things,
    is_unknown,
)
from ctxlint.project.scopes import Scope, names_of
from ctxlint.source import SourceFile

_MOST_HOPS = 12  # re-exports followed
CALL = "__call__"
INIT = "__init__"


@dataclass(frozen=True, slots=True)
class Callee:
    """The things that an expression which is called may stand for.

    `paths` are the dotted ones under which it is known; `methods` the names of methods that it may
    be, of unknown objects, each with these. `is_unbound`: whether it is a method
    that gets its object as an argument.
    """

    paths: frozenset[str]
    things: Things
    methods: dict[str, Things] = field(default_factory=dict)
    is_unbound: bool = False


def callee_of(
    node: ast.expr,
    scope: Scope,
    source: SourceFile,
    inference: Inference,
    bindings: Sequence[ast.AST] = (),
) -> Callee:
    """The things that an expression stands for where it is called.

    `bindings` are what may have bound the name whose attribute it is, if that is known.
    """
    paths = set(trail(node, scope, source))
    if not isinstance(node, ast.Attribute):
        things = inference.of(node, scope, source)
        return _callee(paths, things, {CALL: things}, inference)
    receiver = inference.of(node.value, scope, source)
    if isinstance(node.value, ast.Name):
        receiver = inference.bound_by(node.value, bindings, scope, source) or receiver
    things = NOTHING.union(*(inference.member(one, node.attr) for one in receiver))
    on_class = bool(receiver) and all(isinstance(one, Class) for one in receiver)
    is_unbound = on_class and all(map(_takes_object, things))
    found = _callee(paths, things, {CALL: things, node.attr: receiver}, inference)
    return replace(found, is_unbound=is_unbound)


def method_of(owners: list[Class], name: str, inference: Inference) -> Callee:
    """A method of objects whose classes are known."""
    found = (inference.in_class(one, name) or inference.inherited(one, name) for one in owners)
    things = frozenset[object]().union(*found)
    paths = {path for thing in things for path in paths_of(thing, inference)}
    return Callee(frozenset(paths), things)  # type: ignore[arg-type]


def _callee(
    paths: set[str], things: Things, receivers: dict[str, Things], inference: Inference
) -> Callee:
    for thing in things:
        paths |= set(paths_of(thing, inference))
    methods = {
        name: receiver
        for name, receiver in receivers.items()
        if not receiver or any(map(is_unknown, receiver))
    }
    return Callee(frozenset(paths), things, methods)


def _takes_object(thing: object) -> bool:
    """Whether a function, looked up on a class, gets the object as its first argument."""
    return (
        isinstance(thing, Function)
        and thing.owner is not None
        and not is_decorated(thing.node, "staticmethod", "classmethod")
    )


def paths_of(thing: object, inference: Inference) -> Iterator[str]:
    """The dotted paths of what is called: of the function, and as a method of each base."""
    match thing:
        case Function(source=source, node=node, owner=None):
            yield from _qualified(source, node)
        case Function(source=source, node=node, owner=Class() as owner):
            yield from _qualified(source, node)
            if node.name == INIT:  # that of a subclass may take something else
                yield from (path.removesuffix(f".{INIT}") for path in _qualified(source, node))
                return
            for base in inference.mro(owner):
                yield from (f"{path}.{node.name}" for path in class_paths(base))
        case Class():
            yield from _constructors(thing, inference)
        case Object(owner=owner):
            for base in inference.mro(owner):
                yield from (f"{path}.{CALL}" for path in class_paths(base))
        case Outside(path=path):
            yield path
        case Factory(of=inner):
            for one in inner:
                yield from paths_of(one, inference) if isinstance(one, Factory) else ()


def _constructors(owner: Class, inference: Inference) -> Iterator[str]:
    """The paths of what a call of a class runs: up to the base that has the `__init__`."""
    for base in inference.mro(owner):
        for path in class_paths(base):
            yield path
            yield f"{path}.{INIT}"
        if INIT in names_of(base.source).scopes[base.node].bindings:
            return
    for other in inference.all_bases(owner):
        if isinstance(other, Outside):
            yield other.path


def class_paths(owner: Class) -> list[str]:
    """The dotted paths of a class where it is defined."""
    return list(_qualified(owner.source, owner.node))


def _qualified(source: SourceFile, node: ast.AST) -> Iterator[str]:
    name = names_of(source).scopes[node].qualified_name
    known = module_names(source)
    yield from (f"{module}.{name}" for module in known)
    if not known:
        yield name


def trail(
    node: ast.expr, scope: Scope, source: SourceFile, hops: int = _MOST_HOPS
) -> Iterator[str]:
    """The dotted paths by which imports lead from a name, or its attribute, to a definition."""
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.insert(0, node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return
    owner = names_of(source).scopes[scope.node].owner(node.id)
    if owner is None:
        yield ".".join([node.id, *names])
        yield from _star_trail([node.id, *names], source, hops)
    elif owner.parent is None:
        yield from _module_trail([node.id, *names], source, hops)
    else:
        yield from _binding_trail(owner, [node.id, *names], source, hops)


def _module_trail(names: list[str], source: SourceFile, hops: int) -> Iterator[str]:
    """The paths of a name of a module, there and where the module has it from."""
    yield from (".".join([module, *names]) for module in module_names(source))
    module = names_of(source).module
    if names[0] in module.bindings:
        yield from _binding_trail(module, names, source, hops)
    else:
        yield from _star_trail(names, source, hops)


def _binding_trail(owner: Scope, names: list[str], source: SourceFile, hops: int) -> Iterator[str]:
    for binding in owner.bindings[names[0]]:
        if isinstance(binding, ast.alias):
            path = ".".join([imported_path(binding, source), *names[1:]])
            yield from path_trail(path, source, hops - 1)
        elif hops and isinstance(binding, ast.Name):
            value = getattr(source.parents[binding], "value", None)
            if isinstance(value, ast.Name) and value.id != names[0]:  # another name for it
                yield from _binding_trail_of(value, owner, names[1:], source, hops - 1)


def _binding_trail_of(
    value: ast.Name, scope: Scope, names: list[str], source: SourceFile, hops: int
) -> Iterator[str]:
    owner = scope.owner(value.id)
    if owner is not None and value.id in owner.bindings:
        if owner.parent is None:
            yield from (".".join([m, value.id, *names]) for m in module_names(source))
        yield from _binding_trail(owner, [value.id, *names], source, hops)


def _star_trail(names: list[str], source: SourceFile, hops: int) -> Iterator[str]:
    for star in names_of(source).module.bindings.get("*", ()):
        if isinstance(star, ast.alias):
            path = imported_path(star, source).removesuffix("*").rstrip(".")
            yield from path_trail(".".join([path, *names]), source, hops - 1)


def path_trail(path: str, source: SourceFile, hops: int = _MOST_HOPS) -> Iterator[str]:
    """A dotted path, and those that it leads to through re-exports."""
    yield path
    parts = path.split(".")
    for end in range(len(parts) - 1, 0, -1) if hops > 0 else ():
        module = module_at(".".join(parts[:end]), source)
        if module is not None:
            yield from _module_trail(parts[end:], module, hops)
            return


def renamed_words(path: str, source: SourceFile) -> set[str]:
    """The names of what a module, the file itself or another, has under a dotted path.

    They are followed only where it has `as name`, or `name =`: most do not. What a star brings
    to the file itself has a path of its own.
    """
    (module, _, name), modules = path.rpartition("."), source.modules
    location = modules.find(module, source.location) if modules and module else None
    if modules is None or location is None:
        return set()
    if not modules.renames(name, location, by_star=location != source.location):
        return set()
    found = {last for one in path_trail(path, source) if (last := one.rpartition(".")[2])}
    return found | _last_words(module_at(module, source), name)


def words_of(
    node: ast.expr,
    scope: Scope,
    source: SourceFile,
    renamed: Callable[[str, SourceFile], set[str]] = renamed_words,
) -> set[str]:
    """The words that a function may go by: its own, and those of what its name was bound to.

    `renamed` may be `renamed_words` with a memory.
    """
    paths = trail(node, scope, source, hops=0) if source.modules else ()
    return _bound_words(node, scope, source).union(*(renamed(path, source) for path in paths))


def _last_words(module: SourceFile | None, name: str) -> set[str]:
    """The last words of what a module assigns to a name."""
    if module is None:
        return set()
    return _bound_words(ast.Name(name), names_of(module).module, module)


def _bound_words(node: ast.expr, scope: Scope, source: SourceFile) -> set[str]:
    """The word of a function, and those of what its name was bound to in its file."""
    found = {last_word(node)}
    if isinstance(node, ast.Name):
        owner = names_of(source).scopes[scope.node].owner(node.id)
        for binding in owner.bindings[node.id] if owner else ():
            if isinstance(binding, ast.alias):
                found.add(binding.name.rpartition(".")[2])
            elif isinstance(binding, ast.Name):
                value = getattr(source.parents[binding], "value", None)
                found.add(last_word(value) if value is not None else "")
    return found - {""}
