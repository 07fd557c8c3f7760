"""Things that expressions may stand for, whatever path the program takes: looked up on demand.

Names lead to what binds them, imports to the modules of the project, attributes to what classes
and their methods say of them, calls to what functions say that they return.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator

from ctxlint.matching.annotations import last_word
from ctxlint.matching.call_results import call, called
from ctxlint.matching.declared_types import annotated
from ctxlint.matching.modules import imported_path, is_of_project, module_at, scope_at
from ctxlint.matching.nodes import assigned_attributes, is_decorated
from ctxlint.matching.things import (
    NONE,
    NOTHING,
    UNKNOWN,
    Class,
    Factory,
    Function,
    Items,
    Module,
    Object,
    Outside,
    OutsideObject,
    Parameter,
    Thing,
    Things,
    Unknown,
    is_none,
    items_of,
)
from ctxlint.project.scopes import NAMED_FUNCTIONS, Scope, names_of, parameters, positionals
from ctxlint.source import SourceFile, reachable

_MOST_STEPS = 3_000  # of one question, before its answer is that nothing is known
_MOST_HOPS = 12  # re-exports followed
_DEEPEST = 100  # expressions in expressions that are followed
_ELEMENTS = frozenset({"get", "pop", "popitem", "popleft", "setdefault", "values"})
_DISPLAYS = (ast.List, ast.Tuple, ast.Set, ast.ListComp, ast.SetComp, ast.GeneratorExp)
_PLAIN = (ast.Compare, ast.Constant, ast.JoinedStr, ast.Lambda)
_PROPERTIES = ("property", "cached_property")


class Inference:
    """Answers what expressions stand for, each question once."""

    def __init__(self) -> None:
        self._known: dict[object, Things] = {}
        self._active: dict[object, int] = {}
        self._lowest = _DEEPEST  # the outermost question that an inner one came back to
        self._steps = 0

    # --- questions --------------------------------------------------------------------------------

    def of(self, node: ast.expr, scope: Scope, source: SourceFile) -> Things:
        """The things that an expression in a scope of a file may stand for."""
        read = _READERS.get(type(node))
        if read is None:
            return UNKNOWN
        return self.once(node, lambda: read(self, node, scope, source))

    def once(self, key: object, answer: Callable[[], Things]) -> Things:
        """The answer to a question; nothing where it is being answered, as in `x = x.next`."""
        if key in self._known:
            return self._known[key]
        depth = len(self._active)
        if key in self._active:
            self._lowest = min(self._lowest, self._active[key])
            return NOTHING
        if depth == 0:
            self._steps = 0
        self._steps += 1
        if self._steps > _MOST_STEPS or depth >= _DEEPEST:
            return UNKNOWN
        self._active[key] = depth
        try:
            found = answer()
        finally:
            del self._active[key]
        if self._lowest >= depth:  # it does not hang on a question that is not answered yet
            self._known[key] = found
            self._lowest = _DEEPEST
        return found

    # --- names ------------------------------------------------------------------------------------

    def name(self, node: ast.Name, scope: Scope, source: SourceFile) -> Things:
        """The things that a name stands for where it is read."""
        owner = names_of(source).scopes[scope.node].owner(node.id)
        if owner is not None:
            return self.binding(node.id, owner, source)
        found = self._from_stars(node.id, source, _MOST_HOPS)
        return found or frozenset({Outside(node.id)})

    def bound_by(
        self, node: ast.Name, bindings: Iterable[ast.AST], scope: Scope, source: SourceFile
    ) -> Things:
        """The things that bindings give a name; nothing for bindings of other names."""
        owner = names_of(source).scopes[scope.node].owner(node.id)
        known = owner.bindings.get(node.id, ()) if owner else ()
        if owner is None or not all(any(b is one for one in known) for b in bindings):
            return NOTHING
        return NOTHING.union(*(self._bound(binding, owner, source) for binding in bindings))

    def binding(self, name: str, owner: Scope, source: SourceFile) -> Things:
        """The things that a name is bound to in a scope of a file."""
        bound = owner.bindings.get(name, ())
        return NOTHING.union(*(self._bound(node, owner, source) for node in bound))

    def _bound(self, node: ast.AST, scope: Scope, source: SourceFile) -> Things:
        match node:
            case ast.ClassDef():
                return frozenset({Class(source, node)})
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                return frozenset({Function(source, node)})
            case ast.alias():
                return self.once(node, lambda: self.at_path(imported_path(node, source), source))
            case ast.arg():
                return self.once(node, lambda: self._parameter(node, scope, source))
            case ast.Name():
                return self.once((node, "bound"), lambda: self._assigned(node, source))
        return UNKNOWN

    def at_path(self, path: str, source: SourceFile, hops: int = _MOST_HOPS) -> Things:
        """The things that an absolute dotted path stands for, seen from a file."""
        if hops == 0 or not is_of_project(path, source):
            return frozenset({Outside(path)})
        parts = path.split(".")
        for end in range(len(parts), 0, -1):
            module = module_at(".".join(parts[:end]), source)
            if module is not None:
                hidden = self._in_its_place(parts, source) if end == len(parts) else NOTHING
                found: Things = hidden or frozenset({Module(module)})
                for name in parts[end:]:
                    found = NOTHING.union(*(self.member(one, name, hops) for one in found))
                return found
        return frozenset({Outside(path)})

    def _in_its_place(self, parts: list[str], source: SourceFile) -> Things:
        """The things that a package binds to the name of one of its modules, with no import."""
        package = module_at(".".join(parts[:-1]), source)
        scope = names_of(package).module if package else None
        bound = scope.bindings.get(parts[-1], ()) if scope else ()
        if package is None or scope is None or any(isinstance(node, ast.alias) for node in bound):
            return NOTHING
        return self.binding(parts[-1], scope, package)

    def _in_module(self, source: SourceFile, name: str, hops: int) -> Things:
        """The things a module has under a name: bound there, from a star, or a submodule."""
        scope = names_of(source).module
        if name in scope.bindings:
            return self.binding(name, scope, source)
        found = self._from_stars(name, source, hops)
        if found:
            return found
        known = source.modules.module_names(source.location) if source.modules else ()
        inner = (module_at(f"{path}.{name}", source) for path in known)
        submodule = next(filter(None, inner), None)
        if submodule is not None:
            return frozenset({Module(submodule)})
        return frozenset(Outside(f"{path}.{name}") for path in known) or UNKNOWN

    def _from_stars(self, name: str, source: SourceFile, hops: int) -> Things:
        """The things that `from module import *` binds a name to; nothing where none has it."""
        if hops == 0:
            return NOTHING
        found = NOTHING
        for star in names_of(source).module.bindings.get("*", ()):
            path = imported_path(star, source).removesuffix("*").rstrip(".")  # type: ignore[arg-type]
            module = module_at(path, source)
            if module is None:
                found |= {Outside(f"{path}.{name}")} if not is_of_project(path, source) else set()
            elif name in names_of(module).module.bindings:
                found |= self.binding(name, names_of(module).module, module)
            else:
                found |= self._from_stars(name, module, hops - 1)
        return found

    # --- what binds a name ------------------------------------------------------------------------

    def _parameter(self, node: ast.arg, scope: Scope, source: SourceFile) -> Things:
        function = scope.node
        around = scope.parent
        if (
            isinstance(function, NAMED_FUNCTIONS)
            and around is not None
            and isinstance(around.node, ast.ClassDef)
            and positionals(function.args)[:1] == [node]
            and not is_decorated(function, "staticmethod")
        ):
            owner = Class(source, around.node)
            is_class = is_decorated(function, "classmethod") or function.name == "__new__"
            return frozenset({owner if is_class else Object(owner)})
        default = parameters(function.args).get(node)  # type: ignore[union-attr]
        outer = around or scope
        found = self.of(default, outer, source) if default is not None else NOTHING
        found = frozenset(one for one in found if not is_none(one))
        if node.annotation is not None:
            return annotated(self, node.annotation, outer, source) | _injected(found)
        return found | {Parameter(source, node)}

    def _assigned(self, node: ast.Name, source: SourceFile) -> Things:
        """The things that an assignment, loop or `with` binds a name to."""
        return self.target(node, source)

    def target(self, node: ast.expr, source: SourceFile) -> Things:
        """The things that the target of an assignment, loop or `with` gets."""
        parent = source.parents[node]
        scope = scope_at(parent, source)
        match parent:
            case ast.Assign(value=value) | ast.NamedExpr(value=value):
                return self._value(value, scope, source)
            case ast.AnnAssign(annotation=annotation, value=value):
                if last_word(annotation) == "TypeAlias":
                    return self._value(value, scope, source) if value else UNKNOWN
                found = annotated(self, annotation, scope, source)
                return found if value is None else found | _injected(self.of(value, scope, source))
            case ast.For() | ast.AsyncFor() | ast.comprehension() if node is parent.target:
                return items_of(self.of(parent.iter, scope, source))
            case ast.withitem(context_expr=manager):
                return self.entered(self.of(manager, scope, source))
            case ast.Tuple(elts=elements) | ast.List(elts=elements):
                return self._unpacked(parent, elements.index(node), source)
        return UNKNOWN

    def _value(self, value: ast.expr, scope: Scope, source: SourceFile) -> Things:
        found = self.of(value, scope, source)
        return frozenset(one for one in found if not is_none(one))

    def _unpacked(self, target: ast.Tuple | ast.List, index: int, source: SourceFile) -> Things:
        """The element of what a tuple of targets gets."""
        parent = source.parents[target]
        if isinstance(parent, ast.Assign) and isinstance(parent.value, ast.Tuple | ast.List):
            if index < len(parent.value.elts):
                return self.of(parent.value.elts[index], scope_at(parent, source), source)
            return UNKNOWN
        return items_of(self.target(target, source))

    def entered(self, managers: Things) -> Things:
        """The things that `with` gives: the results of `__enter__`, or the objects themselves."""
        found: set[Thing] = set()
        for one in managers:
            methods = NOTHING
            if isinstance(one, Object):
                entering = ("__enter__", "__aenter__")
                methods = NOTHING.union(*(self.in_class(one.owner, name) for name in entering))
            if isinstance(one, Items):  # what a generator yields, made a manager by a decorator
                found |= one.of
            else:
                found |= called(self, methods) if methods else {one}
        return frozenset(found)

    # --- attributes -------------------------------------------------------------------------------

    def attribute(self, node: ast.Attribute, scope: Scope, source: SourceFile) -> Things:
        """The things that `base.name` stands for."""
        bases = self.of(node.value, scope, source)
        return NOTHING.union(*(self.member(base, node.attr) for base in bases))

    def member(self, base: Thing, name: str, hops: int = _MOST_HOPS) -> Things:
        """The members of a thing under a name."""
        match base:
            case Module(source=source):
                return self._in_module(source, name, hops)
            case Class():
                return self.in_class(base, name) or UNKNOWN
            case Object(owner=owner):
                return frozenset({owner}) if name == "__class__" else self._of_object(owner, name)
            case Outside(path=path) | OutsideObject(path=path):
                return frozenset({Outside(f"{path}.{name}")})
            case Items(of=inner) if name in _ELEMENTS:
                return frozenset({Factory(frozenset({base}) if name == "values" else inner)})
            case Factory(of=inner) if name in ("__call__", "get", "provide"):
                return frozenset({base})
        return frozenset({base}) if isinstance(base, Unknown) else UNKNOWN

    def in_class(self, owner: Class, name: str) -> Things:
        """The members of a class, or of the closest base that binds the name; or nothing."""
        for one in self.mro(owner):
            scope = names_of(one.source).scopes[one.node]
            if name in scope.bindings:
                found = self.binding(name, scope, one.source)
                return frozenset(
                    Function(*thing[:2], owner) if isinstance(thing, Function) else thing
                    for thing in found
                )
        return NOTHING

    def _of_object(self, owner: Class, name: str) -> Things:
        """The members of an instance of a class under a name."""
        return self.once((owner, name), lambda: self._find_of_object(owner, name))

    def _find_of_object(self, owner: Class, name: str) -> Things:
        found: set[Thing] = set()
        for one in self.in_class(owner, name):
            is_read = isinstance(one, Function) and is_decorated(one.node, *_PROPERTIES)
            found |= called(self, frozenset({one})) if is_read else {one}
        for one in self.mro(owner):
            for target in assigned_attributes(one, name):
                value = self.target(target, one.source)
                found |= {thing for thing in value if not is_none(thing)}
        return frozenset(found) or self.inherited(owner, name) or UNKNOWN

    def inherited(self, owner: Class, name: str) -> Things:
        """The members of the bases that libraries define."""
        bases = (base for one in self.mro(owner) for base in self.all_bases(one))
        return frozenset(Outside(f"{b.path}.{name}") for b in bases if isinstance(b, Outside))

    def mro(self, owner: Class) -> Iterator[Class]:
        """A class and its bases in the project, closest first."""
        return reachable([owner], lambda one: reversed(self.bases(one)))

    def bases(self, owner: Class) -> list[Class]:
        """The bases of a class in the project."""
        return [one for one in self.all_bases(owner) if isinstance(one, Class)]

    def all_bases(self, owner: Class) -> list[Thing]:
        """The things that the bases of a class stand for, those of libraries too."""
        scope = names_of(owner.source).scopes[owner.node].parent
        assert scope is not None
        found: list[Thing] = []
        for node in owner.node.bases:
            base = node.value if isinstance(node, ast.Subscript) else node
            found += self.of(base, scope, owner.source)
        return found

    # --- other expressions ------------------------------------------------------------------------

    def display(self, node: ast.AST, scope: Scope, source: SourceFile) -> Things:
        """A collection of what is shown."""
        if isinstance(node, ast.Dict):
            parts = [value for value in node.values if value is not None]
        elif isinstance(node, ast.List | ast.Tuple | ast.Set):
            parts = [e.value if isinstance(e, ast.Starred) else e for e in node.elts]
        else:
            inner = names_of(source).scopes[node]
            element = node.value if isinstance(node, ast.DictComp) else node.elt  # type: ignore[attr-defined]
            return frozenset({Items(self.of(element, inner, source))})
        found = NOTHING.union(*(self.of(part, scope, source) for part in parts[:20]))
        return frozenset({Items(found)})

    def subscript(self, node: ast.Subscript, scope: Scope, source: SourceFile) -> Things:
        """An item of a collection; `Store[int]` is the class."""
        found: set[Thing] = set()
        for one in self.of(node.value, scope, source):
            if isinstance(one, Class):
                found.add(one)
            else:
                found |= one.of if isinstance(one, Items) else UNKNOWN
        return frozenset(found)

    def union(self, parts: Iterable[ast.expr], scope: Scope, source: SourceFile) -> Things:
        """The things that one of several expressions stands for, but for None."""
        found = NOTHING.union(*(self.of(part, scope, source) for part in parts))
        return frozenset(one for one in found if not is_none(one)) or found


def _injected(found: Things) -> Things:
    """The things that a default adds: an object of the project, which is more exact."""
    return frozenset(one for one in found if isinstance(one, Object))


def _constant(_: Inference, node: ast.expr, __: Scope, ___: SourceFile) -> Things:
    if isinstance(node, ast.Constant) and node.value is None:
        return frozenset({NONE})
    return frozenset({OutsideObject("str")})


_READERS: dict[type[ast.AST], Callable[..., Things]] = {
    ast.Attribute: Inference.attribute,
    ast.Await: lambda self, node, *place: self.of(node.value, *place),
    ast.BoolOp: lambda self, node, *place: self.union(node.values, *place),
    ast.Call: call,
    ast.Dict: Inference.display,
    ast.DictComp: Inference.display,
    ast.IfExp: lambda self, node, *place: self.union((node.body, node.orelse), *place),
    ast.Name: Inference.name,
    ast.NamedExpr: lambda self, node, *place: self.of(node.value, *place),
    ast.Subscript: Inference.subscript,
    **dict.fromkeys(_DISPLAYS, Inference.display),
    **dict.fromkeys(_PLAIN, _constant),
}
