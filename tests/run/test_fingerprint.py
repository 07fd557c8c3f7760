"""What a finding is known by: the same wherever its code stands and however it is formatted."""

from __future__ import annotations

import subprocess
import sys
import warnings
from textwrap import dedent

import pytest
from support.sample_findings import BAD, finding, span

from ctxlint import lint_source
from ctxlint.finding import Finding
from ctxlint.findings.fingerprint import code_of, fingerprint, unique_fingerprints
from ctxlint.source import SourceFile

HEAD = """\
from app.session import get_user_execution_context
from fastapi import Request, WebSocket
from shared.ids import UnifiedIdGenerator
"""


def fingerprints(text: str) -> list[str]:
    """The fingerprints of the findings in a file with this text."""
    findings = lint_source(text, "app/handlers.py")
    assert findings
    lines = SourceFile("app/handlers.py", text).lines
    return unique_fingerprints(findings, lambda _: lines)


def formatted(text: str) -> str:
    """The text as ruff formats it."""
    arguments = [sys.executable, "-m", "ruff", "format", "--isolated", "-"]
    done = subprocess.run(arguments, input=text.encode(), capture_output=True, check=True)
    assert done.stdout.decode() != text
    return done.stdout.decode()


def code(text: str) -> str:
    """The hash of code that a finding points at."""
    lines = SourceFile("a.py", text).lines
    last = lines[-1] if lines else ""
    where = span(1, 1, len(last.rstrip("\r\n")) + 1, max(len(lines), 1))
    return code_of(finding(where=where), lines).hash


# Formatters


UGLY = {
    "quotes": """
        def h(user_id):
            return get_user_execution_context(user_id, UnifiedIdGenerator.generate_base_id('t'))
        """,
    "quotes that need escapes": r"""
        def h(user_id):
            t = UnifiedIdGenerator.generate_base_id('it\'s', "say \"hi\"")
            return get_user_execution_context(user_id, t)
        """,
    "line splits": """
        def h(user_id):
            t = UnifiedIdGenerator.generate_base_id(
               "t"
                 )
            return get_user_execution_context(user_id, t)
        """,
    "a line too long": """
        def h(user_id):
            t = UnifiedIdGenerator.generate_base_id("a_rather_long_prefix", user_id, "more")
            return get_user_execution_context(user_id, t)
        """,
    "trailing commas": """
        def h(user_id):
            t = UnifiedIdGenerator.generate_base_id("t" , [user_id ,] ,)
            return get_user_execution_context(user_id, t)
        """,
    "parentheses": """
        def h(user_id):
            t = ((UnifiedIdGenerator.generate_base_id(("t"))))
            return get_user_execution_context(user_id, (t))
        """,
    "backslashes": """
        def h(user_id):
            t = UnifiedIdGenerator \\
                .generate_base_id("t" \\
                                  + user_id)
            return get_user_execution_context(user_id, t)
        """,
    "indentation": """
        def h(user_id):
          if user_id:
                t = UnifiedIdGenerator.generate_base_id(
              "t", user_id,
            {'a':1, **user_id}
          )
                return get_user_execution_context(user_id, t)
        """,
    "literals": """
        def h(user_id):
            t = UnifiedIdGenerator.generate_base_id(u"t", 0XFF, 1E5, 10J, F'{user_id}', B"x")
            return get_user_execution_context(user_id, t)
        """,
    "joined strings": """
        def h(user_id):
            t = UnifiedIdGenerator.generate_base_id("a"  'b' f'{user_id}'
               "c")
            return get_user_execution_context(user_id, t)
        """,
    "operators": """
        def h(user_id):
            t = UnifiedIdGenerator.generate_base_id(not(user_id), lambda x:x*2+1, user_id[1 : 2])
            return get_user_execution_context(user_id, t)
        """,
    "a comment inside": """
        def h(user_id):
            t = UnifiedIdGenerator.generate_base_id("t" #why
             )
            return get_user_execution_context(user_id, t)
        """,
    "a source inside an f-string": """
        def h(user_id):
            t = f'é{UnifiedIdGenerator.generate_base_id( "t" )}'
            return get_user_execution_context(user_id, t)
        """,
    "a fake request": """
        async def h(ws: WebSocket):
            return Request({'type':'http',
              'headers':[]}, receive = None)
        """,
    "an alias": """
        def h(user_id):
            from app.session import (create_user_execution_context   as
               make)
        """,
}


