"""The commands that are measured: ctxlint, and the tools that users would else take."""

from __future__ import annotations

import compileall
import os
import subprocess
import sys
import sysconfig
import venv
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
PEERS = HERE / ".venv"
PACKAGES = ("ruff", "semgrep", "flake8", "fixit", "ast-grep-cli")
RULES = HERE / "rules"
NAMES = "get_user_execution_context|UnifiedIdGenerator"


@dataclass(frozen=True, slots=True)
class Command:
    """A command whose time is taken; exit codes from `failing` on mean that it did not work.

    It reads the file `stdin`, if there is one.
    """

    name: str
    args: tuple[str, ...]
    failing: int = 2
    stdin: Path | None = None


def install() -> str:
    """Install what is missing of the peers; return the versions of all.

    pip compiles what it installs, but for what is run from its source, as ctxlint is here.
    """
    compileall.compile_dir(str(HERE.parent / "src"), quiet=1)
    pip = [str(PEERS / "bin" / "pip")]
    if not PEERS.exists():
        venv.create(PEERS, with_pip=True)
        subprocess.run([*pip, "install", "-q", *PACKAGES], check=True)
    shown = subprocess.run([*pip, "freeze"], check=True, capture_output=True, text=True).stdout
    return ", ".join(line for line in shown.splitlines() if line.partition("=")[0] in PACKAGES)


def own(name: str) -> str:
    """A command of the environment that this runs in."""
    return str(Path(sysconfig.get_path("scripts"), name))


def _peer(name: str) -> str:
    return str(PEERS / "bin" / name)


def python(code: str) -> Command:
    """A command that runs a line of Python."""
    return Command(f"python -c '{code}'", (sys.executable, "-c", code))


def ctxlint(folder: Path, *options: str, verb: str = "check") -> Command:
    """ctxlint on a folder or file."""
    name = " ".join(("ctxlint", verb, *options))
    return Command(name, (own("ctxlint"), verb, "-q", *options, str(folder)))


def ruff(folder: Path) -> Command:
    """ruff's rule for unused imports."""
    args = ("check", "-q", "--isolated", "--no-cache", "--select", "F401")
    return Command(" ".join(("ruff", *args[3:])), (_peer("ruff"), *args, str(folder)))


def fast(folder: Path) -> list[Command]:
    """The peers that scan a large tree in seconds."""
    quiet = ("--metrics", "off", "--disable-version-check", "-q")
    rules = ("--config", str(RULES / "semgrep.yaml"), "--json", *quiet)
    return [
        Command("grep -rE", ("grep", "-rcE", NAMES, str(folder))),
        ruff(folder),
        Command(
            "semgrep --experimental, taint",
            (_peer("semgrep"), "scan", "--experimental", *rules, str(folder)),
        ),
        Command("semgrep, taint", (_peer("semgrep"), "scan", *rules, str(folder))),
    ]


def slow(folder: Path) -> list[Command]:
    """The peers that need minutes for one."""
    rule = str(RULES / "ast-grep.yaml")
    fixit = ("--rules", "fixit_rules.generated_session_id", "--quiet", "lint", str(folder))
    return [
        Command("ast-grep", (_peer("ast-grep"), "scan", "--json=stream", "-r", rule, str(folder))),
        Command("fixit", (_peer("fixit"), *fixit), failing=64),
    ]


def flake8(folder: Path, *, plugin: bool = False) -> Command:
    """flake8 as it comes, without or with the plugin."""
    name = "flake8 with ctxlint" if plugin else "flake8"
    tool = own("flake8") if plugin else _peer("flake8")
    return Command(name, (tool, "--isolated", "-q", str(folder)))


def environment() -> dict[str, str]:
    """What the commands find in the environment: Fixit looks for its rules on the path."""
    return {
        **os.environ,
        "PYTHONPATH": str(RULES),
        "PYTHONDONTWRITEBYTECODE": "1",
        "CTXLINT_CACHE_DIR": str(HERE / ".cache"),
    }
