"""A preset of one's own: another code base, described in TOML, checked and fixed as users do it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from support.commands import CLEAN, FOUND, Run

PRESET = """\
[tool.ctxlint]
keep = "received"

[[tool.ctxlint.getter]]
call = "desk.sessions.open_ticket"
ids = { conversation = -1, turn = -1 }
none = "reuse"
replaces = ["start_ticket"]

[[tool.ctxlint.getter]]
call = "Memory.recall"
ids = { scope = 0 }
none = "reuse"

[tool.ctxlint.sources]
calls = ["desk.ids.new_*", "Snowflake.*_id", "nanoid.generate"]
extend = ["token_*"]
"""


@pytest.fixture
def preset(run: Run, tmp_path: Path) -> Run:
    """Run ctxlint in a folder that has the preset."""
    (tmp_path / "pyproject.toml").write_text(PRESET)
    return run


def found(run: Run, text: str) -> list[dict[str, Any]]:
    out = run("check", "--output-format", "json", "-", stdin=text.encode()).out
    return list(json.loads(out))


def fixed(run: Run, text: str) -> str:
    """The text of a file after its fix, all by itself in its folder."""
    path = Path("handlers.py")
    path.write_text(text)
    result = run("fix", str(path))
    assert result.code == CLEAN, result.err
    return path.read_text()


# Each pair differs in what the preset says, and in nothing else.
PAIRS = {
    "a dotted getter": (
        "from desk.sessions import open_ticket\nimport nanoid\n\n"
        "ticket = open_ticket(1, conversation=nanoid.generate())\n",
        "from shop.sessions import open_ticket\nimport nanoid\n\n"
        "ticket = open_ticket(1, conversation=nanoid.generate())\n",
    ),
    "a dotted getter by its module": (
        "import desk.sessions\nimport nanoid\n\n"
        "ticket = desk.sessions.open_ticket(1, turn=nanoid.generate())\n",
        "import desk.sessions\nimport nanoid\n\n"
        "ticket = desk.orders.open_ticket(1, turn=nanoid.generate())\n",
    ),
    "a keyword-only ID": (
        "from desk.sessions import open_ticket\nimport nanoid\n\n"
        "ticket = open_ticket(1, conversation=nanoid.generate())\n",
        "from desk.sessions import open_ticket\nimport nanoid\n\n"
        "ticket = open_ticket(1, nanoid.generate())\n",
    ),
    "an ID parameter": (
        "from desk.sessions import open_ticket\nimport nanoid\n\n"
        "ticket = open_ticket(1, turn=nanoid.generate())\n",
        "from desk.sessions import open_ticket\nimport nanoid\n\n"
        "ticket = open_ticket(1, request=nanoid.generate())\n",
    ),
    "a method as a getter": (
        "from app import Memory\nimport nanoid\n\nnotes = Memory.recall(nanoid.generate())\n",
        "from app import Memory\nimport nanoid\n\nnotes = Memory.replay(nanoid.generate())\n",
    ),
    "a source with a wildcard": (
        "from desk.sessions import open_ticket\nfrom desk import ids\n\n"
        "ticket = open_ticket(1, conversation=ids.new_conversation())\n",
        "from desk.sessions import open_ticket\nfrom desk import ids\n\n"
        "ticket = open_ticket(1, conversation=ids.read_conversation())\n",
    ),
    "a source that begins with a wildcard": (
        "from desk.sessions import open_ticket\nfrom app import Snowflake\n\n"
        "ticket = open_ticket(1, turn=Snowflake.turn_id())\n",
        "from desk.sessions import open_ticket\nfrom app import Snowflake\n\n"
        "ticket = open_ticket(1, turn=Snowflake.turn())\n",
    ),
    "a bare source from anywhere": (
        "from desk.sessions import open_ticket\nfrom any.where import token_new\n\n"
        "ticket = open_ticket(1, turn=token_new())\n",
        "from desk.sessions import open_ticket\nfrom any.where import new_token\n\n"
        "ticket = open_ticket(1, turn=new_token())\n",
    ),
    "a deprecated twin": (
        "from desk.legacy import start_ticket\n\nx = 1\n",
        "from desk.legacy import close_ticket\n\nx = 1\n",
    ),
}
each_pair = pytest.mark.parametrize(("flagged", "clean"), PAIRS.values(), ids=PAIRS)


@each_pair
def test_what_the_preset_names_is_flagged_and_its_twin_silent(
    preset: Run, flagged: str, clean: str
) -> None:
    assert len(found(preset, flagged)) == 1
    assert found(preset, clean) == []


@each_pair
def test_it_is_fixed_and_then_clean_and_its_twin_stays(
    preset: Run, flagged: str, clean: str
) -> None:
    after = fixed(preset, flagged)
    assert after != flagged
    assert found(preset, after) == []
    assert fixed(preset, after) == after
    assert fixed(preset, clean) == clean


@each_pair
def test_without_the_preset_it_is_silent(preset: Run, flagged: str, clean: str) -> None:
    for text in (flagged, clean):
        assert preset("check", "--isolated", "-", stdin=text.encode()).code == CLEAN


def test_the_built_in_contract_is_gone(preset: Run) -> None:
    text = (
        "from app.session import get_user_execution_context\nimport uuid\n\n"
        "a = get_user_execution_context(1, thread_id=uuid.uuid4())\n"
    )
    assert preset("check", "--isolated", "-", stdin=text.encode()).code == FOUND
    assert found(preset, text) == []


HANDLER = """\
from app import Memory
from desk import ids
from desk.sessions import open_ticket


