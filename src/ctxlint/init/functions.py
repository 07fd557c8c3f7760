"""One function, read as it is, or as it is where parameters are missing."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from ctxlint.init.calls import run
from ctxlint.init.provenance import CONSTANT, NO_PARTS, Atom, Kind, Part, combined, one, plain
from ctxlint.init.reading import Frame, Names, Result, TooLongError, Trace
from ctxlint.matching.inference import Inference
from ctxlint.matching.nodes import is_decorated
from ctxlint.matching.things import Class, FunctionDefinition
from ctxlint.project.scopes import parameters, positionals
from ctxlint.source import SourceFile


@dataclass(frozen=True)
class Subject:
    """A function or method of the project."""

    source: SourceFile
    node: FunctionDefinition
    owner: Class | None

    @property
    def takes_object(self) -> bool:
        """Whether its first parameter is the object, or the class."""
        return self.owner is not None and not is_decorated(self.node, "staticmethod")

    @property
    def parameters(self) -> list[tuple[ast.arg, int]]:
        """Its parameters with their positions in a call; -1 is keyword only."""
        arguments = self.node.args
        positional = positionals(arguments)[int(self.takes_object) :]
        pairs = [(one, index) for index, one in enumerate(positional)]
        return pairs + [(one, -1) for one in arguments.kwonlyargs]

    @property
    def required(self) -> int:
        """How many of its parameters have no default."""
        defaults = parameters(self.node.args)
        return sum(defaults[parameter] is None for parameter, _ in self.parameters)


@dataclass(frozen=True)
class Behaviour:
    """The results and effects of a function; `ends`: whether its end is reached."""

    results: tuple[Result, ...]
    trace: Trace
    ends: bool

    def given(self, part: Part) -> list[Result]:
        """The results that are found under a part."""
        return [r for r in self.results if r.atom.kind is Kind.FOUND and part in r.atom.parts]

    def changed(self, part: Part) -> list[tuple[Atom, ast.AST]]:
        """The finds under a part that grow, each with its place."""
        changes = self.trace.changes
        return [(a, node) for a, node in changes if a.kind is Kind.FOUND and part in a.parts]


def read(
    subject: Subject,
    inference: Inference | None,
    absent: frozenset[Part] = frozenset(),
    about: frozenset[Part] | None = None,
) -> Behaviour | None:
    """The behaviour of a function, some parts of its parameters absent; None if it is too long.

    Without `inference`, by its own body alone; with what it is `about`, by that and what gets it.
    """
    trace = Trace(inference, absent, about)
    frame = Frame(trace, subject.source, subject.node, {})
    frame.names = _names(subject, frame)
    trace.active.append(subject.node)
    frame.place(subject.node)
    try:
        run(frame)
    except (TooLongError, RecursionError):
        return None
    results = tuple(frame.results)
    if is_decorated(subject.node, "cache", "lru_cache", "alru_cache", "cached"):
        results = tuple(_cached(results, frame, subject))
    return Behaviour(results, trace, frame.names is not None)


def _cached(results: tuple[Result, ...], frame: Frame, subject: Subject) -> Iterator[Result]:
    """Results that are made once for each combination of arguments."""
    keys = combined([frame.part(Part(one.arg)) for one, _ in subject.parameters])
    for result in results:
        for parts in keys:
            made = Atom(Kind.FOUND, parts, subject.node, creates=True)
            yield result._replace(atom=made if result.atom.kind is Kind.NEW else result.atom)


def _names(subject: Subject, frame: Frame) -> Names:
    node = subject.node
    names = {one.arg: frame.part(Part(one.arg)) for one, _ in subject.parameters}
    for collector in (node.args.vararg, node.args.kwarg):
        if collector is not None:
            names[collector.arg] = frame.part(Part(collector.arg))
    if subject.takes_object:
        first = positionals(node.args)[:1]
        is_class = is_decorated(node, "classmethod")
        for parameter in first:
            names[parameter.arg] = one(CONSTANT) if is_class else one(plain([Part("self")]))
    return names


def own_parts(atom: Atom) -> list[Part]:
    """The parameters among the parts of a thing."""
    return [part for part in atom.parts or NO_PARTS if isinstance(part, Part)]
