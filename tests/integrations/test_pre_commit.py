"""The hooks, as the real pre-commit installs and runs them, without a network."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from support import wheels
from support.sample_findings import BAD, FIXED

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.skipif(
    not (ROOT / ".git").exists(), reason="pre-commit clones a git repository, this is none"
)


# The two repositories.


def run(*args: str, cwd: Path, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        args, cwd=cwd, env=env, capture_output=True, encoding="utf-8", check=False
    )


def git(*args: str, cwd: Path, env: dict[str, str]) -> str:
    done = run("git", "-c", "user.name=x", "-c", "user.email=x@x", *args, cwd=cwd, env=env)
    assert done.returncode == 0, done.stderr
    return done.stdout


@dataclass(frozen=True)
class Hooks:
    """A commit of this repository, and the environment in which pre-commit uses it."""

    repository: Path
    commit: str
    environment: dict[str, str]


@pytest.fixture(scope="module")
def hooks(tmp_path_factory: pytest.TempPathFactory) -> Hooks:
    """This repository as it stands, committed."""
    work = tmp_path_factory.mktemp("hooks")
    env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")} | {
        **wheels.offline(work / "wheels"),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "PRE_COMMIT_HOME": str(work / "pre-commit"),
        "VIRTUALENV_NO_PERIODIC_UPDATE": "1",
    }
    repository = work / "ctxlint"
    names = git("ls-files", "-z", "--cached", "--others", "--exclude-standard", cwd=ROOT, env=env)
    for name in filter(None, names.split("\0")):
        if (ROOT / name).is_file():  # not deleted since
            (repository / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, repository / name)
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "as it stands"]):
        git(*command, cwd=repository, env=env)
    return Hooks(repository, git("rev-parse", "HEAD", cwd=repository, env=env).strip(), env)


@dataclass(frozen=True)
class Consumer:
    """A repository whose .pre-commit-config.yaml names this one."""

    folder: Path
    hooks: Hooks

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(text)
        git("add", name, cwd=self.folder, env=self.hooks.environment)
        return path

    def run(self, hook: str, **settings: object) -> subprocess.CompletedProcess[str]:
        """Run one hook, with these settings, on all files."""
        source = {"repo": str(self.hooks.repository), "rev": self.hooks.commit}
        config = {"repos": [{**source, "hooks": [{"id": hook, **settings}]}]}
        self.write(".pre-commit-config.yaml", json.dumps(config))  # JSON is YAML
        command = [sys.executable, "-m", "pre_commit", "run", "--all-files", "--color=never"]
        return run(*command, cwd=self.folder, env=self.hooks.environment)


@pytest.fixture
def consumer(hooks: Hooks, tmp_path: Path) -> Consumer:
    git("init", "-q", cwd=tmp_path, env=hooks.environment)
    return Consumer(tmp_path, hooks)


# What the hooks do.


def test_ctxlint_flags_and_changes_nothing(consumer: Consumer) -> None:
    path = consumer.write("bad.py", BAD)
    done = consumer.run("ctxlint")
    assert done.returncode == 1
    assert "bad.py:7:28" in done.stdout
    assert "Found 1 finding in 1 file" in done.stdout
    assert path.read_text() == BAD


def test_ctxlint_fix_fixes_and_then_both_pass(consumer: Consumer) -> None:
    path = consumer.write("bad.py", BAD)
    done = consumer.run("ctxlint-fix")
    assert done.returncode == 1
    assert "files were modified by this hook" in done.stdout
    assert path.read_text() == FIXED
    for hook in ("ctxlint-fix", "ctxlint"):
        done = consumer.run(hook)
        assert (done.returncode, done.stdout.rstrip()[-6:]) == (0, "Passed")
    assert path.read_text() == FIXED


def test_the_hooks_get_python_files_and_stubs(consumer: Consumer) -> None:
    for name in ("notes.txt", "bad.pyi"):
        consumer.write(name, BAD)
    done = consumer.run("ctxlint", args=["--output-format", "concise"])
    assert "bad.pyi:7:28: CTX101" in done.stdout
    assert "notes.txt" not in done.stdout


def test_arguments_of_the_user_leave_the_command_as_it_is(consumer: Consumer) -> None:
    path = consumer.write("bad.py", BAD)
    done = consumer.run("ctxlint-fix", args=["--diff", "-q"])
    assert done.returncode == 1
    assert "+        user_id, thread_id=None\n" in done.stdout
    assert path.read_text() == BAD


def test_what_the_table_excludes_is_left_out_though_it_is_given_by_name(
    consumer: Consumer,
) -> None:
    path = consumer.write("bad.py", BAD)
    consumer.write("pyproject.toml", '[tool.ctxlint]\nexclude = ["bad.py"]\n')
    for hook in ("ctxlint", "ctxlint-fix"):
        assert consumer.run(hook).returncode == 0
    assert path.read_text() == BAD
