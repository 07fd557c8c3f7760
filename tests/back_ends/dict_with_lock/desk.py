import threading
import time
import uuid

import requests

_lock = threading.Lock()
_sessions = {}
_current = {}
_logins = {}
_clients = {}


class Session:
    def __init__(self, key, customer):
        self.key = key
        self.customer = customer
        self.messages = []


def session_for(customer, session_id=None):  # getter: reuse, session_id = 1
    with _lock:
        if session_id is None:
            session_id = _current.get(customer)
        session = _sessions.get(session_id)
        if session is None:
            session = Session(session_id or uuid.uuid4().hex, customer)
            _sessions[session.key] = session
        _current[customer] = session.key
        return session


def login_session(token=None):
    with _lock:
        if token not in _logins:
            _logins[token] = {"expires": time.time() + 3600, "password": None}
        return _logins[token]


def http_session(host=None):
    with _lock:
        if host not in _clients:
            _clients[host] = requests.Session()
        return _clients[host]


def close_session(session_id=None):
    with _lock:
        return _sessions.pop(session_id, None)


def say(customer, text, session_id=None):
    session = session_for(customer, session_id)
    session.messages.append(text)
    return session.key
