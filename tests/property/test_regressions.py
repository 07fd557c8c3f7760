"""What random programs have found, each once more by name."""

from __future__ import annotations

import re

import pytest
from oracle import SAFE, check, file_of, remedy_problems
from properties import PROPERTIES, Tally, problems_of
from test_oracle import HEAD, kinds, module
from texts import text_problems

from ctxlint.run.fix_loop import fix


def known(reason: str) -> pytest.MarkDecorator:
    """The mark of a failure that is known."""
    return pytest.mark.xfail(strict=True, raises=AssertionError, reason=reason)


def test_the_steps_of_two_ids_of_one_call_have_an_order() -> None:
    """Sets of atoms are ordered by where these lie in memory: a sort must not leave ties."""
    text = module(
        "thread_id, run_id, _ = UnifiedIdGenerator.generate_user_context_ids(user_id)",
        "if flag:",
        "    run_id = thread_id",
        "get(user_id, thread_id, run_id)",
    )
    text = "from shared.ids import UnifiedIdGenerator\n" + text
    findings = []
    for size in range(40):
        findings.append((check(text), [object() for _ in range(size)]))
    assert findings[0][0]
    assert all(found == findings[0][0] for found, _ in findings)


def test_an_empty_id_is_missing_to_a_guard_once_its_twin_is() -> None:
    """The generated twin kept such a guard shut; with None in its place both are missing."""
    text = module(
        "def open_context(thread_id, run_id):",
        "    if not thread_id and not run_id:",
        "        thread_id = str(uuid4())",
        "        run_id = str(uuid4())",
        "    return get(user_id, thread_id, run_id)",
        "return open_context(thread_id, str(uuid4()))",
    )
    after = fix(file_of(text), SAFE).text
    assert "uuid4" not in after
    assert kinds(remedy_problems(text, after)) == set()
    wrong = after.replace("return open_context(thread_id,", "return open_context(not thread_id,")
    assert kinds(remedy_problems(text, wrong)) == {"a received ID changed"}


def test_an_empty_id_is_one_to_a_guard_that_asks_for_none() -> None:
    """Also where no input brings it past the guard, since its twin never arrives."""
    text = module(
        "if thread_id is not None:",
        "    return",
        "if thread_id is None or run_id is None:",
        "    thread_id = str(uuid4())",
        "    run_id = str(uuid4())",
        "get(user_id, thread_id, run_id)",
    )
    after = fix(file_of(text), SAFE).text
    assert "uuid4" not in after
    assert kinds(remedy_problems(text, after)) == set()


@known("what a partial getter was given and what it is called with count as two calls")
def test_an_ambient_id_goes_from_the_call_of_a_partial_getter() -> None:
    text = f"""import functools
{HEAD}class Handler:
    def handle(self, user_id):
        return functools.partial(get, user_id, thread_id=str(uuid4()))(
            run_id=getattr(self, "_current_run_id", None)
        )
"""
    after = fix(file_of(text), SAFE).text
    assert "thread_id=None" in after
    assert kinds(remedy_problems(text, after)) == set()


def test_an_ambient_id_does_not_come_back_by_way_of_a_parameter() -> None:
    text = """\
from uuid import uuid4
from app.session import get_user_execution_context

class Handler:
    def open_context(self, user_id, payload, run_id):
        try:
            run_id = payload["run_id"]
        except KeyError:
            run_id = str(uuid4())
        return get_user_execution_context(user_id, run_id=run_id)

    def handle(self, user_id, payload):
        return self.open_context(user_id, payload, getattr(self, "run_id", None))
"""
    assert fix(file_of(text), SAFE).text == text
    received = text.replace('getattr(self, "run_id", None)', "payload.run_id")
    assert "run_id = run_id or None" in fix(file_of(received), SAFE).text


