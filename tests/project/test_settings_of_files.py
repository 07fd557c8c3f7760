"""The settings of each file that is found, and what their patterns are relative to."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from support.small_projects import touch

from ctxlint.config.lookup import Lookup
from ctxlint.config.path_patterns import Pattern
from ctxlint.config.settings import ConfigError, Settings
from ctxlint.project.discovery import find, for_file, name_only
from ctxlint.rules.registry import CODES


def configure(folder: Path, text: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pyproject.toml").write_text(f"[tool.ctxlint]\n{text}\n")


def configured(*paths: str, **given: object) -> dict[str, Settings]:
    """What is checked where the files of the project are read, with which settings."""
    found = find(paths, Lookup(given, CODES))
    return {target.display: target.settings for target in found.targets}


# Which file counts, and from where.


def test_each_file_has_the_settings_of_its_closest_file(project: Path) -> None:
    touch(project, "a.py", "pkg/b.py", "pkg/sub/c.py", "other/d.py")
    configure(project, "include-tests = true")
    configure(project / "pkg", "unsafe-fixes = true")
    settings = configured(".")
    assert [name for name in settings if settings[name].unsafe_fixes] == [
        "pkg/b.py",
        "pkg/sub/c.py",
    ]
    assert [name for name in settings if settings[name].include_tests] == ["a.py", "other/d.py"]


def test_files_of_a_folder_share_their_settings(project: Path) -> None:
    touch(project, "a.py", "pkg/b.py")
    configure(project, 'per-file-ignores = { "none.py" = ["CTX101"] }')
    settings = configured(".")
    assert settings["a.py"] is settings["pkg/b.py"]


def test_patterns_of_a_file_count_from_its_folder(project: Path) -> None:
    touch(project, "gen/a.py", "pkg/gen/b.py", "pkg/sub/gen/c.py")
    configure(project / "pkg", 'exclude = ["/gen/"]')
    assert sorted(configured(".")) == ["gen/a.py", "pkg/sub/gen/c.py"]


@pytest.mark.parametrize("folder", [".", "pkg", "pkg/sub"])
def test_the_working_folder_changes_nothing_about_them(
    project: Path, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    touch(project, "pkg/sub/old.py", "pkg/sub/new.py")
    configure(project, 'exclude = ["pkg/sub/old.py"]')
    monkeypatch.chdir(project / folder)
    names = [os.path.relpath(name, project) for name in map(os.path.abspath, configured("."))]
    assert names == ["pkg/sub/new.py"]
    upwards = os.path.relpath(project / "pkg", project / folder)
    assert [os.path.basename(name) for name in configured(upwards)] == ["new.py"]


def test_patterns_of_options_count_from_the_working_folder(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    touch(project, "pkg/old.py", "pkg/sub/old.py", "pkg/sub/gen/a.py")
    configure(project, 'extend-exclude = ["pkg/sub/gen/"]')
    monkeypatch.chdir(project / "pkg")
    assert sorted(configured(".", exclude=("/old.py",))) == ["sub/old.py"]


def test_what_an_outer_file_excludes_stays_out_whatever_is_in_there(project: Path) -> None:
    touch(project, "a.py", "legacy/b.py", "legacy/pkg/c.py")
    configure(project, 'exclude = ["legacy/"]')
    configure(project / "legacy/pkg", "no-such-key = true")
    for argument in (".", "legacy", "legacy/pkg/c.py"):
        assert "legacy/pkg/c.py" not in configured(argument)


def test_a_folder_excluded_from_above_can_be_worked_in(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    touch(project, "legacy/b.py")
    configure(project, 'exclude = ["legacy/"]')
    configure(project / "legacy", "")
    monkeypatch.chdir(project / "legacy")
    assert sorted(configured(".")) == ["b.py"]


def test_a_project_elsewhere_has_its_own_settings(project: Path) -> None:
    touch(project, "../lib/tests/a.py", "../lib/gen/b.py")
    configure(project, 'exclude = ["tests/"]')
    configure(project.parent / "lib", 'exclude = ["/gen/"]\nunsafe-fixes = true')
    settings = configured("../lib")
    assert sorted(settings) == ["../lib/tests/a.py"]
    assert settings["../lib/tests/a.py"].unsafe_fixes


def test_a_file_that_no_project_has_is_matched_from_the_folder_given(project: Path) -> None:
    touch(project, "../gen/lib/gen/a.py", "../gen/lib/b.py")
    found = find(["../gen/lib"], Lookup({"exclude": ("gen/",)}, CODES))
    assert [target.display for target in found.targets] == ["../gen/lib/b.py"]


def test_a_named_file_of_settings_counts_for_all(project: Path) -> None:
    touch(project, "src/a.py", "src/old.py", "ci/old.py")
    configure(project / "src", "unsafe-fixes = true")
    configure(project / "ci", 'exclude = ["src/old.py", "/old.py"]')
    found = find(["."], Lookup({}, CODES, config="ci/pyproject.toml"))
    assert [target.display for target in found.targets] == ["src/a.py"]
    assert not found.targets[0].settings.unsafe_fixes


def test_test_paths_count_from_the_folder_of_their_file(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    touch(project, "tests/a.py")
    monkeypatch.chdir(project / "tests")
    (alone,) = find(["."], Lookup({}, CODES)).targets
    configure(project, "")
    (below,) = find(["."], Lookup({}, CODES)).targets
    assert [alone.is_test, below.is_test] == [False, True]


def test_stdin_has_the_settings_of_its_folder(project: Path) -> None:
    configure(project / "pkg", 'unsafe-fixes = true\nexclude = ["/old.py"]')
    lookup = Lookup({}, CODES)
    target = name_only("pkg/new.py", lookup)
    assert target
    assert target.settings.unsafe_fixes
    assert name_only("pkg/old.py", lookup) is None
    assert name_only("old.py", lookup)
    assert name_only("pkg/not/there/a.py", lookup)


def test_a_bad_file_that_is_used_ends_the_search(project: Path) -> None:
    touch(project, "a.py", "pkg/b.py")
    configure(project / "pkg", "no-such-key = true")
    assert sorted(configured("a.py")) == ["a.py"]
    with pytest.raises(
        ConfigError, match=r"^pkg/pyproject\.toml:2:1: \[tool\.ctxlint\] no-such-key"
    ):
        configured(".")


# Codes to leave out of certain files.


def ignored(*paths: str) -> dict[str, tuple[str, ...]]:
    return {name: settings.ignore for name, settings in configured(*paths).items()}


def test_per_file_ignores_concern_the_files_that_they_cover(project: Path) -> None:
    touch(project, "scripts/a.py", "scripts/sub/b.py", "c.py")
    text = 'ignore = ["CTX2"]\nper-file-ignores = { "scripts/*.py" = ["CTX101"] }'
    configure(project, text)
    plain = ("CTX2",)
    with_script = {"scripts/a.py": (*plain, "CTX101")}
    assert ignored(".") == {"c.py": plain, "scripts/sub/b.py": plain} | with_script


def test_per_file_ignores_add_up_and_count_from_the_folder_of_their_file(project: Path) -> None:
    touch(project, "pkg/a.py", "a.py")
    configure(project / "pkg", 'per-file-ignores = { "/a.py" = ["CTX3"], "*.py" = ["CTX2"] }')
    assert ignored(".") == {"a.py": (), "pkg/a.py": ("CTX301", "CTX201", "CTX202")}


def test_a_negated_pattern_concerns_all_other_files(project: Path) -> None:
    touch(project, "src/a.py", "scripts/b.py")
    configure(project, 'per-file-ignores = { "!src/" = ["CTX101"] }')
    assert ignored(".") == {"scripts/b.py": ("CTX101",), "src/a.py": ()}


def test_no_selection_brings_back_what_a_file_ignores(project: Path) -> None:
    touch(project, "scripts/a.py")
    configure(project, 'per-file-ignores = { "scripts/" = ["CTX"] }')
    settings = configured(".", select=("CTX101",))["scripts/a.py"]
    assert not any(map(settings.selects, CODES))


def test_the_settings_for_one_file_can_be_asked_for(project: Path) -> None:
    settings = Settings(per_file_ignores={Pattern("scripts/"): ("CTX101",)})
    assert for_file("scripts/a.py", settings).ignore == ("CTX101",)
    assert for_file("src/a.py", settings) is settings
    assert for_file("<string>", settings) is settings
