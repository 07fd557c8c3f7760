"""`--add-noqa` writes the comments that suppress what is found; `--disable-noqa` ignores them."""

from __future__ import annotations

import ast
import codecs
import json
from typing import TYPE_CHECKING, Any

import pytest
from support.commands import CLEAN, FOUND, USAGE, Run
from support.fixture_files import Fixture, alone, load_fixtures
from support.flake8_runs import codes as codes_of_flake8
from support.sample_findings import BAD, FIXED, FIXED_ALONE

from ctxlint.config.settings import Settings
from ctxlint.run import check_file, file_tasks
from ctxlint.run.add_noqa import add_noqa
from ctxlint.run.fix_loop import fix
from ctxlint.source import SourceError, SourceFile

if TYPE_CHECKING:
    from pathlib import Path

DEAD = "from app.session import create_user_execution_context"  # CTX301
CALL = '        user_id, thread_id=UnifiedIdGenerator.generate_base_id("t")\n'
SILENT = BAD.replace(CALL, f"{CALL[:-1]}  # noqa: CTX101\n")


def added(text: str, reason: str = "", path: str = "app/routes.py") -> str:
    """The text with comments for all of its findings; a second run has nothing to do."""
    file = SourceFile(path, text)
    after = add_noqa(file, check_file.check(file, Settings()), reason)
    assert check_file.check(after, Settings()) == []
    return after.text


# The comment.


