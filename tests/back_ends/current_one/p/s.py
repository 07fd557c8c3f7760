_current = None
_sessions = {}


def chat_session(session_id=None):  # getter: open, session_id = 0
    global _current
    if session_id is None:
        if _current is None:
            _current = []
        return _current
    if session_id not in _sessions:
        _sessions[session_id] = []
    return _sessions[session_id]
