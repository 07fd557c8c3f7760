"""Ways to the getter in another file: closures, objects that are called, bases, decorators."""

from __future__ import annotations

from textwrap import dedent

import pytest
from support.commands import Run
from support.small_projects import GETTER, Write, found, places

WAYS = """\
    import functools
    from app.session import get_user_execution_context

    def opened(user_id, thread_id):
        return get_user_execution_context(user_id, thread_id=thread_id)

    def make_closure():
        def inner(user_id, thread_id):
            return get_user_execution_context(user_id, thread_id=thread_id)
        return inner

    def make_partial(user_id):
        return functools.partial(opened, user_id)

    def make_plain():
        return opened

    class Opener:
        def __call__(self, user_id, thread_id):
            return get_user_execution_context(user_id, thread_id=thread_id)

    class Heir(Opener):
        pass

    OPENER = Heir()

    class Desk:
        def __init__(self):
            self.opener = make_closure()

    def opening(function):
        def with_context(user_id, thread_id):
            return function(get_user_execution_context(user_id, thread_id=thread_id))
        return with_context

    @opening
    def work(context):
        return context

    class Base:
        def __init__(self, user_id, thread_id=None):
            self.context = get_user_execution_context(user_id, thread_id=thread_id)

    class Holder:
        def open(self, user_id):
            return get_user_execution_context(user_id, thread_id=self.thread_id)
    """
CALLS = {
    "a closure": "make_closure()(user_id, {})",
    "a partial": "make_partial(user_id)({})",
    "a function that is returned": "make_plain()(user_id, {})",
    "an object": "Opener()(user_id, {})",
    "an object of an heir": "Heir()(user_id, {})",
    "an object of the module": "OPENER(user_id, {})",
    "an attribute": "Desk().opener(user_id, {})",
    "a decorated function": "work(user_id, {})",
    "a constructor": "Base(user_id, {})",
}
BODIES = {
    "by a decorator of another file": """\
        @opening
        def own(context):
            return context

        def handle(user_id, payload):
            return own(user_id, {})
        """,
    "by the constructor of a base": """\
        class Mine(Base):
            def __init__(self, user_id, payload):
                super().__init__(user_id, {})
        """,
    "by the constructor of a named base": """\
        class Mine(Base):
            def __init__(self, user_id, payload):
                super(Mine, self).__init__(user_id, {})
        """,
    "by the class of a class method": """\
        class Mine(Base):
            @classmethod
            def make(cls, user_id, payload):
                return cls(user_id, {})
        """,
    "by the class of the object": """\
        class Mine(Base):
            def again(self, user_id, payload):
                return type(self)(user_id, {})
        """,
    "by what is set in an object": """\
        def handle(user_id, payload):
            holder = Holder()
            holder.thread_id = {}
            return holder.open(user_id)
        """,
}
IMPORTS = (
    "import uuid\nfrom app.ways import Base, Desk, Heir, Holder, OPENER, Opener\n"
    "from app.ways import make_closure, make_partial, make_plain, opening, work\n\n"
)


@pytest.mark.parametrize("is_wrong", [True, False])
@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_a_call_of(call: str, is_wrong: bool, run: Run, write: Write) -> None:
    handler = f"def handle(user_id, payload):\n    return {call}\n"
    assert rows(handler, run, write, is_wrong=is_wrong) == [6] * is_wrong


@pytest.mark.parametrize("is_wrong", [True, False])
@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_it_is_reached(body: str, is_wrong: bool, run: Run, write: Write) -> None:
    text = dedent(body)
    row = 5 + next(i for i, line in enumerate(text.splitlines()) if "{}" in line)
    assert rows(text, run, write, is_wrong=is_wrong) == [row] * is_wrong


def rows(body: str, run: Run, write: Write, *, is_wrong: bool) -> list[int]:
    """The rows of the findings in a handler that passes a generated or a received ID."""
    value = "uuid.uuid4().hex" if is_wrong else 'payload.get("thread_id")'
    write(app__session=GETTER, app__ways=WAYS, app__h=IMPORTS + body.format(value))
    return [int(place.removeprefix("app/h.py:")) for place in places(found(run))]
