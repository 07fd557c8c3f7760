"""IDs that are unique, sortable by time, and readable in a log."""

from __future__ import annotations

import itertools
import secrets
import time


class UnifiedIdGenerator:
    """Makes every ID of the product; no state but a counter for IDs of one millisecond."""

    _counter = itertools.count(1)

    @classmethod
    def generate_base_id(cls, prefix: str) -> str:
        """Return `prefix_milliseconds_count_random`."""
        millis = time.time_ns() // 1_000_000
        return f"{prefix}_{millis}_{next(cls._counter)}_{secrets.token_hex(4)}"

    @classmethod
    def generate_user_context_ids(cls, user_id: str, operation: str) -> tuple[str, str, str]:
        """Return the thread, run and request ID of a new operation of one user."""
        stem = f"{operation}_{user_id[:8]}"
        return (
            cls.generate_base_id(f"thread_{stem}"),
            cls.generate_base_id(f"run_{stem}"),
            cls.generate_base_id(f"req_{stem}"),
        )
