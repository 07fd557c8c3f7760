"""CTX201: what Starlette does with the fakes, levels, messages, traces and gates."""

from __future__ import annotations

import ast
import asyncio
import importlib
import inspect
import sys
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import pytest
from fastapi import Request, WebSocket
from starlette.requests import HTTPConnection
from support.fixture_files import Fixture, load_fixtures

from ctxlint.config.settings import Settings
from ctxlint.contract.contract import DEFAULT_CONTRACT
from ctxlint.finding import Finding, Level, StepKind
from ctxlint.flow import analyse
from ctxlint.rules.mock_request_in_websocket.rule import MockRequestInWebsocket
from ctxlint.run import check_file
from ctxlint.source import SourceError, SourceFile

if TYPE_CHECKING:
    from collections.abc import Callable

EXAMPLE = Path(__file__).parents[2] / "examples" / "chat_service"
FAKES = DEFAULT_CONTRACT.request_doubles
SETTINGS = Settings(select=("CTX201",))
FIXTURES = load_fixtures("CTX201")
RUNNABLE = [
    fixture
    for fixture in FIXTURES
    if fixture.name.startswith("raises/") and fixture.name != "raises/at_import"
]
SCOPE = {"type": "websocket", "headers": [], "path": "/ws"}
each_fixture = pytest.mark.parametrize("fixture", FIXTURES, ids=str)


def check(text: str, path: str = "app.py") -> list[Finding]:
    return check_file.check(SourceFile(path, text), SETTINGS)


def handler(body: str, imports: str = "") -> str:
    """A module with a WebSocket handler of this body."""
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    top = f"from fastapi import Request, WebSocket\n{imports}\n"
    return f"{top}async def handle(websocket: WebSocket, get, self):\n{lines}\n"


def the_one(text: str) -> Finding:
    (finding,) = check(text)
    return finding


# What Starlette does.


def test_a_request_refuses_the_scope_of_a_websocket() -> None:
    with pytest.raises(AssertionError):
        Request({"type": "websocket", "headers": []})
    assert HTTPConnection({"type": "websocket", "headers": []}).headers.raw == []
    assert Request({"type": "http", "headers": []}).headers.raw == []


def imported(path: str) -> object:
    module, _, name = path.rpartition(".")
    return getattr(importlib.import_module(module), name)


def test_the_paths_of_the_contract_lead_to_the_classes() -> None:
    assert {imported(path) for path in FAKES.requests} == {Request}
    assert {imported(path) for path in FAKES.websockets} == {WebSocket}
    mocks = [path for path in FAKES.mocks if path.startswith("unittest.")]
    annotations = [path for path in FAKES.unions + FAKES.annotated if path.startswith("typing.")]
    for path in (*FAKES.namespaces, *FAKES.endpoints, *mocks, *annotations):
        assert imported(path)


def load(fixture: Fixture) -> ModuleType:
    module = ModuleType("fixture_of_ctx201")
    sys.modules[module.__name__] = module  # dataclasses look it up
    exec(compile(fixture.text, str(fixture.path), "exec", dont_inherit=True), module.__dict__)
    return module


def a_websocket() -> WebSocket:
    async def nothing(*_: object) -> dict[str, str]:
        return {"type": "websocket.connect"}

    return WebSocket(dict(SCOPE), nothing, nothing)


def argument(name: str, flag: bool) -> object:
    """A value for a parameter of a fixture's function."""
    values: dict[str, object] = {
        "websocket": a_websocket(),
        "base": {"headers": []},
        "scope": dict(SCOPE),
        "flag": flag,
        "ready": True,
        "payload": {},
        "users": ["user"],
        "parts": ["part"],
    }
    return values.get(name)


def call(function: Callable[..., object], flag: bool) -> object:
    """Call a function of a fixture, and what it returns where that is a function."""
    args, named = [], {}
    for parameter in inspect.signature(function).parameters.values():
        value = argument(parameter.name, flag)
        if parameter.kind is parameter.KEYWORD_ONLY:
            named[parameter.name] = value
        else:
            args.append(value)
    result = function(*args, **named)
    if inspect.iscoroutine(result):
        return asyncio.run(result)
    return call(result, flag) if inspect.isfunction(result) else result


def functions(fixture: Fixture, module: ModuleType) -> dict[str, Callable[..., object]]:
    """The functions with a marked row, of the module and of instances of its classes."""
    marked = fixture.marks("error").keys() | fixture.marks("todo").keys()
    found = {}
    for node in ast.parse(fixture.text).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _holds(node, marked):
            found[node.name] = getattr(module, node.name)
        for method in node.body if isinstance(node, ast.ClassDef) else ():
            if isinstance(method, ast.FunctionDef) and _holds(method, marked):
                found[f"{node.name}.{method.name}"] = _method(module, node.name, method.name)
    return found


