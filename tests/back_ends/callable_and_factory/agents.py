import logging
from uuid import uuid4

log = logging.getLogger(__name__)


class Thread:
    def __init__(self, key):
        self.key = key
        self.turns = []


class ThreadFactory:
    def __init__(self):
        self._threads = {}

    def __call__(self, thread_id=None):  # getter: new, thread_id = 0
        if thread_id is None or thread_id not in self._threads:
            thread_id = thread_id or uuid4().hex
            self._threads[thread_id] = Thread(thread_id)
        return self._threads[thread_id]


threads = ThreadFactory()
_BOTS = {}


class Bot:
    def __init__(self, thread):
        self.thread = thread

    def say(self, text):
        self.thread.turns.append(text)


def make_bot(chat_id="main"):  # getter: shared, chat_id = 0
    """Of one chat; the main one, if none is named."""
    chat_id = chat_id or "main"
    if chat_id not in _BOTS:
        _BOTS[chat_id] = Bot(Thread(chat_id))
    return _BOTS[chat_id]


def logger_for(session_id=None):
    return logging.LoggerAdapter(log, {"session": session_id or "-"})


def hear(text, thread_id=None):
    logger_for(thread_id).info("heard")
    threads(thread_id=thread_id).turns.append(text)


def tell(text, chat_id):
    make_bot(chat_id).say(text)
