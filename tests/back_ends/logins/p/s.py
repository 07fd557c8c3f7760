import time
import uuid

_S = {}


class Session:
    def __init__(self, id, ip):
        self.id, self.ip, self.at = id, ip, time.time()
        self.authenticated = False


def session_for(request, session_id=None):
    s = _S.get(session_id or request.cookies.get("sid"))
    if s is None:
        s = Session(uuid.uuid4().hex, request.ip)
        _S[s.id] = s
    return s


class TokenCache:
    def __init__(self):
        self._t = {}

    def get(self, client_id=None):
        token = self._t.get(client_id)
        if token is None:
            token = self._t[client_id] = uuid.uuid4().hex
        return token


def upload_session(upload_id=None):
    if upload_id not in _S:
        _S[upload_id] = {"chunks": []}
    return _S[upload_id]
