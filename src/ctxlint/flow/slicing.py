"""The functions of a file that may matter to a getter: the others need not be interpreted.

A unit is a function that is in no other one, with all that it holds. It matters if it mentions
a getter, or a name that leads to one, or changes what the module has, or sets an attribute that
is read for a getter; and so do those it calls.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator, Set
from dataclasses import dataclass, field

from ctxlint.flow.middleware import STATE
from ctxlint.project.scopes import (
    COMPREHENSIONS,
    FUNCTIONS,
    NAMED_FUNCTIONS,
    Names,
    Scope,
)
from ctxlint.source import children, walk

_SCOPES = {*FUNCTIONS, *COMPREHENSIONS, ast.ClassDef}
_ANNOTATED = {ast.arg, ast.AnnAssign, *NAMED_FUNCTIONS}
_TELLING = {ast.alias, ast.AnnAssign, ast.Assign, ast.Attribute, ast.Call, ast.Constant} | {
    ast.Global,
    ast.NamedExpr,
    ast.Subscript,
}
_CHANGING = frozenset({"add", "append", "extend", "insert", "setdefault", "update"})
_SETTING = frozenset({"__dict__", "__setattr__", "setattr", "vars"})  # by a name that is a value
_OWN_CLASS = frozenset({"__class__", "super", "type"})  # how a method calls its class or a base

Word = str | tuple[Scope, str]  # a name; that of a variable of a function with its scope


@dataclass(slots=True)
class _Unit:
    """The names in a function, and those whose elements or attributes it changes.

    attributes: those it sets, or changes an element or attribute of.
    """

    words: set[Word] = field(default_factory=set)
    changed: set[str] = field(default_factory=set)
    attributes: set[str] = field(default_factory=set)
    is_global: bool = False  # whether it assigns names of the module, or of a request's state

    def sets(self, attributes: Set[str]) -> bool:
        """Whether it may set one of these attributes."""
        return not (self.attributes.isdisjoint(attributes) and self.words.isdisjoint(_SETTING))

    def change(self, node: ast.AST) -> None:
        """Note that an attribute, or an element, of an expression is set."""
        self.changed.add(_root(node))
        self.attributes.update(_attributes(node))


class Units:
    """The units of a module; `aliases` are assigned names, each with what it may stand for."""

    def __init__(self, tree: ast.Module, names: Names) -> None:
        self.module = names.module
        self.by_scope = {node: _outermost(scope) for node, scope in names.scopes.items()}
        self.units = {node: _Unit() for node in self.by_scope.values() if node is not None}
        self.aliases: list[tuple[set[Word], set[Word]]] = []
        self._read(tree, names)

    def relevant_scopes(
        self, words: Collection[str], attributes: Set[str] = frozenset()
    ) -> set[ast.AST]:
        """The scopes that matter to what these words name, or other names that stand for it.

        Those are the module and its classes, and all in the units that mention such a name, or
        set one of the attributes, or call what does.
        """
        setting = {n for n, unit in self.units.items() if attributes and unit.sets(attributes)}
        leading: set[Word] = {*words, *(getattr(node, "name", "") for node in setting)}
        while more := {n for ns, meant in self.aliases if meant & leading for n in ns} - leading:
            leading |= more
        held = {name for name, nodes in self.module.bindings.items() if any(map(_is_held, nodes))}
        found = {
            node
            for node, unit in self.units.items()
            if unit.is_global or unit.words & leading or unit.changed & held
        } | setting
        return {node for node, unit in self.by_scope.items() if unit is None or unit in found}

    def _read(self, tree: ast.Module, names: Names) -> None:
        for node, scope in names.scopes.items():
            if unit := self._unit(node):
                unit.words.update(_word(name, scope) for name in scope.loads)
        parts: list[ast.AST] = [tree]
        for part in parts:  # it grows
            unit, scope = self._unit(part) or _Unit(), names.scopes[part]
            if isinstance(part, FUNCTIONS):  # which decorators and defaults may tell of
                decorators: set[Word] = set(_loaded(getattr(part, "decorator_list", ())))
                defaults = [*part.args.defaults, *filter(None, part.args.kw_defaults)]
                unit.words.update(decorators, _loaded(defaults))
                if decorators:  # it may be what they return
                    self.aliases.append(({getattr(part, "name", "")}, decorators))
            pending = [part]
            for node in pending:  # it grows, too
                kind = type(node)
                if node is not part and kind in _SCOPES:
                    parts.append(node)
                    continue
                if kind in _TELLING:
                    self._note(node, unit, scope)
                below = children(node)
                if kind in _ANNOTATED:
                    annotation = getattr(node, "annotation", None) or getattr(node, "returns", None)
                    below = [child for child in below if child is not annotation]
                pending += below
        for part in parts:
            if isinstance(part, ast.ClassDef):
                self._read_class(part, names)

    def _read_class(self, owner: ast.ClassDef, names: Names) -> None:
        """A class may stand for its bases, and a method that calls its own class calls both."""
        bases = set(_words(owner.bases, names.scopes[owner]))
        self.aliases.append(({owner.name}, bases))
        for method in owner.body:
            if isinstance(method, NAMED_FUNCTIONS) and (unit := self._unit(method)):
                first = {argument.arg for argument in method.args.args[:1]}
                if unit.words & (first | _OWN_CLASS):
                    unit.words |= {owner.name} | bases

    def _unit(self, scope: ast.AST) -> _Unit | None:
        outermost = self.by_scope[scope]
        return self.units[outermost] if outermost else None

    def _note(self, node: ast.AST, unit: _Unit, scope: Scope) -> None:
        match node:
            case ast.Constant(value=str(word)) | ast.Call(func=ast.Name(id=word)):
                unit.words.add(word)
            case ast.Attribute(attr=word):
                unit.words.add(word)
                if isinstance(node.ctx, ast.Store):
                    unit.attributes.add(word)
                if isinstance(node.ctx, ast.Store) or word in _CHANGING:
                    unit.change(node.value)
                    unit.is_global |= getattr(node.value, "attr", "") == STATE.name
            case ast.Subscript(ctx=ast.Store()):
                unit.change(node.value)
            case ast.Assign(targets=targets, value=value):
                self._alias(targets, value, scope)
            case ast.AnnAssign() | ast.NamedExpr():
                self._alias([node.target], node.value, scope)
            case ast.alias(name=name, asname=asname):
                unit.words.update(name.split("."))
                if asname:
                    self.aliases.append(({asname}, set(name.split("."))))
            case ast.Global():
                unit.is_global = True

    def _alias(self, targets: list[ast.expr], value: ast.expr | None, scope: Scope) -> None:
        meant = set(_meant(value, scope)) if value else None
        if meant:
            self.aliases.append((set(_words(targets, scope)), meant))


def _outermost(scope: Scope | None) -> ast.AST | None:
    """The outermost function that a scope is or is in."""
    found = None
    while scope is not None:
        if isinstance(scope.node, FUNCTIONS):
            found = scope.node
        scope = scope.parent
    return found


def _loaded(expressions: Iterable[ast.expr]) -> Iterator[str]:
    """The names in expressions."""
    nodes = (node for expression in expressions for node in walk(expression))
    return (node.id for node in nodes if isinstance(node, ast.Name))


def _is_held(binding: ast.AST) -> bool:
    """Whether a binding is a variable: no function, class or module."""
    return isinstance(binding, ast.Name)


def _root(node: ast.AST) -> str:
    """The name that an element or attribute, of an element or attribute, is one of."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return getattr(node, "id", "")