class Handler:
    def handle(self, user, message):
        conversation = getattr(self, "_conversation", None)
        turn = message.get("turn")
        if not conversation or not turn:
            # Make up what is missing.
            conversation = ids.new_conversation()
            turn = ids.new_turn()
        ticket = open_ticket(user, conversation=conversation, turn=turn)
        ticket.request = ids.new_request()
        return Memory.recall(ids.new_scope(), ticket)
"""
REPAIRED = """\
from app import Memory
from desk import ids
from desk.sessions import open_ticket


class Handler:
    def handle(self, user, message):
        turn = message.get("turn")
        ticket = open_ticket(user, conversation=None, turn=turn or None)
        ticket.request = ids.new_request()
        return Memory.recall(None, ticket)
"""


def test_several_getters_are_followed_in_one_handler(preset: Run) -> None:
    first, second = found(preset, HANDLER)
    assert (first["ids"], second["ids"]) == (["conversation", "turn"], ["scope"])
    assert "reach desk.sessions.open_ticket() on line 14" in first["message"]
    assert "reaches Memory.recall() on line 16" in second["message"]
    assert {first["level"], second["level"]} == {"error"}  # no ID of its own is a minor one
    assert fixed(preset, HANDLER) == REPAIRED


def test_files_are_fixed_by_the_preset(preset: Run, tmp_path: Path) -> None:
    path = tmp_path / "handler.py"
    path.write_text(HANDLER)
    assert preset("check").code == FOUND
    assert preset("fix").code == CLEAN
    assert path.read_text() == REPAIRED


# What None means to a getter.

CALL = "import uuid\n\nfrom app import current\n\nc = current(thread=str(uuid.uuid4()))\n"
REASONS = {
    "new": "None means a new session too, so passing it to current() would change nothing",
    "shared": "None means one session shared by all users, "
    "so passing it to current() would leak chats",
    "error": "current() raises an error for None, so passing it would fail",
}


def means(folder: Path, none: str) -> None:
    text = f'[[tool.ctxlint.getter]]\ncall = "current"\nids = {{ thread = 0 }}\nnone = "{none}"\n'
    (folder / "pyproject.toml").write_text(text)


@pytest.mark.parametrize(("none", "reason"), REASONS.items())
def test_where_none_is_no_remedy_nothing_is_fixed_and_the_reason_said(
    run: Run, tmp_path: Path, none: str, reason: str
) -> None:
    means(tmp_path, none)
    (finding,) = found(run, CALL)
    assert (finding["fix"], finding["unfixed_reason"]) == (None, reason)
    for options in ([], ["--unsafe-fixes"], ["--keep", "none"]):
        result = run("fix", *options, "-", stdin=CALL.encode())
        assert (result.code, result.out) == (FOUND, CALL)
        assert f"= no fix: {reason}" in " ".join(result.err.split()).replace(" | ", " ")


def test_where_none_is_the_session_of_the_user_it_is_passed(run: Run, tmp_path: Path) -> None:
    means(tmp_path, "reuse")
    assert found(run, CALL)[0]["unfixed_reason"] is None
    assert fixed(run, CALL) == "from app import current\n\nc = current(thread=None)\n"


def test_one_getter_without_a_remedy_leaves_the_others_theirs(run: Run, tmp_path: Path) -> None:
    means(tmp_path, "shared")
    with (tmp_path / "pyproject.toml").open("a") as file:
        file.write(
            '[[tool.ctxlint.getter]]\ncall = "other"\nids = { thread = 0 }\nnone = "reuse"\n'
        )
    text = CALL + "o = other(thread=str(uuid.uuid4()))\n"
    assert [finding["fix"] is None for finding in found(run, text)] == [True, False]
    result = run("fix", "-", stdin=text.encode())
    assert (result.code, result.out) == (FOUND, CALL + "o = other(thread=None)\n")
