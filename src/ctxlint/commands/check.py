"""The commands `check` and `fix`, once their options are parsed: search, run, print, exit code."""

from __future__ import annotations

import sys
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from ctxlint import __version__, output
from ctxlint.commands import notices
from ctxlint.finding import Level
from ctxlint.output import summary
from ctxlint.output.color import is_colored
from ctxlint.project import discovery
from ctxlint.run import file_tasks, project_run, worker_pool
from ctxlint.run.worker_pool import executor_of
from ctxlint.terminal import progress
from ctxlint.terminal.delivery import conclude, refuse_output, say, write_file
from ctxlint.terminal.streams import lenient, while_read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import TextIO

    from ctxlint.config.settings import Settings
    from ctxlint.finding import Finding
    from ctxlint.project.discovery import Found, SettingsFor
    from ctxlint.project.modules import Project
    from ctxlint.run.baseline import Baseline
    from ctxlint.run.cache import Cache
    from ctxlint.run.file_result import Report

    FilesOf = Callable[[str], Iterable[str]]

_WITH_EDITS = ("json", "sarif")  # formats that show what a fix would change
_TEXTS = ("full", "concise")  # formats for people
_LEVELS = list(Level)  # worst first
CACHE_PAYS = 40  # files: fewer are checked in less time than a cache is read


class Request(NamedTuple):
    """The request of a command line, beside the settings; fields are named as the options.

    `stdin_filename` names the text on stdin, which takes the place of `paths`; None: read `paths`.
    `add_noqa` is the reason for new noqa comments, empty for none; None: write no comments.
    """

    paths: tuple[str, ...]
    stdin_filename: str | None
    output_format: str = "full"
    output_file: str | None = None
    statistics: bool = False
    add_noqa: str | None = None
    baseline_rev: str | None = None
    write_baseline: str | None = None
    color: str = "auto"
    quiet: bool = False
    verbose: bool = False
    fail_level: str = Level.NOTE
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
    def is_text(self) -> bool:
        """Whether the output is for people."""
        return self.output_format in _TEXTS

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
    old, target = _known_before(request, settings.baseline, settings_for)
    found, data = _search(request, settings_for)
    refuse_output(request.output_file, [target.path for target in found.targets])
    edits = request.fix or request.output_format in _WITH_EDITS
    project = project_run.project_of(found.targets, data, edits=edits)
    cache = _cache(request, found)
    everything = _everything(request, found, data, project, cache)
    report, known = _split(old, everything)
    if request.add_noqa is not None:
        to_do = (report, found.targets, request.add_noqa)
        report = file_tasks.suppress_findings(*to_do, data=data, write=request.writes_files)
    errors = [*found.errors, *report.errors]
    results = _results(request, settings, report, known, errors, project)
    written = _write_baseline(target, everything, found) if target else ""
    with while_read(sys.stdout):
        _print_result(request, results, report, data)
    with while_read(sys.stderr):
        if cache and cache.trouble:
            say(cache.trouble)
        _print_contract(request, files_of, found, project)
        _print_notices(request, results, report, found, written, project)
        if old and old is not target and not (request.baseline_rev or request.diff):
            _print_stale(request, old, everything, found)
    if request.output_file is not None:
        write_file(request.output_file, partial(_write, request, results))
    return 2 if errors else _exit_code(request, report, is_known=target is not None)


def _everything(
    request: Request,
    found: Found,
    data: bytes | None,
    project: Project,
    cache: Cache | None,
) -> Report:
    """The results of all files, known to a baseline or not."""
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
        )


def _exit_code(request: Request, report: Report, *, is_known: bool) -> int:
    """The exit code of a run without errors; `is_known`: what it found is now in a baseline."""
    if request.exit_zero:
        return 0
    is_changed = request.diff and any(outcome.change for outcome in report.outcomes)
    is_fixed = request.exit_non_zero_on_fix and bool(report.fixed)
    failing = _LEVELS[: _LEVELS.index(Level(request.fail_level)) + 1]
    is_open = not is_known and any(finding.level in failing for finding in report.findings)
    return 1 if is_open or is_changed or is_fixed else 0


def _known_before(
    request: Request, file: str | None, settings_for: SettingsFor
) -> tuple[Baseline | None, Baseline | None]:
    """The baseline in force, which `file` may hold, and the one to write."""
    if not file and request.write_baseline is None and request.baseline_rev is None:
        return None, None
    from ctxlint.commands import known  # noqa: PLC0415 - it imports much

    return known.before(request, file, settings_for)


def _cache(request: Request, found: Found) -> Cache | None:
    """The cache of earlier runs, where files are only checked, and enough of them for it to pay."""
    if not request.uses_cache or len(found.targets) < CACHE_PAYS:
        return None
    from ctxlint.run.cache import Cache  # noqa: PLC0415 - a few files need none

    return Cache(__version__)


def _split(old: Baseline | None, report: Report) -> tuple[Report, list[Finding] | None]:
    """The new and the known findings of a report; None without a baseline."""
    if old is None:
        return report, None
    from ctxlint.run import baseline  # noqa: PLC0415 - as above

    return baseline.split(old, report)


