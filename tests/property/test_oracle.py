"""The oracle can fail: it notices wrong fixes, and a product that is broken on purpose."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import oracle
import properties
import pytest
import running
from oracle import SAFE, alarms, remedy_problems
from programs import Program
from properties import FALSE, Tally, finding_problems, problems_of, tried
from running import runs, usual_inputs
from support.fixture_files import fake_modules
from texts import text_problems

from ctxlint.config.settings import Keep, Settings
from ctxlint.contract.contract import DEFAULT_CONTRACT
from ctxlint.run.fix_loop import Fixed, fix

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import ModuleType

    from oracle import Problem
    from support.fixture_files import Call

    from ctxlint.source import SourceFile

HEAD = "from uuid import uuid4\nfrom app.session import get_user_execution_context as get\n"


def module(*lines: str) -> str:
    head = "def handle(user_id, payload, log, db, flag=False, thread_id=None, run_id=None):\n"
    return HEAD + head + "".join(f"    {line}\n" for line in lines)


def kinds(problems: Iterable[Problem]) -> set[str]:
    return {problem.kind for problem in problems}


# One finding and one fix, taken apart by hand.

BEFORE = module(
    'thread_id = payload.get("thread_id") or str(uuid4())  # c1',
    "log.append(1)  # c2",
    "get(user_id, thread_id=thread_id, run_id=run_id)",
)
AFTER = BEFORE.replace("str(uuid4())", "None").replace("from uuid import uuid4\n", "")


def test_a_right_fix_has_no_problems() -> None:
    assert kinds(remedy_problems(BEFORE, AFTER)) == set()
    assert kinds(text_problems(BEFORE, AFTER)) == set()
    assert fix(oracle.file_of(BEFORE), SAFE).text == AFTER


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("or None", 'or "made"', "a generated ID became another value"),
        ("or None", 'or ""', "an empty ID is passed"),
        ("or None", "and None", "a received ID changed"),
        ("or None", "or db.next()", "other effects"),
        ("run_id=run_id", "run_id=None", "a received ID changed"),
        ("log.append(1)", "log.append(2)", "other effects"),
        ("    get(", "    flag or get(", None),
        ("    get(", "    thread_id and get(", "number of calls"),
        ("log.append(1)", "raise KeyError", "error"),
        ("log.append(1)", "while not flag: pass", "error"),
    ],
)
def test_a_wrong_remedy_is_noticed(old: str, new: str, kind: str | None) -> None:
    assert old in AFTER
    found = kinds(remedy_problems(BEFORE, AFTER.replace(old, new)))
    assert kind in found if kind else not found  # no input of this program sets its flag


def test_an_id_that_goes_with_its_twin_is_noticed() -> None:
    before = module(
        "if not thread_id or not run_id:",
        "    thread_id = str(uuid4())",
        "    run_id = str(uuid4())",
        "get(user_id, thread_id, run_id)",
    )
    after = before.replace("str(uuid4())", "None")
    assert kinds(remedy_problems(before, after)) == {"a received ID is thrown away"}
    assert kinds(remedy_problems(before, fix(oracle.file_of(before), SAFE).text)) == set()


def test_an_ambient_id_that_stays_is_noticed() -> None:
    before = HEAD + (
        "class Handler:\n"
        "    def handle(self, user_id):\n"
        '        thread_id = getattr(self, "_current_thread_id", None) or str(uuid4())\n'
        "        get(user_id, thread_id)\n"
    )
    after = before.replace("str(uuid4())", "None")
    assert kinds(remedy_problems(before, after)) == {"an ambient ID stays"}
    assert kinds(remedy_problems(before, fix(oracle.file_of(before), SAFE).text)) == set()


def test_a_change_of_what_has_no_finding_is_noticed() -> None:
    before = module("get(user_id, thread_id, run_id)")
    after = before.replace("run_id)", "None)")
    assert kinds(remedy_problems(before, after)) == {"a call without a finding changed"}


def test_a_read_becomes_the_session_s_id_and_no_other() -> None:
    before = module(
        "if not run_id:",
        "    run_id = str(uuid4())",
        "context = get(user_id, run_id=run_id)",
        "log.append(run_id)",
        "log.append(thread_id)",
    )
    after = before.replace("str(uuid4())", "None").replace(
        "append(run_id)", "append(context.run_id)"
    )
    assert kinds(remedy_problems(before, after, unsafe=True)) == set()
    assert kinds(remedy_problems(before, after)) == {"other effects"}
    wrong = after.replace("append(thread_id)", "append(context.run_id)")
    assert kinds(remedy_problems(before, wrong, unsafe=True)) == {"other effects"}


@pytest.mark.parametrize(
    "guard",
    [
        'if run_id == "new":',
        'if not run_id or run_id == "new":',
        'if flag or run_id in ("new", "none"):',
        "if not isinstance(run_id, str) or len(run_id) < 8:",
        "while not run_id or len(run_id) < 8:",
        'if run_id != "new": pass\n    else:',
        'match run_id:\n     case None | "new":',
        "try: uuid.UUID(run_id)\n    except (TypeError, ValueError):",
    ],
)
def test_a_rejected_id_that_is_let_through_is_noticed(guard: str) -> None:
    before = "import uuid\n" + module(
        f"{guard}", "      run_id = str(uuid4())", "get(user_id, None, run_id)", '"new"'
    )
    through = before.replace("str(uuid4())", "run_id or None")
    if "while" not in guard:  # which would have no end
        assert kinds(remedy_problems(before, before.replace("str(uuid4())", "None"))) == set()
        assert kinds(remedy_problems(before, through)) == {"a rejected ID is let through"}
    else:
        once = through.replace("while", "if")
        assert kinds(remedy_problems(before, once)) == {"a rejected ID is let through"}


@pytest.mark.parametrize(
    "lines",
    [
        ['if run_id == "new":', "    run_id = None", "run_id = run_id or str(uuid4())"],
        ['if thread_id == "new":', "    if not thread_id or not run_id:", "        {}"],
        [
            "if not thread_id or not run_id:",
            '    if thread_id == "new" or not run_id:',
            "        {}",
        ],
        ['if not thread_id or not run_id or thread_id == "new":', "    {}"],
    ],
)
def test_a_rejected_twin_is_noticed(lines: list[str]) -> None:
    both = "run_id = str(uuid4()); thread_id = str(uuid4())"
    before = module(*(line.format(both) for line in lines), "get(user_id, thread_id, run_id)")
    after = before.replace("str(uuid4())", "None")
    assert kinds(remedy_problems(before, after)) == set()
    after = module("get(user_id, thread_id or None, run_id or None)", '"new"')
    found = kinds(remedy_problems(before, _moved(after, before)))
    assert "a rejected ID is let through" in found


def _moved(text: str, to: str) -> str:
    """A text whose getter call is in the row where another has it."""
    rows = [
        next(i for i, line in enumerate(t.splitlines()) if "  get(" in line) for t in (text, to)
    ]
    return text.replace("    get(", "\n" * (rows[1] - rows[0]) + "    get(")


@pytest.mark.parametrize(
    "test", ["not thread_id", "thread_id is None", 'thread_id == ""', 'thread_id in (None, "")']
)
def test_an_id_is_not_rejected_for_want_of_its_twin(test: str) -> None:
    both = "run_id = str(uuid4()); thread_id = str(uuid4())"
    before = module(f"if {test} or not run_id:", f"    {both}", "get(user_id, thread_id, run_id)")
    after = before.replace("str(uuid4())", "None")
    assert kinds(remedy_problems(before, after)) == {"a received ID is thrown away"}


CLEAR = 'if thread_id == "new":', "    thread_id = None"
GUARD = "if not thread_id or not run_id:", "    run_id = str(uuid4()); thread_id = str(uuid4())"


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ((*CLEAR, *GUARD), set()),
        ((*GUARD, *CLEAR), {"a received ID is thrown away"}),
        ((CLEAR[0], '    thread_id = payload.get("other")', *GUARD), set()),
        (("thread_id = known(thread_id)", *GUARD), set()),
    ],
)
def test_an_id_goes_with_a_twin_that_is_cleared_before(lines: list[str], found: set[str]) -> None:
    known = "KNOWN = {}\ndef known(value):\n    return value if value in KNOWN else None\n"
    before = known + module(*lines, "get(user_id, thread_id, run_id)")
    after = before.replace("run_id = str(uuid4()); thread_id = str(uuid4())", "run_id = None")
    after = after.replace("get(user_id, thread_id", "get(user_id, thread_id or None")
    assert kinds(remedy_problems(before, after)) == found


def test_a_field_of_a_record_that_is_returned_is_an_effect() -> None:
    before = HEAD + (
        "from dataclasses import dataclass, field\n"
        "@dataclass\n"
        "class Ids:\n"
        "    run_id: str = field(default_factory=lambda: str(uuid4()))\n"
        "def handle(user_id):\n"
        "    ids = Ids()\n"
        "    get(user_id, run_id=ids.run_id)\n"
        "    return ids\n"
    )
    after = before.replace("str(uuid4())", "None")
    assert kinds(remedy_problems(before, after)) == {"other effects"}


def test_a_name_that_another_file_imports_must_stay() -> None:
    others = {"app/other.py": "from app.handlers import uuid4\ndef visit():\n    return 1\n"}
    assert "error" in kinds(remedy_problems(BEFORE, AFTER, others))
    assert kinds(remedy_problems(BEFORE, AFTER + HEAD, others)) == set()


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("  # c1", "", "a comment is lost"),
        ("  # c2", "", "a comment is lost"),
        ("log.append(1)", "log.append( 1 )", "a statement is laid out anew"),
        ("\n", "\r\n", "newlines changed"),
    ],
)
def test_a_wrong_text_is_noticed(old: str, new: str, kind: str) -> None:
    assert old in AFTER
    assert kind in kinds(text_problems(BEFORE, AFTER.replace(old, new)))


def test_a_look_up_that_fails_rejects_nothing() -> None:
    text = module(
        "if run_id:",
        "    try:",
        '        run_id = payload["thread_id"]',
        "    except KeyError:",
        "        run_id = str(uuid4())",
        "get(user_id, thread_id=thread_id, run_id=run_id)",
    )
    kept = text.replace("str(uuid4())", "run_id or None")
    assert kinds(remedy_problems(text, kept)) == set()


def test_alarms_are_told_apart() -> None:
    true = module("get(user_id, thread_id=str(uuid4()))")
    never = module("if len(user_id) < 0:", "    get(user_id, thread_id=str(uuid4()))")
    for text, false in ((true, 0), (never, 1)):
        found = alarms(text, runs(text, usual_inputs(text)))
        assert (found.findings, len(found.false), found.missed) == (1, false, ())


# A product that is broken on purpose: random programs show it.


def noticed(name: str) -> set[str]:
    """The problems, by one property, of the first random program that has any."""
    found: list[Problem] = []

    def judge(program: Program) -> None:
        found.extend([] if found else problems_of(name, program, Tally()))

    tried(150, judge)
    return kinds(found)


def use(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    monkeypatch.setattr(oracle, "SAFE", settings)
    monkeypatch.setattr(properties, "SAFE", settings)


def forget_uuid4(monkeypatch: pytest.MonkeyPatch) -> None:
    sources = tuple(source for source in DEFAULT_CONTRACT.sources if "uuid4" not in source)
    assert len(sources) < len(DEFAULT_CONTRACT.sources)
    use(monkeypatch, replace(SAFE, contract=replace(DEFAULT_CONTRACT, sources=sources)))


def test_a_source_that_is_forgotten_is_a_missed_alarm(monkeypatch: pytest.MonkeyPatch) -> None:
    forget_uuid4(monkeypatch)
    assert "missed alarm" in noticed("findings")


_MADE, _OPENED = "thread_id = str(uuid4())", "get(user_id, thread_id=thread_id)"


@pytest.mark.parametrize(
    ("lines", "missed"),
    [
        ((_MADE, "for _ in range(2):", f"    {_OPENED}"), 0),  # one conversation
        (("for _ in range(2):", f"    {_MADE}", f"    {_OPENED}"), 1),
        ((_MADE, "for user_id in ('a', 'b'):", f"    {_OPENED}"), 1),
        ((_MADE, _OPENED), 1),
    ],
)
def test_an_id_that_the_passes_of_a_loop_share_is_not_missed(
    lines: tuple[str, ...], missed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    forget_uuid4(monkeypatch)
    text = module(*lines)
    assert len(alarms(text, runs(text, usual_inputs(text))).missed) == missed


def test_a_finding_that_no_run_shows_is_a_false_alarm(monkeypatch: pytest.MonkeyPatch) -> None:
    def without_uuid(calls: list[Call]) -> dict[str, ModuleType]:
        return {k: module for k, module in fake_modules(calls).items() if k != "uuid"}

    monkeypatch.setattr(running, "fake_modules", without_uuid)
    tally = Tally()
    tried(50, lambda program: list(finding_problems(program, tally)))
    assert tally.false > FALSE * tally.findings


def test_a_remedy_that_drops_what_arrived_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, replace(SAFE, keep=Keep.NONE))
    assert noticed("safe fix") & {"a received ID changed", "a received ID is thrown away"}


def test_a_fix_that_loses_comments_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    def without_comments(file: SourceFile, settings: Settings) -> Fixed:
        result = fix(file, settings)
        return replace(result, text=re.sub("# note [0-9]+", "", result.text))

    monkeypatch.setattr(properties, "fix", without_comments)
    assert "a comment is lost" in noticed("a fix is done")
