"""Compound statements of generated programs: guards, branches, loops, functions inside."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from grammar import CONTEXTS, IDS, KEYS, Scope, condition, received, source, value
from layout import Block, Body, Clause, Line, Statement, block
from simple import (
    assign,
    attribute,
    container,
    delete,
    dressed,
    getter_call,
    other_consumer,
    pair,
    read,
    session,
)

if TYPE_CHECKING:
    from collections.abc import Callable


def body(scope: Scope, longest: int = 2) -> Body:
    """A few statements in a row, each in a form of its own."""
    count = scope.one(range(1, longest + 1))
    return dressed(scope, [made for _ in range(count) for made in _statement(scope)])


def _statement(scope: Scope) -> list[Statement]:
    simple = [assign, assign, assign, session, pair, container, container, read, other_consumer]
    if "self" in scope.inputs:
        simple.append(attribute)
    if scope.in_loop:
        simple.append(_leave_loop)
    if scope.depth == 0:
        simple.append(delete)
    deep = [_guard, _guard, _guard, _pair_guard, _pair_guard, _branch, _try, _match, _loop]
    deep += [_nested, _early_return, _with]
    make: Callable[[Scope], list[Statement]] = scope.one(simple + deep * (scope.depth < 2))
    return make(scope)


# Guards and branches.


def _fallback(scope: Scope, *names: str) -> Body:
    """What a guard does: new IDs, and perhaps a line of log."""
    made: list[Statement] = [Line(f"{name} = {source(scope)}") for name in names]
    if "log" in scope.inputs and scope.chance(4):
        made.insert(scope.one([0, len(made)]), Line('log.append("missing")'))
    return dressed(scope, made)


def _guard(scope: Scope) -> list[Statement]:
    first: list[Statement] = []
    if not scope.known("id"):
        given = received(scope)
        first = [Line(f"{scope.bind('id', scope.one(KEYS))} = {given}")]
    name = scope.one(scope.known("id"))
    forms = [f"if not {name}:", f"if {name} is None:", f"if {condition(scope, name)}:"]
    if scope.can_bind:
        forms.append(f"if not ({name} := {received(scope)}):")
    clauses = [Clause(scope.one(forms), _fallback(scope, name))]
    if scope.chance(5):
        clauses.append(Clause(f"elif {condition(scope, name)}:", body(scope.inner(), 1)))
    if scope.chance(5):
        clauses.append(Clause("else:", body(scope.inner(), 1)))
    return [*first, Block(tuple(clauses))]


def _pair_guard(scope: Scope) -> list[Statement]:
    """The guard of the seeds: both IDs are new where one is missing."""
    missing = [key for key in KEYS if key not in scope.known("id")]
    first: list[Statement] = [Line(f"{key} = {received(scope)}") for key in missing]
    for key in missing:
        scope.bind("id", key)
    tests = [
        "not thread_id or not run_id",
        "thread_id is None or run_id is None",
        "not (thread_id and run_id)",
        "not thread_id and not run_id",
    ]
    return [*first, block(f"if {scope.one(tests)}:", *_fallback(scope, *KEYS))]


def _branch(scope: Scope) -> list[Statement]:
    clauses = [Clause(f"if {condition(scope)}:", body(scope.inner()))]
    if scope.chance(2):
        clauses.append(Clause("else:", body(scope.inner())))
    return [Block(tuple(clauses))]


def _try(scope: Scope) -> list[Statement]:
    name, key = scope.one(KEYS), scope.one(KEYS)
    look_up = f'payload["{key}"]' if "payload" in scope.inputs else f'{{}}["{key}"]'
    risky: Body = dressed(scope, [Line(f"{name} = {look_up}")])
    if scope.chance(3):
        risky += body(scope.inner(), 1)
    clauses = [Clause("try:", risky), Clause("except KeyError:", _fallback(scope, name))]
    if scope.chance(4):
        clauses.append(Clause("else:", body(scope.inner(), 1)))
    if "log" in scope.inputs and scope.chance(4):
        clauses.append(Clause("finally:", dressed(scope, [Line('log.append("tried")')])))
    scope.bind("id", name)
    return [Block(tuple(clauses))]


def _match(scope: Scope) -> list[Statement]:
    name, subject = scope.one(KEYS), received(scope)
    nothing = block("case None:", *_fallback(scope, name))
    given = block(f"case str() as {name}:", *dressed(scope, [Line("pass")]))
    rest = block("case _:", *dressed(scope, [Line(f"{name} = {value(scope, 1)}")]))
    scope.bind("id", name)
    return [block(f"match {subject}:", nothing, given, rest)]


def _early_return(scope: Scope) -> list[Statement]:
    inner = scope.inner()
    return [block(f"if {condition(inner)}:", *dressed(inner, [Line(returned(inner))]))]


def returned(scope: Scope) -> str:
    """A `return` of what the function at hand gives."""
    if scope.gives == "nothing":
        return str(scope.one(["return None", 'return "early"']))
    if scope.gives == "context":
        return f"return {getter_call(scope)}"
    if scope.gives == "id":
        return f"return {value(scope)}"
    first, second = value(scope, 1), value(scope, 1)
    if scope.gives == "pair":
        return f"return {first}, {second}"
    return f'return {{"thread_id": {first}, "run_id": {second}}}'


# Loops and functions.


def _loop(scope: Scope) -> list[Statement]:
    inner = scope.inner(in_loop=True)
    kind = scope.one(["for", "each", "while", "once"])
    if kind == "for":
        return [block("for _ in range(2):", *body(inner))]
    if kind == "once":
        return [block("while True:", *body(inner), Line("break"))]
    if kind == "while":
        first = [] if scope.known("id") else assign(scope)
        name = scope.one(scope.known("id"))
        return [*first, block(f"while not {name}:", *_fallback(scope, name))]
    name, values = scope.one(IDS), [value(scope, 1), value(scope, 1)]
    stop = block(f"if {name}:", Line("break"))
    inner.bind("id", name)
    scope.bind("id", name)
    clauses = [
        Clause(f"for {name} in ({', '.join(values)}):", scope.one([(stop,), body(inner, 1)]))
    ]
    if scope.chance(3):
        clauses.append(Clause("else:", _fallback(scope, name)))
    return [Block(tuple(clauses))]


def _with(scope: Scope) -> list[Statement]:
    """A session for a block of its own."""
    if "user_id" not in scope.inputs:
        return assign(scope)
    inner = scope.inner()
    text, name = getter_call(inner), inner.bind("context", scope.one(CONTEXTS))
    return [block(f"with {text} as {name}:", *body(inner, 1))]


def _leave_loop(scope: Scope) -> list[Statement]:
    return [block(f"if {condition(scope)}:", *dressed(scope, [Line("break")]))]


def _nested(scope: Scope) -> list[Statement]:
    """A function inside that gives an ID or a context, and its call, perhaps later."""
    inner = replace(scope.inner(in_loop=False), can_bind=False, functions=[], is_async=False)
    name, given = scope.one(IDS), received(scope)
    kind = scope.one(["lambda", "id", "context"] if "user_id" in scope.inputs else ["lambda", "id"])
    if kind == "lambda":
        made: Statement = Line(f"make = lambda: {value(inner, 1)}")
        use = f"{name} = make()"
    else:
        inner.bind("id", "arg")
        inner = replace(inner, gives=kind)
        guard = [block("if not arg:", *_fallback(inner, "arg"))] if scope.chance(2) else []
        last = Line(returned(inner))
        made = block("def make(arg=None):", *dressed(inner, [*guard, last]))
        use = f"context = make({given})" if kind == "context" else f"{name} = make({given})"
    between = body(scope, 1) if scope.chance(4) and scope.depth == 0 else ()
    if kind == "context":
        scope.bind("context", "context")
    else:
        scope.bind("id", name)
    return [made, *between, Line(use)]
