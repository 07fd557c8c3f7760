from typing import Protocol


class Memory(Protocol):
    def recall(self, person: str, thread: str | None = None) -> list[str]: ...
