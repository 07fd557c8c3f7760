"""The meaning of None is read off the body; where it is in doubt, it is left open."""

from __future__ import annotations

import json
from textwrap import dedent, indent
from typing import TYPE_CHECKING

import pytest
from support.commands import Run

if TYPE_CHECKING:
    from support.small_projects import Write

_HEAD = """\
from itertools import count

CHATS, LAST, NUMBERS = {}, {}, count(1)


class Chat:
    def __init__(self, key, user=None):
        self.key, self.user, self.messages = key, user, []


def chat_of(user, chat_id=None, model="small"):
"""

REUSE = {
    "the last one under the user": """
        chat_id = chat_id or LAST.get(user) or f"c{next(NUMBERS)}"
        LAST[user] = chat_id
        return CHATS.setdefault(chat_id, Chat(chat_id))
        """,
    "the one in a list that is the user's": """
        for chat in CHATS.values():
            if chat.user == user and chat_id in (None, chat.key):
                return chat
        CHATS[chat_id] = chat = Chat(chat_id or next(NUMBERS), user)
        return chat
        """,
    "the other way round": """
        for chat in CHATS.values():
            if user != chat.user:
                continue
            if chat_id is None or chat.key == chat_id:
                return chat
        CHATS[chat_id] = chat = Chat(chat_id or next(NUMBERS), user)
        return chat
        """,
    "a key of the user's own": """
        key = (user, chat_id or "default")
        if key not in CHATS:
            CHATS[key] = Chat(key)
        return CHATS[key]
        """,
    "found by filter": """
        mine = list(filter(lambda chat: chat.user == user, CHATS.values()))
        if chat_id is None and mine:
            return mine[-1]
        return CHATS.setdefault(chat_id or f"c{next(NUMBERS)}", Chat(chat_id))
        """,
}
NEW = {
    "a number of its own": """
        chat_id = chat_id or f"c{next(NUMBERS)}"
        return CHATS.setdefault(chat_id, Chat(chat_id, user))
        """,
    "a new object that knows the last one": """
        if chat_id in CHATS:
            return CHATS[chat_id]
        before = LAST.get(user)
        chat = CHATS[chat_id or len(CHATS)] = Chat(before, user)
        return chat
        """,
    "the user's other things beside": """
        profile = LAST.setdefault(user, {})
        chat = CHATS.get(chat_id)
        if chat is None:
            chat = CHATS[chat_id or f"c{next(NUMBERS)}"] = Chat(chat_id, user)
        return profile, chat
        """,
}
SHARED = {
    "one name for all": """
        return CHATS.setdefault(chat_id or "main", Chat("main"))
        """,
    "under None itself": """
        if chat_id not in CHATS:
            CHATS[chat_id] = Chat(chat_id, user)
        return CHATS[chat_id]
        """,
    "the last of anybody": """
        if chat_id is None and CHATS:
            return list(CHATS.values())[-1]
        return CHATS.setdefault(chat_id or next(NUMBERS), Chat(chat_id, user))
        """,
    "of a model": """
        return CHATS.setdefault((model, chat_id), Chat(chat_id))
        """,
}
ERROR = {
    "it says so": """
        if not chat_id:
            raise ValueError("which chat?")
        return CHATS.setdefault(chat_id, Chat(chat_id, user))
        """,
    "it asserts": """
        assert chat_id is not None
        return CHATS.setdefault(chat_id, Chat(chat_id, user))
        """,
}
OPEN = {
    "the user's or anybody's": """
        chat_id = chat_id or LAST.get(user) or "main"
        return CHATS.setdefault(chat_id, Chat(chat_id))
        """,
    "somebody else knows": """
        return CHATS.setdefault(chat_id or elsewhere(user), Chat(chat_id))
        """,
    "a global": """
        global current
        if chat_id is None:
            return current
        return CHATS.setdefault(chat_id, Chat(chat_id))
        """,
}
CASES = [
    pytest.param(none, body, id=f"{none}: {name}")
    for none, bodies in (
        ("reuse", REUSE),
        ("new", NEW),
        ("shared", SHARED),
        ("error", ERROR),
        (None, OPEN),
    )
    for name, body in bodies.items()
]


@pytest.mark.parametrize(("none", "body"), CASES)
def test_none_means_what_the_body_does(none: str | None, body: str, run: Run, write: Write) -> None:
    write(chats=_HEAD + indent(dedent(body).strip("\n"), "    ") + "\n")
    (getter,) = json.loads(run("init", "--output-format", "json").out)["getters"]
    assert getter["call"] == "chats.chat_of"
    assert getter["ids"] == {"chat_id": 1}
    assert getter["none"] == none


def test_the_user_is_none_where_all_calls_give_the_same(run: Run, write: Write) -> None:
    body = indent(dedent(REUSE["a key of the user's own"]).strip("\n"), "    ")
    calls = "from chats import chat_of\n\n\ndef f(key):\n    chat_of('bot', key).x = 1\n"
    write(chats=f"{_HEAD}{body}\n", handlers=calls)
    (getter,) = json.loads(run("init", "--output-format", "json").out)["getters"]
    assert getter["calls"] == 1
    assert getter["none"] is None


@pytest.mark.parametrize("name", ["assistant_id", "topic", "model"])
def test_what_is_found_under_a_thing_is_not_the_users(name: str, run: Run, write: Write) -> None:
    body = indent(dedent(REUSE["a key of the user's own"]).strip("\n"), "    ")
    write(chats=f"{_HEAD}{body}\n".replace('model="small"', "limit=1").replace("user", name))
    (getter,) = json.loads(run("init", "--output-format", "json").out)["getters"]
    assert getter["none"] in ("shared", None)
