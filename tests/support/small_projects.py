"""Small projects of several files, and where a check of them finds something."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from pathlib import Path

    from support.commands import Run


class Write(Protocol):
    """Writes files below the working folder: `app__INIT` is the name of `app/__init__.py`."""

    def __call__(self, **files: str) -> None: ...


GETTER = "from app.session import get_user_execution_context\n"
IDS = "import uuid\n\n\ndef new_thread():\n    return str(uuid.uuid4())\n"
WRAPPER = GETTER + (
    "\n\ndef open_session(user_id, thread_id=None):\n"
    "    return get_user_execution_context(user_id, thread_id=thread_id)\n"
)


def handler(imports: str, argument: str) -> str:
    """A module that hands an expression to the getter."""
    return (
        f"{GETTER}{imports}\n\n\ndef handle(user_id, thread_id=None):\n"
        f"    return get_user_execution_context(user_id, thread_id={argument})\n"
    )


def found(run: Run, *arguments: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(
        run("check", "--output-format", "json", *arguments).out
    )
    return found


def places(findings: list[dict[str, Any]]) -> list[str]:
    return [f"{one['filename']}:{one['location']['row']}" for one in findings]


def touch(folder: Path, *names: str) -> None:
    """Make empty files below a folder."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
