from app.repository import ThreadRepository


class ThreadService:
    def __init__(self, repository: ThreadRepository):
        self.repository = repository

    def ensure(self, member, thread_id=None):  # getter: reuse, thread_id = 1
        if thread_id is not None:
            thread = self.repository.by_id(thread_id)
        else:
            thread = self.repository.newest_of(member)
        return thread or self.repository.add(member)
