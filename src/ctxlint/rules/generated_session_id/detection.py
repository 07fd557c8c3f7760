"""CTX101: a generated thread or run ID reaches a session getter."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from ctxlint.config.settings import Settings
from ctxlint.finding import Edit, Finding, Fix, Level, Step
from ctxlint.flow import Flow, Sink, analyse, is_generated
from ctxlint.flow.classes import mro
from ctxlint.flow.facts import place_of
from ctxlint.flow.values import Atom
from ctxlint.remedy import Concrete, Repair, Unfixable, edits_of
from ctxlint.rules.base import Rule
from ctxlint.rules.trace import condition_of, trace_of
from ctxlint.source import SourceFile

# Why None does not help, by what it means to a getter.
_NO_REMEDY = {
    "new": "None opens a new session in {} too, so passing it would change nothing",
    "shared": "None is one session that all users of {} share, so passing it would leak chats",
    "error": "{} refuses None, so passing it would fail",
}
_ELSEWHERE = "the call that hands the ID over stands in another file"
_SHARED = "other messages share the ID: it is kept on purpose, or generated before a loop"


def check(rule: Rule, file: SourceFile, settings: Settings) -> Iterator[Finding]:
    """One finding for each getter call that a generated ID can reach."""
    part = analyse(file, settings.contract, whole=False)
    if not any(map(_ids, part.sinks.values())):
        return
    for finding, _ in _Check(rule, file, settings).findings():
        yield finding


def edits(
    rule: Rule, file: SourceFile, settings: Settings, findings: Sequence[Finding]
) -> tuple[Edit, ...]:
    """The fixes as one plan, so that what several of them leave without a reader goes too."""
    check = _Check(rule, file, settings)
    wanted = set(findings)
    sinks = [sink for finding, sink in check.findings() if finding in wanted]
    try:
        plan, _ = check.repair.plan(sinks)
    except Unfixable:  # one by one, then; the others follow in the next round
        fixes = (finding.fix for finding in findings)
        return next((fix.edits for fix in fixes if fix), ())
    return edits_of(plan, check.concrete)


class _Check:
    def __init__(self, rule: Rule, file: SourceFile, settings: Settings) -> None:
        self.rule = rule
        self.file = file
        self.flow: Flow = analyse(file, settings.contract)
        self.repair = Repair(file, self.flow, settings.keep, remove_helpers=settings.unsafe_fixes)
        self.concrete = Concrete(file)

    def findings(self) -> list[tuple[Finding, Sink]]:
        """The findings of the file, each with its call, and with its fix or the reason for none."""
        flagged = {sink: ids for sink in self.flow.sinks.values() if (ids := _ids(sink))}
        own = {sink: ids for sink, ids in flagged.items() if self.is_own(sink)}
        found = []
        for group in _groups(own):
            fix, reason = self.fix(group)
            for sink in group:
                finding = self.finding(sink)
                found.append((finding._replace(fix=fix, unfixed_reason=reason), sink))
        inherited = [sink for sink in flagged if not self.is_own(sink) and self.is_inherited(sink)]
        for sink in inherited:
            if self.place(trace_of(sink, self.flow)):
                found.append((self.finding(sink)._replace(unfixed_reason=_ELSEWHERE), sink))
        return sorted(found, key=lambda pair: pair[0].sort_key)

    def is_own(self, sink: Sink) -> bool:
        """Whether a call stands in the file itself."""
        return sink.scope.module is self.flow.names.module

    def is_inherited(self, sink: Sink) -> bool:
        """Whether a call in another file gets a generated ID by way of this one.

        That may be an heir of its class, or a function that it decorates.
        """
        bases = {
            base
            for owner in self.flow.bases
            if owner in self.flow.names.scopes
            for base in mro(owner, self.flow)
        }
        is_led_here = not sink.through.isdisjoint(self.flow.names.scopes)
        if sink.scope.class_around not in bases and not is_led_here:
            return False
        alone = analyse(self.flow.file_of_scope(sink.scope), self.flow.contract)
        return sink.call not in alone.sinks or not _ids(alone.sinks[sink.call])

    def fix(self, group: list[Sink]) -> tuple[Fix | None, str | None]:
        """The fix of calls that share a generated ID, or the reason why there is none."""
        for getter in (last.getter for sink in group for last in sink.last(self.flow)):
            if getter.none != "reuse":
                return None, _NO_REMEDY[getter.none].format(f"{getter.call}()")
        if not self.flow.excused.isdisjoint(a for s in group for a in _values(s)):
            return None, _SHARED
        try:
            plan, applicability = self.repair.plan(group)
            edits = edits_of(plan, self.concrete)
        except Unfixable as reason:
            return None, str(reason)
        generated = {name for sink in group for name in _generated_names(sink)}
        names = " and ".join(name for name in group[0].getter.ids if name in generated)
        message = f"pass None for {names}, or the ID that was received"
        if not edits:
            return None, "the generated ID is built into a value that is not taken apart"
        return Fix(applicability, message, edits, self.file.path), None

    def finding(self, sink: Sink) -> Finding:
        """The finding of one getter call."""
        names = _generated_names(sink)
        trace = trace_of(sink, self.flow)
        place = self.place(trace)
        assert place is not None
        minor = set(names) <= sink.getter.minor
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
        )

    def condition(self, sink: Sink) -> str:
        """In which case its IDs are generated; empty where each has its own."""
        found: set[str] = set()
        for node in _ids(sink):
            found.add(condition_of(node, self.flow.file_of(node)))
            if len(found) > 1:
                return ""
        return found.pop()

    def place(self, trace: tuple[Step, ...]) -> Step | None:
        """The step at which a finding stands: the first in a file that is checked, if any."""
        files = {file.path: file for file in self.flow.files.values()}
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
        (tree,) = (tree for tree, file in self.flow.files.items() if file.path == place.filename)
        return self.flow.modules[tree].function_at(place.span.start.row)

    def target(self, sink: Sink, place: Step) -> str:
        """The getter that a call hands IDs to, where, and the function in between if any."""
        line = self.line_of(sink, place)
        if not sink.through:
            return f"{sink.getter.call}() on {line}"
        lasts: dict[str, dict[str, None]] = {}
        for last in sorted(sink.last(self.flow), key=self.order):
            lasts.setdefault(last.getter.call, {})[self.line_of(last, place)] = None
        called = [f"{call}() on {' and '.join(lines)}" for call, lines in lasts.items()]
        return f"{' and '.join(called)} through {ast.unparse(sink.call.func)}() on {line}"

    def order(self, sink: Sink) -> tuple[str, int, int]:
        """Where a call stands, to sort by."""
        return self.flow.file_of_scope(sink.scope).path, *place_of(sink.call)

    def line_of(self, sink: Sink, place: Step) -> str:
        """Where a call stands, seen from where the finding stands."""
        file = self.flow.file_of_scope(sink.scope)
        line = f"line {file.span(sink.call).start.row}"
        return line if file.path == place.filename else f"{line} of {file.path}"


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
        joined = {sink, *(member for i in ids for member in groups.get(i, ()))}
        group = sorted(joined, key=lambda member: place_of(member.call))
        for member in group:
            groups |= dict.fromkeys(flagged[member], group)
    return list({id(group): group for group in groups.values()}.values())
