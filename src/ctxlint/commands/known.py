"""The findings that a run knows before it begins: those of a baseline, or of a revision."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING

from ctxlint.git import Repository
from ctxlint.output import summary
from ctxlint.project import discovery
from ctxlint.run import baseline, file_tasks, project_run, worker_pool
from ctxlint.run.checkout import checkout
from ctxlint.run.worker_pool import executor_of
from ctxlint.terminal import progress

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctxlint.commands.check import Request
    from ctxlint.project.discovery import Found, SettingsFor
    from ctxlint.run.baseline import Baseline
    from ctxlint.run.file_result import Report


def before(
    request: Request, file: str | None, settings_for: SettingsFor
) -> tuple[Baseline | None, Baseline | None]:
    """The baseline in force, and the one to write; the same if they are one file.

    `file` is the baseline of the settings, which a revision replaces.
    """
    if request.baseline_rev is not None:
        return _of_revision(request, request.baseline_rev, settings_for), None
    target = request.write_baseline
    written = baseline.load(target, may_be_missing=True) if target else None
    if file and target and os.path.realpath(file) == os.path.realpath(target):
        return written, written
    return baseline.load(file) if file else None, written


def _of_revision(request: Request, revision: str, settings_for: SettingsFor) -> Baseline:
    """The findings of the same paths at a revision, by the settings of now."""
    repository = Repository.around(".")
    commit = repository.commit(revision)
    renames = repository.renames(commit)
    with checkout(repository, commit) as then:
        found = discovery.find(then.then(request.paths, renames), then.settings_for(settings_for))
        report = _checked(request, found)
        outcomes = [o._replace(name=then.now(o.name, renames)) for o in report.outcomes]
    place = os.path.join(then.origin, commit)  # paths are relative to the top of the repository
    return baseline.of(report._replace(outcomes=tuple(outcomes)), place)


def _checked(request: Request, found: Found) -> Report:
    """The report on the files of a revision."""
    project = project_run.project_of(found.targets)
    with (
        executor_of(request.executor) as executor,
        progress.tracked(quiet=request.quiet, color=request.color) as track,
    ):
        return project_run.run(
            partial(file_tasks.check_file, project=project),
            found.targets,
            project,
            processes=worker_pool.processes(len(found.targets), request.jobs),
            executor=executor,
            track=track,
        )


def stale_lines(request: Request, old: Baseline, report: Report, found: Found) -> Iterator[str]:
    """The notice of entries that no finding matches any more: none if `-q`, each if `-v`."""
    stale = baseline.stale(old, report, found.targets)
    if request.verbose:
        for entry in sorted(stale):
            yield f"{old.file}: {stale[entry]} of {old.counts[entry]} stale: {entry}"
    if stale and not request.quiet:
        yield summary.stale(len(stale), old.file, baseline.moved(old, report, stale))


def write(target: Baseline, report: Report, found: Found) -> int:
    """Write the findings of a report to a baseline, and return how many; may raise ConfigError."""
    new = baseline.updated(target, report, found.targets)
    baseline.write(new)
    return new.counts.total()
