"""Take out what a plan leaves without a reader: assignments, guards and imports."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Set
from itertools import chain

from ctxlint.flow import Definition, Facts
from ctxlint.flow.values import Atom
from ctxlint.project.import_guards import is_tried
from ctxlint.project.scopes import Scope
from ctxlint.project.textual_references import is_read_in_text, may_be_read_elsewhere
from ctxlint.remedy.constructors import FILLING_HOOKS
from ctxlint.remedy.guards import block_of
from ctxlint.remedy.plan import Plan
from ctxlint.remedy.purity import is_harmless, is_harmless_test
from ctxlint.source import SourceFile, walk


class Sweeper:
    """Finds the code of one file that only removed code read."""

    def __init__(self, file: SourceFile, flow: Facts) -> None:
        self.file = file
        self.flow = flow
        self.scopes = {
            load: scope
            for scope in flow.names.scopes.values()
            for loads in scope.loads.values()
            for load in loads
        }
        self.loads: dict[Definition, list[ast.AST]] = defaultdict(list)
        for node, definitions in flow.uses.items():
            for definition in definitions:
                self.loads[definition].append(node)
        self.by_node: dict[ast.AST, list[Definition]] = defaultdict(list)
        self.by_owner: dict[tuple[Scope, str], list[Definition]] = defaultdict(list)
        self.by_name: dict[tuple[Scope, str], tuple[Set[ast.AST], list[ast.AST]]] = {}
        for definition in flow.definitions.values():
            name = definition.cell[1]
            if definition.node is not None:
                self.by_node[definition.node].append(definition)
            scope = self.scope_of(definition)
            if scope and isinstance(name, str) and definition.node:
                self.by_owner[scope, name].append(definition)

    def scope_of(self, definition: Definition) -> Scope | None:
        """The scope of the variable that a definition binds; None for an element or attribute."""
        owner = definition.cell[0]
        return self.flow.names.scopes.get(owner) if isinstance(owner, ast.AST) else None

    def reads_of(self, binding: ast.AST) -> list[ast.AST]:
        """The nodes that read what is bound at a node: a target, or a parameter."""
        return [load for d in self.by_node.get(binding, ()) for load in self.loads[d]]

    def bound(self, node: ast.AST) -> list[Definition]:
        """The names that a target, or the targets in a statement, bind."""
        return [d for inner in walk(node) for d in self.by_node.get(inner, ())]

    def is_needed(self, targets: ast.Tuple | ast.List, ids: Set[Atom]) -> bool:
        """Whether one of several targets takes something else than these IDs, which is read."""
        return any(self.loads[d] and not self.flow.atoms[d] <= ids for d in self.bound(targets))

    def is_unread(self, target: ast.expr) -> bool:
        """Whether a target is a local variable that nothing reads."""
        bound = [(d, self.scope_of(d)) for d in self.by_node.get(target, ())]
        return isinstance(target, ast.Name) and all(
            owner is not None and not self.loads[d] and not self._is_shared(owner, target.id)
            for d, owner in bound
        )

    def sweep(self, plan: Plan) -> None:
        """Extend `plan` by what is dead once its changes are made."""
        names: set[tuple[Scope, str]] = set()
        while True:
            for node in plan.take_fresh():
                scope = self.scopes.get(node) if isinstance(node, ast.Name) else None
                owner = scope.owner(node.id) if scope and isinstance(node, ast.Name) else None
                if owner and isinstance(node, ast.Name):
                    names.add((owner, node.id))
            if not names:
                return
            self._sweep_name(*names.pop(), plan)

    def _sweep_name(self, owner: Scope, name: str, plan: Plan) -> None:
        for definition in self.by_owner[owner, name]:
            if plan.is_gone(definition.node):  # type: ignore[arg-type]
                continue
            if isinstance(definition.node, ast.alias):
                self._remove_alias(definition.node, owner, name, plan)
            else:
                self._remove_assignment(definition, plan)

    def _loads(self, name: str, owner: Scope, plan: Plan) -> Iterator[ast.Name]:
        """The reads of a name that are left."""
        loads = self.flow.names.loads(name, owner)
        return (load for load in loads if not plan.is_gone(load))

    def _is_read(self, definition: Definition, name: str, owner: Scope, plan: Plan) -> bool:
        """Whether a read of a name may read a definition; one in dead code may read any."""
        loads, unknown = self._reads(name, owner)
        readers = (load for load in self.loads.get(definition, ()) if load in loads)
        return definition in plan.needed or any(
            not plan.is_gone(load) for load in chain(readers, unknown)
        )

    def _reads(self, name: str, owner: Scope) -> tuple[Set[ast.AST], list[ast.AST]]:
        """The reads of a name, left or not, and those in dead code."""
        if (owner, name) not in self.by_name:
            loads: list[ast.AST] = [*self.flow.names.loads(name, owner)]
            unknown = [load for load in loads if load not in self.flow.uses]
            self.by_name[owner, name] = frozenset(loads), unknown
        return self.by_name[owner, name]

    def _remove_alias(self, alias: ast.alias, owner: Scope, name: str, plan: Plan) -> None:
        statement = self.file.parents[alias]
        assert isinstance(statement, ast.Import | ast.ImportFrom)
        is_left = any(True for _ in self._loads(name, owner, plan))
        if is_left or self._is_exported(alias, owner, name) or is_tried(statement, self.file):
            return
        plan.remove(alias)
        if all(plan.is_gone(other) for other in statement.names):
            self.remove(statement, plan)

    def _is_exported(self, alias: ast.alias, owner: Scope, name: str) -> bool:
        """Whether an import may be there for others, or for what a string says."""
        package = owner is self.flow.names.module and self.file.path.endswith("__init__.py")
        again = alias.asname == alias.name  # PEP 484
        if package or again or is_read_in_text(name, owner, self.flow.names, self.file):
            return True
        return owner is self.flow.names.module and may_be_read_elsewhere(name, self.file)

    def _remove_assignment(self, definition: Definition, plan: Plan) -> None:
        node = definition.node
        while isinstance(node, ast.expr):
            node = self.file.parents[node]
        match node:
            case ast.Assign(targets=targets):
                pass
            case ast.AnnAssign(target=target) | ast.AugAssign(target=target):
                targets = [target]
            case _:
                return
        assert isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign)
        if not all(self._is_dead(target, plan) for target in targets):
            return
        if node.value is None or is_harmless(node.value, self.flow):
            self.remove(node, plan)

    def _is_dead(self, target: ast.expr, plan: Plan) -> bool:
        """Whether all that an assignment target binds are names that nobody reads."""
        if isinstance(target, ast.Tuple | ast.List):
            return all(self._is_dead(element, plan) for element in target.elts)
        if isinstance(target, ast.Starred):
            return self._is_dead(target.value, plan)
        if not isinstance(target, ast.Name):
            return False
        bound = {d: self.scope_of(d) for d in self.by_node.get(target, [])}
        variables = {d: owner for d, owner in bound.items() if owner}  # not what `|=` puts into one
        return bool(variables) and not any(
            self._is_read(d, target.id, owner, plan) or self._is_shared(owner, target.id)
            for d, owner in variables.items()
        )

    def _is_shared(self, owner: Scope, name: str) -> bool:
        """Whether others may read a name, an inner scope binds it too, or something deletes it."""
        return (
            owner is self.flow.names.module
            or isinstance(owner.node, ast.ClassDef)
            or is_read_in_text(name, owner, self.flow.names, self.file)
            or any(
                name in scope.nonlocals and scope.owner(name) is owner
                for scope in self.flow.names.scopes.values()
            )
            or any(
                isinstance(node, ast.Name) and isinstance(node.ctx, ast.Del)
                for node in owner.bindings[name]
            )
        )

    def remove(self, statement: ast.stmt, plan: Plan) -> None:
        """Remove a statement, and the `if` or `try` around it that it leaves empty."""
        plan.remove(statement)
        parent = self.file.parents[statement]
        if not all(plan.is_gone(other) for other in block_of(statement, self.file)):
            return
        match parent:
            case ast.If(test=test, body=body, orelse=orelse):
                empty = all(plan.is_gone(other) for other in [*body, *orelse])
                if empty and is_harmless_test(test, self.flow):
                    self.remove(parent, plan)
            case ast.Try(body=body, orelse=orelse, finalbody=finalbody):
                if all(plan.is_gone(other) for other in [*body, *orelse, *finalbody]):
                    self.remove(parent, plan)
            case ast.FunctionDef(name=name) if name in FILLING_HOOKS:
                self.remove(parent, plan)
