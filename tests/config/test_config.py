"""Settings from `[tool.ctxlint]` and from options: which file counts, and what its keys mean."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

import pytest
from support.config_cases import (
    ACCEPTED,
    CODES,
    EVERY_FLAT_KEY,
    GETTERS,
    REFUSED,
    REFUSED_BY_CTXLINT_ONLY,
)

from ctxlint.config.lookup import Lookup
from ctxlint.config.path_patterns import Pattern
from ctxlint.config.settings import ConfigError, Keep, Settings
from ctxlint.contract.contract import DEFAULT_CONTRACT
from ctxlint.contract.getter import Getter

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(folder: Path, text: str = "", name: str = "pyproject.toml") -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(f"[tool.ctxlint]\n{text}\n")


def settings(folder: Path, text: str, **given: object) -> Settings:
    """The settings of a table with these lines, under options."""
    write(folder, text)
    return Lookup({key.replace("_", "-"): value for key, value in given.items()}, CODES)("")


def complaint(folder: str = "", **options: object) -> str:
    with pytest.raises(ConfigError) as caught:
        Lookup({}, CODES, **options)(folder)
    assert "\n" not in str(caught.value)
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


def test_without_a_file_the_defaults_hold() -> None:
    assert Lookup({}, CODES)("") == Settings()


def test_the_closest_file_with_a_table_counts(folder: Path) -> None:
    write(folder, 'keep = "all"')
    below = folder / "pkg" / "sub"
    below.mkdir(parents=True)
    (folder / "pkg" / "pyproject.toml").write_text("[tool.ruff]\nline-length = 80\n")
    assert Lookup({}, CODES)("pkg/sub").keep is Keep.ALL
    write(below)
    assert Lookup({}, CODES)(str(below)).keep is Keep.RECEIVED
    assert Lookup({}, CODES)("pkg").keep is Keep.ALL


def test_folders_below_one_file_share_the_settings(folder: Path) -> None:
    write(folder, "unsafe-fixes = true")
    lookup = Lookup({}, CODES)
    assert lookup("") is lookup("a/b") is lookup(str(folder / "a"))


def test_each_file_is_read_once(folder: Path) -> None:
    write(folder, "unsafe-fixes = true")
    lookup = Lookup({}, CODES)
    assert lookup("a").unsafe_fixes
    write(folder, "broken")
    assert lookup("a").unsafe_fixes
    assert lookup("b").unsafe_fixes


def test_isolated_reads_no_file(folder: Path) -> None:
    write(folder, "broken")
    assert Lookup({}, CODES, isolated=True)("") == Settings()
    assert Lookup({"keep": "all"}, CODES, isolated=True)("").keep is Keep.ALL


def test_a_named_file_counts_for_every_folder(folder: Path) -> None:
    write(folder, "broken")
    write(folder / "conf", "unsafe-fixes = true", "ctxlint.toml")
    lookup = Lookup({"keep": "all"}, CODES, config="conf/ctxlint.toml")
    assert lookup("") is lookup("conf/a")
    assert (lookup("").unsafe_fixes, lookup("").keep) == (True, Keep.ALL)


def test_a_named_file_must_exist_and_have_the_table(folder: Path) -> None:
    (folder / "other.toml").write_text("[tool.ctxlnt]\n")
    assert complaint(config="a.toml") == "--config: no such file 'a.toml', check the path"
    assert complaint(config="") == "--config: no such file '', check the path"
    assert complaint(config="other.toml") == (
        "other.toml: no [tool.ctxlint], add it or drop --config"
    )


@pytest.mark.parametrize("text", ["", "tool = 3", "[tool.other]", "# ctxlint", "x = = 1"])
def test_a_file_without_the_table_is_passed_over(folder: Path, text: str) -> None:
    write(folder, "unsafe-fixes = true")
    (folder / "pkg").mkdir()
    (folder / "pkg/pyproject.toml").write_text(text)
    assert Lookup({}, CODES)("pkg").unsafe_fixes


# Files that cannot be used.


@pytest.mark.parametrize(
    ("data", "where"),
    [
        (b"# ctxlint \xff", " not UTF-8"),
        (b"[tool]\nctxlint = 3", "2:1: tool.ctxlint is not a table"),
        (b"ctxlint = '''", r"1:1: not TOML: Expected"),
        (b"[tool.ctxlint]\nselect = = 1\n", "2:10: not TOML: Invalid value"),
        (b"[[tool.ctxlint]]\n", "1:8: tool.ctxlint is not a table"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_line(folder: Path, data: bytes, where: str) -> None:
    (folder / "pyproject.toml").write_bytes(data)
    assert complaint().startswith(f"pyproject.toml:{where}")
    assert complaint().endswith(", fix it or run with --isolated")


def test_a_file_above_is_named_from_the_working_folder(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "pyproject.toml").write_text("[tool.ctxlint\n")
    (folder / "pkg").mkdir()
    monkeypatch.chdir(folder / "pkg")
    assert complaint().startswith("../pyproject.toml:1:14: not TOML")


def test_a_file_that_cannot_be_read_is_one_line(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    write(folder)
    monkeypatch.setattr("ctxlint.config.lookup.read_file", refuse)
    assert complaint().startswith("pyproject.toml: Permission denied, fix it")


@pytest.mark.parametrize(("text", "place", "what"), REFUSED + REFUSED_BY_CTXLINT_ONLY)
def test_a_bad_value_is_one_line_with_its_place(
    folder: Path, text: str, place: tuple[int, int], what: str
) -> None:
    write(folder, text)
    row, column = place
    assert complaint().startswith(f"pyproject.toml:{row}:{column}: [tool.ctxlint] {what}")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("tool.ctxlint.kep = 1", (1, 14)),
        ("[tool]\nctxlint = { keep = 'all', kep = 1 }", (2, 27)),
        ('[tool."ctxlint"]\n"kep" = 1', (2, 1)),
        ('[tool.ctxlint]\r\nkeep = "all"\r\n  kep = 1\r\n', (3, 3)),
        ("[tool.x]\nkep = 1\n[tool.ctxlint]\n# kep = 1\n\nkep = [\n1,\n]", (6, 1)),
        ("[tool.x]\ny = '''\n[tool.ctxlint]\nkep = 1\n'''\n[tool.ctxlint]\nkep = 1", (7, 1)),
        ('[tool.ctxlint]\n"k\\u0065p" = 1', (2, 1)),
        ("[tool.ctxlint.kep]", (1, 15)),
    ],
)
def test_a_key_is_found_however_it_is_written(
    folder: Path, text: str, place: tuple[int, int]
) -> None:
    (folder / "pyproject.toml").write_bytes(text.encode())
    row, column = place
    assert complaint().startswith(f"pyproject.toml:{row}:{column}: [tool.ctxlint] kep: unknown key")


def test_a_bad_option_is_named_as_one() -> None:
    for given, line in [
        ({"select": ("CTX9",)}, "--select: unknown code 'CTX9', use one of CTX001, CTX101, CTX301"),
        ({"exclude": ("a", "[z-a]")}, "--exclude: not a gitignore pattern: '[z-a]', fix what"),
    ]:
        with pytest.raises(ConfigError) as caught:
            Lookup(given, CODES)
        assert str(caught.value).startswith(line)


# What the keys mean.


@pytest.mark.parametrize("text", ACCEPTED)
def test_what_is_right_is_accepted(folder: Path, text: str) -> None:
    made = settings(folder, text)
    assert pickle.loads(pickle.dumps(made)) == made
    assert hash(made)


def test_every_flat_key_is_read(folder: Path) -> None:
    def patterns(*texts: str) -> tuple[Pattern, ...]:
        return tuple(Pattern(text, str(folder)) for text in texts)

    assert settings(folder, EVERY_FLAT_KEY) == Settings(
        select=("CTX1", "CTX301"),
        ignore=("CTX001",),
        exclude=patterns("gen", "old/", "!build"),
        include_tests=True,
        test_paths=patterns("spec/"),
        keep=Keep.NONE,
        unsafe_fixes=True,
        baseline="known.json",
        src=("lib", "."),
        examples="contract",
    )


def test_options_go_before_the_file_and_extensions_stay(folder: Path) -> None:
    text = 'exclude = ["gen"]\nextend-exclude = ["old/"]\nselect = ["CTX1"]\nkeep = "none"'
    result = settings(folder, text, exclude=("new",), select=("CTX3",), keep="all")
    assert list(map(str, result.exclude)) == ["new", "old/"]
    assert result.select == ("CTX3",)
    assert result.keep is Keep.ALL


def test_an_option_without_a_key_is_a_setting(folder: Path) -> None:
    assert settings(folder, "", disable_noqa=True).disable_noqa


def test_per_file_ignores_hold_whole_codes(folder: Path) -> None:
    text = 'per-file-ignores = { "a.py" = ["CTX0", "CTX301"], "b/" = ["CTX"] }'
    assert settings(folder, text).per_file_ignores == {
        Pattern("a.py", str(folder)): ("CTX001", "CTX301"),
        Pattern("b/", str(folder)): CODES,
    }


def test_paths_are_those_from_the_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(folder, 'baseline = "ci/known.json"')
    write(folder / "pkg", f'src = ["lib", "../other", "{folder}/abs"]')
    monkeypatch.chdir(folder / "pkg")
    lookup = Lookup({}, CODES)
    assert lookup("..").baseline == "../ci/known.json"
    assert lookup("..").src == ("..", "../src")
    assert lookup("").src == ("lib", "../other", "../abs")
    assert Lookup({"baseline": "known.json"}, CODES)("..").baseline == "known.json"


def test_getters_replace_the_built_in_ones(folder: Path) -> None:
    first, second = settings(folder, GETTERS).contract.getters
    ids = {"thread_id": 1, "run_id": -1}
    assert first == Getter("app.get_context", ids, "shared", ("make_context",))
    assert second == Getter("current", {"conversation": 0})
    assert settings(folder, "getter = []").contract.getters == ()


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


# Extend.


def test_a_file_inherits_what_it_does_not_say(folder: Path) -> None:
    write(folder, f'unsafe-fixes = true\nkeep = "all"\n{GETTERS}', "base.toml")
    result = settings(folder, 'extend = "base.toml"\nkeep = "none"')
    assert (result.unsafe_fixes, result.keep) == (True, Keep.NONE)
    assert [getter.call for getter in result.contract.getters] == ["app.get_context", "current"]


def test_own_keys_replace_and_extensions_add_up(folder: Path) -> None:
    base = """
        select = ["CTX0"]
        extend-select = ["CTX1"]
        extend-exclude = ["base/"]
        per-file-ignores = { "a.py" = ["CTX101"] }
        sources = { calls = ["base.make"], extend = ["base.new"] }
    """
    write(folder, base, "base.toml")
    own = """
        extend = "base.toml"
        select = ["CTX3"]
        extend-select = ["CTX001"]
        exclude = ["own/"]
        extend-exclude = ["more/"]
        per-file-ignores = { "b.py" = ["CTX301"] }
        sources.extend = ["own.new"]
    """
    result = settings(folder, own)
    assert result.select == ("CTX3", "CTX1", "CTX001")
    assert list(map(str, result.exclude)) == ["own/", "base/", "more/"]
    assert list(map(str, result.per_file_ignores)) == ["b.py"]
    assert result.contract.sources == ("base.make", "base.new", "own.new")


def test_a_chain_of_files_counts_the_closest_first(folder: Path) -> None:
    write(folder, 'keep = "all"\nunsafe-fixes = true\ninclude-tests = true', "c.toml")
    write(folder / "sub", 'extend = "../c.toml"\nkeep = "none"\nunsafe-fixes = false', "b.toml")
    result = settings(folder, 'extend = "sub/b.toml"\nunsafe-fixes = true')
    assert (result.unsafe_fixes, result.keep, result.include_tests) == (True, Keep.NONE, True)


def test_what_an_extended_file_names_counts_from_its_own_folder(folder: Path) -> None:
    write(folder / "base", 'baseline = "known.json"\nexclude = ["/gen/"]', "c.toml")
    result = settings(folder, 'extend = "base/c.toml"\nextend-exclude = ["/old/"]')
    assert result.baseline == "base/known.json"
    assert result.src == (".", "src")
    assert result.exclude == (Pattern("/gen/", str(folder / "base")), Pattern("/old/", str(folder)))


@pytest.mark.parametrize(
    ("files", "line"),
    [
        (
            {"pyproject.toml": "\nextend = 'pyproject.toml'"},
            "pyproject.toml:3:1: [tool.ctxlint] extend: circular, 'pyproject.toml' leads back here,"
            " remove one",
        ),
        (
            {
                "pyproject.toml": "extend = 'a.toml'",
                "a.toml": "extend = 'b.toml'",
                "b.toml": "keep = 'all'\nextend = 'a.toml'",
            },
            "b.toml:3:1: [tool.ctxlint] extend: circular, 'a.toml' leads back here, remove one",
        ),
        (
            {"pyproject.toml": "extend = 'a.toml'", "a.toml": "kep = 1"},
            "a.toml:2:1: [tool.ctxlint] kep: unknown key, did you mean 'keep'?",
        ),
        (
            {"pyproject.toml": "extend = '.'"},
            "pyproject.toml:2:1: [tool.ctxlint] extend: no such file '.', check the path",
        ),
    ],
)
def test_a_file_that_cannot_be_extended_is_one_line(
    folder: Path, files: dict[str, str], line: str
) -> None:
    for name, text in files.items():
        write(folder, text, name)
    assert complaint() == line


def test_a_file_to_extend_has_the_table(folder: Path) -> None:
    write(folder, 'extend = "a.toml"')
    (folder / "a.toml").write_text("keep = 'all'\n")
    assert complaint() == (
        "pyproject.toml:2:1: [tool.ctxlint] extend: no [tool.ctxlint] in 'a.toml', add it"
    )
