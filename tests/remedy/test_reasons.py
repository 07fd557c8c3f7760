"""Why a finding has no fix, in words that a stranger understands: they name line and use."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ctxlint import lint_source
from ctxlint.config.settings import Keep, Settings

HEADER = "import uuid\nfrom app.session import get_user_execution_context as get\n\n\n"
AT_HAND = "where the result of the getter is not available"
REASONS = {
    """\
def f(user_id, save):
    run_id = uuid.uuid4().hex
    save("run", {"run": run_id})
    return get(user_id, run_id=run_id)
""": f"save() on line 7 also receives the ID, {AT_HAND}",
    """\
def f(user_id, log):
    run_id = uuid.uuid4().hex
    log.append(f"run {run_id}")
    return get(user_id, run_id=run_id)
""": "line 7 stores the ID in log, which other code may read",
    """\
def f(user_id, **ids):
    ids.setdefault("run_id", str(uuid.uuid4()))
    return get(user_id, **ids)
""": "line 6 stores the ID in ids, which other code may read",
    """\
def f(user_id, data):
    data["run_id"] = uuid.uuid4().hex
    return get(user_id, run_id=data["run_id"])
""": "line 6 stores the ID in data['run_id'], which other code may read",
    """\
def f(user_id, thread_id):
    fresh = uuid.uuid4().hex if thread_id == "new" else None
    if fresh is not None:
        thread_id = fresh
    return get(user_id, thread_id=thread_id)
""": "line 7 tests the generated ID, and would take another branch",
    """\
def f(user_id):
    run_id = uuid.uuid4().hex
    get(user_id, run_id=run_id)
    return run_id
""": f"line 8 also returns the ID, {AT_HAND}",
    """\
def open_session(user_id, run_id, log):
    log.append(run_id)
    return get(user_id, run_id=run_id)

def f(user_id, log):
    return open_session(user_id, uuid.uuid4().hex, log)
""": "open_session() receives the ID on line 10 and does more than pass it on",
    """\
def f(user_id, thread_id):
    fresh = uuid.uuid4().hex if thread_id == "new" else None
    return get(user_id, thread_id=fresh or thread_id)
""": "line 7 tests more than whether an ID is present",
}

UNPACKED = """\
def f(user_id, data):
    ids = {"run_id": uuid.uuid4().hex, **data}
    return get(user_id, **ids)
"""


def test_a_reason_names_the_value_that_other_code_may_fill() -> None:
    settings = replace(Settings(), select=("CTX101",), keep=Keep.NONE)
    (finding,) = lint_source(HEADER + UNPACKED, settings=settings)
    assert finding.unfixed_reason == "line 7 reads the ID from ids, which other code may set"


@pytest.mark.parametrize(("program", "reason"), REASONS.items(), ids=REASONS.values())
def test_a_reason_says_what_is_done_with_the_id_and_where(program: str, reason: str) -> None:
    settings = replace(Settings(), select=("CTX101",))
    (finding,) = lint_source(HEADER + program, settings=settings)
    assert (finding.fix, finding.unfixed_reason) == (None, reason)
