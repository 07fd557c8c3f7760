"""The plan of a repair: the shortest code with the new meaning."""

from __future__ import annotations

import ast
from collections.abc import Sequence, Set

from ctxlint.config.settings import Keep
from ctxlint.flow import Argument, Definition, Facts, Sink, is_generated
from ctxlint.flow.facts import in_order
from ctxlint.remedy.calls import Calls
from ctxlint.remedy.constructors import require_no_check
from ctxlint.remedy.dead_code import Sweeper
from ctxlint.remedy.fallbacks import Fallbacks
from ctxlint.remedy.guards import (
    Missing,
    binder_of,
    guard_of,
    is_always_true,
    is_flagged_missing,
    missing,
)
from ctxlint.remedy.hooks import Hooks
from ctxlint.remedy.keep_policy import Wanted, shortened
from ctxlint.remedy.parameters import Parameters, require_no_method
from ctxlint.remedy.plan import Plan, Unfixable, set_elsewhere
from ctxlint.remedy.purity import is_harmless
from ctxlint.remedy.rejections import Rejections
from ctxlint.remedy.replacements import Replacements
from ctxlint.remedy.shared_names import SharedNames
from ctxlint.remedy.wrapper_functions import Helpers
from ctxlint.source import SourceFile, walk

_MAY_STAND = "a received ID may already be stored where the generated one goes"


