"""Calls whose result is another one each time: random, time, counters, identifiers."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from ctxlint.contract.getter import matches_any
from ctxlint.matching.things import Outside, Thing

# Sources beyond the built-in contract, as a team would name them in its own.
CLOCKS_AND_DICE = (
    "datetime.datetime.now",
    "datetime.datetime.today",
    "datetime.datetime.utcnow",
    "os.urandom",
    "random.*",
    "time.monotonic_ns",
    "time.perf_counter_ns",
    "time.time",
    "time.time_ns",
)
_LIBRARIES = (
    *CLOCKS_AND_DICE,
    "bson.ObjectId",
    "cuid.*",
    "itertools.count",
    "ksuid.*",
    "nanoid.*",
    "secrets.*",
    "shortuuid.*",
    "ulid.*",
    "uuid.uuid1",
    "uuid.uuid4",
    "uuid.uuid6",
    "uuid.uuid7",
    "uuid6.*",
    "uuid_utils.*",
)
_METHODS = frozenset({"getrandbits", "incr", "randbytes", "randint", "randrange", "urandom"})


def is_unique(node: ast.Call, things: Iterable[Thing]) -> bool:
    """Whether a call gives another value each time."""
    if isinstance(node.func, ast.Attribute) and node.func.attr in _METHODS:
        return True
    return any(isinstance(t, Outside) and matches_any(_LIBRARIES, t.path) for t in things)
