"""The protocol: what the client sends, and what it is told."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from ctxlint import __version__
from ctxlint.server import client as capability
from ctxlint.server.diagnostics import Client, Context, diagnostics_of, settings_diagnostics
from ctxlint.server.document import Document
from ctxlint.server.parent import watch
from ctxlint.server.progress import Progress
from ctxlint.server.session import Session
from ctxlint.server.tasks import ignored
from ctxlint.server.uris import path_of, uri_of
from ctxlint.server.worker import Worker
from ctxlint.source import digest

T = TypeVar("T")

_log = logging.getLogger(__name__)
_SYNC = (  # what pygls would do with documents itself; it raises where we must not
    types.TEXT_DOCUMENT_DID_OPEN,
    types.TEXT_DOCUMENT_DID_CHANGE,
    types.TEXT_DOCUMENT_DID_CLOSE,
    types.NOTEBOOK_DOCUMENT_DID_OPEN,
    types.NOTEBOOK_DOCUMENT_DID_CHANGE,
    types.NOTEBOOK_DOCUMENT_DID_CLOSE,
)


class Server(LanguageServer):
    """Keeps the documents of a client, lets the worker check them, and tells what it finds."""

    def __init__(self) -> None:
        super().__init__("ctxlint", __version__, max_workers=2)
        for name in _SYNC:
            del self.protocol.fm.builtin_features[name]
        self.client = Client()
        self.documents: dict[str, Document] = {}  # by URI
        self.worker = Worker(self._found, self._tracked, self._failed)
        self.changed = asyncio.Event()  # set when there is something new to pull
        self._loop: asyncio.AbstractEventLoop | None = None
        self._published: dict[str, tuple[int | None, list[types.Diagnostic]]] = {}
        self.is_shut_down = False  # whether the client has said goodbye
        self._troubles: dict[str, list[types.Diagnostic]] = {}  # of settings, by path
        self._shown: set[str] = set()  # errors of ours
        self._progress: Progress | None = None

    def begin(self, params: types.InitializeParams) -> None:
        """Learn what the client can do and which folders it has open."""
        self._loop = asyncio.get_running_loop()
        self.client = capability.client_of(params.capabilities)
        roots = [path for uri in _folders(params) if (path := path_of(uri))]
        name = params.client_info.name if params.client_info else "a client"
        _log.info("serving %s, folders: %s", name, ", ".join(roots) or "none")
        if roots and os.path.isdir(roots[0]):
            os.chdir(roots[0])  # settings and names are relative to it, as on the command line
        for root in roots:
            self.worker.tell(Session.add_folder, root)
        if capability.has_progress(params.capabilities):
            self._progress = Progress(self)  # of the first check of all files
        self.worker.start()
        if params.process_id:
            ignored(watch(params.process_id))

    def context(self, session: Session, path: str) -> Context:
        """The files that the findings in one file name."""
        return Context(self.client, partial(session.lines, path), partial(self._uri, session))

    def _uri(self, session: Session, name: str) -> str:
        document = session.documents.get(os.path.abspath(name))
        return document.uri if document else uri_of(os.path.abspath(name))

    def diagnostics(self, session: Session, path: str) -> list[types.Diagnostic]:
        """The diagnostics of a file, as the client takes them."""
        return diagnostics_of(session.findings(path), self.context(session, path))

    async def ask(self, question: Callable[[Session], T]) -> T:
        """The answer of the worker to a question."""
        return await asyncio.wrap_future(self.worker.ask(question))

    def closed(self, document: Document) -> None:
        """Take back what was told of a document, which goes by another URI from now on."""
        uri = uri_of(document.path)
        known = self._published.pop(document.uri, None)
        if known and uri != document.uri and known[1]:
            self._send(document.uri, None, [])
        elif known:
            self._published[uri] = (None, known[1])

    def soon(self, task: Callable[..., object], *arguments: object) -> None:
        """Do something in the thread that talks to the client."""
        if self._loop and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(task, *arguments)

    # In the thread of the worker.

    def _found(self, session: Session, paths: set[str]) -> None:
        """Tell the client of files with new findings, as far as it does not ask itself."""
        troubles = settings_diagnostics(session.troubles(), session.notices(), self.client.encoding)
        self.soon(self._publish_troubles, troubles)
        edited = {path for path in session.documents if self._is_older(session, path)}
        for path in sorted(paths | edited):
            document = session.documents.get(path)
            error = session.findings(path).error or ""
            if "internal error" in error:
                self.soon(self._show, error)
            is_pulled = self._is_pulled(document is not None)
            found = [] if is_pulled else self.diagnostics(session, path)
            uri = document.uri if document else uri_of(path)
            self.soon(self._publish, uri, document.version if document else None, found)
        if paths:
            self.soon(self.changed.set)
        if paths - edited:
            self.soon(self._refresh)

    def _is_older(self, session: Session, path: str) -> bool:
        """Whether the client was told of an older version of an open file."""
        document = session.documents[path]
        known = self._published.get(document.uri)
        return known is None or known[0] != document.version

    def _is_pulled(self, is_open: bool) -> bool:
        pulls = capability.pulls if is_open else capability.pulls_all
        return pulls(self.client_capabilities)

    def _tracked(self, done: int | None, count: int) -> None:
        if self._progress:
            self._progress.report(done, count)

    def _failed(self, error: Exception) -> None:
        self.soon(self._show, f"{type(error).__name__}, see the log")

    # In the thread that talks to the client.

    def _publish(self, uri: str, version: int | None, found: list[types.Diagnostic]) -> None:
        current = self.documents.get(uri)
        if version is not None and (current is None or current.version != version):
            return  # there will be newer ones
        known = self._published.get(uri)
        self._published[uri] = (version, found)
        is_first = version is not None and not self._is_pulled(True)
        if known != (version, found) and (found or is_first or (known and known[1])):
            self._send(uri, version, found)

    def _send(self, uri: str, version: int | None, found: list[types.Diagnostic]) -> None:
        self.text_document_publish_diagnostics(
            types.PublishDiagnosticsParams(uri, found, version=version)
        )

    def _publish_troubles(self, troubles: dict[str, list[types.Diagnostic]]) -> None:
        """Tell what is wrong with files of settings, which no client asks for."""
        for path in self._troubles.keys() - troubles.keys():
            self._send(uri_of(path), None, [])
        for path, found in troubles.items():
            if found != self._troubles.get(path):
                self._send(uri_of(path), None, found)
        self._troubles = troubles

    def _refresh(self) -> None:
        """Let the client ask again: it does so itself for files that were edited alone."""
        if capability.refreshes(self.client_capabilities) and self._is_pulled(True):
            ignored(self.workspace_diagnostic_refresh_async(None))

    def _show(self, error: str) -> None:
        """Log an error of ours, and show it once."""
        _log.error("%s", error)
        if error not in self._shown:
            self._shown.add(error)
            text = f"ctxlint: {error}"
            self.window_show_message(types.ShowMessageParams(types.MessageType.Error, text))

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Log what went wrong with a message of the client."""
        _log.error("%s: %s", source.__name__, error)


def _folders(params: types.InitializeParams) -> list[str]:
    """The URIs of the folders that a client has open."""
    if params.workspace_folders:
        return [folder.uri for folder in params.workspace_folders]
    if params.root_uri:
        return [params.root_uri]
    return [uri_of(os.path.abspath(params.root_path))] if params.root_path else []


def result_id(found: list[types.Diagnostic]) -> str:
    """The identity of the diagnostics of a file."""
    return digest(repr(found).encode(errors="replace"))
