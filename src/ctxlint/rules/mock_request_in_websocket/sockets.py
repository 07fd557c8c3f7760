"""WebSockets and requests in a module: which value is one, which code handles one."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from ctxlint.contract.getter import matches_any
from ctxlint.contract.libraries import RequestDoubles
from ctxlint.flow import Facts, Kind, Origin
from ctxlint.flow.classes import class_of_first
from ctxlint.flow.values import NOTHING, Atom, Attribute, Symbol, Value, is_kind
from ctxlint.project.scopes import Scope, import_paths, parameters, positionals
from ctxlint.source import SourceFile, walk

_FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef


def is_one_of(value: Iterable[Atom], patterns: tuple[str, ...]) -> bool:
    """Whether a value can only be something that `patterns` name; None aside."""
    atoms = [atom for atom in value if not is_kind(atom, Kind.ABSENT)]
    return bool(atoms) and all(
        isinstance(atom, Symbol) and matches_any(patterns, atom.path) for atom in atoms
    )


@dataclass(frozen=True)
class Sockets:
    """The WebSockets of a module, from its annotations, calls and decorators."""

    file: SourceFile
    flow: Facts

    @property
    def fakes(self) -> RequestDoubles:
        """The types concerned."""
        return self.flow.contract.request_doubles

    def is_websocket(self, atom: Atom, seen: frozenset[Atom] = frozenset()) -> bool:
        """Whether an atom can only be a WebSocket."""
        match atom:
            case Origin(node=ast.arg() as parameter):
                is_typed = self._is_annotated(parameter, self.fakes.websockets)
                return is_typed or self._is_of_hook(parameter)
            case Origin(node=ast.Call(func=function)):
                return is_one_of(self.flow.value_of(function), self.fakes.websockets)
            case Origin(node=(Origin(node=ast.arg()) as owner, Attribute() as key)):
                return self._is_kept(owner, key, seen | {atom})
        return False

    def _is_of_hook(self, parameter: ast.arg) -> bool:
        """Whether a parameter without a type is what an endpoint's hooks get: its WebSocket."""
        function = self.flow.file_of(parameter).function_of(parameter)
        owner = self.flow.file_of(parameter).parents.get(function)
        if not isinstance(function, _FUNCTIONS) or not isinstance(owner, ast.ClassDef):
            return False
        arguments = positionals(function.args)
        return (
            function.name in self.fakes.hooks
            and arguments[1:2] == [parameter]
            and parameter.annotation is None
            and self._is_endpoint(owner)
        )

    def is_scope(self, atom: Atom) -> bool:
        """Whether an atom is the scope of a WebSocket."""
        match atom:
            case Origin(node=(owner, Attribute(name="scope"))):
                return self.is_websocket(owner)  # type: ignore[arg-type]
        return False

    @cached_property
    def updates(self) -> list[tuple[ast.expr, ast.Call]]:
        """Each mapping that `update` is called on, with the call."""
        return [
            (node.func.value, node)
            for node in self.file.nodes(ast.Call)
            if isinstance(node.func, ast.Attribute) and node.func.attr == "update"
        ]

    def _is_kept(self, owner: Origin, key: Attribute, seen: frozenset[Atom]) -> bool:
        """Whether the methods of a class keep nothing but WebSockets in `self.<key>`."""
        assert isinstance(owner.node, ast.arg)
        holder = class_of_first(owner.node, self.flow.scope_of(owner.node))
        if holder is None:
            return False
        for node in holder.body:
            if isinstance(node, ast.AnnAssign) and getattr(node.target, "id", "") == key.name:
                inside = self.flow.program.scopes[holder]
                return self._is_type(node.annotation, inside, self.fakes.websockets)
        held = self.flow.value(self.flow.by_cell.get((holder, key), ()))
        atoms = [a for a in held if a not in seen and not is_kind(a, Kind.ABSENT)]
        return bool(atoms) and all(self.is_websocket(atom, seen) for atom in atoms)

    def asks_for_request(self, parameter: ast.arg) -> bool:
        """Whether a parameter is annotated as a request, and as nothing else."""
        scope = self.flow.scope_of(parameter)
        assert scope.parent is not None
        found = list(self._alternatives(parameter.annotation, scope.parent))
        is_optional = parameter.annotation is not None and _allows_none(parameter.annotation)
        return (
            len(found) == 1
            and not is_optional
            and self._is_annotated(parameter, self.fakes.requests)
        )

    # Annotations.

    def _is_annotated(self, parameter: ast.arg, types: tuple[str, ...]) -> bool:
        scope = self.flow.scope_of(parameter)
        assert scope.parent is not None
        return self._is_type(parameter.annotation, scope.parent, types)

    def _is_type(self, annotation: ast.expr | None, scope: Scope, types: tuple[str, ...]) -> bool:
        """Whether an annotation allows one of `types` only, or None."""
        found = list(self._alternatives(annotation, scope))
        return bool(found) and all(is_one_of(self._named(node, scope), types) for node in found)

    def _alternatives(self, node: ast.expr | None, scope: Scope) -> Iterator[ast.expr]:
        """The types that an annotation joins, without what wraps them."""
        match node:
            case None | ast.Constant(value=None):
                return
            case ast.Constant(value=str() as text):
                yield from self._alternatives(_parsed(text), scope)
            case ast.BinOp(op=ast.BitOr()):
                yield from self._alternatives(node.left, scope)
                yield from self._alternatives(node.right, scope)
            case ast.Subscript():
                for inner in self._wrapped(node, scope):
                    yield from self._alternatives(inner, scope)
            case _:
                yield node

    def _wrapped(self, node: ast.Subscript, scope: Scope) -> list[ast.expr]:
        wrapper = self._named(node.value, scope)
        inner = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        if is_one_of(wrapper, self.fakes.unions):
            return inner
        return inner[:1] if is_one_of(wrapper, self.fakes.annotated) else [node.value]

    def _named(self, node: ast.expr, scope: Scope) -> Value:
        """The value of a dotted name in an annotation."""
        if isinstance(node, ast.Attribute):
            modules = [a for a in self._named(node.value, scope) if isinstance(a, Symbol)]
            return frozenset(Symbol(f"{module.path}.{node.attr}") for module in modules)
        if isinstance(node, ast.Name) and (owner := scope.owner(node.id)):
            return self.flow.value(self.flow.by_cell.get((owner.node, node.id), ()))
        return NOTHING

    # Code.

    def in_websocket_code(self, node: ast.AST) -> bool:
        """Whether the code around a node handles a WebSocket, not a request."""
        for _, parent in self.file.around(node):
            if isinstance(parent, _FUNCTIONS):
                if self._handles(parent, self.fakes.websockets) or _is_route(parent, self.fakes):
                    return True
                if self._handles(parent, self.fakes.requests):
                    return False
            elif isinstance(parent, ast.ClassDef) and self._is_endpoint(parent):
                return True
        return self._in_websocket_module

    def _handles(
        self, function: ast.FunctionDef | ast.AsyncFunctionDef, types: tuple[str, ...]
    ) -> bool:
        return any(self._is_annotated(one, types) for one in parameters(function.args))

    def _is_endpoint(self, node: ast.ClassDef) -> bool:
        bases = [self.flow.value_of(base) for base in node.bases]
        return any(is_one_of(base, self.fakes.endpoints) for base in bases)

    @cached_property
    def _in_websocket_module(self) -> bool:
        paths = (path for node in self.file.imports for _, path in import_paths(node))
        return any(word in self.file.path for word in self.fakes.websocket_words) or any(
            matches_any(self.fakes.websockets, path) for path in paths
        )


def _allows_none(annotation: ast.expr) -> bool:
    """Whether a type is a union with None."""
    return any(
        (isinstance(node, ast.Constant) and node.value is None)
        or getattr(node, "id", getattr(node, "attr", "")) == "Optional"
        for node in walk(annotation)
    )


def _parsed(text: str) -> ast.expr | None:
    """The expression of a quoted annotation."""
    try:
        return ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError):
        return None


def _is_route(function: ast.FunctionDef | ast.AsyncFunctionDef, fakes: RequestDoubles) -> bool:
    """Whether a decorator makes a function the handler of a WebSocket's route."""
    return any(
        isinstance(decorator, ast.Call) and getattr(decorator.func, "attr", "") in fakes.routes
        for decorator in function.decorator_list
    )
