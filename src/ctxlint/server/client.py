"""Capabilities of the client, as it declares them."""

from __future__ import annotations

from typing import Any

from lsprotocol import types
from pygls.capabilities import ServerCapabilitiesBuilder, get_capability

from ctxlint.server.diagnostics import Client


def client_of(capabilities: types.ClientCapabilities) -> Client:
    """The capabilities of a client."""
    published = "text_document.publish_diagnostics"
    tags = get_capability(capabilities, f"{published}.tag_support")
    return Client(
        encoding=str(_value(ServerCapabilitiesBuilder.choose_position_encoding(capabilities))),
        has_related=_has(capabilities, f"{published}.related_information"),
        has_unnecessary=bool(tags and types.DiagnosticTag.Unnecessary in tags.value_set),
        has_links=_has(capabilities, f"{published}.code_description_support"),
        has_versions=_has(capabilities, "workspace.workspace_edit.document_changes"),
    )


def pulls(capabilities: types.ClientCapabilities) -> bool:
    """Whether it asks for the diagnostics of open files."""
    return _has(capabilities, "text_document.diagnostic")


def pulls_all(capabilities: types.ClientCapabilities) -> bool:
    """Whether it asks for the diagnostics of all files."""
    return pulls(capabilities) and _has(capabilities, "workspace.diagnostics")


def refreshes(capabilities: types.ClientCapabilities) -> bool:
    """Whether it asks again when it is told to."""
    return _has(capabilities, "workspace.diagnostics.refresh_support")


def has_progress(capabilities: types.ClientCapabilities) -> bool:
    """Whether it shows how far work is."""
    return _has(capabilities, "window.work_done_progress")


def shows_documents(capabilities: types.ClientCapabilities) -> bool:
    """Whether it opens a document when it is asked to."""
    return _has(capabilities, "window.show_document.support")


def watches(capabilities: types.ClientCapabilities) -> bool:
    """Whether it tells of files that change, if it is asked to."""
    return _has(capabilities, "workspace.did_change_watched_files.dynamic_registration")


def _has(capabilities: types.ClientCapabilities, name: str) -> bool:
    found: Any = get_capability(capabilities, name)
    return found is not None and found is not False


def _value(encoding: types.PositionEncodingKind | str) -> str:
    return encoding.value if isinstance(encoding, types.PositionEncodingKind) else encoding
