"""Scopes and imports of a module: which binding a name means, which path an import has."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ctxlint.source import SourceFile

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
ComprehensionNode = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
ScopeNode = ast.Module | ast.ClassDef | FunctionNode | ComprehensionNode

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@dataclass(eq=False, slots=True)
class Scope:
    """A region with names of its own: module, class, function, lambda or comprehension."""

    node: ScopeNode
    parent: Scope | None = None
    bindings: dict[str, list[ast.AST]] = field(default_factory=lambda: defaultdict(list))
    loads: dict[str, list[ast.Name]] = field(default_factory=lambda: defaultdict(list))
    globals: set[str] = field(default_factory=set)
    nonlocals: set[str] = field(default_factory=set)

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
    def module(self) -> Scope:
        """The outermost scope."""
        return self.parent.module if self.parent else self

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

    @property
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


def read_names(tree: ast.Module) -> Names:
    """Find the scopes, bindings and reads of a module."""
    names = Names({})
    scope = names.scopes[tree] = Scope(tree)
    for statement in tree.body:
        _visit(statement, scope, names)
    return names


def _visit(node: ast.AST, scope: Scope, names: Names) -> None:
    for name in _bound_names(node):
        owner = scope.module if name in scope.globals else scope
        owner.bindings[name].append(node)
    match node:
        case ast.Name(ctx=ast.Load()):
            scope.loads[node.id].append(node)
        case ast.NamedExpr():  # a walrus in a comprehension binds around it (PEP 572)
            around = scope
            while isinstance(around.node, COMPREHENSIONS) and around.parent:
                around = around.parent
            _visit(node.target, around, names)
            _visit(node.value, scope, names)
            return
        case ast.AugAssign(target=ast.Name() as target):
            scope.loads[target.id].append(target)
        case ast.Global():
            scope.globals.update(node.names)
        case ast.Nonlocal():
            scope.nonlocals.update(node.names)
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda() | ast.ClassDef():
            _enter(node, scope, names)
            return
        case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            _enter_comprehension(node, scope, names)
            return
    for child in ast.iter_child_nodes(node):
        if child._fields:  # contexts and operators have none
            _visit(child, scope, names)


def _bound_names(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()) | ast.arg(arg=name):
            yield name
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.alias(name=name, asname=asname):
            yield asname or name.partition(".")[0]
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)):
            yield name
        case ast.MatchStar(name=str(name)) | ast.MatchMapping(rest=str(name)):
            yield name


def _enter(node: FunctionNode | ast.ClassDef, scope: Scope, names: Names) -> None:
    """Defaults, decorators, bases and annotations belong to the scope around; the body does not."""
    inner = names.scopes[node] = Scope(node, scope)
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.arguments):
            _enter_arguments(child, scope, inner, names)
        elif child in _body(node):
            _visit(child, inner, names)
        else:
            _visit(child, scope, names)


def _body(node: FunctionNode | ast.ClassDef) -> list[ast.AST]:
    return [node.body] if isinstance(node, ast.Lambda) else list(node.body)


def _enter_arguments(arguments: ast.arguments, outer: Scope, inner: Scope, names: Names) -> None:
    for child in ast.iter_child_nodes(arguments):
        if isinstance(child, ast.arg):
            inner.bindings[child.arg].append(child)
            if child.annotation:
                _visit(child.annotation, outer, names)
        else:
            _visit(child, outer, names)


def _enter_comprehension(node: ComprehensionNode, scope: Scope, names: Names) -> None:
    """The first iterable is evaluated outside; everything else inside."""
    inner = names.scopes[node] = Scope(node, scope)
    first = node.generators[0].iter
    _visit(first, scope, names)
    for child in ast.iter_child_nodes(node):
        for part in (
            ast.iter_child_nodes(child) if isinstance(child, ast.comprehension) else [child]
        ):
            if part is not first:
                _visit(part, inner, names)


def import_paths(node: ast.Import | ast.ImportFrom) -> Iterator[tuple[ast.alias, str]]:
    """The dotted path that each alias of an import binds; a relative one begins with dots."""
    prefix = ""
    if isinstance(node, ast.ImportFrom):
        prefix = "." * node.level + (f"{node.module}." if node.module else "")
    for alias in node.names:
        whole = isinstance(node, ast.ImportFrom) or alias.asname
        yield alias, prefix + (alias.name if whole else alias.name.partition(".")[0])


def imported_words(file: SourceFile) -> dict[str, str]:
    """The last word of what each alias of an import stands for: `c` is `cast`."""
    return {
        alias.asname: alias.name.rpartition(".")[2]
        for alias in file.nodes(ast.alias)
        if alias.asname
    }
