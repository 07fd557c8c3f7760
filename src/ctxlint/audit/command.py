"""The command `audit`, its options known: measure, compare, write, exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from ctxlint import __version__
from ctxlint.audit import compare
from ctxlint.audit.functions import hash_of
from ctxlint.audit.measure import Document, Run, document, measure
from ctxlint.audit.report import headline, report
from ctxlint.config.settings import ConfigError
from ctxlint.git import Repository
from ctxlint.output.json import document as json
from ctxlint.rules.registry import CODES
from ctxlint.run.checkout import checkout, real
from ctxlint.run.worker_pool import executor_of
from ctxlint.terminal import progress
from ctxlint.terminal.delivery import deliver, refuse_output, say
from ctxlint.terminal.streams import while_read

if TYPE_CHECKING:
    from ctxlint.project.discovery import SettingsFor


class Request(NamedTuple):
    """The request of a command line, apart from the settings; fields are named as the options."""

    paths: tuple[str, ...]
    output_format: str = "markdown"
    output_file: str | None = None
    compare: str | None = None
    color: str = "auto"
    quiet: bool = False
    exit_zero: bool = False
    jobs: int | None = None
    executor: str | None = None


def run(request: Request, settings_for: SettingsFor) -> int:
    """Do what is asked, print or write it, and return the exit code.

    Exit codes: 0 no open finding; 1 findings; 2 some file could not be checked. Raises ConfigError
    for what cannot be compared with, and where the output cannot be written.
    """
    settings = settings_for("")  # what concerns the whole run is that of the working folder
    codes = [code for code in CODES if settings.selects(code)]
    repository = _repository()
    now = _measured(request, request.paths, settings_for, settings.baseline)
    refuse_output(request.output_file, now.project.shown)
    result = document(now, codes, __version__)
    result["revision"] = _revision(repository, "HEAD")
    if request.compare is not None:
        hash_now = partial(hash_of, project=now.project)
        result["compare"] = _compared(request, result, settings_for, repository, hash_now)
    is_json = request.output_format == "json"
    text = json(result) if is_json else report(result, request.output_format)
    deliver(request.output_file, lambda out: print(text, end="", file=out))
    with while_read(sys.stderr):
        _print_notices(request, now, result)
    if now.errors:
        return 2
    is_open = any(finding["status"] == "open" for finding in result["findings"])
    return 1 if is_open and not request.exit_zero else 0


def _repository() -> Repository | ConfigError:
    """The repository of the working folder, or what git has against that."""
    try:
        return Repository.around(".")
    except ConfigError as error:
        return error


def _measured(
    request: Request, paths: Iterable[str], settings_for: SettingsFor, baseline: str | None
) -> Run:
    """The run over some paths, with what the user asks for."""
    with (
        executor_of(request.executor) as executor,
        progress.tracked(quiet=request.quiet, color=request.color) as track,
    ):
        return measure(
            paths, settings_for, baseline, processes=request.jobs, executor=executor, track=track
        )


def _revision(repository: Repository | ConfigError, name: str) -> Document | None:
    """The commit that a revision names; None where there is none."""
    if isinstance(repository, ConfigError):
        return None
    try:
        commit = repository.commit(name)
    except ConfigError:
        return None
    date, subject = repository.about(commit)
    return {"commit": commit, "date": date, "subject": subject}


def _compared(
    request: Request,
    now: Document,
    settings_for: SettingsFor,
    repository: Repository | ConfigError,
    hash_now: compare.HashNow,
) -> Document:
    """The changes since the revision, or the earlier audit, that the user names."""
    name = request.compare or ""
    is_folder = os.path.isdir(name)  # which can only be meant as a revision, if it is one
    if os.path.exists(name) and not (is_folder and _revision(repository, name)):
        return compare.compared(compare.load(name), now, name, hash_now)
    if isinstance(repository, ConfigError):
        what = "not a file, and there is no git repository to find a revision in"
        why = str(repository).removeprefix(".: ")
        raise ConfigError(f"{name}: {what}, check --compare ({why})")
    commit = repository.commit(name)
    renames = repository.renames(commit)
    with checkout(repository, commit) as then:
        there = then.settings_for(settings_for)
        run = _measured(request, then.then(request.paths, renames), there, None)
        before = document(run, now["rules"], __version__)
        before = compare.renamed(before, lambda path: then.now(path, renames))
    before, after = (
        compare.renamed(side, lambda path: os.path.relpath(real(path)).replace(os.sep, "/"))
        for side in (before, now)
    )
    return {
        **compare.compared(before, after, name, hash_now),
        "revision": _revision(repository, commit),
    }


def _print_notices(request: Request, now: Run, result: Document) -> None:
    """Print errors, and the headline unless `-q`."""
    for error in now.errors:
        say(error)
    if not request.quiet:
        say(headline(result))
