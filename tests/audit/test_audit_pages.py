"""`ctxlint audit`: its pages, its output and exit codes."""

from __future__ import annotations

import json
import os
from pathlib import Path

from support.audited_code import NEW, RIGHT, WRONG, audited
from support.commands import CLEAN, FOUND, USAGE, Run
from support.repositories import new
from support.sample_findings import BAD
from support.small_projects import GETTER, Write, handler

# --- pages ----------------------------------------------------------------------------------------


def test_nothing_found_is_an_honest_report(run: Run, write: Write) -> None:
    write(a="x = 1\n")
    result = run("audit")
    assert result.code == CLEAN
    assert "**No call of a session getter in 1 file.**" in result.out
    assert "No file calls a session getter or has a finding." in result.out
    assert result.err == "No call of a session getter in 1 file.\n"
    assert audited(run)["summary"]["right_share"] is None
    assert "<td colspan" in run("audit", "--output-format", "html").out


HOSTILE = handler(NEW, 'UnifiedIdGenerator.generate_base_id("</script><b>`|*\\u202e\\x1b[31m")')


def test_names_that_are_not_utf_8(run: Run, tmp_path: Path) -> None:
    for name in (b"a\xff.py", b"b.py"):
        (tmp_path / os.fsdecode(name)).write_text(WRONG)
    assert run("audit").code == run("check").code == USAGE  # the walk does not give such names
    paths = [str(path) for path in tmp_path.iterdir()]
    assert run("audit", *paths).code == run("check", *paths).code == FOUND


def test_html_shows_code_and_names_as_text(run: Run, tmp_path: Path) -> None:
    (tmp_path / "<img src=x>.py").write_text(HOSTILE + '# "</pre>"\n')
    page = run("audit", "--output-format", "html").out
    assert page.count("</script>") == 1
    assert "<img" not in page
    assert "&lt;img src=x&gt;.py" in page


def test_pages_hold_no_character_that_controls(run: Run, tmp_path: Path) -> None:
    code = HOSTILE.replace("\\u202e", "\u202e").replace("\\x1b", "\x1b")
    (tmp_path / "a\u202eb\x07.py").write_text(code)
    for output_format in ("markdown", "html"):
        page = run("audit", "--output-format", output_format).out
        assert {"\u202e", "\x1b", "\x07"}.isdisjoint(page)
        assert "a\\u202eb\\x07.py" in page


def test_markdown_shows_names_as_code(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a`|b.py").write_text(RIGHT)
    (row,) = [line for line in run("audit").out.splitlines() if "b.py" in line]
    assert row == "| ``a`\\|b.py`` | 1 | 0 | 100 % | 0 | 0 | 0 | 0 | 0 |"


def test_markdown_shows_as_code_only_what_is_code_for_every_reader(
    run: Run, tmp_path: Path
) -> None:
    repo = new(tmp_path)
    repo.save("`<b>` and ```<img src=x>`")
    assert ": `<b>` and \\`\\`\\`\\<img src=x\\>\\`." in run("audit").out


def test_a_fence_is_longer_than_those_in_the_code(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(BAD + '"""\n````\n"""\n')
    lines = run("audit").out.splitlines()
    assert lines.count("`````diff") == lines.count("`````") == 1


def test_json_is_ascii(run: Run, tmp_path: Path) -> None:
    (tmp_path / "日\udcff.py").write_text(BAD)
    result = run("audit", "--output-format", "json")
    assert result.out.isascii()
    json.loads(result.out)


# --- output and exit codes ------------------------------------------------------------------------


def test_exit_codes(run: Run, bad: Path, tmp_path: Path) -> None:
    assert run("audit").code == FOUND
    assert run("audit", "--exit-zero").code == CLEAN
    (tmp_path / "broken.py").write_text(GETTER + "(")
    result = run("audit", "--exit-zero")
    assert result.code == USAGE
    assert result.err.startswith("broken.py:2:1: syntax error: ")
    assert "## Not analysed" in result.out
    assert "syntax error" in run("audit", "--output-format", "html").out


def test_the_output_file_has_what_stdout_would(run: Run, bad: Path, tmp_path: Path) -> None:
    shown = run("audit")
    result = run("audit", "--output-file", "audit.md")
    assert (result.out, result.err) == ("", shown.err)
    assert (tmp_path / "audit.md").read_text() == shown.out


def test_an_output_file_that_cannot_be_written(run: Run, bad: Path) -> None:
    result = run("audit", "--output-file", "no/audit.md")
    assert result == (
        USAGE,
        "",
        "no/audit.md: No such file or directory, nothing written, "
        "check its folder and permissions\n",
    )


def test_quiet_prints_the_report_only(run: Run, bad: Path) -> None:
    assert run("audit", "-q").err == ""


def test_stdin_is_not_audited(run: Run) -> None:
    result = run("audit", "-")
    assert result.code == USAGE
    assert "audit does not read stdin: leave out '-'." in result.err


def test_a_path_that_is_not_there(run: Run) -> None:
    result = run("audit", "nowhere")
    assert result.code == USAGE
    assert result.err.startswith("nowhere: no such file or folder")


def test_without_a_repository_there_is_no_revision(run: Run, bad: Path) -> None:
    os.environ["GIT_CEILING_DIRECTORIES"] = str(bad.parent.parent)
    try:
        assert audited(run)["revision"] is None
    finally:
        del os.environ["GIT_CEILING_DIRECTORIES"]
