"""The ways in which code gets at a getter with a dotted name: each is found, its twin is not."""

from __future__ import annotations

import json
from pathlib import Path
from textwrap import dedent

import pytest
from support.commands import Run

FUNCTION = """\
def resume(user, chat_id=None):
    return user, chat_id


def by_phone(user):
    return resume(user, gen())  # error
"""
SERVICE = """\
class Ledger:
    def open_for(self, user, chat_id=None):
        return user, chat_id

    @classmethod
    def reopen(cls, user, chat_id=None):
        return cls().open_for(user, chat_id)

    @staticmethod
    def look_up(user, chat_id=None):
        return user, chat_id


class DoorLog:
    def open_for(self, user, chat_id=None):
        return user, chat_id


ledger = Ledger()
doors = DoorLog()
"""
_METHOD = "app.service.Ledger.open_for"
_CALL = "open_for(user, gen())"


def _toml(call: str, ids: str, extra: str = "") -> str:
    getter = f'call = "{call}"\nids = {{ {ids} }}\nnone = "reuse"\n'
    return f"[tool.ctxlint]\n{extra}\n[[tool.ctxlint.getter]]\n{getter}"


def checked(
    run: Run,
    root: Path,
    call: str,
    files: dict[str, str],
    ids: str = "chat_id = 1",
    extra: str = "",
) -> None:
    """Each line marked `# error` has a call that is found, and no other line."""
    (root / "pyproject.toml").write_text(_toml(call, ids, extra))
    wanted = set()
    for name, indented in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        text = dedent(indented).replace("gen()", "uuid.uuid4()")
        if "uuid." in text:
            text = "import uuid\n" + text
        path.write_text(text)
        rows = enumerate(text.splitlines(), 1)
        wanted |= {f"{name}:{row}" for row, line in rows if line.endswith("# error")}
    findings = json.loads(run("check", "--output-format", "json", ".").out)
    steps = {
        (s["filename"], s["location"]["row"])
        for f in findings
        for s in f["trace"]
        if s["kind"] == "sink"
    }
    assert {f"{name}:{row}" for name, row in steps} == wanted


