"""Between `file:` URIs and paths."""

from __future__ import annotations

import os
import re
from urllib.parse import quote, unquote, urlsplit

_DRIVE = re.compile(r"/([A-Za-z]):")  # at the start of the path of a URI
_KEPT = "/~!$&'()*+,;=@"  # may be in the path of a URI as they are


def path_of(uri: str, *, windows: bool = os.name == "nt") -> str | None:
    """The absolute path that a `file:` URI means; None for another one.

    The letter of a drive is a capital, as the system has it.
    """
    try:
        parts = urlsplit(uri)
    except ValueError:
        return None
    if parts.scheme != "file" or "\0" in (path := unquote(parts.path)):
        return None
    if not windows:
        return os.path.normpath(path) if path.startswith("/") else None
    if drive := _DRIVE.match(path):
        path = f"{drive[1].upper()}:{path[drive.end() :]}"
    elif parts.netloc:
        path = f"//{unquote(parts.netloc)}{path}"
    return path.replace("/", "\\")


def uri_of(path: str, *, windows: bool = os.name == "nt") -> str:
    """The `file:` URI of an absolute path."""
    if not windows:
        return "file://" + quote(os.fsencode(path), _KEPT)
    posix = path.replace("\\", "/")
    if posix.startswith("//"):
        return "file:" + quote(posix, _KEPT)
    drive, colon, rest = posix.partition(":")
    return f"file:///{drive}{quote(colon)}{quote(rest, _KEPT)}"
