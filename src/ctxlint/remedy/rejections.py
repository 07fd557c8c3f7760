"""Tests that reject an ID: they ask for more than whether it is there.

Where one decides that an ID is generated, the one that arrived must not reach the getter: it may be
unknown, malformed, or another user's.
"""

from __future__ import annotations

import ast
from collections.abc import Container, Iterator
from enum import Enum, auto

from ctxlint.flow import Definition, Facts, is_generated
from ctxlint.flow.blocks import ends
from ctxlint.flow.values import is_id
from ctxlint.remedy.flags import Flags
from ctxlint.remedy.guards import (
    LOOPS,
    binder_of,
    blocks_of,
    is_false,
    missing,
    same,
    tests_before,
)
from ctxlint.remedy.id_expressions import IdExpressions
from ctxlint.remedy.plan import Unfixable
from ctxlint.remedy.presence import Presence
from ctxlint.remedy.twins import Twins, probes
from ctxlint.source import SourceFile, walk

_READS = (ast.Name, ast.Attribute, ast.Subscript)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.Module, ast.ClassDef)


class _Asked(Enum):
    """The kind of question that the condition of a branch asks of IDs."""

    MISSING = auto()  # the ID that is assigned in the branch is surely missing there
    ABSENCE = auto()  # only whether IDs are there, and one of them is not
    PRESENCE = auto()  # only whether IDs are there, and they may be
    OTHER = auto()  # something else, not of IDs
    MORE = auto()  # more of an ID than whether it is there


class Rejections:
    """Tells which assignments of a generated ID take the place of one that was rejected."""

    def __init__(self, file: SourceFile, flow: Facts) -> None:
        self.file = file
        self.flow = flow
        self.ids = IdExpressions(flow)
        self.twins = Twins(self)
        self.presence = Presence(self)
        self.flags = Flags(self)
        self._judged: dict[Definition, bool] = {}
        self._within: dict[Definition, bool] = {}

    def rejects(self, definition: Definition) -> bool:
        """Whether a test rejected the ID, or its twin, in whose place a definition puts another.

        The innermost condition is the guard of the assignment: all that it asks counts. Of those
        around it only what is asked of IDs does. An ID that is there and is generated again for
        that, and not since its twin is missing, was rejected too.
        """
        if definition not in self._judged:
            self._judged[definition] = False  # for a flag that is computed from itself
            self._judged[definition] = definition.node is not None and _is_rejection(
                self._conditions(definition.node, binder_of(definition.node, self.file)),
                is_renewed=True,
            )
        return self._judged[definition]

    def rejects_at(self, target: ast.AST, binder: ast.AST) -> bool:
        """Whether the conditions around an assignment reject an ID."""
        return _is_rejection(self._conditions(target, binder))

    def ask_more(self, target: ast.AST | None, binder: ast.AST) -> bool:
        """Whether a condition around an assignment asks for more than presence."""
        return _Asked.MORE in self._conditions(target, binder)

    def require_none_within(self, part: ast.expr) -> None:
        """Raise Unfixable for an expression whose ID stands for one that a condition rejects."""
        if self.rejects_within(part):
            line = self.file.span(part).start.row
            raise Unfixable(f"line {line} tests more than whether an ID is present")

    def rejects_within(self, part: ast.expr) -> bool:
        """Whether a part of an expression generates an ID under a condition that rejects one."""
        for node in walk(part):
            if not self.twins.ask_in_calls(node):
                return True
            if isinstance(node, ast.expr) and self._generates(node):
                asked = set(self._conditions(None, node, part))
                if not asked <= {_Asked.MISSING, _Asked.ABSENCE}:
                    return True
            read = self.flow.reads(node) if isinstance(node, _READS) else []
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
            if isinstance(parent, LOOPS) and child in parent.orelse:
                yield self._asked_by_part(parent)
            for test in _left_before(child, parent):
                if self._asked(test, False, target) is _Asked.MORE:
                    yield _Asked.MORE
            child = parent

    def is_absence(self, test: ast.expr, truth: bool) -> bool:
        """Whether a test comes out as `truth` only since an ID is missing."""
        return self._asked(test, truth, None) is _Asked.ABSENCE

    def only_fills(self, statement: ast.stmt, targets: Container[ast.AST | None]) -> bool:
        """Whether an `if` asks whether IDs are there, and does nothing but set some targets."""
        return (
            isinstance(statement, ast.If)
            and self.presence.asks(statement.test)
            and all(
                isinstance(inner, ast.Assign) and all(target in targets for target in inner.targets)
                for inner in [*statement.body, *statement.orelse]
            )
        )

    def _asked(self, test: ast.expr, truth: bool, target: ast.AST | None) -> _Asked:
        if isinstance(target, ast.expr):
            if missing(test, target, truth, every=False):
                return _Asked.MISSING
            test = _without(test, target, truth)
        if self.presence.asks(test):
            is_absence = self.presence.asks_for_absence(test, truth)
            return _Asked.ABSENCE if is_absence else _Asked.PRESENCE
        is_opaque = any(isinstance(n, ast.Call) and not probes(n) for n in walk(test))
        return _Asked.MORE if is_opaque or self.flags.are_of_ids(test) else _Asked.OTHER

    def _asked_by_case(self, case: ast.match_case, target: ast.AST | None) -> _Asked:
        statement = self.file.parents[case]
        assert isinstance(statement, ast.Match)
        before = statement.cases[: statement.cases.index(case) + 1]
        if any(case.guard and self.flags.are_of_ids(case.guard) for case in before):
            return _Asked.MORE
        subject = statement.subject
        if isinstance(subject, ast.Tuple | ast.List) and all(map(self.ids.is_id, subject.elts)):
            is_pair = all(map(_asks_for_none, _alternatives(case.pattern)))
            return _Asked.ABSENCE if is_pair else _Asked.MORE
        is_missing = all(map(_is_empty, _alternatives(case.pattern)))
        if is_missing and self.ids.is_id(statement.subject):
            is_target = isinstance(target, ast.expr) and same(statement.subject, target)
            return _Asked.MISSING if is_target else _Asked.ABSENCE
        return _Asked.MORE if self.flags.are_of_ids(statement.subject) else _Asked.OTHER

    def _asked_by_try(self, statement: ast.Try | ast.TryStar, child: ast.AST) -> _Asked:
        """The question behind a handler, or an `else`: a look-up in a message, or more."""
        if child in statement.finalbody:
            return _Asked.ABSENCE
        if isinstance(child, ast.ExceptHandler) and all(map(self.only_looks_up, statement.body)):
            return _Asked.ABSENCE
        return self._asked_by_part(statement)

    def only_looks_up(self, statement: ast.stmt) -> bool:
        """Whether a statement does nothing but take something out of a message by its name."""
        return not any(
            isinstance(node, ast.BinOp | ast.Compare | ast.Raise | ast.Assert | ast.For | ast.While)
            or (isinstance(node, ast.Call) and not self.ids.is_id(node))
            or (isinstance(node, ast.Subscript) and not isinstance(node.slice, ast.Constant))
            or (isinstance(node, ast.Subscript | ast.Attribute) and self.ids.is_id(node.value))
            for node in walk(statement)
        )

    def _asked_by_part(self, part: ast.AST) -> _Asked:
        """The question of code that ends in one way or another: of IDs, if it reads any."""
        return _Asked.MORE if self.ids.are_read_by(part) else _Asked.OTHER