FUNCTIONS = {
    "its own module": {},
    "an import": {
        "app/h.py": "from app.find import resume\ndef f(u):\n    resume(u, gen())  # error\n"
    },
    "another name": {
        "app/h.py": "from app.find import resume as go\n"
        "def f(u):\n    go(u, chat_id=gen())  # error\n"
    },
    "the module": {
        "app/h.py": "import app.find\ndef f(u):\n    app.find.resume(u, gen())  # error\n"
    },
    "the module by another name": {
        "app/h.py": "import app.find as x\ndef f(u):\n    x.resume(u, gen())  # error\n"
    },
    "the module of a package": {
        "app/h.py": "from app import find\ndef f(u):\n    find.resume(u, gen())  # error\n"
    },
    "a relative import": {
        "app/h.py": "from .find import resume\ndef f(u):\n    resume(u, gen())  # error\n"
    },
    "a relative module": {
        "app/h.py": "from . import find\ndef f(u):\n    find.resume(u, gen())  # error\n"
    },
    "a package above": {
        "app/web/h.py": "from ..find import resume\ndef f(u):\n    resume(u, gen())  # error\n",
        "app/web/__init__.py": "",
    },
    "a package": {
        "app/__init__.py": "from .find import resume\n__all__ = ['resume']\n",
        "top.py": "import app\nfrom app import resume\ndef f(u):\n    resume(u, gen())  # error\n"
        "    app.resume(u, gen())  # error\n",
    },
    "a package under another name": {
        "app/__init__.py": "from .find import resume as go_on\n",
        "top.py": "from app import go_on\ndef f(u):\n    go_on(u, gen())  # error\n",
    },
    "two packages, both under other names": {
        "app/__init__.py": "from .find import resume as one\n",
        "api/__init__.py": "from app import one as two\n",
        "api/v1/__init__.py": "from .. import two as three\n",
        "top.py": "from api.v1 import three\ndef f(u):\n    three(u, gen())  # error\n",
    },
    "a star": {
        "app/__init__.py": "from .find import *\n",
        "top.py": "from app import *\ndef f(u):\n    resume(u, gen())  # error\n",
    },
    "a star of a renamed one": {
        "app/names.py": "from .find import resume as go_on\n",
        "app/__init__.py": "from .names import *\n",
        "top.py": "from app import go_on\ndef f(u):\n    go_on(u, gen())  # error\n",
    },
    "an assigned name": {
        "app/names.py": "from . import find\ngo_on = find.resume\n",
        "top.py": "from app.names import go_on\ndef f(u):\n    go_on(u, gen())  # error\n",
    },
    "a local name": {
        "top.py": "from app import find\n"
        "def f(u):\n    go = find.resume\n    go(u, gen())  # error\n"
    },
    "an import in the function": {
        "top.py": "def f(u):\n    from app.find import resume\n    resume(u, gen())  # error\n"
    },
    "a guarded import": {
        "top.py": "try:\n    from app.find import resume\nexcept ImportError:\n    resume = None\n"
        "def f(u):\n    resume(u, gen())  # error\n"
    },
    "a thread": {
        "top.py": "import asyncio\nfrom app.find import resume\nasync def f(u):\n"
        "    await asyncio.to_thread(resume, u, gen())  # error\n"
    },
    "another function of this name": {
        "other.py": "def resume(user, chat_id=None):\n    return user\n",
        "top.py": "import other\nfrom other import resume\ndef f(u):\n    resume(u, gen())\n"
        "    other.resume(u, gen())\n",
    },
    "a function of its own": {
        "top.py": "import app.find\ndef resume(u, chat_id):\n    return u\n"
        "def f(u):\n    resume(u, gen())\n"
    },
    "a parameter of this name": {"top.py": "def f(u, resume):\n    resume(u, gen())\n"},
    "a method of this name": {
        "top.py": "class A:\n    def resume(self, u, c):\n        pass\n    def g(self, u):\n"
        "        self.resume(u, gen())\n"
    },
}


@pytest.mark.parametrize("way", FUNCTIONS)
@pytest.mark.parametrize("layout", ["", "src/"])
def test_a_function_is_found_by(run: Run, tmp_path: Path, way: str, layout: str) -> None:
    files = {"app/__init__.py": "", "app/find.py": FUNCTION} | FUNCTIONS[way]
    checked(run, tmp_path, "app.find.resume", {f"{layout}{n}": t for n, t in files.items()})


