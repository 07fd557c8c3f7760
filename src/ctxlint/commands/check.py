"""What `check` and `fix` do once their options are known: search, run, print, exit code."""

from __future__ import annotations

import os
import sys
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from ctxlint import __version__, output
from ctxlint.output import summary
from ctxlint.project import discovery
from ctxlint.rules.registry import FLOW_RULE
from ctxlint.run import file_tasks, project_run, worker_pool
from ctxlint.run.scout import Scout
from ctxlint.run.worker_pool import executor_of
from ctxlint.terminal import progress
from ctxlint.terminal.delivery import say, write_file
from ctxlint.terminal.streams import lenient, while_read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Set
    from typing import TextIO

    from ctxlint.config.settings import Settings
    from ctxlint.finding import Finding
    from ctxlint.project.discovery import Found, SettingsFor, Target
    from ctxlint.project.modules import Project
    from ctxlint.run.baseline import Baseline
    from ctxlint.run.cache import Cache
    from ctxlint.run.file_result import FileResult, Report

    FilesOf = Callable[[str], Iterable[str]]

_WITH_EDITS = ("json", "sarif")  # formats that show what a fix would change
_SKIPPED = "skipped, a test file"
CACHE_PAYS = 40  # files: fewer are checked in less time than a cache is read


class Request(NamedTuple):
    """What the command line asks for, beside the settings; fields are named as the options.

    `stdin_filename` names the text on stdin, which takes the place of `paths`; None: read `paths`.
    `add_noqa` is the reason for new noqa comments, empty for none; None: write no comments.
    """

    paths: tuple[str, ...]
    stdin_filename: str | None
    output_format: str = "full"
    output_file: str | None = None
    statistics: bool = False
    add_noqa: str | None = None
    write_baseline: str | None = None
    color: str = "auto"
    quiet: bool = False
    verbose: bool = False
    exit_zero: bool = False
    fix: bool = False
    diff: bool = False
    exit_non_zero_on_fix: bool = False
    jobs: int | None = None
    executor: str | None = None
    no_cache: bool = False

    @property
    def writes_files(self) -> bool:
        """Whether what changes is to be written, and not only printed."""
        return self.stdin_filename is None and not self.diff

    @property
    def changes(self) -> bool:
        """Whether files are to be changed, and not only checked."""
        return self.fix or self.add_noqa is not None

    @property
    def uses_cache(self) -> bool:
        """Whether what earlier runs found is of use: files are only checked."""
        return not (self.changes or self.no_cache or self.stdin_filename)


def run(request: Request, settings_for: SettingsFor, files_of: FilesOf = lambda _: ()) -> int:
    """Do what is asked, print it, and return the exit code.

    `files_of` has the files that hold the contract of a folder.

    Exit codes: 0 clean, or all fixed or in a baseline; 1 findings remain, or the diff is not empty;
    2 some file could not be checked or written. Raises ConfigError for a baseline that cannot be
    used, and where the output file or the baseline cannot be written.
    """
    settings = settings_for("")  # what concerns the whole run is that of the working folder
    old, target = _baselines(settings.baseline, request.write_baseline)
    scout = Scout(worker_pool.PAYS, partial(_pays_to_scout, request))
    found, data = _search(request, settings_for, scout)
    blank = scout.blank()
    discovery.refuse_output(request.output_file, [target.path for target in found.targets])
    edits = request.fix or request.output_format in _WITH_EDITS
    project = project_run.project_of(found.targets, data, edits=edits)
    cache = _cache(request, found)
    everything = _everything(request, found, data, project, cache, blank)
    report, known = _split(old, everything)
    if request.add_noqa is not None:
        to_do = (report, found.targets, request.add_noqa)
        report = file_tasks.suppress_findings(*to_do, data=data, write=request.writes_files)
    errors = [*found.errors, *report.errors]
    results = _results(request, settings, report, known, errors, project)
    with while_read(sys.stdout):
        _print_result(request, results, report, data)
    with while_read(sys.stderr):
        if cache and cache.trouble:
            say(cache.trouble)
        _print_contract(request, files_of, found, project)
        _print_notices(request, results, report, found)
        if old and old is not target and not request.diff:
            _print_stale(request, old, everything, found)
    if request.output_file is not None:
        write_file(request.output_file, partial(_write, request, results))
    if target:
        _write_baseline(request, target, everything, found)
    return 2 if errors else _exit_code(request, report, is_known=target is not None)


def _everything(
    request: Request,
    found: Found,
    data: bytes | None,
    project: Project,
    cache: Cache | None,
    blank: Set[str],
) -> Report:
    """What became of all files, whether a baseline knows of it or not."""
    with (
        executor_of(request.executor) as executor,
        progress.tracked(quiet=request.quiet, color=request.color) as track,
    ):
        return project_run.run(
            _job(request, data, project, cache),
            found.targets,
            project,
            processes=1 if request.fix else worker_pool.processes(len(found.targets), request.jobs),
            executor=executor,
            track=track,
            cache=cache,
            blank=blank,
        )


