import threading
import requests
from sqlalchemy.orm import sessionmaker

_local = threading.local()
_http = {}
_engines = {}


def get_session(name=None):
    if name not in _engines:
        _engines[name] = sessionmaker()
    return _engines[name]()


def http_session(base_url=None):
    if base_url not in _http:
        _http[base_url] = requests.Session()
    return _http[base_url]


def get_connection(alias=None):
    conn = getattr(_local, "conn", None)
    if conn is None:
        conn = _local.conn = object()
    return conn
