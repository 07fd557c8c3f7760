"""Quality alerts: a user subscribes to them, or no longer wants them.

    {"type": "quality_alerts", "payload": {"action": "subscribe", "severity": "warning"}}
    {"type": "quality_alerts", "payload": {"action": "unsubscribe"}}

A subscription without a severity is one to warnings and above.
The alerts themselves are sent by the router, when the quality monitor finds something.
"""

from __future__ import annotations

import logging

from app.dependencies import get_user_execution_context
from app.quality_service import QualityService
from app.websocket.base_handler import BaseMessageHandler, Payload
from app.websocket.connection_manager import ConnectionManager
from shared.id_generation.unified_id_generator import UnifiedIdGenerator

logger = logging.getLogger(__name__)

DEFAULT_SEVERITY = "warning"


class QualityAlertHandler(BaseMessageHandler):
    """Subscribes users to quality alerts and unsubscribes them."""

    def __init__(self, connections: ConnectionManager, quality: QualityService) -> None:
        """Keep what the handler works with.

        Args:
            connections: the open sockets, for the confirmations.
            quality: knows who subscribed to which severity.
        """
        self._connections = connections
        self._quality = quality

    async def handle(self, user_id: str, payload: Payload) -> None:
        """Do what the payload's action says and confirm it to the user."""
        action = payload.get("action", "subscribe")
        try:
            if action == "subscribe":
                await self._handle_subscribe_action(user_id, payload)
            elif action == "unsubscribe":
                await self._handle_unsubscribe_action(user_id)
            else:
                await self._handle_invalid_action(user_id, action)
        except ConnectionError:
            logger.info("%s left before the answer to %r", user_id, action)

    async def _handle_subscribe_action(self, user_id: str, payload: Payload) -> None:
        """Subscribe the user and confirm the severity.

        A severity that does not exist is told to the user, not raised.
        """
        severity = payload.get("severity", DEFAULT_SEVERITY)
        try:
            self._quality.subscribe(user_id, severity)

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
                user_context, {"type": "quality_alerts_subscribed", "severity": severity}
            )
        except ValueError as error:
            await self._handle_subscription_error(user_id, error)

    async def _handle_unsubscribe_action(self, user_id: str) -> None:
        """Unsubscribe the user; without a subscription that is an error."""
        try:
            self._quality.unsubscribe(user_id)
            thread_id = getattr(self, "_current_thread_id", None)
            run_id = getattr(self, "_current_run_id", None)
            if not thread_id or not run_id:
                # No IDs on this handler yet
                thread_id = UnifiedIdGenerator.generate_base_id("thread")
                run_id = UnifiedIdGenerator.generate_base_id("run")
            context = get_user_execution_context(
                user_id=user_id, thread_id=thread_id, run_id=run_id
            )
            await self._connections.send_to_user(context, {"type": "quality_alerts_unsubscribed"})
        except LookupError as error:
            await self._handle_subscription_error(user_id, error)

    async def _handle_invalid_action(self, user_id: str, action: str) -> None:
        """Tell the user which actions there are."""
        logger.warning("%s asked for the unknown alert action %r", user_id, action)
        thread_id = getattr(self, "_current_thread_id", None)
        run_id = getattr(self, "_current_run_id", None)

        # Generate IDs if the message brought none; the prefix tells where they come from
        if not thread_id or not run_id:
            thread_id = UnifiedIdGenerator.generate_base_id("action_error_thread")
            run_id = UnifiedIdGenerator.generate_base_id("action_error_run")

        user_context = get_user_execution_context(
            user_id=user_id,
            thread_id=thread_id,
            run_id=run_id
        )
        await self._connections.send_to_user(
            user_context,
            {
                "type": "quality_alerts_error",
                "error": f"unknown action {action!r}",
                "actions": ["subscribe", "unsubscribe"],
            },
        )

    async def _handle_subscription_error(self, user_id: str, error: Exception) -> None:
        """Tell the user why the subscription did not change."""
        logger.error("Alert subscription of %s failed: %s", user_id, error)
        run_id = getattr(self, "_current_run_id", None)
        thread_id = getattr(self, "_current_thread_id", None)
        if not thread_id or not run_id:  # nothing to continue
            thread_id = UnifiedIdGenerator.generate_base_id("subscription_error_thread")
            run_id = UnifiedIdGenerator.generate_base_id("subscription_error_run")
        context = get_user_execution_context(user_id=user_id, thread_id=thread_id, run_id=run_id)
        await self._connections.send_to_user(
            context, {"type": "quality_alerts_error", "error": str(error)}
        )
