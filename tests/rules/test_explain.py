"""`ctxlint rules` and `ctxlint explain`."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from support import page_blocks
from support.commands import CLEAN, USAGE, Run, process
from support.terminals import command, environment, on_terminal

import ctxlint.rules
from ctxlint.commands import rules
from ctxlint.config.settings import Settings
from ctxlint.finding import Level
from ctxlint.output import FORMATS
from ctxlint.rules.base import Rule
from ctxlint.rules.pages import page_of
from ctxlint.rules.registry import RULES
from ctxlint.run import check_file
from ctxlint.source import SourceFile

FOLDER = Path(ctxlint.rules.__file__).parent
each_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
posix = pytest.mark.skipif(sys.platform == "win32", reason="terminals of POSIX")


def page(rule: Rule) -> str:
    """The page of a rule, without the comments that tell tests what is expected."""
    text = next(FOLDER.rglob(f"{rule.name.replace('-', '_')}.md")).read_text(encoding="utf-8")
    return re.sub(r" *# (error|ok|todo|fixture): .*", "", text)


# rules


def test_rules_through_a_pipe_are_a_markdown_table(run: Run) -> None:
    result = run("rules")
    head, line, *rows = result.out.splitlines()
    assert (result.code, result.err) == (CLEAN, "")
    assert re.split(r" *\| *", head) == ["", "code", "name", "level", "in tests", "fix", ""]
    assert re.fullmatch(r"\|( -+ \|){5}", line)
    assert {len(row) for row in (line, *rows)} == {len(head)}  # aligned
    assert [re.split(r" *\| *", row)[1:3] for row in rows] == [[r.code, r.name] for r in RULES]


@each_rule
def test_the_table_says_where_a_rule_applies_and_what_fixes_it_has(run: Run, rule: Rule) -> None:
    (row,) = (row for row in run("rules").out.splitlines() if rule.code in row)
    cells = re.split(r" *\| *", row)[3:6]
    fixes = " or ".join(rule.fixes)
    assert cells == [rule.levels, "yes" if rule.in_tests else "no", fixes or "none"]


@each_rule
def test_the_findings_on_the_page_of_a_rule_have_the_fixes_it_claims(rule: Rule) -> None:
    path = next(FOLDER.rglob(f"{rule.name.replace('-', '_')}.md"))
    texts = [block.text for block in page_blocks.blocks(path, "python")]
    found = [f for text in texts for f in check_file.check(SourceFile("a.py", text), Settings())]
    kinds = {finding.fix.applicability for finding in found if finding.fix}
    assert kinds == set(rule.fixes)


def test_rules_as_json(run: Run) -> None:
    assert json.loads(run("rules", "--output-format", "json").out) == [
        {
            "code": rule.code,
            "name": rule.name,
            "level": rule.level,
            "levels": rule.levels,
            "message": rule.message,
            "in_tests": rule.in_tests,
            "fix": list(rule.fixes),
        }
        for rule in RULES
    ]


@posix
def test_a_terminal_gets_the_table_drawn(tmp_path: Path) -> None:
    shown = on_terminal("rules", "--color", "never", cwd=tmp_path, columns=130)
    assert (shown.code, shown.err) == (CLEAN, "")
    assert "|" not in shown.out
    for rule in RULES:
        name, levels = rule.name, rule.levels
        assert re.search(rf"^ *{rule.code} +{name} +{levels.split()[0]}", shown.out, re.MULTILINE)


@each_rule
def test_the_levels_of_a_rule_begin_with_the_worst(rule: Rule) -> None:
    named = [word for word in re.findall(r"\w+", rule.levels) if word in list(Level)]
    assert named[0] == rule.level
    assert named == sorted(set(named), key=list(Level).index)


# explain


@each_rule
def test_explain_through_a_pipe_prints_the_page_as_it_is(run: Run, rule: Rule) -> None:
    assert run("explain", rule.code) == (CLEAN, page(rule), "")


@each_rule
def test_a_rule_is_known_by_its_code_and_name_in_any_case(run: Run, rule: Rule) -> None:
    for word in (rule.code.lower(), rule.name, rule.name.upper()):
        assert run("explain", word).out == page(rule)


def test_several_pages_are_printed_in_the_order_given(run: Run) -> None:
    first, second = RULES[1], RULES[0]
    assert run("explain", first.code, second.name).out == f"{page(first)}\n{page(second)}"


def test_explain_as_json(run: Run) -> None:
    rule = RULES[0]
    plain, *_ = json.loads(run("rules", "--output-format", "json").out)
    (explained,) = json.loads(run("explain", rule.name, "--output-format", "json").out)
    assert explained == plain | {"page": page(rule)}


@posix
def test_a_terminal_gets_the_page_rendered(tmp_path: Path) -> None:
    shown = on_terminal("explain", "CTX101", "--color", "never", cwd=tmp_path)
    assert (shown.code, shown.err) == (CLEAN, "")
    assert re.search(r"^ *Fix safety *$", shown.out, re.MULTILINE)
    for mark in ("\n## ", "```", "`thread_id`"):
        assert mark in page(rules.find("CTX101"))
        assert mark not in shown.out


def test_the_marks_of_tests_are_left_out(run: Run) -> None:
    assert "# error: CTX" in next(FOLDER.rglob("generated_session_id.md")).read_text("utf-8")
    shown = run("explain", *(rule.code for rule in RULES)).out
    assert not re.search(r"# (error|ok|todo): ", shown)
    assert "# noqa: CTX101" in shown


@posix
def test_a_pager_shows_the_page_where_someone_can_use_it(tmp_path: Path) -> None:
    pager = tmp_path / "less"  # of which click knows that it can show colours
    pager.write_text("#!/bin/sh\necho paged\nexec cat\n")
    pager.chmod(0o755)
    arguments = ("explain", "CTX101", "--color", "never")
    paged = on_terminal(*arguments, cwd=tmp_path, is_read=True, PAGER=str(pager))
    assert paged.out.startswith("paged\n")
    assert (
        paged.out.removeprefix("paged\n").rstrip()
        == on_terminal(*arguments, cwd=tmp_path, PAGER=str(pager)).out.rstrip()
    )
    path = os.pathsep.join([str(tmp_path), os.environ["PATH"]])
    coloured = on_terminal("explain", "CTX101", cwd=tmp_path, is_read=True, PATH=path, PAGER="")
    assert coloured.out.startswith("paged\n")
    assert "\x1b[1m" in coloured.out
    rules = on_terminal("rules", cwd=tmp_path, is_read=True, PAGER=str(pager))
    assert "paged" not in rules.out


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["CTX102"], "no rule 'CTX102', did you mean CTX101 (generated-session-id)?"),
        (["dead-import"], "no rule 'dead-import', did you mean CTX301 (dead-context-import)?"),
        (["CTX101", "E501"], "no rule 'E501', 'ctxlint rules' lists them"),
        (["a\x1b[31m"], r"no rule 'a\x1b[31m', 'ctxlint rules' lists them"),
        ([""], "no rule '', 'ctxlint rules' lists them"),
        ([], "Missing argument 'CODE...'. Try 'ctxlint explain --help'."),
        (["CTX101", "--output-format", "xml"], "Invalid value for '--output-format': 'xml' is not"),
    ],
    ids=" ".join,
)
def test_wrong_use_is_one_line(run: Run, words: list[str], line: str) -> None:
    result = run("explain", *words)
    assert (result.code, result.out) == (USAGE, "")
    assert result.err.startswith(f"ctxlint explain: {line}")
    assert result.err.count("\n") == 1


def test_rules_takes_no_arguments(run: Run) -> None:
    result = run("rules", "CTX101")
    assert (result.code, result.err.count("\n")) == (USAGE, 1)
    assert "unexpected extra argument" in result.err


@pytest.mark.parametrize("arguments", [["rules"], ["explain", "CTX101"]], ids=" ".join)
def test_a_terminal_that_knows_ascii_only_is_no_error(tmp_path: Path, arguments: list[str]) -> None:
    changes = {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    options = [*arguments, "--color", "always"]
    done = process(*options, cwd=tmp_path, env=environment(**changes))
    assert (done.returncode, done.stderr) == (CLEAN, b"")
    assert b"CTX101" in done.stdout


# What they import and read.


@pytest.mark.parametrize(
    "arguments",
    [["rules"], ["rules", "--output-format", "json"], ["explain", "CTX101"]],
    ids=" ".join,
)
def test_a_pipe_needs_neither_rich_nor_libcst(tmp_path: Path, arguments: list[str]) -> None:
    before = "import atexit, sys\natexit.register(lambda: print(*sys.modules, file=sys.stderr))"
    done = subprocess.run(
        command(*arguments, before=before),
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    modules = set(done.stderr.split())
    assert "ctxlint.commands.rules" in modules
    assert not modules & {"rich", "libcst", "rignore", "ctxlint.run.project_run"}


@pytest.mark.parametrize("name", FORMATS)
def test_only_a_report_that_describes_rules_reads_their_pages(
    run: Run, bad: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    read = []

    def reading(rule: Rule) -> str:
        read.append(rule.code)
        return page_of(rule)

    monkeypatch.setattr(rules, "page_of", reading)
    run("check", "--output-format", name)
    assert read == ([rule.code for rule in RULES] if name == "sarif" else [])


@each_rule
def test_reports_describe_a_rule_by_its_page(rule: Rule) -> None:
    (info,) = (info for info in rules.infos() if info.code == rule.code)
    assert (info.name, info.level, info.message) == (rule.name, rule.level, rule.message)
    assert info.page == page(rule)
