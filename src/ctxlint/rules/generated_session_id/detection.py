"""CTX101: a generated thread or run ID reaches a session getter."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from ctxlint.config.settings import Keep, Settings
from ctxlint.contract.contract import Contract
from ctxlint.contract.getter import Getter
from ctxlint.finding import Edit, Finding, Fix, Level, Step
from ctxlint.flow import Facts, Sink, analyse, is_generated
from ctxlint.flow.classes import mro
from ctxlint.flow.facts import place_of
from ctxlint.flow.values import Atom
from ctxlint.remedy import Plan, Repair, Unfixable
from ctxlint.rules.base import Rule
from ctxlint.rules.trace import callee_text, condition_of, trace_of
from ctxlint.source import SourceFile

if TYPE_CHECKING:
    from ctxlint.remedy.parentheses import Concrete

# Why None does not help, by what it means to a getter.
_NO_REMEDY = {
    "new": "None means a new session too, so passing it to {} would change nothing",
    "shared": "None means one session shared by all users, so passing it to {} would leak chats",
    "error": "{} raises an error for None, so passing it would fail",
    None: (
        "what None means to {} is unknown: if it means the user's session, "
        'add none = "reuse" below its `call` to allow the fix'
    ),
}
_CURES = {"new": "pass the ID that the client received"}
_ELSEWHERE = "the call that passes the ID is in another file"
_BUILT_IN = "the generated ID is part of a larger value"
_SHARED = "other messages share the ID: it is stored on purpose, or generated before a loop"


def check(rule: Rule, file: SourceFile, settings: Settings, *, edits: bool) -> Iterator[Finding]:
    """One finding for each getter call that a generated ID can reach; with the `edits` of fixes."""
    part = analyse(file, settings.contract, whole=False)
    if not any(map(_ids, part.sinks.values())):
        return
    checked = _checked(rule, file, settings)
    for one in checked.found:
        yield checked.with_edits(one).finding if edits else one.finding


def edits(
    rule: Rule, file: SourceFile, settings: Settings, findings: Sequence[Finding]
) -> tuple[Edit, ...]:
    """The edits of `plan`."""
    made = plan(rule, file, settings, findings)
    return _checked(rule, file, settings).edits_of(made) if made else ()


def plan(
    rule: Rule, file: SourceFile, settings: Settings, findings: Sequence[Finding]
) -> Plan | None:
    """The fixes as one plan, so that what several of them leave without a reader goes too."""
    checked = _checked(rule, file, settings)
    wanted = {_unfixed(finding) for finding in findings}
    found = [one for one in checked.found if _unfixed(one.finding) in wanted]
    try:
        return checked.plan_together(found)
    except Unfixable:  # one by one, then; the others follow in the next round
        return next((one.plan for one in found if checked.with_edits(one).finding.fix), None)


def edits_of(plan: Plan, concrete: Concrete) -> tuple[Edit, ...]:
    """The edits of a plan."""
    from ctxlint.remedy import writer  # noqa: PLC0415 - few runs show edits

    return writer.edits_of(plan, concrete)


class _Found(NamedTuple):
    """A finding, its call, and the plan of its fix if it has one; calls may share a plan."""

    finding: Finding
    sink: Sink
    plan: Plan | None


def _unfixed(finding: Finding) -> Finding:
    """A finding without what is said of its fix, which may have edits or not."""
    return finding._replace(fix=None, unfixed_reason=None)


def _checked(rule: Rule, file: SourceFile, settings: Settings) -> _Check:
    return _make(rule, file, settings.contract, settings.keep, settings.unsafe_fixes)  # type: ignore[arg-type]


@lru_cache(maxsize=1)  # a fix begins where the check before it ended
def _make(
    rule: Rule, file: SourceFile, contract: Contract, keep: Keep, unsafe_fixes: bool
) -> _Check:
    flow = analyse(file, contract)
    return _Check(rule, file, flow, Repair(file, flow, keep, remove_helpers=unsafe_fixes))


class _Check:
    """The findings of a file, with the plans of their fixes, which are made once."""

    def __init__(self, rule: Rule, file: SourceFile, flow: Facts, repair: Repair) -> None:
        self.rule = rule
        self.file = file
        self.flow = flow
        self.repair = repair
        self._edits: dict[int, tuple[Edit, ...]] = {}  # by the identity of plans that are kept
        self._together: dict[tuple[Sink, ...], Plan] = {}

    @cached_property
    def concrete(self) -> Concrete:
        """The concrete syntax of the file, which only edits need."""
        from ctxlint.remedy.parentheses import Concrete  # noqa: PLC0415 - few runs show edits

        return Concrete(self.file)

    def edits_of(self, plan: Plan) -> tuple[Edit, ...]:
        """The edits of a plan of `found`, or of several of them, made once.

        Raises Unfixable where LibCST cannot read the code.
        """
        if id(plan) not in self._edits:
            self._edits[id(plan)] = edits_of(plan, self.concrete)
        return self._edits[id(plan)]

    def plan_together(self, found: Sequence[_Found]) -> Plan:
        """The plan that fixes some findings, and can be written; raises Unfixable without one."""
        sinks = tuple(one.sink for one in found)
        if sinks not in self._together:
            own = found[0].plan if found else None
            is_whole = own and {one.sink for one in self.found if one.plan is own} == set(sinks)
            self._together[sinks] = own if own and is_whole else self.repair.plan(list(sinks))[0]
        self.edits_of(self._together[sinks])
        return self._together[sinks]

    def with_edits(self, one: _Found) -> _Found:
        """A finding with the edits of its fix, or the reason why there are none after all."""
        finding, plan = one.finding, one.plan
        if plan is None or finding.fix is None:
            return one
        try:
            fix = finding.fix._replace(edits=self.edits_of(plan))
        except Unfixable as reason:
            return one._replace(finding=finding._replace(fix=None, unfixed_reason=str(reason)))
        return one._replace(finding=finding._replace(fix=fix))

    @cached_property
    def found(self) -> list[_Found]:
        """The findings of the file, each with its fix but for the edits, or why there is none."""
        flagged = {sink: ids for sink in self.flow.sinks.values() if (ids := _ids(sink))}
        own = {sink: ids for sink, ids in flagged.items() if self.is_own(sink)}
        found = []
        for group in _groups(own):
            fix, plan, reason = self.fix(group)
            for sink in group:
                finding = self.finding(sink)._replace(fix=fix, unfixed_reason=reason)
                found.append(_Found(finding, sink, plan))
        inherited = [sink for sink in flagged if not self.is_own(sink) and self.is_inherited(sink)]
        for sink in inherited:
            if self.place(trace_of(sink, self.flow)):
                finding = self.finding(sink)._replace(unfixed_reason=_ELSEWHERE)
                found.append(_Found(finding, sink, None))
        return sorted(found, key=lambda one: one.finding.sort_key)

    def is_own(self, sink: Sink) -> bool:
        """Whether a call is in the file itself."""
        return sink.scope.module is self.flow.names.module

    def is_inherited(self, sink: Sink) -> bool:
        """Whether a call in another file gets a generated ID through this one.

        That may be an heir of its class, or a function that it decorates.
        """
        bases = {
            base
            for owner in self.flow.program.bases
            if owner in self.flow.names.scopes
            for base in mro(owner, self.flow)
        }
        is_led_here = not sink.through.isdisjoint(self.flow.names.scopes)
        if sink.scope.class_around not in bases and not is_led_here:
            return False
        alone = analyse(self.flow.file_of_scope(sink.scope), self.flow.contract)
        return sink.call not in alone.sinks or not _ids(alone.sinks[sink.call])

    def fix(self, group: list[Sink]) -> tuple[Fix | None, Plan | None, str | None]:
        """The fix of calls that share a generated ID, and its plan; or why there is none."""
        for last in (last for sink in group for last in sink.last(self.flow)):
            if reason := _refusal(last):
                return None, None, reason
        if not self.flow.excused.isdisjoint(a for s in group for a in _values(s)):
            return None, None, _SHARED
        try:
            plan, applicability = self.repair.plan(group)
        except Unfixable as reason:
            return None, None, str(reason)
        if plan.is_empty:
            return None, None, _BUILT_IN
        generated = {name for sink in group for name in _generated_names(sink)}
        names = " and ".join(name for name in group[0].getter.ids if name in generated)
        message = f"pass None for {names}, or the received ID"
        return Fix(applicability, message, (), self.file.path), plan, None

    def finding(self, sink: Sink) -> Finding:
        """The finding of one getter call."""
        names = _generated_names(sink)
        trace = trace_of(sink, self.flow)
        place = self.place(trace)
        assert place is not None
        minor = all(map(sink.getter.is_minor, names))
        getter = self.first_getter(sink)
        condition = self.condition(sink)
        message = (
            f"generated {' and '.join(names)} reach{'es' if len(names) == 1 else ''} "
            f"{self.target(sink, place)}{condition}, so it opens a new session"
        )
        return Finding(
            code=self.rule.code,
            name=self.rule.name,
            level=Level.WARNING if minor else Level.ERROR,
            message=message,
            filename=place.filename,
            span=place.span,
            function=self.function_at(place),
            ids=tuple(names),
            trace=trace,
            help=getter.help or _CURES.get(getter.none or ""),
            url=getter.url,
        )

    def first_getter(self, sink: Sink) -> Getter:
        """The getter that a call leads to, the first of several in source order."""
        return min(sink.last(self.flow) or {sink}, key=self.order).getter

    def condition(self, sink: Sink) -> str:
        """In which case its IDs are generated; empty where each has its own."""
        found: set[str] = set()
        for node in _ids(sink):
            found.add(condition_of(node, self.flow.file_of(node)))
            if len(found) > 1:
                return ""
        return found.pop()

    def place(self, trace: tuple[Step, ...]) -> Step | None:
        """The step that a finding is placed at: the first in a file that is checked, if any."""
        files = {file.path: file for file in self.flow.program.files.values()}
        modules = self.file.modules
        checked = (
            step
            for step in trace
            if step.filename == self.file.path
            or (modules and modules.is_checked(files[step.filename].location))
        )
        return next(checked, None)

    def function_at(self, place: Step) -> str | None:
        """The qualified name of the function that a step is in."""
        program = self.flow.program
        (tree,) = (tree for tree, file in program.files.items() if file.path == place.filename)
        return program.modules[tree].function_at(place.span.start.row)

    def target(self, sink: Sink, place: Step) -> str:
        """The getter that a call passes IDs to, where, and the function in between if any."""
        line = self.line_of(sink, place)
        if not sink.through:
            return f"{sink.getter.call}() on {line}"
        lasts: dict[str, dict[str, None]] = {}
        for last in sorted(sink.last(self.flow), key=self.order):
            lasts.setdefault(last.getter.call, {})[self.line_of(last, place)] = None
        called = [f"{call}() on {' and '.join(lines)}" for call, lines in lasts.items()]
        return f"{' and '.join(called)} through {callee_text(sink.call)} on {line}"

    def order(self, sink: Sink) -> tuple[str, int, int]:
        """Where a call is, to sort by."""
        return self.flow.file_of_scope(sink.scope).path, *place_of(sink.call)

    def line_of(self, sink: Sink, place: Step) -> str:
        """Where a call is, seen from where the finding is."""
        file = self.flow.file_of_scope(sink.scope)
        line = f"line {file.span(sink.call).start.row}"
        return line if file.path == place.filename else f"{line} of {file.path}"


def _refusal(sink: Sink) -> str:
    """Why None does not help in a call of a getter; empty where it does."""
    getter, name = sink.getter, f"{sink.getter.call}()"
    if getter.none != "reuse":
        return _NO_REMEDY[getter.none].format(name)
    given = {keyword.arg for keyword in sink.call.keywords}
    if getter.beside and given.isdisjoint(getter.beside):
        return f"{name} accepts None only together with {' or '.join(getter.beside)}"
    return ""


def _ids(sink: Sink) -> frozenset[ast.expr]:
    """The calls that generate an ID which can reach a getter call."""
    return frozenset(atom.node for atom in _values(sink) if is_generated(atom))  # type: ignore[misc]


def _values(sink: Sink) -> set[Atom]:
    """The expressions that a getter call gets for its IDs."""
    return set().union(*(a.value for a in sink.arguments.values()))


def _generated_names(sink: Sink) -> list[str]:
    """The ID parameters that a generated ID can reach, in the order of the getter."""
    found = {a.name for a in sink.arguments.values() if any(map(is_generated, a.value))}
    return [name for name in sink.getter.ids if name in found]


def _groups(flagged: dict[Sink, frozenset[ast.expr]]) -> list[list[Sink]]:
    """The getter calls in source order, those together that share a generated ID."""
    groups: dict[ast.expr, list[Sink]] = {}
    for sink, ids in flagged.items():
        joined = list({id(one): one for i in ids if (one := groups.get(i))}.values())
        group = max(joined, key=len, default=[])
        new = [sink, *(member for one in joined if one is not group for member in one)]
        group += new
        for member in new:
            groups |= dict.fromkeys(flagged[member], group)
    found = {id(group): group for group in groups.values()}.values()
    return [sorted(group, key=lambda member: place_of(member.call)) for group in found]
