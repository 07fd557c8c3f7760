"""How long ctxlint takes next to other tools, on one tree: writes RESULTS.md.

    python benchmarks/compare.py [ROUNDS]

Makes a tree of some 6,400 files, installs the peers that are missing (into benchmarks/.venv), and
runs all of them in turns, ROUNDS times (default 5). The slow ones run once, on an eighth of it.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import peers
import trees
from measure import Measured, interleaved
from peers import Command, ctxlint, python

RESULTS = peers.HERE / "RESULTS.md"
Rows = dict[str, Measured]


def table(rows: Rows, unit: str) -> list[str]:
    """The rows of a Markdown table: seconds, ratios to the command `unit`, peak memory."""
    base = rows[unit]
    lines = [f"| command | seconds | / `{unit}` | MiB |", "|---|--:|--:|--:|"]
    lines += [
        f"| {name} | {row.median:.3f} | {row.ratio(base):.2f} | {row.memory / 1024:.0f} |"
        for name, row in rows.items()
    ]
    return lines


def whole_tree(tree: Path, rounds: int) -> list[str]:
    """A large tree, next to the tools that scan one in seconds."""
    commands = [ctxlint(tree, "--no-cache"), ctxlint(tree), *peers.fast(tree)]
    return table(interleaved(commands, rounds), peers.ruff(tree).name)


def layered_tree(tree: Path, rounds: int) -> list[str]:
    """The same where functions lead from file to file to the getter, in long test modules too."""
    tests = ctxlint(tree, "--no-cache", "--include-tests")
    commands = [ctxlint(tree, "--no-cache"), ctxlint(tree), tests, *peers.fast(tree)]
    return table(interleaved(commands, rounds), peers.ruff(tree).name)


def growth(folders: dict[int, Path], rounds: int) -> list[str]:
    """The same with an eighth, a quarter, a half and all of the files."""
    lines = ["| files | ctxlint | ruff | ratio | MiB |", "|--:|--:|--:|--:|--:|"]
    for folder in folders.values():
        own, ruff = ctxlint(folder, "--no-cache"), peers.ruff(folder)
        rows = interleaved([own, ruff], rounds)
        mine, theirs = rows[own.name], rows[ruff.name]
        count = sum(1 for _ in folder.rglob("*.py"))
        ratio, memory = mine.ratio(theirs), mine.memory / 1024
        lines.append(
            f"| {count} | {mine.median:.2f} | {theirs.median:.2f} | {ratio:.2f} | {memory:.0f} |"
        )
    return lines


def commit(tree: Path, work: Path, rounds: int) -> list[str]:
    """What a commit hook does: a few changed files."""
    clean = work / "clean.py"
    clean.write_text("import os\n\nprint(os.getcwd())\n", encoding="utf-8")
    handlers = [str(path) for path in sorted(tree.rglob("handler*.py"))[:6]]
    commands = [
        python("import click"),
        Command("ctxlint check, a file that cannot match", ctxlint(clean).args),
        python("import libcst"),
        Command("ctxlint check, six handlers", (*ctxlint(clean).args[:-1], *handlers)),
    ]
    rows = interleaved(commands, 2 * rounds)
    first = dict(list(rows.items())[:2])
    second = dict(list(rows.items())[2:])
    return [*table(first, commands[0].name), "", *table(second, commands[2].name)]


def findings(work: Path, rounds: int) -> list[str]:
    """One file with 100 to 800 findings; for the diff, difflib compares all its lines."""
    lines = ["| findings | check | fix | fix --diff |", "|--:|--:|--:|--:|"]
    for count in (100, 200, 400, 800):
        file = work / f"findings{count}.py"
        file.write_text(trees.handler(count, count), encoding="utf-8")
        from_stdin = ctxlint(Path("-"), "--isolated", verb="fix")
        commands = [
            ctxlint(file, "--no-cache"),
            replace(from_stdin, stdin=file),  # which leaves the file as it is
            ctxlint(file, "--diff", "--no-cache", verb="fix"),
        ]
        rows = interleaved(commands, rounds)
        seconds = (f"{rows[command.name].median:.2f}" for command in commands)
        lines.append(f"| {count} | {' | '.join(seconds)} |")
    return lines


def size_of(tree: Path) -> str:
    """How many files a tree has, and how large they are."""
    sizes = [path.stat().st_size for path in tree.rglob("*.py")]
    return f"{len(sizes):,} files, {sum(sizes) / 1e6:.0f} MB"


def machine() -> str:
    """What the figures were measured on, and with."""
    version = subprocess.run(
        [peers.own("ctxlint"), "--version"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    return (
        f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()}, "
        f"Python {platform.python_version()}; {version}, {peers.install()}."
    )


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    about = machine()
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        folders = trees.build(work)
        tree, part = folders[1], folders[8]
        layered = trees.layered(work / "layered", tree)
        plugin = interleaved([peers.flake8(part), peers.flake8(part, plugin=True)], rounds)
        slow = interleaved([ctxlint(part, "--no-cache"), *peers.slow(part)], 0)
        sections = {
            f"{size_of(tree)}, 1 % with findings": whole_tree(tree, rounds),
            f"{size_of(layered)}, an application in layers": layered_tree(layered, rounds),
            "Growth": growth(folders, rounds),
            "A commit": commit(tree, work, rounds),
            "One file with many findings": findings(work, min(rounds, 3)),
            "Inside flake8, an eighth of the tree": table(plugin, peers.flake8(part).name),
            "An eighth of the tree, one run": table(slow, next(iter(slow))),
        }
    how = "`make bench` writes this page: medians of interleaved runs and of their ratios."
    text = ["# Benchmarks", "", how, "", about]
    for title, lines in sections.items():
        text += ["", f"## {title}", "", *lines]
    RESULTS.write_text("\n".join(text) + "\n", encoding="utf-8")
    print(RESULTS.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
