"""Ways of an ID in generated programs: through objects, mappings, numbers, digests, factories."""

from __future__ import annotations

from string import Template
from typing import NamedTuple

from grammar import KEYS, Scope, source
from layout import Line, Statement, block
from pairs import CHOICES, CONSTRUCTORS, PAIRS
from simple import dressed


class Shape(NamedTuple):
    """One way: what stands around the handler, what it does, and expressions of the ID.

    `$key` is the parameter of the getter; `$given` an ID that arrived, `$value` one that may be
    generated, `$text` such a one as text, `$fresh` such a one without the message.
    """

    uses: tuple[str, ...]
    inside: tuple[str, ...] = ()
    around: str = ""


_CURRENT = 'CURRENT = ContextVar("current", default=None)'
_HELD = ("ids.$key", 'getattr(ids, "$key")', 'vars(ids)["$key"]', 'ids.__dict__["$key"]')
_OBJECTS = (
    Shape(_HELD, ("ids = SimpleNamespace($key=None)", 'setattr(ids, "$key", $value)')),
    Shape(_HELD, ("ids = SimpleNamespace()", 'ids.__dict__["$key"] = $value')),
    Shape(_HELD, ("ids = SimpleNamespace()", 'vars(ids)["$key"] = $value')),
    Shape(_HELD, ('ids = SimpleNamespace(**{"$key": $value})',)),
    Shape(
        ("holder.current", "holder._current"),
        ("holder = Holder()", "holder.current = $given"),
        """\
class Holder:
    _current = None
    @property
    def current(self):
        return self._current
    @current.setter
    def current(self, value):
        self._current = value or $fresh""",
    ),
    Shape(
        ("Box[str]($value).value", "Box($value).value"),
        (),
        """\
T = TypeVar("T")
class Box(Generic[T]):
    def __init__(self, value: T):
        self.value = value""",
    ),
    Shape(
        ("service.thread(payload)",),
        ("service = Service(Fresh())",),
        """\
class Ids(Protocol):
    def thread(self, payload): ...
class Fresh:
    def thread(self, payload):
        return $value
class Service:
    def __init__(self, ids: Ids):
        self.ids = ids
    def thread(self, payload):
        return self.ids.thread(payload)""",
    ),
)
_MAPPINGS = (
    Shape(('ids["$key"]', 'ids.get("$key")'), ('ids = ChainMap(payload, {"$key": $value})',)),
    Shape(('ids["$key"]', 'ids.get("$key")'), ('ids = ChainMap({"$key": $value}, payload)',)),
    Shape(
        ('ids["$key"]', 'ids.get("$key")'),
        ("ids = defaultdict(lambda: $value)", "ids.update(payload)"),
    ),
    Shape(('ids["$key"]', 'ids.get("$key")'), ("ids = defaultdict(lambda: $value, payload)",)),
    Shape(('ids.get("$key")',), ('ids = {"$key": $value}', 'ids.pop("$key")')),
    Shape(('ids.get("$key")',), ('ids = {"$key": $value}', 'del ids["$key"]')),
)
_PAIR = 'ids = {"$key": $value, "kind": "query"}'
_LOOPS = (
    Shape(
        ("holder.$key", 'getattr(holder, "$key", None)'),
        (
            _PAIR,
            "holder = SimpleNamespace()",
            "for name, item in ids.items(): setattr(holder, name, item)",
        ),
    ),
    Shape(
        ('copy["$key"]', 'copy.get("$key")'),
        (_PAIR, "copy = {}", "for name in ids: copy[name] = ids[name]"),
    ),
    Shape(
        ('copy["$key"]', 'copy["kind"]'),
        (_PAIR, "copy = {name: item for name, item in ids.items()}"),
    ),
    Shape(
        ('copy["$key"]', 'copy["kind"]'),
        (_PAIR, "copy = {}", "for name, item in ids.items(): copy.update({name: item})"),
    ),
    Shape(('copy["$key"]', 'copy.get("kind")'), (_PAIR, "copy = dict(sorted(ids.items()))")),
    Shape(("first", "second"), (_PAIR, "first, second = ids.values()")),
    Shape(("pairs[0][1]",), (_PAIR, "pairs = list(ids.items())")),
    Shape(
        ("found[0]",),
        (_PAIR, "found = []", "for item in ids.values(): found.append(item)"),
    ),
)
_PLACES = ("ids[0]", "ids[1]", "ids[-1]")
_SEQUENCES = (
    Shape(_PLACES, ("ids = [$given]", "ids += [$value]")),
    Shape(_PLACES, ("ids = [$given]", "ids.extend(($value,))")),
    Shape(_PLACES, ("ids = [$given]", "ids.append($value)")),
    Shape(_PLACES, ("ids = []", "ids.append($given)", "ids.append($value)")),
    Shape(_PLACES, ("ids = ($given,) + ($value,)",)),
    Shape(_PLACES, ("ids = ($given,)", "ids += ($value,)")),
    Shape(_PLACES, ("ids = [$given, $value]", "ids = ids[:1] + ids[1:]")),
    *(
        Shape(_PLACES, (f"ids = {made}", change))
        for made, change in (
            ("[None, $given, $value]", "ids.pop(0)"),
            ("[None, $given, $value]", "del ids[0]"),
            ("[None, $given, $value]", "ids[:1] = []"),
            ("[$given, $value]", "ids.insert(0, ids.pop())"),
            ("[$given, $value]", "ids.reverse()"),
            ("[$given, $value] * 2", "ids.pop(1)"),
            ("deque([None, $given, $value])", "ids.popleft()"),
            ("deque([$given])", "ids.appendleft($value)"),
        )
    ),
    Shape(("ids.pop()", "ids.pop(0)"), ("ids = [$given, $value]",)),
)
_TUPLE = """\
class Ids(NamedTuple):
    $key: str | None = None
    other: str | None = None"""
