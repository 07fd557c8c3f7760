"""What is wrong with the findings of a generated program, and with its fix: as design.md has it."""

from __future__ import annotations

import ast
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, NamedTuple

from grammar import KEYS
from programs import NAME
from rejections import rejections
from running import MODULE, Ambient, Call, Input, Run, other_inputs, runs, usual_inputs
from support.fixture_files import ARRIVED, Context, GeneratedUUID, Position, alone, sources

from ctxlint.config.settings import Settings
from ctxlint.contract.contract import Contract
from ctxlint.contract.getter import Getter
from ctxlint.finding import StepKind
from ctxlint.run import check_file
from ctxlint.source import SourceFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ctxlint.finding import Finding, Span

_AT_PATHS = {"config.configurable.thread_id": 1, "config.configurable.run_id": 1}
_OF_OBJECT = {"self.thread_id": -1, "self.run_id": -1}
_INSIDE = (Getter("invoke", _AT_PATHS, "reuse"), Getter("Agent.reply", _OF_OBJECT, "reuse"))
SAFE = Settings(select=("CTX101",), contract=Contract(getters=(*Contract().getters, *_INSIDE)))
UNSAFE = replace(SAFE, unsafe_fixes=True)
_Key = tuple[object, ...]
_SESSION = Context(None, None).thread_id[:8]  # a program may log as much of it
_EMPTY = "an empty ID is passed"
_LET_THROUGH = "a rejected ID is let through"  # the gravest: it may be somebody else's
_GETTERS = {"get", "get_user_execution_context", "invoke", "function"}
_METHODS = {"get_user_execution_context", "reply"}


class Problem(NamedTuple):
    """One thing that is wrong: `kind` groups what is likely one mistake."""

    kind: str
    detail: str


def file_of(text: str) -> SourceFile:
    return alone(SourceFile.from_bytes(NAME, text.encode()))


def check(text: str) -> list[Finding]:
    return check_file.check(file_of(text), SAFE)


def getter_calls(text: str) -> list[ast.Call]:
    """The calls of the getter, those of a partial one as well."""
    calls = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
    return [call for call in calls if _is_getter(call.func)]


def _is_getter(function: ast.expr) -> bool:
    if isinstance(function, ast.Call):  # functools.partial(get, ...)(...)
        return any(map(_is_getter, function.args))
    if isinstance(function, ast.Name):
        return function.id in _GETTERS
    return isinstance(function, ast.Attribute) and function.attr in _METHODS


def site_of(span: Span, calls: list[ast.Call]) -> Position:
    """The innermost call that holds a span, as runs record it."""
    row, column = span.start
    around = (
        Position(call.lineno, call.col_offset)
        for call in calls
        if (call.lineno, call.col_offset) <= (row, column - 1)
        and (row, column - 1) < (call.end_lineno or 0, call.end_col_offset or 0)
    )
    return max(around)


def sites_of(finding: Finding, calls: list[ast.Call]) -> set[Position]:
    """The calls of getters to which the trace of a finding leads, through one function or not."""
    return {site_of(step.span, calls) for step in finding.trace if step.kind is StepKind.SINK}


# Findings.


@dataclass(frozen=True, slots=True)
class Alarms:
    """The findings of a program, and what is wrong with them."""

    findings: int
    false: tuple[Problem, ...]
    missed: tuple[Problem, ...]


def alarms(text: str, performed: list[Run], others: Mapping[str, str] | None = None) -> Alarms:
    """Compare the findings of a program with what its runs show, on the usual inputs or others."""
    findings = check(text)
    calls = getter_calls(text)
    found = [(finding, site) for finding in findings for site in sites_of(finding, calls)]
    flagged: dict[Position, set[str]] = defaultdict(set)
    for finding, site in found:
        flagged[site] |= {name.rpartition(".")[2] for name in finding.ids}
    reached = _reached(performed)
    missed = [
        Problem("missed alarm", f"{name} of {site}")
        for (site, name) in _reached(performed, passes_of(text))
        if name not in flagged[site]
    ]
    if any(site not in {s for s, _ in reached} for site in flagged):
        reached |= _reached(runs(text, other_inputs(text), others))
    shown = {site for site, _ in reached}
    false = [Problem("false alarm", f.message) for f, site in found if site not in shown]
    return Alarms(len(findings), tuple(false), tuple(missed))


