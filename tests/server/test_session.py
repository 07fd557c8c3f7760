"""What is found in open files and folders, as texts and files change."""

from __future__ import annotations

import ast
import gc
import os
import random
from pathlib import Path
from typing import Any

import pytest
from support.commands import Run
from support.small_projects import GETTER, IDS, WRAPPER, Write, found, handler

from ctxlint.run.file_result import FileResult
from ctxlint.server import folder
from ctxlint.server.document import Document
from ctxlint.server.folder import Folder
from ctxlint.server.memo import SupersededError
from ctxlint.server.session import Session
from ctxlint.server.uris import uri_of

CALLER = handler("from app.ids import new_thread", "new_thread()")
THROUGH = (
    "import uuid\nfrom app.wrapper import open_session\n\n\n"
    "def handle(user_id):\n    return open_session(user_id, thread_id=str(uuid.uuid4()))\n"
)
SESSION = "def get_user_execution_context(user_id, thread_id=None, run_id=None):\n    return None\n"
CLEAN = handler("", "thread_id")
BAD = handler("import uuid", "str(uuid.uuid4())")

LONG = (  # a class that much is asked about
    "from app.session import create_user_execution_context, get_user_execution_context\n"
    "import uuid\n\n\nclass Long(BaseModel):\n    session: object = None\n\n"
    "    def handle(self, user_id):\n        self.user_id = user_id\n"
    "        return Long(session=self.open())\n\n"
    "    def open(self):\n"
    "        return get_user_execution_context(self.user_id, thread_id=str(uuid.uuid4()))\n"
)