METHODS = {
    "construction": """\
        from app.service import DoorLog, Ledger
        def f(user):
            Ledger().{call}  # error
            DoorLog().{call}
            it = Ledger()
            it.{call}  # error
    """,
    "the module's object": """\
        from app.service import doors, ledger
        import app.service as s
        def f(user):
            ledger.{call}  # error
            s.ledger.{call}  # error
            doors.{call}
            s.doors.{call}
    """,
    "a parameter": """\
        from typing import Annotated, Optional, Union
        import app.service as service
        from app.service import DoorLog, Ledger
        def f(user, a: Ledger, b: Optional[Ledger], c: "Ledger", d: Ledger | None,
              e: Annotated[Ledger, 1], g: "Optional[service.Ledger]", h: Union[None, Ledger],
              i: DoorLog, j: "DoorLog | None" = None):
            a.{call}  # error
            b.{call}  # error
            c.{call}  # error
            d.{call}  # error
            e.{call}  # error
            g.{call}  # error
            h.{call}  # error
            i.{call}
            j.{call}
    """,
    "a parameter of no type": """\
        from app.service import Ledger
        def f(user, ledger):
            ledger.{call}
        def g(user, ledger=Ledger()):
            ledger.{call}  # error
    """,
    "an attribute": """\
        from app.service import DoorLog, Ledger
        class Bot:
            shared = Ledger()
            typed: Ledger
            def __init__(self, given: Ledger, doors: DoorLog, other):
                self.own = Ledger()
                self.given = given
                self.doors = doors
                self.other = other
                self.late: Ledger | None = None
            def f(self, user):
                self.shared.{call}  # error
                self.typed.{call}  # error
                self.own.{call}  # error
                self.given.{call}  # error
                self.late.{call}  # error
                self.doors.{call}
                self.other.{call}
        class Sub(Bot):
            def g(self, user):
                self.given.{call}  # error
                self.doors.{call}
        def h(user, bot: Bot):
            bot.own.{call}  # error
            Bot.shared.{call}  # error
            bot.doors.{call}
    """,
    "a constructor without a type": """\
        from app.service import DoorLog, Ledger
        class Bot:
            def __init__(self, ledger, doors):
                self.ledger = ledger
                self.doors = doors
            def f(self, user):
                self.ledger.{call}  # error
                self.doors.{call}
        bot = Bot(Ledger(), doors=DoorLog())
    """,
    "a dataclass": """\
        from dataclasses import dataclass, field
        from app.service import DoorLog, Ledger
        @dataclass
        class Bot:
            ledger: Ledger
            doors: DoorLog = field(default_factory=DoorLog)
            def f(self, user):
                self.ledger.{call}  # error
                self.doors.{call}
    """,
    "what a function returns": """\
        from functools import lru_cache
        from app.service import DoorLog, Ledger
        @lru_cache
        def one() -> Ledger: ...
        def two():
            return Ledger()
        async def three() -> "Ledger": ...
        def doors() -> DoorLog: ...
        def more():
            yield Ledger()
        class Box:
            def get(self) -> Ledger: ...
            @property
            def ledger(self):
                return Ledger()
        async def f(user, box: Box):
            one().{call}  # error
            two().{call}  # error
            (await three()).{call}  # error
            doors().{call}
            box.get().{call}  # error
            box.ledger.{call}  # error
            for it in more():
                it.{call}  # error
    """,
    "a subclass": """\
        from app.service import DoorLog, Ledger
        class Better(Ledger):
            pass
        class Best(Better):
            def open_for(self, user, chat_id=None):
                super().open_for(user, chat_id)
            def again(self, user):
                super().{call}  # error
                self.{call}  # error
        class Doors(DoorLog):
            def f(self, user):
                self.{call}
        def f(user, a: Better):
            a.{call}  # error
            Best().{call}  # error
            Doors().{call}
    """,
    "with": """\
        from contextlib import contextmanager
        from app.service import DoorLog, Ledger
        @contextmanager
        def opened():
            yield Ledger()
        class Manager:
            def __enter__(self) -> Ledger: ...
        def f(user):
            with opened() as a:
                a.{call}  # error
            with Manager() as b:
                b.{call}  # error
            with open("x") as c:
                c.{call}
    """,
    "collections": """\
        from app.service import DoorLog, Ledger
        by_name: dict[str, Ledger] = {{}}
        doors: dict[str, DoorLog] = {{}}
        def f(user, them: list[Ledger]):
            by_name["x"].{call}  # error
            doors["x"].{call}
            for it in them:
                it.{call}  # error
            [it.{call} for it in them]  # error
            for it in doors.values():
                it.{call}
            by_name.get("x").{call}  # error
    """,
    "generics and aliases": """\
        from typing import Annotated, Generic, TypeVar
        from app.service import DoorLog, Ledger
        T = TypeVar("T", bound=Ledger)
        LedgerDep = Annotated[Ledger, 1]
        DoorsDep = Annotated[DoorLog, 1]
        class Repo(Ledger, Generic[T]):
            pass
        def f(user, a: LedgerDep, b: DoorsDep, c: T, d: Repo[int], e: type[Ledger]):
            a.{call}  # error
            b.{call}
            c.{call}  # error
            d.{call}  # error
            e().{call}  # error
    """,
    "a method that is kept or handed on": """\
        import asyncio
        from functools import partial
        from app.service import DoorLog, Ledger
        async def f(user, a: Ledger, b: DoorLog):
            go = a.open_for
            go(user, gen())  # error
            await asyncio.to_thread(a.open_for, user, gen())  # error
            await asyncio.to_thread(b.open_for, user, gen())
            partial(a.open_for, user)(gen())  # error
            Ledger.open_for(a, user, gen())  # error
    """,
    "its own class": """\
        from app.service import Ledger
        class Mine(Ledger):
            def f(self, user):
                self.{call}  # error
                self.__class__().{call}  # error
                type(self)().{call}  # error
    """,
    "casts and conditions": """\
        from typing import cast
        from app.service import DoorLog, Ledger, ledger
        def f(user, given: Ledger | None, x):
            (given or ledger).{call}  # error
            cast(Ledger, x).{call}  # error
            cast("DoorLog", x).{call}
            (ledger if x else given).{call}  # error
            if (it := Ledger()):
                it.{call}  # error
            getattr(ledger, "open_for")(user, gen())  # error
    """,
}


