"""Refinement of names by a test: a generated ID is never None and never false."""

from __future__ import annotations

import ast
from itertools import islice

from ctxlint.flow.conditions import narrow, narrowed
from ctxlint.flow.evaluation import read
from ctxlint.flow.frame import Frame
from ctxlint.flow.state import State
from ctxlint.flow.values import (
    BRANCH,
    CHANGING_METHODS,
    FALSE,
    NONE,
    SET,
    TRUE,
    Atom,
    Definition,
    Definitions,
    Fact,
    Location,
    Symbol,
    allows,
    excludes,
    is_generated,
    is_unseen,
    may_be_true,
)
from ctxlint.project.scopes import once_for_each
from ctxlint.source import SourceFile

_MAX_FACTS = 16  # that tests tell of one name
_MAX_CELLS = 32  # that two branches leave in different states, for later tests of their flag

# The expression compared, whether it is one of some others or none of them, and those.
Comparison = tuple[ast.expr, bool, list[ast.expr]]


def comparison(test: ast.Compare, truth: bool) -> Comparison | None:
    """The meaning of `==`, `is`, or `in` a display, that came out as `truth`; None for others."""
    others: list[ast.expr]
    match test:
        case ast.Compare(
            left=left,
            ops=[ast.In() | ast.NotIn() as op],
            comparators=[ast.Tuple(elts=others) | ast.List(elts=others) | ast.Set(elts=others)],
        ):
            pass
        case ast.Compare(
            left=left,
            ops=[ast.Is() | ast.IsNot() | ast.Eq() | ast.NotEq() as op],
            comparators=[other],
        ):
            others = [other]
        case _:
            return None
    return left, isinstance(op, ast.Eq | ast.Is | ast.In) is truth, others


def refine(test: ast.expr, frame: Frame, truth: bool) -> State | None:
    """The state of `frame` where `test` came out as `truth`; None where it cannot."""
    return _refine(test, frame, frame.state, truth)


def branch(test: ast.expr, frame: Frame) -> State | None:
    """Read a test and go on where it holds; returns the state where it does not."""
    read(test, frame)
    refused = refine(test, frame, False)
    frame.state = refine(test, frame, True)
    return refused


def _refine(test: ast.expr, frame: Frame, state: State | None, truth: bool) -> State | None:
    if state is None:
        return None
    match test:
        case ast.Constant():
            return state if bool(test.value) is truth else None
        case ast.UnaryOp(op=ast.Not()):
            return _refine(test.operand, frame, state, not truth)
        case ast.BoolOp():
            return _refine_bool_op(test, frame, state, truth)
        case ast.NamedExpr(target=name) | (ast.Name() as name):
            return _filter(name, frame, state, TRUE if truth else FALSE)
        case ast.Call(func=ast.Name(id="isinstance"), args=[ast.Name() as name, kind]):
            return _refine_type(test, name, kind, frame, state, truth)
        case ast.Compare() if asked := comparison(test, truth):
            return _refine_comparison(test, asked, frame, state)
    return state


def _refine_type(
    test: ast.expr, name: ast.Name, kind: ast.expr, frame: Frame, state: State, truth: bool
) -> State | None:
    """The state where a name is, or is not, of a type: that of some sources is known."""
    flow = frame.flow
    types = {atom.path for atom in flow.value_of(kind) if isinstance(atom, Symbol)}
    if len(types) != 1 or Symbol("isinstance") not in flow.value_of(test.func):  # type: ignore[attr-defined]
        return state
    dropped: set[Atom] = set()
    for definition in state.get((frame.scope.node, name.id)) or ():
        for atom in filter(is_generated, flow.atoms[definition]):
            made = _type_of(definition.value, atom, frame)
            if made is not None and (made in types) is not truth:
                dropped.add(atom)
    return _without(test, name, dropped, frame, state)


def _type_of(value: ast.expr | None, atom: Atom, frame: Frame) -> str | None:
    """The type of a generated ID that is part of an expression as its source has made it."""
    node = getattr(atom, "node", None)
    if not isinstance(node, ast.Call) or node not in _choices(value):
        return None
    types = frame.flow.contract.source_types
    return next((made for call, made in types if frame.flow.means(node.func, (call,))), None)


