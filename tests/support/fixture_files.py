"""The fixtures, and what the functions of those of CTX101 import and receive when they run.

The folder of a fixture says which rule it is for, and its comments what that rule finds:
`# error: CTX101` on the row of a finding, `# ok: CTX101` on a tricky row without one,
`# todo: CTX101` on a known miss. A first line `# fixture: open` leaves the fixed text to the tool
(design.md pins its meaning, not its words); `# fixture: static` says that the module cannot be run.

When they run, generated IDs consist of private-use characters that encode the row of their source:
they survive slicing and formatting, and the getter records what it receives.
"""

from __future__ import annotations

import inspect
import itertools
import re
import secrets
import sys
import uuid
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType, ModuleType, SimpleNamespace
from typing import TYPE_CHECKING, Any, NamedTuple

from ctxlint.project.modules import Project
from ctxlint.run import examples
from ctxlint.source import SourceFile

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

FIXTURES = Path(__file__).parents[1] / "fixtures"
_NEWLINE = re.compile(r"\r\n|\r|\n")


# The files.


def alone(file: SourceFile) -> SourceFile:
    """The file as the only one of its project: no other uses its names."""
    location = f"/alone/{file.path}"
    project = Project((), {location: file.path}, {location: file.text.encode()}, lambda _: ())
    return replace(file, location=location, modules=project)


@dataclass(frozen=True)
class Fixture:
    """One fixture file; `name` is its path below the folder of its `code`, without the suffix."""

    path: Path
    code: str
    name: str
    data: bytes

    def __str__(self) -> str:
        return f"{self.code}-{self.name}"

    @property
    def text(self) -> str:
        return self.file.text

    @property
    def file(self) -> SourceFile:
        """As ctxlint reads it, under a name that no test path matches."""
        return alone(SourceFile.from_bytes(f"{self.code.lower()}/{self.name}.py", self.data))

    def golden(self, kind: str) -> Path:
        return self.path.with_suffix(f".{kind}")

    def says(self, word: str) -> bool:
        """Whether the directive in the first line contains `word`."""
        first = _NEWLINE.split(self.text, maxsplit=1)[0]
        return first.startswith("# fixture:") and word in first

    def marks(self, kind: str) -> Counter[int]:
        return marks(self.text, kind, self.code)


def marks(text: str, kind: str, code: str = "CTX") -> Counter[int]:
    """How often each row of `text` is marked with `kind` and a code that begins like this."""
    found = (mark for mark in examples.marks(text) if mark.code.startswith(code))
    return Counter(mark.row for mark in found if mark.kind == kind)


def load_fixtures(*codes: str) -> list[Fixture]:
    """The fixtures of these rules, or of all."""
    folders = [FIXTURES / code.lower() for code in codes] or sorted(FIXTURES.iterdir())
    return [
        Fixture(
            path,
            folder.name.upper(),
            path.relative_to(folder).with_suffix("").as_posix(),
            path.read_bytes(),
        )
        for folder in folders
        for path in sorted(folder.rglob("*.py"))
    ]


# Generated values.

_FIRST, _LAST = 0xE000, 0xF8FF
STAGE = "<fixture>"


class GeneratedText(str):
    """A generated ID that may also be awaited."""

    __slots__ = ()

    def __await__(self) -> Generator[None, None, str]:
        yield from ()
        return str(self)


@dataclass(frozen=True)
class GeneratedUUID:
    """What the fake `uuid4` returns: as much of a UUID as people use."""

    mark: str

    @property
    def hex(self) -> str:
        return self.mark * 32

    @property
    def int(self) -> str:
        return self.mark

    def __str__(self) -> str:
        return "-".join(self.mark * width for width in (8, 4, 4, 4, 12))


@dataclass(frozen=True)
class GeneratedBytes:
    """What the fake `token_bytes` returns."""

    mark: str

    def hex(self) -> str:
        return self.mark * 32

    def __str__(self) -> str:
        return self.mark * 16


class Position(NamedTuple):
    row: int
    column: int


