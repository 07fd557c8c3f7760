"""Files that mean no good: one line each, exit 2, and the file beside them is still checked."""

from __future__ import annotations

import codecs
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from support.commands import CLEAN, FOUND, USAGE, Run, process
from support.sample_findings import BAD, FIXED

from ctxlint.run import check_file
from ctxlint.run import fix_loop as fixing
from ctxlint.run.fix_loop import Fixed
from ctxlint.source import read_file

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def hostile(run: Run, bad: Path, tmp_path: Path) -> Iterator[Any]:
    """Check and fix `hostile.py` beside a bad file; return the lines about it."""

    def lines(data: bytes | None) -> list[str]:
        path = tmp_path / "hostile.py"
        if data is not None:
            path.write_bytes(data)
        results = [run(verb, "--output-format", "concise", "-q") for verb in ("check", "fix")]
        assert [result.code for result in results] == [USAGE, USAGE]
        assert results[0].out.startswith("bad.py:7:28: CTX101")
        assert bad.read_text() == FIXED
        assert results[0].err == results[1].err
        assert data is None or path.read_bytes() == data
        return results[0].err.splitlines()

    return lines


@pytest.mark.parametrize(
    ("tail", "line"),
    [
        (
            b"x = '\xff'\n",
            "hostile.py:9:6: not utf-8: byte 0xff, save it as UTF-8 or declare its encoding",
        ),
        (b"x = '\xe9\n", "hostile.py:9:6: not utf-8: byte 0xe9, "),
        (b"def f(:\n", "hostile.py:9:7: syntax error: invalid syntax, fix it and check again"),
        (b"x = (\n", "hostile.py:9:5: syntax error: '(' was never closed, "),
        (b"x = " + b"(" * 3000 + b")" * 3000, "hostile.py:9:"),
        (b"print 'hello'\n", "hostile.py:9:1: syntax error: Missing parentheses in call"),
    ],
    ids=["not UTF-8", "latin-1", "syntax", "unclosed", "3,000 brackets", "Python 2"],
)
def test_a_file_that_is_not_python_is_one_line(hostile: Any, tail: bytes, line: str) -> None:
    (only,) = hostile(BAD.encode() + tail)
    assert only.startswith(line)


def test_null_bytes_are_one_line(hostile: Any) -> None:
    (only,) = hostile(BAD.encode() + b"x = 1\x00\n")
    assert only.startswith("hostile.py: ")
    assert "null bytes" in only


def test_an_unknown_encoding_is_one_line(hostile: Any) -> None:
    (only,) = hostile(b"# coding: klingon\n" + BAD.encode())
    assert only.startswith("hostile.py: unknown encoding: klingon")


@pytest.mark.parametrize("name", ["undefined", "punycode"])
def test_an_encoding_that_is_none_of_texts_is_one_line(hostile: Any, name: str) -> None:
    (only,) = hostile(f"# coding: {name}\n{BAD}".encode())
    what = (f"cannot be decoded as {name}, declare ", f"not {name}: byte ")  # from Python 3.13
    assert only.partition(": ")[2].startswith(what)


def test_a_text_that_its_encoding_cannot_write_is_not_changed(run: Run, bad: Path) -> None:
    bad.write_text(f"# coding: idna\n{BAD}")
    before = bad.read_bytes()
    result = run("fix", "-q")
    assert "internal error" not in result.err
    assert result.err.count("\n") <= 1
    assert bad.read_bytes() == before or result.code == CLEAN


@pytest.mark.parametrize(
    "annotation",
    [
        "get_user_execution_context(1, thread_id=str(uuid.uuid4())).context",
        "(uuid.uuid4()).hex | [get_user_execution_context(1, uuid.uuid4())][0].context",
        "'get_user_execution_context(1, thread_id=(yield)).context'",
        "'\\0'",
    ],
)
def test_an_annotation_may_be_any_expression(run: Run, bad: Path, annotation: str) -> None:
    text = f"class Any:\n    def f(self, x: {annotation} = None):\n        return x\n"
    bad.write_text(f"{BAD}\n\n{text}")
    assert run("check").code == FOUND
    assert run("fix").code == CLEAN


NEWER = {
    (3, 12): [
        "def f[T](x: T) -> T: ...",
        "async def f[T](x: T) -> T: ...",
        "class A[T]: ...",
        "type Name = int",
        "type Name[T] = list[T]",
        "x = f'{a['b']}'",
        "x = f'{\n1}'",
        "x = f'{\"\\n\".join(a)}'",
    ],
    (3, 14): ["x = t'{a}'", "try:\n    pass\nexcept A, B:\n    pass"],
}


