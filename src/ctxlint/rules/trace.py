"""The way of a generated ID to a getter, and the condition under which it is generated."""

from __future__ import annotations

import ast
from collections import deque
from collections.abc import Iterable, Iterator

from ctxlint.finding import Span, Step, StepKind
from ctxlint.flow import Argument, Definition, Facts, Origin, Sink, is_generated
from ctxlint.flow.facts import in_order, passings_in_order, place_of
from ctxlint.flow.values import RETURN, Atom, Instance, whole_of
from ctxlint.project.scopes import once_for_each
from ctxlint.source import SourceFile, reachable, walk


def trace_of(sink: Sink, flow: Facts) -> tuple[Step, ...]:
    """The steps from the sources to the arguments of getter calls, in the order of the flow.

    Sources come first, the arguments of getters last.
    """
    tracer = _Tracer(flow)
    for argument in sink.arguments.values():
        for atom in tracer.in_order(argument.value):
            _run(tracer.follow(argument.node, atom, 0))
        if any(map(is_generated, argument.value)):
            _run(tracer.enter(sink, argument, 0))
    steps = list(tracer.steps)
    sources = sorted((s for s in steps if s.kind is StepKind.SOURCE), key=_order)
    sinks = sorted((s for s in steps if s.kind is StepKind.SINK), key=_order)
    between = [step for step in steps if step.kind is StepKind.STEP]
    if len(between) > 2 * _MAX_SHOWN:  # nobody reads more
        between = [*between[:_MAX_SHOWN], *between[-_MAX_SHOWN:]]
    return (*sources, *between, *sinks)


def _order(step: Step) -> tuple[int, str, Span]:
    return step.depth, step.filename, step.span


_MAX_DEPTH = 200  # calls in calls that a trace goes through
_MAX_SHOWN = 40  # steps, of those first and last between the source and the sink
_MAX_READS = 200  # reads of IDs that it goes back to, and calls that they are passed on by


# A step of a walk that yields what comes before its next: calls in calls need no stack of Python's.
_Walk = Iterator["_Walk"]


def _run(walk: _Walk) -> None:
    """Go a walk, and those that it yields, each to its end before the one that yields it."""
    pending = [walk]
    while pending:
        try:
            pending.append(next(pending[-1]))
        except StopIteration:
            pending.pop()


class _Tracer:
    """Collects the steps of a trace, each once."""

    def __init__(self, flow: Facts) -> None:
        self.flow = flow
        self.steps: dict[Step, None] = {}
        self.seen: set[tuple[ast.AST, Origin]] = set()
        self.left: set[Origin] = set()
        self.entered: set[tuple[object, Sink]] = set()

    def add(self, kind: StepKind, message: str, node: ast.expr | ast.arg, depth: int) -> None:
        """Add a step, unless it is there."""
        file = self.flow.file_of(node)
        self.steps.setdefault(Step(kind, message, file.path, file.span(node), depth))

    def follow(self, node: ast.expr, atom: Origin, depth: int) -> _Walk:
        """Add the steps of an ID from its source to where `node` reads it."""
        if (node, atom) in self.seen or depth > _MAX_DEPTH or len(self.seen) > _MAX_READS:
            return
        self.seen.add((node, atom))
        origin = atom.node
        assert isinstance(origin, ast.expr)
        if origin in self.flow.callees:
            yield self.leave(atom, depth)
        else:
            functions = {self.flow.file_of(n).function_of(n) for n in (origin, node)}
            is_far = depth == 0 and len(functions) > 1
            self.add(StepKind.SOURCE, "an ID is generated here", origin, depth + is_far)
        for step in kept(path_to(node, atom, self.flow), self.flow):
            self.steps.setdefault(step._replace(depth=depth))

    def leave(self, made: Origin, depth: int) -> _Walk:
        """Add the steps of an ID in the functions that the call calls which brings it."""
        if made in self.left:
            return
        self.left.add(made)
        call, returns = made.node, False
        assert isinstance(call, ast.expr)
        for definition in self.flow.reads(call):
            inner = definition.value or definition.node
            if not isinstance(inner, ast.expr):
                continue
            ids = self.ids(inner) if definition.value else self.flow.atoms[definition]
            for atom in self.in_order(a for a in ids if self.flow.brings(made, a)):
                returns = returns or definition.cell[1] is RETURN
                yield self.follow(inner, atom, depth + 1)
        name = _text(call.func if isinstance(call, ast.Call) else call)
        self.add(StepKind.STEP, f"{name}() {'returns' if returns else 'sets'} it", call, depth)

    def in_order(self, atoms: Iterable[Atom]) -> list[Origin]:
        """The generated IDs among the atoms, by places and files: the same way each time."""
        found = [atom for atom in atoms if isinstance(atom, Origin) and is_generated(atom)]
        return sorted(found, key=self.place)

    def place(self, origin: Origin) -> list[tuple[int, int, str, int]]:
        """Where an ID comes from, to sort by."""
        places = []
        for node, part in ((origin.node, origin.part), origin.first_source):
            assert isinstance(node, ast.expr)
            file = self.flow.file_of(node)
            places.append((*place_of(node), file.path, -1 if part is None else part))
        return places

    def ids(self, node: ast.expr) -> set[Atom]:
        """The IDs in the value of an expression, and in its items."""
        found: set[Atom] = set()
        for atom in self.flow.value_of(node):
            found = found | {atom} | self.flow.contents(atom)
        return found

    def enter(self, sink: Sink, argument: Argument, depth: int) -> _Walk:
        """Add the steps of an argument on to the getter."""
        if sink.getters:
            text = f"passed as {argument.name} to {sink.getter.call}()"
            self.add(StepKind.SINK, text, argument.node, depth)
        if not sink.through:
            return
        self.add(StepKind.STEP, f"passed to {callee_text(sink.call)}", argument.node, depth)
        if depth > _MAX_DEPTH or len(self.entered) > _MAX_READS:
            return
        for key in self.flow.argument_bindings[argument.node]:
            for passing, inner in passings_in_order(key, self.flow):
                if (key, inner) not in self.entered:
                    self.entered.add((key, inner))
                    for other in self.carrying(inner, passing.name, key):
                        yield self.enter(inner, other, depth + 1)

    def carrying(self, sink: Sink, name: str, key: object) -> list[Argument]:
        """The arguments that hand a parameter on under a name; all of them if that is not known."""
        named = [argument for argument in sink.arguments.values() if argument.name == name]
        return [a for a in named if self.is_made_of(a.value, key)] or named

    def is_made_of(self, value: Iterable[Atom], key: object) -> bool:
        """Whether a value is a parameter, a part of it, or built of one."""
        origins = (atom for atom in reachable(value, self.flow.made_of) if isinstance(atom, Origin))
        return any(
            atom.node == key or (whole_of(atom.node) or atom.node) is (whole_of(key) or key)
            for atom in origins
        )


