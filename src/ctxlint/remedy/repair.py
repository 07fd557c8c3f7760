"""What reaches a getter after the repair, written as the shortest code with that meaning."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Sequence

from ctxlint.config import Keep
from ctxlint.finding import Applicability
from ctxlint.flow import Argument, Definition, Flow, Kind, Sink, generated, is_generated
from ctxlint.flow.values import Atom, Value, is_kind
from ctxlint.remedy.effects import is_harmless
from ctxlint.remedy.guards import Guard, Missing, always_passes, guard_of
from ctxlint.remedy.plan import Plan, Unfixable
from ctxlint.remedy.readers import Readers
from ctxlint.remedy.sweep import Sweeper
from ctxlint.source import SourceFile


class Repair:
    """Plans the repair of getter calls of one file."""

    def __init__(self, file: SourceFile, flow: Flow, keep: Keep) -> None:
        self.file = file
        self.flow = flow
        self.keep = keep
        self.sweeper = Sweeper(file, flow)
        self.readers = Readers(file, flow)
        self.loads: dict[Definition, list[ast.AST]] = defaultdict(list)
        self.by_node = {definition.node: definition for definition in flow.definitions.values()}
        for node, definitions in flow.uses.items():
            for definition in definitions:
                self.loads[definition].append(node)

    def plan(self, sinks: Sequence[Sink]) -> tuple[Plan, Applicability]:
        """The changes that repair these getter calls; raise Unfixable where there are none."""
        rewriter = _Rewriter(self, sinks)
        for sink in sinks:
            for argument in sink.arguments.values():
                rewriter.repair(argument)
        rewriter.flush()
        plan = rewriter.plan
        self.sweeper.sweep(plan)
        ids = {atom for sink in sinks for a in sink.arguments.values() for atom in a.value}
        applicability = self.readers.redirect(plan, generated(frozenset(ids)), sinks)
        self.sweeper.sweep(plan)
        return plan, applicability


class _Rewriter:
    """Rewrites what reaches the arguments of some getter calls."""

    def __init__(self, repair: Repair, sinks: Sequence[Sink]) -> None:
        self.file = repair.file
        self.flow = repair.flow
        self.keep = repair.keep
        self.loads = repair.loads
        self.sweeper = repair.sweeper
        self.by_node = repair.by_node
        self.plan = Plan(repair.file)
        self.ids = {atom for s in sinks for a in s.arguments.values() for atom in a.value}
        self.arguments = {
            argument.node: sink
            for sink in sinks
            for argument in sink.arguments.values()
            if not argument.unpacked
        }
        self.read_elsewhere = {
            node
            for reader, ids in self.flow.readers.items()
            if ids & self.ids
            for node in ast.walk(reader)
        }
        self.fallbacks: dict[Definition, Guard] = {}

    def repair(self, argument: Argument) -> None:
        """Make one ID argument receive what the remedy says."""
        value = frozenset(argument.value)
        if not any(map(self.is_unwanted, value)):
            return
        all_goes = self.keep is Keep.NONE and any(map(is_generated, value))
        if argument.unpacked:
            self.rewrite_elements(argument, all_goes=all_goes)
        elif all_goes or not self.is_kept(value):
            self.to_none(argument.node)
        else:
            self.rewrite(argument.node)

    def is_unwanted(self, atom: Atom) -> bool:
        """Whether a value with this origin must not reach the getter."""
        return is_generated(atom) or (self.keep is not Keep.ALL and is_kind(atom, Kind.AMBIENT))

    def is_kept(self, value: Iterable[Atom]) -> bool:
        """Whether something that arrived is among the origins of a value."""
        return any(not self.is_unwanted(a) and not is_kind(a, Kind.ABSENT) for a in value)

    def has_arrived(self, value: Iterable[Atom]) -> bool:
        """Whether an ID that was received is among the origins of a value: no constant is one."""
        return any(
            self.is_kept([atom]) and not isinstance(getattr(atom, "node", None), ast.Constant)
            for atom in value
        )

    def to_none(self, node: ast.expr, text: str = "None") -> None:
        """Replace an expression that only makes an ID."""
        if self.plan.is_gone(node):
            return
        if not is_harmless(node, self.flow):
            line = self.file.span(node).start.row
            raise Unfixable(f"line {line} does more than generate an ID")
        self.plan.replace(node, text)

    def rewrite_elements(self, argument: Argument, *, all_goes: bool) -> None:
        """Repair an argument that a mapping or sequence hands over."""
        parent = self.file.parents[argument.node]
        nodes = [argument.node, *([parent] if isinstance(parent, ast.keyword) else [])]
        found = [d for node in nodes for d in self.flow.uses.get(node, ()) if self.carries(d)]
        elements = [d for d in found if set(argument.value) & self.flow.atoms[d]]
        if not elements or not all(map(self.is_element, elements)):
            raise Unfixable("the ID is unpacked from a value that is not built here")
        for definition in elements:
            if all_goes and definition.value is not None and self.is_element_made(definition):
                self.to_none(definition.value)
            else:
                self.rewrite_definition(definition)

    def is_element(self, definition: Definition) -> bool:
        """Whether a definition is an element of a container, and not a name."""
        return not isinstance(definition.cell[0], ast.AST)

    def is_element_made(self, definition: Definition) -> bool:
        """Whether a definition is an element written in a display, and not copied into it."""
        value = self.flow.values.get(definition.value, set()) if definition.value else set()
        return definition.node is definition.value and any(map(self.is_unwanted, value))

    def carries(self, definition: Definition) -> bool:
        """Whether a definition may hold what must not reach the getter."""
        return any(map(self.is_unwanted, self.flow.atoms[definition]))

    def rewrite(self, node: ast.expr) -> None:
        """Take the unwanted origins out of the value of an expression, and leave the others."""
        value: Value = frozenset(self.flow.values[node])
        if not any(map(self.is_unwanted, value)) or self.plan.is_gone(node):
            return
        if not self.is_kept(value):
            self.to_none(node)
            return
        match node:
            case ast.Name() | ast.Attribute() | ast.Subscript():
                self.rewrite_definitions(node)
            case ast.BoolOp(op=ast.Or(), values=[*parts, last]):
                for part in parts:  # those that are left decide; `or None` stands for the last
                    if self.is_kept(self.flow.values[part]):
                        self.rewrite(part)
                    else:
                        self.plan.drop(part)
                self.rewrite(last)
            case ast.BoolOp(values=parts):
                self.rewrite_all(parts)
            case ast.IfExp(body=body, orelse=orelse):
                self.rewrite_all([body, orelse])
            case ast.NamedExpr(value=inner) | ast.Await(value=inner):
                self.rewrite(inner)
            case ast.Call():
                self.rewrite_call(node)
            case _:
                raise self.built_in(node)

    def rewrite_all(self, parts: Sequence[ast.expr]) -> None:
        """Rewrite the alternatives of an expression."""
        for part in parts:
            self.rewrite(part)

    def built_in(self, node: ast.expr) -> Unfixable:
        """The reason where an ID that may have arrived is built into another value."""
        line = self.file.span(node).start.row
        return Unfixable(f"line {line} makes one value of a generated and a received ID")

    def rewrite_definitions(self, node: ast.expr) -> None:
        """Rewrite the definitions that a name, attribute or item reads."""
        carriers = [d for d in self.flow.uses[node] if self.carries(d)]
        carried = {atom for d in carriers for atom in self.flow.atoms[d]}
        unwanted = filter(self.is_unwanted, self.flow.values[node])
        if not isinstance(node, ast.Call) and not carried.issuperset(unwanted):
            raise self.built_in(node)  # a part of a value that is made in place
        for definition in carriers:
            self.rewrite_definition(definition)

    def rewrite_call(self, node: ast.Call) -> None:
        """Rewrite the default of `d.get(k, default)` or `getattr`, or what `cast`, `str` takes."""
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        default = node.args[-1] if len(node.args) > 1 and not node.keywords else None
        if len(node.args) == 1 and isinstance(node.func, ast.Name) and not node.keywords:
            self.rewrite_conversion(node, node.args[0])
            return
        if default is None or name not in ("get", "pop", "getattr", "cast"):
            raise self.built_in(node)
        self.rewrite_definitions(node)
        if name == "get" and not self.is_kept(self.flow.values[default]):
            self.plan.drop(default)
        else:
            self.rewrite(default)

    def rewrite_conversion(self, node: ast.Call, inner: ast.expr) -> None:
        """Rewrite `str(x or generate())` to `str(x) if x else None`, and `str(x)` likewise."""
        parent = self.file.parents[node]
        if not isinstance(parent, ast.keyword | ast.Call | ast.Assign | ast.AnnAssign):
            raise self.built_in(node)  # a conditional would need parentheses
        match inner:
            case ast.Name(id=name):
                self.rewrite(inner)
                self.plan.appended[node] = f" if {name} is not None else None"
            case ast.BoolOp(op=ast.Or(), values=[first, last]) if (
                is_harmless(first, self.flow)
                and not any(map(self.is_unwanted, self.flow.values[first]))
                and not self.is_kept(self.flow.values[last])
            ):
                self.plan.drop(last)
                text = self.file.segment(self.file.span(first))
                self.plan.appended[node] = f" if {text} else None"
            case _:
                raise self.built_in(node)

    def rewrite_definition(self, definition: Definition) -> None:
        """Take the unwanted origins out of what one definition binds."""
        if definition in self.fallbacks or definition.node is None:
            return
        expression, node = definition.value, definition.node
        if expression is None:
            raise Unfixable("the ID comes out of a value that is not built here")
        if isinstance(node, ast.arg) or self.is_element_made(definition):
            self.rewrite(expression)
        elif node is expression:  # copied out of another container
            self.rewrite_definitions(expression)
        elif not self.is_plain(node):
            raise self.built_in(expression)
        elif self.is_kept(self.flow.values[expression]):
            self.rewrite(expression)
        else:
            self.rewrite_fallback(definition)

    def is_no_op(self, definition: Definition, guard: Guard | None) -> bool:
        """Whether None is there already, so that the assignment may go as well."""
        target, before = definition.node, self.flow.before[definition]
        if not (isinstance(target, ast.Name) and guard and guard.implies(target)):
            return False
        return not self.is_kept(self.flow.value(before))

    def is_plain(self, target: ast.AST) -> bool:
        """Whether a target takes a whole value: it is no loop variable, `with` name or `+=`."""
        return isinstance(self.binder(target), ast.Assign | ast.AnnAssign | ast.NamedExpr)

    def binder(self, target: ast.AST) -> ast.AST:
        """The statement or walrus that binds a target."""
        node = self.file.parents[target]
        while isinstance(node, ast.Tuple | ast.List | ast.Starred):
            node = self.file.parents[node]
        return node

    def rewrite_fallback(self, definition: Definition) -> None:
        """Rewrite an assignment of an unwanted ID: None, unless something had arrived before."""
        target, before = definition.node, self.flow.before[definition]
        assert isinstance(target, ast.expr)
        name = target.id if isinstance(target, ast.Name) else None
        binder = self.binder(target)
        guard = guard_of(binder, self.file) if isinstance(binder, ast.stmt) else None
        if not self.has_arrived(self.flow.value(before)) and not self.is_no_op(definition, guard):
            self.put(definition, "None")
        elif name and guard and guard.asks(target):
            self.fallbacks[definition] = guard
        elif guard and guard.implies(target):
            self.put(definition, "None")
        elif name and all(d.node is not None for d in before):
            self.put(definition, f"{name} or None")
        else:
            raise Unfixable("an ID that arrived may already stand where the generated one is put")

    def put(self, definition: Definition, text: str) -> None:
        """Assign `text` instead of a generated ID, to all targets if it is unpacked."""
        expression, target = definition.value, definition.node
        assert expression is not None
        assert target is not None
        parent = self.file.parents[target]
        binder = self.binder(target)
        targets = binder.targets if isinstance(binder, ast.Assign) else [target]
        if isinstance(parent, ast.Tuple | ast.List) and expression is getattr(binder, "value", 0):
            starred = any(isinstance(element, ast.Starred) for element in parent.elts)
            if text != "None" or starred or parent not in targets or self.is_shared(parent):
                raise self.built_in(expression)
            text = ", ".join(["None"] * len(parent.elts))
        if len(targets) > 1 and (
            text != "None" or self.plan.replaced.get(expression, text) != text
        ):
            raise self.built_in(expression)
        if text != "None":
            self.plan.needed |= self.flow.before[definition]
        self.to_none(expression, text)

    def is_shared(self, targets: ast.Tuple | ast.List) -> bool:
        """Whether one of several targets takes an ID that something else needs."""
        found = [self.by_node[node] for node in ast.walk(targets) if node in self.by_node]
        return any(self.loads[d] and not self.flow.atoms[d] <= self.ids for d in found)

    def flush(self) -> None:
        """Remove the fallbacks whose guard asks for the name; say `or None` where it is passed."""
        for definition, guard in self.fallbacks.items():
            target = definition.node
            assert isinstance(target, ast.Name)
            binder = self.binder(target)
            if self.plan.is_gone(binder):
                continue
            names = [node for node in ast.walk(binder) if node in self.by_node]
            passed = [self.passed(self.by_node[node], guard) for node in names]
            if None in passed:
                self.put(definition, "None" if guard.implies(target) else f"{target.id} or None")
                continue
            assert isinstance(binder, ast.Assign | ast.AnnAssign)
            assert binder.value is not None
            if not is_harmless(binder.value, self.flow):
                raise self.built_in(binder.value)
            for node in names:
                self.plan.needed |= self.flow.before[self.by_node[node]]
            self.sweeper.remove(binder, self.plan)
            for argument in (node for nodes in passed for node in nodes or ()):
                self.plan.appended[argument] = " or None"

    def passed(self, definition: Definition, guard: Guard) -> list[ast.expr] | None:
        """The arguments where `or None` must stand for this fallback to go.

        None where it cannot go: something else reads it, or there is a way around its guard.
        """
        loads = [load for load in self.loads[definition] if not self.plan.is_gone(load)]
        if definition not in self.fallbacks or not isinstance(definition.node, ast.Name):
            return None if loads else []
        if guard.asks(definition.node) is Missing.NONE:
            return []
        arguments: list[ast.expr] = []
        for load in loads:
            if load in self.read_elsewhere:
                continue  # it will read the context
            found = self.arguments.get(load)  # type: ignore[call-overload]
            if found is None:
                return None
            others = self.flow.uses[load] - self.flow.before[definition] - {definition}
            if others or not always_passes(guard.statement, found.statement, self.file):
                return None
            arguments.append(load)  # type: ignore[arg-type]
        return arguments
