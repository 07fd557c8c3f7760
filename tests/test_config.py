"""Settings from `[tool.ctxlint]` and from options."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ctxlint.config import ConfigError, Keep, Settings
from ctxlint.contract import DEFAULT_CONTRACT, Getter
from ctxlint.pyproject import load

if TYPE_CHECKING:
    from pathlib import Path

CODES = ("CTX001", "CTX101", "CTX301")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def settings(folder: Path, text: str = "", **given: object) -> Settings:
    """The settings of a table with these lines, under options."""
    (folder / "pyproject.toml").write_text(f"[tool.ctxlint]\n{text}\n")
    return load(folder, given, CODES)


def complaint(folder: Path, text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        settings(folder, text)
    return str(caught.value)


# Which codes are wanted.


@pytest.mark.parametrize(
    ("select", "ignore", "wanted"),
    [
        (("CTX",), (), True),
        (("CTX1",), (), True),
        (("CTX3",), (), False),
        (("CTX",), ("CTX101",), False),
        (("CTX101",), ("CTX1",), True),
        (("CTX101",), ("CTX101",), False),
    ],
)
def test_the_longest_prefix_decides(
    select: tuple[str, ...], ignore: tuple[str, ...], wanted: bool
) -> None:
    assert Settings(select=select, ignore=ignore).selects("CTX101") is wanted


# Which file counts.


def test_without_a_file_the_defaults_hold(folder: Path) -> None:
    assert load(folder, {}, CODES) == Settings()


def test_the_closest_file_with_a_table_counts(folder: Path) -> None:
    settings(folder, 'keep = "all"')
    below = folder / "pkg" / "sub"
    below.mkdir(parents=True)
    (folder / "pkg" / "pyproject.toml").write_text("[tool.ruff]\nline-length = 80\n")
    assert load(below, {}, CODES).keep is Keep.ALL
    (below / "pyproject.toml").write_text("[tool.ctxlint]\n")
    assert load(below, {}, CODES).keep is Keep.RECEIVED


def test_isolated_reads_no_file(folder: Path) -> None:
    settings(folder, "include-tests = true")
    assert load(None, {}, CODES) == Settings()


def test_a_file_that_is_not_toml_is_named_with_the_place(folder: Path) -> None:
    (folder / "pyproject.toml").write_text("[tool.ctxlint]\nselect = = 1\n")
    with pytest.raises(ConfigError, match=r"^pyproject\.toml:2:10: not TOML: Invalid value, mend"):
        load(folder, {}, CODES)


def test_a_file_above_is_named_from_the_working_folder(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "pyproject.toml").write_text("[tool.ctxlint\n")
    (folder / "pkg").mkdir()
    monkeypatch.chdir(folder / "pkg")
    with pytest.raises(ConfigError, match=r"^\.\./pyproject\.toml:1:14: not TOML"):
        load(folder / "pkg", {}, CODES)


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"# \xff", "not UTF-8"),
        (b"[tool]\nctxlint = 3", "tool.ctxlint is not a table"),
        (b"x = '''", "not TOML"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_line(folder: Path, data: bytes, what: str) -> None:
    (folder / "pyproject.toml").write_bytes(data)
    with pytest.raises(ConfigError, match=rf"^pyproject\.toml:1:\d+: {what}.*--isolated$"):
        load(folder, {}, CODES)


def test_a_file_that_cannot_be_read_is_one_line(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    settings(folder)
    monkeypatch.setattr("pathlib.Path.read_text", refuse)
    with pytest.raises(ConfigError, match=r"^pyproject\.toml:1:1: Permission denied, mend it"):
        load(folder, {}, CODES)


@pytest.mark.parametrize("text", ["", "tool = 3", "[tool.other]"])
def test_a_file_without_the_table_is_passed_over(folder: Path, text: str) -> None:
    (folder / "pyproject.toml").write_text(text)
    assert load(folder, {}, CODES) == Settings()


# What the keys mean.


def test_every_flat_key_is_read(folder: Path) -> None:
    text = """
        select = ["CTX1"]
        extend-select = ["CTX301"]
        ignore = ["CTX001"]
        exclude = ["gen"]
        extend-exclude = ["old/"]
        include-tests = true
        test-paths = ["spec/"]
        keep = "none"
        unsafe-fixes = true
    """
    assert settings(folder, text) == Settings(
        select=("CTX1", "CTX301"),
        ignore=("CTX001",),
        exclude=("gen", "old/"),
        include_tests=True,
        test_paths=("spec/",),
        keep=Keep.NONE,
        unsafe_fixes=True,
    )


def test_options_go_before_the_file_and_extensions_stay(folder: Path) -> None:
    text = 'exclude = ["gen"]\nextend-exclude = ["old/"]\nselect = ["CTX1"]\nkeep = "none"'
    given = {"exclude": ("new",), "select": ("CTX3",), "keep": "all"}
    result = settings(folder, text, **given)
    assert result.exclude == ("new", "old/")
    assert result.select == ("CTX3",)
    assert result.keep is Keep.ALL


def test_getters_replace_the_built_in_ones(folder: Path) -> None:
    text = """
        [[tool.ctxlint.getter]]
        call = "app.get_context"
        ids = { thread_id = 1, run_id = -1 }
        none = "shared"
        replaces = ["make_context"]
    """
    (getter,) = settings(folder, text).contract.getters
    ids = {"thread_id": 1, "run_id": -1}
    assert getter == Getter("app.get_context", ids, "shared", ("make_context",))


@pytest.mark.parametrize(
    ("text", "sources"),
    [
        ('calls = ["a.b"]', ("a.b",)),
        ('extend = ["a.b"]', (*DEFAULT_CONTRACT.sources, "a.b")),
        ('calls = ["a.b"]\nextend = ["c.d"]', ("a.b", "c.d")),
    ],
)
def test_sources_replace_or_extend(folder: Path, text: str, sources: tuple[str, ...]) -> None:
    contract = settings(folder, f"[tool.ctxlint.sources]\n{text}").contract
    assert contract.sources == sources
    assert contract.getters == DEFAULT_CONTRACT.getters


# What they refuse.


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('selct = ["CTX1"]', "selct: unknown key, did you mean 'select'?"),
        ('select = "CTX1"', 'select: not a list of strings, write ["...", "..."]'),
        ("select = [1]", 'select: not a list of strings, write ["...", "..."]'),
        ('select = ["CTX102"]', "select: unknown code 'CTX102', did you mean 'CTX101'?"),
        ('select = ["ctx101"]', "select: unknown code 'ctx101', did you mean 'CTX101'?"),
        ('ignore = ["E501"]', "ignore: unknown code 'E501', use one of CTX001, CTX101, CTX301"),
        ('ignore = [""]', "ignore: unknown code '', use one of CTX001, CTX101, CTX301"),
        ("include-tests = 1", "include-tests: not a boolean, write true or false"),
        ('keep = "recieved"', "keep: unknown value 'recieved', did you mean 'received'?"),
        ("keep = 1", "keep: not a string, write one in quotes"),
        ("sources = []", "sources: not a table, write [tool.ctxlint.sources]"),
        ('getter = ["x"]', "getter: not an array of tables, write [[tool.ctxlint.getter]]"),
        ('[[tool.ctxlint.getter]]\ncall = "x"', "getter: a getter without 'ids', add it"),
        (
            '[[tool.ctxlint.getter]]\nids = "x"',
            "getter.ids: not a table of positions, write { thread_id = 1 }",
        ),
        (
            "[[tool.ctxlint.getter]]\nids = { a = true }",
            "getter.ids: no position: True, count from 0 or write -1",
        ),
        (
            '[[tool.ctxlint.getter]]\nnone = "reused"',
            "getter.none: unknown value 'reused', did you mean 'reuse'?",
        ),
        (
            '[tool.ctxlint.sources]\ncals = ["x"]',
            "sources.cals: unknown key, did you mean 'calls'?",
        ),
    ],
)
def test_a_bad_value_is_one_line_with_its_key(folder: Path, text: str, what: str) -> None:
    assert complaint(folder, text) == f"pyproject.toml:2:1: [tool.ctxlint] {what}"


def test_a_bad_key_is_found_below_others(folder: Path) -> None:
    text = 'ignore = ["CTX001"]\n\n# comment\nselct = []'
    assert complaint(folder, text).startswith("pyproject.toml:5:1:")


def test_a_bad_option_is_named_as_one() -> None:
    with pytest.raises(ConfigError) as caught:
        load(None, {"select": ("CTX9",)}, CODES)
    assert str(caught.value) == "--select: unknown code 'CTX9', use one of CTX001, CTX101, CTX301"
