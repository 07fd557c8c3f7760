"""The flake8 plugin, in flake8 processes: it reports what the command line does."""

from __future__ import annotations

import ast
import codecs
import re
import subprocess
import sys
from argparse import Namespace
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support.commands import CLEAN, FOUND, USAGE
from support.fixture_files import load_fixtures
from support.flake8_runs import FLAKE8, Shown, codes, configure, flake8, shown, shown_by_ctxlint
from support.sample_findings import BAD, FIXED

import ctxlint
from ctxlint.config.settings import Settings
from ctxlint.flake8 import Plugin
from ctxlint.run import check_file

if TYPE_CHECKING:
    from collections.abc import Sequence

FIXTURES = load_fixtures()
FOLDERS = tuple(sorted({fixture.code.lower() for fixture in FIXTURES}))
# What a platform that starts its processes in another way would run.
START = """
import multiprocessing, sys
from flake8.main.cli import main

if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[1])
    raise SystemExit(main(sys.argv[2:]))
"""
# flake8 with a bug of ours that bad.py brings to light.
BUGGY = """
import sys
from ctxlint.run import check_file as engine
from flake8.main.cli import main

def check_all(file, *args, **options):
    if file.path == "bad.py":
        raise KeyError("a\\nb")
    return original(file, *args, **options)

original, engine.check_all = engine.check_all, check_all
if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
"""


def plugin(text: str, tree: ast.AST | None = None) -> Plugin:
    """The plugin for a text that is in no file."""
    options = Namespace(ctx_config=None, ctx_include_tests=False, disable_noqa=False)
    return Plugin(tree or ast.Module([], []), text.splitlines(True), "gone.py", options)


# The plugin as flake8 sees it.


def test_flake8_accepts_the_entry_point() -> None:
    (point,) = (p for p in entry_points(group="flake8.extension") if "ctxlint" in p.value)
    assert re.fullmatch(r"[A-Z]{1,3}[0-9]{0,3}", point.name)
    assert point.load() is Plugin


def test_flake8_lists_the_plugin_and_its_options(tmp_path: Path) -> None:
    assert f"ctxlint: {ctxlint.__version__}" in flake8("--version", cwd=tmp_path).out
    usage = flake8("--help", cwd=tmp_path).out
    assert "--ctx-config FILE" in usage
    assert "--ctx-include-tests" in usage


def modules_of(*args: str, cwd: Path) -> set[str]:
    """The modules that a run of Python imports."""
    arguments = [sys.executable, "-X", "importtime", *args]
    done = subprocess.run(arguments, cwd=cwd, capture_output=True, text=True, check=False)
    return {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}


def test_the_plugin_imports_nothing_of_ours_before_it_is_run(tmp_path: Path) -> None:
    modules = modules_of("-c", "import ctxlint.flake8", cwd=tmp_path)
    assert {name for name in modules if name.startswith("ctxlint")} == {"ctxlint", "ctxlint.flake8"}