@pytest.mark.parametrize("call", [_METHOD, "Ledger.open_for"])
@pytest.mark.parametrize("way", METHODS)
def test_a_method_is_found_by(run: Run, tmp_path: Path, way: str, call: str) -> None:
    text = dedent(METHODS[way]).format(call=_CALL)
    files = {"app/__init__.py": "", "app/service.py": SERVICE, "app/h.py": text}
    checked(run, tmp_path, call, files)


OBJECT = """\
class Lookup:
    def __init__(self, rows=None):
        self.rows = rows

    def __call__(self, user, *, chat_id=None):
        return chat_id


class Counter:
    def __init__(self, name):
        self.name = name

    def __call__(self, user, chat_id=None):
        return 1


find_chat = Lookup()
count_chat = Counter("x")
"""
OBJECTS = {
    "the module's object": """\
        from app.lookup import count_chat, find_chat
        import app.lookup as other
        def f(user):
            find_chat(user, chat_id=gen())  # error
            other.find_chat(user, chat_id=gen())  # error
            count_chat(user, chat_id=gen())
    """,
    "an attribute": """\
        from app.lookup import Counter, Lookup
        class Bot:
            find = Lookup()
            def __init__(self, given: Lookup, counter: Counter):
                self.given = given
                self.own = Lookup([])
                self.counter = counter
            def f(self, user):
                self.find(user, chat_id=gen())  # error
                self.given(user, chat_id=gen())  # error
                self.own(user, chat_id=gen())  # error
                self.own.__call__(user, chat_id=gen())  # error
                self.counter(user, chat_id=gen())
    """,
    "a parameter": """\
        from app.lookup import Counter, Lookup
        def f(user, find: Lookup, count: Counter):
            find(user, chat_id=gen())  # error
            Lookup()(user, chat_id=gen())  # error
            count(user, chat_id=gen())
            Lookup(gen())
    """,
    "a name from another module": """\
        from app.names import finder
        def f(user):
            finder(user, chat_id=gen())  # error
    """,
}


@pytest.mark.parametrize(
    "call", ["app.lookup.Lookup.__call__", "app.lookup.Lookup", "Lookup.__call__"]
)
@pytest.mark.parametrize("way", OBJECTS)
def test_an_object_that_is_called_is_found_by(
    run: Run, tmp_path: Path, way: str, call: str
) -> None:
    names = "from .lookup import find_chat as finder\n"
    files = {"app/__init__.py": "", "app/lookup.py": OBJECT, "app/names.py": names}
    checked(run, tmp_path, call, files | {"app/h.py": OBJECTS[way]}, ids="chat_id = -1")


def test_one_object_that_is_called_may_be_named(run: Run, tmp_path: Path) -> None:
    text = """\
        from app.lookup import find_chat
        from app.names import finder
        def f(user):
            find_chat(user, chat_id=gen())  # error
            finder(user, chat_id=gen())  # error
    """
    names = "from .lookup import find_chat as finder\n"
    files = {
        "app/__init__.py": "",
        "app/lookup.py": OBJECT,
        "app/names.py": names,
        "app/h.py": text,
    }
    checked(run, tmp_path, "app.lookup.find_chat", files, ids="chat_id = -1")


