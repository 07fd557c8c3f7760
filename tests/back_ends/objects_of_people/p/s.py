from dataclasses import dataclass, field


@dataclass
class User:
    name: str
    chats: dict = field(default_factory=dict)
    last: str | None = None

    def chat(self, chat_id: str | None = None):  # getter: open, chat_id = 0
        """Of this user."""
        chat_id = chat_id or self.last or "first"
        self.last = chat_id
        return self.chats.setdefault(chat_id, [])


class Inbox:
    def __init__(self, owner):
        self.owner = owner
        self.threads = {}

    def thread(self, thread_id=None):  # getter: open, thread_id = 0
        return self.threads.setdefault(thread_id or "inbox", [])


def for_profile(profile, chat_id=None):
    if chat_id is None:
        chat_id = profile.get("chat_id")
    if chat_id is None:
        chat_id = profile["chat_id"] = f"c{id(profile)}"
    return CHATS.setdefault(chat_id, [])


CHATS = {}
