"""Methods of objects that are known by the annotation of a parameter only."""

from __future__ import annotations

import pytest
from support.commands import Run
from support.small_projects import Write, found

HEAD = """\
from abc import abstractmethod
from typing import Annotated, Optional, Protocol
from uuid import uuid4

from app.session import get_user_execution_context
"""
DESK = """

class Desk:
    def open(self, user_id, thread_id=None):
        return get_user_execution_context(user_id, thread_id=thread_id)

    def fresh(self):
        return uuid4().hex

    def of(self, payload):
        return payload.get("thread_id")

class Special(Desk):
    pass

class Numbers(Protocol):
    def of(self, payload): ...

class Stand:
    @abstractmethod
    def open(self, user_id, thread_id): ...
"""
OPENED = "return desk.open(user_id, uuid4().hex)"
FRESH = "return get_user_execution_context(user_id, thread_id=desk.fresh())"
GIVEN = "return get_user_execution_context(user_id, thread_id=desk.of(payload))"
ARRIVED = 'return desk.open(user_id, payload.get("thread_id"))'


def module(annotation: str, statement: str) -> str:
    return f"\n\ndef handle(user_id, payload, desk: {annotation}):\n    {statement}\n"


@pytest.mark.parametrize(
    "annotation",
    ["Desk", "Optional[Desk]", "'Desk | None'", "Annotated[Desk, 1]", "Special", "Desk = None"],
)
@pytest.mark.parametrize("statement", [OPENED, FRESH])
def test_a_method_of_its_class_is_looked_into(
    annotation: str, statement: str, run: Run, write: Write
) -> None:
    write(app__h=HEAD + DESK + module(annotation, statement))
    (finding,) = found(run)
    assert finding["code"] == "CTX101"


@pytest.mark.parametrize(
    ("annotation", "statement"),
    [("Desk", GIVEN), ("Desk", ARRIVED), ("Numbers", GIVEN), ("Stand", OPENED), ("int", OPENED)],
)
def test_nothing_is_said_of_what_it_is_given_or_does_not_do(
    annotation: str, statement: str, run: Run, write: Write
) -> None:
    write(app__h=HEAD + DESK + module(annotation, statement))
    assert found(run) == []


def test_the_class_may_be_in_another_file(run: Run, write: Write) -> None:
    write(
        app__INIT="",
        app__desk=HEAD + DESK,
        app__h=f"{HEAD}from app.desk import Desk\n{module('Desk', OPENED)}",
    )
    (finding,) = found(run)
    assert finding["filename"] == "app/h.py"


def test_the_class_may_inherit_from_another_file(run: Run, write: Write) -> None:
    special = "from app.desk import Desk\n\n\nclass Special(Desk):\n    pass\n"
    write(
        app__INIT="",
        app__desk=HEAD + DESK.replace("class Special(Desk):\n    pass\n", ""),
        app__special=special,
        app__h=f"{HEAD}from app.special import Special\n{module('Special', OPENED)}",
    )
    (finding,) = found(run)
    assert finding["filename"] == "app/h.py"


def test_an_object_keeps_what_its_constructor_is_given(run: Run, write: Write) -> None:
    office = """

class Office:
    def __init__(self, desk: Desk):
        self.desk = desk

    def handle(self, user_id):
        return self.desk.open(user_id, uuid4().hex)
"""
    write(app__h=HEAD + DESK + office)
    assert len(found(run)) == 1


def test_another_class_may_do_something_else_so_that_there_is_no_fix(
    run: Run, write: Write
) -> None:
    write(app__h=HEAD + DESK + module("Desk", OPENED))
    (finding,) = found(run)
    assert finding["fix"] is None


def test_files_that_import_each_other_may_share_the_class(run: Run, write: Write) -> None:
    serving = (
        "from app.h import Desk\n\n\n"
        "def serve(user_id, thread_id, desk: Desk):\n    return desk.open(user_id, thread_id)\n"
    )
    calling = "\n\ndef handle(user_id):\n    return serve(user_id, uuid4().hex, Desk())\n"
    write(
        app__INIT="",
        app__serving=serving,
        app__h=f"{HEAD}from app.serving import serve\n{DESK}{calling}",
    )
    (finding,) = found(run)
    assert finding["filename"] == "app/h.py"