@pytest.mark.parametrize(
    "call", ["app.recall.Recall", "app.recall.Recall.__init__", "Recall.__init__"]
)
def test_a_constructor_is_found(run: Run, tmp_path: Path, call: str) -> None:
    recall = (
        "class Recall:\n    def __init__(self, user, chat_id=None):\n        self.id = chat_id\n"
    )
    text = """\
        import app.recall
        from app.recall import Recall as Memory
        class Better(Memory):
            pass
        class Other(Memory):
            def __init__(self, user):
                super().__init__(user, gen())  # error
        class Recollection:
            def __init__(self, user, chat_id=None):
                pass
        def f(user):
            app.recall.Recall(user, gen())  # error
            Memory(user, chat_id=gen())  # error
            Better(user, gen())  # error
            Other(user, gen())
            Recollection(user, gen())
    """
    checked(run, tmp_path, call, {"app/__init__.py": "", "app/recall.py": recall, "app/h.py": text})


SESSIONS = """\
from contextlib import asynccontextmanager, contextmanager


class Sessions:
    @contextmanager
    def open(self, user, chat_id=None):
        yield chat_id

    @asynccontextmanager
    async def aopen(self, user, chat_id=None):
        yield chat_id

    @classmethod
    def resume(cls, user, chat_id=None):
        return cls()

    @staticmethod
    def current(user, chat_id=None):
        return user

    @classmethod
    def again(cls, user):
        return cls.resume(user, gen())
"""


@pytest.mark.parametrize(
    ("method", "body"),
    [
        ("open", "with s.open(user, gen()) as chat:  # error\n        return chat\n"),
        (
            "aopen",
            "async with s.aopen(user, gen()) as chat:  # error\n        return chat\n",
        ),
        (
            "resume",
            "s.resume(user, gen())  # error\n    Sessions.resume(user, gen())  # error\n",
        ),
        (
            "current",
            "s.current(user, gen())  # error\n    Sessions.current(user, gen())  # error\n",
        ),
    ],
)
def test_managers_and_methods_of_the_class_are_found(
    run: Run, tmp_path: Path, method: str, body: str
) -> None:
    text = f"from app.sessions import Sessions\nasync def f(user, s: Sessions):\n    {body}"
    sessions = SESSIONS
    if method == "resume":
        sessions = SESSIONS.replace("cls.resume(user, gen())", "cls.resume(user, gen())  # error")
    files = {"app/__init__.py": "", "app/sessions.py": sessions, "app/h.py": text}
    checked(run, tmp_path, f"app.sessions.Sessions.{method}", files)


ABSTRACT = """\
from abc import ABC, abstractmethod
from typing import Protocol


class Source(ABC):
    @abstractmethod
    def fetch(self, user, chat_id=None): ...


class Finder(Protocol):
    def fetch(self, user, chat_id=None): ...


class Memory(Source):
    def fetch(self, user, chat_id=None):
        return chat_id


class Loose:
    def fetch(self, user, chat_id=None):
        return chat_id
"""
BASES = {
    "app.base.Source.fetch": {"source", "memory", "finder"},
    "app.base.Memory.fetch": {"source", "memory", "finder"},
    "app.base.Finder.fetch": {"finder"},
    "app.base.Loose.fetch": {"finder", "loose"},
    "Source.fetch": {"source", "memory", "finder"},
    "app.Source.fetch": {"source", "memory", "finder"},
}


@pytest.mark.parametrize("call", BASES)
def test_a_base_stands_for_what_is_below(run: Run, tmp_path: Path, call: str) -> None:
    names = {"source": "Source", "memory": "Memory", "finder": "Finder", "loose": "Loose"}
    text = "from app.base import Finder, Loose, Memory, Source\n"
    for name, owner in names.items():
        mark = "  # error" if name in BASES[call] else ""
        text += f"def {name}(user, it: {owner}):\n    it.fetch(user, gen()){mark}\n"
    files = {
        "app/__init__.py": "from .base import Source",
        "app/base.py": ABSTRACT,
        "app/h.py": text,
    }
    checked(run, tmp_path, call, files)


