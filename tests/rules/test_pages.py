"""Every rule's page, and the README: what their code blocks say is what ctxlint does."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from support import page_blocks
from support.fixture_files import alone, marks

import ctxlint.rules
from ctxlint.cli import main
from ctxlint.config.lookup import Lookup
from ctxlint.config.settings import Settings
from ctxlint.contract.contract import DEFAULT_CONTRACT
from ctxlint.rules.registry import CODES, RULES
from ctxlint.run import check_file, examples
from ctxlint.run.fix_loop import fix
from ctxlint.source import SourceFile

FOLDER = Path(ctxlint.rules.__file__).parent
PAGES = sorted(FOLDER.glob("*/*.md"))
README = Path(__file__).parents[2] / "README.md"
DOCS = sorted((README.parent / "docs").glob("*.md"))
HEADINGS = [
    "What it does",
    "Why it is bad",
    "Example",
    "Use instead",
    "Fix safety",
    "Known misses",
    "Options",
    "Suppress",
]
EVERYWHERE = [*PAGES, README]
PYTHON = [block for page in EVERYWHERE for block in page_blocks.blocks(page, "python")]
TOML = [block for page in EVERYWHERE for block in page_blocks.blocks(page, "toml")]
REPAIRS = [repair for page in EVERYWHERE for repair in page_blocks.repairs(page)]
MISSES = [(block, row) for block in PYTHON for row in marks(block.text, "todo")]
each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
each_block = pytest.mark.parametrize("block", PYTHON, ids=str)


def file(text: str) -> SourceFile:
    return alone(SourceFile("page.py", text))


def prose(page: Path) -> str:
    """The text of a page without its fenced blocks."""
    return re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.M | re.S)


def rows(text: str) -> Counter[int]:
    """How many findings each row has."""
    return Counter(finding.span.start.row for finding in check_file.check(file(text), Settings()))


def test_every_rule_has_a_page() -> None:
    assert [page.stem for page in PAGES] == sorted(rule.name.replace("-", "_") for rule in RULES)


@each_page
def test_a_page_has_the_title_and_the_headings(page: Path) -> None:
    (rule,) = (rule for rule in RULES if rule.name.replace("-", "_") == page.stem)
    text = prose(page)
    assert re.findall(r"^# (.*)$", text, re.MULTILINE) == [f"{rule.name} ({rule.code})"]
    assert re.findall(r"^##+ (.*)$", text, re.MULTILINE) == HEADINGS


@each_page
def test_a_page_shows_a_bad_block_and_its_fix(page: Path) -> None:
    shown = [block for block in PYTHON if block.page == page.name]
    assert any(marks(block.text, "error") for block in shown)
    assert any(repair.before in shown for repair in REPAIRS)


@each_block
def test_a_block_is_flagged_where_it_says_so(block: page_blocks.Block) -> None:
    assert examples.failures(block.text, check_file.check(file(block.text), Settings())) == []


@pytest.mark.xfail(strict=True, reason="known miss")
@pytest.mark.parametrize(("block", "row"), MISSES, ids=str)
def test_known_miss(block: page_blocks.Block, row: int) -> None:
    assert row in rows(block.text)


@pytest.mark.parametrize("repair", REPAIRS, ids=str)
def test_the_fix_gives_the_block_headed_fixed(repair: page_blocks.Repair) -> None:
    assert marks(repair.before.text, "error")
    assert fix(file(repair.before.bare), repair.settings).text == repair.after


@each_block
def test_a_block_is_fixed_only_where_it_says_so(block: page_blocks.Block) -> None:
    shown = [repair for repair in REPAIRS if repair.before == block]
    if any(not repair.options or repair.settings.keep != Settings().keep for repair in shown):
        return  # the fix, or what an option makes of it
    assert fix(file(block.bare), Settings()).text == block.bare


@each_block
def test_a_block_is_valid_python(block: page_blocks.Block) -> None:
    compile(block.text, str(block), "exec", dont_inherit=True)


@pytest.mark.parametrize("block", TOML, ids=str)
def test_a_toml_block_can_be_used(block: page_blocks.Block, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(block.text, encoding="utf-8")
    Lookup({}, CODES)(str(tmp_path))


@pytest.mark.parametrize("page", [*EVERYWHERE, *DOCS], ids=lambda page: page.stem)
def test_the_options_of_a_page_exist(page: Path) -> None:
    """In inline code, that is: fenced blocks are run. Those of flake8 begin with `--ctx-`."""
    params = [param for command in main.cli.commands.values() for param in command.params]
    options = {name for param in params for name in param.opts}
    spans = re.findall(r"`([^`\n]+)`", prose(page))
    assert {
        word for span in spans for word in re.findall(r"--(?!ctx-)[a-z][a-z-]*", span)
    } <= options


def test_the_page_of_ctx201_names_the_fakes() -> None:
    page = FOLDER / "mock_request_in_websocket" / "mock_request_in_websocket.md"
    text = page.read_text(encoding="utf-8")
    fakes = DEFAULT_CONTRACT.request_doubles
    for path in (*fakes.paths, *fakes.websockets, *fakes.endpoints, *fakes.mocks):
        assert f"`{path.rpartition('.')[2]}`" in text


def test_the_page_of_ctx101_names_the_contract() -> None:
    page = FOLDER / "generated_session_id" / "generated_session_id.md"
    text = page.read_text(encoding="utf-8")
    for getter in DEFAULT_CONTRACT.getters:
        for word in (getter.call, *getter.ids):
            assert f"`{word}`" in text
    for source in DEFAULT_CONTRACT.sources:
        module, _, name = source.rpartition(".")
        assert f"`{source}`" in text or (f"`{module}." in text and f"`{name}`" in text)
    for path in Settings().test_paths:
        assert f"`{path}`" in text