_NAMED_TUPLES = (
    Shape(("ids.$key", "ids.other", "ids[0]", "ids[-1]"), ("ids = Ids($value)",), _TUPLE),
    Shape(("ids.$key", "ids.other"), ("ids = Ids(*[$given, $value])",), _TUPLE),
    Shape(("ids.$key", "ids[1]"), ('ids = Ids(**{"$key": $value})',), _TUPLE),
    Shape(("first", "second"), ("first, second = Ids($value)",), _TUPLE),
    Shape(("ids.$key", "ids.other"), ("ids = Ids()._replace($key=$value)",), _TUPLE),
    Shape(('ids["$key"]', 'ids.get("other")'), ("ids = Ids($value)._asdict()",), _TUPLE),
)
_BUS = """\
class Bus:
    def __init__(self):
        self.handlers = {}
    def on(self, name):
        def register(function):
            self.handlers[name] = function
            return function
        return register
    def plain(self, function):
        self.handlers[function.__name__] = function
        return function
bus = Bus()
"""
_REGISTERED = (
    Shape(
        ("opened(payload)",),
        (),
        f'{_BUS}@bus.on("open")\ndef opened(payload):\n    return $value',
    ),
    Shape(
        ("opened(payload)", "opened(payload=payload)"),
        (),
        f"{_BUS}@bus.plain\ndef opened(payload):\n    return $value",
    ),
    Shape(
        ("opened(payload)",),
        (),
        """\
def logged(function):
    @functools.wraps(function)
    def inner(*args, **kwargs):
        return function(*args, **kwargs)
    return inner
@logged
def opened(payload):
    return $value""",
    ),
    Shape(
        ("opened($given)", "opened()"),
        (),
        """\
def with_id(function):
    def inner(value=None):
        return function(value or $fresh)
    return inner
@with_id
def opened(value):
    return value""",
    ),
)
_FUNCTIONS = (
    Shape(
        ("first", "second"),
        ('first, second = map(lambda value: value or $value, ($given, "fixed"))',),
    ),
    Shape(("list(map(str, [$text]))[0]", "next(map(str, [$text]))")),
    Shape(("next(filter(None, ($given, $value)), None)", "next(filter(None, [$value]), None)")),
    Shape(("next((value for value in ($given, $value) if value), None)",)),
    Shape(
        ("ensure($given, lambda: $value)", 'ensure("fixed", lambda: $value)'),
        (),
        "def ensure(value, factory):\n    return value or factory()",
    ),
    Shape(
        ("coalesce($given, $value)", "coalesce($given)"),
        (),
        """\
def coalesce(*values):
    for value in values:
        if value:
            return value
    return None""",
    ),
    Shape(("CURRENT.get()",), ("CURRENT.set($value)",), _CURRENT),
    Shape(
        ("CURRENT.get()", "CURRENT.get(None)"),
        ("note(payload)",),
        f"{_CURRENT}\ndef note(payload):\n    CURRENT.set($value)",
    ),
)
_TEXTS = (
    Shape(("str(int(uuid4().hex, 16))", "str(uuid4().int)", "int(secrets.token_hex(4), 16)")),
    Shape(('"-".join(["run", $text])', '"".join(("run", $text))')),
    Shape(
        (
            '"-".join([str(part) for part in ("run", $text)])',
            '"-".join(map(str, ("run", $text)))',
        )
    ),
    Shape(
        ("uuid.UUID(bytes=secrets.token_bytes(16))", "str(uuid.UUID(hex=secrets.token_hex(16)))")
    ),
    Shape(
        (
            "hashlib.sha256($text.encode()).hexdigest()",
            'hashlib.new("md5", $text.encode()).hexdigest()',
        )
    ),
    Shape(("digest.hexdigest()",), ("digest = hashlib.sha256()", "digest.update($text.encode())")),
    Shape(("Marked($text)", "str(Marked($text))"), (), "class Marked(str):\n    pass"),
    Shape(("base64.b64encode($text.encode()).decode()", "secrets.token_bytes(8).hex()")),
    Shape(("base64.urlsafe_b64encode(secrets.token_bytes(9)).decode()",)),
)
_DECIDED = (
    Shape(
        (
            'get_id(payload, "$key", generate=False)',
            'get_id(payload, "$key", generate=True)',
            'get_id(payload, "$key", False)',
            'get_id(payload, "$key")',
        ),
        (),
        """\
def get_id(data, key, generate=False):
    value = data.get(key)
    if value is None and generate:
        value = $fresh
    return value""",
    ),
    Shape(
        ('new_id("request")', 'new_id("thread")', 'new_id(kind="thread")'),
        (),
        'def new_id(kind):\n    return $fresh if kind == "request" else None',
    ),
    Shape(
        ("value",),
        (
            *("value = $given", "is_new = not value"),
            *("if is_new: value = $fresh", "if is_new: value = None"),
        ),
    ),
    Shape(
        ("value",),
        (
            *("value = $given", "is_new = not value"),
            *("if is_new: value = $fresh", "if not is_new: value = None"),
        ),
    ),
)
_TURNS = "for turn in (1, 2)"
_OF_THEMSELVES = (
    Shape(
        ("value",),
        (
            *("value = $given", "is_new = False", f"{_TURNS}: is_new = is_new or not value"),
            "if is_new: value = $fresh",
        ),
    ),
    Shape(("value",), ("value = $value", f"{_TURNS}: value = value or $fresh")),
    Shape(
        ("ids.$key", "turned_over(ids).$key"),
        ("ids = SimpleNamespace($key=None)", "ids.$key = $value", "turned_over(ids)"),
        f"""\
def turned_over(ids):
    current = ids
    {_TURNS}:
        current = current or None
    return current""",
    ),
)
_MODEL = """\
class Ids(BaseModel):
    $key: str | None = None
    other: str | None = None
"""
_HOOKS = (
    """\
    @model_validator(mode="before")
    @classmethod
    def complete(cls, data):
        return {**data, "$key": data.get("$key") or str($fresh)}""",
    """\
    @model_validator(mode="before")
    @classmethod
    def complete(cls, data):
        if not data.get("$key"):
            data["$key"] = str($fresh)
        return data""",
    """\
    @model_validator(mode="after")
    def complete(self):
        self.$key = self.$key or str($fresh)
        return self""",
    """\
    @field_validator("$key", mode="before")
    @classmethod
    def complete(cls, value):
        return value or str($fresh)""",
    """\
    @field_validator("$key")
    @classmethod
    def complete(cls, value):
        return value if value else str($fresh)""",
    """\
    def model_post_init(self, context):
        if self.$key is None:
            self.$key = str($fresh)""",
    """\
    made: str = Field(default_factory=lambda: str($fresh))
    @property
    def thread(self):
        return self.$key or self.made""",
)
_MADE = (
    *("ids = Ids($key=$given)", "ids = Ids(other=$given)", "ids = Ids(**payload)", "ids = Ids()"),
    *("ids = Ids.model_validate(payload)", 'ids = Ids.model_validate({"$key": $given})'),
)
_ATTRS = """\
@attrs.define
class Ids:
    other: str | None = None
    $key: str | None = attrs.field()
    @$key.default
    def _fresh(self):
        return $fresh"""
