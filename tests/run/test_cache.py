"""The cache: what has not changed is not looked at again, and nothing else is believed."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from support.commands import CLEAN, FOUND, USAGE, Result, Run
from support.small_projects import IDS, WRAPPER, Write, found, handler, places

from ctxlint.commands import check as check_command
from ctxlint.finding import Finding
from ctxlint.run import cache_file, check_file
from ctxlint.run.cache_file import FOLDER, VARIABLE, CacheFile
from ctxlint.source import read_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BAD = handler("import uuid\n", "str(uuid.uuid4())")
THROUGH = "import uuid\nfrom app.wrappers import open_session\n\n\ndef handle(user_id):\n"
THROUGH += "    return open_session(user_id, thread_id=uuid.uuid4())\n"
OLD = 1_000_000_000  # a time long ago, in seconds


@pytest.fixture(autouse=True)
def _cached(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check_command, "CACHE_PAYS", 1)
    monkeypatch.delenv(VARIABLE, raising=False)


@pytest.fixture
def looked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that are looked at, by name."""
    names: list[str] = []
    check = check_file.check_all

    def seen(file: Any, *args: Any, **options: Any) -> Any:
        names.append(file.path)
        return check(file, *args, **options)

    monkeypatch.setattr(check_file, "check_all", seen)
    return names


def age(folder: Path) -> None:
    """Let all files have changed long ago."""
    for path in folder.rglob("*.py"):
        os.utime(path, (OLD, OLD))


def test_what_has_not_changed_is_not_looked_at_again(
    run: Run, write: Write, tmp_path: Path, looked: list[str]
) -> None:
    write(app__h=BAD, app__wrappers=WRAPPER, app__through=THROUGH, app__clean="import os\n")
    age(tmp_path)
    first = run("check")
    assert first.code == FOUND
    assert looked
    looked.clear()
    assert run("check") == first
    assert looked == []


def test_a_change_concerns_only_the_files_that_it_leads_to(
    run: Run, write: Write, tmp_path: Path, looked: list[str]
) -> None:
    through = THROUGH.replace("uuid.uuid4()", "None")
    write(app__h=BAD, app__wrappers=WRAPPER, app__through=through, app__clean="import os\n")
    age(tmp_path)
    first = places(found(run))
    looked.clear()
    write(app__h=BAD + "\n\nX = 1\n")
    age(tmp_path)
    assert places(found(run)) == first
    assert looked == ["app/h.py"]
    looked.clear()
    write(app__wrappers=WRAPPER + "\n\nX = 1\n")
    age(tmp_path)
    assert places(found(run)) == first
    assert looked == ["app/wrappers.py", "app/through.py"]


def test_one_changed_file_is_looked_at_with_those_that_depend_on_it(
    run: Run, write: Write, tmp_path: Path, looked: list[str]
) -> None:
    both = handler("from app.ids import new_thread\n", "new_thread()")
    write(app__ids=IDS, app__both=both, app__h=BAD)
    age(tmp_path)
    assert places(found(run)) == ["app/h.py:7", "app/ids.py:5"]
    looked.clear()
    write(app__ids=IDS.replace("str(uuid.uuid4())", "None"))
    assert places(found(run)) == ["app/h.py:7"]
    assert "app/both.py" in looked
    assert "app/h.py" not in looked
    write(app__ids=IDS)
    assert places(found(run)) == ["app/h.py:7", "app/ids.py:5"]


def test_a_wrapper_that_comes_or_goes_changes_its_callers(run: Run, write: Write) -> None:
    write(app__wrappers=WRAPPER, app__through=THROUGH)
    assert places(found(run)) == ["app/through.py:6"]
    write(app__wrappers=WRAPPER.replace("thread_id=thread_id", ""))
    assert found(run) == []
    write(app__wrappers=WRAPPER)
    assert places(found(run)) == ["app/through.py:6"]


def test_a_module_that_comes_changes_those_that_import_it(
    run: Run, write: Write, tmp_path: Path
) -> None:
    write(app__both=handler("from app.ids import new_thread\n", "new_thread()"))
    age(tmp_path)
    assert found(run) == []
    write(app__ids=IDS)
    assert places(found(run)) == ["app/ids.py:5"]
    assert places(found(run, "app/both.py")) == ["app/both.py:7"]


