"""The trees of files that the benchmarks run on, made from what the machine has."""

from __future__ import annotations

import shutil
import sysconfig
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path

FILES = 6_400  # of the whole tree, some 65 MB
SHARE = 100  # one file in so many is a handler with findings
PARTS = (8, 4, 2, 1)  # the growth is measured on an eighth, a quarter, a half, and all

_HANDLER = '''"""Handles {name} messages."""

import logging

from shared.id_generation import UnifiedIdGenerator
from services.session import get_user_execution_context

log = logging.getLogger(__name__)


class Handler{number}:
    """Answers one kind of message."""

    def __init__(self, store):
        self.store = store
{methods}'''
_METHODS = (
    """
    async def on_{index}(self, user_id, payload):
        thread_id = payload.get("thread_id")
        run_id = payload.get("run_id")
        if not thread_id or not run_id:
            thread_id = UnifiedIdGenerator.generate_base_id("thread")
            run_id = UnifiedIdGenerator.generate_base_id("run")
        context = get_user_execution_context(
            user_id=user_id, thread_id=thread_id, run_id=run_id
        )
        log.info("message of %s", user_id)
        return await self.store.answer(context, payload)
""",
    """
    async def on_{index}(self, user_id, payload, run_id=None):
        try:
            text = payload["text"].strip()
        except KeyError:
            return None
        run_id = run_id or UnifiedIdGenerator.generate_base_id("run")
        context = get_user_execution_context(user_id=user_id, run_id=run_id)
        return await self.store.answer(context, text)
""",
    """
    async def on_{index}(self, user_id, payload):
        request_id = UnifiedIdGenerator.generate_base_id("request")
        log.info("request %s with %d parts", request_id, len(payload))
        for part in payload["parts"]:
            context = get_user_execution_context(user_id=user_id, thread_id=part["thread_id"])
            await self.store.put(context, part)
""",
)


