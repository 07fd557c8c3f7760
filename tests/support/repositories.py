"""Small git repositories: each commit is a day later than the one before."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from support.commands import Run

DAY = 86400
START = 1_704_067_200  # 2024-01-01


@dataclass
class Repo:
    """A repository; `days` is how old it is."""

    path: Path
    days: int = 0

    def git(self, *args: str, stdin: bytes = b"", **environment: str) -> str:
        """What git prints."""
        date = f"{START + self.days * DAY} +0000"
        dates = {"GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date}
        user = ("-c", "user.name=someone", "-c", "user.email=some@one.org")
        done = subprocess.run(
            ["git", "-C", str(self.path), *user, *args],
            input=stdin,
            capture_output=True,
            check=False,
            env={**os.environ, **dates, **environment},
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.decode(errors="surrogateescape").strip()

    def commit(self, subject: str = "change", **files: str | bytes | None) -> str:
        """Write files, `a__b` for `a/b.py`, remove those that are None, and commit all."""
        for name, content in files.items():
            self.write(name.replace("__", "/") + ".py", content)
        return self.save(subject)

    def write(self, name: str, content: str | bytes | None) -> None:
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if content is None:
            path.unlink()
        else:
            path.write_bytes(content.encode() if isinstance(content, str) else content)

    def save(self, subject: str = "change") -> str:
        """Commit all that is in the folder; the ID of the commit."""
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", subject)
        self.days += 1
        return self.git("rev-parse", "HEAD")

    def merge(self, *branches: str, strategy: str = "ort") -> str:
        """Merge branches; the ID of the merge."""
        self.git("merge", "-q", "--no-ff", "-m", "merge", "-s", strategy, *branches)
        self.days += 1
        return self.git("rev-parse", "HEAD")


def new(path: Path, *options: str) -> Repo:
    path.mkdir(parents=True, exist_ok=True)
    repo = Repo(path)
    repo.git("init", "-q", "-b", "main", *options)
    return repo


def told(run: Run, *args: str, code: int | None = None) -> Any:
    """The document that `history` prints."""
    result = run("history", "--output-format", "json", "-q", *args)
    assert result.err == ""
    assert code in {None, result.code}
    return json.loads(result.out)


def lives(document: Any) -> list[tuple[str, str, str | None, list[str]]]:
    """Where each finding is, and the commits that tell its life."""
    return [
        (
            f"{found['path']}:{found['function']}",
            found["born"]["commit"],
            found["fixed"] and found["fixed"]["commit"],
            [commit["commit"] for commit in found["returned"]],
        )
        for found in document["findings"]
    ]
