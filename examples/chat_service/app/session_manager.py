"""Keeps the sessions of every user in memory."""

from __future__ import annotations

import logging
from collections import defaultdict

from app.user_execution_context import UserExecutionContext
from shared.id_generation.unified_id_generator import UnifiedIdGenerator

logger = logging.getLogger(__name__)


class SessionManager:
    """The session store: finds the session that is meant, or opens one."""

    def __init__(self) -> None:
        self._sessions: defaultdict[str, list[UserExecutionContext]] = defaultdict(list)

    def get(
        self, user_id: str, thread_id: str | None = None, run_id: str | None = None
    ) -> UserExecutionContext:
        """Return the user's latest session with these IDs, opening one if there is none.

        None matches every session. So a call without IDs continues the conversation, and an ID
        that no session has opens a new one.
        """
        for session in reversed(self._sessions[user_id]):
            if thread_id in (None, session.thread_id) and run_id in (None, session.run_id):
                return session
        return self.open(user_id, thread_id, run_id)

    def open(
        self,
        user_id: str,
        thread_id: str | None = None,
        run_id: str | None = None,
        request_id: str | None = None,
    ) -> UserExecutionContext:
        """Open a session that becomes the user's latest one."""
        session = UserExecutionContext(
            user_id=user_id,
            thread_id=thread_id or UnifiedIdGenerator.generate_base_id("thread"),
            run_id=run_id or UnifiedIdGenerator.generate_base_id("run"),
            request_id=request_id,
        )
        self._sessions[user_id].append(session)
        logger.info("Opened session %s for %s", session.thread_id, user_id)
        return session

    def sessions_of(self, user_id: str) -> list[UserExecutionContext]:
        """All sessions of the user, oldest first."""
        return list(self._sessions[user_id])
