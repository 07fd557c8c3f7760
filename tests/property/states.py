"""State of generated programs that other code writes: module globals, class attributes, files."""

from __future__ import annotations

from typing import NamedTuple

from grammar import KEYS, Scope, source
from layout import Body, Line, Statement, block

OTHER = "app/other.py"
_ARRIVED = 'payload.get("{}")'


class State(NamedTuple):
    """Where an ID is kept: its name in the handler, to functions around, and to other modules."""

    inside: str
    around: str
    owner: str
    attribute: str


def states(scope: Scope, *, is_class: bool) -> tuple[list[Statement], list[Statement], str, Body]:
    """Members of the module, and of the class; the ID for the getter; the text of another file."""
    key = scope.one(KEYS)
    state = State(f"self.{key}", f"Handler.{key}", "Handler", key) if is_class else _GLOBAL
    made = source(scope)
    value = scope.one((made, made, "None"))
    declared = [Line(f"{state.attribute} = {value}")]
    kept, use = state.inside, state.inside
    if value == "None" or scope.chance(3):
        use = scope.one(
            (f"({kept} or {source(scope)})", f"({kept} if {kept} else {source(scope)})")
        )
    elsewhere = scope.one((True, False))
    writer = _writer(scope, state, elsewhere=elsewhere, is_class=is_class)
    other = _file(scope, state, writer, is_class=is_class) if elsewhere else ()
    around: list[Statement] = [] if elsewhere else [*writer, _visit("", state, is_class=is_class)]
    if is_class:
        return around, list(declared), f"{key}={use}", other
    return [*declared, *around], [], f"{key}={use}", other


_GLOBAL = State("CURRENT", "CURRENT", "", "CURRENT")


def _writer(scope: Scope, state: State, *, elsewhere: bool, is_class: bool) -> Body:
    """A function that writes the state, or a subclass that has its own."""
    if is_class:
        owner, name = state.owner, state.attribute
        forms: list[Body] = [
            (Line(f"{owner}.{name} = value"),),
            (Line(f'setattr({owner}, "{name}", value)'),),
            (Line(f"type.__setattr__({owner}, '{name}', value)"),),
        ]
        return (block("def remember(value):", *scope.one(forms)),)
    if elsewhere:
        forms = [
            (Line("handlers.CURRENT = value"),),
            (Line('setattr(handlers, "CURRENT", value)'),),
            (Line('vars(handlers)["CURRENT"] = value'),),
            (Line("handlers.__dict__.update(CURRENT=value)"),),
        ]
    else:
        forms = [
            (Line("global CURRENT"), Line("CURRENT = value")),
            (Line('globals()["CURRENT"] = value'),),
            (Line("globals().update(CURRENT=value)"),),
        ]
    return (block("def remember(value):", *scope.one(forms)),)


def _visit(prefix: str, state: State, *, is_class: bool) -> Statement:
    """A message that is received where the state has been written."""
    key = state.attribute if is_class else "thread_id"
    handler = f"{prefix}Handler()." if is_class else prefix
    return block(
        "def visit(user_id, payload, log, db):",
        block(f'if payload.get("{key}"):', Line(f"remember({_ARRIVED.format(key)})")),
        Line(f"return {handler}handle(user_id, payload, log, db)"),
    )


def _file(scope: Scope, state: State, writer: Body, *, is_class: bool) -> Body:
    """Another file: it writes the state, or has a subclass that does, and may import more."""
    if not is_class:
        return (
            Line("from app import handlers"),
            *writer,
            _visit("handlers.", state, is_class=False),
        )
    key = state.attribute
    forms: tuple[Body, ...] = (
        (*writer, _visit("", state, is_class=True)),
        (_subclass(scope, key), _special(key)),
        (
            block(
                "def visit(user_id, payload, log, db):",
                Line("handler = Handler()"),
                block(f'if payload.get("{key}"):', Line(f"handler.{key} = {_ARRIVED.format(key)}")),
                Line("return handler.handle(user_id, payload, log, db)"),
            ),
        ),
    )
    return (Line("from app.handlers import Handler"), *scope.one(forms))


def _subclass(scope: Scope, key: str) -> Statement:
    forms: tuple[Body, ...] = (
        (
            block(
                "def __init__(self, value=None):", block("if value:", Line(f"self.{key} = value"))
            ),
        ),
        (
            Line(f'{key} = "fixed"'),
            block("def __init__(self, value=None):", Line("super().__init__()")),
        ),
    )
    return block("class Special(Handler):", *scope.one(forms))


def _special(key: str) -> Statement:
    return block(
        "def visit(user_id, payload, log, db):",
        Line(f"handler = Special({_ARRIVED.format(key)})"),
        Line("return handler.handle(user_id, payload, log, db)"),
    )


def readers(scope: Scope, names: list[str]) -> Body:
    """Another file that uses names of the handlers' module: by import, attribute or string."""
    name = scope.one(names)
    forms: tuple[Body, ...] = (
        (Line(f"from app.handlers import {name}"), _reader(f"{name} is not None")),
        (Line("import app.handlers as handlers"), _reader(f"handlers.{name} is not None")),
        (
            *(Line("from unittest.mock import patch"), Line("from app import handlers")),
            block(
                "def visit(user_id, payload, log, db):",
                block(
                    f'with patch("app.handlers.{name}"):',
                    Line('log.append("patched")'),
                ),
            ),
        ),
        (Line("from app import handlers"), _reader(f'hasattr(handlers, "{name}")')),
    )
    return scope.one(forms[:3] * 3 + forms)  # type: ignore[no-any-return]


def _reader(test: str) -> Statement:
    return block("def visit(user_id, payload, log, db):", Line(f"log.append({test})"))
