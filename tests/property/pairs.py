"""Functions that bring two IDs, constructors that take one out of an argument, and choices."""

from __future__ import annotations

_NUMBER = ("log.append(turn.number)", "number = turn.number", "log.append(turn)")
_ITEM = ('log.append(turn["number"])', 'number = turn["number"]', "log.append(turn)")
_MADE = (
    ("turn.$key", _NUMBER, "SimpleNamespace(number=number, $key=$key)"),
    ("turn.$key", _NUMBER, "Turn(number, $key)"),
    ('turn["$key"]', _ITEM, '{"number": number, "$key": $key}'),
    ("turn[1]", ("log.append(turn[0])", "log.append(turn)"), "(number, $key)"),
    ("turn[1]", ("log.append(turn[-2])", "log.append(turn[1])"), "[number, $key]"),
)
_SET = ("log.append(number)", "log.append($key)", "pass")
_TURN = """\
@dataclass
class Turn:
    number: str
    $key: str | None
"""


def _begin(value: str, made: str, inner: str) -> str:
    """A function that generates two IDs, and what it makes of them."""
    lines = (f"number = {inner}", f"$key = {value}", f"return {made}")
    body = "\n".join(f"    {line}" for line in lines)
    return f"{_TURN}def _begin(payload):\n{body}"


# Expressions of the ID, what the handler does, and what stands around it.
PAIRS = (
    *(
        ((use,), ("turn = _begin(payload)", log), _begin(value, made, "$fresh"))
        for use, logs, made in _MADE
        for log in logs
        for value in ("$value", "$fresh")
    ),
    *(
        (
            ('turn["$key"]',),
            ("turn = {}", "_label(turn, payload)", log),
            'def _label(turn, payload):\n    turn["number"] = $fresh\n    turn["$key"] = $value',
        )
        for log in (*_ITEM, 'log.append(turn["$key"])')
    ),
    *(
        (("$key",), ("number, $key = _begin(payload)", log), _begin("$value", made, "$fresh"))
        for log in _SET
        for made in ("(number, $key)", "($key, number)")
    ),
    *(
        (("second.$key", "first.$key"), lines, _begin("$value", "Turn(number, $key)", "$fresh"))
        for lines in (
            ("first = _begin(payload)", "second = _begin(payload)", "log.append(first.number)"),
            ("first = _begin(payload)", "second = _begin({})", "log.append(second.$key)"),
        )
    ),
)

_HOLDERS = (
    ('ids["$key"]', '{"$key": $value}'),
    ('ids.get("$key")', '{"$key": $value}'),
    ('ids.get("$key")', '{"other": $value}'),
    ('str(ids["$key"])', '{"$key": $value}'),
    ("f\"t-{ids['$key']}\"", '{"$key": $value}'),
    ("str(ids)", "$value"),
    ("ids.$key", "SimpleNamespace($key=$value)"),
)
_MAKE = "def make(ids):\n    return Holder(ids)"
_RENAMING = """\
    def rename(self, name):
        self.name = name"""
_PERHAPS = """\
    def rename(self, name):
        if name:
            self.name = name"""


def _holder(name: str, method: str) -> str:
    """A class whose objects take an ID out of their argument."""
    return f"class Holder:\n    def __init__(self, ids):\n        self.name = {name}\n{method}"


CONSTRUCTORS = (
    *(
        (("holder.name",), (f"holder = Holder({given})", *after), _holder(name, method))
        for name, given in _HOLDERS
        for method, after in (
            ("", ()),
            (_RENAMING, ()),
            (_RENAMING, ("holder.rename($given)",)),
            (_PERHAPS, ("holder.rename($given)",)),
            (_RENAMING.replace("= name", "= name or self.name"), ("holder.rename($given)",)),
            (_RENAMING.replace("= name", '= f"{self.name}!"'), ("holder.rename($given)",)),
        )
    ),
    *(
        (("made.name",), (f"made = make({given})",), f"{_holder(name, '')}\n{_MAKE}")
        for name, given in _HOLDERS
    ),
    *(
        (("holder.name",), (f"ids = {given}", "holder = Holder(ids)", after), _holder(name, ""))
        for name, given in _HOLDERS[:4]
        for after in ('ids["$key"] = $given', 'ids["$key"] = $value')
    ),
)
_EARLY = ("if {}: return None", "if not {}: return None", "if {}: log.append(known)")
CHOICES = tuple(
    (("known",), (f"one = {flag}", f"known = {choice}", early.format("one")))
    for flag in ("$given", "$given is None", "not $given", "flag")
    for choice in (
        "$fresh if one else $given",
        "$given if one else $fresh",
        "$fresh if not one else $given",
        "one or $fresh",
    )
    for early in _EARLY
)
