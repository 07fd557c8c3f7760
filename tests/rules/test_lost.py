"""`report = "lost"`: generated IDs that nobody can send back."""

from __future__ import annotations

from pathlib import Path
from textwrap import indent
from typing import TYPE_CHECKING

import pytest
from support.commands import CLEAN

if TYPE_CHECKING:
    from support.commands import Run

GETTER = '[[tool.ctxlint.getter]]\ncall = "open_chat"\nids = { chat_id = 1 }\n'
REUSE = 'none = "reuse"\n'
HEADER = """\
import logging
from uuid import uuid4
from app import open_chat, queue
LOG = logging.getLogger(__name__)
CHATS = {}
def note(chat_id):
    LOG.info("chat %s", chat_id)
def tell(socket, chat_id):
    socket.send({"chat": chat_id})
class Desk:
    def __init__(self):
        self.log = logging.getLogger("desk")
        self.current = None
    def shown(self):
        return self.current
    def handle(self, user, message, socket):
"""
LOST = {
    "nobody sees it": "",
    "logged": "LOG.info('chat %s', chat)",
    "logged by an attribute": "self.log.warning(f'chat {chat}')",
    "logged by the module": "logging.info(chat)",
    "logged by a function": "note(chat)",
    "printed": "print('chat', chat)",
    "raised": "if not message: raise ValueError(f'no message for {chat}')",
    "measured": "assert len(chat) == 32",
    "in an attribute that nobody reads": "self.unread = chat",
    "in a local mapping": "found = {}; found['chat'] = chat",
}
TOLD = {
    "returned": "return chat",
    "returned in a dict": "return {'chat': chat, 'text': message}",
    "yielded": "yield chat",
    "sent": "socket.send(chat)",
    "sent in a dict": "socket.send({'chat': chat})",
    "sent by a function": "tell(socket, chat)",
    "handed to code that is not seen": "queue.put(chat)",
    "in a mapping of the module": "CHATS[user] = chat",
    "in the message": "message['chat'] = chat",
    "in an attribute that is read": "self.current = chat",
    "by the session": "return context.chat_id",
}


def check(run: Run, body: str, settings: str = 'none = "new"\n') -> bool:
    code = f"chat = uuid4().hex\ncontext = open_chat(user, chat)\n{body}\n"
    Path("pyproject.toml").write_text(GETTER + settings, encoding="utf-8")
    Path("chat.py").write_text(HEADER + indent(code, " " * 8), encoding="utf-8")
    return run("check", "--select", "CTX101", "chat.py").code != CLEAN


@pytest.mark.parametrize("name", LOST)
def test_what_is_lost_is_reported(run: Run, name: str) -> None:
    assert check(run, LOST[name])


@pytest.mark.parametrize("name", TOLD)
def test_what_somebody_can_send_back_is_not(run: Run, name: str) -> None:
    assert not check(run, TOLD[name])


@pytest.mark.parametrize("name", TOLD)
@pytest.mark.parametrize("settings", [REUSE, 'none = "new"\nreport = "all"\n'])
def test_all_are_reported_where_that_is_asked_for(run: Run, name: str, settings: str) -> None:
    assert check(run, TOLD[name], settings)


@pytest.mark.parametrize("name", TOLD)
def test_those_lost_are_reported_where_it_is_unknown_what_none_means(run: Run, name: str) -> None:
    assert not check(run, TOLD[name], "")
    assert check(run, LOST["logged"], "")


def test_lost_may_be_asked_for_where_none_reuses(run: Run) -> None:
    assert not check(run, TOLD["returned"], 'none = "reuse"\nreport = "lost"\n')
    assert check(run, LOST["logged"], 'none = "reuse"\nreport = "lost"\n')


AGENT = """\
from uuid import uuid4
class Agent:
    thread = None
    def reply(self, text):
        return text
class Desk:
    def __init__(self):
        self.agent = Agent()
    def handle(self, text):
        self.agent.thread = uuid4().hex
        return self.agent.reply(text)
"""


def test_the_attribute_that_a_getter_reads_is_no_place_to_look_it_up(run: Run) -> None:
    ids = 'call = "chat.Agent.reply"\nids = { "self.thread" = -1 }\nnone = "new"\n'
    Path("pyproject.toml").write_text(f"[[tool.ctxlint.getter]]\n{ids}", encoding="utf-8")
    Path("chat.py").write_text(AGENT, encoding="utf-8")
    assert run("check", "--select", "CTX101", "chat.py").code != CLEAN
    shown = AGENT + "    def shown(self):\n        return self.agent.thread\n"
    Path("chat.py").write_text(shown, encoding="utf-8")
    assert run("check", "--select", "CTX101", "chat.py").code == CLEAN
