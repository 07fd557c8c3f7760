"""`ctxlint history` knows the names under which the checkout exports a getter again."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest
from support.commands import CLEAN, FOUND, Run
from support.repositories import Repo, new, told

CONTRACT = '[[tool.ctxlint.getter]]\ncall = "app.find.resume"\nids = { thread_id = 1 }\n'
INIT = "app/__init__.py"
FIND = "def resume(user, thread_id=None): ...\n"
CALL = "import uuid\nfrom app import {0}\n\ndef f(user): {0}(user, uuid.uuid4())\n"


@pytest.fixture
def repo(run: Run, tmp_path: Path) -> Repo:
    """A repository with a getter of its own."""
    repo = new(tmp_path)
    (tmp_path / "pyproject.toml").write_text(CONTRACT)
    repo.commit(app__find=FIND)
    return repo


@pytest.mark.parametrize(
    ("files", "name"),
    [
        ({INIT: "from .find import resume as go_on\n"}, "go_on"),
        ({INIT: "from . import find\ngo_on = find.resume\n"}, "go_on"),
        (
            {
                "app/web.py": "from .find import resume as go_on\n",
                INIT: "from .web import go_on as start\n",
            },
            "start",
        ),
    ],
    ids=["import", "assignment", "twice"],
)
def test_an_alias_of_the_checkout_is_known(
    run: Run, repo: Repo, files: dict[str, str], name: str
) -> None:
    for path, text in files.items():
        repo.write(path, text)
    repo.save()
    born = repo.commit(h=CALL.format(name))
    repo.commit(h=None)
    for _ in range(2):  # found, and from memory
        (finding,) = told(run, code=CLEAN)["findings"]
        assert finding["born"]["commit"] == born


def test_an_alias_that_is_new_is_not_taken_from_memory(run: Run, repo: Repo) -> None:
    repo.commit(h=CALL.format("go_on"))
    assert not told(run, code=CLEAN)["findings"]
    repo.write(INIT, "from .find import resume as go_on\n")
    repo.save()
    assert len(told(run, code=FOUND)["findings"]) == 1


def test_a_function_of_another_file_is_not_looked_into(run: Run, repo: Repo) -> None:
    start = """\
        from .find import resume as go_on

        def start(user, thread_id):
            return go_on(user, thread_id)
        """
    repo.write(INIT, dedent(start))
    repo.commit(h=CALL.format("start"))
    assert not told(run, code=CLEAN)["findings"]
