"""noqa comments: flake8's verdict on each, and those that suppress nothing (CTX001)."""

from __future__ import annotations

import io
import random
from argparse import Namespace
from itertools import product
from typing import Any

import pytest
from flake8.processor import FileProcessor
from flake8.violation import Violation
from support.fixture_files import alone
from support.sample_findings import BAD, finding, span

from ctxlint.config.settings import Settings
from ctxlint.finding import Finding
from ctxlint.findings.noqa import unsuppressed
from ctxlint.rules.registry import CODES, RULES
from ctxlint.run import check_file
from ctxlint.run.fix_loop import fix
from ctxlint.source import SourceError, SourceFile

IMPORT = "from app.session import create_user_execution_context"  # CTX301


def file(text: str, path: str = "app/routes.py") -> SourceFile:
    return alone(SourceFile(path, text))


# flake8's grammar.


def verdicts(text: str) -> dict[tuple[int, str], bool]:
    """For each row and code, whether ctxlint shows a finding there."""
    found = [
        finding(where=span(row, 1, 2), code=code)
        for row in range(1, len(file(text).lines) + 1)
        for code in CODES
    ]
    shown = unsuppressed(found, file(text))
    return {(one.span.start.row, one.code): one in shown for one in found}


def verdicts_of_flake8(text: str) -> dict[tuple[int, str], bool]:
    """The same of flake8, asked as it asks itself."""
    lines = io.StringIO(text, newline=None).readlines()
    names = ("hang_closing", "indent_size", "max_line_length", "max_doc_length", "verbose")
    options: Any = Namespace(**dict.fromkeys(names), disable_noqa=False)
    processor = FileProcessor("<text>", options, list(lines))
    if processor.should_ignore_file():
        return {(row, code): False for row in range(1, len(lines) + 1) for code in CODES}
    found = {}
    for row, code in product(range(1, len(lines) + 1), CODES):
        # Where flake8 knows no line it reads that row of the file.
        line = processor.noqa_line_for(row) or lines[row - 1]
        violation = Violation(code, "<text>", row, 1, "", line)
        found[row, code] = not violation.is_inline_ignored(False)
    return found


COMMENTS = [
    f"{opening}{colon}{codes}{end}"
    for opening, colon, codes, end in product(
        ("# noqa", "# NoQA", "#noqa", "#  noqa", "# type: ignore # noqa", "# flake8: noqa"),
        (":", ": ", ":  ", " :", " "),
        ("", "CTX101", "CTX1", "ctx101", "CTX", "E501,CTX101", "E501 CTX301", "CTX101CTX301"),
        ("", ",", " why", "why1", ", CTX0", "; CTX3", " # noqa"),
    )
]
LAYOUTS = [
    "x = 1  # noqa: CTX301\n{}\ny = 1\n",
    '{}\nx = """\n# noqa: CTX201\n"""  {}\ny = 1',
    "x = 1 \\\n    + 1  {}\r\nif x:\r\n    y = (1,  {}\r\n         2)\r\n",
    "class A:\n\tx = '''{}'''; y = 1 {}\n\x0c\n    \n\tz = 1\\\n",
    "x = f'''{{\n1}}\n'''  {}\r\ry = 1\r{}",
    "x = 1 {}\n\\\n",
]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_noqa_counts_where_it_does_for_flake8(layout: str) -> None:
    seen = set()
    for comment in COMMENTS:
        text = layout.replace("{}", comment).replace("{{", "{").replace("}}", "}")
        ours = verdicts(text)
        assert ours == verdicts_of_flake8(text), text
        seen |= set(ours.values())
    assert seen == {True, False}


def test_random_comments_count_as_they_do_for_flake8() -> None:
    dice = random.Random(4)
    words = "# noqa,# flake8: noqa,:,CTX101,CTX,3,E501,#,x,\t,\n,\r\n,\\\n,\x0c,\xa0,é,\",''',(,)"
    pieces = [*words.split(","), ",", " ", " "]
    for _ in range(3000):
        text = "x = 1" + "".join(dice.choices(pieces, k=12))
        assert verdicts(text) == verdicts_of_flake8(text), repr(text)


