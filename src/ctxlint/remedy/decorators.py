"""Decorators of the functions on the way to a getter: whether they only pass on what they get."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ctxlint.flow import Facts, Sink
from ctxlint.project.scopes import FUNCTIONS, FunctionNode, parameters, positionals
from ctxlint.remedy.dead_code import Sweeper
from ctxlint.remedy.plan import Unfixable
from ctxlint.source import walk


class Decorators:
    """Tells what the functions that decorate others do with their arguments."""

    def __init__(self, flow: Facts, sweeper: Sweeper) -> None:
        self.flow = flow
        self.sweeper = sweeper

    def require_pass(self, sink: Sink) -> None:
        """Raise Unfixable if a decorator on the way to a getter reads an ID that it passes on."""
        for wrapped, function in self._decorated(sink):
            decorator = self.flow.file_of(wrapped).function_of(wrapped)
            if sink.scope.node in set(walk(decorator)):
                continue  # it is the decorator itself that passes the ID
            for wrapper in (node for node in walk(decorator) if isinstance(node, FUNCTIONS)):
                for load in self._loads(wrapper) if wrapper is not decorator else ():
                    if not self._is_passed(load, wrapped, function):
                        name = getattr(decorator, "name", "a decorator")
                        row = self.flow.file_of(load).span(load).start.row
                        raise Unfixable(
                            f"{name}() may check the ID on line {row} before passing it on"
                        )

    def _decorated(self, sink: Sink) -> Iterator[tuple[ast.arg, FunctionNode]]:
        """The decorated functions on the way, with the parameters that decorators get them by."""
        for parameter, functions in self.flow.program.decorated.items():
            yield from ((parameter, f) for f in functions if f in sink.through)

    def _loads(self, wrapper: FunctionNode) -> Iterator[ast.Name]:
        """The reads of the parameters of a function."""
        collectors = filter(None, (wrapper.args.vararg, wrapper.args.kwarg))
        for parameter in (*parameters(wrapper.args), *collectors):
            loads = self.sweeper.reads_of(parameter)
            yield from (load for load in loads if isinstance(load, ast.Name))

    def _is_passed(self, load: ast.Name, wrapped: ast.arg, function: FunctionNode) -> bool:
        """Whether a parameter is passed to the wrapped function, or leads to no getter there."""
        positional = positionals(function.args)
        led = {p.arg for p in self.flow.param_to_sink if isinstance(p, ast.arg)}
        names = [p.arg for p in positional]
        parents = self.flow.file_of(load).parents
        parent = parents[load]
        match parent:
            case ast.Subscript(slice=ast.Constant(value=int(index))) if index < len(names):
                return names[index] not in led
            case ast.Subscript(slice=ast.Constant(value=key)):
                return key not in led
            case ast.Attribute(attr="get"):
                call = parents[parent]
                first = call.args[0] if isinstance(call, ast.Call) and call.args else None
                return isinstance(first, ast.Constant) and first.value not in led
            case ast.Starred() | ast.keyword():
                parent = parents[parent]
        is_handed = isinstance(parent, ast.Call) and getattr(parent.func, "id", "") == wrapped.arg
        return is_handed or (load.id in names and load.id not in led)
