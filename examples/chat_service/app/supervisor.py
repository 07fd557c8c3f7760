"""The supervisor that runs an agent's task for one user."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.dependencies import get_user_execution_context

if TYPE_CHECKING:
    from fastapi import Request

    from app.user_execution_context import UserExecutionContext


@dataclass(frozen=True)
class Supervisor:
    """Runs tasks within the session that a user is in."""

    context: UserExecutionContext
    language: str

    async def run(self, task: str) -> str:
        """Run a task; return what to answer."""
        self.context.remember(task)
        return f"[{self.language}] {task}: done"


async def get_request_scoped_supervisor(request: Request, user_id: str) -> Supervisor:
    """The supervisor for one request of a user. Of the request it reads the headers only."""
    context = get_user_execution_context(user_id=user_id)
    return Supervisor(context, request.headers.get("accept-language", "en"))
