"""The remedy proved by running: what the getter receives before a fix and after it."""

from __future__ import annotations

import inspect
import re
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any, NamedTuple
from unittest import mock

import pytest
from support.fixture_files import (
    ARRIVED,
    STAGE,
    Call,
    Context,
    Fixture,
    GeneratedUUID,
    NotRunnableError,
    Position,
    Scenario,
    arguments,
    fake_modules,
    instance,
    load_fixtures,
    marks,
    scenarios,
    sources,
)

from ctxlint.config.settings import Keep, Settings
from ctxlint.run import check_file
from ctxlint.run.fix_loop import fix

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Iterator

FIXTURES = [fixture for fixture in load_fixtures("CTX101") if not fixture.says("static")]
FLAGGED = [fixture for fixture in FIXTURES if fixture.marks("error")]
SAFE = Settings()
MODES = {
    "fixed": SAFE,
    "unsafe": replace(SAFE, unsafe_fixes=True),
    "keep-none": replace(SAFE, keep=Keep.NONE),
    "keep-all": replace(SAFE, keep=Keep.ALL),
}
GOLDENS = [
    pytest.param(fixture, mode, id=f"{fixture.name}.{mode}")
    for fixture in FIXTURES
    for mode in MODES
    if fixture.golden(mode).exists()
]


# The stage.


@dataclass
class Run:
    """What one run did: getter calls, result, error, and other effects in order."""

    case: Scenario | None
    calls: list[Call] = field(default_factory=list)
    result: object = None
    error: str | None = None
    effects: list[object] = field(default_factory=list)


@dataclass(frozen=True)
class Stage:
    """A module that can be run, one function and input at a time."""

    text: str
    code: CodeType
    runner: asyncio.Runner

    def targets(self) -> Iterator[str]:
        """The functions and methods of the module that others may call."""
        with mock.patch.dict(sys.modules, fake_modules([])):
            space = self._execute()
        for name, value in space.items():
            members = vars(value) if isinstance(value, type) else {"": value}
            for member, function in members.items():
                wrapped = getattr(function, "__func__", function)
                own = isinstance(wrapped, FunctionType) and wrapped.__code__.co_filename == STAGE
                target = f"{name}.{member}".rstrip(".")
                if own and not member.startswith("__") and not self._is_helper(target):
                    yield target

    def _is_helper(self, target: str) -> bool:
        """Whether a function is private, and others of the module call it."""
        name = target.rpartition(".")[2]
        return name.startswith("_") and len(re.findall(rf"\b{name}\(", self.text)) > 1

    def load(self) -> Run:
        """Run the module's own level."""
        run = Run(None)
        with mock.patch.dict(sys.modules, fake_modules(run.calls)):
            self._execute()
        return run

    def call(self, target: str, case: Scenario) -> Run:
        """Run one function in a fresh module."""
        run = Run(case)
        with mock.patch.dict(sys.modules, fake_modules(run.calls)):
            space = self._execute()
            owner, _, member = target.partition(".")
            function = space[owner]
            if member:
                function = getattr(instance(space[owner], case), member)
            args, named = arguments(function, case, run.effects)
            run.calls.clear()
            try:
                run.result = self._finish(function(*args, **named))
            except Exception as error:  # whatever the fixture raises is part of the record
                run.error = type(error).__name__
        return run

    def _execute(self) -> dict[str, Any]:
        space: dict[str, Any] = {"__name__": "fixture"}
        exec(self.code, space)
        return {k: v for k, v in space.items() if getattr(v, "__module__", "fixture") == "fixture"}

    def _finish(self, result: object) -> object:
        if inspect.iscoroutine(result):
            return self._finish(self.runner.run(result))
        if inspect.isasyncgen(result):
            agen = result

            async def drain() -> list[object]:
                return [item async for item in agen]

            return self.runner.run(drain())
        return list(result) if inspect.isgenerator(result) else result


def stage(text: str, runner: asyncio.Runner) -> Stage:
    """Compile the text of a fixture for the stage."""
    return Stage(text, compile(text, STAGE, "exec", dont_inherit=True), runner)