@pytest.mark.parametrize(
    ("line", "comment"),
    [
        ("", "  # noqa: CTX301"),
        (" \t", "  # noqa: CTX301"),
        ("  # type: ignore", "  # type: ignore  # noqa: CTX301"),
        ("  # why not  ", "  # why not  # noqa: CTX301"),
        ("  #noqa", "  #noqa  # noqa: CTX301"),
        ("  # noqa: E501", "  # noqa: E501, CTX301"),
        ("  # NOQA:E501,W291 ,", "  # NOQA:E501,W291, CTX301 ,"),
        ("  # noqa: E501 too long", "  # noqa: E501, CTX301 too long"),
        ("  # noqa: E501  # type: ignore", "  # noqa: E501, CTX301  # type: ignore"),
        ("  # noqa: ctx301", "  # noqa: ctx301, CTX301"),
        ("  # noqa: CTX101", "  # noqa: CTX101, CTX001, CTX301"),
        ("  # noqa: E501  # noqa: E502", "  # noqa: E501, CTX301  # noqa: E502"),
        ("\x0c", "\x0c  # noqa: CTX301"),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", ""], ids=["LF", "CRLF", "CR", "none"])
def test_a_comment_is_added_or_extended(line: str, comment: str, end: str) -> None:
    assert added(f"{DEAD}{line}{end}") == f"{DEAD}{comment}{end}"


@pytest.mark.parametrize(
    ("line", "comment"),
    [
        ("", "  # noqa: CTX301 it is read"),
        ("  # type: ignore", "  # type: ignore  # noqa: CTX301 it is read"),
        ("  # noqa: E501", "  # noqa: E501, CTX301 it is read"),
        ("  # noqa: E501 too long", "  # noqa: E501, CTX301 it is read; too long"),
        ("  # noqa: E501  # type: ignore", "  # noqa: E501, CTX301 it is read  # type: ignore"),
    ],
)
def test_the_reason_follows_the_codes(line: str, comment: str) -> None:
    assert added(f"{DEAD}{line}\n", "it is read") == f"{DEAD}{comment}\n"


def test_an_empty_row_behind_a_backslash_has_the_comment() -> None:
    assert added(f"{DEAD} \\\n\nx = 1\n") == f"{DEAD} \\\n  # noqa: CTX301\nx = 1\n"


def test_several_codes_of_a_line_are_sorted_and_each_is_there_once() -> None:
    line = (
        f"{DEAD}; from uuid import uuid4; {DEAD} as a; "
        "from app.session import get_user_execution_context as g; g(1, str(uuid4()))"
    )
    assert added(f"{line}\n") == f"{line}  # noqa: CTX101, CTX301\n"


HEAD = "from uuid import uuid4\nfrom app.session import get_user_execution_context as get\n"
LAYOUTS = [
    'get(1, """\n""" + str(uuid4()), 2){}\n',
    'get(1, str(uuid4()) + """\n\n""",\n    2)\n',
    'x = get(1, str(uuid4())) or """\n  a"""{}\n',
    "get(1, \\\n    str(uuid4())){}\n",
    "get(1, str(uuid4()), \\\n    2) or \\\n    3{}\n",
    'get(1, f"""\n    {uuid4()}\n"""){}\n',
    "get(1, f'{uuid4()}'){}",
    "get(\n    1,\n    str(uuid4()),{}\n)\n",
    "get(1, str(uuid4()){}\n    .upper())\n",
    "if 1:\n\tget(1, str(uuid4())){}\n\x0c\n\tpass\n",
]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_comment_is_where_flake8_looks_for_it(layout: str, tmp_path: Path) -> None:
    before = layout.replace("{}", "")
    after = added(f"{HEAD}{before}").removeprefix(HEAD)
    if "{}" in layout:
        assert after == layout.replace("{}", "  # noqa: CTX101")
    (tmp_path / "a.py").write_text(HEAD + after)
    assert codes_of_flake8("a.py", cwd=tmp_path) == []


@pytest.mark.parametrize("fixture", load_fixtures(), ids=str)
def test_every_finding_of_every_fixture_can_be_suppressed(fixture: Fixture) -> None:
    found = check_file.check(fixture.file, Settings())
    if not found:
        return
    text = added(fixture.text, path=fixture.file.path)
    assert ast.dump(ast.parse(text)) == ast.dump(ast.parse(fixture.text))
    changed = [
        row
        for row, pair in enumerate(zip(text.splitlines(), fixture.text.splitlines(), strict=True))
        if pair[0] != pair[1]
    ]
    assert 0 < len(changed) <= len(found)


# What cannot be suppressed.


def refusal(text: str, reason: str = "") -> str:
    file = SourceFile("app/routes.py", text)
    with pytest.raises(SourceError) as caught:
        add_noqa(file, check_file.check(file, Settings()), reason)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_noqa_in_a_string_of_the_line_is_in_the_way() -> None:
    text = f'{HEAD}get(1, str(uuid4()), "# noqa: E501")\n'
    assert refusal(text) == (
        "app/routes.py:3:12: no comment on this line would suppress CTX101, "
        "fix the code or ignore the file; nothing is written"
    )


def test_a_line_that_is_not_known_to_go_on_stays_as_it_is() -> None:
    """Valid code that `tokenize` refuses: flake8 goes by single rows then."""
    text = f"{HEAD}get(1, str(uuid4()), \\\n    2)\n\\\r\n"
    assert refusal(text).endswith("would change the code, " + REFUSED)


REFUSED = "fix the code or ignore the file; nothing is written"


def test_a_reason_that_the_encoding_lacks_is_an_error() -> None:
    file = SourceFile.from_bytes("a.py", f"# coding: latin-1\n{DEAD}; x = 'é'\n".encode("latin-1"))
    with pytest.raises(SourceError, match=r"a\.py: '\u20ac' cannot be written in iso-8859-1, "):
        add_noqa(file, check_file.check(file, Settings()), "100 \u20ac")


# The command line.


def test_check_writes_comments_and_exits_clean(run: Run, bad: Path) -> None:
    silent = (CLEAN, "", "Suppressed 1 finding in 1 file; none remain.\n")
    assert run("check", "--add-noqa") == silent
    assert bad.read_text() == SILENT
    assert run("check", "--add-noqa") == (CLEAN, "", "All clear: 1 file checked.\n")
    assert bad.read_text() == SILENT


@pytest.mark.parametrize(
    "arguments",
    [
        ["--add-noqa", "src"],
        ["src", "--add-noqa"],
        ["--add-noqa", "--", "src"],
        ["--add-noqa=", "src"],
        ["--add-noqa", "--select", "CTX1", "src"],
    ],
    ids=" ".join,
)
def test_a_bare_option_takes_no_path_for_its_reason(
    run: Run, bad: Path, arguments: list[str]
) -> None:
    (bad.parent / "src").mkdir()
    other = bad.rename(bad.parent / "src/bad.py")
    bad.write_text(BAD)
    assert run("check", *arguments).code == CLEAN
    assert (bad.read_text(), other.read_text()) == (BAD, SILENT)


def test_behind_two_dashes_it_is_a_path(run: Run, bad: Path) -> None:
    bad.rename(bad.parent / "--add-noqa")
    assert run("check", "--", "--add-noqa").code == FOUND
    assert (bad.parent / "--add-noqa").read_text() == BAD


def test_check_writes_the_reason(run: Run, bad: Path) -> None:
    assert run("check", "--add-noqa= a new session is right ").code == CLEAN
    assert "  # noqa: CTX101 a new session is right\n" in bad.read_text()


@pytest.mark.parametrize(
    "reason", ["two\nlines", "end\n", "a\rb", "\u2028", "\x00", "E501", "PR12 says so", ",x1"]
)
def test_what_is_no_reason_is_one_line_and_writes_nothing(run: Run, bad: Path, reason: str) -> None:
    result = run("check", f"--add-noqa={reason}")
    assert (result.code, result.out, result.err.count("\n")) == (USAGE, "", 1)
    assert result.err.startswith(
        "ctxlint check: Invalid value for '--add-noqa': write the reason on one line, "
    )
    assert bad.read_text() == BAD


@pytest.mark.parametrize("other", ["--disable-noqa", "--write-baseline=b.json"])
def test_options_that_contradict_it_are_refused(run: Run, bad: Path, other: str) -> None:
    result = run("fix", "--add-noqa", other)
    option = other.partition("=")[0]
    assert result.err.startswith(f"ctxlint fix: --add-noqa and {option} cannot be used together.")
    assert (result.code, bad.read_text()) == (USAGE, BAD)


def test_fix_fixes_first_and_suppresses_the_rest(run: Run, bad: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.py"
    other.write_text(f"try:\n    {DEAD}\nexcept ImportError:\n    pass\n")
    assert run("fix", "--add-noqa=a probe", "-v") == (
        CLEAN,
        "",
        "bad.py: checked, 1 fixed, 0 findings\n"
        "other.py: checked, 1 suppressed, 0 findings\n"
        "Fixed 1 finding in 1 file, suppressed 1 finding in 1 file; none remain.\n",
    )
    assert bad.read_text() == FIXED
    assert f"    {DEAD}  # noqa: CTX301 a probe\n" in other.read_text()


def test_fix_as_a_diff_writes_no_comments(run: Run, tmp_path: Path) -> None:
    text = f"try:\n    {DEAD}\nexcept ImportError:\n    pass\n"
    (tmp_path / "a.py").write_text(text)
    result = run("fix", "--diff", "--add-noqa")
    assert result.code == FOUND
    assert f"+    {DEAD}  # noqa: CTX301\n" in result.out
    assert result.err == "Would suppress 1 finding in 1 file; none remain.\n"
    assert (tmp_path / "a.py").read_text() == text


@pytest.mark.parametrize(("command", "text"), [("check", SILENT), ("fix", FIXED_ALONE)])
def test_of_stdin_the_new_text_is_printed(run: Run, command: str, text: str) -> None:
    result = run(command, "--add-noqa", "-", stdin=BAD.encode())
    assert (result.code, result.out) == (CLEAN, text)


def test_a_clean_stdin_is_printed_as_it_is(run: Run) -> None:
    data = codecs.BOM_UTF8 + FIXED.replace("\n", "\r\n").encode()
    assert run("check", "--add-noqa", "-", stdin=data).out == data.decode()


@pytest.mark.parametrize(
    ("head", "tail", "encoding"),
    [
        ("\ufeff", "", "utf-8"),
        ("# coding: latin-1\n'é'\n", "", "latin-1"),
        ("", "\x0c\n", "utf-8"),
    ],
    ids=["BOM", "latin-1", "form feed"],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_no_other_byte_of_an_odd_file_changes(
    run: Run, tmp_path: Path, head: str, tail: str, encoding: str, end: str
) -> None:
    before, after = (
        f"{head}{text}{tail}".replace("\n", end).encode(encoding) for text in (BAD, SILENT)
    )
    (tmp_path / "a.py").write_bytes(before)
    assert run("check", "--add-noqa").code == CLEAN
    assert (tmp_path / "a.py").read_bytes() == after


def test_a_file_that_cannot_be_helped_is_one_line_and_the_others_are_written(
    run: Run, bad: Path, tmp_path: Path
) -> None:
    text = f'{HEAD}get(1, str(uuid4()), "# noqa: E501")\n'
    (tmp_path / "a.py").write_text(text)
    result = run("check", "--add-noqa")
    assert result.code == USAGE
    assert result.err.startswith("a.py:3:12: no comment on this line would suppress CTX101, ")
    assert ((tmp_path / "a.py").read_text(), bad.read_text()) == (text, SILENT)


def test_what_is_in_the_baseline_gets_no_comment(run: Run, bad: Path, tmp_path: Path) -> None:
    run("check", "--write-baseline", "b.json")
    (tmp_path / "new.py").write_text(BAD)
    result = run("check", "--baseline", "b.json", "--add-noqa")
    assert result.code == CLEAN
    assert result.err.startswith("Suppressed 1 finding in 1 file; none remain. 1 ")
    assert (bad.read_text(), (tmp_path / "new.py").read_text()) == (BAD, SILENT)
    assert "stale" not in result.err


def test_a_finding_gets_its_comment_in_the_file_where_it_stands(run: Run, tmp_path: Path) -> None:
    """A flow may begin in a file that names no getter."""
    ids = "from uuid import uuid4\n\n\ndef new_id():\n    return str(uuid4())\n"
    handler = "from app.session import get_user_execution_context\nfrom ids import new_id\n\n\n"
    handler += "def handle(user_id):\n    return get_user_execution_context(user_id, new_id())\n"
    (tmp_path / "ids.py").write_text(ids)
    (tmp_path / "handler.py").write_text(handler)
    assert run("check").out.startswith("CTX101 ")
    assert run("check", "--add-noqa").err == "Suppressed 1 finding in 1 file; none remain.\n"
    assert (tmp_path / "handler.py").read_text() == handler
    assert (tmp_path / "ids.py").read_text() == f"{ids[:-1]}  # noqa: CTX101\n"
    assert run("check").code == CLEAN


def test_a_file_that_changes_meanwhile_is_not_written(
    run: Run, bad: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    suppress = file_tasks.suppress_findings

    def change_first(*args: Any, **options: Any) -> Any:
        bad.write_text(f"# new\n{BAD}")
        return suppress(*args, **options)

    monkeypatch.setattr(file_tasks, "suppress_findings", change_first)
    result = run("check", "--add-noqa")
    assert result.code == USAGE
    assert "bad.py: changed since it was checked, run ctxlint again\n" in result.err
    assert "CTX101" in result.out
    assert bad.read_text() == f"# new\n{BAD}"


def test_what_is_not_selected_gets_no_comment(run: Run, bad: Path) -> None:
    assert run("check", "--add-noqa", "--ignore", "CTX101").code == CLEAN
    assert bad.read_text() == BAD


def test_unused_codes_go_before_comments_come(run: Run, bad: Path) -> None:
    bad.write_text(BAD.replace(CALL, f"{CALL[:-1]}  # noqa: CTX301\n"))
    assert run("fix", "--add-noqa").code == CLEAN
    assert bad.read_text() == FIXED


# --disable-noqa


def test_without_noqa_what_comments_suppress_is_reported(run: Run, bad: Path) -> None:
    bad.write_text(f"# flake8: noqa\n{SILENT}x = 1  # noqa: CTX101\n")
    assert run("check").code == CLEAN
    result = run("check", "--disable-noqa", "--output-format", "json")
    assert [found["code"] for found in json.loads(result.out)] == ["CTX101"]


def test_without_noqa_it_is_fixed_too(run: Run, bad: Path) -> None:
    bad.write_text(SILENT)
    assert run("fix").code == CLEAN
    assert bad.read_text() == SILENT
    assert run("fix", "--disable-noqa").code == CLEAN
    assert bad.read_text() == FIXED.replace("=None\n", "=None  # noqa: CTX101\n")


# A fix that would change how the file is read.


def test_a_fix_that_moves_a_comment_to_where_it_declares_an_encoding_is_refused() -> None:
    text = f"# 1\n{DEAD}\n# coding: cp1252\nx = 'é'\n"
    file = alone(SourceFile("a.py", text))
    with pytest.raises(SourceError, match=r"a\.py: would no longer be read as utf-8, "):
        fix(file, Settings())
