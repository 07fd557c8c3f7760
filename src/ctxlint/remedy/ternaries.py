"""Conditional expressions that say nothing more once one of their branches is None."""

from __future__ import annotations

import ast

from ctxlint.remedy.guards import Missing, missing
from ctxlint.remedy.keep_policy import Wanted


def shortened(node: ast.IfExp, truth: bool, wanted: Wanted) -> str | None:
    """The text for `x if x else None`, where the branch for `truth` becomes None; else None."""
    kept, other = (node.orelse, node.body) if truth else (node.body, node.orelse)
    received, generated = wanted.flow.value_of(kept), wanted.flow.value_of(other)
    if not isinstance(kept, ast.Name) or any(map(wanted.is_unwanted, received)):
        return None
    how = missing(node.test, kept, truth, every=True)
    if how is not missing(node.test, kept, truth, every=False) or wanted.is_kept(generated):
        return None
    return {None: None, Missing.NONE: kept.id, Missing.FALSE: f"{kept.id} or None"}[how]
