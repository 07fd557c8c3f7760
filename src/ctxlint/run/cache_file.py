"""One file in the folder of the cache."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from ctxlint import atomic_write
from ctxlint.source import digest, read_file

FOLDER = ".ctxlint_cache"
VARIABLE = "CTXLINT_CACHE_DIR"
_PYTHON = sys.version.split()[0]  # which parses what is checked
_TAG = "Signature: 8a477f597d28d172789f06886806bc55\n# https://bford.info/cachedir/\n"

FOREIGN = (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError)


class CacheFile:
    """What a version of ctxlint keeps by a name; `trouble` says why it cannot be kept or read.

    It is one JSON object, which begins with the versions and the digest of the rest.
    """

    def __init__(self, name: str, version: str) -> None:
        self._version = version
        self.folder = os.environ.get(VARIABLE) or FOLDER
        self.trouble: str | None = None
        self._path = os.path.join(self.folder, name)

    def read(self) -> dict[str, Any] | None:
        """What was kept; None where nothing was, or by another version."""
        try:
            data = read_file(self._path, waits=False)
            if data.startswith(self._head(data[len(self._head(b"")) :])):
                return dict(json.loads(data))
            known = json.loads(data)
            if known["version"] == self._version and known.get("python", _PYTHON) == _PYTHON:
                self.refuse()
        except FileNotFoundError:
            return None
        except FOREIGN:
            self.refuse()
        return None

    def _head(self, rest: bytes) -> bytes:
        """How a file begins with this rest, which is a JSON object without the brace."""
        about = {"version": self._version, "python": _PYTHON, "digest": digest(rest)}
        return f"{compact(about)[:-1]},".encode()

    def write(self, data: dict[str, Any]) -> None:
        """Keep some data."""
        if os.path.islink(self._path) or (self.folder == FOLDER and os.path.islink(FOLDER)):
            self.trouble = f"{self._path}: a link, remove it or pass --no-cache"
            return
        rest = compact(data).encode()[1:]
        try:
            os.makedirs(self.folder, exist_ok=True)
            for name, content in ((".gitignore", "*\n"), ("CACHEDIR.TAG", _TAG)):
                place = os.path.join(self.folder, name)
                if not os.path.lexists(place):
                    Path(place).write_text(content, encoding="utf-8")
            atomic_write.write(self._path, self._head(rest) + rest)
        except OSError as error:
            self.trouble = f"{self._path}: {error.strerror}, make it writable or pass --no-cache"

    def refuse(self) -> None:
        """Note that what was read is none of ours."""
        self.trouble = f"{self._path}: no cache of ctxlint, ignored and written anew"


def compact(data: object) -> str:
    """Data as JSON without white space."""
    return json.dumps(data, separators=(",", ":"), default=sorted)  # sets, in order
