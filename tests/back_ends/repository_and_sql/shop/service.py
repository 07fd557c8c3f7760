from shop.repo import ThreadRepository
from shop.ids import new_ref


class SupportDesk:
    def __init__(self, repo: ThreadRepository):
        self.repo = repo

    def thread_for(self, customer, thread_id=None):  # getter: reuse, thread_id = 1
        row = self.repo.by_id(thread_id) if thread_id else self.repo.latest(customer)
        if not row:
            row = self.repo.insert(customer, thread_id or new_ref())
        return row

    def close(self, thread_id=None):
        if thread_id is None:
            return
        self.repo.conn.execute("UPDATE threads SET closed = 1 WHERE id = %s", (thread_id,))
