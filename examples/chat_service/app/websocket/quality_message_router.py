"""Gives quality messages to their handlers, and quality news to the users who want it.

Incoming: every message whose type begins with `quality_` goes to the handler of that type.

Outgoing: *updates* go to all who follow the topic, *alerts* to all who subscribed to the severity.
A user follows topics, or no longer does, by messages that the router handles itself:

    {"type": "quality_follow", "payload": {"topics": ["scores", "models"]}}
    {"type": "quality_unfollow", "payload": {"topics": ["models"]}}
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from app.dependencies import get_user_execution_context
from app.quality_service import QualityService
from app.websocket.base_handler import BaseMessageHandler, Payload, note_ids
from app.websocket.connection_manager import ConnectionManager
from shared.id_generation.unified_id_generator import UnifiedIdGenerator

logger = logging.getLogger(__name__)

PREFIX = "quality_"
FOLLOW = "quality_follow"
UNFOLLOW = "quality_unfollow"


class QualityMessageRouter:
    """The one entry and exit of quality messages."""

    def __init__(
        self,
        connections: ConnectionManager,
        quality: QualityService,
        handlers: Mapping[str, BaseMessageHandler],
    ) -> None:
        """Keep what the router works with.

        Args:
            connections: the open sockets of the users.
            quality: knows who subscribed to which alerts.
            handlers: the handler of each message type.
        """
        self._connections = connections
        self._quality = quality
        self._handlers = dict(handlers)
        self._followers: defaultdict[str, set[str]] = defaultdict(set)

    @property
    def message_types(self) -> list[str]:
        """The message types that the router knows, sorted."""
        return sorted([*self._handlers, FOLLOW, UNFOLLOW])

    def register(self, message_type: str, handler: BaseMessageHandler) -> None:
        """Give the messages of this type to that handler from now on.

        Raises:
            ValueError: it is not a type of quality messages.
        """
        if not message_type.startswith(PREFIX):
            raise ValueError(f"not a type of quality messages: {message_type!r}")
        self._handlers[message_type] = handler

    async def route(self, user_id: str, message: dict[str, Any]) -> None:
        """Give one message to the handler of its type."""
        message_type = str(message.get("type"))
        payload: Payload = message.get("payload") or {}
        if message_type == FOLLOW:
            self.follow(user_id, payload.get("topics", ()))
            return
        if message_type == UNFOLLOW:
            self.unfollow(user_id, payload.get("topics", ()))
            return
        handler = self._handlers.get(message_type)
        if handler is None:
            note_ids(self, message)
            await self._handle_unknown_message_type(user_id, message_type)
            return
        note_ids(handler, message)
        await handler.handle(user_id, payload)

    def follow(self, user_id: str, topics: Iterable[str]) -> None:
        """Send the user the updates of these topics."""
        for topic in topics:
            self._followers[topic].add(user_id)

    def unfollow(self, user_id: str, topics: Iterable[str]) -> None:
        """Send the user no more updates of these topics."""
        for topic in topics:
            self._followers[topic].discard(user_id)

    def forget(self, user_id: str) -> None:
        """Send the user nothing more: the socket is closed."""
        for followers in self._followers.values():
            followers.discard(user_id)

    def followers_of(self, topic: str) -> list[str]:
        """Who follows the topic, sorted."""
        return sorted(self._followers[topic])

    async def publish_update(self, topic: str, update: Payload) -> None:
        """Send an update to everyone who follows its topic."""
        for user_id in self.followers_of(topic):
            await self._send_update_to_subscriber(user_id, {"topic": topic, **update})

    async def publish_alert(self, alert: Payload) -> None:
        """Send an alert to everyone who subscribed to its severity."""
        for user_id in sorted(self._quality.subscribers):
            if self._quality.wants(user_id, alert["severity"]):
                await self._send_alert_to_subscriber(user_id, alert)

    async def _handle_unknown_message_type(self, user_id: str, message_type: str) -> None:
        """Tell the user which message types there are."""
        logger.warning("Unknown quality message %r from %s", message_type, user_id)
        try:
            thread_id = getattr(self, "_current_thread_id", None)
            run_id = getattr(self, "_current_run_id", None)
            # Generate IDs if the message brought none
            if not thread_id or not run_id:
                thread_id = UnifiedIdGenerator.generate_base_id("thread")
                run_id = UnifiedIdGenerator.generate_base_id("run")
            user_context = get_user_execution_context(
                user_id=user_id,
                thread_id=thread_id,
                run_id=run_id,
            )
            await self._connections.send_to_user(
                user_context,
                {
                    "type": "quality_error",
                    "error": f"unknown type {message_type!r}",
                    "types": self.message_types,
                },
            )
        except ConnectionError as error:
            logger.warning("Quality error not delivered: %s", error)

    async def _send_update_to_subscriber(self, user_id: str, update: Payload) -> None:
        """Send one user an update."""
        try:
            thread_id = getattr(self, "_current_thread_id", None)
            run_id = getattr(self, "_current_run_id", None)
            if not thread_id or not run_id:
                thread_id = UnifiedIdGenerator.generate_base_id("thread")
                run_id = UnifiedIdGenerator.generate_base_id("run")
            context = get_user_execution_context(
                user_id=user_id, thread_id=thread_id, run_id=run_id
            )

            await self._connections.send_to_user(context, {"type": "quality_update", **update})
        except ConnectionError:
            self.forget(user_id)

    async def _send_alert_to_subscriber(self, user_id: str, alert: Payload) -> None:
        """Send one user an alert."""
        try:
            run_id = getattr(self, "_current_run_id", None)
            thread_id = getattr(self, "_current_thread_id", None)

            # Generate IDs: the monitor knows none
            if not thread_id or not run_id:
                run_id = UnifiedIdGenerator.generate_base_id("run")
                thread_id = UnifiedIdGenerator.generate_base_id("thread")

            user_context = get_user_execution_context(
                user_id=user_id,
                thread_id=thread_id,
                run_id=run_id,
            )
            await self._connections.send_to_user(user_context, {"type": "quality_alert", **alert})
        except ConnectionError:
            self._quality.unsubscribe(user_id)