@pytest.mark.parametrize("call", [_METHOD, "Ledger.open_for"])
@pytest.mark.parametrize("is_alone", [True, False])
def test_a_receiver_of_unknown_type_counts_if_no_other_class_has_the_method(
    run: Run, tmp_path: Path, call: str, is_alone: bool
) -> None:
    service = SERVICE.partition("class DoorLog")[0] if is_alone else SERVICE
    mark = "  # error" if is_alone else ""
    text = f"""\
        import json
        from pathlib import Path
        def f(user, some, app):
            some.open_for(user, gen()){mark}
            app.state.ledger.open_for(user, gen()){mark}
            app.find("ledger").open_for(user, gen()){mark}
            Path().open_for(user, gen())
            [].open_for(user, gen())
    """
    checked(
        run, tmp_path, call, {"app/__init__.py": "", "app/service.py": service, "app/h.py": text}
    )


def test_packages_of_one_namespace_are_joined(run: Run, tmp_path: Path) -> None:
    text = """\
        from corp.store import Memory
        from corp.ports import Source
        def f(user, a: Source, b: Memory):
            a.fetch(user, gen())  # error
            b.fetch(user, gen())  # error
    """
    files = {
        "packages/ports/src/corp/ports/__init__.py": "from .base import Source\n",
        "packages/ports/src/corp/ports/base.py": "class Source:\n"
        "    def fetch(self, user, chat_id=None):\n"
        "        raise NotImplementedError\n",
        "packages/store/src/corp/store.py": "from corp.ports import Source\nclass Memory(Source):\n"
        "    def fetch(self, user, chat_id=None):\n        return 1\n",
        "apps/web/src/corp/web/h.py": text,
    }
    src = 'src = ["packages/ports/src", "packages/store/src", "apps/web/src"]'
    checked(run, tmp_path, "corp.ports.Source.fetch", files, extra=src)


def test_a_file_knows_its_module_from_the_packages_that_it_is_in(run: Run, tmp_path: Path) -> None:
    files = {"lib/python/app/__init__.py": "", "lib/python/app/find.py": FUNCTION}
    files["lib/python/app/h.py"] = (
        "from .find import resume\ndef f(u):\n    resume(u, gen())  # error\n"
    )
    checked(run, tmp_path, "app.find.resume", files)


def test_a_library_is_matched_by_its_import_path(run: Run, tmp_path: Path) -> None:
    text = """\
        import lib.graph
        from lib.graph import Graph, build
        from lib import graph as g
        def f(user, a: Graph, b: "lib.graph.Graph", c):
            a.invoke(user, gen())  # error
            b.invoke(user, gen())  # error
            Graph().invoke(user, gen())  # error
            g.Graph(1).invoke(user, gen())  # error
            c.invoke(user, gen())
    """
    checked(run, tmp_path, "lib.graph.Graph.invoke", {"app/h.py": text})
    text = "import lib\nfrom lib import run as go\ndef f(user):\n    go(user, gen())  # error\n"
    checked(run, tmp_path, "lib.run", {"app/h.py": text + "    lib.run(user, gen())  # error\n"})


SOURCES = {
    "app.ids.new_key": "from app.ids import new_key as k\nfrom app import make\n"
    "def f(u):\n    resume(u, k())  # error\n    resume(u, make())  # error\n"
    "    resume(u, other.new_key())\n",
    "app.ids.new_*": "from app import ids, make\n"
    "def f(u):\n    resume(u, ids.new_key())  # error\n    resume(u, make())  # error\n"
    "    resume(u, other.new_key())\n",
    "app.ids.Tickets.draw": "from app.ids import Tickets, tickets\n"
    "def f(u, t: Tickets):\n    resume(u, t.draw())  # error\n"
    "    resume(u, tickets.draw())  # error\n    resume(u, other.Tickets().draw())\n",
    "Tickets.draw": "from app import ids\ndef f(u):\n    resume(u, ids.tickets.draw())  # error\n"
    "    resume(u, ids.Tickets(1).draw())  # error\n    resume(u, other.Other().draw())\n",
}


