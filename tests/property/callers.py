"""Ways to the getter in generated programs: classes, closures, decorators, what objects hold."""

from __future__ import annotations

from string import Template
from typing import NamedTuple

from grammar import KEYS, Scope, source
from layout import Line, Statement


class Way(NamedTuple):
    """One way: the call in the handler, what stands around the handler, lines before the call.

    `$key` is the parameter of the getter, `$get` the getter, `$value` an ID that may be generated.
    """

    call: str
    around: str
    inside: tuple[str, ...] = ()


_BASE = """\
class Base:
    def __init__(self, user_id, value=None):
        self.context = $get(user_id, $key=value)
    def open(self, user_id, value):
        return $get(user_id, $key=value)
"""
_GIVEN = "(user_id, $value)"
_CLASSES = (
    Way(f"Base{_GIVEN}", _BASE),
    Way(f"Below{_GIVEN}", f"{_BASE}class Below(Base):\n    pass"),
    *(
        Way(
            "Below(user_id, payload)",
            f"{_BASE}class Below(Base):\n    def __init__(self, user_id, payload):\n        {call}",
        )
        for call in (
            f"super().__init__{_GIVEN}",
            f"super(Below, self).__init__{_GIVEN}",
            "Base.__init__(self, user_id, $value)",
            f"above = super()\n        above.__init__{_GIVEN}",
        )
    ),
    Way(
        "Lowest(user_id, payload)",
        f"""\
{_BASE}class Below(Base):
    def __init__(self, user_id, value):
        super().__init__(user_id, value)
class Lowest(Below):
    def __init__(self, user_id, payload):
        super().__init__{_GIVEN}""",
    ),
    Way(
        "Below(user_id).open(user_id, payload)",
        f"""\
{_BASE}class Below(Base):
    def open(self, user_id, payload):
        return super().open{_GIVEN}""",
    ),
    Way(
        "Base.made(user_id, payload)",
        f"""\
{_BASE}    @classmethod
    def made(cls, user_id, payload):
        return cls{_GIVEN}""",
    ),
    Way(
        "Base(user_id).again(user_id, payload)",
        f"{_BASE}    def again(self, user_id, payload):\n        return type(self){_GIVEN}",
    ),
)
_MAKER = """\
def make():
    def inner(user_id, value):
        return $get(user_id, $key=value)
    return inner
"""
_OPEN = "def opened(user_id, value):\n    return $get(user_id, $key=value)\n"
_CALLABLE = """\
class Opener:
    def __call__(self, user_id, value):
        return $get(user_id, $key=value)
"""
_CALLED = (
    Way(f"opened{_GIVEN}", _OPEN),
    Way(f"make(){_GIVEN}", _MAKER),
    Way(f"opener{_GIVEN}", _MAKER, ("opener = make()",)),
    Way(f"opener{_GIVEN}", f"{_MAKER}opener = make()"),
    Way(
        "Held().open(user_id, payload)",
        f"""\
{_MAKER}class Held:
    def __init__(self):
        self.opener = make()
    def open(self, user_id, payload):
        return self.opener{_GIVEN}""",
    ),
    Way("make()($value)", f'{_OPEN}def make():\n    return functools.partial(opened, "a")'),
    Way(f"make(){_GIVEN}", f"{_OPEN}def make():\n    return opened"),
    Way(
        f"make(){_GIVEN}",
        "def make():\n    return lambda user_id, value: $get(user_id, $key=value)",
    ),
    Way(f'OPENERS["first"]{_GIVEN}', f'{_OPEN}OPENERS = {{"first": opened}}'),
    Way(f"Opener(){_GIVEN}", _CALLABLE),
    Way(f"OPENER{_GIVEN}", f"{_CALLABLE}class Below(Opener):\n    pass\nOPENER = Below()"),
    Way(
        "Held().open(user_id, payload)",
        f"""\
{_CALLABLE}class Held:
    def __init__(self):
        self.opener = Opener()
    def open(self, user_id, payload):
        return self.opener{_GIVEN}""",
    ),
    Way(
        f"work{_GIVEN}",
        """\
def opening(function):
    def inner(user_id, value):
        return function($get(user_id, $key=value))
    return inner
@opening
def work(context):
    return context""",
    ),
    Way(
        f"make(){_GIVEN}",
        """\
def make():
    class Inner:
        def __init__(self, user_id, value):
            self.context = $get(user_id, $key=value)
    return Inner""",
    ),
)
_RETRY = "def retry(function, *args, **more):\n    return function(*args, **more)\n"
_BY = "def opened_by(function, user_id, value):\n    return function(user_id, $key=value)\n"
_AGAIN = "def again(one, *args):\n    return retry(one, *args)\n"
_NOTED = "retry(log.append, $made)"  # the same function, for what is no getter
_KEPT = ("kept = $value", "retry(log.append, kept)")
_HANDED = tuple(
    Way(call.replace("$value", "kept") if inside is _KEPT else call, around, inside)
    for inside in ((), (_NOTED,), _KEPT)
    for call, around in (
        ("retry($get, user_id, $key=$value)", _RETRY),
        ("retry(opened, user_id, $value)", _RETRY + _OPEN),
        ("retry(opened, user_id, value=$value)", _RETRY + _OPEN),
        ("opened_by($get, user_id, $value)", _RETRY + _BY),
        ("opened_by(opened, user_id, $value)", _RETRY + _BY.replace("$key=", "") + _OPEN),
        ("again($get, user_id, $value)", _RETRY + _AGAIN),
        ("again(opened, user_id, $value)", _RETRY + _AGAIN + _OPEN),
        (
            "retry(opened, user_id, $value) if flag else retry($get, user_id, $key=$value)",
            _RETRY + _OPEN,
        ),
    )
)
_HOLDER = """\
class Holder:
    def __init__(self, payload):
        self.ids = {}
        self.many = []
        self.$key = None
        $filled
    def open(self, user_id):
        return $get(user_id, $key=$read)
    def renew(self, payload):
        $within
def left_in(other, payload):
    $by"""
