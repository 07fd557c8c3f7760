"""docs/: what the pages show is run, and what they list is all that there is.

A line `*name*` heads a block that is the file of that name, and `*name afterwards*` what has become
of it. A `console` block has commands, and what they print to both streams.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
import yaml
from referencing import Registry, Resource
from support import page_blocks, repositories, workflows
from support.commands import CLEAN, FOUND, Run
from support.sample_findings import BAD

from ctxlint.config import schema as key_schema
from ctxlint.finding import Applicability, Level, StepKind

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
CONFIGURATION = DOCS / "configuration.md"
INTEGRATIONS = DOCS / "integrations.md"
TRANSCRIPTS = [
    CONFIGURATION,
    DOCS / "audit.md",
    DOCS / "history.md",
    DOCS / "python.md",
    DOCS / "scale.md",
    DOCS / "suppression-and-baseline.md",
]
_FILE = re.compile(r"\*(?P<name>[^*\s]+)(?P<after> afterwards)?\*")
# Commands of the pages, and what runs them here.
COMMANDS = {
    "ctxlint": f'exec "{sys.executable}" -m ctxlint "$@"',
    "flake8": f'exec "{sys.executable}" -m flake8 "$@"',
    "ruff": f'exec "{sys.executable}" -m ruff "$@"',
    "python": f'exec "{sys.executable}" "$@"',
    "pip": '[ "$1" = install ]',
}


@pytest.fixture
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment in which the commands of the pages are found."""
    folder = tmp_path_factory.mktemp("bin")
    for name, script in COMMANDS.items():
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)
    path = os.pathsep.join([str(folder), os.environ["PATH"]])
    return {**os.environ, "FORCE_COLOR": "", "PATH": path}


def files(page: Path) -> dict[str, page_blocks.Block]:
    """The blocks of a page that are files, by their names."""
    named = [(_FILE.fullmatch(block.heading), block) for block in page_blocks.blocks(page)]
    return {match["name"]: block for match, block in named if match}


