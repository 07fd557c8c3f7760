"""Messages over HTTP: what a conversation remembers, and a way to add to it."""

from __future__ import annotations

from typing import Any

from app.audit_log import AuditLog
from app.dependencies import get_user_execution_context

AUDIT = AuditLog()


async def list_messages(user_id: str, thread_id: str) -> dict[str, Any]:
    """GET /threads/{thread_id}/messages: the history of a conversation."""
    context = get_user_execution_context(user_id=user_id, thread_id=thread_id)
    return {"thread_id": context.thread_id, "messages": list(context.history)}


async def post_message(user_id: str, thread_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """POST /threads/{thread_id}/messages: one more message of a conversation."""
    from app.dependencies import create_user_execution_context

    context = get_user_execution_context(user_id=user_id, thread_id=thread_id)
    context.remember(body["text"])
    message_id = AUDIT.record(user_id, "message_posted", {"thread_id": thread_id})
    return {"thread_id": context.thread_id, "message_id": message_id}
