from collections import ChainMap
from copy import copy, deepcopy
from uuid import uuid4

from flow.graph import graph
from flow.options import DEFAULTS, merged, patch, with_thread


def wrong_1(text):
    return graph.invoke(text, with_thread(DEFAULTS, uuid4().hex))


def right_1(text, thread):
    return graph.invoke(text, with_thread({**DEFAULTS, "run_id": uuid4().hex}, thread))


def wrong_2(text):
    return graph.invoke(
        text, merged(DEFAULTS, {"configurable": {"thread_id": uuid4().hex}})
    )


def todo_right_2(text, thread):
    return graph.invoke(
        text, merged({"run_id": uuid4().hex}, {"configurable": {"thread_id": thread}})
    )


def wrong_3(text):
    return graph.invoke(text, patch(deepcopy(DEFAULTS), thread_id=uuid4().hex))


def right_3(text, thread):
    return graph.invoke(
        text, patch(deepcopy(DEFAULTS), thread_id=thread, run=uuid4().hex)
    )


def wrong_4(text, overrides):
    config = {**DEFAULTS, **{"configurable": {"thread_id": uuid4().hex}}, **overrides}
    return graph.invoke(text, config)


def wrong_5(text):
    config = copy(DEFAULTS)
    config |= {"configurable": dict(DEFAULTS["configurable"], thread_id=uuid4().hex)}
    return graph.invoke(text, config)


def right_5(text, thread):
    config = copy(DEFAULTS)
    config |= {"configurable": dict(DEFAULTS["configurable"], thread_id=thread)}
    config |= {"run_id": uuid4().hex}
    return graph.invoke(text, config)


def wrong_6(text):
    config = ChainMap({"configurable": {"thread_id": uuid4().hex}}, DEFAULTS)
    return graph.invoke(text, config)


def wrong_7(text, thread=None):
    config = {"configurable": {"thread_id": thread, "user": text}}
    if thread is None:
        config["configurable"] = config["configurable"] | {"thread_id": uuid4().hex}
    return graph.invoke(text, config)


def right_7(text, thread=None):
    config = {"configurable": {"thread_id": thread, "user": text}}
    if thread is None:
        config["configurable"] = config["configurable"] | {"user": uuid4().hex}
    return graph.invoke(text, config)


def wrong_8(text):
    options = {"config": {"configurable": {"thread_id": uuid4().hex}}}
    return graph.invoke(text, **options)


def right_8(text, thread):
    options = {"config": {"configurable": {"thread_id": thread}}, "run": uuid4().hex}
    return graph.invoke(text, **options)


def wrong_9(text):
    config = deepcopy(DEFAULTS)
    config["configurable"].update([("thread_id", uuid4().hex)])
    return graph.invoke(text, config)


def wrong_10(text):
    config = dict([("configurable", {"thread_id": uuid4().hex})])
    return graph.invoke(text, config)


def wrong_11(text, rows):
    config = {"configurable": {name: uuid4().hex for name in ("thread_id", "user")}}
    return graph.invoke(text, config)


def right_12(text, config):
    config["configurable"].setdefault("user", uuid4().hex)
    return graph.invoke(text, config)


def wrong_12(text, config):
    config["configurable"].setdefault("thread_id", uuid4().hex)
    return graph.invoke(text, config)
