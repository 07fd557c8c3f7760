"""The guard around an assignment, and what it says about the assigned name."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from enum import Enum, auto
from itertools import takewhile
from typing import NamedTuple

from ctxlint.flow import Definition, Facts, is_generated
from ctxlint.flow.blocks import ends
from ctxlint.flow.refine import Comparison, comparison
from ctxlint.source import BLOCKS, SourceFile, walk

DISPLAYS = (ast.Tuple, ast.List, ast.Set)
LOOPS = (ast.For, ast.AsyncFor, ast.While)


class Missing(Enum):
    """How a test asks whether a name has a value."""

    NONE = auto()  # `x is None`
    FALSE = auto()  # `not x`


class Guard(NamedTuple):
    """An `if` one of whose branches directly holds an assignment: that where `test` is `truth`."""

    statement: ast.If
    truth: bool

    def implies(self, target: ast.expr) -> Missing | None:
        """How a name or item is surely missing in this branch, if it is."""
        return missing(self.statement.test, target, self.truth, every=False)

    def implies_there(self, target: ast.expr) -> bool:
        """Whether a name or item surely is there in this branch."""
        found = missing(self.statement.test, target, not self.truth, every=True)
        return found is Missing.FALSE

    def asks(self, target: ast.expr) -> Missing | None:
        """How a name or item must be missing for this branch: outside it, it surely is there."""
        return missing(self.statement.test, target, self.truth, every=True)


def missing(test: ast.expr, target: ast.expr, truth: bool, *, every: bool) -> Missing | None:
    """How `target` is missing where `test` is `truth`.

    An alternative counts only if all parts agree; for `every`, which asks about the other branch,
    it is the conjunction that counts only then.
    """
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return missing(operand, target, not truth, every=every)
        case ast.Compare(left=left, ops=[ast.In() | ast.NotIn() as op], comparators=[store]) if (
            isinstance(target, ast.Subscript) and truth is isinstance(op, ast.NotIn)
        ):
            key = left if every else _without_walrus(left)
            there = same(key, target.slice) and same(store, target.value)
            return Missing.NONE if there else None
        case ast.Compare():
            return _missing_by(comparison(test, truth), target, every=every)
        case ast.BoolOp(op=op, values=values):
            parts = [missing(value, target, truth, every=every) for value in values]
            is_conjunction = isinstance(op, ast.And) is truth
            if is_conjunction is every and None in parts:
                return None
            pick = min if is_conjunction else max  # None is false as well
            return pick(filter(None, parts), key=lambda part: part.value, default=None)
    test = test if every else _without_walrus(test)  # a guard with one must stay
    return Missing.FALSE if not truth and _reads(test, target) else None


def _without_walrus(test: ast.expr) -> ast.expr:
    return test.target if isinstance(test, ast.NamedExpr) else test


def _missing_by(asked: Comparison | None, target: ast.expr, *, every: bool) -> Missing | None:
    """How `target` is missing by a comparison: `target is None`, `target in (None, "")`."""
    tested, is_one, others = asked or (target, False, [])
    if not is_one or not others or not all(map(is_false, others)):
        return None
    if not _reads(tested if every else _without_walrus(tested), target):
        return None
    is_none = all(other.value is None for other in others)  # type: ignore[attr-defined]
    return Missing.NONE if is_none else Missing.FALSE


def is_false(node: ast.expr) -> bool:
    """Whether an expression is a constant that is false: None, an empty text."""
    return isinstance(node, ast.Constant) and not node.value


def _reads(node: ast.expr, target: ast.expr) -> bool:
    """Whether an expression reads `target`: the same name or item, or `mapping.get(key)`."""
    match node, target:
        case (
            ast.Call(func=ast.Attribute(value=base, attr="get"), args=[key, *_]),
            ast.Subscript(value=mapping, slice=index),
        ):
            return same(base, mapping) and same(key, index)
    return same(node, target)


def same(first: ast.expr, second: ast.expr) -> bool:
    """Whether two expressions have the same text."""
    if isinstance(first, ast.Name) and isinstance(second, ast.Name):  # as most
        return first.id == second.id
    return type(first) is type(second) and ast.unparse(first) == ast.unparse(second)


def guard_of(statement: ast.stmt, file: SourceFile) -> Guard | None:
    """The branch of an `if` that directly holds a statement."""
    parent = file.parents[statement]
    if not isinstance(parent, ast.If):
        return None
    return Guard(parent, statement in parent.body)


def is_flagged_missing(guard: Guard, definition: Definition, flow: Facts) -> bool:
    """Whether a guard tests a flag, computed before, that the name it assigns is missing."""
    target, test = definition.node, guard.statement.test
    flags = flow.reads(test) if isinstance(test, ast.Name) else []
    if len(flags) != 1 or flags[0].value is None or not isinstance(target, ast.Name):
        return False
    asked = [n for n in walk(flags[0].value) if isinstance(n, ast.Name) and n.id == target.id]
    before = flow.previous_definitions[definition]
    is_same = all(flow.uses.get(name) == before for name in asked)
    return is_same and bool(missing(flags[0].value, target, guard.truth, every=False))


def is_surely_there(node: ast.expr, flow: Facts) -> bool:
    """Whether a test around an expression says that it is not None."""
    parents = flow.file_of(node).parents
    bound = {definition.node for definition in flow.uses.get(node, ())}
    child: ast.AST = node
    while not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Module):
        parent = parents[child]
        if not bound.isdisjoint(walk(parent)):
            return False  # it is set after the test
        for test, truth in tests_before(child, parent):
            if missing(test, node, not truth, every=True):
                return True
        child = parent
    return False


def tests_before(child: ast.AST, parent: ast.AST) -> list[tuple[ast.expr, bool]]:
    """The tests that decide whether a part of `parent` is evaluated, and how they come out then."""
    match parent:
        case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test) if child is not test:
            body = parent.body if isinstance(parent.body, list) else [parent.body]
            return [(test, child in body)]
        case ast.BoolOp(op=op, values=values):
            before = takewhile(lambda value: value is not child, values)
            return [(test, isinstance(op, ast.And)) for test in before]
    return []


def binder_of(target: ast.AST, file: SourceFile) -> ast.AST:
    """The statement or walrus that binds a target."""
    node = file.parents[target]
    while isinstance(node, ast.Tuple | ast.List | ast.Starred):
        node = file.parents[node]
    return node


def block_of(statement: ast.stmt, file: SourceFile) -> list[ast.stmt]:
    """The statements beside a statement, itself included."""
    return next(block for block in blocks_of(file.parents[statement]) if statement in block)


def blocks_of(node: ast.AST) -> Iterator[list[ast.stmt]]:
    """The blocks of statements right below a node; those of handlers and cases count as one."""
    for name in BLOCKS:
        block = getattr(node, name, None)
        if isinstance(block, list):
            yield block


def always_passes(guard: ast.stmt, target: ast.stmt, file: SourceFile) -> bool:
    """Whether every path to `target` runs through `guard`, an earlier statement of its function."""
    block = block_of(guard, file)
    node: ast.AST = target
    while node not in block:
        node = file.parents[node]
        if isinstance(node, ast.Module | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            return False
    return isinstance(node, ast.stmt) and block.index(guard) < block.index(node)


def is_always_true(node: ast.expr, flow: Facts, asked: frozenset[ast.AST] = frozenset()) -> bool:
    """Whether an expression is a generated ID, or falls back to one where what else it has is
    false. Of one that is made of itself, as in a loop, the other values decide: it was `asked`.
    """
    found = flow.value_of(node)
    if node in asked or (found and all(map(is_generated, found))):
        return True
    asked |= {node}
    match node:
        case ast.Name():
            values = [definition.value for definition in flow.reads(node)]
            return _are_always_true(values, flow, asked)
        case ast.BoolOp(op=ast.Or(), values=[*_, last]):
            return is_always_true(last, flow, asked)
        case ast.Call() if node in flow.callees:
            return all(_returns_true(called, flow, asked) for called in flow.callees[node])
    return False


def _returns_true(called: ast.AST, flow: Facts, asked: frozenset[ast.AST]) -> bool:
    if not isinstance(called, ast.FunctionDef | ast.AsyncFunctionDef) or not ends(called.body):
        return False
    returned = [node.value for node in walk(called) if isinstance(node, ast.Return)]
    return _are_always_true(returned, flow, asked)


def _are_always_true(values: list[ast.expr | None], flow: Facts, asked: frozenset[ast.AST]) -> bool:
    return all(value is not None and is_always_true(value, flow, asked) for value in values)
