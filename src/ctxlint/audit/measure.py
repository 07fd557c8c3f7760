"""The measures of an audit: one run over all files, as the document that each format shows."""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from textwrap import dedent
from typing import TYPE_CHECKING, Any

from ctxlint.audit.criteria import criteria
from ctxlint.audit.functions import functions_of
from ctxlint.finding import Finding, StepKind
from ctxlint.findings.fingerprint import code_of
from ctxlint.output import diff
from ctxlint.output.full import shown_rows
from ctxlint.output.json import entry
from ctxlint.project import discovery
from ctxlint.rules.pages import urls
from ctxlint.rules.registry import FLOW_RULE, RULES
from ctxlint.run import file_tasks, fix_loop, project_run, worker_pool
from ctxlint.run.baseline import load, split
from ctxlint.source import SourceError

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from ctxlint.project.discovery import SettingsFor
    from ctxlint.project.modules import Project
    from ctxlint.run.file_result import FileResult, Report
    from ctxlint.run.usage_counts import Place

Document = dict[str, Any]
VERSION = 1  # of the document; the keys of one version keep their meaning


@dataclass(frozen=True, slots=True)
class Run:
    """A run over all files: what it found, whether known or not, and the text of the files."""

    report: Report
    known: frozenset[int]  # the findings that are in the baseline, by identity
    errors: tuple[str, ...]
    project: Project


def measure(
    paths: Iterable[str],
    settings_for: SettingsFor,
    baseline: str | None,
    *,
    processes: int | None,
    executor: Executor | None,
    track: project_run.Track,
) -> Run:
    """Check the files that `paths` mean and count what they have of the contract.

    `baseline` is the file of the known findings; raises ConfigError for one that cannot be used.
    """
    found = discovery.find(paths, settings_for)
    project = project_run.project_of(found.targets)
    job = partial(file_tasks.check_file, project=project, is_counted=True)
    count = worker_pool.processes(len(found.targets), processes)
    report = project_run.run(
        job, found.targets, project, processes=count, executor=executor, track=track
    )
    known: list[Finding] = []
    if baseline:
        _, known = split(load(baseline), report)
    errors = (*found.errors, *report.errors)
    return Run(report, frozenset(map(id, known)), errors, project)


def document(run: Run, codes: Collection[str], version: str) -> Document:
    """The document of a run: plain values, as JSON has them.

    `codes` are those of the rules that ran, `version` is that of ctxlint.
    """
    findings = sorted(_findings(run), key=lambda pair: pair[0].sort_key)
    files = _files(run, findings)
    summary = _sum(files.values())
    components: defaultdict[str, list[_Counts]] = defaultdict(list)
    for path, counts in files.items():
        components[os.path.dirname(path) or "."].append(counts)
    folders = [{"path": path, **_sum(components[path]).row(codes)} for path in sorted(components)]
    rows = [{"path": p, "imports": files[p].imports, **files[p].row(codes)} for p in files]
    result = {
        "version": VERSION,
        "ctxlint": version,
        "rules": list(codes),
        "summary": {**summary.row(codes), "skipped_tests": run.report.skipped_tests},
        "components": [row for row in folders if _is_telling(row)],
        "files": [row for row in rows if _is_telling(row) or row["imports"]],
        "findings": [_entry(finding, status, run.project) for finding, status in findings],
        "errors": list(run.errors),
    }
    return {**result, "criteria": criteria(result), "compare": None}


# --- counts ---------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Counts:
    """The totals of some files; `generated` counts getter calls that a generated ID reaches."""

    files: int = 0
    calls: int = 0
    generated: int = 0
    sources: int = 0
    nones: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    imports: list[str] = field(default_factory=list)

    def row(self, codes: Collection[str]) -> Document:
        """The counts as the document has them.

        The share is rounded down, and none where there is no call or `codes`, of the rules that
        ran, have not the one that judges them.
        """
        is_known = self.calls and FLOW_RULE.code in codes
        share = (self.calls - self.generated) * 10_000 // self.calls / 10_000 if is_known else None
        return {
            "files": self.files,
            "getter_calls": self.calls,
            "generated_calls": self.generated,
            "right_share": share,
            "source_calls": self.sources,
            "none_arguments": self.nones,
            "findings": {rule.code: self.codes[rule.code] for rule in RULES},
            "suppressed": self.statuses["suppressed"],
            "baseline": self.statuses["baseline"],
        }


