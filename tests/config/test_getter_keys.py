"""What a contract says of a getter beside its name and IDs: `none`, `minor`, `help`, `url`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest
from support.commands import FOUND

if TYPE_CHECKING:
    from support.commands import Run

CODE = """\
from uuid import uuid4

from app import resume


def handle(user):
    return resume(user, thread_id=uuid4().hex, run_id=uuid4().hex)
"""
GETTER = '[[tool.ctxlint.getter]]\ncall = "resume"\nids = { thread_id = 1, run_id = 2 }\n'
HOSTILE = r"Ask <b>us</b> [here](javascript:x) \u001b]8;;http://x\u0007 %0A::error:: [red]x[/red]"
URL = "https://example.org/a_b?<i>&x=%0A|y"


@pytest.fixture(autouse=True)
def handler(tmp_path: Path) -> Path:
    path = tmp_path / "handler.py"
    path.write_text(CODE)
    return path


def configure(text: str) -> None:
    Path("pyproject.toml").write_text(GETTER + text)


def finding(run: Run) -> dict[str, Any]:
    (found,) = json.loads(run("check", "--output-format", "json", "handler.py").out)
    return dict(found)


def test_what_none_means_is_unknown_where_it_is_left_out(run: Run) -> None:
    configure("")
    found = finding(run)
    assert (found["ids"], found["fix"]) == (["thread_id", "run_id"], None)
    assert found["unfixed_reason"].startswith("what None means to resume() is unknown: ")
    assert 'none = "reuse"' in found["unfixed_reason"]
    assert 'none = "reuse"' in run("check", "handler.py").out
    for options in ([], ["--unsafe-fixes"], ["--keep", "none"]):
        assert run("fix", *options, "handler.py").code == FOUND
        assert Path("handler.py").read_text() == CODE


@pytest.mark.parametrize("arguments", [["."], ["handler.py"], [".", "-q"]], ids=" ".join)
def test_one_line_names_the_line_to_add(run: Run, arguments: list[str]) -> None:
    more = '[[tool.ctxlint.getter]]\ncall = "open"\nids = { thread_id = 0 }\nnone = "reuse"\n'
    configure(more)
    lines = run("check", *arguments).err.splitlines()
    (line,) = (line for line in lines if "unknown" in line)
    assert line.startswith("pyproject.toml:2:8: getter 'resume': what None means to it is unknown")
    assert 'add none = "reuse"' in line


def test_nobody_is_told_what_was_not_asked(run: Run) -> None:
    assert "unknown" not in run("check", ".").err  # the built-in contract says it
    configure('none = "reuse"\n')
    assert "unknown" not in run("check", ".").err


@pytest.mark.parametrize(
    ("minor", "ids", "level"),
    [
        ("", ["run_id"], "warning"),
        ("", ["thread_id"], "error"),
        ('minor = ["thread_id"]', ["thread_id"], "warning"),
        ('minor = ["thread_id"]', ["run_id"], "error"),
        ('minor = ["thread_id"]', ["thread_id", "run_id"], "error"),
        ('minor = ["thread_id", "run_id"]', ["thread_id", "run_id"], "warning"),
        ("minor = []", ["run_id"], "error"),
    ],
)
def test_a_finding_of_minor_ids_alone_is_a_warning(
    run: Run, handler: Path, minor: str, ids: list[str], level: str
) -> None:
    configure(minor)
    given = ", ".join(f"{name}=uuid4().hex" for name in ids)
    handler.write_text(f"from uuid import uuid4\nfrom app import resume\nresume('u', {given})\n")
    found = finding(run)
    assert (found["ids"], found["level"]) == (ids, level)


def test_the_words_of_the_project_take_the_place_of_the_general_ones(run: Run) -> None:
    configure('none = "new"')
    assert "help: pass the ID that the client received" in run("check", "handler.py").out
    configure('none = "new"\nhelp = "Read the thread from the cookie."\nurl = "http://x.org/a"')
    found = finding(run)
    assert (found["help"], found["url"]) == ("Read the thread from the cookie.", "http://x.org/a")
    out = run("check", "handler.py").out
    assert "help: Read the thread from the cookie.\n" in out
    assert "see: http://x.org/a\n" in out
    assert "given" not in out
    configure('none = "reuse"\nhelp = "Pass nothing."')
    assert "help: Pass nothing.\n" in run("check", "handler.py").out


@pytest.mark.parametrize("none", ["new", "reuse"])
@pytest.mark.parametrize("color", ["always", "never"])
def test_no_format_obeys_what_the_words_hold(run: Run, none: str, color: str) -> None:
    configure(f'none = "{none}"\nhelp = "{HOSTILE}"\nurl = "{URL}"')
    outs = {
        name: run("check", "--color", color, "--output-format", name, "handler.py").out
        for name in ("full", "concise", "json", "github", "gitlab", "sarif", "junit")
    }
    assert not any("\x07" in out or "\x1b]" in out for out in outs.values())
    assert "Ask <b>us</b> [here](javascript:x)" in outs["full"]
    assert "[red]x[/red]" in outs["full"]
    (line,) = outs["github"].splitlines()
    assert "%250A::error::" in line
    (result,) = json.loads(outs["sarif"])["runs"][0]["results"]
    assert r"\[here](javascript:x)" in result["message"]["text"]
    assert URL in result["message"]["text"]
    assert "Ask <b>us</b>" in json.loads(outs["gitlab"])[0]["description"]
    (failure,) = ET.fromstring(outs["junit"]).iter("failure")
    assert "Ask <b>us</b>" in (failure.text or "")


def test_a_report_shows_them_as_text(run: Run) -> None:
    configure(f'none = "new"\nhelp = "{HOSTILE}"\nurl = "{URL}"')
    page = run("audit", "--output-format", "html", ".").out
    assert "Ask &lt;b&gt;us&lt;/b&gt;" in page
    assert 'href="https://example.org/a_b?&lt;i&gt;&amp;x=%0A|y"' in page
    markdown = run("audit", "--output-format", "markdown", ".").out
    assert r"Ask \<b\>us\</b\> \[here\](javascript:x)" in markdown
    assert "\x1b" not in page + markdown
