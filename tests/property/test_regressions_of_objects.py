"""What random programs have found of objects that hold an ID, each once more by name."""

from __future__ import annotations

import pytest
from oracle import SAFE, check, file_of
from properties import PROPERTIES, Tally, problems_of
from test_oracle import HEAD
from test_regressions import known

from ctxlint.run.fix_loop import fix

AGENT = """\
from app.session import sent
class Agent:
    def __init__(self, thread_id=None):
        self.thread_id = thread_id
    def note(self, log):
        log.append(self.thread_id)
    def name(self):
        return "agent"
    def reply(self, user_id):
        return sent(user_id, self)
def noted(agent, log):
    log.append(agent.thread_id)
def handle(user_id, payload, log):
    agent = Agent(str(uuid4()))
    {}
    return agent.reply(user_id)
"""
READERS = {
    "@property\n    def label(self): return self.thread_id": "log.append(agent.label)",
    "@property\n    def label(self): return self.name_of()\n"
    "    def name_of(self): return self.thread_id": "log.append(agent.label)",
    "def __str__(self): return str(self.thread_id)": "log.append(f'{agent}')",
    "def __call__(self, log): log.append(self.thread_id)": "agent(log)",
    "def __iter__(self): yield self.thread_id": "log.extend(agent)",
    "def all(self, log): log.append(dict(vars(self)))": "agent.all(log)",
    "def whole(self, log): log.append(self)": "agent.whole(log)",
    "def id(self, log): log.append(self.thread_id)": "getattr(agent, 'id')(log)",
    "def id_(self, log): log.append(self.thread_id)": "read = agent.id_\n    read(log)",
}
CONFIG = """\
from app.session import invoke
def note(config, log):
    {}
def inner(config, log):
    note(config, log)
def handle(user_id, payload, log):
    config = {{"name": "x", "configurable": {{"thread_id": str(uuid4())}}}}
    {}(config, log)
    return invoke(user_id, config)
"""
IDS = {
    "a dataclass": """\
from dataclasses import dataclass
@dataclass
class Ids:
    thread_id: str | None = None
""",
    "a class": """\
class Ids:
    def __init__(self, thread_id=None):
        self.thread_id = thread_id
""",
}
FILLED = """\
from app.audit import fill
{}    def load(self, data):
        {}
    def other(self, data):
        self.thread_id = data.get("thread_id")
def load(ids, data):
    ids.load(data)
def call(function, data):
    function(data)
def handle(user_id, payload):
    ids = Ids(thread_id={})
    {}
    return get(user_id, thread_id=ids.thread_id)
"""
NAMED_TUPLE = """\
from typing import NamedTuple
class Ids(NamedTuple):
    thread_id: str | None = {}
    run_id: str | None = None
def handle(user_id, payload):
    ids = {}
    return get(user_id, {})
"""
USES = ("ids.load(payload)", "load(ids, payload)", "call(ids.load, payload)")
LOADS = (
    'self.thread_id = data.get("thread_id") or self.thread_id',
    "fill(self, data)",
    "setattr(self, *next(iter(data.items()), ('other', None)))",
)


def _problems(text: str) -> list[object]:
    return [p for name in PROPERTIES for p in problems_of(name, HEAD + text, Tally())]


@pytest.mark.parametrize(
    "use", ["agent.note(log)", "noted(agent, log)", "list(map(agent.note, [log]))"]
)
def test_a_function_that_reads_the_id_of_an_object_is_a_reader(use: str) -> None:
    text = AGENT.format(use)
    assert _problems(text) == []
    assert fix(file_of(HEAD + text), SAFE).text == HEAD + text


@pytest.mark.parametrize("is_dataclass", [False, True])
@pytest.mark.parametrize(("method", "use"), READERS.items())
def test_a_method_may_read_the_id_without_a_call_by_its_name(
    method: str, use: str, is_dataclass: bool
) -> None:
    own = IDS["a class"].partition("\n")[2]
    text = AGENT.format(use).replace("def name(self)", f"{method}\n    def name(self)")
    if is_dataclass:
        text = text.replace(own, "    thread_id: str | None = None\n")
        text = "from dataclasses import dataclass\n" + text.replace(
            "class Ag", "@dataclass\nclass Ag"
        )
    assert _problems(text) == []
    assert fix(file_of(HEAD + text), SAFE).text == HEAD + text


