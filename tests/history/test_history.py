"""`ctxlint history`: what becomes of findings from commit to commit."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.baselines import HEAD, handler
from support.commands import CLEAN, FOUND, Run
from support.repositories import DAY, Repo, lives, new, told

from ctxlint.history import walk

CALM = HEAD.replace("from shared.ids import UnifiedIdGenerator\n", "")
PADDING = "".join(f"\n\ndef other_{n}(value):\n    return value + {n}\n" for n in range(20))


@pytest.fixture
def repo(run: Run, tmp_path: Path) -> Repo:
    """An empty repository in the working folder."""
    return new(tmp_path)


# One line of commits.


def test_a_finding_is_born_and_fixed(run: Run, repo: Repo) -> None:
    before = repo.commit("start", a="import os\n")
    born = repo.commit("add a handler", a=handler("f"))
    repo.commit("elsewhere", b="import os\n")
    fixed = repo.commit("fix it", a=CALM)
    document = told(run, code=CLEAN)
    message = "generated thread_id reaches get_user_execution_context() on line 6"
    (finding,) = document["findings"]
    assert finding.pop("message").startswith(message)
    assert finding == {
        "code": "CTX101",
        "path": "a.py",
        "function": "f",
        "born": {"commit": born, "date": "2024-01-02T00:00:00Z", "subject": "add a handler"},
        "fixed": {"commit": fixed, "date": "2024-01-04T00:00:00Z", "subject": "fix it"},
        "returned": [],
        "lived_seconds": 2 * DAY,
    }
    assert {key: document[key] for key in ("commits", "blobs", "parsed")} == {
        "commits": 4,
        "blobs": 3,
        "parsed": 2,
    }
    counts = [(point["commit"], point["counts"]) for point in document["timeline"]]
    assert counts[0] == (before, {})
    assert counts[1] == (born, {"CTX101": 1})
    assert [number for _, number in counts[2:]] == [{"CTX101": 1}, {}]
    assert list(document) == ["commits", "blobs", "parsed", "findings", "timeline"]


def test_an_open_finding_lives_up_to_the_tip(run: Run, repo: Repo) -> None:
    born = repo.commit(a=handler("f"))
    repo.commit()
    repo.commit()
    document = told(run, code=FOUND)
    assert lives(document) == [("a.py:f", born, None, [])]
    assert document["findings"][0]["lived_seconds"] == 2 * DAY


def test_exit_zero(run: Run, repo: Repo) -> None:
    repo.commit(a=handler("f"))
    assert told(run, "--exit-zero", code=CLEAN)["findings"]


def test_a_finding_comes_back_and_is_fixed_again(run: Run, repo: Repo) -> None:
    ids = [repo.commit(a=text) for text in (handler("f"), CALM, handler("f"))]
    assert lives(told(run)) == [("a.py:f", ids[0], None, [ids[2]])]
    last = repo.commit(a=CALM)
    assert lives(told(run)) == [("a.py:f", ids[0], last, [ids[2]])]


def test_moving_within_the_file_is_no_event(run: Run, repo: Repo) -> None:
    born = repo.commit(a=handler("f", "g"))
    repo.commit(a=handler("g", "f"))
    repo.commit(a=handler("f", "g").replace("\n\n\n", "\n\n\n# a comment\n\n\n"))
    assert {(b, f) for _, b, f, _ in lives(told(run))} == {(born, None)}


def test_renames_are_followed(run: Run, repo: Repo) -> None:
    born = repo.commit(a=handler("f") + PADDING)
    repo.git("mv", "a.py", "b.py")
    repo.save("pure")
    repo.git("mv", "b.py", "c.py")
    repo.write("c.py", "# edited\n" + handler("f") + PADDING)
    repo.save("edited")
    assert lives(told(run)) == [("c.py:f", born, None, [])]
    fixed = repo.commit(c=CALM + PADDING)
    repo.git("mv", "c.py", "d.py")
    repo.save()
    assert lives(told(run)) == [("d.py:f", born, fixed, [])]
    back = repo.commit(d=handler("f") + PADDING)
    assert lives(told(run)) == [("d.py:f", born, None, [back])]


def test_files_that_trade_places(run: Run, repo: Repo) -> None:
    one, two = handler("f") + PADDING, handler("g") + PADDING.replace("value", "number")
    born = repo.commit(a=one, b=two)
    repo.commit(a=None, b=None, c=one, a2=two)
    repo.commit(c=None, a2=None, b=one, a=two)
    assert lives(told(run)) == [("a.py:g", born, None, []), ("b.py:f", born, None, [])]


def test_a_deleted_file_fixes_and_a_restored_one_brings_back(run: Run, repo: Repo) -> None:
    born = repo.commit(a=handler("f"))
    fixed = repo.commit(a=None)
    assert lives(told(run)) == [("a.py:f", born, fixed, [])]
    back = repo.commit(a=handler("f"))
    assert lives(told(run)) == [("a.py:f", born, None, [back])]


def test_equal_findings_are_counted(run: Run, repo: Repo) -> None:
    born = repo.commit(a=handler("f", calls=2))
    fixed = repo.commit(a=handler("f"))
    assert lives(told(run)) == [("a.py:f", born, None, []), ("a.py:f", born, fixed, [])]


def test_findings_of_several_rules_are_counted_by_rule(run: Run, repo: Repo) -> None:
    dead = "from app.session import create_user_execution_context\n"
    repo.commit(a=handler("f", "g") + dead)
    document = told(run)
    assert document["timeline"][0]["counts"] == {"CTX101": 2, "CTX301": 1}
    assert {found["function"] for found in document["findings"]} == {"f", "g", None}


def test_a_broken_file_tells_nothing(run: Run, repo: Repo) -> None:
    born = repo.commit(a=handler("f"))
    repo.commit(a=handler("f") + "def (:\n")
    repo.commit(a=b"\xff\xfe" + handler("f").encode())
    repo.commit(a=handler("f"))
    document = told(run)
    assert lives(document) == [("a.py:f", born, None, [])]
    assert [point["counts"] for point in document["timeline"]] == [{"CTX101": 1}] * 4
    assert (document["blobs"], document["parsed"]) == (3, 1)


def test_a_file_that_becomes_a_link_is_gone(run: Run, repo: Repo) -> None:
    born = repo.commit(a=handler("f"))
    repo.write("a.py", None)
    (repo.path / "a.py").symlink_to("nowhere")
    fixed = repo.save()
    assert lives(told(run)) == [("a.py:f", born, fixed, [])]


# Branches.


@pytest.fixture
def forked(repo: Repo) -> Repo:
    """A repository with one clean file, `main` checked out, and a branch `side`."""
    repo.commit(a=CALM + PADDING, b="import os\n")
    repo.git("branch", "side")
    return repo


BAD = handler("f") + PADDING
FINE = CALM + PADDING


def on(repo: Repo, branch: str, **files: str | bytes | None) -> str:
    """A commit on a branch."""
    repo.git("checkout", "-q", branch)
    return repo.commit(f"on {branch}", **files)


def test_a_merge_that_takes_over_a_side_is_no_event(run: Run, forked: Repo) -> None:
    born = on(forked, "side", a=BAD)
    on(forked, "main", b="import re\n")
    merge = forked.merge("side")
    document = told(run)
    assert lives(document) == [("a.py:f", born, None, [])]
    points = [(point["commit"], point["counts"]) for point in document["timeline"]]
    assert len(points) == 3
    assert points[-1] == (merge, {"CTX101": 1})


def test_a_life_on_a_side_branch_is_told(run: Run, forked: Repo) -> None:
    born = on(forked, "side", a=BAD)
    fixed = on(forked, "side", a=FINE)
    on(forked, "main", b="import re\n")
    forked.merge("side")
    document = told(run)
    assert lives(document) == [("a.py:f", born, fixed, [])]
    assert [point["counts"] for point in document["timeline"]] == [{}, {}, {}]


def test_a_fix_on_one_side_is_the_fix(run: Run, repo: Repo) -> None:
    born = repo.commit(a=BAD, b="import os\n")
    repo.git("branch", "side")
    fixed = on(repo, "side", a=FINE)
    on(repo, "main", b="import re\n")
    repo.merge("side")
    assert lives(told(run)) == [("a.py:f", born, fixed, [])]
    repo.git("checkout", "-q", "-b", "other", "side")
    repo.commit(c="import os\n")
    repo.git("merge", "-q", "-m", "merge", "main^1")
    assert lives(told(run)) == [("a.py:f", born, fixed, [])]


def test_a_fix_that_the_merge_refuses_is_none(run: Run, repo: Repo) -> None:
    born = repo.commit(a=BAD, b="import os\n")
    repo.git("branch", "side")
    on(repo, "side", a=FINE)
    on(repo, "main", b="import re\n")
    repo.merge("side", strategy="ours")
    assert lives(told(run)) == [("a.py:f", born, None, [])]


def test_a_merge_may_fix_what_only_a_side_had(run: Run, forked: Repo) -> None:
    born = on(forked, "side", a=BAD)
    on(forked, "main", b="import re\n")
    merge = forked.merge("side", strategy="ours")
    assert lives(told(run)) == [("a.py:f", born, merge, [])]


def test_a_merge_may_bring_back_what_was_fixed(run: Run, repo: Repo) -> None:
    born = repo.commit(a=BAD, b="import os\n")
    repo.git("branch", "side")
    on(repo, "side", b="import re\n")
    on(repo, "main", a=FINE)
    repo.git("merge", "-q", "--no-commit", "--no-ff", "side")
    merge = repo.commit("conflict", a=BAD)
    assert lives(told(run)) == [("a.py:f", born, None, [merge])]


def test_what_comes_back_on_a_side_came_back_there(run: Run, repo: Repo) -> None:
    born = repo.commit(a=BAD, b="import os\n")
    on(repo, "main", a=FINE)
    repo.git("branch", "side")
    back = on(repo, "side", a=BAD)
    on(repo, "main", b="import re\n")
    repo.merge("side")
    assert lives(told(run)) == [("a.py:f", born, None, [back])]


def test_a_merge_may_make_a_finding(run: Run, forked: Repo) -> None:
    on(forked, "side", c="import os\n")
    on(forked, "main", b="import re\n")
    forked.git("merge", "-q", "--no-commit", "--no-ff", "side")
    merge = forked.commit("evil", a=BAD)
    assert lives(told(run)) == [("a.py:f", merge, None, [])]


def test_a_cherry_picked_fix_counts_on_the_first_parents(run: Run, repo: Repo) -> None:
    born = repo.commit(a=BAD, b="import os\n")
    repo.git("branch", "side")
    on(repo, "side", a=FINE)
    fixed = on(repo, "main", a=FINE)
    repo.merge("side")
    assert lives(told(run)) == [("a.py:f", born, fixed, [])]


@pytest.mark.parametrize("renamer", ["main", "side"])
def test_a_rename_on_one_side_and_a_birth_on_the_other(
    run: Run, forked: Repo, renamer: str
) -> None:
    other = {"main": "side", "side": "main"}[renamer]
    forked.git("checkout", "-q", renamer)
    forked.git("mv", "a.py", "moved.py")
    forked.save()
    born = on(forked, other, a=BAD)
    forked.git("checkout", "-q", "main")
    forked.merge("side")
    assert lives(told(run)) == [("moved.py:f", born, None, [])]


def test_a_rename_that_git_cannot_see_from_the_other_side(run: Run, repo: Repo) -> None:
    born = repo.commit(a=handler("f") + PADDING, b="import os\n")
    repo.git("branch", "side")
    repo.git("mv", "a.py", "moved.py")
    repo.save()
    repo.commit(moved=handler("f"))  # which has little in common with the file that was
    on(repo, "side", b="import re\n")
    repo.git("checkout", "-q", "main")
    repo.git("merge", "-q", "-m", "merge", "side", "-X", "no-renames")
    assert lives(told(run)) == [("moved.py:f", born, None, [])]


def test_an_octopus_has_the_findings_of_all_arms(run: Run, forked: Repo) -> None:
    born = []
    for name in ("one", "two", "three"):
        forked.git("checkout", "-q", "-b", name, "main")
        born.append(forked.commit(**{name: handler(name)}))
    forked.git("checkout", "-q", "main")
    forked.merge("one", "two", "three", strategy="octopus")
    document = told(run)
    names = ("one", "two", "three")
    expected = [(f"{name}.py:{name}", born[i], None, []) for i, name in enumerate(names)]
    assert lives(document) == expected
    assert [point["counts"] for point in document["timeline"]] == [{}, {"CTX101": 3}]


def test_a_commit_may_claim_any_time() -> None:
    assert walk.Commit("1", (), -5, "").date == "1970-01-01T00:00:00Z"
    assert walk.Commit("1", (), 10**15, "").date == "9999-12-31T23:59:59Z"
