"""What is written of a plan means what the plan says, and LibCST would write the same."""

from __future__ import annotations

import ast
from contextlib import contextmanager
from typing import TYPE_CHECKING
from unittest.mock import patch

import libcst as cst
import pytest
from libcst.metadata import MetadataWrapper
from oracle import SAFE, UNSAFE, file_of
from plan_on_ast import expected, shape
from properties import tried
from support.fixture_files import Fixture, load_fixtures

from ctxlint.config.settings import Keep, Settings
from ctxlint.remedy.plan import Plan
from ctxlint.remedy.transformer import PlanTransformer
from ctxlint.rules.dead_context_import import detection as dead_imports
from ctxlint.rules.generated_session_id import detection
from ctxlint.run import check_file
from ctxlint.run.fix_loop import apply, fix

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from programs import Program

    from ctxlint.finding import Edit
    from ctxlint.remedy.parentheses import Concrete
    from ctxlint.source import SourceFile

MODES = (SAFE, UNSAFE, Settings(select=("CTX101",), keep=Keep.NONE))


@contextmanager
def written() -> Iterator[list[tuple[Plan, str]]]:
    """The plans that are written meanwhile, each with the text that comes of it."""
    plans: list[tuple[Plan, str]] = []
    write = detection.edits_of

    def edits_of(plan: Plan, concrete: Concrete) -> tuple[Edit, ...]:
        edits = write(plan, concrete)
        plans.append((plan, apply(edits, plan.file)))
        return edits

    with patch.object(detection, "edits_of", edits_of):
        yield plans


def judge(plan: Plan, text: str) -> None:
    """Complain of a text that is not what a plan says, or not what LibCST makes of it."""
    assert shape(ast.parse(text)) == expected(plan)
    wrapper = MetadataWrapper(cst.parse_module(plan.file.text), unsafe_skip_copy=True)
    assert wrapper.visit(PlanTransformer(plan)).code == text


@pytest.mark.parametrize("fixture", load_fixtures("CTX101"), ids=str)
def test_it_holds_for_the_plans_of_a_fixture(fixture: Fixture) -> None:
    with written() as plans:
        for settings in MODES:
            check_file.check(fixture.file, settings)
            fix(fixture.file, settings)
    for plan, text in plans:
        judge(plan, text)


@pytest.mark.parametrize("fixture", load_fixtures("CTX301"), ids=str)
def test_imports_go_and_are_renamed_as_planned(fixture: Fixture) -> None:
    texts: list[tuple[Plan, Mapping[ast.alias, str], str]] = []
    write = dead_imports.import_edits

    def import_edits(
        file: SourceFile, gone: Collection[ast.alias], renamed: Mapping[ast.alias, str]
    ) -> tuple[Edit, ...]:
        plan, edits = Plan(file), write(file, gone, renamed)
        statements = {file.parents[alias] for alias in gone}
        plan.removed |= {*gone, *(s for s in statements if gone.issuperset(s.names))}
        texts.append((plan, renamed, apply(edits, file)))
        return edits

    settings = Settings(select=("CTX301",), unsafe_fixes=True)
    with patch.object(dead_imports, "import_edits", import_edits):
        check_file.check(fixture.file, settings)
        fix(fixture.file, settings)
    for plan, renamed, text in texts:
        assert shape(ast.parse(text)) == expected(plan, renamed, clauses_go=False)


def _holds(program: Program) -> None:
    with written() as plans:
        for settings in MODES[:2]:
            check_file.check(file_of(program.text), settings)
            fix(file_of(program.text), settings)
    for plan, text in plans:
        judge(plan, text)


def test_it_holds_for_the_plans_of_random_programs() -> None:
    tried(150, _holds)


@pytest.mark.thorough
def test_it_holds_for_the_plans_of_many_random_programs() -> None:
    tried(10_000, _holds)
