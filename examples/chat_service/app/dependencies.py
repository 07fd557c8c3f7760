"""How handlers and routes come by a session context."""

from __future__ import annotations

from app.session_manager import SessionManager
from app.user_execution_context import UserExecutionContext

SESSIONS = SessionManager()


def get_user_execution_context(
    user_id: str, thread_id: str | None = None, run_id: str | None = None
) -> UserExecutionContext:
    """Return the user's session.

    An ID of None means the session the user is in; an ID that is not known yet opens a new one.
    """
    return SESSIONS.get(user_id, thread_id, run_id)


def create_user_execution_context(
    user_id: str, thread_id: str, run_id: str, request_id: str | None = None
) -> UserExecutionContext:
    """Open a new session, whatever the user has already."""
    return SESSIONS.open(user_id, thread_id, run_id, request_id)