def perform(fixture: Stage, text: str, targets: list[str]) -> Iterator[tuple[str, list[Run]]]:
    """Run the module's level and every target over every input."""
    yield "<module>", [fixture.load()]
    for target in targets:
        runs = []
        for case in scenarios(text):
            try:
                runs.append(fixture.call(target, case))
            except NotRunnableError:
                break
        yield target, runs


# What a fix may change.


class Pair(NamedTuple):
    """What the getter received for one ID, before and after, on one input."""

    case: Scenario | None
    before: object
    after: object


@dataclass
class Site:
    """One getter call of the file before the fix: what each of its IDs was, over all inputs."""

    target: str
    pairs: dict[str, list[Pair]] = field(default_factory=lambda: defaultdict(list))

    def rows(self, name: str) -> set[int]:
        return {row for pair in self.pairs[name] for row in sources(pair.before)}

    def flagged(self) -> bool:
        return any(self.rows(name) for name in self.pairs)

    def remaining(self) -> set[int]:
        """The rows, in the fixed text, of the sources that still reach this call."""
        return {row for pairs in self.pairs.values() for p in pairs for row in sources(p.after)}


def plain(value: object, *, unsafe: bool) -> object:
    """`value` such that before and after compare: one generated ID is as good as another."""
    if isinstance(value, Context | GeneratedUUID):
        return type(value).__name__
    if isinstance(value, str) and unsafe:
        return "*" if sources(value) or "session-" in value else value
    if isinstance(value, str):
        return re.sub("[\ue000-\uf8ff]+", "*", value)
    if isinstance(value, dict):
        return {key: plain(item, unsafe=unsafe) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item, unsafe=unsafe) for item in value]
    return value if isinstance(value, int | float | bytes | None) else type(value).__name__


def differences(target: str, before: Run, after: Run, *, unsafe: bool) -> Iterator[str]:
    """Where two runs differ in what a fix must not touch."""
    where = f"{target} on {before.case}"
    if before.error != after.error:
        yield f"{where}: raised {before.error}, now {after.error}"
    if len(before.calls) != len(after.calls):
        yield f"{where}: {len(before.calls)} getter calls, now {len(after.calls)}"
    for name in ("result", "effects"):
        old = plain(getattr(before, name), unsafe=unsafe)
        new = plain(getattr(after, name), unsafe=unsafe)
        if old != new:
            yield f"{where}: {name} was {old!r}, now {new!r}"


def right(site: Site, name: str, pair: Pair, keep: Keep) -> bool:
    """Whether a fixed call receives what design.md's remedy says."""
    case, before, after = pair
    arrived = {ARRIVED[name], getattr(case, name, None)} - {""}
    if keep is Keep.NONE and site.rows(name):
        return after is None
    if keep is Keep.ALL and isinstance(after, str) and after.startswith("ambient:"):
        return True
    if sources(before):
        empty_is_an_id = any(other.before == "" for other in site.pairs[name])
        return after is None or after in arrived or (after == "" and empty_is_an_id)
    if isinstance(before, str) and before.startswith("ambient:"):
        return after == before if keep is Keep.ALL else after is None or after in arrived
    return type(after) is type(before) and after == before


def judge(site: Site, keep: Keep, marked: Counter[int]) -> Iterator[str]:
    """What is wrong with the values that one getter call receives after a fix."""
    unfixed = site.remaining()
    if unfixed and not unfixed & set(marked):
        yield f"{site.target}: still generated, and no mark in rows {sorted(unfixed)}"
    for name, pairs in site.pairs.items():
        for pair in pairs:
            if site.flagged() and not unfixed:
                good = right(site, name, pair, keep)
            else:
                old, new = (plain(v, unsafe=False) for v in (pair.before, pair.after))
                good = old == new
            if not good:
                was, now = (plain(v, unsafe=False) for v in (pair.before, pair.after))
                yield f"{site.target}: {name} was {was!r}, now {now!r}, on {pair.case}"


