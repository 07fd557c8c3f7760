import uuid


class Store:
    def __init__(self):
        self._chats = {}

    def _open(self, chat_id):
        if not chat_id:
            chat_id = f"c{len(self._chats)}"
        return self._chats.setdefault(chat_id, [])

    def chat(self, chat_id=None):  # getter: new, chat_id = 0
        return self._open(chat_id)


def _session(key=None):  # getter: shared, key = 0
    key = key or "all"
    if key not in _sessions:
        _sessions[key] = []
    return _sessions[key]


_sessions = {}


def handler(payload):
    session = _session(payload.get("key") or uuid.uuid4().hex)
    session.append(payload["text"])


def handler2(key=None, text=""):
    if key is None:
        key = uuid.uuid4().hex
    session = _session(key)
    session.append(text)
