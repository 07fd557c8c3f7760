"""`[tool.ctxlint.flow]`: functions that keep an ID what it is, and those that open sessions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from support.commands import Run

GETTER = '[[tool.ctxlint.getter]]\ncall = "resume"\nids = { chat = 1 }\nnone = "reuse"\n'
IDS = """\
class Names:
    def short(self, value): return registry.look_up(value)
    @staticmethod
    def tidy(value, *, case="lower"): return registry.look_up(value)
def normalize(value): return registry.look_up(value)
def other(value): return registry.look_up(value)
names = Names()
"""
SESSIONS = "def resume(user, chat=None): ...\n"


def rows(run: Run, flow: str, **files: str) -> dict[str, list[int]]:
    """The rows of the findings in some files of a package `app`, by the name of the file."""
    Path("pyproject.toml").write_text(f"[tool.ctxlint.flow]\n{flow}\n{GETTER}")
    Path("app").mkdir(exist_ok=True)
    for name, text in {"__init__": "", "ids": IDS, "sessions": SESSIONS, **files}.items():
        Path("app", f"{name}.py").write_text(text)
    done = run("check", "--no-cache", "--output-format", "json", ".")
    assert ".toml:" not in done.err
    found: dict[str, list[int]] = {}
    for finding in json.loads(done.out):
        found.setdefault(Path(finding["filename"]).stem, []).append(finding["location"]["row"])
    return found


KEPT = """\
from uuid import uuid4
from app import ids
from app.ids import Names, names, normalize, other
from app.sessions import resume
def new(user): resume(user, {call}(uuid4().hex))
def named(user): resume(user, {call}(value=uuid4().hex))
def received(user, chat): resume(user, {call}(chat))
def handed(user, chat): resume(user, chat={call}(chat))
def calls(user): handed(user, uuid4().hex)
"""


@pytest.mark.parametrize(
    ("pattern", "call", "is_kept"),
    [
        ("normalize", "normalize", True),
        ("app.ids.normalize", "normalize", True),
        ("app.ids.normalize", "ids.normalize", True),
        ("app.ids.normalize", "other", False),
        ("app.ids.n*", "normalize", True),
        ("Names.short", "names.short", True),
        ("Names.short", "Names().short", True),
        ("app.ids.Names.tidy", "Names.tidy", True),
        ("Names.short", "Names.tidy", False),
    ],
)
def test_what_keeps_an_id_is_looked_through(
    run: Run, pattern: str, call: str, is_kept: bool
) -> None:
    found = rows(run, f'keeps = ["{pattern}"]', web=KEPT.format(call=call))
    assert found == ({"web": [5, 6, 9]} if is_kept else {})


def test_what_is_declared_adds_to_what_is_known(run: Run) -> None:
    code = KEPT.format(call="UUID").replace("uuid4\n", "UUID, uuid4\n", 1)
    assert rows(run, 'keeps = ["normalize"]', web=code) == {"web": [5, 6, 9]}


OPENS = """\
from uuid import uuid4
from app.sessions import resume
def ask(user, chat): return resume(user, chat)
class Desk:
    def new_chat(self, user):
        return resume(user, uuid4().hex)
    def on_text(self, user):
        return resume(user, uuid4().hex)
def new_chat(user, chat=None):
    chat = chat or uuid4().hex
    def inner(): return resume(user, uuid4().hex)
    inner()
    ask(user, uuid4().hex)
    return resume(user, chat)
def start(user): return new_chat(user, uuid4().hex)
def on_text(user): return ask(user, uuid4().hex)
"""


@pytest.mark.parametrize(
    ("pattern", "silent"),
    [
        ("nothing_of_this_name", set()),
        ("new_chat", {6, 10, 11, 13, 15}),
        ("app.web.new_chat", {10, 11, 13, 15}),
        ("Desk.new_chat", {6}),
        ("app.web.Desk.*", {6, 8}),
    ],
)
def test_what_opens_sessions_on_purpose_is_silent(run: Run, pattern: str, silent: set[int]) -> None:
    everything = {6, 8, 10, 11, 13, 15, 16}
    Path("app").mkdir()
    if pattern == "nothing_of_this_name":
        with pytest.raises(AssertionError):  # a line says so
            rows(run, f'opens = ["{pattern}"]', web=OPENS)
        pattern = "resume"
    found = rows(run, f'opens = ["{pattern}"]', web=OPENS)
    assert set(found["web"]) == everything - silent


def test_those_of_other_files_are_silent_too(run: Run) -> None:
    other = "from uuid import uuid4\nfrom app.web import new_chat, ask\n"
    other += "def one(user): new_chat(user, uuid4().hex)\ndef two(user): ask(user, uuid4().hex)\n"
    found = rows(run, 'opens = ["app.web.new_chat"]', web=OPENS, more=other)
    assert found["more"] == [4]


@pytest.mark.parametrize("key", ["keeps", "opens"])
def test_they_are_checked_against_the_code(run: Run, key: str) -> None:
    Path("pyproject.toml").write_text(f'[tool.ctxlint.flow]\n{key} = ["app.ids.normalise"]\n')
    Path("app").mkdir()
    Path("app/__init__.py").touch()
    Path("app/ids.py").write_text(IDS)
    (line,) = (line for line in run("check", ".").err.splitlines() if ".toml" in line)
    assert line == (
        f"pyproject.toml:2:10: {key} 'app.ids.normalise': nothing in 2 files defines or calls it, "
        "did you mean 'app.ids.normalize' (app/ids.py:5)?"
    )
