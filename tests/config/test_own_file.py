"""ctxlint.toml: the keys of `[tool.ctxlint]` at top level, in a file of their own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support.commands import CLEAN, FOUND
from support.config_cases import ACCEPTED, CODES, REFUSED

from ctxlint.config.lookup import Lookup
from ctxlint.config.settings import ConfigError, Keep

if TYPE_CHECKING:
    from support.commands import Run

CODE = "from uuid import uuid4\nfrom app import resume\nresume('u', chat=uuid4().hex)\n"
GETTER = '[[getter]]\ncall = "resume"\nids = { chat = 1 }\nnone = "reuse"\n'


def own(text: str) -> str:
    """Settings as a file of their own has them."""
    return text.replace("[[tool.ctxlint.", "[[").replace("[tool.ctxlint.", "[")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(name: str, text: str) -> None:
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_text(text)


@pytest.mark.parametrize("text", ACCEPTED)
def test_it_holds_what_the_table_holds(text: str) -> None:
    write("pyproject.toml", f"[tool.ctxlint]\n{text}\n")
    shared = Lookup({}, CODES)("")
    Path("pyproject.toml").unlink()
    write("ctxlint.toml", own(text))
    assert Lookup({}, CODES)("") == shared


@pytest.mark.parametrize(("text", "place", "what"), REFUSED)
def test_it_refuses_what_the_table_refuses(text: str, place: tuple[int, int], what: str) -> None:
    write("ctxlint.toml", own(text))
    with pytest.raises(ConfigError) as caught:
        Lookup({}, CODES)("")
    found = str(caught.value)
    assert found.startswith("ctxlint.toml:")
    assert own(what).split(", write")[0] in found
    assert "tool.ctxlint" not in found


def test_the_closest_file_counts_of_either_kind() -> None:
    write("ctxlint.toml", 'keep = "all"\n')
    write("in/pyproject.toml", '[tool.ctxlint]\nkeep = "none"\n')
    write("in/side/ctxlint.toml", "")
    write("in/none/pyproject.toml", '[project]\nname = "x"\n')
    lookup = Lookup({}, CODES)
    kept = {name: lookup(name).keep for name in (".", "in", "in/side", "in/none", "other")}
    assert kept == {
        ".": Keep.ALL,
        "in": Keep.NONE,
        "in/side": Keep.RECEIVED,
        "in/none": Keep.NONE,
        "other": Keep.ALL,
    }


def test_it_wins_over_the_table_beside_it_and_says_so(run: Run) -> None:
    write("ctxlint.toml", GETTER)
    write("pyproject.toml", '[tool.ctxlint]\nselect = ["CTX3"]\n')
    write("in/a.py", CODE)
    done = run("check", "--output-format", "json", ".")
    assert [finding["ids"] for finding in json.loads(done.out)] == [["chat"]]
    (line,) = (line for line in done.err.splitlines() if "pyproject.toml" in line)
    assert line == (
        "ctxlint.toml: takes precedence over [tool.ctxlint] in pyproject.toml, remove one of them"
    )
    assert line in run("config").err
    write("pyproject.toml", '[project]\nname = "ctxlint"\n')
    assert "pyproject" not in run("check", ".").err
    write("pyproject.toml", "[tool.ctxlint\n")  # which nobody reads
    assert "pyproject" not in run("check", ".").err


@pytest.mark.parametrize(
    ("base", "text"),
    [("base/ctxlint.toml", 'keep = "all"'), ("base/x.toml", '[tool.ctxlint]\nkeep = "all"')],
)
@pytest.mark.parametrize("head", ["", "[tool.ctxlint]\n"])
def test_either_extends_either(base: str, text: str, head: str) -> None:
    write(base, text)
    write("pyproject.toml" if head else "ctxlint.toml", f'{head}extend = "{base}"\n')
    found = Lookup({}, CODES).in_force("")
    assert (found.settings.keep, found.origins["keep"]) == (Keep.ALL, (base,))


def test_it_may_be_named(run: Run) -> None:
    write("else/ctxlint.toml", 'keep = "all"\n')
    out = run("config", "--config", "else/ctxlint.toml", "--output-format", "json").out
    assert json.loads(out)["keep"] == {"value": "all", "from": ["else/ctxlint.toml"]}
    assert json.loads(run("config", "--output-format", "json").out)["keep"]["value"] == "received"


def test_it_may_have_the_table_instead() -> None:
    write("ctxlint.toml", '[tool.ctxlint]\nkeep = "all"\n')
    assert Lookup({}, CODES)("").keep is Keep.ALL


def test_its_contract_is_checked_against_the_code(run: Run) -> None:
    write("ctxlint.toml", GETTER.replace("resume", "app.chats.reusme"))
    write("app/__init__.py", "")
    write("app/chats.py", "def resume(user, chat=None): ...\n")
    write("app/web.py", "from app.chats import resume\nresume('u')\n")
    (line,) = (line for line in run("check", ".").err.splitlines() if ".toml" in line)
    assert line.startswith("ctxlint.toml:2:8: getter 'app.chats.reusme': nothing in 3 files")
    assert run("config", "--check").code == FOUND
    write("ctxlint.toml", GETTER.replace("resume", "app.chats.resume").replace("none", "#"))
    (line,) = (line for line in run("check", ".").err.splitlines() if ".toml" in line)
    assert line.startswith("ctxlint.toml:2:8: getter 'app.chats.resume': what None means")


def test_what_the_cache_knows_hangs_on_it(run: Run) -> None:
    for number in range(60):
        write(f"in/a{number}.py", CODE)
    assert run("check", ".").code == CLEAN
    write("ctxlint.toml", GETTER)
    assert run("check", ".").code == FOUND
    assert run("check", ".").code == FOUND
    Path("ctxlint.toml").unlink()
    assert run("check", ".").code == CLEAN
