"""How long the history of a large repository takes, next to git reading the same changes.

    python benchmarks/history.py [COMMITS]

Makes a repository of COMMITS commits (default 10,000) in a temporary folder: each changes one of
300 files, of which every tenth is a handler in which the bug comes and goes. Prints the seconds
of `git log` with patches, of a first `ctxlint history`, and of a second one with its cache.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

from trees import handler

FILES = 300
HANDLERS = 10  # one file in so many
DAY = 86_400
START = 1_577_836_800  # 2020-01-01


def text(number: int, commit: int) -> str:
    """A file after a commit that changed it."""
    padding = "".join(f"def step_{line}(x):\n    return x + {commit}\n\n\n" for line in range(40))
    if number % HANDLERS:
        return padding
    code = handler(number, findings=4)
    return (
        code if commit // FILES % 3 else code.replace("UnifiedIdGenerator.generate_base_id", "str")
    ) + padding


def stream(commits: int) -> Iterator[bytes]:
    """What `git fast-import` makes the repository of."""
    for commit in range(commits):
        number = commit % FILES
        data = text(number, commit).encode()
        time, path = START + commit * DAY // 4, f"src/package{number % 20}/module{number}.py"
        head = f"commit refs/heads/main\ncommitter a <a@example.org> {time} +0000\n"
        change = f"data 6\nchange\nM 100644 inline {path}\ndata {len(data)}\n"
        yield f"{head}{change}".encode() + data + b"\n"


def timed(command: list[str], folder: Path) -> float:
    """The seconds that a command takes."""
    environment = {**os.environ, "CTXLINT_CACHE_DIR": str(folder / "cache")}
    start = perf_counter()
    subprocess.run(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, check=True)
    return perf_counter() - start


def main() -> None:
    commits = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    history = [sys.executable, "-m", "ctxlint", "history", "-q", "--exit-zero"]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        subprocess.run(["git", "init", "-q", "-b", "main", "--bare", name], check=True)
        importing = ["git", "-C", name, "fast-import", "--quiet"]
        subprocess.run(importing, input=b"".join(stream(commits)), check=True)
        cases = {
            "git log -p": timed(["git", "log", "-p", "--", "*.py"], folder),
            "ctxlint history": timed(history, folder),
            "ctxlint history, again": timed(history, folder),
        }
        output = folder / "history.json"
        timed([*history, "--output-format", "json", "--output-file", str(output)], folder)
        found = json.loads(output.read_text())
    counts = f"{found['commits']} commits, {found['blobs']} versions, {found['parsed']} parsed"
    print(f"{counts}, {len(found['findings'])} findings")
    unit = cases["git log -p"]
    for case, seconds in cases.items():
        print(f"{case:<24}{seconds:7.1f} s{seconds / unit:7.2f}")


if __name__ == "__main__":
    main()
