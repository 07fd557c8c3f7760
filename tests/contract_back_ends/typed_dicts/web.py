from typing import cast
from uuid import uuid4

from chat import build
from chat.build import config_for, fresh, tagged, titled
from chat.engine import turn
from chat.types import Config, Conversation, Plain, Session


def wrong_1(text):
    conversation: Conversation = {"id": uuid4().hex}
    return turn(text, {"session": {"conversation": conversation}})


def right_1(text, known):
    conversation: Conversation = {"id": known, "title": uuid4().hex}
    return turn(text, {"session": {"conversation": conversation}})


def wrong_2(user, text):
    return turn(text, config_for(user, str(uuid4())))


def right_2(user, text, known):
    return turn(text, config_for(user, known))


def wrong_3(user, text):
    return turn(text, fresh(user))


def wrong_4(user, text, known):
    return turn(text, tagged(user, known or uuid4().hex))


def right_4(user, text, known):
    return turn(text, tagged(user, known))


def wrong_5(user, text):
    return turn(text, titled(config_for(user, uuid4().hex), "new"))


def right_5(user, text, known):
    return turn(text, titled(config_for(user, known), uuid4().hex))


def wrong_6(text):
    config = cast(Config, {"session": {"conversation": {"id": uuid4().hex}}})
    return turn(text, config)


def wrong_7(text):
    config = Plain(session={"conversation": {"id": uuid4().hex}}, tags=[])
    return turn(text, config)


def right_7(text, known):
    config = Plain(session={"conversation": {"id": known}}, tags=[uuid4().hex])
    return turn(text, config=config)


def wrong_8(user, text):
    session = Session(user=user)
    session["conversation"] = {"id": uuid4().hex}
    config = Config()
    config["session"] = session
    return turn(text, config)


def right_8(user, text, known):
    session = Session(user=user)
    session["conversation"] = {"id": uuid4().hex}
    session["conversation"] = {"id": known}
    return turn(text, Config(session=session))


def wrong_9(user, text, body):
    config = build.config_for(user, body.get("conversation"))
    if config["session"]["conversation"]["id"] is None:
        config["session"]["conversation"]["id"] = uuid4().hex
    return turn(text, config)


def right_9(user, text, body):
    config = build.config_for(user, body.get("conversation"))
    if config["session"]["conversation"]["id"] is None:
        config["session"]["user"] = uuid4().hex
    return turn(text, config)
