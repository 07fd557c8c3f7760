"""What None means to a getter, by what it does when it is called."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable


def by_content(talk: Callable[[str | None, str], Iterable[object]]) -> str:
    """`talk` sends a text to the session of an ID, and returns what that session then holds."""
    talk("an-id", "with an ID it works")
    try:
        talk(None, "from alice")
        held = str(list(talk(None, "from bob")))
    except Exception:
        return "error"
    return "shared" if "from alice" in held else "new"


def by_id(open_session: Callable[[str | None], object]) -> str:
    """`open_session` calls the getter with an ID, and returns that of the session."""
    assert open_session("an-id") == "an-id"
    try:
        first, second = open_session(None), open_session(None)
    except Exception:
        return "error"
    return "shared" if first == second else "new"


def tell(**found: str) -> None:
    """Print what was found, by call: `__` between class and method stands for a dot."""
    print(json.dumps({name.replace("__", "."): none for name, none in found.items()}))
