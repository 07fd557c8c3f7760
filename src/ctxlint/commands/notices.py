"""The lines of a run on stderr: one for each file with `-v`, and those at its end."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING

from ctxlint.finding import Level
from ctxlint.output import summary
from ctxlint.project.import_text import imported
from ctxlint.project.project_folder import imports_from_above, is_cut_off, is_outside
from ctxlint.rules.registry import FLOW_RULE

if TYPE_CHECKING:
    from ctxlint import output
    from ctxlint.commands.check import Request
    from ctxlint.project.discovery import Found, Target
    from ctxlint.project.modules import Project
    from ctxlint.run.file_result import FileResult, Report

_SKIPPED = "skipped, a test file"


def of_file(outcome: FileResult, known: int, revision: str | None) -> str:
    """The result of one file in a few words; `known` findings were there at a revision."""
    if outcome.error:
        return "error"
    if outcome.is_skipped_test:
        return _SKIPPED
    done = f"{len(outcome.fixed)} fixed, " if outcome.fixed else ""
    if outcome.newly_suppressed:
        done += f"{len(outcome.newly_suppressed)} suppressed, "
    where = f"at {revision}" if revision else "in the baseline"
    others = f", {known} {where}" if known else ""
    return f"checked, {done}{summary.count(len(outcome.findings), 'finding')}{others}"


def of_untouched(target: Target) -> str:
    """The same of one in which no rule finds a word that it looks for."""
    return _SKIPPED if target.is_skipped else "checked, mentions no getter"


def _unseen(request: Request, report: Report, found: Found) -> list[str]:
    """The getters that were looked for where no call of one was seen in folders."""
    in_folders = [t.settings for t in found.targets if not t.is_named and not t.is_skipped]
    is_clean = not (report.findings or report.fixed or report.newly_suppressed)
    if request.stdin_filename is not None or not is_clean or report.getter_calls:
        return []
    wanted = (one for one in in_folders if one.selects(FLOW_RULE.code))
    return list(dict.fromkeys(g.call for one in wanted for g in one.contract.getters))


def _cut_off(report: Report, found: Found, project: Project) -> list[str]:
    """The files whose imports of each other are not found: those of packages, and of plain folders
    those with a getter, as only these are read.
    """
    roots, with_getter = project.roots, {outcome.name for outcome in report.outcomes}
    is_cut = cache(lambda folder: is_cut_off(folder, roots))

    def looks_above(target: Target, folder: str) -> bool:
        if target.display not in with_getter or not is_outside(folder, roots):
            return False
        path = target.location
        return imports_from_above(path, imported(project.read(path), "", path))

    checked = [(t, os.path.dirname(t.location)) for t in found.targets if not t.is_skipped]
    return [t.display for t, folder in checked if is_cut(folder) or looks_above(t, folder)]


def summary_of(
    request: Request,
    results: output.Results,
    report: Report,
    found: Found,
    written: str,
    project: Project,
) -> str:
    """The closing sentences; `written` is what to say of the baseline that was written."""
    is_said = bool(written and report.findings and not request.changes)
    sentences = ["" if is_said else _outcome(request, results, report, found), written]
    if results.known and not written:
        where = request.baseline_rev and f"at {request.baseline_rev}"
        sentences.append(summary.known(len(results.known), bool(report.findings), where))
    if report.skipped_tests:
        sentences.append(summary.skipped(report.skipped_tests))
    if report.closed:
        sentences.append(summary.closed(report.closed))
    if cut_off := _cut_off(report, found, project):
        sentences.append(summary.cut_off(cut_off))
    if results.errors:
        sentences.append(summary.failed(len(results.errors)))
    return " ".join(filter(None, sentences))


def _outcome(request: Request, results: output.Results, report: Report, found: Found) -> str:
    """The first sentence: the findings, the fixes, or that there was nothing to check."""
    errors = len(results.errors)
    if not (errors or results.known) and (getters := _unseen(request, report, found)):
        return summary.nothing_to_check(getters, report.checked)
    if request.changes:
        return summary.fixed(
            report.fixed,
            report.findings,
            report.checked,
            errors,
            written=not request.diff,
            suppressed=report.newly_suppressed,
        )
    unsafe_fixes, marked = results.unsafe_fixes, request.is_text
    return summary.checked(report.findings, report.checked, errors, unsafe_fixes, marked)


def style_of(request: Request, results: output.Results, report: Report, found: Found) -> str:
    """The style of the summary, by the worst that it has to say."""
    if results.errors or any(finding.level == Level.ERROR for finding in report.findings):
        return "bold red"
    is_checked = report.checked and not _unseen(request, report, found)
    return "bold green" if is_checked and not report.findings else "bold yellow"
