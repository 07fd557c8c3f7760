"""Puts the service together and gives each message to the handler of its type."""

from __future__ import annotations

import logging
import uuid
from typing import Any

from app.audit_log import AuditLog
from app.quality_service import QualityService
from app.websocket.base_handler import BaseMessageHandler
from app.websocket.connection_manager import ConnectionManager
from app.websocket.message_handler import ChatMessageHandler
from app.websocket.quality_alert_handler import QualityAlertHandler
from app.websocket.quality_manager import QualityManager
from app.websocket.quality_message_router import QualityMessageRouter
from app.websocket.quality_metrics_handler import QualityMetricsHandler
from app.websocket.quality_report_handler import QualityReportHandler
from app.websocket.quality_validation_handler import QualityValidationHandler
from app.websocket.resume_handler import ResumeHandler
from shared.id_generation.unified_id_generator import UnifiedIdGenerator

logger = logging.getLogger(__name__)


class ChatService:
    """The back end, without the web server around it."""

    def __init__(self) -> None:
        self.connections = ConnectionManager()
        self.quality = QualityService()
        self.audit = AuditLog()
        quality_handlers: dict[str, BaseMessageHandler] = {
            "quality_alerts": QualityAlertHandler(self.connections, self.quality),
            "quality_metrics": QualityMetricsHandler(self.connections, self.quality),
            "quality_report": QualityReportHandler(self.connections, self.quality),
            "quality_validation": QualityValidationHandler(self.connections, self.quality),
        }
        self.quality_manager = QualityManager(self.connections, self.quality)
        self.quality_router = QualityMessageRouter(
            self.connections, self.quality, quality_handlers
        )
        self._handlers: dict[str, BaseMessageHandler] = {
            "chat": ChatMessageHandler(self.connections),
            "resume": ResumeHandler(self.connections),
        }

    async def receive(self, user_id: str, message: dict[str, Any]) -> None:
        """Take one message from the user's socket."""
        row_id = self.audit.record(user_id, message["type"], message)
        correlation_id = message.get("correlation_id", UnifiedIdGenerator.generate_base_id("corr"))
        logger.info("%s sent %s (%s, %s)", user_id, message["type"], row_id, correlation_id)
        if message["type"].startswith("dashboard_"):
            await self.quality_manager.handle_message(user_id, message)
        elif handler := self._handlers.get(message["type"]):
            await handler.handle(user_id, message.get("payload", {}))
        else:
            await self.quality_router.route(user_id, message)

    async def quality_changed(self, user_id: str) -> None:
        """The quality monitor has new scores of a user: tell whoever watches."""
        await self.quality_manager.publish_update([user_id])
        await self.quality_router.publish_update("scores", self.quality.summary(user_id))

    async def quality_dropped(self, severity: str, text: str) -> None:
        """The quality monitor found something bad: warn whoever wants to know."""
        alert = {"severity": severity, "text": text, "id": str(uuid.uuid4())}
        await self.quality_manager.publish_alert(alert)
        await self.quality_router.publish_alert(alert)
