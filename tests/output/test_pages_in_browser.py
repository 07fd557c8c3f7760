"""The HTML pages in a real browser: nothing goes wrong, nothing is cut off, all has a name.

Needs Chromium: without it the tests are skipped, but for CI, which sets CTXLINT_NEEDS_BROWSER.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from support.commands import FOUND, Run

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), ""
)
EXAMPLES = Path(__file__).parents[2] / "examples"
PHONE, DESKTOP = 360, 1280  # pixels

pytestmark = pytest.mark.skipif(
    not CHROMIUM and "CTXLINT_NEEDS_BROWSER" not in os.environ, reason="no Chromium"
)

# Elements whose text is wider than they are, but for those that can be scrolled.
CUT_OFF = """
[...document.querySelectorAll("body *")].filter((e) =>
  e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0
  && !["auto", "scroll"].includes(getComputedStyle(e).overflowX)
  && getComputedStyle(e).display !== "inline"
  && !e.closest(".scroll, .diff")
).map((e) => e.outerHTML.slice(0, 200))
"""
# Colours and backgrounds of text that are closer than WCAG 2 asks for (level AA, 4.5 : 1).
FAINT = """
(() => {
  const parse = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
    .map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (e) => {
    for (; e; e = e.parentElement) {
      const color = parse(getComputedStyle(e).backgroundColor);
      if (color.length < 4 || color[3] > 0) return color;
    }
    return [255, 255, 255];
  };
  return [...document.querySelectorAll("body *")]
    .filter((e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()))
    .filter((e) => !["SCRIPT", "STYLE"].includes(e.tagName))
    .filter((e) => {
      const [a, b] = [light(parse(getComputedStyle(e).color)), light(behind(e))];
      return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) < 4.5;
    }).map((e) => e.outerHTML.slice(0, 200));
})()
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()


@pytest.fixture
def audit(run: Run, tmp_path: Path) -> Path:
    """The page of an audit of the example."""
    shutil.copytree(EXAMPLES / "chat_service", tmp_path, dirs_exist_ok=True)
    assert run("audit", "--output-format", "html", "--output-file", "page.html").code == FOUND
    return tmp_path / "page.html"


@pytest.fixture
def history(run: Run, tmp_path: Path) -> Path:
    """The page of the history of the example."""
    script = EXAMPLES / "session_history" / "make_repository.py"
    subprocess.run([sys.executable, script, tmp_path / "repository"], check=True)
    options = ("repository", "--output-format", "html", "--output-file", "page.html")
    assert run("history", *options).code == FOUND
    return tmp_path / "page.html"


@pytest.fixture(params=["audit", "history"])
def page_file(request: pytest.FixtureRequest) -> Path:
    """Each of the pages."""
    path: Path = request.getfixturevalue(request.param)
    return path


def opened(browser: Browser, path: Path, width: int, scheme: str = "light") -> Page:
    """A page, which must load nothing else and log nothing."""
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type]
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    requested: list[str] = []
    page.on("request", lambda request: requested.append(request.url))
    page.goto(path.as_uri())
    assert not problems
    assert [url for url in requested if not url.startswith("data:")] == [path.as_uri()]
    return page


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_can_be_read(browser: Browser, page_file: Path, width: int, scheme: str) -> None:
    page = opened(browser, page_file, width, scheme)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(CUT_OFF) == []
    assert page.evaluate(FAINT) == []


def test_all_fits_on_paper(browser: Browser, page_file: Path) -> None:
    page = opened(browser, page_file, 700)  # as wide as A4 between its margins
    page.emulate_media(media="print")
    assert page.evaluate("document.documentElement.scrollWidth") <= 700
    assert page.evaluate(CUT_OFF.replace('.closest(".scroll, .diff")', '.closest("table")')) == []


def test_dark_is_dark(browser: Browser, audit: Path) -> None:
    background = "getComputedStyle(document.body).backgroundColor"
    light, dark = (
        opened(browser, audit, DESKTOP, scheme).evaluate(background) for scheme in ("light", "dark")
    )
    assert (light, dark) == ("rgb(255, 255, 255)", "rgb(18, 22, 31)")


def test_tables_links_and_regions_have_names(browser: Browser, page_file: Path) -> None:
    page = opened(browser, page_file, DESKTOP)
    for role in ("table", "link", "region", "img", "button"):
        found = page.get_by_role(role).all()  # type: ignore[arg-type]
        names = [(e.get_attribute("aria-label") or e.text_content() or "").strip() for e in found]
        assert all(names), role
        assert names or role == "link", role
    regions = [e.get_attribute("aria-label") for e in page.get_by_role("region").all()]
    assert len(set(regions)) == len(regions)


def test_a_file_leads_to_its_first_finding(browser: Browser, audit: Path) -> None:
    page = opened(browser, audit, DESKTOP)
    page.get_by_role("link", name="app/websocket/quality_manager.py").click()
    name = "CTX101 in app/websocket/quality_manager.py line 110"
    first = page.get_by_role("region", name=name, exact=True)
    assert page.url.endswith(f"#{first.get_attribute('id')}")
    assert first.evaluate("(e) => Math.abs(e.getBoundingClientRect().top)") < 5


def test_a_click_sorts_a_table(browser: Browser, audit: Path) -> None:
    page = opened(browser, audit, DESKTOP)
    table = page.get_by_role("table", name="Status by file")

    def column(number: int) -> list[str]:
        return table.locator(f"tbody tr td:nth-child({number})").all_inner_texts()

    files = column(1)
    assert files == sorted(files)
    table.get_by_role("button", name="getter calls").click()
    assert (calls := list(map(int, column(2)))) == sorted(calls)
    table.get_by_role("button", name="getter calls").focus()
    page.keyboard.press("Enter")
    assert list(map(int, column(2))) == sorted(calls, reverse=True)
    assert len(set(calls)) > 2
    table.get_by_role("button", name="file").click()
    assert column(1) == files


def test_a_click_sorts_the_history(browser: Browser, history: Path) -> None:
    page = opened(browser, history, DESKTOP)
    lived = page.locator("tbody td:nth-child(5)")
    page.get_by_role("button", name="lived").click()
    assert lived.all_inner_texts() == ["42 d", "84 d", "105 d", "105 d", "133 d"]


def test_the_chart_marks_births_returns_and_fixes(browser: Browser, history: Path) -> None:
    page = opened(browser, history, DESKTOP)
    counts = [page.locator(f".chart .serie-{n} circle").count() for n in (1, 2, 3)]
    assert counts == [5, 1, 4]  # born; back; fixed, once for a while
    box = page.locator(".chart svg").bounding_box()
    assert box is not None
    assert box["height"] > 200


def test_the_trace_is_drawn(browser: Browser, audit: Path) -> None:
    page = opened(browser, audit, DESKTOP)
    frame = page.locator(".frame").first
    assert frame.locator(".way.source").count() == 2
    assert frame.locator(".way.sink").count() == 2
    drawn = "(e) => getComputedStyle(e, '::before').borderLeftWidth"
    assert frame.locator(".way.on").first.evaluate(drawn) == "2px"
