"""The one way to a terminal: a rich Console that prints text as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.console import Console

if TYPE_CHECKING:
    from typing import TextIO

# What overrules the environment; the 16 colours are those that every terminal has.
_FORCED: dict[str, dict[str, Any]] = {
    "always": {"force_terminal": True, "no_color": False, "color_system": "standard"},
    "never": {"force_terminal": False, "color_system": None},
}


def make_console(out: TextIO, color: str, *, wrap: bool = False) -> Console:
    """A console on `out`, whose `color` is auto, always or never; `wrap` fits text to its width.

    With auto, rich decides: a terminal that is not dumb has colour; NO_COLOR and FORCE_COLOR count.
    """
    return _Console(
        file=out,
        soft_wrap=not wrap,
        highlight=False,
        markup=False,
        emoji=False,
        **_FORCED.get(color, {}),
    )


class _Console(Console):
    """A console that leaves it to its caller what a closed pipe means."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError
