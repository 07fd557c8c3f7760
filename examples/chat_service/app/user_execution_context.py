"""The session context: what the service knows about one conversation of one user."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime


@dataclass
class UserExecutionContext:
    """One session; `history` is what the conversation remembers."""

    user_id: str
    thread_id: str
    run_id: str
    request_id: str | None = None
    history: list[str] = field(default_factory=list)
    opened_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def remember(self, entry: str) -> None:
        """Add one entry to the conversation."""
        self.history.append(entry)
