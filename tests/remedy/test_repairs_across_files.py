"""What a repair in one file may do to others: nothing that they could notice."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest
from support.commands import CLEAN, FOUND, Run

if TYPE_CHECKING:
    from pathlib import Path

HELPER = """\
    import uuid
    from app.session import get_user_execution_context

    def _ensure(value):
        return value or str(uuid.uuid4())

    def open_session(user_id, value):
        return get_user_execution_context(user_id, thread_id=_ensure(value))
    """
BASE = """\
    import uuid
    from app.session import get_user_execution_context

    class Base:
        def new(self):
            return str(uuid.uuid4())

        def open(self, user_id, thread_id):
            return get_user_execution_context(user_id, thread_id=thread_id)

        def handle(self, user_id):
            return get_user_execution_context(user_id, thread_id=self.new())

        def handle_by(self, user_id):
            return self.open(user_id, uuid.uuid4().hex)
    """
IMPORT_OF_HELPER = "from app.ids import _ensure\n\nprint(_ensure(None))\n"
CALL_OF_HELPER = "import app.ids\n\nprint(app.ids._ensure(None))\n"
HEIR = "from app.base import Base\n\n\nclass Heir(Base):\n"


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / "app" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(dedent(text))
    return path


def test_a_private_helper_that_only_getters_need_is_repaired(run: Run, tmp_path: Path) -> None:
    path = write(tmp_path, "ids.py", HELPER)
    write(tmp_path, "other.py", "import app.ids\n")
    assert run("fix").code == CLEAN
    assert "return value or None\n" in path.read_text()


@pytest.mark.parametrize("other", [IMPORT_OF_HELPER, CALL_OF_HELPER])
@pytest.mark.parametrize("options", [(), ("--unsafe-fixes",)], ids=["safe", "unsafe"])
def test_a_private_helper_that_another_file_names_stays(
    run: Run, tmp_path: Path, other: str, options: tuple[str, ...]
) -> None:
    path = write(tmp_path, "ids.py", HELPER)
    write(tmp_path, "other.py", other)
    before = path.read_text()
    assert run("fix", *options).code == FOUND
    assert path.read_text() == before


def test_a_method_that_nobody_defines_anew_is_taken_for_what_it_is(
    run: Run, tmp_path: Path
) -> None:
    path = write(tmp_path, "base.py", BASE)
    write(tmp_path, "heir.py", HEIR + "    pass\n")
    assert run("fix").code == CLEAN
    assert path.read_text().count("None)") == 2


FALLBACK = """\
    import os
    import uuid
    from app.session import get_user_execution_context

    THREAD = os.environ.get("THREAD_ID") or uuid.uuid4().hex

    CONTEXT = get_user_execution_context("system", thread_id=THREAD)
    """
READ_ELSEWHERE = "from app.ids import THREAD\n\nprint(THREAD)\n"


@pytest.mark.parametrize("paths", [(), ("app/ids.py",)], ids=["folder", "file"])
@pytest.mark.parametrize(
    ("text", "other"),
    [(FALLBACK, READ_ELSEWHERE), (HELPER, IMPORT_OF_HELPER)],
    ids=["global", "helper"],
)
def test_what_another_file_reads_is_not_changed_by_a_safe_fix(
    run: Run, tmp_path: Path, text: str, other: str, paths: tuple[str, ...]
) -> None:
    path = write(tmp_path, "ids.py", text)
    user = write(tmp_path, "user.py", other)
    assert run("fix", *paths).code == FOUND
    assert path.read_text() == dedent(text)
    user.unlink()
    assert run("fix", *paths).code == CLEAN
    assert " or None\n" in path.read_text()


SET = "from app.base import Base\n\n\ndef install(bot):\n    bot.new = str\n"


@pytest.mark.parametrize(
    "other",
    [
        HEIR + '    def new(self):\n        return "main"\n',
        HEIR + "    new = staticmethod(str)\n",
        SET,
        f"from app.mixins import Fixed\n{HEIR}    pass\n".replace("(Base)", "(Fixed, Base)"),
    ],
    ids=["method", "attribute", "set", "mixin"],
)
def test_a_method_that_another_file_replaces_is_left_alone(
    run: Run, tmp_path: Path, other: str
) -> None:
    path = write(tmp_path, "base.py", BASE)
    write(tmp_path, "heir.py", other)
    write(tmp_path, "mixins.py", 'class Fixed:\n    def new(self):\n        return "main"\n')
    assert run("fix", "--unsafe-fixes").code == FOUND
    assert path.read_text().count("None)") == 1
    assert "other code may replace new of Base" in run("check", "--output-format", "full").out


def test_a_method_on_the_way_that_another_file_overrides_makes_the_fix_unsafe(
    run: Run, tmp_path: Path
) -> None:
    path = write(tmp_path, "base.py", BASE)
    write(tmp_path, "heir.py", f"{HEIR}    def open(self, user_id, thread_id):\n        return 1\n")
    assert run("fix").code == FOUND
    assert path.read_text().count("None)") == 1
    assert run("fix", "--unsafe-fixes").code == CLEAN
    assert path.read_text().count("None)") == 2


RECORD = """\
    import uuid
    from dataclasses import dataclass, field

    from app.session import get_user_execution_context

    @dataclass
    class Ids:
        thread_id: str | None = field(default_factory=lambda: uuid.uuid4().hex)

    class Base:
        ids = Ids
        make = staticmethod(lambda: uuid.uuid4().hex)

        def handle(self, user_id):
            return get_user_execution_context(user_id, thread_id=self.ids().thread_id)

        def handle_anew(self, user_id):
            return get_user_execution_context(user_id, thread_id=self.make())
    """


def test_what_a_class_attribute_makes_is_left_alone_if_another_file_replaces_it(
    run: Run, tmp_path: Path
) -> None:
    path = write(tmp_path, "base.py", RECORD)
    heir = write(tmp_path, "heir.py", HEIR + "    ids = dict\n\n    make = staticmethod(str)\n")
    assert run("fix", "--unsafe-fixes").code == FOUND
    assert path.read_text() == dedent(RECORD)
    heir.write_text(HEIR + "    pass\n")
    assert run("fix").code == CLEAN


@pytest.mark.parametrize(
    "line",
    [
        "globals().update(settings)",
        'return type("Made", (_Base,), settings)',
        'setattr(_Base, settings["name"], settings["value"])',
    ],
)
def test_what_code_of_the_file_may_replace_by_name_is_left_alone(
    run: Run, tmp_path: Path, line: str
) -> None:
    text = f"""\
        import uuid
        from app.session import get_user_execution_context

        def _fresh():
            return uuid.uuid4().hex

        class _Base:
            def new(self):
                return uuid.uuid4().hex

            def handle(self, user_id):
                return get_user_execution_context(user_id, _fresh(), self.new())

        def configure(settings):
            {line}
        """
    path = write(tmp_path, "base.py", text)
    assert run("fix", "--unsafe-fixes").code == FOUND
    assert path.read_text() == dedent(text)


def test_what_remains_stands_where_the_repaired_file_has_it(run: Run, tmp_path: Path) -> None:
    helper = """\
        import uuid
        from app.session import get_user_execution_context

        def early(user_id):
            thread_id = str(uuid.uuid4())
            return get_user_execution_context(user_id, thread_id=thread_id)

        def ensure(value):
            return value or uuid.uuid4().hex
        """
    caller = """\
        from app.ids import ensure
        from app.session import get_user_execution_context

        def handle(user_id, value):
            return get_user_execution_context(user_id, thread_id=ensure(value))
        """
    write(tmp_path, "handler.py", caller)
    path = write(tmp_path, "ids.py", helper)
    out = run("fix", "--output-format", "concise").out
    row = path.read_text().splitlines().index("    return value or uuid.uuid4().hex") + 1
    assert f"app/ids.py:{row}:21: CTX101" in out


STORED = """\
    import uuid
    from app.session import get_user_execution_context

    ROOMS = {}

    def handle(user_id, room):
        thread_id = uuid.uuid4().hex
        ROOMS[room] = thread_id
        return get_user_execution_context(user_id, thread_id=thread_id)
    """


@pytest.mark.parametrize("is_read", [True, False])
def test_an_id_that_another_file_finds_in_a_mapping_stays(
    is_read: bool, run: Run, tmp_path: Path
) -> None:
    """It would look for a session that nobody opened."""
    path = write(tmp_path, "base.py", STORED)
    name = "ROOMS" if is_read else "handle"
    write(tmp_path, "other.py", f"from app.base import {name}\n\nprint({name})\n")
    found = run("fix")
    assert ("thread_id=None" in path.read_text()) is not is_read
    assert ("line 8 stores the ID in ROOMS[room]" in found.out) is is_read
