"""The answers of the server to the messages of the client."""

from __future__ import annotations

from functools import partial
from typing import Any

from lsprotocol import types

from ctxlint.rules.registry import CODES
from ctxlint.server import actions, client, hover
from ctxlint.server.diagnostics import page_uri
from ctxlint.server.document import Document
from ctxlint.server.language_server import Server, result_id
from ctxlint.server.session import Session
from ctxlint.server.tasks import ignored
from ctxlint.server.uris import path_of, uri_of
from ctxlint.source import SUFFIXES, SourceFile

_LANGUAGE = "python"
_WATCHED = ("**/*.py", "**/*.pyi", "**/pyproject.toml", "**/ctxlint.toml")
_WATCHER = "ctxlint/files"
_ACTIONS = types.CodeActionOptions([types.CodeActionKind.QuickFix, actions.FIX_ALL])


def make() -> Server:
    """A server that knows what to do at each message."""
    server = Server()
    for name, handler in _HANDLERS.items():
        server.feature(name)(handler)
    server.feature(types.TEXT_DOCUMENT_CODE_ACTION, _ACTIONS)(_code_action)
    server.command(actions.EXPLAIN)(_explain)
    return server


def _initialize(ls: Server, params: types.InitializeParams) -> None:
    """Begin; offer to be asked for diagnostics only where the client does ask."""
    ls.begin(params)
    if client.pulls(params.capabilities):
        options = types.DiagnosticOptions(
            inter_file_dependencies=True, workspace_diagnostics=True, identifier="ctxlint"
        )
        ls.feature(types.TEXT_DOCUMENT_DIAGNOSTIC, options)(_diagnostic)
    if client.pulls_all(params.capabilities):
        ls.feature(types.WORKSPACE_DIAGNOSTIC)(_workspace_diagnostic)


def _initialized(ls: Server, params: types.InitializedParams) -> None:
    """Ask to be told of files that change; other clients tell when they save."""
    if client.watches(ls.client_capabilities):
        watchers = [types.FileSystemWatcher(pattern) for pattern in _WATCHED]
        options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
        wanted = types.Registration(
            _WATCHER, types.WORKSPACE_DID_CHANGE_WATCHED_FILES, register_options=options
        )
        ignored(ls.client_register_capability_async(types.RegistrationParams([wanted])))


def _did_open(ls: Server, params: types.DidOpenTextDocumentParams) -> None:
    item = params.text_document
    path = path_of(item.uri)
    if path and (item.language_id == _LANGUAGE or path.endswith(SUFFIXES)):
        _edit(ls, Document(item.uri, path, item.version, item.text))


def _did_change(ls: Server, params: types.DidChangeTextDocumentParams) -> None:
    document = ls.documents.get(params.text_document.uri)
    if document:  # not one that was closed meanwhile
        version = params.text_document.version
        _edit(ls, document.changed(version, params.content_changes, ls.client.encoding))


def _edit(ls: Server, document: Document) -> None:
    ls.documents[document.uri] = document
    ls.worker.tell(Session.edit, document)


def _did_close(ls: Server, params: types.DidCloseTextDocumentParams) -> None:
    document = ls.documents.pop(params.text_document.uri, None)
    if document:
        ls.closed(document)
        ls.worker.tell(Session.close, document.path)


def _search_again(ls: Server, params: Any) -> None:
    """Look at what is on disk: a file was saved, or something changed beside the editor."""
    ls.worker.tell(Session.search_again)


def _did_change_folders(ls: Server, params: types.DidChangeWorkspaceFoldersParams) -> None:
    for folder in params.event.removed:
        if path := path_of(folder.uri):
            ls.worker.tell(Session.remove_folder, path)
    for folder in params.event.added:
        if path := path_of(folder.uri):
            ls.worker.tell(Session.add_folder, path)


async def _diagnostic(
    ls: Server, params: types.DocumentDiagnosticParams
) -> types.DocumentDiagnosticReport:
    """The diagnostics of a file; only that they are the same, if the client has them."""
    document = ls.documents.get(params.text_document.uri)
    path = document.path if document else None
    found = await ls.ask(lambda session: ls.diagnostics(session, path) if path else [])
    known = result_id(found)
    if known == params.previous_result_id:
        return types.RelatedUnchangedDocumentDiagnosticReport(known)
    return types.RelatedFullDocumentDiagnosticReport(found, result_id=known)


async def _workspace_diagnostic(
    ls: Server, params: types.WorkspaceDiagnosticParams
) -> types.WorkspaceDiagnosticReport:
    """The diagnostics of all files that have others than the client knows; waits for some."""
    known = {one.uri: one.value for one in params.previous_result_ids}
    while True:
        ls.changed.clear()
        items = await ls.ask(partial(_reports, ls, known))
        if items:
            return types.WorkspaceDiagnosticReport(items)
        await ls.changed.wait()


def _reports(
    ls: Server, known: dict[str, str], session: Session
) -> list[types.WorkspaceFullDocumentDiagnosticReport]:
    """A report for each file whose diagnostics are not those that the client knows."""
    open_ = {document.path: document for document in session.documents.values()}
    uris = {path: open_[path].uri if path in open_ else uri_of(path) for path in session.paths()}
    paths = {uri: path for path, uri in uris.items()}
    reports = []
    for uri in sorted({*paths, *known}):
        path = paths.get(uri)
        found = ls.diagnostics(session, path) if path else []
        name = result_id(found)
        if name != known.get(uri) and (found or uri in known):
            version = open_[path].version if path in open_ else None
            reports.append(
                types.WorkspaceFullDocumentDiagnosticReport(uri, found, version, result_id=name)
            )
    return reports


async def _code_action(ls: Server, params: types.CodeActionParams) -> list[types.CodeAction] | None:
    document = ls.documents.get(params.text_document.uri)
    if document is None:
        return None
    explains = client.shows_documents(ls.client_capabilities)
    path = document.path

    def answer(session: Session) -> list[types.CodeAction]:
        context = ls.context(session, path)
        return actions.actions(session, path, params, context, explains=explains)

    return await ls.ask(answer)


async def _hover(ls: Server, params: types.HoverParams) -> types.Hover | None:
    document = ls.documents.get(params.text_document.uri)
    if document is None:
        return None
    lines = SourceFile("", document.text).lines
    path, encoding = document.path, ls.client.encoding
    found = await ls.ask(lambda session: session.findings(path))
    return hover.hover(found, lines, params.position, encoding)


async def _explain(ls: Server, code: Any) -> None:
    """Show the page of a rule, if the code is one of ours."""
    page = page_uri(code) if code in CODES else None
    if page:
        await ls.window_show_document_async(types.ShowDocumentParams(page, take_focus=True))


def _shutdown(ls: Server, params: None) -> None:
    ls.is_shut_down = True
    ls.worker.end()


_HANDLERS: dict[str, Any] = {
    types.INITIALIZE: _initialize,
    types.INITIALIZED: _initialized,
    types.TEXT_DOCUMENT_DID_OPEN: _did_open,
    types.TEXT_DOCUMENT_DID_CHANGE: _did_change,
    types.TEXT_DOCUMENT_DID_SAVE: _search_again,
    types.TEXT_DOCUMENT_DID_CLOSE: _did_close,
    types.WORKSPACE_DID_CHANGE_WATCHED_FILES: _search_again,
    types.WORKSPACE_DID_CHANGE_CONFIGURATION: _search_again,
    types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS: _did_change_folders,
    types.TEXT_DOCUMENT_HOVER: _hover,
    types.SHUTDOWN: _shutdown,
}
