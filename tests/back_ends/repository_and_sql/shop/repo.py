class ThreadRepository:
    def __init__(self, conn):
        self.conn = conn

    def by_id(self, thread_id):
        row = self.conn.execute("SELECT id, customer FROM threads WHERE id = %s", (thread_id,)).fetchone()
        return row

    def latest(self, customer):
        return self.conn.execute(
            "SELECT id, customer FROM threads WHERE customer = %s ORDER BY created DESC", (customer,)
        ).fetchone()

    def insert(self, customer, thread_id):
        return self.conn.execute(
            "INSERT INTO threads (id, customer) VALUES (%s, %s) RETURNING id, customer", (thread_id, customer)
        ).fetchone()
