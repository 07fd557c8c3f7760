"""Names that a module binds for other files to call or to pass on."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.commands import FOUND, Run
from support.small_projects import GETTER, IDS, WRAPPER, Write, found, handler, places

from ctxlint.project import import_text

CALL = """\
    import uuid
    from app.deps import open_chat

    def handle(user_id):
        return open_chat(user_id, thread_id=str(uuid.uuid4()))

    def received(user_id, thread_id):
        return open_chat(user_id, thread_id=thread_id)
    """
SERVICE = GETTER + (
    "\n\nclass Service:\n    def open(self, user_id, thread_id=None):\n"
    "        return get_user_execution_context(user_id, thread_id=thread_id)\n"
)


@pytest.mark.parametrize(
    "deps",
    [
        f"import functools\n{GETTER}open_chat = functools.partial(get_user_execution_context)\n",
        f"{GETTER}open_chat = get_user_execution_context\n",
        GETTER.replace("\n", " as open_chat\n"),
        "from app import session\n\nopen_chat = session.get_user_execution_context\n",
        f"{GETTER}open_chat = lambda user_id, thread_id: "
        "get_user_execution_context(user_id, thread_id)\n",
        f"{SERVICE}\n\nservice = Service()\nopen_chat = service.open\n",
        "from .wrappers import open_session as open_chat\n",
        "from .wrappers import open_session\n\nopen_chat = open_session\n",
        "from functools import partial\nfrom .wrappers import open_session\n\n"
        "open_chat = partial(open_session)\n",
        "from .service import Service\n\nopen_chat = Service().open\n",
    ],
    ids=[
        "partial",
        "name",
        "import",
        "module",
        "lambda",
        "method",
        "import of a wrapper",
        "name of a wrapper",
        "partial of a wrapper",
        "method of a class elsewhere",
    ],
)
def test_a_name_that_leads_to_the_getter_is_found(run: Run, write: Write, deps: str) -> None:
    write(app__deps=deps, app__h=CALL, app__wrappers=WRAPPER, app__service=SERVICE)
    (finding,) = found(run)
    assert (finding["filename"], finding["location"]["row"]) == ("app/h.py", 5)
    assert finding["fix"]
    assert places(found(run, "app/h.py")) == ["app/h.py:5"]


@pytest.mark.parametrize(
    "read", ["IDS['thread_id']", "ids.IDS['thread_id']", "IDS.get('thread_id')"]
)
def test_an_item_of_a_mapping_elsewhere_is_found(run: Run, write: Write, read: str) -> None:
    ids = "import uuid\n\nIDS = {'thread_id': str(uuid.uuid4()), 'user_id': None}\n"
    call = handler("from app import ids\nfrom app.ids import IDS\n", read)
    write(app__ids=ids, app__h=call, app__other=call.replace("thread_id']", "user_id']"))
    assert "app/ids.py:3" in places(found(run, "app/h.py", "app/ids.py"))
    if "get" not in read:
        assert found(run, "app/other.py", "app/ids.py") == []


def test_a_decorator_elsewhere_may_generate(run: Run, write: Write) -> None:
    ids = """\
        import functools
        import uuid

        def with_thread(function):
            @functools.wraps(function)
            def wrapper(user_id, thread_id=None):
                return function(user_id, thread_id=thread_id or str(uuid.uuid4()))
            return wrapper
        """
    decorated = handler("from app.ids import with_thread\n", "thread_id")
    call = decorated.replace("def handle", "@with_thread\ndef handle")
    write(app__ids=ids, app__h=call, app__other=decorated)
    (finding,) = found(run)
    assert (finding["filename"], finding["location"]["row"]) == ("app/ids.py", 7)
    assert "line 8 of app/h.py through function() on line 7" in finding["message"]
    assert finding["unfixed_reason"] == "the call that passes the ID is in another file"
    assert found(run, "app/ids.py") == found(run, "app/other.py") == []


@pytest.mark.parametrize(
    ("parameters", "read", "argument"),
    [
        ("user_id, ids", "ids.thread_id", "Ids(str(uuid.uuid4()))"),
        ("user_id, ids", "ids['thread_id']", "{'thread_id': str(uuid.uuid4())}"),
        ("user_id, *ids", "ids[0]", "str(uuid.uuid4())"),
        ("user_id, request", "request.state.thread_id", "Request(Ids(str(uuid.uuid4())))"),
    ],
)
def test_a_wrapper_may_be_given_an_object_of_ids(
    run: Run, write: Write, parameters: str, read: str, argument: str
) -> None:
    wrapper = (
        f"{GETTER}\n\ndef open_chat({parameters}):\n"
        f"    return get_user_execution_context(user_id, thread_id={read})\n"
    )
    made = """\
    class Ids:
        def __init__(self, thread_id):
            self.thread_id = thread_id

    class Request:
        def __init__(self, state):
            self.state = state

    """
    call = CALL.replace("thread_id=str(uuid.uuid4())", argument).split("    def received")[0]
    write(app__deps=wrapper, app__h=made + call)
    assert places(found(run)) == ["app/h.py:13"]


@pytest.mark.parametrize(
    "deps",
    [
        "from app.session import make_context as open_chat\n",
        f"{GETTER}context = get_user_execution_context\nopen_chat = print\n",
        "from .wrappers import close_session as open_chat\n",
    ],
)
def test_a_name_that_leads_elsewhere_is_silent(run: Run, write: Write, deps: str) -> None:
    wrappers = f"{WRAPPER}\n\ndef close_session(user_id, thread_id):\n    return thread_id\n"
    write(app__deps=deps, app__h=CALL, app__wrappers=wrappers)
    assert found(run) == []


@pytest.mark.parametrize(
    ("ids", "imports", "argument"),
    [
        ("from uuid import uuid4\n", "from app.ids import *", "uuid4()"),
        ("from uuid import uuid4\n", "from app.ids import uuid4 as new", "new()"),
        ("from uuid import uuid4 as new\n", "from app.ids import new", "new()"),
        ("import uuid\n\nnew = uuid.uuid4\n", "from app import ids", "str(ids.new())"),
        (
            "from shared.ids import UnifiedIdGenerator as Generator\n",
            "from app.ids import Generator",
            "Generator.generate_base_id('t')",
        ),
        (
            "from shared.ids import UnifiedIdGenerator\n\ngenerator = UnifiedIdGenerator()\n",
            "from app.ids import generator",
            "generator.generate_base_id('t')",
        ),
    ],
)
def test_a_source_is_found_where_a_module_exports_it_again(
    run: Run, write: Write, ids: str, imports: str, argument: str
) -> None:
    write(app__ids=ids, app__h=handler(imports, argument))
    (finding,) = found(run)
    assert finding["filename"] == "app/h.py"
    assert finding["fix"]["applicability"] == "safe"


@pytest.mark.parametrize(
    ("ids", "argument"),
    [
        ("THREAD = str(uuid.uuid4())\n", "ids.THREAD"),
        ("class Defaults:\n    THREAD = uuid.uuid4().hex\n", "ids.Defaults.THREAD"),
        ("from app.made import make\n\nTHREAD = make()\n", "ids.THREAD"),
    ],
)
def test_a_constant_of_another_file_is_found_where_it_is_generated(
    run: Run, write: Write, ids: str, argument: str
) -> None:
    made = "import uuid\n\n\ndef make():\n    return uuid.uuid4().hex\n"
    write(
        app__ids=f"import uuid\n\n{ids}OTHER = 'main'\n",
        app__made=made,
        app__h=handler("from app import ids", argument),
        app__twin=handler("from app import ids", "ids.OTHER"),
    )
    (place,) = places(found(run))
    assert not place.startswith("app/h.py")


@pytest.mark.parametrize(
    ("fallback", "reason"),
    [
        ("    new_thread = None", None),
        ("    def new_thread():\n        return None", None),
        ("    from app.others import new_thread", None),
        ("    from elsewhere import new_thread", "other code may replace new_thread() by"),
        (
            "    def new_thread(*known):\n        return known[0]",
            "other code may replace new_thread() by",
        ),
    ],
)
def test_a_helper_with_a_fallback_is_repaired_unless_that_may_receive(
    run: Run, write: Write, fallback: str, reason: str | None
) -> None:
    imports = f"try:\n    from app.ids import new_thread\nexcept ImportError:\n{fallback}"
    write(app__ids=IDS, app__others=IDS, app__h=handler(imports, "new_thread()"))
    (finding,) = found(run)
    assert (reason or "") in (finding["unfixed_reason"] or "")
    assert (finding["fix"] is None) == (reason is not None)


@pytest.mark.parametrize(
    "imports",
    [
        "import os; from app.{0} import {1}",
        "try: from app.{0} import {1}\nexcept ImportError: pass",
        "from app.{0} \\\n    import {1}",
        "from . {0} import {1}",
        "from .{0} import (  # (once)\n    {1},\n)",
    ],
)
def test_an_import_counts_however_it_is_written(run: Run, write: Write, imports: str) -> None:
    write(
        app__ids=IDS,
        app__wrappers=WRAPPER,
        app__h=handler(imports.format("ids", "new_thread"), "new_thread()"),
        app__w=f"import uuid\n{imports.format('wrappers', 'open_session')}\n\n"
        "print(open_session(1, uuid.uuid4()))\n",
    )
    assert len(found(run)) == 2
    assert len(found(run, "app/h.py")) == 1
    assert len(found(run, "app/w.py")) == 1


# Files that are named one by one.


CALLS = "from .ids import new_thread\nfrom .wrappers import open_session\n\n"
CALLS += "print(open_session(1, new_thread()))\n"


def test_a_named_file_may_name_neither_source_nor_getter(run: Run, write: Write) -> None:
    write(app__ids=IDS, app__wrappers=WRAPPER, app__h=CALLS)
    assert places(found(run)) == ["app/ids.py:5"]
    assert places(found(run, "app/h.py")) == ["app/h.py:4"]


def test_a_named_file_finds_wrappers_of_wrappers(run: Run, write: Write) -> None:
    write(
        app__ids=IDS,
        app__sessions__INIT="from .first import open_first\n",
        app__sessions__first=WRAPPER.replace("open_session", "open_first"),
        app__wrappers="""\
            from app.sessions import open_first

            def open_session(user_id, thread_id):
                return open_first(user_id, thread_id)
            """,
        app__h=CALLS,
    )
    assert places(found(run, "app/h.py")) == ["app/h.py:4"]


@pytest.mark.parametrize("old", [None, "print(1)\n"], ids=["no file", "another text"])
def test_stdin_imports_what_its_own_text_says(run: Run, write: Write, old: str | None) -> None:
    write(app__ids=IDS, app__wrappers=WRAPPER, **({"app__h": old} if old else {}))
    result = run("check", "--stdin-filename", "app/h.py", "-", stdin=CALLS.encode())
    assert result.code == FOUND
    assert "app/h.py:4:23" in result.out


# Long ways.


@pytest.mark.parametrize("length", [2, 12])
def test_a_long_row_of_files_keeps_its_fix(run: Run, write: Write, length: int) -> None:
    names = [f"step{number}" for number in range(length)]
    helpers = {
        f"app__h{new}": f"from .h{old} import {old}\n\n\ndef {new}():\n    return {old}()\n"
        for old, new in pairwise(names)
    }
    wrappers = {
        f"app__w{new}": f"from .w{old} import {old}\n\n\ndef {new}(u, t):\n    return {old}(u, t)\n"
        for old, new in pairwise(names)
    }
    write(
        app__hstep0=IDS.replace("new_thread", "step0"),
        app__wstep0=WRAPPER.replace("open_session", "step0"),
        **helpers,
        **wrappers,
        app__one=handler(f"from .h{names[-1]} import {names[-1]}", f"{names[-1]}()"),
        app__two=f"import uuid\nfrom .w{names[-1]} import {names[-1]}\n\n"
        f"print({names[-1]}(1, uuid.uuid4()))\n",
    )
    findings = found(run)
    assert places(findings) == ["app/hstep0.py:5", "app/two.py:4"]
    assert all(finding["fix"] for finding in findings)


PIECES = (b"import", b"from", b" a", b".b", b"(", b")", b"#", b",", b";", b":", b"\n", b" ", b"\t")


@given(st.lists(st.sampled_from(PIECES), max_size=20).map(b"".join))
def test_to_look_only_where_the_word_import_is_finds_all(data: bytes) -> None:
    spans = [match.span() for match in import_text._imports_in(data)]
    assert spans == [match.span() for match in import_text._IMPORT.finditer(data)]
