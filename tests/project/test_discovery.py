"""Which files a run checks, and what it calls them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from support.small_projects import touch

from ctxlint.config.path_patterns import Pattern
from ctxlint.config.settings import Settings
from ctxlint.project.discovery import find, name_only

if TYPE_CHECKING:
    from pathlib import Path

    from ctxlint.project.discovery import SettingsFor


def always(*exclude: str) -> SettingsFor:
    return lambda _: Settings(exclude=tuple(map(Pattern, exclude)))


def shown(*paths: str, exclude: tuple[str, ...] = ()) -> list[str]:
    return [target.display for target in find(paths, always(*exclude)).targets]


# Folders.


def test_a_folder_yields_its_python_files_sorted(project: Path) -> None:
    touch(project, "b.py", "a/z.py", "a/stub.pyi", "a/data.txt", "script", ".hidden/c.py")
    assert shown(".") == [".hidden/c.py", "a/stub.pyi", "a/z.py", "b.py"]


def test_gitignore_is_obeyed(project: Path) -> None:
    touch(project, "a.py", "made/b.py", "c_pb2.py", "pkg/d.py", "pkg/e.py", ".git/HEAD")
    (project / ".gitignore").write_text("made/\n*_pb2.py\n")
    (project / "pkg/.gitignore").write_text("e.py\n")
    assert shown(".") == ["a.py", "pkg/d.py"]


@pytest.mark.parametrize(
    "folder", [".venv", "venv", "node_modules", "build", "dist", "site-packages", ".tox"]
)
def test_default_excludes_are_not_entered(project: Path, folder: str) -> None:
    touch(project, f"pkg/{folder}/deep/a.py", "b.py")
    assert shown(".") == ["b.py"]


def test_a_folder_excluded_by_default_is_walked_when_named(project: Path) -> None:
    touch(project, ".venv/lib/site-packages/pkg/a.py")
    assert shown(".venv/lib/site-packages") == [".venv/lib/site-packages/pkg/a.py"]


def test_a_negated_pattern_lets_a_default_exclude_in(project: Path) -> None:
    touch(project, "build/a.py", "dist/b.py")
    assert shown(".", exclude=("!build",)) == ["build/a.py"]


def test_no_link_to_a_folder_is_followed(project: Path) -> None:
    touch(project, "pkg/a.py")
    (project / "pkg/up").symlink_to("..")
    assert shown(".") == ["pkg/a.py"]


def test_a_folder_called_like_a_module_is_no_file(project: Path) -> None:
    touch(project, "odd.py/a.py")
    (project / "link.py").symlink_to("odd.py")
    assert shown(".") == ["odd.py/a.py"]


def test_a_pipe_in_a_folder_is_not_opened(project: Path) -> None:
    touch(project, "a.py")
    os.mkfifo(project / "pipe.py")
    assert shown(".") == ["a.py"]


# Files by name.


def test_a_named_file_is_checked_whatever_its_suffix(project: Path) -> None:
    touch(project, "script", "a.txt")
    assert shown("script", "a.txt") == ["a.txt", "script"]


def test_a_named_file_is_checked_though_git_ignores_it(project: Path) -> None:
    touch(project, "a.py", ".git/HEAD")
    (project / ".gitignore").write_text("a.py\n")
    assert shown("a.py") == ["a.py"]


def test_each_file_counts_once(project: Path) -> None:
    touch(project, "pkg/a.py")
    everything = (".", "pkg", "pkg/a.py", "./pkg/../pkg/a.py", str(project / "pkg/a.py"))
    assert shown(*everything) == ["pkg/a.py"]


def test_a_link_and_its_target_count_once_under_the_target(project: Path) -> None:
    touch(project, "z.py")
    (project / "a.py").symlink_to("z.py")
    assert shown(".") == ["z.py"]
    assert shown("a.py") == ["a.py"]


def test_hard_links_are_two_files(project: Path) -> None:
    touch(project, "a.py")
    (project / "b.py").hardlink_to(project / "a.py")
    assert shown(".") == ["a.py", "b.py"]


def test_a_file_elsewhere_is_shown_as_given(project: Path) -> None:
    touch(project, "../lib/a.py")
    assert shown("../lib") == ["../lib/a.py"]
    assert shown(str(project.parent / "lib")) == [str(project.parent / "lib/a.py")]


# Exclude.


@pytest.mark.parametrize("argument", [".", "pkg", "pkg/gen", "pkg/gen/a.py"])
def test_an_exclude_pattern_counts_however_a_file_is_named(project: Path, argument: str) -> None:
    touch(project, "pkg/gen/a.py", "pkg/b.py")
    found = find([argument], always("pkg/gen/"))
    assert "pkg/gen/a.py" not in [target.display for target in found.targets]
    assert found.excluded == ("pkg/gen/a.py",)


def test_an_exclude_pattern_ignores_folders_above_a_file_elsewhere(project: Path) -> None:
    touch(project, "../gen/lib/a.py")
    assert shown("../gen/lib", exclude=("gen",)) == ["../gen/lib/a.py"]


# Test files.


@pytest.mark.parametrize(
    ("name", "is_test"),
    [
        ("tests/a.py", True),
        ("pkg/tests/deep/a.py", True),
        ("test_a.py", True),
        ("pkg/a_test.py", True),
        ("conftest.py", True),
        ("pkg/testing.py", False),
        ("pkg/contest.py", False),
        ("latest_a.py", False),
    ],
)
def test_test_files_are_known_by_their_path(project: Path, name: str, is_test: bool) -> None:
    touch(project, name)
    for argument in (".", name, str(project / name)):
        (target,) = find([argument], always()).targets
        assert target.is_test is is_test


def test_folders_above_a_file_elsewhere_make_no_test(project: Path) -> None:
    touch(project, "../tests/lib/a.py", "../tests/lib/tests/b.py")
    by_folder = find(["../tests/lib"], always()).targets
    assert [target.is_test for target in by_folder] == [False, True]
    assert not find(["../tests/lib/a.py"], always()).targets[0].is_test


def test_stdin_is_a_test_by_its_name(project: Path) -> None:
    target = name_only("tests/a.py", always())
    assert target
    assert target.is_test
    assert name_only("tests/a.py", always("tests")) is None


# Errors.


def test_a_missing_path_is_one_line_and_the_rest_goes_on(project: Path) -> None:
    touch(project, "a.py")
    found = find(["gone.py", "a.py"], always())
    assert found.errors == ("gone.py: no such file or folder, check the path",)
    assert [target.display for target in found.targets] == ["a.py"]


def test_broken_links_are_a_line_each(project: Path) -> None:
    touch(project, "a.py")
    (project / "dangling.py").symlink_to("nowhere.py")
    (project / "loop.py").symlink_to("loop.py")
    for arguments in (["."], ["dangling.py", "loop.py", "a.py"]):
        found = find(arguments, always())
        assert sorted(found.errors) == [
            "dangling.py: dangling link, remove it or restore its target",
            "loop.py: circular link, remove it or point it at a file",
        ]
        assert [target.display for target in found.targets] == ["a.py"]


def test_broken_links_that_are_excluded_are_silent(project: Path) -> None:
    (project / "dangling.py").symlink_to("nowhere.py")
    assert find(["."], always("dangling.py")).errors == ()


def test_a_name_that_is_not_utf8_is_one_line_and_the_walk_goes_on(project: Path) -> None:
    touch(project, "pkg/a.py", "pkg/z.py")
    try:
        (project / "pkg" / os.fsdecode(b"\xff.py")).touch()
    except OSError:
        pytest.skip("this file system allows no such name")
    found = find(["pkg"], always())
    line = "pkg/\udcff.py: a file name that is not UTF-8, mend it or exclude it"
    assert found.errors == (line,)
    assert [target.display for target in found.targets] == ["pkg/a.py", "pkg/z.py"]


def test_an_unreadable_folder_is_one_line_and_the_walk_goes_on(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    touch(project, "a.py")
    text = "./private: IO error for operation on ./private: Permission denied (os error 13)"
    monkeypatch.setattr("rignore.walk", lambda *_, **__: Walk([OSError(text), project / "a.py"]))
    found = find(["."], always())
    assert found.errors == ("private: Permission denied, mend it or exclude it",)
    assert [target.display for target in found.targets] == ["a.py"]


class Walk:
    """An iterator that raises the errors among its items and goes on after them."""

    def __init__(self, items: list[object]) -> None:
        self.items = items

    def __iter__(self) -> Walk:
        return self

    def __next__(self) -> object:
        if not self.items:
            raise StopIteration
        item = self.items.pop(0)
        if isinstance(item, Exception):
            raise item
        return item
