import secrets
import time

_SESSIONS = {}


def get_or_create_login(user, session_id=None):
    record = _SESSIONS.get(session_id)
    if record is None or record["expires"] < time.time():
        session_id = secrets.token_urlsafe(32)
        record = _SESSIONS[session_id] = {"user": user, "expires": time.time() + 3600, "csrf": secrets.token_hex()}
    return record


def resolve_session(token=None):
    if token is None:
        return None
    return _SESSIONS.get(token)
