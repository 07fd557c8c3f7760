"""Tests that reject an ID: they ask for more than whether it is there.

Where one decides that an ID is generated, the one that arrived must not reach the getter: it may be
unknown, malformed, or another user's.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from enum import Enum, auto
from itertools import takewhile

from ctxlint.flow import Definition, Flow, Kind, Origin, is_generated
from ctxlint.flow.values import Location, is_id, is_kind
from ctxlint.remedy.guards import DISPLAYS, binder_of, is_false, missing, same, tests_before
from ctxlint.source import SourceFile, walk

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.Module, ast.ClassDef)
_LEAVING = (ast.Return, ast.Raise, ast.Continue, ast.Break)
_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_QUANTIFIERS = ("all", "any", "bool")


class _Asked(Enum):
    """The kind of question that the condition of a branch asks of IDs."""

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
        self.origins = set(_received(self.cells, flow))
        self.bases = {o.node[0] for o in self.origins if isinstance(o.node, tuple)}
        self._judged: dict[Definition, bool] = {}
        self._flags: dict[Definition, bool] = {}
        self._plain: dict[Definition, bool] = {}
        self._within: dict[Definition, bool] = {}

    def rejects(self, definition: Definition) -> bool:
        """Whether a test rejected the ID, or its twin, in whose place a definition puts another.

        The innermost condition is the guard of the assignment: all that it asks counts. Of those
        around it only what is asked of IDs does.
        """
        if definition not in self._judged:
            self._judged[definition] = False  # for a flag that is computed from itself
            self._judged[definition] = definition.node is not None and _is_rejection(
                self._conditions(definition.node, binder_of(definition.node, self.file))
            )
        return self._judged[definition]

    def rejects_within(self, part: ast.expr) -> bool:
        """Whether a part of an expression generates an ID under a condition that rejects one."""
        for node in walk(part):
            if not self._asks_in_calls(node):
                return True
            if isinstance(node, ast.expr) and self._generates(node):
                asked = set(self._conditions(None, node, part))
                if not asked.isdisjoint({_Asked.MORE, _Asked.OTHER}):
                    return True
            read = self.flow.reads(node) if isinstance(node, ast.Name) else []
            for definition in (d for d in read if any(map(is_id, self.flow.atoms[d]))):
                value = definition.value if definition.node in self.file.parents else None
                if self.rejects(definition) or (value and self._rejects_in(definition, value)):
                    return True
        return False

    def _rejects_in(self, definition: Definition, value: ast.expr) -> bool:
        """Whether the value of a definition holds such a part, one that is read by a name too."""
        if definition not in self._within:
            self._within[definition] = False  # for one that is made of itself
            self._within[definition] = self.rejects_within(value)
        return self._within[definition]

    def _generates(self, node: ast.expr) -> bool:
        return any(is_generated(atom) and atom.node is node for atom in self.flow.value_of(node))

    def _conditions(
        self, target: ast.AST | None, child: ast.AST, end: ast.AST | None = None
    ) -> Iterator[_Asked]:
        """The questions of the conditions under which a node is evaluated, innermost first.

        `target` is what it binds; `end` a node around it at which to stop.
        """
        while child is not end and not isinstance(child, _FUNCTIONS):
            parent = self.file.parents[child]
            for test, truth in tests_before(child, parent):
                if isinstance(test, ast.Constant):
                    continue
                yield self._asked(test, truth, target)
            if isinstance(parent, ast.match_case):
                yield self._asked_by_case(parent, target)
            if isinstance(parent, ast.Try | ast.TryStar) and child not in parent.body:
                yield self._asked_by_try(parent, child)
            if isinstance(parent, _LOOPS) and child in parent.orelse:
                yield self._asked_by_part(parent)
            for test in _left_before(child, parent):
                if self._asked(test, False, target) is _Asked.MORE:
                    yield _Asked.MORE
            child = parent

    def _asked(self, test: ast.expr, truth: bool, target: ast.AST | None) -> _Asked:
        if isinstance(target, ast.expr) and missing(test, target, truth, every=False):
            return _Asked.MISSING
        if self.is_presence(test):
            return _Asked.PRESENCE
        is_opaque = any(isinstance(n, ast.Call) and not self._probes(n) for n in walk(test))
        return _Asked.MORE if is_opaque or self._is_of_ids(test) else _Asked.OTHER

    def _asked_by_case(self, case: ast.match_case, target: ast.AST | None) -> _Asked:
        statement = self.file.parents[case]
        assert isinstance(statement, ast.Match)
        before = statement.cases[: statement.cases.index(case) + 1]
        if any(case.guard and self._is_of_ids(case.guard) for case in before):
            return _Asked.MORE
        subject = statement.subject
        if isinstance(subject, ast.Tuple | ast.List) and all(map(self._is_id, subject.elts)):
            is_pair = all(map(_asks_for_none, _alternatives(case.pattern)))
            return _Asked.PRESENCE if is_pair else _Asked.MORE
        is_missing = all(map(_is_empty, _alternatives(case.pattern)))
        if is_missing and self._is_id(statement.subject):
            is_target = isinstance(target, ast.expr) and same(statement.subject, target)
            return _Asked.MISSING if is_target else _Asked.PRESENCE
        return _Asked.MORE if self._is_of_ids(statement.subject) else _Asked.OTHER

    def _asked_by_try(self, statement: ast.Try | ast.TryStar, child: ast.AST) -> _Asked:
        """The question behind a handler, or an `else`: a look-up in a message, or more."""
        if child in statement.finalbody:
            return _Asked.PRESENCE
        if isinstance(child, ast.ExceptHandler) and all(map(self._only_looks_up, statement.body)):
            return _Asked.PRESENCE
        return self._asked_by_part(statement)

    def _only_looks_up(self, statement: ast.stmt) -> bool:
        """Whether a statement does nothing but take something out of a message by its name."""
        return not any(
            isinstance(node, ast.BinOp | ast.Compare | ast.Raise | ast.Assert | ast.For | ast.While)
            or (isinstance(node, ast.Call) and not self._is_id(node))
            or (isinstance(node, ast.Subscript) and not isinstance(node.slice, ast.Constant))
            or (isinstance(node, ast.Subscript | ast.Attribute) and self._is_id(node.value))
            for node in walk(statement)
        )

    def _asked_by_part(self, part: ast.AST) -> _Asked:
        """The question of code that ends in one way or another: of IDs, if it reads any."""
        expressions = [node for node in walk(part) if isinstance(node, ast.expr)]
        return _Asked.MORE if any(map(self._is_id, expressions)) else _Asked.OTHER

    def is_presence(self, test: ast.expr) -> bool:
        """Whether a test asks only whether IDs are there."""
        match test:
            case ast.UnaryOp(op=ast.Not(), operand=inner):
                return self.is_presence(inner)
            case ast.BoolOp(values=parts):
                return all(map(self.is_presence, parts))
            case ast.NamedExpr(target=name, value=value):
                is_id = self._is_id(name) or self.is_presence(value)
                return is_id and self._is_plain_value(value)
            case ast.BinOp(left=left, op=ast.BitOr() | ast.BitAnd(), right=right):
                return self.is_presence(left) and self.is_presence(right)
            case ast.ListComp(generators=[ast.comprehension(ifs=[_, *_] as tests)]):
                return all(map(self.is_presence, tests))
            case ast.Call(func=ast.Name(id=name), args=[inner]) if name in _QUANTIFIERS:
                return all(map(self.is_presence, _shown(inner)))
            case ast.Compare(left=left, ops=[ast.In() | ast.NotIn()], comparators=[other]):
                return self._is_membership(left, other)
            case ast.Compare(left=left, ops=[_], comparators=[other]):
                return self.is_presence(left) and is_false(other)
            case ast.Name() if not self._is_id(test):
                values = [definition.value for definition in self.flow.reads(test)]
                return bool(values) and all(value and self.is_presence(value) for value in values)
        return self._is_id(test) and self._is_plain(test)

    def _is_membership(self, left: ast.expr, right: ast.expr) -> bool:
        """Whether `left in right` asks only whether an ID is there."""
        if isinstance(right, DISPLAYS) and is_false(left):  # None in (thread_id, run_id)
            return all(map(self.is_presence, right.elts))
        if isinstance(right, DISPLAYS):
            return self.is_presence(left) and all(map(is_false, right.elts))
        is_key = isinstance(left, ast.Constant) and left.value in self.names
        return is_key and not self.bases.isdisjoint(self.flow.value_of(right))

    def _is_plain(self, node: ast.expr) -> bool:
        """Whether an ID is as it arrived: nothing but its absence can have made it missing."""
        return all(map(self._is_plain_definition, self.flow.reads(node)))

    def _is_plain_definition(self, definition: Definition) -> bool:
        if definition not in self._plain:
            self._plain[definition] = True  # for one that is made of itself
            self._plain[definition] = self._keeps(definition)
        return self._plain[definition]

    def _keeps(self, definition: Definition) -> bool:
        node, value = definition.node, definition.value
        if isinstance(node, ast.arg):
            given = [n for n, keys in self.flow.argument_bindings.items() if node in keys]
            return all(self._is_plain_value(n) for n in given if n in self.file.parents)
        if node is None or value is None or node not in self.file.parents:
            return node is None
        binder = binder_of(node, self.file)
        if isinstance(binder, ast.comprehension) and isinstance(binder.iter, DISPLAYS):
            return all(map(self._is_plain_value, binder.iter.elts))
        is_assigned = (
            isinstance(binder, ast.Assign | ast.AnnAssign | ast.NamedExpr) or node is value
        )
        if not is_assigned or not self._is_plain_value(value):
            return False
        if value in self.flow.derived_from:
            return True  # a text is there
        is_asked = not _is_rejection(self._conditions(node, binder))
        return is_asked and all(map(self._only_looks_up, self._tried_before(binder)))

    def _tried_before(self, binder: ast.AST) -> list[ast.stmt]:
        """The statements that may raise before one in a `try` whose handlers go on."""
        parent = self.file.parents[binder]
        if not isinstance(parent, ast.Try | ast.TryStar) or binder not in parent.body:
            return []
        if all(isinstance(handler.body[-1], _LEAVING) for handler in parent.handlers):
            return []
        return list(takewhile(lambda statement: statement is not binder, parent.body))

    def _is_plain_value(self, value: ast.expr) -> bool:
        """Whether an expression looks an ID up in a message, and asks for nothing."""
        if isinstance(value, ast.Call | ast.Subscript) and self._looks_up_by_id(value):
            return False
        match value:
            case ast.Constant():
                return True
            case ast.Name():
                return self._is_plain(value)
            case ast.Await(value=inner) | ast.NamedExpr(value=inner):
                return self._is_plain_value(inner)
            case ast.BoolOp(values=parts):
                return all(map(self._is_plain_value, parts))
            case ast.IfExp(test=test, body=body, orelse=orelse):
                branches = [body, orelse]  # of which only a constant is missing by the test alone
                asks = self.is_presence(test) or not any(map(is_false, branches))
                return asks and all(map(self._is_plain_value, branches))
            case ast.Call() if value in self.flow.callees:
                return self._asks_in_calls(value)
            case ast.Call(args=[*args]) if value in self.flow.derived_from:
                return all(map(self._is_plain_value, args))
        is_made = all(is_id(atom) for atom in self.flow.value_of(value))
        return (
            is_made or self._is_id(value) or value in self.flow.derived_from or self._probes(value)
        )

    def _asks_in_calls(self, node: ast.AST) -> bool:
        """Whether the functions that a node calls ask only for the presence of IDs."""
        nodes = [part for f in self.flow.callees.get(node, ()) for part in walk(f)]
        tests = [n.test for n in nodes if isinstance(n, ast.If | ast.IfExp | ast.While)]
        is_simple = not any(isinstance(n, ast.Try | ast.For) for n in nodes)
        return is_simple and all(map(self.is_presence, tests))

    def _looks_up_by_id(self, value: ast.expr) -> bool:
        """Whether something else is looked up by an ID, and not just made of it."""
        if value in self.flow.derived_from:
            return False
        names = [n for n in walk(value) if isinstance(n, ast.Name) and self._is_id(n)]
        given = (self.flow.value_of(name) for name in names)
        return any(ids.isdisjoint(self.flow.value_of(value)) for ids in given)

    def _probes(self, value: ast.expr) -> bool:
        """Whether an expression looks something up by a constant name, and nothing by an ID."""
        match value:
            case ast.Attribute(value=base) | ast.Subscript(value=base, slice=ast.Constant()):
                return isinstance(base, ast.Name | ast.Attribute)
            case ast.Call(func=ast.Name(id="getattr"), args=[ast.Name(), ast.Constant(), *_]):
                return True
            case ast.Call(func=ast.Attribute(attr="get" | "pop"), args=[ast.Constant(), *_]):
                return True
        return False

    def _is_of_ids(self, test: ast.expr) -> bool:
        """Whether a test asks something of an ID, itself or by way of a flag."""
        pending: list[ast.AST] = [test]
        seen = set[ast.AST](pending)
        while pending:
            for node in walk(pending.pop()):
                if isinstance(node, ast.expr) and self._is_id(node):
                    return True
                if isinstance(node, ast.Name):
                    definitions = self.flow.reads(node)
                    flags = (d for d in definitions if isinstance(d.value, ast.Constant))
                    if any(map(self._is_flag, flags)):
                        return True
                    values = {d.value for d in definitions if d.value} - seen
                    seen |= values
                    pending += values
        return False

    def _is_flag(self, definition: Definition) -> bool:
        """Whether a constant is assigned where a condition, or a loop over IDs, decides."""
        if definition not in self._flags:
            self._flags[definition] = False  # for one that is computed from itself
            self._flags[definition] = self._is_decided(definition.node)
        return self._flags[definition]

    def _is_decided(self, target: ast.AST | None) -> bool:
        if target is None:
            return False
        binder = binder_of(target, self.file)
        around = self.file.parents.get(binder)
        while around is not None and not isinstance(around, (*_FUNCTIONS, *_LOOPS)):
            around = self.file.parents.get(around)
        is_looped = isinstance(around, _LOOPS) and self._asked_by_part(around) is _Asked.MORE
        return is_looped or _Asked.MORE in self._conditions(target, binder)

    def _is_id(self, node: ast.expr) -> bool:
        """Whether an expression is the value of an ID: a variable of one, or a look-up by name."""
        if isinstance(node, ast.Name) and node.id in self.names:
            return True
        if not isinstance(node, ast.Name | ast.Attribute | ast.Subscript | ast.Call):
            return False
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") != "get":
            return False
        if any(d.cell in self.cells for d in self.flow.uses.get(node, ())):
            return True
        return any(
            atom in self.origins
            or (
                isinstance(atom, Origin)
                and isinstance(atom.node, tuple)
                and atom.node[0] in self.bases
                and getattr(atom.node[1], "name", atom.node[1]) in self.names
            )
            for atom in self.flow.value_of(node)
        )


def _is_rejection(conditions: Iterator[_Asked]) -> bool:
    is_inner = True
    for asked in conditions:
        if asked is _Asked.MISSING:
            return False
        if asked is _Asked.MORE or (asked is _Asked.OTHER and is_inner):
            return True
        is_inner = False
    return False


def _id_cells(flow: Flow) -> Iterator[Location]:
    """The variables, elements and attributes that hold IDs: generated ones, or those passed on."""
    for definition, atoms in flow.atoms.items():
        if any(map(is_id, atoms)):
            yield definition.cell
    for node in flow.handed_over():
        yield from (definition.cell for definition in flow.uses.get(node, ()))


def _received(cells: set[Location], flow: Flow) -> Iterator[Origin]:
    """The origins of the IDs that cells hold which were received, and no constants."""
    for cell in cells:
        for atom in flow.value(flow.by_cell.get(cell, ())):
            if isinstance(atom, Origin) and is_kind(atom, Kind.RECEIVED):
                yield from [] if isinstance(atom.node, ast.Constant) else [atom]


def _shown(node: ast.expr) -> list[ast.expr]:
    """The elements of a display, or of a comprehension without conditions."""
    if isinstance(node, ast.GeneratorExp | ast.ListComp):
        return [node.elt, *(test for one in node.generators for test in one.ifs)]
    return node.elts if isinstance(node, ast.Tuple | ast.List) else [node]


def _left_before(child: ast.AST, parent: ast.AST) -> Iterator[ast.expr]:
    """The tests, before a statement in its block, behind which the code goes no further."""
    for _, block in ast.iter_fields(parent):
        if isinstance(block, list) and child in block:
            for statement in block[: block.index(child)]:
                if isinstance(statement, ast.If) and isinstance(statement.body[-1], _LEAVING):
                    yield statement.test


def _alternatives(pattern: ast.pattern) -> list[ast.pattern]:
    return pattern.patterns if isinstance(pattern, ast.MatchOr) else [pattern]


def _asks_for_none(pattern: ast.pattern) -> bool:
    """Whether a pattern asks of several values only which of them are missing."""
    return isinstance(pattern, ast.MatchSequence) and all(
        _is_empty(part) or (isinstance(part, ast.MatchAs) and part.pattern is None)
        for part in pattern.patterns
    )


def _is_empty(pattern: ast.pattern) -> bool:
    """Whether a pattern matches None or an empty text alone."""
    if isinstance(pattern, ast.MatchValue):
        return is_false(pattern.value)
    return isinstance(pattern, ast.MatchSingleton) and pattern.value is None
