"""Where generated programs reject what arrived: guards that ask for more than its presence.

Generated IDs say in which row they were made, so that the rows under such guards tell which of
them stand in for a rejected ID.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_ID = re.compile(r"thread_id|run_id|\b(t|r|ids|extra|pair|value|arg|given)\b")
_SOURCES = re.compile(r"uuid4|generate_\w+|token_hex")
_NO_TEST = {"get", "pop", "getattr", "setdefault", "str", "ThreadID", "bool"}
_BAD = {"is_expired", "startswith"}  # calls that are true of what is not good enough
_PARSING = {"UUID", "int", "is_known"}
_IS = (ast.Is, ast.Eq, ast.In)
_NOTHING = {"None", "''", "(None, '')", "[]"}


@dataclass(frozen=True, slots=True)
class _Guard:
    """What a guard says of the sources under it.

    `is_mixed`: it asks for more than presence, so what it assigns is new; `is_bad`: it is open to
    an ID that is not good enough, so all sources under it are for rejected ones; `has_next`: an
    operand of `or` follows, which counts where there is nothing; `is_there`, `is_missing`: it is
    open where an ID is there, or is not.
    """

    is_mixed: bool = False
    is_bad: bool = False
    has_next: bool = False
    is_there: bool = False
    is_missing: bool = False


@dataclass(slots=True)
class Rejections:
    """The rows of sources that stand in for rejected IDs, and where such IDs are cleared.

    `replaced`: where another value, which may be missing, takes the place of a rejected ID.
    """

    rows: set[int] = field(default_factory=set)
    cleared: list[ast.Assign] = field(default_factory=list)
    replaced: list[ast.Assign] = field(default_factory=list)

    def may_clear(self, name: str, *, before: int) -> bool:
        """Whether a name may be cleared above a row."""
        return any(
            ast.unparse(statement.targets[0]) == name and statement.lineno < before
            for statement in [*self.cleared, *self.replaced]
        )


def rejections(tree: ast.Module) -> Rejections:
    """Read a whole module."""
    reader = _Reader()
    reader.block(tree.body, ())
    rows = {row for row, (is_bad, *_) in reader.seen.items() if is_bad}
    found = Rejections(rows, reader.cleared, reader.replaced)
    found.rows -= {row for row, verdicts in reader.seen.items() if not all(verdicts)}
    return found


class _Reader:
    """Walks through a module with the guards around each place, the innermost last."""

    def __init__(self) -> None:
        self.seen: dict[int, list[bool]] = {}
        self.cleared: list[ast.Assign] = []
        self.replaced: list[ast.Assign] = []
        self.flags: dict[str, ast.expr] = {}

    def block(self, body: Iterable[ast.stmt], guards: tuple[_Guard, ...]) -> None:
        """Statements in a row: what follows a branch that leaves is under its guard, too."""
        for statement in body:
            self.visit(statement, guards)
            if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
                self.flags[statement.targets[0].id] = statement.value
            if isinstance(statement, ast.If) and isinstance(statement.body[-1], ast.Return):
                is_bad = self._guard(statement.test, holds=False).is_bad
                guards = (_Guard(is_bad=is_bad), *guards)

    def visit(self, node: ast.AST, guards: tuple[_Guard, ...]) -> None:
        match node:
            case ast.If() | ast.While():
                self._branches(node, guards)
            case ast.IfExp(test, body, orelse):
                self.visit(test, guards)
                self.visit(body, (*guards, self._guard(test, holds=True)))
                self.visit(orelse, (*guards, self._guard(test, holds=False)))
            case ast.BoolOp(op, values):
                self._chain(values, guards, holds=isinstance(op, ast.And))
            case ast.Try():
                self._try(node, guards)
            case ast.Match(subject, cases):
                self.visit(subject, guards)
                for number, case in enumerate(cases):
                    self.block(case.body, (*guards, self._case(node, number)))
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda():
                self._inside(node, ())
            case _:
                self._note(node, guards)
                self._inside(node, guards)

    def _inside(self, node: ast.AST, guards: tuple[_Guard, ...]) -> None:
        body = getattr(node, "body", None)
        for child in ast.iter_child_nodes(node):
            if not isinstance(body, list) or child not in body:
                self.visit(child, guards)
        if isinstance(body, list):
            self.block(body, guards)

    def _note(self, node: ast.AST, guards: tuple[_Guard, ...]) -> None:
        """Note a source, or an ID that is cleared."""
        is_bad = any(g.is_bad for g in guards) and not any(g.has_next for g in guards)
        if isinstance(node, ast.Call) and _SOURCES.fullmatch(_called(node)):
            is_new = guards and (guards[-1].is_mixed or _is_renewed(guards))
            is_last = not any(g.has_next for g in guards)
            self.seen.setdefault(node.lineno, []).append(is_bad or bool(is_new and is_last))
        if isinstance(node, ast.Assign) and (is_bad or keeps(node.value)):
            is_cleared = ast.unparse(node.value) == "None" or keeps(node.value)
            (self.cleared if is_cleared else self.replaced).append(node)

    def _branches(self, node: ast.If | ast.While, guards: tuple[_Guard, ...]) -> None:
        self.visit(node.test, guards)
        self.block(node.body, (*guards, self._guard(node.test, holds=True)))
        around = (*guards, self._guard(node.test, holds=False)) if isinstance(node, ast.If) else ()
        self.block(node.orelse, around or guards)

    def _chain(self, values: list[ast.expr], guards: tuple[_Guard, ...], *, holds: bool) -> None:
        """Operands of `and` or `or`: each is evaluated if those before it hold, or do not."""
        before: list[_Guard] = []
        for value in values:
            around = guards
            if not holds and value is not values[-1]:
                around = (_Guard(has_next=True), *guards)
            self.visit(value, (*around, _joined(before)) if before else around)
            before.append(self._guard(value, holds=holds))

    def _try(self, node: ast.Try, guards: tuple[_Guard, ...]) -> None:
        self.block(node.body, guards)
        is_bad = any(_parses(inner) for part in node.body for inner in ast.walk(part))
        for handler in node.handlers:
            around = _Guard(is_bad, is_bad, is_missing=not is_bad)  # the look-up found none
            self.block(handler.body, (*guards, around))
        self.block([*node.orelse, *node.finalbody], guards)

    def _case(self, node: ast.Match, number: int) -> _Guard:
        *before, case = node.cases[: number + 1]
        pattern = ast.unparse(case.pattern)
        is_word = "'new'" in pattern
        rest = pattern == "_" and any(c.guard or "'new'" in ast.unparse(c.pattern) for c in before)
        inner = [self._guard(case.guard, holds=True)] if case.guard else []
        is_bad = is_word or rest
        return _joined([_Guard(is_bad, is_bad, is_missing=pattern in _NOTHING), *inner])

    # Tests.

    def _guard(self, test: ast.expr, *, holds: bool) -> _Guard:
        return _joined(_atom(node, holds=sign) for node, sign in self._atoms(test, holds=holds))

    def _atoms(self, node: ast.expr, *, holds: bool) -> Iterator[tuple[ast.expr, bool]]:
        """The tests that a condition consists of, and what they give where it is open."""
        match node:
            case ast.UnaryOp(ast.Not(), inner):
                yield from self._atoms(inner, holds=not holds)
            case ast.BoolOp(_, values):
                for value in values:
                    yield from self._atoms(value, holds=holds)
            case ast.IfExp(test, body, orelse):
                yield from self._atoms(test, holds=True)
                for value in (body, orelse):
                    yield from self._atoms(value, holds=holds)
            case ast.NamedExpr(_, value):
                yield from self._atoms(value, holds=holds)
            case ast.Name("is_bad" | "asked" as name) if name in self.flags:
                yield from self._atoms(self.flags[name], holds=holds)
            case _:
                yield node, holds


def _joined(guards: Iterable[_Guard]) -> _Guard:
    found = list(guards)
    return _Guard(
        is_mixed=any(g.is_mixed for g in found),
        is_bad=any(g.is_bad for g in found),
        is_there=any(g.is_there for g in found),
        is_missing=any(g.is_missing for g in found),
    )


def _is_renewed(guards: tuple[_Guard, ...]) -> bool:
    """Whether an ID is generated since one is there, and not since one is missing."""
    return any(g.is_there for g in guards) and not any(g.is_missing for g in guards)


def _atom(node: ast.expr, *, holds: bool) -> _Guard:
    """What one test says where it holds, or does not."""
    if _is_presence(node):
        asks_for_none = isinstance(node, ast.Compare) and isinstance(node.ops[0], _IS)
        is_id = bool(_ID.search(ast.unparse(node)))
        is_there = asks_for_none is not holds
        return _Guard(is_there=is_id and is_there, is_missing=is_id and not is_there)
    if not _ID.search(ast.unparse(node)):
        return _Guard(is_mixed=True)
    return _Guard(is_mixed=True, is_bad=_is_true_of_bad(node) == holds)


def _is_true_of_bad(node: ast.expr) -> bool:
    """Whether a test holds for what is not good enough."""
    if isinstance(node, ast.Call):
        return _called(node) in _BAD
    if not isinstance(node, ast.Compare):
        return False
    right = node.comparators[0]
    is_word = "new" in ast.unparse(right)
    match node.ops[0]:
        case ast.Eq() | ast.In():
            return is_word
        case ast.NotEq() | ast.NotIn():
            return not is_word
    return isinstance(node.ops[0], ast.Lt | ast.LtE)


def _is_presence(node: ast.expr) -> bool:
    """Whether a test asks for no more than that an ID is there."""
    if isinstance(node, ast.Compare):
        is_nothing = all(ast.unparse(right) in _NOTHING for right in node.comparators)
        return is_nothing and _is_presence(node.left)
    if isinstance(node, ast.Call):
        is_look_up = _called(node) in _NO_TEST and "KNOWN" not in ast.unparse(node)
        return is_look_up or bool(_SOURCES.search(ast.unparse(node.func)))
    if isinstance(node, ast.Name | ast.Attribute | ast.Subscript):
        return bool(_ID.search(ast.unparse(node)))
    return isinstance(node, ast.Constant | ast.Await | ast.JoinedStr | ast.BinOp)


def keeps(node: ast.expr) -> bool:
    """Whether an expression is an ID only if that is known, else None."""
    return isinstance(node, ast.Call) and _called(node) == "known"


def _parses(node: ast.AST) -> bool:
    """Whether a call or look-up raises for an ID that is not good enough."""
    if isinstance(node, ast.Subscript):
        return ast.unparse(node.value) == "KNOWN"
    return isinstance(node, ast.Call) and _called(node) in _PARSING


def _called(node: ast.Call) -> str:
    """The last name of the function that is called."""
    return ast.unparse(node.func).rpartition(".")[2]
