"""Take the picture of Neovim that docs/editors.md shows: python docs/pictures/take_editor.py

Needs Neovim 0.10 or newer, Chromium, the extra `test`, and pyte, a terminal that is not shown.
"""

from __future__ import annotations

import fcntl
import html
import json
import os
import pty
import select
import shutil
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import pyte
from playwright.sync_api import sync_playwright

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
FILE = "app/websocket/quality_alert_handler.py"
ROWS, COLUMNS = 32, 130
SECONDS = 8  # until all is drawn
SETUP = """
vim.o.termguicolors, vim.o.number, vim.o.signcolumn, vim.o.showtabline = true, true, "yes", 0
vim.diagnostic.config({ virtual_text = true, signs = true, severity_sort = true })
vim.lsp.config("ctxlint", { cmd = COMMAND, filetypes = { "python" }, root_markers = { ".git" } })
vim.lsp.enable("ctxlint")
vim.cmd("filetype on | syntax on | edit FILE | normal! 58Gzt")
vim.defer_fn(function()
  vim.api.nvim_win_set_cursor(0, { 64, 30 })
  vim.lsp.buf.code_action({ context = { only = { "quickfix" } } })
end, 4000)
"""
STYLE = (
    "background:#14161b; color:#e0e2ea; display:inline-block; margin:0;"
    "font:15px/1.25 'DejaVu Sans Mono',monospace"
)


def screen(folder: Path) -> pyte.Screen:
    """What Neovim shows of the file, with what can be done about a finding."""
    setup = folder / "setup.lua"
    command = json.dumps([sys.executable, "-m", "ctxlint", "server"])
    lua = SETUP.replace("COMMAND", command.replace("[", "{").replace("]", "}"))
    setup.write_text(lua.replace("FILE", FILE), encoding="utf-8")
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("4H", ROWS, COLUMNS, 0, 0))
    neovim = ["nvim", "-u", "NONE", "-i", "NONE", "-n", "-S", str(setup)]
    environment = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
    drawn = pyte.Screen(COLUMNS, ROWS)
    stream = pyte.ByteStream(drawn)
    with subprocess.Popen(
        neovim, stdin=theirs, stdout=theirs, stderr=theirs, cwd=folder, env=environment
    ) as child:
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            if select.select([ours], [], [], 0.1)[0]:
                stream.feed(os.read(ours, 65_536))
        child.kill()
    return drawn


def page(drawn: pyte.Screen) -> str:
    """A screen as HTML."""
    rows = []
    for row in range(ROWS):
        cells = (drawn.buffer[row][column] for column in range(COLUMNS))
        rows.append("".join(map(_cell, cells)))
    return f'<meta charset="utf-8"><pre style="{STYLE}">' + "\n".join(rows) + "</pre>"


def _cell(cell: pyte.screens.Char) -> str:
    colours = [cell.fg, cell.bg]
    front, back = reversed(colours) if cell.reverse else colours
    style = "".join(
        f"{name}:{colour if not _is_hex(colour) else f'#{colour}'};"
        for name, colour in (("color", front), ("background", back))
        if colour != "default"
    )
    style += "font-weight:bold;" if cell.bold else ""
    style += "text-decoration:underline;" if cell.underscore else ""
    return f'<span style="{style}">{html.escape(cell.data)}</span>'


def _is_hex(colour: str) -> bool:
    return len(colour) == 6 and all(char in "0123456789abcdef" for char in colour)


def main() -> None:
    with TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name, "chat_service")
        shutil.copytree(ROOT / "examples" / "chat_service", folder)
        (folder / ".git").mkdir()
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        window = browser.new_page(viewport={"width": 1400, "height": 700})
        window.set_content(page(screen(folder)))
        window.locator("pre").screenshot(path=HERE / "neovim.png")


if __name__ == "__main__":
    main()
