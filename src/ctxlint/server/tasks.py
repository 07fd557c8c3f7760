"""Tasks that nobody waits for."""

from __future__ import annotations

import asyncio
from typing import Any


def ignored(coroutine: Any) -> None:
    """Let a task run, whatever comes of it."""
    task = asyncio.ensure_future(coroutine)
    _running.add(task)
    task.add_done_callback(_forget)


def _forget(task: asyncio.Future[Any]) -> None:
    _running.discard(task)
    if not task.cancelled():
        task.exception()  # seen


_running: set[asyncio.Future[Any]] = set()  # the loop itself holds no strong references
