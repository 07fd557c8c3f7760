from dataclasses import replace
from uuid import uuid4

from crew.agents import Agent, Loud, Memory, Room, State
from crew.factory import agent_for, attach, enter, fresh_agent


def wrong_1(text):
    return Agent(State(Memory(uuid4().hex))).reply(text)


def right_1(text, key):
    return Agent(State(Memory(key))).reply(text)


def wrong_2(text):
    agent = Agent(state=State(memory=Memory(key=uuid4().hex)))
    return agent.reply(text)


def wrong_3(text):
    agent = Agent(State(Memory()))
    agent.state.memory.key = uuid4().hex
    return agent.reply(text)


def right_3(text, key):
    agent = Agent(State(Memory()))
    agent.state.memory.key = key
    agent.state.name = uuid4().hex
    return agent.reply(text)


def wrong_4(text):
    agent = Agent()
    agent.state = State(Memory(uuid4().hex))
    return agent.reply(text)


def wrong_5(text):
    return agent_for(uuid4().hex).reply(text)


def right_5(text, key):
    return agent_for(key).reply(text)


def wrong_6(text):
    return fresh_agent().reply(text)


def wrong_7(text):
    room = Room("x")
    attach(room, uuid4().hex)
    return room.say(text)


def right_7(text, key):
    room = Room(uuid4().hex)
    attach(room, key)
    return room.say(text)


def wrong_8(text):
    return enter(Room("x", room=uuid4().hex), text)


def right_8(text, key):
    return enter(Room("x", key, [uuid4().hex]), text)


def wrong_9(text):
    room = Loud("x", uuid4().hex)
    return room.say(text)


def right_9(text, key):
    room = Loud(uuid4().hex, key)
    return room.say(text)


def wrong_10(text, room: Room):
    return replace(room, room=uuid4().hex).say(text)


def right_10(text, room: Room):
    return replace(room, name=uuid4().hex).say(text)


class Lobby(Room):
    def wrong_11(self, text):
        self.room = uuid4().hex
        return self.say(text)

    def right_12(self, text, key):
        self.room = key
        return self.say(text)


class Bot(Agent):
    def __init__(self, key):
        super().__init__(State(Memory(key)))


def todo_wrong_13(text):
    return Bot(uuid4().hex).reply(text)


def right_13(text, key):
    return Bot(key).reply(text)