def test_an_import_of_a_framework_that_comes_or_goes_changes_who_is_led_to_it(
    run: Run, write: Write, tmp_path: Path
) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.ctxlint]\npresets = ["langgraph"]\n')
    config = '{"configurable": {"thread_id": str(uuid.uuid4())}}'
    call = f"def handle(graph):\n    graph.invoke(1, {config})\n"
    write(app__h=f"import uuid\nfrom app import a\n\n\n{call}", app__a="import app.b\n", app__b="")
    assert run("check").code == CLEAN
    write(app__b="import langgraph.graph\n")
    assert run("check").code == run("check").code == FOUND
    write(app__a="x = 1\n")
    assert run("check").code == CLEAN


def test_a_module_beside_the_folder_counts(run: Run, write: Write, tmp_path: Path) -> None:
    write(app__both=handler("from lib.ids import new_thread\n", "new_thread()"), lib__ids=IDS)
    age(tmp_path)
    assert len(found(run, "app")) == len(found(run, "app")) == 1
    write(lib__ids=IDS.replace("str(uuid.uuid4())", "None"))
    assert found(run, "app") == []
    (tmp_path / "lib" / "ids.py").unlink()
    assert found(run, "app") == []
    write(lib__ids=IDS)
    assert len(found(run, "app")) == 1


@pytest.mark.parametrize("name", ["lib/wrappers.py", "lib/wrappers/__init__.py"])
def test_a_module_that_comes_beside_the_folder_changes_who_only_hands_on(
    run: Run, write: Write, tmp_path: Path, name: str
) -> None:
    write(app__through=THROUGH.replace("app.wrappers", "lib.wrappers"), lib__other="x = 1\n")
    age(tmp_path)
    assert found(run, "app") == []
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text(WRAPPER)
    assert places(found(run, "app")) == ["app/through.py:6"]


def test_a_change_that_time_and_size_do_not_show_is_seen(
    run: Run, write: Write, tmp_path: Path
) -> None:
    write(app__h=BAD)
    path = tmp_path / "app" / "h.py"
    stamp = path.stat()
    assert len(found(run)) == 1
    path.write_text(BAD.replace("str(uuid.uuid4())", "str(uuid.uuid5())"))
    os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    assert path.stat().st_size == stamp.st_size
    assert found(run) == []


def test_a_file_that_only_looks_new_is_known_by_its_content(
    run: Run, write: Write, tmp_path: Path, looked: list[str]
) -> None:
    write(app__h=BAD)
    age(tmp_path)
    first = run("check")
    looked.clear()
    (tmp_path / "app" / "h.py").touch()
    assert run("check") == first
    assert looked == []


