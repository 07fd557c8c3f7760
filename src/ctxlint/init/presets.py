"""Presets for the frameworks that a code base imports."""

from __future__ import annotations

import re
from collections.abc import Callable

_PACKAGES = {
    b"agents": "openai-agents",
    b"agno": "agno",
    b"google.adk": "google-adk",
    b"langgraph": "langgraph",
    b"llama_index": "llama-index",
    b"mem0": "mem0",
}
_IMPORT = re.compile(
    rb"^[ \t]*(?:from|import)[ \t]+(%s)\b" % b"|".join(map(re.escape, _PACKAGES)), re.M
)


def presets_in(data: bytes, is_own: Callable[[str], bool]) -> frozenset[str]:
    """The presets for what a text imports, unless that is a module of the project itself."""
    found = {name for name in _IMPORT.findall(data) if not is_own(name.decode().partition(".")[0])}
    return frozenset(_PACKAGES[name] for name in found)