class Editor:
    """A session on the working folder, and what is open in it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.session = Session()
        self.session.add_folder(str(root))
        self.version = 0

    def edit(self, name: str, text: str) -> set[str]:
        self.version += 1
        path = str(self.root / name)
        self.session.edit(Document(uri_of(path), path, self.version, text))
        return {str(Path(path).relative_to(self.root)) for path in self.session.check_edits()}

    def close(self, name: str) -> None:
        self.session.close(str(self.root / name))

    def check_all(self) -> list[str]:
        self.session.search_again()
        self.session.check_all()
        return self.places()

    def places(self) -> list[str]:
        """Each finding, and each error, as `file:row code`."""
        told = []
        for path in sorted(self.session.paths()):
            name = Path(path).relative_to(self.root).as_posix()
            known = self.session.findings(path)
            told += [f"{name}:{f.span.start.row} {f.code}" for f in known.findings]
            told += [f"{name} {known.error}"] if known.error else []
        return told

    def here(self, name: str) -> list[int]:
        """The rows of the findings in one file."""
        known = self.session.findings(str(self.root / name))
        return [finding.span.start.row for finding in known.findings]


@pytest.fixture
def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Editor:
    monkeypatch.chdir(tmp_path)
    return Editor(tmp_path)


@pytest.fixture
def app(write: Write, editor: Editor) -> Editor:
    """A project in which IDs cross files."""
    write(app__INIT="", app__session=SESSION, app__ids=IDS, app__wrapper=WRAPPER)
    write(app__caller=CALLER, app__through=THROUGH, app__clean=CLEAN)
    return editor


def checked(run: Run) -> list[str]:
    """What the command line finds, as `Editor.places` has it."""
    return sorted(f"{f['filename']}:{f['location']['row']} {f['code']}" for f in found(run))


def test_an_open_file_is_checked_before_the_folder_is_searched(app: Editor) -> None:
    assert app.edit("app/through.py", THROUGH) == {"app/through.py"}
    assert app.places() == ["app/through.py:6 CTX101"]


def test_a_folder_has_the_findings_of_the_command_line(app: Editor, run: Run) -> None:
    assert app.check_all() == checked(run) == ["app/ids.py:5 CTX101", "app/through.py:6 CTX101"]


def test_what_has_not_changed_is_not_told_again(app: Editor, write: Write) -> None:
    """Nor is a file that has no findings of its own: they are suppressed, or in another file."""
    write(app__quiet=f"{BAD.rstrip()}  # noqa: CTX101\n")
    assert app.session.check_all() == {
        str(app.root / f"app/{name}.py") for name in ("ids", "through")
    }
    app.session.search_again()
    assert app.session.check_all() == set()


def test_unsaved_text_counts(app: Editor) -> None:
    app.check_all()
    app.edit("app/clean.py", BAD)
    assert app.here("app/clean.py") == [6]
    app.close("app/clean.py")
    app.check_all()
    assert app.here("app/clean.py") == []


def test_unsaved_text_of_a_helper_counts_in_what_depends_on_it(app: Editor) -> None:
    app.check_all()
    app.edit("app/ids.py", "def new_thread():\n    return None\n")
    assert app.places() == ["app/through.py:6 CTX101"]
    app.edit("app/wrapper.py", WRAPPER.replace("thread_id=thread_id", "thread_id=None"))
    assert app.places() == []


def test_a_new_flow_is_found_when_all_is_checked_again(app: Editor) -> None:
    app.edit("app/ids.py", "def new_thread():\n    return None\n")
    app.check_all()
    app.edit("app/ids.py", IDS)
    assert "app/ids.py:5 CTX101" in app.check_all()


def test_the_first_use_of_a_new_function_of_a_helper_is_found(app: Editor) -> None:
    app.edit("app/wrapper.py", GETTER)
    app.check_all()
    assert app.here("app/through.py") == []
    app.edit("app/wrapper.py", WRAPPER)
    app.check_all()
    assert app.here("app/through.py") == [6]


def test_a_saved_file_that_is_not_open_counts(app: Editor, write: Write) -> None:
    app.check_all()
    write(app__clean=BAD, app__new=BAD)
    app.check_all()
    assert app.here("app/clean.py") == app.here("app/new.py") == [6]
    Path("app/new.py").unlink()
    app.check_all()
    assert app.here("app/new.py") == []


def test_a_module_that_comes_counts(app: Editor, write: Write) -> None:
    ids = Path("app/ids.py")
    ids.unlink()
    assert app.check_all() == ["app/through.py:6 CTX101"]
    write(app__ids=IDS)
    assert "app/ids.py:5 CTX101" in app.check_all()


def test_a_module_outside_of_the_folder_counts(app: Editor, write: Write, tmp_path: Path) -> None:
    """It is excluded, so that no finding may stand in it; it is read all the same."""
    Path("pyproject.toml").write_text('[tool.ctxlint]\nexclude = ["app/ids.py"]\n')
    app.check_all()
    assert app.here("app/caller.py") == [6]
    write(app__ids="def new_thread():\n    return None\n")
    app.check_all()
    assert app.here("app/caller.py") == []


def test_half_typed_code_keeps_its_findings_where_they_are(app: Editor) -> None:
    app.edit("app/clean.py", BAD)
    app.edit("app/clean.py", f"import (\n\n{BAD}")
    assert app.here("app/clean.py") == [8]
    known = app.session.findings(str(app.root / "app/clean.py"))
    assert "syntax error" in (known.error or "")
    assert known.findings[0].fix is None
    app.edit("app/clean.py", BAD + "x = (\n")
    assert app.here("app/clean.py") == [6]
    app.edit("app/clean.py", CLEAN)
    assert app.here("app/clean.py") == []


def test_what_was_known_of_older_texts_is_let_go(app: Editor) -> None:
    """However long someone types, it stays as little as the last few texts take."""
    for number in range(20):
        app.edit("app/long.py", f"{LONG}# {number}\n")
    assert app.here("app/long.py") == [1, 13]
    gc.collect()
    classes = [one for one in gc.get_objects() if isinstance(one, ast.ClassDef)]
    assert sum(one.name == "Long" for one in classes) < 10


def test_what_was_found_in_a_closed_file_is_let_go(app: Editor) -> None:
    app.check_all()
    app.edit("app/clean.py", BAD)
    Path("app/clean.py").write_text("")
    app.close("app/clean.py")
    app.check_all()
    gc.collect()
    results = [one for one in gc.get_objects() if isinstance(one, FileResult)]
    assert not [one for one in results if one.name == "app/clean.py" and one.findings]


def test_a_half_typed_helper_keeps_the_findings_of_its_callers(app: Editor) -> None:
    app.check_all()
    app.edit("app/ids.py", f"def (\n{IDS}")
    assert app.places()[0] == "app/ids.py:6 CTX101"
    assert "app/ids.py:6 CTX101" in app.check_all()


def test_a_file_opened_with_an_error_has_it(app: Editor) -> None:
    app.edit("app/clean.py", f"def (\n{BAD}")
    (place,) = app.places()
    assert "app/clean.py:1:5: syntax error: " in place


def test_settings_are_read_again(app: Editor) -> None:
    settings = Path("pyproject.toml")
    settings.write_text('[tool.ctxlint]\nignore = ["CTX101"]\n')
    assert app.check_all() == []
    settings.write_text("[tool.ctxlint]\nignore = 1\n")
    app.check_all()
    (trouble,) = app.session.troubles()
    assert trouble.startswith("pyproject.toml:2:1: [tool.ctxlint] ignore")
    settings.write_text("[tool.ctxlint]\n")
    assert "app/through.py:6 CTX101" in app.check_all()
    assert not list(app.session.troubles())


def test_a_contract_is_compared_with_the_code_of_whole_folders_alone(app: Editor) -> None:
    """And not as someone types."""
    getter = '[[tool.ctxlint.getter]]\ncall = "app.nowhere"\nids = { a = 0 }\nnone = "new"\n'
    Path("pyproject.toml").write_text(getter)
    app.check_all()
    assert not list(app.session.notices())
    assert app.session.has_contracts
    app.session.check_contracts()
    (line,) = app.session.notices()
    assert line.startswith("pyproject.toml:2:8: getter 'app.nowhere': nothing in ")
    app.edit("app/clean.py", "def nowhere(): ...\n")
    assert not app.session.has_contracts
    app.session.check_all()
    assert not app.session.has_contracts
    assert list(app.session.notices()) == [line]
    Path("pyproject.toml").write_text("[tool.ctxlint]\nignore = 1\n")
    app.check_all()
    app.session.check_contracts()
    assert not list(app.session.notices())


def test_a_comparison_with_the_code_is_given_up_for_something_else(app: Editor) -> None:
    Path("pyproject.toml").write_text('[tool.ctxlint]\nsources = { calls = ["app.nowhere"] }\n')
    is_superseded = False
    session = Session(lambda: is_superseded)
    session.add_folder(str(app.root))
    session.check_all()
    is_superseded = True
    with pytest.raises(SupersededError):
        session.check_contracts()
    assert session.has_contracts
    is_superseded = False
    session.check_contracts()
    assert len(list(session.notices())) == 1


def test_a_comparison_that_takes_too_long_tells_what_it_has_found(
    app: Editor, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("pyproject.toml").write_text('[tool.ctxlint]\nsrc = ["gone"]\nsources.calls = ["a.b"]\n')
    app.check_all()
    monkeypatch.setattr(folder, "_MOST_SECONDS", 0)
    app.session.check_contracts()
    (line,) = app.session.notices()
    assert line.startswith("pyproject.toml:2:8: src 'gone': no such folder")


def test_a_text_that_python_fails_to_parse_once_counts(
    app: Editor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CPython does, where another thread prints a traceback meanwhile."""
    parse, failures = ast.parse, [SystemError("AST constructor recursion depth mismatch")]

    def failing(*arguments: Any, **options: Any) -> ast.AST:
        if failures:
            raise failures.pop()
        return parse(*arguments, **options)

    monkeypatch.setattr(ast, "parse", failing)
    app.edit("app/clean.py", BAD)
    assert not failures
    assert "app/clean.py:6 CTX101" in app.places()


