"""Generated IDs that are kept: stored under a key, and generated only where that key had nothing.

The store outlives the message: a mapping of a module, a class or an object, something with `get`
and `set`, cookies. A mapping that arrived as a parameter may be the message, so it is not a store.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import chain
from typing import Any, NamedTuple

from ctxlint.flow.flow import Flow
from ctxlint.flow.refine import comparison
from ctxlint.flow.values import NOTHING, Atom, Container, Instance, Origin, Value, is_generated
from ctxlint.project.scopes import parameters
from ctxlint.source import SourceFile, reachable, walk

_ANYWHERE = "cookies"  # what a browser keeps, whichever object sets and reads it
_LOOKUP_ERRORS = frozenset({"KeyError", "LookupError"})


class _Place(NamedTuple):
    """Where an ID is kept: the texts of the store and of the key."""

    store: str
    key: str


class _Access(NamedTuple):
    """A read or write of a place; `names` are those in its key."""

    place: _Place
    names: tuple[ast.Name, ...]


Known = dict[ast.AST, tuple[_Access, ...]]  # the places that had nothing where a node runs


def is_kept(atom: Origin, flow: Flow, known: Known) -> bool:
    """Whether an ID is kept, whichever of the calls that it may come from has generated it.

    A call of a function that generates one is kept where that call is.
    """
    sources = _sources(atom, flow, known)
    return bool(sources) and all(_Source(node, flow, known).is_kept() for node in sources)


def _sources(atom: Origin, flow: Flow, known: Known) -> set[ast.expr]:
    """The calls that generate an ID, in the functions that bring it, up to one that is kept."""
    found: set[ast.expr] = set()
    pending, seen = [atom], {atom}
    while pending:
        node = pending.pop().node
        if node not in flow.callees or _Source(node, flow, known).is_kept():  # type: ignore[arg-type]
            found.add(node)  # type: ignore[arg-type]
            continue
        value = flow.value(flow.uses.get(node, ()))
        held = value.union(*map(flow.contents, value))
        ids = {a for a in held if isinstance(a, Origin) and is_generated(a)}
        inner = {a for a in ids if flow.brings(node, a)} - seen
        seen |= inner
        pending += inner
    return found


class _Source:
    """A call that generates an ID, in the function around it."""

    def __init__(self, node: ast.expr, flow: Flow, known: Known) -> None:
        self.node = node
        self.known = known
        self.flow = flow
        self.file: SourceFile = flow.file_of(node)
        self.around = self.file.function_of(node)
        self.asked: list[ast.expr] = []  # stores, of which it is being told whether they outlive

    def is_kept(self) -> bool:
        """Whether it is stored where the place, which was looked up, had nothing."""
        missing = self._missing()
        return bool(missing) and any(
            write.place == read.place and self._same_key(write, read)
            for write in chain(self._writes(), self._writes_of_holder())
            for read in missing
        )

    def _same_key(self, write: _Access, read: _Access) -> bool:
        """Whether the names in the key hold the same when the place is read and written."""
        uses = self.flow.uses
        ours = {name.id: uses.get(name) for name in write.names}
        theirs = {name.id: uses.get(name) for name in read.names}
        return ours == theirs and not any(
            is_generated(atom) for name in write.names for atom in self.flow.value_of(name)
        )

    # Where the ID is stored.

    def _writes(self) -> Iterator[_Access]:
        """The places in which the ID is stored wherever it is generated."""
        for statement in self._following():
            for node in _own_nodes(statement):
                yield from self._written(node)

    def _writes_of_holder(self) -> Iterator[_Access]:
        """The places in which an object that holds the ID is stored, even before it has the ID."""
        node: ast.AST = self.node
        while node is not self.around and node in self.file.parents:
            parent = self.file.parents[node]
            for statement in (s for block in _blocks(parent) if node in block for s in block):
                if isinstance(statement, ast.Assign) and self._holds_it(statement.value):
                    for target in statement.targets:
                        if isinstance(target, ast.Subscript):
                            yield from self._item(target.value, target.slice)
            node = parent

    def _holds_it(self, node: ast.expr) -> bool:
        """Whether an expression is an object that holds the ID."""
        held = NOTHING.union(*map(self._held, self.flow.value_of(node)))
        return any(
            is_generated(atom) and getattr(atom, "node", None) is self.node
            for atom in reachable(held, self._held)
        )

    def _held(self, atom: Atom) -> Value:
        is_object = isinstance(atom, Container | Instance | Origin)
        return self.flow.contents(atom) if is_object else NOTHING

    def _following(self) -> Iterator[ast.stmt]:
        """The statements that run once the ID is generated: its own, and those behind it."""
        node: ast.AST = self.node
        while node is not self.around and node in self.file.parents:
            parent = self.file.parents[node]
            for block in _blocks(parent):
                if node in block:
                    yield from block[block.index(node) :]
            node = parent

    def _written(self, node: ast.AST) -> Iterator[_Access]:
        match node:
            case ast.Assign(targets=targets, value=value) if self._is_it(value):
                for target in targets:
                    if isinstance(target, ast.Subscript):
                        yield from self._item(target.value, target.slice)
            case ast.Call(func=ast.Attribute(value=store, attr="setdefault"), args=[key, value]):
                if self._is_it(value) or self._holds_it(value):
                    yield from self._item(store, key)
            case ast.Call(
                func=ast.Attribute(value=store, attr="update"), args=[ast.Dict() as shown]
            ):
                for name, item in zip(shown.keys, shown.values, strict=True):
                    if name and (self._is_it(item) or self._holds_it(item)):
                        yield from self._item(store, name)
            case ast.Call(func=ast.Attribute(value=store, attr=method), args=args):
                given = [*args, *(keyword.value for keyword in node.keywords)]
                if method in self.flow.contract.store_setters and any(map(self._is_it, given)):
                    yield from self._set(store, method, node)

    def _set(self, store: ast.expr, method: str, call: ast.Call) -> Iterator[_Access]:
        """The place that `store.set(key, value)` stores something in."""
        named = {keyword.arg: keyword.value for keyword in call.keywords}
        if method == "set_cookie":
            key = call.args[0] if call.args else named.get("key")
            if key is not None:
                yield _access(_ANYWHERE, [key])
        elif self._outlives(store):
            count = 1 if len(call.args) < 2 and not named else 2
            keys = call.args[:-1] if method in ("hset",) else call.args[: count - 1]
            yield _access(ast.unparse(store), keys)

    def _is_it(self, node: ast.expr) -> bool:
        """Whether an expression is the ID."""
        return any(
            isinstance(atom, Origin) and is_generated(atom) and atom.node is self.node
            for atom in self.flow.value_of(node)
        )

    # Where it is generated.

    def _missing(self) -> tuple[_Access, ...]:
        """The places that had nothing wherever the ID is generated."""
        path: list[ast.AST] = []
        node: ast.AST = self.node
        while node is not self.around and node in self.file.parents and node not in self.known:
            path.append(node)
            node = self.file.parents[node]
        found = self.known.get(node, ())
        for node in reversed(path):
            found = self.known[node] = (*self._missing_at(node), *found)
        return found

    def _missing_at(self, node: ast.AST) -> Iterator[_Access]:
        """The places that had nothing where a node runs, but what holds it may."""
        parent = self.file.parents[node]
        yield from self._missing_around(parent, node)
        for block in _blocks(parent):
            if node in block:
                for statement in block[: block.index(node)]:
                    if isinstance(statement, ast.If) and _ends(statement.body):
                        yield from self._absent(statement.test, False)

    def _missing_around(self, parent: ast.AST, node: ast.AST) -> Iterator[_Access]:
        match parent:
            case ast.BoolOp(op=ast.Or(), values=[first, *_]) if node is not first:
                yield from self._read(first)
            case ast.If(test=test) if node is not test:
                yield from self._absent(test, node in parent.body)
            case ast.IfExp(test=test) if node is not test:
                yield from self._absent(test, node is parent.body)
            case ast.Call(func=ast.Attribute(attr="setdefault", value=store), args=[key, default]):
                if node is default:
                    yield from self._item(store, key)
            case ast.Call(func=ast.Attribute(attr="get"), args=[_, default]) if node is default:
                yield from self._read(parent)
            case ast.ExceptHandler(type=ast.Name(id=name)) if name in _LOOKUP_ERRORS:
                body = self.file.parents[parent].body  # type: ignore[attr-defined]
                for inner in (inner for statement in body for inner in walk(statement)):
                    if isinstance(inner, ast.Subscript) and isinstance(inner.ctx, ast.Load):
                        yield from self._item(inner.value, inner.slice)

    def _absent(self, test: ast.expr, truth: bool) -> Iterator[_Access]:
        """The places that have nothing where a test came out as `truth`."""
        match test:
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                yield from self._absent(operand, not truth)
            case ast.BoolOp(op=op, values=values):
                if isinstance(op, ast.And) is truth:
                    for value in values:
                        yield from self._absent(value, truth)
            case ast.Compare(left=key, ops=[ast.In() | ast.NotIn() as op], comparators=[store]):
                if truth is isinstance(op, ast.NotIn):
                    yield from self._item(store, key)
            case ast.Compare(comparators=[ast.Constant(value=None)]):
                tested, is_none, _ = comparison(test, truth) or (test, False, [])
                if is_none:
                    yield from self._read(tested)
            case _ if not truth:
                yield from self._read(test)

    def _read(self, node: ast.expr) -> Iterator[_Access]:
        """The place that the value of an expression was looked up in."""
        match node:
            case ast.Await(value=inner) | ast.NamedExpr(value=inner):
                yield from self._read(inner)
            case ast.Subscript(value=store, slice=key):
                yield from self._item(store, key)
            case ast.Call(func=ast.Attribute(value=store, attr=method), args=args):
                if method in self.flow.contract.store_getters:
                    yield from self._got(store, method, args)
            case ast.Name():
                reads = [self._definition_reads(d.node, d.value) for d in self.flow.reads(node)]
                if len(reads) == 1:
                    yield from reads[0]

    def _got(self, store: ast.expr, method: str, args: list[ast.expr]) -> Iterator[_Access]:
        if isinstance(store, ast.Attribute) and store.attr == _ANYWHERE:
            yield _access(_ANYWHERE, args[:1])
        keys = args if method in ("hget",) else args[:1]
        if self._outlives(store):
            yield _access(ast.unparse(store), keys)
            if keys == args[:1] and isinstance(args[0] if args else None, ast.Constant):
                yield _access(ast.unparse(store), [])  # `var.get(None)` of a context variable

    def _definition_reads(self, node: object, value: ast.expr | None) -> Iterator[_Access]:
        if isinstance(node, ast.arg):
            yield from self._cookie(node)
        elif value is not None and not isinstance(value, ast.Name):
            yield from self._read(value)

    def _cookie(self, argument: ast.arg) -> Iterator[_Access]:
        """The cookie that a framework reads for a parameter."""
        function = self.file.parents[self.file.parents[argument]]
        arguments = getattr(function, "args", None)
        pairs = parameters(arguments) if isinstance(arguments, ast.arguments) else {}
        declared = [pairs.get(argument), *walk(argument.annotation or ast.Constant(None))]
        for call in declared:
            if isinstance(call, ast.Call) and self.flow.means(
                call.func, self.flow.contract.cookies
            ):
                alias = next((k.value for k in call.keywords if k.arg == "alias"), None)
                yield _access(_ANYWHERE, [alias or ast.Constant(argument.arg)])

    def _item(self, store: ast.expr, key: ast.expr) -> Iterator[_Access]:
        """An item of a mapping, if the mapping outlives the message."""
        if not self._is_parameter(store) and self._outlives(store):
            yield _access(ast.unparse(store), [key])

    def _outlives(self, store: ast.expr) -> bool:
        """Whether an object was there before the message came."""
        if not isinstance(store, ast.Name | ast.Attribute):
            return False
        held = [d.value for d in self.flow.reads(store)] if isinstance(store, ast.Name) else []
        if store in self.asked:
            return True  # in a loop it comes out of itself
        self.asked.append(store)
        is_held = bool(held) and all(map(self._is_held, held))
        self.asked.remove(store)
        if is_held:
            return True
        made = [a.node for a in self.flow.value_of(store) if isinstance(a, Container | Instance)]
        if any(self.flow.file_of(node).function_of(node) is self.around for node in made):
            return False
        if isinstance(store, ast.Attribute):
            return True
        return all(
            isinstance(definition.node, ast.arg)
            or isinstance(definition.cell[0], ast.Module | ast.ClassDef)
            or isinstance(definition.node, ast.alias)
            for definition in self.flow.reads(store)
        )

    def _is_held(self, value: ast.expr | None) -> bool:
        """Whether an expression is a store, or an object that one holds under a key."""
        match value:
            case (ast.Name() | ast.Attribute()) as store:
                pass
            case ast.Subscript(value=store):
                pass
            case ast.Call(func=ast.Attribute(value=store, attr="setdefault")):
                pass
            case ast.Call(func=ast.Attribute(value=store, attr="get"), args=[_], keywords=[]):
                pass
            case _:
                return False
        return not self._is_parameter(store) and self._outlives(store)

    def _is_parameter(self, store: ast.expr) -> bool:
        """Whether an object arrived as a parameter: it may be the message."""
        return isinstance(store, ast.Name) and any(
            isinstance(definition.node, ast.arg) for definition in self.flow.reads(store)
        )


def _access(store: str, keys: list[ast.expr]) -> _Access:
    names = [n for key in keys for n in walk(key) if isinstance(n, ast.Name)]
    return _Access(_Place(store, ", ".join(map(ast.unparse, keys))), tuple(names))


def _blocks(node: ast.AST) -> Iterator[list[Any]]:
    for name in ("body", "orelse", "finalbody"):
        block = getattr(node, name, None)
        if isinstance(block, list):
            yield block


def _own_nodes(statement: ast.stmt) -> Iterator[ast.AST]:
    """The nodes of a statement that run whenever it does: none of its blocks."""
    if not any(True for _ in _blocks(statement)):
        yield from walk(statement)


def _ends(body: list[ast.stmt]) -> bool:
    """Whether what follows a block does not run after it."""
    return bool(body) and isinstance(body[-1], ast.Return | ast.Raise | ast.Continue | ast.Break)
