"""The words of a trace of CTX101, and the condition in its message."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from support.commands import process

from ctxlint.config.settings import Settings
from ctxlint.finding import Finding
from ctxlint.run import check_file
from ctxlint.source import SourceFile

if TYPE_CHECKING:
    from pathlib import Path

GETTER = "from app.session import get_user_execution_context\n"
NEW = "str(uuid.uuid4())"


def the_one(*lines: str, before: str = "") -> Finding:
    """The finding of a handler with these lines, the last of which is the ID."""
    *body, last = lines
    body.append(f"return get_user_execution_context(user_id, thread_id={last})")
    inner = "".join(f"    {line}\n" for line in body)
    text = f"import uuid\n{GETTER}{before}\n\ndef handle(user_id, payload, thread_id):\n{inner}"
    (finding,) = check_file.check(SourceFile("app/h.py", text), Settings(select=("CTX101",)))
    return finding


@pytest.mark.parametrize(
    ("helper", "lines", "word"),
    [
        (f"def make():\n    return {NEW}\n", ["make()"], "make() returns it"),
        (
            f"def fill(ids):\n    ids.thread_id = {NEW}\n",
            ["fill(payload)", "payload.thread_id"],
            "fill() sets it",
        ),
    ],
    ids=["returns", "sets"],
)
def test_a_trace_says_what_a_function_does_with_an_id(
    helper: str, lines: list[str], word: str
) -> None:
    steps = [step.message for step in the_one(*lines, before=f"\n\n{helper}").trace]
    assert [step for step in steps if step.startswith(("make()", "fill()"))] == [word]


@pytest.mark.parametrize(
    ("lines", "condition"),
    [
        ([NEW], ""),
        ([f"thread_id or {NEW}"], " when `thread_id` is missing"),
        ([f"{NEW} if payload else None"], " when `payload`"),
        (["if not thread_id:", f"    thread_id = {NEW}", "thread_id"], " when `not thread_id`"),
        (["if payload:", f"    thread_id = {NEW}", f"thread_id or {NEW}"], ""),
    ],
    ids=["always", "or", "if else", "if", "two conditions"],
)
def test_a_message_says_when_the_id_is_generated(lines: list[str], condition: str) -> None:
    row = len(lines) + 5
    said = f"reaches get_user_execution_context() on line {row}{condition}, so it opens"
    assert said in the_one(*lines).message


def test_an_id_and_all_that_come_with_it_are_generated_in_one_place() -> None:
    ids = "UnifiedIdGenerator.generate_user_context_ids(user_id)"
    imports = "from shared.ids import UnifiedIdGenerator\n"
    finding = the_one(f"ids = {ids}", "ids[0] if payload else ids", before=imports)
    assert [(step.message, step.span.start.row) for step in finding.trace] == [
        ("an ID is generated here", 7),
        ("stored in ids", 7),
        ("passed as thread_id to get_user_execution_context()", 8),
    ]


def test_a_trace_through_very_many_calls_ends() -> None:
    """Far more than Python nests: the call is found, its trace is cut."""
    text = "import uuid\nfrom app import get_user_execution_context\n\n\ndef f0(thread_id):\n"
    text += "    get_user_execution_context(1, thread_id=thread_id)\n"
    for number in range(1, 1200):
        text += f"\n\ndef f{number}(thread_id):\n    f{number - 1}(thread_id)\n"
    text += "\n\nf1199(str(uuid.uuid4()))\n"
    (finding,) = check_file.check(SourceFile("app.py", text), Settings())
    assert len(finding.trace) < 100


def test_a_trace_goes_through_the_arguments_that_hold_the_id(tmp_path: Path) -> None:
    text = (
        f"import uuid\n{GETTER}\n\ndef inner(request, thread):\n"
        "    thread = thread or request.thread\n"
        "    return get_user_execution_context(1, thread_id=thread, run_id=request.run)\n\n\n"
        "def outer(request, thread):\n    return inner(request, thread)\n\n\n"
        f"def handle(request):\n    return outer(request, {NEW})\n"
    )
    (finding,) = check_file.check(SourceFile("app/h.py", text), Settings(select=("CTX101",)))
    assert finding.ids == ("thread_id",)
    passed = [step.span.start.row for step in finding.trace if "passed" in step.message]
    assert passed == [15, 11, 7]


def test_the_order_of_steps_does_not_depend_on_hashes(tmp_path: Path) -> None:
    text = "import uuid\nfrom app.session import get_user_execution_context\n\n\n"
    text += "def f(user_id):\n    ids = dict(thread_id=uuid.uuid4().hex, run_id=uuid.uuid4().hex)\n"
    text += "    return get_user_execution_context(user_id, **ids)\n"
    (tmp_path / "a.py").write_text(text)
    arguments = ("check", "--no-cache", "--output-format", "sarif", "a.py")
    seeds = [{**os.environ, "PYTHONHASHSEED": str(seed)} for seed in range(4)]
    found = {process(*arguments, cwd=tmp_path, env=env).stdout for env in seeds}
    assert len(found) == 1


CHAINS = {
    "returned": (
        "def f0():\n    return str(uuid.uuid4())\n",
        "def f{}():\n    return f{}()\n",
        "f{}()",
    ),
    "handed over": (
        "def f0(u, t):\n    return get_user_execution_context(u, thread_id=t)\n",
        "def f{}(u, t):\n    return f{}(u, t)\n",
        "",
    ),
}


@pytest.mark.parametrize("name", CHAINS)
@pytest.mark.parametrize("count", [2, 29, 40, 60])
def test_however_many_calls_there_are_the_finding_stands_at_its_source(
    name: str, count: int
) -> None:
    first, other, last = CHAINS[name]
    functions = first + "".join(other.format(i, i - 1) for i in range(1, count))
    call = f"f{count - 1}(user_id, {NEW})"
    if last:
        call = f"get_user_execution_context(user_id, thread_id={last.format(count - 1)})"
    text = f"import uuid\n{GETTER}{functions}def handle(user_id):\n    return {call}\n"
    settings = Settings(select=("CTX101",))
    (finding,) = check_file.check(SourceFile("app/h.py", text), settings)
    row = text[: text.index("uuid.uuid4")].count("\n") + 1
    assert (finding.span.start.row, finding.trace[0].span.start.row) == (row, row)
