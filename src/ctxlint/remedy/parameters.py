"""Parameters of functions that lead to a getter: whether anything else there reads them."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Set

from ctxlint.flow import Facts
from ctxlint.flow.values import Attribute, Container, Instance, Kind, Location, Origin, whole_of
from ctxlint.remedy.constructors import takes_anything
from ctxlint.remedy.dead_code import Sweeper

# What an ID gets through on its way to a getter, or to a test.
_TRANSPARENT = (
    ast.Await,
    ast.BoolOp,
    ast.Compare,
    ast.IfExp,
    ast.keyword,
    ast.NamedExpr,
    ast.Starred,
    ast.UnaryOp,
)


class Parameters:
    """Tells whether code other than a getter reads a parameter, or an item of a collector."""

    def __init__(self, flow: Facts, sweeper: Sweeper) -> None:
        self.flow = flow
        self.sweeper = sweeper
        self.handed = flow.handed_over()
        self.names: dict[ast.AST, set[str]] = defaultdict(set)
        for argument in (a for sink in flow.sinks.values() for a in sink.arguments.values()):
            self.names[argument.node].add(argument.name)
        self._read: dict[object, bool] = {}
        self._kept: dict[ast.arg, bool] = {}

    def are_read(self, key: object) -> bool:
        """Whether a parameter is read elsewhere than in the argument of what leads to a getter.

        A test of it counts, unless all that depends on it is an assignment: code that runs for
        None alone is an effect. So does a read that is too involved to tell.
        """
        whole = whole_of(key)
        if isinstance(key, tuple) and whole:
            if key not in self._read:
                self._read[key] = False  # for the recursion
                loads = self._loads(whole)
                self._read[key] = not all(self._is_handed_as(key, load) for load in loads)
            return self._read[key]
        argument = key[0].node if isinstance(key, tuple) else key
        assert isinstance(argument, ast.arg)
        return self._is_read(argument)

    def _is_handed_as(self, part: Location, load: ast.Name) -> bool:
        """Whether a read of a parameter is that of another part, or of this one for a getter."""
        parents = self.flow.file_of(load).parents
        if any("." in name for name in self.names[load]):  # it is passed on as a whole
            bound = self.flow.argument_bindings.get(load, ())
            return not any(isinstance(one, tuple) and self.are_read(one) for one in bound)
        match parent := parents[load]:
            case ast.Attribute(attr=name):
                key: object = Attribute(name)
            case ast.Subscript(slice=ast.Constant(value=key)):
                pass
            case _:
                return False
        if (Origin(Kind.RECEIVED, whole_of(part)), key) == part:  # type: ignore[arg-type]
            return self._is_handed_on(parent)
        around = parents[parent]
        is_called = isinstance(around, ast.Call) and around.func is parent
        return not is_called and not isinstance(around, ast.Attribute | ast.Subscript)

    def _loads(self, binding: ast.AST) -> list[ast.Name]:
        loads = self.sweeper.reads_of(binding)
        return [load for load in loads if isinstance(load, ast.Name)]

    def _is_read(self, binding: ast.AST, keys: tuple[str, ...] = ()) -> bool:
        """Whether what is bound at a node is read by code other than a getter.

        `keys` lead to the ID in what is bound.
        """
        place = binding, keys
        if place not in self._read:
            self._read[place] = False  # for the recursion
            loads = self._loads(binding)
            self._read[place] = not all(self._is_handed_on(load, keys) for load in loads)
        return self._read[place]

    def is_kept_whole(self, parameter: ast.arg) -> bool:
        """Whether a function stores the object that it is given, or passes it to other code."""
        if parameter not in self._kept:
            self._kept[parameter] = False  # for the recursion
            self._kept[parameter] = any(map(self._keeps, self._loads(parameter)))
        return self._kept[parameter]

    def _keeps(self, load: ast.Name) -> bool:
        parent = self.flow.file_of(load).parents[load]
        if isinstance(parent, ast.Attribute | ast.Subscript):
            return False  # a part of it
        if parent in self.flow.callees:
            bound = self.flow.argument_bindings.get(load, ())
            return any(isinstance(key, ast.arg) and self.is_kept_whole(key) for key in bound)
        return not self._is_handed_on(load) and not self._is_returned(load)

    def is_only_returned(self, parameter: ast.arg) -> bool:
        """Whether a function tests a parameter and returns it, and does nothing else with it."""
        return all(map(self._is_returned, self._loads(parameter)))

    def are_only_held(self, key: object, values: Set[ast.expr | None]) -> bool:
        """Whether all that a function does with a parameter is to put it into some elements."""
        if isinstance(key, tuple):
            return isinstance(key[0], Container)  # an item of a collector has no name
        return isinstance(key, ast.arg) and all(load in values for load in self._loads(key))

    def _is_returned(self, load: ast.expr) -> bool:
        parents = self.flow.file_of(load).parents
        node: ast.AST = load
        while isinstance(parents[node], _TRANSPARENT):
            node = parents[node]
        parent = parents[node]
        if isinstance(parent, ast.Assign) and isinstance(parent.targets[0], ast.Name):
            loads = self._loads(parent.targets[0])
            return len(parent.targets) == 1 and all(map(self._is_returned, loads))
        is_test = isinstance(parent, ast.If) and node is parent.test
        return is_test or isinstance(parent, ast.Return)

    def _is_handed_on(self, load: ast.expr, keys: tuple[str, ...] = ()) -> bool:
        """Whether a read only goes to what leads to a getter, also under some keys."""
        parents = self.flow.file_of(load).parents
        node: ast.AST = load
        while node not in self.handed or not self._is_at(node, keys):
            parent = parents[node]
            if isinstance(parent, ast.If) and node is parent.test:
                return _only_assigns(parent)
            if isinstance(parent, ast.Assign) and isinstance(parent.targets[0], ast.Name):
                return len(parent.targets) == 1 and not self._is_read(parent.targets[0], keys)
            around = self._keys_around(node, parent)
            if around is None:
                return False
            node, keys = parent, (*around, *keys)
        return True

    def _is_at(self, node: ast.AST, keys: tuple[str, ...]) -> bool:
        """Whether an argument is that of an ID, or has it under some keys."""
        end = ".".join(("", *keys))
        return any(name.endswith(end) for name in self.names[node])

    def _keys_around(self, node: ast.AST, parent: ast.AST) -> tuple[str, ...] | None:
        """The key under which an expression holds a part of it, if it does; None for other uses."""
        match parent:
            case ast.Dict(keys=keys, values=values) if node in values:
                key = keys[values.index(node)]
                is_text = isinstance(key, ast.Constant) and isinstance(key.value, str)
                return (key.value,) if is_text else None  # type: ignore[union-attr]
            case ast.keyword(arg=str(name)):
                call = self.flow.file_of(parent).parents[parent]
                return (name,) if self._makes_record(call) else ()
            case ast.Call() if isinstance(node, ast.keyword) and self._makes_record(parent):
                return ()
        return () if isinstance(parent, _TRANSPARENT) else None

    def _makes_record(self, call: ast.AST) -> bool:
        """Whether a call makes a dict, or an object that only holds what it is given."""
        value = self.flow.value_of(call)
        return bool(value) and all(
            isinstance(atom, Container)
            or (
                isinstance(atom, Instance)
                and atom.owner is not None
                and takes_anything(atom.owner, self.flow, given=True)
            )
            for atom in value
        )


def _only_assigns(statement: ast.If) -> bool:
    """Whether a branch does nothing but assign names."""
    kinds = (ast.Assign, ast.AnnAssign, ast.Import, ast.ImportFrom)
    return not statement.orelse and all(isinstance(inner, kinds) for inner in statement.body)
