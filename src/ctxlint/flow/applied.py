"""Calls that are given a function: to call it now or later, or to make another one of it."""

from __future__ import annotations

import ast
from dataclasses import replace

from ctxlint.flow.call import Call, word_of
from ctxlint.flow.containers import received
from ctxlint.flow.functions import applied_function, resolve_callee
from ctxlint.flow.sinks import applied_getter
from ctxlint.flow.values import Symbol, Value


def applied(this: Call) -> Value | None:
    """The value of a call that is given a function to call, or to bind arguments to."""
    flow = this.frame.flow
    contract = flow.contract
    partial = this.is_any(contract.partials)
    if this.is_method(contract.executors):
        this = replace(this, args=this.args[1:])
    elif not (partial or this.is_any(contract.appliers) or this.is_method(contract.submitters)):
        return None
    if not this.args:
        return None
    sources = frozenset(
        a for a in this.args[0][1] if isinstance(a, Symbol) and flow.is_source(a.path)
    )
    if partial and sources:
        this.read_arguments(skip=1)
        return sources
    return _applied(this, partial=partial)


def _applied(this: Call, *, partial: bool = False) -> Value | None:
    """The value of a call of the first argument with the others."""
    node, value = this.args[0]
    function = resolve_callee(value, word_of(node), this.node, this.frame)
    this = replace(this, args=[(node, function), *this.args[1:]])
    result = applied_getter(this, partial=partial)
    return applied_function(this, partial=partial) if result is None else result


def adapted(this: Call) -> Value | None:
    """The function that a call makes another one of, which is called in the same way."""
    contract = this.frame.flow.contract
    is_single = this.simple and len(this.args) == 1
    if not is_single or not this.is_any(contract.transparent + contract.passing):
        return None
    return frozenset(atom for atom in this.args[0][1] if isinstance(atom, Symbol)) or None


def started(this: Call) -> Value | None:
    """The object of a call such as `Thread(target=f, args=(x, y))`."""
    if not this.is_any(this.frame.flow.contract.starters):
        return None
    given = {keyword.arg: (keyword.value, value) for keyword, value in this.keywords}
    sequence = given["args"][0] if "args" in given else None
    items = sequence.elts if isinstance(sequence, ast.Tuple | ast.List) else []
    if "target" not in given or any(isinstance(item, ast.Starred) for item in items):
        return None
    values = [(item, this.frame.flow.value_of(item)) for item in items]
    called = _applied(replace(this, args=[given["target"], *values], keywords=[]))
    return called and received(this.node)
