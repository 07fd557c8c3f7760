"""Make a small git repository in which the bug appears, is fixed, comes back and moves.

    python make_repository.py FOLDER

Needs git. The commits have dates of 2025 and the same IDs on every machine.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

IMPORTS = """\
from chat.ids import UnifiedIdGenerator
from chat.sessions import get_user_execution_context
"""
RIGHT = '''

def {name}(user_id, message):
    """Answer a message in the session that the user is in."""
    context = get_user_execution_context(user_id, thread_id=message.get("thread_id"))
    return context.reply(message)
'''
WRONG = '''

def {name}(user_id, message):
    """Answer a message, in a new session if it brings no thread."""
    thread_id = message.get("thread_id") or UnifiedIdGenerator.generate_base_id("{name}")
    context = get_user_execution_context(user_id, thread_id=thread_id)
    return context.reply(message)
'''
SOCKET = '''\
from fastapi import Request, WebSocket


async def serve(websocket: WebSocket, supervisors):
    """Hand a connection to a supervisor, which wants a request."""
    request = Request({"type": "websocket", "headers": []}, receive=None, send=None)
    return await supervisors.start(request=request)
'''
IDS = '''\
import uuid


class UnifiedIdGenerator:
    @classmethod
    def generate_base_id(cls, prefix):
        """A fresh ID."""
        return f"{prefix}_{uuid.uuid4().hex}"
'''
LOGGING = '''

def log(message, record):
    """Give each log record an ID of its own: this is right."""
    record["request_id"] = UnifiedIdGenerator.generate_base_id("request")
    return record
'''
ROUTE = '''\
from chat.sessions import create_user_execution_context, get_user_execution_context


def latest(user_id):
    """The thread that the user is in."""
    return get_user_execution_context(user_id).thread_id
'''


def handlers(*functions: str) -> str:
    return IMPORTS + "".join(functions)


def wrong(name: str) -> str:
    return WRONG.replace("{name}", name)


def right(name: str) -> str:
    return RIGHT.replace("{name}", name)


class Commit(NamedTuple):
    """A day, what its commit is called, and the files that it writes, removes or renames."""

    day: str
    subject: str
    files: dict[str, str]
    renamed: tuple[str, str] | None = None


COMMITS = (
    Commit(
        "2025-01-13",
        "Start the chat service",
        {"chat/ids.py": IDS, "chat/chat.py": handlers(right("send"))},
    ),
    Commit("2025-01-20", "Add quality alerts", {"chat/alerts.py": handlers(wrong("subscribe"))}),
    Commit("2025-02-03", "Log requests", {"chat/log.py": IMPORTS.splitlines()[0] + "\n" + LOGGING}),
    Commit(
        "2025-02-17",
        "Add quality metrics and reports",
        {
            "chat/metrics.py": handlers(wrong("show_metrics")),
            "chat/reports.py": handlers(right("show_report"), wrong("report_failed")),
        },
    ),
    Commit(
        "2025-03-03",
        "Alerts stay in the session of the user",
        {"chat/alerts.py": handlers(right("subscribe"))},
    ),
    Commit("2025-03-10", "Serve agents over WebSockets", {"chat/agents.py": SOCKET}),
    Commit("2025-03-24", "Move alerts to quality/", {}, ("chat/alerts.py", "chat/quality/alerts.py")),
    Commit("2025-04-07", "Read threads through the getter", {"chat/threads.py": ROUTE}),
    Commit(
        "2025-04-21",
        "Bring back the old alerts, for the demo",
        {"chat/quality/alerts.py": handlers(wrong("subscribe"))},
    ),
    Commit(
        "2025-05-05", "Move metrics to quality/", {}, ("chat/metrics.py", "chat/quality/metrics.py")
    ),
    Commit(
        "2025-05-19",
        "Drop the old name of the getter",
        {"chat/threads.py": ROUTE.replace("create_user_execution_context, ", "")},
    ),
    Commit(
        "2025-06-02",
        "Quality handlers stay in the session of the user",
        {
            "chat/quality/alerts.py": handlers(right("subscribe")),
            "chat/reports.py": handlers(right("show_report"), right("report_failed")),
        },
    ),
)


def make(folder: Path) -> None:
    """Make the repository in a folder that is empty or not there."""
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "-q", "-b", "main")
    for commit in COMMITS:
        if commit.renamed:
            old, new = commit.renamed
            (folder / new).parent.mkdir(parents=True, exist_ok=True)
            (folder / old).rename(folder / new)
        for name, text in commit.files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
        git(folder, "add", "-A")
        git(folder, "commit", "-q", "-m", commit.subject, day=commit.day)


def git(folder: Path, *args: str, day: str = "2025-01-01") -> None:
    """Run git with nobody's configuration, so that the commits are the same everywhere."""
    people = {
        f"GIT_{role}_{key}": value
        for role in ("AUTHOR", "COMMITTER")
        for key, value in (
            ("NAME", "Example"),
            ("EMAIL", "example@example.org"),
            ("DATE", f"{day}T09:00:00+00:00"),
        )
    }
    nobody = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    subprocess.run(["git", *args], cwd=folder, env={**os.environ, **people, **nobody}, check=True)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    target = Path(sys.argv[1])
    if target.exists() and any(target.iterdir()):
        sys.exit(f"{target}: not empty, name another folder")
    make(target)
