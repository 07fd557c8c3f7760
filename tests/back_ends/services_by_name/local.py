class LocalSessions:
    def __init__(self, make):
        self._make = make
        self._services = {}

    def _service(self, app):
        if app not in self._services:
            self._services[app] = self._make(app)
        return self._services[app]

    async def open_session(self, app, user_id, session_id=None):  # getter: new, session_id = 2
        """The user is given to a service that creates: that is no session of theirs."""
        service = self._service(app)
        return await service.create_session(app, user_id=user_id, session_id=session_id)


async def hear(sessions: LocalSessions, user_id, text, session_id=None):
    session = await sessions.open_session("app", user_id, session_id)
    session.events.append(text)
