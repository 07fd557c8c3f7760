"""Flows that begin in one file and end in another."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest
from support.commands import CLEAN, FOUND, Run
from support.small_projects import GETTER, IDS, WRAPPER, Write, found, handler, places

if TYPE_CHECKING:
    from pathlib import Path


# Helpers that return a generated ID.


@pytest.mark.parametrize(
    ("imports", "call"),
    [
        ("from app.ids import new_thread", "new_thread()"),
        ("from app.ids import new_thread as fresh", "fresh()"),
        ("from app import ids", "ids.new_thread()"),
        ("import app.ids", "app.ids.new_thread()"),
        ("import app.ids as made", "made.new_thread()"),
        ("from .ids import new_thread", "new_thread()"),
        ("from . import ids", "ids.new_thread()"),
        ("from .ids import *", "new_thread()"),
    ],
)
def test_a_helper_is_found_however_it_is_imported(
    run: Run, write: Write, imports: str, call: str
) -> None:
    write(app__ids=IDS, app__handler=handler(imports, call), app__session="")
    assert places(found(run)) == ["app/ids.py:5"]


@pytest.mark.parametrize(
    "package",
    [
        "from app.core.ids import new_thread\n",
        "from .ids import new_thread\n",
        "from .ids import *\n",
        "from . import ids\nnew_thread = ids.new_thread\n",
    ],
)
def test_a_helper_is_found_where_a_package_exports_it_again(
    run: Run, write: Write, package: str
) -> None:
    imports = "from app.core import new_thread"
    write(app__core__ids=IDS, app__core__INIT=package, app__h=handler(imports, "new_thread()"))
    assert places(found(run)) == ["app/core/ids.py:5"]


@pytest.mark.parametrize("root", ["src", "lib"])
def test_import_roots_are_configured(run: Run, write: Write, tmp_path: Path, root: str) -> None:
    files = {f"{root}__app__ids": IDS}
    write(**files, handlers=handler("from app.ids import new_thread", "new_thread()"))
    (tmp_path / "pyproject.toml").write_text('[tool.ctxlint]\nsrc = [".", "lib"]\n')
    assert places(found(run)) == (["lib/app/ids.py:5"] if root == "lib" else [])


def test_without_configuration_src_is_a_root_and_a_package_may_have_no_init(
    run: Run, write: Write
) -> None:
    write(src__deep__er__ids=IDS)
    write(src__app__h=handler("from deep.er.ids import new_thread", "new_thread()"))
    assert places(found(run)) == ["src/deep/er/ids.py:5"]


def test_an_example_below_finds_its_own_packages(run: Run, write: Write) -> None:
    write(examples__chat__app__ids=IDS)
    write(examples__chat__app__h=handler("from app.ids import new_thread", "new_thread()"))
    assert places(found(run)) == ["examples/chat/app/ids.py:5"]


def test_a_module_of_another_name_is_not_meant(run: Run, write: Write) -> None:
    write(app__ids=IDS, app__h=handler("from other.ids import new_thread", "new_thread()"))
    assert found(run) == []


def test_import_cycles_end(run: Run, write: Write) -> None:
    write(
        app__ids="from app.handler import limit\n" + IDS,
        app__handler="limit = 3\n" + handler("from app.ids import new_thread", "new_thread()"),
        app__loop=handler("from app.loop import again", "again()"),
        app__one="from app.two import made\n",
        app__two="from app.one import made\n",
        app__three=handler("from app.two import made", "made()"),
    )
    assert places(found(run)) == ["app/ids.py:6"]


def test_classes_of_other_files_are_followed(run: Run, write: Write) -> None:
    write(
        app__base="""\
            import uuid


            class Base:
                def __init__(self):
                    self.thread_id = str(uuid.uuid4())

                def new_run(self):
                    return uuid.uuid4().hex
            """,
        app__handler=GETTER
        + dedent("""\
            from app.base import Base


            class Handler(Base):
                def by_method(self, user_id):
                    return get_user_execution_context(user_id, run_id=self.new_run())

                def by_attribute(self, user_id):
                    return get_user_execution_context(user_id, thread_id=self.thread_id)


            def by_instance(user_id):
                return get_user_execution_context(user_id, run_id=Base().new_run())
            """),
    )
    assert places(found(run)) == ["app/base.py:6", "app/base.py:9", "app/base.py:9"]


# Functions that hand a parameter to the getter.


def test_an_attribute_has_the_class_of_another_file(run: Run, write: Write) -> None:
    write(
        app__ids="""\
            import uuid


            class Ids:
                def new_run(self):
                    return uuid.uuid4().hex
            """,
        app__handler=GETTER
        + dedent("""\
            from app.ids import Ids


            class Handler:
                def __init__(self):
                    self.ids = Ids()

                def handle(self, user_id):
                    return get_user_execution_context(user_id, run_id=self.ids.new_run())
            """),
    )
    assert places(found(run)) == ["app/ids.py:6"]


STORE = """\
    THREADS = {}


    def recall(user_id):
        return THREADS.get(user_id)


    def remember(user_id, thread_id):
        THREADS[user_id] = thread_id

    """
KEPT = """\
    import uuid

    from app.store import recall, remember


    def handle(user_id, room):
        thread_id = recall(user_id)
        if thread_id is None:
            thread_id = uuid.uuid4().hex
            remember(user_id, thread_id)
        return get_user_execution_context(user_id, thread_id=thread_id)

    """


def test_an_id_is_kept_by_functions_of_another_file(run: Run, write: Write) -> None:
    write(app__store=STORE, app__handler=GETTER + dedent(KEPT))
    assert found(run) == []


def test_an_id_is_not_kept_under_another_key_of_another_file(run: Run, write: Write) -> None:
    other = KEPT.replace("(user_id, thread_id)\n", "(room, thread_id)\n")
    write(app__store=STORE, app__handler=GETTER + dedent(other))
    assert set(places(found(run))) == {"app/handler.py:10"}


def test_a_wrapper_is_found_in_files_that_do_not_name_the_getter(run: Run, write: Write) -> None:
    write(
        app__sessions=WRAPPER,
        app__h="""\
            import uuid
            from app.sessions import open_session

            def handle(user_id):
                return open_session(user_id, str(uuid.uuid4()))

            def received(user_id, thread_id):
                return open_session(user_id, thread_id)
            """,
    )
    (finding,) = found(run)
    assert (finding["filename"], finding["location"]["row"]) == ("app/h.py", 5)
    assert "on line 5 of app/sessions.py through open_session() on line 5" in finding["message"]
    assert [step["filename"] for step in finding["trace"]] == [
        "app/h.py",
        "app/h.py",
        "app/sessions.py",
    ]


def test_wrappers_of_wrappers_are_searched_until_nothing_new_turns_up(
    run: Run, write: Write
) -> None:
    write(
        app__a=WRAPPER,
        app__b="""\
            from app.a import open_session

            class Sessions:
                def open_for(self, user_id, thread_id):
                    return open_session(user_id, thread_id)
            """,
        app__c="""\
            import uuid
            from app.b import Sessions

            def enter(user_id, thread_id):
                return Sessions().open_for(user_id, thread_id)
            """,
        app__d="""\
            from app.c import enter
            from app.e import make

            def handle(user_id):
                return enter(user_id, make())
            """,
        app__e="import uuid\n\n\ndef make():\n    return uuid.uuid4().hex\n",
    )
    assert places(found(run)) == ["app/e.py:5"]


def test_a_function_of_the_same_name_elsewhere_is_not_meant(run: Run, write: Write) -> None:
    write(
        app__sessions=WRAPPER,
        app__h="""\
            import uuid

            def open_session(user_id, request_id):
                return user_id, request_id

            def handle(user_id):
                return open_session(user_id, str(uuid.uuid4()))
            """,
    )
    assert found(run) == []


# Which files are named.


def test_a_named_file_consults_what_it_imports_and_is_where_findings_stand(
    run: Run, write: Write
) -> None:
    write(
        app__ids=IDS,
        app__sessions=WRAPPER,
        app__h=handler("from app.ids import new_thread", "new_thread()"),
        app__w="""\
            import uuid
            from .sessions import open_session

            def handle(user_id):
                return open_session(user_id, str(uuid.uuid4()))
            """,
    )
    assert places(found(run, "app/h.py")) == ["app/h.py:6"]
    assert places(found(run, "app/w.py")) == ["app/w.py:5"]
    assert found(run, "app/ids.py", "app/sessions.py") == []


def test_stdin_consults_what_it_imports(run: Run, write: Write) -> None:
    write(app__ids=IDS)
    text = handler("from app.ids import new_thread", "new_thread()")
    result = run("check", "--stdin-filename", "app/h.py", "-", stdin=text.encode())
    assert result.code == FOUND
    assert "app/h.py:6:58" in result.out


def test_a_broken_module_is_opaque_to_those_that_import_it(run: Run, write: Write) -> None:
    write(
        app__ids=IDS + "def (\n", app__h=handler("from app.ids import new_thread", "new_thread()")
    )
    assert run("check", "app/h.py").code == CLEAN


# Suppression, baseline and fixes.


def test_noqa_counts_where_the_finding_stands(run: Run, write: Write, tmp_path: Path) -> None:
    noqa = IDS.rstrip() + "  # noqa: CTX101\n"
    write(app__ids=noqa, app__h=handler("from app.ids import new_thread", "new_thread()"))
    assert run("check").code == CLEAN
    assert run("fix").code == CLEAN
    assert (tmp_path / "app/ids.py").read_text() == noqa
    assert "new_thread()" in (tmp_path / "app/h.py").read_text()


def test_a_noqa_for_other_files_is_not_called_unused(run: Run, write: Write) -> None:
    write(app__ids=IDS.rstrip() + "  # noqa: CTX101\n")
    assert run("check").code == CLEAN


def test_a_baseline_knows_findings_of_other_files(run: Run, write: Write) -> None:
    write(app__ids=IDS, app__h=handler("from app.ids import new_thread", "new_thread()"))
    assert run("check", "--write-baseline", "known.json").code == CLEAN
    assert run("check", "--baseline", "known.json").code == CLEAN


@pytest.mark.xfail(strict=True, reason="a baseline does not say which file has the getter")
@pytest.mark.parametrize(("name", "word"), [("app/ids.py", "stale"), ("app/h.py", "Found")])
def test_a_baseline_holds_where_only_one_of_two_files_is_checked(
    run: Run, write: Write, name: str, word: str
) -> None:
    write(app__ids=IDS, app__h=handler("from app.ids import new_thread", "new_thread()"))
    run("check", "--write-baseline", "known.json")
    assert word not in run("check", "--baseline", "known.json", name).err


def test_the_call_of_a_helper_becomes_none(run: Run, write: Write, tmp_path: Path) -> None:
    write(app__ids=IDS, app__h=handler("from app.ids import new_thread", "new_thread()"))
    assert run("fix").code == CLEAN
    text = (tmp_path / "app/h.py").read_text()
    assert text == handler("", "None").replace("\n\n\n\n", "\n\n\n")
    assert (tmp_path / "app/ids.py").read_text() == IDS


def test_the_argument_of_a_wrapper_becomes_none(run: Run, write: Write, tmp_path: Path) -> None:
    write(
        app__sessions=WRAPPER,
        app__h="""\
            import uuid
            from app.sessions import open_session

            def handle(user_id, thread_id=None):
                thread_id = thread_id or str(uuid.uuid4())
                return open_session(user_id, thread_id)
            """,
    )
    assert run("fix").code == CLEAN
    assert "    thread_id = thread_id or None\n" in (tmp_path / "app/h.py").read_text()


def test_a_helper_of_another_file_that_may_give_back_what_it_got_has_no_fix(
    run: Run, write: Write
) -> None:
    ids = "import uuid\n\n\ndef ensure(value):\n    return value or uuid.uuid4().hex\n"
    write(app__ids=ids, app__h=handler("from app.ids import ensure", "ensure(thread_id)"))
    (finding,) = found(run)
    assert finding["fix"] is None
    assert "in another file" in finding["unfixed_reason"]


def test_a_noqa_that_only_other_files_need_is_not_called_unused(run: Run, write: Write) -> None:
    ids = "import uuid\n\nTHREAD = uuid.uuid4().hex  # noqa: CTX101\n"
    write(app__ids=ids, app__h=handler("from app.ids import THREAD", "THREAD"))
    assert run("check").code == CLEAN
    write(app__h="")
    assert "CTX101 suppresses nothing" in run("check").out


def test_the_trace_shows_the_code_of_every_file(run: Run, write: Write) -> None:
    write(
        app__sessions=WRAPPER,
        app__h="""\
            import uuid
            from app.sessions import open_session

            def handle(user_id):
                return open_session(user_id, str(uuid.uuid4()))
            """,
    )
    out = run("check").out
    assert " ::: app/sessions.py:5:58\n" in out
    assert "5 |     return get_user_execution_context(user_id, thread_id=thread_id)\n" in out


@pytest.mark.parametrize(
    ("imports", "call"),
    [
        ("from app.sessions import open_session", "open_session"),
        ("from app.sessions import (\n    open_session,\n)", "open_session"),
        ("from app import sessions", "sessions.open_session"),
        ("import app.sessions", "app.sessions.open_session"),
        ("from . import sessions as kept", "kept.open_session"),
    ],
)
def test_a_named_file_finds_wrappers_however_they_are_imported(
    run: Run, write: Write, imports: str, call: str
) -> None:
    head = f"import uuid\n{imports}\n\n\ndef handle(user_id):\n"
    write(app__sessions=WRAPPER, app__h=f"{head}    return {call}(user_id, uuid.uuid4())\n")
    assert len(found(run, "app/h.py")) == 1
    assert len(found(run)) == 1


def test_wrappers_by_a_common_name_are_told_apart(run: Run, write: Write) -> None:
    write(
        app__sessions=WRAPPER.replace("open_session", "get"),
        app__h=handler("from app.sessions import get", "None")
        + "\n\ndef other(user_id):\n    return get(user_id, __import__('uuid').uuid4())\n",
        web__h="import uuid\nfrom web.client import get\n\nprint(get(1, uuid.uuid4()))\n",
        web__client="def get(url, params):\n    return url, params\n",
    )
    assert found(run) == []


def test_only_the_calls_that_get_the_id_are_named(run: Run, write: Write) -> None:
    """Of a wrapper that hands several IDs on, those that are not generated do not count."""
    wrapper = GETTER + (
        "\n\ndef load(known, fallback):\n    if known:\n"
        "        get_user_execution_context('u', thread_id=known)\n"
        "    get_user_execution_context('u', thread_id=fallback)\n"
    )
    call = (
        "import uuid\nfrom app.wrappers import load\n\n\ndef handle(initial):\n"
        "    load(initial.thread_id, str(uuid.uuid4()))\n"
    )
    write(app__wrappers=wrapper, app__h=call)
    (finding,) = found(run)
    assert "on line 7 of app/wrappers.py through load() on line 6" in finding["message"]
    assert "line 6 of app/wrappers.py" not in finding["message"]


def test_a_condition_is_told_only_if_it_is_that_of_all_ids(run: Run, write: Write) -> None:
    arguments = "thread_id or str(uuid.uuid4()), run_id=str(uuid.uuid4())"
    write(app__h=handler("import uuid\n", arguments))
    (finding,) = found(run)
    assert "on line 7, so it opens" in finding["message"]
