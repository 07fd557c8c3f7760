import uuid
from .history import get_session_history, SQLHistory


def hear(text):
    get_session_history(str(uuid.uuid4())).add_user_message(text)


def hear2(client, text):
    SQLHistory.obtain(client, uuid.uuid4().hex).add_user_message(text)
