"""Searches of checked files for a word, and for regular expressions that need one."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from ctxlint.project.modules import Project

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def made(folder: Path, **texts: str) -> Project:
    """A project of checked files."""
    for name, text in texts.items():
        (folder / f"{name}.py").write_text(text)
    return Project((), {str(folder / f"{name}.py"): f"{name}.py" for name in texts})


def test_only_files_with_the_word_are_read_for_each_pattern(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = made(tmp_path, a="class Base: pass\n", b="class Heir(Base): pass\n", c="x = 1\n")
    reads: Counter[str] = Counter()
    read = project.read

    def counted(path: str) -> bytes:
        reads[path[-4:]] += 1
        return read(path)

    monkeypatch.setattr(project, "read", counted)
    home = str(tmp_path / "a.py")
    assert project.mentions(r"\bclass\s+\w+\(Base\)", home, "Base")
    assert not project.mentions(r"\bBase\.x\b", home, "Base")
    assert not project.mentions(r"\bclass Base\b", home, "Base")  # but in the file itself
    assert reads["c.py"] == 1


def test_what_is_replaced_is_found_and_what_was_there_is_not(tmp_path: Path) -> None:
    project = made(tmp_path, a="class Base: pass\n", b="x = 1\n")
    home, other = str(tmp_path / "a.py"), str(tmp_path / "b.py")
    assert not project.mentions(r"\bBase\b", home, "Base")
    project.replace(other, b"class Heir(Base): pass\n")
    assert project.mentions(r"\bBase\b", home, "Base")
    assert project.mentions(r"\bHeir\b", home, "Heir")
    project.replace(other, None)
    assert not project.mentions(r"\bBase\b", home, "Base")
    assert not project.mentions(r"\bHeir\b", home, "Heir")