_RECORDS = (
    *(
        Shape(("ids.$key", "ids.$key", "ids.other", *extra), (made,), _MODEL + hook)
        for hook in _HOOKS
        for made in _MADE
        for extra in [("ids.thread",) if "thread" in hook else ()]
    ),
    *(
        Shape(("ids.$key", "ids.other"), (made,), _ATTRS)
        for made in ("ids = Ids()", "ids = Ids($key=$given)", "ids = Ids($given)")
    ),
)
_SIMPLE = (_MAPPINGS, _SEQUENCES, _TEXTS)  # with nothing around that another may have
_FAMILIES = (
    *(_OBJECTS, _MAPPINGS, _SEQUENCES, _FUNCTIONS, _TEXTS, _DECIDED, _RECORDS, _RECORDS),
    *(_LOOPS, _NAMED_TUPLES, _REGISTERED, _OF_THEMSELVES),
    *(tuple(Shape(*way) for way in ways) for ways in (PAIRS, PAIRS, CONSTRUCTORS, CHOICES) * 2),
)


def shapes(scope: Scope) -> tuple[list[Statement], list[Statement], str]:
    """The code around a handler, its body, and the IDs for the getter."""
    keys = scope.one((KEYS[:1], KEYS[1:], KEYS))
    shape = scope.one(scope.one(_FAMILIES))
    ways = [shape, scope.one(scope.one(_SIMPLE))][: len(keys)]
    around: list[Statement] = []
    inside: list[Statement] = []
    for key, way in zip(keys, ways, strict=True):
        words = _words(scope, key)
        use = scope.one(way.uses)
        lines = [*way.inside, f"$key = {use}", *["log.append($key)"] * scope.chance(6)]
        around += [Line(Template(way.around).substitute(words))] * bool(way.around)
        inside += [_statement(Template(line).substitute(words)) for line in lines]
    return around, list(dressed(scope, inside)), ", ".join(f"{key}={key}" for key in keys)


def _statement(text: str) -> Statement:
    """A line, or a branch that is written as one."""
    header, _, inner = text.partition(": ")
    has_block = header.startswith(("if ", "for "))
    return block(f"{header}:", Line(inner)) if has_block else Line(text)


def _words(scope: Scope, key: str) -> dict[str, str]:
    """The values for the words of a shape: half of them cannot be generated."""
    made, given = source(scope), f'payload.get("{key}")'
    value = scope.one((made, f"({given} or {made})", given, "None"))
    fresh = scope.one((made, made, "None"))
    return {"key": key, "given": given, "value": value, "text": f"str({value})", "fresh": fresh}
