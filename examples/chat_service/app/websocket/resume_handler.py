"""Going back to an earlier conversation, which the client names by its IDs."""

from __future__ import annotations

from app.dependencies import get_user_execution_context
from app.websocket.base_handler import BaseMessageHandler, Payload
from app.websocket.connection_manager import ConnectionManager
from shared.id_generation.unified_id_generator import UnifiedIdGenerator


class ResumeHandler(BaseMessageHandler):
    """Shows the conversation of a thread that the message brings, else the user's latest."""

    def __init__(self, connections: ConnectionManager) -> None:
        self._connections = connections

    async def handle(self, user_id: str, payload: Payload) -> None:
        thread_id = payload.get("thread_id") or None
        run_id = payload.get("run_id") or None
        context = get_user_execution_context(user_id=user_id, thread_id=thread_id, run_id=run_id)
        context.request_id = payload.get("request_id", UnifiedIdGenerator.generate_base_id("req"))
        await self._connections.send_to_user(
            context, {"type": "chat_resumed", "history": list(context.history)}
        )
