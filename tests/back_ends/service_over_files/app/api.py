from app.repository import ThreadRepository
from app.service import ThreadService


class Api:
    def __init__(self, session):
        self.service = ThreadService(ThreadRepository(session))

    def post(self, member, text, thread_id=None):
        thread = self.service.ensure(member, thread_id)
        return {"thread": thread["id"], "text": text}

    def log(self, event, thread_id=None):
        self.service.repository.session.execute(
            "INSERT INTO log (event, thread) VALUES (:e, :t)", {"e": event, "t": thread_id}
        )
