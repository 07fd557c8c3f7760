"""The command `history`, its options known: walk, read, report, exit code."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from ctxlint.config.settings import ConfigError
from ctxlint.git import Repository
from ctxlint.history import blobs, report, walk
from ctxlint.history.aliases import knowing_aliases
from ctxlint.history.memory import Memory
from ctxlint.output import summary
from ctxlint.project import discovery
from ctxlint.run.worker_pool import executor_of
from ctxlint.terminal import progress
from ctxlint.terminal.delivery import deliver, say
from ctxlint.terminal.streams import while_read

if TYPE_CHECKING:
    from typing import TextIO

    from ctxlint.history.report import History
    from ctxlint.history.walk import Commit
    from ctxlint.project.discovery import SettingsFor

    Lookup = Callable[[bool], SettingsFor]  # given whether the repository is bare


class Request(NamedTuple):
    """The request of a command line, apart from the settings; fields are named as the options.

    `since` and `until` are seconds since 1970.
    """

    repo: str
    since: int | None
    until: int | None
    rev: str
    paths: tuple[str, ...]
    output_format: str
    output_file: str | None
    color: str
    quiet: bool
    exit_zero: bool
    jobs: int | None
    executor: str | None
    no_cache: bool


def run(request: Request, lookup: Lookup) -> int:
    """Do what is asked, print it, and return the exit code.

    Exit codes: 0 nothing is open at the last commit, 1 something is. Raises ConfigError for what
    is no repository, a revision or range that has no commit, and an output file that cannot be
    written.
    """
    write = _writer(request)
    repository = Repository.around(request.repo)
    start, tip = _ends(repository, request)
    walked = walk.commits(repository, tip)
    shown = _shown(repository, request, walked, start, tip)
    visits = walk.visits(repository, walked, request.paths)
    if request.paths and not any(diff for visit in visits for diff in visit.diffs):
        names = ", ".join(request.paths)
        raise _refused(request, f"there was never a Python file in {names}, check --path")
    memory = None if request.no_cache else Memory(repository)
    is_bare = _is_bare(repository)
    settings_for = lookup(is_bare)
    naming = discovery.below(request.repo, settings_for)
    if not is_bare:
        found = discovery.find([request.repo], settings_for)
        naming = knowing_aliases(naming, found.targets)
    with (
        executor_of(request.executor) as executor,
        progress.tracked(quiet=request.quiet, color=request.color) as track,
    ):
        contents = blobs.read(
            repository, visits, naming, track, jobs=request.jobs, executor=executor, memory=memory
        )
    lives, timeline = report.told(visits, contents.look, lambda commit: commit.id in shown)
    history = report.History(len(walked), len(contents.read), contents.parsed, lives, timeline)
    deliver(request.output_file, partial(write, history))
    with while_read(sys.stderr):
        _print_notices(request, repository, history, contents, memory)
    return 1 if history.open and not request.exit_zero else 0


def _ends(repository: Repository, request: Request) -> tuple[str | None, str]:
    """The commits between which findings are shown; None: from the first one on."""
    if "..." in request.rev or not request.rev or request.rev.startswith("^"):
        raise _refused(request, f"not a revision: {request.rev!r}, give one, or A..B, to --rev")
    start, dots, end = request.rev.rpartition("..")
    after = repository.commit(start or "HEAD") if dots else None
    tip = repository.commit(end or "HEAD")
    if request.until is None:
        return after, tip
    when = f"--min-age={max(0, request.until)}"
    found = repository.run("rev-list", "-1", "--first-parent", when, tip, "--").decode().strip()
    if not found:
        raise _refused(request, "all commits are newer than --until, check it")
    return after, found


def _shown(
    repository: Repository,
    request: Request,
    walked: list[Commit],
    start: str | None,
    tip: str,
) -> set[str]:
    """The commits that the user wants to see; raise ConfigError where there are none."""
    shown = {c.id for c in walked if request.since is None or c.time >= request.since}
    if start is not None:
        shown &= set(repository.run("rev-list", tip, f"^{start}", "--").decode().split())
    if not shown:
        raise _refused(
            request, "there are no commits in that range, check --rev, --since and --until"
        )
    return shown


def _refused(request: Request, what: str) -> ConfigError:
    return ConfigError(f"{request.repo}: {what}")


def _is_bare(repository: Repository) -> bool:
    return repository.run("rev-parse", "--is-inside-work-tree").strip() == b"false"


def _writer(request: Request) -> Callable[[History, TextIO], None]:
    """The function that writes the format; it is imported before there is much to lose."""
    if request.output_format == "table":
        from ctxlint.history import table  # noqa: PLC0415 - it imports rich

        color = "never" if request.output_file and request.color == "auto" else request.color
        return partial(table.write, color=color)
    if request.output_format == "html":
        from ctxlint.history import page  # noqa: PLC0415 - it imports jinja2 and pygal

        return page.write
    from ctxlint.history import formats  # noqa: PLC0415

    return formats.write_json if request.output_format == "json" else formats.write_csv


def _print_notices(
    request: Request,
    repository: Repository,
    history: History,
    contents: blobs.Contents,
    memory: Memory | None,
) -> None:
    """Print what the history lacks, and the summary unless `-q`."""
    if memory and memory.trouble:
        say(memory.trouble)
    if contents.missing:
        missing = summary.count(len(contents.missing), "file version")
        say(f"{request.repo}: {missing} missing in this clone, fetch for a full history")
    if repository.run("rev-parse", "--is-shallow-repository").strip() == b"true":
        say(f"{request.repo}: a shallow clone, run 'git fetch --unshallow' for what is older")
    if not request.quiet:
        found = summary.count(len(history.lives), "finding")
        said = f"{found}, {history.open} open" if history.lives else "No findings"
        say(f"{said} in {summary.count(history.commits, 'commit')}.")
