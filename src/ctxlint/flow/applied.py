"""Calls that are given a function: to call it now or later, or to make another one of it."""

from __future__ import annotations

import ast
from dataclasses import replace

from ctxlint.flow.call import Call, word_of
from ctxlint.flow.containers import received
from ctxlint.flow.functions import applied_function, function_call, resolve_callee
from ctxlint.flow.sinks import applied_getter
from ctxlint.flow.values import NOTHING, Symbol, Value
from ctxlint.project.scopes import FUNCTIONS


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
    """The object of a call such as `Thread(target=f, args=(x, y), kwargs={"z": z})`."""
    contract = this.frame.flow.contract
    is_scheduler = this.is_method(contract.schedulers)
    if not is_scheduler and not this.is_any(contract.starters):
        return None
    word = "func" if is_scheduler else "target"
    targets = this.args[:1] if is_scheduler else []
    targets += [(k.value, value) for k, value in this.keywords if k.arg == word]
    spread = _spread(replace(this, args=[]))
    if len(targets) != 1 or spread is None:
        return None
    called = _applied(replace(spread, args=[*targets, *spread.args]))
    return called and received(this.node)


def queued(this: Call) -> Value | None:
    """The result of a call that has a task queue call a function: `f.delay(x)`."""
    node, names = this.node.func, this.frame.flow.contract.task_methods
    if this.word not in names or not isinstance(node, ast.Attribute):
        return None
    found = resolve_callee(this.base, word_of(node.value), this.node, this.frame)
    functions = [a for a in found if isinstance(a, Symbol) and isinstance(a.node, FUNCTIONS)]
    spread = _spread(this) if this.word == "apply_async" else this
    if not functions or spread is None:
        return None
    function = frozenset(one._replace(bound=_gets_itself(one.node)) for one in functions)
    called = function_call(replace(spread, base=NOTHING, function=function))
    return called and received(this.node)


def _gets_itself(function: object) -> bool:
    """Whether a task gets itself as its first argument: `@app.task(bind=True)`."""
    decorators = getattr(function, "decorator_list", ())
    given = [k for one in decorators if isinstance(one, ast.Call) for k in one.keywords]
    return any(k.arg == "bind" and getattr(k.value, "value", None) is True for k in given)


def _spread(this: Call) -> Call | None:
    """A call with what its `args` and `kwargs` hold as arguments; None where that is not shown."""
    given = {keyword.arg: (keyword.value, value) for keyword, value in this.keywords}
    places = dict(zip(("args", "kwargs"), this.args, strict=False))
    sequence, mapping = (given.get(name, places.get(name)) for name in ("args", "kwargs"))
    shown = sequence[0] if sequence else ast.Tuple([])
    if not isinstance(shown, ast.Tuple | ast.List):
        return None
    items = shown.elts
    if any(isinstance(item, ast.Starred) for item in items):
        return None
    values = [(item, this.frame.flow.value_of(item)) for item in items]
    keywords = [(ast.keyword(None, mapping[0]), mapping[1])] if mapping else []
    return replace(this, args=values, keywords=keywords)
