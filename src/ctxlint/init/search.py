"""The search of a code base for getters: definitions, calls, and the IDs that reach them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from itertools import chain
from typing import Any, NamedTuple

from ctxlint.config.settings import Settings
from ctxlint.contract.contract import Contract
from ctxlint.contract.getter import Getter
from ctxlint.finding import Finding, StepKind
from ctxlint.init.candidates import Candidate, candidates
from ctxlint.init.gate import may_define
from ctxlint.init.generators import Generator, Generators
from ctxlint.init.presets import presets_in
from ctxlint.init.proposals import Proposal, Search, chosen, known_by, wrappers_of
from ctxlint.init.usage import Use, getters_of, uses
from ctxlint.matching.inference import Inference
from ctxlint.project.discovery import Target
from ctxlint.project.modules import Project
from ctxlint.rules.registry import FLOW_RULE
from ctxlint.run import file_tasks, project_run
from ctxlint.run.worker_pool import WorkerPool
from ctxlint.source import SourceError, SourceFile

Check = Callable[[tuple[Getter, ...], tuple[str, ...]], list[Finding]]
Track = Callable[[Iterator[Any], int], Iterable[Any]]


class _Defined(NamedTuple):
    """The candidates and presets of a file, or its error."""

    candidates: tuple[Candidate, ...] = ()
    presets: frozenset[str] = frozenset()
    error: str | None = None


_MOST_READ = 40  # files between two times that what is known of others is let go


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
        if path.endswith(".pyi") or not may_define(data):
            return _Defined(presets=presets)
        found: tuple[Candidate, ...] = ()
        with suppress(RecursionError, SourceError):
            source = self.project.source(path)
            if source is None:
                return _Defined(presets=presets, error=self._error(path, data))
            found = tuple(candidates(source, self.inference()))
        return _Defined(found, presets)

    def _error(self, path: str, data: bytes) -> str | None:
        """The line that tells why a file cannot be parsed."""
        try:
            _ = SourceFile.from_bytes(self.project.shown[path], data).tree
        except SourceError as error:
            return str(error)
        return None

    def use(
        self, path: str, found: Mapping[str, Candidate], contract: Contract
    ) -> tuple[list[Use], list[Generator]]:
        """The calls of candidates in a file, and the generators that it calls."""
        text = self.project.read(path)
        if not contract.names_getter(lambda word: word.encode() in text):
            return [], []
        with suppress(RecursionError, SourceError):
            source = self.project.source(path)
            if source is not None:
                made = list(uses(source, found, contract))
                generators = Generators(self.inference()).called_in(source) if made else ()
                return made, list(dict.fromkeys(generators))
        return [], []


def search(targets: Sequence[Target], project: Project, *, processes: int, track: Track) -> Search:
    """The getters that some files define, and the sources that feed them."""
    files = [t.location for t in targets if not t.is_skipped]
    with WorkerPool(_Task(project), processes) as pool:
        seen = list(track(pool.map("define", [(path,) for path in files]), len(files)))
        presets = sorted(frozenset[str]().union(*(one.presets for one in seen)))
        errors = tuple(one.error for one in seen if one.error)
        found = known_by([c for one in seen for c in one.candidates], project)
        if not found:
            return Search((), (), tuple(presets), errors)
        proposals, generators = _used(found, files, pool)
        wrappers = wrappers_of(proposals)
        if wrappers:
            more, others = _used(wrappers, files, pool)
            proposals += more
            generators += others
    check = partial(check_with, targets, project, processes)
    result = _with_flow(proposals, generators, tuple(presets), check, project)
    return result._replace(errors=errors)


def _used(
    found: Mapping[str, Candidate], files: Sequence[str], pool: WorkerPool
) -> tuple[list[Proposal], list[Generator]]:
    """The candidates that are proposed by what their calls show, and the generators there."""
    contract = Contract(getters=getters_of(list(found.values())))
    used = list(pool.map("use", [(path, found, contract) for path in files]))
    by_getter: defaultdict[str, list[Use]] = defaultdict(list)
    for use in chain.from_iterable(calls for calls, _ in used):
        by_getter[use.getter].append(use)
    return chosen(found, by_getter), list(chain.from_iterable(more for _, more in used))


def _with_flow(
    proposals: list[Proposal],
    generators: Sequence[Generator],
    presets: tuple[str, ...],
    check: Check,
    project: Project,
) -> Search:
    """The proposals with the calls that a generated ID reaches, and the sources of these."""
    getters = getters_of([p.candidate for p in proposals])
    findings = check(getters, ()) if proposals else []
    sources: set[Generator] = set()
    if proposals and generators:
        known = {place for finding in findings for place in _sinks(finding)}
        sources_too = check(getters, tuple(dict.fromkeys(g.call for g in generators)))
        more = [f for f in sources_too if known.isdisjoint(_sinks(f))]
        findings += more
        sources = set(_sources_of(more, project))
    reached = {place for finding in findings for place in _sinks(finding)}
    ranked = sorted((p.reached_at(reached) for p in proposals), key=lambda p: p.rank)
    return Search(tuple(ranked), tuple(sorted(sources)), presets)


def check_with(
    targets: Sequence[Target],
    project: Project,
    processes: int,
    getters: tuple[Getter, ...],
    sources: tuple[str, ...],
) -> list[Finding]:
    """The findings of an ordinary check with these getters, and sources beside those in force."""
    changed: dict[int, Settings] = {}
    for target in targets:
        settings = target.settings
        if id(settings) not in changed:
            known = (*settings.contract.sources, *sources)
            contract = replace(settings.contract, getters=getters, sources=known)
            made = replace(settings, select=(FLOW_RULE.code,), ignore=(), contract=contract)
            changed[id(settings)] = made
    files = [t._replace(settings=changed[id(t.settings)]) for t in targets if not t.is_skipped]
    job = partial(file_tasks.check_file, project=project)
    return project_run.run(job, files, project, processes=processes).findings


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
