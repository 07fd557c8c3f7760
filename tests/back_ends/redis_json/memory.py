import json

import redis

db = redis.Redis()


class Memory:
    def load(self, session_id: str | None = None) -> dict:  # getter: shared, session_id = 0
        key = f"chat:{session_id or 'default'}"
        raw = db.get(key)
        if raw is None:
            state = {"messages": []}
            db.set(key, json.dumps(state))
            return state
        return json.loads(raw)

    def keep(self, session_id: str, state: dict) -> None:
        db.set(f"chat:{session_id}", json.dumps(state))


def rate_limit(session_id=None):
    count = db.incr(f"rate:{session_id}")
    return count < 10


def turn(text, session_id=None):
    memory = Memory()
    state = memory.load(session_id)
    state["messages"].append(text)
    memory.keep(session_id, state)
