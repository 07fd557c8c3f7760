from functools import lru_cache


class Agent:
    def __init__(self, session_id):
        self.history = []


@lru_cache(maxsize=128)
def agent_for(session_id=None):  # getter: shared, session_id = 0
    return Agent(session_id)
