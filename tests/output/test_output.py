"""What each output format shows of findings."""

from __future__ import annotations

import io
import json
from textwrap import dedent
from typing import TYPE_CHECKING, Any

import pytest
from support.sample_findings import SAFE, UNSAFE, finding, span, step

from ctxlint import output
from ctxlint.finding import Edit, Finding, Fix, Level, Position, StepKind
from ctxlint.output import printable
from ctxlint.source import SourceFile

if TYPE_CHECKING:
    pass

CODE = """\
def handle(user_id):
    thread_id = make()
    log()
    log()
    log()
    context = get(
        user_id, thread_id
    )
"""
TRACE = (
    step(StepKind.SOURCE, "generated", span(2, 17, 23)),
    step(StepKind.STEP, "kept in thread_id", span(2, 5, 14)),
    step(StepKind.SINK, "passed to get()", span(6, 15, 6, 8)),
)


def written(
    name: str, *findings: Finding, code: str = CODE, unsafe_fixes: bool = False, **sources: str
) -> str:
    texts = {"a.py": code, **sources}
    out = io.StringIO()
    results = output.Results(
        findings,
        lambda file: SourceFile(file, texts.get(file, "")).lines,
        unsafe_fixes=unsafe_fixes,
    )
    output.write(name, results, out)
    return out.getvalue()


def framed(*findings: Finding, **options: Any) -> list[str]:
    """What `full` shows of a finding, without its first two lines."""
    return written("full", *findings, **options).splitlines()[2:]


# concise


@pytest.mark.parametrize(
    ("fix", "unsafe_fixes", "mark"),
    [
        (None, True, ""),
        (SAFE, False, " [*]"),
        (SAFE, True, " [*]"),
        (UNSAFE, False, ""),
        (UNSAFE, True, " [*]"),
    ],
)
def test_concise_marks_what_a_fix_repairs(fix: Fix | None, unsafe_fixes: bool, mark: str) -> None:
    found = finding("pkg/a.py", span(2, 17, 23), fix=fix)
    expected = f"pkg/a.py:2:17: CTX101{mark} error: generated thread_id reaches get()\n"
    assert written("concise", found, unsafe_fixes=unsafe_fixes) == expected


def test_concise_keeps_to_one_line_and_sends_no_escapes() -> None:
    found = finding("a\n\x1b[31m.py", message="odd \u202e é")
    assert written("concise", found) == "a\\n\\x1b[31m.py:1:1: CTX101 error: odd \\u202e é\n"


# json


def test_json_has_exactly_the_documented_keys() -> None:
    fix = Fix(SAFE.applicability, "pass None", (Edit(Position(2, 17), Position(2, 23), "None"),))
    found = finding(
        where=span(2, 17, 23),
        function="handle",
        ids=("thread_id",),
        trace=TRACE[:1],
        fix=fix,
    )
    location = {"location": {"row": 2, "column": 17}, "end_location": {"row": 2, "column": 23}}
    assert json.loads(written("json", found)) == [
        {
            "code": "CTX101",
            "name": "generated-session-id",
            "level": "error",
            "message": "generated thread_id reaches get()",
            "filename": "a.py",
            "function": "handle",
            **location,
            "ids": ["thread_id"],
            "trace": [{"kind": "source", "message": "generated", "filename": "a.py", **location}],
            "fix": {
                "applicability": "safe",
                "message": "pass None",
                "filename": "a.py",
                "edits": [{"content": "None", **location}],
            },
            "unfixed_reason": None,
            "url": None,
        }
    ]


def test_json_names_the_file_that_a_fix_changes() -> None:
    fix = SAFE._replace(filename="b.py")
    (found,) = json.loads(written("json", finding(fix=fix)))
    assert (found["filename"], found["fix"]["filename"]) == ("a.py", "b.py")


def test_json_without_a_fix_has_null_and_the_reason() -> None:
    (found,) = json.loads(written("json", finding(unfixed_reason="it is stored")))
    assert (found["fix"], found["unfixed_reason"], found["function"]) == (
        None,
        "it is stored",
        None,
    )


def test_json_without_findings_is_a_document() -> None:
    assert written("json") == "[]\n"


@pytest.mark.parametrize("name", ["full", "concise", "github"])
def test_texts_without_findings_are_empty(name: str) -> None:
    assert written(name) == ""


# full


def test_full_shows_each_step_numbered_in_the_code() -> None:
    found = finding(
        where=TRACE[0].span,
        message="generated thread_id reaches get() on line 6",
        function="Handler.handle",
        trace=TRACE,
        fix=SAFE,
    )
    assert written("full", found) == dedent("""\
        CTX101 [*] error: generated thread_id reaches get() on line 6
         --> a.py:2:17 in Handler.handle
          |
        2 |     thread_id = make()
          |                 ^^^^^^ 1: generated
          |     ^^^^^^^^^ 2: kept in thread_id
        ...
        6 |     context = get(
          |               ^^^^ 3: passed to get() (to line 8)
          |
          = help: pass None

    """)


def test_full_shows_the_lines_of_a_small_gap() -> None:
    steps = [step(StepKind.SOURCE, str(row), span(row, 5, 8)) for row in (2, 5)]
    shown = framed(finding(trace=tuple(steps)))
    assert [line[0] for line in shown if line[:1].isdigit()] == ["2", "3", "4", "5"]
    assert "..." not in shown