def test_a_file_opened_under_broken_settings_waits_for_them(app: Editor) -> None:
    settings = Path("pyproject.toml")
    settings.write_text("[tool.ctxlint]\nignore = 1\n")
    app.edit("app/clean.py", BAD)
    assert app.places() == []
    assert len(list(app.session.troubles())) == 1
    settings.unlink()
    app.check_all()
    assert app.here("app/clean.py") == [6]


def test_a_monorepo_has_settings_for_each_part(app: Editor, write: Write) -> None:
    write(one__a=BAD, two__a=BAD)
    Path("one/pyproject.toml").write_text('[tool.ctxlint]\nignore = ["CTX101"]\n')
    app.edit("one/a.py", BAD)
    app.edit("two/a.py", BAD)
    assert (app.here("one/a.py"), app.here("two/a.py")) == ([], [6])


@pytest.mark.parametrize("name", ["tests/test_a.py", "test_b.py", ".venv/a.py", "build/a.py"])
def test_what_a_search_leaves_out_has_no_findings(app: Editor, name: str) -> None:
    Path(name).parent.mkdir(exist_ok=True, parents=True)
    Path(name).write_text(BAD)
    app.edit(name, BAD)
    assert app.here(name) == []
    app.check_all()
    assert app.here(name) == []


def test_test_files_count_if_the_settings_say_so(app: Editor) -> None:
    Path("pyproject.toml").write_text("[tool.ctxlint]\ninclude-tests = true\n")
    app.edit("test_b.py", BAD)
    assert app.here("test_b.py") == [6]


def test_a_known_finding_is_not_told(app: Editor, run: Run) -> None:
    run("check", "--write-baseline", "known.json")
    Path("pyproject.toml").write_text('[tool.ctxlint]\nbaseline = "known.json"\n')
    assert app.check_all() == []
    app.edit("app/clean.py", BAD)
    assert app.places() == ["app/clean.py:6 CTX101"]


