"""What a generated program is about: each has one theme, and few other things in it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import callers
import effects
import guards
import records
import shapes
import stores
import web
from grammar import KEYS, Scope
from layout import Body, Line, Statement, block
from paths import paths
from states import OTHER, readers, states

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

THEMES = (
    *("plain",) * 9,
    *("guards", "guards", "records", "records", "state", "effects", "files"),
    *("paths", "paths"),
    *("shapes", "web", "stores", "callers", "callers"),
)
_INPUTS = ("user_id", "payload", "log", "db", "flag")
_BOTH = "thread_id=thread_id, run_id=run_id"


@dataclass(frozen=True, slots=True)
class Made:
    """The statements of a module; `other` has those of another file, by the names imported here.

    `is_silent`: whether no generated ID in it is a finding.
    """

    module: list[Statement]
    other: Callable[[list[str]], Body] = lambda _: ()
    names: tuple[str, ...] = field(default=())
    is_silent: bool = False


def made_of(theme: str, scope: Scope, *, is_class: bool) -> Made:
    """A module of one theme."""
    parameters = [key for key in KEYS if scope.chance(2)] if theme != "state" else []
    scope = replace(scope, inputs=frozenset(_INPUTS), names={"id": list(parameters)})
    build = {
        "guards": _guarded,
        "records": _recorded,
        "state": _stated,
        "shapes": _shaped,
        "web": _served,
        "stores": _stored,
        "callers": _called,
        "paths": _at_paths,
    }.get(theme, _effective)
    made = build(scope, parameters, is_class)
    if theme != "files":
        return made
    own = [name for name in effects.MEMBERS if _names(made.module, name)]

    def other(imported: list[str]) -> Body:
        return readers(scope, [*imported, *own])

    return replace(made, other=other, names=(OTHER,))


def _guarded(scope: Scope, parameters: list[str], is_class: bool) -> Made:
    outside, inside = guards.guards(scope)
    ids = _BOTH if "run_id" in scope.known("id") else "thread_id=thread_id"
    outside = _with_members(guards.MEMBERS, [*outside, *inside]) + outside
    return Made([*outside, *_handler(scope, parameters, is_class, inside, ids)])


def _recorded(scope: Scope, parameters: list[str], is_class: bool) -> Made:
    outside, inside, after, ids = records.records(scope)
    outside = _with_members(records.HELPERS, inside) + outside
    return Made([*outside, *_handler(scope, [], is_class, inside, ids, after)])


def _at_paths(scope: Scope, parameters: list[str], is_class: bool) -> Made:
    made = paths(scope)
    scope = replace(scope, getter=made.getter)
    handler = _handler(scope, parameters, is_class, made.inside, made.arguments, made.after)
    return Made([*made.outside, *handler])


def _stated(scope: Scope, parameters: list[str], is_class: bool) -> Made:
    around, members, ids, other = states(scope, is_class=is_class)
    handler = _handler(scope, parameters, is_class, [], ids, members=members)
    if not other:
        return Made([*around, *handler])
    return Made([*around, *handler], lambda _: other, (OTHER,))


def _shaped(scope: Scope, _: list[str], is_class: bool) -> Made:
    around, inside, ids = shapes.shapes(scope)
    return Made([*around, *_handler(scope, [], is_class, inside, ids)])


def _served(scope: Scope, _: list[str], is_class: bool) -> Made:
    module, client = web.web(scope)
    return Made(module, lambda _: client, (OTHER,))


def _stored(scope: Scope, _: list[str], is_class: bool) -> Made:
    module, is_silent = stores.stores(scope)
    return Made(module, is_silent=is_silent)


def _called(scope: Scope, _: list[str], is_class: bool) -> Made:
    return Made(callers.callers(scope))


def _effective(scope: Scope, parameters: list[str], is_class: bool) -> Made:
    inside = effects.effects(scope)
    ids = ", ".join(f"{key}={key}" for key in KEYS if key in scope.known("id"))
    outside = _with_members(effects.MEMBERS, inside)
    return Made([*outside, *_handler(scope, parameters, is_class, inside, ids)])


def _handler(
    scope: Scope,
    parameters: Iterable[str],
    is_class: bool,
    inside: list[Statement],
    ids: str,
    after: Iterable[Statement] = (),
    members: Iterable[Statement] = (),
) -> list[Statement]:
    """`handle`, or the class that has it: its statements, and the getter call with these IDs."""
    last = "".join(f", {key}=None" for key in parameters)
    call = f"{scope.getter}({', '.join(filter(None, ('user_id', ids)))})"
    result = f"context = {call}" if scope.chance(2) or after else f"return {call}"
    end = [Line(result, scope.one(scope.forms)), *after]
    first = "self, " if is_class else ""
    header = f"def handle({first}user_id, payload, log, db, flag=False{last}):"
    function = block(header, *inside, *end)
    return [block("class Handler:", *members, function)] if is_class else [function]


def _with_members(members: dict[str, Statement], statements: list[Statement]) -> list[Statement]:
    """The members that statements need, and those that these need, in their own order."""
    names: set[str] = set()
    found = statements
    while more := {name for name in members if name not in names and _names(found, name)}:
        names |= more
        found = [members[name] for name in names]
    order = [name for name in members if name in names]
    order.sort(key=lambda name: name not in ("Field", "Meta"))  # before the classes that use them
    return [members[name] for name in order]


def _names(statements: list[Statement], name: str) -> bool:
    return re.search(rf"\b{name}\b", repr(statements)) is not None
