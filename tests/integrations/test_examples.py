"""The example: its findings, the repair of a copy, and what its users notice of it."""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

EXAMPLE = Path(__file__).parents[2] / "examples" / "chat_service"
HANDLERS = Path("app", "websocket")
GETTER = "get_user_execution_context"
FUNCTIONS = {  # as the report names them that fixed the bug by hand
    "quality_alert_handler.py": {
        "_handle_subscribe_action",
        "_handle_unsubscribe_action",
        "_handle_invalid_action",
        "_handle_subscription_error",
    },
    "quality_metrics_handler.py": {"_send_metrics_response", "_handle_metrics_error"},
    "quality_report_handler.py": {"_send_report_response", "_handle_report_error"},
    "quality_validation_handler.py": {"_send_validation_result", "_handle_validation_error"},
    "quality_manager.py": {
        "_handle_unknown_message",
        "_send_update_to_subscriber",
        "_send_alert_to_subscriber",
    },
    "quality_message_router.py": {
        "_handle_unknown_message_type",
        "_send_update_to_subscriber",
        "_send_alert_to_subscriber",
    },
}
COUNTS = (4, 2, 2, 2, 3, 3)
ROUTES = {  # the functions whose imports are dead, None at module level
    "message_route.py": ("note", "post_message"),
    "thread_route.py": ("error", None),
}
FIRST_SOURCES = {  # the lines in the audit
    "quality_alert_handler.py": 64,
    "quality_metrics_handler.py": 71,
    "quality_report_handler.py": 113,
    "quality_validation_handler.py": 96,
    "quality_manager.py": 110,
    "quality_message_router.py": 124,
}
REMOVABLE = re.compile(  # what the repair may take out of the six files
    r"""
      | \#.*
      | (thread_id|run_id)\ =\ getattr\(self,\ "_current_(thread|run)_id",\ None\)
      | (thread_id|run_id)\ =\ UnifiedIdGenerator\.generate_base_id\("\w+"\)(\ \ \#.*)?
      | if\ not\ thread_id\ or\ not\ run_id:(\ \ \#.*)?
      | from\ shared\.id_generation\.unified_id_generator\ import\ UnifiedIdGenerator
    """,
    re.VERBOSE,
)
each_handler = pytest.mark.parametrize("name", FUNCTIONS)


class Fixed(NamedTuple):
    """The folders before and after `ctxlint fix`, and the run that did it."""

    before: Path
    after: Path
    run: subprocess.CompletedProcess[str]


def ctxlint(*args: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ctxlint", *map(str, args)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)


def contents(folder: Path) -> dict[Path, bytes]:
    """The bytes of each file below a folder, but for what running it leaves."""
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder): path.read_bytes() for path in paths if path.suffix != ".pyc"}


def code(folder: Path, name: str) -> str:
    return (folder / HANDLERS / name).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def all_findings() -> list[dict[str, Any]]:
    result = ctxlint("check", EXAMPLE, "--output-format", "json")
    assert result.returncode == 1
    found: list[dict[str, Any]] = json.loads(result.stdout)
    return found


