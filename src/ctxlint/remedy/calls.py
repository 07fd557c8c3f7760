"""Calls that an ID comes out of: look-ups with a default, conversions, functions of the file."""

from __future__ import annotations

import ast
from functools import lru_cache
from typing import TYPE_CHECKING
from weakref import proxy

from ctxlint.flow.facts import Facts, in_order
from ctxlint.flow.values import (
    RETURN,
    Atom,
    Attribute,
    Container,
    Definition,
    Instance,
    Kind,
    Origin,
)
from ctxlint.remedy.constructors import runs_constructor_alone
from ctxlint.remedy.plan import Unfixable, set_elsewhere
from ctxlint.remedy.purity import is_harmless

if TYPE_CHECKING:
    from ctxlint.remedy.planner import Rewriter


def _received(key: object) -> Origin:
    return Origin(Kind.RECEIVED, key)  # type: ignore[arg-type]


class Calls:
    """Rewrites the calls from which an argument of a getter gets its ID."""

    def __init__(self, rewriter: Rewriter) -> None:
        # A cycle would hold the flow until the next collection.
        self.rewriter: Rewriter = proxy(rewriter)
        self.file = rewriter.file
        self.flow = rewriter.flow
        self.plan = rewriter.plan
        self.wanted = rewriter.wanted
        self.helpers = rewriter.helpers

    def rewrite(self, node: ast.Call) -> None:
        """Rewrite the default of `d.get(k, default)` or `getattr`, or what `cast`, `str` takes."""
        if node in self.flow.callees:
            self._rewrite_called(node)
            return
        if self._is_new_type(node):
            self.rewriter.rewrite(node.args[0])
            return
        if len(node.args) == 1 and isinstance(node.func, ast.Name) and not node.keywords:
            self._rewrite_conversion(node, node.args[0])
            return
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        default = node.args[-1] if len(node.args) > 1 and not node.keywords else None
        if default is None or name not in ("get", "pop", "getattr", "cast"):
            raise self.rewriter.built_in(node)
        self.rewriter.rewrite_reads(node)
        if name == "get" and not self.wanted.is_kept(self.flow.value_of(default)):
            self.rewriter.drop(default)
        else:
            self.rewriter.rewrite(default)

    def is_for_framework(self, node: ast.Call) -> bool:
        """Whether a call tells FastAPI how to fill in a parameter: it is part of the interface."""
        contract = self.flow.contract
        return self.flow.means(node.func, contract.dependencies + contract.inputs)

    def rewrite_filled(self, node: ast.Call) -> None:
        """Rewrite what the function of `Depends(function)` returns."""
        if node not in self.flow.callees:
            line = self.file.span(node).start.row
            raise Unfixable(f"line {line} says what FastAPI fills in, which its clients rely on")
        self._rewrite_called(node)

    def _is_new_type(self, node: ast.Call) -> bool:
        """Whether a call only states the type of its argument, like that of a NewType."""
        made = [definition.value for definition in self.flow.reads(node.func)]
        return (
            len(node.args) == 1
            and bool(made)
            and all(
                isinstance(value, ast.Call)
                and self.flow.means(value.func, self.flow.contract.new_types)
                for value in made
            )
        )

    def _rewrite_called(self, node: ast.Call) -> None:
        """Repair a call of functions of the file: its arguments, or what the functions return."""
        given = [
            a for a in self._given(node) if any(map(self.wanted.is_unwanted, self.flow.value_of(a)))
        ]
        if given and all(map(self._is_passed_through, given)):
            self.rewriter.returned.update(given)
            for argument in given:
                self.rewriter.rewrite(argument)
        made = [d for d in self.flow.reads(node) if d.value is not None and self.wanted.carries(d)]
        if made or not given:
            self._require_own(node)
        for definition in made:
            assert definition.value is not None
            self.rewriter.returned.add(definition.value)
            self.rewriter.rewrite(definition.value)

    def _require_own(self, node: ast.Call) -> None:
        """Raise Unfixable where a call may get an ID from functions that others use too."""
        for function in self.flow.called(node):
            name = getattr(function, "name", "a lambda")
            if function not in self.file.parents:
                raise Unfixable(self.helpers.reason_elsewhere(function))
            if not self.helpers.serve_getters(function):
                raise Unfixable(f"{name}() also generates IDs for code other than a getter")
            if not self.helpers.is_used_here(function):
                self.rewriter.is_unsafe = True

    def _given(self, node: ast.Call) -> list[ast.expr]:
        return [*node.args, *(keyword.value for keyword in node.keywords)]

    def _is_passed_through(self, argument: ast.expr) -> bool:
        """Whether the functions that get an argument only return it."""
        keys = self.flow.argument_bindings.get(argument, {})
        return bool(keys) and all(
            isinstance(key, ast.arg) and self.rewriter.parameters.is_only_returned(key)
            for key in keys
        )

    def rewrite_element(self, node: ast.Call, definition: Definition) -> None:
        """Repair an element or attribute of what the functions return that a call calls."""
        if node not in self.flow.callees:
            raise set_elsewhere(node, self.file)
        found = self._returned_elements(node, definition)
        carriers = [d for d in in_order(found) if self.wanted.carries(d)]
        given = [] if carriers else self._arguments_in(found, node)
        if not carriers and not given:
            raise self.rewriter.built_in(node)
        for argument in given:
            self.rewriter.returned.add(argument)
            self.rewriter.rewrite(argument)
        if not carriers:
            return
        self._require_own(node)
        for carrier in carriers:
            self.rewriter.rewrite_definition(carrier)
        self.rewriter.returned |= {
            d.value for f in self.flow.called(node) for d in self.flow.by_cell[f, RETURN] if d.value
        }

    def _returned_elements(self, node: ast.Call, definition: Definition) -> list[Definition]:
        """The definitions in the functions that a call calls of an element of what they return."""
        holder, key = definition.cell
        if isinstance(holder, Container | Instance) and holder.part is not None:
            made: list[Atom] = [holder._replace(node=holder.part, part=None)]  # type: ignore[arg-type]
        else:
            returned = (atom for f in self.flow.called(node) for atom in self.flow.returned(f))
            made = [atom for atom in returned if isinstance(atom, Container | Instance)]
        return [d for atom in made for d in self.flow.by_cell.get((atom, key), ())]

    def _arguments_in(self, found: list[Definition], node: ast.Call) -> list[ast.expr]:
        """The arguments of a call that its functions put into elements, and use for nothing else.

        Raises Unfixable where they may do more with one.
        """
        given = []
        for argument in self._given(node):
            keys = self.flow.argument_bindings.get(argument, {})
            held = [k for k in keys if any(_received(k) in self.flow.atoms[d] for d in found)]
            values = {d.value for d in found}
            if not held or not any(map(self.wanted.is_unwanted, self.flow.value_of(argument))):
                continue
            is_held = all(self.rewriter.parameters.are_only_held(key, values) for key in keys)
            if not is_held or not all(map(self._is_returned, values)):
                raise self.rewriter.built_in(node)
            given.append(argument)
        return given

    def rewrite_constructors(self, found: list[Definition]) -> bool:
        """Rewrite what constructors keep for getters; whether there is anything like that."""
        given = self._given_to_constructors(found)
        self.rewriter.returned.update(given)
        for argument in given:
            self.rewriter.rewrite(argument)
        return bool(given)

    def _given_to_constructors(self, found: list[Definition]) -> list[ast.expr]:
        """The arguments with unwanted IDs that constructors keep in attributes, and nowhere else.

        `found` are the attributes that are read, and what the methods of their classes put there.
        """
        kept = {d.value for d in found if isinstance(d.cell[1], Attribute)}
        makers = dict.fromkeys(self._maker_for_getters(d) for d in found if d.node is None)
        return [
            argument
            for call in makers
            if call in self.file.parents and call not in _handed_out(self.flow)
            for argument in self._given(call)
            if any(map(self.wanted.is_unwanted, self.flow.value_of(argument)))
            if (keys := self.flow.argument_bindings.get(argument))
            if all(self.rewriter.parameters.are_only_held(key, kept) for key in keys)
        ]

    def _maker_for_getters(self, definition: Definition) -> ast.Call | None:
        """The call that makes an object with an attribute that only getters read."""
        holder, key = definition.cell
        if not isinstance(holder, Instance) or not isinstance(key, Attribute) or not holder.owner:
            return None
        is_own = runs_constructor_alone(holder.owner, self.flow)
        is_for_getters = is_own or key.name in self.flow.contract.attribute_ids
        return holder.node if is_for_getters and isinstance(holder.node, ast.Call) else None

    def _is_returned(self, value: ast.expr | None) -> bool:
        """Whether an element is in an object that is returned where it is created."""
        node: ast.AST | None = value
        while isinstance(node, ast.expr | ast.keyword):
            node = self.flow.file_of(node).parents[node]
        return isinstance(node, ast.Return)

    def _rewrite_conversion(self, node: ast.Call, inner: ast.expr) -> None:
        """Rewrite `str(x or generate())` to `str(x) if x else None`, and `str(x)` likewise."""
        parent = self.file.parents[node]
        if not isinstance(parent, ast.keyword | ast.Call | ast.Assign | ast.AnnAssign):
            raise self.rewriter.built_in(node)  # a conditional would need parentheses
        match inner:
            case ast.Name(id=name):
                self.rewriter.rewrite(inner)
                self.plan.appended[node] = f" if {name} is not None else None"
            case ast.BoolOp(op=ast.Or(), values=[first, last]) if (
                is_harmless(first, self.flow)
                and not any(map(self.wanted.is_unwanted, self.flow.value_of(first)))
                and not self.wanted.is_kept(self.flow.value_of(last))
            ):
                self.rewriter.drop(last)
                text = self.file.segment(self.file.span(first))
                self.plan.appended[node] = f" if {text} else None"
            case _:
                raise self.rewriter.built_in(node)


@lru_cache(maxsize=2)  # each plan of a file asks
def _handed_out(flow: Facts) -> set[ast.AST]:
    """The calls that make objects which other code than a getter gets, or those inside them."""
    pending = [atom for atoms in flow.consumed.values() for atom in atoms]
    found: set[ast.AST] = set()
    while pending:
        atom = pending.pop()
        if isinstance(atom, Instance) and atom.node not in found:
            found.add(atom.node)
            pending += flow.contents(atom).union(*flow.bindings.get(atom.node, {}).values())
    return found
