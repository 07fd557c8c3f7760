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
    return resume(user, uuid.uuid4())  # error
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
HEAD = "import uuid\nfrom __future__ import annotations\n"
_METHOD = "app.service.Ledger.open_for"
_CALL = "open_for(user, uuid.uuid4())"


def _toml(call: str, ids: str, extra: str = "") -> str:
    return f'[tool.ctxlint]\n{extra}\n[[tool.ctxlint.getter]]\ncall = "{call}"\nids = {{ {ids} }}\nnone = "reuse"\n'


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
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        text = dedent(text)
        if "uuid." in text and "import uuid" not in text:
            text = f"import uuid\n{text}"
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
        "app/h.py": "from app.find import resume\ndef f(u):\n    resume(u, uuid.uuid4())  # error\n"
    },
    "another name": {
        "app/h.py": "from app.find import resume as go\ndef f(u):\n    go(u, chat_id=uuid.uuid4())  # error\n"
    },
    "the module": {
        "app/h.py": "import app.find\ndef f(u):\n    app.find.resume(u, uuid.uuid4())  # error\n"
    },
    "the module by another name": {
        "app/h.py": "import app.find as x\ndef f(u):\n    x.resume(u, uuid.uuid4())  # error\n"
    },
    "the module of a package": {
        "app/h.py": "from app import find\ndef f(u):\n    find.resume(u, uuid.uuid4())  # error\n"
    },
    "a relative import": {
        "app/h.py": "from .find import resume\ndef f(u):\n    resume(u, uuid.uuid4())  # error\n"
    },
    "a relative module": {
        "app/h.py": "from . import find\ndef f(u):\n    find.resume(u, uuid.uuid4())  # error\n"
    },
    "a package above": {
        "app/web/h.py": "from ..find import resume\ndef f(u):\n    resume(u, uuid.uuid4())  # error\n",
        "app/web/__init__.py": "",
    },
    "a package": {
        "app/__init__.py": "from .find import resume\n__all__ = ['resume']\n",
        "top.py": "import app\nfrom app import resume\ndef f(u):\n    resume(u, uuid.uuid4())  # error\n"
        "    app.resume(u, uuid.uuid4())  # error\n",
    },
    "a package under another name": {
        "app/__init__.py": "from .find import resume as go_on\n",
        "top.py": "from app import go_on\ndef f(u):\n    go_on(u, uuid.uuid4())  # error\n",
    },
    "two packages, both under other names": {
        "app/__init__.py": "from .find import resume as one\n",
        "api/__init__.py": "from app import one as two\n",
        "api/v1/__init__.py": "from .. import two as three\n",
        "top.py": "from api.v1 import three\ndef f(u):\n    three(u, uuid.uuid4())  # error\n",
    },
    "a star": {
        "app/__init__.py": "from .find import *\n",
        "top.py": "from app import *\ndef f(u):\n    resume(u, uuid.uuid4())  # error\n",
    },
    "a star of a renamed one": {
        "app/names.py": "from .find import resume as go_on\n",
        "app/__init__.py": "from .names import *\n",
        "top.py": "from app import go_on\ndef f(u):\n    go_on(u, uuid.uuid4())  # error\n",
    },
    "an assigned name": {
        "app/names.py": "from . import find\ngo_on = find.resume\n",
        "top.py": "from app.names import go_on\ndef f(u):\n    go_on(u, uuid.uuid4())  # error\n",
    },
    "a local name": {
        "top.py": "from app import find\ndef f(u):\n    go = find.resume\n    go(u, uuid.uuid4())  # error\n"
    },
    "an import in the function": {
        "top.py": "def f(u):\n    from app.find import resume\n    resume(u, uuid.uuid4())  # error\n"
    },
    "a guarded import": {
        "top.py": "try:\n    from app.find import resume\nexcept ImportError:\n    resume = None\n"
        "def f(u):\n    resume(u, uuid.uuid4())  # error\n"
    },
    "a thread": {
        "top.py": "import asyncio\nfrom app.find import resume\nasync def f(u):\n"
        "    await asyncio.to_thread(resume, u, uuid.uuid4())  # error\n"
    },
    "another function of this name": {
        "other.py": "def resume(user, chat_id=None):\n    return user\n",
        "top.py": "import other\nfrom other import resume\ndef f(u):\n    resume(u, uuid.uuid4())\n"
        "    other.resume(u, uuid.uuid4())\n",
    },
    "a function of its own": {
        "top.py": "import app.find\ndef resume(u, chat_id):\n    return u\ndef f(u):\n    resume(u, uuid.uuid4())\n"
    },
    "a parameter of this name": {"top.py": "def f(u, resume):\n    resume(u, uuid.uuid4())\n"},
    "a method of this name": {
        "top.py": "class A:\n    def resume(self, u, c):\n        pass\n    def g(self, u):\n"
        "        self.resume(u, uuid.uuid4())\n"
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
        def f(user, a: Ledger, b: Optional[Ledger], c: "Ledger", d: Ledger | None, e: Annotated[Ledger, 1],
              g: "Optional[service.Ledger]", h: Union[None, Ledger], i: DoorLog, j: "DoorLog | None" = None):
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
            go(user, uuid.uuid4())  # error
            await asyncio.to_thread(a.open_for, user, uuid.uuid4())  # error
            await asyncio.to_thread(b.open_for, user, uuid.uuid4())
            partial(a.open_for, user)(uuid.uuid4())  # error
            Ledger.open_for(a, user, uuid.uuid4())  # error
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
            getattr(ledger, "open_for")(user, uuid.uuid4())  # error
    """,
}


@pytest.mark.parametrize("call", [_METHOD, "Ledger.open_for"])
@pytest.mark.parametrize("way", METHODS)
def test_a_method_is_found_by(run: Run, tmp_path: Path, way: str, call: str) -> None:
    text = dedent(METHODS[way]).format(call=_CALL)
    files = {"app/__init__.py": "", "app/service.py": SERVICE, "app/h.py": text}
    checked(run, tmp_path, call, files)
