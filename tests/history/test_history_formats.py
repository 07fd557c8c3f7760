"""How `ctxlint history` shows what it found: table, CSV, HTML."""

from __future__ import annotations

import csv
import io
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
from support import terminals
from support.baselines import HEAD, handler
from support.commands import CLEAN, FOUND, USAGE, Run, process
from support.repositories import DAY, Repo, new, told

from ctxlint.history.table import duration, sparkline

CALM = HEAD.replace("from shared.ids import UnifiedIdGenerator\n", "")
EVIL = "</script><script>alert(1)</script> \x1b[31m {{ 7 * 7 }}"


@pytest.fixture
def repo(run: Run, tmp_path: Path) -> Repo:
    """A repository in which f comes back, g is fixed, and h is open."""
    repo = new(tmp_path)
    repo.commit(EVIL, a=handler("f", "g"))
    repo.commit("fix both, not all", a=CALM)
    repo.commit("oh no", a=handler("f"), b=handler("h"))
    return repo


def ids(repo: Repo) -> list[str]:
    return repo.git("log", "--reverse", "--format=%h", "--abbrev=10").split()


def test_the_table(run: Run, repo: Repo) -> None:
    one, two, three = ids(repo)
    result = run("history")
    assert result.code == FOUND
    assert result.err == "3 findings, 2 open in 3 commits.\n"
    subject = EVIL.replace("\x1b", "\\x1b")
    lines = [re.split(r" {3,}", line) for line in result.out.splitlines()]
    assert lines[0] == ["code", "where", "born", "fixed", "lived", "came back"]
    born = f"{one} 2024-01-01 {subject}"
    back = f"{three} 2024-01-03 oh no"
    assert lines[2:5] == [
        ["CTX101", "a.py in f", born, "open", "2 d", back],
        ["CTX101", "a.py in g", born, f"{two} 2024-01-02 fix both, not all", "1 d"],
        ["CTX101", "b.py in h", back, "open", "0 s"],
    ]
    assert lines[6] == ["code", "found", "fixed", "open", "came back"]
    assert lines[8] == ["CTX101", "3", "1", "2", "1"]
    assert lines[10:] == [["█▁█"], ["open findings: 2 on 2024-01-01, 2 on 2024-01-03, at most 2"]]


def test_the_output_file_holds_what_stdout_would(run: Run, repo: Repo) -> None:
    for form in ("table", "json", "csv", "html"):
        shown = run("history", "--output-format", form)
        result = run("history", "--output-format", form, "--output-file", "out")
        assert result == (FOUND, "", shown.err)
        assert Path("out").read_bytes().decode() == shown.out


@pytest.mark.parametrize("form", ["table", "json", "csv", "html"])
def test_without_findings_the_report_is_empty(run: Run, tmp_path: Path, form: str) -> None:
    repo = new(tmp_path)
    repo.commit(a="import os\n")
    result = run("history", "--output-format", form)
    assert result.code == CLEAN
    assert result.err == "No findings in 1 commit.\n"
    assert result.out.count("\n") == {"table": 0, "csv": 1}.get(form, result.out.count("\n"))
    assert "CTX" not in result.out


def test_csv_is_read_back(run: Run, repo: Repo) -> None:
    rows = list(csv.DictReader(io.StringIO(run("history", "--output-format", "csv").out)))
    document = told(run)
    for row, found in zip(rows, document["findings"], strict=True):
        for key in ("code", "path", "function", "message"):
            assert row[key] == found[key]
        for event in ("born", "fixed"):
            for name in ("commit", "date", "subject"):
                assert row[f"{event}_{name}"] == (found[event] or {}).get(name, "")
        assert row["returned"].split() == [commit["commit"] for commit in found["returned"]]
        assert int(row["lived_seconds"]) == found["lived_seconds"]
    assert rows[0]["lived_seconds"] == str(2 * DAY)


@pytest.mark.skipif(sys.platform == "win32", reason="terminals")
def test_a_terminal_gets_its_width_and_colours(repo: Repo) -> None:
    shown = terminals.on_terminal("history", cwd=repo.path, columns=60)
    plain = re.sub(r"\x1b\[[0-9;]*m", "", shown.out)
    assert shown.code == FOUND
    assert "\x1b[" in shown.out
    assert max(map(len, plain.splitlines())) <= 60
    never = terminals.on_terminal("history", "--color", "never", cwd=repo.path)
    assert "\x1b[" not in never.out


@pytest.mark.skipif(sys.platform == "win32", reason="terminals")
def test_a_bar_shows_how_far_it_is(repo: Repo) -> None:
    shown = terminals.on_terminal("history", "--no-cache", cwd=repo.path, before=terminals.AT_ONCE)
    assert "Checking" in shown.err
    quiet = terminals.on_terminal(
        "history", "--no-cache", "-q", cwd=repo.path, before=terminals.AT_ONCE
    )
    assert quiet.err == ""


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0, "0 s"), (59, "59 s"), (60, "1 min"), (7200, "2 h"), (86400, "1 d"), (365 * 86400, "1 y")],
)
def test_times_are_shown_in_one_unit(seconds: int, shown: str) -> None:
    assert duration(seconds) == shown


