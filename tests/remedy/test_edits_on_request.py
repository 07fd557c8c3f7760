"""A fix is planned once, and its edits are made when someone asks for them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest
from support.fixture_files import Fixture, load_fixtures

from ctxlint.config.settings import Settings
from ctxlint.remedy import Repair
from ctxlint.rules.generated_session_id import detection
from ctxlint.run import check_file
from ctxlint.run.fix_loop import fix
from ctxlint.source import SourceFile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctxlint.finding import Finding

HEAD = "import uuid\nfrom app.session import get_user_execution_context\n"
HANDLER = """\
def handle_{0}(user):
    thread_{0} = uuid.uuid4().hex
    get_user_execution_context(user, thread_id=thread_{0})
    return get_user_execution_context(user, thread_id=thread_{0})
"""


def file(handlers: int) -> SourceFile:
    return SourceFile("app/chat.py", HEAD + "".join(map(HANDLER.format, range(handlers))))


@pytest.fixture
def plans() -> Iterator[list[int]]:
    """The numbers of calls that were planned for, plan by plan."""
    made: list[int] = []
    plan = Repair.plan

    def counted(self, sinks):
        made.append(len(sinks))
        return plan(self, sinks)

    with patch.object(Repair, "plan", counted):
        yield made


def test_the_calls_of_one_id_are_planned_for_once(plans: list[int]) -> None:
    assert len(fix(file(1), Settings()).fixed) == 2
    assert plans == [2]


def test_those_of_several_are_planned_for_one_by_one_and_together(plans: list[int]) -> None:
    assert len(fix(file(30), Settings()).fixed) == 60
    assert plans == [2] * 30 + [60]


def test_a_check_that_shows_no_edits_makes_none() -> None:
    with patch.object(detection, "edits_of", side_effect=AssertionError):
        found = check_file.check(file(3), Settings(), edits=False)
    assert len(found) == 6
    assert all(finding.fix and not finding.fix.edits for finding in found)


def test_calls_that_share_a_plan_share_its_edits() -> None:
    with patch.object(detection, "edits_of", wraps=detection.edits_of) as made:
        found = check_file.check(file(3), Settings())
    assert all(finding.fix and finding.fix.edits for finding in found)
    assert made.call_count == 3


def without_edits(finding: Finding) -> Finding:
    fix_ = finding.fix and finding.fix._replace(edits=())
    return finding._replace(fix=fix_)


@pytest.mark.parametrize("fixture", load_fixtures("CTX101", "CTX301"), ids=str)
def test_the_rest_is_the_same_without_edits(fixture: Fixture) -> None:
    whole = check_file.check(fixture.file, Settings())
    bare = check_file.check(fixture.file, Settings(), edits=False)
    assert list(map(without_edits, whole)) == list(map(without_edits, bare))
