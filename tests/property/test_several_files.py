"""What is found in one file of a project does not hang on which others are checked, nor when."""

from __future__ import annotations

import tempfile
from functools import partial
from itertools import permutations
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from several_files import Project, projects

from ctxlint.config.settings import Settings
from ctxlint.project import discovery
from ctxlint.run import file_tasks, project_run

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ctxlint.finding import Finding

TRIED = 60


def found(folder: str, paths: Iterable[str]) -> dict[str, list[Finding]]:
    """The findings of each file, in a run over some of them."""
    options = Settings(select=("CTX201", "CTX301"), src=(folder,))
    targets = discovery.find(paths, lambda _: options).targets
    project = project_run.project_of(targets)
    report = project_run.run(partial(file_tasks.check_file, project=project), targets, project)
    assert report.errors == []
    by_name: dict[str, list[Finding]] = {Path(target.display).name: [] for target in targets}
    for finding in report.findings:
        by_name[Path(finding.filename).name].append(finding)
    return by_name


@settings(
    max_examples=TRIED,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(projects())
def test_files_are_judged_alike_alone_and_together(project: Project) -> None:
    with tempfile.TemporaryDirectory() as folder:
        paths = {name: str(Path(folder, f"{name}.py")) for name in project.texts}
        for name, text in project.texts.items():
            Path(paths[name]).write_text(text)
        whole = found(folder, [folder])
        for order in permutations(paths.values()):
            assert found(folder, order) == whole
        for path in paths.values():
            name = Path(path).name
            assert found(folder, [path]) == {name: whole[name]}
        dead = {n for n in project.texts if any(f.code == "CTX301" for f in whole[f"{n}.py"])}
        assert dead == project.dead
