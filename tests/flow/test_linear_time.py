"""What the flow does grows with what it is done for, not with its square."""

from __future__ import annotations

import sys
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from ctxlint.config import Settings
from ctxlint.contract.contract import DEFAULT_CONTRACT
from ctxlint.flow import State, analyse, interpreter
from ctxlint.run.check_file import check
from ctxlint.source import SourceFile

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

    from ctxlint.flow.flow import Flow
    from ctxlint.project.scopes import Scope

LONG = {  # by kind: what comes before the lines, a line where # is its number, what comes after
    "module": ("", "x# = #\n", ""),
    "interpreted twice": (
        "def f():\n    global y\n    y = g()\n",
        "    x# = y\n",
        "def g(): f()\n",
    ),
    "list": ("x = [\n", "    #,\n", "]\n"),
    "dict": ("x = {\n", "    'k#': #,\n", "}\n"),
    "items": ("x = {}\n", "x['k#'] = #\n", ""),
    "attributes": ("def f(a):\n", "    a.x# = #\n", ""),
    "if": ("def f(a):\n", "    if a:\n        x# = #\n", ""),
    "return": ("def f(a):\n", "    if a:\n        return #\n    x# = #\n", ""),
    "for": ("def f(a):\n", "    for x# in a:\n        y# = x#\n", ""),
    "comprehension": ("def f(a):\n", "    x# = [y for y in a]\n", ""),
    "match": ("def f(a):\n    match a:\n", "        case #:\n            x# = #\n", ""),
    "methods": ("class A:\n", "    def f#(self):\n        self.x# = self.x\n", ""),
    "heirs": ("class A:\n    def f(self): self.x = self.y\n", "class A#(A): pass\n", ""),
    "calls each other": ("def g(a): return f0(a)\n", "def f#(a): return g(a.x#)\n", ""),
    "in a loop": ("def f(a):\n    while a:\n", "        x# = #\n", ""),
    "in try": ("def f():\n    try:\n", "        x# = #\n", "    except E:\n        pass\n"),
}


def work(kind: str, count: int) -> int:
    """How many functions are called, and how many cells are copied, for so many lines."""
    before, line, after = LONG[kind]
    lines = "".join(line.replace("#", str(number)) for number in range(count))
    file = SourceFile("a.py", before + lines + after)
    done = 0

    def note(frame: FrameType, event: str, _: Any) -> None:
        nonlocal done
        done += event in {"call", "c_call"}
        if event == "call" and frame.f_code is State.__init__.__code__:
            done += sum(len(v) for v in frame.f_locals.values() if isinstance(v, dict | tuple))

    sys.setprofile(note)
    try:
        analyse(file, DEFAULT_CONTRACT)
    finally:
        sys.setprofile(None)
    return done


def passes(text: str, monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each scope is interpreted."""
    found: Counter[str] = Counter()
    interpret = interpreter._interpret

    def count(scope: Scope, flow: Flow) -> None:
        found[scope.qualified_name or "module"] += 1
        interpret(scope, flow)

    monkeypatch.setattr(interpreter, "_interpret", count)
    analyse(SourceFile("a.py", text), DEFAULT_CONTRACT)
    return found


@pytest.mark.parametrize("kind", LONG)
def test_twice_as_many_lines_are_about_twice_the_work(kind: str) -> None:
    assert work(kind, 1000) < 3 * work(kind, 500)  # four times as much, were it quadratic


def by_default(file: SourceFile) -> object:
    return analyse(file, DEFAULT_CONTRACT)


def steps(text: str, act: Callable[[SourceFile], object] = by_default) -> int:
    """How many instructions of the interpreter the analysis of a text takes, or what else."""
    file = SourceFile("a.py", text)
    done = 0

    def note(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal done
        frame.f_trace_opcodes = True
        done += event == "opcode"
        return note

    sys.settrace(note)
    try:
        act(file)
    finally:
        sys.settrace(None)
    return done


def nested(depth: int) -> str:
    """Loops in loops, each of which may give a name another value."""
    pads = [" " * i for i in range(1, depth + 1)]
    return "def f(a, t):\n" + "".join(
        f"{pad}for x in a:\n{pad} t = a[{len(pad)}] or t\n" for pad in pads
    )


def heirs(count: int) -> str:
    """A class, an heir of it, an heir of that..., each of which reads what the first one has."""
    first = "class A0:\n    def f(self): self.x = self.y\n"
    return first + "".join(f"class A{i}(A{i - 1}):\n    y = {i}\n" for i in range(1, count))


def test_a_name_that_is_bound_often_takes_no_longer_each_time() -> None:
    assert steps("x = 1\n" * 400) < 2.3 * steps("x = 1\n" * 200)


def test_loops_in_loops_do_not_double_the_work_each() -> None:
    assert steps(nested(12)) < 8 * steps(nested(6))


def test_a_long_line_of_heirs_is_looked_through_once() -> None:
    assert steps(heirs(80)) < 2.3 * steps(heirs(40))


def handlers(count: int) -> str:
    """A class with so many methods that generate an ID, each with a finding."""
    method = """
    def on_{}(self, user_id, payload):
        thread_id = payload.get("thread_id") or uuid.uuid4().hex
        self.log.info(user_id)
        return self.store.answer(get_user_execution_context(user_id, thread_id=thread_id), payload)
"""
    head = "import uuid\n\n\nclass Handler:\n    store = log = None\n"
    return head + "".join(method.format(i) for i in range(count))


def test_each_finding_takes_the_same_work() -> None:
    def checked(file: SourceFile) -> object:
        return check(file, Settings())

    assert steps(handlers(60), checked) < 2.3 * steps(handlers(30), checked)


@pytest.mark.parametrize(
    "text",
    [
        "x = a" + " + a" * 2_900,
        "x = a" + ".b()" * 1_400,
        "if a == 0: x = 0\n" + "".join(f"elif a == {i}: x = {i}\n" for i in range(1, 2_900)),
    ],
)
def test_what_python_compiles_is_analysed(text: str) -> None:
    """These are about the largest that Python 3.11 compiles, from a stack that is nearly empty."""
    handler = "\n\ndef handle(user_id):\n    get_user_execution_context(user_id, uuid.uuid4())\n"
    file = SourceFile("a.py", f"import uuid\n{text}{handler}")
    assert [finding.code for finding in check(file, Settings())] == ["CTX101"]


HANDLERS = """\
class Handler:
    def __init__(self, user):
        self.user = user

    def on_message(self, message):
        thread_id = message.get("thread_id") or self.make()
        for part in message["parts"]:
            self.send(part, thread_id)
        return thread_id

    def send(self, part, thread_id):
        get_user_execution_context(self.user, thread_id)

    @staticmethod
    def make():
        return UnifiedIdGenerator.generate_base_id("thread")
"""


def test_what_only_calls_what_is_known_is_interpreted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    assert set(passes(HANDLERS, monkeypatch).values()) == {1}


def test_functions_that_call_each_other_are_interpreted_a_few_times(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """At once only the first time: else each way through the calls would be a time of its own."""
    calls = " or ".join(f"f{number}(a.x, [a])" for number in range(12))
    text = "".join(f"def f{number}(a, b=None):\n    return {calls}\n" for number in range(12))
    assert max(passes(text, monkeypatch).values()) <= 4
