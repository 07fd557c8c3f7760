"""Records of IDs in generated programs: their classes, and how they are filled and read."""

from __future__ import annotations

from dataclasses import dataclass

from grammar import KEYS, Scope, source
from guards import dressed_list
from layout import Block, Line, Statement, block

_TYPE = "str | None"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of record: its class, and what may be done with `ids`, an object of it.

    `head`: the lines above the fields; `field`: one with a default that is generated, `{}` is the
    name and `{}` the call; `fills`: statements that may put other IDs into it; `dumps`:
    expressions of all its items; `ids`: arguments of the getter; `hook`: what runs then.
    """

    head: tuple[str, ...]
    field: str
    fills: tuple[str, ...] = ()
    dumps: tuple[str, ...] = ()
    ids: tuple[str, ...] = ("thread_id=ids.thread_id, run_id=ids.run_id",)
    makes: tuple[str, ...] = ("Ids(**payload)", "Ids(**dict(payload))", "Ids(*payload.values())")
    hook: str = ""


_BY_NAME = ('setattr(ids, "{0}", payload.get("{0}"))', 'ids.{0} = payload.get("{0}") or ids.{0}')
_LOOP = "for name, value in payload.items(): setattr(ids, name, value)"
_OPAQUE = ("fill(ids, payload)", "ids.load(payload)", "load_into(ids, payload)")
_VARS = (
    "vars(ids).update(payload)",
    "ids.__dict__.update(payload)",
    "load_dict(vars(ids), payload)",
)
_OF_OBJECTS = (*_BY_NAME, _LOOP, *_OPAQUE)
_ITEMS = (
    *("ids.update(payload)", "ids |= payload", 'ids["{0}"] = payload.get("{0}")'),
    "for name, value in payload.items(): ids[name] = value",
    *("load_dict(ids, payload)", "fill(ids, payload)", "ids = {{**ids, **payload}}"),
)
_LOAD = block(
    "def load(self, data):", block("for name in data:", Line("setattr(self, name, data[name])"))
)
_SPREAD = ('thread_id=ids.get("thread_id"), run_id=ids.get("run_id")', "**ids")
KINDS = {
    "dataclass": Kind(
        ("@dataclass", "class Ids:"),
        "{}: str | None = field(default_factory=lambda: {})",
        (*_OF_OBJECTS, *_VARS, "ids = replace(ids, **payload)", "ids = replace(ids, {0}=None)"),
        ("asdict(ids)", "vars(ids)"),
        hook="def __post_init__(self):",
    ),
    "attrs": Kind(
        ("@attrs.define", "class Ids:"),
        "{}: str | None = attrs.field(factory=lambda: {})",
        (*_OF_OBJECTS, "ids = attrs.evolve(ids, **payload)"),
        ("attrs.asdict(ids)",),
        hook="def __attrs_post_init__(self):",
    ),
    "pydantic": Kind(
        ("class Ids(BaseModel):",),
        "{}: str | None = Field(default_factory=lambda: {})",
        (*_OF_OBJECTS, "ids = ids.model_copy(update=payload)"),
        ("ids.model_dump()", "ids.model_dump_json()", "dict(ids)"),
        makes=(
            "Ids(**payload)",
            "Ids.model_validate(payload)",
            "Ids.model_validate(dict(payload))",
        ),
        hook="def model_post_init(self, context):",
    ),
    "named tuple": Kind(
        ("class Ids(NamedTuple):",),
        "{}: str | None = {}",
        ("ids = ids._replace(**payload)", 'ids = ids._replace({0}=payload.get("{0}"))'),
        ("ids._asdict()",),
        ("thread_id=ids.thread_id, run_id=ids.run_id", "*ids", "ids[0], ids[1]"),
    ),
    "plain": Kind(
        ("class Ids:",),
        "{}: str | None = {}",
        (*_OF_OBJECTS, *_VARS),
        ("vars(ids)",),
    ),
    "namespace": Kind(
        (),
        "{}={}",
        (*_BY_NAME, _LOOP, "fill(ids, payload)", "load_into(ids, payload)", *_VARS),
        ("vars(ids)",),
    ),
    "typed dict": Kind(
        ("class Ids(TypedDict, total=False):",), "", _ITEMS, ("ids", "dict(ids)"), _SPREAD
    ),
    "dict": Kind((), "", _ITEMS, ("ids", "list(ids.items())"), _SPREAD),
    "list": Kind(
        (),
        "",
        (
            *("ids[:len(payload)] = payload.values()", "ids[0] = payload.get('thread_id')"),
            *("ids = [*payload.values(), *ids]", "ids.insert(0, payload.get('thread_id'))"),
            "for place, value in enumerate(payload.values()): ids[place] = value",
        ),
        ("ids", "tuple(ids)"),
        ("*ids[:2]", "ids[0], ids[1]"),
    ),
}
HELPERS: dict[str, Statement] = {
    "load_into": block(
        "def load_into(record, data):",
        block("for name, value in data.items():", Line("setattr(record, name, value)")),
    ),
    "load_dict": block("def load_dict(record, data):", Line("record.update(data)")),
}


def records(scope: Scope) -> tuple[list[Statement], list[Statement], list[Statement], str]:
    """A class at module level, statements that make, fill and read a record, and the IDs in it."""
    name = scope.one((*KINDS, *list(KINDS)[:3]))
    kind = KINDS[name]
    own = _class(scope, name, kind) if kind.head else []
    inside: list[Statement] = [Line(f"ids = {_made(scope, name, kind)}")]
    if scope.chance(2):
        fill = _fill(scope, kind)
        inside.append(fill)
        own += [_LOAD] * (".load(" in repr(fill))
    outside: list[Statement] = [block("\n".join(kind.head), *own)] if own else []
    after: list[Statement] = []
    if scope.chance(3):
        reads = (*kind.dumps, "ids")
        forms = ("log.append({})", "return {}", "db.save({})")
        after = [Line(scope.one(forms).format(scope.one(reads)))]
    unpacked = (f"**{dump}" for dump in kind.dumps if "asdict" in dump or "vars" in dump)
    given = scope.one((*kind.ids, *kind.ids, *unpacked))
    if scope.chance(8) and after and str(after[0]).count("return") == 0:
        inside, after = [*inside, *after], []
    return outside, dressed_list(scope, inside), dressed_list(scope, after), given


def _class(scope: Scope, name: str, kind: Kind) -> list[Statement]:
    """What the class holds, with defaults that are generated or None."""
    body: list[Statement] = []
    generating = scope.one((KEYS, KEYS[:1], ()))
    for key in KEYS:
        if name == "typed dict":
            body.append(Line(f"{key}: {_TYPE}"))
        elif key in generating:
            body.append(Line(kind.field.format(key, _text_source(scope))))
        else:
            body.append(Line(f"{key}: {_TYPE} = None"))
    if name == "plain":
        body = [*(body * scope.chance(2)), _init(scope, generating)]
    elif kind.hook and scope.chance(4):
        body.append(block(kind.hook, *_effects(scope)))
    return body


def _init(scope: Scope, generating: tuple[str, ...]) -> Block:
    """`__init__` of a plain class: it generates what was not given, perhaps with an effect."""
    lines: list[Statement] = []
    for key in KEYS:
        made = f"{key} or {source(scope)}" if key in generating else key
        lines.append(Line(f"self.{key} = {made}"))
    lines += _effects(scope) if scope.chance(4) else ()
    return block("def __init__(self, thread_id=None, run_id=None):", *lines)


def _effects(scope: Scope) -> tuple[Statement, ...]:
    forms = (
        'audit("made")',
        "audit(self.thread_id)",
        "self.run_id = self.run_id or self.thread_id",
    )
    return (Line(scope.one(forms)),)


def _made(scope: Scope, name: str, kind: Kind) -> str:
    """An expression that makes the record, from nothing, generated IDs or what arrived."""
    thread, run = _given(scope, "thread_id"), _given(scope, "run_id")
    display = f'{{"thread_id": {thread}, "run_id": {run}}}'
    if name == "list":
        return str(scope.one((f"[{thread}, {run}]", f"list(({thread}, {run}))")))
    if name in ("dict", "typed dict"):
        maps = [display, f"dict(thread_id={thread}, run_id={run})"]
        maps += [f'{{"thread_id": {thread}, **payload}}', f'{{**payload, "run_id": {run}}}']
        maps += [f"Ids(thread_id={thread}, **{{}})", "Ids(payload)"] * (name != "dict")
        return str(scope.one(maps))
    owner = "Ids" if kind.head else "SimpleNamespace"
    ids = f"thread_id={thread}, run_id={run}"
    forms = [f"{owner}({ids})", f"{owner}(**{{**{display}, **payload}})"]
    forms += [f"{owner}(**{display})"]
    if kind.head:
        forms += ["Ids()", "Ids()", f"Ids(thread_id={thread})", *kind.makes, *kind.makes]
    return str(scope.one(forms))


def _text_source(scope: Scope) -> str:
    """A source of text: models of pydantic take nothing else."""
    made = source(scope)
    return f"str({made})" if "ThreadID" in made else made


def _given(scope: Scope, key: str) -> str:
    made = _text_source(scope)
    return str(scope.one((made, made, f'payload.get("{key}") or {made}', f'payload.get("{key}")')))


def _fill(scope: Scope, kind: Kind) -> Statement:
    """A statement that may put IDs that arrived into the record."""
    text = scope.one(kind.fills).format(scope.one(KEYS))
    if not text.startswith("for "):
        return Line(text)
    header, _, inner = text.partition(": ")
    return block(f"{header}:", Line(inner))