def commands(text: str) -> Iterator[tuple[str, str]]:
    """The commands of a `console` block, each with what it prints."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, _, printed = part.partition("\n")
        yield command, printed


def table(page: Path, heading: str) -> list[list[str]]:
    """The cells of the first table under a heading, row by row."""
    text = page.read_text(encoding="utf-8").partition(f"\n## {heading}\n")[2]
    rows = re.findall(r"^\|(.*)\|$", text.partition("\n## ")[0], re.MULTILINE)
    return [[cell.strip() for cell in row.split("|")] for row in rows[2:]]


# What the pages show.


@pytest.mark.parametrize("page", TRANSCRIPTS, ids=lambda page: page.stem)
def test_what_a_page_shows_is_what_happens(
    page: Path, tmp_path: Path, environment: dict[str, str]
) -> None:
    compared = 0
    for block in page_blocks.blocks(page):
        file = _FILE.fullmatch(block.heading)
        if file and file["after"]:
            assert (tmp_path / file["name"]).read_text(encoding="utf-8") == block.text
        elif file:
            path = tmp_path / file["name"]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, encoding="utf-8")
        elif block.language == "console":
            for command, printed in commands(block.text):
                assert workflows.run(command, tmp_path, environment).stdout == printed, command
                compared += 1
    assert compared >= 3


def test_the_pages_are_linked_from_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for page in DOCS.glob("*.md"):
        assert f"](docs/{page.name})" in readme


# Configuration.


def test_the_keys_are_listed_with_their_defaults() -> None:
    rows = {row[0].strip("`"): row[2] for row in table(CONFIGURATION, "Keys")}
    assert list(rows) == [key.name for key in key_schema.KEYS]
    defaults = {name: key_schema.plain(value) for name, value in key_schema.defaults().items()}
    for name in rows.keys() - {"getter", "sources"}:
        value = defaults.get(name)
        assert rows[name] == ("" if value is None else f"`{json.dumps(value)}`"), name


def test_the_keys_of_a_getter_are_listed_with_their_defaults() -> None:
    rows = {row[0].strip("`"): row[1] for row in table(CONFIGURATION, "Getters")}
    (getter,) = (key.kind.schema["items"] for key in key_schema.KEYS if key.name == "getter")
    assert isinstance(getter, dict)
    for name, schema in getter["properties"].items():
        default = f"`{json.dumps(schema['default'])}`" if "default" in schema else ""
        assert rows.pop(name) == default
        for word in schema.get("enum", ()):
            assert f"`{word}`" in CONFIGURATION.read_text(encoding="utf-8")
    assert not rows


def test_the_first_getter_shown_is_the_built_in_one() -> None:
    text, *_ = (b.text for b in page_blocks.blocks(CONFIGURATION, "toml") if "getter" in b.text)
    shown = tomllib.loads(text)["tool"]["ctxlint"]["getter"]
    assert "The first of these is the built-in one" in CONFIGURATION.read_text(encoding="utf-8")
    assert shown[0] == key_schema.plain(key_schema.defaults()["getter"])[0]


def test_an_editor_finds_the_schema(tmp_path: Path) -> None:
    (script,) = (b.text for b in page_blocks.blocks(CONFIGURATION, "python") if "print" in b.text)
    uri = subprocess.check_output([sys.executable, "-c", script], text=True).strip()
    shown = files(CONFIGURATION)
    path = tomllib.loads(shown[".taplo.toml"].text)["schema"]["path"]
    whole = json.loads(re.sub(r"file:///[^\"]*", uri, shown[path].text))
    table = Resource.from_contents(json.loads(Path(uri.removeprefix("file://")).read_text("utf-8")))
    validator = jsonschema.Draft7Validator(whole, registry=Registry().with_resource(uri, table))
    assert validator.is_valid({"project": {"name": "x"}, "tool": {"ctxlint": {"keep": "all"}}})
    assert not validator.is_valid({"tool": {"ctxlint": {"kept": "all"}}})


# Suppression.


@pytest.mark.parametrize(
    "comment", [row[0].strip("`") for row in table(DOCS / "suppression-and-baseline.md", "noqa")]
)
def test_a_comment_silences(run: Run, bad: Path, comment: str) -> None:
    *before, line, end = BAD.splitlines(keepends=True)
    silent = [f"{comment}\n", line] if "flake8" in comment else [f"{line.rstrip()}  {comment}\n"]
    bad.write_text("".join([*before, *silent, end]))
    assert run("check").code == CLEAN


# Integrations.


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a finding in each of three places, and the files of the page."""
    for name in ("src/bad.py", "scripts/bad.py", "tests/test_bad.py"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(BAD)
    for name, block in files(INTEGRATIONS).items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(block.text)
    return tmp_path


def test_the_action_is_used_with_inputs_that_it_has(folder: Path) -> None:
    job = workflows.read(folder / ".github/workflows/ctxlint.yml", "github-workflows")["jobs"]
    action = workflows.read(ROOT / "action.yml", "github-actions")
    *_, use = job["ctxlint"]["steps"]
    assert use["with"].keys() <= action["inputs"].keys()
    permissions = {"actions": "read", "contents": "read", "security-events": "write"}
    assert job["ctxlint"]["permissions"] == permissions
    listed = {row[0].strip("`"): row[1].strip("`") for row in table(INTEGRATIONS, "GitHub")}
    assert listed == {name: spec["default"] for name, spec in action["inputs"].items()}
    assert [f"`{name}`" in INTEGRATIONS.read_text("utf-8") for name in action["outputs"]] == [True]


def test_the_plain_workflow_annotates_what_is_new(
    folder: Path, environment: dict[str, str]
) -> None:
    jobs = workflows.read(folder / ".github/workflows/lint.yml", "github-workflows")["jobs"]
    install, check = (step["run"] for step in jobs["ctxlint"]["steps"] if "run" in step)
    assert workflows.run(install, folder, environment).returncode == 0
    repo = repositories.new(folder)
    (folder / "src/bad.py").rename(folder / "later.py")
    repo.git("update-ref", "refs/remotes/origin/main", repo.save())
    (folder / "later.py").rename(folder / "src/bad.py")
    done = workflows.run(check, folder, {**environment, "GITHUB_BASE_REF": "main"})
    assert done.returncode == FOUND
    assert "::error title=CTX101 generated-session-id,file=src/bad.py,line=7," in done.stdout
    assert "scripts/bad.py" not in done.stdout


def test_changed_files_are_checked(folder: Path, environment: dict[str, str]) -> None:
    ((command, _),) = (
        item for b in page_blocks.blocks(INTEGRATIONS, "console") for item in commands(b.text)
    )
    repo = repositories.new(folder)
    repo.write("gone.py", "")
    repo.git("update-ref", "refs/remotes/origin/main", repo.save())
    repo.write("gone.py", None)
    repo.write("new.py", BAD)
    repo.save()
    done = workflows.run(command, folder, environment)
    assert re.findall(r"^(\S+?):\d+:\d+: CTX101", done.stdout, re.MULTILINE) == ["new.py"]
    assert "gone.py" not in done.stdout


def judged_by_gitlab(job: dict[str, Any], folder: Path, environment: dict[str, str]) -> None:
    """Run a job, and look at the report that GitLab gets."""
    done = workflows.run("\n".join(job["script"]), folder, environment)
    assert done.returncode == FOUND
    assert job["artifacts"]["when"] == "always"  # that is, though the job failed
    report = folder / job["artifacts"]["reports"]["codequality"]
    issues = json.loads(report.read_text("utf-8"))
    assert [issue["location"]["path"] for issue in issues] == ["scripts/bad.py", "src/bad.py"]


def test_gitlab_gets_its_artifact(folder: Path, environment: dict[str, str]) -> None:
    job = workflows.read(folder / "plain.gitlab-ci.yml", "gitlab-ci")["ctxlint"]
    judged_by_gitlab(job, folder, environment)


def test_the_component_is_used_with_inputs_that_it_has(
    folder: Path, environment: dict[str, str]
) -> None:
    (include,) = workflows.read(folder / ".gitlab-ci.yml", "gitlab-ci")["include"]
    name = include["component"].rpartition("/")[2].partition("@")[0]
    template = (ROOT / "templates" / f"{name}.yml").read_text("utf-8")
    spec, job = template.split("---\n")
    inputs = yaml.safe_load(spec)["spec"]["inputs"]
    rows = table(INTEGRATIONS, "GitLab")
    assert {word for row in rows for word in re.findall(r"`(\w+)`", row[0])} == inputs.keys()
    given = include["inputs"] | {"paths": "."}
    values = {key: given.get(key, each.get("default")) for key, each in inputs.items()}
    assert None not in values.values()
    filled = re.sub(r"\$\[\[ inputs\.(\w+) \]\]", lambda match: values[match[1]], job)
    (folder / "filled.yml").write_text(filled)
    judged_by_gitlab(
        workflows.read(folder / "filled.yml", "gitlab-ci")[values["job"]], folder, environment
    )
    (folder / "spec.yml").write_text(spec)
    workflows.read(folder / "spec.yml", "gitlab-ci")


def test_reviewdog_gets_sarif(folder: Path, environment: dict[str, str], tmp_path: Path) -> None:
    bin_folder = Path(environment["PATH"].partition(os.pathsep)[0])
    (bin_folder / "reviewdog").write_text('#!/bin/sh\necho "$1" >reviewdog.args\ncat >given\n')
    (bin_folder / "reviewdog").chmod(0o755)
    script = files(INTEGRATIONS)["reviewdog.sh"].text
    assert workflows.run(script, folder, environment).returncode == 0
    assert (folder / "reviewdog.args").read_text() == "-f=sarif\n"
    schema = json.loads((ROOT / "tests/schemas/sarif-2.1.0.json").read_text("utf-8"))
    log = json.loads((folder / "given").read_text("utf-8"))
    assert jsonschema.Draft7Validator(schema).is_valid(log)
    assert len(log["runs"][0]["results"]) == 2


def test_megalinter_has_a_command_that_it_can_run(
    folder: Path, environment: dict[str, str]
) -> None:
    settings = yaml.safe_load((folder / ".mega-linter.yml").read_text("utf-8"))
    (plugin,) = (url.partition("https://.../")[2] for url in settings["PLUGINS"])
    descriptor = yaml.safe_load((ROOT / plugin).read_text("utf-8"))
    (linter,) = descriptor["linters"]
    assert settings["ENABLE_LINTERS"] == [linter["name"]]
    command = [linter["cli_executable"], *linter["cli_lint_extra_args"]]
    done = workflows.run(shlex.join(command), folder, environment)
    assert len(re.findall(linter["cli_lint_errors_regex"], done.stdout)) == 2
    sarif = [word.replace("{{SARIF_OUTPUT_FILE}}", "x.sarif") for word in linter["cli_sarif_args"]]
    workflows.run(shlex.join([*command, *sarif]), folder, environment)
    assert len(json.loads((folder / "x.sarif").read_text("utf-8"))["runs"][0]["results"]) == 2


def test_tox_runs_a_command_that_finds(folder: Path, environment: dict[str, str]) -> None:
    settings = tomllib.loads((folder / "tox.toml").read_text("utf-8"))
    tox = find_spec("tox")
    assert tox
    assert tox.origin  # it is not imported: that takes long, and looks for plugins
    schema = json.loads(Path(tox.origin).with_name("tox.schema.json").read_text("utf-8"))
    jsonschema.validate(settings, schema)
    (words,) = settings["env"]["ctxlint"]["commands"]
    command = [
        part for word in words for part in ([word] if isinstance(word, str) else word["default"])
    ]
    done = workflows.run(shlex.join(command), folder, environment)
    assert (done.returncode, "src/bad.py" in done.stdout) == (FOUND, True)


def test_nox_runs_a_command_that_finds(folder: Path, environment: dict[str, str]) -> None:
    text = (folder / "noxfile.py").read_text("utf-8").replace("session.install", "(lambda _: None)")
    (folder / "noxfile.py").write_text(text)
    command = [sys.executable, "-m", "nox", "--no-venv", "--session", "ctxlint"]
    done = workflows.run(shlex.join(command), folder, environment)
    assert (done.returncode, "src/bad.py" in done.stdout) == (FOUND, True)


def test_the_keys_of_json_are_listed(run: Run, bad: Path) -> None:
    (finding,) = json.loads(run("check", "--output-format", "json").out)
    rows = table(INTEGRATIONS, "Other services and editors")
    assert {name for row in rows for name in re.findall(r"`(\w+)`", row[0])} == finding.keys()
    values = {row[0]: set(re.findall(r"`(\w+)`", row[1])) for row in rows}
    assert finding["trace"][0].keys() <= values["`trace`"]
    assert finding["fix"].keys() | finding["fix"]["edits"][0].keys() <= values["`fix`"]
    assert set(Level) <= values["`code`, `name`, `level`"]
    assert set(StepKind) <= values["`trace`"]
    assert set(Applicability) <= values["`fix`"]


def test_pre_commit_accepts_its_file_and_the_hooks_exist(folder: Path) -> None:
    path = folder / ".pre-commit-config.yaml"
    with_flake8 = folder / "flake8.pre-commit-config.yaml"
    command = [sys.executable, "-m", "pre_commit", "validate-config", path, with_flake8]
    assert subprocess.run(command, check=False).returncode == 0
    (repo,) = yaml.safe_load(path.read_text(encoding="utf-8"))["repos"]
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    (used,) = repo["hooks"]
    assert used["id"] in {hook["id"] for hook in hooks}


def test_flake8_obeys_its_file(folder: Path, environment: dict[str, str]) -> None:
    dead = "from app.session import create_user_execution_context\n"
    (folder / "src" / "dead.py").write_text(dead)
    done = workflows.run("flake8 src scripts tests", folder, environment)
    found = re.findall(r"^(\S+?):\d+:\d+: (CTX\d+)", done.stdout, re.MULTILINE)
    assert found == [("src/bad.py", "CTX101"), ("tests/test_bad.py", "CTX101")]


def test_the_options_of_the_plugin_are_listed(environment: dict[str, str], tmp_path: Path) -> None:
    listed = {row[0].strip("`") for row in table(INTEGRATIONS, "flake8")}
    text = workflows.run("flake8 --help", tmp_path, environment).stdout
    assert listed == set(re.findall(r"--ctx-[a-z-]+(?: FILE)?", text))


def test_ruff_leaves_comments_with_our_codes(folder: Path, environment: dict[str, str]) -> None:
    path = folder / "src" / "noqa.py"
    path.write_text("x = 1  # noqa: CTX101\n")
    fix = "ruff check -q --preview --select RUF100,RUF102 --fix src/noqa.py"
    assert workflows.run(fix, folder, environment).stdout == ""
    assert path.read_text() == "x = 1  # noqa: CTX101\n"
    (folder / "pyproject.toml").unlink()
    workflows.run(fix, folder, environment)
    assert path.read_text() == "x = 1\n"
