"""IDs inside of arguments and objects in generated programs: how they get there, and out again."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from grammar import KEYS, Scope, source
from guards import dressed_list
from layout import Body, Line, Statement, block

_INNER = 'config["configurable"]'
_OPTIONAL = ": str | None"


class Paths(NamedTuple):
    """The statements of a handler that hands over an ID at a path, those around it, the call."""

    outside: list[Statement]
    inside: list[Statement]
    after: list[Statement]
    getter: str
    arguments: str


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of argument: expressions for its parts, statements that change it, what reads it.

    In them `{T}` and `{R}` are the two IDs, `{V}` is another one for the key `{K}`, `{I}` is an
    expression for the inner part.
    """

    classes: tuple[Statement, ...]
    inner: tuple[str, ...]
    outer: tuple[str, ...]
    empty: tuple[str, ...]
    stores: tuple[str, ...]
    reads: tuple[str, ...]
    arguments: tuple[str, ...] = ("config", "config=config")


_STORES = (
    _INNER + '["{K}"] = {V}',
    _INNER + '["{K}"] = {V}',
    _INNER + " = {I}",
    _INNER + ".update({K}={V})",
    _INNER + '.update({{"{K}": {V}}})',
    _INNER + '.setdefault("{K}", {V})',
    _INNER + '.pop("{K}", None)',
    _INNER + '["{K}"] = ' + _INNER + '.get("{K}") or {V}',
    "config.update(configurable={I})",
    'config.update({{"configurable": {I}}})',
    'config.setdefault("configurable", {{}})["{K}"] = {V}',
    'config |= {{"configurable": {I}}}',
    'config = {{**config, "configurable": {I}}}',
    'config = {{**config, "configurable": {{**' + _INNER + ', "{K}": {V}}}}}',
    'inner = config["configurable"]\ninner["{K}"] = {V}',
    'if not config["configurable"].get("{K}"): config["configurable"]["{K}"] = {V}',
    'if "{K}" not in config["configurable"]: config["configurable"]["{K}"] = {V}',
)
_MAPS = _Kind(
    (),
    (
        '{{"thread_id": {T}}}',
        '{{"thread_id": {T}, "run_id": {R}}}',
        '{{"user": user_id, "run_id": {R}, "thread_id": {T}}}',
        "dict(thread_id={T})",
        "dict(run_id={R}, thread_id={T})",
        '{{**BASE["configurable"], "thread_id": {T}}}',
        'dict(BASE["configurable"], thread_id={T})',
        '{{"thread_id": {T}, **payload}}',
        '{{**payload, "thread_id": {T}}}',
        '{{"user": user_id}} | {{"thread_id": {T}}}',
    ),
    (
        '{{"configurable": {I}}}',
        '{{"configurable": {I}}}',
        "dict(configurable={I})",
        '{{**BASE, "configurable": {I}}}',
        'BASE | {{"configurable": {I}}}',
        '{{"tags": [user_id], "configurable": {I}}}',
        "config_of({T})",
        "config_of({T}, {R})",
        "config_of(run_id={R}, thread_id={T})",
        "fresh_config()",
    ),
    ('{{"configurable": {{}}}}', "dict(configurable=dict())", '{{"configurable": {{"user": 1}}}}'),
    _STORES,
    ("config", _INNER, _INNER + '.get("{K}")', "len(config)", 'config.get("tags")'),
    ("config", "config", "config=config", "{**config}", "dict(config)"),
)


def _record(head: str, default: str = "None") -> tuple[Statement, ...]:
    """The classes of a config and its inner part, whose IDs have these defaults."""
    decorated = f"{head}\n" if head.startswith("@") else ""
    base = "" if decorated else head
    inner = Line(f"thread_id{_OPTIONAL} = {default}"), Line(f"run_id{_OPTIONAL} = None")
    outer = Line("configurable: Configurable | None = None"), Line("tags: list | None = None")
    return (
        block(f"{decorated}class Configurable{base}:", *inner),
        block(f"{decorated}class Config{base}:", *outer),
    )


