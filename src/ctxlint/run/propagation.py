"""The functions that lead from file to file to a getter, followed in the order of imports.

What a file imports is analysed before it, so that all is known then that a call in it may lead
to: each file is analysed once, but for those that import each other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import chain
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from ctxlint.contract.contract import Contract, Exports
from ctxlint.project.modules import Project, is_search
from ctxlint.project.text_search import has_any
from ctxlint.rules.registry import FLOW_RULE
from ctxlint.run import check_file
from ctxlint.run.file_result import Change, FileResult
from ctxlint.run.worker_pool import PAYS, WorkerPool
from ctxlint.source import SourceError, digest

if TYPE_CHECKING:
    from ctxlint.config.settings import Settings
    from ctxlint.project.discovery import Target

Known = tuple[Exports, ...] | None  # of other files; None: such flows do not matter
Homes = Mapping[str, set[str]]  # the files that have a function of each name

_PART = 50  # files that a process searches before it tells
_STEPS = 3  # imports followed from a call to the function, which packages may export again


class Analysis(NamedTuple):
    """The `fingerprint` of what a file knew of others, and its result: None without a candidate."""

    known: str | None
    result: FileResult | None


@dataclass
class Propagation:
    """The analyses of a run, and what they have found so far.

    `unchecked` are modules that files import and that are not checked, each with such a file;
    `kept` are analyses of an earlier run, of files that have not changed since. `results` are the
    last of each file; `done` all that was analysed here or kept, by itself. `exports` are what
    leads to a getter, by files; `log` has the names, with their files, as they turned up or more
    was known of them; `seen` says of each file how long that was when it was its turn.
    """

    files: Mapping[str, Target]
    unchecked: Mapping[str, Target]
    project: Project
    crew: WorkerPool
    kept: Mapping[str, Analysis]
    results: dict[str, FileResult] = field(default_factory=dict)
    done: dict[str, Analysis] = field(default_factory=dict)
    exports: dict[str, Exports] = field(default_factory=dict)
    log: list[tuple[str, str]] = field(default_factory=list)
    homes: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    seen: dict[str, int] = field(default_factory=dict)

    def run(self, candidates: Sequence[str]) -> Iterator[FileResult | None]:
        """Analyse all files that need it; yields the first result of each of the candidates."""
        wanted = {*candidates, *(path for path, kept in self.kept.items() if kept.result)}
        expected = set(candidates)
        for path, result in self._all(wanted):
            if path in expected:
                expected.discard(path)
                yield result
        self._follow_changes()

    def _all(self, candidates: Set[str]) -> Iterator[tuple[str, FileResult | None]]:
        """The results of all analyses, with their paths."""
        flows = {path for path in candidates if follows_flows(self.files[path])}
        waiting: list[str] = [*self.unchecked, *sorted(flows)]
        known = 0
        while waiting:
            yield from self._in_order(waiting, candidates)
            new = self._homes(known)
            known = len(self.log)
            waiting = self._calling(new) if new else []
            for path in waiting:
                self.seen.pop(path, None)
        others = [path for path in self.files if path in candidates and path not in self.seen]
        yield from self._analyse([(path, None) for path in others])

    def _in_order(
        self, waiting: Iterable[str], candidates: Set[str]
    ) -> Iterator[tuple[str, FileResult | None]]:
        """Analyse those of some files, and of what they import, that may lead to a getter.

        A file waits for those that it imports, but for one that imports it in turn.
        """
        pending = imported_first(waiting, self.project, self.seen)
        while pending:
            ready: list[str] = []
            later: list[str] = []
            unfinished: set[str] = set()
            for path in pending:
                if not unfinished.isdisjoint(self.project.imports(path)):
                    later.append(path)
                elif path in candidates or path in self.unchecked or self._calls(path, self.homes):
                    ready.append(path)
                else:
                    self.seen[path] = len(self.log)
                    continue
                unfinished.add(path)
            yield from self._analyse([(path, self._known(path)) for path in ready])
            pending = later

    def _known(self, path: str) -> tuple[Exports, ...]:
        """The exports that calls in a file may lead to, itself or through others."""
        if not self._calls(path, self.homes):
            return ()
        reached = self.exports.keys() & self.project.reach(path)
        own = self._contract(path)
        return tuple(self._exports_for(own, other) for other in sorted(reached))

    def _exports_for(self, contract: Contract, path: str) -> Exports:
        """The exports of a file, for another one: summaries only if both have the same getters."""
        exports, known = self.exports[path], self._contract(path)
        if known is contract or known == contract:
            return exports
        return replace(exports, summaries=frozenset())

    def _contract(self, path: str) -> Contract:
        return (self.files.get(path) or self.unchecked[path]).settings.contract

    def _calls(self, path: str, homes: Homes) -> bool:
        is_ours = path in self.files or path in self.unchecked
        return is_ours and calls(path, homes, self.project)

    def _homes(self, start: int) -> dict[str, set[str]]:
        """The files of the functions that have turned up since the log was so long."""
        homes: dict[str, set[str]] = {}
        for name, path in self.log[start:]:
            homes.setdefault(name, set()).add(path)
        return homes

    def _calling(self, new: Homes) -> list[str]:
        """The files to analyse (again), now that new functions have turned up."""
        found: list[str] = [path for path in self.unchecked if calls(path, new, self.project)]
        for paths, read in search(self.crew, "calling", list(self.files), new):
            self.project.consult(read)
            found += paths
        return [path for path in found if self._is_stale(path)]

    def _is_stale(self, path: str) -> bool:
        """Whether a file calls a function that was not known when it was its turn."""
        if path not in self.seen:
            return path in self.unchecked or follows_flows(self.files[path])
        if path in self.results and self.results[path].is_closed:
            return False  # it follows no call into other files
        return calls(path, self._homes(self.seen[path]), self.project)

    def _analyse(
        self, items: Sequence[tuple[str, Known]]
    ) -> Iterator[tuple[str, FileResult | None]]:
        """Analyse files that do not wait for each other."""
        now = len(self.log)
        for path, known in items:
            if known is not None:
                self.seen[path] = now
        prints = {path: fingerprint(known) for path, known in items}
        ready = [(path, known) for path, known in items if self._is_open(path, prints[path])]
        work = self.crew.balanced(ready, lambda item: self.files[item[0]].size)
        about = [(*item, (*self.homes,)) for item in work]
        found = dict(zip(map(itemgetter(0), work), self.crew.map("analyse", about), strict=True))
        for path, known in items:
            if path in self.unchecked:
                self._note(exports_of(path, self.unchecked[path], known or (), self.project))
            else:
                result = found[path] if path in found else self.kept[path].result
                self._keep(path, Analysis(prints[path], result))
                yield path, result

    def _is_open(self, path: str, known: str | None) -> bool:
        """Whether a file is one to check, and what was kept of it is of no use."""
        kept = self.kept.get(path)
        return path not in self.unchecked and (kept is None or kept.known != known)

    def _keep(self, path: str, analysis: Analysis) -> None:
        self.done[path] = analysis
        if analysis.result:
            result = analysis.result
            self.results[path] = _merged(self.results.get(path), result)
            self._note(Exports(path, result.sink_wrappers, result.summaries))

    def _note(self, exports: Exports) -> None:
        """Add what leads to a getter in a file to what is known of that."""
        path = exports.location
        before = self.exports.get(path, Exports(path, frozenset()))
        self.exports[path] = after = before.united(exports)
        for name in sorted(after.new_names(before)):
            self.log.append((name, path))
            self.homes[name].add(path)

    def _follow_changes(self) -> None:
        """Look again at the files that the fixes of others bear on."""
        seen: set[str] = set()
        while changed := {path for path, o in self.results.items() if o.change} - seen:
            seen |= changed
            again = [path for path in self.results if self._may_differ(path, changed - {path})]
            items = [(p, self._known(p) if p in self.seen else None) for p in again]
            for _ in self._analyse(items):
                pass

    def _may_differ(self, path: str, changed: Set[str]) -> bool:
        """Whether the result of a file may be another one now that other files have changed.

        Those were searched for uses of its names, or are on the way of an ID.
        """
        result = self.results[path]
        read = dict(result.dependencies)
        is_searched = any(map(is_search, read)) and not changed.isdisjoint(read)
        names = {self.results[other].name for other in changed}
        return (is_searched and not result.error) or _leads_through(result, names)


def imported_first(
    paths: Iterable[str], project: Project, known: Collection[str] = ()
) -> list[str]:
    """Files and all that imports lead to from them, each behind what it imports.

    Of files that import each other, the first that is come by is last. What is `known`, and what
    it imports, is left out.
    """
    order: list[str] = []
    begun = set(known)
    for path in paths:
        if path in begun:
            continue
        begun.add(path)
        pending = [(path, iter(sorted(project.imports(path))))]
        while pending:
            last, imports = pending[-1]
            other = next((one for one in imports if one not in begun), None)
            if other is None:
                order.append(last)
                pending.pop()
            else:
                begun.add(other)
                pending.append((other, iter(sorted(project.imports(other)))))
    return order


def fingerprint(known: Known) -> str | None:
    """The digest of what is known of other files; None where that does not matter."""
    return None if known is None else digest("".join(map(_digest, known)).encode())


@lru_cache(maxsize=10_000)  # each is known to many files
def _digest(exports: Exports) -> str:
    told = exports.location, sorted(exports.names), sorted(exports.summaries)
    return digest(repr(told).encode(errors="replace"))


def follows_flows(target: Target) -> bool:
    """Whether a rule runs on a file that follows flows from file to file."""
    return check_file.runs(FLOW_RULE, target.settings, is_test=target.is_test)


def calls(path: str, homes: Homes, project: Project) -> bool:
    """Whether a file may call a function of another: it has the name, few imports lead there."""
    data = project.read(path)
    if not has_any(data, tuple(homes)):
        return False  # as most
    near = project.reach(path, _STEPS) - {path}
    return has_any(data, tuple(n for n, paths in homes.items() if not near.isdisjoint(paths)))


def search(crew: WorkerPool, method: str, paths: Sequence[str], *about: object) -> list[Any]:
    """The results of a method of the task for some files, a part at a time.

    A few are searched in less time than it takes to ask another process.
    """
    parts = [(paths[start : start + _PART], *about) for start in range(0, len(paths), _PART)]
    spread = crew.map if len(paths) > PAYS else crew.run_inline
    return [*chain.from_iterable(spread(method, parts))]


def joined(settings: Settings, exports: Iterable[Exports] = ()) -> Settings:
    """The settings, told of what leads to a getter in other files."""
    contract = replace(settings.contract, exports=tuple(exports))
    return replace(settings, contract=contract)


def unchecked_imports(
    files: Mapping[str, Target], imports: Mapping[str, frozenset[str]], project: Project
) -> dict[str, Target]:
    """The modules that no run checks but files import, each with one of these files.

    A file that the user named may get all that it passes from modules, and these from others.
    Of the files in folders only `imports` count, to save time: what they import is checked as well,
    as a rule.
    """
    consulted: dict[str, Target] = {}
    for path, target in files.items():
        paths = project.reach(path) if target.is_named else imports.get(path, ())
        for other in paths:
            if not project.is_checked(other):
                consulted[other] = target
    return consulted


def _leads_through(result: FileResult, files: Collection[str]) -> bool:
    """Whether the trace of a finding that remains has a step in one of these files."""
    return any(step.filename in files for f in result.findings for step in f.trace)


def _merged(first: FileResult | None, second: FileResult) -> FileResult:
    """The result of a file in two rounds; the second continued the first, or started over."""
    if first is None or first.change is None:
        return second
    if second.change and second.change.before == first.change.before:
        return second
    after = second.change.after if second.change else first.change.after
    change = Change(first.change.before, after)
    return second._replace(fixed=first.fixed + second.fixed, change=change)


def exports_of(path: str, target: Target, known: Iterable[Exports], project: Project) -> Exports:
    """The exports of a module which the file of a target imports."""
    settings = joined(target.settings, known)
    words = (*settings.contract.getter_words, *(settings.contract.sink_wrappers or ()))
    source = project.source(path) if has_any(project.read(path), words) else None
    if source:
        with suppress(RecursionError, SourceError):  # a module that cannot be analysed is opaque
            reach = check_file.reach(source, settings)
            return Exports(path, reach.sink_wrappers, reach.summaries)
    return Exports(path, frozenset())
