"""The calls of getters, and what they pass."""

from __future__ import annotations

import ast
from collections.abc import Callable, Set
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from ctxlint.contract.getter import Getter
from ctxlint.flow.values import (
    Atom,
    Kind,
    Origin,
    is_generated,
)
from ctxlint.project.scopes import (
    Scope,
    once_for_each,
)

if TYPE_CHECKING:
    from ctxlint.flow.facts import Flow


_MAX_PASSED = 200  # parameters that an ID is followed through, to name where it gets


@dataclass(frozen=True, slots=True, eq=False)
class Argument:
    """An argument of a call for the ID parameter `name`: the expression `node`, or a part of it."""

    name: str
    node: ast.expr
    unpacked: bool
    value: set[Atom] = field(default_factory=set)
    is_whole: bool = True  # False where a function on the way builds the ID into another value

    @property
    def is_within(self) -> bool:
        """Whether the ID is taken out of an argument or object, by the path that is its name."""
        return "." in self.name


@dataclass(frozen=True, slots=True, eq=False)
class Sink:
    """A call that passes IDs to a getter, itself or through the functions in `through`."""

    call: ast.Call
    getter: Getter
    scope: Scope
    statement: ast.stmt
    arguments: dict[tuple[str, ast.expr], Argument] = field(default_factory=dict)
    through: set[ast.AST] = field(default_factory=set)

    def last(self, flow: Flow) -> set[Sink]:
        """The calls of getters themselves that its generated IDs lead to, within bounds."""
        return {sink for sink in self.leads_to(flow, is_generated) if not sink.through}

    def leads_to(self, flow: Flow, is_carried: Callable[[Atom], bool]) -> set[Sink]:
        """The calls that some of its IDs lead to, itself included, within bounds."""
        values = [argument.value for argument in self.arguments.values()]
        found: set[Sink] = set()
        seen: set[object] = set()
        pending: list[tuple[Sink, Set[Atom]]] = [
            (self, {atom for value in values for atom in value if is_carried(atom)})
        ]
        while pending and len(seen) <= _MAX_PASSED:
            sink, atoms = pending.pop()
            found.add(sink)
            keys = {
                key
                for argument in sink.arguments.values()
                for key, value in flow.argument_bindings.get(argument.node, {}).items()
                if not value.isdisjoint(atoms)
            }
            for key in keys - seen:
                seen.add(key)
                calls = set().union(*flow.param_to_sink.get(key, {}).values())
                pending += [(flow.sinks[call], {Origin(Kind.RECEIVED, key)}) for call in calls]  # type: ignore[arg-type]
        return found


def called(call: ast.Call) -> str:
    """The function that is called, as the code names it; a property where it is set."""
    text = text_of(call.func)
    is_set = isinstance(getattr(call.func, "ctx", None), ast.Store)
    return f"the setter of {text}" if is_set else f"{text}()"


@once_for_each  # many traces go through the same calls
def text_of(node: ast.expr) -> str:
    """The text of an expression."""
    return ast.unparse(node)


class Passing(NamedTuple):
    """The way of a parameter to a getter: it, or a value built of it, is passed as `name`."""

    name: str
    is_whole: bool


def leads_inside_object(key: object, flow: Flow) -> bool:
    """Whether a part of a parameter gets to a getter as an attribute of its object."""
    getters = (flow.sinks[c].getter for calls in flow.param_to_sink[key].values() for c in calls)
    named = {path.name for getter in getters for path in getter.paths if path.is_of_object}
    return any(passing.name in named for passing in flow.param_to_sink[key])