def _choices(value: ast.expr | None) -> list[ast.expr]:
    """The expressions that may be the value of another one, unchanged."""
    match value:
        case None:
            return []
        case ast.BoolOp(values=values):
            return [choice for part in values for choice in _choices(part)]
        case ast.IfExp(body=body, orelse=orelse):
            return [*_choices(body), *_choices(orelse)]
        case ast.NamedExpr(value=inner):
            return _choices(inner)
        case ast.Call(func=ast.Attribute(attr="get" | "pop" | "setdefault"), args=[_, default]):
            return [value, *_choices(default)]
    return [value]


def _sentinel(node: ast.expr, frame: Frame) -> set[Atom]:
    """The one ID that a module or class has generated for a name."""
    flow = frame.flow
    made = [atom for atom in flow.value_of(node) if not is_unseen(atom)]
    owners = (definition.cell[0] for definition in flow.uses.get(node, ()))
    is_shared = all(isinstance(owner, ast.Module | ast.ClassDef) for owner in owners)
    return set(made) if is_shared and len(made) == 1 and all(map(is_generated, made)) else set()


def _without(
    test: ast.expr, name: ast.Name, dropped: set[Atom], frame: Frame, state: State
) -> State | None:
    """The state in which a local name does not hold some IDs."""
    cell = (frame.scope.node, name.id)
    if not dropped or any(d.scope is not frame.scope.node for d in frame.definitions(cell)):
        return state
    before, frame.state = frame.state, state
    narrowed = narrow(cell, test, dropped, frame)
    frame.state = before
    return narrowed


def _refine_comparison(
    test: ast.Compare, asked: Comparison, frame: Frame, state: State
) -> State | None:
    """The state where a name is, or is not, None, a sentinel, or one of some constants."""
    op, (tested, is_one, others) = test.ops[0], asked
    is_single = not isinstance(op, ast.In | ast.NotIn)
    match others:
        case [ast.Constant(value=None)] if is_single:
            name = tested.target if isinstance(tested, ast.NamedExpr) else tested
            return _filter(name, frame, state, NONE if is_one else SET)
        case [ast.Name() | ast.Attribute() as other] if is_single and not is_one:
            if isinstance(tested, ast.Name):
                return _without(test, tested, _sentinel(other, frame), frame, state)
    constants = tuple(other.value for other in others if isinstance(other, ast.Constant))
    if len(constants) < len(others) or isinstance(op, ast.Is | ast.IsNot):
        return state
    refined = _filter(tested, frame, state, Fact("in" if is_one else "out", constants))
    if is_one and refined is not None and not any(constants):
        return _filter(tested, frame, refined, FALSE)
    return refined


def _refine_bool_op(
    test: ast.BoolOp, frame: Frame, state: State | None, truth: bool
) -> State | None:
    if isinstance(test.op, ast.And) is truth:  # every operand came out as `truth`
        for operand in test.values:
            state = _refine(operand, frame, state, truth)
        return state
    joined = None  # one operand did, and those before it did not
    for operand in test.values:
        joined = frame.flow.join(joined, _refine(operand, frame, state, truth))
        state = _refine(operand, frame, state, not truth)
    return joined


def _filter(name: ast.expr, frame: Frame, state: State, fact: Fact) -> State | None:
    """Drop the definitions of a local name that a test excludes; note what the test has told."""
    if not isinstance(name, ast.Name):
        return state
    cell = (frame.scope.node, name.id)
    definitions = state.get(cell)
    if not definitions or any(d.scope is not frame.scope.node for d in frame.definitions(cell)):
        return state
    known = frame.told.setdefault(cell, set()) if _stays(name.id, fact, frame) else set()
    if any(excludes(fact, k) and state.get((cell, k)) == definitions for k in known):
        return None
    atoms = frame.flow.atoms
    kept = frozenset(d for d in definitions if any(allows(fact, atom) for atom in atoms[d]))
    if not kept:
        return None
    changes: dict[Location, Definitions | None] = {cell: kept}
    if len(known) < _MAX_FACTS and _stays(name.id, fact, frame):
        known.add(fact)
        changes[cell, fact] = kept
    if kept != definitions:  # what was told before holds of those that are left, too
        changes |= {(cell, k): kept for k in known if state.get((cell, k)) == definitions}
    return _on_one_branch(cell, fact, frame, state, state.updated(changes))


def _stays(name: str, fact: Fact, frame: Frame) -> bool:
    """Whether a fact holds as long as a name is not rebound: code may fill what was empty."""
    if fact in (NONE, SET):
        return True
    return (frame.scope.node, name) not in _filled(frame.flow.file_of_scope(frame.scope))


