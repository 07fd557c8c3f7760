"""The meaning of None to a getter: what its body gives where the ID is missing."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from ctxlint.init.functions import Behaviour, own_parts
from ctxlint.init.provenance import Atom, Kind, Mark, Part
from ctxlint.init.reading import Result
from ctxlint.init.words import is_person, is_thing

_OPEN = "open"


class Evidence(NamedTuple):
    """A line that shows something."""

    message: str
    filename: str
    row: int


class Meaning(NamedTuple):
    """The value of `none`, None where it is not decided, with the lines that show it.

    `people` are the parameters under which somebody's own session is found.
    """

    none: str | None
    evidence: tuple[Evidence, ...]
    people: frozenset[str] = frozenset()


def meaning(given: Behaviour, missing: Behaviour, ids: list[Part], *, is_owned: bool) -> Meaning:
    """The meaning of None, from a function's behaviour as it is and with its IDs missing.

    `is_owned`: whether its object may belong to one person, so that what it keeps is theirs.
    """
    outcomes = list(_outcomes(given, missing, ids))
    if not outcomes:
        return _refused(missing, ids)
    said: dict[str, list[tuple[Atom, ast.AST]]] = {}
    for atom, node in outcomes:
        said.setdefault(_verdict(atom, missing, is_owned=is_owned), []).append((atom, node))
    said.pop("", None)
    none = _decided(set(said))
    shown = [pair for verdict in ("reuse", "shared", "new") for pair in said.get(verdict, ())]
    people = {p.name for atom, _ in said.get("reuse", ()) for p in _people(atom)}
    evidence = dict.fromkeys(
        _line(atom, node, missing, ids) for atom, node in shown if none is not None
    )
    return Meaning(none, tuple(evidence), frozenset(people))


def _outcomes(
    given: Behaviour, missing: Behaviour, ids: list[Part]
) -> Iterator[tuple[Atom, ast.AST]]:
    """The results and growth in the places where the function, as it is, has what the IDs find."""
    slots = {result.slot for part in ids for result in given.given(part)}
    if slots:
        yield from ((r.atom, r.node) for r in missing.results if _is_outcome(r, slots))
        return
    sites = {node for part in ids for _, node in given.changed(part)}
    for atom, node in missing.trace.changes:
        if node in sites:
            yield atom, node


def _is_outcome(result: Result, slots: set[object]) -> bool:
    return result.slot in slots and result.atom.kind is not Kind.ABSENT


def _verdict(atom: Atom, missing: Behaviour, *, is_owned: bool) -> str:
    """The meaning that one result tells; empty where it tells none."""
    if atom.kind is Kind.NEW:
        return "new"
    if atom.kind is not Kind.FOUND or Mark.UNKNOWN in atom.parts:
        return _OPEN
    if Mark.FRESH in atom.parts:
        return "new"
    if Mark.ABSENT in atom.parts and not atom.creates and not _is_kept_under_none(missing):
        return ""  # there is nothing under None
    if _people(atom):
        return "reuse"
    if any(not is_thing(part.word) for part in own_parts(atom) if part.name != "self"):
        return _OPEN
    if is_owned or any(part.name == "self" for part in own_parts(atom)):
        return _OPEN
    return "shared"


def _is_kept_under_none(missing: Behaviour) -> bool:
    """Whether something is stored under None, where a look-up under it may find it."""
    stored = list(missing.trace.inserts) or [result.atom for result in missing.results]
    return any(a.kind is Kind.NEW and Mark.ABSENT in a.parts for a in stored)


def _people(atom: Atom) -> list[Part]:
    return [part for part in own_parts(atom) if is_person(part.word)]


def _decided(said: set[str]) -> str | None:
    if said <= {"reuse", "new"} and "reuse" in said:
        return "reuse"
    if said <= {"shared", "new"} and "shared" in said:
        return "shared"
    return "new" if said == {"new"} else None


def _refused(missing: Behaviour, ids: list[Part]) -> Meaning:
    """The meaning of None to a function without a result then: it may refuse it."""
    if missing.ends or missing.results or not missing.trace.raises:
        return Meaning(None, ())
    node = next(iter(missing.trace.raises))
    message = f"without {_named(ids)}, it raises an error"
    return Meaning("error", (_at(message, node, missing),))


def _line(atom: Atom, outcome: ast.AST, missing: Behaviour, ids: list[Part]) -> Evidence:
    """The line of the look-up, or the creation; else that which gives what it made."""
    node = atom.node if atom.node in missing.trace.homes and atom.node else outcome
    without = f"without {_named(ids)}, it"
    if atom.kind is Kind.NEW or Mark.FRESH in atom.parts:
        return _at(f"{without} creates a new one", node, missing)
    people = _people(atom)
    if people:
        names = " and ".join(dict.fromkeys(part.dotted for part in people))
        return _at(f"{without} looks up by {names}", node, missing)
    return _at(f"{without} looks up by a key that all users share", node, missing)


def _at(message: str, node: ast.AST, missing: Behaviour) -> Evidence:
    source = missing.trace.homes[node]
    return Evidence(message, source.path, getattr(node, "lineno", 1))


def _named(ids: list[Part]) -> str:
    return " and ".join(part.dotted for part in ids)
