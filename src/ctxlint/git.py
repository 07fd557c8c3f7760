"""A git repository, read through git itself: no checkout, no network, nothing of it is run."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import IO

from ctxlint.config.settings import ConfigError

# What a configuration of the repository could run or fetch; filters and drivers are not asked for.
_HARMLESS = ("-c", "core.fsmonitor=false", "-c", "core.quotePath=false", "--no-optional-locks")
_OFFLINE = {"GIT_NO_LAZY_FETCH": "1", "GIT_ALLOW_PROTOCOL": "none", "GIT_TERMINAL_PROMPT": "0"}

_LOCAL = ("GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_INDEX_FILE", "GIT_PREFIX")
_LAST_SECOND = 253_402_300_799  # of the year 9999


@dataclass(frozen=True, slots=True)
class Repository:
    """The repository that a folder is in."""

    folder: str

    @classmethod
    def around(cls, folder: str) -> Repository:
        """The repository that a folder is in; raise ConfigError where there is none, or no git."""
        found = cls(folder)
        found.run("rev-parse", "--git-dir")
        return found

    @property
    def prefix(self) -> str:
        """Where the folder is in the repository: empty at its top, else it ends with a slash."""
        return self.run("rev-parse", "--show-prefix").decode(errors="surrogateescape").strip("\n")

    def run(self, *args: str, stdin: bytes = b"") -> bytes:
        """The output of a git command; raise ConfigError if it fails."""
        try:
            done = subprocess.run(
                self._command(args),
                input=stdin,
                check=False,
                env=self._environment(),
                capture_output=True,
            )
        except FileNotFoundError:
            cure = "install git, or check the folder"
            raise ConfigError(f"{self.folder}: git cannot be run there, {cure}") from None
        if done.returncode:
            raise self.refused(done.stderr)
        return done.stdout

    def refused(self, stderr: bytes) -> ConfigError:
        """The error of a git command that failed, in one line."""
        lines = stderr.decode(errors="replace").strip().splitlines() or ["git failed"]
        what = lines[0].removeprefix("fatal: ").rstrip(".")
        return ConfigError(f"{self.folder}: {what}, check the folder and the revision")

    def commit(self, revision: str) -> str:
        """The full ID of the commit that a revision names; raise ConfigError for an unknown one."""
        name = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
        try:
            return self.run(*name).decode().strip()
        except ConfigError:
            what = f"no such revision: {revision!r}, check --rev or --compare"
            raise ConfigError(f"{self.folder}: {what}") from None

    def files(self, commit: str) -> dict[str, str]:
        """The regular files of a commit: their paths from the top, and their blobs."""
        listed = self.run("ls-tree", "-r", "-z", "--full-tree", commit).decode(
            errors="surrogateescape"
        )
        entries = (entry.split("\t", 1) for entry in listed.split("\0") if entry)
        return {path: about.split()[2] for about, path in entries if about.startswith("100")}

    def about(self, commit: str) -> tuple[str, str]:
        """The date of a commit (ISO 8601, in UTC) and its subject."""
        how = ("--no-patch", "--no-show-signature", "--encoding=UTF-8", "--format=%ct %s")
        text = self.run("show", *how, commit).decode(errors="replace")
        seconds, _, subject = text.rstrip("\n").partition(" ")
        return utc(int(seconds or 0)), subject

    def renames(self, commit: str) -> dict[str, str]:
        """The paths in the index of the files that were renamed since a commit, by those then.

        They are from the top.
        """
        options = ("--cached", "-z", "-M", "--no-relative", "--diff-filter=R", "--name-status")
        fields = self.run("diff-index", *options, commit).decode(errors="surrogateescape")
        _, *paths = fields.split("\0")
        return dict(zip(paths[0::3], paths[1::3], strict=False))

    def blobs(self, ids: Iterable[str]) -> Iterator[bytes | None]:
        """The contents of blobs, one after the other; None for one that is not in this clone."""
        asked = list(ids)
        here = self._objects_here()
        if here is None:
            yield from self._contents(asked)
            return
        contents = self._contents([name for name in asked if name in here])
        for name in asked:
            yield next(contents) if name in here else None

    def _objects_here(self) -> set[str] | None:
        """The objects in a partial clone: git would fetch others, or give up. None: no such clone.

        Only git 2.45 and later can be told not to.
        """
        try:
            self.run("config", "--get-regexp", r"^(remote\..*\.promisor|extensions\.partialclone)$")
        except ConfigError:
            return None
        how = ("--batch-check=%(objectname)", "--batch-all-objects", "--unordered")
        return set(self.run("cat-file", *how).decode().split())

    def _contents(self, asked: Sequence[str]) -> Iterator[bytes | None]:
        """The contents of blobs, in a clone that is not partial or has all of them."""
        with subprocess.Popen(
            self._command(["cat-file", "--batch"]),
            env=self._environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        ) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            # Another thread asks: git answers while it reads, and either pipe may be full.
            threading.Thread(target=_ask, args=(process.stdin, asked), daemon=True).start()
            try:
                for _ in asked:
                    yield self._answer(process.stdout)
            finally:
                process.kill()

    def _answer(self, stdout: IO[bytes]) -> bytes | None:
        """The next object that git prints, None for one that it lacks."""
        header = stdout.readline()
        if not header:
            raise self.refused(b"git stopped")
        if header.endswith(b" missing\n"):
            return None
        content = stdout.read(int(header.split()[2]))
        stdout.read(1)
        return content

    def _command(self, args: Iterable[str]) -> list[str]:
        return ["git", "-C", self.folder, *_HARMLESS, *args]

    def _environment(self) -> dict[str, str]:
        """The repository that a hook names counts for the working folder only."""
        ignored = _LOCAL if self.folder != "." else ()
        kept = {name: value for name, value in os.environ.items() if name not in ignored}
        return {**kept, **_OFFLINE, "LC_ALL": "C"}


def _ask(stdin: IO[bytes], ids: Iterable[str]) -> None:
    try:
        with stdin:
            stdin.writelines(f"{name}\n".encode() for name in ids)
    except OSError:  # nobody wants the rest
        pass


def utc(seconds: int) -> str:
    """A time since 1970 as ISO 8601 has it, in UTC; commits may claim any time."""
    moment = datetime.fromtimestamp(min(max(seconds, 0), _LAST_SECOND), UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def seconds_of(date: str) -> int | None:
    """The time since 1970 that a date means to git, such as `2 weeks ago`; None for any other."""
    key = "ctxlint.date"  # git parses dates strictly only where an option has one
    asked = ["git", "-c", f"{key}={date}", "config", "--type=expiry-date", "--get", key]
    try:
        done = subprocess.run(
            asked, check=False, capture_output=True, env={**os.environ, "LC_ALL": "C"}
        )
    except (FileNotFoundError, ValueError):  # no git, or a null character
        return None
    found = done.stdout.strip()
    return min(int(found), _LAST_SECOND) if found.isdigit() else None
