"""What expressions may stand for, whatever path the program takes: looked up only when asked for.

Names lead to what binds them, imports to the modules of the project, attributes to what classes
and their methods say of them, calls to what functions say that they return.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator

from ctxlint.matching.annotations import Role, last_word, named_types
from ctxlint.matching.modules import (
    imported_path,
    is_of_project,
    module_at,
    scope_at,
)
from ctxlint.matching.things import (
    NOTHING,
    UNKNOWN,
    Class,
    Factory,
    Function,
    FunctionDefinition,
    Items,
    Module,
    Object,
    Outside,
    OutsideObject,
    Parameter,
    Thing,
    Things,
    Unknown,
)
from ctxlint.project.scopes import Scope, names_of
from ctxlint.source import SourceFile, walk

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_MOST_STEPS = 3_000  # of one question, before its answer is that nothing is known
_MOST_HOPS = 12  # re-exports followed
_DEEPEST = 100  # expressions in expressions that are followed
# Calls that give their argument of this index, or an object that stands for it.
_PASSES = {
    "contextlib.aclosing": 0,
    "contextlib.closing": 0,
    "contextlib.nullcontext": 0,
    "copy.copy": 0,
    "copy.deepcopy": 0,
    "typing_extensions.cast": 1,
    "typing.cast": 1,
    "weakref.proxy": 0,
}
_ANYTHING = frozenset({"typing.Any", "typing_extensions.Any", "object"})
_SELF = frozenset({"typing.Self", "typing_extensions.Self"})
_DEPENDS = frozenset({"Depends", "Security"})
_ELEMENTS = frozenset({"get", "pop", "popitem", "popleft", "setdefault", "values"})
_DISPLAYS = (ast.List, ast.Tuple, ast.Set, ast.ListComp, ast.SetComp, ast.GeneratorExp)
_PLAIN = (ast.Compare, ast.Constant, ast.JoinedStr, ast.Lambda)


class Inference:
    """Answers what expressions stand for, each question once."""

    def __init__(self) -> None:
        self._known: dict[object, Things] = {}
        self._active: dict[object, int] = {}
        self._lowest = _DEEPEST  # the outermost question that an inner one came back to
        self._steps = 0

    # --- questions --------------------------------------------------------------------------------

    def of(self, node: ast.expr, scope: Scope, source: SourceFile) -> Things:
        """What an expression in a scope of a file may stand for."""
        read = _READERS.get(type(node))
        if read is None:
            return UNKNOWN
        return self._once(node, lambda: read(self, node, scope, source))

    def _once(self, key: object, answer: Callable[[], Things]) -> Things:
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
        """What a name stands for where it is read."""
        owner = names_of(source).scopes[scope.node].owner(node.id)
        if owner is not None:
            return self.binding(node.id, owner, source)
        found = self._from_stars(node.id, source, _MOST_HOPS)
        return found or frozenset({Outside(node.id)})

    def bound_by(
        self, node: ast.Name, bindings: Iterable[ast.AST], scope: Scope, source: SourceFile
    ) -> Things:
        """What some of the bindings of a name give it; nothing for those of other names."""
        owner = names_of(source).scopes[scope.node].owner(node.id)
        known = owner.bindings.get(node.id, ()) if owner else ()
        if owner is None or not all(any(b is one for one in known) for b in bindings):
            return NOTHING
        return NOTHING.union(*(self._bound(binding, owner, source) for binding in bindings))

    def binding(self, name: str, owner: Scope, source: SourceFile) -> Things:
        """What a name is bound to in a scope of a file."""
        bound = owner.bindings.get(name, ())
        return NOTHING.union(*(self._bound(node, owner, source) for node in bound))

    def _bound(self, node: ast.AST, scope: Scope, source: SourceFile) -> Things:
        match node:
            case ast.ClassDef():
                return frozenset({Class(source, node)})
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                return frozenset({Function(source, node)})
            case ast.alias():
                return self._once(node, lambda: self.at_path(imported_path(node, source), source))
            case ast.arg():
                return self._once(node, lambda: self._parameter(node, scope, source))
            case ast.Name():
                return self._once((node, "bound"), lambda: self._assigned(node, source))
        return UNKNOWN

    def at_path(self, path: str, source: SourceFile, hops: int = _MOST_HOPS) -> Things:
        """What an absolute dotted path stands for, seen from a file."""
        if hops == 0 or not is_of_project(path, source):
            return frozenset({Outside(path)})
        parts = path.split(".")
        for end in range(len(parts), 0, -1):
            module = module_at(".".join(parts[:end]), source)
            if module is not None:
                found: Things = frozenset({Module(module)})
                for name in parts[end:]:
                    found = NOTHING.union(*(self.member(one, name, hops) for one in found))
                return found
        return frozenset({Outside(path)})

    def _in_module(self, source: SourceFile, name: str, hops: int) -> Things:
        """What a module has under a name: bound there, from a star import, or a submodule."""
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
        """What `from module import *` binds a name to; nothing where no module has it."""
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
            isinstance(function, _FUNCTIONS)
            and around is not None
            and isinstance(around.node, ast.ClassDef)
            and [*function.args.posonlyargs, *function.args.args][:1] == [node]
            and not is_decorated(function, "staticmethod")
        ):
            owner = Class(source, around.node)
            is_class = is_decorated(function, "classmethod") or function.name == "__new__"
            return frozenset({owner if is_class else Object(owner)})
        default = _default_of(node, function)
        outer = around or scope
        found = self.of(default, outer, source) if default is not None else NOTHING
        found = frozenset(one for one in found if not _is_none(one))
        if node.annotation is not None:
            return self.annotated(node.annotation, outer, source) | _injected(found)
        return found | {Parameter(source, node)}

    def _assigned(self, node: ast.Name, source: SourceFile) -> Things:
        """What an assignment, loop or `with` binds a name to."""
        return self.target(node, source)

    def target(self, node: ast.expr, source: SourceFile) -> Things:
        """What the target of an assignment, loop or `with` gets."""
        parent = source.parents[node]
        scope = scope_at(parent, source)
        match parent:
            case ast.Assign(value=value) | ast.NamedExpr(value=value):
                return self._value(value, scope, source)
            case ast.AnnAssign(annotation=annotation, value=value):
                if last_word(annotation) == "TypeAlias":
                    return self._value(value, scope, source) if value else UNKNOWN
                found = self.annotated(annotation, scope, source)
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
        return frozenset(one for one in found if not _is_none(one))

    def _unpacked(self, target: ast.Tuple | ast.List, index: int, source: SourceFile) -> Things:
        """The element of what a tuple of targets gets."""
        parent = source.parents[target]
        if isinstance(parent, ast.Assign) and isinstance(parent.value, ast.Tuple | ast.List):
            if index < len(parent.value.elts):
                return self.of(parent.value.elts[index], scope_at(parent, source), source)
            return UNKNOWN
        return items_of(self.target(target, source))

    def entered(self, managers: Things) -> Things:
        """What `with` gives for objects: what `__enter__` returns, or the objects themselves."""
        found: set[Thing] = set()
        for one in managers:
            methods = NOTHING
            if isinstance(one, Object):
                entering = ("__enter__", "__aenter__")
                methods = NOTHING.union(*(self.in_class(one.owner, name) for name in entering))
            if isinstance(one, Items):  # what a generator yields, made a manager by a decorator
                found |= one.of
            else:
                found |= self.called(methods) if methods else {one}
        return frozenset(found)

    # --- annotations ------------------------------------------------------------------------------

    def annotated(self, annotation: ast.expr, scope: Scope, source: SourceFile) -> Things:
        """What an object with an annotation may be."""
        key = (annotation, "annotation")
        return self._once(key, lambda: self._annotated(annotation, scope, source))

    def _annotated(self, annotation: ast.expr, scope: Scope, source: SourceFile) -> Things:
        found: set[Thing] = set()
        for role, node in named_types(annotation):
            objects = self._typed(node, scope, source)
            match role:
                case Role.OBJECT:
                    found |= objects
                case Role.CLASS:
                    found |= {one.owner if isinstance(one, Object) else one for one in objects}
                case Role.ITEMS:
                    found.add(Items(objects))
                case Role.FACTORY:
                    found.add(Factory(objects))
        return frozenset(found)

    def _typed(self, node: ast.expr, scope: Scope, source: SourceFile) -> Things:
        """The instances of what a dotted name, or a generic one, names in an annotation."""
        if isinstance(node, ast.Subscript):
            bases = self._typed(node.value, scope, source)
            if any(isinstance(one, Object) for one in bases):
                return bases
            parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
            inner = (self.annotated(part, scope, source) for part in parts)
            return UNKNOWN.union(*inner)  # a wrapper of a library may stand for its argument
        if isinstance(node, ast.Name):
            alias = self._alias(node, scope, source)
            if alias is not None:
                return alias
        found: set[Thing] = set()
        for one in self.of(node, scope, source):
            match one:
                case Class():
                    found.add(Object(one))
                case Outside(path=path) if path in _SELF:
                    found |= self._own_object(scope, source)
                case Outside(path=path):
                    found |= UNKNOWN if path in _ANYTHING else {OutsideObject(path)}
                case Object() | Items() | Factory():  # a value that is an alias of a type
                    found.add(one)
                case _:
                    found |= UNKNOWN
        return frozenset(found)

    def _own_object(self, scope: Scope, source: SourceFile) -> Things:
        around = scope.node if isinstance(scope.node, ast.ClassDef) else scope.class_around
        return frozenset({Object(Class(source, around))}) if around else UNKNOWN

    def _alias(self, node: ast.Name, scope: Scope, source: SourceFile) -> Things | None:
        """The instances of a type that a name was assigned, followed through imports."""
        owner = names_of(source).scopes[scope.node].owner(node.id)
        values = [self._definition(b, source) for b in owner.bindings[node.id]] if owner else []
        shown = [value for value in values if value is not None]
        if not shown or len(shown) < len(values):
            return None
        return NOTHING.union(*(self._alias_value(*value) for value in shown))

    def _definition(
        self, binding: ast.AST, source: SourceFile, hops: int = _MOST_HOPS
    ) -> tuple[ast.expr, SourceFile] | None:
        """The expression that a name was assigned, in its file; None for anything else."""
        if isinstance(binding, ast.Name):
            parent = source.parents[binding]
            value = getattr(parent, "value", None)
            return (value, source) if value is not None else None
        if not isinstance(binding, ast.alias) or hops == 0:
            return None
        module, _, name = imported_path(binding, source).rpartition(".")
        found = module_at(module, source)
        bound = names_of(found).module.bindings.get(name, ()) if found else ()
        inner = [self._definition(one, found, hops - 1) for one in bound] if found else []
        return inner[0] if inner else None

    def _alias_value(self, value: ast.expr, source: SourceFile) -> Things:
        scope = names_of(source).module
        if isinstance(value, ast.Call):
            return self._made_type(value, scope, source)
        return self.annotated(value, scope, source)

    def _made_type(self, call: ast.Call, scope: Scope, source: SourceFile) -> Things:
        """The instances of what `NewType("X", T)` or `TypeVar("X", bound=T)` makes."""
        word = last_word(call.func)
        bound = next((k.value for k in call.keywords if k.arg == "bound"), None)
        if word == "NewType" and len(call.args) == 2:
            bound = call.args[1]
        elif word == "TypeVar" and len(call.args) > 1:
            found = (self.annotated(node, scope, source) for node in call.args[1:])
            return NOTHING.union(*found)
        return self.annotated(bound, scope, source) if bound is not None else UNKNOWN

    # --- attributes -------------------------------------------------------------------------------

    def attribute(self, node: ast.Attribute, scope: Scope, source: SourceFile) -> Things:
        """What `base.name` stands for."""
        bases = self.of(node.value, scope, source)
        return NOTHING.union(*(self.member(base, node.attr) for base in bases))

    def member(self, base: Thing, name: str, hops: int = _MOST_HOPS) -> Things:
        """What a thing has under a name."""
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
        return UNKNOWN

    def in_class(self, owner: Class, name: str) -> Things:
        """What a class, or the closest base that has it, binds a name to; nothing for none."""
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
        """What an instance of a class has under a name."""
        return self._once((owner, name), lambda: self._find_of_object(owner, name))

    def _find_of_object(self, owner: Class, name: str) -> Things:
        found: set[Thing] = set()
        for one in self.in_class(owner, name):
            is_read = isinstance(one, Function) and is_decorated(one.node, *_PROPERTIES)
            found |= self.called(frozenset({one})) if is_read else {one}
        for one in self.mro(owner):
            for target in assigned_attributes(one, name):
                value = self.target(target, one.source)
                found |= {thing for thing in value if not _is_none(thing)}
        return frozenset(found) or UNKNOWN

    def mro(self, owner: Class) -> Iterator[Class]:
        """A class and its bases in the project, closest first."""
        seen: set[Class] = set()
        pending = [owner]
        while pending:
            found = pending.pop(0)
            if found not in seen:
                seen.add(found)
                yield found
                pending = [*self.bases(found), *pending]

    def bases(self, owner: Class) -> list[Class]:
        """The bases of a class in the project."""
        return [one for one in self.all_bases(owner) if isinstance(one, Class)]

    def all_bases(self, owner: Class) -> list[Thing]:
        """What the bases of a class stand for, those of libraries too."""
        scope = names_of(owner.source).scopes[owner.node].parent
        assert scope is not None
        found: list[Thing] = []
        for node in owner.node.bases:
            base = node.value if isinstance(node, ast.Subscript) else node
            found += self.of(base, scope, owner.source)
        return found

    # --- calls ------------------------------------------------------------------------------------

    def call(self, node: ast.Call, scope: Scope, source: SourceFile) -> Things:
        """What a call gives."""
        functions = self.of(node.func, scope, source)
        found: set[Thing] = set()
        for one in functions:
            if isinstance(one, Outside):
                found |= self._from_library(one.path, node, scope, source)
            elif isinstance(one, Function) and (made := self._resolved(one, node, scope, source)):
                found |= made
            else:
                found |= self.called(frozenset({one}))
        return frozenset(found)

    def called(self, functions: Iterable[Thing]) -> Things:
        """What calls of things give, whatever their arguments."""
        found: set[Thing] = set()
        for one in functions:
            match one:
                case Class():
                    found.add(Object(one))
                case Function():
                    found |= self._once((one, "result"), lambda one=one: self._returned(one))  # type: ignore[misc]
                case Object(owner=owner):
                    found |= self.called(self.in_class(owner, "__call__") or UNKNOWN)
                case Factory(of=inner):
                    found |= inner
                case _:
                    found |= UNKNOWN
        return frozenset(found)

    def _returned(self, function: Function) -> Things:
        source, node, owner = function
        scope = names_of(source).scopes[node]
        outer = scope.parent
        assert outer is not None
        if node.returns is not None:
            if owner and last_word(node.returns) == "Self":
                return frozenset({Object(owner)})
            return self.annotated(node.returns, outer, source)
        inner = [n for n in own_nodes(node) if isinstance(n, ast.Return | ast.Yield) and n.value]
        values = (self.of(n.value, scope, source) for n in inner if n.value is not None)
        found = frozenset(one for value in values for one in value if not _is_none(one))
        if owner and isinstance(outer.node, ast.ClassDef):
            own = Object(Class(source, outer.node))
            found = frozenset(Object(owner) if one == own else one for one in found)
        if any(isinstance(n, ast.Yield) for n in inner):
            return frozenset({Items(found)})
        return found

    def _resolved(
        self, function: Function, call: ast.Call, scope: Scope, source: SourceFile
    ) -> Things:
        """What `resolve(Service)` gives where it is declared to take `type[T]` and to return T."""
        returns = function.node.returns
        if not isinstance(returns, ast.Name):
            return NOTHING
        parameters = [*function.node.args.posonlyargs, *function.node.args.args]
        given = parameters[1 if function.owner else 0 :]
        for parameter, argument in zip(given, call.args, strict=False):
            types = named_types(parameter.annotation) if parameter.annotation else ()
            if any(t.role is Role.CLASS and last_word(t.node) == returns.id for t in types):
                things = self.of(argument, scope, source)
                return frozenset(Object(one) for one in things if isinstance(one, Class))
        return NOTHING

    def _from_library(self, path: str, node: ast.Call, scope: Scope, source: SourceFile) -> Things:
        """What a call of something that the project does not define gives."""
        word = path.rpartition(".")[2]
        index = _PASSES.get(path)
        if index == 1 and len(node.args) == 2:
            return self.annotated(node.args[0], scope, source)
        if index == 0 and node.args:
            return self.of(node.args[0], scope, source)
        if word in _DEPENDS and node.args:
            return self._provided(self.of(node.args[0], scope, source))
        if path == "super":
            return self._super(scope, source)
        if path == "type" and len(node.args) == 1:
            things = self.of(node.args[0], scope, source)
            return frozenset(o.owner if isinstance(o, Object) else Unknown() for o in things)
        if path == "getattr" and len(node.args) > 1 and isinstance(node.args[1], ast.Constant):
            bases = self.of(node.args[0], scope, source)
            return NOTHING.union(*(self.member(base, str(node.args[1].value)) for base in bases))
        if word[:1].isupper():
            return frozenset({OutsideObject(path)})
        return UNKNOWN

    def _provided(self, providers: Things) -> Things:
        """What a dependency gives: what its function returns or yields."""
        return items_or_self(self.called(providers))

    def _super(self, scope: Scope, source: SourceFile) -> Things:
        around = scope.class_around
        if around is None:
            return UNKNOWN
        bases = self.all_bases(Class(source, around))
        objects = (Object(b) if isinstance(b, Class) else Unknown() for b in bases)
        return frozenset(objects) or UNKNOWN

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
        """What one of several expressions stands for, but for None."""
        found = NOTHING.union(*(self.of(part, scope, source) for part in parts))
        return frozenset(one for one in found if not _is_none(one)) or found


_PROPERTIES = ("property", "cached_property")


def is_decorated(function: ast.AST, *words: str) -> bool:
    """Whether a function has a decorator of one of these names."""
    decorators = getattr(function, "decorator_list", ())
    called = (d.func if isinstance(d, ast.Call) else d for d in decorators)
    return any(last_word(d) in words for d in called)


def own_nodes(function: FunctionDefinition) -> Iterator[ast.AST]:
    """The nodes in the body of a function, without those of functions and classes in it."""
    pending: list[ast.AST] = list(function.body)
    while pending:
        node = pending.pop()
        yield node
        if not isinstance(node, (*_FUNCTIONS, ast.ClassDef, ast.Lambda)):
            pending += ast.iter_child_nodes(node)


def assigned_attributes(owner: Class, name: str) -> Iterator[ast.Attribute]:
    """The targets `self.name` in the methods of a class."""
    for method in owner.node.body:
        if not isinstance(method, _FUNCTIONS):
            continue
        first = next(iter([*method.args.posonlyargs, *method.args.args]), None)
        for node in walk(method) if first else ():
            match node:
                case ast.Attribute(value=ast.Name(id=base), attr=attr, ctx=ast.Store()):
                    if attr == name and first and base == first.arg:
                        yield node


def items_of(things: Things) -> Things:
    """What one of the elements of things is."""
    inner = (one.of if isinstance(one, Items) else UNKNOWN for one in things)
    return NOTHING.union(*inner)


def items_or_self(things: Things) -> Things:
    """The elements of collections, and other things as they are."""
    inner = (one.of if isinstance(one, Items) else frozenset({one}) for one in things)
    return NOTHING.union(*inner)


def _injected(found: Things) -> Things:
    """What a default adds to an annotation: an object of the project, which is more exact."""
    return frozenset(one for one in found if isinstance(one, Object))


def _default_of(node: ast.arg, function: ast.AST) -> ast.expr | None:
    """The default of a parameter."""
    arguments = function.args  # type: ignore[attr-defined]
    positional = [*arguments.posonlyargs, *arguments.args]
    pairs = [*zip(reversed(positional), reversed(arguments.defaults), strict=False)]
    pairs += zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    return next((default for one, default in pairs if one is node), None)


_NONE = OutsideObject("None")


def _is_none(thing: Thing) -> bool:
    return thing == _NONE


def _constant(_: Inference, node: ast.expr, __: Scope, ___: SourceFile) -> Things:
    if isinstance(node, ast.Constant) and node.value is None:
        return frozenset({_NONE})
    return frozenset({OutsideObject("str")})


_READERS: dict[type[ast.AST], Callable[..., Things]] = {
    ast.Attribute: Inference.attribute,
    ast.Await: lambda self, node, *place: self.of(node.value, *place),
    ast.BoolOp: lambda self, node, *place: self.union(node.values, *place),
    ast.Call: Inference.call,
    ast.Dict: Inference.display,
    ast.DictComp: Inference.display,
    ast.IfExp: lambda self, node, *place: self.union((node.body, node.orelse), *place),
    ast.Name: Inference.name,
    ast.NamedExpr: lambda self, node, *place: self.of(node.value, *place),
    ast.Subscript: Inference.subscript,
    **dict.fromkeys(_DISPLAYS, Inference.display),
    **dict.fromkeys(_PLAIN, _constant),
}
