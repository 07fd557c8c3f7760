"""Which values may reach a getter after the repair."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass

from ctxlint.config import Keep
from ctxlint.flow import Definition, Flow, Kind, is_generated
from ctxlint.flow.values import Atom, is_kind


@dataclass(frozen=True, slots=True)
class Wanted:
    """Tells the values that the user wants to keep from those that a repair takes away."""

    keep: Keep
    flow: Flow

    def is_unwanted(self, atom: Atom) -> bool:
        """Whether a value with this origin must not reach the getter."""
        return is_generated(atom) or self._is_ambient(atom)

    def is_kept(self, value: Iterable[Atom]) -> bool:
        """Whether something that may reach the getter is among the origins of a value."""
        return any(not self.is_unwanted(a) and not is_kind(a, Kind.ABSENT) for a in value)

    def has_arrived(self, value: Iterable[Atom]) -> bool:
        """Whether an ID that was received is among the origins of a value: no constant is one."""
        return any(
            self.is_kept([atom]) and not isinstance(getattr(atom, "node", None), ast.Constant)
            for atom in value
        )

    def carries(self, definition: Definition) -> bool:
        """Whether a definition may hold what must not reach the getter."""
        return any(map(self.is_unwanted, self.flow.atoms[definition]))

    def gets_ambient(self, parameter: Definition) -> bool:
        """Whether a call of the function gives a parameter an ID that no message brought."""
        argument = parameter.node
        return isinstance(argument, ast.arg) and any(
            map(self._is_ambient, self.flow.given_to(argument))
        )

    def _is_ambient(self, atom: Atom) -> bool:
        return self.keep is not Keep.ALL and is_kind(atom, Kind.AMBIENT)
