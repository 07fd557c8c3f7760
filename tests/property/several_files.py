"""Random small projects of two or three files that import each other, and what is dead in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Callable

TWIN = "create_user_execution_context"
HEAD = (
    "from fastapi import Request, WebSocket\nfrom app.session import get_user_execution_context\n"
)
SCOPES = ('{"type": "websocket"}', '{"type": "http"}', "scope", "websocket.scope", "self.scope()")
CLASS = """
class {name}:
    def __init__(self, websocket: WebSocket, scope=None):
        self.websocket = websocket

    def scope(self):
        return self.websocket.scope

    def handle(self, user_id, scope=None, websocket=None):
        return self.take(Request({scope}, None, None))

    def take(self, request):
        return request
"""
# How another module is imported, and what its class and its twin are called then.
IMPORTS = (
    ("from {0} import Of_{0}", "Of_{0}", ""),
    ("from .{0} import Of_{0} as Other_{0}", "Other_{0}", ""),
    ("import {0}", "{0}.Of_{0}", "{0}."),
    ("import {0} as m_{0}", "m_{0}.Of_{0}", "m_{0}."),
    ("from . import {0}", "{0}.Of_{0}", "{0}."),
    ("from {0} import *", "Of_{0}", "*"),
)
# How a module uses the twin of another that it imports as a module, or by `*`, or not at all.
USES = (
    "print({prefix}{twin})\n",
    'patch("{module}.{twin}")\n',
    "from {module} import {twin}\nprint({twin})\n",
)
CALLS = (
    "    agent = {other}(websocket)\n"
    "    get_user_execution_context(user_id, thread_id=agent.handle(user_id))\n",
    "    get_user_execution_context(user_id, thread_id={other}(websocket).scope())\n",
    "    {other}(websocket).take(Request(websocket.scope))\n",
)


@dataclass(frozen=True)
class Project:
    """The texts of modules by their names, and those with an import that nothing uses."""

    texts: dict[str, str]
    dead: frozenset[str]


@st.composite
def projects(draw: st.DrawFn) -> Project:
    """Two or three modules of one folder."""
    names = ("handler", "other", "third")[: draw(st.sampled_from((2, 2, 3)))]
    bare = {name for name in names if draw(st.booleans())}
    used: set[str] = set()
    texts = {name: _module(name, names, bare, used, draw) for name in names}
    return Project(texts, frozenset(bare - used))


def _module(
    name: str, names: tuple[str, ...], bare: set[str], used: set[str], draw: Callable[..., object]
) -> str:
    lines = HEAD + (f"from app.session import {TWIN}\n" if name in bare else "")
    body, uses = "", ""
    for other in names:
        if other == name or not draw(st.booleans()):
            continue
        known = IMPORTS[:-1] if name in bare else IMPORTS  # `*` may replace a twin of its own
        spelling, known_as, prefix = (part.format(other) for part in _one(draw, known))
        lines += f"{spelling}\n"
        body += _one(draw, CALLS).format(other=known_as)
        if other in bare and name not in bare and draw(st.booleans()):
            use = _one(draw, USES if prefix else USES[1:])
            uses += use.format(prefix=prefix.strip("*"), module=other, twin=TWIN)
            used.add(other)
    scope = _one(draw, SCOPES)
    serve = "\n\nasync def serve(websocket: WebSocket, user_id, scope=None):\n"
    fake = f"    return Request({_one(draw, SCOPES[:-1])})\n"
    return lines + uses + CLASS.format(name=f"Of_{name}", scope=scope) + serve + body + fake


def _one(draw: Callable[..., object], options: tuple[object, ...]) -> object:
    return draw(st.sampled_from(options))
