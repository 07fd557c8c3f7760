"""The search of a code base for getters: definitions, calls, and the IDs that reach them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from functools import partial
from itertools import chain
from typing import Any, NamedTuple

from ctxlint.config.settings import Settings
from ctxlint.contract.contract import Contract
from ctxlint.contract.getter import Getter
from ctxlint.finding import Finding, StepKind
from ctxlint.init.candidates import Candidate, candidates, has_shape
from ctxlint.init.gate import may_be_candidates
from ctxlint.init.generators import Generator, Generators
from ctxlint.init.presets import presets_in
from ctxlint.init.proposals import Proposal, Search, chosen, known_by, wrappers_of
from ctxlint.init.usage import Calls, Use, getters_of
from ctxlint.matching.inference import Inference
from ctxlint.project.discovery import Target
from ctxlint.project.modules import Project
from ctxlint.rules.registry import FLOW_RULE
from ctxlint.run import file_tasks, project_run
from ctxlint.run.file_result import Report
from ctxlint.run.worker_pool import WorkerPool
from ctxlint.source import SourceError, SourceFile

Check = Callable[..., Report]
Tracked = Callable[[], AbstractContextManager[Callable[[Iterator[Any], int], Iterable[Any]]]]


class _Defined(NamedTuple):
    """The candidates and presets of a file, or its error."""

    candidates: tuple[Candidate, ...] = ()
    presets: frozenset[str] = frozenset()
    error: str | None = None


_MOST_READ = 40  # files between two times that what is known of others is let go
_PART = 50  # files that share what is known of them when calls are searched for
_LINES = 200_000  # interpreted in all to follow IDs: 10 to 20 s of CPU time
_LEAST_LINES = 2_000  # for one file: ten times what a handler takes, with what it calls


class _Task:
    """The work on one file of the search, by its absolute path."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._read = 0
        self._inference = Inference()

    def inference(self) -> Inference:
        """The inference of the project; files in the same place share it."""
        self._read += 1
        if self._read % _MOST_READ == 0:
            self.project.forget()
            self._inference = Inference()
        return self._inference

    def define(self, path: str) -> _Defined:
        """The candidates that a file defines, and the presets for what it imports."""
        data = self.project.read(path)
        presets = presets_in(data, lambda package: self.project.knows(package, path))
        sketches = [] if path.endswith(".pyi") else may_be_candidates(data)
        rows = {sketch.row for sketch in sketches if has_shape(sketch, path)}
        if not rows:
            return _Defined(presets=presets)
        found: tuple[Candidate, ...] = ()
        with suppress(RecursionError, SourceError):
            source = self.project.source(path)
            if source is None:
                return _Defined(presets=presets, error=self._error(path, data))
            found = tuple(candidates(source, self.inference(), rows))
        return _Defined(found, presets)

    def _error(self, path: str, data: bytes) -> str | None:
        """The line that tells why a file cannot be parsed."""
        try:
            _ = SourceFile.from_bytes(self.project.shown[path], data).tree
        except SourceError as error:
            return str(error)
        return None

    def use(
        self, paths: Sequence[str], found: Mapping[str, Candidate]
    ) -> tuple[list[Use], list[str]]:
        """The calls of candidates in some files, and those files that name them without one."""
        contract = Contract(getters=getters_of(list(found.values())))
        calls = Calls(found, contract)
        used: list[Use] = []
        others = []
        for path in paths:
            data = self.project.read(path)
            if calls.are_handed_on_in(data):
                others.append(path)
            if calls.may_be_in(data):
                with suppress(RecursionError, SourceError):
                    source = self.project.source(path)
                    used += calls.of(source) if source is not None else ()
        self.project.forget()
        return used, others

    def generators(self, paths: Sequence[str]) -> list[Generator]:
        """The generators that some files call."""
        generators = Generators(Inference())
        found: dict[Generator, None] = {}
        for path in paths:
            with suppress(RecursionError, SourceError):
                source = self.project.source(path)
                found |= dict.fromkeys(generators.called_in(source) if source is not None else ())
        self.project.forget()
        return list(found)


