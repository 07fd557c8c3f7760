"""Git repositories, for the tests of what reads them."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

_SETTINGS = ("user.name=A", "user.email=a@example.org", "commit.gpgSign=false")
_OPTIONS = [word for setting in _SETTINGS for word in ("-c", setting)]


@dataclass(frozen=True)
class Repository:
    """A repository in a folder, whose commits are an hour apart."""

    folder: Path

    def git(self, *args: str, **environment: str) -> str:
        done = subprocess.run(
            ["git", *_OPTIONS, *args],
            cwd=self.folder,
            env={**os.environ, **environment},
            capture_output=True,
            check=True,
        )
        return done.stdout.decode(errors="surrogateescape").strip()

    def commit(self, subject: str) -> str:
        """Commit all that is there; the ID of the commit."""
        self.git("add", "-A")
        hour = int(self.git("rev-list", "--all", "--count"))
        date = f"2025-03-01T{hour:02}:00:00+00:00"
        dates = {"GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date}
        self.git("commit", "-q", "--allow-empty", "-m", subject, **dates)
        return self.git("rev-parse", "HEAD")


def repository(folder: Path) -> Repository:
    """A new repository in a folder."""
    made = Repository(folder)
    made.git("init", "-q", "-b", "main")
    return made
