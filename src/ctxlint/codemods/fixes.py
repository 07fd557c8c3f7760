"""The repairs of `ctxlint fix`, as transformers of a file's LibCST tree."""

from __future__ import annotations

import argparse
from difflib import SequenceMatcher
from functools import cache

import libcst as cst
from libcst.codemod import CodemodContext, SkipFile, VisitorBasedCodemodCommand
from libcst.metadata import MetadataWrapper

from ctxlint.config import lookup
from ctxlint.config.settings import Keep
from ctxlint.project import discovery
from ctxlint.remedy.plan import Plan
from ctxlint.remedy.transformer import PlanTransformer
from ctxlint.rules.registry import CODES
from ctxlint.run import one_file
from ctxlint.run.fix_loop import Round
from ctxlint.source import SourceError


class FixAll(VisitorBasedCodemodCommand):
    """The repairs of `ctxlint fix`, with the settings of the closest pyproject.toml.

    It looks at modules whole, as they are when they are left, and at no node below; a subclass that
    changes these as well overrides `visit_Module`. What no fix touches stays the nodes that it was.
    """

    DESCRIPTION = "Apply the fixes of all rules of ctxlint that are selected."
    SELECT: tuple[str, ...] = ()  # codes of rules; none: what the settings select

    @staticmethod
    def add_args(arg_parser: argparse.ArgumentParser) -> None:
        """Add the options of `ctxlint fix` that choose the remedy."""
        arg_parser.add_argument("--unsafe-fixes", action="store_true")
        arg_parser.add_argument("--keep", choices=list(Keep), default=None)

    def __init__(
        self, context: CodemodContext, unsafe_fixes: bool = False, keep: str | None = None
    ) -> None:
        super().__init__(context)
        self._settings_for = _lookup(self.SELECT, unsafe_fixes, keep)
        self._settings_for("")  # complain before any file is read

    def visit_Module(self, node: cst.Module) -> bool:
        """Leave what is in a module alone."""
        return False

    def leave_Module(self, original_node: cst.Module, updated_node: cst.Module) -> cst.Module:
        """The module after its fixes; raise SkipFile for one that cannot be analysed."""
        name = self.context.filename or "<string>"
        target = discovery.name_only(name, self._settings_for)
        if target is None:
            raise SkipFile(f"{name}: excluded")
        rounds: list[Round] = []
        try:
            change = one_file.fix_bytes(target, updated_node.bytes, rounds).change
        except SourceError as error:
            raise SkipFile(str(error)) from None
        return _fixed(updated_node, change.after, rounds) if change else updated_node


class FixGeneratedSessionIds(FixAll):
    """The repairs of `ctxlint fix --select CTX101`."""

    DESCRIPTION = "Pass None, or the ID that was received, instead of a generated ID (CTX101)."
    SELECT = ("CTX101",)


class FixDeadContextImports(FixAll):
    """The repairs of `ctxlint fix --select CTX301`."""

    DESCRIPTION = "Remove imports of what session getters replace that nothing uses (CTX301)."
    SELECT = ("CTX301",)


class FixUnusedSuppressions(FixAll):
    """The repairs of `ctxlint fix --select CTX001`."""

    DESCRIPTION = "Remove codes of ctxlint from noqa comments that suppress nothing (CTX001)."
    SELECT = ("CTX001",)


@cache  # in each process, which LibCST sends the command to
def _lookup(select: tuple[str, ...], unsafe_fixes: bool, keep: str | None) -> lookup.Lookup:
    """The settings of a folder, with options in their place."""
    options = {"select": select, "unsafe-fixes": unsafe_fixes, "keep": keep}
    return lookup.Lookup({name: value for name, value in options.items() if value}, CODES)


def _fixed(module: cst.Module, data: bytes, rounds: list[Round]) -> cst.Module:
    """A module after some rounds of fixes, at the end of which its bytes are `data`.

    The file may have been fixed several times, as other files turned out to matter.
    """
    by_text = {done.file.text: done for done in rounds}
    made = module
    while done := by_text.pop(made.code, None):
        made = _carried_out(done.plan, made) if done.plan else made
        if made.code != done.text:  # fixes that have no plan
            made = _changed(made, done.file.encode(done.text))
    return made if made.bytes == data else _changed(module, data)


def _carried_out(plan: Plan, module: cst.Module) -> cst.Module:
    """A module of the text that a plan is for, changed by it."""
    wrapper = MetadataWrapper(module, unsafe_skip_copy=True)
    return wrapper.visit(PlanTransformer(plan))


def _changed(module: cst.Module, data: bytes) -> cst.Module:
    """A module with another text; of its statements those nodes stay whose text does."""
    fixed = cst.parse_module(data, config=module.config_for_parsing)
    old, new = ([m.code_for_node(statement) for statement in m.body] for m in (module, fixed))
    body = list(fixed.body)
    for block in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks():
        body[block.b : block.b + block.size] = module.body[block.a : block.a + block.size]
    return fixed.with_changes(body=body)
