"""Requests to the web applications of generated programs, without a server."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import starlette.middleware.base  # noqa: F401 - before the modules that it needs are replaced
from fastapi import Depends, FastAPI, Header
from grammar import KEYS

if TYPE_CHECKING:
    from collections.abc import Mapping


def post(app: Any, path: str, payload: Mapping[str, Any]) -> list[object]:
    """The status and the text of the answer to a message, whose IDs stand wherever they may."""
    ids = {key: value for key in KEYS if (value := payload.get(key)) is not None}
    headers = [(f"x-{key}".encode(), value.encode()) for key, value in ids.items()]
    cookies = "; ".join(f"x-{key}={value}" for key, value in ids.items())
    query = urlencode({f"x-{key}": value for key, value in ids.items()} | ids)
    body = json.dumps(payload).encode()
    answer: list[object] = []

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        answer.append(message.get("status") or message.get("body", b"").decode())

    scope = {
        "type": "http",
        "method": "POST",
        "path": path,
        "query_string": query.encode(),
        "headers": [
            *headers,
            (b"cookie", cookies.encode()),
            (b"content-type", b"application/json"),
        ],
    }
    asyncio.run(app(scope, receive, send))
    return answer


def _warm_up() -> None:
    """Have FastAPI import all that it needs, which a second copy would not fit."""
    app = FastAPI()

    @app.post("/")
    def answer(name: str | None = Header(None), other: str = Depends(lambda: "x")) -> str:
        return f"{name}{other}"

    post(app, "/", {})


_warm_up()
