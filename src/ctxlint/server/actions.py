"""Actions on findings: fixes, noqa comments, the page of the rule."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache, partial
from typing import TYPE_CHECKING

from lsprotocol import types

from ctxlint.finding import Applicability, Finding, Position, Span
from ctxlint.rules.registry import RULES
from ctxlint.run import file_tasks, fix_loop, project_run
from ctxlint.run.add_noqa import add_noqa
from ctxlint.server.diagnostics import Context, diagnostic
from ctxlint.server.line_diff import changes
from ctxlint.server.positions import from_client, range_of
from ctxlint.source import SourceError, SourceFile

if TYPE_CHECKING:
    from ctxlint.config.settings import Settings
    from ctxlint.project.discovery import Target
    from ctxlint.project.modules import Project
    from ctxlint.run.file_result import FileResult
    from ctxlint.server.document import Document
    from ctxlint.server.session import Session

FIX_ALL = f"{types.CodeActionKind.SourceFixAll.value}.ctxlint"
KINDS = (types.CodeActionKind.QuickFix.value, FIX_ALL)
EXPLAIN = "ctxlint.explain"  # the command that shows the page of a rule


@dataclass(eq=False)
class _File:
    """An open file, with what is needed to change it."""

    document: Document
    target: Target
    beside: Sequence[Target]  # the files that its findings may hang on, itself too
    project: Project
    source: SourceFile
    settings: Settings  # once it is checked, with functions of other files that lead to a getter

    @cached_property
    def findings(self) -> list[Finding]:
        """Its findings, with all edits of their fixes."""
        report = project_run.run(self.check, self.beside, self.project)
        return [f for f in report.findings if f.filename == self.target.display]

    @cached_property
    def fixed(self) -> FileResult | None:
        """The text that `ctxlint fix` would write; None where it changes nothing."""
        report = project_run.run(self._fix, self.beside, self.project)
        self.project.replace(self.target.location, self.document.data)
        outcome = next((o for o in report.outcomes if o.name == self.target.display), None)
        return outcome if outcome and outcome.change else None

    def check(self, target: Target) -> FileResult:
        """Check a file of its project."""
        if target.location == self.target.location:
            self.settings = target.settings
        data = self.project.read(target.location)
        return file_tasks.check_file(target, data, project=self.project)

    def _fix(self, target: Target) -> FileResult:
        """Fix the file; only check those beside it."""
        if target.location != self.target.location:
            return self.check(target)
        data = self.project.read(target.location)
        return file_tasks.fix_file(target, data, write=False, project=self.project)


def actions(
    session: Session, path: str, params: types.CodeActionParams, context: Context, *, explains: bool
) -> list[types.CodeAction]:
    """The actions in a range of an open file; none while its text is not Python.

    `explains`: whether the client can show the page of a rule.
    """
    found = session.findings(path)
    file = _file(session, path, session.generation)
    if file is None or not found.is_current:
        return []
    wants = partial(_wants, params.context.only)
    made: list[types.CodeAction] = []
    span = _span(params.range, file.source.lines, context.client.encoding)
    touched = [f for f in found.findings if _touches(f.span, span)]
    if touched and wants(types.CodeActionKind.QuickFix.value):
        made += _quick_fixes(session, file, touched, found.findings, context)
        made += (_explanation(code) for code in _codes(touched) if explains)
    if (touched or params.context.only) and found.findings and wants(FIX_ALL):
        made += _fix_all(session, file, context)
    return made


def _quick_fixes(
    session: Session,
    file: _File,
    touched: Sequence[Finding],
    known: Sequence[Finding],
    context: Context,
) -> Iterator[types.CodeAction]:
    """For each finding its fix, then those of all its kind, then comments that suppress it."""
    told, here = set(map(_key, known)), set(map(_key, touched))
    findings = [f for f in file.findings if _key(f) in told]
    chosen = [f for f in findings if _key(f) in here]
    for finding in chosen:
        yield from _fix(session, file, finding, context)
    for code in _codes(chosen):
        yield from _fix_rule(session, file, code, findings, context)
    for finding in chosen:
        yield from _suppress(session, file, finding, context)


def _fix(
    session: Session, file: _File, finding: Finding, context: Context
) -> Iterator[types.CodeAction]:
    """Fix one finding, in this file or another; not where that holds another text by now."""
    fix = finding.fix
    name = finding.filename if fix is None else fix.filename or finding.filename
    source = file.source if name == finding.filename else file.project.checked(name)
    if fix is None or source.lines != context.lines(name):
        return
    edits = [
        types.TextEdit(
            range_of(Span(edit.start, edit.end), source.lines, context.client.encoding),
            edit.content,
        )
        for edit in fix.edits
    ]
    is_safe = fix.applicability is Applicability.SAFE
    title = f"{_capital(fix.message)} ({finding.code}{'' if is_safe else ', unsafe'})"
    yield types.CodeAction(
        title,
        types.CodeActionKind.QuickFix,
        diagnostics=[diagnostic(finding, file.source.lines, context)],
        is_preferred=is_safe or None,
        edit=_edit(session, context.uri(name), edits, context),
    )


def _fix_rule(
    session: Session, file: _File, code: str, findings: Sequence[Finding], context: Context
) -> Iterator[types.CodeAction]:
    """Fix what a rule finds in the file, where there are several safe fixes."""
    rule = next(rule for rule in RULES if rule.code == code)
    name = file.target.display
    safe = [
        f
        for f in findings
        if f.code == code
        and f.fix
        and f.fix.applicability is Applicability.SAFE
        and f.fix.filename in (None, name)
    ]
    if len(safe) < 2:
        return
    edits = rule.edits(file.source, file.settings, safe)
    after = fix_loop.apply(edits, file.source)
    title = f"Fix all {len(safe)} of {code} in this file"
    yield _rewrite(session, file, title, types.CodeActionKind.QuickFix, after, context)


def _suppress(
    session: Session, file: _File, finding: Finding, context: Context
) -> Iterator[types.CodeAction]:
    """Add a noqa comment, where that suppresses the finding."""
    try:
        after = add_noqa(file.source, [finding])
    except SourceError:
        return
    title = f"Suppress {finding.code} on this line with # noqa: {finding.code}"
    kind = types.CodeActionKind.QuickFix
    action = _rewrite(session, file, title, kind, after.text, context)
    action.diagnostics = [diagnostic(finding, file.source.lines, context)]
    yield action


def _fix_all(session: Session, file: _File, context: Context) -> Iterator[types.CodeAction]:
    """Make of the file what `ctxlint fix` would make of it."""
    if file.fixed is None or file.fixed.change is None:
        return
    after = SourceFile.from_bytes(file.target.display, file.fixed.change.after).text
    title = f"Apply all fixes ({len(file.fixed.fixed)})"
    yield _rewrite(session, file, title, FIX_ALL, after, context)


def _explanation(code: str) -> types.CodeAction:
    title = f"Open the documentation of {code}"
    command = types.Command(title, EXPLAIN, arguments=[code])
    return types.CodeAction(title, types.CodeActionKind.QuickFix, command=command)


@lru_cache(maxsize=1)  # a client asks again wherever the cursor goes
def _file(session: Session, path: str, generation: int) -> _File | None:
    document, folder = session.documents.get(path), session.folder_of(path)
    beside = folder.with_edits(path) if folder else None
    if document is None or beside is None:
        return None
    target, targets, project = beside
    try:
        source = SourceFile.from_bytes(target.display, document.data)
    except SourceError:
        return None
    if source.text != document.text:  # what its encoding has no letters for
        return None
    source = replace(source, location=path, modules=project)
    return _File(document, target, targets, project, source, target.settings)


def _rewrite(
    session: Session,
    file: _File,
    title: str,
    kind: types.CodeActionKind | str,
    after: str,
    context: Context,
) -> types.CodeAction:
    """An action that makes another text of a file, by the lines that differ."""
    edits = list(line_edits(file.source.lines, SourceFile("", after).lines, context))
    return types.CodeAction(title, kind, edit=_edit(session, file.document.uri, edits, context))


def line_edits(
    before: Sequence[str], after: Sequence[str], context: Context
) -> Iterator[types.TextEdit]:
    """The edits that make one text of another, in whole lines."""
    for start, end, first, last in changes(before, after):
        span = Span(Position(start + 1, 1), Position(end + 1, 1))
        if end == len(before) and before and not before[-1].endswith(("\n", "\r")):
            span = Span(span.start, Position(end, len(before[-1]) + 1))
        place = range_of(span, before, context.client.encoding)
        yield types.TextEdit(place, "".join(after[first:last]))


def _edit(
    session: Session, uri: str, edits: Sequence[types.TextEdit], context: Context
) -> types.WorkspaceEdit:
    """The edits of one file: of the version that is open, or of what is on disk."""
    if not context.client.has_versions:
        return types.WorkspaceEdit(changes={uri: edits})
    open_ = {document.uri: document.version for document in session.documents.values()}
    document = types.OptionalVersionedTextDocumentIdentifier(uri, open_.get(uri))
    return types.WorkspaceEdit(document_changes=[types.TextDocumentEdit(document, edits)])


def _span(place: types.Range, lines: Sequence[str], encoding: str) -> Span:
    return Span(*(from_client(end, lines, encoding) for end in (place.start, place.end)))


def _key(finding: Finding) -> tuple[str, Span, str]:
    """The identity of a finding, whatever is known of its fix."""
    return finding.code, finding.span, finding.message


def _touches(one: Span, other: Span) -> bool:
    return one.start <= other.end and other.start <= one.end


def _wants(only: Sequence[str] | None, kind: str) -> bool:
    """Whether the client asks for actions of a kind, or of one that it belongs to."""
    if not only:
        return True
    return any(kind == one or kind.startswith(f"{one}.") for one in map(_value, only))


def _value(kind: str) -> str:
    return kind.value if isinstance(kind, types.CodeActionKind) else kind


def _codes(findings: Sequence[Finding]) -> list[str]:
    return sorted({finding.code for finding in findings})


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
