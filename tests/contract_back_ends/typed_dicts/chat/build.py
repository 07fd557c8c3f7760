from uuid import uuid4

from chat.types import Config, Conversation, Session


def config_for(user: str, conversation: str | None) -> Config:
    return Config(
        session=Session(user=user, conversation=Conversation(id=conversation))
    )


def titled(config: Config, title: str) -> Config:
    config["session"]["conversation"]["title"] = title
    return config


def fresh(user: str) -> Config:
    return config_for(user, uuid4().hex)


def tagged(user: str, conversation: str | None) -> Config:
    return {**config_for(user, conversation), "tags": [uuid4().hex]}
