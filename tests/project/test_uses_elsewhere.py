"""A name that another file uses is used: CTX301 is silent, and the fix of CTX101 leaves it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from support.commands import CLEAN, FOUND, Run
from support.small_projects import Write, found, places

from ctxlint.commands import check
from ctxlint.project import project_folder

if TYPE_CHECKING:
    from pathlib import Path

TWIN = "create_user_execution_context"
DEAD = f"from app.session import {TWIN}\n"
GENERATING = (
    "from uuid import uuid4\n"
    "from app.session import get_user_execution_context\n\n\n"
    "def handle(user_id):\n"
    "    return get_user_execution_context(user_id, thread_id=str(uuid4()))\n"
)
OLD = 1_000_000_000
USES = {  # of NAME in web/handlers.py, from another file of the package
    "import": "from web.handlers import NAME\n",
    "import as": "from web.handlers import NAME as other\n",
    "relative import": "from .handlers import NAME\n",
    "relative import from above": "from ..web.handlers import NAME\n",
    "import in a function": "def f():\n    from .handlers import NAME\n    return NAME\n",
    "module": "import web.handlers\n\nprint(web.handlers.NAME)\n",
    "module as": "import web.handlers as h\n\nprint(h.NAME)\n",
    "module from the package": "from web import handlers\n\nprint(handlers.NAME)\n",
    "module from here": "from . import handlers\n\nhandlers.NAME = None\n",
    "module in another name": "from . import handlers\n\nh = handlers\nprint(h.NAME)\n",
    "star": "from .handlers import *\n\nprint(NAME)\n",
    "patch": 'patch("web.handlers.NAME")\n',
    "patch of an attribute": 'patch("web.handlers.NAME.other")\n',
    "setattr by path": 'monkeypatch.setattr("web.handlers.NAME", None)\n',
    "patch.object": 'from web import handlers\n\npatch.object(handlers, "NAME")\n',
    "patch.multiple": 'patch.multiple("web.handlers", NAME=None)\n',
    "path put together": 'MODULE = "web.handlers"\npatch(f"{MODULE}.NAME")\n',
    "getattr": 'from . import handlers\n\ngetattr(handlers, "NAME")\n',
    "import_module": 'm = importlib.import_module("web.handlers")\nprint(m.NAME)\n',
    "import_module at once": 'print(importlib.import_module(".handlers", "web").NAME)\n',
    "sys.modules": 'print(sys.modules["web.handlers"].NAME)\n',
    "entry point": 'ENTRY = "web.handlers:NAME"\n',
    "its folder as the root": "from handlers import NAME\n",
    "not Python": "from web.handlers import NAME\n(\n",
}
OTHERS = {  # what has the words and uses another NAME, or none
    "comment": "import web.handlers  # NAME\n",
    "docstring": '"""handlers.NAME and web.handlers.NAME are not read here."""\n',
    "text": 'print("NAME is what web.handlers has")\n',
    "a name of its own": "from app.session import NAME\n\nprint(NAME, 'handlers')\n",
    "an attribute of another module": "import uuid\nfrom web import handlers\n\nprint(uuid.NAME)\n",
    "another module": "from web.other import NAME\n\nprint(NAME, 'handlers')\n",
    "another module of this name": "from api.handlers import NAME\n",
    "a relative one of this name": "from .sub.handlers import NAME\n",
    "a path of another module": 'patch("api.handlers.NAME")\n',
    "star, and a name of its own": (
        "from .handlers import *\nfrom app.session import NAME\n\nprint(NAME)\n"
    ),
    "a longer name": "from web.handlers import NAME_AGAIN\n",
    "a longer module": "from web.handlers_again import NAME\n",
}
EXPORTS = {  # what a package has for others, and how they get it
    "star": ("from .handlers import *\n", "from web import NAME\n"),
    "star twice": ("from .a import *\n", "from web import NAME\n"),
    "module as": ("from . import handlers as h\n", "import web\n\nprint(web.h.NAME)\n"),
    "module from there": ("from . import handlers as h\n", "from web import h\n\nh.NAME()\n"),
}
each_use = pytest.mark.parametrize("use", USES.values(), ids=USES)
each_other = pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)


def named(text: str, name: str) -> str:
    return text.replace("NAME", name)


def package(write: Write, handlers: str, **others: str) -> None:
    """A package with a module `handlers`, beside others of this name."""
    write(web__INIT="", web__handlers=handlers, web__a="from .handlers import *\n", web__other="")
    write(web__sub__INIT="", web__sub__handlers="", api__INIT="", api__handlers="", **others)


@each_use
def test_an_import_that_another_file_uses_is_not_dead(run: Run, write: Write, use: str) -> None:
    package(write, DEAD, web__user=named(use, TWIN))
    silent = [p for p in places(found(run)) if "handlers" in p]
    assert (silent, places(found(run, "web/handlers.py"))) == ([], [])


@each_other
def test_an_import_that_no_other_file_uses_is_dead(run: Run, write: Write, other: str) -> None:
    package(write, DEAD, web__user=named(other, TWIN))
    assert "web/handlers.py:1" in places(found(run))
    assert run("fix", "web/handlers.py").code == CLEAN
    assert places(found(run, "web/handlers.py")) == []


@each_use
def test_what_another_file_uses_stays(run: Run, write: Write, tmp_path: Path, use: str) -> None:
    package(write, GENERATING, web__user=named(use, "uuid4"))
    run("fix", "web/handlers.py")
    after = (tmp_path / "web/handlers.py").read_text()
    assert after == GENERATING.replace("str(uuid4())", "None")


@each_other
def test_what_no_other_file_uses_goes(run: Run, write: Write, tmp_path: Path, other: str) -> None:
    package(write, GENERATING, web__user=named(other, "uuid4"))
    run("fix", "web/handlers.py")
    after = (tmp_path / "web/handlers.py").read_text()
    assert "uuid" not in after


@pytest.mark.parametrize(("exports", "use"), EXPORTS.values(), ids=EXPORTS)
def test_what_a_package_exports_again_is_used(
    run: Run, write: Write, exports: str, use: str
) -> None:
    package(write, DEAD, user="import web\n")
    write(web__INIT=exports)
    assert places(found(run)) == ["web/handlers.py:1"]
    write(user=named(use, TWIN))
    assert [p for p in places(found(run)) if "handlers" in p] == []


@pytest.mark.parametrize("exported", ['__all__ = ["handle"]\n', ""])
def test_a_star_brings_what_is_exported(run: Run, write: Write, exported: str) -> None:
    package(write, DEAD + exported, web__user=f"from .handlers import *\n\nprint({TWIN})\n")
    assert ("web/handlers.py:1" in places(found(run))) is bool(exported)


def test_what_a_function_imports_is_its_own(run: Run, write: Write) -> None:
    function = f"def f():\n    {DEAD}"
    package(write, function, web__user=named(USES["import"], TWIN))
    assert "web/handlers.py:2" in places(found(run))


@pytest.mark.parametrize("folder", ["tests", "web/old", "scripts"])
def test_files_that_the_run_leaves_out_are_searched(
    run: Run, write: Write, tmp_path: Path, folder: str
) -> None:
    table = '[tool.ctxlint]\nsrc = ["lib"]\nexclude = ["old/", "scripts/"]\n'
    (tmp_path / "pyproject.toml").write_text(table)
    files = {f"{folder.replace('/', '__')}__test_it": 'patch("web.handlers.uuid4")\n'}
    write(lib__web__handlers=GENERATING, **files)
    run("fix", "lib")
    assert "import uuid4" in (tmp_path / "lib/web/handlers.py").read_text()


def test_a_module_that_is_not_found_may_be_this_one(run: Run, write: Write, tmp_path: Path) -> None:
    write(lib__web__handlers=GENERATING, scripts__user="from handlers import uuid4\n")
    run("fix", "lib")
    assert "import uuid4" in (tmp_path / "lib/web/handlers.py").read_text()


def test_another_project_does_not_count(run: Run, write: Write, tmp_path: Path) -> None:
    for name in ("one", "two"):
        write(**{f"{name}__handler": GENERATING if name == "one" else ""})
        (tmp_path / name / "pyproject.toml").write_text("[tool.ctxlint]\n")
    write(two__other="from handler import uuid4\n")
    run("fix", ".")
    assert "uuid4" not in (tmp_path / "one/handler.py").read_text()


def test_where_nothing_else_was_looked_at_the_name_stays(run: Run) -> None:
    result = run("fix", "-", stdin=GENERATING.encode())
    assert result.out == GENERATING.replace("str(uuid4())", "None")
    result = run("fix", "-", stdin=DEAD.encode())
    assert (result.code, result.out) == (FOUND, DEAD)
    assert run("fix", "--unsafe-fixes", "-", stdin=DEAD.encode()).out == ""


def test_what_the_fix_of_another_file_leaves_without_a_use_goes_too(
    run: Run, write: Write, tmp_path: Path
) -> None:
    write(web__a=DEAD, web__b=f"from web.a import {TWIN}\n", web__c=f"from web.b import {TWIN}\n")
    assert run("fix").code == CLEAN
    assert [(tmp_path / f"web/{name}.py").read_text() for name in "abc"] == ["", "", ""]


@pytest.mark.parametrize("mark", [None, "pyproject.toml", ".git"])
def test_a_large_folder_that_is_no_project_is_not_searched(
    run: Run, write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mark: str | None
) -> None:
    monkeypatch.setattr(project_folder, "_MOST_PATHS", 10)
    for number in range(20):
        (tmp_path / f"{number}.txt").touch()
    if mark:
        (tmp_path / mark).write_text("")
    write(handler=GENERATING, dead=DEAD)
    run("fix", "handler.py", "dead.py")
    assert "thread_id=None" in (tmp_path / "handler.py").read_text()
    assert ("import uuid4" in (tmp_path / "handler.py").read_text()) is (mark is None)
    assert (tmp_path / "dead.py").read_text() == ("" if mark else DEAD)
    for number in range(15):
        (tmp_path / f"{number}.txt").unlink()
    run("fix", "dead.py")
    assert (tmp_path / "dead.py").read_text() == ""


# The cache.


@pytest.mark.parametrize("paths", [(), ("web",)])
def test_a_use_that_comes_or_goes_is_seen_beside_a_cache(
    run: Run, write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, paths: tuple[str, ...]
) -> None:
    monkeypatch.setattr(check, "CACHE_PAYS", 1)

    def dead(text: str | None) -> bool:
        if text is not None:
            write(scripts__user=text)
        for path in tmp_path.rglob("*.py"):
            os.utime(path, (OLD, OLD + len(text or "")))
        first = places(found(run, *paths))
        assert places(found(run, *paths)) == first
        return "web/handlers.py:1" in first

    write(web__handlers=DEAD, web__more="import os\n")
    assert dead(None)
    assert not dead(named(USES["import"], TWIN))
    assert dead(named(OTHERS["comment"], TWIN))
    assert not dead(named(USES["patch"], TWIN))
    (tmp_path / "scripts/user.py").unlink()
    assert dead(None)


@pytest.mark.parametrize("path", [".", "web/handlers.py"])
def test_files_outside_of_all_roots_are_searched(
    run: Run, write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    package(write, GENERATING, web__sub__user="from web.handlers import uuid4\n")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    run("fix", str(tmp_path / path))
    assert "import uuid4" in (tmp_path / "web/handlers.py").read_text()
