"""The audit trail: one database row for each message that came in."""

from __future__ import annotations

import sqlite3
import uuid
from datetime import UTC, datetime
from typing import Any

from shared.id_generation.unified_id_generator import UnifiedIdGenerator

SCHEMA = """
CREATE TABLE IF NOT EXISTS audit (
    id TEXT PRIMARY KEY, at TEXT, user_id TEXT, event TEXT, thread_id TEXT, run_id TEXT
)
"""


class AuditLog:
    """Rows of who sent what, and when."""

    def __init__(self, database: str = ":memory:") -> None:
        self._database = sqlite3.connect(database)
        self._database.execute(SCHEMA)

    def record(self, user_id: str, event: str, message: dict[str, Any]) -> str:
        """Write one row and return its ID; a row always has a thread and a run of its own."""
        row_id = str(uuid.uuid4())
        thread_id = message.get("thread_id") or UnifiedIdGenerator.generate_base_id("audit_thread")
        run_id = message.get("run_id", UnifiedIdGenerator.generate_base_id("audit_run"))
        self._database.execute(
            "INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?)",
            (row_id, datetime.now(UTC).isoformat(), user_id, event, thread_id, run_id),
        )
        self._database.commit()
        return row_id

    def events_of(self, user_id: str) -> list[str]:
        """The user's events, oldest first."""
        rows = self._database.execute(
            "SELECT event FROM audit WHERE user_id = ? ORDER BY at", (user_id,)
        )
        return [event for (event,) in rows]
