from contextvars import ContextVar
from flask import g, session

current_user = ContextVar("user")
CHATS = {}
LAST = {}


def chat(chat_id=None):  # getter: open, chat_id = 0
    user = current_user.get()
    chat_id = chat_id or LAST.get(user) or f"c{len(CHATS)}"
    LAST[user] = chat_id
    return CHATS.setdefault(chat_id, [])


def chat_g(chat_id=None):  # getter: open, chat_id = 0
    chat_id = chat_id or LAST.get(g.user) or f"c{len(CHATS)}"
    return CHATS.setdefault(chat_id, [])


def chat_flask(chat_id=None):  # getter: open, chat_id = 0
    chat_id = chat_id or session.get("chat") or f"c{len(CHATS)}"
    return CHATS.setdefault(chat_id, [])
