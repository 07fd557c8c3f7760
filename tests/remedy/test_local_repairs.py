"""Repairs within one file: what they leave alone, and what they do not repair yet."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ctxlint import fix_source
from ctxlint.config.settings import Keep, Settings

HEADER = "import uuid\nfrom app.session import get_user_execution_context as get\n\n\n"
SAFE = replace(Settings(), select=("CTX101",))


def fixed(program: str, keep: Keep = Keep.RECEIVED) -> str:
    return fix_source(HEADER + program, settings=replace(SAFE, keep=keep))[0]


def is_left(program: str, keep: Keep = Keep.RECEIVED) -> bool:
    return fixed(program, keep) == HEADER + program


CHECKED = """\
def f(user_id, data):
    ids = {"thread_id": data.get("thread_id"), "run_id": data.get("run_id")}
    if TEST:
        BODY
    if not ids["thread_id"]:
        ids["thread_id"] = uuid.uuid4().hex
    return get(user_id, **ids)
"""


@pytest.mark.parametrize(
    ("test", "body"),
    [
        ('ids["thread_id"] == "blocked"', "raise PermissionError(user_id)"),
        ('ids["thread_id"]', 'ids["run_id"] = None'),
        ('not ids.get("thread_id")', "print(user_id)"),
    ],
)
def test_none_does_not_replace_an_element_that_a_check_reads(test: str, body: str) -> None:
    assert is_left(CHECKED.replace("TEST", test).replace("BODY", body), Keep.NONE)


def test_none_replaces_an_element_that_only_its_fallback_reads() -> None:
    program = CHECKED.replace("    if TEST:\n        BODY\n", "")
    assert 'ids = {"thread_id": None, "run_id": data.get("run_id")}' in fixed(program, Keep.NONE)


DECORATED = """\
import functools

