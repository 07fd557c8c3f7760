"""Colour and links in text for a terminal, without rich, which is slow to import."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ctxlint.finding import Level

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TextIO

    Paint = Callable[[str, str], str]

_CODES = {
    "bold": "1",
    "red": "31",
    "green": "32",
    "yellow": "33",
    "cyan": "36",
}
OF_LEVEL = {Level.ERROR: "bold red", Level.WARNING: "bold yellow", Level.NOTE: "bold cyan"}


def is_colored(out: TextIO, color: str) -> bool:
    """Whether to write colours to `out`; `color` is auto, always or never.

    With auto the terminal and the environment decide, as they do for rich.
    """
    is_refused = color == "auto" and bool(os.environ.get("NO_COLOR"))
    return is_styled(out, color) and not is_refused


def is_styled(out: TextIO, color: str) -> bool:
    """Whether rich writes more than plain text to `out`: NO_COLOR leaves what is bold."""
    if color != "auto":
        return color == "always"
    environment = os.environ
    if environment.get("TERM", "").lower() in {"dumb", "unknown"}:
        return False
    compatible = environment.get("TTY_COMPATIBLE")
    if compatible in {"0", "1"}:
        return compatible == "1"
    forced = environment.get("FORCE_COLOR")
    return out.isatty() if forced is None else forced != ""


def painter(out: TextIO, color: str) -> Paint:
    """A function that styles a text, such as in `bold red`; without colour the text stays."""
    return _painted if is_colored(out, color) else lambda text, _: text


def _painted(text: str, style: str) -> str:
    codes = ";".join(_CODES[word] for word in style.split())
    return f"\x1b[{codes}m{text}\x1b[0m"


def linked(text: str, url: str | None) -> str:
    """A text that terminals show as a link: most know OSC 8, and the others ignore it."""
    return f"\x1b]8;;{url}\x1b\\{text}\x1b]8;;\x1b\\" if url else text
