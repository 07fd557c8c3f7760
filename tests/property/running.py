"""Generated programs at work: what each getter call receives, and what else they do."""

from __future__ import annotations

import ast
import inspect
import itertools
import re
import sys
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING, Any
from unittest import mock

import attrs  # noqa: F401 - before the modules that it needs are replaced
from asgi import post
from digests import keeping_modules, number
from grammar import KEYS
from pydantic import BaseModel, Field
from rejections import keeps, rejections
from support.fixture_files import ABSENT, ARRIVED, STAGE, Call, Spy, fake_modules, instance

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from types import CodeType

_TURNS = 200  # of all while loops of a run; a program that is right needs a few
_TICK, _CLEARED = "__tick__", "__cleared__"


class _Model(BaseModel):
    """Has pydantic import all that it needs before modules are replaced: a second copy fails."""

    name: str | None = Field(default_factory=str)


_REJECTED = "new"  # an ID that guards do not take
MODULE = "app.handlers"


@dataclass(frozen=True, slots=True)
class Input:
    """One input: IDs as arguments and attributes, IDs in the message, what was left behind, flags.

    An ID that is not there has no key.
    """

    given: dict[str, object]
    carried: dict[str, object]
    ambient: bool
    flag: bool
    is_query: bool

    def ids(self) -> dict[str, object]:
        return self.given

    def message(self) -> dict[str, object]:
        return {**self.carried, **({"kind": "query"} if self.is_query else {})}


class Message(dict[str, object]):
    """A message that knows which of its keys a program has asked for."""

    def __init__(self, content: dict[str, object], asked: Iterable[str]) -> None:
        super().__init__(content)
        self.asked = set(asked)
        self.by_place = False

    def __getitem__(self, key: str) -> object:
        self.asked.add(key)
        return super().__getitem__(key)

    def get(self, key: str, default: object = None) -> object:  # type: ignore[override]
        self.asked.add(key)
        return super().get(key, default)

    def values(self) -> Any:
        """Their places hang on which of them are there: none is asked for by its name."""
        self.by_place = True
        return super().values()


@dataclass(frozen=True, slots=True)
class Run:
    """What one function of a program did on one input, in a module of its own.

    `asked`: its parameters, and the attributes and the keys of the message that it asks for;
    `cleared`: the names that were set to None since they held what a guard does not take.
    """

    entry: str
    case: Input
    calls: tuple[Call, ...]
    effects: list[object]
    result: object
    error: str | None
    asked: frozenset[str]
    cleared: frozenset[str] = frozenset()


class Ambient(str):
    """An ID that an earlier message left behind, as long as nothing is made of it."""

    __slots__ = ()


class EndlessError(Exception):
    """A loop does not come to its end."""


def usual_inputs(text: str) -> Iterator[Input]:
    """Every combination, where arguments and message carry the same IDs."""
    more = [_REJECTED] if f'"{_REJECTED}"' in text or "KNOWN" in text else []
    for thread, run in itertools.product(*([*_values(key), *more] for key in KEYS)):
        ids = {key: v for key, v in zip(KEYS, (thread, run), strict=True) if v is not ABSENT}
        for switches in _switches(text):
            yield Input(ids, ids, *switches)


def other_inputs(text: str) -> Iterator[Input]:
    """Those where arguments and message differ."""
    choices = [[ABSENT, "", ARRIVED[key]] for key in KEYS * 2]
    for values in itertools.product(*choices):
        pairs = list(zip(KEYS * 2, values, strict=True))
        given, carried = ({k: v for k, v in half if v != ABSENT} for half in (pairs[:2], pairs[2:]))
        if given != carried:
            for switches in _switches(text):
                yield Input(given, carried, *switches)


def _values(key: str) -> list[str | None]:
    return [ABSENT, None, "", ARRIVED[key]]


def _switches(text: str) -> Iterator[tuple[bool, ...]]:
    """Both ways of what the text asks for; the parameter alone is one `flag`."""
    asked = ("_current" in text, text.count("flag") > 1, '"query"' in text)
    return itertools.product(*([False, True] if ask else [False] for ask in asked))


def runs(text: str, inputs: Iterable[Input], others: Mapping[str, str] | None = None) -> list[Run]:
    """Run each function of a program, and each method, on each input: others may call them all."""
    codes = {MODULE: _compiled(text)}
    for name, other in (others or {}).items():
        dotted = name.removesuffix(".py").replace("/", ".")
        codes[dotted] = compile(other, name, "exec", dont_inherit=True)
    whole = "".join([text, *(others or {}).values()])
    entries = sorted(set(re.findall(r"def (handle|make_\d|open_\d|visit)\b", whole)))
    kept = _among_operands(text)
    calls: list[Call] = []
    modules = fake_modules(calls)
    modules |= keeping_modules(modules.get("uuid"))
    with mock.patch.dict(sys.modules, modules):
        return [
            _run(codes, entry, case, Message(case.message(), kept), calls)
            for case in inputs
            for entry in entries
        ]


