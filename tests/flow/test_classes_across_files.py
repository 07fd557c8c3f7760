"""Classes whose base, in another file, hands to the getter what they make."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest
from support.commands import CLEAN, FOUND, Run
from support.small_projects import GETTER, Write, found, handler, places

if TYPE_CHECKING:
    from pathlib import Path

BY_METHOD = GETTER + (
    "\n\nclass Base:\n    def open(self, user_id):\n"
    "        return get_user_execution_context(user_id, thread_id=self.new_thread())\n"
)
BY_ATTRIBUTE = BY_METHOD.replace("self.new_thread()", "self.thread_id")
METHOD = "    def new_thread(self):\n        return str(uuid.uuid4())\n"
HEIR = f"import uuid\nfrom app.base import Base\n\n\nclass Chat(Base):\n{METHOD}"


def test_the_method_of_an_heir_is_found(run: Run, write: Write) -> None:
    write(app__base=BY_METHOD, app__chat=HEIR)
    (finding,) = found(run)
    assert (finding["filename"], finding["location"]["row"]) == ("app/chat.py", 7)
    assert finding["function"] == "Chat.new_thread"
    assert "on line 6 of app/base.py" in finding["message"]
    assert finding["unfixed_reason"] == "the call that passes the ID is in another file"
    assert places(found(run, "app/chat.py")) == ["app/chat.py:7"]


@pytest.mark.parametrize(
    "body",
    [
        "    thread_id = str(uuid.uuid4())\n",
        "    def __init__(self):\n        self.thread_id = str(uuid.uuid4())\n",
        "    @property\n    def thread_id(self):\n        return str(uuid.uuid4())\n",
    ],
    ids=["class", "instance", "property"],
)
def test_the_attribute_of_an_heir_is_found(run: Run, write: Write, body: str) -> None:
    write(app__base=BY_ATTRIBUTE, app__chat=HEIR.replace(METHOD, body))
    assert [place.partition(":")[0] for place in places(found(run))] == ["app/chat.py"]


def test_a_method_is_that_of_an_heir_where_a_name_keeps_what_it_returns(
    run: Run, write: Write
) -> None:
    base = BY_METHOD.replace("        return", "        made = self.new_thread()\n        return")
    write(app__base=base.replace("=self.new_thread()", "=made"), app__chat=HEIR)
    assert places(found(run)) == ["app/chat.py:7"]


@pytest.mark.parametrize(
    ("value", "rows"), [("str(uuid.uuid4())", ["app/h.py:6"]), ("read_id()", [])]
)
def test_an_object_elsewhere_has_what_its_methods_assign(
    run: Run, write: Write, value: str, rows: list[str]
) -> None:
    kept = f"class Kept:\n    def start(self):\n        self.thread_id = {value}\n"
    write(app__kept=f"import uuid\n\n\n{kept}\n\nkept = Kept()\n")
    write(app__h=handler("from app.kept import kept", "kept.thread_id"))
    assert places(found(run, "app/h.py")) == rows


def test_an_abstract_method_is_what_the_heir_makes_of_it(run: Run, write: Write) -> None:
    abstract = "from abc import abstractmethod\n" + BY_METHOD
    abstract += "\n    @abstractmethod\n    def new_thread(self): ...\n"
    write(app__base=abstract, app__chat=HEIR)
    assert places(found(run)) == ["app/chat.py:7"]


def test_each_heir_has_a_finding(run: Run, write: Write) -> None:
    write(app__base=BY_METHOD, app__chat=HEIR, app__report=HEIR.replace("Chat", "Report"))
    assert places(found(run)) == ["app/chat.py:7", "app/report.py:7"]


def test_classes_in_between_are_followed_and_add_no_finding(run: Run, write: Write) -> None:
    write(
        app__base=BY_METHOD,
        app__middle="from app.base import Base\n\n\nclass Middle(Base):\n    pass\n",
        app__chat=HEIR.replace("app.base import Base", "app.middle import Middle as Base"),
        app__last="from app.chat import Chat\n\n\nclass Last(Chat):\n    pass\n",
    )
    assert places(found(run)) == ["app/chat.py:7"]


def test_a_class_that_joins_two_files_is_followed(run: Run, write: Write) -> None:
    write(
        app__base=BY_METHOD,
        app__mixin=f"import uuid\n\n\nclass Mixin:\n{METHOD}",
        app__chat="""\
            from app.base import Base
            from app.mixin import Mixin

            class Chat(Mixin, Base):
                pass
            """,
    )
    assert places(found(run)) == ["app/mixin.py:6"]


def test_a_base_that_generates_has_one_finding_whatever_its_heirs_do(
    run: Run, write: Write
) -> None:
    write(app__base=f"import uuid\n{BY_METHOD}\n{METHOD}", app__chat=HEIR)
    assert places(found(run)) == ["app/base.py:10"]


@pytest.mark.parametrize(
    "heir",
    [
        HEIR.replace("str(uuid.uuid4())", "self.request.thread_id"),
        HEIR.replace("new_thread", "new_request"),
        HEIR.replace("(Base)", ""),
        HEIR.replace("from app.base import", "from other.base import"),
    ],
    ids=["received", "another method", "no heir", "another base"],
)
def test_an_heir_that_hands_over_no_generated_id_is_silent(
    run: Run, write: Write, heir: str
) -> None:
    write(app__base=BY_METHOD, app__chat=heir)
    assert found(run) == []


def test_a_noqa_in_the_heir_silences_it(run: Run, write: Write, tmp_path: Path) -> None:
    noqa = HEIR.rstrip() + "  # noqa: CTX101\n"
    write(app__base=BY_METHOD, app__chat=noqa)
    assert run("check").code == CLEAN
    assert run("fix").code == CLEAN
    assert (tmp_path / "app/chat.py").read_text() == noqa


def test_a_fix_changes_neither_the_base_nor_the_heir(
    run: Run, write: Write, tmp_path: Path
) -> None:
    write(app__base=BY_METHOD, app__chat=HEIR)
    assert run("fix", "--unsafe-fixes").code == FOUND
    assert (tmp_path / "app/base.py").read_text() == BY_METHOD
    assert (tmp_path / "app/chat.py").read_text() == HEIR


def test_a_class_that_a_method_of_its_base_makes_ends(run: Run, write: Write) -> None:
    write(
        app__base=BY_METHOD,
        app__chat="""\
            import uuid
            from app.base import Base

            class Chat(Base):
                def again(self):
                    class Inner(Chat, Base):
                        def new_thread(self):
                            return str(uuid.uuid4())

                    return Inner()
            """,
    )
    assert places(found(run)) == ["app/chat.py:8"]


def test_a_base_in_another_file_makes_the_id_for_its_heir(run: Run, write: Write) -> None:
    write(
        app__base=f"import uuid\n\n\nclass Base:\n{METHOD}",
        app__chat=BY_METHOD.replace(
            "class Base", "from app.base import Base as Old\n\n\nclass Base"
        ).replace("Base:", "Base(Old):"),
    )
    assert places(found(run)) == ["app/base.py:6"]


def test_a_base_that_generates_for_a_method_of_its_heir_is_found(run: Run, write: Write) -> None:
    write(
        app__base=dedent("""\
            import uuid

            class Base:
                def handle(self, user_id):
                    return self.open(user_id, str(uuid.uuid4()))
            """),
        app__chat=GETTER
        + dedent("""\
            from app.base import Base

            class Chat(Base):
                def open(self, user_id, thread_id):
                    return get_user_execution_context(user_id, thread_id=thread_id)
            """),
    )
    assert places(found(run)) == ["app/base.py:5"]


def test_bases_are_read_while_heirs_of_another_class_are_sought(run: Run, write: Write) -> None:
    write(
        app__h=handler("from app.base import known, make", "known()")
        + dedent(
            """\


            class Handler:
                def handle(self, user_id):
                    return get_user_execution_context(user_id, thread_id=self.thread_id)


            def last(user_id):
                return get_user_execution_context(user_id, thread_id=make().new_thread())
            """
        ),
        app__base="from app.deep import Deep\n\n\nclass Base(Deep):\n    pass\n\n\n"
        "def known():\n    return None\n\n\ndef make():\n    return Base()\n",
        app__deep="import uuid\n\n\nclass Deep:\n"
        "    def new_thread(self):\n        return str(uuid.uuid4())\n",
    )
    assert places(found(run)) == ["app/deep.py:6"]