def _callers() -> list[Position]:
    """Where the fixture's code stands, innermost first; row 0 when a library called for it."""
    found = []
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        if frame.f_code.co_filename == STAGE:
            places = itertools.islice(frame.f_code.co_positions(), frame.f_lasti // 2, None)
            row, _, column, _ = next(places)
            found.append(Position(row or frame.f_lineno, column or 0))
        frame = frame.f_back
    return found or [Position(0, 0)]


def _mark() -> str:
    return chr(_FIRST + _callers()[0].row)


def sources(value: object) -> set[int]:
    """The rows of the sources that `value` comes from."""
    return {ord(char) - _FIRST for char in str(value) if _FIRST <= ord(char) <= _LAST}


# What the fixtures import.


class _AnyGenerator(type):
    def __getattr__(cls, name: str) -> Callable[..., object]:
        if not name.startswith("generate_"):
            raise AttributeError(name)
        if name == "generate_user_context_ids":
            return lambda *_, **__: tuple(GeneratedText(_mark() * 32) for _ in range(3))
        return lambda *_, **__: GeneratedText(_mark() * 32)


class UnifiedIdGenerator(metaclass=_AnyGenerator):
    """Every `generate_...`, of the class and of its instances, makes an ID."""

    def __getattr__(self, name: str) -> Callable[..., object]:
        function: Callable[..., object] = getattr(type(self), name)
        return function


class Context:
    """A session context: the IDs it was asked for, else those of the user's session."""

    def __init__(self, thread_id: object, run_id: object) -> None:
        self.user_id = "user-1"
        self.request_id: object = None
        self.thread_id = "session-thread" if thread_id is None else thread_id
        self.run_id = "session-run" if run_id is None else run_id

    def __await__(self) -> Generator[None, None, Context]:
        yield from ()
        return self

    def __enter__(self) -> Context:
        return self

    def __exit__(self, *_: object) -> None:
        return None


@dataclass(frozen=True)
class Spy:
    """A web socket, a database, a logger: records the calls of its methods."""

    effects: list[object]

    def __getattr__(self, name: str) -> Callable[..., object]:
        def method(*args: object, **kwargs: object) -> object:
            self.effects.append((name, args, kwargs))
            return _Nothing()

        return method


class _Nothing:
    def __await__(self) -> Generator[None, None, None]:
        yield from ()


@dataclass(frozen=True)
class Call:
    """One call of the getter: where it is, and the calls that led to it, innermost first."""

    path: tuple[Position, ...]
    ids: dict[str, object]

    @property
    def site(self) -> Position:
        return self.path[0]


def _module(name: str, **members: object) -> ModuleType:
    module = ModuleType(name)
    module.__dict__.update(members)
    return module


def _part(holder: object, name: str) -> object:
    """An item or attribute; None if there is none."""
    return holder.get(name) if isinstance(holder, dict) else getattr(holder, name, None)


def fake_modules(calls: list[Call]) -> dict[str, ModuleType]:
    """What fixtures import; the getter notes in `calls` what it receives."""

    def getter(user_id: object, thread_id: Any = None, run_id: Any = None, **_: object) -> Context:
        calls.append(Call(tuple(_callers()), {"thread_id": thread_id, "run_id": run_id}))
        return Context(thread_id, run_id)

    def invoke(_: object, config: object = None) -> Context:
        """A getter whose IDs are inside of an argument."""
        return noted(_part(config, "configurable"), _callers())

    def sent(_: object, agent: object) -> Context:
        """The call in a getter that is a method, whose IDs are attributes of its object."""
        return noted(agent, _callers()[1:])

    def noted(holder: object, path: list[Position]) -> Context:
        ids = {name: _part(holder, name) for name in ARRIVED}
        calls.append(Call(tuple(path), ids))
        return Context(**ids)

    def other(*args: object, **kwargs: object) -> Context:
        return Context(None, None)

    def same(value: object) -> object:
        return value

    def new_uuid(*_: object) -> GeneratedUUID:
        return GeneratedUUID(_mark())

    def token(*_: object) -> str:
        return _mark() * 32

    ids = _module("shared.ids", UnifiedIdGenerator=UnifiedIdGenerator)
    ids.__dict__.update(ThreadID=same, RunID=same, normalize=same, KINDS=("thread", "run"))
    session = _module("app.session", get_user_execution_context=getter)
    session.__dict__.update(invoke=invoke, sent=sent)
    session.__dict__.update(create_user_execution_context=other, UserExecutionContext=other)
    session.__dict__["deps"] = SimpleNamespace(get_user_execution_context=getter)
    uuids = _module("uuid", **vars(uuid))
    uuids.__dict__.update({f"uuid{version}": new_uuid for version in (1, 4, 6, 7)})
    tokens = _module("secrets", **vars(secrets))
    tokens.__dict__.update(token_hex=token, token_urlsafe=token)
    tokens.__dict__["token_bytes"] = lambda *_: GeneratedBytes(_mark())
    return {
        "shared": _module("shared", ids=ids, __path__=[]),
        "shared.ids": ids,
        "app": _module("app", session=session, __path__=[]),
        "app.session": session,
        "uuid": uuids,
        "secrets": tokens,
    }


# The inputs.

ABSENT = "<absent>"
ARRIVED = {
    "thread_id": "aaaaaaaa-0000-4000-8000-00000000000a",
    "run_id": "bbbbbbbb-0000-4000-8000-00000000000b",
}


class Scenario(NamedTuple):
    """One input: the value of each ID, what an earlier message left behind, a flag."""

    thread_id: str | None
    run_id: str | None
    ambient: bool
    flag: bool

    def ids(self) -> dict[str, object]:
        pairs = {"thread_id": self.thread_id, "run_id": self.run_id}
        return {name: value for name, value in pairs.items() if value is not ABSENT}

    def message(self) -> dict[str, object]:
        """A message that carries the IDs under every key that fixtures look up."""
        ids = self.ids()
        camel = {"thread_id": "threadId", "run_id": "runId"}
        ids |= {camel[name]: value for name, value in self.ids().items()}
        inner = {key: dict(ids) for key in ("payload", "data", "context", "metadata")}
        others = {"type": "query", "text": "hello", "request_id": "q-1", "user_id": "user-1"}
        return ids | inner | others | {"messages": [{}, dict(ARRIVED), dict(ids)]}


def scenarios(text: str) -> list[Scenario]:
    """The inputs that can make a difference to code with this text."""
    junk = ["not-a-uuid"] if "UUID(" in text else []

    def values(name: str, words: tuple[str, ...]) -> list[str | None]:
        if not any(word in text for word in words):
            return [ABSENT]
        return [ABSENT, None, "", ARRIVED[name], *junk]

    threads = values("thread_id", ("thread",))
    runs = values("run_id", ("run_id", "runId"))
    ambient = [False, True] if "_current" in text else [False]
    flags = [False, True] if "flag" in text else [False]
    return [Scenario(*case) for case in itertools.product(threads, runs, ambient, flags)]


def _argument(name: str, case: Scenario, effects: list[object]) -> object:
    known: dict[str, Callable[[], object]] = {
        "user_id": lambda: "user-1",
        "flag": lambda: case.flag,
        "log": lambda: effects,
        "websocket": lambda: Spy(effects),
        "db": lambda: Spy(effects),
        "request": lambda: SimpleNamespace(**case.ids()),
        **dict.fromkeys(("message", "payload", "msg", "kwargs"), case.message),
    }
    if name in ARRIVED:
        return case.ids().get(name, ABSENT)
    return known[name]() if name in known else ABSENT


class NotRunnableError(Exception):
    """A parameter that the stage has no value for."""


def arguments(
    function: Callable[..., object], case: Scenario, effects: list[object]
) -> tuple[list[object], dict[str, object]]:
    """What to call `function` with."""
    args: list[object] = []
    named: dict[str, object] = {}
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind is parameter.VAR_POSITIONAL:
            continue
        if parameter.kind is parameter.VAR_KEYWORD:
            named |= {k: v for k, v in case.ids().items() if k not in named}
            continue
        value = _argument(parameter.name, case, effects)
        if value is ABSENT and parameter.default is not parameter.empty:
            continue
        if value is ABSENT and parameter.name not in ARRIVED:
            raise NotRunnableError(parameter.name)
        value = None if value is ABSENT else value
        if parameter.kind is parameter.POSITIONAL_ONLY:
            args.append(value)
        else:
            named[parameter.name] = value
    return args, named


def instance(owner: type, case: Scenario) -> object:
    """An object whose attributes carry the IDs, and what an earlier message left behind."""
    try:
        instance = owner()
    except TypeError:
        raise NotRunnableError(owner.__name__) from None
    for name in list(vars(instance)):
        for key, value in case.ids().items():
            if key.removesuffix("_id") in name and vars(instance)[name] is None:
                vars(instance)[name] = value
    for key in ARRIVED:
        if case.ambient and f"_current_{key}" not in vars(instance):
            vars(instance)[f"_current_{key}"] = f"ambient:{key}"
    return instance
