"""CTX202 against FastAPI itself: what is reported fails, and what is not works."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ctxlint.config.settings import Settings
from ctxlint.flow import analyse
from ctxlint.rules.request_parameter_in_websocket import detection
from ctxlint.run import check_file
from ctxlint.source import SourceFile

if TYPE_CHECKING:
    from support.commands import Run

HEADER = """\
from typing import Annotated, Optional
from fastapi import APIRouter, Depends, FastAPI, Request, WebSocket
from fastapi.security import HTTPBearer
from starlette.requests import HTTPConnection
app = FastAPI()
def asks(request: Request): return request
def asks_further(found=Depends(asks)): return found
class Asking:
    def __init__(self, request: Request): self.request = request
class Called:
    def __call__(self, request: Request): return request
class Serving:
    def __init__(self, connection: HTTPConnection): self.connection = connection
    def __call__(self, connection: HTTPConnection): return connection
SERVING = Serving(None)
def serves_both(connection: HTTPConnection): return connection
def optional(request: Request = None): return request
"""
FAILS = {
    "parameter": "(websocket: WebSocket, request: Request)",
    "dependency": "(websocket: WebSocket, found=Depends(asks))",
    "dependency in Annotated": "(websocket: WebSocket, found: Annotated[object, Depends(asks)])",
    "class that is asked for": "(websocket: WebSocket, found: Asking = Depends())",
    "called object": "(websocket: WebSocket, found=Depends(Called()))",
    "dependency of a dependency": "(websocket: WebSocket, found=Depends(asks_further))",
}
WORKS = {
    "nothing else": "(websocket: WebSocket)",
    "connection": "(websocket: WebSocket, connection: HTTPConnection)",
    "dependency": "(websocket: WebSocket, found=Depends(serves_both))",
    "class that is asked for": "(websocket: WebSocket, found: Serving = Depends())",
    "called object": "(websocket: WebSocket, found=Depends(SERVING))",
    "security": "(websocket: WebSocket, found=Depends(HTTPBearer(auto_error=False)))",
    "default": "(websocket: WebSocket, found=Depends(optional))",
}


def program(parameters: str) -> str:
    return (
        f"{HEADER}@app.websocket('/')\nasync def handle{parameters}:\n"
        "    await websocket.accept()\n    await websocket.send_text('hello')\n"
    )


def findings(text: str) -> list[str]:
    settings = Settings(select=("CTX202",))
    return [f.code for f in check_file.check(SourceFile("app.py", text), settings)]


def connect(text: str) -> list[str]:
    """What a client of the program is sent."""
    names: dict[str, Any] = {}
    exec(compile(text, "app.py", "exec"), names)
    scope = {
        "type": "websocket",
        "path": "/",
        "headers": [],
        "query_string": b"",
        "subprotocols": [],
    }
    sent: list[str] = []

    async def receive() -> dict[str, str]:
        return {"type": "websocket.connect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message.get("text", message["type"]))

    asyncio.run(names["app"](scope, receive, send))
    return sent


@pytest.mark.parametrize("name", FAILS)
def test_what_is_reported_fails(name: str) -> None:
    text = program(FAILS[name])
    assert findings(text) == ["CTX202"]
    with pytest.raises(TypeError):
        connect(text)


@pytest.mark.parametrize("name", WORKS)
def test_what_works_is_not_reported(name: str) -> None:
    text = program(WORKS[name])
    assert findings(text) == []
    assert connect(text) == ["websocket.accept", "hello"]


def test_a_dependency_of_another_file_is_reported_at_the_route(run: Run) -> None:
    Path("deps.py").write_text(
        "from fastapi import Request\ndef asks(request: Request): return request\n"
    )
    Path("main.py").write_text(
        "from fastapi import Depends, FastAPI, WebSocket\nfrom deps import asks\napp = FastAPI()\n"
        "@app.websocket('/')\nasync def handle(websocket: WebSocket, found=Depends(asks)): pass\n"
    )
    assert "main.py:4:" in run("check", "--output-format", "concise", ".").out


@pytest.mark.parametrize(
    ("body", "is_analysed"),
    [
        ("router.add_api_websocket_route(path, endpoint)", False),
        ("router.websocket(path)", False),
        ("endpoint = asks\n    router.add_api_websocket_route(path, endpoint)", True),
        ("router.add_api_websocket_route(path, asks)", True),
        ("@router.websocket(path)\n    def serve(websocket): pass", True),
    ],
)
def test_a_library_that_adds_any_route_is_not_analysed(
    body: str, is_analysed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a parameter holds is not known: such a route is no finding."""
    analysed = []
    monkeypatch.setattr(
        detection, "analyse", lambda *given: analysed.append(given) or analyse(*given)
    )
    findings(f"{HEADER}def add(router, path, endpoint):\n    {body}\n")
    assert bool(analysed) is is_analysed
