from dataclasses import dataclass, field


class Memory:
    def __init__(self, key=None):
        self.key = key


class State:
    def __init__(self, memory=None):
        self.memory = memory


class Agent:
    def __init__(self, state=None):
        self.state = state

    def reply(self, text):
        return text


@dataclass
class Room:
    name: str
    room: str | None = None
    tags: list = field(default_factory=list)

    def say(self, text):
        return text


class Loud(Room):
    def say(self, text):
        return super().say(text.upper())