@pytest.mark.parametrize("body", UGLY.values(), ids=UGLY)
def test_ruff_format_changes_no_fingerprint(body: str) -> None:
    text = HEAD + dedent(body)
    assert fingerprints(formatted(text)) == fingerprints(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("gen('t')", 'gen("t")'),
        ("gen('t',)", "gen('t')"),
        ("gen(  't'\n)", "gen('t')"),
        ("gen('t'\r\n)", "gen('t'\n)"),
        ("gen('t'  # why\n)", "gen('t')"),
        ("gen('a' 'b')", "gen('ab')"),
        ("gen(((1)))", "gen(1)"),
        ("gen(\\\n  1)", "gen(1)"),
        ("gen(u'a')", "gen('a')"),
        ("make  as \\\r\n  m", "make as m"),
        ("await gen( )", "await gen()"),
    ],
)
def test_spellings_of_one_code_are_the_same(one: str, other: str) -> None:
    assert code(one) == code(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("gen('t')", "gen('r')"),
        ("gen('a b')", "gen('ab')"),
        ("gen('it\\'s')", "gen('it\"s')"),
        ("gen('a,)')", "gen('a)')"),
        ("gen('a')", "gen(b'a')"),
        ("gen('1')", "gen(1)"),
        ("gen(1)", "gen(1.0)"),
        ("gen(None)", "gen()"),
        ("gen(t, r)", "gen(r, t)"),
        ("gen(t=r)", "gen(r=t)"),
        ("gen(*t)", "gen(**t)"),
        ("gen(t, [r])", "gen([t], r)"),
        ("gen([t, r], [])", "gen([t], [r])"),
        ("gen(t)(r)", "gen(t(r))"),
        ("gen(a + b)", "gen(a - b)"),
        ("gen(f'{a}')", "gen(f'{a!r}')"),
        ("make as m", "make as n"),
        ("makes as m", "make as sm"),
        ("# noqa: CTX101", "# noqa: CTX301"),
    ],
)
def test_different_codes_differ(one: str, other: str) -> None:
    assert code(one) != code(other)


@pytest.mark.parametrize(
    "text",
    ["f(" * 500 + ")" * 500, "f" + "()" * 5000, "0x" + "f" * 9000, "(", "\0", "\ud800", ""],
    ids=["nested", "chained", "a number too long", "broken", "null", "surrogate", "empty"],
)
def test_odd_code_has_a_hash_too(text: str) -> None:
    assert len(code(text)) == 16
    assert code(text) == code(text)


def test_odd_escapes_are_no_warnings() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert code(r"gen('\d')") == code(r"gen('\\d')")


def test_the_hash_is_the_same_in_every_version_of_python() -> None:
    text = "gen('t', 1.5, [None, *a], {**b, 'c': d}, f'{x!r:>{w}}', lambda y: y[1:], k=True)"
    assert code(text) == "ab41248ac5db29cb"


def test_the_text_is_for_people_and_formatted_alike() -> None:
    lines = ["x = gen(\n", "    't',  # why\n", ")\n"]
    assert code_of(finding(where=span(1, 5, 2, 3)), lines).text == "gen('t')"
    assert code_of(finding(where=span(1, 1, 9)), ["make  as\n"]).text == "make as"


# Places


def moved(text: str) -> str:
    """The text with its function further down and indented, in a block."""
    head, body = text.split("def handle", 1)
    block = "".join(f"    {line}" for line in f"def handle{body}".splitlines(keepends=True))
    return f"{head}LIMIT = 1\n\nif LIMIT:\n{block}"


@pytest.mark.parametrize(
    "text",
    ["# moved\n\n" + BAD, BAD.replace("\n", "\r\n"), BAD + "\n\nMORE = 1\n", moved(BAD)],
    ids=["down", "other newlines", "more below", "into a block"],
)
def test_moved_code_keeps_its_fingerprint(text: str) -> None:
    assert fingerprints(text) == fingerprints(BAD)


@pytest.mark.parametrize(
    "text",
    [
        BAD.replace("def handle", "def handle_message"),
        BAD.replace('id("t")', 'id("r")'),
    ],
    ids=["other function", "other code"],
)
def test_other_code_has_another_fingerprint(text: str) -> None:
    assert text != BAD
    assert fingerprints(text) != fingerprints(BAD)


def test_path_code_and_function_make_the_fingerprint() -> None:
    where = span(1, 1, 4)
    findings = [
        finding("a.py", where),
        finding("b.py", where),
        finding("a.py", where, code="CTX301"),
        finding("a.py", where, function="f"),
        finding("a.py", span(1, 1, 3)),
    ]
    assert len({fingerprint(one, ["gen\n"]) for one in findings}) == len(findings)


def test_findings_alike_are_numbered_from_the_top_in_any_order() -> None:
    lines = ["gen()\n", "gen()\n", "gen()\n", "other()\n"]

    def unique(*findings: Finding) -> list[str]:
        return unique_fingerprints(findings, lambda _: lines)

    first, second, third = (finding(where=span(row, 1, 6)) for row in (1, 2, 3))
    plain = fingerprint(first, lines)
    assert unique(first, second, third) == [plain, f"{plain}:2", f"{plain}:3"]
    assert unique(third, first, second) == [f"{plain}:3", plain, f"{plain}:2"]
    assert unique(finding(where=span(4, 1, 8)), second)[1] == plain
    assert unique() == []
