from .ports import Memory


class DictMemory:
    def __init__(self):
        self._threads = {}
        self._current = {}

    def recall(self, person: str, thread: str | None = None) -> list[str]:  # getter: reuse, thread = 1
        if thread is None:
            thread = self._current.get(person, f"t-{person}")
        self._current[person] = thread
        if thread not in self._threads:
            self._threads[thread] = []
        return self._threads[thread]


class FileMemory:
    def recall(self, person: str, thread: str | None = None) -> list[str]:
        raise NotImplementedError