def test_a_suppressed_finding_is_not_told(app: Editor) -> None:
    app.edit("app/clean.py", f"{BAD.rstrip()}  # noqa: CTX101")
    assert app.here("app/clean.py") == []
    app.edit("app/clean.py", f"{BAD.rstrip()}\n# noqa: CTX101")
    assert app.here("app/clean.py") == [6, 7]


def test_what_was_found_before_a_check_is_given_up_is_told(
    app: Editor, monkeypatch: pytest.MonkeyPatch
) -> None:
    check = Folder.check

    def interrupted(folder: Folder, paths: list[str]) -> set[str]:
        if paths[0].endswith("through.py"):
            raise SupersededError
        return check(folder, paths)

    app.check_all()
    for name in ("app/clean.py", "app/through.py"):
        path = str(app.root / name)
        app.session.edit(Document(uri_of(path), path, 1, f"\n{BAD}"))
    with monkeypatch.context() as context:
        context.setattr(Folder, "check", interrupted)
        with pytest.raises(SupersededError):
            app.session.check_edits()
    told = {Path(path).name for path in app.session.check_edits()}
    assert told == {"clean.py", "through.py"}


def test_a_file_of_no_folder_is_checked_while_it_is_open(
    tmp_path_factory: pytest.TempPathFactory, app: Editor
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "other.py").write_text(BAD)
    path = elsewhere / "a.py"
    app.session.edit(Document(uri_of(str(path)), str(path), 1, BAD))
    app.session.check_edits()
    app.session.check_all()
    assert len(app.session.findings(str(path)).findings) == 1
    assert not app.session.findings(str(elsewhere / "other.py")).findings
    app.session.close(str(path))
    app.session.check_all()
    assert not app.session.findings(str(path)).findings


def test_a_folder_that_is_opened_after_a_file_in_it_is_searched(
    tmp_path_factory: pytest.TempPathFactory, app: Editor
) -> None:
    project = tmp_path_factory.mktemp("project")
    (project / "pyproject.toml").touch()
    (project / "other.py").write_text(BAD)
    path = project / "a.py"
    app.session.edit(Document(uri_of(str(path)), str(path), 1, BAD))
    app.session.check_all()
    app.session.add_folder(str(project))
    told = app.session.check_all()
    assert told == {str(path), str(project / "other.py")}
    assert all(len(app.session.findings(one).findings) == 1 for one in told)


@pytest.mark.parametrize("is_home", [True, False])
def test_a_folder_that_holds_everything_is_not_searched(
    app: Editor, monkeypatch: pytest.MonkeyPatch, is_home: bool
) -> None:
    """Editors open one where they find no project."""
    root = str(app.root) if is_home else os.path.abspath(os.sep)
    monkeypatch.setenv("HOME", root)
    app.session = Session()
    app.session.add_folder(root)
    app.edit("app/clean.py", BAD)
    app.check_all()
    assert app.places() == ["app/clean.py:6 CTX101"]


def test_a_folder_in_a_folder_is_told_once(app: Editor, write: Write) -> None:
    write(inner__a=BAD)
    app.session.add_folder(str(app.root / "inner"))
    app.check_all()
    assert app.here("inner/a.py") == [6]
    assert len([path for path in app.session.paths() if path.endswith("inner/a.py")]) == 1
    app.session.remove_folder(str(app.root / "inner"))
    app.check_all()
    assert app.here("inner/a.py") == [6]


@pytest.mark.parametrize("seed", range(6))
def test_after_any_edits_all_is_as_if_checked_anew(
    app: Editor, run: Run, write: Write, seed: int
) -> None:
    """Texts that are typed, half typed, saved and closed leave nothing stale behind."""
    texts = {
        "ids": [IDS, "def new_thread():\n    return None\n", "def new_thread(:\n"],
        "wrapper": [WRAPPER, GETTER, WRAPPER.replace("=thread_id)", "=None)"), "def ("],
        "caller": [CALLER, CLEAN, BAD, CALLER.replace("app.ids", "app.more")],
        "through": [THROUGH, CLEAN, f"\n\n{THROUGH}", f"x = (\n{THROUGH}"],
        "more": [IDS, "from app.ids import new_thread\n", ""],
    }
    chance = random.Random(seed)
    app.check_all()
    for _ in range(12):
        name = chance.choice([*texts])
        app.edit(f"app/{name}.py", chance.choice(texts[name]))
        if chance.random() < 0.2:
            app.check_all()
        if chance.random() < 0.2:
            app.close(f"app/{name}.py")
    for name, good in texts.items():
        text = chance.choice(good[:2])
        app.edit(f"app/{name}.py", text)
        write(**{f"app__{name}": text})
    assert app.check_all() == checked(run)
