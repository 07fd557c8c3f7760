"""Methods that fill the fields of an object once it is made, such as `__post_init__`."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Set

from ctxlint.flow import Facts
from ctxlint.project.uses_elsewhere import is_named_outside
from ctxlint.remedy.constructors import FILLING_HOOKS, takes_anything
from ctxlint.remedy.dead_code import Sweeper
from ctxlint.remedy.guards import guard_of
from ctxlint.source import SourceFile, walk


class Hooks:
    """Tells which fields nothing reads but getters, so that a hook may leave them empty."""

    def __init__(self, file: SourceFile, flow: Facts, sweeper: Sweeper) -> None:
        self.file = file
        self.flow = flow
        self.sweeper = sweeper

    def fills_for_getters(self, target: ast.AST) -> bool:
        """Whether a hook assigns a field here that nothing else reads than getters and its guard.

        All objects of the class must be made and kept in local variables of this file.
        """
        if not isinstance(target, ast.Attribute):
            return False
        method = self.file.function_of(target)
        owner = self.file.parents.get(method)
        if getattr(method, "name", "") not in FILLING_HOOKS or not isinstance(owner, ast.ClassDef):
            return False
        if not takes_anything(owner, self.flow, given=True, but=FILLING_HOOKS):
            return False
        own = set(walk(self._fallback(target)))
        inside = (node for node in walk(owner) if getattr(node, "attr", "") == target.attr)
        return (
            own.issuperset(inside)
            and self._hides_itself(owner, target)
            and self._serves_getters(owner, target.attr)
        )

    def is_filling(self, reader: ast.expr) -> bool:
        """Whether an expression is what such a hook assigns, or the test that decides whether."""
        if reader not in self.file.parents:
            return False
        statement = self.file.statement_of(reader)
        statements = statement.body if isinstance(statement, ast.If) else [statement]
        return all(
            isinstance(statement, ast.Assign)
            and all(map(self.fills_for_getters, statement.targets))
            for statement in statements
        )

    def _hides_itself(self, owner: ast.ClassDef, target: ast.Attribute) -> bool:
        """Whether the methods of a class do nothing with `self` but take attributes of it."""
        word = ast.unparse(target.value)
        selves = (node for node in walk(owner) if getattr(node, "id", "") == word)
        return all(isinstance(self.file.parents[node], ast.Attribute) for node in selves)

    def _fallback(self, target: ast.Attribute) -> ast.stmt:
        """The assignment of a field, with the guard that holds nothing else."""
        statement = self.file.statement_of(target)
        guard = guard_of(statement, self.file)
        is_alone = guard and guard.statement.body == [statement] and not guard.statement.orelse
        return guard.statement if guard and is_alone else statement

    def _serves_getters(self, owner: ast.ClassDef, field: str) -> bool:
        name = owner.name
        if self._is_named_elsewhere(name):
            return False
        handed = self.flow.handed_over()
        return all(
            self._is_handed(read, owner, field, handed)
            for node in self.file.nodes(ast.Name)
            if node.id == name
            for read in self._reads(node)
        )

    def _is_named_elsewhere(self, name: str) -> bool:
        """Whether another file, or a string, may have the name of a class."""
        found = is_named_outside(name, self.file)
        return not name.startswith("_") if found is None else found

    def _reads(self, name: ast.Name) -> Iterator[ast.AST]:
        """The reads of the object that a call of a class makes; or the class, if not called."""
        call = self.file.parents[name]
        statement = self.file.parents[call]
        is_made = isinstance(call, ast.Call) and call.func is name
        match statement:
            case ast.Assign(targets=[ast.Name() as target]) if is_made:
                is_local = not isinstance(self.file.function_of(statement), ast.Module)
                yield from self.sweeper.reads_of(target) if is_local else [name]
            case _:
                yield call if is_made else name

    def _is_handed(
        self, read: ast.AST, owner: ast.ClassDef, field: str, handed: Set[ast.expr]
    ) -> bool:
        """Whether a getter gets the field of an object here, or something gets another field."""
        part = self.file.parents[read]
        if not isinstance(part, ast.Attribute) or part.value is not read:
            return False
        if part.attr == field:
            return part in handed
        return all(getattr(node, "name", "") != part.attr for node in owner.body)
