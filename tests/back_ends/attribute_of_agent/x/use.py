import uuid
from .agent import ChatAgent


def once(client, text):
    return ChatAgent(client, str(uuid.uuid4())).ask(text)


def set_it(client, text):
    agent = ChatAgent(client)
    agent.conversation_id = uuid.uuid4().hex
    return agent.ask(text)