def test_a_method_that_does_not_read_the_id_is_none() -> None:
    text = AGENT.format("log.append(agent.name())")
    assert _problems(text) == []
    assert "Agent(None)" in fix(file_of(HEAD + text), SAFE).text


@pytest.mark.parametrize("function", ["note", "inner"])
@pytest.mark.parametrize(
    "read",
    [
        'log.append(config["configurable"]["thread_id"])',
        'log.extend(config["configurable"].values())',
        'log.extend(config["configurable"][key] for key in config["configurable"])',
    ],
)
def test_a_function_that_reads_an_id_within_an_argument_is_a_reader(
    read: str, function: str
) -> None:
    text = CONFIG.format(read, function)
    assert _problems(text) == []
    assert fix(file_of(HEAD + text), SAFE).text == HEAD + text


def test_a_function_that_reads_another_part_of_an_argument_is_none() -> None:
    text = CONFIG.format('log.append(config["name"])', "note")
    assert _problems(text) == []
    assert '"thread_id": None' in fix(file_of(HEAD + text), SAFE).text


@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize("load", LOADS)
def test_a_method_may_put_a_received_id_into_its_object(load: str, use: str) -> None:
    assert _problems(FILLED.format(IDS["a dataclass"], load, "str(uuid4())", use)) == []


@pytest.mark.parametrize("made", IDS.values(), ids=IDS)
@pytest.mark.parametrize("generated", ["str(uuid4())", 'payload.get("thread_id")'])
def test_a_method_that_runs_another_may_put_it_there(generated: str, made: str) -> None:
    assert _problems(FILLED.format(made, "self.other(data)", generated, "load(ids, payload)")) == []


def test_the_generated_id_goes_from_an_object_that_a_method_fills() -> None:
    text = FILLED.format(
        IDS["a dataclass"], "vars(self).update(data)", "str(uuid4())", "ids.load(payload)"
    )
    after = fix(file_of(HEAD + text), SAFE).text
    assert "Ids(thread_id=None)" in after
    assert "thread_id=ids.thread_id)" in after


@pytest.mark.parametrize("use", ["ids.load(payload)"])
def test_a_method_may_generate_the_id_of_an_object_that_has_one(use: str) -> None:
    load = "self.thread_id = str(uuid4())"
    text = FILLED.format(IDS["a dataclass"], load, 'payload.get("thread_id")', use)
    assert check(HEAD + text)


@pytest.mark.parametrize("set_", ["self.__setattr__(", "object.__setattr__(self, "])
def test_a_method_may_set_what_it_is_told_to(set_: str) -> None:
    load = f"for key in data: {set_}key, data[key])"
    text = FILLED.format(IDS["a dataclass"], load, "str(uuid4())", "ids.load(payload)")
    assert _problems(text) == []


@pytest.mark.parametrize("default", ["None", "str(uuid4())"])
@pytest.mark.parametrize("read", ["*ids", "ids[0]", "ids.thread_id"])
@pytest.mark.parametrize(
    "made",
    [
        'Ids(**{"thread_id": str(uuid4()), **payload})',
        'Ids(thread_id=None)._replace(**{"thread_id": str(uuid4()), **payload})',
        'Ids(run_id=payload.get("run_id"))',
    ],
)
def test_the_fields_of_a_named_tuple_have_indices(made: str, read: str, default: str) -> None:
    assert _problems(NAMED_TUPLE.format(default, made, read)) == []


@known("what `_make` makes of a sequence is not looked into")
def test_the_items_of_a_sequence_become_the_fields_of_a_named_tuple() -> None:  # todo
    text = NAMED_TUPLE.format("None", "Ids._make([str(uuid4()), None])", "ids.thread_id")
    assert _problems(text) == []
