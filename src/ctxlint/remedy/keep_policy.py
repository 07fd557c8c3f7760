"""The values that may reach a getter after the repair."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from ctxlint.config.settings import Keep
from ctxlint.flow import Definition, Facts, Kind, is_generated
from ctxlint.flow.call import word_of
from ctxlint.flow.facts import Sieve, place_of
from ctxlint.flow.values import (
    NOTHING,
    Atom,
    Attribute,
    Container,
    Instance,
    Value,
    is_kind,
    may_be_none,
)
from ctxlint.remedy.guards import Missing, is_surely_there, missing
from ctxlint.remedy.plan import Unfixable
from ctxlint.source import reachable

_NO_NONE = ("uuid.UUID",)  # raises TypeError for None, as the library reference has it


class Wanted:
    """Tells the values that the user wants to keep from those that a repair takes away."""

    def __init__(self, keep: Keep, flow: Facts) -> None:
        self.keep = keep
        self.flow = flow
        self._not_arrived = Sieve(lambda definition: not self._brings(definition))

    def is_unwanted(self, atom: Atom) -> bool:
        """Whether a value with this origin must not reach the getter."""
        return is_generated(atom) or self._is_ambient(atom)

    def is_kept(self, value: Iterable[Atom]) -> bool:
        """Whether something that may reach the getter is among the origins of a value."""
        return not all(map(self._is_ambient, self.flow.sieves.rejected.rest(frozenset(value))))

    def has_arrived(self, value: Iterable[Atom]) -> bool:
        """Whether an ID that was received is among the origins of a value: no constant is one."""
        kept = (atom for atom in value if self.is_kept([atom]))
        return any(not all(map(self._is_known, self._made_of([atom]))) for atom in kept)

    def replaces_received(self, definition: Definition) -> bool:
        """Whether an ID that was received stood where a definition puts one, or others before."""
        before = self.flow.previous_definitions
        found = reachable([definition], lambda d: filter(self.carries, before[d]))
        return any(self._not_arrived.rest(before[d]) for d in found)

    def _brings(self, definition: Definition) -> bool:
        """Whether a definition has an ID that was received, and is not of an object made here."""
        has_arrived = self.has_arrived(self.flow.atoms[definition])
        return has_arrived and not self._is_of_new_object(definition)

    def overrides_received(self, definition: Definition) -> bool:
        """Whether an item of a display takes the place of one that was received, as after `**x`."""
        is_item = definition.node is definition.value and definition.node is not None
        return is_item and self.replaces_received(definition)

    def _is_of_new_object(self, definition: Definition) -> bool:
        """Whether an attribute is still what the constructor made of it, which was given no ID."""
        holder, key = definition.cell
        made = holder.node if isinstance(holder, Instance) and holder.owner else None
        if definition.node is not None or not isinstance(key, Attribute) or made is None:
            return False
        given = self.flow.bindings.get(made, {})
        ids = (value for one, value in given.items() if getattr(one, "arg", "") == key.name)
        return not any(map(self.has_arrived, ids)) and all(k.arg for k in made.keywords)

    def carries(self, definition: Definition) -> bool:
        """Whether a definition may hold what must not reach the getter."""
        return any(map(self.is_unwanted, self.flow.atoms[definition]))

    def gets_unwanted(self, parameter: Definition) -> bool:
        """Whether a call gives a parameter an ID that must not reach the getter once it is read.

        Those that generate one have a finding of their own where the parameter is read already.
        """
        argument = parameter.node
        if not isinstance(argument, ast.arg):
            return False
        given = self.flow.given_to(argument)
        is_read = argument in self.flow.param_to_sink
        return any(map(self._is_ambient if is_read else self.is_unwanted, given))

    def require_no_text(self, definition: Definition) -> None:
        """Raise Unfixable for a text such as "None", which is true but not an ID."""
        text = self.text_of_none(definition)
        if text is not None:
            file = self.flow.file_of(text)
            place = "line " if file is self.flow.main else f"{file.path}:"
            row = file.span(text).start.row
            raise Unfixable(f"{place}{row} converts an ID that may be missing to text")

    def text_of_none(self, definition: Definition) -> ast.expr | None:
        """The expression in a definition that may make "None" of a missing ID."""
        atoms = self.flow.atoms[definition]
        given = [self.flow.given_to(a.node) for a in atoms if isinstance(a.node, ast.arg)]
        nodes = {atom.node for atom in self._made_of(frozenset(atoms).union(*given))}
        made = [node for node in nodes if isinstance(node, ast.expr) and self._reads_none(node)]
        return min(made, key=place_of, default=None)

    def _made_of(self, value: Iterable[Atom]) -> set[Atom]:
        """The origins of a value, and those of what they are made of."""
        return set(reachable(value, self._parts_of))

    def _parts_of(self, atom: Atom) -> Value:
        node = getattr(atom, "node", None)
        if node is not None and node in self.flow.derived_from:
            returned = map(self.flow.returned, self.flow.callees.get(node, ()))
            return NOTHING.union(*self.flow.derived_from[node], *returned)
        return self.flow.contents(atom) if isinstance(atom, Container) else NOTHING

    def _is_known(self, atom: Atom) -> bool:
        """Whether an origin is a constant, or has others that it is made of."""
        node = getattr(atom, "node", None)
        return isinstance(node, ast.Constant) or node in self.flow.derived_from

    def _reads_none(self, node: ast.expr) -> bool:
        """Whether an expression makes a text that may read "None"; other methods raise for None."""
        match node:
            case ast.JoinedStr(values=values):
                parts = [part.value for part in values if isinstance(part, ast.FormattedValue)]
            case ast.BinOp(op=ast.Mod(), right=right):
                parts = right.elts if isinstance(right, ast.Tuple) else [right]
            case ast.Call(func=ast.Attribute(attr="format"), args=args, keywords=keywords):
                parts = [*args, *(keyword.value for keyword in keywords)]
            case ast.Call(func=function, args=[part]) if node not in self.flow.callees:
                is_type = word_of(function) == "str" or word_of(function)[:1].isupper()
                parts = [part] if is_type and not self.flow.means(function, _NO_NONE) else []
            case _:
                parts = []
        return any(map(self._may_be_none, parts))

    def _may_be_none(self, node: ast.expr) -> bool:
        match node:
            case ast.BoolOp(op=ast.Or(), values=[*_, last]):
                return self._may_be_none(last)
            case ast.IfExp(body=body, orelse=orelse):
                return self._may_be_none(body) or self._may_be_none(orelse)
        is_none = any(
            is_kind(atom, Kind.ABSENT) or (may_be_none(atom) and not self._is_known(atom))
            for atom in self.flow.value_of(node)
        )
        return is_none and not is_surely_there(node, self.flow)

    def _is_ambient(self, atom: Atom) -> bool:
        return self.keep is not Keep.ALL and is_kind(atom, Kind.AMBIENT)


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
