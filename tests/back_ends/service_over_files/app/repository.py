class ThreadRepository:
    def __init__(self, session):
        self.session = session

    def by_id(self, thread_id):
        row = self.session.execute("SELECT * FROM threads WHERE id = :id", {"id": thread_id})
        return row.fetchone()

    def newest_of(self, member):
        row = self.session.execute(
            "SELECT * FROM threads WHERE member = :member ORDER BY at DESC", {"member": member}
        )
        return row.fetchone()

    def add(self, member):
        row = self.session.execute(
            "INSERT INTO threads (member) VALUES (:member) RETURNING *", {"member": member}
        )
        return row.fetchone()
