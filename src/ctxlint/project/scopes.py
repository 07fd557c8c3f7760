"""Scopes and imports of a module: which binding a name means, which path an import has."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, wraps
from typing import TypeVar
from weakref import WeakKeyDictionary

from ctxlint.source import SourceFile, children

T = TypeVar("T")
Key = TypeVar("Key", bound=SourceFile | ast.AST)

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
ComprehensionNode = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
ScopeNode = ast.Module | ast.ClassDef | FunctionNode | ComprehensionNode

NAMED_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
FUNCTIONS = (*NAMED_FUNCTIONS, ast.Lambda)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def positionals(arguments: ast.arguments) -> list[ast.arg]:
    """The parameters of a function that a call may give by position, in order."""
    return [*arguments.posonlyargs, *arguments.args]


def parameters(arguments: ast.arguments) -> dict[ast.arg, ast.expr | None]:
    """The parameters of a function, each with its default; its collectors are none of them."""
    found = [*arguments.posonlyargs, *arguments.args]
    without = [None] * (len(found) - len(arguments.defaults))
    defaults = [*without, *arguments.defaults, *arguments.kw_defaults]
    return dict(zip(found + arguments.kwonlyargs, defaults, strict=True))


def parameter_with(default: ast.AST, arguments: ast.arguments) -> ast.arg:
    """The parameter that has this default."""
    pairs = parameters(arguments).items()
    return next(parameter for parameter, one in pairs if one is default)


def argument_of(call: ast.Call, position: int, name: str) -> ast.expr | None:
    """The expression that a call gives for a parameter; None where it gives, or shows, none."""
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value
    is_shown = not any(isinstance(argument, ast.Starred) for argument in call.args[: position + 1])
    return call.args[position] if is_shown and 0 <= position < len(call.args) else None


@dataclass(eq=False, slots=True)
class Scope:
    """A region with names of its own: module, class, function, lambda or comprehension."""

    node: ScopeNode
    parent: Scope | None = None
    bindings: dict[str, list[ast.AST]] = field(default_factory=lambda: defaultdict(list))
    loads: dict[str, list[ast.Name]] = field(default_factory=lambda: defaultdict(list))
    globals: set[str] = field(default_factory=set)
    nonlocals: set[str] = field(default_factory=set)
    _outermost: Scope | None = field(init=False, repr=False)  # None for itself: no cycle

    def __post_init__(self) -> None:
        self._outermost = self.parent.module if self.parent else None

    @property
    def module(self) -> Scope:
        """The outermost scope."""
        return self._outermost or self

    def owner(self, name: str) -> Scope | None:
        """The scope whose binding `name` means when it is used here; None for a builtin."""
        scope: Scope | None = self
        if name in self.globals:
            return self.module
        if name in self.nonlocals or name not in self.bindings:
            scope = self.parent
            while scope and (isinstance(scope.node, ast.ClassDef) or name not in scope.bindings):
                if name in scope.globals:
                    return self.module
                scope = scope.parent
        return scope

    @property
    def class_around(self) -> ast.ClassDef | None:
        """The innermost class that the scope is in."""
        if self.parent is None:
            return None
        node = self.parent.node
        return node if isinstance(node, ast.ClassDef) else self.parent.class_around

    @property
    def qualified_name(self) -> str:
        """The dotted name of the innermost named function or class; empty at module level."""
        outer = self.parent.qualified_name if self.parent else ""
        own = getattr(self.node, "name", "")
        return f"{outer}.{own}".strip(".")


@dataclass(frozen=True)
class Names:
    """All scopes of a module, outer before inner."""

    scopes: dict[ast.AST, Scope]

    @cached_property
    def module(self) -> Scope:
        """The module's own scope."""
        return next(iter(self.scopes.values()))

    def loads(self, name: str, owner: Scope) -> list[ast.Name]:
        """Every read of the binding of `name` in `owner`, in nested scopes too."""
        return self._loads.get((owner, name), [])

    def function_at(self, row: int) -> str | None:
        """The qualified name of the innermost function or class that has a row; None for none."""
        scope = self._by_row.get(row)
        return scope.qualified_name if scope else None

    @cached_property
    def _by_row(self) -> dict[int, Scope]:
        found: dict[int, Scope] = {}
        for node, scope in self.scopes.items():  # outer before inner
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                found |= dict.fromkeys(range(node.lineno, (node.end_lineno or 0) + 1), scope)
        return found

    @cached_property
    def _loads(self) -> dict[tuple[Scope | None, str], list[ast.Name]]:
        found: dict[tuple[Scope | None, str], list[ast.Name]] = defaultdict(list)
        for scope in self.scopes.values():
            for name, loads in scope.loads.items():
                found[scope.owner(name), name] += loads
        return found


def once_for_each(read: Callable[[Key], T]) -> Callable[[Key], T]:
    """A function that runs once for each file or node: its result is kept as long as that is."""
    known: WeakKeyDictionary[Key, T] = WeakKeyDictionary()

    @wraps(read)
    def reading(key: Key) -> T:
        found = known.get(key)
        if found is None:
            found = known[key] = read(key)
        return found

    return reading


@once_for_each
def names_of(source: SourceFile) -> Names:
    """The scopes of a file, read once for all who ask."""
    return read_names(source.tree)


def read_names(tree: ast.Module) -> Names:
    """Find the scopes, bindings and reads of a module."""
    names = Names({})
    scope = names.scopes[tree] = Scope(tree)
    for statement in tree.body:
        _visit(statement, scope, names)
    return names


def _visit(node: ast.AST, scope: Scope, names: Names) -> None:
    pending = [node]
    while pending:
        node = pending.pop()
        visit = _VISITORS.get(type(node))
        if visit:
            visit(node, scope, names)
        else:
            pending += reversed(children(node))


