"""YAML that CI services read: whether it is valid, and what its shell steps do."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

BASH = ("bash", "--noprofile", "--norc", "-eo", "pipefail")  # as GitHub calls it


def read(path: Path, schema: str) -> Any:
    """The document in a file, which is valid by one of the schemas that check-jsonschema has."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}"]
    done = subprocess.run([*command, path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def run(script: str, cwd: Path, env: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run the script of one step."""
    return subprocess.run(
        [*BASH, "-c", script],
        cwd=cwd,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
