"""Every fixture of CTX101: findings, fixes, suppression and gates."""

from __future__ import annotations

import ast
import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from harness import CODE, Fixture, load_fixtures, marks

from ctxlint import engine
from ctxlint.config import Keep, Settings
from ctxlint.contract import DEFAULT_CONTRACT
from ctxlint.finding import Applicability, Finding, Level, Span, StepKind
from ctxlint.fix import Fixed, fix

if TYPE_CHECKING:
    from ctxlint.source import SourceFile


FIXTURES = load_fixtures()
SAFE = Settings()
MODES = {
    "fixed": SAFE,
    "unsafe": replace(SAFE, unsafe_fixes=True),
    "keep-none": replace(SAFE, keep=Keep.NONE),
    "keep-all": replace(SAFE, keep=Keep.ALL),
}
each_fixture = pytest.mark.parametrize("fixture", FIXTURES, ids=lambda fixture: fixture.name)
each_mode = pytest.mark.parametrize("mode", MODES)


def check(file: SourceFile, settings: Settings = SAFE) -> list[Finding]:
    return [found for found in engine.check(file, settings) if found.code == CODE]


def rows(findings: list[Finding]) -> Counter[int]:
    return Counter(finding.span.start.row for finding in findings)


def known_misses() -> list[tuple[Fixture, int]]:
    return [(fixture, row) for fixture in FIXTURES for row in fixture.marks("todo")]


def with_text(fixture: Fixture, text: str) -> SourceFile:
    return replace(fixture.file, text=text)


def test_there_are_fixtures_of_every_group() -> None:
    groups = Counter(fixture.name.partition("/")[0] for fixture in FIXTURES)
    wanted = {"sources", "passes", "sinks", "flow", "remedy", "unsafe", "unfixed", "clean"}
    assert set(groups) == wanted
    assert sum(groups.values()) > 100
    for golden in (path for path in FIXTURES[0].path.parents[1].rglob("*.*") if path.is_file()):
        assert golden.name.startswith(".") or golden.with_suffix(".py").exists(), golden


@each_fixture
def test_findings_stand_where_the_marks_are(fixture: Fixture) -> None:
    found = rows(check(fixture.file))
    for row in fixture.marks("todo"):
        del found[row]  # judged by the next test
    assert found == fixture.marks("error")


@pytest.mark.xfail(strict=True, reason="known miss")
@pytest.mark.parametrize(
    ("fixture", "row"), [pytest.param(f, r, id=f"{f.name}:{r}") for f, r in known_misses()]
)
def test_known_miss(fixture: Fixture, row: int) -> None:
    assert row in rows(check(fixture.file))


def call_row(file: SourceFile, argument: Span) -> int:
    """The row of the innermost call that an argument belongs to."""
    calls = [node for node in ast.walk(file.tree) if isinstance(node, ast.Call)]
    around = [c for c in calls if any(file.span(a) == argument for a in arguments(c))]
    return around[-1].lineno


def arguments(call: ast.Call) -> list[ast.expr]:
    return [*call.args, *(keyword.value for keyword in call.keywords)]


@each_fixture
def test_a_finding_is_complete(fixture: Fixture) -> None:
    for finding in check(fixture.file):
        first, last = finding.trace[0], finding.trace[-1]
        kinds = [step.kind for step in finding.trace]
        assert (first.kind, last.kind) == (StepKind.SOURCE, StepKind.SINK)
        assert kinds == sorted(kinds, key=list(StepKind).index)
        assert first.span.start == finding.span.start
        assert finding.ids
        assert finding.level is (Level.WARNING if finding.ids == ("run_id",) else Level.ERROR)
        row = call_row(fixture.file, last.span)
        for word in (*finding.ids, "get_user_execution_context", f"on line {row}"):
            assert word in finding.message
        assert (finding.fix is None) is bool(finding.unfixed_reason)


@each_fixture
@each_mode
def test_fix_gives_the_golden(fixture: Fixture, mode: str, update_golden: bool) -> None:
    golden = fixture.golden(mode)
    result = fixture.file.encode(fix(fixture.file, MODES[mode]).text)
    if update_golden and not fixture.says("open") and (mode == "fixed" or golden.exists()):
        write_golden(fixture, mode, result)
    if golden.exists():
        assert result.decode() == golden.read_bytes().decode()
    elif must_stay(fixture, mode):
        assert result == fixture.data


