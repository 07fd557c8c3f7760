"""Parameters of functions that lead to a getter: whether anything else there reads them."""

from __future__ import annotations

import ast

from ctxlint.flow import Flow
from ctxlint.flow.values import Attribute, Kind, Location, Origin, whole_of
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
    """Tells of each parameter, or item of a collector, whether code that is no getter reads it."""

    def __init__(self, flow: Flow, sweeper: Sweeper) -> None:
        self.flow = flow
        self.sweeper = sweeper
        self.handed = flow.handed_over()
        self._read: dict[ast.AST, bool] = {}
        self._kept: dict[ast.arg, bool] = {}

    def are_read(self, key: object) -> bool:
        """Whether a parameter is read elsewhere than in the argument of what leads to a getter.

        A test of it counts, unless all that depends on it is an assignment: code that runs for
        None alone is an effect. So does a read that is too involved to tell.
        """
        whole = whole_of(key)
        if isinstance(key, tuple) and whole:
            return not all(self._is_handed_as(key, load) for load in self._loads(whole))
        argument = key[0].node if isinstance(key, tuple) else key
        assert isinstance(argument, ast.arg)
        return self._is_read(argument)

    def _is_handed_as(self, part: Location, load: ast.Name) -> bool:
        """Whether a read of a parameter is that of another part, or of this one for a getter."""
        parents = self.flow.file_of(load).parents
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

    def _is_read(self, binding: ast.AST) -> bool:
        """Whether what is bound at a node is read by code that is no getter."""
        if binding not in self._read:
            self._read[binding] = False  # for the recursion
            self._read[binding] = not all(map(self._is_handed_on, self._loads(binding)))
        return self._read[binding]

    def is_kept_whole(self, parameter: ast.arg) -> bool:
        """Whether a function stores the object that it is given, or hands it to other code."""
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

    def _is_handed_on(self, load: ast.expr) -> bool:
        """Whether a read only goes to what leads to a getter."""
        parents = self.flow.file_of(load).parents
        node: ast.AST = load
        while node not in self.handed:
            parent = parents[node]
            if isinstance(parent, ast.If) and node is parent.test:
                return _only_assigns(parent)
            if isinstance(parent, ast.Assign) and isinstance(parent.targets[0], ast.Name):
                return len(parent.targets) == 1 and not self._is_read(parent.targets[0])
            if not isinstance(parent, _TRANSPARENT):
                return False
            node = parent
        return True


def _only_assigns(statement: ast.If) -> bool:
    """Whether a branch does nothing but assign names."""
    kinds = (ast.Assign, ast.AnnAssign, ast.Import, ast.ImportFrom)
    return not statement.orelse and all(isinstance(inner, kinds) for inner in statement.body)
