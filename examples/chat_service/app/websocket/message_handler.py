"""Chat messages: the conversation itself."""

from __future__ import annotations

import logging

from app.dependencies import get_user_execution_context
from app.websocket.base_handler import BaseMessageHandler, Payload
from app.websocket.connection_manager import ConnectionManager
from shared.id_generation.unified_id_generator import UnifiedIdGenerator

logger = logging.getLogger(__name__)


class ChatMessageHandler(BaseMessageHandler):
    """Answers what a user writes, within the session the user is in."""

    def __init__(self, connections: ConnectionManager) -> None:
        self._connections = connections

    async def handle(self, user_id: str, payload: Payload) -> None:
        context = get_user_execution_context(user_id=user_id)
        # A request is new with every message; the session is not.
        context.request_id = payload.get("request_id") or UnifiedIdGenerator.generate_base_id("req")
        text = payload.get("text", "").strip()
        if not text:
            await self._reject(user_id, "empty message")
            return
        context.remember(text)
        answer = f"You said {text!r}; we have exchanged {len(context.history)} messages."
        await self._connections.send_to_user(context, {"type": "chat_answer", "text": answer})

    async def _reject(self, user_id: str, reason: str) -> None:
        context = get_user_execution_context(user_id=user_id)
        incident = UnifiedIdGenerator.generate_base_id("incident")
        logger.warning("Rejected a message of %s (%s): %s", user_id, incident, reason)
        await self._connections.send_to_user(
            context, {"type": "chat_error", "error": reason, "incident": incident}
        )
