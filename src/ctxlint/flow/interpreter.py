"""Interpret every scope of a module until nothing new is learned."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence, Set
from contextlib import suppress
from functools import lru_cache, partial

from ctxlint.contract.contract import Contract
from ctxlint.flow.containers import absent, received
from ctxlint.flow.evaluation import evaluate, read
from ctxlint.flow.excuses import Excused, excuse, restore
from ctxlint.flow.exports import attributes_for_sinks, sink_wrappers
from ctxlint.flow.expressions import EVALUATORS
from ctxlint.flow.facts import Facts
from ctxlint.flow.flow import Flow
from ctxlint.flow.frame import Frame
from ctxlint.flow.modules import Loader, load
from ctxlint.flow.slicing import Units
from ctxlint.flow.state import State
from ctxlint.flow.statements import execute
from ctxlint.flow.values import NOTHING, RETURN, Container, Symbol, Value
from ctxlint.project.scopes import (
    COMPREHENSIONS,
    FUNCTIONS,
    Scope,
    imported_packages,
    names_of,
    parameters,
)
from ctxlint.source import SourceError, SourceFile, walk

_MANY = 100  # scopes: uses are noted only once something is found, and all is interpreted again
_FEW = 16  # scopes: all are interpreted at once, as it is where most of them matter
_MOST = 0.7
_STAGES = 8  # in which functions turn out to matter: to look for more takes longer than they do
_MAX_CALLS = 8  # calls within calls that are interpreted at once; the others follow
_MOST_LINES = 50_000  # of all files, each time that they are interpreted: about 5 s
_MOST_DEFINITIONS = 50_000  # of all files: about 200 MB
_MOST_TIMES = 4  # as many of both as a file has lines, where that is more


def analyse(file: SourceFile, contract: Contract, *, whole: bool = True) -> Facts:
    """The flow of a module: what its names, elements and arguments may hold, and where from.

    If not the `whole` module, then the functions that may matter to a getter, or to what fakes a
    request: this is enough to know whether anything is found.

    Captured names join all their assignments, so a scope is interpreted again when something that
    it reads of another one has grown; the atoms of a module are finite, hence this ends. A
    function is interpreted when the first call of it is, so that the call knows what it returns.
    Other modules are read for a call only once it turns out that a getter may get its result. What
    was seen before that says too much: it is enough to know whether anything is found, and for the
    `whole` module everything starts over, once. So it does where summaries stood for functions of
    other files, and where the body of a module came too late for a call that needed it: it is
    interpreted first then, the modules that it imports before it.
    Where other modules take too much, none is read, and the flow says that it is closed.
    """
    return _analysis(file, contract).flow(whole=whole)


@lru_cache(maxsize=2)  # the rules and fixes of one file share it
def _analysis(file: SourceFile, contract: Contract) -> _Analysis:
    return _Analysis(file, contract)


class _Analysis:
    """The analysis of a module, which goes on where more of it is asked for.

    `demanded` and `late` are what the flow is begun with, as there; it `is_exact` unless some of
    that was not known from the beginning.
    """

    def __init__(self, file: SourceFile, contract: Contract) -> None:
        self._file = file
        self._contract = contract
        self._demanded: frozenset[ast.AST] = frozenset()
        self._late: tuple[SourceFile, ...] = ()
        self._interpreter: _Interpreter | None = None
        self._budget = _Budget(file)
        self._is_exact = True
        self._is_closed = False
        self._is_summarised = bool(contract.exports) and _is_summarised(file, contract)
        self._excused: list[Excused] = []

    def flow(self, *, whole: bool) -> Flow:
        """The flow of the whole module, or of what may matter."""
        known = self._interpreter and self._interpreter.flow
        if whole and self._is_summarised:  # summaries tell no trace
            self._is_summarised = False
            if known:
                known.loader.summaries = None
                self._is_exact = self._is_exact and not known.loader.summarised
        if known and (not whole or (self._is_exact and known.worklist.wanted >= known.own_scopes)):
            return known
        if known:
            restore(known, self._excused)
        if whole and not self._is_exact:
            self._interpreter = None  # most of what is needed is known now
        try:
            return self._run(whole=whole)
        except BaseException:  # too deep a stack: the next request starts over
            self._interpreter = None
            raise

    def _run(self, *, whole: bool) -> Flow:
        try:
            return self._all(whole=whole)
        except _TooMuchError:
            self._is_closed = True
            self._demanded, self._late, self._interpreter = frozenset(), (), None
            return self._all(whole=whole)

    def _all(self, *, whole: bool) -> Flow:
        flow = self._interpreted(whole=whole)
        while (is_short := self._needs_more(flow)) or (whole and not self._is_exact):
            if is_short:
                self._look_further(flow)
            else:
                self._interpreter = None  # what is needed is known now
            flow = self._interpreted(whole=whole)
        self._excused = excuse(flow)
        if self._needs_more(flow):  # to know whether an ID is kept
            restore(flow, self._excused)
            return self._all(whole=whole)
        return flow

    def _needs_more(self, flow: Flow) -> bool:
        """Whether more has to be looked into than what the flow was told of."""
        return not (flow.loader.needed <= self._demanded and flow.loader.late <= set(self._late))

    def _look_further(self, flow: Flow) -> None:
        """Have the flow go on with what it needs, or start over with it."""
        new = flow.loader.needed - self._demanded
        self._demanded |= new
        self._late = (*flow.program.files.values(),)[:0:-1] if flow.loader.late else self._late
        if all(isinstance(node, ast.expr) for node in new):
            flow.look_into(new)
            self._is_exact = False
        else:
            self._interpreter = None  # who reads of a class or function is not known

    def _interpreted(self, *, whole: bool) -> Flow:
        if self._interpreter is None:
            summaries = self._contract.summaries if self._is_summarised else None
            flow = Flow(
                self._file,
                self._contract,
                names_of(self._file),
                EVALUATORS,
                Loader(self._demanded, summaries, is_closed=self._is_closed),
            )
            flow.notes_uses = self._is_exact = whole or len(flow.names.scopes) <= _MANY
            self._interpreter = _Interpreter(flow, self._late, self._budget)
        self._interpreter.run(whole=whole)
        return self._interpreter.flow


def _is_summarised(file: SourceFile, contract: Contract) -> bool:
    """Whether to ask for findings first, by the summaries of functions of other files.

    A short file that makes IDs has some often enough to look into these functions at once.
    """
    makes_ids = any(word in file.text for word in contract.source_words)
    return not makes_ids or len(names_of(file).scopes) > _MANY


class _TooMuchError(Exception):
    """More would be interpreted for a file than may be while others are read."""


class _Budget:
    """The lines that may be interpreted for a file while others are read, or in a search.

    A line counts each time that its scope is interpreted.
    """

    def __init__(self, file: SourceFile) -> None:
        self._path = file.path
        self._left = file.modules.most_lines if file.modules else None
        most = _MOST_TIMES * len(file.lines)
        self._left_with_others = max(_MOST_LINES, most)
        self._most_definitions = max(_MOST_DEFINITIONS, most)

    def take(self, node: ast.AST, flow: Flow) -> None:
        """Take what a scope needs; raises SourceError or _TooMuchError where less is left."""
        row = getattr(node, "lineno", 1)
        lines = getattr(node, "end_lineno", row) - row + 1
        if self._left is not None:
            self._left -= lines
            if self._left < 0:
                raise SourceError(self._path, "too much code for a search", "check it")
        elif len(flow.program.files) > 1:
            self._left_with_others -= lines
            if self._left_with_others < 0 or len(flow.definitions) > self._most_definitions:
                raise _TooMuchError


class _Interpreter:
    """Interprets the scopes of a flow; `done` are those that were, callees before their callers."""

    def __init__(self, flow: Flow, late: Sequence[SourceFile], budget: _Budget) -> None:
        self.flow = flow
        self._late = late
        self._budget = budget
        self._active: list[ast.AST] = []
        self._done: dict[ast.AST, None] = {}
        flow.add(flow.main, flow.names)
        flow.enter = partial(Frame, state=State())

    def run(self, *, whole: bool) -> None:
        """Interpret the scopes of the file, or those that matter, until nothing is new."""
        flow, worklist = self.flow, self.flow.worklist
        worklist.demand = self._demand
        for source in self._late:
            load(source, flow)
        for wanted in [flow.own_scopes] if whole else _mattering(flow):
            worklist.wanted |= wanted
            while pending := worklist.dirty & worklist.wanted:
                known = {**self._done, **flow.program.scopes}
                ordered = [node for node in known if node in pending]
                for node in sorted(ordered, key=_is_function):  # which may need a module
                    self._demand(node)
        worklist.demand = lambda _: None  # else both would stay until cycles are searched for

    def _demand(self, node: ast.AST | None) -> None:
        flow, worklist = self.flow, self.flow.worklist
        if node not in worklist.dirty or node not in flow.program.scopes:
            return
        worklist.wanted.add(node)
        is_new = node not in self._done and node not in self._active
        # Who loads a module needs what its body binds; functions may follow.
        is_near = isinstance(node, ast.Module) or len(self._active) < _MAX_CALLS
        if not self._active or (is_new and is_near):
            self._budget.take(node, flow)
            worklist.dirty.discard(node)
            self._active.append(node)
            _interpret(flow.program.scopes[node], flow)
            self._done[self._active.pop()] = None


def _is_function(node: ast.AST) -> bool:
    return not isinstance(node, ast.Module)


def _mattering(flow: Flow) -> Iterator[Set[ast.AST]]:
    """The scopes of the file that matter, more of them as names turn up that lead to a getter."""
    if len(flow.names.scopes) <= _FEW or flow.contract.calls_objects:
        yield flow.own_scopes
        return
    units = _units(flow.main)
    contract = flow.contract
    words = {
        *contract.getter_words,
        *(contract.sink_wrappers or ()),
        *contract.request_doubles.words,
    }
    found: Set[ast.AST] = set()
    stages = 0
    attributes: set[str] = set()
    while more := units.relevant_scopes(words, attributes) - found:
        stages += 1
        if stages > _STAGES:
            yield flow.own_scopes
            return
        found |= more
        are_most = len(found) > _MOST * len(flow.names.scopes)
        yield flow.own_scopes if are_most else found & flow.own_scopes
        words |= sink_wrappers(flow)
        attributes |= attributes_for_sinks(flow)


@lru_cache(maxsize=2)  # as above
def _units(file: SourceFile) -> Units:
    return Units(file.tree, names_of(file))


def _interpret(scope: Scope, flow: Flow) -> None:
    frame = Frame(flow, scope, State())
    if not flow.notes_uses:  # loops begin with what an earlier interpretation has led to
        frame.heads = flow.heads
    node = scope.node
    # What was read while less was known of a callee.
    for reader in flow.other_uses_by_scope.pop(node, ()):
        flow.other_uses.pop(reader, None)
    if isinstance(node, FUNCTIONS):
        _bind_parameters(node.args, frame)
    if isinstance(node, ast.Lambda):
        frame.statement = flow.file_of_scope(scope).statement_of(node)
        value = read(node.body, frame)
        frame.define((node, RETURN), node, value, node.body)
    elif not isinstance(node, COMPREHENSIONS):
        execute(node.body, frame)
        if isinstance(node, FUNCTIONS):
            frame.define((node, RETURN), node, absent(node))  # where its end is reached
        frame.leave()


def _bind_parameters(arguments: ast.arguments, frame: Frame) -> None:
    for argument, default in parameters(arguments).items():
        value: Value = received(argument) | _annotated_generator(argument, frame)
        value |= _filled_in(argument, frame)
        if default is not None:
            value |= frozenset(frame.flow.values[default])
        frame.define((frame.scope.node, argument.arg), argument, value, default)
    for collector in (arguments.vararg, arguments.kwarg):
        if collector is not None:
            cell = (frame.scope.node, collector.arg)
            frame.define(cell, collector, frozenset({Container(collector)}))


def _annotated_generator(argument: ast.arg, frame: Frame) -> Value:
    """An instance of a source class, where the parameter's annotation names one."""
    if argument.annotation is None or frame.scope.parent is None:
        return NOTHING
    outer = Frame(frame.flow, frame.scope.parent, State())
    is_source_class = frame.flow.contract.is_source_class
    return frozenset(
        atom
        for node in _named_types(argument.annotation)
        for atom in evaluate(node, outer)
        if isinstance(atom, Symbol) and is_source_class(atom.path)
    )


def _filled_in(argument: ast.arg, frame: Frame) -> Value:
    """The value that FastAPI gives to a parameter, where the module imports it."""
    if argument.annotation is None:
        return NOTHING
    file = frame.flow.file_of_scope(frame.scope)
    packages = {path.partition(".")[0] for path in frame.flow.contract.routers}
    if packages.isdisjoint(imported_packages(file)):
        return NOTHING
    from ctxlint.flow.frameworks import filled_in  # noqa: PLC0415 - few files need it

    return filled_in(argument, argument.annotation, frame)


def _named_types(annotation: ast.expr) -> Iterator[ast.expr]:
    """The names in an annotation, also a quoted one: `Optional["ids.Generator"]` has two."""
    for node in walk(annotation):
        if isinstance(node, ast.expr) and _is_name(node):
            yield node
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            with suppress(SyntaxError, ValueError):
                yield from _named_types(ast.parse(node.value, mode="eval").body)


def _is_name(node: ast.expr) -> bool:
    """Whether a node is a name or dotted name, not an attribute of the result of a call."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name)
