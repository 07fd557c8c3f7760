"""The other readers of a generated ID: after the repair they read the ID of the context."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Sequence, Set

from ctxlint.finding import Applicability
from ctxlint.flow import Definition, Facts, Sink, State, is_generated
from ctxlint.flow.call import word_of
from ctxlint.flow.facts import Argument, place_of
from ctxlint.flow.values import Atom, Origin, is_id
from ctxlint.remedy.dead_code import Sweeper
from ctxlint.remedy.hooks import Hooks
from ctxlint.remedy.parameters import Parameters, ids_read_in_parts
from ctxlint.remedy.plan import Plan, Unfixable
from ctxlint.remedy.shared_names import SharedNames
from ctxlint.remedy.wrapper_functions import Helpers
from ctxlint.source import SourceFile, walk

# Methods that put something into what they are called on.
_FILLING = frozenset({"add", "append", "appendleft", "extend", "insert", "setdefault", "update"})

_ASKED = ("test", "subject", "guard")  # parts of nodes that decide what runs


class Readers:
    """Redirects the readers of generated IDs that are not getters to the returned context."""

    def __init__(self, file: SourceFile, flow: Facts, sweeper: Sweeper) -> None:
        self.file = file
        self.flow = flow
        self.parameters = Parameters(flow, sweeper)
        self.helpers = Helpers(file, flow, sweeper)
        self.hooks = Hooks(file, flow, sweeper)
        self.shared = SharedNames(file, flow)
        self.reads = self._reads()
        self.by_id: dict[Atom, list[ast.expr]] = defaultdict(list)
        for reader, ids in self.reads.items():
            for atom in ids:
                self.by_id[atom].append(reader)
        self.handed: dict[Atom, list[tuple[Sink, Argument]]] = defaultdict(list)
        for sink in flow.sinks.values():
            for argument in sink.arguments.values():
                for atom in argument.value:
                    self.handed[atom].append((sink, argument))

    def redirect(
        self, plan: Plan, ids: set[Atom], sinks: Sequence[Sink], repaired: Set[ast.expr]
    ) -> Applicability:
        """Plan a change for each reader that is left; raise Unfixable where one has no context.

        `repaired` are the results of functions whose callers hand them to getters.
        """
        applicability = Applicability.SAFE
        handed = [pair for atom in ids for pair in self.handed[atom]]
        others = [argument.node for sink, argument in handed if sink not in sinks]
        if others:  # they get an ambient ID, which they may have
            raise self._unfixable(min(others, key=place_of))
        readers = {reader for atom in ids for reader in self.by_id[atom]}
        for reader in sorted(readers, key=lambda node: (node.lineno, node.col_offset)):
            if reader not in self.file.parents:
                raise self._unfixable(reader)
            if reader in repaired or (plan.is_gone(reader) and reader not in plan.replaced):
                continue
            read = self.reads[reader]
            applicability = Applicability.UNSAFE
            names = [node for node in walk(reader) if isinstance(node, ast.Name)]
            loads = [name for name in names if self.flow.value_of(name) & read & ids]
            if not loads or any(map(self._decides, loads)):
                raise self._unfixable(reader)
            for load in loads:
                text = self._context_attribute(load, sinks)
                if text is None:
                    raise self._unfixable(load)
                plan.replace(load, text)
        return applicability

    def _reads(self) -> dict[ast.expr, set[Atom]]:
        """The IDs that expressions hand to other code than a getter, also through functions."""
        reads = {
            reader: set(ids)
            for reader, ids in self.flow.other_uses.items()
            if not self._is_for_decorated(reader) and not self.hooks.is_filling(reader)
        }
        for node, bound in self.flow.argument_bindings.items():
            for key, value in bound.items():
                if any(map(is_generated, value)) and self.parameters.are_read(key):
                    reads[node] = reads.get(node, set()) | value
                elif isinstance(key, ast.arg) and self.parameters.is_kept_whole(key):
                    reads[node] = reads.get(node, set()) | self.shared.ids_in(value)
        for node, ids in ids_read_in_parts(self.flow).items():
            reads[node] = reads.get(node, set()) | ids
        holding = self.flow.id_containers
        for definition in [d for d in self.flow.definitions.values() if d.cell[0] in holding]:
            kept = self.shared.kept_for_others(definition)
            if definition.value and (kept := kept | self.shared.put_into_known(definition)):
                reads[definition.value] = reads.get(definition.value, set()) | kept
        return reads

    def _is_for_decorated(self, reader: ast.expr) -> bool:
        """Whether a wrapper hands an expression to what it wraps: functions that are all seen."""
        parent = self.file.parents.get(reader)
        call = self.file.parents[parent] if isinstance(parent, ast.keyword) else parent
        if not isinstance(call, ast.Call) or call.func is reader:
            return False
        wrapped = {getattr(atom, "node", None) for atom in self.flow.value_of(call.func)}
        return bool(wrapped) and all(
            isinstance(node, ast.arg)
            and node in self.flow.program.decorated
            and self.helpers.decorates_only(self.file.function_of(node))
            for node in wrapped
        )

    def require_no_ambient(self, argument: Argument) -> None:
        """Raise Unfixable where code other than a getter reads an ambient ID behind an argument."""
        for key, value in self.flow.argument_bindings.get(argument.node, {}).items():
            is_ambient = not any(map(is_generated, value)) and any(map(is_id, value))
            if is_ambient and self.parameters.are_read(key):
                line = self.file.span(argument.node).start.row
                raise Unfixable(
                    f"line {line} passes an ID left by an earlier message to other code"
                )

    def _decides(self, load: ast.Name) -> bool:
        """Whether code depends on what the ID is: a test that may find none, a type of its own."""
        parent = self.file.parents[load]
        if isinstance(parent, ast.Attribute) and not hasattr(str, parent.attr):
            return True  # of a UUID: the ID of a context is a text
        if all(map(is_generated, self.flow.value_of(load))):
            return False
        node: ast.AST = load
        while not isinstance(node, ast.stmt):
            parent = self.file.parents[node]
            asked = [*getattr(parent, "ifs", ()), *(getattr(parent, name, None) for name in _ASKED)]
            if node in asked or isinstance(parent, ast.BoolOp):
                return True
            node = parent
        return False

    def _context_attribute(self, load: ast.Name, sinks: Sequence[Sink]) -> str | None:
        """`context.run_id`, where a call that passed the same value is sure to have returned."""
        state = self.flow.entries.get(self.file.statement_of(load), State())
        for sink in sinks:
            context = self._context(sink)
            if context is None or state.get(context.cell) != frozenset({context}):
                continue
            for argument in sink.arguments.values():
                uses = self.flow.uses.get(argument.node, set())
                own = all(d.scope in (None, sink.scope.node) for d in uses)
                if isinstance(argument.node, ast.Name) and own and uses == self.flow.uses[load]:
                    return f"{context.cell[1]}.{argument.name}"
        return None

    def _context(self, sink: Sink) -> Definition | None:
        """The one definition of the name to which the result of the call is bound."""
        statement = sink.statement
        if not all(map(self._returns_context, sink.through)):
            return None
        if not isinstance(statement, ast.Assign | ast.AnnAssign) or statement.value is None:
            return None
        value = statement.value.value if isinstance(statement.value, ast.Await) else statement.value
        target = statement.targets[0] if isinstance(statement, ast.Assign) else statement.target
        if value is not sink.call or not isinstance(target, ast.Name):
            return None
        found = self.flow.by_cell.get((sink.scope.node, target.id), set())
        return next(iter(found)) if len(found) == 1 else None

    def _returns_context(self, function: ast.AST) -> bool:
        """Whether a function returns nothing but what a getter gives it."""
        returned = self.flow.returned(function)
        return all(isinstance(a, Origin) and a.node in self.flow.sinks for a in returned)

    def _unfixable(self, node: ast.expr) -> Unfixable:
        """Why there is no fix where an expression reads an ID: what is done with it there."""
        file = self.flow.file_of(node)
        row = file.span(node).start.row
        line = f"line {row}" if file is self.file else f"line {row} of {file.path}"
        statement = file.statement_of(node)
        target = statement.targets[0] if isinstance(statement, ast.Assign) else None
        if isinstance(target, ast.Attribute | ast.Subscript):
            kept = ast.unparse(target)
            return Unfixable(f"{line} stores the ID in {kept}, which other code may read")
        if _is_tested(node, file):
            return Unfixable(f"{line} tests the generated ID, and would take another branch")
        call = self._call_with(node)
        word = word_of(call.func) if call else ""
        if call in self.flow.sinks and call not in self.flow.getter_calls:
            return Unfixable(f"{word}() receives the ID on {line} and does more than pass it on")
        if call and word in _FILLING and isinstance(call.func, ast.Attribute):
            holder = ast.unparse(call.func.value)
            return Unfixable(f"{line} stores the ID in {holder}, which other code may read")
        verb = "returns" if isinstance(statement, ast.Return) else "reads"
        what = f"{word}() on {line} also receives the ID" if word else f"{line} also {verb} the ID"
        return Unfixable(f"{what}, where the result of the getter is not available")

    def _call_with(self, node: ast.expr) -> ast.Call | None:
        """The call that an expression is an argument of, or is built into one of."""
        if isinstance(node, ast.Call) and word_of(node.func) in _FILLING:
            return node
        parents = self.flow.file_of(node).parents
        child: ast.AST = node
        while not isinstance(child, ast.stmt):
            parent = parents[child]
            if isinstance(parent, ast.Call) and parent.func is not child:
                is_id = any(map(is_generated, self.flow.value_of(parent)))
                if not is_id or word_of(parent.func) in _FILLING:
                    return parent
            child = parent
        return None


def _is_tested(node: ast.AST, file: SourceFile) -> bool:
    """Whether an expression is a test, or part of one."""
    while not isinstance(node, ast.stmt):
        parent = file.parents[node]
        if node is getattr(parent, "test", None):
            return True
        node = parent
    return False