def test_files_that_cannot_match_import_no_libcst(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("import uuid\n\nprint(uuid.uuid4())\n")
    modules = modules_of(*FLAKE8, "a.py", cwd=tmp_path)
    assert "ctxlint.run.check_file" in modules
    assert not modules & {"libcst", "rich", "rignore", "click"}


# What the command line finds.


@pytest.fixture(scope="module")
def fixtures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all fixtures, none of them a test."""
    folder = tmp_path_factory.mktemp("fixtures")
    configure(folder, "test-paths = []")
    for fixture in FIXTURES:
        path = folder / fixture.file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(fixture.data)
    (folder / "start.py").write_text(START)
    return folder


@pytest.fixture(scope="module")
def expected(fixtures: Path) -> list[Shown]:
    """What the command line finds in them."""
    return shown_by_ctxlint(*FOLDERS, cwd=fixtures)


@pytest.mark.parametrize(
    ("program", "jobs"),
    [(FLAKE8, "-j1"), (("start.py", "fork"), "-j2"), (("start.py", "spawn"), "-j2")],
    ids=["serial", "fork", "spawn"],
)
def test_every_fixture_gives_what_ctxlint_gives(
    fixtures: Path, expected: list[Shown], program: Sequence[str], jobs: str
) -> None:
    if "fork" in program and sys.platform == "win32":
        pytest.skip("Windows cannot fork")
    result = flake8(jobs, *FOLDERS, cwd=fixtures, program=program)
    assert (result.code, result.err) == (FOUND, "")
    assert shown(result) == expected
    assert {one.path.partition("/")[0] for one in expected} == set(FOLDERS)


def test_every_fixture_gives_its_suppressed_findings_too(
    fixtures: Path, expected: list[Shown]
) -> None:
    found = [
        Shown(finding.filename, *finding.span.start, finding.code, finding.message)
        for fixture in FIXTURES
        for finding in check_file.check(fixture.file, Settings(disable_noqa=True))
    ]
    assert shown(flake8("--disable-noqa", *FOLDERS, cwd=fixtures)) == sorted(found)
    assert {one.code for one in set(found) - set(expected)} >= {"CTX101", "CTX301"}


SPELLINGS = {
    "plain": (BAD.encode(), 7, 28),
    "bom": (codecs.BOM_UTF8 + BAD.encode(), 7, 28),
    "crlf": (BAD.replace("\n", "\r\n").encode(), 7, 28),
    "cr": (BAD.replace("\n", "\r").encode(), 7, 28),
    "mixed": (BAD.replace("\n", "\r\n", 3).encode(), 7, 28),
    "wide": (BAD.replace("user_id, ", "f('日本 é'), ").encode(), 7, 30),
    "latin": (b"# coding: latin-1\n" + BAD.replace("user_id, ", "'é', ").encode("latin-1"), 8, 24),
    "form_feed": (BAD.replace("\n\n\n", "\n\f\n\f\n").encode(), 7, 28),
    "separators": (BAD.replace("\n\n\n", "\n'\x0b\x1c\u2028'\n\n").encode(), 7, 28),
    "no_end": (BAD.rstrip("\n").encode(), 7, 28),
}


def test_rows_and_columns_are_those_of_the_command_line(tmp_path: Path) -> None:
    for name, (data, _, _) in SPELLINGS.items():
        (tmp_path / f"{name}.py").write_bytes(data)
    names = [f"{name}.py" for name in SPELLINGS]
    found = shown(flake8(*names, cwd=tmp_path))
    expected = {f"{name}.py": (row, column) for name, (_, row, column) in SPELLINGS.items()}
    assert {one.path: (one.row, one.column) for one in found} == expected
    assert found == shown_by_ctxlint(*names, cwd=tmp_path)


def test_two_findings_at_one_place_are_both_shown_once(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(
        "def handle(user_id):\n"
        "    thread_id = UnifiedIdGenerator.generate_base_id('t')\n"
        "    get_user_execution_context(user_id, thread_id)\n"
        "    get_user_execution_context(user_id, thread_id)\n"
    )
    found = shown(flake8("a.py", cwd=tmp_path))
    assert [(one.row, one.column) for one in found] == [(2, 17), (2, 17)]
    assert len(set(found)) == 2
    assert found == shown_by_ctxlint("a.py", cwd=tmp_path)


def test_clean_files_are_clean(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(FIXED)
    (tmp_path / "empty.py").touch()
    assert flake8(cwd=tmp_path) == (CLEAN, "", "")


def test_a_syntax_error_is_left_to_flake8(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(BAD + "(")
    result = flake8("a.py", cwd=tmp_path)
    assert "E999" in result.out
    assert shown(result) == []


def test_the_shared_tree_stays_as_it_is() -> None:
    tree = ast.parse(BAD)
    before = ast.dump(tree, include_attributes=True)
    assert list(plugin(BAD, tree=tree).run())
    assert ast.dump(tree, include_attributes=True) == before


def test_noqa_comments_are_left_to_flake8() -> None:
    ((row, column, text, kind),) = plugin(BAD.replace('"t")', '"t")  # noqa: CTX101')).run()
    assert (row, column, text[:7], kind) == (7, 27, "CTX101 ", Plugin)


# Stdin.


def test_stdin_has_the_name_that_it_is_given(bad: Path) -> None:
    bad.write_text(FIXED)
    arguments = ("--stdin-display-name", "bad.py", "-")
    (found,) = shown(flake8(*arguments, cwd=bad.parent, stdin=BAD.encode()))
    assert found[:4] == ("bad.py", 7, 28, "CTX101")
    assert codes(*arguments, cwd=bad.parent, stdin=FIXED.encode()) == []


def test_stdin_without_a_name_is_checked(tmp_path: Path) -> None:
    assert codes("-", cwd=tmp_path, stdin=BAD.encode()) == ["CTX101"]


def test_the_name_of_stdin_says_which_table_counts_and_whether_it_is_a_test(tmp_path: Path) -> None:
    configure(tmp_path / "pkg", 'ignore = ["CTX1"]')
    names = {"a.py": 1, "pkg/a.py": 0, "pkg/no/such/folder/a.py": 0, "tests/a.py": 0}
    for name, count in names.items():
        found = codes("--stdin-display-name", name, "-", cwd=tmp_path, stdin=BAD.encode())
        assert len(found) == count, name


# What goes wrong.


def test_a_broken_configuration_is_one_line(bad: Path) -> None:
    configure(bad.parent, "kep = 1")
    assert flake8(cwd=bad.parent) == (
        USAGE,
        "",
        "flake8: pyproject.toml:2:1: [tool.ctxlint] kep: unknown key, did you mean 'keep'?\n",
    )


def test_a_config_that_is_not_there_is_one_line(bad: Path) -> None:
    result = flake8("--ctx-config=gone.toml", cwd=bad.parent)
    assert (result.code, result.out, result.err.count("\n")) == (USAGE, "", 1)
    assert result.err.startswith("flake8: --ctx-config: no such file 'gone.toml', ")


@pytest.mark.parametrize("jobs", ["-j1", "-j2"])
def test_a_broken_configuration_further_down_is_one_line_a_file(bad: Path, jobs: str) -> None:
    configure(bad.parent / "pkg", "kep = 1")
    (bad.parent / "pkg/a.py").write_text(FIXED)
    result = flake8(jobs, cwd=bad.parent)
    assert result.code == FOUND
    assert result.out.splitlines()[1:] == [
        "./pkg/a.py:0:1: CTX902 pkg/pyproject.toml:2:1: "
        "[tool.ctxlint] kep: unknown key, did you mean 'keep'?"
    ]
    assert [one.code for one in shown(result)] == ["CTX101", "CTX902"]


@pytest.mark.parametrize("jobs", ["-j1", "-j2"])
def test_a_bug_of_ours_is_one_line_and_the_rest_goes_on(bad: Path, jobs: str) -> None:
    (bad.parent / "buggy.py").write_text(BUGGY)
    (bad.parent / "c.py").write_text(BAD)
    result = flake8(jobs, "--select=CTX", cwd=bad.parent, program=["buggy.py"])
    first, second = result.out.splitlines()
    assert re.fullmatch(
        r"\./bad\.py:0:1: CTX902 internal error KeyError in buggy\.py:\d+, report it to .*", first
    )
    assert second.startswith("./c.py:7:28: CTX101")
    assert (result.code, result.err) == (FOUND, "")


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--select=CTX101"], FOUND),
        (["--select=E"], FOUND),
        (["--ignore=CTX"], FOUND),
        (["--extend-ignore=CTX902"], CLEAN),
        (["--per-file-ignores=bad.py:CTX902"], CLEAN),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_file_that_was_not_checked_is_clean_only_to_those_who_ignore_that(
    bad: Path, options: list[str], code: int
) -> None:
    (bad.parent / "buggy.py").write_text(BUGGY)
    bad.write_text("# noqa\n" + BAD)
    assert flake8(*options, "bad.py", cwd=bad.parent, program=["buggy.py"]).code == code


def test_code_that_is_nested_too_deeply_is_one_line() -> None:
    ((row, column, text, _),) = plugin(f"{BAD}x = {'-' * 100_000}1\n").run()
    assert (row, column) == (0, 0)
    assert text.startswith("CTX902 gone.py: nested too deeply to analyse")


def test_an_error_that_cannot_be_printed_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    class Unprintable(Exception):
        def __repr__(self) -> str:
            raise RecursionError

        __str__ = __repr__

    def fail(*_: object, **__: object) -> None:
        raise Unprintable

    monkeypatch.setattr(check_file, "check_all", fail)
    ((_, _, text, _),) = plugin(BAD).run()
    assert text.startswith("CTX902 internal error Unprintable in test_flake8.py:")