@once_for_each
def _filled(file: SourceFile) -> frozenset[tuple[ast.AST, str]]:
    """The names whose objects code changes in place, each with the nodes that hold such code."""
    nodes = (*file.nodes(ast.Subscript), *file.nodes(ast.Attribute), *file.nodes(ast.AugAssign))
    changed = ((node, name) for node in nodes if (name := _changed_name(node)))
    return frozenset((outer, name) for node, name in changed for _, outer in file.around(node))


def _changed_name(node: ast.AST) -> str | None:
    """The name whose object a node changes in place, if it does so."""
    match node:
        case ast.Subscript(value=ast.Name(id=name), ctx=ast.Store() | ast.Del()):
            return name
        case ast.Attribute(value=ast.Name(id=name), attr=method) if method in CHANGING_METHODS:
            return name
        case ast.AugAssign(target=ast.Name(id=name)):
            return name
    return None


def note_branches(
    test: ast.expr,
    bodies: list[list[ast.stmt]],
    taken: State | None,
    refused: State | None,
    frame: Frame,
) -> None:
    """Keep the branches of an `if` apart, for later tests of the same flag, where they meet."""
    joined = frame.state
    if taken is None or refused is None or joined is None:
        return
    for name in _flags(test, bodies):
        cell = (frame.scope.node, name)
        if joined.get(cell):
            key = (cell, test)
            met = frame.flow.definitions.setdefault(key, Definition(cell))
            frame.flow.branches[met] = taken, refused, joined
            assert frame.state is not None
            frame.state = frame.state.updated({(cell, BRANCH): frozenset({met})})


def note_choice(target: ast.expr, value: ast.expr, frame: Frame) -> None:
    """Keep the values of `a if flag else b`, or `flag or b`, in a name apart as branches are."""
    match value:
        case ast.IfExp(test=test, body=yes, orelse=no):
            pass
        case ast.BoolOp(op=ast.Or(), values=[ast.Name() as test, no]):
            yes = test
        case _:
            return
    cell = (frame.scope.node, getattr(target, "id", ""))
    held = frame.state.get(cell) if frame.state is not None else None
    if not held or len(held) > 1 or cell[1] in _flags(test, []):
        return
    sides: list[State | None] = []
    for truth, part in ((True, yes), (False, no)):
        side = refine(test, frame, truth)
        atoms = {a for a in frame.flow.value_of(part) if part is not test or may_be_true(a)}
        one = narrowed(next(iter(held)), part, atoms, frame.flow)
        sides.append(None if side is None else side.updated({cell: frozenset({one})}))
    note_branches(test, [], sides[0], sides[1], frame)


def _flags(test: ast.expr, bodies: list[list[ast.stmt]]) -> dict[str, None]:
    """The names that a later test may ask: that in the test, those that are set to a constant."""
    while isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        test = test.operand
    if isinstance(test, ast.Compare):
        test = test.left
    flags = {test.id: None} if isinstance(test, ast.Name) else {}
    for statement in (statement for body in bodies for statement in body):
        match statement:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant())
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.Constant())
            ):
                flags[name] = None
    return flags


def _on_one_branch(
    cell: Location, fact: Fact, frame: Frame, before: State, state: State
) -> State | None:
    """The state after a test of a flag, which tells which branch was taken before."""
    met = state.get((cell, BRANCH))
    branches = frame.flow.branches.get(next(iter(met))) if met and len(met) == 1 else None
    if branches is None or before.get(cell) != branches[2].get(cell):
        return state
    taken, refused, joined = branches
    possible = [side for side in (taken, refused) if _may_be(side, cell, fact, state, frame)]
    if len(possible) != 1:
        return state
    places = list(islice(taken.differing(refused), _MAX_CELLS + 1))
    if len(places) > _MAX_CELLS:
        return state
    changes = {
        place: possible[0].get(place)
        for place in places
        if place != cell and before.get(place) == joined.get(place)
    }
    return state.updated(changes)


def _may_be(side: State, cell: Location, fact: Fact, state: State, frame: Frame) -> bool:
    """Whether a fact can hold of a name on a branch."""
    held = side.get(cell) or frozenset()
    told = {known for known in frame.told.get(cell, ()) if side.get((cell, known)) == held}
    return not held.isdisjoint(state.get(cell) or ()) and not any(
        excludes(fact, known) for known in told
    )