_RECORD_STORES = (
    "config.configurable.{K} = {V}",
    "config.configurable.{K} = {V}",
    "config.configurable = {I}",
    "inner = config.configurable\ninner.{K} = {V}",
    'setattr(config.configurable, "{K}", {V})',
    "config.configurable.{K} = config.configurable.{K} or {V}",
    "if config.configurable.{K} is None: config.configurable.{K} = {V}",
    "config.tags = [{V}]",
)
_RECORD_INNER = (
    "Configurable(thread_id={T})",
    "Configurable(thread_id={T}, run_id={R})",
    'Configurable(**{{"thread_id": {T}}})',
    "Configurable()",
)
_RECORD_OUTER = ("Config(configurable={I})", "Config(configurable={I}, tags=[])", "config_of({T})")
_RECORD_READS = ("config", "config.configurable", "config.configurable.{K}", "config.tags")
_CHANGES = ("config = replace(config, configurable={I})", "config = replace(config, tags=[])")
_COPIES = (
    'config = config.model_copy(update={{"configurable": {I}}})',
    "config = config.model_copy()",
)
_TYPED = (
    block("class Configurable(TypedDict, total=False):", Line(f"thread_id{_OPTIONAL}")),
    block("class Config(TypedDict, total=False):", Line("configurable: Configurable")),
)
_TAKES_IDS = block(
    "def __init__(self, thread_id=None, run_id=None):",
    Line("self.thread_id = thread_id"),
    Line("self.run_id = run_id"),
)
_PLAIN = (
    block("class Configurable:", _TAKES_IDS),
    block(
        "class Config:",
        block(
            "def __init__(self, configurable=None, tags=None):",
            Line("self.configurable = configurable"),
            Line("self.tags = tags"),
        ),
    ),
)
_AGENT = block(
    "class Agent:",
    _TAKES_IDS,
    Line("name = 'x'"),
    block("def note(self, log):", Line("log.append(self.thread_id)")),
    block("def reply(self, user_id):", Line("return sent(user_id, self)")),
)
_KINDS = {
    "maps": _MAPS,
    "dataclasses": _Kind(
        _record("@dataclass"),
        (*_RECORD_INNER, "Configurable({T})", "replace(Configurable(), thread_id={T})"),
        (*_RECORD_OUTER, "Config({I})"),
        ("Config(Configurable())",),
        (*_RECORD_STORES, *_CHANGES),
        _RECORD_READS,
    ),
    "plain": _Kind(
        _PLAIN,
        (*_RECORD_INNER, "Configurable({T})", "Configurable({T}, {R})"),
        (*_RECORD_OUTER, "Config({I})"),
        ("Config(Configurable())",),
        _RECORD_STORES,
        (*_RECORD_READS, "vars(config.configurable)"),
    ),
    "models": _Kind(
        _record("(BaseModel)"),
        (*_RECORD_INNER, 'Configurable.model_validate({{"thread_id": {T}}})'),
        (*_RECORD_OUTER, 'Config(configurable={{"thread_id": {T}}})'),
        ("Config(configurable=Configurable())",),
        (*_RECORD_STORES, *_COPIES),
        _RECORD_READS,
    ),
    "typed": _Kind(
        _TYPED,
        (
            "Configurable(thread_id={T})",
            '{{"thread_id": {T}}}',
            'Configurable({{"thread_id": {T}}})',
        ),
        ("Config(configurable={I})", '{{"configurable": {I}}}', "config_of({T})"),
        ("Config(configurable={{}})", "Config(configurable=Configurable())"),
        _STORES,
        _MAPS.reads,
        _MAPS.arguments,
    ),
    "agents": _Kind(
        (_AGENT,),
        ("None",),
        ("Agent({T})", "Agent(thread_id={T})", "Agent({T}, run_id={R})", "Agent()"),
        ("Agent()",),
        (
            "config.{K} = {V}",
            "config.{K} = {V}",
            'setattr(config, "{K}", {V})',
            "config.{K} = config.{K} or {V}",
            "if config.{K} is None: config.{K} = {V}",
            "config.name = {V}",
            "config.note(log)",
        ),
        ("config.{K}", "config.name", "vars(config)"),
    ),
}
_GENERATING = {
    "dataclasses": _record("@dataclass", "field(default_factory=lambda: str(uuid4()))"),
    "models": _record("(BaseModel)", "Field(default_factory=lambda: str(uuid4()))"),
}
_BASE = Line('BASE = {"tags": ["x"], "configurable": {"user": "u"}}')


