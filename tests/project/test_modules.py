"""Where imports lead, and what a run notes of the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ctxlint.project.import_text import renamed_names
from ctxlint.project.modules import Project
from ctxlint.project.project_folder import (
    above_packages,
    imports_from_above,
    is_cut_off,
    is_outside,
)
from ctxlint.project.unchecked_modules import unchecked_modules

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project with a module, a package, and a folder without an `__init__`."""
    for name in (
        "app/__init__.py",
        "app/ids.py",
        "app/store/__init__.py",
        "app/plain/one.py",
        "app/get/__init__.py",
        "app/both.py",
        "app/both/__init__.py",
        "app/both/one.py",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    return Project((str(tmp_path),), {})


@pytest.mark.parametrize(
    ("module", "path"),
    [
        ("app.ids", "app/ids.py"),
        ("app.store", "app/store/__init__.py"),
        ("app.plain.one", "app/plain/one.py"),
        ("app.ids.new_thread", None),
        ("app.store.get", None),
        ("app.plain.two", None),
        ("app.ids.get", None),
        ("app.ids.get.more", None),
        ("app.both.one", "app/both/one.py"),
        ("other", None),
    ],
)
def test_a_module_is_found(module: str, path: str | None, project: Project, tmp_path: Path) -> None:
    expected = str(tmp_path / path) if path else None
    assert project.find(module, str(tmp_path / "app" / "ids.py")) == expected


@pytest.mark.parametrize(
    ("module", "is_noted"), [("app.ids.new_thread", False), ("app.store.get", True)]
)
def test_a_module_may_come_into_a_package_alone(
    module: str, is_noted: bool, project: Project, tmp_path: Path
) -> None:
    """A result depends on the places where a module that is missing now would be."""
    project.find(module, str(tmp_path / "app" / "ids.py"))
    place = str(tmp_path.joinpath(*module.split("."))) + ".py"
    assert (place in project.opened) is is_noted


@pytest.mark.parametrize(
    ("text", "names", "has_star"),
    [
        ("from a import b as c\n", {"c"}, False),
        ("c = b\n", {"c"}, False),
        ("x = 1\nc: object = b\n", {"x", "c"}, False),
        ("from a import *\n", set(), True),
        ("from a import b\ndef c(): pass\n", set(), False),
        ("gr\xf6\xdfe = b\n", {"gr\xf6\xdfe"}, False),
    ],
)
def test_names_that_a_module_may_bind_to_others(text: str, names: set[str], has_star: bool) -> None:
    assert renamed_names(text.encode()) == (names, has_star)


def test_each_result_depends_on_the_modules_that_it_was_told_of(
    project: Project, tmp_path: Path
) -> None:
    path = str(tmp_path / "app" / "ids.py")
    project.renames("new", path)
    project.opened.clear()  # another file is analysed
    project.renames("other", path)
    assert path in project.opened


def test_the_folder_of_the_file_system_may_be_an_import_root(tmp_path: Path) -> None:
    (tmp_path / "beside.py").touch()
    (tmp_path / "checked.py").touch()
    checked = str(tmp_path / "checked.py")
    found = unchecked_modules({checked}, {str(tmp_path)}, [tmp_path.anchor])
    assert "beside" in found
    assert "checked" not in found


def test_it_may_be_a_package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("os.path.isfile", lambda _: True)  # each folder has an `__init__`
    assert above_packages(str(tmp_path)) == str(tmp_path)


@pytest.mark.parametrize(
    ("folder", "root", "cut_off"),
    [
        ("app", ".", False),
        ("app", "app", False),
        ("app", "other", True),
        ("app/store", "other", True),
        ("app/plain", "other", False),  # no package: its modules see each other
    ],
)
def test_a_package_below_no_root_is_cut_off(
    folder: str, root: str, cut_off: bool, project: Project, tmp_path: Path
) -> None:
    assert project.roots == (str(tmp_path),)
    assert is_cut_off(str(tmp_path / folder), [str((tmp_path / root).resolve())]) is cut_off


@pytest.mark.parametrize(
    ("module", "is_above"),
    [
        ("sessions", False),
        ("json", False),
        ("app.ids", True),
        ("app.get", True),
        ("app.nothing", False),
    ],
)
def test_a_file_may_import_from_above_its_folder(
    module: str, is_above: bool, project: Project, tmp_path: Path
) -> None:
    assert project.roots == (str(tmp_path),)
    file = str(tmp_path / "app" / "plain" / "own.py")
    assert imports_from_above(file, [module]) is is_above


def test_what_is_below_a_root_is_not_outside(tmp_path: Path) -> None:
    assert not is_outside(str(tmp_path / "app" / "plain"), [str(tmp_path)])
    assert is_outside(str(tmp_path / "app" / "plain"), [str(tmp_path / "other")])