@pytest.mark.parametrize("name", ["app/ids.py", "lib/ids.py"])
def test_what_is_saved_while_a_run_looks_is_not_taken_for_what_it_saw(
    run: Run, write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    package = name.partition("/")[0]
    write(app__both=handler(f"from {package}.ids import new_thread\n", "new_thread()"))
    ids = tmp_path / name
    ids.parent.mkdir(exist_ok=True)
    ids.write_text(IDS)
    age(tmp_path)
    check = check_file.check_all

    def saved(file: Any, *args: Any, **options: Any) -> Any:
        result = check(file, *args, **options)
        ids.write_text(IDS.replace("str(uuid.uuid4())", "None"))
        os.utime(ids, (OLD + 9, OLD + 9))
        return result

    with monkeypatch.context() as patch:
        patch.setattr(check_file, "check_all", saved)
        run("check", "app")
    assert run("check", "app") == run("check", "app", "--no-cache")
    assert found(run, "app") == []


@pytest.mark.parametrize("broken", ["def (", "x = '\\ud800"])
def test_a_file_with_an_error_is_all_that_is_looked_at_again(
    run: Run, write: Write, tmp_path: Path, looked: list[str], broken: str
) -> None:
    write(app__h=BAD, app__wrappers=WRAPPER, app__through=THROUGH, app__bad=f"{BAD}{broken}\n")
    age(tmp_path)
    first = run("check")
    assert first.code == USAGE
    looked.clear()
    assert run("check") == first
    assert looked == ["app/bad.py"]
    write(app__bad=BAD)
    assert run("check") == run("check", "--no-cache")


def test_a_file_that_can_be_read_again_is_looked_at(
    run: Run, write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(app__h=BAD, app__other=BAD)
    age(tmp_path)

    def refuse(path: str, **_: object) -> bytes:
        if path.endswith("other.py"):
            raise PermissionError(13, "Permission denied")
        return read_file(path)

    with monkeypatch.context() as patch:
        for reader in ("run.file_tasks", "project.modules"):
            patch.setattr(f"ctxlint.{reader}.read_file", refuse)
        first = run("check")
        assert run("check") == first
    assert first.code == USAGE
    assert places(found(run)) == ["app/h.py:7", "app/other.py:7"]


def test_another_python_is_another_version(
    run: Run, write: Write, tmp_path: Path, looked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may take what this one refuses."""
    write(app__h=BAD)
    age(tmp_path)
    first = run("check")
    looked.clear()
    monkeypatch.setattr(cache_file, "_PYTHON", "3.99.0")
    assert run("check") == first
    assert looked == ["app/h.py"]


@pytest.mark.parametrize("options", [("--ignore", "CTX101"), ("--include-tests",), ("app",)])
def test_other_options_are_another_run(
    run: Run, write: Write, tmp_path: Path, options: tuple[str, ...]
) -> None:
    write(app__h=BAD + "\n\ndef log(run_id):\n    return run_id\n")
    age(tmp_path)
    for _ in range(2):
        assert run("check", *options) == run("check", *options, "--no-cache")
        assert run("check") == run("check", "--no-cache")


def test_what_one_run_finds_is_not_taken_for_that_of_another(
    run: Run, write: Write, tmp_path: Path
) -> None:
    """With a getter of its own, a file is a candidate that is none without it."""
    write(app__h=BAD.replace("get_user_execution_context", "open_chat"))
    (tmp_path / "own.toml").write_text(
        '[[tool.ctxlint.getter]]\ncall = "open_chat"\nids = { thread_id = 1 }\n'
    )
    age(tmp_path)
    own = ("--config", str(tmp_path / "own.toml"))
    assert found(run) == []
    assert len(found(run, *own)) == 1
    assert found(run) == []
    assert len(found(run, *own)) == 1


def test_a_run_does_not_vouch_for_another_with_other_settings(
    run: Run, write: Write, tmp_path: Path
) -> None:
    write(app__h=BAD)
    age(tmp_path)
    assert len(found(run)) == 1
    write(app__h="import os\n")
    os.utime(tmp_path / "app" / "h.py", (OLD + 9, OLD + 9))
    assert found(run, "--include-tests") == []
    assert found(run) == []


def test_every_format_prints_the_same_from_the_cache(
    run: Run, write: Write, tmp_path: Path
) -> None:
    write(
        app__h=BAD,
        app__ids=IDS,
        app__both=handler("from app.ids import new_thread", "new_thread()"),
    )
    write(app__silent=BAD.replace("uuid4()))", "uuid4()))  # noqa: CTX101"), app__bad="def (")
    age(tmp_path)
    for name in ("full", "concise", "json", "github", "gitlab", "sarif", "junit"):
        arguments = ("check", "--output-format", name)
        assert run(*arguments) == run(*arguments) == run(*arguments, "--no-cache")


def corrupt(text: str) -> Callable[[Path], object]:
    return lambda file: file.write_text(text)


def rewritten(file: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Change what a cache holds, and let its digest fit."""
    data = json.loads(file.read_text())
    held = {"files": json.loads(data["files"]), "runs": data["runs"]}
    change(held)
    held["files"] = json.dumps(held["files"])
    CacheFile(file.name, data["version"]).write(held)


def foreign(file: Path) -> None:
    def change(held: dict[str, Any]) -> None:
        for entry in held["files"].values():
            entry["outcome"] = {"system": ["echo"]}
        for run in held["runs"].values():
            run["outcomes"] = {path: {"system": ["echo"]} for path in held["files"]}

    rewritten(file, change)


def foreign_files(file: Path) -> None:
    rewritten(file, lambda held: held.update(files=[1], runs={}))


def changed(file: Path) -> None:
    """A value that is right by itself, but not what was kept."""
    file.write_text(file.read_text().replace('"CTX101"', '"CTX102"'))


def spaced(file: Path) -> None:
    file.write_text(json.dumps(json.loads(file.read_text())))


@pytest.mark.parametrize(
    "damage",
    [
        corrupt(""),
        corrupt("{"),
        corrupt("[]"),
        corrupt('{"files": 1}'),
        corrupt("[" * 99999),
        foreign,
        foreign_files,
        changed,
        spaced,
    ],
    ids=[
        *("empty", "cut", "list", "other", "deep", "foreign", "foreign files", "changed", "spaced")
    ],
)
def test_a_damaged_cache_is_ignored_with_one_line(
    run: Run, write: Write, tmp_path: Path, damage: Callable[[Path], object]
) -> None:
    write(app__h=BAD)
    age(tmp_path)
    first = run("check")
    damage(tmp_path / FOLDER / "results.json")
    second = run("check")
    line = f"{FOLDER}/results.json: not a ctxlint cache, ignored and rewritten\n"
    assert (second.code, second.out, second.err) == (first.code, first.out, line + first.err)
    assert run("check") == first


def values_of(held: object) -> Iterator[tuple[Any, Any]]:
    """Each place in JSON: what holds a value, and under which key or index."""
    pairs = (
        held.items()
        if isinstance(held, dict)
        else enumerate(held)
        if isinstance(held, list)
        else ()
    )
    for key, value in pairs:
        yield held, key
        yield from values_of(value)


@pytest.mark.parametrize("value", [1.5, [[], []], {"x": 1}, True, "/dev/zero", -1])
def test_a_value_of_a_wrong_type_is_ignored_wherever_it_is(
    run: Run, write: Write, tmp_path: Path, value: object
) -> None:
    """In a cache whose digest fits; a value of the right type is believed."""
    write(app__h=BAD)
    age(tmp_path)
    first = run("check")
    file = tmp_path / FOLDER / "results.json"
    good = file.read_text()
    held = json.loads(good)
    count = len([*values_of({"files": json.loads(held["files"]), "runs": held["runs"]})])
    assert count > 100
    for number in range(count):
        file.write_text(good)

        def change(held: dict[str, Any], number: int = number) -> None:
            holder, key = [*values_of(held)][number]
            is_finding = isinstance(holder, list) and len(holder) == len(Finding._fields)
            if is_finding and Finding._fields[key] in ("help", "url") and isinstance(value, str):
                return  # they may be any text
            if type(holder[key]) is not type(value) or isinstance(value, list):
                holder[key] = value

        rewritten(file, change)
        result = run("check")
        assert (result.code, result.out) == (first.code, first.out), number
        assert result.err.endswith(first.err)


def test_a_cache_of_another_version_is_written_anew(run: Run, write: Write, tmp_path: Path) -> None:
    write(app__h=BAD)
    age(tmp_path)
    first = run("check")
    file = tmp_path / FOLDER / "results.json"
    file.write_text(file.read_text().replace('"version":"', '"version":"9'))
    assert run("check") == first


def test_a_cache_that_cannot_be_written_is_one_line(
    run: Run, write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(app__h=BAD)
    (tmp_path / "file").write_text("")
    monkeypatch.setenv(VARIABLE, str(tmp_path / "file" / "cache"))
    result = run("check")
    assert result.code == FOUND
    assert "make it writable or pass --no-cache" in result.err.splitlines()[0]


def test_the_folder_is_hidden_from_git_and_backups(
    run: Run, write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(app__clean="import os\n")
    assert run("check").code == CLEAN
    assert (tmp_path / FOLDER / ".gitignore").read_text() == "*\n"
    tag = (tmp_path / FOLDER / "CACHEDIR.TAG").read_text()
    assert tag.startswith("Signature: 8a477f597d28d172789f06886806bc55")
    monkeypatch.setenv(VARIABLE, str(tmp_path / "elsewhere"))
    run("check")
    assert (tmp_path / "elsewhere" / "results.json").exists()


@pytest.mark.parametrize(
    "arguments", [("check", "--no-cache"), ("fix", "--diff"), ("check", "--add-noqa", "--diff")]
)
def test_what_changes_files_or_says_so_uses_no_cache(
    run: Run, write: Write, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    write(app__h=BAD)
    result: Result = run(*arguments)
    assert result.code in (CLEAN, FOUND, 2)
    assert not (tmp_path / FOLDER).exists()


def test_few_files_need_no_cache(
    run: Run, write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    monkeypatch.chdir(tmp_path)
    write(app__h=BAD)
    run("check")
    assert not (tmp_path / FOLDER).exists()


@pytest.mark.parametrize("name", [FOLDER, f"{FOLDER}/results.json", f"{FOLDER}/.gitignore"])
def test_nothing_is_written_through_a_link(
    run: Run, write: Write, tmp_path: Path, name: str
) -> None:
    write(app__h=BAD)
    outside = tmp_path / "outside"
    (tmp_path / FOLDER).parent.mkdir(exist_ok=True)
    if name == FOLDER:
        outside.mkdir()
    else:
        (tmp_path / FOLDER).mkdir()
    (tmp_path / name).symlink_to(outside)
    result = run("check")
    assert result.code == FOUND
    assert not outside.exists() or list(outside.iterdir()) == []
    if not name.endswith(".gitignore"):
        line = f"{FOLDER}/results.json: a link, remove it or pass --no-cache"
        assert result.err.splitlines()[0] == line
