"""The fixes as LibCST codemod commands.

`python -m libcst.tool codemod --no-format -x ctxlint.codemods.FixGeneratedSessionIds PATHS`
"""

from __future__ import annotations

import argparse
from functools import cache

import libcst as cst
from libcst.codemod import CodemodCommand, CodemodContext, SkipFile

from ctxlint.config import lookup
from ctxlint.config.settings import Keep
from ctxlint.project import discovery
from ctxlint.rules.registry import CODES
from ctxlint.run import one_file
from ctxlint.source import SourceError


class FixGeneratedSessionIds(CodemodCommand):
    """What `ctxlint fix --select CTX101` does, with the settings of the closest file."""

    DESCRIPTION = "Pass None, or the ID that was received, instead of a generated ID (CTX101)."

    @staticmethod
    def add_args(arg_parser: argparse.ArgumentParser) -> None:
        """Add the options of `ctxlint fix` that choose the remedy."""
        arg_parser.add_argument("--unsafe-fixes", action="store_true")
        arg_parser.add_argument("--keep", choices=list(Keep), default=None)

    def __init__(
        self, context: CodemodContext, unsafe_fixes: bool = False, keep: str | None = None
    ) -> None:
        super().__init__(context)
        self.options = (unsafe_fixes, keep)
        _lookup(*self.options)("")  # complain before any file is read

    def transform_module_impl(self, tree: cst.Module) -> cst.Module:
        """The module after its fixes; raise SkipFile for one that cannot be analysed."""
        name = self.context.filename or "<string>"
        target = discovery.name_only(name, _lookup(*self.options))
        if target is None:
            raise SkipFile(f"{name}: excluded")
        try:
            change = one_file.fix_bytes(target, tree.bytes).change
        except SourceError as error:
            raise SkipFile(str(error)) from None
        return cst.parse_module(change.after) if change else tree


@cache  # in each process, which LibCST sends the command to
def _lookup(unsafe_fixes: bool, keep: str | None) -> lookup.Lookup:
    """The settings of a folder, with options in their place."""
    given: dict[str, object] = {"select": ("CTX101",), "unsafe-fixes": unsafe_fixes}
    return lookup.Lookup(given | ({"keep": keep} if keep else {}), CODES)
