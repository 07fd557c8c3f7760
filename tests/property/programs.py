"""Random handler modules: a header, functions, and `handle` or `Handler.handle`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from itertools import product
from typing import TYPE_CHECKING, Any

from grammar import KEYS, Function, Scope
from hypothesis import strategies as st
from layout import (
    INDENTS,
    NEWLINES,
    PLAIN,
    SHAPES,
    Block,
    Body,
    Form,
    Line,
    Statement,
    block,
    render,
)
from simple import dressed, getter_call, read
from statements import body, returned
from themes import THEMES, Made, made_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

NAME = "app/handlers.py"
GETTERS = ("get_user_execution_context", "get", "deps.get_user_execution_context")
ODD = (
    *(PLAIN,) * 6,
    *(Form(shape=shape) for shape in SHAPES),
    *(Form(joined=True),) * 3,
    *(Form(behind=True, shape=shape) for shape in ("plain", "wrapped")),
    *(Form(above=count, blank=blank) for count, blank in product((1, 2), (False, True))),
    Form(apart=True, blank=True),
    Form(apart=True, above=1, behind=True),
)
FORMS_OF_IMPORTS = (Form(behind=True), Form(above=1), Form(joined=True), Form(apart=True))
IMPORTS = {
    "uuid": "import uuid",
    "secrets": "import secrets",
    "functools": "import functools",
    "uuid4": "from uuid import uuid4",
    "get": "from app.session import get_user_execution_context as get",
    "get_user_execution_context": "from app.session import get_user_execution_context",
    "deps": "from app.session import deps",
    "create_user_execution_context": "from app.session import create_user_execution_context",
    "invoke": "from app.session import invoke",
    "sent": "from app.session import sent",
    "audit": "from app.audit import audit",
    "fill": "from app.audit import fill",
    "re": "import re",
    "attrs": "import attrs",
    "dataclass": "from dataclasses import dataclass",
    "asdict": "from dataclasses import asdict",
    "field": "from dataclasses import field",
    "replace": "from dataclasses import replace",
    "hashlib": "import hashlib",
    "base64": "import base64",
    "ChainMap": "from collections import ChainMap",
    "copy": "import copy",
    "deque": "from collections import deque",
    "SimpleQueue": "from queue import SimpleQueue",
    "threading": "import threading",
    "defaultdict": "from collections import defaultdict",
    "ContextVar": "from contextvars import ContextVar",
    "Generic": "from typing import Generic, TypeVar",
    "Protocol": "from typing import Protocol",
    **{
        name: f"from fastapi import {name}"
        for name in (
            *("APIRouter", "Body", "Cookie", "Depends", "FastAPI", "Header", "Query", "Request"),
        )
    },
    "BaseHTTPMiddleware": "from starlette.middleware.base import BaseHTTPMiddleware",
    "Annotated": "from typing import Annotated",
    "BaseModel": "from pydantic import BaseModel",
    "model_validator": "from pydantic import model_validator",
    "field_validator": "from pydantic import field_validator",
    "Field": "from pydantic import Field",
    "NamedTuple": "from typing import NamedTuple",
    "TypedDict": "from typing import TypedDict",
    "SimpleNamespace": "from types import SimpleNamespace",
    "UnifiedIdGenerator": "from shared.ids import UnifiedIdGenerator",
    "ThreadID": "from shared.ids import ThreadID",
}


@dataclass(frozen=True, slots=True)
class Program:
    """The text of a module, those of other files by their names, and what it is about.

    `is_silent`: whether no generated ID in it is a finding, whatever gets to the getter.
    """

    text: str
    files: dict[str, str] = field(default_factory=dict)
    theme: str = "plain"
    is_silent: bool = False

    def __repr__(self) -> str:
        return "\n".join(["", self.text, *(f"# {n}:\n{text}" for n, text in self.files.items())])

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:  # Hypothesis has its own for data
        printer.text(repr(self))


@st.composite
def programs(
    draw: Callable[[st.SearchStrategy[Any]], Any], themes: Sequence[str] = THEMES
) -> Program:
    """Modules that compile, run, and call the getter."""
    theme = draw(st.sampled_from(themes))
    is_class, is_async = draw(st.booleans()), draw(st.integers(0, 4)) == 4
    is_odd = draw(st.booleans())
    forms = ODD if is_odd else (PLAIN,)
    scope = Scope(draw, draw(st.sampled_from(GETTERS)), [], frozenset(), {}, forms=forms)
    if theme == "plain":
        made = _plain(replace(scope, is_async=is_async), is_class)
    else:
        made = made_of(theme, scope, is_class=is_class)
    module = made.module
    indent = draw(st.sampled_from(INDENTS)) if is_odd else INDENTS[0]
    newline = draw(st.sampled_from(NEWLINES)) if is_odd else NEWLINES[0]
    head = tuple(_imports(render(tuple(module)), scope if is_odd else None))
    files = {name: render(made.other(_imported(head))) for name in made.names}
    text = render((*head, *module), indent, newline)
    return Program(text, files, theme, made.is_silent)


def _imported(head: Sequence[Statement]) -> list[str]:
    """The names that a module imports."""
    lines = [statement.text for statement in head if isinstance(statement, Line)]
    return [line.replace(" as ", " ").split()[-1] for line in lines]


def _plain(scope: Scope, is_class: bool) -> Made:
    """A handler of many things, with its helpers."""
    is_async, scope = scope.is_async, replace(scope, is_async=False)
    helpers = [_helper(scope, number, is_class) for number in range(scope.one(range(3)))]
    entry = _handle(replace(scope, is_async=is_async), is_class)
    module: list[Statement] = [*(s for s, owned in helpers if not owned)]
    if is_class:
        module.append(_class([*(s for s, owned in helpers if owned), entry]))
    else:
        module.append(entry)
    return Made(module)


def _imports(text: str, scope: Scope | None) -> Iterator[Statement]:
    """The imports that a text needs, in odd forms if there is a scope to draw them."""
    for name, statement in IMPORTS.items():
        if re.search(rf"(?<![\w.\"]){name}\b", text):
            yield Line(statement, scope.one((PLAIN, PLAIN, *FORMS_OF_IMPORTS)) if scope else PLAIN)


def _class(members: list[Statement]) -> Block:
    init = block("def __init__(self):", *(Line(f"self.{key} = None") for key in KEYS))
    return block("class Handler:", init, *members)


def _handle(scope: Scope, is_class: bool) -> Block:
    parameters = [key for key in KEYS if scope.chance(2)]
    inputs = ["user_id", "payload", "log", "db", "flag", *(["self"] if is_class else [])]
    scope = replace(scope, inputs=frozenset(inputs), names={"id": list(parameters)})
    first = "self, " if is_class else ""
    last = "".join(f", {key}=None" for key in parameters)
    word = "async def" if scope.is_async else "def"
    statements = body(scope, 5)
    call = Line(f"context = {getter_call(scope)}", scope.one(scope.forms))
    scope.bind("context", "context")
    after: Body = dressed(scope, read(scope)) if scope.chance(2) else ()
    after += body(scope, 2) if scope.chance(3) else ()
    result = Line(scope.one(["return context", 'return "done"', "pass"]), scope.one(scope.forms))
    header = f"{word} handle({first}user_id, payload, log, db, flag=False{last}):"
    return block(header, *statements, call, *after, result)


def _helper(scope: Scope, number: int, is_class: bool) -> tuple[Block, bool]:
    """A function that gives IDs or a context, and whether it is a method."""
    gives = scope.one(["id", "id", "pair", "map", "context"])
    is_method = is_class and scope.chance(2)
    is_async = scope.chance(6)
    parameters = _parameters(scope, gives)
    inputs = frozenset({*(["self"] if is_method else []), *parameters} - {*KEYS, "value"})
    names = {"id": [p for p in parameters if p != "user_id"]}
    own = [f for f in scope.functions if is_method or not f.name.startswith("self.")]
    inside = replace(
        scope, functions=own, inputs=inputs, names=names, is_async=is_async, depth=1, gives=gives
    )
    name = f"{'open' if gives == 'context' else 'make'}_{number}"
    given = ", ".join(p if p == "user_id" else f"{p}=None" for p in parameters)
    signature = ", ".join(part for part in ("self" if is_method else "", given) if part)
    statements: Body = body(inside, 1) if scope.chance(2) else ()
    last = Line(returned(inside), scope.one(scope.forms))
    header = f"{'async ' if is_async else ''}def {name}({signature}):"
    called = f"self.{name}" if is_method else name
    scope.functions.append(Function(called, tuple(parameters), gives, is_async))
    return block(header, *statements, last), is_method


def _parameters(scope: Scope, gives: str) -> list[str]:
    if gives == "context":
        return ["user_id", *KEYS]
    return list(scope.one([["value"], [], list(KEYS)]))
