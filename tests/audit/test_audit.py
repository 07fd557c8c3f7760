"""`ctxlint audit`: what it counts, and what it tells of findings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.audited_code import DEAD, MOCK, NEW, RIGHT, WRONG, audited
from support.baselines import UNSAFE
from support.commands import CLEAN, Run
from support.small_projects import GETTER, Write, handler

from ctxlint.audit import measure
from ctxlint.pages import right


def by_path(rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {row["path"]: row for row in rows}


# --- counts ---------------------------------------------------------------------------------------


def test_calls_are_counted_by_file_by_component_and_in_all(run: Run, write: Write) -> None:
    write(a__one=RIGHT, a__two=WRONG, a__other="", b__three=RIGHT + RIGHT, main="")
    document = audited(run)
    files = by_path(document["files"])
    assert {path: (row["getter_calls"], row["generated_calls"]) for path, row in files.items()} == {
        "a/one.py": (1, 0),
        "a/two.py": (1, 1),
        "b/three.py": (2, 0),
    }
    components = by_path(document["components"])
    assert components.keys() == {"a", "b"}
    assert components["a"]["files"] == 3
    assert [components[path]["right_share"] for path in "ab"] == [0.5, 1]
    summary = document["summary"]
    assert (summary["files"], summary["getter_calls"], summary["generated_calls"]) == (5, 4, 1)
    assert summary["right_share"] == 0.75
    assert summary["findings"] == {"CTX001": 0, "CTX101": 1, "CTX201": 0, "CTX202": 0, "CTX301": 0}


def test_calls_without_ids_of_methods_and_through_executors_count(run: Run, write: Write) -> None:
    write(
        a=GETTER
        + """
def handle(loop, deps, user_id):
    get_user_execution_context(user_id)
    deps.get_user_execution_context(user_id, thread_id=None, run_id=None)
    loop.run_in_executor(None, get_user_execution_context, user_id)
"""
    )
    summary = audited(run)["summary"]
    assert summary["getter_calls"] == 3
    assert summary["none_arguments"] == 2


def test_a_partial_counts_where_it_is_called(run: Run, write: Write) -> None:
    write(
        a="import functools\n"
        + GETTER
        + """
def handle(user_id):
    get = functools.partial(get_user_execution_context, user_id)
    return get(None), get(thread_id=None)
