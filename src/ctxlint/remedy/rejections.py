"""Tests that reject an ID: they ask for more than whether it is there.

Where one decides that an ID is generated, the one that arrived must not reach the getter: it may be
unknown, malformed, or another user's.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from enum import Enum, auto

from ctxlint.flow import Definition, Flow
from ctxlint.flow.values import Cell, is_id
from ctxlint.remedy.guards import DISPLAYS, binder_of, is_false, missing, same, tests_before
from ctxlint.source import SourceFile, walk

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.Module, ast.ClassDef)
_LEAVING = (ast.Return, ast.Raise, ast.Continue, ast.Break)
_LOOK_UP_ERRORS = frozenset({"AttributeError", "IndexError", "KeyError", "LookupError"})
_QUANTIFIERS = ("all", "any", "bool")


class _Asked(Enum):
    """What the condition of a branch asks of IDs."""

    MISSING = auto()  # the ID that is assigned in the branch is surely missing there
    PRESENCE = auto()  # only whether IDs are there
    OTHER = auto()  # something else, not of IDs
    MORE = auto()  # more of an ID than whether it is there


class Rejections:
    """Tells which assignments of a generated ID take the place of one that was rejected."""

    def __init__(self, file: SourceFile, flow: Flow) -> None:
        self.file = file
        self.flow = flow
        self.names = {name for sink in flow.sinks.values() for name in sink.getter.ids}
        self.cells = set(_id_cells(flow))

    def rejects(self, definition: Definition) -> bool:
        """Whether a test rejected the ID, or its twin, in whose place a definition puts another.

        The innermost condition is the guard of the assignment: all that it asks counts. Of those
        around it only what is asked of IDs does.
        """
        assert definition.node is not None
        is_inner = True
        for asked in self._conditions(definition.node):
            if asked is _Asked.MISSING:
                return False
            if asked is _Asked.MORE or (asked is _Asked.OTHER and is_inner):
                return True
            is_inner = False
        return False

    def _conditions(self, target: ast.AST) -> Iterator[_Asked]:
        """What the conditions ask under which a target is bound, innermost first."""
        child = binder_of(target, self.file)
        while not isinstance(child, _FUNCTIONS):
            parent = self.file.parents[child]
            for test, truth in tests_before(child, parent):
                yield self._asked(test, truth, target)
            if isinstance(parent, ast.match_case):
                yield self._asked_by_case(parent, target)
            if isinstance(parent, ast.Try | ast.TryStar) and isinstance(child, ast.ExceptHandler):
                yield self._asked_by_try(parent, child)
            for test in _left_before(child, parent):
                if self._asked(test, False, target) is _Asked.MORE:
                    yield _Asked.MORE
            child = parent

    def _asked(self, test: ast.expr, truth: bool, target: ast.AST) -> _Asked:
        if isinstance(target, ast.expr) and missing(test, target, truth, every=False):
            return _Asked.MISSING
        if self._is_presence(test):
            return _Asked.PRESENCE
        return _Asked.MORE if self._is_of_ids(test) else _Asked.OTHER

    def _asked_by_case(self, case: ast.match_case, target: ast.AST) -> _Asked:
        statement = self.file.parents[case]
        assert isinstance(statement, ast.Match)
        is_missing = all(map(_is_empty, _alternatives(case.pattern)))
        if is_missing and self._is_id(statement.subject):
            is_target = isinstance(target, ast.expr) and same(statement.subject, target)
            return _Asked.MISSING if is_target else _Asked.PRESENCE
        return _Asked.MORE if self._is_of_ids(statement.subject) else _Asked.OTHER

    def _asked_by_try(self, statement: ast.Try | ast.TryStar, handler: ast.ExceptHandler) -> _Asked:
        """What a handler tells: that a look-up failed, or that an ID could not be read."""
        nodes = [node for part in statement.body for node in walk(part)]
        caught = {getattr(n, "attr", getattr(n, "id", "")) for n in walk(handler.type or handler)}
        is_look_up = handler.type is not None and caught - {""} <= _LOOK_UP_ERRORS
        calls = [n for n in nodes if isinstance(n, ast.Call) and not self._is_id(n)]
        reads = [n for n in nodes if isinstance(n, ast.Name) and self._is_id(n)]
        if not any(isinstance(n.ctx, ast.Load) for n in reads) and (is_look_up or not calls):
            return _Asked.PRESENCE
        return _Asked.MORE

    def _is_presence(self, test: ast.expr) -> bool:
        """Whether a test asks only whether IDs are there."""
        match test:
            case ast.UnaryOp(op=ast.Not(), operand=inner):
                return self._is_presence(inner)
            case ast.BoolOp(values=parts):
                return all(map(self._is_presence, parts))
            case ast.NamedExpr(target=name, value=value):
                return self._is_presence(name) or self._is_presence(value)
            case ast.Call(func=ast.Name(id=name), args=[inner]) if name in _QUANTIFIERS:
                shown = inner.elts if isinstance(inner, ast.Tuple | ast.List) else [inner]
                return all(map(self._is_presence, shown))
            case ast.Compare(left=left, ops=[ast.In() | ast.NotIn()], comparators=[other]):
                if isinstance(other, DISPLAYS):
                    return self._is_presence(left) and all(map(is_false, other.elts))
                return isinstance(left, ast.Constant) and left.value in self.names
            case ast.Compare(left=left, ops=[_], comparators=[other]):
                return self._is_presence(left) and is_false(other)
            case ast.Name() if not self._is_id(test):
                values = [definition.value for definition in self.flow.reads(test)]
                return bool(values) and all(value and self._is_presence(value) for value in values)
        return self._is_id(test)

    def _is_of_ids(self, test: ast.expr) -> bool:
        """Whether a test asks something of an ID, itself or by way of a flag."""
        pending: list[ast.AST] = [test]
        seen = set[ast.AST](pending)
        while pending:
            for node in walk(pending.pop()):
                if isinstance(node, ast.expr) and self._is_id(node):
                    return True
                if isinstance(node, ast.Name):
                    values = {d.value for d in self.flow.reads(node) if d.value} - seen
                    seen |= values
                    pending += values
        return False

    def _is_id(self, node: ast.expr) -> bool:
        """Whether an expression is the value of an ID: a variable of one, or a look-up by name."""
        match node:
            case ast.Name(id=key) if key not in self.names:
                definitions = self.flow.uses.get(node, ())
                values = [d.value for d in definitions if d.value and d.value is not node]
                is_look_up = any(not isinstance(v, ast.Name) and self._is_id(v) for v in values)
                return is_look_up or any(d.cell in self.cells for d in definitions)
            case ast.Name():
                return True
            case ast.Attribute(attr=key) | ast.Subscript(slice=ast.Constant(value=str(key))):
                pass
            case ast.Call(func=ast.Attribute(attr="get"), args=[ast.Constant(value=str(key)), *_]):
                pass
            case _:
                return False
        return key in self.names or any(d.cell in self.cells for d in self.flow.uses.get(node, ()))


def _id_cells(flow: Flow) -> Iterator[Cell]:
    """The variables, elements and attributes that hold IDs: generated ones, or those passed on."""
    for definition, atoms in flow.atoms.items():
        if any(map(is_id, atoms)):
            yield definition.cell
    for node in flow.handed_over():
        yield from (definition.cell for definition in flow.uses.get(node, ()))


def _left_before(child: ast.AST, parent: ast.AST) -> Iterator[ast.expr]:
    """The tests, before a statement in its block, behind which the code goes no further."""
    for _, block in ast.iter_fields(parent):
        if isinstance(block, list) and child in block:
            for statement in block[: block.index(child)]:
                if isinstance(statement, ast.If) and isinstance(statement.body[-1], _LEAVING):
                    yield statement.test


def _alternatives(pattern: ast.pattern) -> list[ast.pattern]:
    return pattern.patterns if isinstance(pattern, ast.MatchOr) else [pattern]


def _is_empty(pattern: ast.pattern) -> bool:
    """Whether a pattern matches None or an empty text alone."""
    if isinstance(pattern, ast.MatchValue):
        return is_false(pattern.value)
    return isinstance(pattern, ast.MatchSingleton) and pattern.value is None
