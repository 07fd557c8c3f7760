"""Agent runs over HTTP: one route starts a conversation, the other continues it."""

from __future__ import annotations

from typing import Any

from app.audit_log import AuditLog
from app.dependencies import create_user_execution_context, get_user_execution_context
from shared.id_generation.unified_id_generator import UnifiedIdGenerator

AUDIT = AuditLog()


async def start_agent(user_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """POST /agent: a new conversation, which therefore gets IDs of its own."""
    thread_id, run_id, request_id = UnifiedIdGenerator.generate_user_context_ids(user_id, "agent")
    context = create_user_execution_context(
        user_id=user_id, thread_id=thread_id, run_id=run_id, request_id=request_id
    )
    AUDIT.record(user_id, "agent_started", {"thread_id": thread_id, "run_id": run_id})
    context.remember(body["task"])
    return {"thread_id": context.thread_id, "run_id": context.run_id, "request_id": request_id}


async def continue_agent(user_id: str, thread_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """POST /agent/{thread_id}: the next task of a conversation."""
    context = get_user_execution_context(
        user_id=user_id, thread_id=thread_id, run_id=body.get("run_id")
    )
    request_id = body.get("request_id", UnifiedIdGenerator.generate_base_id("req"))
    AUDIT.record(user_id, "agent_continued", {"thread_id": thread_id})
    context.remember(body["task"])
    return {"thread_id": context.thread_id, "run_id": context.run_id, "request_id": request_id}
