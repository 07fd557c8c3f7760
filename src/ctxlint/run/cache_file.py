"""One file in the folder of the cache."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from ctxlint import atomic_write

FOLDER = ".ctxlint_cache"
VARIABLE = "CTXLINT_CACHE_DIR"
_TAG = "Signature: 8a477f597d28d172789f06886806bc55\n# https://bford.info/cachedir/\n"

FOREIGN = (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError)


class CacheFile:
    """What a version of ctxlint keeps by a name; `trouble` says why it cannot be kept or read."""

    def __init__(self, name: str, version: str) -> None:
        self.version = version
        self.folder = os.environ.get(VARIABLE) or FOLDER
        self.trouble: str | None = None
        self._path = os.path.join(self.folder, name)

    def exists(self) -> bool:
        """Whether something was kept."""
        return os.path.exists(self._path)

    def read(self) -> dict[str, Any] | None:
        """What was kept; None where nothing was, or by another version."""
        try:
            data = json.loads(Path(self._path).read_bytes())
            return dict(data) if data["version"] == self.version else None
        except FileNotFoundError:
            return None
        except FOREIGN:
            self.refuse()
            return None

    def write(self, data: dict[str, Any]) -> None:
        """Keep some data."""
        if os.path.islink(self._path) or (self.folder == FOLDER and os.path.islink(FOLDER)):
            self.trouble = f"{self._path}: a link, remove it or pass --no-cache"
            return
        text = compact({"version": self.version, **data})
        try:
            os.makedirs(self.folder, exist_ok=True)
            for name, content in ((".gitignore", "*\n"), ("CACHEDIR.TAG", _TAG)):
                place = os.path.join(self.folder, name)
                if not os.path.lexists(place):
                    Path(place).write_text(content, encoding="utf-8")
            atomic_write.write(self._path, text.encode())
        except OSError as error:
            self.trouble = f"{self._path}: {error.strerror}, make it writable or pass --no-cache"

    def refuse(self) -> None:
        """Note that what was read is none of ours."""
        self.trouble = f"{self._path}: no cache of ctxlint, ignored and written anew"


def compact(data: object) -> str:
    """Data as JSON without white space."""
    return json.dumps(data, separators=(",", ":"))