_NEW, _LEFT = "self.renew(payload)", "left_in(self, payload)"
_FILLED = (
    ('self.__dict__["$key"] = $value', "self.$key", "pass", "pass"),
    ('self.__dict__["$key"] = $value', 'vars(self)["$key"]', "pass", "pass"),
    ('vars(self)["$key"] = $value', "self.$key", "pass", "pass"),
    ('setattr(self, "$key", $value)', "self.$key", "pass", "pass"),
    ("self.__dict__.update($key=$value)", "self.$key", "pass", "pass"),
    ('vars(self).update({"$key": $value})', "self.$key", "pass", "pass"),
    (_NEW, "self.$key", "self.$key = $value", "pass"),
    (_NEW, 'self.ids["$key"]', 'self.ids["$key"] = $value', "pass"),
    (_NEW, "self.many[-1]", "self.many.append($value)", "pass"),
    (_LEFT, "self.$key", "pass", "other.$key = $value"),
    (_LEFT, 'self.ids["$key"]', "pass", 'other.ids["$key"] = $value'),
)
_OPENS = """\
    def open(self, user_id):
        return $get(user_id, $key=self.$key)
"""
_HOLDERS = (
    *(
        Way(
            "Holder(payload).open(user_id)",
            Template(_HOLDER).safe_substitute(filled=filled, read=read, within=within, by=by),
        )
        for filled, read, within, by in _FILLED
    ),
    Way(
        "opened(user_id)",
        """\
class Box:
    pass
BOX = Box()
def kept(box, payload):
    box.$key = $value
def opened(user_id):
    return $get(user_id, $key=BOX.$key)""",
        ("kept(BOX, payload)",),
    ),
    Way(
        "opened(user_id)",
        """\
BOX = SimpleNamespace($key=None)
def kept(payload):
    box = BOX
    box.$key = $value
def opened(user_id):
    return $get(user_id, $key=BOX.$key)""",
        ("kept(payload)",),
    ),
    *(
        Way(
            "holder.open(user_id)",
            f"class Holder:\n    {first}\n{_OPENS}",
            ("holder = Holder()", line),
        )
        for first in ("$key = None", "def __init__(self):\n        self.$key = None", "")
        for line in ("holder.$key = $value", 'setattr(holder, "$key", $value)')
    ),
    Way(
        "Holder().open(user_id)",
        f"class Holder:\n    $key = None\n{_OPENS}def kept(payload):\n    Holder.$key = $value",
        ("kept(payload)",),
    ),
    Way(
        "opened(user_id)",
        """\
LAST = []
def kept(payload):
    LAST.append($value)
def opened(user_id):
    return $get(user_id, $key=LAST[-1])""",
        ("kept(payload)",),
    ),
    Way(
        "Held(user_id, $value)",
        """\
@dataclass
class Held:
    user_id: str
    value: str | None = None
    def __post_init__(self):
        self.context = $get(self.user_id, $key=self.value)""",
    ),
)
_ONE = "def opened_one(value):\n    return $get('one', $key=value)\n"
_TURNS = "turns = SimpleQueue()"
_ITEMS = tuple(
    Way(call, _OPEN + _ONE, inside)
    for call, *inside in (
        ("list(map(opened_one, [$value]))",),
        ("list(map(opened_one, ids))", "ids = [$value]"),
        ("list(map(opened, [user_id], [$value]))", "list(map(log.append, [$made]))"),
        ("list(map(opened, [user_id, user_id], ids))", "ids = [None, $value]"),
        ("[opened(one, made) for one, made in zip([user_id], [$value])]",),
        (
            "[opened(one, made) for one, made in zip(users, ids)]",
            "users, ids = [user_id], [$value]",
        ),
        ("opened(user_id, turns.get())", _TURNS, "turns.put($value)"),
        ('opened(user_id, turns.get_nowait()["$key"])', _TURNS, 'turns.put({"$key": $value})'),
        ("threading.Thread(target=opened, args=[user_id, $value]).run()",),
        ('threading.Thread(target=opened_one, kwargs={"value": $value}).run()',),
    )
)
_TURN = """\
@dataclass
class Turn:
    user_id: str
    value: str | None = None
    def open(self):
        return $get(self.user_id, $key=self.value)
    @classmethod
    def of(cls, user_id, value):
        return cls(user_id, value)
    @classmethod
    def begin(cls, user_id, payload):
        return cls(user_id, value=$value)
def begun(user_id, payload):
    return Turn(user_id, $value)
def opened_turn(turn):
    return turn.open()"""
