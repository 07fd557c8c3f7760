"""What every message handler can do."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

Payload = dict[str, Any]


class BaseMessageHandler(ABC):
    """Handles messages of one kind. One object serves every user of the process."""

    @abstractmethod
    async def handle(self, user_id: str, payload: Payload) -> None:
        """Handle the payload of one message of one user."""


def note_ids(handler: object, message: dict[str, Any]) -> None:
    """Leave the IDs that a message brought with the handler that is about to handle it."""
    for name in ("thread_id", "run_id"):
        if message.get(name):
            setattr(handler, f"_current_{name}", message[name])