@pytest.mark.parametrize(
    ("version", "text"), [(version, text) for version in NEWER for text in NEWER[version]]
)
def test_what_a_newer_python_takes_is_a_line_that_says_so(
    run: Run, bad: Path, version: tuple[int, int], text: str
) -> None:
    bad.write_text(f"{BAD}{text}\n")
    result = run("check", "-q")
    if sys.version_info >= version:
        assert result.code == FOUND
        return
    what = "not valid in Python {}.{}, which runs ctxlint".format(*sys.version_info)
    assert result.code == USAGE
    assert result.err.startswith("bad.py:")
    assert result.err.endswith(f": {what}: fix it, or run ctxlint with the project's Python\n")
    assert result.err.count("\n") == 1


def test_an_encoding_that_the_byte_order_mark_contradicts_is_one_line(hostile: Any) -> None:
    """Python refuses such a file."""
    (only,) = hostile(codecs.BOM_UTF8 + b"# coding: latin-1\n" + BAD.encode())
    assert only.startswith("hostile.py: encoding problem: utf-8, ")


def test_a_dangling_and_a_circular_link_are_a_line_each(hostile: Any, tmp_path: Path) -> None:
    (tmp_path / "dangling.py").symlink_to("nowhere.py")
    (tmp_path / "loop.py").symlink_to("loop.py")
    assert sorted(hostile(None)) == [
        "dangling.py: dangling link, remove it or restore its target",
        "loop.py: circular link, remove it or point it at a file",
    ]


@pytest.mark.parametrize(
    ("error", "what"),
    [
        (PermissionError(13, "Permission denied"), "permission denied, change its mode"),
        (FileNotFoundError(2, "No such file"), "vanished after it was found, run ctxlint again"),
    ],
    ids=["no permission", "vanished"],
)
def test_a_file_that_cannot_be_read_is_one_line(
    hostile: Any, monkeypatch: pytest.MonkeyPatch, error: OSError, what: str
) -> None:
    def refuse(path: str, **_: object) -> bytes:
        if path.endswith("hostile.py"):
            raise error
        return read_file(path)

    for reader in ("run.file_tasks", "project.modules"):
        monkeypatch.setattr(f"ctxlint.{reader}.read_file", refuse)
    Path("hostile.py").touch()
    (only,) = hostile(None)
    assert only.startswith(f"hostile.py: {what}")


def test_3000_chained_calls_do_not_stop_the_rest(run: Run, bad: Path, tmp_path: Path) -> None:
    chain = b"x = a" + b".b()" * 3000 + b"\n"
    (tmp_path / "hostile.py").write_bytes(BAD.encode() + chain)
    done = process("check", "--output-format", "concise", "-q", cwd=tmp_path)
    assert done.returncode in {FOUND, USAGE}
    assert done.stdout.startswith(b"bad.py:7:28: CTX101")
    assert b"Traceback" not in done.stderr
    is_checked = b"hostile.py:7:28: CTX101" in done.stdout
    assert is_checked or done.stderr.startswith(b"hostile.py: nested too deeply")


def test_brackets_nested_deeper_than_python_allows_do_not_kill_the_process(
    bad: Path, tmp_path: Path
) -> None:
    brackets = b"x = " + b"[" * 3000 + b"]" * 3000
    (tmp_path / "hostile.py").write_bytes(BAD.encode() + brackets)
    done = process("check", "--output-format", "concise", "-q", cwd=tmp_path)
    assert done.returncode == USAGE
    assert done.stdout.startswith(b"bad.py:7:28: CTX101")
    assert done.stderr.startswith(b"hostile.py:9:")
    assert done.stderr.count(b"\n") == 1


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (codecs.BOM_UTF8 + BAD.encode(), codecs.BOM_UTF8 + FIXED.encode()),
        (
            codecs.BOM_UTF8 + b"# coding: utf-8\n" + BAD.encode(),
            codecs.BOM_UTF8 + b"# coding: utf-8\n" + FIXED.encode(),
        ),
        (BAD.replace("\n", "\r\n").encode(), FIXED.replace("\n", "\r\n").encode()),
        (BAD.rstrip().encode(), FIXED.rstrip().encode()),
        (BAD.replace("\n\n", "\n\x0c\n").encode(), FIXED.replace("\n\n", "\n\x0c\n").encode()),
        (
            b"# coding: latin-1\nX = '\xe9'\n" + BAD.encode(),
            b"# coding: latin-1\nX = '\xe9'\n" + FIXED.encode(),
        ),
    ],
    ids=["BOM", "BOM and declaration", "CRLF", "no final newline", "form feed", "latin-1"],
)
def test_odd_files_are_fixed_and_keep_their_oddity(
    run: Run, bad: Path, before: bytes, after: bytes
) -> None:
    bad.write_bytes(before)
    assert run("fix").code == CLEAN
    assert bad.read_bytes() == after


