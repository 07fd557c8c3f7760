"""Effects of generated programs that hide in what looks harmless: guards, `with`, properties."""

from __future__ import annotations

from grammar import KEYS, Scope, source
from layout import Body, Line, Statement, block
from simple import dressed

_INIT = block(
    "def __init__(self, value=None):", Line("audit(value)"), Line("self.thread_id = value")
)
_TIMER = block(
    "class Timer:",
    block("def __enter__(self):", Line('audit("enter")'), Line("return self")),
    block("def __exit__(self, *_):", Line('audit("exit")')),
)
_LAZY = block(
    "class Lazy:",
    block("@property\ndef thread_id(self):", Line('audit("read")'), Line("return None")),
)
_IS_NONE = Line("return self.value is None")
_LOUD = block(
    "class Loud:",
    block("def __init__(self, value=None):", Line("self.value = value")),
    block("def __bool__(self):", Line('audit("bool")'), _IS_NONE),
    block("def __eq__(self, other):", Line('audit("equal")'), _IS_NONE),
    block("def __add__(self, other):", Line('audit("add")'), Line("return str(other)")),
    block("def __contains__(self, name):", Line('audit("contains")'), _IS_NONE),
    block("def __getitem__(self, name):", Line('audit("item")'), Line("return None")),
    block("def __getattr__(self, name):", Line('audit("attribute")'), Line("return None")),
)
MEMBERS: dict[str, Statement] = {
    "Timer": _TIMER,
    "Lazy": _LAZY,
    "Loud": _LOUD,
    "looked_up": block("def looked_up(value):", Line("audit(value)"), Line("return value is None")),
    "Base": block("class Base:", _INIT),
    "Made": block("class Made(Base):", Line("kind = 'made'")),
    "Counted": block(
        "class Counted:",
        Line("thread_id = None"),
        block(
            "def __new__(cls, value=None):",
            Line('audit("new")'),
            Line("return object.__new__(cls)"),
        ),
        block("def __init__(self, value=None):", Line("self.run_id = value")),
    ),
    "Family": block("class Family:", block("def __init_subclass__(cls):", Line('audit("class")'))),
    "Field": block(
        "class Field:",
        block("def __get__(self, record, owner=None):", Line('audit("get")'), Line("return None")),
        block("def __set__(self, record, value):", Line("audit(value)")),
    ),
    "Described": block("class Described:", Line("thread_id = Field()")),
    "Meta": block(
        "class Meta(type):",
        block(
            "def __call__(cls, *args):", Line('audit("call")'), Line("return object.__new__(cls)")
        ),
    ),
    "WithMeta": block("class WithMeta(metaclass=Meta):", Line("thread_id = None")),
}
_VALUES = (
    *("Lazy().thread_id", "Loud().name", 'Loud()["thread_id"]'),
    *("Made().thread_id", "Counted().thread_id", "Described().thread_id", "WithMeta().thread_id"),
)
_TESTS = (  # true of some IDs, and not of others
    *("looked_up({0})", "not looked_up({0})", "audit({0})", "not audit({0})"),
    *("Loud({0})", "not Loud({0})", "Loud({0}) == 1", '"x" in Loud({0})', "not Loud().name"),
)
_CONSTRUCTORS = ("Made({0})", "Counted({0})", "WithMeta()", "Loud() + {0}", "Described()")


def effects(scope: Scope) -> list[Statement]:
    """Statements around a generated ID that do more than it seems."""
    key = scope.one(KEYS)
    form = scope.one((_source, _source, _guard, _guard, _guard, _with, _record, _twins))
    first: list[Statement] = []
    if key not in scope.known("id") and form is not _twins:
        first = [Line(f'{scope.bind("id", key)} = payload.get("{key}")')]
    return list(dressed(scope, [*first, *form(scope, key)]))


def _source(scope: Scope, key: str) -> Body:
    """What is asked for the ID first has an effect."""
    value, made = scope.one(_VALUES), source(scope)
    forms = (
        f"{key} = {value} or {made}",
        f"{key} = {key} or {value} or {made}",
        f"{key} = {made} if {value} is None else {value}",
        f"{key} = {made} if not {value} else None",
    )
    if scope.chance(3):
        return Line(f"asked = {value}"), block("if not asked:", Line(f"{key} = {made}"))
    return (Line(scope.one(forms)),)


def _guard(scope: Scope, key: str) -> Body:
    """A guard whose test has an effect."""
    test, made = str(scope.one(_TESTS)).format(key), Line(f"{key} = {source(scope)}")
    forms = (f"if not {key} and {test}:", f"if {test} or not {key}:", f"if {test}:")
    if scope.chance(3):
        return (block(f"if not {key}:", block(f"if {test}:", made)),)
    return (block(scope.one(forms), made),)


def _with(scope: Scope, key: str) -> Body:
    """A `with` block around the source, or around the guard."""
    made = Line(f"{key} = {source(scope)}")
    forms: tuple[Body, ...] = (
        (made,),
        (Line(f"{key} = {key} or {source(scope)}"),),
        (block(f"if not {key}:", made),),
    )
    around = block(scope.one(("with Timer():", "with Timer() as timer:")), *scope.one(forms))
    return (block(f"if not {key}:", around) if scope.chance(3) else around,)


def _record(scope: Scope, key: str) -> Body:
    """An object that is made of the generated ID, or beside it, and that nothing reads."""
    made = str(scope.one(_CONSTRUCTORS)).format(key)
    target = scope.one(("", "", "record = "))
    change = Line(f"{key} = {source(scope)}")
    guard = block(f"if not {key}:", change, Line(f"{target}{made}"))
    plain = block(f"if not {key}:", change)
    return scope.one(((plain, Line(f"record = {made}")), (guard,), (plain, Line(made))))  # type: ignore[no-any-return]


def _twins(scope: Scope, key: str) -> Body:
    """The attribute of a fresh object, given to the getter in place of a name."""
    made = str(scope.one(_CONSTRUCTORS[:3])).format(source(scope))
    other = source(scope)
    scope.bind("id", key)
    return (Line(f"record = {made}"), Line(f"{key} = record.thread_id or {other}"))
