"""ctxlint finds and repairs generated session IDs in chat back ends.

The functions here are the Python interface; they import what they need when they are called.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ctxlint.config.settings import Settings
    from ctxlint.finding import Finding

__version__ = "0.1.0"
__all__ = ["__version__", "fix_source", "lint_paths", "lint_source"]


def lint_source(
    text: str, filename: str = "<string>", settings: Settings | None = None
) -> list[Finding]:
    """The findings in `text`, sorted; rows and columns count from 1, columns in code points.

    `filename` is what findings call it. Raises `ctxlint.source.SourceError` for text that names
    a session getter and is not Python.
    """
    from ctxlint import config, source  # noqa: PLC0415
    from ctxlint.project import discovery  # noqa: PLC0415
    from ctxlint.run import check_file  # noqa: PLC0415

    chosen = discovery.for_file(filename, settings or config.Settings())
    return check_file.check(source.SourceFile(filename, text), chosen)


def fix_source(
    text: str, filename: str = "<string>", settings: Settings | None = None
) -> tuple[str, list[Finding]]:
    """`text` with its safe fixes (and unsafe ones, if `settings` say so), and what remains.

    Raises `ctxlint.source.SourceError` as `lint_source` does.
    """
    from ctxlint import config, source  # noqa: PLC0415
    from ctxlint.project import discovery  # noqa: PLC0415
    from ctxlint.run import fix_loop  # noqa: PLC0415

    chosen = discovery.for_file(filename, settings or config.Settings())
    fixed = fix_loop.fix(source.SourceFile(filename, text), chosen)
    return fixed.text, list(fixed.remaining)


def lint_paths(
    paths: Iterable[str], settings: Settings | None = None
) -> tuple[list[Finding], list[str]]:
    """The findings in files and folders, sorted, and a line for each file that has an error."""
    from functools import partial  # noqa: PLC0415

    from ctxlint import config  # noqa: PLC0415
    from ctxlint.project import discovery  # noqa: PLC0415
    from ctxlint.run import file_tasks, project_run  # noqa: PLC0415

    chosen = settings or config.Settings()
    found = discovery.find(paths, lambda _: chosen)
    project = project_run.project_of(found.targets)
    report = project_run.run(
        partial(file_tasks.check_file, project=project), found.targets, project
    )
    return report.findings, [*found.errors, *report.errors]