"""
    )
    assert audited(run)["summary"]["getter_calls"] == 2


@pytest.mark.parametrize(
    ("body", "calls", "generated", "nones"),
    [
        ("return get(get(user, thread_id=new()).user_id)", 2, 1, 0),
        ("return get(get(user).user_id, thread_id=new())", 2, 1, 0),
        ("return get(user, thread_id=get(user).thread_id or new())", 2, 0, 0),
        ("return get(*run(lambda: get(user, thread_id=new())))", 2, 1, 0),
        ("p = partial(get, thread_id=new())\n    return p(user), p(user)", 2, 2, 0),
        ("p = partial(partial(get, user), new())\n    return p()", 1, 1, 0),
        ("p = partial(get, user)\n    return p(None), p(new())", 2, 1, 1),
        ("p = partial(get, run_id=None)\n    return p(user), p(user, new())", 2, 1, 1),
        ("return run(partial(get, thread_id=new()))", 1, 1, 0),
        ("return to_thread(get, None, user, None)", 1, 0, 1),
    ],
)
def test_a_generated_id_is_that_of_the_call_which_gets_it(
    run: Run, write: Write, body: str, calls: int, generated: int, nones: int
) -> None:
    imports = (
        "from asyncio import to_thread",
        "from functools import partial",
        "from uuid import uuid4 as new",
        "from app.session import get_user_execution_context as get",
    )
    write(a="\n".join((*imports, "", "", "def handle(user, run):", f"    {body}", "")))
    summary = audited(run)["summary"]
    names = ("getter_calls", "generated_calls", "none_arguments")
    assert [summary[name] for name in names] == [calls, generated, nones]


def test_a_call_is_wrong_where_it_stands_and_not_where_the_id_is_made(
    run: Run, write: Write
) -> None:
    write(
        session=handler("", "thread_id"),
        main=f"{NEW}\nfrom session import handle\n\n\ndef f(user):\n"
        '    return handle(user, UnifiedIdGenerator.generate_base_id("t"))\n',
    )
    files = by_path(audited(run)["files"])
    assert files["session.py"]["generated_calls"] == 1
    assert files["main.py"]["findings"]["CTX101"] == 1
    assert files["main.py"]["generated_calls"] == 0


def test_sources_are_counted_and_helpers_that_return_an_id_are_not(run: Run, write: Write) -> None:
    write(
        a="import uuid\n"
        + GETTER
        + "\n\ndef new():\n    return str(uuid.uuid4())\n\n\nrequest_id = new() + new()\n"
    )
    (row,) = audited(run)["files"]
    assert row["source_calls"] == 1
    assert row["imports"] == ["uuid"]


def test_what_is_suppressed_or_known_is_wrong_all_the_same(run: Run, write: Write) -> None:
    silenced = WRONG.replace('("t"))', '("t"))  # noqa: CTX101')
    write(a=WRONG, b=silenced, c=WRONG)
    known = run("check", "c.py", "--write-baseline", "known.json")
    assert known.code == CLEAN
    document = audited(run, "--baseline", "known.json")
    statuses = {finding["filename"]: finding["status"] for finding in document["findings"]}
    assert statuses == {"a.py": "open", "b.py": "suppressed", "c.py": "baseline"}
    summary = document["summary"]
    assert (summary["suppressed"], summary["baseline"]) == (1, 1)
    assert (summary["generated_calls"], summary["right_share"]) == (3, 0)


def test_test_files_are_left_out_unless_asked_for(run: Run, write: Write) -> None:
    write(tests__test_a=WRONG, a=RIGHT)
    summary = audited(run)["summary"]
    assert (summary["getter_calls"], summary["skipped_tests"]) == (1, 1)
    assert audited(run, "--include-tests")["summary"]["getter_calls"] == 2


def test_a_share_is_never_rounded_up_to_all(run: Run, write: Write) -> None:
    right = GETTER + "\n\ndef f(u):\n" + "    get_user_execution_context(u)\n" * 3000
    write(a=right, b=WRONG)
    assert run("audit").err.startswith("99.9 % right: 3000 of 3001 getter calls cannot ")


@pytest.mark.parametrize(
    ("wrong", "calls", "share", "text"),
    [(1, 20_001, 0.9999, "99.9 %"), (143, 200, 0.285, "28.5 %"), (1, 3, 0.6666, "66.6 %")],
)
def test_a_share_is_rounded_down_and_no_further(
    wrong: int, calls: int, share: float, text: str
) -> None:
    row = measure._Counts(1, calls, wrong).row(["CTX101"])
    assert (row["right_share"], right(row)) == (share, text)


@pytest.mark.parametrize("output_format", ["markdown", "html", "json"])
def test_the_same_bytes_however_many_processes(run: Run, write: Write, output_format: str) -> None:
    write(**{f"m{number}": (WRONG, RIGHT)[number % 2] for number in range(12)})
    one, two = (run("audit", "-j", n, "--output-format", output_format) for n in "12")
    assert one == two


# --- criteria -------------------------------------------------------------------------------------


def criteria(document: dict[str, Any]) -> list[bool | None]:
    return [row["met"] for row in document["criteria"]]


def test_right_code_meets_every_criterion(run: Run, write: Write) -> None:
    write(a=RIGHT)
    assert criteria(audited(run)) == [True] * 7


@pytest.mark.parametrize(
    ("text", "unmet"),
    [
        (WRONG, [0, 1, 2, 3]),
        (UNSAFE, [0, 1, 3]),  # of the run ID only: the conversation keeps its thread
        (RIGHT + MOCK, [4]),
        (RIGHT + DEAD, [5]),
        (RIGHT + "(", [0, 1, 2, 3, 6]),  # no call was seen, so that nothing is known of any
    ],
)
def test_each_defect_leaves_its_boxes_empty(
    run: Run, write: Write, text: str, unmet: list[int]
) -> None:
    write(a=text)
    document = audited(run)
    assert [n for n, is_met in enumerate(criteria(document)) if not is_met] == unmet
    page = run("audit").out
    assert page.count("- [ ] ") == len(unmet)
    assert page.count("- [x] ") == 7 - len(unmet)


def test_a_rule_that_is_off_decides_nothing(run: Run, write: Write) -> None:
    write(a=WRONG)
    result = run("audit", "--ignore", "CTX101")
    assert "**Getter calls were not judged: CTX101 is off.**" in result.out
    assert result.out.count("not checked: the rule is off") == 4
    assert result.code == CLEAN
    assert criteria(audited(run, "--ignore", "CTX101")) == [None] * 4 + [True] * 3


def test_calls_in_files_that_are_not_checked_count_against_it(run: Run, write: Write) -> None:
    write(session=handler("", "thread_id"))
    code = "session = handle('me', UnifiedIdGenerator.generate_base_id('t'))"
    write(main=f"{NEW}\nfrom session import handle\n\n{code}\n")
    assert criteria(audited(run, "main.py")) == [False] * 4 + [True] * 3
    assert "**No call of a session getter in 1 file, but 1 finding" in run("audit", "main.py").out


# --- findings -------------------------------------------------------------------------------------


def test_the_remedy_is_what_fix_does(run: Run, bad: Path) -> None:
    (finding,) = audited(run)["findings"]
    assert finding["diff"] == run("fix", "--diff").out
    assert finding["code_frames"] == [
        {
            "filename": "bad.py",
            "rows": [
                {
                    "row": 7,
                    "text": 'user_id, thread_id=UnifiedIdGenerator.generate_base_id("t")',
                    "marks": [
                        {"number": 1, "kind": "source", "message": "an ID is generated here"},
                        {
                            "number": 2,
                            "kind": "sink",
                            "message": "passed as thread_id to get_user_execution_context()",
                        },
                    ],
                }
            ],
        }
    ]


def test_a_finding_without_a_fix_says_why(run: Run, write: Write) -> None:
    write(a=MOCK)
    (finding,) = audited(run)["findings"]
    assert finding["diff"] is None
    assert finding["unfixed_reason"] in run("audit").out.replace("\\", "")
    assert finding["unfixed_reason"] in run("audit", "--output-format", "html").out


def test_a_trace_shows_the_code_of_each_file(run: Run, write: Write) -> None:
    write(
        session=handler("", "thread_id"),
        main=f"{NEW}\nfrom session import handle\n\n\ndef f(user):\n"
        '    return handle(user, UnifiedIdGenerator.generate_base_id("t"))\n',
    )
    (finding,) = audited(run)["findings"]
    assert [frame["filename"] for frame in finding["code_frames"]] == ["main.py", "session.py"]
