from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class RunOptions:
    model: str = "small"
    memory_key: str | None = None
    trace: str = ""


class Engine:
    def __init__(self):
        self._memories: dict[str, list[str]] = {}

    def run(self, prompt: str, options: RunOptions) -> str:  # getter: error, options.memory_key = 1
        if options.memory_key is None:
            raise ValueError("a memory key is needed")
        memory = self._memories.setdefault(options.memory_key, [])
        memory.append(prompt)
        return f"{len(memory)}"

    def invoke(self, prompt: str, config: dict[str, Any] | None = None) -> str:  # getter: shared, config.configurable.thread_id = 1
        configurable = (config or {}).get("configurable") or {}
        thread = configurable.get("thread_id", "main")
        memory = self._memories.setdefault(thread, [])
        memory.append(prompt)
        return f"{len(memory)}"