def search(
    targets: Sequence[Target], project: Project, *, processes: int, tracked: Tracked
) -> Search:
    """The getters that some files define, the sources that feed them, and what a check finds."""
    files = [t.location for t in targets if not t.is_skipped]
    with WorkerPool(_Task(project), processes) as pool:
        with tracked() as track:
            seen = list(track(pool.map("define", [(path,) for path in files]), len(files)))
        presets = tuple(sorted(frozenset[str]().union(*(one.presets for one in seen))))
        errors = tuple(one.error for one in seen if one.error)
        found = known_by([c for one in seen for c in one.candidates], project)
        proposals, others = _used(found, files, pool)
        more, further = _used(wrappers_of(proposals), files, pool)
        proposals += more
        calling = list(dict.fromkeys(use.place[0] for p in proposals for use in p.calls))
        parts = [(part,) for part in _parts(calling)]
        generators = dict.fromkeys(chain.from_iterable(pool.map("generators", parts)))
    blank = frozenset(files).difference(calling, others, further)
    check = _Check(targets, project, processes, tracked, blank)
    project.most_lines = max(_LINES // max(len(files) - len(blank), 1), _LEAST_LINES)
    result = _with_flow(proposals, list(generators), check.report, project)
    return result._replace(presets=presets, errors=errors)


def _used(
    found: Mapping[str, Candidate], files: Sequence[str], pool: WorkerPool
) -> tuple[list[Proposal], list[str]]:
    """The candidates that are proposed by their calls, and files that may have more of these."""
    parts = [(part, found) for part in _parts(files)] if found else []
    by_getter: defaultdict[str, list[Use]] = defaultdict(list)
    others: list[str] = []
    for uses, named in pool.map("use", parts):
        others += named
        for use in uses:
            by_getter[use.getter].append(use)
    return chosen(found, by_getter), others


def _parts(files: Sequence[str]) -> Iterator[Sequence[str]]:
    return (files[start : start + _PART] for start in range(0, len(files), _PART))


def _with_flow(
    proposals: Sequence[Proposal], generators: Sequence[Generator], check: Check, project: Project
) -> Search:
    """The proposals with the calls that a generated ID reaches, and the sources of these.

    Where a check that takes all generators for sources finds nothing, no other one does.
    """
    if not proposals:
        return Search((), ())
    candidates = [p.candidate for p in proposals]
    calls = tuple(dict.fromkeys(g.call for g in generators))
    report = check(getters_of(candidates), calls)
    findings = report.findings
    sources: list[Generator] = []
    if findings and generators:
        known = set().union(*map(_sinks, check(getters_of(candidates), (), findings).findings))
        sources = sorted(
            {*_sources_of((f for f in findings if known.isdisjoint(_sinks(f))), project)}
        )
    reached = {place for finding in findings for place in _sinks(finding)}
    unfollowed = tuple(outcome.name for outcome in report.outcomes if outcome.error)
    known_calls = (p.reached_at(reached, {*unfollowed}) for p in proposals)
    ranked = sorted(known_calls, key=lambda p: p.rank)
    if findings:
        kept = tuple(source.call for source in sources)
        findings = check(getters_of(candidates, report=None), kept, findings).findings
    return Search(tuple(ranked), tuple(sources), findings=tuple(findings), unfollowed=unfollowed)


class _Check(NamedTuple):
    """An ordinary check of files with other getters; `blank` are those that call none of them."""

    targets: Sequence[Target]
    project: Project
    processes: int
    tracked: Tracked
    blank: AbstractSet[str]

    def report(
        self,
        getters: tuple[Getter, ...],
        sources: tuple[str, ...],
        within: Sequence[Finding] | None = None,
    ) -> Report:
        """The report with some getters, and sources beside those in force.

        `within` are findings that more getters and sources have; no other file has any, then.
        """
        names = None if within is None else {s.filename for f in within for s in f.trace}
        changed: dict[int, Settings] = {}
        for target in self.targets:
            settings = target.settings
            if id(settings) not in changed:
                changed[id(settings)] = _with_contract(settings, getters, sources)
        files = [
            t._replace(settings=changed[id(t.settings)])
            for t in self.targets
            if not t.is_skipped and (names is None or t.display in names)
        ]
        job = partial(file_tasks.check_file, project=self.project)
        with self.tracked() as track:
            return project_run.run(
                job,
                files,
                self.project,
                processes=self.processes,
                track=track,
                blank=self.blank,
            )


def _with_contract(
    settings: Settings, getters: tuple[Getter, ...], sources: tuple[str, ...]
) -> Settings:
    known = (*settings.contract.sources, *sources)
    contract = replace(settings.contract, getters=getters, sources=known)
    return replace(settings, select=(FLOW_RULE.code,), ignore=(), contract=contract)


def _sinks(finding: Finding) -> set[tuple[str, int]]:
    steps = (step for step in finding.trace if step.kind is StepKind.SINK)
    return {(step.filename, step.span.start.row) for step in steps}


def _sources_of(findings: Iterable[Finding], project: Project) -> Iterator[Generator]:
    """The generators that findings begin at."""
    generators = Generators(Inference())
    for finding in findings:
        for step in finding.trace:
            if step.kind is StepKind.SOURCE:
                yield from generators.at(project.checked(step.filename), step.span)
