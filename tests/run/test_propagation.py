"""Files are analysed in the order of their imports: each once, but for those in a circle."""

from __future__ import annotations

from collections import Counter
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ctxlint.config import Settings
from ctxlint.flow import interpreter
from ctxlint.project import discovery
from ctxlint.run import file_tasks, project_run

if TYPE_CHECKING:
    from ctxlint.flow.flow import Flow
    from ctxlint.project.scopes import Scope
    from ctxlint.run.file_result import Report

GETTER = "from app.session import get_user_execution_context\n"
SINK = f"{GETTER}\n\ndef f0(user, thread):\n    get_user_execution_context(user, thread)\n"
NEW = "from uuid import uuid4\n"


class Work(Counter[str]):
    """How often the flow of each file was begun; `scopes` of any file were interpreted."""

    scopes = 0


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Work:
    counted = Work()
    begin, interpret = interpreter._Interpreter.__init__, interpreter._interpret

    def count(self: interpreter._Interpreter, flow: Flow, *rest: object) -> None:
        counted[Path(flow.main.path).stem] += 1
        begin(self, flow, *rest)  # type: ignore[arg-type]

    def count_scope(scope: Scope, flow: Flow) -> None:
        counted.scopes += 1
        interpret(scope, flow)

    monkeypatch.setattr(interpreter._Interpreter, "__init__", count)
    monkeypatch.setattr(interpreter, "_interpret", count_scope)
    return counted


def checked(folder: Path, files: dict[str, str], *, include_tests: bool = False) -> Report:
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text)
    settings = Settings(src=(str(folder),), include_tests=include_tests)
    found = discovery.find([str(folder)], lambda _: settings)
    project = project_run.project_of(found.targets)
    job = partial(file_tasks.check_file, project=project)
    report = project_run.run(job, found.targets, project)
    assert not report.errors
    return report


def handing_down(count: int) -> dict[str, str]:
    """An ID that is handed down through so many modules."""
    through = "from m{0} import f{0}\n\n\ndef f{1}(user, thread):\n    f{0}(user, thread)\n"
    top = NEW + "from m{0} import f{0}\n\n\ndef go(user):\n    f{0}(user, uuid4())\n"
    files = {f"m{i}": through.format(i - 1, i) for i in range(1, count)}
    return {"m0": SINK, **files, "top": top.format(count - 1)}


def test_each_module_of_a_chain_is_analysed_once(tmp_path: Path, work: Work) -> None:
    report = checked(tmp_path, handing_down(40))
    assert [finding.function for finding in report.findings] == ["go"]
    assert set(work.values()) == {1}
    assert len(work) == 41


def test_no_module_of_a_chain_looks_into_all_below_it(tmp_path: Path, work: Work) -> None:
    files = handing_down(40)
    files["top"] = files["top"].replace("uuid4()", "user")
    assert not checked(tmp_path, files).findings
    assert work.scopes <= 300  # 2,454 when each looked into all functions below


def test_what_a_chain_of_modules_returns_is_found_at_once(tmp_path: Path, work: Work) -> None:
    through = "from m{0} import f{0}\n\n\ndef f{1}():\n    return f{0}()\n"
    files = {f"m{i}": through.format(i - 1, i) for i in range(1, 40)}
    files["m0"] = f"{NEW}\n\ndef f0():\n    return str(uuid4())\n"
    top = "from m39 import f39\n\n\ndef go(user):\n    get_user_execution_context(user, f39())\n"
    report = checked(tmp_path, {**files, "top": GETTER + top})
    assert [finding.function for finding in report.findings] == ["f0"]
    assert work == {"top": 2}
    assert work.scopes <= 300


@pytest.mark.parametrize("made", ["uuid4()", "1"])
def test_what_each_module_needs_of_the_next_starts_nothing_over(
    tmp_path: Path, work: Work, made: str
) -> None:
    through = "from m{0} import f{0}\n\n\ndef f{1}():\n    made = f{0}()\n    return made\n"
    files = {f"m{i}": through.format(i - 1, i) for i in range(1, 20)}
    files["m0"] = f"{NEW}\n\ndef f0():\n    return str({made})\n"
    top = "from m19 import f19\n\n\ndef go(user):\n    get_user_execution_context(user, f19())\n"
    report = checked(tmp_path, {**files, "top": GETTER + top})
    is_found = made == "uuid4()"
    assert len(report.findings) == is_found
    assert work == {"top": 1 + is_found}  # a finding takes an exact flow
    assert work.scopes <= 350  # 611 when each of them started over


