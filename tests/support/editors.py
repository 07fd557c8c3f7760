"""A client of `ctxlint server` for tests: it opens, types, and asks."""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pytest_lsp import LanguageClient, client_capabilities, make_test_lsp_client

from ctxlint.server.positions import from_client
from ctxlint.server.uris import path_of, uri_of
from ctxlint.source import SourceFile

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

PUSHED = "visual-studio-code@v1.65.2"  # is told
PULLED = "neovim@v0.11.0"  # asks
WAIT = 30.0  # seconds: more than a busy machine takes


class Editor:
    """What a user does in an editor."""

    def __init__(self, client: LanguageClient, root: Path) -> None:
        self.client = client
        self.root = root
        self.texts: dict[str, str] = {}
        self.versions: dict[str, int] = {}
        self.has_ended = False

    def uri(self, name: str) -> str:
        return uri_of(str(self.root / name))

    def document(self, name: str) -> types.TextDocumentIdentifier:
        return types.TextDocumentIdentifier(self.uri(name))

    def open(self, name: str, text: str | None = None) -> None:
        text = (self.root / name).read_text() if text is None else text
        self.texts[name], self.versions[name] = text, 1
        item = types.TextDocumentItem(self.uri(name), "python", 1, text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))

    def type(self, name: str, text: str) -> None:
        """Replace the text of an open file."""
        self.versions[name] = self.versions.get(name, 0) + 1
        self.texts[name] = text
        document = types.VersionedTextDocumentIdentifier(self.versions[name], self.uri(name))
        change = types.TextDocumentContentChangeWholeDocument(text)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(document, [change]))

    def save(self, name: str) -> None:
        (self.root / name).write_text(self.texts[name])
        self.client.text_document_did_save(types.DidSaveTextDocumentParams(self.document(name)))

    def close(self, name: str) -> None:
        self.client.text_document_did_close(types.DidCloseTextDocumentParams(self.document(name)))

    def told(self, name: str) -> list[types.Diagnostic]:
        """What the client was last told of a file."""
        return [*self.known.get(self.uri(name), ())]

    def rows(self, name: str) -> list[int]:
        """The rows of what it was told, from 1."""
        return [one.range.start.line + 1 for one in self.told(name)]

    async def until(self, name: str, *rows: int) -> list[types.Diagnostic]:
        """What the client is told of a file, once that stands in these rows."""
        await eventually(lambda: self.rows(name) == [*rows] and self.uri(name) in self.known)
        return self.told(name)

    @property
    def known(self) -> dict[str, Any]:
        return dict(self.client.diagnostics)

    async def pull(self, name: str, known: str | None = None) -> Any:
        """The answer to a question for the diagnostics of a file."""
        params = types.DocumentDiagnosticParams(self.document(name), previous_result_id=known)
        return await asyncio.wait_for(self.client.text_document_diagnostic_async(params), WAIT)

    async def actions(
        self, name: str, row: int, only: list[str] | None = None
    ) -> list[types.CodeAction]:
        """What is offered on a row."""
        place = types.Position(row - 1, 0), types.Position(row - 1, 999)
        context = types.CodeActionContext(self.told(name), only=only)
        params = types.CodeActionParams(self.document(name), types.Range(*place), context)
        found = await asyncio.wait_for(self.client.text_document_code_action_async(params), WAIT)
        return [one for one in found or () if isinstance(one, types.CodeAction)]

    async def hover(self, name: str, row: int, column: int) -> str:
        """What is shown at a place; empty for nothing."""
        place = types.Position(row - 1, column - 1)
        params = types.HoverParams(self.document(name), place)
        found = await asyncio.wait_for(self.client.text_document_hover_async(params), WAIT)
        return str(found.contents.value) if found else ""

    def apply(self, action: types.CodeAction, encoding: str = "utf-16") -> dict[str, str]:
        """The texts of the files that an action changes, by their names."""
        assert action.edit
        if action.edit.changes:
            ((uri, edits),) = action.edit.changes.items()
            (name,) = (name for name in self.texts if self.uri(name) == uri)
            return {name: applied(self.texts[name], edits, encoding)}
        assert action.edit.document_changes
        changed = {}
        for change in action.edit.document_changes:
            assert isinstance(change, types.TextDocumentEdit)
            path = path_of(change.text_document.uri)
            assert path
            name = Path(path).relative_to(self.root).as_posix()
            assert change.text_document.version == self.versions.get(name)
            text = self.texts.get(name, (self.root / name).read_text())
            changed[name] = applied(text, change.edits, encoding)
        return changed


def applied(text: str, edits: Any, encoding: str) -> str:
    """A text after the edits of an action."""
    file = SourceFile("", text)

    def index(place: types.Position) -> int:
        position = from_client(place, file.lines, encoding)
        return len(text) if position.row > len(file.lines) else file.offset(position)

    for edit in sorted(edits, key=lambda one: index(one.range.start), reverse=True):
        start, end = index(edit.range.start), index(edit.range.end)
        text = text[:start] + edit.new_text + text[end:]
    return text


async def eventually(condition: Any) -> None:
    """Wait for something that happens soon."""
    async with asyncio.timeout(WAIT):
        while not condition():
            await asyncio.sleep(0.01)


@asynccontextmanager
async def editing(
    root: Path,
    client: str = PUSHED,
    *,
    folders: list[Path] | None = None,
    encodings: list[str] | None = None,
    pulls_all: bool = False,
    log: Path | None = None,
) -> AsyncIterator[Editor]:
    """An editor that has folders open and talks to a server of its own."""
    editor = Editor(make_test_lsp_client(), root)

    @editor.client.feature(types.CLIENT_REGISTER_CAPABILITY)
    def _(_: types.RegistrationParams) -> None:
        return None

    options = ["--log-file", str(log)] if log else []
    await editor.client.start_io(sys.executable, "-m", "ctxlint", "server", *options)
    capabilities = client_capabilities(client)
    if encodings and capabilities.general:
        capabilities.general.position_encodings = [*map(types.PositionEncodingKind, encodings)]
    if pulls_all and capabilities.workspace and capabilities.text_document:
        capabilities.text_document.diagnostic = types.DiagnosticClientCapabilities()
        refresh = types.DiagnosticWorkspaceClientCapabilities(refresh_support=True)
        capabilities.workspace.diagnostics = refresh
    opened = [types.WorkspaceFolder(uri_of(str(f)), f.name) for f in folders or [root]]
    await editor.client.initialize_session(
        types.InitializeParams(
            capabilities=capabilities, process_id=os.getpid(), workspace_folders=opened
        )
    )
    try:
        yield editor
    finally:
        if not editor.has_ended:
            await asyncio.wait_for(editor.client.shutdown_session(), WAIT)


__all__ = ["PULLED", "PUSHED", "Editor", "editing", "eventually"]
