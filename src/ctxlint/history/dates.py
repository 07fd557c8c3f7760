"""Dates as people write them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from ctxlint.git import seconds_of

_DAY = int(timedelta(days=1).total_seconds())


def moment(text: str, *, is_end: bool) -> int | None:
    """The time that a date means, in seconds since 1970; None for what is not a date.

    An ISO date is in UTC if it does not say, and the end of its day if `is_end`; others are dates
    as git takes them.
    """
    try:
        found = datetime.fromisoformat(text)
        seconds = int((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp())
    except (ValueError, OverflowError):
        return seconds_of(text)
    return seconds + _DAY - 1 if is_end and _is_day(text) else seconds


def _is_day(text: str) -> bool:
    """Whether an ISO date has no time of day."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