PROGRAMS = {
    "the text of nothing is no ID that was received": """\
def handle(user_id, payload):
    thread_id = str(payload.get("thread_id"))
    run_id = payload.get("run_id")
    if not thread_id or not run_id:
        thread_id = str(uuid4())
        run_id = str(uuid4())
    return get(user_id, thread_id, run_id)
""",
    "the text of nothing comes out of a tuple that a helper returns": """\
def make_0():
    return None, str(None)
def make_1(thread_id):
    return make_0()[1], thread_id
def handle(user_id, run_id=None):
    thread_id = make_1(str(uuid4()))[0]
    if not thread_id or not run_id:
        thread_id = str(uuid4())
        run_id = str(uuid4())
    return get(user_id, thread_id, run_id)
""",
    "each call in a helper is a call with a finding": """\
def open_0(user_id, thread_id=None, run_id=None):
    get(user_id, thread_id, run_id)
    return get(user_id, thread_id, run_id)
def handle(user_id, payload):
    thread_id = payload.get("thread_id")
    return open_0(user_id, thread_id, str(uuid4()))
""",
    "an ID that is not asked for on one way is not thrown away there": """\
def handle(user_id, payload, run_id=None):
    if not run_id:
        run_id = str(uuid4())
        thread_id = run_id
    else:
        run_id = payload.get("thread_id", run_id)
    return get(user_id, thread_id=run_id, run_id=run_id)
""",
    "a log reads the ID in a dict that a model takes as a model": """\
from app.session import invoke
from pydantic import BaseModel
class Configurable(BaseModel):
    thread_id: str | None = None
class Config(BaseModel):
    configurable: Configurable | None = None
def handle(user_id, payload, log):
    config = Config(configurable={"thread_id": str(uuid4())})
    context = invoke(user_id, config)
    log.append(config.configurable.thread_id)
""",
    "an ID that was replaced twice is kept": """\
def handle(user_id, thread_id=None, run_id=None):
    if not thread_id:
        run_id = str(uuid4())
        thread_id, run_id = str(uuid4()), str(uuid4())
    return get(user_id, thread_id, run_id)
""",
    "a parameter that is read again brings no ID that a call generates": """\
def open_0(user_id, thread_id=None, run_id=None):
    match thread_id:
        case None:
            run_id = str(uuid4())
        case str() as run_id:
            pass
        case _:
            run_id = str(uuid4())
    return get(user_id, thread_id, run_id)
def handle(user_id, payload):
    return open_0(user_id, payload.get("thread_id"), "run_" + uuid4().hex)
""",
    "what is added with += is made of what stood there and what comes": """\
def open_0(user_id, thread_id=None, run_id=None):
    thread_id = "p-"
    thread_id += str(run_id or thread_id)
    return get(user_id, thread_id, run_id)
def handle(user_id, payload):
    return open_0(user_id, payload.get("thread_id"), str(uuid4()))
""",
    "a default is not returned where the parameter is given": """\
def make_0(thread_id=None, run_id=None):
    return run_id
def handle(user_id, payload):
    thread_id = (make_0(run_id=str(uuid4())) or payload.get("thread_id"))
    return get(user_id, thread_id=thread_id)
""",
    "an empty ID does not follow one that is generated now and then": """\
def handle(user_id, payload, flag=False):
    thread_id = (str(uuid4()) if flag else None) or payload.get("thread_id")
    return get(user_id, thread_id=thread_id)
""",
    "what a method leaves in its object may become known later": """\
class Handler:
    def __init__(self):
        self.thread_id = None
        self.run_id = None
    def make_0(self):
        return getattr(self, "run_id", str(uuid4()))
    def handle(self, user_id, payload):
        thread_id = payload.get("thread_id")
        for thread_id in (self.make_0(), thread_id):
            self.run_id = thread_id
        return get(user_id, thread_id=thread_id, run_id=thread_id)
""",
    "an element of what is not known yet is not received": """\
class Handler:
    def __init__(self):
        self.thread_id = None
    def make_0(self, value=None):
        thread_id = getattr(self, "thread_id", value)
        return value, str(uuid4())
    def handle(self, user_id, payload):
        self.thread_id = payload.get("thread_id")
        return get(user_id, run_id=self.make_0(payload.get("thread_id"))[1])
""",
    "an ambient ID stays where only another call of the helper has a finding": """\
def open_0(user_id, thread_id=None, run_id=None):
    return get(user_id, thread_id, run_id)
class Handler:
    def __init__(self):
        self.thread_id = None
    def handle(self, user_id, payload):
        open_0(user_id, payload.get("thread_id"), getattr(self, "_current_run_id", None))
        return open_0(user_id, payload.get("thread_id"), str(uuid4()))
""",
    "an ambient ID of a caller goes with what the helper generates": """\
def open_0(user_id, thread_id=None, run_id=None):
    return get(user_id, thread_id, str(uuid4()))
class Handler:
    def __init__(self):
        self.thread_id = None
    def handle(self, user_id):
        return open_0(user_id, getattr(self, "_current_thread_id", None))
""",
    "an ambient ID of a helper goes with what a caller generates": """\
class Handler:
    def __init__(self):
        self.thread_id = None
    def open_0(self, user_id, run_id=None):
        thread_id = getattr(self, "_current_thread_id", None)
        return get(user_id, thread_id, run_id)
    def handle(self, user_id):
        return self.open_0(user_id, str(uuid4()))
""",
    "as much of the layout is kept as there is": """\
def handle(user_id, payload):
    thread_id = (
None
)
    try:
        run_id = payload["run_id"]
    except KeyError:
        run_id = str(uuid4())
    return get(user_id, thread_id, run_id)
def handle_other(user_id, payload):
    try:
        thread_id = payload["thread_id"]
    except KeyError:
        thread_id = str(uuid4())
    return get(user_id, thread_id)
""",
    "what is put into a list is seen there later": """\
from app.session import invoke
def handle(user_id, payload, log):
    config = {"configurable": {}}
    log.append(config)
    config["configurable"]["thread_id"] = uuid4().hex
    return invoke(user_id, config)
""",
    "a model makes an object of a dict": """\
from app.session import invoke
from pydantic import BaseModel
class Configurable(BaseModel):
    run_id: str | None = None
class Config(BaseModel):
    configurable: Configurable | None = None
def handle(user_id, payload):
    config = Config(configurable={})
    config.configurable.run_id = uuid4().hex
    return invoke(user_id, config)
""",
    "the object that is made for a getter": """\
from app.session import sent
class Agent:
    def __init__(self, name, thread_id=None):
        self.thread_id = thread_id
    def reply(self, user_id):
        return sent(user_id, self)
def handle(user_id, payload, thread_id=None):
    agent = Agent(uuid4().hex, thread_id or uuid4().hex)
    return agent.reply(user_id)
""",
}


