"""CTX201 in projects of several files: each file reports its own fakes, and no others."""

from __future__ import annotations

import pytest
from support.commands import Run
from support.small_projects import GETTER, Write, found, places

TYPES = "from fastapi import Request, WebSocket\n"
HANDLER = (
    f"{TYPES}\n\nclass AgentHandler:\n"
    "    def __init__(self, websocket: WebSocket):\n"
    "        self.websocket = websocket\n\n"
    "    def handle(self, user_id):\n"
    '        return self.take(Request({"type": "websocket"}, None, None))\n\n'
    "    def take(self, request):\n"
    "        return request\n\n"
    "    def scope(self):\n"
    "        return self.websocket.scope\n"
)
# The getter gets what the handler returns: this is what makes the flow look into its module.
CALLER = (
    "\n\nasync def serve(websocket: WebSocket, user_id):\n"
    "    agent = {}(websocket)\n"
    "    get_user_execution_context(user_id, thread_id=agent.handle(user_id))\n"
    '    return agent.take(Request({{"type": "http"}}, None, None))\n'
)


@pytest.mark.parametrize(
    ("imports", "name"),
    [
        ("from app.agents import AgentHandler", "AgentHandler"),
        ("from .agents import AgentHandler as Agent", "Agent"),
        ("import app.agents", "app.agents.AgentHandler"),
        ("from .agents import *", "AgentHandler"),
    ],
)
def test_a_fake_of_an_imported_module_is_reported_there_once(
    run: Run, write: Write, imports: str, name: str
) -> None:
    other = f"{TYPES}{GETTER}{imports}\n" + CALLER.format(name)
    write(app__agents=HANDLER, app__other=other)
    assert places(found(run)) == ["app/agents.py:9", "app/other.py:9"]
    assert places(found(run, "app/other.py")) == ["app/other.py:9"]
    assert places(found(run, "app/agents.py")) == ["app/agents.py:9"]


def test_a_scope_that_an_heir_inherits_is_known_by_its_annotation(run: Run, write: Write) -> None:
    heir = (
        f"{TYPES}{GETTER}from app.agents import AgentHandler\n\n\n"
        "class Heir(AgentHandler):\n"
        "    def serve(self, user_id):\n"
        "        get_user_execution_context(user_id, thread_id=self.scope())\n"
        "        return Request(self.scope())\n"
    )
    write(app__agents=HANDLER, app__other=heir)
    assert places(found(run)) == ["app/agents.py:9", "app/other.py:9"]


def test_files_that_import_each_other_report_their_own(run: Run, write: Write) -> None:
    def module(other: str) -> str:
        return (
            f"{TYPES}{GETTER}import app.{other}\n\n\n"
            "def make(user_id, request=None):\n"
            '    return Request({"type": "websocket"})\n\n\n'
            "def handle(user_id):\n"
            f"    made = app.{other}.make(user_id)\n"
            "    return get_user_execution_context(user_id, thread_id=made)\n"
        )

    write(app__a=module("b"), app__b=module("a"))
    assert places(found(run)) == ["app/a.py:7", "app/b.py:7"]
