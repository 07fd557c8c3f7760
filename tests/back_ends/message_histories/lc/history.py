from langchain_core.chat_history import InMemoryChatMessageHistory
from langchain_core.runnables.history import RunnableWithMessageHistory

store = {}


def get_session_history(session_id: str | None = None):  # getter: shared, session_id = 0
    if session_id not in store:
        store[session_id] = InMemoryChatMessageHistory()
    return store[session_id]


class SQLHistory:
    _cache = {}

    @staticmethod
    def obtain(client, thread=None):  # getter: shared, thread = 1
        thread = thread or "default"
        try:
            return SQLHistory._cache[thread]
        except KeyError:
            made = SQLHistory._cache[thread] = InMemoryChatMessageHistory()
            return made