def _holds(node: ast.stmt, rows: set[int]) -> bool:
    return not rows.isdisjoint(range(node.lineno, (node.end_lineno or 0) + 1))


def _method(module: ModuleType, owner: str, name: str) -> Callable[..., object]:
    kind = getattr(module, owner)
    instance = kind(a_websocket()) if inspect.signature(kind).parameters else kind()
    if hasattr(instance, "connect"):
        asyncio.run(instance.connect(a_websocket()))
    method: Callable[..., object] = getattr(instance, name)
    return method


@pytest.mark.parametrize("flag", [False, True])
@pytest.mark.parametrize("fixture", RUNNABLE, ids=str)
def test_an_error_raises_when_it_is_reached(
    fixture: Fixture, flag: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nothing(self: WebSocket) -> None:
        return None

    monkeypatch.setattr(WebSocket, "accept", nothing)
    found = functions(fixture, load(fixture))
    assert found
    for name, function in found.items():
        with pytest.raises(AssertionError):
            pytest.fail(f"{name} returned {call(function, flag)!r}")


# Findings.


@each_fixture
def test_the_level_is_that_of_the_group(fixture: Fixture) -> None:
    level = Level.ERROR if fixture.name.startswith("raises/") else Level.WARNING
    for finding in check_file.check(fixture.file, SETTINGS):
        assert finding.level is level
        assert ("AssertionError" in finding.message) is (level is Level.ERROR)


@each_fixture
def test_a_finding_is_complete(fixture: Fixture) -> None:
    for finding in check_file.check(fixture.file, SETTINGS):
        assert "accept starlette.requests.HTTPConnection" in finding.message
        assert finding.fix is None
        assert "must change first" in (finding.unfixed_reason or "")
        kinds = [step.kind for step in finding.trace]
        assert kinds == sorted(kinds, key=list(StepKind).index)
        assert finding.trace[0].span == finding.span
        assert (StepKind.SINK in kinds) is (" on line " in finding.message)


def test_there_are_more_clean_calls_than_fakes() -> None:
    rows = {True: 0, False: 0}
    for fixture in FIXTURES:
        for node in ast.walk(ast.parse(fixture.text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                rows[_holds(node, set(fixture.marks("error")))] += 1
    assert rows[False] > rows[True]


MESSAGES = {
    'Request({"type": "websocket"})': 'Request() with type "websocket" raises AssertionError',
    "Request(websocket.scope)": "Request() with a WebSocket's scope raises AssertionError",
    "Request({})": "Request() with a made-up scope stands in for a WebSocket",
    "Request(self.scope, receive=None)": "Request() with receive=None stands in",
    "Request({}, None, send=None)": "with a made-up scope and receive=None and send=None stands",
    "mock.Mock(spec=Request)": "mock.Mock() of a Request stands in for a WebSocket",
}


@pytest.mark.parametrize("code", MESSAGES)
def test_the_message_says_what_is_made(code: str) -> None:
    message = the_one(handler(code, "from unittest import mock")).message
    assert MESSAGES[code] in message
    assert message.endswith(
        "; accept starlette.requests.HTTPConnection, or pass the WebSocket's own context"
    )


PASSED = {
    "get(request={})": "get(request=...) on line 4",
    "get(1, {})": "get(...) as argument 2 on line 4",
    "self.pool.get(request={})": "self.pool.get(request=...) on line 4",
    "self.pools()[0].get({})": "(...).get(...) as argument 1 on line 4",
    "x = {}\nprint(x)\nawait get(user=1, request=x)": "get(request=...) on line 6",
    "x = {}\nself.one(x)\nself.two(x)": "self.one(...) as argument 1 on line 5",
    "x = cast(Request, {})\nget(x)": "get(...) as argument 1 on line 5",
    "x = None or {}\nget(y := x)": "get(...) as argument 1 on line 5",
    "if self:\n    x = {}\nelse:\n    x = None\nget(request=x)": "get(request=...) on line 8",
    "options = {{'request': {}}}\nget(**options)": "get(request=...) on line 5",
    "options = dict(request={}, user=1)\nget(**options)": "get(request=...) on line 5",
    "x = {}\ndef inner():\n    return get(request=x)": "get(request=...) on line 6",
    "await asyncio.to_thread(get, {})": "get(...) as argument 1 on line 4",
    "functools.partial(get, request={})": "get(request=...) on line 4",
    "get(\n    request={},\n)": "get(request=...) on line 4",
}
IMPORTS = "import asyncio, functools; from typing import cast"


@pytest.mark.parametrize("body", PASSED)
def test_the_message_says_where_the_fake_goes(body: str) -> None:
    code = body.format("Request({'type': 'http'})")
    finding = the_one(handler(code, IMPORTS))
    assert f", passed to {PASSED[body]}, stands in" in finding.message
    assert "HTTPConnection there, or" in finding.message
    assert finding.trace[-1].kind is StepKind.SINK
    assert finding.function == "handle"


NOWHERE = [
    "x = {}",
    "return {}",
    "self.request = {}",
    "isinstance({}, Request)",
    "x = {}\nx = None\nget(x)",
    "get(*[{}])",
]


@pytest.mark.parametrize("body", NOWHERE)
def test_a_fake_may_go_nowhere(body: str) -> None:
    finding = the_one(handler(body.format("Request({'type': 'http'})"), IMPORTS))
    assert " on line " not in finding.message
    assert [step.kind for step in finding.trace] == [StepKind.SOURCE]
    reason = "the parameter type of the function that receives it must change first"
    assert finding.unfixed_reason == reason


def test_the_trace_leads_from_the_fake_to_the_call_that_gets_it() -> None:
    finding = the_one(handler("fake = Request({})\nother = fake\nget(request=other)"))
    steps = [(step.kind.value, step.message, step.span.start.row) for step in finding.trace]
    assert steps == [
        ("source", "a fake request is created here", 4),
        ("step", "stored in fake", 4),
        ("step", "stored in other", 5),
        ("sink", "passed to get(request=...)", 6),
    ]


def test_the_function_is_named_with_its_class() -> None:
    text = "from fastapi import Request\nclass A:\n    def b(self):\n        {}\n"
    call = "return lambda: Request({'type': 'websocket'})"
    assert the_one(text.replace("{}", call)).function == "A.b"
    module = "from fastapi import Request\nRequest({'type': 'websocket'})\n"
    assert the_one(module).function is None


def test_there_is_no_fix() -> None:
    file = SourceFile("a.py", handler("get(Request({}))"))
    assert MockRequestInWebsocket().edits(file, SETTINGS, check_file.check(file, SETTINGS)) == ()


def test_the_example_has_one() -> None:
    path = EXAMPLE / "app" / "websocket" / "agent_handler.py"
    finding = the_one(path.read_text(encoding="utf-8"))
    assert finding.level is Level.ERROR
    assert "passed to get_request_scoped_supervisor(request=...) on line" in finding.message
    demo = ast.parse((EXAMPLE / "demo.py").read_text(encoding="utf-8"))
    assert "agent_handler" not in ast.dump(demo)


# Gates.

MADE_UP = "from fastapi import Request\nRequest({'type': 'http'})\n"


@pytest.mark.parametrize(
    ("path", "found"),
    [("app/chat.py", 0), ("app/websocket/chat.py", 1), ("app/chat_websocket.py", 1)],
)
def test_the_path_makes_websocket_code(path: str, found: int) -> None:
    assert len(check(MADE_UP, path)) == found
    assert check_file.is_candidate(MADE_UP.encode(), path, SETTINGS) is bool(found)
    file = SourceFile(path, MADE_UP)
    assert len(check_file.check(file, SETTINGS, gates=False)) == found


@pytest.mark.parametrize(
    ("words", "parsed"),
    [
        ("Request", False),
        ("websocket", False),
        ("Request websocket", False),
        ("fastapi Request websocket", True),
        ("SimpleNamespace WebSocket", True),
        ("get_user_execution_context", True),
        ("uuid4", False),
    ],
)
def test_a_file_is_parsed_only_if_a_rule_may_find_something(words: str, parsed: bool) -> None:
    text = f"# {words}\n(\n"
    assert check_file.is_candidate(text.encode(), "a.py", SETTINGS) is parsed
    if parsed:
        with pytest.raises(SourceError):
            check(text)
    else:
        assert check(text) == []


def test_a_file_is_interpreted_once() -> None:
    file = SourceFile("a.py", handler("get(Request({}))"))
    assert analyse(file, DEFAULT_CONTRACT) is analyse(file, Settings().contract)
    assert analyse(SourceFile("b.py", file.text), DEFAULT_CONTRACT) is not analyse(
        file, DEFAULT_CONTRACT
    )
