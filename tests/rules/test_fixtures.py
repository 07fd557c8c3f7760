"""Every fixture of every rule: findings, fixes, suppression and gates."""

from __future__ import annotations

import ast
import re
import sys
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from support.fixture_files import FIXTURES as FOLDER
from support.fixture_files import Fixture, load_fixtures, marks

from ctxlint.config.settings import Keep, Settings
from ctxlint.contract.contract import DEFAULT_CONTRACT
from ctxlint.finding import Applicability, Finding, Level, Span, StepKind
from ctxlint.flow import analyse, interpreter
from ctxlint.project import text_search
from ctxlint.rules.registry import RULES
from ctxlint.run import check_file, examples
from ctxlint.run.fix_loop import Fixed, fix
from ctxlint.source import SourceFile

if TYPE_CHECKING:
    from collections.abc import Iterator

FIXTURES = load_fixtures()
CTX101 = load_fixtures("CTX101")
GROUPS = {
    "CTX001": {"unused", "used", "foreign", "words", "layout", "unfixed", "clean"},
    "CTX101": {
        "sources",
        "passes",
        "sinks",
        "flow",
        "functions",
        "remedy",
        "unsafe",
        "unfixed",
        "clean",
        "decided",
        "excused",
        "frameworks",
    },
    "CTX201": {"raises", "warns", "clean"},
    "CTX202": {"asks", "clean"},
    "CTX301": {"dead", "layout", "redefined", "rename", "unfixed", "used"},
}
SAFE = Settings()
MODES = {
    "fixed": SAFE,
    "unsafe": replace(SAFE, unsafe_fixes=True),
    "keep-none": replace(SAFE, keep=Keep.NONE),
    "keep-all": replace(SAFE, keep=Keep.ALL),
}
each_fixture = pytest.mark.parametrize("fixture", FIXTURES, ids=str)
each_fixture_of_ctx101 = pytest.mark.parametrize("fixture", CTX101, ids=str)
each_mode = pytest.mark.parametrize("mode", MODES)


def settings_for(fixture: Fixture, mode: str = "fixed") -> Settings:
    """The settings of a mode, for the rule of a fixture alone; CTX001 needs the other rules."""
    return replace(MODES[mode], select=("CTX" if fixture.code == "CTX001" else fixture.code,))


def check(fixture: Fixture, text: str | None = None, mode: str = "fixed") -> list[Finding]:
    """The findings of a fixture, or of another text in its place."""
    file = fixture.file if text is None else with_text(fixture, text)
    return check_file.check(file, settings_for(fixture, mode))


def rows(findings: list[Finding]) -> Counter[int]:
    return Counter(finding.span.start.row for finding in findings)


def known_misses() -> list[tuple[Fixture, int]]:
    return [(fixture, row) for fixture in FIXTURES for row in fixture.marks("todo")]


def with_text(fixture: Fixture, text: str) -> SourceFile:
    return replace(fixture.file, text=text)


@pytest.mark.parametrize("code", GROUPS)
def test_there_are_fixtures_of_every_group(code: str) -> None:
    groups = Counter(fixture.name.partition("/")[0] for fixture in load_fixtures(code))
    assert set(groups) == GROUPS[code]


def test_there_are_fixtures_of_every_rule() -> None:
    assert {fixture.code for fixture in FIXTURES} == {rule.code for rule in RULES}
    assert len(CTX101) > 100
    for golden in (path for path in FOLDER.rglob("*.*") if path.is_file()):
        assert golden.name.startswith(".") or golden.with_suffix(".py").exists(), golden


@each_fixture
def test_findings_stand_where_the_marks_are(fixture: Fixture) -> None:
    assert examples.failures(fixture.text, check(fixture)) == []


@pytest.mark.xfail(strict=True, reason="known miss")
@pytest.mark.parametrize(
    ("fixture", "row"), [pytest.param(f, r, id=f"{f}:{r}") for f, r in known_misses()]
)
def test_known_miss(fixture: Fixture, row: int) -> None:
    assert row in rows(check(fixture))


def call_row(file: SourceFile, argument: Span) -> int:
    """The row of the innermost call that an argument belongs to."""
    calls = [node for node in ast.walk(file.tree) if isinstance(node, ast.Call)]
    around = [c for c in calls if any(file.span(a) == argument for a in arguments(c))]
    return around[-1].lineno


def arguments(call: ast.Call) -> list[ast.expr]:
    return [*call.args, *(keyword.value for keyword in call.keywords)]


@each_fixture
def test_a_finding_is_that_of_its_rule(fixture: Fixture) -> None:
    (rule,) = (rule for rule in RULES if rule.code == fixture.code)
    for finding in check(fixture):
        assert (finding.code, finding.name) == (rule.code, rule.name)
        assert list(Level).index(finding.level) >= list(Level).index(rule.level)
        assert finding.filename == fixture.file.path
        assert finding.fix is None or finding.unfixed_reason is None


@each_fixture_of_ctx101
def test_a_finding_is_complete(fixture: Fixture) -> None:
    for finding in check(fixture):
        first, last = finding.trace[0], finding.trace[-1]
        kinds = [step.kind for step in finding.trace]
        assert (first.kind, last.kind) == (StepKind.SOURCE, StepKind.SINK)
        assert kinds == sorted(kinds, key=list(StepKind).index)
        assert first.span.start == finding.span.start
        assert {step.filename for step in finding.trace} == {fixture.file.path}
        assert finding.ids
        assert finding.level is (Level.WARNING if finding.ids == ("run_id",) else Level.ERROR)
        sinks = [step.span for step in finding.trace if step.kind is StepKind.SINK]
        rows = sorted({call_row(fixture.file, span) for span in sinks})
        lines = " and ".join(f"line {row}" for row in rows)
        for word in (*finding.ids, "get_user_execution_context", f"on {lines}"):
            assert word in finding.message
        assert (finding.fix is None) is bool(finding.unfixed_reason)