def must_stay(fixture: Fixture, mode: str) -> bool:
    """Whether a fixture without a golden for `mode` says that the fix changes nothing."""
    if not fixture.marks("error"):
        return True
    if fixture.says("open"):
        return False
    return mode == "fixed" or (mode == "unsafe" and fixture.name.startswith("unfixed/"))


def write_golden(fixture: Fixture, mode: str, result: bytes) -> None:
    """Keep `result` as the golden; a safe fix that changes nothing needs none."""
    golden = fixture.golden(mode)
    if mode == "fixed" and result == fixture.data:
        golden.unlink(missing_ok=True)
    else:
        golden.write_bytes(result)


@each_fixture
def test_no_golden_means_no_safe_fix(fixture: Fixture) -> None:
    if fixture.golden("fixed").exists() or fixture.says("open"):
        return
    for finding in check(fixture.file):
        assert finding.fix is None or finding.fix.applicability is Applicability.UNSAFE
        assert finding.fix is None or not fixture.name.startswith("unfixed/")


def unfixable(findings: tuple[Finding, ...], settings: Settings) -> bool:
    allowed = (None,) if settings.unsafe_fixes else (None, Applicability.UNSAFE)
    return all((f.fix and f.fix.applicability) in allowed for f in findings)


@each_fixture
def test_where_none_is_no_remedy_nothing_is_fixed(fixture: Fixture) -> None:
    """design.md section 6: only where None means `reuse` is None the remedy."""
    getters = tuple(replace(getter, none="new") for getter in DEFAULT_CONTRACT.getters)
    contract = replace(DEFAULT_CONTRACT, getters=getters)
    settings = replace(SAFE, contract=contract, unsafe_fixes=True)
    found = check(fixture.file, settings)
    assert rows(found) == rows(check(fixture.file))
    assert all(finding.fix is None and finding.unfixed_reason for finding in found)
    assert fix(fixture.file, settings).text == fixture.text


def definitions(fixture: Fixture) -> dict[int, str]:
    """For each row, the function or class of the module that it belongs to."""
    kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    tree = ast.parse(fixture.text)
    blocks = [node for node in tree.body if isinstance(node, kinds)]
    return {
        row: node.name for node in blocks for row in range(node.lineno, (node.end_lineno or 0) + 1)
    }


@each_fixture
def test_a_finding_names_its_function(fixture: Fixture) -> None:
    owners = definitions(fixture)
    for finding in check(fixture.file):
        places = (finding.trace[0].span.start.row, finding.trace[-1].span.start.row)
        if finding.function is None:  # at module level or in the body of a class
            assert fixture.name in {"flow/module_level", "flow/module_constants", "flow/class_body"}
        else:
            assert finding.function.partition(".")[0] in {owners.get(row) for row in places}


@each_fixture
@each_mode
def test_a_fixed_file_is_done(fixture: Fixture, mode: str) -> None:
    settings = MODES[mode]
    result = fix(fixture.file, settings)
    compile(result.text, fixture.name, "exec", dont_inherit=True)
    again = fix(with_text(fixture, result.text), settings)
    assert again == Fixed(result.text, (), result.remaining)
    assert check(with_text(fixture, result.text), settings) == list(result.remaining)
    assert unfixable(result.remaining, settings)
    assert len(result.fixed) + len(result.remaining) == len(check(fixture.file, settings))
    assert not rows(list(result.remaining)) - marks(result.text, "error")


@each_fixture
def test_noqa_silences(fixture: Fixture) -> None:
    lines = re.split(r"(\r\n|\r|\n)", fixture.text)
    found = check(fixture.file)
    for row in rows(found):
        lines[2 * row - 2] += "  # noqa: CTX101"
    assert check(with_text(fixture, "".join(lines))) == []


@each_fixture
def test_gates_lose_nothing(fixture: Fixture) -> None:
    assert engine.check(fixture.file, SAFE, gates=False) == engine.check(fixture.file, SAFE)
