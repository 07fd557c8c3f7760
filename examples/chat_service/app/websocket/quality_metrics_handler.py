"""Quality metrics: how good the answers were that a user has got.

    {"type": "quality_metrics", "payload": {"metrics": ["count", "mean"]}}

Without a list of metrics the user gets all there are.
"""

from __future__ import annotations

import logging
from typing import Any

from app.dependencies import get_user_execution_context
from app.quality_service import QualityService
from app.websocket.base_handler import BaseMessageHandler, Payload
from app.websocket.connection_manager import ConnectionManager
from shared.id_generation.unified_id_generator import UnifiedIdGenerator

logger = logging.getLogger(__name__)

DIGITS = 3


class QualityMetricsHandler(BaseMessageHandler):
    """Answers with the quality metrics of the user's own conversations."""

    def __init__(self, connections: ConnectionManager, quality: QualityService) -> None:
        """Keep what the handler works with.

        Args:
            connections: the open sockets, for the answers.
            quality: the scores that the metrics are made of.
        """
        self._connections = connections
        self._quality = quality

    async def handle(self, user_id: str, payload: Payload) -> None:
        """Send the metrics that the payload names."""
        try:
            metrics = self._select_metrics(user_id, payload)
            logger.debug("%s gets %d quality metrics", user_id, len(metrics))
            await self._send_metrics_response(user_id, metrics)
        except (KeyError, TypeError) as error:
            await self._handle_metrics_error(user_id, error)

    def _select_metrics(self, user_id: str, payload: Payload) -> dict[str, float]:
        """The metrics that the payload asks for.

        Raises:
            KeyError: there is no metric of that name.
            TypeError: `metrics` is not a list.
        """
        summary = self._quality.summary(user_id)
        names = payload.get("metrics", list(summary))
        return {name: round(summary[name], DIGITS) for name in names}

    async def _send_metrics_response(self, user_id: str, metrics: dict[str, float]) -> None:
        """Send the metrics to the user.

        A user who has got no answer yet receives zeros, and is told that they mean nothing.
        """
        thread_id = getattr(self, "_current_thread_id", None)
        run_id = getattr(self, "_current_run_id", None)
        response: dict[str, Any] = {"type": "quality_metrics", "metrics": metrics}
        # Only a count of zero says so; the user may not have asked for the count.
        if not metrics.get("count", 1):
            response["note"] = "no answers yet"

        # Generate IDs if the message brought none
        if not thread_id or not run_id:
            thread_id = UnifiedIdGenerator.generate_base_id("thread")
            run_id = UnifiedIdGenerator.generate_base_id("run")
        user_context = get_user_execution_context(
            user_id=user_id,
            thread_id=thread_id,
            run_id=run_id,
        )
        await self._connections.send_to_user(user_context, response)

    async def _handle_metrics_error(self, user_id: str, error: Exception) -> None:
        """Tell the user that there are no such metrics."""
        logger.error("Quality metrics for %s failed: %r", user_id, error)
        try:
            thread_id = getattr(self, "_current_thread_id", None)
            run_id = getattr(self, "_current_run_id", None)
            # An error can come before any ID is known,
            # so make some up.
            if not thread_id or not run_id:
                thread_id = UnifiedIdGenerator.generate_base_id("metrics_error_thread")
                run_id = UnifiedIdGenerator.generate_base_id("metrics_error_run")

            user_context = get_user_execution_context(
                user_id=user_id,
                thread_id=thread_id,
                run_id=run_id,
            )
            await self._connections.send_to_user(
                user_context, {"type": "quality_metrics_error", "error": str(error)}
            )
        except ConnectionError:
            logger.warning("%s is gone; the error was not delivered", user_id)
