"""CTX301: levels, messages, contracts, and its fix beside formatters and that of CTX101."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from support.fixture_files import Fixture, alone, load_fixtures

from ctxlint.config.settings import Settings
from ctxlint.contract.contract import Contract
from ctxlint.contract.getter import Getter
from ctxlint.finding import Finding, Level
from ctxlint.project.scopes import read_names
from ctxlint.run import check_file
from ctxlint.run.fix_loop import apply, fix
from ctxlint.source import SourceFile

FIXTURES = load_fixtures("CTX301")
ONLY = Settings(select=("CTX301",))
GETTER = "get_user_execution_context"
each_fixture = pytest.mark.parametrize("fixture", FIXTURES, ids=str)


def check(text: str, settings: Settings = ONLY) -> list[Finding]:
    return check_file.check(alone(SourceFile("app/routes.py", text)), settings)


def fixed(text: str, *settings: Settings) -> str:
    """The text after the fixes of these settings, one after the other."""
    for each in settings or (ONLY,):
        text = fix(alone(SourceFile("app/routes.py", text)), each).text
    return text


# Findings.

DEAD = "from app.session import create_user_execution_context\n"
UNFINISHED = f"{DEAD}\n\ndef handle(user_id):\n    return {GETTER}(user_id)\n"


def test_a_dead_import_is_a_note() -> None:
    (finding,) = check(DEAD)
    assert (finding.level, finding.function, finding.trace) == (Level.NOTE, None, ())
    assert finding.message == "create_user_execution_context is imported and never used"
    assert finding.span == ((1, 25), (1, 54))


def test_an_unfinished_rename_is_an_error() -> None:
    (finding,) = check(UNFINISHED)
    assert (finding.level, finding.function) == (Level.ERROR, None)
    assert finding.message.startswith(f"{GETTER} on line 5 raises NameError")
    assert finding.fix
    assert finding.fix.message == f"import {GETTER} instead of create_user_execution_context"
    assert fixed(UNFINISHED) == UNFINISHED.replace("create_user", "get_user")


def test_a_rename_that_would_not_reach_is_an_error_without_a_fix() -> None:
    body = "def one():\n    {}    return 1\n\n\ndef two(user_id):\n    return {}(user_id)\n"
    (finding,) = check(body.format(DEAD, GETTER))
    assert finding.message.startswith(f"{GETTER} on line 7 raises NameError")
    assert finding.unfixed_reason == f"it does not reach line 7, where {GETTER} is read"


@each_fixture
def test_what_is_renamed_is_an_error(fixture: Fixture) -> None:
    for finding in check_file.check(fixture.file, ONLY):
        is_error = "raises NameError" in finding.message
        assert (finding.level is Level.ERROR) is is_error
        assert is_error or not finding.fix or finding.fix.message.startswith("remove ")
        assert not finding.trace
        assert (finding.fix is None) is bool(finding.unfixed_reason)


def test_the_function_is_the_dotted_one_around_the_import() -> None:
    body = f"        {DEAD}        def inner():\n            {DEAD}"
    found = check(f"class Routes:\n    def create(self):\n{body}")
    assert [f.function for f in found] == ["Routes.create", "Routes.create.inner"]


def test_test_files_are_checked_too() -> None:
    assert check_file.check(SourceFile("tests/conftest.py", DEAD), Settings(), is_test=True)


def test_a_file_that_is_no_init_may_end_like_one() -> None:
    assert check_file.check(SourceFile("app/not__init__.py", DEAD), ONLY)
    assert not check_file.check(SourceFile("__init__.py", DEAD), ONLY)


# The contract.


def settings(*getters: Getter) -> Settings:
    return replace(ONLY, contract=Contract(getters=getters))


def test_the_names_are_those_that_the_getters_replace() -> None:
    ours = settings(Getter("find", {}, replaces=("make",)), Getter("take", {}, replaces=("new",)))
    text = f"from a import make, new, old\n{DEAD}take(1)\n"
    first, second = check(text, ours)
    assert (first.level, second.level) == (Level.NOTE, Level.ERROR)
    assert fixed(text, ours) == f"from a import take, old\n{DEAD}take(1)\n"


def test_a_getter_that_replaces_nothing_has_no_findings() -> None:
    assert check(DEAD, settings(Getter(GETTER, {}))) == []


def test_a_dotted_name_must_be_the_one_imported() -> None:
    ours = settings(Getter("app.new.find", {}, replaces=("app.new.make_*",)))
    assert [
        f.span.start.row for f in check("import app.old.make_a\nimport app.new.make_b", ours)
    ] == [2]


@pytest.mark.parametrize(
    ("module", "reason"),
    [("app.new", None), (".new", None), ("app.old", "app.new.find is in another module")],
)
def test_a_dotted_getter_is_imported_from_its_module(module: str, reason: str | None) -> None:
    ours = settings(Getter("app.new.find", {}, replaces=("make",)))
    (finding,) = check(f"from {module} import make\nfind()\n", ours)
    assert (finding.level, finding.unfixed_reason) == (Level.ERROR, reason)


# The fix.


@each_fixture
def test_each_fix_is_sound_alone(fixture: Fixture) -> None:
    found = check_file.check(fixture.file, ONLY)
    for finding in found:
        if finding.fix:
            text = apply(finding.fix.edits, fixture.file)
            compile(text, fixture.name, "exec", dont_inherit=True)
            left = check_file.check(replace(fixture.file, text=text), ONLY)
            assert len(left) < len(found)


@each_fixture
def test_no_fix_leaves_the_getter_undefined(fixture: Fixture) -> None:
    result = fix(fixture.file, ONLY)
    if any(finding.level is Level.ERROR for finding in result.fixed):
        names = read_names(replace(fixture.file, text=result.text).tree)
        for scope in names.scopes.values():
            assert GETTER not in scope.loads or scope.owner(GETTER)


def ruff(folder: Path, *command: str) -> str:
    """What ruff prints of the files in a folder, as a tool that knows no project."""
    files = sorted(map(str, folder.glob("*.py")))
    args = [sys.executable, "-m", "ruff", *command, "--isolated", "--quiet", "--no-cache", *files]
    return subprocess.run(args, capture_output=True, text=True, check=False).stdout


def test_ruff_would_leave_the_fixed_files_as_they_are(tmp_path: Path) -> None:
    for number, fixture in enumerate(FIXTURES):
        (tmp_path / f"{number}.py").write_bytes(fixture.data)
    for command in (["check", "--select", "I", "--fix"], ["format"]) * 2:
        ruff(tmp_path, *command)
    changed = 0
    for path in tmp_path.glob("*.py"):
        file = alone(SourceFile.from_bytes("routes.py", path.read_bytes()))
        result = fix(file, ONLY)
        changed += bool(result.fixed)
        path.write_bytes(file.encode(result.text))
    assert changed > 20
    assert ruff(tmp_path, "format", "--diff") == ""
    assert json.loads(ruff(tmp_path, "check", "--select", "I", "--output-format", "json")) == []


BOTH = Settings(select=("CTX101", "CTX301"))
FIRST = Settings(select=("CTX101",))
HANDLE = """