def _exit_code(request: Request, report: Report, *, is_known: bool) -> int:
    """The exit code of a run without errors; `is_known`: what it found is now in a baseline."""
    if request.exit_zero:
        return 0
    is_changed = request.diff and any(outcome.change for outcome in report.outcomes)
    is_fixed = request.exit_non_zero_on_fix and bool(report.fixed)
    is_open = report.findings and not is_known
    return 1 if is_open or is_changed or is_fixed else 0


def _baselines(file: str | None, target: str | None) -> tuple[Baseline | None, Baseline | None]:
    """The baseline in force, and the one to write; the same if they are one file."""
    if not file and not target:
        return None, None
    from ctxlint.run import baseline  # noqa: PLC0415 - it imports much

    written = baseline.load(target, may_be_missing=True) if target else None
    if file and target and os.path.realpath(file) == os.path.realpath(target):
        return written, written
    return baseline.load(file) if file else None, written


def _cache(request: Request, found: Found) -> Cache | None:
    """What earlier runs found, where files are only checked, and so many that it pays."""
    if not request.uses_cache or len(found.targets) < CACHE_PAYS:
        return None
    from ctxlint.run.cache import Cache  # noqa: PLC0415 - a few files need none

    return Cache(__version__)


def _split(old: Baseline | None, report: Report) -> tuple[Report, list[Finding] | None]:
    """What a baseline does not know of a report, and what it knows; None without one."""
    if old is None:
        return report, None
    from ctxlint.run import baseline  # noqa: PLC0415 - as above

    return baseline.split(old, report)


def _job(
    request: Request, data: bytes | None, project: Project, cache: Cache | None
) -> project_run.Job:
    """What to do with each file."""
    if not request.fix:
        return partial(file_tasks.check_file, data=data, project=project, is_kept=cache is not None)
    return partial(file_tasks.fix_file, data=data, write=request.writes_files, project=project)


def _pays_to_scout(request: Request) -> bool:
    """Whether files should be read while the search goes on: no cache knows them."""
    from ctxlint.run import cache, worker_processes  # noqa: PLC0415 - few searches find so many files

    if (
        request.executor
        or not worker_processes.forks()
        or worker_pool.processes(worker_pool.PAYS, request.jobs) == 1
    ):
        return False
    return not (request.uses_cache and cache.is_there())


def _search(
    request: Request, settings_for: SettingsFor, scout: Scout
) -> tuple[Found, bytes | None]:
    """The files to check; or one that stands for stdin, and its content."""
    name = request.stdin_filename
    if name is None:
        return discovery.find(request.paths, settings_for, scout.see), None
    data = sys.stdin.buffer.read()
    target = discovery.name_only(name, settings_for)
    targets, excluded = ((target,), ()) if target else ((), (name,))
    return discovery.Found(targets, excluded, ()), data


def _results(
    request: Request,
    settings: Settings,
    report: Report,
    known: list[Finding] | None,
    errors: list[str],
    project: Project,
) -> output.Results:
    """What there is to report."""
    lines = {outcome.name: outcome.lines for outcome in report.outcomes}
    return output.Results(
        report.findings,
        lambda name: lines.get(name) or project.lines(name),
        unsafe_fixes=settings.unsafe_fixes,
        known=known,
        suppressed=report.suppressed,
        errors=errors,
        rules=_rules(request.output_format),
        version=__version__,
        color="never" if request.output_file and request.color == "auto" else request.color,
    )


def _rules(output_format: str) -> tuple[output.RuleInfo, ...]:
    """The rules, for a format that describes them."""
    if output_format != "sarif":
        return ()
    from ctxlint.commands import rules  # noqa: PLC0415 - it reads files

    return rules.infos()


def _print_result(
    request: Request, results: output.Results, report: Report, data: bytes | None
) -> None:
    """Print what the user asked for: findings, a diff, or the new text of stdin."""
    if request.diff:
        from ctxlint.output import diff  # noqa: PLC0415 - rarely asked for

        for outcome in report.outcomes:
            if outcome.change:
                _print_diff(diff.unified(outcome.name, *outcome.change))
        return
    out = sys.stdout
    if request.changes and data is not None:
        changes = [outcome.change.after for outcome in report.outcomes if outcome.change]
        sys.stdout.buffer.write(changes[0] if changes else data)
        out = sys.stderr
    if request.output_file is None:
        with while_read(out):
            _write(request, results, lenient(out))