def test_a_class_is_looked_into_with_all_its_bases_at_once(tmp_path: Path, work: Work) -> None:
    heir = "from m{0} import A{0}\n\n\nclass A{1}(A{0}):\n    pass\n"
    files = {f"m{i}": heir.format(i - 1, i) for i in range(1, 10)}
    files["m0"] = f"{NEW}\n\nclass A0:\n    def new(self):\n        return str(uuid4())\n"
    top = (
        f"{GETTER}from m9 import A9\n\n\nclass Top(A9):\n    def go(self, user):\n"
        "        get_user_execution_context(user, self.new())\n"
    )
    report = checked(tmp_path, {**files, "top": top})
    assert [finding.function for finding in report.findings] == ["A0.new"]
    assert work == {"top": 2}  # without bases, and with them


def test_a_file_waits_for_all_that_it_calls(tmp_path: Path, work: Work) -> None:
    files = {
        "a_top": f"{NEW}{GETTER}from z_low import f0\nfrom m_mid import f1\n\n\n"
        "def go(user):\n    f1(user, str(uuid4()))\n    f0(user, str(uuid4()))\n"
        "    get_user_execution_context(user, str(uuid4()))\n",
        "m_mid": "from z_low import f0\n\n\ndef f1(user, thread):\n    f0(user, thread)\n",
        "z_low": SINK,
    }
    report = checked(tmp_path, files)
    assert len(report.findings) == 3
    assert work == {"a_top": 1, "m_mid": 1, "z_low": 1}


def test_files_that_import_each_other_are_analysed_until_all_is_known(
    tmp_path: Path, work: Work
) -> None:
    files = {
        "a": f"{NEW}{GETTER}import b\n\n\ndef f0(user, thread):\n"
        "    get_user_execution_context(user, thread)\n\n\n"
        "def go(user):\n    b.f1(user, str(uuid4()))\n",
        "b": "import a\n\n\ndef f1(user, thread):\n    a.f0(user, thread)\n",
    }
    report = checked(tmp_path, files)
    assert [finding.function for finding in report.findings] == ["go"]
    assert work == {"a": 2, "b": 1}


def test_a_namesake_in_a_file_that_leads_to_no_getter_is_not_looked_into(
    tmp_path: Path, work: Work
) -> None:
    chain = "def f{0}(rows):\n    return f{1}(rows)\n\n\n"
    other = "".join(chain.format(i, i + 1) for i in range(20)) + "def f20(rows):\n    print(rows)\n"
    top = f"{NEW}import m0\nfrom other import f0\n\n\ndef go(user):\n    f0([user])\n"
    files = {"m0": SINK, "other": other, "top": f"{top}    m0.f0(user, str(uuid4()))\n"}
    report = checked(tmp_path, files)
    assert [finding.function for finding in report.findings] == ["go"]
    assert work.scopes <= 10


def test_a_file_that_follows_no_call_is_not_analysed_again(
    tmp_path: Path, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(interpreter, "_MOST_TIMES", 0)
    monkeypatch.setattr(interpreter, "_MOST_LINES", 1)
    files = {
        "a": f"{GETTER}import b\n\n\ndef f1(user, thread):\n"
        "    get_user_execution_context(user, thread)\n    b.f0(user, thread)\n",
        "b": f"{NEW}{GETTER}import a\nfrom c import new\n\n\ndef f0(user, thread):\n"
        "    get_user_execution_context(user, new())\n\n\n"
        "def go(user):\n    a.f1(user, str(uuid4()))\n",
        "c": f"{NEW}\n\ndef new():\n    made = uuid4()\n    return made\n",
    }
    report = checked(tmp_path, files)
    assert report.closed == [str(tmp_path / "b.py")]
    assert work["b"] == 2  # with others, then alone


TEST = f"{NEW}from m0 import f0\n\n\ndef test_it():\n    f0('user', str(uuid4()))\n"


def test_what_only_a_skipped_rule_would_report_is_not_analysed(tmp_path: Path, work: Work) -> None:
    files = {"m0": SINK, "test_m0": TEST, "test_getter": SINK}
    assert not checked(tmp_path, files).findings
    assert work == {"m0": 1}
    work.clear()
    assert len(checked(tmp_path, files, include_tests=True).findings) == 1
    assert work == {"m0": 1, "test_m0": 1, "test_getter": 1}


def test_a_test_file_is_analysed_where_a_file_imports_it(tmp_path: Path, work: Work) -> None:
    top = f"{NEW}from test_helpers import f0\n\n\ndef go(user):\n    f0(user, str(uuid4()))\n"
    report = checked(tmp_path, {"test_helpers": SINK, "top": f"{GETTER}{top}"})
    assert [finding.function for finding in report.findings] == ["go"]
    assert work == {"test_helpers": 1, "top": 1}
