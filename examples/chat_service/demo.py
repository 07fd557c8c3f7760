"""Sends three messages of one user through a handler and counts the sessions they open.

    python examples/chat_service/demo.py
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from app.chat_service import ChatService
from app.dependencies import SESSIONS

MESSAGES = 3

Send = Callable[[ChatService, str], Awaitable[None]]


def incoming(message_type: str, payload: dict[str, Any]) -> Send:
    """The user sends a message, and a handler answers."""

    async def send(service: ChatService, user_id: str) -> None:
        await service.receive(user_id, {"type": message_type, "payload": payload})

    return send


async def dashboard_update(service: ChatService, user_id: str) -> None:
    """The user watches a dashboard, and an update arrives."""
    service.quality_manager.join(user_id)
    await service.quality_manager.publish_update([user_id])


async def topic_update(service: ChatService, user_id: str) -> None:
    """The user follows a topic, and an update arrives."""
    service.quality_router.follow(user_id, ["scores"])
    await service.quality_router.publish_update("scores", {"mean": 0.9})


SCENES: dict[str, Send] = {
    "quality_alert_handler": incoming("quality_alerts", {"action": "subscribe"}),
    "quality_metrics_handler": incoming("quality_metrics", {}),
    "quality_report_handler": incoming("quality_report", {"format": "markdown"}),
    "quality_validation_handler": incoming("quality_validation", {"text": "Is this any good?"}),
    "quality_manager": dashboard_update,
    "quality_message_router": topic_update,
    "message_handler": incoming("chat", {"text": "Hello again"}),
}


async def play(service: ChatService, handler: str, send: Send) -> None:
    """Send the messages of one user, new for each handler, and print what came of them."""
    user_id = f"user_of_{handler}"
    service.connections.connect(user_id)
    for _ in range(MESSAGES):
        await send(service, user_id)
    replies = len(service.connections.sent_to(user_id))
    if replies != MESSAGES:
        raise RuntimeError(f"{handler} sent {replies} replies to {MESSAGES} messages")
    opened = len(SESSIONS.sessions_of(user_id))
    print(f"{handler:<28}{MESSAGES} messages   {opened} session{'s' * (opened != 1)}")


async def main() -> None:
    service = ChatService()
    for handler, send in SCENES.items():
        await play(service, handler, send)


if __name__ == "__main__":
    asyncio.run(main())