def test_an_empty_file_is_clean(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.py").touch()
    assert run("check").code == CLEAN
    assert run("fix").code == CLEAN


def test_a_file_of_10_mb_is_checked(run: Run, tmp_path: Path) -> None:
    text = BAD + 'DATA = """\n' + ("x" * 99 + "\n") * 100_000 + '"""\n'
    (tmp_path / "a.py").write_text(text)
    result = run("check", "--output-format", "concise")
    assert (result.code, result.out.count("CTX101")) == (FOUND, 1)


def test_a_file_that_changed_between_reading_and_writing_is_refused(
    run: Run, bad: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fix = fixing.fix

    def fix_slowly(*args: Any, **options: Any) -> Fixed:
        result = fix(*args, **options)
        bad.write_text("# somebody else was faster\n")
        return result

    monkeypatch.setattr(fixing, "fix", fix_slowly)
    result = run("fix", "-q")
    assert result == (
        USAGE,
        "",
        "bad.py: changed since it was read, run ctxlint again\n",
    )
    assert bad.read_text() == "# somebody else was faster\n"


def test_a_bug_of_ours_is_one_line(run: Run, bad: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise KeyError("a\nb")

    monkeypatch.setattr(check_file, "check_all", fail)
    result = run("check", "-q")
    assert result.code == USAGE
    assert result.err.startswith("bad.py: internal error KeyError in test_hostile_input.py:")
    assert result.err.count("\n") == 1


@pytest.mark.parametrize(
    "statement",
    [
        f"    names = user_id{'.lower()' * 300}\n    return get_user_execution_context(",
        "    return \\\n\\\n  get_user_execution_context(",
    ],
    ids=["300 chained calls", "backslashes"],
)
def test_what_libcst_may_not_take_apart_is_a_finding_all_the_same(
    run: Run, bad: Path, statement: str
) -> None:
    bad.write_text(BAD.replace("    return get_user_execution_context(", statement))
    assert run("check").code == FOUND


def test_a_statement_that_libcst_cannot_nest_has_no_fix(run: Run, bad: Path) -> None:
    bad.write_text(
        "import uuid\nfrom app.session import get_user_execution_context\n"
        f"get_user_execution_context(1, thread_id=(uuid.uuid4()), name=x{'.lower()' * 300})\n"
    )
    result = run("fix")
    assert result.code == FOUND
    assert "no fix: LibCST cannot parse the statement on line 3" in result.out


def test_a_statement_before_a_lone_backslash_is_fixed(run: Run, bad: Path) -> None:
    bad.write_text(
        "import uuid\nfrom app.session import get_user_execution_context\n"
        "get_user_execution_context(1, thread_id=uuid.uuid4()) \\\n\n"
    )
    assert run("fix").code == CLEAN
    assert bad.read_text() == (
        "from app.session import get_user_execution_context\n"
        "get_user_execution_context(1, thread_id=None) \\\n\n"
    )


@pytest.mark.parametrize(
    "text",
    [
        "continue",
        "break",
        "for part in parts:\n    def inner():\n        break\n",
        "if part:\n    return new_id()\n",
        "yield new_id()",
        "class Some:\n    thread_id = yield new_id()\n    return thread_id\n",
        "thread_id = await new_id()",
        "thread_id = [await one async for one in new_id()]",
        "async with new_id() as thread_id:\n    pass\n",
        "nonlocal thread_id",
        "def inner(thread_id):\n    global thread_id\n    thread_id = new_id()\n",
        "def inner(a, a):\n    from app import *\n    return new_id(a)\n",
        "def inner():\n    nonlocal missing\n    missing = new_id()\n",
        "try:\n    pass\nexcept:\n    new_id()\nexcept ValueError:\n    new_id()\n",
        "match part:\n    case x:\n        new_id()\n    case y:\n        new_id()\n",
        "__debug__ = new_id()",
        "f(a=new_id(), a=new_id())",
    ],
)
def test_what_only_a_compiler_refuses_is_analysed(run: Run, bad: Path, text: str) -> None:
    bad.write_text(f"{BAD}\n\nnew_id = UnifiedIdGenerator.generate_base_id\n{text}\n")
    assert run("check").code == FOUND
    assert run("fix", "--unsafe-fixes").code in {FOUND, CLEAN}


@pytest.mark.parametrize("size", [0, 1, 2**16 - 1, 2**16, 2**16 + 1, 2**17, 2**17 + 1, 10**6])
def test_a_file_is_read_whole(size: int, tmp_path: Path) -> None:
    data = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    (tmp_path / "some.py").write_bytes(data)
    assert read_file(str(tmp_path / "some.py")) == data
    for found in (size, size + 1, max(size - 1, 0)):  # it may have changed since it was found
        assert read_file(str(tmp_path / "some.py"), size=found) == data


@pytest.mark.skipif(sys.platform == "win32", reason="it has no named pipes")
def test_a_pipe_is_read_to_its_end(tmp_path: Path) -> None:
    pipe = str(tmp_path / "some.py")
    os.mkfifo(pipe)
    writer = (
        "import sys, time\n"
        "with open(sys.argv[1], 'wb', 0) as pipe:\n"
        "    for size in (6, 70_000, 3, 70_000):\n"
        "        pipe.write(b'#' * size)\n"
        "        time.sleep(0.02)\n"
    )
    with subprocess.Popen([sys.executable, "-c", writer, pipe]):
        assert read_file(pipe) == b"#" * 140_009
