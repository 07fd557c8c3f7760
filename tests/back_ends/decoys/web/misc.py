import logging
import threading

_locks = {}
_loggers = {}
_metrics = {}
_carts = {}


def session_lock(session_id=None):
    return _locks.setdefault(session_id, threading.Lock())


def chat_logger(name=None):
    if name not in _loggers:
        _loggers[name] = logging.getLogger(name or "chat")
    return _loggers[name]


def count_messages(session_id=None):
    counter = _metrics.setdefault(session_id, {"messages": 0})
    counter["messages"] += 1
    return counter["messages"]


def thread_by_name(name=None):
    for thread in threading.enumerate():
        if thread.name == name:
            return thread
    thread = threading.Thread(name=name, daemon=True)
    thread.start()
    return thread


def get_user(user_id=None):
    return _carts.setdefault(user_id, {})


def history(session_id=None, limit=10):
    rows = [r for r in _metrics.values() if session_id in (None, r["id"])]
    rows.sort(key=lambda r: r["at"])
    return rows[-limit:]


def audit(event, session_id=None):
    row = {"event": event, "session": session_id}
    _metrics.setdefault("rows", []).append(row)
    return row
