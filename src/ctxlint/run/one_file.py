"""One text as it would be checked in its project: for editors, other tools and Python callers."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ctxlint.project.text_search import has_any
from ctxlint.run import file_tasks, project_run

if TYPE_CHECKING:
    from ctxlint.project.discovery import Target
    from ctxlint.run.file_result import FileResult
    from ctxlint.run.fix_loop import Round


def check(
    target: Target, text: str, *, edits: bool = True, is_followed: bool = False
) -> FileResult:
    """The findings of a text; raises SourceError for one that cannot be checked.

    `edits`: whether someone wants those of fixes. `is_followed`: whether its imports are followed
    even if it names neither a getter nor a source, as other files may name both.
    """
    job = partial(file_tasks.checked, text=text)
    return _run(target, _encoded(text), job, edits=edits, is_followed=is_followed)


def fix(target: Target, text: str) -> FileResult:
    """The fixed text, and the findings that remain; nothing is written. May raise SourceError."""
    return _run(target, _encoded(text), partial(file_tasks.fixed, text=text, write=False))


def fix_bytes(target: Target, data: bytes, rounds: list[Round] | None = None) -> FileResult:
    """The same for the bytes of a file, which may declare how they are to be read.

    Its imports are followed, whatever it names. `rounds` gets each round of fixes.
    """
    job = partial(file_tasks.fixed, write=False, rounds=rounds)
    return _run(target, data, job, is_file=True, is_followed=True)


def _encoded(text: str) -> bytes:
    """The bytes of a text in UTF-8, whatever it declares."""
    return text.encode(errors="surrogateescape")


def _run(
    target: Target,
    data: bytes,
    job: project_run.DataJob,
    *,
    is_file: bool = False,
    is_followed: bool = False,
    edits: bool = True,
) -> FileResult:
    """The result of a job; other modules are read where the text may call a getter.

    `is_file`: whether the text is surely that of the file, whose names others may use.
    """
    contract = target.settings.contract
    words = (*contract.getter_words, *contract.source_words)
    project = project_run.project_of([target], data, edits=edits, is_file=is_file)
    if not is_followed and not has_any(data, words):
        return job(target, data, project=project)
    named = target._replace(is_named=True)
    report = project_run.run(partial(job, data=data, project=project), [named], project)
    found = [outcome for outcome in report.outcomes if outcome.name == target.display]
    return found[0] if found else job(target, data, project=project)
