import secrets
from .ports import Memory


class Agent:
    def __init__(self, memory: Memory):
        self.memory = memory

    def hear(self, person, text):
        lines = self.memory.recall(person, thread=secrets.token_hex(4))
        lines.append(text)