def test_a_noqa_of_the_whole_file_may_stand_in_a_string() -> None:
    text = f'"""\n  # FLAKE8= NOQA and so on\n"""\n{IMPORT}\n'
    assert check_file.check_all(file(text), Settings()).findings == []
    assert check_file.check(file(text), Settings(disable_noqa=True))


# CTX001: what it reports.


def unused(text: str, settings: Settings | None = None, *, is_test: bool = False) -> list[Finding]:
    found = check_file.check(file(text), settings or Settings(), is_test=is_test)
    return [one for one in found if one.code == "CTX001"]


def shown(text: str, **options: Any) -> list[str]:
    """The codes that are reported, as they stand where the findings are."""
    return [file(text).segment(one.span) for one in unused(text, **options)]


def test_the_finding_is_at_the_code() -> None:
    (found,) = unused("def f():\n    x = 1  # noqa: E501, CTX101\n")
    assert (found.name, found.level, found.function) == ("unused-suppression", "warning", "f")
    assert found.span == span(2, 26, 32)


@pytest.mark.parametrize(
    ("line", "messages"),
    [
        ("x = 1  # noqa: CTX101", ["CTX101: no such finding starts on this line"]),
        ("x = 1  # noqa: CTX2", ["CTX2: no such finding starts on this line"]),
        ("x = 1  # noqa: CTX102", ["CTX102: no such code, did you mean CTX101?"]),
        ("x = 1  # noqa: CTX031", ["CTX031: no such code, did you mean CTX301?"]),
        (f"{IMPORT}  # noqa: CTX301,CTX3", ["CTX3: an earlier code suppresses the same"]),
        (f"{IMPORT}  # noqa: CTX301, CTX301", ["CTX301: an earlier code suppresses the same"]),
        (
            f"{IMPORT}  # noqa: E501  # noqa: CTX301",
            ["CTX301: only the first noqa of a line counts"],
        ),
    ],
)
def test_the_message_says_why(line: str, messages: list[str]) -> None:
    found = [one.message.replace(" suppresses nothing", "") for one in unused(line)]
    assert found == messages


@pytest.mark.parametrize(
    "line",
    [
        "x = 1  # noqa",
        "x = 1  # noqa: E501",
        "x = 1  # noqa: CTX",
        "x = 1  # noqa: CTXA1, ACTX1",
        "x = '# noqa: CTX101'",
        "# flake8: noqa: CTX101\nx = 1",
        f"{IMPORT}  # noqa: CTX301",
        f"{IMPORT}  # noqa: CTX3",
    ],
)
def test_what_is_not_ours_or_is_used_is_silent(line: str) -> None:
    assert unused(line) == []


def test_the_wrong_code_on_the_line_of_a_finding_is_reported_beside_it() -> None:
    found = check_file.check(file(f"{IMPORT}  # noqa: CTX101\n"), Settings())
    assert [one.code for one in found] == ["CTX301", "CTX001"]