def _visit_all(nodes: Iterable[ast.AST], scope: Scope, names: Names) -> None:
    for node in nodes:
        _visit(node, scope, names)


def _bind(name: str, node: ast.AST, scope: Scope) -> None:
    owner = scope.module if name in scope.globals else scope
    owner.bindings[name].append(node)


def _name(node: ast.Name, scope: Scope, names: Names) -> None:
    if isinstance(node.ctx, ast.Load):
        scope.loads[node.id].append(node)
    else:
        _bind(node.id, node, scope)


def _constant(node: ast.Constant, scope: Scope, names: Names) -> None:
    pass


def _import_alias(node: ast.alias, scope: Scope, names: Names) -> None:
    _bind(node.asname or node.name.partition(".")[0], node, scope)


def _handler_or_pattern(
    node: ast.ExceptHandler | ast.MatchAs | ast.MatchStar | ast.MatchMapping,
    scope: Scope,
    names: Names,
) -> None:
    name = node.rest if isinstance(node, ast.MatchMapping) else node.name
    if name:
        _bind(name, node, scope)
    _visit_all(children(node), scope, names)


def _walrus(node: ast.NamedExpr, scope: Scope, names: Names) -> None:
    """In a comprehension it binds around that (PEP 572)."""
    around = scope
    while isinstance(around.node, COMPREHENSIONS) and around.parent:
        around = around.parent
    _visit(node.target, around, names)
    _visit(node.value, scope, names)


def _aug_assign(node: ast.AugAssign, scope: Scope, names: Names) -> None:
    if isinstance(node.target, ast.Name):
        scope.loads[node.target.id].append(node.target)
    _visit_all(children(node), scope, names)


def _global(node: ast.Global, scope: Scope, names: Names) -> None:
    scope.globals.update(node.names)


def _nonlocal(node: ast.Nonlocal, scope: Scope, names: Names) -> None:
    scope.nonlocals.update(node.names)


def _function(node: FunctionNode, scope: Scope, names: Names) -> None:
    """Defaults, decorators and annotations belong to the scope around; the body does not."""
    if not isinstance(node, ast.Lambda):
        _bind(node.name, node, scope)
    inner = names.scopes[node] = Scope(node, scope)
    for child in children(node.args):
        if isinstance(child, ast.arg):
            inner.bindings[child.arg].append(child)
            if child.annotation:
                _visit(child.annotation, scope, names)
        else:
            _visit(child, scope, names)
    if isinstance(node, ast.Lambda):
        _visit(node.body, inner, names)
        return
    _visit_all(node.body, inner, names)
    returns = [node.returns] if node.returns else []
    _visit_all([*node.decorator_list, *returns, *_type_parameters(node)], scope, names)


def _class(node: ast.ClassDef, scope: Scope, names: Names) -> None:
    """Decorators and bases belong to the scope around; the body does not."""
    _bind(node.name, node, scope)
    inner = names.scopes[node] = Scope(node, scope)
    _visit_all([*node.bases, *node.keywords], scope, names)
    _visit_all(node.body, inner, names)
    _visit_all([*node.decorator_list, *_type_parameters(node)], scope, names)


def _type_parameters(node: ast.AST) -> list[ast.AST]:
    """The type parameters of `def f[T: Base]()`, which Python has from 3.12 on."""
    return getattr(node, "type_params", [])


def _comprehension(node: ComprehensionNode, scope: Scope, names: Names) -> None:
    """The first iterable is evaluated outside; everything else inside."""
    inner = names.scopes[node] = Scope(node, scope)
    first = node.generators[0].iter
    _visit(first, scope, names)
    for child in children(node):
        parts = children(child) if isinstance(child, ast.comprehension) else [child]
        _visit_all([part for part in parts if part is not first], inner, names)


_VISITORS: dict[type[ast.AST], Callable[..., None]] = {
    ast.AsyncFunctionDef: _function,
    ast.AugAssign: _aug_assign,
    ast.ClassDef: _class,
    ast.Constant: _constant,
    ast.ExceptHandler: _handler_or_pattern,
    ast.FunctionDef: _function,
    ast.Global: _global,
    ast.Lambda: _function,
    ast.MatchAs: _handler_or_pattern,
    ast.MatchMapping: _handler_or_pattern,
    ast.MatchStar: _handler_or_pattern,
    ast.Name: _name,
    ast.NamedExpr: _walrus,
    ast.Nonlocal: _nonlocal,
    ast.alias: _import_alias,
    **dict.fromkeys(COMPREHENSIONS, _comprehension),
}


def import_paths(node: ast.Import | ast.ImportFrom) -> Iterator[tuple[ast.alias, str]]:
    """The dotted path that each alias of an import binds; a relative one begins with dots."""
    prefix = ""
    if isinstance(node, ast.ImportFrom):
        prefix = "." * node.level + (f"{node.module}." if node.module else "")
    for alias in node.names:
        whole = isinstance(node, ast.ImportFrom) or alias.asname
        yield alias, prefix + (alias.name if whole else alias.name.partition(".")[0])


@once_for_each  # each parameter asks
def imported_packages(file: SourceFile) -> frozenset[str]:
    """The packages that a file imports something from."""
    paths = (path for node in file.imports for _, path in import_paths(node))
    return frozenset(path.partition(".")[0] for path in paths)


def imported_words(file: SourceFile) -> dict[str, str]:
    """The last word of what each alias of an import stands for: `c` is `cast`."""
    return {
        alias.asname: alias.name.rpartition(".")[2]
        for alias in file.nodes(ast.alias)
        if alias.asname
    }