def test_full_aligns_numbers_of_different_width() -> None:
    steps = [step(StepKind.SOURCE, "x", span(row, 1, 2)) for row in (9, 10)]
    assert framed(finding(trace=tuple(steps)), code="a\n" * 10) == [
        "   |",
        " 9 | a",
        "   | ^ 1: x",
        "10 | a",
        "   | ^ 2: x",
        "   |",
        "",
    ]


def test_full_without_a_trace_points_at_the_finding() -> None:
    assert framed(finding(where=span(2, 17, 23))) == [
        "  |",
        "2 |     thread_id = make()",
        "  |                 ^^^^^^",
        "  |",
        "",
    ]


@pytest.mark.parametrize(
    ("code", "cells"),
    [
        ("\tx = make()\n", 8),
        ("日本 = make()\n", 7),
        ("e\u0301 = make()\n", 4),
        ("'\x1b[31m'; make()\n", 12),
        ("'\u202e'; make()\n", 10),
        ("\x0cmake()\r\n", 4),
        ("日本; make()", 6),
    ],
    ids=["tab", "wide", "combining", "escape", "bidi", "form feed", "no newline"],
)
def test_full_points_right_whatever_the_characters(code: str, cells: int) -> None:
    column = code.index("make") + 1
    _, line, carets, *_ = framed(finding(where=span(1, column, column + 4)), code=code)
    assert carets == "  | " + " " * cells + "^^^^"
    assert line.isprintable()


def test_full_points_at_wide_characters_in_their_width() -> None:
    _, _, carets, *_ = framed(finding(where=span(1, 1, 3)), code="日本 = 1\n")
    assert carets == "  | ^^^^"


def test_full_points_at_an_empty_span() -> None:
    _, _, carets, *_ = framed(finding(where=span(2, 5, 5)))
    assert carets == "  |     ^"


def test_full_shows_a_long_line_around_its_mark() -> None:
    code = "x = [" + "1, " * 1000 + "make(), " + "2, " * 1000 + "]\n"
    column = code.index("make") + 1
    _, line, carets, *_ = framed(finding(where=span(1, column, column + 6)), code=code)
    assert line.startswith("1 | ...")
    assert line.endswith("...")
    assert len(line) < 200
    assert line[carets.index("^") :].startswith("make()")


def test_full_follows_a_trace_into_another_file() -> None:
    trace = (TRACE[0], step(StepKind.SINK, "passed", span(1, 1, 4), "b.py"))
    assert framed(finding(trace=trace), **{"b.py": "get(x)\n"}) == [
        "  |",
        "2 |     thread_id = make()",
        "  |                 ^^^^^^ 1: generated",
        " ::: b.py:1:1",
        "  |",
        "1 | get(x)",
        "  | ^^^ 2: passed",
        "  |",
        "",
    ]


def test_full_names_the_file_that_a_trace_begins_in() -> None:
    trace = (step(StepKind.SOURCE, "generated", span(1, 1, 4), "b.py"), TRACE[2])
    shown = framed(finding(trace=trace), **{"b.py": "get(x)\n"})
    assert [line for line in shown if ":::" in line] == [" ::: b.py:1:1", " ::: a.py:6:15"]


def test_full_does_without_a_file_that_is_not_at_hand() -> None:
    assert framed(finding(where=span(3, 1, 2)), code="")[1:3] == ["3 |", "  | ^"]


@pytest.mark.parametrize(
    ("fields", "unsafe_fixes", "note"),
    [
        ({"fix": SAFE}, False, "  = help: pass None"),
        ({"fix": UNSAFE}, False, "  = help: pass None (unsafe: needs --unsafe-fixes)"),
        ({"fix": UNSAFE}, True, "  = help: pass None (unsafe)"),
        ({"unfixed_reason": "it is stored"}, False, "  = no fix: it is stored"),
        ({}, False, "  |"),
    ],
)
def test_full_ends_with_what_can_be_done(
    fields: dict[str, Any], unsafe_fixes: bool, note: str
) -> None:
    assert framed(finding(**fields), unsafe_fixes=unsafe_fixes)[-2] == note


def test_full_eats_no_brackets_and_wraps_no_line() -> None:
    message = "[bold]x[/bold] :smile: " + "word " * 100
    assert message.rstrip() in written("full", finding("[red].py", message=message))
    assert "[red].py" in written("full", finding("[red].py"))


def test_colour_obeys_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    found = finding(trace=TRACE, level=Level.WARNING)
    assert "\x1b" not in written("full", found)
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[1;33mCTX101" in written("full", found)
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[1;33m" not in written("full", found)


# Text


@pytest.mark.parametrize("text", ["plain", "日本 é e\u0301", "tab-free", ""])
def test_printable_leaves_text_alone(text: str) -> None:
    assert printable(text) == text


@pytest.mark.parametrize("char", ["\n", "\x1b", "\x7f", "\x9b", "\u202e", "\u2028", "\udc80"])
def test_printable_escapes_what_a_terminal_would_obey(char: str) -> None:
    assert printable(f"a{char}b") == "a" + char.encode("unicode_escape").decode() + "b"
