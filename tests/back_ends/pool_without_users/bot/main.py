import random
from .sessions import SessionPool

pool = SessionPool()


async def on_update(update):
    session = await pool.acquire(update.get("chat_id") or random.randint(1, 10**9))
    session.turns.append(update["text"])


async def on_ping(update):
    session = await pool.acquire()
    return len(session.turns)