def _reached(
    performed: Iterable[Run], passes: Mapping[Position, range] | None = None
) -> dict[tuple[Position, str], set[int]]:
    """The getter calls and IDs that a generated ID was seen to reach, with the rows of sources.

    Those that the passes of a loop share are left out, if they are given.
    """
    found: dict[tuple[Position, str], set[int]] = {}
    for call in (call for run in performed for call in run.calls):
        for name, value in call.ids.items():
            if (rows := sources(value)) and not is_shared(call, value, passes or {}):
                found.setdefault((call.site, name), set()).update(rows)
    return found


def passes_of(text: str) -> dict[Position, range]:
    """The calls that each pass of a `for` loop makes with the same values, with its rows."""
    found: dict[Position, range] = {}
    for loop in (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.For)):
        bound = {node.id for node in ast.walk(loop.target) if isinstance(node, ast.Name)}
        nodes = (inner for part in loop.body for inner in ast.walk(part))
        for call in (node for node in nodes if isinstance(node, ast.Call)):
            ids = (k.value for k in call.keywords if k.arg in KEYS)
            others = {*ast.walk(call)}.difference(*map(ast.walk, ids))
            read = {node.id for node in others if isinstance(node, ast.Name)}
            if bound.isdisjoint(read):
                rows = range(loop.lineno, (loop.end_lineno or 0) + 1)
                found[Position(call.lineno, call.col_offset)] = rows  # an inner loop comes last
    return found


def is_shared(call: Call, value: object, passes: Mapping[Position, range]) -> bool:
    """Whether a generated ID is from before a loop whose passes share it: one conversation."""
    rows = sources(value)
    return bool(rows) and any(
        rows.isdisjoint(passes[position]) for position in call.path if position in passes
    )


# The remedy.


class Pair(NamedTuple):
    """What one getter call of a run received for one ID, before and after the fix.

    `number` counts the calls of the run that stand at the same place; `twin` is what the call
    received for the other ID before the fix; `asked`: whether the program has looked for the ID;
    `is_led`: whether it came by the call of a finding, and not only to the same getter call;
    `is_rejected`: whether a guard did not take the ID that arrived; `is_shared`: whether it is of
    one conversation, and may stay.
    """

    case: Input
    number: int
    asked: bool
    is_led: bool
    is_rejected: bool
    is_shared: bool
    twin: object
    before: object
    after: object


@dataclass(slots=True)
class Site:
    """One getter call in the runs of one function, with what it received for each ID.

    `is_open`: whether it is still flagged after the fix.
    """

    is_open: bool = False
    pairs: dict[str, list[Pair]] = field(default_factory=lambda: defaultdict(list))


def remedy_problems(
    before: str, after: str, others: Mapping[str, str] | None = None, *, unsafe: bool = False
) -> Iterator[Problem]:
    """Where running `after` shows something else than the remedy of the findings of `before`."""
    findings = check(before)
    flagged = _sites(before, findings)
    inputs = list(usual_inputs(before))
    versions = (runs(text, inputs, others) for text in (before, after))
    performed = list(zip(*versions, strict=True))
    for old, new in performed:
        yield from _differences(old, new, unsafe=unsafe)
    sites = _paired(
        performed,
        _outer_calls(before, findings),
        _sites(after, check(after)),
        before,
    )
    empty = {  # where the code takes an empty ID for one, as a guard with `is None` does
        (position, name)
        for (_, position), site in sites.items()
        for name, pairs in site.pairs.items()
        if any(pair.before == "" for pair in pairs)
    }
    for (entry, position), site in sites.items():
        for name, pairs in site.pairs.items():
            for kind, pair in _wrong(name, pairs, position in flagged, site.is_open):
                was, now = plain(pair.before), plain(pair.after)
                where = f"{name} of {position} in {entry}()"
                takes_empty = (position, name) in empty or " is None" in before
                if kind != _EMPTY or not takes_empty:
                    yield Problem(kind, f"{where} was {was!r}, now {now!r}: {pair.case}")


