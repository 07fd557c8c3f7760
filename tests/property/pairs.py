"""Functions that bring two IDs, one for the getter and one for the log, in generated programs."""

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
