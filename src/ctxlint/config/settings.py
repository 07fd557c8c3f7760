"""Settings: what one run of ctxlint was asked to do."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from ctxlint.config.path_patterns import Pattern
from ctxlint.contract.contract import DEFAULT_CONTRACT, Contract


class ConfigError(Exception):
    """A setting that cannot be used. The text is one line: where, what, what to do."""


class Keep(StrEnum):
    """The origins that a fix keeps.

    `none`: an argument that a generated ID can reach becomes None; `received`: an ID that arrived
    is kept; `all`: one that an earlier message left behind is kept too.
    """

    NONE = "none"
    RECEIVED = "received"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings in force for the files in a folder.

    `select` and `ignore` are code prefixes; `per_file_ignores` has whole codes for each pattern;
    `baseline` and `src`, the import roots, are paths, relative to the working folder if at all;
    `disable_noqa` reports what noqa comments would suppress; `examples` is the folder that `ctxlint
    test` judges and searches of other folders leave out.
    """

    select: tuple[str, ...] = ("CTX",)
    ignore: tuple[str, ...] = ()
    per_file_ignores: dict[Pattern, tuple[str, ...]] = field(default_factory=dict, hash=False)
    exclude: tuple[Pattern, ...] = ()
    test_paths: tuple[Pattern, ...] = tuple(
        map(Pattern, ("tests/", "test_*.py", "*_test.py", "conftest.py"))
    )
    include_tests: bool = False
    keep: Keep = Keep.RECEIVED
    unsafe_fixes: bool = False
    baseline: str | None = None
    src: tuple[str, ...] = (".", "src")
    disable_noqa: bool = False
    examples: str | None = "ctxlint-examples"
    contract: Contract = DEFAULT_CONTRACT

    def selects(self, code: str) -> bool:
        """Whether findings with this code are wanted: the longest matching prefix decides."""
        chosen = max((len(p) for p in self.select if code.startswith(p)), default=-1)
        refused = max((len(p) for p in self.ignore if code.startswith(p)), default=-1)
        return chosen > refused