def callee_text(call: ast.Call) -> str:
    """The function that is called, as the code names it; a property where it is set."""
    text = _text(call.func)
    is_set = isinstance(getattr(call.func, "ctx", None), ast.Store)
    return f"the setter of {text}" if is_set else f"{text}()"


@once_for_each  # many traces go through the same calls
def _text(node: ast.expr) -> str:
    return ast.unparse(node)


def kept(path: list[Definition], flow: Facts) -> Iterator[Step]:
    """The steps of a value through definitions: where it is kept."""
    for definition in path:
        node = definition.node
        if isinstance(node, ast.expr | ast.arg) and node is not definition.value:
            text = f"stored in {ast.unparse(node) if isinstance(node, ast.expr) else node.arg}"
            file = flow.file_of(node)
            yield Step(StepKind.STEP, text, file.path, file.span(node))


_Path = tuple[()] | tuple[Definition, "_Path"]  # a definition, and those behind it


def path_to(node: ast.AST, atom: Origin | Instance, flow: Facts) -> list[Definition]:
    """The definitions that carry a value to a node, first to last, by the shortest way."""
    parent = flow.file_of(node).parents[node]
    starts = [node, parent] if isinstance(parent, ast.keyword) else [node]
    around = _around(atom.node, flow)
    if not around.isdisjoint(starts):
        return []
    queue: deque[tuple[ast.AST, _Path]] = deque((start, ()) for start in starts)
    seen: set[Definition] = set()
    while queue:
        place, path = queue.popleft()
        for use in walk(place) if not isinstance(place, ast.keyword) else [place]:
            read = flow.uses.get(use, set()) - seen
            carrying = [definition for definition in read if atom in flow.atoms[definition]]
            seen.update(carrying)
            for definition in in_order(carrying):
                if definition.value in around:
                    return _listed((definition, path))
                if definition.value is not None:
                    queue.append((definition.value, (definition, path)))
    return []


def _listed(path: _Path) -> list[Definition]:
    """The definitions of a path."""
    found: list[Definition] = []
    while path:
        found.append(path[0])
        path = path[1]
    return found


def _around(node: object, flow: Facts) -> set[object]:
    """A node and those that hold it."""
    if not isinstance(node, ast.AST):
        return {node}
    return {node, *(parent for _, parent in flow.file_of(node).around(node))}


def condition_of(node: ast.AST, file: SourceFile) -> str:
    """In which case an ID is generated, to be read behind the message: ` when not run_id`."""
    parts: list[str] = []
    for child, parent in file.around(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            break
        text = _condition(parent, child)
        if text:
            parts.append(text)
    return f" when {' and '.join(reversed(parts))}" if parts else ""


def _condition(parent: ast.AST, node: ast.AST) -> str:
    match parent:
        case ast.If(test=ast.Constant()) | ast.While(test=ast.Constant()):
            return ""  # `while True` is not a condition
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
