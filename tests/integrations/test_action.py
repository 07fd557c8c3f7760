"""action.yml: its shell steps are run as GitHub runs them, with the actions that it uses left out.

The step that installs gets pip's packages from this environment, so nothing needs a network.
"""

from __future__ import annotations

import json
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from support import wheels, workflows
from support.commands import CLEAN, FOUND, USAGE, process
from support.repositories import new
from support.sample_findings import BAD, FIXED

ROOT = Path(__file__).parents[2]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
STEPS = ACTION["runs"]["steps"]
DEFAULTS = {name: spec["default"] for name, spec in ACTION["inputs"].items()}


@dataclass
class Job:
    """One use of the action: what its expressions mean, and what its steps print."""

    workspace: Path
    environment: dict[str, str]
    context: dict[str, str]
    uploaded: Path | None = None
    code: int = 0
    log: str = ""
    summary: str = ""

    def filled(self, text: str) -> str:
        """A text with the values of its expressions."""
        return re.sub(r"\$\{\{ ([\w.-]+) \}\}", lambda match: self.context[match[1]], text)

    def is_wanted(self, step: dict[str, Any]) -> bool:
        """Whether the condition of a step holds, which joins comparisons with `&&`."""
        condition = re.sub(r"^\$\{\{ (.*) \}\}$", r"\1", step.get("if", ""))
        terms = re.findall(r"(\S+) (==|!=) '(.*?)'", condition)
        for name, _, _ in terms:
            self.context.setdefault(name, "")  # as GitHub has an output that was never set
        assert " && ".join(f"{name} {sign} '{word}'" for name, sign, word in terms) == condition
        return all((self.context[name] == word) is (sign == "==") for name, sign, word in terms)

    def run(self, steps: list[dict[str, Any]]) -> Job:
        """Run steps until one fails."""
        for step in steps:
            if self.code == 0 and self.is_wanted(step):
                if "run" in step:
                    self._run_script(step)
                elif step.get("name") == "Upload":
                    self.uploaded = Path(self.filled(step["with"]["sarif_file"]))
        return self

    def _run_script(self, step: dict[str, Any]) -> None:
        output = self.workspace.parent / "github-output"
        output.write_text("")
        summary = self.workspace.parent / "github-step-summary"
        summary.touch()
        own = {name: self.filled(value) for name, value in step["env"].items()}
        done = workflows.run(
            step["run"],
            self.workspace,
            {
                **self.environment,
                **own,
                "GITHUB_OUTPUT": str(output),
                "GITHUB_STEP_SUMMARY": str(summary),
            },
        )
        self.code, self.log = done.returncode, self.log + done.stdout
        self.summary = summary.read_text()
        for line in output.read_text().splitlines():
            name, _, value = line.partition("=")
            self.context[f"steps.{step['id']}.outputs.{name}"] = value


def results(sarif: Path) -> list[Any]:
    (only,) = json.loads(sarif.read_text(encoding="utf-8"))["runs"]
    found: list[Any] = only["results"]
    return found