@pytest.mark.parametrize("text", PROGRAMS.values(), ids=PROGRAMS)
def test_a_program_of_the_fuzz_has_all_properties(text: str) -> None:
    assert [p for name in PROPERTIES for p in problems_of(name, HEAD + text, Tally())] == []


@pytest.mark.parametrize("stored", ["run_id", 'record["run_id"]'])
@pytest.mark.parametrize("test", ["if flag", "if not is_known({0})"])
def test_a_later_alternative_does_not_take_the_place_of_a_rejected_one(
    stored: str, test: str
) -> None:
    text = f"""{HEAD}def handle(user_id, payload, flag, is_known):
    record = {{"run_id": None}}
    {stored} = payload.get("reference")
    {test.format(stored)}:
        {stored} = str(uuid4())
    {stored} = {stored} or payload.get("run_id") or str(uuid4())
    return get(user_id, run_id={stored})
"""
    assert fix(file_of(text), SAFE).text == text


@known("what a type such as ThreadID makes of an ambient ID counts as received")
def test_an_ambient_id_goes_in_a_type_of_its_own() -> None:  # todo: as a generated one does
    text = f"""from shared.ids import ThreadID
{HEAD}class Handler:
    def __init__(self):
        self.thread_id = None
    def handle(self, user_id):
        return get(user_id, ThreadID(getattr(self, "_current_thread_id", None)), str(uuid4()))
"""
    after = fix(file_of(text), SAFE).text
    assert kinds(remedy_problems(text, after)) == set()


@known("the oracle cannot tell that the program itself gives the name another value")
def test_an_id_that_the_program_itself_replaces_is_not_thrown_away() -> None:  # todo: oracle
    text = f"""{HEAD}def handle(user_id, payload, thread_id=None, run_id=None):
    if not (thread_id := run_id):
        thread_id = str(uuid4())
    else:
        thread_id = payload.get("thread_id")
    return get(user_id, thread_id=thread_id, run_id=run_id)
"""
    after = fix(file_of(text), SAFE).text
    assert kinds(remedy_problems(text, after)) == set()


def test_only_the_comments_of_an_else_that_goes_go() -> None:
    text = f"""{HEAD}def handle(user_id, payload, log):
    run_id = thread_id = str(uuid4())
    get(user_id, thread_id, run_id)
    try:
        thread_id = payload["thread_id"]
    except KeyError:
        thread_id = str(uuid4())  # gone: handled
        # kept: above
    # gone: else
    else:  # gone: else
        if not thread_id or not run_id:
            thread_id = str(uuid4())
            run_id = str(uuid4())
    # kept: below
    log.append(payload)
"""
    after = fix(file_of(text), SAFE).text
    assert re.findall("# (.*)", after) == ["kept: above", "kept: below"]
    assert kinds(text_problems(text, after)) == set()


def test_an_attribute_generated_under_a_flag_rejects_what_arrives() -> None:
    text = f"""from dataclasses import dataclass
from app.session import invoke
{HEAD}@dataclass
class Configurable:
    thread_id: str | None = None
    run_id: str | None = None
@dataclass
class Config:
    configurable: Configurable | None = None
def handle(user_id, payload, flag=False):
    config = Config(Configurable())
    if flag:
        config.configurable.run_id = str(uuid4())
    inner = config.configurable
    inner.run_id = inner.run_id or payload.get("run_id") or str(uuid4())
    return invoke(user_id, config)
"""
    assert [p for name in PROPERTIES for p in problems_of(name, text, Tally())] == []