@pytest.mark.parametrize(
    ("settings", "reported"),
    [
        (Settings(), ["CTX101", "CTX301", "CTX1", "CTX9"]),
        (Settings(ignore=("CTX101",)), ["CTX301", "CTX9"]),
        (Settings(ignore=("CTX3",)), ["CTX101", "CTX1", "CTX9"]),
        (Settings(select=("CTX0",)), ["CTX9"]),
        (Settings(select=("CTX1", "CTX3")), []),
        (Settings(ignore=("CTX001",)), []),
        (Settings(disable_noqa=True), []),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_only_codes_of_rules_that_ran_are_judged(settings: Settings, reported: list[str]) -> None:
    assert shown("x = 1  # noqa: CTX101, CTX301, CTX1, CTX9\n", settings=settings) == reported


def test_in_a_test_file_rules_that_leave_it_out_are_not_judged() -> None:
    text = "x = 1  # noqa: CTX101, CTX301\n"
    assert shown(text, is_test=True) == ["CTX301"]
    included = Settings(include_tests=True)
    assert shown(text, settings=included, is_test=True) == ["CTX101", "CTX301"]


def test_a_code_in_a_string_that_flake8_reads_first_leaves_the_comment_unused() -> None:
    text = 'text = """\n# noqa: E501\n"""  # noqa: CTX101\n'
    (found,) = unused(text)
    assert found.span == span(3, 14, 20)


@pytest.mark.parametrize("code", ["CTX001", "CTX00", "CTX0"])
def test_it_is_suppressed_by_its_own_code_which_is_not_judged(code: str) -> None:
    text = f"x = 1  # noqa: CTX101, {code}\n"
    checked = check_file.check_all(file(text), Settings())
    assert (checked.findings, [one.code for one in checked.suppressed]) == ([], ["CTX001"])
    assert unused(f"x = 1  # noqa: {code}\n") == []


# CTX001: the gate.


@pytest.mark.parametrize("word", ["noqa", "NOQA", "NoQa", "nOqA"])
def test_a_file_with_both_words_is_a_candidate(word: str) -> None:
    data = f"x = 1  # {word}: CTX101\n".encode()
    assert check_file.is_candidate(data, "a.py", Settings())
    assert len(unused(data.decode())) == 1
    assert not check_file.is_candidate(data.replace(b"CTX", b"ctx"), "a.py", Settings())
    assert not check_file.is_candidate(data.lower().replace(b"noqa", b"no qa"), "a.py", Settings())


def test_both_words_alone_do_not_make_it_parse() -> None:
    broken = file("def CTX(:  # noqa: E501\n")
    assert check_file.check(broken, Settings()) == []
    assert "tree" not in vars(broken)


@pytest.mark.parametrize("text", ["def f(:  # noqa: CTX101\n", "x = (  # noqa: CTX101\n"])
def test_a_broken_file_with_a_code_is_an_error(text: str) -> None:
    with pytest.raises(SourceError, match=r"app/routes\.py:1:\d+: "):
        check_file.check(file(text), Settings())


def test_rows_that_cannot_be_told_apart_have_no_comment_to_judge() -> None:
    """Valid code that `tokenize` refuses: flake8 goes by single rows then."""
    text = f"{IMPORT}  # noqa: CTX101, CTX301\n\\\r\n"
    assert check_file.check(file(text), Settings()) == []


# CTX001: the fix.


def fixed(text: str) -> str:
    result = fix(file(text), Settings())
    assert fix(file(result.text), Settings()).text == result.text
    return result.text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x = 1  # noqa: CTX101\n", "x = 1\n"),
        ("x = 1  # noqa: CTX101", "x = 1"),
        ("x = 1\t#  a\t# NOQA:CTX101 \r\n", "x = 1\t#  a\r\n"),
        ("x = 1  # noqa: CTX101,CTX301, CTX2\n", "x = 1\n"),
        ("x = 1  # noqa: E501 ,CTX101  b\n", "x = 1  # noqa: E501  b\n"),
        ("x = 1  # noqa: CTX101, CTX102, E501,\n", "x = 1  # noqa: E501,\n"),
        ("# noqa: CTX101\nx = 1\n", "x = 1\n"),
        ("if 1:\n    # noqa: CTX101\n    x = 1\n", "if 1:\n    x = 1\n"),
        ("x = 1\n\t# noqa: CTX101", "x = 1\n"),
        ("x = 1\n\x0c# noqa: CTX101\n", "x = 1\n\x0c\n"),
        ("x = '''\n'''  # noqa: CTX101\n", "x = '''\n'''\n"),
        ("x = 1  # noqa: CTX101\ny = 1  # noqa: CTX101\n", "x = 1\ny = 1\n"),
    ],
)
def test_the_code_goes_and_an_empty_comment_with_it(before: str, after: str) -> None:
    assert fixed(before) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x = 1  # noqa: CTX101 why not\n", "x = 1  # why not\n"),
        ("x = 1  # noqa: CTX101, why not\n", "x = 1  # why not\n"),
        ("x = 1  # noqa: CTX101 -- why\n", "x = 1  # why\n"),
        ("x = 1  # noqa: CTX101 \u2014 why\n", "x = 1  # why\n"),
        ("x = 1  # noqa: CTX101  # type: ignore\n", "x = 1  # type: ignore\n"),
        ("x = 1  # type: ignore # noqa: CTX101\n", "x = 1  # type: ignore\n"),
        ("x = 1  # a # noqa: CTX101 b # c\n", "x = 1  # a # b # c\n"),
    ],
)
def test_what_else_the_comment_says_stays(before: str, after: str) -> None:
    assert fixed(before) == after