def _attributes(node: ast.AST) -> Iterator[str]:
    """The names of the attributes that an expression is an element, or an attribute, of."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        if isinstance(node, ast.Attribute):
            yield node.attr
        node = node.value


def _word(name: str, scope: Scope) -> Word:
    """A name as it is known where it is read or bound: a variable of a function only there."""
    owner = scope.owner(name)
    if owner is None or isinstance(owner.node, ast.Module | ast.ClassDef):
        return name
    is_variable = all(isinstance(node, ast.Name | ast.arg) for node in owner.bindings[name])
    return (owner, name) if is_variable else name


def _meant(value: ast.expr, scope: Scope) -> Iterator[Word]:
    """The names in an expression that are not called: the target may stand for one of them.

    A variable may hold what it is called after, unless an attribute of it is read.
    """
    nodes = walk(value)
    called = {node.func for node in nodes if isinstance(node, ast.Call)}
    owners = {node.value for node in nodes if isinstance(node, ast.Attribute)}
    others = [node for node in nodes if node not in called]
    yield from _words(others, scope)
    yield from (n.id for n in others if isinstance(n, ast.Name) and n not in owners)


def _words(nodes: Iterable[ast.AST], scope: Scope) -> Iterator[Word]:
    for node in nodes:
        match node:
            case ast.Name(id=word):
                yield _word(word, scope)
            case ast.Attribute(attr=word):
                yield word
            case ast.Tuple(elts=elements) | ast.List(elts=elements):
                yield from _words(elements, scope)