@pytest.mark.parametrize("source", SOURCES)
def test_a_source_is_matched_as_a_getter_is(run: Run, tmp_path: Path, source: str) -> None:
    ids = "class Tickets:\n    def draw(self): ...\ntickets = Tickets()\ndef new_key(): ...\n"
    files = {
        "app/__init__.py": "from .ids import new_key as make\n",
        "app/ids.py": ids,
        "app/find.py": "def resume(user, chat_id=None): ...\n",
        "other.py": "def new_key(): ...\n"
        "class Tickets:\n    def draw(self): ...\nclass Other(Tickets): ...\n"
        if source != "Tickets.draw"
        else "class Other:\n    def draw(self): ...\n",
        "app/h.py": f"import other\nfrom app.find import resume\n{SOURCES[source]}",
    }
    toml = f'[tool.ctxlint.sources]\nextend = ["{source}"]\n'
    checked(run, tmp_path, "app.find.resume", files, extra=toml)


def test_an_object_and_a_subclass_are_found_by_their_names_alone(run: Run, tmp_path: Path) -> None:
    lookup = """\
        class Lookup:
            def __call__(self, user, chat_id=None):
                return chat_id
    """
    names = """\
        from app.lookup import Lookup
        look_up = Lookup()
        class Box:
            inner = Lookup()
    """
    text = """\
        from app.names import Box, look_up
        def f(user):
            look_up(user, gen())  # error
            Box().inner(user, gen())  # error
    """
    files = {
        "app/__init__.py": "",
        "app/lookup.py": lookup,
        "app/names.py": names,
        "app/h.py": text,
    }
    checked(run, tmp_path, "app.lookup.Lookup.__call__", files)
    recall = (
        "class Recall:\n    def __init__(self, user, chat_id=None):\n        self.id = chat_id\n"
    )
    names = "from app.lookup import Recall\nclass Memory(Recall):\n    pass\n"
    text = "from app.names import Memory\ndef f(user):\n    Memory(user, gen())  # error\n"
    files |= {"app/lookup.py": recall, "app/names.py": names, "app/h.py": text}
    checked(run, tmp_path, "app.lookup.Recall", files)


@pytest.mark.parametrize("twin", ["app.old.create", "create", "app.create"])
def test_a_twin_is_matched_as_a_getter_is(run: Run, tmp_path: Path, twin: str) -> None:
    table = f'call = "resume"\nids = {{ chat_id = 1 }}\nreplaces = ["{twin}"]\n'
    (tmp_path / "pyproject.toml").write_text(f"[[tool.ctxlint.getter]]\n{table}")
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "__init__.py").write_text("from .old import create\n")
    (tmp_path / "app" / "old.py").write_text("def create(user): ...\n")
    (tmp_path / "other.py").write_text("def create(user): ...\n")
    (tmp_path / "app" / "h.py").write_text("from .old import create\nfrom . import create as c\n")
    (tmp_path / "i.py").write_text("from other import create\n")
    out = run("check", "--output-format", "concise", ".").out
    found = [line.split(": ")[0].rpartition(":")[0] for line in out.splitlines()]
    assert found == ["app/h.py:1", "app/h.py:2", *(["i.py:1"] if twin == "create" else [])]


def test_what_tests_put_in_its_place_is_no_other_class(run: Run, tmp_path: Path) -> None:
    fake = "class FakeLedger:\n    def open_for(self, user, chat_id=None): ...\n"
    text = "def f(user, some):\n    some.open_for(user, gen())  # error\n"
    service = SERVICE.partition("class DoorLog")[0]
    files = {"app/service.py": service, "app/h.py": text, "tests/test_h.py": fake}
    checked(run, tmp_path, _METHOD, files)
