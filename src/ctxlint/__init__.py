"""ctxlint finds and repairs generated session IDs in chat back ends.

The functions here are the Python interface; they import what they need when they are called.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ctxlint.config.settings import Settings
    from ctxlint.finding import Finding
    from ctxlint.project.discovery import SettingsFor, Target

__version__ = "0.1.0"
__all__ = ["__version__", "fix_source", "lint_paths", "lint_source", "settings_for"]


def settings_for(path: str = "") -> Settings:
    """The settings of a file, or of the files in a folder: those that the command line would take.

    Raises `ctxlint.config.settings.ConfigError` for a configuration that cannot be used.
    """
    import os  # noqa: PLC0415

    from ctxlint.project import discovery  # noqa: PLC0415

    if os.path.isdir(path or "."):
        return _settings_of_folders()(path)
    return discovery.for_file(path, _settings_of_folders()(os.path.dirname(path)))


def lint_source(
    text: str, filename: str = "<string>", settings: Settings | None = None
) -> list[Finding]:
    """The findings in `text`, sorted; rows and columns count from 1, columns in code points.

    `filename` is what findings call it, and tells where modules are imported from. Without
    `settings` those of the closest configuration count; where they exclude the file, nothing is
    found. Raises `ctxlint.source.SourceError` for text that names a session getter and is not
    Python.
    """
    from ctxlint.run import one_file  # noqa: PLC0415

    target = _target(filename, settings)
    return list(one_file.check(target, text).findings) if target else []


def fix_source(
    text: str, filename: str = "<string>", settings: Settings | None = None
) -> tuple[str, list[Finding]]:
    """`text` with its safe fixes (and unsafe ones, if the settings say so), and what remains.

    `filename` and `settings` are as for `lint_source`, which see for what is raised.
    """
    from ctxlint.run import one_file  # noqa: PLC0415

    target = _target(filename, settings)
    if target is None:
        return text, []
    result = one_file.fix(target, text)
    fixed = result.change.after.decode(errors="surrogateescape") if result.change else text
    return fixed, list(result.findings)


def lint_paths(
    paths: Iterable[str], settings: Settings | None = None
) -> tuple[list[Finding], list[str]]:
    """The findings in files and folders, sorted, and a line for each file that has an error.

    Without `settings` those of the configuration closest to each file count.
    """
    from functools import partial  # noqa: PLC0415

    from ctxlint.project import discovery  # noqa: PLC0415
    from ctxlint.run import file_tasks, project_run  # noqa: PLC0415

    found = discovery.find(paths, _lookup(settings))
    project = project_run.project_of(found.targets)
    report = project_run.run(
        partial(file_tasks.check_file, project=project), found.targets, project
    )
    return report.findings, [*found.errors, *report.errors]


def _lookup(settings: Settings | None) -> SettingsFor:
    """The given settings for all folders, or those that are closest to each."""
    return _settings_of_folders() if settings is None else lambda _: settings


def _settings_of_folders() -> SettingsFor:
    from ctxlint.config.lookup import Lookup  # noqa: PLC0415
    from ctxlint.rules.registry import CODES  # noqa: PLC0415

    return Lookup({}, CODES)


def _target(filename: str, settings: Settings | None) -> Target | None:
    """The target for a text of this name; None where the settings exclude it."""
    from ctxlint.project import discovery  # noqa: PLC0415

    target = discovery.name_only(filename, _lookup(settings))
    return target and target._replace(display=filename, is_test=False)