def handler(number: int, findings: int) -> str:
    """A module with a class whose methods have this many findings, and half as many clean ones."""
    methods = islice(cycle(_METHODS), findings + findings // 2)
    body = "".join(text.format(index=index) for index, text in enumerate(methods))
    return _HANDLER.format(name=f"topic {number}", number=number, methods=body)


def build(folder: Path) -> dict[int, Path]:
    """Make the tree and its parts below `folder`; return them by the part of the whole."""
    sources = list(islice(_real_files(), FILES))
    trees = {part: folder / f"part{part}" / "src" for part in PARTS}
    for part, tree in trees.items():
        for index, source in enumerate(sources[::part]):
            place = tree / f"package{index // 200}"
            place.mkdir(parents=True, exist_ok=True)
            if index % SHARE == 0:
                text = handler(index, findings=4)
                (place / f"handler{index}.py").write_text(text, encoding="utf-8")
            else:
                shutil.copyfile(source, place / f"{source.stem}_{index}.py")
    return trees


def _real_files() -> Iterator[Path]:
    """The Python files of what is installed and of the standard library, again and again."""
    stdlib = sysconfig.get_paths()["stdlib"]
    roots = (sysconfig.get_paths()["purelib"], stdlib)
    found = [path for root in roots for path in sorted(Path(root).rglob("*.py"))]
    yield from cycle(path for path in found if "bad" not in path.name and "test" not in path.parts)


# --- a layered application ------------------------------------------------------------------------

LAYERS = 30  # services, and as many modules of routes
TESTS = 40  # long modules
LONG = 60  # classes of tests in each of them
CALLING = 10  # one in so many calls the application

_SESSION = '''"""The sessions of users."""


def get_user_execution_context(user_id, thread_id=None, run_id=None):
    """The session that a user has."""
    return user_id, thread_id, run_id
'''
_DEPENDENCIES = '''"""Makes what requests need."""

from app.session import get_user_execution_context


def context_for(user_id, thread_id=None, run_id=None):
    """The session of a request."""
    return get_user_execution_context(user_id, thread_id=thread_id, run_id=run_id)


async def open_context(request, user_id, thread_id=None):
    """The session of a request that may name its thread."""
    thread_id = thread_id or request.headers.get("x-thread-id")
    return context_for(user_id, thread_id, request.headers.get("x-run-id"))


class ContextFactory:
    """Makes the sessions of one user."""

    def __init__(self, user_id):
        self.user_id = user_id

    def create_context(self, thread_id=None, run_id=None):
        """The session of one thread."""
        return context_for(self.user_id, thread_id=thread_id, run_id=run_id)
'''
_SERVICE = '''"""The service of topic {number}."""

import logging

from app.dependencies import ContextFactory, context_for, open_context

log = logging.getLogger(__name__)


class Service{number}:
    """Answers questions about topic {number}."""

    def __init__(self, user_id, store):
        self.user_id = user_id
        self.store = store
        self.factory = ContextFactory(user_id)

    async def answer(self, question, thread_id=None):
        """The answer to a question."""
        context = self.factory.create_context(thread_id=thread_id)
        log.info("question of %s", self.user_id)
        return await self.store.answer(context, question)


def build_service_{number}(user_id, store, thread_id=None):
    """A service, with a session that is open."""
    context_for(user_id, thread_id)
    return Service{number}(user_id, store)


async def serve_{number}(request, user_id, thread_id=None):
    """Open the session of a request."""
    return await open_context(request, user_id, thread_id)
'''
_ROUTES = '''"""The routes of topic {number}."""

from uuid import uuid4

from app.services.service{number} import Service{number}, build_service_{number}, serve_{number}


async def handle_{number}(request, user_id, store):
    """Answer a request."""
    service = build_service_{number}(user_id, store, request.query.get("thread"))
    return await service.answer(request.query["q"], request.query.get("thread"))


async def socket_{number}(request, user_id, store):
    """Answer the messages of a socket."""
    thread_id = request.query.get("thread"){default}
    await serve_{number}(request, user_id, thread_id)
    async for message in request.messages():
        await request.send(message)
'''
_TEST_HEAD = '''"""Tests of topic {number}."""

from unittest.mock import AsyncMock, MagicMock
from uuid import uuid4

import pytest

from app.dependencies import ContextFactory, context_for
from app.routes.route{number} import handle_{number}, socket_{number}
from app.services.service{number} import Service{number}, build_service_{number}, serve_{number}


@pytest.fixture
def store():
    mock = MagicMock()
    mock.answer = AsyncMock(return_value="yes")
    return mock


@pytest.fixture
def request_of(store):
    request = MagicMock()
    request.query = {{"q": "why", "thread": "t-1"}}
    request.send = AsyncMock()
    return request


def test_any_session():
    context = context_for("user", thread_id=str(uuid4()))
    assert context[0] == "user"

'''
_TEST = '''
class TestTopic{index}:
    """The ways to ask, number {index}."""

    @pytest.fixture
    def parts(self):
        return {{"user": "user-{index}", "thread": None, "parts": [{index}, 1, 2]}}

    @pytest.mark.asyncio
    async def test_store(self, store, parts):
        found = await store.answer(parts, "what is {index}?")
        assert found == "yes"
        store.answer.assert_awaited_once()
        calls = [call.args for call in store.answer.await_args_list]
        for context, question in calls:
            assert question == "what is {index}?"
            assert context["user"] == parts["user"]
        with pytest.raises(KeyError):
            parts["missing"]

    def test_parts(self, parts):
        seen = {{}}
        for number in parts["parts"]:
            try:
                seen[number] = seen.get(number, 0) + 1
            except TypeError as error:
                pytest.fail(f"refused: {{error}}")
        assert sum(seen.values()) == len(parts["parts"])
        assert sorted(seen) == sorted(set(parts["parts"]))
'''
_CALLING_TEST = """
    @pytest.mark.asyncio
    async def test_answer(self, request_of, store):
        user_id = "user-{index}"
        service = build_service_{number}(user_id, store, "thread-{index}")
        found = await service.answer("what is {index}?", thread_id="thread-{index}")
        assert found == "yes"
        request_of.query["thread"] = None
        await socket_{number}(request_of, user_id, store)
        factory = ContextFactory(user_id)
        contexts = [factory.create_context(thread_id=f"thread-{{n}}") for n in range(3)]
        assert len({{thread for _, thread, _ in contexts}}) == 3
"""


def layered(folder: Path, others: Path) -> Path:
    """Make a layered application among the files of another tree; return its folder.

    One getter; factories that lead to it, services that call these, routes that call services, and
    long test modules that call all of them.
    """
    tree = folder / "src"
    shutil.copytree(others, tree, ignore=lambda _, names: [n for n in names if "handler" in n])
    texts = {"session": _SESSION, "dependencies": _DEPENDENCIES}
    for number in range(LAYERS):
        default = " or str(uuid4())" if number % 5 else ""
        texts[f"services/service{number}"] = _SERVICE.format(number=number)
        texts[f"routes/route{number}"] = _ROUTES.format(number=number, default=default)
    for index in range(TESTS):
        number = index % LAYERS
        parts = (_TEST + _CALLING_TEST * (i % CALLING == 0) for i in range(LONG))
        tests = "".join(part.format(index=i, number=number) for i, part in enumerate(parts))
        texts[f"tests/test_topic{index}"] = _TEST_HEAD.format(number=number) + tests
    for name, text in texts.items():
        path = tree / "app" / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tree
