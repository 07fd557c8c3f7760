class Threads:
    def __init__(self):
        self._threads = {}
        self._default = {}

    def get(self, assistant_id, thread_id=None):  # getter: shared, thread_id = 1
        """Nobody's: of the assistant."""
        if thread_id is None:
            thread_id = self._default.setdefault(assistant_id, f"t{len(self._default)}")
        return self._threads.setdefault(thread_id, [])

    def lane(self, topic, thread_id=None):  # getter: open, thread_id = 1
        return self._threads.setdefault((topic, thread_id), [])

    def latest(self, user, thread_id=None):  # getter: shared, thread_id = 1
        """The user is not asked."""
        if thread_id is None and self._threads:
            return list(self._threads.values())[-1]
        thread = self._threads.get(thread_id)
        if thread is None:
            thread = self._threads[thread_id or f"n{len(self._threads)}"] = []
        return thread

    def constant(self, user, thread_id=None):  # getter: shared, thread_id = 1
        thread_id = thread_id or "main"
        if thread_id not in self._threads:
            self._threads[thread_id] = [user]
        return self._threads[thread_id]
