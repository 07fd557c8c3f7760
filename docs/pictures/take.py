"""Take the pictures of the pages that docs/ shows: python docs/pictures/take.py

Needs git, Chromium, and the extra `test`.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import sync_playwright

HERE = Path(__file__).parent
MAKE = HERE.parents[1] / "examples" / "session_history" / "make_repository.py"
PAGES = {"audit": ["audit", "--compare", "HEAD~6"], "history": ["history"]}
SIZE = {"width": 1000, "height": 1150}  # pixels; what is below is left out


def main() -> None:
    with TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name, "repository")
        subprocess.run([sys.executable, MAKE, folder], check=True)
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        for page, arguments in PAGES.items():
            file = Path(name, f"{page}.html")
            options = ["-q", "--exit-zero", "--output-format", "html", "--output-file", str(file)]
            command = [sys.executable, "-m", "ctxlint", *arguments, *options]
            subprocess.run(command, cwd=folder, check=True)
            window = browser.new_page(viewport=SIZE)
            window.goto(file.as_uri())
            window.screenshot(path=HERE / f"{page}.png")


if __name__ == "__main__":
    main()