@each_fixture
@each_mode
def test_fix_gives_the_golden(fixture: Fixture, mode: str, update_golden: bool) -> None:
    golden = fixture.golden(mode)
    result = fixture.file.encode(fix(fixture.file, settings_for(fixture, mode)).text)
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
    for finding in check(fixture):
        assert finding.fix is None or finding.fix.applicability is Applicability.UNSAFE
        assert finding.fix is None or not fixture.name.startswith("unfixed/")


def unfixable(findings: tuple[Finding, ...], settings: Settings) -> bool:
    allowed = (None,) if settings.unsafe_fixes else (None, Applicability.UNSAFE)
    return all((f.fix and f.fix.applicability) in allowed for f in findings)


@each_fixture_of_ctx101
def test_where_none_is_no_remedy_nothing_is_fixed(fixture: Fixture) -> None:
    """design.md section 6: only where None means `reuse` is None the remedy."""
    getters = tuple(
        replace(getter, none="new", report="all") for getter in DEFAULT_CONTRACT.getters
    )
    contract = replace(DEFAULT_CONTRACT, getters=getters)
    settings = replace(settings_for(fixture, "unsafe"), contract=contract)
    found = check_file.check(fixture.file, settings)
    assert rows(found) == rows(check(fixture))
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


@each_fixture_of_ctx101
def test_a_finding_names_its_function(fixture: Fixture) -> None:
    owners = definitions(fixture)
    for finding in check(fixture):
        places = (finding.trace[0].span.start.row, finding.trace[-1].span.start.row)
        if finding.function is None:
            assert places[0] not in owners
        else:
            assert finding.function.partition(".")[0] in {owners.get(row) for row in places}


@each_fixture
@each_mode
def test_a_fixed_file_is_done(fixture: Fixture, mode: str) -> None:
    settings = settings_for(fixture, mode)
    result = fix(fixture.file, settings)
    compile(result.text, fixture.name, "exec", dont_inherit=True)
    again = fix(with_text(fixture, result.text), settings)
    assert again == Fixed(result.text, (), result.remaining)
    assert check(fixture, result.text, mode) == list(result.remaining)
    assert unfixable(result.remaining, settings)
    assert len(result.fixed) + len(result.remaining) == len(check(fixture))
    assert not rows(list(result.remaining)) - marks(result.text, "error", fixture.code)


def with_noqa(line: str, code: str) -> str:
    if code == "CTX001":  # it is about the noqa that is there
        return re.sub(r"# noqa: ?", f"# noqa: {code}, ", line, count=1, flags=re.IGNORECASE)
    bare = re.sub(r"# noqa[^#]*", "", line)
    return f"{bare}  # noqa: {code}"


@each_fixture
def test_noqa_silences(fixture: Fixture) -> None:
    lines = re.split(r"(\r\n|\r|\n)", fixture.text)
    found = check(fixture)
    for row in rows(found):
        lines[2 * row - 2] = with_noqa(lines[2 * row - 2], fixture.code)
    assert check(fixture, "".join(lines)) == []


@each_fixture
def test_gates_lose_nothing(fixture: Fixture) -> None:
    settings = settings_for(fixture)
    found = check_file.check(fixture.file, settings, gates=False)
    assert check_file.check(fixture.file, settings) == found
    data = fixture.file.encode(fixture.file.text)
    assert not found or check_file.is_candidate(data, fixture.file.path, settings)


@pytest.fixture(params=["fast", "plain"])
def search(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The search for words, with the extra `fast` or without it."""
    if request.param == "plain":
        monkeypatch.setitem(sys.modules, "ahocorasick_rs", None)
    text_search._search.cache_clear()
    yield
    text_search._search.cache_clear()


@pytest.mark.parametrize("words", [("alpha",), ("alpha", "ha b", "beta"), ("a" * 40, "é", "x")])
@pytest.mark.parametrize(
    "text",
    ["", "alpha beta", "alphabeta", "alph bet", "caf\u00e9", "a" * 50]
    + [f"{' ' * (2**18 - offset)}alpha" for offset in range(7)],
)
@pytest.mark.usefixtures("search")
def test_words_are_found_with_and_without_the_extra(text: str, words: tuple[str, ...]) -> None:
    assert text_search.has_any(text.encode(), words) == any(word in text for word in words)
    assert not text_search.has_any(text.encode(), ())
    assert text_search.has_any(text.encode(), ("alpha", ""))


@each_fixture
def test_a_flow_of_some_functions_loses_nothing(
    fixture: Fixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In large files, only the functions that may matter are interpreted at first."""
    found = check(fixture)
    monkeypatch.setattr(interpreter, "_FEW", 0)
    monkeypatch.setattr(interpreter, "_MOST", 2)
    assert check(fixture, fixture.text) == found


def test_a_flow_of_some_functions_leaves_others_out(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "from app import get_user_execution_context as get\n\n\ndef handle(run_id):\n"
    text += "    return get(1, run_id=helper(run_id))\n\n\ndef helper(x):\n    return x\n"
    text += "\n\ndef caller():\n    handle(1)\n\n\nother = handle\n\n\ndef more():\n    other(1)\n"
    text += "\n\ndef unconcerned():\n    return helper(1)\n"
    monkeypatch.setattr(interpreter, "_FEW", 0)
    monkeypatch.setattr(interpreter, "_MOST", 2)
    flow = analyse(SourceFile("app.py", text), Settings().contract, whole=False)
    wanted = {node.name for node in flow.worklist.wanted if isinstance(node, ast.FunctionDef)}
    assert wanted == {"handle", "helper", "caller", "more"}