def _paired(
    performed: list[tuple[Run, Run]],
    led: set[Position],
    open_: set[Position],
    text: str,
) -> dict[tuple[str, Position], Site]:
    """The IDs of each getter call before and after, by function and place in the text before."""
    rejected, passes = rejections(ast.parse(text)), passes_of(text)
    sites: dict[tuple[str, Position], Site] = defaultdict(Site)
    for old, new in performed:
        numbers: Counter[Position] = Counter()
        for call, recall in zip(old.calls, new.calls, strict=False):
            site = sites[old.entry, call.site]
            site.is_open |= recall.site in open_
            numbers[call.site] += 1
            for name, value in call.ids.items():
                ((other, twin),) = ((key, held) for key, held in call.ids.items() if key != name)
                ids = (twin, value, recall.ids[name])
                is_led = not led.isdisjoint(call.path)
                made = sources(value)
                is_rejected = bool(made) and (made <= rejected.rows or name in old.cleared)
                # Of a twin that may be cleared before, no guard can tell whether it was rejected,
                # or missing: all IDs under that guard become None, on any input.
                asked = name in old.asked and not rejected.may_clear(
                    other, before=max(made, default=0)
                )
                facts = (asked, is_led, is_rejected, is_shared(call, value, passes))
                pair = Pair(old.case, numbers[call.site], *facts, *ids)
                site.pairs[name].append(pair)
    return sites


def _sites(text: str, findings: list[Finding]) -> set[Position]:
    """The getter calls at which findings end."""
    calls = getter_calls(text)
    return {site for finding in findings for site in sites_of(finding, calls)}


def _outer_calls(text: str, findings: list[Finding]) -> set[Position]:
    """The calls where findings pass their IDs: of getters, or of functions before them."""
    spans = [step.span for finding in findings for step in finding.trace if step.depth == 0]
    starts = {(span.start.row, span.start.column - 1) for span in spans}
    nodes = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
    return {
        Position(call.lineno, call.col_offset)
        for call in nodes
        for inner in (*call.args, *(keyword.value for keyword in call.keywords))
        if (inner.lineno, inner.col_offset) in starts
    }


def _wrong(
    name: str, pairs: list[Pair], is_flagged: bool, is_open: bool
) -> Iterator[tuple[str, Pair]]:
    """What a getter call receives otherwise than it should.

    Where several findings end at one call and some are left, it may receive what it did before, or
    a generated ID in place of another.
    """
    by_input = {_key(pair): pair for pair in pairs}
    for pair in pairs:
        is_same = plain(pair.before) == plain(pair.after)
        is_left = is_same or bool(sources(pair.before) and sources(pair.after))
        may_stay = is_open or pair.is_shared
        if not is_flagged and not is_same:
            yield "a call without a finding changed", pair
        elif is_flagged and not (may_stay and is_left):
            kind = _misrepair(name, pair, by_input)
            if kind:
                yield kind, pair


def _misrepair(name: str, pair: Pair, by_input: dict[_Key, Pair]) -> str | None:
    """What is wrong with what a repaired call receives for an ID on one input."""
    case, *_, twin, before, after = pair
    arrived = {*case.given.values(), *case.carried.values(), "fixed", None}
    if sources(after):
        return "still generated"
    if sources(before):
        if pair.is_rejected and after and after != "fixed":
            return _LET_THROUGH
        if after is None and not pair.is_rejected and _is_thrown_away(name, pair, by_input):
            return "a received ID is thrown away"
        if after == "":
            return _EMPTY
        return None if after in arrived else "a generated ID became another value"
    if isinstance(before, Ambient):
        return None if after in arrived or not pair.is_led else "an ambient ID stays"
    if before == "" and after is None and sources(twin):
        return None  # to a guard of both it is missing too, now that none is generated
    # Each run has classes of its own.
    is_same = type(before).__name__ == type(after).__name__ and plain(before) == plain(after)
    return None if is_same else "a received ID changed"


