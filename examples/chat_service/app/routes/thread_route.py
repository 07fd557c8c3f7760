"""Conversations over HTTP: which ones a user has, and which one is the latest."""

from __future__ import annotations

from typing import Any

from app.dependencies import (
    SESSIONS,
    create_user_execution_context,
)


async def list_threads(user_id: str) -> dict[str, Any]:
    """GET /threads: the conversations of a user, oldest first."""
    return {"threads": [context.thread_id for context in SESSIONS.sessions_of(user_id)]}


async def latest_thread(user_id: str) -> dict[str, Any]:
    """GET /threads/latest: the conversation that the user is in."""
    context = get_user_execution_context(user_id=user_id)
    return {"thread_id": context.thread_id, "opened_at": context.opened_at.isoformat()}