def paths(scope: Scope) -> Paths:
    """A handler that hands over an argument, or calls a method, with an ID inside of it."""
    name = scope.one(("maps", "maps", *_KINDS))
    kind = _KINDS[name]
    classes = _GENERATING[name] if name in _GENERATING and scope.chance(5) else kind.classes
    inside = _guard(scope) if scope.known("id") and scope.chance(2) else []
    inside += _made(scope, kind)
    inside += [made for _ in range(scope.one(range(3))) for made in _change(scope, kind)]
    getter, arguments = "config.reply", ""
    if name != "agents":
        getter, arguments = scope.one(("invoke",) * 3 + ("send",)), scope.one(kind.arguments)
        last = inside[-1].text if isinstance(inside[-1], Line) else ""
        if last.startswith("config = ") and scope.chance(4):
            inside, arguments = inside[:-1], last.removeprefix("config = ")
    is_named = name == "agents" or re.search(r"\bconfig\b", arguments)
    after = _read(scope, kind) if is_named and scope.chance(4) else []
    outside = _helpers(scope, kind, repr([*inside, arguments, getter]))
    return Paths([*classes, *outside], dressed_list(scope, inside), after, getter, arguments)


def _guard(scope: Scope) -> list[Statement]:
    """A parameter for an ID that the handler fills in where it is missing."""
    name = scope.one(scope.known("id"))
    test = scope.one((f"if not {name}:", f"if {name} is None:"))
    return [block(test, Line(f"{name} = {source(scope)}"))]


def _made(scope: Scope, kind: _Kind) -> list[Statement]:
    """Statements that make the argument, with its IDs, or still without."""
    if scope.chance(3):
        first: list[Statement] = [Line(f"config = {scope.one(kind.empty).format()}")]
        return [*first, *_change(scope, kind)]
    outer = scope.one(kind.outer)
    if "{I}" in outer and scope.chance(4):
        inner = Line(f"inner = {_text(scope, kind, scope.one(kind.inner))}")
        return [inner, Line(f"config = {_text(scope, kind, outer.replace('{I}', 'inner'))}")]
    return [Line(f"config = {_text(scope, kind, outer)}")]


def _change(scope: Scope, kind: _Kind) -> list[Statement]:
    """Statements that put an ID into the argument, take one out, or read what it has."""
    if scope.chance(6):
        return _read(scope, kind)
    lines = _text(scope, kind, scope.one(kind.stores)).split("\n")
    made: list[Statement] = [_statement(line) for line in lines]
    return [block("if flag:", *made)] if scope.chance(5) else made


def _statement(line: str) -> Statement:
    if not line.startswith("if "):
        return Line(line)
    header, _, inner = line.partition(": ")
    return block(f"{header}:", Line(inner))


def _read(scope: Scope, kind: _Kind) -> list[Statement]:
    read = _text(scope, kind, scope.one(kind.reads))
    return [Line(str(scope.one(("log.append({})", "db.save({})"))).format(read))]


def _text(scope: Scope, kind: _Kind, form: str) -> str:
    """A form with IDs in its places."""
    if "{I}" in form:
        form = form.replace("{I}", str(scope.one(kind.inner)))
    key = scope.one(KEYS)
    given = {"T": _id(scope, "thread_id"), "R": _id(scope, "run_id"), "V": _id(scope, key)}
    return form.format(K=key, **given)


def _id(scope: Scope, key: str) -> str:
    """An expression for an ID: generated, received, or one of them."""
    made = source(scope).replace("ThreadID(uuid4())", "str(uuid4())")
    arrived = scope.one([f'payload.get("{key}")', *scope.known("id")])
    forms = (made, made, made, f"{arrived} or {made}", arrived, f'payload.get("{key}", {made})')
    return str(scope.one(forms))


def _helpers(scope: Scope, kind: _Kind, used: str) -> Body:
    """The functions and names of the module that a text has."""
    made = scope.one(("thread_id", "thread_id", f"thread_id or {source(scope)}"))
    form = kind.outer[0].replace("{I}", kind.inner[min(1, len(kind.inner) - 1)])
    display = form.format(T=made, R="run_id")
    fresh = f'{{"configurable": {{"thread_id": {source(scope)}}}}}'
    of = block("def config_of(thread_id=None, run_id=None):", Line(f"return {display}"))
    members: dict[str, Statement] = {
        "BASE": _BASE,
        "config_of": of,
        "fresh_config": block("def fresh_config():", Line(f"return {fresh}")),
        "send": block("def send(user_id, config):", Line("return invoke(user_id, config)")),
    }
    return tuple(member for name, member in members.items() if name in used)
