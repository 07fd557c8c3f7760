"""The state in which a function is read, and what it and those it calls do with stores."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from ctxlint.init.provenance import ABSENT, Atom, Kind, Part, Parts, Value, bounded, one, plain
from ctxlint.matching.inference import Inference
from ctxlint.matching.modules import scope_at
from ctxlint.matching.things import NOTHING, FunctionDefinition, Things
from ctxlint.project.scopes import Scope
from ctxlint.source import SourceFile

Names = dict[str, Value]  # of local names, and of attributes by their dotted path

_MOST_STEPS = 2_000  # expressions, of one function with those that it calls
_MOST_QUESTIONS = 60  # what calls run, of the same: the others may do anything
DEEPEST = 3  # calls within calls that are read
_LONGEST = 3  # keys and attributes of a parameter


class TooLongError(Exception):
    """A function that is too long to be read."""


class Result(NamedTuple):
    """A thing that a function gives; `slot` is the index in a tuple, or the attribute."""

    atom: Atom
    node: ast.AST
    slot: object = None


@dataclass(slots=True)
class Trace:
    """The use that a function, with those that it calls, makes of stores.

    Without `inference` no other function is read; with the parameters that it is `about`, those
    alone that get one of them. `absent` are the parameters that are assumed to be.

    `finds` are look-ups; `inserts` what is stored, under which parts; `changes` what was found, or
    made, and then used, and whether it grows so; `raises` where it is refused; `tested` the
    parameters that may be missing, with the functions that ask; `homes` the files of nodes,
    `callers` the functions that were active there, `sources` the files of these.
    """

    inference: Inference | None
    absent: frozenset[Part] = frozenset()
    about: frozenset[Part] | None = None
    finds: dict[Atom, None] = field(default_factory=dict)
    inserts: dict[Atom, None] = field(default_factory=dict)
    changes: dict[tuple[Atom, ast.AST], bool] = field(default_factory=dict)
    raises: dict[ast.AST, None] = field(default_factory=dict)
    tested: dict[Part, set[ast.AST]] = field(default_factory=dict)
    homes: dict[ast.AST, SourceFile] = field(default_factory=dict)
    callers: dict[ast.AST, set[ast.AST]] = field(default_factory=dict)
    sources: dict[ast.AST, SourceFile] = field(default_factory=dict)
    asked: set[ast.AST] = field(default_factory=set)
    active: list[ast.AST] = field(default_factory=list)
    steps: int = 0


@dataclass(slots=True)
class Frame:
    """One function being read; `names` is None where its code is never reached.

    `results` are the values that it returns, or yields, or a constructor keeps.
    """

    trace: Trace
    source: SourceFile
    function: FunctionDefinition
    names: Names | None
    results: dict[Result, None] = field(default_factory=dict)
    leaving: list[list[Names]] = field(default_factory=list)

    @property
    def is_constructor(self) -> bool:
        """Whether what it keeps in its object is what a call gives."""
        return self.function.name == "__init__"

    def step(self) -> None:
        """Count an expression; raise TooLongError where they are too many."""
        self.trace.steps += 1
        if self.trace.steps > _MOST_STEPS:
            raise TooLongError

    def scope(self, node: ast.AST) -> Scope:
        """The scope that a node is in."""
        return scope_at(node, self.source)

    def callees(self, node: ast.expr, given: Iterable[Value]) -> Things:
        """The things that a call may run, if they are looked into for what the call gives."""
        about = self.trace.about
        if about is not None and not any(about & a.parts for value in given for a in value):
            return NOTHING
        return self.things(node)

    def things(self, node: ast.expr) -> Things:
        """The functions, classes and objects of the project that an expression may stand for."""
        if self.trace.inference is None or len(self.trace.asked) > _MOST_QUESTIONS:
            return NOTHING
        self.trace.asked.add(node)
        return self.trace.inference.of(node, self.scope(node), self.source)

    def part(self, part: Part) -> Value:
        """The value of a parameter, or in it."""
        if part in self.trace.absent:
            return one(ABSENT)
        return one(plain([part])) if len(part.path) <= _LONGEST else one(plain([]))

    def place(self, node: ast.AST) -> None:
        """Note where a node is, and in which calls."""
        self.trace.homes[node] = self.source
        self.trace.callers.setdefault(node, set()).update(self.trace.active)

    def note(
        self,
        atoms: dict[Atom, None],
        kind: Kind,
        parts: Parts,
        node: ast.AST,
        *,
        creates: bool = False,
    ) -> Atom:
        """Note what is done with a store; `creates`: the parts are the key of what it gets."""
        atom = Atom(kind, parts, node, creates)
        atoms[atom] = None
        self.place(node)
        return atom

    def result(self, value: Value, node: ast.AST, slot: object = None) -> None:
        """Note what the function gives."""
        self.place(node)
        for atom in value:
            self.results[Result(atom, node, slot)] = None

    def change(self, atom: Atom, node: ast.AST, *, grows: bool = True) -> None:
        """Note that something is used that was found, and whether it grows."""
        self.place(node)
        self.trace.changes[atom, node] = grows

    def test(self, value: Value) -> None:
        """Note that the code asks whether a value is there."""
        for atom in value:
            if atom.kind is Kind.PLAIN and len(atom.parts) == 1:
                (part,) = atom.parts
                if isinstance(part, Part):
                    self.trace.tested.setdefault(part, set()).add(self.function)


def joined(states: Iterable[Names | None]) -> Names | None:
    """The names where several paths meet; None is a path that is never taken."""
    reached = [names for names in states if names is not None]
    if not reached:
        return None
    found: Names = {}
    for names in reached:
        for name, value in names.items():
            found[name] = bounded(found[name] | value) if name in found else value
    return found


def dotted(node: ast.expr) -> str | None:
    """The dotted path of a name or attribute; None for other expressions."""
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.insert(0, node.attr)
        node = node.value
    return ".".join([node.id, *names]) if isinstance(node, ast.Name) else None


def root(node: ast.expr) -> str | None:
    """The name that an expression takes something of, such as `row` in `row["id"].lower()`."""
    while True:
        match node:
            case ast.Name(id=name):
                return name
            case ast.Attribute(value=inner) | ast.Subscript(value=inner) | ast.Await(value=inner):
                node = inner
            case ast.Call(func=ast.Attribute(value=inner)):
                node = inner
            case ast.Call(args=[inner]):  # str(row.id)
                node = inner
            case _:
                return None