@pytest.mark.parametrize(
    "comment",
    [
        "# noqa: CTX101 noqa",
        "# noqa: CTX101, noqa: E501",
        "# noqa: CTX101 # noqa",
        "# noqa: CTX101 # noqa: CTX102",
        "# noqa: CTX101 type: ignore[union-attr]",
        "# noqa: CTX101 pragma: no cover",
        "# noqa: CTX101 NOSONAR",
    ],
)
def test_a_comment_that_would_mean_something_else_stays(comment: str) -> None:
    for text in (f"x = 1  {comment}\n", f"{comment}\n"):
        first = unused(text)[0]
        assert first.fix is None
        assert first.unfixed_reason == "the rest of the comment would have a different meaning"


def test_a_comment_behind_a_backslash_stays() -> None:
    assert fixed("x = 1 \\\n    # noqa: CTX101\n") == "x = 1 \\\n    # noqa: CTX101\n"
    assert fixed("x = 1 \\\n    # noqa: CTX101 why\n") == "x = 1 \\\n    # why\n"


def test_codes_that_may_go_alone_but_not_together_go_one_by_one() -> None:
    assert fixed("x = 1  # noqa: CTX101, CTX301 noqa\n") == "x = 1  # noqa: CTX301 noqa\n"
    assert fixed("# noqa: CTX101 # flake8: noqa\n") == "# noqa: CTX101 # flake8: noqa\n"


def test_what_other_comments_suppress_stays_as_it_was() -> None:
    """Whatever the comment, flake8's verdicts on other codes are the same when it is fixed."""
    for comment in COMMENTS:
        before = f"x = 1  {comment}\n"
        after = fixed(before)
        assert len(file(after).lines) == 1
        for code in ("E501", "W291", "CTX001"):
            found = [finding(where=span(1, 1, 2), code=code)]
            assert unsuppressed(found, file(before)) == unsuppressed(found, file(after)), before


def test_a_finding_and_the_noqa_that_it_leaves_unused_go_in_one_run() -> None:
    """The one on the line of an import goes with it, the other one by its own fix."""
    _, import_, *_, end = BAD.splitlines()
    text = BAD.replace(import_, f"{import_}  # noqa: CTX101").replace(end, f"{end}  # noqa: CTX1")
    assert len(unused(text)) == 2
    result = fix(file(text), Settings())
    assert [one.code for one in result.fixed] == ["CTX101", "CTX001"]
    assert "noqa" not in result.text
    assert result.remaining == ()


def test_it_is_a_rule_like_the_others() -> None:
    (rule,) = (rule for rule in RULES if rule.code == "CTX001")
    text = file("x = 1  # noqa: CTX101\n")
    (found,) = check_file.check(text, Settings())
    assert found.fix is not None
    assert rule.edits(text, Settings(), [found]) == found.fix.edits
