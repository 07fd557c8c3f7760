"""`ctxlint config`, and the configuration as `check` and `fix` obey it."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import libcst as cst
import pytest
from libcst.codemod import CodemodContext, SkipFile
from support.commands import CLEAN, FOUND, USAGE, Run, process
from support.config_cases import ACCEPTED
from support.sample_findings import BAD, FIXED, FIXED_ALONE

import ctxlint
from ctxlint import codemods
from ctxlint.config import schema
from ctxlint.config.lookup import Lookup
from ctxlint.config.path_patterns import Pattern
from ctxlint.config.settings import Settings
from ctxlint.rules.registry import CODES


def write(folder: Path, text: str, name: str = "pyproject.toml") -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(f"[tool.ctxlint]\n{text}\n")


def origins(out: str) -> dict[str, str]:
    """Where the text says that each key comes from."""
    rows = (line.partition(" = ") for line in out.splitlines())
    return {name.strip(): rest.rpartition("  # ")[2] for name, _, rest in rows if rest}


# What it prints.


def test_every_setting_has_a_line_and_defaults_are_called_so(run: Run) -> None:
    code, out, err = run("config")
    assert (code, err) == (CLEAN, "")
    assert out.startswith('[tool.ctxlint]\nselect           = ["CTX"]      ')
    assert "\n# baseline: not set\n" in out
    assert set(origins(out)) == set(schema.NAMES) - {"baseline"}
    assert set(origins(out).values()) == {"default"}


def test_the_comments_of_short_values_are_aligned(run: Run) -> None:
    lines = [line for line in run("config").out.splitlines() if "  # default" in line]
    columns = {line.index("  # default") for line in lines if len(line) < 80}
    assert len(columns) == 1


def test_each_key_names_the_file_that_it_comes_from(run: Run, tmp_path: Path) -> None:
    write(tmp_path, 'keep = "all"\nextend-exclude = ["old/"]\nbaseline = "b.json"', "base.toml")
    write(tmp_path / "pkg", 'extend = "../base.toml"\nextend-exclude = ["gen/"]')
    result = origins(run("config", "pkg", "--select", "CTX1,CTX3").out)
    assert {name: origin for name, origin in result.items() if origin != "default"} == {
        "select": "command line",
        "exclude": "base.toml, pkg/pyproject.toml",
        "keep": "base.toml",
        "baseline": "base.toml",
    }


def test_a_list_that_is_extended_names_all_it_comes_from(run: Run, tmp_path: Path) -> None:
    write(tmp_path, 'sources.extend = ["app.new_*"]\nextend-select = ["CTX101"]')
    result = origins(run("config", "--ignore", "CTX3").out)
    assert result["sources.calls"] == result["select"] == "default, pyproject.toml"
    assert result["ignore"] == "command line"


@pytest.mark.parametrize("text", ACCEPTED)
def test_the_text_is_the_table_of_these_settings(run: Run, tmp_path: Path, text: str) -> None:
    write(tmp_path, text)
    made = Lookup({}, CODES)("")
    (tmp_path / "pyproject.toml").write_text(run("config").out)
    assert Lookup({}, CODES)("") == made


def test_strange_names_are_written_so_that_toml_reads_them(run: Run, tmp_path: Path) -> None:
    name = 'a "b"\\c\t\x7f é 💬'
    table = json.dumps(name, ensure_ascii=False).replace("\x7f", "\\u007f")
    write(tmp_path, f'exclude = [{table}]\nper-file-ignores = {{ {table} = ["CTX101"] }}')
    read = tomllib.loads(run("config").out)["tool"]["ctxlint"]
    assert read["exclude"] == [name]
    assert read["per-file-ignores"] == {name: ["CTX101"]}


def test_a_file_has_the_settings_of_its_folder(run: Run, tmp_path: Path) -> None:
    write(tmp_path, 'keep = "none"')
    write(tmp_path / "pkg", 'keep = "all"')
    (tmp_path / "pkg/a.py").touch()
    (tmp_path / "b.py").touch()
    kept = {name: run("config", name).out for name in ("pkg/a.py", "pkg", "b.py", ".")}
    assert ['"all"' in out for out in kept.values()] == [True, True, False, False]
    assert kept["pkg/a.py"] == kept["pkg"]
    assert kept["b.py"] == kept["."] == run("config").out


def test_json_has_each_value_and_where_it_comes_from(run: Run, tmp_path: Path) -> None:
    write(tmp_path, 'keep = "all"\nper-file-ignores = { "a.py" = ["CTX2"] }')
    code, out, err = run("config", "--output-format", "json")
    assert (code, err) == (CLEAN, "")
    found = json.loads(out)
    assert list(found) == schema.NAMES
    assert found["keep"] == {"value": "all", "from": ["pyproject.toml"]}
    assert found["per-file-ignores"]["value"] == {"a.py": ["CTX201", "CTX202"]}
    assert found["baseline"] == {"value": None, "from": ["default"]}
    assert found["getter"]["value"] == [
        {
            "call": "get_user_execution_context",
            "ids": {"thread_id": 1, "run_id": 2},
            "none": "reuse",
            "replaces": ["create_user_execution_context"],
            "minor": ["run_id"],
        }
    ]


def test_options_choose_the_file(run: Run, tmp_path: Path) -> None:
    write(tmp_path, 'keep = "none"')
    write(tmp_path, 'keep = "all"', "other.toml")
    assert origins(run("config").out)["keep"] == "pyproject.toml"
    assert origins(run("config", "--config", "other.toml").out)["keep"] == "other.toml"
    assert origins(run("config", "--isolated").out)["keep"] == "default"


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["gone.py"], "ctxlint config: Invalid value for '[FILE]': Path 'gone.py' does not exist."),
        (["-"], "ctxlint config: Invalid value for '[FILE]': Path '-' does not exist."),
        ([".", "."], "ctxlint config: Got unexpected extra argument (.)"),
        (["--select", "CTX9"], "--select: unknown code 'CTX9', use one of CTX001, "),
        (["--config", "gone.toml"], "--config: no such file 'gone.toml', check the path"),
        (["--config", "x", "--isolated"], "ctxlint config: --config and --isolated cannot"),
        (["--output-format", "toml"], "ctxlint config: Invalid value for '--output-format'"),
    ],
    ids=" ".join,
)
def test_wrong_use_is_one_line(run: Run, arguments: list[str], line: str) -> None:
    code, out, err = run("config", *arguments)
    assert (code, out) == (USAGE, "")
    assert err.startswith(line)
    assert err.count("\n") == 1


def test_it_imports_neither_libcst_nor_rich(tmp_path: Path) -> None:
    done = process("config", cwd=tmp_path, env={"PYTHONPROFILEIMPORTTIME": "1"})
    modules = {line.rpartition(b"|")[2].strip() for line in done.stderr.splitlines()}
    assert b"ctxlint.commands.config" in modules
    assert not modules & {b"libcst", b"rich", b"rignore"}


# What `check` and `fix` make of it.


@pytest.mark.parametrize("command", ["check", "fix"])
def test_a_named_file_is_obeyed(run: Run, bad: Path, tmp_path: Path, command: str) -> None:
    write(tmp_path, 'ignore = ["CTX101"]', "other.toml")
    assert run(command, "--diff" if command == "fix" else "-q").code == FOUND
    assert run(command, "--config", "other.toml").code == CLEAN


@pytest.mark.parametrize("command", ["check", "fix"])
def test_a_bad_file_of_any_folder_is_one_line_and_nothing_is_written(
    run: Run, bad: Path, tmp_path: Path, command: str
) -> None:
    write(tmp_path / "pkg", "kep = 1")
    (tmp_path / "pkg/a.py").touch()
    line = "pkg/pyproject.toml:2:1: [tool.ctxlint] kep: unknown key, did you mean 'keep'?\n"
    assert run(command) == (USAGE, "", line)
    assert bad.read_text() == BAD


def test_an_ill_formed_pattern_is_reported_though_there_is_no_file(
    run: Run, tmp_path: Path
) -> None:
    result = run("check", "--exclude", "[z-a]")
    line = "--exclude: not a gitignore pattern: '[z-a]', fix what is in brackets\n"
    assert result == (USAGE, "", line)
    write(tmp_path, 'exclude = ["[z-a]"]')
    assert run("check").err.startswith(
        "pyproject.toml:2:1: [tool.ctxlint] exclude: not a gitignore"
    )


def test_per_file_ignores_are_obeyed_by_check_fix_and_stdin(
    run: Run, bad: Path, tmp_path: Path
) -> None:
    write(tmp_path, 'per-file-ignores = { "bad.py" = ["CTX1"] }')
    (tmp_path / "twin.py").write_text(BAD)
    out = run("check", "--output-format", "concise").out
    assert [line.partition(":")[0] for line in out.splitlines()] == ["twin.py"]
    stdin = ["check", "--stdin-filename"]
    assert run(*stdin, "bad.py", stdin=BAD.encode()).code == CLEAN
    assert run(*stdin, "twin.py", stdin=BAD.encode()).code == FOUND
    assert run("fix").code == CLEAN
    assert (bad.read_text(), (tmp_path / "twin.py").read_text()) == (BAD, FIXED)


def test_each_folder_is_fixed_by_its_own_settings(run: Run, bad: Path, tmp_path: Path) -> None:
    write(tmp_path / "pkg", 'ignore = ["CTX1"]')
    write(tmp_path / "tests", "include-tests = true")
    for name in ("pkg/a.py", "tests/a.py"):
        (tmp_path / name).write_text(BAD)
    assert run("fix").code == CLEAN
    texts = [(tmp_path / name).read_text() for name in ("bad.py", "pkg/a.py", "tests/a.py")]
    assert texts == [FIXED, BAD, FIXED]


def test_the_codemod_obeys_the_folder_of_each_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "pkg", 'exclude = ["gen/"]\nper-file-ignores = { "b.py" = ["CTX1"] }')
    tree = cst.parse_module(BAD)

    def fix(name: str) -> str:
        context = CodemodContext(filename=name)
        return codemods.FixGeneratedSessionIds(context).transform_module(tree).code

    assert [fix("b.py"), fix("pkg/a.py"), fix("pkg/b.py")] == [FIXED, FIXED, BAD]
    with pytest.raises(SkipFile, match="excluded"):
        fix("pkg/gen/a.py")


def test_the_functions_obey_per_file_ignores() -> None:
    settings = Settings(per_file_ignores={Pattern("scripts/"): ("CTX101",)})
    assert ctxlint.lint_source(BAD, "scripts/a.py", settings) == []
    assert ctxlint.fix_source(BAD, "scripts/a.py", settings) == (BAD, [])
    assert len(ctxlint.lint_source(BAD, "a.py", settings)) == 1
    assert ctxlint.fix_source(BAD, "a.py", settings) == (FIXED_ALONE, [])


def test_the_defaults_of_a_table_are_those_of_the_settings() -> None:
    assert schema.settings(schema.defaults()) == Settings()
