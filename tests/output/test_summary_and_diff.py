"""The closing sentences, and the diff."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from support.sample_findings import SAFE, UNSAFE, finding

from ctxlint.finding import Finding
from ctxlint.output import diff, summary

if TYPE_CHECKING:
    from pathlib import Path

# diff


def test_a_diff_is_unified() -> None:
    assert diff.unified("pkg/a.py", b"a\nb\nc\n", b"a\nc\n") == (
        b"--- pkg/a.py\n+++ pkg/a.py\n@@ -1,3 +1,2 @@\n a\n-b\n c\n"
    )


def test_a_diff_of_nothing_is_empty() -> None:
    assert diff.unified("a.py", b"a\n", b"a\n") == b""


@pytest.mark.skipif(not shutil.which("git"), reason="git is the judge")
@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"a\nb", b"a"),
        (b"a\nb", b"c\nb"),
        (b"a\n", b"a"),
        (b"a", b"a\n"),
        (b"a\r\nb\r\n", b"a\r\n"),
        (b"a\rb\n", b"b\n"),
        (b"a\x0c\nb\n", b"a\x0c\n"),
        (b"\xef\xbb\xbfa\nb\n", b"\xef\xbb\xbfb\n"),
        (b"'\xe9'\nb\n", b"'\xe9'\n"),
        (b"a\n", b""),
    ],
)
def test_git_applies_a_diff(tmp_path: Path, before: bytes, after: bytes) -> None:
    (tmp_path / "a.py").write_bytes(before)
    patch = diff.unified("a.py", before, after)
    subprocess.run(["git", "apply", "-p0", "-"], cwd=tmp_path, input=patch, check=True)
    path = tmp_path / "a.py"
    assert path.read_bytes() == after


# summary


FOUND = [
    finding("a.py", function="f", fix=SAFE),
    finding("a.py", function="f", fix=UNSAFE),
    finding("b.py", function="f"),
    finding("b.py"),
]


@pytest.mark.parametrize(
    ("findings", "unsafe_fixes", "text"),
    [
        (
            FOUND,
            False,
            "Found 4 findings in 2 files and 2 functions; "
            "1 fixable with 'ctxlint fix', 1 more with --unsafe-fixes.",
        ),
        (
            FOUND,
            True,
            "Found 4 findings in 2 files and 2 functions; 2 fixable with 'ctxlint fix'.",
        ),
        (
            FOUND[1:2],
            False,
            "Found 1 finding in 1 file and 1 function; "
            "1 fixable with 'ctxlint fix --unsafe-fixes'.",
        ),
        (FOUND[3:], False, "Found 1 finding in 1 file; none fixable."),
        ([], False, "All clear: 3 files checked."),
    ],
)
def test_the_summary_of_check(findings: list[Finding], unsafe_fixes: bool, text: str) -> None:
    assert summary.checked(findings, 3, 0, unsafe_fixes) == text


@pytest.mark.parametrize(
    ("fixed", "remaining", "is_written", "text"),
    [
        (FOUND[:1], [], True, "Fixed 1 finding in 1 file; none remain."),
        (FOUND[:1], FOUND[3:], True, "Fixed 1 finding in 1 file; 1 remains."),
        (
            FOUND[:1],
            FOUND[1:],
            False,
            "Would fix 1 finding in 1 file; 3 remain, 1 fixable with --unsafe-fixes.",
        ),
        ([], FOUND[3:], True, "Nothing fixed; 1 remains."),
        ([], FOUND[3:], False, "Nothing to fix; 1 remains."),
        ([], [], True, "All clear: 3 files checked."),
    ],
)
def test_the_summary_of_fix(
    fixed: list[Finding], remaining: list[Finding], is_written: bool, text: str
) -> None:
    assert summary.fixed(fixed, remaining, 3, 0, written=is_written) == text


@pytest.mark.parametrize(
    ("fixed", "remaining", "is_written", "text"),
    [
        ([], [], True, "Suppressed 2 findings in 1 file; none remain."),
        ([], [], False, "Would suppress 2 findings in 1 file; none remain."),
        ([], FOUND[3:], True, "Suppressed 2 findings in 1 file; 1 remains."),
        (
            FOUND[:3],
            [],
            True,
            "Fixed 3 findings in 2 files, suppressed 2 findings in 1 file; none remain.",
        ),
        (
            FOUND[:1],
            [],
            False,
            "Would fix 1 finding in 1 file, would suppress 2 findings in 1 file; none remain.",
        ),
    ],
)
def test_the_summary_of_new_noqa_comments(
    fixed: list[Finding], remaining: list[Finding], is_written: bool, text: str
) -> None:
    shown = summary.fixed(fixed, remaining, 3, 0, written=is_written, suppressed=FOUND[:2])
    assert shown == text


def test_the_summary_of_errors_is_not_all_clear() -> None:
    assert summary.checked([], 1, 2, False) == "No findings: 1 file checked."
    assert summary.checked([], 0, 2, False) == "No Python file was checked."
    assert summary.failed(2) == "2 errors, see above."


def test_the_summary_counts_skipped_tests() -> None:
    assert summary.skipped(1) == "Skipped 1 test file (--include-tests checks it)."
    assert summary.skipped(3) == "Skipped 3 test files (--include-tests checks them)."


def test_the_summary_explains_the_mark_where_there_is_one() -> None:
    said = summary.checked(FOUND, 3, 0, False, marked=True)
    assert said.endswith("; [*] 1 fixable with 'ctxlint fix', 1 more with --unsafe-fixes.")
    assert "[*]" not in summary.checked(FOUND[1:2], 3, 0, False, marked=True)


def test_a_diff_has_the_colours_of_git() -> None:
    patch = diff.shown(diff.unified("a.py", b"a\nb\n", b"a\nc\n"))
    painted = diff.painted(patch, lambda text, style: f"<{style}>{text}")
    assert painted == (
        "<bold>--- a.py\n<bold>+++ a.py\n<cyan>@@ -1,2 +1,2 @@\n a\n<red>-b\n<green>+c\n"
    )