_TURNS_OF = tuple(
    Way(call, _TURN, inside)
    for call, *inside in (
        ("Turn(user_id, $value).open()",),
        ("Turn.of(user_id, $value).open()",),
        ("Turn.begin(user_id, payload).open()",),
        ("begun(user_id, payload).open()",),
        ("opened_turn(begun(user_id, payload))",),
        ("turn.open()", "turn = Turn.begin(user_id, payload)"),
        ("turn.open()", "turn = begun(user_id, payload)", "log.append(turn.value)"),
        ("turn.open()", "turn = begun(user_id, payload)", "turn.value = turn.value or $made"),
        ("turn.open()", "turn = Turn.of(user_id, $made)", "turn.value = $value"),
        ("turn.open()", "turn = replace(begun(user_id, payload), value=$value)"),
        ("turn.open()", "turn = copy.copy(Turn.begin(user_id, payload))"),
    )
)
_FAMILIES = (_CLASSES, _CALLED, _HOLDERS, _HANDED, _ITEMS, _TURNS_OF)


def callers(scope: Scope) -> list[Statement]:
    """The module of a handler that reaches the getter by one of the ways."""
    key = scope.one(KEYS)
    way = scope.one(scope.one(_FAMILIES))
    given, made = f'payload.get("{key}")', source(scope)
    value = scope.one((f"{given} or {made}", made, given))
    words = {"key": key, "get": scope.getter, "value": value, "made": source(scope)}
    lines = [
        *way.around.splitlines(),
        "def handle(user_id, payload, log, db, flag=False):",
        *(f"    {line}" for line in way.inside),
        f"    return {way.call}",
    ]
    return [Line(Template(line).substitute(words)) for line in lines]