def _without(test: ast.expr, target: ast.expr, truth: bool) -> ast.expr:
    """A test without the alternatives that a missing target makes true: it is not rejected there.

    They may hold since something else has taken the ID away, which does not matter then.
    """
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            return ast.UnaryOp(test.op, _without(inner, target, not truth))
        case ast.BoolOp(op=op, values=parts) if isinstance(op, ast.Or) is truth:
            others = [part for part in parts if not missing(part, target, truth, every=False)]
            return ast.BoolOp(op, others) if others else test
    return test


def _is_rejection(conditions: Iterator[_Asked], *, is_renewed: bool = False) -> bool:
    """Whether conditions, the innermost first, reject an ID.

    `is_renewed`: whether they do if IDs are there and none is missing.
    """
    found: list[_Asked] = []
    for asked in conditions:
        if asked is _Asked.MISSING:
            return False
        if asked is _Asked.MORE or (asked is _Asked.OTHER and not found):
            return True
        found.append(asked)
    return is_renewed and _Asked.PRESENCE in found and _Asked.ABSENCE not in found


def _left_before(child: ast.AST, parent: ast.AST) -> Iterator[ast.expr]:
    """The tests, before a statement in its block, behind which the code goes no further."""
    for block in blocks_of(parent):
        if child in block:
            for statement in block[: block.index(child)]:
                match statement:
                    case ast.If(test=test, body=body) if ends(body):
                        if not (_refuses(body) and _accepts(test, False)):
                            yield test


def _refuses(body: list[ast.stmt]) -> bool:
    """Whether statements do nothing but end the function without a result."""
    match body:
        case [ast.Raise()] | [ast.Return(value=None | ast.Constant())]:
            return True
    return False


def _accepts(test: ast.expr, truth: bool) -> bool:
    """Whether a test that came out as `truth` has found a value to be what is asked for."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            return _accepts(inner, not truth)
        case ast.BoolOp(op=op, values=parts) if isinstance(op, ast.And) is truth:
            return all(_accepts(part, truth) for part in parts)
        case ast.Name() | ast.Call(func=ast.Name(id="isinstance")):
            return truth
        case ast.Compare(ops=[ast.In() | ast.Eq() | ast.IsNot()]):
            return truth
        case ast.Compare(ops=[ast.NotIn() | ast.NotEq() | ast.Is()]):
            return not truth
    return False


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