def handle(user_id):
    return get_user_execution_context(user_id, thread_id=Gen.generate_base_id("t"))
"""
TOGETHER = {
    "one statement": """\
import json
from app import UnifiedIdGenerator as Gen, create_user_execution_context, json
from app.session import get_user_execution_context
""",
    "nothing else in the statement": """\
from app.session import get_user_execution_context
from app import create_user_execution_context, UnifiedIdGenerator as Gen
""",
    "lines of one statement": """\
from app import (
    create_user_execution_context,  # create
    get_user_execution_context,  # get
    UnifiedIdGenerator as Gen,  # generate
)
""",
    "neighbours": """\
from app import UnifiedIdGenerator as Gen
from app import create_user_execution_context
from app import get_user_execution_context
""",
    "one line": """\
from app import UnifiedIdGenerator as Gen; from app import create_user_execution_context
from app import get_user_execution_context
""",
    "unfinished rename": """\
from app import UnifiedIdGenerator as Gen, create_user_execution_context
""",
    "sections": """\
import json

from app import UnifiedIdGenerator as Gen

from app import create_user_execution_context

from app import get_user_execution_context
""",
}


@pytest.mark.parametrize("imports", TOGETHER.values(), ids=TOGETHER)
def test_the_fixes_of_ctx101_and_ctx301_do_not_fight(imports: str) -> None:
    text = imports + HANDLE
    result = fixed(text, BOTH)
    assert {f.code for f in check(text, BOTH)} == {"CTX101", "CTX301"}
    assert check(result, BOTH) == []
    assert "Gen" not in result
    assert "create" not in result
    assert fixed(text, FIRST, ONLY) == fixed(text, ONLY, FIRST) == result
