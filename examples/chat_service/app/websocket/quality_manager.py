"""The quality dashboards: operators who watch the quality of all conversations live.

    {"type": "dashboard_join"}
    {"type": "dashboard_leave"}
    {"type": "dashboard_history", "payload": {"limit": 10}}

Whoever joined receives every update and every alert until the socket closes or the user leaves.
An operator who comes late asks for the history, which is sent like news.
"""

from __future__ import annotations

import logging
from collections import deque
from typing import Any

from app.dependencies import get_user_execution_context
from app.quality_service import QualityService
from app.websocket.base_handler import Payload, note_ids
from app.websocket.connection_manager import ConnectionManager
from shared.id_generation.unified_id_generator import UnifiedIdGenerator

logger = logging.getLogger(__name__)

HISTORY_LENGTH = 50


class QualityManager:
    """Keeps the dashboards up to date."""

    def __init__(self, connections: ConnectionManager, quality: QualityService) -> None:
        """Keep what the manager works with.

        Args:
            connections: the open sockets of the operators.
            quality: the scores that the updates are made of.
        """
        self._connections = connections
        self._quality = quality
        self._dashboards: set[str] = set()
        self._history: deque[Payload] = deque(maxlen=HISTORY_LENGTH)

    @property
    def watching(self) -> frozenset[str]:
        """The operators whose dashboards are open."""
        return frozenset(self._dashboards)

    def recent_alerts(self, severity: str) -> list[Payload]:
        """The alerts of this severity that are still remembered, oldest first."""
        alerts = [entry["alert"] for entry in self._history if "alert" in entry]
        return [alert for alert in alerts if alert["severity"] == severity]

    async def handle_message(self, user_id: str, message: dict[str, Any]) -> None:
        """Handle one dashboard message of an operator."""
        note_ids(self, message)
        match message.get("type"):
            case "dashboard_join":
                self.join(user_id)
            case "dashboard_leave":
                self.leave(user_id)
            case "dashboard_history":
                await self._replay_history(user_id, message.get("payload", {}))
            case unknown:
                await self._handle_unknown_message(user_id, str(unknown))

    def join(self, user_id: str) -> None:
        """Send the operator whatever happens from now on."""
        self._dashboards.add(user_id)

    def leave(self, user_id: str) -> None:
        """Send the operator nothing more."""
        self._dashboards.discard(user_id)

    async def publish_update(self, user_ids: list[str]) -> None:
        """Send the latest scores of these users to every dashboard."""
        update = {name: self._quality.summary(name) for name in user_ids}
        self._history.append({"update": update})
        for operator in sorted(self._dashboards):
            await self._send_update_to_subscriber(operator, update)

    async def publish_alert(self, alert: Payload) -> None:
        """Send an alert to every dashboard."""
        self._history.append({"alert": alert})
        for operator in sorted(self._dashboards):
            await self._send_alert_to_subscriber(operator, alert)

    @staticmethod
    def _limit_of(payload: Payload) -> int:
        """How many entries the operator wants: one at least."""
        limit = int(payload.get("limit", HISTORY_LENGTH))
        return max(limit, 1)

    async def _replay_history(self, user_id: str, payload: Payload) -> None:
        """Send the operator the last entries again, oldest first."""
        limit = self._limit_of(payload)
        for entry in list(self._history)[-limit:]:
            if "alert" in entry:
                await self._send_alert_to_subscriber(user_id, entry["alert"])
            else:
                await self._send_update_to_subscriber(user_id, entry["update"])

    async def _handle_unknown_message(self, user_id: str, message_type: str) -> None:
        """Tell the operator that the dashboards know no such message."""
        logger.warning("Unknown dashboard message %r from %s", message_type, user_id)
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
                user_context, {"type": "dashboard_error", "error": f"unknown: {message_type}"}
            )
        except ConnectionError as error:
            logger.warning("Dashboard error not delivered: %s", error)

    async def _send_update_to_subscriber(self, user_id: str, update: Payload) -> None:
        """Send one operator an update; one who is gone leaves the dashboards."""
        try:
            thread_id = getattr(self, "_current_thread_id", None)
            run_id = getattr(self, "_current_run_id", None)

            # Updates come from the monitor and bring no IDs,
            # so generate them
            if not thread_id or not run_id:
                thread_id = UnifiedIdGenerator.generate_base_id("thread")
                run_id = UnifiedIdGenerator.generate_base_id("run")

            user_context = get_user_execution_context(
                user_id=user_id,
                thread_id=thread_id,
                run_id=run_id,
            )
            await self._connections.send_to_user(
                user_context, {"type": "dashboard_update", "scores": update}
            )
        except ConnectionError as error:
            logger.info("Dropping a dashboard: %s", error)
            self.leave(user_id)

    async def _send_alert_to_subscriber(self, user_id: str, alert: Payload) -> None:
        """Send one operator an alert; one who is gone leaves the dashboards."""
        try:
            thread_id = getattr(self, "_current_thread_id", None)
            run_id = getattr(self, "_current_run_id", None)
            if not thread_id or not run_id:
                thread_id = UnifiedIdGenerator.generate_base_id("thread")  # one for each alert
                run_id = UnifiedIdGenerator.generate_base_id("run")
            context = get_user_execution_context(
                user_id=user_id, thread_id=thread_id, run_id=run_id
            )
            await self._connections.send_to_user(context, {"type": "dashboard_alert", **alert})
        except ConnectionError as error:
            logger.info("Dropping a dashboard: %s", error)
            self.leave(user_id)
