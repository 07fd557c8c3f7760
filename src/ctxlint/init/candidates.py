"""Candidates: the functions of a file that find a conversation under an ID, or make it."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import NamedTuple

from ctxlint.init.functions import Behaviour, Subject, read
from ctxlint.init.gate import Sketch
from ctxlint.init.ids import may_be_id
from ctxlint.init.meaning import Evidence, meaning
from ctxlint.init.naming import dotted_name, qualified_name
from ctxlint.init.provenance import Atom, Kind, Mark, Part, Parts
from ctxlint.init.shape import may_find, optional_parameters
from ctxlint.init.words import (
    CONVERSATION,
    in_names,
    is_for_others,
    is_id,
    is_of_programs,
    is_person,
    likeness,
    names_in,
    words_of,
)
from ctxlint.matching.definitions import is_abstract
from ctxlint.matching.inference import Inference
from ctxlint.matching.nodes import is_decorated
from ctxlint.matching.things import Class, FunctionDefinition
from ctxlint.project.modules import Project
from ctxlint.project.scopes import NAMED_FUNCTIONS
from ctxlint.source import SourceError, SourceFile, walk

_DECIDED = ("reuse", "shared")
ENOUGH = 2  # of what speaks for a conversation
GROWTH = 2  # what the growth of what is found adds to that
Place = tuple[str, int]  # the absolute path of a file, and a row


class Candidate(NamedTuple):
    """A function that may be a session getter, by its name in the module at the path `home`.

    `people` are the positions of the parameters under which somebody's own session is found;
    `holders` the functions that look up for it; `decides`: whether it says itself what becomes of a
    missing ID, `asks`: or at least asks whether it is; `score` how much its names speak of
    conversations; `grows`: whether what it finds grows by what it is given; `required` how many
    arguments a call must have; `is_route`: whether a framework calls it.
    """

    call: str
    ids: Mapping[str, int]
    none: str | None
    filename: str
    row: int
    place: Place
    home: str
    evidence: tuple[Evidence, ...]
    people: Mapping[str, int]
    holders: frozenset[Place]
    decides: bool
    asks: bool
    score: int
    grows: bool
    required: int
    is_route: bool = False

    @property
    def word(self) -> str:
        """The last word of its name."""
        return self.call.rpartition(".")[2]

    def named(self, project: Project) -> Candidate:
        """The candidate by its full path."""
        return self._replace(call=dotted_name(self.home, self.call, project))

    @property
    def is_private(self) -> bool:
        """Whether its name says that others should not call it."""
        return self.word.startswith("_") and self.word != "__call__"


def has_shape(sketch: Sketch, location: str) -> bool:
    """Whether a function of the file at a path, read by itself, may be a candidate."""
    source = replace(SourceFile.from_bytes(location, sketch.alone), location=location)
    with suppress(SourceError):
        return any(_score_of_shape(subject) is not None for subject in _subjects(source))
    return True


def candidates(
    source: SourceFile, inference: Inference, rows: Collection[int]
) -> Iterator[Candidate]:
    """The candidates among what a file defines at some rows, and what calls a private one."""
    subjects = list(_subjects(source))
    private: set[str] = set()
    for subject in (one for one in subjects if one.node.lineno in rows):
        found = _candidate(subject, inference)
        if found is not None:
            private |= {found.word} if found.is_private else set()
            yield found
    for subject in (one for one in subjects if private and one.node.lineno not in rows):
        if private & names_in(subject.node) and not is_for_others(subject.node.name):
            found = _read_whole(subject, inference, about=None)
            if found is not None:
                yield found


def _subjects(source: SourceFile) -> Iterator[Subject]:
    """The functions and methods of a file, but for those in functions."""
    pending: list[tuple[ast.AST, ast.ClassDef | None]] = [(source.tree, None)]
    while pending:
        node, around = pending.pop(0)
        if isinstance(node, NAMED_FUNCTIONS):
            yield Subject(source, node, Class(source, around) if around is not None else None)
        elif isinstance(node, ast.ClassDef):
            pending += [(inner, node) for inner in node.body]
        elif isinstance(node, ast.Module | ast.If | ast.Try | ast.With | ast.ExceptHandler):
            pending += [(inner, around) for inner in ast.iter_child_nodes(node)]


def _score_of_shape(subject: Subject) -> int | None:
    """The score of a function, if its own body has the shape of a candidate."""
    if is_decorated(subject.node, "property", "cached_property", "overload"):
        return None  # nobody calls it
    names_say = score(subject)
    is_enough = names_say + GROWTH >= ENOUGH
    return names_say if is_enough and may_find(subject, names_say, ENOUGH) else None


def _candidate(subject: Subject, inference: Inference) -> Candidate | None:
    names_say = _score_of_shape(subject)
    alone = read(subject, None) if names_say is not None else None
    if names_say is None or alone is None:
        return None
    if not _uses_parameters(alone, subject, is_likely=names_say >= ENOUGH):
        return None
    return _read_whole(subject, inference, frozenset(_optional(alone, subject)))


def _read_whole(
    subject: Subject, inference: Inference, about: frozenset[Part] | None
) -> Candidate | None:
    """The candidate that a function is, with what it calls; `about` what calls are looked into."""
    given = read(subject, inference, about=about)
    ids = _ids(given, subject) if given else []
    if given is None or not ids:
        return None
    missing = read(subject, inference, frozenset(ids))
    if missing is None or not _makes_missing(given, missing, ids):
        return None
    is_owned = _is_owned(subject)
    found = meaning(given, missing, ids, is_owned=is_owned)
    positions = {parameter.arg: index for parameter, index in subject.parameters}
    call = _call(subject, inference)
    return Candidate(
        call=call[0],
        ids={part.dotted: positions.get(part.name, -1) for part in ids},
        none=found.none,
        filename=call[1].source.path,
        row=call[1].node.lineno,
        place=(subject.source.location, subject.node.lineno),
        home=call[1].source.location,
        evidence=(*_look_ups(given, ids, subject), *found.evidence),
        people={name: positions.get(name, -1) for name in found.people},
        holders=_holders(given, ids, subject),
        asks=any(subject.node in given.trace.tested.get(part, ()) for part in ids),
        decides=found.none in _DECIDED and _is_decided_here(missing, subject),
        score=score(subject, ids),
        grows=_grows(given, ids),
        required=subject.required,
        is_route=_is_route(subject.node),
    )


def _uses_parameters(alone: Behaviour, subject: Subject, *, is_likely: bool) -> bool:
    """Whether what a function gives or changes may hang on a parameter that may be missing.

    Where its names say little, it must be found by the function itself.
    """
    optional = _optional(alone, subject)
    told = [result.atom for result in alone.results]
    if _makes(alone):
        told += [atom for atom, _ in alone.trace.changes]
    kinds = (Kind.FOUND, Kind.OPAQUE) if is_likely else (Kind.FOUND,)
    return any(not optional.isdisjoint(atom.parts) for atom in told if atom.kind in kinds)


# --- IDs ------------------------------------------------------------------------------------------


def _ids(given: Behaviour, subject: Subject) -> list[Part]:
    """The parts of the parameters that may be missing, and under which something is found."""
    keyed = _keyed([r.atom.parts for r in given.results if r.atom.kind is Kind.FOUND])
    grown = [a.parts for a, _ in given.trace.changes if a.kind is Kind.FOUND]
    optional = _optional(given, subject)
    ids = [p for p in keyed if p in optional] or [p for p in _keyed(grown) if p in optional]
    ids = [part for part in ids if may_be_id(part, subject, optional)]
    if any(not is_person(part.word) for part in ids):
        ids = [part for part in ids if not is_person(part.word)]
    is_likely = score(subject, ids) >= ENOUGH
    ids = [p for p in ids if is_id(p.word) or (is_likely and _is_stored_under(given, p))]
    if any(is_id(part.word) for part in ids):
        ids = [part for part in ids if is_id(part.word)]
    return [] if all(is_person(part.word) for part in ids) else _in_order(ids, subject)


def _optional(behaviour: Behaviour, subject: Subject) -> set[Part]:
    """The parts that may be missing: None by default or type, or asked for by the code."""
    return {*behaviour.trace.tested, *optional_parameters(subject)}


def _keyed(found: Iterable[Parts]) -> list[Part]:
    return list(dict.fromkeys(p for parts in found for p in parts if isinstance(p, Part)))


def _in_order(ids: list[Part], subject: Subject) -> list[Part]:
    order = {parameter.arg: index for index, (parameter, _) in enumerate(subject.parameters)}
    return sorted(ids, key=lambda part: (order.get(part.name, -1), part.dotted))


# --- look-ups and creations -----------------------------------------------------------------------


def _makes_missing(given: Behaviour, missing: Behaviour, ids: list[Part]) -> bool:
    """Whether a function makes what it does not find under its IDs, or where they are missing."""
    stored = given.trace.inserts
    if any(_is_stored_under(given, p) or any(p in a.parts for a in stored) for p in ids):
        return True
    slots = {result.slot for part in ids for result in given.given(part)}
    if slots:
        results = (*given.results, *missing.results)
        return any(r.slot in slots and _is_made(r.atom) for r in results)
    sites = {node for part in ids for _, node in given.changed(part)}
    changes = [atom for atom, node in missing.trace.changes if node in sites]
    return bool(changes) and all(Mark.FRESH in atom.parts for atom in changes)


def _is_made(atom: Atom) -> bool:
    """Whether a thing is an object that was made, and no list of what was found."""
    is_fresh = atom.kind is Kind.FOUND and Mark.FRESH in atom.parts
    return is_fresh or (atom.kind is Kind.NEW and not isinstance(atom.node, ast.List | ast.Set))


def _is_stored_under(given: Behaviour, part: Part) -> bool:
    """Whether something is stored under a part of the parameters."""
    atoms = [result.atom for result in given.results] + [a for a, _ in given.trace.changes]
    is_made = any(atom.creates and part in atom.parts for atom in atoms)
    return is_made or any(a.creates and part in a.parts for a in given.trace.inserts)


def _makes(behaviour: Behaviour) -> bool:
    """Whether a function makes what it does not find."""
    atoms = [result.atom for result in behaviour.results]
    atoms += [atom for atom, _ in behaviour.trace.changes]
    if any(atom.creates for atom in atoms):
        return True
    makes = any(atom.kind is Kind.NEW for atom in behaviour.trace.inserts)
    return makes or any(r.atom.kind is Kind.NEW for r in behaviour.results)


def _grows(given: Behaviour, ids: list[Part]) -> bool:
    """Whether a function adds to what it finds."""
    changes = given.trace.changes
    return any(changes[change] for part in ids for change in given.changed(part))


def _under_ids(given: Behaviour, ids: list[Part]) -> list[ast.AST]:
    """The look-ups under the IDs."""
    atoms = [r.atom for part in ids for r in given.given(part)]
    atoms += [atom for part in ids for atom, _ in given.changed(part)]
    return [a.node for a in dict.fromkeys(atoms) if a.node in given.trace.homes and a.node]


def _is_decided_here(missing: Behaviour, subject: Subject) -> bool:
    """Whether a function looks up itself where the IDs are missing."""
    homes = missing.trace.homes
    nodes = [atom.node for atom in missing.trace.finds if atom.node in homes]
    return any(n is not None and homes[n].function_of(n) is subject.node for n in nodes)


def _holders(given: Behaviour, ids: list[Part], subject: Subject) -> frozenset[Place]:
    """The other functions through which it looks up under its IDs."""
    found = set()
    looked_up = [a.node for a in given.trace.finds if not a.parts.isdisjoint(ids) and a.node]
    for node in (*_under_ids(given, ids), *looked_up):
        for function in given.trace.callers[node] - {subject.node}:
            source = given.trace.sources[function]
            found.add((source.location, getattr(function, "lineno", 0)))
    return frozenset(found)


def _look_ups(given: Behaviour, ids: list[Part], subject: Subject) -> Iterator[Evidence]:
    """The first line that shows a look-up under the IDs."""
    nodes = _under_ids(given, ids)
    own = [n for n in nodes if given.trace.homes[n] is subject.source] or nodes
    for node in sorted(own, key=lambda n: getattr(n, "lineno", 0))[:1]:
        names = " and ".join(part.dotted for part in ids)
        path = given.trace.homes[node].path
        yield Evidence(f"it looks up by {names}", path, getattr(node, "lineno", 1))


def _is_owned(subject: Subject) -> bool:
    """Whether the object of a method is made for somebody."""
    if subject.owner is None or subject.node.name == "__init__":
        return False
    for node in subject.owner.node.body:
        if isinstance(node, NAMED_FUNCTIONS) and node.name == "__init__":
            return any(
                is_person(argument.arg)
                for argument in walk(node.args)
                if isinstance(argument, ast.arg)
            )
    return False


# --- names ----------------------------------------------------------------------------------------


def score(subject: Subject, ids: Iterable[Part] | None = None) -> int:
    """How much its names speak of conversations; until the IDs are known, all parameters may be."""
    module = subject.source.location.rpartition("/")[2].removesuffix(".py")
    parameters = [one.arg for one, _ in subject.parameters]
    read = [*parameters, *_read_of({*parameters, "self"}, subject.node)]
    read = [name for name in read if not is_of_programs(name)]
    likely = [name for name in read if words_of(name) & CONVERSATION]
    outer = {subject.node.name, module, *(likely if ids is None else (p.word for p in ids))}
    if subject.owner is not None:
        outer.add(subject.owner.node.name)
    if subject.node.returns is not None:
        outer |= names_in(subject.node.returns)
    return likeness(in_names(outer), in_names(names_in(subject.node)) - words_of(module))


def _read_of(names: set[str], function: FunctionDefinition) -> Iterator[str]:
    """The attributes, and constant keys, that code reads of some names."""
    for node in walk(function):
        match node:
            case ast.Attribute(value=ast.Name(id=name), attr=attr) if name in names:
                yield attr
            case ast.Call(func=ast.Attribute(attr="get"), args=[ast.Constant(value=str(key)), *_]):
                yield key


def _is_route(node: FunctionDefinition) -> bool:
    return is_decorated(node, "delete", "get", "head", "patch", "post", "put", "route", "websocket")


def _call(subject: Subject, inference: Inference) -> tuple[str, Subject]:
    """The name of a getter; an abstract method stands for those that do what it says."""
    owner, node = subject.owner, subject.node
    for base in inference.mro(owner) if owner is not None else ():
        for other in base.node.body:
            is_same = isinstance(other, NAMED_FUNCTIONS) and other.name == node.name != "__init__"
            if is_same and base != owner and is_abstract(other):
                subject = Subject(base.source, other, base)  # type: ignore[arg-type]
    return qualified_name(subject.source, subject.node), subject
