from uuid import uuid4

from crew.agents import Agent, Memory, Room, State


def agent_for(key):
    return Agent(State(Memory(key)))


def fresh_agent():
    return agent_for(uuid4().hex)


def attach(room, key):
    room.room = key


def enter(room: Room, text):
    return room.say(text)
