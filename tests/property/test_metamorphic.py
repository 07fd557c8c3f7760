"""Modules that mean the same have the same findings and the same repair.

Each transformation of `metamorphic`, `blocks` and `layouts` is applied to the fixtures. What is
found must be the same but for rows and for names that were added, and so must the repair: that of
the changed module is the changed repair.
"""

from __future__ import annotations

import ast
import re
import zlib
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

import blocks
import layouts
import metamorphic
import pytest
from support.fixture_files import Fixture, load_fixtures

from ctxlint.config.settings import Settings
from ctxlint.run import check_file
from ctxlint.run.fix_loop import fix

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ctxlint.finding import Finding
    from ctxlint.source import SourceFile

    Change = Callable[[str], str]

FIXTURES = {str(fixture): fixture for fixture in load_fixtures()}
SHARE = 7  # a transformation is tried on every seventh fixture, `-m thorough` tries all
FEW = 30  # fixtures; where no more can change, all are tried


@dataclass(frozen=True)
class Transformation:
    """A change that keeps the meaning, and how to compare what comes of it.

    The change starts from `base` of the text. `normal` is a form that both repairs are brought
    into; without it the plain repair is changed, and must then be the other. `least` is the number
    of fixtures that it changes at least.
    """

    change: Change
    least: int
    base: Change
    normal: Change | None = None
    is_exact: bool = False  # whether the repairs are equal byte by byte, not only their trees
    same_steps: bool = True
    same_conditions: bool = True
    same_remedy: bool = True

    def __str__(self) -> str:
        return self.change.__name__


def unchanged(text: str) -> str:
    return text


def layout(change: Change, least: int, *, is_exact: bool = False) -> Transformation:
    return Transformation(change, least, unchanged, is_exact=is_exact)


def of_tree(change: Callable[[ast.Module], None]) -> Change:
    """A change of syntax trees as one of texts."""

    def changed(text: str) -> str:
        tree = ast.parse(text)
        change(tree)
        return ast.unparse(ast.fix_missing_locations(tree)) + "\n"

    changed.__name__ = change.__name__
    return changed


def statements(
    change: Callable[[ast.Module], None],
    least: int,
    normal: Callable[[ast.Module], None] | None = None,
    *,
    same_steps: bool = True,
    same_conditions: bool = True,
    same_remedy: bool = True,
) -> Transformation:
    return Transformation(
        of_tree(change),
        least,
        layouts.unparsed,
        normal and of_tree(normal),
        same_steps=same_steps,
        same_conditions=same_conditions,
        same_remedy=same_remedy,
    )


TRANSFORMATIONS = {
    str(transformation): transformation
    for transformation in (
        layout(layouts.with_crlf, 200, is_exact=True),
        layout(layouts.with_tabs, 200, is_exact=True),
        layout(layouts.with_other_quotes, 150),
        layout(layouts.with_parentheses, 200),
        layout(layouts.with_more_code, 200),
        layout(layouts.unparsed, 200),
        layout(layouts.narrow, 200),
        statements(metamorphic.renamed_locals, 80),
        statements(metamorphic.aliased_imports, 150, metamorphic.aliased_imports),
        statements(blocks.async_functions, 150, blocks.async_functions),
        statements(blocks.try_except, 150, blocks.without_wrappers),
        statements(blocks.try_finally, 150, blocks.without_wrappers),
        statements(blocks.if_true, 150, blocks.without_wrappers),
        statements(blocks.if_not_type_checking, 200, same_conditions=False),
        statements(blocks.nested_functions, 150, blocks.in_the_module),
        statements(blocks.static_methods, 150, blocks.in_the_module),
        statements(metamorphic.chained_assignments, 100),
        statements(metamorphic.split_assignments, 2),
        statements(metamorphic.annotated, 150),
        statements(metamorphic.aliased_arguments, 60, same_steps=False, same_remedy=False),
        statements(metamorphic.keyword_arguments, 20),
        statements(metamorphic.positional_arguments, 100),
        statements(metamorphic.ternaries, 40, metamorphic.ternaries, same_conditions=False),
    )
}
LEFT_BEHIND = "what raises in the middle leaves the attribute as it is, seen only inside a try"
MAY_BE_A_PROBE = "an import inside `except Exception` may be a probe"
LIMITS = {
    ("async_functions", "CTX101-functions/helpers"): "an awaited helper is not taken apart",
    ("async_functions", "CTX101-functions/records"): "an awaited helper is not taken apart",
    ("try_except", "CTX101-flow/self_attributes"): LEFT_BEHIND,
    ("try_except", "CTX101-functions/attributes_left_behind"): LEFT_BEHIND,
    ("try_except", "CTX101-functions/methods"): LEFT_BEHIND,
    ("try_except", "CTX301-layout/only_statement"): MAY_BE_A_PROBE,
    ("try_except", "CTX301-used/doctests"): MAY_BE_A_PROBE,
    ("nested_functions", "CTX101-excused/kept_by_helpers"): "a shared store has other traces",
    ("ternaries", "CTX101-remedy/derived_from_both"): "str() of a ternary is not taken apart",
    ("ternaries", "CTX101-remedy/texts_of_ids"): "a text in a ternary may be one of None",
    ("ternaries", "CTX101-remedy/found_by_running"): "another reason why there is no fix",
    ("annotated", "CTX101-remedy/careful_hand"): "an unpacking has no annotation, a name has",
    ("split_assignments", "CTX101-flow/assignment"): "a variable that nothing read before stays",
    ("split_assignments", "CTX101-remedy/unpacked_in_branches"): "what is unpacked stays so",
    **{
        ("chained_assignments", f"CTX101-{fixture}"): "what gets two names is not taken apart"
        for fixture in (
            "flow/values_made_of_themselves",
            "functions/ensured",
            "remedy/handlers_hard",
            "unfixed/text_of_none",
        )
    },
}
each_transformation = pytest.mark.parametrize("name", TRANSFORMATIONS)


