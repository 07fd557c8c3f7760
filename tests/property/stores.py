"""Generated IDs of random programs that are no finding, and their nearest twins that are one.

An ID is *kept* if it is stored under a key and generated only where that key had nothing; of *one
conversation* if a loop hands it to the getter on more passes than one, for the same user; *own* if
a getter's result has it. A run cannot tell: which code is silent, this table says.
"""

from __future__ import annotations

from string import Template
from textwrap import indent
from typing import NamedTuple

from grammar import KEYS, Scope, source
from layout import Line, Statement


class Case(NamedTuple):
    """The body of a handler, and the words for `$hole` with which it is silent, or found.

    `$key` is the parameter of the getter, `$made` generates, `$get` is the getter.
    """

    body: str
    silent: tuple[str, ...]
    found: tuple[str, ...]


_ASKED = """\
$key = STORE.get(user_id)
if $key is None:
    $key = $made
    $hole
return $get(user_id, $key=$key)"""
_KEPT = (
    Case(
        _ASKED,
        ("STORE[user_id] = $key", "STORE.update({user_id: $key})"),
        (
            *("pass", 'STORE["last"] = $key', "log.append($key)", "STORE[$key] = user_id"),
            "if flag: STORE[user_id] = $key",
        ),
    ),
    Case(_ASKED.replace("    $hole", "$hole"), ("STORE[user_id] = $key",), ("STORE[0] = $key",)),
    Case(
        "if user_id not in STORE:\n    STORE[$hole] = $made\n"
        "return $get(user_id, $key=STORE[$hole])",
        ("user_id",),
        ('"last"', 'payload.get("kind")'),
    ),
    Case("return $get(user_id, $key=$hole.setdefault(user_id, $made))", ("STORE",), ("payload",)),
    Case(
        """\
try:
    $key = STORE[user_id]
except KeyError:
    $key = $hole$made
return $get(user_id, $key=$key)""",
        ("STORE[user_id] = ",),
        ("", "STORE[0] = ", "payload['last'] = "),
    ),
    Case(
        """\
$key = STORE.get(user_id)
if $key:
    return $get(user_id, $key=$key)
$key = $made
$hole
return $get(user_id, $key=$key)""",
        ("STORE[user_id] = $key",),
        ("log.append(user_id)", "STORE[0] = $key"),
    ),
    Case(
        "$key = $hole or $made\nSTORE[user_id] = $key\nreturn $get(user_id, $key=$key)",
        ("STORE.get(user_id)",),
        ("STORE.get(0)", 'payload.get("$key")', "None"),
    ),
    Case(
        _ASKED,
        ("remember(user_id, $key)", "Shelf().put(user_id, $key)"),
        ('remember("last", $key)', "remember($key, user_id)", "forget(user_id, $key)"),
    ),
    Case(
        _ASKED.replace("STORE.get(user_id)", "looked_up($hole)").replace(
            "    $hole\n", "    remember(user_id, $key)\n"
        ),
        ("user_id",),
        ('"last"', 'payload.get("kind")'),
    ),
    Case("return $get(user_id, $key=$hole(user_id))", ("found_of",), ("made_for",)),
    Case("return $get(user_id, $key=Desk().$hole(user_id))", ("of_all",), ("of_this", "its_own")),
    Case(
        "$key = CURRENT.get()\nif $key is None:\n    $key = $made\n    $hole\n"
        "return $get(user_id, $key=$key)",
        ("CURRENT.set($key)",),
        ("pass", "log.append($key)"),
    ),
    Case(
        """\
ids = $hole
if user_id not in ids:
    ids[user_id] = $made
return $get(user_id, $key=ids[user_id])""",
        ("STORE",),
        ("{}", "payload", "dict(payload)"),
    ),
)
_LOOP = """\
$key = $made
for member in ("a", "b"):
    $hole"""