class Rewriter:
    """Rewrites what reaches the arguments of some getter calls.

    `cleared` are the elements that become None wherever they came from, with the arguments that
    pass them; `ids` the generated IDs, and the ambient ones, that are taken away; `returned`
    what the functions return that were repaired; `named` the arguments that stay names, since the
    assignment of None cannot go.
    """

    def __init__(
        self,
        file: SourceFile,
        flow: Facts,
        keep: Keep,
        sweeper: Sweeper,
        rejections: Rejections,
        sinks: Sequence[Sink],
        named: Set[ast.expr] = frozenset(),
    ) -> None:
        self.file = file
        self.flow = flow
        self.wanted = Wanted(keep, flow)
        self.sweeper = sweeper
        self.plan = Plan(file)
        self.arguments = {
            argument.node: sink
            for sink in sinks
            for argument in sink.arguments.values()
            if not argument.unpacked
        }
        atoms = {atom for s in sinks for a in s.arguments.values() for atom in a.value}
        self.ids = set(filter(is_generated, atoms))
        self.rewritten: set[Definition] = set()
        self.helpers = Helpers(file, flow, sweeper)
        self.hooks = Hooks(file, flow, sweeper)
        self.rejections = rejections
        self.shared = SharedNames(file, flow)
        self.parameters = Parameters(flow, sweeper)
        self.sinks = sinks
        self.named = named
        self.cleared: dict[Definition, list[ast.AST]] = {}
        self.fallbacks = Fallbacks(self)
        self.calls = Calls(self)
        self.returned: set[ast.expr] = set()
        self.replacements = Replacements(file, flow)
        self.is_unsafe = False

    def repair(self, argument: Argument) -> None:
        """Make one ID argument receive what the remedy says."""
        if not any(map(self.wanted.is_unwanted, argument.value)):
            return
        self.replacements.require_none(set(filter(is_generated, argument.value)))
        if not argument.is_whole:
            raise Unfixable("a function that passes the ID to the getter would change None")
        all_goes = self.wanted.keep is Keep.NONE and any(map(is_generated, argument.value))
        if argument.unpacked:
            self.rewrite_elements(argument, all_goes=all_goes)
        elif argument.node in self.named:
            self.rewrite_reads(argument.node)
        elif all_goes or not self.wanted.is_kept(argument.value):
            self.require_harmless(argument.node)
            self.plan.replace(argument.node, "None")
        else:
            self.rewrite(argument.node)

    def rewrite(self, node: ast.expr) -> None:
        """Take the unwanted origins out of the value of an expression, and leave the others."""
        value = self.flow.value_of(node)
        if not any(map(self.wanted.is_unwanted, value)) or self.plan.is_gone(node):
            return
        if isinstance(node, ast.Call) and self.calls.is_for_framework(node):
            self.calls.rewrite_filled(node)
            return
        if not self.wanted.is_kept(value):
            self.to_none(node)
            return
        match node:
            case ast.Name() | ast.Attribute() | ast.Subscript():
                self.rewrite_reads(node)
            case ast.BoolOp(op=ast.Or(), values=parts):
                self.rewrite_or(parts)
            case ast.BoolOp(values=[*_, last]):  # of the others only what is false gets through
                self.rewrite(last)
            case ast.IfExp():
                self.rewrite_ternary(node)
            case ast.NamedExpr(value=inner) | ast.Await(value=inner):
                self.rewrite(inner)
            case ast.Call():
                self.calls.rewrite(node)
            case _:
                raise self.built_in(node)

    def rewrite_ternary(self, node: ast.IfExp) -> None:
        """Rewrite both branches; an ID that goes only since its twin is missing stays instead."""
        branches = [(node.body, node.orelse, False), (node.orelse, node.body, True)]
        for kept, other, truth in branches:
            is_twin = isinstance(kept, ast.Name) and self.rejections.is_absence(node.test, truth)
            is_kept = self.wanted.has_arrived(self.flow.value_of(kept))
            is_lost = is_kept and not missing(node.test, kept, truth, every=False)
            stays = is_twin and is_lost and not self.wanted.is_kept(self.flow.value_of(other))
            text = f"{kept.id} or None" if stays else shortened(node, truth, self.wanted)  # type: ignore[attr-defined]
            if text:
                self.take(other)
                self.plan.needed |= self.flow.uses.get(kept, set())
                self.plan.replace(node, text)
                return
        self.rewrite(node.body)
        self.rewrite(node.orelse)

    def to_none(self, node: ast.expr, text: str = "None") -> None:
        """Replace an expression that only makes an ID."""
        if not self.plan.is_gone(node):
            self.take(node)
            self.plan.replace(node, text)

    def take(self, node: ast.expr) -> None:
        """Note that the IDs of an expression are taken away, also from its other readers."""
        self.require_harmless(node)
        self.ids |= set(filter(self.wanted.is_unwanted, self.flow.value_of(node)))

    def require_harmless(self, node: ast.expr) -> None:
        """Raise Unfixable for an expression whose effect would be lost."""
        called = [f for inner in walk(node) for f in self.flow.callees.get(inner, ())]
        self.is_unsafe = self.is_unsafe or self.replacements.are_overridden(called)
        if not is_harmless(node, self.flow):
            line = self.file.span(node).start.row
            raise Unfixable(f"line {line} does more than generate an ID")

    def built_in(self, node: ast.expr) -> Unfixable:
        """The reason where an ID that may have arrived is built into another value."""
        line = self.file.span(node).start.row
        return Unfixable(f"line {line} combines a generated and a received ID into one value")

    def rewrite_or(self, parts: list[ast.expr]) -> None:
        """Rewrite alternatives; where one that was always true becomes None, the next decide."""
        values = [self.flow.value_of(part) for part in parts]
        end = next((i for i, v in enumerate(values) if v and all(map(is_generated, v))), len(parts))
        for part in parts[end + 1 :]:
            self.drop(part)  # it was never reached
        *others, last = parts[: end + 1]
        for index, part in enumerate(others):
            if not any(map(self.wanted.is_unwanted, values[index])):
                continue
            for later in parts[index + 1 : end + 1]:
                self.require_alternative(later, part)
            if self.wanted.is_kept(values[index]):
                self.rewrite(part)
            else:
                self.drop(part)
            self.end_with_none(part, last)
        before = [self.plan.replaced.get(p, "") for p in others if p not in self.plan.dropped]
        ends_with_none = "".join(before[-1:]).endswith(" or None")
        if ends_with_none and not self.wanted.is_kept(values[len(others)]):
            self.take(last)
            self.plan.drop(last)
        else:
            self.rewrite(last)

    def end_with_none(self, part: ast.expr, last: ast.expr) -> None:
        """Turn what is false in the last alternative into None, if it was never reached before."""
        if not self.wanted.is_kept(self.flow.value_of(last)):
            return
        if is_always_true(part, self.flow):
            self.plan.appended[last] = " or None"
        elif self.wanted.is_kept(self.flow.value_of(part)):
            raise self.built_in(part)

    def drop(self, part: ast.expr) -> None:
        """Take an alternative out, unless it stands for one that a condition rejects."""
        self.rejections.require_none_within(part)
        self.take(part)
        self.plan.drop(part)

    def require_alternative(self, part: ast.expr, before: ast.expr) -> None:
        """Raise Unfixable for what must not stand for the ID before: a constant, an exception."""
        value = self.flow.value_of(part)
        has_arrived = self.wanted.has_arrived(value)
        may_raise = any(isinstance(node, ast.Subscript) for node in walk(part))
        if may_raise or (self.wanted.is_kept(value) and not has_arrived):
            raise self.built_in(part)
        if has_arrived:
            self.rejections.require_none_within(before)

    def rewrite_reads(self, node: ast.expr) -> None:
        """Rewrite the definitions that a name, attribute or item reads."""
        read = self.flow.uses.get(node, set())
        carried = set[object]().union(*(self.flow.atoms[definition] for definition in read))
        unwanted = filter(self.wanted.is_unwanted, self.flow.value_of(node))
        if not isinstance(node, ast.Call) and not carried.issuperset(unwanted):
            raise self.built_in(node)  # a part of a value that is made in place
        for definition in in_order(read - self.rewritten):
            if self.wanted.carries(definition):
                self.rewrite_definition(definition)

    def rewrite_elements(self, argument: Argument, *, all_goes: bool) -> None:
        """Repair an argument that a mapping or sequence passes."""
        parent = self.file.parents[argument.node]
        nodes = [argument.node, *([parent] if isinstance(parent, ast.keyword) else [])]
        found = [d for node in nodes for d in self.flow.reads(node)]
        elements = [d for d in found if argument.value & self.flow.atoms[d]]
        carriers = [d for d in elements if self.wanted.carries(d)]
        if not carriers and not all_goes and self.calls.rewrite_constructors(found):
            return
        elsewhere = all_goes and any(d.value is None or self.flow.is_copy(d) for d in elements)
        if not carriers or elsewhere or any(isinstance(d.cell[0], ast.AST) for d in elements):
            raise set_elsewhere(argument.node, self.file)
        for holder in found if argument.is_within else ():
            self.require_plain(holder, within=holder not in elements)
        for definition in elements if all_goes else carriers:
            if all_goes and definition.value is not None:
                self.to_none(definition.value)
                self.cleared[definition] = nodes
            elif argument.is_within and self.wanted.overrides_received(definition):
                raise Unfixable(_MAY_STAND)
            else:
                self.rewrite_definition(definition)

    def require_unread(self) -> None:
        """Raise Unfixable where other code than a getter reads a received element that went."""
        targets = {definition.node for definition in self.cleared}
        for definition, handed in self.cleared.items():
            is_kept = self.wanted.is_kept(self.flow.atoms[definition])
            for load in self.sweeper.loads[definition] if is_kept else ():
                is_argument = load in handed or not isinstance(load, ast.expr)
                if is_argument or self.plan.is_gone(load):
                    continue
                if not self.rejections.only_fills(self.file.statement_of(load), targets):
                    line = self.file.span(load).start.row  # type: ignore[arg-type]
                    raise Unfixable(f"line {line} reads the ID that would become None")

    def rewrite_definition(self, definition: Definition) -> None:
        """Take the unwanted origins out of what one definition binds."""
        expression, node = definition.value, definition.node
        if definition in self.rewritten or node is None:
            return
        if node not in self.file.parents:
            raise Unfixable("the ID comes from another file")
        self.rewritten.add(definition)
        if isinstance(node, ast.Call) and expression is None:
            self.calls.rewrite_element(node, definition)
            return
        if expression is None:
            if node not in self.flow.fillers:
                raise set_elsewhere(node, self.file)
            for filler in self.flow.fillers[node]:
                self.rewrite(filler)
            return
        if not self.hooks.fills_for_getters(node):
            self.require_plain(definition)
        self.is_unsafe = not self.shared.is_safe(definition, self.sinks) or self.is_unsafe
        if self.flow.is_copy(definition) and isinstance(node, ast.expr):
            self.rewrite_reads(node)
        elif isinstance(node, ast.arg) or node is expression:  # a default, or an element
            self.rewrite(expression)
        elif not isinstance(binder_of(node, self.file), ast.Assign | ast.AnnAssign | ast.NamedExpr):
            raise self.built_in(expression)  # a loop variable, `with` name or `+=`
        elif not any(map(self.wanted.is_unwanted, self.flow.value_of(expression))):
            self.rewrite_part(node, expression)
        elif self.wanted.is_kept(self.flow.value_of(expression)):
            self.rewrite(expression)
            if isinstance(node, ast.Name) and self.plan.replaced.get(expression) == node.id:
                self.drop_assignment(definition)
        else:
            self.rewrite_fallback(definition)

    def require_plain(self, definition: Definition, *, within: bool = False) -> None:
        """Raise Unfixable for a field of a class that may check what it, or a part of it, gets."""
        require_no_check(definition, self.flow, within=within)
        require_no_method(definition, self.flow)

    def rewrite_part(self, target: ast.AST, expression: ast.expr) -> None:
        """Rewrite the element of a container that a target takes."""
        carriers = [d for d in self.flow.reads(target) if self.wanted.carries(d)]
        if not carriers:
            raise self.built_in(expression)
        for carrier in carriers:
            self.rewrite_definition(carrier)

    def rewrite_fallback(self, definition: Definition) -> None:
        """Rewrite an assignment of an unwanted ID: None, unless something had arrived before."""
        target, before = definition.node, self.flow.previous_definitions[definition]
        assert isinstance(target, ast.expr)
        name = target.id if isinstance(target, ast.Name) else None
        binder = binder_of(target, self.file)
        guard = guard_of(binder, self.file) if isinstance(binder, ast.stmt) else None
        is_kept = self.wanted.is_kept(self.flow.value(before))
        no_op = name and guard and guard.implies(target) and not is_kept
        is_replaced = self.wanted.replaces_received(definition) or no_op
        asks_for_none = guard and guard.asks(target) is Missing.NONE
        if asks_for_none and self.hooks.fills_for_getters(target):
            self.restore(definition)
        elif not is_replaced or self.rejections.rejects(definition):
            self.put(definition, "None")
        elif name and guard and guard.asks(target):
            self.fallbacks.guards[definition] = guard
        elif guard and (guard.implies(target) or is_flagged_missing(guard, definition, self.flow)):
            self.put(definition, "None")
        elif name and guard and guard.implies_there(target):
            self.restore(definition)
        elif name and all(d.node is not None for d in before):
            self.put(definition, f"{name} or None")
        else:
            raise Unfixable(_MAY_STAND)

    def restore(self, definition: Definition) -> None:
        """Remove an assignment that puts a generated ID in the place of one that is there."""
        binder = binder_of(definition.node, self.file)  # type: ignore[arg-type]
        if not isinstance(binder, ast.Assign) or len(self.sweeper.bound(binder)) != 1:
            raise self.built_in(definition.value)  # type: ignore[arg-type]
        self.take(binder.value)
        self.drop_assignment(definition)

    def drop_assignment(self, definition: Definition) -> None:
        """Remove an assignment, so that what it replaced is read again."""
        binder = binder_of(definition.node, self.file)  # type: ignore[arg-type]
        if isinstance(binder, ast.Assign) and len(self.sweeper.bound(binder)) == 1:
            self.revive(definition)
            self.sweeper.remove(binder, self.plan)

    def put(self, definition: Definition, text: str) -> None:
        """Assign `text` instead of a generated ID, to all targets if it is unpacked."""
        expression, target = definition.value, definition.node
        assert expression is not None
        assert target is not None
        parent = self.file.parents[target]
        binder = binder_of(target, self.file)
        targets = binder.targets if isinstance(binder, ast.Assign) else [target]
        if isinstance(parent, ast.Tuple | ast.List) and expression is getattr(binder, "value", 0):
            starred = any(isinstance(element, ast.Starred) for element in parent.elts)
            if (
                text != "None"
                or starred
                or parent not in targets
                or self.sweeper.is_needed(parent, self.ids)
            ):
                raise self.built_in(expression)
            kept = [e for e in parent.elts if not self.sweeper.is_unread(e)]
            if kept and len(kept) < len(parent.elts) and len(targets) == 1:
                self.plan.replaced[parent] = ", ".join(map(ast.unparse, kept))
            else:
                kept = parent.elts
            text = ", ".join(["None"] * len(kept))
        if len(targets) > 1 and (
            text != "None" or self.plan.replaced.get(expression, text) != text
        ):
            raise self.built_in(expression)
        self.to_none(expression, text)
        if "or" in text:
            self.revive(definition)

    def revive(self, definition: Definition) -> None:
        """The value that a definition replaced is read again: rewrite it too."""
        guard, target = self.fallbacks.guards.get(definition), definition.node
        is_missing = isinstance(target, ast.Name) and guard is not None and guard.implies(target)
        for earlier in in_order(self.flow.previous_definitions[definition]):
            self.plan.needed.add(earlier)
            if self.wanted.gets_unwanted(earlier):
                raise Unfixable(
                    "an ID left by an earlier message may be stored where this one goes"
                )
            if not is_missing:
                self.wanted.require_no_text(earlier)
            if self.wanted.carries(earlier):
                self.rewrite_definition(earlier)
