"""Calls of candidates: where they are, what they give, and what becomes of the results."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from ctxlint.contract.contract import Contract
from ctxlint.contract.getter import Getter, is_of_object
from ctxlint.init.candidates import Candidate, Place
from ctxlint.init.functions import Subject
from ctxlint.init.naming import full_name
from ctxlint.init.reading import root
from ctxlint.matching.annotations import last_word
from ctxlint.matching.inference import Inference
from ctxlint.matching.matcher import Matcher
from ctxlint.matching.modules import scope_at
from ctxlint.matching.nodes import own_nodes
from ctxlint.matching.things import Class, Function, Object, Thing
from ctxlint.project.scopes import NAMED_FUNCTIONS, argument_of, imported_words, names_of
from ctxlint.source import SourceFile

_GROWS = frozenset({"add", "append", "appendleft", "extend", "insert"})


class Wrapper(NamedTuple):
    """A function that hands its own parameters to a getter as they are, and returns what it gives.

    `people` are those that it passes on for the people; None where it passes on something else.
    """

    call: str
    ids: tuple[tuple[str, int], ...]
    filename: str
    row: int
    place: Place
    people: tuple[tuple[str, int], ...] | None


class Use(NamedTuple):
    """A call of a getter, in the rows of a file, by the function at a place.

    `constants` are the parameters that it gives what is the same for all; `grows`: whether the
    caller adds to what it gets; `wrapper`: the caller, if it passes on what it was given.
    """

    getter: str
    filename: str
    row: int
    end: int
    place: Place
    constants: frozenset[str]
    grows: bool
    wrapper: Wrapper | None

    def covers(self, filename: str, row: int) -> bool:
        """Whether a row of a file is one of the call."""
        return filename == self.filename and self.row <= row <= self.end


def getters_of(candidates: Sequence[Candidate], report: str | None = "all") -> tuple[Getter, ...]:
    """Candidates as a contract has them; by default each generated ID that reaches one counts."""
    return tuple(
        Getter(one.call, dict(one.ids), one.none or "new", report=report) for one in candidates
    )


class Calls:
    """Finds the calls of candidates in files, which share what is known of the project."""

    def __init__(self, candidates: Mapping[str, Candidate], contract: Contract) -> None:
        self._candidates = candidates
        self._matcher = Matcher(contract)
        self._words = {word for getter in contract.getters for word in getter.words}
        objects = [getter for getter in contract.getters if is_of_object(getter.call)]
        self._ids = {path.parameter for getter in objects for path in getter.paths}
        called = "|".join(rf"{word}\s*(?:\(|\bas\b)" for word in map(re.escape, self._words))
        given = "".join(rf"|{word}\s*=" for word in self._ids)
        self._may_be = re.compile(rf"\b(?:{called}{given})".encode())
        named = "|".join(map(re.escape, self._words))
        self._handed = re.compile(rf"(?:=[ \t]*|[(,]\s*)[\w.]*\b(?:{named})\s*[,)\n]".encode())

    @property
    def inference(self) -> Inference:
        """The inference of the project."""
        return self._matcher.inference

    def are_handed_on_in(self, data: bytes) -> bool:
        """Whether a text may name candidates without a call, as `partial(store.open)` does."""
        return self._handed.search(data) is not None

    def may_be_in(self, data: bytes) -> bool:
        """Whether a text may have calls of candidates."""
        return self._may_be.search(data) is not None

    def of(self, source: SourceFile) -> Iterator[Use]:
        """The calls of candidates in a file."""
        renamed = imported_words(source)
        for call in source.nodes(ast.Call):
            word = last_word(call.func)
            is_named = not self._words.isdisjoint({word, renamed.get(word)})
            if not is_named and self._ids.isdisjoint(keyword.arg for keyword in call.keywords):
                continue  # as most
            scope = scope_at(call, source)
            match = self._matcher.getter(call, call.func, scope, source)
            candidate = self._candidates[match.getter.call] if match is not None else None
            if candidate is not None:
                is_known = any(map(_is_known, self.inference.of(call.func, scope, source)))
                if is_known or _fits(call, candidate):
                    yield _use(call, candidate, source)


def _is_known(thing: Thing) -> bool:
    return isinstance(thing, Function | Class | Object)


def _fits(call: ast.Call, candidate: Candidate) -> bool:
    """Whether a call gives what the getter asks for, and an ID: it may be of something else."""
    if any(isinstance(a, ast.Starred) for a in call.args) or None in {k.arg for k in call.keywords}:
        return True
    given = (argument_of(call, at, path.partition(".")[0]) for path, at in candidate.ids.items())
    return len(call.args) + len(call.keywords) >= candidate.required and any(given)


def _use(call: ast.Call, candidate: Candidate, source: SourceFile) -> Use:
    function = source.function_of(call)
    given = {name: argument_of(call, index, name) for name, index in candidate.people.items()}
    constants = {name for name, node in given.items() if node and _is_constant(node, source)}
    return Use(
        candidate.call,
        source.path,
        call.lineno,
        call.end_lineno or call.lineno,
        (source.location, getattr(function, "lineno", 0)),
        frozenset(constants),
        _grows(call, source),
        _wrapper(call, candidate, function, source),
    )


def _is_constant(node: ast.expr, source: SourceFile) -> bool:
    """Whether an argument is the same in each call: a literal, or a name of the module."""
    name = root(node)
    if name is None:
        return isinstance(node, ast.Constant)
    owner = names_of(source).scopes[scope_at(node, source).node].owner(name)
    return isinstance(node, ast.Name | ast.Attribute) and owner is not None and owner.parent is None


def _grows(call: ast.Call, source: SourceFile) -> bool:
    """Whether the caller adds something to what it gets."""
    names: set[str] = set()
    for node, parent in source.around(call):
        match parent:
            case ast.Attribute(attr=attr) if attr in _GROWS:
                return True
            case ast.Assign(targets=[ast.Name(id=name)]):
                names.add(name)
            case ast.withitem(optional_vars=ast.Name(id=name)) if node is parent.context_expr:
                names.add(name)
            case ast.Await() | ast.Attribute() | ast.Call() | ast.withitem():
                continue
        break
    function = source.function_of(call)
    inner = own_nodes(function) if isinstance(function, NAMED_FUNCTIONS) else ()
    return any(_adds(node, names) for node in inner)


def _adds(node: ast.AST, names: set[str]) -> bool:
    """Whether code adds to what one of some names holds."""
    match node:
        case ast.Call(func=ast.Attribute(attr=attr, value=value)) if attr in _GROWS:
            return root(value) in names
        case ast.AugAssign(target=ast.Attribute() | ast.Subscript() as target):
            return root(target) in names
    return False


def _wrapper(
    call: ast.Call, candidate: Candidate, function: ast.AST, source: SourceFile
) -> Wrapper | None:
    """The function around a call, if it hands its parameters on for all IDs."""
    if not isinstance(function, NAMED_FUNCTIONS) or not _is_returned(call, source):
        return None
    around = source.parents[function]
    owner = Class(source, around) if isinstance(around, ast.ClassDef) else None
    subject = Subject(source, function, owner)
    positions = {parameter.arg: index for parameter, index in subject.parameters}
    bound = names_of(source).scopes[function].bindings

    def handed(path: str, index: int) -> tuple[str, int] | None:
        """The own parameter that is passed on for one of the getter, with its position."""
        name, _, rest = path.partition(".")
        given = argument_of(call, index, name)
        if not isinstance(given, ast.Name) or given.id not in positions or len(bound[given.id]) > 1:
            return None
        return ".".join(filter(None, (given.id, rest))), positions[given.id]

    ids = [handed(path, index) for path, index in candidate.ids.items()]
    people = [handed(name, index) for name, index in candidate.people.items()]
    if not all(ids):
        return None
    return Wrapper(
        full_name(source, function),
        tuple(filter(None, ids)),
        source.path,
        function.lineno,
        (source.location, function.lineno),
        tuple(filter(None, people)) if all(people) else None,
    )


def _is_returned(call: ast.Call, source: SourceFile) -> bool:
    """Whether what a call gives is returned, or yielded, as it is."""
    parent = source.parents[call]
    if isinstance(parent, ast.Await):
        parent = source.parents[parent]
    return isinstance(parent, ast.Return | ast.Yield)