@pytest.fixture(scope="module")
def runner_temp(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The temporary folder of a runner on which the action has installed ctxlint."""
    work = tmp_path_factory.mktemp("runner")
    (work / "temp").mkdir()
    (work / "empty").mkdir()
    env = {**os.environ, **wheels.offline(work / "wheels"), "RUNNER_TEMP": str(work / "temp")}
    python = f"steps.{STEPS[0]['id']}.outputs.python-path"  # of actions/setup-python
    context = {"github.action_path": str(ROOT), python: sys.executable}
    context |= dict.fromkeys(("github.server_url", "github.action_repository"), "")
    context["inputs.version"] = ""
    job = Job(work / "empty", env, context)
    job.run([step for step in STEPS if step.get("name") == "Install"])
    assert (job.code, job.log) == (0, "")
    return work / "temp"


@pytest.fixture
def use(runner_temp: Path, tmp_path: Path) -> Any:
    """Use the action in a folder with these files and inputs."""
    for old in runner_temp.glob("*.sarif"):
        old.unlink()

    def use(files: dict[str, str], **inputs: str) -> Job:
        workspace = tmp_path / "workspace"
        for name, text in files.items():
            (workspace / name).parent.mkdir(parents=True, exist_ok=True)
            (workspace / name).write_text(text)
        context = {f"inputs.{name}": value for name, value in {**DEFAULTS, **inputs}.items()}
        env = {**os.environ, "RUNNER_TEMP": str(runner_temp)}
        installed = [step.get("name") for step in STEPS].index("Install")
        return Job(workspace, env, context).run(STEPS[installed + 1 :])

    return use


def test_github_accepts_the_file() -> None:
    assert workflows.read(ROOT / "action.yml", "github-actions") == ACTION


def test_a_clean_folder_passes_and_its_empty_report_is_uploaded(use: Any) -> None:
    job = use({"app/clean.py": FIXED})
    assert (job.code, job.log) == (CLEAN, "All clear: 1 file checked.\n")
    assert results(job.uploaded) == []


def test_findings_fail_the_job_once_they_are_uploaded_and_in_the_log(use: Any) -> None:
    job = use({"app/bad.py": BAD, "app/clean.py": FIXED})
    assert job.code == FOUND
    (found,) = results(job.uploaded)
    place = found["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "app/bad.py"
    assert "app/bad.py:7:28" in job.log
    sarif = ACTION["outputs"]["sarif"]["value"]
    assert Path(job.filled(sarif)) == job.uploaded


def test_a_file_that_cannot_be_parsed_fails_the_job_and_the_others_are_shown(use: Any) -> None:
    job = use({"bad.py": BAD, "broken.py": "get_user_execution_context(\n"})
    assert job.code == USAGE
    assert "broken.py:1:27: syntax error" in job.log
    assert "bad.py:7:28" in job.log
    assert len(results(job.uploaded)) == 1
    (run,) = json.loads(job.uploaded.read_text("utf-8"))["runs"]
    assert not run["invocations"][0]["executionSuccessful"]


def test_wrong_settings_fail_the_job_with_their_line(use: Any) -> None:
    job = use({"bad.py": BAD, "pyproject.toml": "[tool.ctxlint]\nselct = []\n"})
    assert (job.code, job.uploaded) == (USAGE, None)
    assert job.log == (
        "pyproject.toml:2:1: [tool.ctxlint] selct: unknown key, did you mean 'select'?\n"
    )


def test_only_the_paths_given_are_checked(use: Any) -> None:
    job = use({"a/x.py": FIXED, "b/x.py": FIXED, "c/bad.py": BAD}, paths="a b")
    assert (job.code, job.log) == (CLEAN, "All clear: 2 files checked.\n")


def test_options_are_passed_on_and_bash_leaves_their_patterns_alone(use: Any) -> None:
    files = {"bad.py": BAD, "worse.py": BAD, "clean.py": FIXED}
    job = use(files, args="--exclude *d.py --exclude worse.py -q")
    assert (job.code, job.log, results(job.uploaded)) == (CLEAN, "", [])


def test_exit_zero_leaves_the_verdict_to_code_scanning(use: Any) -> None:
    job = use({"bad.py": BAD}, args="--exit-zero")
    assert job.code == CLEAN
    assert "bad.py:7:28" in job.log
    assert len(results(job.uploaded)) == 1


def test_known_findings_do_not_fail_the_job(use: Any) -> None:
    files = {"bad.py": BAD, "known.json": '{"version": 1, "findings": []}\n'}
    job = use(files, baseline="known.json")
    assert job.code == FOUND
    process("check", "--write-baseline", "known.json", cwd=job.workspace)
    job = use({}, baseline="known.json")
    assert job.code == CLEAN
    assert [result["baselineState"] for result in results(job.uploaded)] == ["unchanged"]


def test_findings_of_a_revision_do_not_fail_the_job(use: Any) -> None:
    job = use({"bad.py": BAD})
    repo = new(job.workspace)
    repo.save()
    assert use({}, **{"baseline-rev": "HEAD"}).code == CLEAN
    job = use({"new file.py": BAD}, **{"baseline-rev": "HEAD"})
    assert job.code == FOUND
    assert "new file.py:7:28" in job.log
    assert use({}, **{"baseline-rev": "gone"}).uploaded is None


def test_the_summary_of_the_job_is_an_audit(use: Any) -> None:
    job = use({"app/bad.py": BAD, "gen/bad.py": BAD}, args="--exclude gen")
    assert job.summary.startswith("# Audit of session contexts\n\n**0 % right: ")
    assert "app/bad.py:7" in job.summary
    assert "gen/" not in job.summary


def test_options_that_an_audit_lacks_leave_the_summary(use: Any) -> None:
    assert "app/bad.py:7" in use({"app/bad.py": BAD}, args="--fail-level error").summary


def test_the_summary_can_be_left_out(use: Any) -> None:
    assert use({"bad.py": BAD}, summary="false").summary == ""


def test_a_version_is_one_of_the_repository(tmp_path: Path) -> None:
    (install,) = (step for step in STEPS if step.get("name") == "Install")
    (tmp_path / "ctxlint/bin").mkdir(parents=True)
    pip = tmp_path / "ctxlint/bin/pip"
    pip.write_text(f'#!/bin/sh\necho "$@" >"{tmp_path}/asked"\n')
    pip.chmod(0o755)
    context = {
        "github.action_path": "/action",
        "github.server_url": "https://host",
        "github.action_repository": "some/ctxlint",
        "steps.python.outputs.python-path": "true",  # which makes no environment
        "inputs.version": "v0.1.0",
    }
    env = {**os.environ, "RUNNER_TEMP": str(tmp_path)}
    assert Job(tmp_path / "ctxlint", env, context).run([install]).code == 0
    asked = (tmp_path / "asked").read_text().split()[-1]
    assert asked == "git+https://host/some/ctxlint@v0.1.0"


def test_without_an_upload_the_report_is_written_all_the_same(use: Any) -> None:
    job = use({"bad.py": BAD}, upload="false")
    assert (job.code, job.uploaded) == (FOUND, None)
    assert len(results(Path(job.context["steps.check.outputs.sarif"]))) == 1


def test_inputs_are_data_to_the_shell(use: Any) -> None:
    job = use({"clean.py": FIXED}, paths="$(touch,hacked) ;touch hacked `touch,hacked`")
    assert job.code == USAGE
    assert not list(job.workspace.glob("*hacked*"))