def compare(before: str, after: str, mode: str, runner: asyncio.Runner) -> list[str]:
    """Run both texts; what the fix broke."""
    old, new = stage(before, runner), stage(after, runner)
    targets = list(old.targets())
    sites: dict[tuple[str, Position], Site] = {}
    problems: list[str] = []
    performed = zip(perform(old, before, targets), perform(new, before, targets), strict=True)
    for (target, runs), (_, reruns) in performed:
        for run, rerun in zip(runs, reruns, strict=True):
            if run.error and MODES[mode].keep is Keep.NONE:
                continue  # an argument that becomes None no longer raises
            problems += differences(target, run, rerun, unsafe=mode == "unsafe")
            for call, recall in zip(run.calls, rerun.calls, strict=False):
                site = sites.setdefault((target, call.site), Site(target))
                for name in call.ids:
                    site.pairs[name].append(Pair(run.case, call.ids[name], recall.ids[name]))
    keep = MODES[mode].keep
    for site in sites.values():
        problems += judge(site, keep, marks(after, "error") + marks(after, "ok"))
    return problems


def observed(fixture: Fixture, runner: asyncio.Runner) -> dict[object, dict[str, set[int]]]:
    """For each getter call: the rows of the sources seen to reach each of its IDs.

    Where functions call each other, a getter call counts once for each that begins.
    """
    seen: dict[object, dict[str, set[int]]] = {}
    before = stage(fixture.text, runner)
    for target, runs in perform(before, fixture.text, list(before.targets())):
        for call in (call for run in runs for call in run.calls):
            site = (target, call.site) if across_functions(fixture) else call.site
            for name, value in call.ids.items():
                seen.setdefault(site, {}).setdefault(name, set()).update(sources(value))
    return {site: ids for site, ids in seen.items() if set().union(*ids.values())}


def across_functions(fixture: Fixture) -> bool:
    return fixture.name.startswith("functions/")


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda fixture: fixture.name)
def test_the_marks_are_true(fixture: Fixture, runner: asyncio.Runner) -> None:
    """A marked row generates an ID that a getter call receives; an unmarked one never does."""
    reached = Counter(min(set().union(*ids.values())) for ids in observed(fixture, runner).values())
    for row in fixture.marks("ok") | fixture.marks("todo"):
        del reached[row]  # reached through what the contract calls opaque
    if across_functions(fixture):  # who calls a function that generates reaches it as well
        assert set(reached) == set(fixture.marks("error"))
    else:
        assert reached == fixture.marks("error")


@pytest.mark.parametrize("fixture", FLAGGED, ids=lambda fixture: fixture.name)
def test_findings_name_the_ids(fixture: Fixture, runner: asyncio.Runner) -> None:
    named: dict[int, set[str]] = defaultdict(set)
    for finding in check_file.check(fixture.file, SAFE):
        if finding.code == "CTX101":
            named[finding.span.start.row] |= set(finding.ids)
    for ids in observed(fixture, runner).values():
        row = min(set().union(*ids.values()))
        reached = {name for name, rows in ids.items() if rows}
        if row in fixture.marks("error"):
            assert reached <= named[row]


@pytest.mark.parametrize(("fixture", "mode"), GOLDENS)
def test_the_golden_keeps_the_remedy(fixture: Fixture, mode: str, runner: asyncio.Runner) -> None:
    golden = fixture.golden(mode).read_bytes().decode().removeprefix("\ufeff")
    assert compare(fixture.text, golden, mode, runner) == []


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("fixture", FLAGGED, ids=lambda fixture: fixture.name)
def test_the_fix_keeps_the_remedy(fixture: Fixture, mode: str, runner: asyncio.Runner) -> None:
    result = fix(fixture.file, MODES[mode])
    assert compare(fixture.text, result.text, mode, runner) == []


def test_a_wrong_remedy_is_noticed(runner: asyncio.Runner) -> None:
    """The comparison itself can fail: four wrong fixes of one function."""
    head = "from app.session import get_user_execution_context as get\nimport uuid\n"
    body = 'def f(user_id, payload, log):\n t = payload.get("thread_id") or uuid.uuid4()\n'
    before = head + body + " get(user_id, thread_id=t)\n"
    good = before.replace("uuid.uuid4()", "None")
    assert compare(before, good, "fixed", runner) == []
    for wrong in (
        before,
        good.replace("or None", "and None"),
        good.replace("=t)", "=str(t))"),
        good.replace(" get(", " log.append(t); get("),
        good.replace(" get(", " pass; 0 and get("),
    ):
        assert compare(before, wrong, "fixed", runner) != []
