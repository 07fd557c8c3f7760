"""What the flow does for a scope grows with the length of the scope, not with its square."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest

from ctxlint.contract import DEFAULT_CONTRACT
from ctxlint.flow import State, analyse
from ctxlint.source import SourceFile

if TYPE_CHECKING:
    from types import FrameType

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


@pytest.mark.parametrize("kind", LONG)
def test_twice_as_many_lines_are_about_twice_the_work(kind: str) -> None:
    assert work(kind, 1000) < 3 * work(kind, 500)  # four times as much, were it quadratic
