"""The way of a generated ID to a getter, and the condition under which it is generated."""

from __future__ import annotations

import ast
from collections import deque
from collections.abc import Iterator

from ctxlint.finding import Step, StepKind
from ctxlint.flow import Definition, Flow, Origin, Sink, is_generated
from ctxlint.source import SourceFile


def trace_of(sink: Sink, flow: Flow, file: SourceFile) -> tuple[Step, ...]:
    """The steps from the sources, first in the text first, to the arguments of a getter call."""
    steps: dict[Step, None] = {}
    sinks: list[Step] = []
    for name, argument in sink.arguments.items():
        ids = [atom for atom in argument.value if isinstance(atom, Origin) and is_generated(atom)]
        for atom in ids:
            path = path_to(argument.node, atom, flow, file)
            steps |= dict.fromkeys(_steps(path, atom, file))
        if ids:
            text = f"passed as {name} to {sink.getter.call}()"
            sinks.append(Step(StepKind.SINK, text, file.path, file.span(argument.node)))
    order = sorted(steps, key=lambda step: (step.kind is not StepKind.SOURCE, step.span))
    sources = [step for step in order if step.kind is StepKind.SOURCE]
    rest = [step for step in order if step.kind is StepKind.STEP]
    return (*sources, *rest, *sorted(sinks, key=lambda step: step.span))


def _steps(path: list[Definition], atom: Origin, file: SourceFile) -> Iterator[Step]:
    assert isinstance(atom.node, ast.expr)
    yield Step(StepKind.SOURCE, "an ID is generated here", file.path, file.span(atom.node))
    yield from kept(path, file)


def kept(path: list[Definition], file: SourceFile) -> Iterator[Step]:
    """The steps of a value through definitions: where it is kept."""
    for definition in path:
        node = definition.node
        if isinstance(node, ast.expr | ast.arg) and node is not definition.value:
            text = f"it is kept in {ast.unparse(node) if isinstance(node, ast.expr) else node.arg}"
            yield Step(StepKind.STEP, text, file.path, file.span(node))


def path_to(node: ast.AST, atom: Origin, flow: Flow, file: SourceFile) -> list[Definition]:
    """The definitions that carry a value to a node, first to last, by the shortest way."""
    parent = file.parents[node]
    starts = [node, parent] if isinstance(parent, ast.keyword) else [node]
    queue: deque[tuple[ast.AST, list[Definition]]] = deque((start, []) for start in starts)
    seen: set[Definition] = set()
    while queue:
        place, path = queue.popleft()
        inner = list(ast.walk(place)) if not isinstance(place, ast.keyword) else [place]
        if atom.node in inner:
            return path
        for use in inner:
            for definition in flow.reads(use):
                if definition not in seen and atom in flow.atoms[definition]:
                    seen.add(definition)
                    if definition.value is not None:
                        queue.append((definition.value, [definition, *path]))
    return []


def condition_of(node: ast.AST, file: SourceFile) -> str:
    """In which case an ID is generated, to be read behind the message: ` when not run_id`."""
    parts: list[str] = []
    while node in file.parents and not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        parent = file.parents[node]
        text = _condition(parent, node)
        if text:
            parts.append(text)
        node = parent
    return f" when {' and '.join(reversed(parts))}" if parts else ""


def _condition(parent: ast.AST, node: ast.AST) -> str:
    match parent:
        case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test) if node is not test:
            body = parent.body if isinstance(parent.body, list) else [parent.body]
            text = _short(test)
            return f"`{text}`" if node in body else f"not `{text}`"
        case ast.BoolOp(op=ast.Or(), values=[first, *_]) if node is not first:
            return f"`{_short(first)}` is missing"
        case ast.ExceptHandler(type=ast.expr() as caught):
            return f"{ast.unparse(caught)} is caught"
        case ast.Call(func=ast.Attribute(attr="get"), args=[key, default]) if node is default:
            return f"{ast.unparse(key)} is missing"
    return ""


def _short(test: ast.expr) -> str:
    text = ast.unparse(test)
    return text if len(text) <= 60 else f"{text[:57]}..."
