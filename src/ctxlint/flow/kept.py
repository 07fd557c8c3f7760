"""Generated IDs that are kept: stored under a key, and generated only where that key had nothing.

The store outlives the message: a mapping of a module, a class or an object, something with `get`
and `set`, cookies. A mapping that arrived as a parameter may be the message, so it is not a store.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from itertools import chain

from ctxlint.flow.blocks import always_run, blocks, ends, only_result, own_nodes
from ctxlint.flow.flow import Flow
from ctxlint.flow.places import Access, access, arguments_of, seen_by_caller
from ctxlint.flow.refine import comparison
from ctxlint.flow.values import (
    NOTHING,
    Atom,
    Container,
    Instance,
    Kind,
    Origin,
    Value,
    is_generated,
)
from ctxlint.project.scopes import FUNCTIONS, FunctionNode, once_for_each, parameters
from ctxlint.source import SourceFile, reachable, walk

_ANYWHERE = "cookies"  # what a browser keeps, whichever object sets and reads it
_LOOKUP_ERRORS = frozenset({"KeyError", "LookupError"})
_MAX_CALLS = 3  # of functions in each other that read or write a store

Known = dict[ast.AST, tuple[Access, ...]]  # the places that had nothing where a node runs


class Source:
    """A call that generates an ID, in the function around it; or a function that is given one.

    `ids` are the atoms that the ID is there, `depth` is how many calls deep the function is;
    one that `seeks` asks for functions of other modules that may store the ID.
    """

    def __init__(
        self,
        node: ast.AST,
        flow: Flow,
        known: Known,
        ids: frozenset[Origin] = frozenset(),
        depth: int = 0,
    ) -> None:
        self.node = node
        self.ids = ids
        self.depth = depth
        self.seeks = False
        self.known = known
        self.flow = flow
        self.file: SourceFile = flow.file_of(node)
        self.around = self.file.function_of(node)
        self.asked: list[ast.expr] = []  # stores, of which it is being told whether they outlive

    def is_kept(self) -> bool:
        """Whether it is stored where the place, which was looked up, had nothing."""
        missing = self._missing()
        self.seeks = bool(missing)
        return self.seeks and any(
            write.place == read.place and self._same_key(write, read)
            for write in chain(self.writes(), self._writes_of_holder())
            for read in missing
        )

    def _same_key(self, write: Access, read: Access) -> bool:
        """Whether the names in the key hold the same when the place is read and written."""
        uses = self.flow.uses
        ours = {name.id: uses.get(name) for name in write.names}
        theirs = {name.id: uses.get(name) for name in read.names}
        return ours == theirs and not any(
            is_generated(atom) for name in write.names for atom in self.flow.value_of(name)
        )

    # Where the ID is stored.

    def writes(self) -> Iterator[Access]:
        """The places in which the ID is stored wherever it is generated."""
        for statement in self._following():
            for inner in always_run([statement]):
                for node in own_nodes(inner):
                    yield from self._written(node)

    def _writes_of_holder(self) -> Iterator[Access]:
        """The places in which an object that holds the ID is stored, even before it has the ID."""
        node: ast.AST = self.node
        while node is not self.around and node in self.file.parents:
            parent = self.file.parents[node]
            for statement in (s for block in blocks(parent) if node in block for s in block):
                if isinstance(statement, ast.Assign) and self._holds_it(statement.value):
                    for target in statement.targets:
                        if isinstance(target, ast.Subscript):
                            yield from self._item(target.value, target.slice)
            node = parent

    def _holds_it(self, node: ast.expr) -> bool:
        """Whether an expression is an object that holds the ID."""
        held = NOTHING.union(*map(self._held, self.flow.value_of(node)))
        return any(atom in self.ids for atom in reachable(held, self._held))

    def _held(self, atom: Atom) -> Value:
        is_object = isinstance(atom, Container | Instance | Origin)
        return self.flow.contents(atom) if is_object else NOTHING

    def _following(self) -> Iterator[ast.stmt]:
        """The statements that run once the ID is generated: its own, and those behind it."""
        node: ast.AST = self.node
        while node is not self.around and node in self.file.parents:
            parent = self.file.parents[node]
            for block in blocks(parent):
                if node in block:
                    yield from block[block.index(node) :]
            node = parent

    def _written(self, node: ast.AST) -> Iterator[Access]:
        match node:
            case ast.Assign(targets=targets, value=value) if self._is_it(value):
                for target in targets:
                    if isinstance(target, ast.Subscript):
                        yield from self._item(target.value, target.slice)
                    elif isinstance(target, ast.Attribute):  # `st.session_state.thread_id = x`
                        yield from self._item(target.value, ast.Constant(target.attr))
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
        if isinstance(node, ast.Call):
            yield from self._written_inside(node)

    def _written_inside(self, call: ast.Call) -> Iterator[Access]:
        """The places in which the function that a call calls stores the ID, whatever happens."""
        function = self._called(call)
        if function is None or isinstance(function, ast.Lambda):
            self._ask_for(call)
            return
        given = arguments_of(call, function, self.flow)
        ids = frozenset(Origin(Kind.RECEIVED, p) for p, node in given.items() if self._is_it(node))
        if call is self.node:
            ids = ids.union(self.ids, self._brought())
        inner = Source(function, self.flow, self.known, ids, self.depth + 1)
        for statement in always_run(function.body) if ids else ():
            for node in own_nodes(statement):
                yield from self._seen_here(inner._written(node), call, function)

    def _brought(self) -> set[Origin]:
        """The ID, as it is in the functions that bring it."""
        sources = {atom.first_source for atom in self.ids}
        return {a for a in self.flow.brought.get(self.node, ()) if a.first_source in sources}

    def _ask_for(self, call: ast.Call) -> None:
        """Have a function of another module looked into, if it may store the ID."""
        given = [*call.args, *(keyword.value for keyword in call.keywords)]
        if self.seeks and call in self.flow.loader.deferred and any(map(self._is_it, given)):
            self.flow.loader.needed.add(call)

    def _called(self, call: ast.AST) -> FunctionNode | None:
        """The one function that a call calls, if it is looked into."""
        functions = self.flow.callees.get(call, ())
        known = [f for f in functions if isinstance(f, FUNCTIONS)]
        return known[0] if len(functions) == len(known) == 1 and self.depth < _MAX_CALLS else None

    def _seen_here(
        self, found: Iterable[Access], call: ast.Call, function: FunctionNode
    ) -> Iterator[Access]:
        """The accesses of a function in terms of a call, if the objects outlive the message."""
        for inner in found:
            seen = seen_by_caller(inner, call, function, self.flow)
            root = seen.store if seen else None
            while isinstance(root, ast.Attribute):
                root = root.value
            if seen and (not isinstance(root, ast.Name) or self._outlives(root)):
                yield seen

    def _set(self, store: ast.expr, method: str, call: ast.Call) -> Iterator[Access]:
        """The place that `store.set(key, value)` stores something in."""
        named = {keyword.arg: keyword.value for keyword in call.keywords}
        if method == "set_cookie":
            key = call.args[0] if call.args else named.get("key")
            if key is not None:
                yield access(_ANYWHERE, [key], self.flow)
        elif self._outlives(store):
            count = 1 if len(call.args) < 2 and not named else 2
            keys = call.args[:-1] if method in ("hset",) else call.args[: count - 1]
            yield access(store, keys, self.flow)

    def _is_it(self, node: ast.expr) -> bool:
        """Whether an expression is the ID."""
        return not self.ids.isdisjoint(self.flow.value_of(node))

    # Where it is generated.

    def _missing(self) -> tuple[Access, ...]:
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

    def _missing_at(self, node: ast.AST) -> Iterator[Access]:
        """The places that had nothing where a node runs, but what holds it may."""
        parent = self.file.parents[node]
        yield from self._missing_around(parent, node)
        leaving, number = _leaving(parent).get(node, ([], 0))
        for statement in leaving[:number]:
            yield from self._absent(statement.test, False)

    def _missing_around(self, parent: ast.AST, node: ast.AST) -> Iterator[Access]:
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

    def _absent(self, test: ast.expr, truth: bool) -> Iterator[Access]:
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
        yield from self._looked_up_inside(test, lambda inner, value: inner._absent(value, truth))

    def _looked_up_inside(
        self, call: ast.expr, look: Callable[[Source, ast.expr], Iterable[Access]]
    ) -> Iterator[Access]:
        """The places that the function which a call calls looks at for its only result."""
        function = self._called(call)
        result = function and only_result(function)
        if isinstance(call, ast.Call) and function and result:
            inner = Source(function, self.flow, self.known, depth=self.depth + 1)
            yield from self._seen_here(look(inner, result), call, function)

    def _read(self, node: ast.expr) -> Iterator[Access]:
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
        yield from self._looked_up_inside(node, lambda inner, value: inner._read(value))

    def _got(self, store: ast.expr, method: str, args: list[ast.expr]) -> Iterator[Access]:
        if isinstance(store, ast.Attribute) and store.attr == _ANYWHERE:
            yield access(_ANYWHERE, args[:1], self.flow)
        keys = args if method in ("hget",) else args[:1]
        if self._outlives(store):
            yield access(store, keys, self.flow)
            if keys == args[:1] and isinstance(args[0] if args else None, ast.Constant):
                yield access(store, [], self.flow)  # `var.get(None)` of a context variable

    def _definition_reads(self, node: object, value: ast.expr | None) -> Iterator[Access]:
        if isinstance(node, ast.arg):
            yield from self._cookie(node)
        elif value is not None and not isinstance(value, ast.Name):
            yield from self._read(value)

    def _cookie(self, argument: ast.arg) -> Iterator[Access]:
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
                yield access(_ANYWHERE, [alias or ast.Constant(argument.arg)], self.flow)

    def _item(self, store: ast.expr, key: ast.expr) -> Iterator[Access]:
        """An item of a mapping, if the mapping outlives the message."""
        if not self._is_parameter(store) and self._outlives(store):
            yield access(store, [key], self.flow)

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


@once_for_each
def _leaving(parent: ast.AST) -> dict[ast.AST, tuple[list[ast.If], int]]:
    """The statements in the blocks of a node, each with the `if`s whose bodies leave its block, and
    how many of these stand before it.
    """
    found: dict[ast.AST, tuple[list[ast.If], int]] = {}
    for block in blocks(parent):
        leaving: list[ast.If] = []
        for statement in block:
            found[statement] = leaving, len(leaving)
            if isinstance(statement, ast.If) and ends(statement.body):
                leaving.append(statement)
    return found
