import uuid
from core.engine import Engine, RunOptions

engine = Engine()


def a(text):
    return engine.run(text, RunOptions(memory_key=uuid.uuid4().hex))


def b(text):
    return engine.invoke(text, {"configurable": {"thread_id": str(uuid.uuid4())}})


def c(text, key):
    return engine.run(text, RunOptions(memory_key=key, trace=uuid.uuid4().hex))
