"""Whatever a file holds, it is checked and fixed or refused, and never harmed.

Texts are made of real files, cut and spliced, with names of the contract put in; and of bytes. The
budget is fixed and the examples are the same each time; `-m thorough` tries many more.
"""

from __future__ import annotations

import ast
import codecs
import functools
import sysconfig
import time
from pathlib import Path
from typing import TYPE_CHECKING

import corpus
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.commands import CLEAN, FOUND, USAGE
from support.fixture_files import load_fixtures
from support.sample_findings import BAD

from ctxlint.cli import main
from ctxlint.config.settings import Settings
from ctxlint.project.discovery import Target
from ctxlint.run import file_tasks

if TYPE_CHECKING:
    from ctxlint.run.file_result import FileResult

LIMIT = 10  # seconds of the processor for each run over a file
SETTINGS = Settings(unsafe_fixes=True)
FIXTURES = [fixture.data for fixture in load_fixtures()]
PROJECT = sorted((Path(__file__).parents[2] / "src").rglob("*.py"))
LIBRARY = [
    path
    for name in ("ast", "contextlib", "dataclasses", "uuid", "secrets", "test/test_grammar")
    for path in [Path(sysconfig.get_path("stdlib"), f"{name}.py")]
    if path.exists()
]
TOKENS = (
    "get_user_execution_context(",
    "create_user_execution_context",
    "UnifiedIdGenerator.generate_base_id('t')",
    "uuid.uuid4()",
    "import uuid\n",
    "from app.session import get_user_execution_context\n",
    "thread_id=",
    "run_id",
    "# noqa: CTX101",
    "Request({'type': 'websocket'})",
    ": get_user_execution_context(1, thread_id=uuid.uuid4()) = None",
    ": uuid.uuid4()",
    " -> get_user_execution_context(1, uuid.uuid4())",
    "class A:\n    def f(self, x: get_user_execution_context(1, thread_id=uuid.uuid4())): pass\n",
    *("(", ")", "[", "]", "{", "}", ":", ",", ";", "=", ":=", "\\\n", "\n", "\n    ", "\t", "\r"),
    *("'", '"', '"""', "f'{", "#", "\x0c", "\x00", "\ufeff", "\u2028", "é", "日本", "\U0001f600"),
    *("if True:\n", "try:\n", "lambda: ", "await ", "yield ", "async ", "match x:\n", "*", "**"),
)
ENCODINGS = (*["utf-8"] * 12, "latin-1", "cp1252", "utf-16", "utf-7", "shift_jis")
ODD_CODECS = ("undefined", "punycode", "idna", "unicode_escape", "raw_unicode_escape", "rot13")


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Blocks of two real files; often cut, or spliced with lines and tokens."""
    first, second = draw(st.sampled_from(FIXTURES)), draw(st.sampled_from(real_files()))
    blocks = [block for data in (first, second) for block in blocks_of(data)]
    own = len(blocks_of(first))
    text = "\n\n\n".join([blocks[0], *draw(st.permutations(blocks[1 : own + 2]))])
    for _ in range(draw(st.sampled_from((0, 0, 0, 1, 1, 2, 3)))):
        start = draw(st.integers(0, len(text)))
        if draw(st.booleans()):
            start = text.rfind("\n", 0, start) + 1
        end = min(len(text), start + draw(st.sampled_from((0, 0, 1, 5, 40, 400))))
        text = text[:start] + draw(st.sampled_from((*TOKENS, *blocks))) + text[end:]
    return text


def blocks_of(data: bytes) -> list[str]:
    """A text, cut where two lines are empty."""
    return data.decode("utf-8", "replace").replace("\r\n", "\n").split("\n\n\n")


@functools.cache
def real_files() -> tuple[bytes, ...]:
    return (*FIXTURES, *(path.read_bytes() for path in [*PROJECT, *LIBRARY]))


@st.composite
def files(draw: st.DrawFn) -> bytes:
    """The bytes of such a text, in any encoding, with any newlines; or any bytes at all."""
    if draw(st.integers(0, 9)) == 0:
        return draw(st.binary(max_size=60)) + BAD.encode()
    text = draw(texts())
    newline = draw(st.sampled_from(("\n", "\n", "\r\n", "\r")))
    encoding = draw(st.sampled_from(ENCODINGS))
    if draw(st.integers(0, 9)) == 0:  # declared, be the bytes in it or not
        text = f"# coding: {draw(st.sampled_from(ODD_CODECS))}\n{text}"
    elif draw(st.booleans()) and encoding != "utf-8":
        text = f"# coding: {encoding}\n{text}"
    data = text.replace("\n", newline).encode(encoding, "replace")
    return draw(st.sampled_from((b"", b"", b"", codecs.BOM_UTF8))) + data


def is_python(data: bytes) -> bool:
    try:
        ast.parse(data)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def sound(outcome: FileResult) -> None:
    """A file is done with, or refused in one line that is not about a fault of ours."""
    error = outcome.error or ""
    assert "internal error" not in error
    assert "report this" not in error
    assert "\n" not in error


def timed(job: functools.partial[FileResult]) -> FileResult:
    start = time.process_time()
    outcome = job()
    assert time.process_time() - start < LIMIT
    return outcome


def check_and_fix(path: Path, data: bytes) -> None:
    """Check and fix a file as the command line does; what was not parsed is as it was."""
    path.write_bytes(data)
    target = Target("a.py", str(path), SETTINGS)
    checked = timed(functools.partial(file_tasks.check_file, target))
    assert path.read_bytes() == data
    fixed = timed(functools.partial(file_tasks.fix_file, target))
    sound(checked)
    sound(fixed)
    after = path.read_bytes()
    if after == data:
        assert not fixed.fixed
        return
    assert is_python(data)
    assert is_python(after)
    assert list(corpus.differences(data, after)) == []
    assert timed(functools.partial(file_tasks.fix_file, target)).fixed == ()
    assert path.read_bytes() == after


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hostile") / "a.py"


fuzzed = functools.partial(
    settings,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@fuzzed(max_examples=400)
@given(data=files())
def test_no_file_is_harmed(path: Path, data: bytes) -> None:
    check_and_fix(path, data)


@pytest.mark.thorough
@fuzzed(max_examples=20_000)
@given(data=files())
def test_no_file_of_very_many_is_harmed(path: Path, data: bytes) -> None:
    check_and_fix(path, data)


@fuzzed(max_examples=40)
@given(data=files())
def test_the_command_line_ends_with_one_of_its_exit_codes(
    path: Path, capfd: pytest.CaptureFixture[str], data: bytes
) -> None:
    path.write_bytes(data)
    for verb in ("check", "fix"):
        with pytest.raises(SystemExit) as ended:
            main.main([verb, "--isolated", "--output-format", "concise", str(path)])
        out, err = capfd.readouterr()
        assert ended.value.code in {CLEAN, FOUND, USAGE}
        assert "Traceback" not in out + err
        assert "internal error" not in err
        assert (ended.value.code == FOUND) == ("CTX" in out)


def test_the_texts_are_often_python_and_often_fixed(path: Path) -> None:
    """The fuzzer itself is of use: it reaches what comes behind the parser."""
    numbers = {"python": 0, "fixed": 0}

    @fuzzed(max_examples=600)
    @given(data=files())
    def count(data: bytes) -> None:
        path.write_bytes(data)
        numbers["python"] += is_python(data)
        outcome = file_tasks.fix_file(Target("a.py", str(path), SETTINGS))
        numbers["fixed"] += bool(outcome.fixed)

    count()
    assert numbers["python"] >= 100
    assert numbers["fixed"] >= 32


SAMPLE = [path for path in corpus.files() if 1_000 < path.stat().st_size < 20_000][::90]


def test_real_files_are_fixed_and_nothing_else_in_them_changes() -> None:
    """One in many files of the standard library and the installed packages; see corpus.py."""
    results = [corpus.attempt(path) for path in SAMPLE]
    assert [(result.path, result.problems) for result in results if result.problems] == []
    assert sum(result.fixed for result in results) >= len(SAMPLE) // 4


@pytest.mark.thorough
def test_the_standard_library_is_fixed_and_nothing_else_in_it_changes() -> None:
    results = [
        corpus.attempt(path) for path in corpus.files() if path.is_relative_to(corpus.STDLIB)
    ]
    assert [(result.path, result.problems) for result in results if result.problems] == []


def test_a_change_elsewhere_is_noticed() -> None:
    """The comparison of the corpus can fail."""
    before = b"if a:\n    x = f(\n        1)\n    y = 2\nz = 3\n"
    assert list(corpus.differences(before, before.replace(b"3", b"4"))) == []
    assert list(corpus.differences(before, b"if a:\n    y = 2\nz = 3\n")) == []
    for after in (
        b"if a:\n    x = '''f(\n        1)\n    y = 2\nz = 3\n'''\n",
        b"def b():\n    x = 0\nif a:\n    pass\nif b:\n    y = 2\nz = 3\n",
        b"if a:\n    x = (\n",
    ):
        assert list(corpus.differences(before, after)) != [], after
