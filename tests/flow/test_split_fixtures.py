"""Fixtures in several files have the findings that they have in one."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from support.fixture_files import Fixture, load_fixtures
from support.split_files import each_alone, findings, in_two, split

if TYPE_CHECKING:
    import ast
    from collections.abc import Callable, Iterator

WAYS = {"in_two": in_two, "each_alone": each_alone}
STATE = "what functions of another file, which nothing calls for a result, set in its own objects"
OBJECT = "a method that is found only in the class of an argument, by a helper of another file"
# todo: findings that files lose to others.
KNOWN = {
    ("flow/globals_set_below", "each_alone"): STATE,
    ("flow/queues", "in_two"): STATE,
    ("flow/queues", "each_alone"): STATE,
    ("frameworks/functions_handed_over", "in_two"): STATE,
    ("frameworks/functions_handed_over", "each_alone"): STATE,
    ("frameworks/globals_of_requests", "each_alone"): STATE,
    ("frameworks/state_of_requests", "in_two"): STATE,
    ("frameworks/state_of_requests", "each_alone"): STATE,
    ("functions/ways_to_the_getter", "in_two"): STATE,
    ("functions/ways_to_the_getter", "each_alone"): STATE,
    ("functions/called_through_parameters_for_others", "in_two"): OBJECT,
    ("functions/called_through_parameters_for_others", "each_alone"): OBJECT,
    ("functions/records_of_other_functions", "in_two"): OBJECT,
    ("functions/records_of_other_functions", "each_alone"): OBJECT,
    ("functions/copies_of_records", "in_two"): "what `__post_init__` makes of a changed copy",
    ("functions/copies_of_records", "each_alone"): "what `__post_init__` makes of a changed copy",
    ("functions/decorators_that_generate", "in_two"): "a decorator of another file",
    ("functions/decorators_that_generate", "each_alone"): "a decorator of another file",
    ("functions/wrappers_of_decorators", "each_alone"): "a decorator of another file",
    ("decided/types", "in_two"): "an ID that is a sentinel of another file",
    ("decided/types", "each_alone"): "an ID that is a sentinel of another file",
    ("passes/types_of_values", "each_alone"): "a class of texts whose base is of a third file",
    ("excused/kept_by_helpers", "in_two"): "the callers of a helper are in another file",
    ("excused/kept_by_helpers", "each_alone"): "a store and its helpers, each in its own file",
}


def cases() -> Iterator[Any]:
    for fixture in load_fixtures("CTX101"):
        for way, module_of in WAYS.items():
            reason = KNOWN.get((fixture.name, way))
            marks = [pytest.mark.xfail(reason=reason, strict=True)] if reason else []
            yield pytest.param(fixture, module_of, id=f"{fixture.name}-{way}", marks=marks)


@pytest.mark.parametrize(("fixture", "module_of"), list(cases()))
def test_a_fixture_in_several_files_has_the_findings_of_one(
    fixture: Fixture, module_of: Callable[[ast.stmt], str]
) -> None:
    assert found(split(fixture.text, module_of)) == found({"module": fixture.text})


def found(files: dict[str, str]) -> Counter[str | None]:
    """How many IDs are found in each function."""
    return Counter(one.function for one in findings(files) if one.code == "CTX101")
