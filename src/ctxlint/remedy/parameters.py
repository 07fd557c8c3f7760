"""Parameters of functions that lead to a getter: whether anything else there reads them."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ctxlint.flow import Flow

_TRANSPARENT = (ast.BoolOp, ast.IfExp, ast.NamedExpr, ast.Starred, ast.keyword, ast.Await)


class Parameters:
    """Tells of each parameter, or item of a collector, whether code that is no getter reads it."""

    def __init__(self, flow: Flow) -> None:
        self.flow = flow
        self.handed = {a.node for sink in flow.sinks.values() for a in sink.arguments.values()}
        self._known: dict[object, bool] = {}

    def are_read(self, key: object) -> bool:
        """Whether a parameter is read elsewhere than in the argument of what leads to a getter.

        A test of it counts, unless all that depends on it is an assignment: code that runs for
        None alone is an effect. So does a read that is too involved to tell.
        """
        if key not in self._known:
            self._known[key] = False  # for the recursion
            argument = key[0].node if isinstance(key, tuple) else key
            assert isinstance(argument, ast.arg)
            loads = self._loads(argument)
            self._known[key] = any(not self._is_handed_on(load) for load in loads)
        return self._known[key]

    def _loads(self, argument: ast.arg) -> Iterator[ast.Name]:
        """The reads of a parameter, and of what is assigned from it."""
        for node, definitions in self.flow.uses.items():
            if isinstance(node, ast.Name) and any(d.node is argument for d in definitions):
                yield node

    def _is_handed_on(self, load: ast.Name) -> bool:
        """Whether a read of a parameter only goes to what leads to a getter."""
        parents = self.flow.file_of(load).parents
        node: ast.AST = load
        while node not in self.handed:
            parent = parents[node]
            if isinstance(parent, ast.If) and node is parent.test:
                return _only_assigns(parent)
            if isinstance(parent, ast.UnaryOp | ast.Compare):
                pass  # towards a test
            elif isinstance(parent, ast.Assign) and isinstance(parent.targets[0], ast.Name):
                return len(parent.targets) == 1 and self._name_is_handed_on(parent.targets[0])
            elif not isinstance(parent, _TRANSPARENT):
                return False
            node = parent
        return True

    def _name_is_handed_on(self, target: ast.Name) -> bool:
        """Whether all reads of what is assigned to a name go to what leads to a getter."""
        if target in self._known:
            return not self._known[target]
        self._known[target] = False
        loads = [
            node
            for node, definitions in self.flow.uses.items()
            if isinstance(node, ast.Name) and any(d.node is target for d in definitions)
        ]
        self._known[target] = not all(map(self._is_handed_on, loads))
        return not self._known[target]


def _only_assigns(statement: ast.If) -> bool:
    """Whether a branch does nothing but assign names."""
    kinds = (ast.Assign, ast.AnnAssign, ast.Import, ast.ImportFrom)
    return not statement.orelse and all(isinstance(inner, kinds) for inner in statement.body)
