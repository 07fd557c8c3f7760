"""Patterns as in a .gitignore."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ctxlint.config.path_patterns import Pattern, Patterns, regex

CASES = [
    (["*.py"], "a/b.py", "a/b.pyi"),
    (["a.py"], "x/a.py", "x/aa.py"),
    (["tests/"], "x/tests/a.py", "tests"),
    (["/tests"], "tests/a.py", "x/tests/a.py"),
    (["a/*.py"], "a/b.py", "a/b/c.py"),
    (["a/**"], "a/b/c.py", "a"),
    (["**/gen/*.py"], "x/gen/a.py", "x/gen/y/a.py"),
    (["a/**/z.py"], "a/z.py", "b/a/z.py"),
    (["?.py"], "a.py", "ab.py"),
    (["[ab].py"], "b.py", "c.py"),
    (["[!ab].py"], "c.py", "b.py"),
    (["[]a].py"], "].py", "b.py"),
    (["[[a].py"], "[.py", "b.py"),
    (["[a&&b].py"], "&.py", "c.py"),
    (["[--0].py"], "..py", "1.py"),
    ([r"\*.py"], "*.py", "a.py"),
    (["*.py", "!keep.py"], "a.py", "keep.py"),
    (["a", "!a/keep.py"], "a/keep.py", "keep.py"),  # a folder is out as a whole
    (["("], "(", "a"),
    (["a*b*c"], "axbxbxc", "axbxbx"),
    (["*a*b"], "xaxab", "xb"),
    (["a*b/c"], "axbxb/c", "axbx/c"),
    (["a/**/b*/**/c"], "a/x/b/bx/y/c", "a/x/c"),
    (["a/**/b/**/b/c"], "a/b/x/b/b/c", "a/b/c"),
    (["**/a/**/b"], "x/a/a/b", "x/a"),
    (["[!a]b"], "xb", "ab"),
    (["x[!a]b"], "xxb", "x/b"),
    (["x[!-a]b"], "xxb", "x-b"),
    (["x[.-0]b"], "x0b", "x/b"),
]
each_case = pytest.mark.parametrize(
    ("patterns", "covered", "clear"),
    CASES,
    ids=lambda value: " ".join(value) if isinstance(value, list) else value,
)


def covers(patterns: list[str], name: str) -> bool:
    return Patterns(map(Pattern, patterns)).cover(lambda _: name)


@each_case
def test_patterns_cover_what_they_name(patterns: list[str], covered: str, clear: str) -> None:
    assert covers(patterns, covered)
    assert not covers(patterns, clear)


@pytest.mark.skipif(not shutil.which("git"), reason="git is not installed")
@each_case
def test_git_reads_them_so(tmp_path: Path, patterns: list[str], covered: str, clear: str) -> None:
    (tmp_path / ".gitignore").write_text("\n".join(patterns))
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    command = ["git", "check-ignore", "-q", "--no-index", "--"]
    codes = [
        subprocess.run([*command, name], cwd=tmp_path, check=False).returncode
        for name in (covered, clear)
    ]
    assert codes == [0, 1]


def test_a_leading_dot_names_the_folder_itself() -> None:
    assert covers(["./a/b.py"], "a/b.py")
    assert not covers(["./a/b.py"], "x/a/b.py")


def test_a_folder_has_a_slash_at_its_end() -> None:
    assert covers(["gen/"], "x/gen/")
    assert covers(["x/"], "x/gen/")
    assert not covers(["gen/"], "x/generated/")


def test_each_pattern_counts_from_its_own_folder() -> None:
    names = {"/p": "pkg/gen/a.py", "/p/pkg": "gen/a.py"}
    assert Patterns([Pattern("/gen", "/p/pkg")]).cover(names.__getitem__)
    assert not Patterns([Pattern("/gen", "/p")]).cover(names.__getitem__)
    assert not Patterns([Pattern("pkg/", "/p/pkg")]).cover(names.__getitem__)


def test_the_last_folder_with_a_pattern_that_matches_decides() -> None:
    names = {"/p": "gen/a.py", "": "a.py"}
    out, back = Pattern("gen/", "/p"), Pattern("!a.py")
    assert not Patterns([out, back]).cover(names.__getitem__)
    assert Patterns([back, out]).cover(names.__getitem__)
    assert Patterns([out, Pattern("!b.py")]).cover(names.__getitem__)


@pytest.mark.parametrize("pattern", ["[z-a]", "[z-a].py", "!x/[b-a]", "[!]", "[]"])
def test_an_ill_formed_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"not a gitignore pattern: '.*', fix what is in brackets"):
        regex(pattern)


@pytest.mark.parametrize("pattern", ["", "/", "!", "!/", "./"])
def test_an_empty_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"empty pattern '.*', write one or remove it"):
        regex(pattern)


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("*a" * 50 + "b", "a" * 250),
        ("**/a/" * 50 + "b", "a/" * 2000),
        ("a*/**/" * 50 + "b", "aa/" * 1000),
        ("**/*a*a*/" * 20 + "b", ("a" * 50 + "/") * 50),
    ],
)
def test_no_pattern_takes_for_ever(pattern: str, name: str) -> None:
    """Each of these would take longer than the universe will last, if it tried all ways."""
    script = (
        "import sys; from ctxlint.config.path_patterns import regex; "
        "regex(sys.argv[1]).fullmatch(sys.argv[2])"
    )
    command = [sys.executable, "-c", script, pattern, name]
    assert subprocess.run(command, check=False, timeout=30).returncode == 0