def around(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        BODY
        return function(*args, **kwargs)
    return wrapper


@around
def _open(user_id, thread_id):
    return get(user_id, thread_id=thread_id)


def f(user_id, data):
    return _open(user_id, data.get("thread_id") or uuid.uuid4().hex)
"""


@pytest.mark.parametrize(
    ("body", "is_safe"),
    [
        ("pass", True),
        ("print(args[0])", True),
        ('print(kwargs.get("user_id"))', True),
        ("print(args[1])", False),
        ('assert kwargs["thread_id"]', False),
        ("assert all(isinstance(value, str) for value in args)", False),
        ("assert all(kwargs.values())", False),
    ],
)
def test_a_decorator_that_may_check_an_id_stands_against_a_fix(body: str, is_safe: bool) -> None:
    program = DECORATED.replace("BODY", body)
    assert is_left(program) is not is_safe


@pytest.mark.parametrize("text", ['f"{ticket}-{ID}"', '"%s-%s" % (ticket, ID)'])
def test_the_text_of_an_unknown_object_is_made_all_the_same(text: str) -> None:
    made = text.replace("ID", "uuid.uuid4().hex")
    program = f"""\
from app.tickets import Ticket

def f(user_id):
    ticket = Ticket(user_id)
    run_id = {made}
    return get(user_id, run_id=run_id)
"""
    assert f"run_id = {made}\n" in fixed(program)


def test_a_name_that_is_looked_up_in_a_frame_stays() -> None:
    program = """\
import sys

def note(save):
    save(sys._getframe(1).f_locals["run_id"])

def f(user_id, save):
    run_id = uuid.uuid4().hex
    context = get(user_id, run_id=run_id)
    note(save)
    return context
"""
    assert "    run_id = uuid.uuid4().hex\n" in fixed(program)


FILLED = """\
from dataclasses import dataclass

@dataclass
class _Turn:
    user_id: str
    run_id: str | None = None

    def __post_init__(self):
        LINE

def f(user_id, data):
    turn = _Turn(user_id, run_id=data.get("run_id"))
    return get(turn.user_id, run_id=turn.run_id)
"""
ALTERNATIVE = "self.run_id = self.run_id or uuid.uuid4().hex"
GUARDED = "if GUARD:\n            self.run_id = uuid.uuid4().hex"


@pytest.mark.parametrize(
    ("line", "left"),
    [
        (ALTERNATIVE, "        self.run_id = self.run_id or None\n"),
        (GUARDED.replace("GUARD", "self.run_id is None"), "None = None\n\ndef f("),
        (GUARDED.replace("GUARD", "not self.run_id"), "            self.run_id = None\n"),
        (GUARDED.replace("GUARD", "self.run_id in SPENT"), "            self.run_id = None\n"),
    ],
)
def test_a_record_that_fills_its_fields_is_repaired(line: str, left: str) -> None:
    assert left in (program := fixed(FILLED.replace("LINE", line)))
    assert "uuid4" not in program


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("    return get(", "    print(turn)\n    return get("),
        ("    return get(", "    print(turn.run_id)\n    return get("),
        ("    return get(", "    TURNS.append(turn)\n    return get("),
        ("\ndef f(", "\n    def tell(self):\n        return self.run_id\n\ndef f("),
        ("\ndef f(", "\nclass Other(_Turn):\n    pass\n\ndef f("),
        ("    turn = _Turn", "    turn = TURNS[0] = _Turn"),
        (ALTERNATIVE, f"{ALTERNATIVE}\n        log(self.run_id)"),
        (ALTERNATIVE, f"{ALTERNATIVE}\n        register(self)"),
        ("class _Turn:", "class _Turn(Base):"),
    ],
)
def test_a_record_that_others_read_keeps_its_ids(old: str, new: str) -> None:
    """Otherwise it would be None where it is printed, kept or checked."""
    program = FILLED.replace("LINE", ALTERNATIVE)
    assert old in program
    assert is_left(program.replace(old, new))


@pytest.mark.parametrize(
    "around",
    ["with lock:", "match data:\n        case {}:", "if check(data):"],
)
def test_none_leaves_no_block_behind_that_says_nothing(around: str) -> None:
    """The argument is None whatever the name is; what is around its assignment may do more."""
    indent = "            " if "match" in around else "        "
    program = f"""\
def f(user_id, data, lock):
    run_id = data.get("run_id")
    {around}
{indent}run_id = run_id or uuid.uuid4().hex
    return get(user_id, run_id=run_id)
"""
    assert f"{around}\n{indent}run_id = None\n" in fixed(program, Keep.NONE)


CLEARED = """\
def f(user_id, data):
    thread_id, run_id = data.get("thread_id"), data.get("run_id")
    if thread_id not in KNOWN:
        thread_id = None
    if not thread_id or not run_id:
        thread_id, run_id = uuid.uuid4().hex, uuid.uuid4().hex
    return get(user_id, thread_id=thread_id, run_id=run_id)
"""


def test_an_id_that_was_cleared_before_is_kept_where_its_twin_is_missing() -> None:
    """The run ID is not: its twin may be missing since it was rejected."""
    assert "        thread_id, run_id = thread_id or None, None\n" in fixed(CLEARED)


def test_a_flag_that_says_that_an_id_is_missing_is_a_guard() -> None:
    program = """\
def f(user_id, data):
    run_id = data.get("run_id")
    is_new = not run_id
    if is_new:
        run_id = uuid.uuid4().hex
    return get(user_id, run_id=run_id), is_new
"""
    assert "    if is_new:\n        run_id = None\n" in fixed(program)


@pytest.mark.parametrize(
    "body",
    ["ROOMS[room] = ids", "log(ids)", "ROOMS.append({room: ids})", "_keep(ids, room)"],
)
def test_a_record_that_a_function_keeps_holds_its_ids(body: str) -> None:
    program = f"""\
def _keep(ids, room):
    LAST[room] = ids

def _remember(ids, room):
    {body}

def f(user_id, room):
    ids = {{"run_id": uuid.uuid4().hex}}
    _remember(ids, room)
    return get(user_id, run_id=ids["run_id"])
"""
    assert is_left(program)


@pytest.mark.parametrize("other", ["print", "user_id.other"])
def test_an_id_that_another_function_may_get_stays(other: str) -> None:
    program = f"""\
def f(user_id, data):
    call = get if data["known"] else {other}
    return call(user_id, run_id=data.get("run_id") or uuid.uuid4().hex)
"""
    assert is_left(program)


def test_one_of_two_getters_gets_none() -> None:
    program = """\
from app.fast import get_user_execution_context as fast

def f(user_id, data):
    call = get if data["known"] else fast
    return call(user_id, run_id=data.get("run_id") or uuid.uuid4().hex)
"""
    assert 'run_id=data.get("run_id") or None' in fixed(program)


def test_a_method_that_is_not_seen_reads_the_record() -> None:
    program = """\
from pydantic import BaseModel

class Ids(BaseModel):
    run_id: str | None = None

def f(user_id, log):
    ids = Ids(run_id=uuid.uuid4().hex)
    context = get(user_id, run_id=ids.run_id)
    log(ids.model_dump_json())
    return context
"""
    assert is_left(program)


def test_a_mapping_with_attributes_is_updated_with_what_is_not_known() -> None:
    program = """\
class Record(dict):
    __getattr__ = dict.__getitem__
    __setattr__ = dict.__setitem__

def f(user_id, data):
    ids = Record()
    ids.run_id = uuid.uuid4().hex
    ids.update(data)
    return get(user_id, run_id=ids.run_id)
"""
    assert "run_id=None" not in fixed(program)