@pytest.fixture(scope="module")
def findings(all_findings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those of CTX101."""
    return [finding for finding in all_findings if finding["code"] == "CTX101"]


@pytest.fixture(scope="module")
def fixed(tmp_path_factory: pytest.TempPathFactory) -> Fixed:
    copy = tmp_path_factory.mktemp("repaired") / "chat_service"
    shutil.copytree(EXAMPLE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    return Fixed(EXAMPLE, copy, ctxlint("fix", copy))


def of_file(findings: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    return [finding for finding in findings if Path(finding["filename"]).name == name]


# check


def test_there_are_16_findings_all_in_the_six_files(findings: list[dict[str, Any]]) -> None:
    assert len(findings) == 16
    assert tuple(len(of_file(findings, name)) for name in FUNCTIONS) == COUNTS


@each_handler
def test_the_findings_are_in_the_functions_of_the_report(
    findings: list[dict[str, Any]], name: str
) -> None:
    found = [finding["function"].rpartition(".")[2] for finding in of_file(findings, name)]
    assert Counter(found) == Counter(FUNCTIONS[name])


@each_handler
def test_the_first_finding_is_on_the_line_of_the_audit(
    findings: list[dict[str, Any]], name: str
) -> None:
    assert of_file(findings, name)[0]["location"]["row"] == FIRST_SOURCES[name]


def test_every_trace_leads_from_a_source_to_a_sink(findings: list[dict[str, Any]]) -> None:
    for finding in findings:
        kinds = [step["kind"] for step in finding["trace"]]
        assert len(kinds) >= 2
        assert (kinds[0], kinds[-1]) == ("source", "sink")


def test_every_finding_is_an_error_about_both_ids_with_a_safe_fix(
    findings: list[dict[str, Any]],
) -> None:
    for finding in findings:
        assert (finding["level"], finding["ids"]) == ("error", ["thread_id", "run_id"])
        assert finding["fix"]["applicability"] == "safe"


def test_two_routes_have_dead_imports(all_findings: list[dict[str, Any]]) -> None:
    dead = [finding for finding in all_findings if finding["code"] == "CTX301"]
    places = {Path(f["filename"]).name: (f["level"], f["function"]) for f in dead}
    assert len(dead) == len(ROUTES)
    assert places == ROUTES


# fix


def test_fix_repairs_what_has_a_fix(fixed: Fixed, all_findings: list[dict[str, Any]]) -> None:
    fixable = [finding for finding in all_findings if finding["fix"]]
    files = {finding["filename"] for finding in fixable}
    assert len(fixable) == 16 + len(ROUTES)
    assert fixed.run.stderr.startswith(f"Fixed {len(fixable)} findings in {len(files)} files; ")
    assert fixed.run.returncode == (0 if fixable == all_findings else 1)


def test_a_second_run_fixes_nothing(fixed: Fixed, all_findings: list[dict[str, Any]]) -> None:
    before = contents(fixed.after)
    for command in ("fix", "check"):
        result = ctxlint(command, "-q", fixed.after, "--output-format", "json")
        left = [(finding["code"], finding["message"]) for finding in json.loads(result.stdout)]
        assert left == [(f["code"], f["message"]) for f in all_findings if not f["fix"]]
        assert result.stderr == ""
    assert contents(fixed.after) == before


def test_nothing_but_the_files_with_a_fix_changes(fixed: Fixed) -> None:
    before, after = contents(fixed.before), contents(fixed.after)
    assert before.keys() == after.keys()
    changed = {path for path in before if before[path] != after[path]}
    routes = {Path("app", "routes", name) for name in ROUTES}
    assert changed == routes | {HANDLERS / name for name in FUNCTIONS}


def getter_calls(text: str) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and GETTER in ast.unparse(node.func):
            yield node


@each_handler
def test_every_getter_call_ends_in_none(fixed: Fixed, name: str) -> None:
    calls = list(getter_calls(code(fixed.after, name)))
    assert len(calls) == len(FUNCTIONS[name])
    for call in calls:
        last = [ast.unparse(keyword) for keyword in call.keywords[-2:]]
        assert last == ["thread_id=None", "run_id=None"]


@each_handler
def test_no_trace_of_the_generator_is_left(fixed: Fixed, name: str) -> None:
    text = code(fixed.after, name)
    for word in ("UnifiedIdGenerator", "id_generation", "_current_thread_id", "generate"):
        assert word.lower() not in text.lower()
    assert not re.search(r"#.*\b(IDs?|start-up|alert)\b", text)  # what its comments were about


SCOPES = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda


def own_nodes(scope: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a module or function, without those of the scopes inside it."""
    for node in ast.iter_child_nodes(scope):
        yield node
        if not isinstance(node, SCOPES):
            yield from own_nodes(node)


def bound_names(scope: ast.AST) -> Iterator[str]:
    """The names that imports and assignments bind in a scope."""
    for node in own_nodes(scope):
        is_future = isinstance(node, ast.ImportFrom) and node.module == "__future__"
        if isinstance(node, ast.Import | ast.ImportFrom) and not is_future:
            yield from ((alias.asname or alias.name).partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


def read_names(scope: ast.AST) -> set[str]:
    """The names that a scope and those inside it read."""
    names = (node for node in ast.walk(scope) if isinstance(node, ast.Name))
    return {node.id for node in names if isinstance(node.ctx, ast.Load)}


def unused(text: str) -> set[str]:
    """The names that a function, or the module, binds and does not read."""
    functions = ast.Module | ast.FunctionDef | ast.AsyncFunctionDef
    scopes = [node for node in ast.walk(ast.parse(text)) if isinstance(node, functions)]
    return {name for scope in scopes for name in set(bound_names(scope)) - read_names(scope)}


def test_unused_names_are_seen() -> None:
    assert unused("import os\ndef f():\n    x = 1\n") == {"os", "x"}
    assert unused("def f():\n    from a.b import c as d\n") == {"d"}
    assert unused("import os.path\nx = os\nprint(x)\n") == set()


@each_handler
def test_no_unused_assignment_or_import_is_left(fixed: Fixed, name: str) -> None:
    assert unused(code(fixed.before, name)) == set()
    assert unused(code(fixed.after, name)) == set()


def with_none(line: str) -> str:
    return re.sub(r"\b(thread_id|run_id)=\1\b", r"\1=None", line)


def removed_lines(before: str, after: str) -> list[str]:
    """The lines that are gone; fail if a line changed but for its ID arguments, moved or is new."""
    rest = iter(before.splitlines(keepends=True))
    removed = []
    for line in after.splitlines(keepends=True):
        for original in rest:
            if line in (original, with_none(original)):
                break
            removed.append(original)
        else:
            pytest.fail(f"not a line of the original, or not in its place: {line!r}")
    return [*removed, *rest]


@each_handler
def test_the_lines_left_are_those_of_before(fixed: Fixed, name: str) -> None:
    removed = removed_lines(code(fixed.before, name), code(fixed.after, name))
    for line in removed:
        assert REMOVABLE.fullmatch(line.strip()), line


# demo.py


def sessions(folder: Path) -> dict[str, str]:
    """What the demo prints for each handler."""
    command = [sys.executable, "-B", folder / "demo.py"]
    result = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True)
    lines = [line.split(maxsplit=1) for line in result.stdout.splitlines()]
    return {name: " ".join(rest.split()) for name, rest in lines}


def test_three_messages_open_three_sessions_before_and_one_after(fixed: Fixed) -> None:
    handlers = [name.removesuffix(".py") for name in FUNCTIONS]
    before, after = sessions(fixed.before), sessions(fixed.after)
    assert before == dict.fromkeys(handlers, "3 messages 3 sessions") | {
        "message_handler": "3 messages 1 session"
    }
    assert after == dict.fromkeys(before, "3 messages 1 session")


def test_the_readme_of_the_example_tells_what_it_prints(findings: list[dict[str, Any]]) -> None:
    text = (EXAMPLE / "README.md").read_text(encoding="utf-8")
    shown = re.findall(r"^    (\w+) +(3 messages) +(\d sessions?)$", text, re.MULTILINE)
    assert {name: f"{sent} {opened}" for name, sent, opened in shown} == sessions(EXAMPLE)
    table = re.findall(r"^\| `(quality_\w+\.py)` \| (\d) \|$", text, re.MULTILINE)
    assert {name: int(count) for name, count in table} == {
        name: len(of_file(findings, name)) for name in FUNCTIONS
    }