@pytest.mark.parametrize(
    ("values", "width", "shown"),
    [
        ([0], 60, "▁"),
        ([0, 1, 7], 60, "▁▂█"),
        ([0, 1, 1000], 60, "▁▂█"),
        ([1, 0, 0, 0, 9, 0], 3, "▂▁█"),
        ([5, 5], 1, "█"),
    ],
)
def test_a_sparkline_is_as_high_as_its_values(values: list[int], width: int, shown: str) -> None:
    assert sparkline(values, width) == shown


# HTML.


class Page(HTMLParser):
    """The tags of a page with their attributes, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def count(self, tag: str) -> int:
        return sum(name == tag for name, _ in self.tags)


def test_the_page_has_a_chart_and_a_table(run: Run, repo: Repo) -> None:
    result = run("history", "--output-format", "html")
    assert result.code == FOUND
    page = Page(result.out)
    assert (page.count("svg"), page.count("tr"), page.count("script")) == (1, 4, 1)
    dots = [tag for tag, attributes in page.tags if "dot" in (attributes.get("class") or "")]
    assert dots.count("circle") == 3 + 1 + 2  # born, back, fixed
    for name in ("open", "born", "back", "fixed"):
        assert f">{name}<" in result.out
    for commit in ids(repo):
        assert commit in page.text
    assert EVIL.replace("\x1b", "\\x1b") in page.text
    assert "3 findings, 2 open\n3 commits, 4 versions of Python files" in page.text
    assert result.out == run("history", "--output-format", "html").out


def test_the_page_loads_nothing(run: Run, repo: Repo) -> None:
    page = Page(run("history", "--output-format", "html").out)
    assert {tag for tag, _ in page.tags} & {"img", "iframe", "object"} == set()
    for tag, attributes in page.tags:
        assert not attributes.keys() & {"src", "xlink:href", "onclick", "onload"}
        assert attributes.get("href", "data:,") == "data:,", tag
    (policy,) = [a["content"] for _, a in page.tags if a.get("http-equiv")]
    assert policy is not None
    assert policy.startswith("default-src 'none'; ")
    assert "http" not in policy


def test_a_long_history_keeps_its_chart_small(run: Run, repo: Repo) -> None:
    lines = []
    for index in range(1200):
        lines += [f"commit refs/heads/main\ncommitter a <a@b> {1_800_000_000 + index} +0000"]
        lines += ["data 1\nx", "from refs/heads/main^0" if not index else ""]
    repo.git("fast-import", "--quiet", stdin="\n".join(lines).encode() + b"\n")
    text = run("history", "--output-format", "html").out
    words = max(len(path.split()) for path in re.findall(r'<path d="M([^"]*)" class="line', text))
    assert 300 < words / 2 < 600
    assert len(told(run)["timeline"]) == 1203


def test_without_pygal_the_page_says_what_to_install(repo: Repo) -> None:
    before = "import sys; sys.modules['pygal'] = None"
    arguments = terminals.command("history", "--output-format", "html", before=before)
    done = subprocess.run(arguments, cwd=repo.path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (USAGE, "")
    what = "pygal is not installed, run pip install 'ctxlint[html]'"
    assert done.stderr == f"--output-format html: {what}\n"


@pytest.mark.parametrize("form", ["json", "csv"])
def test_plain_formats_import_no_rich(repo: Repo, form: str) -> None:
    code = "import sys; from ctxlint.cli.main import _main; _main(sys.argv[1:]); "
    code += "assert not {'rich', 'jinja2', 'pygal'} & sys.modules.keys()"
    arguments = [sys.executable, "-c", code, "history", "--output-format", form]
    assert subprocess.run(arguments, cwd=repo.path, check=False).returncode == 0


def test_a_terminal_that_knows_ascii_only_gets_escapes(repo: Repo) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    done = process("history", "-q", cwd=repo.path, env=environment)
    assert done.returncode == FOUND
    assert rb"\u2588" in done.stdout


def labels(page: str) -> list[str]:
    """What is written on the axis of dates."""
    axis = page.partition('class="axis x')[2].partition('class="axis y')[0]
    return re.findall(r"<text[^>]*>(\d{4}-[^<]*)</text>", axis)


def test_the_axis_of_a_young_repository_has_times(run: Run, tmp_path: Path) -> None:
    repo = new(tmp_path)
    for hour in range(5):
        repo.write("a.py", handler(*"fghij"[: hour + 1]))
        date = f"2024-01-01T{hour + 10}:00:00Z"
        repo.git("add", "-A")
        repo.git("commit", "-q", "-m", "x", GIT_AUTHOR_DATE=date, GIT_COMMITTER_DATE=date)
    shown = labels(run("history", "--output-format", "html").out)
    assert len(shown) == len(set(shown)) > 1
    assert all(re.fullmatch(r"2024-01-01 1\d:\d\d", label) for label in shown)
    assert "open findings: 1 on 2024-01-01 10:00, 5 on 2024-01-01 14:00" in run("history").out


def test_the_axis_of_an_older_repository_has_days(run: Run, repo: Repo) -> None:
    repo.days = 90
    repo.commit("later")
    shown = labels(run("history", "--output-format", "html").out)
    assert len(shown) == len(set(shown)) > 1
    assert all(re.fullmatch(r"2024-\d\d-\d\d", label) for label in shown)


def test_the_chart_leaves_the_metadata_of_packages_alone(tmp_path: Path) -> None:
    script = "import importlib.metadata as m, ctxlint.history.chart; print(m.version('ctxlint'))"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script], capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")