def _print_diff(patch: bytes) -> None:
    """Print a diff: as it is for programs, and so that it is harmless on a terminal."""
    if sys.stdout.isatty():
        from ctxlint.output import diff  # noqa: PLC0415 - as above

        lenient(sys.stdout).write(diff.shown(patch))
    else:
        sys.stdout.buffer.write(patch)


def _write(request: Request, results: output.Results, out: TextIO) -> None:
    """Write the findings, or how many there are."""
    if not request.statistics:
        output.write(request.output_format, results, out)
        return
    from ctxlint.output import statistics  # noqa: PLC0415 - rarely asked for

    statistics.write(request.output_format, results, out)


def _print_notices(request: Request, results: output.Results, report: Report, found: Found) -> None:
    """Print errors, what was done with each file if `-v`, and the summary unless `-q`."""
    for error in results.errors:
        say(error)
    if request.verbose:
        known = Counter(finding.filename for finding in results.known or ())
        notes = [f"{name}: skipped, excluded" for name in found.excluded]
        notes += [f"{o.name}: {_note(o, known[o.name])}" for o in report.outcomes]
        notes += [f"{t.display}: {_untouched_note(t)}" for t in report.untouched]
        for note in sorted(notes):
            say(note)
    if not request.quiet:
        say(_summary(request, results, report, found))


def _print_contract(request: Request, files_of: FilesOf, found: Found, project: Project) -> None:
    """Print what contracts leave open, and what does not agree with the code of whole folders."""
    folders = {os.path.dirname(target.location) for target in found.targets}
    if request.stdin_filename is None and any(map(files_of, folders)):
        from ctxlint.commands import contract  # noqa: PLC0415 - few have a contract

        for line in contract.notices(request.paths, files_of, found.targets, project):
            say(line)


def _print_stale(request: Request, old: Baseline, report: Report, found: Found) -> None:
    """Print what no finding matches any more unless `-q`, one by one if `-v`."""
    from ctxlint.run import baseline  # noqa: PLC0415 - as above

    stale = baseline.stale(old, report, found.targets)
    if request.verbose:
        for entry in sorted(stale):
            say(f"{old.file}: {stale[entry]} of {old.counts[entry]} stale: {entry}")
    if stale and not request.quiet:
        say(summary.stale(len(stale), old.file))


def _write_baseline(request: Request, target: Baseline, report: Report, found: Found) -> None:
    """Write the findings of a report to a baseline; raise ConfigError where that fails."""
    from ctxlint.run import baseline  # noqa: PLC0415 - as above

    new = baseline.updated(target, report, found.targets)
    baseline.write(new)
    if not request.quiet:
        with while_read(sys.stderr):
            say(f"Wrote {summary.count(new.counts.total(), 'finding')} to {new.file}.")


def _note(outcome: FileResult, known: int) -> str:
    """What was done with one file, in a few words."""
    if outcome.error:
        return "error"
    if outcome.is_skipped_test:
        return _SKIPPED
    done = f"{len(outcome.fixed)} fixed, " if outcome.fixed else ""
    if outcome.newly_suppressed:
        done += f"{len(outcome.newly_suppressed)} suppressed, "
    others = f", {known} in the baseline" if known else ""
    return f"checked, {done}{summary.count(len(outcome.findings), 'finding')}{others}"


def _untouched_note(target: Target) -> str:
    """The same of one in which no rule finds a word that it looks for."""
    return _SKIPPED if target.is_skipped else "checked, names no getter"


def _unseen(request: Request, report: Report, found: Found) -> list[str]:
    """The getters that were looked for where no call of one was seen in folders."""
    in_folders = [t.settings for t in found.targets if not t.is_named and not t.is_skipped]
    is_clean = not (report.findings or report.fixed or report.newly_suppressed)
    if request.stdin_filename is not None or not is_clean or report.getter_calls:
        return []
    wanted = (one for one in in_folders if one.selects(FLOW_RULE.code))
    return list(dict.fromkeys(g.call for one in wanted for g in one.contract.getters))


def _summary(request: Request, results: output.Results, report: Report, found: Found) -> str:
    """The closing sentences."""
    errors = len(results.errors)
    if not (errors or results.known) and (getters := _unseen(request, report, found)):
        first = summary.nothing_to_check(getters, report.checked)
    elif request.changes:
        first = summary.fixed(
            report.fixed,
            report.findings,
            report.checked,
            errors,
            written=not request.diff,
            suppressed=report.newly_suppressed,
        )
    else:
        first = summary.checked(report.findings, report.checked, errors, results.unsafe_fixes)
    sentences = [first]
    if results.known:
        sentences.append(summary.known(len(results.known), bool(report.findings)))
    if report.skipped_tests:
        sentences.append(summary.skipped(report.skipped_tests))
    if errors:
        sentences.append(summary.failed(errors))
    return " ".join(sentences)
