"""One conversation: an ID that is generated before a loop, for all its passes and the same user."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ctxlint.flow.facts import Argument, Sink
from ctxlint.flow.flow import Flow
from ctxlint.flow.values import Atom, Kind, Origin
from ctxlint.source import SourceFile, walk

_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_JUMPS = (ast.Break, ast.Return, ast.Raise)
_MAX_CALLS = 8  # within each other


def is_one_conversation(
    sink: Sink, argument: Argument, atom: Atom, flow: Flow, depth: int = 0
) -> bool:
    """Whether the passes of a loop hand a getter the same ID for the same user."""
    if any(_is_shared_by(loop, sink, argument, atom, flow) for loop in _loops(sink, flow)):
        return True
    if not sink.through or depth > _MAX_CALLS:
        return False
    inner = list(_inner(argument, atom, flow))
    return bool(inner) and all(is_one_conversation(*i, flow, depth + 1) for i in inner)


def _inner(argument: Argument, atom: Atom, flow: Flow) -> Iterator[tuple[Sink, Argument, Atom]]:
    """The calls that an ID gets to in the functions that an argument is passed to."""
    for key, value in flow.argument_bindings.get(argument.node, {}).items():
        for calls in flow.param_to_sink.get(key, {}).values() if atom in value else ():
            for call in calls:
                received: Atom = Origin(Kind.RECEIVED, key)  # type: ignore[arg-type]
                for other in flow.sinks[call].arguments.values():
                    if received in other.value:
                        yield flow.sinks[call], other, received


def _loops(sink: Sink, flow: Flow) -> Iterator[ast.AST]:
    """The loops around a call in its function."""
    for node, parent in flow.file_of_scope(sink.scope).around(sink.call):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            return
        is_passed = isinstance(parent, _COMPREHENSIONS) and not isinstance(node, ast.comprehension)
        if is_passed or (isinstance(parent, _LOOPS) and node in parent.body):
            yield parent


def _is_shared_by(loop: ast.AST, sink: Sink, argument: Argument, atom: Atom, flow: Flow) -> bool:
    """Whether the ID comes from before a loop, and the user of its passes is the same."""
    inside = set(walk(loop))
    if atom.node in inside or _reads_from(argument.node, inside, flow):
        return False
    others = (n for n in _other_arguments(sink, argument, flow) if _reads_from(n, inside, flow))
    if not all(_is_message(node, inside, flow) for node in others):
        return False
    return not _is_retry(loop, sink, flow.file_of_scope(sink.scope))


def _reads_from(node: ast.AST, inside: set[ast.AST], flow: Flow) -> bool:
    """Whether an expression reads what a loop binds, or is bound there itself."""
    parts = walk(node)
    read = (definition.node for part in parts for definition in flow.uses.get(part, ()))
    return not inside.isdisjoint(read) or any(
        isinstance(part, ast.Call) and part in inside for part in parts
    )


def _is_message(node: ast.expr, inside: set[ast.AST], flow: Flow) -> bool:
    """Whether all that an expression reads of a loop are texts of the user, or their numbers."""
    names = [part for part in walk(node) if isinstance(part, ast.Name)]
    read = [name for name in names if _reads_from(name, inside, flow)]
    texts = [name for name in read if _is_text(name, inside, flow)]
    numbers = [name for name in read if name.id in flow.contract.counter_words]
    return bool(texts) and {*texts, *numbers} == set(read)


def _is_text(name: ast.Name, inside: set[ast.AST], flow: Flow) -> bool:
    """Whether a name is that of a text, or of a part of something, or one of several texts."""
    match flow.file_of(name).parents[name]:
        case ast.Subscript(slice=ast.Constant(value=str(word))) | ast.Attribute(attr=word):
            words = {word, name.id}
        case _:
            words = {name.id}
    loops = (
        node for node in inside if isinstance(node, ast.For | ast.AsyncFor | ast.comprehension)
    )
    words |= {
        getattr(loop.iter, "attr", getattr(loop.iter, "id", ""))
        for loop in loops
        if isinstance(loop.target, ast.Name) and loop.target.id == name.id
    }
    return any(word.rpartition("_")[2] in flow.contract.message_words for word in words)


def _other_arguments(sink: Sink, argument: Argument, flow: Flow) -> Iterator[ast.expr]:
    """The arguments of a call that are not IDs: they may say for whom the session is."""
    ids = {other.node for other in sink.arguments.values()}
    for node in [*sink.call.args, *(keyword.value for keyword in sink.call.keywords)]:
        is_user = not sink.through or _is_for_user(node, sink, flow)
        if node not in ids and node is not argument.node and is_user:
            yield node


def _is_for_user(node: ast.expr, sink: Sink, flow: Flow) -> bool:
    """Whether an argument of a function gets, or may get, into a call of a getter there."""
    lasts = sink.last(flow)
    if not flow.loader.summarised.isdisjoint(last.scope.node for last in lasts):
        return True  # a summary tells of IDs alone
    parameters = {Origin(Kind.RECEIVED, k) for k in flow.argument_bindings.get(node, ())}  # type: ignore[arg-type]
    return any(
        not parameters.isdisjoint(flow.value_of(part))
        for last in lasts
        for arg in [*last.call.args, *(k.value for k in last.call.keywords)]
        for part in walk(arg)
    )


def _is_retry(loop: ast.AST, sink: Sink, file: SourceFile) -> bool:
    """Whether a loop ends after the first call that succeeds."""
    node: ast.AST = sink.call
    names: set[str] = set()
    while node is not loop:
        parent = file.parents[node]
        if isinstance(node, ast.stmt):
            if isinstance(node, _JUMPS):
                return True
            if isinstance(node, ast.Assign):
                names |= {n.id for t in node.targets for n in walk(t) if isinstance(n, ast.Name)}
            if any(_ends(other, names) for other in _behind(node, parent)):
                return True
        node = parent
    return isinstance(file.parents.get(loop), ast.Call) and isinstance(loop, ast.GeneratorExp)


def _behind(node: ast.stmt, parent: ast.AST) -> list[ast.stmt]:
    """The statements that run after another one, unless it raises."""
    for name in ("body", "orelse", "finalbody"):
        block = getattr(parent, name, None)
        if isinstance(block, list) and node in block:
            after = block[block.index(node) + 1 :]
            is_tried = isinstance(parent, ast.Try | ast.TryStar) and name == "body"
            return after + (parent.orelse if is_tried else [])  # type: ignore[attr-defined]
    return []


def _ends(statement: ast.stmt, names: set[str]) -> bool:
    """Whether a statement leaves the loop, always or depending on what the call gave."""
    if isinstance(statement, _JUMPS):
        return True
    if not isinstance(statement, ast.If):
        return False
    asked = _asked(statement.test)
    branches = [*statement.body, *statement.orelse]
    return asked in names and any(isinstance(s, _JUMPS) for s in branches)


def _asked(test: ast.expr) -> str:
    """The name whose presence a test asks for."""
    while isinstance(test, ast.UnaryOp | ast.Compare):
        test = test.operand if isinstance(test, ast.UnaryOp) else test.left
    return test.id if isinstance(test, ast.Name) else ""