def _run(
    codes: Mapping[str, CodeType], entry: str, case: Input, message: Message, calls: list[Call]
) -> Run:
    calls.clear()
    turns, cleared = itertools.count(), set[str]()
    effects: list[object] = []
    result, error = None, None

    def tick() -> None:
        if next(turns) > _TURNS:
            raise EndlessError

    def audit(value: object) -> bool:
        effects.append(("audit", value))
        return value is None

    _add_module("app.audit", audit=audit, fill=_fill)
    _add_module("app.client", post=post)
    try:
        for name, code in codes.items():
            space = _add_module(name, **{_TICK: tick, _CLEARED: cleared.add}, int=number)
            exec(code, space)
        spaces = [vars(sys.modules[name]) for name in codes]
        function = next((space[entry] for space in spaces if entry in space), None)
        function = function or getattr(_handler(spaces[0]["Handler"], case, message.asked), entry)
        arguments = _arguments(function, case, message, effects)
        message.asked |= arguments.keys()
        result = _finished(function(**arguments))
    except Exception as raised:  # whatever a program raises is part of the record
        error = repr(raised)
    asked = frozenset(() if message.by_place else message.asked)
    names = frozenset(cleared)
    return Run(entry, case, tuple(calls), effects, result, error, asked, names)


def _add_module(name: str, **members: object) -> dict[str, Any]:
    """Make a module that others may import, and return what is in it."""
    module = sys.modules[name] = ModuleType(name)
    setattr(sys.modules["app"], name.rpartition(".")[2], module)
    module.__dict__.update(members)
    return module.__dict__


def _fill(record: Any, data: Mapping[str, object]) -> None:
    """A library's way to copy items into a record, which no tool can see."""
    if isinstance(record, dict):
        record.update(data)
    else:
        for name, value in data.items():
            setattr(record, name, value)


def _among_operands(text: str) -> set[str]:
    """The attributes that are asked for even where an operand before them has decided."""
    tests = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.BoolOp))
    return {key for test in tests for key in KEYS if f"self.{key}" in ast.unparse(test)}


def _handler(owner: type, case: Input, asked: set[str]) -> object:
    """An object of the class, which notes what it is asked for."""

    def read(self: object, name: str) -> object:
        asked.update({name} & {*KEYS})
        return object.__getattribute__(self, name)

    handler = instance(owner, case)
    for name, value in vars(handler).items():
        if isinstance(value, str) and value.startswith("ambient:"):
            setattr(handler, name, Ambient(value))
    members = {"__getattribute__": read, "__module__": owner.__module__}
    handler.__class__ = type(owner.__name__, (owner,), members)
    return handler


def _arguments(
    function: Callable[..., object], case: Input, message: Message, effects: list[object]
) -> dict[str, object]:
    known = {
        "user_id": "user-1",
        "payload": message,
        "log": effects,
        "db": Spy(effects),
        "flag": case.flag,
        "value": case.given.get(KEYS[0]),
        **case.given,
    }
    return {name: known[name] for name in inspect.signature(function).parameters if name in known}


def _finished(result: object) -> object:
    """The result of a function, or of a coroutine, which never has to wait."""
    if not inspect.iscoroutine(result):
        return result
    try:
        result.send(None)
    except StopIteration as stop:
        return stop.value
    raise AssertionError("a program waits for something")


def _compiled(text: str) -> CodeType:
    """The code of a program whose `while` loops count their turns."""
    tree = ast.parse(text)
    for loop in [node for node in ast.walk(tree) if isinstance(node, ast.While)]:
        tick = ast.parse(f"{_TICK}()").body[0]
        loop.body.insert(0, ast.copy_location(tick, loop.body[0]))
        ast.fix_missing_locations(loop)
    for statement in rejections(tree).cleared:
        name = ast.unparse(statement.targets[0])
        test = f"{name} and {name} not in KNOWN" if keeps(statement.value) else "True"
        clear = ast.parse(f"{test} and {_CLEARED}({name!r})").body[0]
        _insert(tree, statement, ast.copy_location(clear, statement))
    return compile(tree, STAGE, "exec", dont_inherit=True)


def _insert(tree: ast.Module, before: ast.stmt, statement: ast.stmt) -> None:
    """Put a statement before another one."""
    ast.fix_missing_locations(statement)
    for node in ast.walk(tree):
        for name in ("body", "orelse", "finalbody"):
            block = getattr(node, name, None)
            if isinstance(block, list) and before in block:
                block.insert(block.index(before), statement)