def _job(
    request: Request, data: bytes | None, project: Project, cache: Cache | None
) -> project_run.Job:
    """The task for each file."""
    if not request.fix:
        return partial(file_tasks.check_file, data=data, project=project, is_kept=cache is not None)
    return partial(file_tasks.fix_file, data=data, write=request.writes_files, project=project)


def _search(request: Request, settings_for: SettingsFor) -> tuple[Found, bytes | None]:
    """The files to check; or one that stands for stdin, and its content."""
    name = request.stdin_filename
    if name is None:
        return discovery.find(request.paths, settings_for), None
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
    """The report."""
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
        links=_links(request, report),
    )


def _rules(output_format: str) -> tuple[output.RuleInfo, ...]:
    """The rules, for a format that describes them."""
    if output_format != "sarif":
        return ()
    from ctxlint.commands import rules  # noqa: PLC0415 - it reads files

    return rules.infos()


def _links(request: Request, report: Report) -> Mapping[str, str]:
    """The addresses of the pages of rules, for programs and for a terminal with colour."""
    is_terminal = request.output_file is None and sys.stdout.isatty()
    is_linked = request.is_text and is_terminal and is_colored(sys.stdout, request.color)
    if not report.findings or not (is_linked or request.output_format == "json"):
        return {}
    from ctxlint.rules import pages  # noqa: PLC0415 - other formats have no links

    return pages.links() if request.is_text else pages.urls()


def _print_result(
    request: Request, results: output.Results, report: Report, data: bytes | None
) -> None:
    """Print what the user asked for: findings, a diff, or the new text of stdin."""
    if request.diff:
        from ctxlint.output import diff  # noqa: PLC0415 - rarely asked for

        for outcome in report.outcomes:
            if outcome.change:
                _print_diff(request, diff.unified(outcome.name, *outcome.change))
        return
    out = sys.stdout
    if request.changes and data is not None:
        changes = [outcome.change.after for outcome in report.outcomes if outcome.change]
        sys.stdout.buffer.write(changes[0] if changes else data)
        out = sys.stderr
    is_recorded = request.write_baseline is not None and request.is_text
    if request.output_file is None and not is_recorded:
        with while_read(out):
            _write(request, results, lenient(out))


def _print_diff(request: Request, patch: bytes) -> None:
    """Print a diff: as it is for programs, and so that it is harmless on a terminal.

    FORCE_COLOR alone does not colour it: `patch` may be reading.
    """
    if sys.stdout.isatty() or request.color == "always":
        from ctxlint.output import color, diff  # noqa: PLC0415 - as above

        paint = color.painter(sys.stdout, request.color)
        lenient(sys.stdout).write(diff.painted(diff.shown(patch), paint))
    else:
        sys.stdout.buffer.write(patch)


def _write(request: Request, results: output.Results, out: TextIO) -> None:
    """Write the findings, or how many there are."""
    if not request.statistics:
        output.write(request.output_format, results, out)
        return
    from ctxlint.output import statistics  # noqa: PLC0415 - rarely asked for

    statistics.write(request.output_format, results, out)


def _print_notices(
    request: Request,
    results: output.Results,
    report: Report,
    found: Found,
    written: str,
    project: Project,
) -> None:
    """Print errors, what was done with each file if `-v`, and the summary unless `-q`."""
    for error in results.errors:
        say(error)
    if request.verbose:
        known = Counter(finding.filename for finding in results.known or ())
        notes = [f"{name}: skipped, excluded" for name in found.excluded]
        notes += [
            f"{o.name}: {notices.of_file(o, known[o.name], request.baseline_rev)}"
            for o in report.outcomes
        ]
        notes += [f"{t.display}: {notices.of_untouched(t)}" for t in report.untouched]
        for note in sorted(notes):
            say(note)
    if not request.quiet:
        line = notices.summary_of(request, results, report, found, written, project)
        conclude(line, notices.style_of(request, results, report, found), request.color)


def _print_contract(request: Request, files_of: FilesOf, found: Found, project: Project) -> None:
    """Print what contracts leave open, and what does not agree with the code of whole folders."""
    if request.stdin_filename is None and any(map(files_of, project.folders)):
        from ctxlint.commands import contract  # noqa: PLC0415 - few have a contract

        for line in contract.notices(request.paths, files_of, found.targets, project):
            say(line)


def _print_stale(request: Request, old: Baseline, report: Report, found: Found) -> None:
    """Print what no finding matches any more."""
    from ctxlint.commands import known  # noqa: PLC0415 - as above

    for line in known.stale_lines(request, old, report, found):
        say(line)


def _write_baseline(target: Baseline, report: Report, found: Found) -> str:
    """Write the findings of a report to a baseline, and return what to say of it."""
    from ctxlint.commands import known  # noqa: PLC0415 - as above

    written = known.write(target, report, found)
    return f"Wrote {summary.count(written, 'finding')} to {target.file}."