def _key(pair: Pair) -> _Key:
    case = pair.case
    ids = tuple(map(case.given.get, ARRIVED))
    return (*ids, case.ambient, case.flag, case.is_query, pair.number)


def _is_thrown_away(name: str, pair: Pair, pairs: dict[_Key, Pair]) -> bool:
    """Whether the ID was asked for, arrived, and was passed as soon as its twin arrived too."""
    (twin,) = ARRIVED.keys() - {name}
    if not pair.asked:
        return False
    if pair.case.given.get(name) != ARRIVED[name] or pair.case.given.get(twin) == ARRIVED[twin]:
        return False
    case = replace(pair.case, given={**pair.case.given, twin: ARRIVED[twin]})
    whole = pairs.get(_key(pair._replace(case=case)))
    return whole is not None and whole.before == ARRIVED[name]


def _differences(old: Run, new: Run, *, unsafe: bool) -> Iterator[Problem]:
    """What a program does otherwise than before, apart from what getters receive."""
    if plain(old.error) != plain(new.error):
        yield Problem("error", f"was {old.error}, now {new.error}: {old.case}")
    elif len(old.calls) != len(new.calls):
        calls = f"{len(old.calls)} getter calls, now {len(new.calls)}"
        yield Problem("number of calls", f"{calls}: {old.case}")
    was, now = ([run.result, run.effects] for run in (old, new))
    # No other file calls a helper: what it hands to getters alone it need not generate.
    is_loose = unsafe or old.entry.startswith("make_")
    if plain(old.error) == plain(new.error) and not _same(was, now, unsafe=is_loose):
        yield Problem("other effects", f"were {plain(was)!r}, now {plain(now)!r}: {old.case}")


def _same(old: object, new: object, *, unsafe: bool) -> bool:
    """Whether an effect is as before; if `unsafe`, a generated ID may have become the session's."""
    old, new = _contents(old), _contents(new)
    if isinstance(old, list | tuple) and isinstance(new, list | tuple):
        pairs = zip(old, new, strict=False)
        return len(old) == len(new) and all(_same(*pair, unsafe=unsafe) for pair in pairs)
    if isinstance(old, dict) and isinstance(new, dict):
        pairs = ((old[key], new[key]) for key in old if key in new)
        return old.keys() == new.keys() and all(_same(*pair, unsafe=unsafe) for pair in pairs)
    if plain(old) == plain(new) or not unsafe:
        return plain(old) == plain(new)
    is_made = bool(sources(old)) or isinstance(old, Ambient)
    is_read = is_made or _SESSION in str(new)  # and of no ID that arrived
    return is_read and not any(arrived in str(old) for arrived in (*ARRIVED.values(), "fixed"))


def _contents(value: object) -> object:
    """The items of a record of the program, by name; other values as they are."""
    is_ours = type(value).__module__ == MODULE or isinstance(value, SimpleNamespace)
    if not is_ours or isinstance(value, str):
        return value
    if isinstance(value, tuple):
        return list(value)
    names = getattr(type(value), "__slots__", ()) or vars(value)
    items = {name: getattr(value, name) for name in names if not name.startswith("__")}
    return {"type": type(value).__name__, **items}


def plain(value: object) -> object:
    """`value` such that it can be compared: one generated ID is as good as another."""
    value = _contents(value)
    if isinstance(value, Context | GeneratedUUID):
        return type(value).__name__
    if isinstance(value, str):
        return re.sub("[\ue000-\uf8ff-]*[\ue000-\uf8ff][\ue000-\uf8ff-]*", "*", value)
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list | tuple) else value