def applies(transformation: Transformation, fixture: Fixture) -> bool:
    """Whether a transformation may apply: one that moves or loses comments, if none matters."""
    moves = transformation.base is layouts.unparsed or transformation.change in (
        layouts.unparsed,
        layouts.narrow,
    )
    return not moves or not re.search(r"#\s*(noqa|type|flake8):?", fixture.text, re.IGNORECASE)


def cases(transformation: Transformation, share: int) -> Iterator[tuple[Fixture, str, str]]:
    """The fixtures that a transformation changes, or a share of them: text before and after."""
    for name, fixture in FIXTURES.items():
        is_chosen = zlib.crc32(f"{transformation} {name}".encode()) % share == 0
        if is_chosen and applies(transformation, fixture):
            before = transformation.base(fixture.text)
            after = transformation.change(before)
            if after != before:
                yield fixture, before, after


@cache
def settings(code: str) -> Settings:
    return Settings(select=("CTX" if code == "CTX001" else code,), unsafe_fixes=True)


def with_text(fixture: Fixture, text: str) -> SourceFile:
    return replace(fixture.file, text=text)


@cache
def repaired(fixture: Fixture, text: str) -> str:
    return fix(with_text(fixture, text), settings(fixture.code)).text


def found(transformation: Transformation, fixture: Fixture, text: str) -> list[str]:
    findings = check_file.check(with_text(fixture, text), settings(fixture.code))
    return sorted(signature(finding, transformation) for finding in findings)


def signature(finding: Finding, transformation: Transformation) -> str:
    """What of a finding is the same in all modules that mean the same."""
    message = finding.message
    if not transformation.same_conditions:
        message = re.sub(r" when .*, so it", ", so it", message)
    steps = finding.trace if transformation.same_steps else ()
    fix = finding.fix if transformation.same_remedy else None
    reason = finding.unfixed_reason if transformation.same_remedy else None
    parts = (
        f"{finding.code} {finding.level} in {finding.function}: {message} {finding.ids}",
        *(f"{step.kind} {step.message}" for step in steps),
        f"{fix and (fix.applicability, fix.message)} {reason}",
    )
    return plain("\n".join(parts))


def plain(text: str) -> str:
    """A message without rows, and without what transformations add to it."""
    text = re.sub(r"\bline \d+", "line N", text).replace('"', "'")
    return re.sub(rf"{blocks.OUTER}\.|{metamorphic.ADDED}", "", text)


def repairs(
    transformation: Transformation, fixture: Fixture, before: str, after: str
) -> tuple[str, str]:
    """The repair of a changed module, and what it should be."""
    if not transformation.same_remedy:
        return "", ""
    normal = transformation.normal
    wanted = (normal or transformation.change)(repaired(fixture, before))
    got = repaired(fixture, after)
    got = normal(got) if normal else got
    if transformation.is_exact:
        return got, wanted
    return layouts.unparsed(got), layouts.unparsed(wanted)


def same(transformation: Transformation, fixture: Fixture, before: str, after: str) -> bool:
    findings = (found(transformation, fixture, text) for text in (before, after))
    got, wanted = repairs(transformation, fixture, before, after)
    return got == wanted and next(findings) == next(findings)


@each_transformation
def test_what_means_the_same_is_found_and_repaired_the_same(name: str) -> None:
    transformation = TRANSFORMATIONS[name]
    share = SHARE if transformation.least > FEW else 1
    assert count_same(transformation, share) >= transformation.least // (2 * share)


@pytest.mark.thorough
@each_transformation
def test_what_means_the_same_is_found_and_repaired_the_same_everywhere(name: str) -> None:
    assert count_same(TRANSFORMATIONS[name], share=1) >= TRANSFORMATIONS[name].least


def count_same(transformation: Transformation, share: int) -> int:
    """How many fixtures, of a share of them, a transformation changes; all must compare."""
    count = 0
    for fixture, before, after in cases(transformation, share):
        count += 1
        if (str(transformation), str(fixture)) not in LIMITS:
            wanted = found(transformation, fixture, before)
            assert found(transformation, fixture, after) == wanted, fixture
            got, repair = repairs(transformation, fixture, before, after)
            assert got == repair, fixture
    return count


@pytest.mark.xfail(strict=True, reason="known limit")
@pytest.mark.parametrize(
    ("name", "fixture"), [pytest.param(*key, id=f"{key}: {why}") for key, why in LIMITS.items()]
)
def test_known_limit(name: str, fixture: str) -> None:
    transformation = TRANSFORMATIONS[name]
    before = transformation.base(FIXTURES[fixture].text)
    assert same(transformation, FIXTURES[fixture], before, transformation.change(before))
