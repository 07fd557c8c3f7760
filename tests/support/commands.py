"""How tests run the command line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple, Protocol

USAGE, FOUND, CLEAN = 2, 1, 0


class Result(NamedTuple):
    code: int
    out: str
    err: str


class Run(Protocol):
    def __call__(self, *args: str, stdin: bytes = b"") -> Result: ...


def process(*args: str, cwd: Path, **options: Any) -> subprocess.CompletedProcess[bytes]:
    """Run ctxlint in a process of its own."""
    arguments = [sys.executable, "-m", "ctxlint", *args]
    return subprocess.run(arguments, cwd=cwd, capture_output=True, check=False, **options)
