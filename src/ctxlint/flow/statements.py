"""The effect of statements on the state, in source order: kills, joins, loops, exceptions."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from itertools import count

from ctxlint.flow.classes import entered, inherit
from ctxlint.flow.containers import (
    absent,
    concatenated,
    extend,
    from_end,
    merged,
    received,
    transformed,
)
from ctxlint.flow.evaluation import evaluate, read, read_parts
from ctxlint.flow.expressions import evaluate_defaults
from ctxlint.flow.frame import Frame
from ctxlint.flow.iteration import iterated
from ctxlint.flow.modules import absolute, resolve_imports
from ctxlint.flow.patterns import bind_pattern, refine_case
from ctxlint.flow.refine import branch, note_branches, note_choice, refine
from ctxlint.flow.state import State
from ctxlint.flow.targets import bind, delete_item
from ctxlint.flow.values import PASSED, RETURN, Atom, Container, Symbol, Value
from ctxlint.project.scopes import FUNCTIONS, import_paths
from ctxlint.source import walk


def execute(body: Sequence[ast.stmt], frame: Frame) -> None:
    """Run the statements of a block; the state becomes None where its end is never reached."""
    for statement in body:
        if frame.state is None:
            return
        frame.statement = statement
        if frame.flow.notes_uses:
            entries = frame.flow.entries
            entries[statement] = frame.met(statement, entries.get(statement)) or State()
        frame.note_raise()
        _EXECUTORS.get(type(statement), _nothing)(statement, frame)


def _assign(node: ast.Assign, frame: Frame) -> None:
    value = evaluate(node.value, frame)
    for target in node.targets:
        bind(target, value, node.value, frame)
    note_choice(node.targets[-1], node.value, frame)


def _ann_assign(node: ast.AnnAssign, frame: Frame) -> None:
    if node.value is not None:
        bind(node.target, evaluate(node.value, frame), node.value, frame)


def _aug_assign(node: ast.AugAssign, frame: Frame) -> None:
    old, new = evaluate(node.target, frame), evaluate(node.value, frame)
    if isinstance(node.op, ast.BitOr):
        value = merged(Container(node), [(node.target, old), (node.value, new)], frame)
    elif isinstance(node.op, ast.Add) and old and all(map(_is_list, old)):
        for atom in old:
            extend(atom, [(node.value, new)], frame)
        value = old
    else:
        parts = [(node.target, old), (node.value, new)]
        joined = concatenated(node, parts, frame) if isinstance(node.op, ast.Add) else None
        value = joined or transformed(node.target, [old, new], frame)
    bind(node.target, value, node.value, frame)


def _is_list(atom: Atom) -> bool:
    return isinstance(atom, Container) and isinstance(atom.node, ast.List)


def _delete(node: ast.Delete, frame: Frame) -> None:
    for target in node.targets:
        if isinstance(target, ast.Name) and frame.state is not None:
            cell = (frame.scope.node, target.id)
            frame.state = frame.state.updated({cell: frozenset({frame.flow.initial(cell)})})
        elif isinstance(target, ast.Subscript):
            delete_item(target, frame)
        elif isinstance(target, ast.Attribute):
            bind(target, received(target), None, frame)


def _expr(node: ast.Expr, frame: Frame) -> None:
    read(node.value, frame)


def _return(node: ast.Return, frame: Frame) -> None:
    value = read(node.value, frame) if node.value else absent(node)
    frame.define((frame.scope.node, RETURN), node, value, node.value)
    frame.leave()


def _leave(node: ast.Raise, frame: Frame) -> None:
    read_parts(node, frame)
    frame.leave(raises=True)


def _break(node: ast.Break, frame: Frame) -> None:
    _jump(frame.breaks, frame)


def _continue(node: ast.Continue, frame: Frame) -> None:
    _jump(frame.continues, frame)


def _jump(states: list[State | None], frame: Frame) -> None:
    if states:  # else this is in no loop, which only a compiler refuses
        states[-1] = frame.flow.join(states[-1], frame.state)
    frame.state = None


def _if(node: ast.If, frame: Frame) -> None:
    refused = branch(node.test, frame)
    execute(node.body, frame)
    taken, frame.state = frame.state, refused
    execute(node.orelse, frame)
    refused = frame.state
    frame.state = frame.flow.join(taken, refused)
    note_branches(node.test, [node.body, node.orelse], taken, refused, frame)


def _assert(node: ast.Assert, frame: Frame) -> None:
    read(node.test, frame)
    frame.state = refine(node.test, frame, True)


def _while(node: ast.While, frame: Frame) -> None:
    def enter() -> State | None:
        return branch(node.test, frame)

    _loop(node, enter, frame)


def _for(node: ast.For | ast.AsyncFor, frame: Frame) -> None:
    items = evaluate(node.iter, frame)

    def enter() -> State | None:
        ended = frame.state
        bind(node.target, iterated(items, node.iter, frame), node.iter, frame)
        return ended

    _loop(node, enter, frame, runs=_has_items(node.iter, items, frame))


def _has_items(node: ast.expr, value: Value, frame: Frame) -> bool:
    """Whether there is an item for certain: a display that shows one, a tuple that was made so."""
    if isinstance(node, ast.Tuple | ast.List | ast.Set):
        return any(not isinstance(element, ast.Starred) for element in node.elts)
    made = [atom.node for atom in value if isinstance(atom, Container)]
    length = from_end(value, 0, frame)
    is_fixed = len(made) == len(value) and all(isinstance(n, ast.Tuple) for n in made)
    return is_fixed and isinstance(length, int) and length > 0


def _first_head(node: ast.stmt, frame: Frame) -> State | None:
    """The state in which a loop begins: in a loop, the one that its earlier rounds have led to.

    Started over in each of them, it would take twice as long for each loop around it.
    """
    join, entry = frame.flow.join, frame.state
    first, last = frame.heads.get(node, (None, None))
    is_later = first is not None and join(entry, first) is entry
    return join(entry, last) if is_later else entry


def _loop(
    node: ast.While | ast.For | ast.AsyncFor,
    enter: Callable[[], State | None],
    frame: Frame,
    *,
    runs: bool = False,
) -> None:
    """Run a loop until its head state no longer grows; `enter` returns the state at its end.

    One that surely `runs` ends in a state that a pass of it has left.
    """
    join = frame.flow.join
    entry, head = frame.state, _first_head(node, frame)
    breaks: State | None = None
    passed: State | None = None
    repeats, outer, loop = frame.repeats, frame.round, object()
    for number in count():
        frame.round = loop, number
        version = frame.flow.worklist.version
        frame.breaks.append(None)
        frame.continues.append(None)
        frame.state = head
        ended = enter()
        execute(node.body, frame)
        breaks = join(breaks, frame.breaks.pop())
        left = join(frame.state, frame.continues.pop())
        passed = join(passed, left)
        again = join(head, left)
        if again is head and version == frame.flow.worklist.version:
            break
        head = again
        frame.repeats = repeats + 1
    frame.heads[node] = entry, head
    frame.repeats, frame.round = repeats, outer
    frame.state = passed if runs else ended
    execute(node.orelse, frame)
    frame.state = join(frame.state, breaks)


def _with(node: ast.With | ast.AsyncWith, frame: Frame) -> None:
    suppresses = False
    for item in node.items:
        value = evaluate(item.context_expr, frame)
        suppresses = suppresses or _suppresses(item.context_expr, frame)
        value = entered(value, item.context_expr, frame)
        if item.optional_vars is not None:
            bind(item.optional_vars, value, item.context_expr, frame)
    if suppresses:
        raised = _protected(node.body, frame)
        frame.state = frame.flow.join(frame.state, raised)
    else:
        execute(node.body, frame)


def _suppresses(manager: ast.expr, frame: Frame) -> bool:
    flow = frame.flow
    return isinstance(manager, ast.Call) and flow.means(manager.func, flow.contract.suppressors)


def _protected(body: Sequence[ast.stmt], frame: Frame) -> State | None:
    """Run a block; the states in which an exception may leave it."""
    frame.raised.append(None)
    execute(body, frame)
    return _popped(frame)


def _popped(frame: Frame) -> State | None:
    """The states in which an exception may leave the innermost block, which it may leave too."""
    raised = frame.raised.pop()
    if frame.raised:
        frame.raised[-1] = frame.flow.join(frame.raised[-1], raised)
    return raised


def _try(node: ast.Try | ast.TryStar, frame: Frame) -> None:
    if node.finalbody:
        frame.raised.append(None)  # what leaves the whole statement early: `finally` sees it
    raised = _protected(node.body, frame)
    execute(node.orelse, frame)
    joined = frame.state
    for handler in node.handlers:
        frame.state = raised
        if handler.type is not None:
            read(handler.type, frame)
        if handler.name and frame.state is not None:
            frame.define((frame.scope.node, handler.name), handler, received(handler))
        execute(handler.body, frame)
        joined = frame.flow.join(joined, frame.state)
    if node.finalbody:
        frame.state = _popped(frame)
        execute(node.finalbody, frame)
    frame.state = joined
    execute(node.finalbody, frame)


def _match(node: ast.Match, frame: Frame) -> None:
    subject = read(node.subject, frame)
    joined: State | None = None
    for case in node.cases:
        before = frame.state
        frame.state = refine_case(node.subject, case, frame, True)
        bind_pattern(case.pattern, subject, node.subject, frame)
        if case.guard is not None and frame.state is not None:
            read(case.guard, frame)
            frame.state = refine(case.guard, frame, True)
        execute(case.body, frame)
        joined, frame.state = frame.flow.join(joined, frame.state), before
        frame.state = refine_case(node.subject, case, frame, False)
    frame.state = frame.flow.join(joined, frame.state)


def _import(node: ast.Import | ast.ImportFrom, frame: Frame) -> None:
    for alias, path in import_paths(node):
        if alias.name != "*":
            name = alias.asname or alias.name.partition(".")[0]
            owner = frame.scope.owner(name) or frame.scope
            frame.define(
                (owner.node, name),
                alias,
                frozenset({Symbol(absolute(path, frame.scope, frame.flow))}),
            )


def _function(node: ast.FunctionDef | ast.AsyncFunctionDef, frame: Frame) -> None:
    for decorator in node.decorator_list:
        _decorate(node, read(decorator, frame), frame)
    evaluate_defaults(node, frame)
    _define_here(node, frame)


def _decorate(
    node: ast.FunctionDef | ast.AsyncFunctionDef, decorators: Value, frame: Frame
) -> None:
    """Give a function to the decorators that the flow looks into."""
    if node in frame.flow.loader.demanded:
        decorators = resolve_imports(decorators, frame.scope, frame.flow)
    for atom in decorators:
        if isinstance(atom, Symbol) and isinstance(atom.node, FUNCTIONS):
            for parameter in atom.node.args.args[:1]:
                if node not in frame.flow.program.decorated[parameter]:
                    frame.flow.program.decorated[parameter][node] = None
                    frame.flow.worklist.grow((parameter, PASSED))
                    frame.flow.worklist.want(n for n in walk(atom.node) if isinstance(n, FUNCTIONS))


def _class(node: ast.ClassDef, frame: Frame) -> None:
    for expression in [*node.decorator_list, *(k.value for k in node.keywords)]:
        read(expression, frame)
    bases = [atom for base in node.bases for atom in read(base, frame)]
    known = frame.flow.program.bases.get(node)
    frame.flow.program.bases[node] = [atom for atom in bases if isinstance(atom, Symbol)]
    is_new = known is None or set(known) != set(frame.flow.program.bases[node])
    if is_new:
        frame.flow.program.subclasses = {}  # before anything asks for the heirs of a base
    frame.flow.worklist.demand(node)
    if is_new:
        inherit(node, frame)
    _define_here(node, frame)


def _define_here(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, frame: Frame) -> None:
    path = f"{frame.scope.qualified_name}.{node.name}".strip(".")
    owner = frame.scope.owner(node.name) or frame.scope
    frame.define((owner.node, node.name), node, frozenset({Symbol(path, node)}))


def _nothing(node: ast.stmt, frame: Frame) -> None:
    pass


_EXECUTORS: dict[type[ast.stmt], Callable[..., None]] = {
    ast.AnnAssign: _ann_assign,
    ast.Assert: _assert,
    ast.Assign: _assign,
    ast.AsyncFor: _for,
    ast.AsyncFunctionDef: _function,
    ast.AsyncWith: _with,
    ast.AugAssign: _aug_assign,
    ast.Break: _break,
    ast.ClassDef: _class,
    ast.Continue: _continue,
    ast.Delete: _delete,
    ast.Expr: _expr,
    ast.For: _for,
    ast.FunctionDef: _function,
    ast.If: _if,
    ast.Import: _import,
    ast.ImportFrom: _import,
    ast.Match: _match,
    ast.Raise: _leave,
    ast.Return: _return,
    ast.Try: _try,
    ast.TryStar: _try,
    ast.While: _while,
    ast.With: _with,
}
