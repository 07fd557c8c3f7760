"""Files that ask for findings by the summaries of functions of other files find the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.fixture_files import Fixture, load_fixtures
from support.small_projects import GETTER
from support.split_files import each_alone, findings, in_two, places, split

from ctxlint.flow import interpreter

if TYPE_CHECKING:
    import ast
    from collections.abc import Callable

NEW = "from uuid import uuid4\n"


def found(
    files: dict[str, str], monkeypatch: pytest.MonkeyPatch, *, summarised: bool
) -> list[tuple[str, int, int, str, str]]:
    """The places of the findings in some modules, with summaries in all of them or in none."""
    monkeypatch.setattr(interpreter, "_is_summarised", lambda *_: summarised)
    return places(findings(files))


@pytest.mark.parametrize("module_of", [in_two, each_alone], ids=["in_two", "each_alone"])
@pytest.mark.parametrize("fixture", load_fixtures(), ids=str)
def test_a_fixture_in_several_files_has_the_same_findings(
    fixture: Fixture, module_of: Callable[[ast.stmt], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    files = split(fixture.text, module_of)
    exact = found(files, monkeypatch, summarised=False)
    assert found(files, monkeypatch, summarised=True) == exact


# What the summary of a function of `low` does not say, which `top` calls: it has to be looked into.
LOOKED_INTO = {
    "an argument that it calls": (
        "def retry(function, *args):\n    return function(*args)\n\n\n"
        "def start(user, thread):\n    return get_user_execution_context(user, thread)\n",
        "from low import retry, start\n\n\ndef go(user):\n    retry(start, user, str(uuid4()))\n",
    ),
    "a partial function that it calls": (
        "def run(function, user):\n    return function(user)\n\n\n"
        "def start(thread, user):\n    return get_user_execution_context(user, thread)\n",
        "from functools import partial\nfrom low import run, start\n\n\n"
        "def go(user):\n    run(partial(start, str(uuid4())), user)\n",
    ),
    "an object of an annotated class": (
        "class Desk:\n    def open(self, user, thread):\n"
        "        return get_user_execution_context(user, thread)\n\n\n"
        "def run(desk: Desk, user, thread):\n    return desk.open(user, thread)\n",
        "from low import Desk, run\n\n\ndef go(user):\n    run(Desk(), user, str(uuid4()))\n",
    ),
    "an ID that it returns": (
        "def keep(user, thread):\n    get_user_execution_context(user, None)\n    return thread\n",
        f"{GETTER}from low import keep\n\n\ndef go(user):\n"
        "    get_user_execution_context(user, keep(user, str(uuid4())))\n",
    ),
    "an object that it returns": (
        "class Desk:\n    def open(self, user, thread):\n"
        "        return get_user_execution_context(user, thread)\n\n\n"
        "def desk():\n    return Desk()\n",
        "from low import desk\n\n\ndef go(user):\n    desk().open(user, str(uuid4()))\n",
    ),
    "a function that it returns": (
        "def starter():\n    return lambda user, one: get_user_execution_context(user, one)\n",
        "from low import starter\n\n\ndef go(user):\n    starter()(user, str(uuid4()))\n",
    ),
    "an ID that the constructor gets for a method": (
        "class Desk:\n    def __init__(self, thread):\n        self.thread = thread\n\n"
        "    def open(self, user):\n        return get_user_execution_context(user, self.thread)\n",
        "from low import Desk\n\n\ndef go(user):\n    Desk(str(uuid4())).open(user)\n",
    ),
    "an ID that another method gets": (
        "class Desk:\n    def set(self, thread):\n        self.thread = thread\n\n"
        "    def open(self, user):\n        return get_user_execution_context(user, self.thread)\n",
        "from low import Desk\n\n\ndef go(user):\n    desk = Desk()\n"
        "    desk.set(str(uuid4()))\n    desk.open(user)\n",
    ),
    "users that a loop gives it": (
        "def start(user, thread):\n    return get_user_execution_context(user, thread)\n",
        "from low import start\n\n\ndef go(users):\n    thread = str(uuid4())\n"
        "    for user in users:\n        start(user, thread)\n",
    ),
}


@pytest.mark.parametrize("is_summarised", [True, False], ids=["summarised", "exact"])
@pytest.mark.parametrize("what", LOOKED_INTO)
def test_a_function_is_looked_into_for_more_than_its_summary_says(
    what: str, monkeypatch: pytest.MonkeyPatch, *, is_summarised: bool
) -> None:
    low, top = LOOKED_INTO[what]
    files = {"low": f"{GETTER}\n\n{low}", "top": NEW + top}
    (place,) = found(files, monkeypatch, summarised=is_summarised)
    assert (place[0], place[-1]) == ("top.py", "go")


def test_a_summary_grows_in_a_circle_of_imports(monkeypatch: pytest.MonkeyPatch) -> None:
    files = {
        "one": f"{GETTER}import two\n\n\ndef first(user, thread, run, depth):\n"
        "    if depth:\n        two.second(user, thread, run, depth)\n"
        "    get_user_execution_context(user, None, run)\n",
        "two": f"{GETTER}import one\n\n\ndef second(user, thread, run, depth):\n"
        "    one.first(user, thread, run, depth - 1)\n"
        "    get_user_execution_context(user, thread)\n",
        "top": f"{NEW}from one import first\n\n\ndef go(user):\n"
        "    first(user, str(uuid4()), 1, 1)\n    first(user, 1, str(uuid4()), 1)\n",
    }
    exact = found(files, monkeypatch, summarised=False)
    assert [place[0] for place in exact] == ["top.py", "top.py"]
    assert found(files, monkeypatch, summarised=True) == exact
