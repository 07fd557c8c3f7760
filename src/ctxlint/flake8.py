"""The flake8 plugin: what `ctxlint check` finds in a file, under the prefix CTX.

The whole `[tool.ctxlint]` counts, `select`, `exclude` and `baseline` too, so that both report the
same; flake8 then applies its own `select`, `ignore` and noqa to that.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

from ctxlint import __version__

if TYPE_CHECKING:
    import ast
    from argparse import Namespace
    from collections.abc import Iterator, Sequence

    from ctxlint.config.lookup import Lookup
    from ctxlint.finding import Finding
    from ctxlint.run.baseline import Baseline
    from ctxlint.run.file_result import FileResult

_UNCHECKED = "CTX902"  # of a file that could not be checked, as flake8's own E902


class Plugin:
    """The checker of one file; flake8 makes and runs one for each file that it can parse."""

    name = "ctxlint"
    version = __version__

    def __init__(
        self, tree: ast.AST, lines: Sequence[str], filename: str, options: Namespace
    ) -> None:
        """Take what flake8 gives to parameters of these names.

        `tree` makes it run this once a file; other plugins share it, so it is left alone. `lines`
        end in LF and have no byte order mark. `filename` may be but a name for what stdin holds.
        """
        self._text = "".join(lines)
        self._filename = filename
        self._options = options

    @staticmethod
    def add_options(manager: Any) -> None:
        """Add the options of the plugin to those of flake8, on its command line and in its file."""
        manager.add_option(
            "--ctx-config",
            metavar="FILE",
            normalize_paths=True,
            parse_from_config=True,
            help="Use this file instead of the closest ctxlint.toml or pyproject.toml.",
        )
        manager.add_option(
            "--ctx-include-tests",
            action="store_true",
            parse_from_config=True,
            help="Check test files too.",
        )

    @staticmethod
    def parse_options(manager: Any, options: Namespace, _: Sequence[str]) -> None:
        """End flake8 with one line if the settings of the working folder cannot be used."""
        from ctxlint.config.settings import ConfigError  # noqa: PLC0415
        from ctxlint.output import printable  # noqa: PLC0415

        # No `--select` shall make a file that was not checked look clean.
        options.extend_select = [*(options.extend_select or ()), _UNCHECKED]
        try:
            settings = _lookup(options.ctx_config, options.ctx_include_tests)("")
            if settings.baseline:
                _baseline(settings.baseline)
        except ConfigError as error:
            line = str(error).replace("--config", "--ctx-config")  # it speaks of our command line
            manager.parser.exit(2, f"flake8: {printable(line)}\n")

    def run(self) -> Iterator[tuple[int, int, str, type[Plugin]]]:
        """The findings, suppressed or not: row from 1, column from 0 in code points, code and text.

        flake8 would not survive an error: it is yielded, on row 0, where no noqa comment hides it.
        """
        from ctxlint.output import printable  # noqa: PLC0415

        try:
            findings = self._findings()
        except Exception as error:
            yield 0, 0, f"{_UNCHECKED} {printable(_reason(error))}", type(self)
            return
        for finding in findings:
            row, column = finding.span.start
            yield row, column - 1, f"{finding.code} {printable(finding.message)}", type(self)

    def _findings(self) -> list[Finding]:
        """The findings of the command line, including those that a noqa comment suppresses."""
        from ctxlint.project import discovery  # noqa: PLC0415 - not before there is a file
        from ctxlint.run import one_file  # noqa: PLC0415 - as above

        options = self._options
        settings_for = _lookup(options.ctx_config, options.ctx_include_tests)
        target = discovery.name_only(self._filename, settings_for)
        if target is None:
            return []
        settings = replace(target.settings, disable_noqa=options.disable_noqa)
        outcome = one_file.check(target._replace(settings=settings), self._text, edits=False)
        new = _new(outcome, settings_for("").baseline)
        return [*new, *outcome.suppressed]


def _new(outcome: FileResult, baseline: str | None) -> Sequence[Finding]:
    """The findings in a file that are not in the baseline."""
    if not outcome.findings or baseline is None:
        return outcome.findings
    from ctxlint.run.baseline import split  # noqa: PLC0415
    from ctxlint.run.file_result import Report  # noqa: PLC0415

    return split(_baseline(baseline), Report((outcome,)))[0].findings


def _reason(error: Exception) -> str:
    """Why a file was not checked, and what to do."""
    from ctxlint.config.settings import ConfigError  # noqa: PLC0415
    from ctxlint.run.file_tasks import internal_error  # noqa: PLC0415
    from ctxlint.source import SourceError  # noqa: PLC0415

    return str(error) if isinstance(error, ConfigError | SourceError) else internal_error(error)


@cache
def _lookup(config: str | None, include_tests: bool) -> Lookup:
    """The settings of each folder; raise ConfigError for what cannot be used."""
    from ctxlint.config.lookup import Lookup  # noqa: PLC0415
    from ctxlint.rules.registry import CODES  # noqa: PLC0415

    return Lookup({"include-tests": True} if include_tests else {}, CODES, config=config)


@cache
def _baseline(file: str) -> Baseline:
    """The baseline in a file; raise ConfigError for one that cannot be used."""
    from ctxlint.run import baseline  # noqa: PLC0415

    return baseline.load(file)