def _sum(all_counts: Iterable[_Counts]) -> _Counts:
    total = _Counts()
    for counts in all_counts:
        total.files += counts.files
        total.calls += counts.calls
        total.generated += counts.generated
        total.sources += counts.sources
        total.nones += counts.nones
        total.statuses += counts.statuses
        total.codes += counts.codes
    return total


def _files(run: Run, findings: Iterable[tuple[Finding, str]]) -> dict[str, _Counts]:
    """The counts of each file that was checked, by all rules and without an error."""
    checked = [o for o in run.report.outcomes if not (o.error or o.is_skipped_test)]
    files = {outcome.name: _counted(outcome) for outcome in checked}
    files |= {t.display: _Counts(files=1) for t in run.report.untouched if not t.is_skipped}
    wrong: set[Place] = set()
    for finding, status in findings:
        counts = files.setdefault(finding.filename, _Counts(files=1))
        counts.codes[finding.code] += 1
        counts.statuses[status] += 1
        if finding.code == FLOW_RULE.code:
            wrong |= {(s.filename, s.span) for s in finding.trace if s.kind is StepKind.SINK}
    for outcome in checked:
        calls = outcome.usage.calls if outcome.usage else ()
        files[outcome.name].generated = sum(not wrong.isdisjoint(ids) for ids in calls)
    return files


def _counted(outcome: FileResult) -> _Counts:
    census = outcome.usage
    if census is None:
        return _Counts(files=1)
    imports = list(census.imports)
    return _Counts(1, len(census.calls), 0, census.sources, census.nones, imports=imports)


def _is_telling(row: Document) -> bool:
    """Whether a row of a table says more than that there are files."""
    return bool(row["getter_calls"] or any(row["findings"].values()))


# --- findings -------------------------------------------------------------------------------------


def _findings(run: Run) -> Iterator[tuple[Finding, str]]:
    """All findings, each with its status."""
    for outcome in run.report.outcomes:
        for finding in outcome.findings:
            yield finding, "baseline" if id(finding) in run.known else "open"
        for finding in outcome.suppressed:
            yield finding, "suppressed"


def _entry(finding: Finding, status: str, project: Project) -> Document:
    """A finding as `--output-format json` has it, with what the audit adds."""
    code = code_of(finding, project.lines(finding.filename))
    return {
        **entry(finding, urls().get(finding.code)),
        "status": status,
        "hash": code.hash,
        "text": code.text,
        "functions": functions_of(finding, project),
        "code_frames": list(_frames(finding, project)),
        "diff": _remedy(finding, project),
    }


def _frames(finding: Finding, project: Project) -> Iterator[Document]:
    """The code that a trace runs through, file by file, with the steps on their rows."""
    places = [(step.filename, step.span, step.kind, step.message) for step in finding.trace]
    if not places:
        places = [(finding.filename, finding.span, StepKind.SINK, "")]
    names = dict.fromkeys(name for name, *_ in places)
    for name in names:
        marks: defaultdict[int, list[Document]] = defaultdict(list)
        for number, (filename, span, kind, message) in enumerate(places, 1):
            if filename == name:
                mark = {"number": number, "kind": kind, "message": message}
                marks[span.start.row].append(mark)
        rows, lines = list(shown_rows(marks)), project.lines(name)
        code = ["" if row is None else "".join(lines[row - 1 : row]).rstrip() for row in rows]
        texts = zip(rows, dedent("\n".join(code)).split("\n"), strict=True)
        shown = [row and {"row": row, "text": text, "marks": marks[row]} for row, text in texts]
        yield {"filename": name, "rows": shown}


def _remedy(finding: Finding, project: Project) -> str | None:
    """The diff of one finding's fix; None for a finding without a fix."""
    if finding.fix is None:
        return None
    name = finding.fix.filename or finding.filename
    file = project.checked(name)
    try:
        after = fix_loop.rewritten(file, fix_loop.apply(finding.fix.edits, file))
    except SourceError:  # it cannot be written in the encoding of the file
        return None
    patch = diff.unified(name, file.encode(file.text), file.encode(after.text))
    return patch.decode(errors="backslashreplace")
