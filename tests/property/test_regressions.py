"""What random programs have found, each once more by name."""

from __future__ import annotations

from oracle import check
from test_oracle import module


def test_the_steps_of_two_ids_of_one_call_have_an_order() -> None:
    """Sets of atoms are ordered by where these lie in memory: a sort must not leave ties."""
    text = module(
        "thread_id, run_id, _ = UnifiedIdGenerator.generate_user_context_ids(user_id)",
        "if flag:",
        "    run_id = thread_id",
        "get(user_id, thread_id, run_id)",
    )
    text = "from shared.ids import UnifiedIdGenerator\n" + text
    findings = []
    for size in range(40):
        findings.append((check(text), [object() for _ in range(size)]))
    assert findings[0][0]
    assert all(found == findings[0][0] for found, _ in findings)
