class Desk:
    def open(self, user, options=None, *, session=None):
        return user, options, session

    def close(self, user, session=None):
        return user, session
