"""The one way to a terminal: a rich Console that prints text as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console

if TYPE_CHECKING:
    from typing import TextIO


def make_console(out: TextIO, color: str) -> Console:
    """A console on `out`, whose `color` is auto, always or never.

    With auto, rich decides: a terminal that is not dumb has colour; NO_COLOR and FORCE_COLOR count.
    """
    forced = {"always": True, "never": False}.get(color)
    return Console(
        file=out,
        force_terminal=forced,
        soft_wrap=True,
        highlight=False,
        markup=False,
        emoji=False,
    )
