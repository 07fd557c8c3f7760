import asyncio
from collections import OrderedDict


class TelegramSession:
    def __init__(self, chat_id):
        self.chat_id = chat_id
        self.turns = []


class SessionPool:
    def __init__(self, limit=100):
        self._sessions = OrderedDict()
        self._lock = asyncio.Lock()
        self._limit = limit

    async def acquire(self, chat_id=None):  # getter: shared, chat_id = 0
        async with self._lock:
            session = self._sessions.get(chat_id)
            if session is None:
                session = TelegramSession(chat_id)
                self._sessions[chat_id] = session
                while len(self._sessions) > self._limit:
                    self._sessions.popitem(last=False)
            return session
