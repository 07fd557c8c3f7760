"""The other ID of a message: whether it is missing only because it did not arrive."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from itertools import takewhile
from typing import TYPE_CHECKING
from weakref import proxy

from ctxlint.flow import Definition, Origin
from ctxlint.flow.blocks import ends
from ctxlint.flow.values import is_generated, is_id
from ctxlint.remedy.guards import DISPLAYS, binder_of, is_false
from ctxlint.source import reachable, walk

if TYPE_CHECKING:
    from ctxlint.remedy.rejections import Rejections

_Removal = tuple[ast.AST, str, list[ast.expr]]  # a node, the name of the mapping, and the keys
_OTHER_TESTS = (ast.Try, ast.TryStar, ast.For, ast.AsyncFor, ast.Match, ast.Assert)
_LOOK_UPS = (ast.Call, ast.Subscript)
_CHANGING = frozenset({"clear", "pop", "popitem", "setdefault", "update"})


class Twins:
    """Tells whether IDs are plain: read straight out of a message, under no condition."""

    def __init__(self, rejections: Rejections) -> None:
        # A cycle would hold the flow until the next collection.
        self.rejections: Rejections = proxy(rejections)
        self.file = rejections.file
        self.flow = rejections.flow
        self.ids = rejections.ids
        self._known: dict[Definition, bool] = {}
        self._removals: dict[ast.AST, list[_Removal]] = {}

    def is_plain(self, node: ast.expr) -> bool:
        """Whether an ID is as it arrived: nothing but its absence can have made it missing."""
        return all(map(self._is_plain_definition, self.flow.reads(node)))

    def _is_plain_definition(self, definition: Definition) -> bool:
        if definition not in self._known:
            self._known[definition] = True  # for one that is made of itself
            self._known[definition] = self._keeps(definition)
        return self._known[definition]

    def _keeps(self, definition: Definition) -> bool:
        node, value = definition.node, definition.value
        if isinstance(node, ast.arg):
            given = [n for n, keys in self.flow.argument_bindings.items() if node in keys]
            return all(self.is_plain_value(n) for n in given if n in self.file.parents)
        if node and node in self.flow.callees and value is None:  # a part of a result
            return self._returns_plain(node)
        if node is None or value is None or node not in self.file.parents:
            return node is None
        binder = binder_of(node, self.file)
        if isinstance(binder, ast.comprehension | ast.For) and isinstance(binder.iter, DISPLAYS):
            body = binder.body if isinstance(binder, ast.For) else []
            return self._ask_for_presence(body) and all(map(self.is_plain_value, binder.iter.elts))
        is_assigned = (
            isinstance(binder, ast.Assign | ast.AnnAssign | ast.NamedExpr) or node is value
        )
        if not is_assigned or not self.is_plain_value(value):
            return False
        if value in self.flow.derived_from or self._is_there(value):
            return True
        is_asked = not self.rejections.rejects_at(node, binder)
        return is_asked and all(map(self.rejections.only_looks_up, self._tried_before(binder)))

    def _is_there(self, value: ast.expr) -> bool:
        """Whether a value is never missing: a text, or a generated ID."""
        found = self.flow.value_of(value)
        is_made = bool(found) and all(map(is_generated, found))
        return is_made or (isinstance(value, ast.Constant) and bool(value.value))

    def _tried_before(self, binder: ast.AST) -> list[ast.stmt]:
        """The statements that may raise before one in a `try` whose handlers go on."""
        parent = self.file.parents[binder]
        if not isinstance(parent, ast.Try | ast.TryStar) or binder not in parent.body:
            return []
        if all(ends(handler.body) for handler in parent.handlers):
            return []
        return list(takewhile(lambda statement: statement is not binder, parent.body))

    def is_plain_value(self, value: ast.expr) -> bool:
        """Whether an expression looks an ID up in a message, and asks for nothing."""
        if isinstance(value, ast.Attribute | ast.Call | ast.Subscript) and (
            self._is_found_by_id(value) or self._is_taken_out(value) or self._is_replaced(value)
        ):
            return False
        match value:
            case ast.Constant():
                return True
            case ast.Name():
                return self.is_plain(value)
            case ast.Await(value=inner) | ast.NamedExpr(value=inner):
                return self.is_plain_value(inner)
            case ast.BoolOp(values=parts):
                return all(map(self.is_plain_value, parts))
            case ast.IfExp(test=test, body=body, orelse=orelse):
                branches = [body, orelse]  # only a constant of them is missing by the test alone
                asks = self.rejections.presence.asks(test) or not any(map(is_false, branches))
                return asks and all(map(self.is_plain_value, branches))
            case ast.Call() if value in self.flow.callees:
                return self._returns_plain(value)
            case ast.Subscript(value=base, slice=ast.Constant()) | ast.Attribute(value=base):
                call = base.value if isinstance(base, ast.Await) else base
                if call in self.flow.callees:
                    return self._returns_plain(call)
            case ast.Call(args=[*args]) if value in self.flow.derived_from:
                return all(map(self.is_plain_value, args))
        is_made = all(is_id(atom) for atom in self.flow.value_of(value))
        return is_made or self.ids.is_id(value) or value in self.flow.derived_from or probes(value)

    def ask_in_calls(self, node: ast.AST) -> bool:
        """Whether the functions that a node calls ask only for the presence of IDs."""
        return self._ask_for_presence(self.flow.callees.get(node, ()))

    def _returns_plain(self, node: ast.AST) -> bool:
        """Whether the functions that a node calls return IDs as they arrived."""
        if not self.ask_in_calls(node):
            return False
        nodes = [part for f in self.flow.callees.get(node, ()) for part in walk(f)]
        returned = [n.value for n in nodes if isinstance(n, ast.Return) and n.value]
        return all(self.is_plain_value(v) for r in returned for v in _parts_of(r) or [r])

    def _ask_for_presence(self, code: Iterable[ast.AST]) -> bool:
        """Whether all tests in some code ask only for the presence of IDs."""
        nodes = [part for node in code for part in walk(node)]
        tests = [test for node in nodes for test in _tests_in(node)]
        is_simple = not any(isinstance(node, _OTHER_TESTS) for node in nodes)
        return is_simple and all(map(self.rejections.presence.asks, tests))

    def _is_found_by_id(self, value: ast.expr) -> bool:
        """Whether something else is looked up by an ID, and not just made of it.

        It may be the value itself, or what that is an item or attribute of: a row, a session.
        """
        if value in self.flow.derived_from:
            return False
        found = self.flow.value_of(value)
        roots = {root for atom in found if isinstance(root := _root_of(atom), _LOOK_UPS)}
        names = [n for part in {value, *roots} for n in walk(part) if isinstance(n, ast.Name)]
        given = (self.flow.value_of(name) for name in names if self.ids.is_id(name))
        is_key = any(map(self._has_id_as_key, {value, *self._bases_of(value)}))
        return is_key or any(ids.isdisjoint(found) for ids in given)

    def _bases_of(self, value: ast.expr) -> set[ast.expr]:
        """The values of what an expression looks something up in."""
        return set(reachable(self._looked_up_in(value), self._looked_up_in))

    def _looked_up_in(self, value: ast.expr) -> set[ast.expr]:
        base = _base_of(value)
        return {d.value for d in self.flow.reads(base) if d.value} if base else set()

    def _has_id_as_key(self, value: ast.expr) -> bool:
        """Whether an ID is the key of a look-up in an expression."""
        keys: list[ast.expr] = []
        for node in walk(value):
            if isinstance(node, ast.Subscript):
                keys.append(node.slice)
            elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "get":
                keys += node.args[:1]
        return any(map(self.ids.are_read_by, keys))

    def _is_replaced(self, value: ast.expr) -> bool:
        """Whether code has put something into the place that a look-up reads."""
        is_made = value in self.flow.derived_from or value in self.flow.callees
        return not is_made and not self.is_plain(value)

    def _is_taken_out(self, value: ast.expr) -> bool:
        """Whether the function that looks an ID up takes items out of the same message itself."""
        base = _base_of(value)
        function = self.file.function_of(value) if value in self.file.parents else None
        if not isinstance(base, ast.Name) or function is None:
            return False
        if function not in self._removals:
            self._removals[function] = list(_removals(function))
        return any(
            node is not value and name == base.id and self._may_be_id(keys)
            for node, name, keys in self._removals[function]
        )

    def _may_be_id(self, keys: list[ast.expr]) -> bool:
        """Whether one of some keys is that of an ID, or not known."""
        key = keys[0] if keys else None
        return not isinstance(key, ast.Constant) or key.value in self.ids.names


def _parts_of(value: ast.expr) -> list[ast.expr]:
    """The items that a display shows."""
    match value:
        case ast.Tuple(elts=parts) | ast.List(elts=parts) | ast.Dict(values=parts):
            return parts
    return []


def _tests_in(node: ast.AST) -> list[ast.expr]:
    """The tests that a node makes itself."""
    match node:
        case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test):
            return [test]
        case ast.BoolOp(op=ast.And(), values=values):
            return values[:-1]
        case ast.comprehension(ifs=ifs):
            return ifs
    return []


def _removals(function: ast.AST) -> Iterator[_Removal]:
    """The code in a function that takes items out of the mapping which a name stands for."""
    for node in walk(function):
        match node:
            case ast.Delete(targets=targets):
                for target in targets:
                    if isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
                        yield node, target.value.id, [target.slice]
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=method), args=args):
                if method in _CHANGING:
                    yield node, name, args[:1]


def probes(value: ast.expr) -> bool:
    """Whether an expression looks something up by a constant name, and nothing by an ID."""
    match value:
        case ast.Attribute(value=base) | ast.Subscript(value=base, slice=ast.Constant()):
            return isinstance(base, ast.Name | ast.Attribute)
        case ast.Call(func=ast.Name(id="getattr"), args=[ast.Name(), ast.Constant(), *_]):
            return True
        case ast.Call(func=ast.Attribute(attr="get" | "pop"), args=[ast.Constant(), *_]):
            return True
    return False


def _base_of(value: ast.expr) -> ast.expr | None:
    """The object that an expression looks something up in."""
    match value:
        case ast.Call(func=ast.Attribute(attr="get", value=base)):
            return base
        case ast.Subscript(value=base) | ast.Attribute(value=base):
            return base
    return None


def _root_of(atom: object) -> object:
    """Where the object came from whose item or attribute (of an item) a value is."""
    node = getattr(atom, "node", None)
    while isinstance(node, tuple) and isinstance(node[0], Origin):
        node = node[0].node
    return node
