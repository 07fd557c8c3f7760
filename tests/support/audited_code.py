"""Code that audits are about, and what they tell of it."""

from __future__ import annotations

import json
from typing import Any

from support.commands import Run
from support.small_projects import handler

NEW = "from shared.ids import UnifiedIdGenerator"
RIGHT = handler("", "thread_id")
WRONG = handler(NEW, 'UnifiedIdGenerator.generate_base_id("t")')
MOCK = """\
from fastapi import Request, WebSocket


def handle(socket: WebSocket):
    return Request({"type": "websocket"})
"""
DEAD = "from app.session import create_user_execution_context\n"


def audited(run: Run, *options: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run("audit", "--output-format", "json", *options).out)
    return found
