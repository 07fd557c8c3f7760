"""What the flow does grows with what it is done for, not with its square."""

from __future__ import annotations

import sys
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from ctxlint.contract.contract import DEFAULT_CONTRACT
from ctxlint.flow import State, analyse, interpreter
from ctxlint.source import SourceFile

if TYPE_CHECKING:
    from types import FrameType

    from ctxlint.flow import Flow
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
