"""Generators of IDs that no contract knows yet: functions whose results differ each time."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from ctxlint.contract.getter import matches_any
from ctxlint.finding import Span
from ctxlint.init.functions import Subject, own_parts, read
from ctxlint.init.naming import full_name
from ctxlint.init.provenance import Kind, Mark
from ctxlint.init.unique import CLOCKS_AND_DICE
from ctxlint.matching.inference import Inference
from ctxlint.matching.modules import scope_at
from ctxlint.matching.things import Function, FunctionDefinition, Outside, Thing
from ctxlint.source import SourceFile

_GIVE = frozenset({"Depends", "default_factory", "factory"})


class Generator(NamedTuple):
    """A call that may generate IDs, and where it is defined; a library's is where it is called."""

    call: str
    filename: str
    row: int
    why: str
    is_library: bool = False


class Generators:
    """Finds the generators that a file calls, each function being read once."""

    def __init__(self, inference: Inference) -> None:
        self._inference = inference
        self._known: dict[FunctionDefinition, Generator | None] = {}

    def called_in(self, source: SourceFile) -> Iterator[Generator]:
        """The generators that a file calls, or names where a default is made."""
        for node in _called(source):
            things = self._inference.of(node, scope_at(node, source), source)
            for thing in things:
                found = self._generator(thing, node, source)
                if found is not None:
                    yield found

    def at(self, source: SourceFile, span: Span) -> Iterator[Generator]:
        """The generators that the expression in a span is a call of."""
        for node in _called(source):
            around = source.parents[node]
            is_call = isinstance(around, ast.Call) and around.func is node
            whole = around if isinstance(around, ast.Call) and is_call else node
            if source.span(whole) == span:
                things = self._inference.of(node, scope_at(node, source), source)
                yield from filter(None, (self._generator(thing, node, source) for thing in things))

    def _generator(self, thing: Thing, node: ast.expr, source: SourceFile) -> Generator | None:
        if isinstance(thing, Outside) and matches_any(CLOCKS_AND_DICE, thing.path):
            return Generator(thing.path, source.path, node.lineno, "a new value each time", True)
        if not isinstance(thing, Function):
            return None
        if thing.node not in self._known:
            self._known[thing.node] = self._read(thing)
        return self._known[thing.node]

    def _read(self, function: Function) -> Generator | None:
        """The generator that a function is: all that it gives is fresh, or made with what is."""
        source, node, owner = function
        subject = Subject(source, node, owner)
        behaviour = read(subject, self._inference)
        results = [r.atom for r in behaviour.results] if behaviour else []
        told = [a for a in results if a.kind is not Kind.ABSENT]
        if not told or not all(Mark.FRESH in a.parts for a in told):
            return None
        is_object = all(a.kind is Kind.NEW for a in told)
        plain = all(a.kind is Kind.PLAIN for a in told)
        if not plain and not (is_object and not any(map(own_parts, told))):
            return None
        why = "returns an object with a new ID" if is_object else "a new value each time"
        return Generator(full_name(source, node), source.path, node.lineno, why)


def _called(source: SourceFile) -> Iterator[ast.expr]:
    for call in source.nodes(ast.Call):
        yield call.func
        name = getattr(call.func, "id", getattr(call.func, "attr", ""))
        for keyword in call.keywords:
            if keyword.arg in _GIVE:
                yield keyword.value
        if name in _GIVE:
            yield from call.args
