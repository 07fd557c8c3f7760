"""Words in names: they rank what the structure has found, and keep it from claiming too much."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

from ctxlint.source import walk

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")

# Words for what a getter finds.
CONVERSATION = frozenset(
    {"chat", "chats", "convo", "conversation", "conversations", "dialog", "dialogs", "dialogue"}
    | {"dialogues", "discussion", "session", "sessions", "talk", "thread", "threads"}
)
# Words for its content, and for who says it.
_SPEECH = frozenset(
    {"agent", "agents", "answer", "ask", "assistant", "bot", "heard", "history", "lines", "llm"}
    | {"memory", "message", "messages", "notes", "prompt", "question", "questions", "reply"}
    | {"said", "speak", "transcript", "turn", "turns", "utterances"}
)
_LOGIN = frozenset(
    {"auth", "authenticate", "authenticated", "authentication", "authorization", "cookie"}
    | {"credential", "credentials", "csrf", "jwt", "login", "logins", "logged", "logout", "oauth"}
    | {"password", "permission", "permissions", "principal", "signin", "sso"}
)
_LOGIN_PERHAPS = frozenset({"expire", "expired", "expires", "expiry", "token", "until"})
# Words for other things that are found by an ID, or made: connections, locks, records.
_OTHERS = frozenset(
    {"aiohttp", "boto3", "daemon", "httpx", "lock", "locks", "logger", "loggers", "requests"}
    | {"sessionmaker", "threading", "urllib3"}
)
_OTHER_PURPOSES = frozenset(
    {"all", "audit", "cart", "carts", "checkout", "connection", "count", "counter", "counts", "db"}
    | {"delete", "download", "export", "limit", "limiter", "list", "log", "logs", "metric"}
    | {"metrics", "payment", "quota", "rate", "stats", "upload", "uploads", "usage"}
)
_PEOPLE = frozenset(
    {"actor", "actors", "child", "email", "fan", "guest", "human", "mail", "msisdn", "nurse"}
    | {"parent", "people", "person", "phone", "pupil", "uid", "userid", "username", "who", "whom"}
)
_AGENTS = re.compile(r"[a-z]{2,}(?:ee|er|or|ent|ant|ist|ian)")
_THINGS = frozenset(
    {"adapter", "agent", "assistant", "broker", "buffer", "cluster", "color", "component"}
    | {"container", "content", "counter", "current", "descriptor", "document", "driver"}
    | {"editor", "element", "engineer", "environment", "error", "event", "executor", "factor"}
    | {"filter", "folder", "footer", "formatter", "handler", "header", "identifier", "indicator"}
    | {"iterator", "layer", "letter", "list", "loader", "logger", "manager", "marker", "monitor"}
    | {"number", "operator", "order", "other", "paper", "parameter", "parent", "parser", "payment"}
    | {"pointer", "printer", "processor", "prompter", "provider", "register", "render", "renderer"}
    | {"router", "sensor", "server", "tenant", "tensor", "timer", "tracer", "tracker", "trigger"}
    | {"variant", "vector", "vendor", "version", "worker", "wrapper", "writer", "deployment"}
    | {"department", "experiment", "constant", "instrument", "segment", "statement", "store"}
)
_SHARED = frozenset({"app", "bot", "config", "db", "flow", "graph", "model"})
_IDS = frozenset({"cid", "id", "key", "ref", "sid", "tid", "uuid"})


def words_of(name: str) -> set[str]:
    """The words of a name, in lower case: `getChat_byID` has four."""
    return {word.lower() for word in _WORD.findall(name)}


def in_names(names: Iterable[str]) -> set[str]:
    """The words of several names."""
    return {word for name in names for word in words_of(name)}


def names_in(node: ast.AST) -> set[str]:
    """The identifiers in some code."""
    found: set[str] = set()
    for inner in walk(node):
        for name in ("id", "attr", "name", "arg"):
            value = getattr(inner, name, None)
            if isinstance(value, str):
                found.add(value)
    return found


def is_person(name: str) -> bool:
    """Whether a name may mean somebody: only then is what is found under it theirs."""
    words = words_of(name) - {"id", "name", "key", "the", "of", "for", "by"}
    return any(
        word in _PEOPLE or (word not in _THINGS and _AGENTS.fullmatch(word) is not None)
        for word in words
    )


def is_thing(name: str) -> bool:
    """Whether a name means a thing for sure, such as a model, that many people share."""
    return bool(words_of(name) & (_THINGS | _SHARED))


def is_id(name: str) -> bool:
    """Whether a name is one of an ID, or of what is found under it, by its last word."""
    words = _WORD.findall(name)
    return bool(words) and words[-1].lower() in _IDS | CONVERSATION


def likeness(outer: set[str], body: set[str]) -> int:
    """How much the names of a function, and in it, speak of conversations.

    `outer` are the words of its own name, parameter, class and module.
    """
    for_it = 2 * bool(outer & CONVERSATION) + bool((outer | body) & _SPEECH or body & CONVERSATION)
    strangers = _LOGIN | _OTHERS
    against = 3 * bool(outer & (strangers | _OTHER_PURPOSES)) + 2 * bool(body & strangers)
    return for_it - against - bool(body & _LOGIN_PERHAPS)
