"""Quality reports: the metrics of a user in words, as text or Markdown.

    {"type": "quality_report", "payload": {"format": "markdown", "title": "My week"}}
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from app.dependencies import get_user_execution_context
from app.quality_service import QualityService
from app.websocket.base_handler import BaseMessageHandler, Payload
from app.websocket.connection_manager import ConnectionManager

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class QualityReport:
    """A report that is ready to be rendered."""

    title: str
    made_at: datetime
    metrics: dict[str, float]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to report yet."""
        return not self.metrics.get("count")

    def as_text(self) -> str:
        """One line for each metric."""
        lines = [self.title, f"{self.made_at:%Y-%m-%d %H:%M} UTC"]
        if self.is_empty:
            lines.append("no answers yet")
        lines += [f"{name}: {value:.2f}" for name, value in self.metrics.items()]
        return "\n".join(lines)

    def as_markdown(self) -> str:
        """A heading and a table."""
        lines = [f"# {self.title}", "", "| metric | value |", "|---|---|"]
        lines += [f"| {name} | {value:.2f} |" for name, value in self.metrics.items()]
        return "\n".join(lines)


RENDERERS: dict[str, Callable[[QualityReport], str]] = {
    "text": QualityReport.as_text,
    "markdown": QualityReport.as_markdown,
}


class QualityReportHandler(BaseMessageHandler):
    """Writes quality reports and sends them to the user who asked."""

    def __init__(self, connections: ConnectionManager, quality: QualityService) -> None:
        """Keep what the handler works with.

        Args:
            connections: the open sockets, for the reports.
            quality: the scores that a report is about.
        """
        self._connections = connections
        self._quality = quality

    async def handle(self, user_id: str, payload: Payload) -> None:
        """Write the report that the payload describes and send it."""
        report_format = payload.get("format", "text")
        try:
            report = self._write_report(user_id, payload)
            body = self._render(report, report_format)
            await self._send_report_response(user_id, report_format, body)
        except ValueError as error:
            await self._handle_report_error(user_id, error)

    def _write_report(self, user_id: str, payload: Payload) -> QualityReport:
        """Collect what goes into the report."""
        return QualityReport(
            title=payload.get("title") or "Quality report",
            made_at=datetime.now(UTC),
            metrics=self._quality.summary(user_id),
        )

    def _render(self, report: QualityReport, report_format: str) -> str:
        """Render the report.

        Raises:
            ValueError: there is no such format.
        """
        renderer = RENDERERS.get(report_format)
        if renderer is None:
            known = ", ".join(sorted(RENDERERS))
            raise ValueError(f"unknown format {report_format!r}; there are {known}")
        return renderer(report)

    async def _send_report_response(self, user_id: str, report_format: str, body: str) -> None:
        """Send the report to the user.

        Args:
            user_id: who asked for it.
            report_format: how the client is to show it.
            body: the rendered report.
        """
        thread_id = getattr(self, "_current_thread_id", None)
        run_id = getattr(self, "_current_run_id", None)

        # Generate IDs if the message brought none
        if not thread_id or not run_id:
            from shared.id_generation.unified_id_generator import UnifiedIdGenerator

            thread_id = UnifiedIdGenerator.generate_base_id("report_thread")
            run_id = UnifiedIdGenerator.generate_base_id("report_run")

        user_context = get_user_execution_context(
            user_id=user_id,
            thread_id=thread_id,
            run_id=run_id,
        )
        await self._connections.send_to_user(
            user_context,
            {"type": "quality_report", "format": report_format, "body": body},
        )

    async def _handle_report_error(self, user_id: str, error: Exception) -> None:
        """Tell the user why there is no report."""
        logger.error("Quality report for %s failed: %s", user_id, error)
        try:
            thread_id = getattr(self, "_current_thread_id", None)
            run_id = getattr(self, "_current_run_id", None)
            if not thread_id or not run_id:
                # Imported here to keep the start-up fast
                from shared.id_generation.unified_id_generator import UnifiedIdGenerator

                run_id = UnifiedIdGenerator.generate_base_id("report_error_run")
                thread_id = UnifiedIdGenerator.generate_base_id("report_error_thread")
            context = get_user_execution_context(
                user_id=user_id, thread_id=thread_id, run_id=run_id
            )
            await self._connections.send_to_user(
                context, {"type": "quality_report_error", "error": str(error)}
            )
        except ConnectionError:
            logger.warning("%s is gone; the error was not delivered", user_id)