_CONVERSATIONS = (
    Case(
        _LOOP,
        ("context = $get(user_id, $key=$key)", "log.append($get(user_id, $key=$key).user_id)"),
        (
            "$key = $made\n    context = $get(user_id, $key=$key)",
            "return $get(user_id, $key=$key)",
            "context = $get(user_id, $key=$key)\n    break",
            "context = $get(member, $key=$key)",
            "log.append(member)\ncontext = $get(user_id, $key=$key)",
        ),
    ),
    Case(
        """\
$key = $made
for attempt in range(2):
    try:
        context = $get(user_id, $key=$key)
    except ConnectionError:
        continue
    $hole""",
        ("log.append(attempt)",),
        ("break", "return context", "if context is not None:\n        break"),
    ),
    Case(
        "$key = $made\ncontexts = [$get($hole, $key=$key) for member in ('a', 'b')]",
        ("user_id",),
        ("member",),
    ),
)
_MEMBERS_OF_A_CHAT = 'for member in ("a", "b"):'
_ANEW = (
    Case(
        f"""\
{_MEMBERS_OF_A_CHAT}
    ids = $hole
    context = $get(member, $key=ids.get("$key"))
    ids["$key"] = $made""",
        ("{}", "dict(kind=member)", "{**payload}"),
        ("payload", "STORE"),
    ),
    Case(
        f"""\
{_MEMBERS_OF_A_CHAT}
    blank = $hole
    context = $get(member, $key=blank.$key)
    blank.$key = $made""",
        ("Blank()",),
        ("BLANK",),
    ),
    Case(
        f"""\
last = None
{_MEMBERS_OF_A_CHAT}
    ids = {{}}
    if last:
        context = $get(member, $key=last["$key"])
    ids["$key"] = $hole
    last = ids""",
        ('payload.get("$key")',),
        ("$made",),
    ),
)
_OWN = (
    Case(
        """\
context = $get(user_id)
$hole
return $get(user_id, $key=context.$key or $made)""",
        ("log.append(user_id)", "context.request_id = None"),
        ('context.$key = payload.get("$key")', "context = SimpleNamespace($key=None)"),
    ),
    Case(
        "context = $get(user_id)\nreturn $get(user_id, $key=ensured($hole))",
        ("context.$key",),
        ('payload.get("$key")', "None"),
    ),
)
_MEMBERS = {
    "STORE": "STORE = {}",
    "CURRENT": 'CURRENT = ContextVar("current", default=None)',
    "remember": "def remember(key, value):\n    STORE[key] = value",
    "forget": "def forget(key, value):\n    STORE.pop(key, value)",
    "looked_up": "def looked_up(key):\n    return STORE.get(key)",
    "Shelf": """\
class Shelf:
    def put(self, key, value):
        STORE[key] = value""",
    "BLANK": "class Blank:\n    def __init__(self):\n        self.$key = None\nBLANK = Blank()",
    "Blank()": "class Blank:\n    def __init__(self):\n        self.$key = None",
    "ensured": "def ensured(value=None):\n    return value or $made",
    "found_of": """\
def found_of(user_id):
    value = STORE.get(user_id) or $made
    STORE[user_id] = value
    return value""",
    "made_for": "def made_for(user_id):\n    return STORE.get(user_id) or $made",
    "Desk": """\
class Desk:
    threads = {}
    def __init__(self):
        self.own = None
    def of_all(self, user_id):
        if user_id not in self.threads:
            self.threads[user_id] = $made
        return self.threads[user_id]
    def of_this(self, user_id):
        threads = {}
        return threads.setdefault(user_id, $made)
    def its_own(self, user_id):
        if not self.own:
            self.own = $made
        return self.own""",
}


def stores(scope: Scope) -> tuple[list[Statement], bool]:
    """The statements of a module, and whether it has no finding."""
    case = scope.one(scope.one((_KEPT, _KEPT, _CONVERSATIONS, _ANEW, _OWN)))
    silent = scope.one((True, False))
    hole = scope.one(case.silent if silent else case.found)
    words = {"key": scope.one(KEYS), "made": source(scope), "get": scope.getter}
    body = case.body.replace("$hole", hole)
    members = [text for name, text in _MEMBERS.items() if name in body]
    needed = [_MEMBERS["STORE"]] * (_MEMBERS["STORE"] not in members)
    handler = "def handle(user_id, payload, log, db, flag=False):\n" + indent(body, "    ")
    texts = [*needed, *members, handler]
    return [Line(Template(text).substitute(words)) for text in texts], silent
