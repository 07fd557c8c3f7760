"""The open sockets. This one keeps what it sends instead of sending it."""

from __future__ import annotations

from typing import Any

from app.user_execution_context import UserExecutionContext


class ConnectionManager:
    """Sends to users; a user who is not connected is a ConnectionError."""

    def __init__(self) -> None:
        self._outboxes: dict[str, list[dict[str, Any]]] = {}

    def connect(self, user_id: str) -> None:
        """Open the user's socket."""
        self._outboxes.setdefault(user_id, [])

    def disconnect(self, user_id: str) -> None:
        """Close the user's socket."""
        self._outboxes.pop(user_id, None)

    async def send_to_user(self, context: UserExecutionContext, message: dict[str, Any]) -> None:
        """Send a message within a session, whose conversation remembers it."""
        outbox = self._outboxes.get(context.user_id)
        if outbox is None:
            raise ConnectionError(f"{context.user_id} is not connected")
        outbox.append({**message, "thread_id": context.thread_id})
        context.remember(message["type"])

    def sent_to(self, user_id: str) -> list[dict[str, Any]]:
        """What the user received, oldest first."""
        return list(self._outboxes.get(user_id, ()))
