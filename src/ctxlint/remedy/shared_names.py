"""Names of modules and classes: other code, which is not seen, may read and set them too."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable

from ctxlint.flow import Definition, Facts, Sink, State, is_generated
from ctxlint.flow.classes import class_of_object, mro
from ctxlint.flow.values import OPEN, Atom, Container, Instance, Origin, Symbol
from ctxlint.project.uses_elsewhere import is_mentioned_elsewhere
from ctxlint.remedy.plan import Unfixable
from ctxlint.source import SourceFile, reachable

# What an object stays the same in, wherever that goes.
_PASSING = (ast.Await, ast.BoolOp, ast.IfExp, ast.NamedExpr)
_KEEPING = (ast.AnnAssign, ast.Assign, ast.Expr)


class SharedNames:
    """Tells whether what a module or class binds can be changed, and whether that is safe."""

    def __init__(self, file: SourceFile, flow: Facts) -> None:
        self.file = file
        self.flow = flow

    def is_safe(self, definition: Definition, sinks: Collection[Sink]) -> bool:
        """Whether nobody but these getter calls can see that a definition changes.

        Raises Unfixable for a global that functions read: any code may set it meanwhile.
        """
        owner, name = definition.scope, definition.cell[1]
        if isinstance(owner, ast.ClassDef):
            return self._is_private(owner.name) and all(map(self._stay, self._family(owner)))
        is_global = isinstance(owner, ast.Module) or isinstance(definition.cell[0], ast.Module)
        if not is_global:
            return True
        assert definition.node is not None
        if any(sink.scope.node is not owner for sink in sinks):
            line = self.file.span(definition.node).start.row  # type: ignore[arg-type]
            what = name if isinstance(name, str) else "a global"
            raise Unfixable(f"line {line} stores the ID in {what}, which other code may set")
        return not isinstance(name, str) or self._is_private(name)

    def kept_for_others(self, definition: Definition) -> set[Atom]:
        """The IDs that a definition puts into an object of the module that other files may see."""
        holder = definition.cell[0]
        if not isinstance(holder, Container | Instance) or definition.value is None:
            return set()
        made = self.file.parents.get(holder.node)
        if not isinstance(made, ast.Assign | ast.AnnAssign):
            return set()
        if not isinstance(self.file.parents[made], ast.Module | ast.ClassDef):
            return set()
        ids = self.ids_in(self.flow.atoms[definition])
        targets = made.targets if isinstance(made, ast.Assign) else [made.target]
        names = (target.id for target in targets if isinstance(target, ast.Name))
        return set() if not ids or all(map(self._is_private, names)) else ids

    def put_into_known(self, definition: Definition) -> set[Atom]:
        """The IDs that a definition puts into an object which other code has been given before."""
        value = definition.value
        if not isinstance(definition.cell[0], Container | Instance) or value is None:
            return set()
        if value not in self.file.parents:
            return set()
        state = self.flow.entries.get(self.file.statement_of(value)) or State()
        opened = state.get((definition.cell[0], OPEN)) or ()
        is_known = any(before.node for before in opened)
        return self.ids_in(self.flow.atoms[definition]) if is_known else set()

    def ids_in(self, value: Iterable[Atom]) -> set[Atom]:
        """The generated IDs in a value, and in what it contains."""
        holders = self.flow.id_containers
        found = reachable(value, lambda atom: self.flow.contents(atom) if atom in holders else ())
        return set(filter(is_generated, found))

    def _is_private(self, name: str) -> bool:
        """Whether the other files of the project were looked at, and none has a word."""
        return is_mentioned_elsewhere(name, self.file) is False

    def _family(self, owner: ast.ClassDef) -> list[ast.ClassDef]:
        """A class and the classes of the file that inherit from it."""
        heirs = (cls for cls in self.flow.program.bases if owner in mro(cls, self.flow))
        return list(dict.fromkeys([owner, *heirs]))

    def _stay(self, owner: ast.ClassDef) -> bool:
        """Whether all that is done with a class, and with its objects, is seen."""
        return all(
            self._is_seen(node)
            for kind in (ast.Name, ast.Attribute, ast.Call)
            for node in self.file.nodes(kind)
            if self._is_object_of(node, owner) or self._names(node, owner)
        )

    def _names(self, node: ast.expr, owner: ast.ClassDef) -> bool:
        return any(isinstance(a, Symbol) and a.node is owner for a in self.flow.value_of(node))

    def _is_object_of(self, node: ast.expr, owner: ast.ClassDef) -> bool:
        """Whether an expression may be an instance of a class: one that is made, or `self`."""
        return any(
            atom.owner is owner
            if isinstance(atom, Instance)
            else isinstance(atom, Origin) and class_of_object(atom.node, self.flow) is owner
            for atom in self.flow.value_of(node)
        )

    def _is_seen(self, node: ast.expr) -> bool:
        """Whether all that is done with an object, or class, here is seen."""
        parent = self.file.parents[node]
        while isinstance(parent, _PASSING):
            node, parent = parent, self.file.parents[parent]
        match parent:
            case ast.Attribute():
                around = self.file.parents[parent]
                is_called = isinstance(around, ast.Call) and around.func is parent
                return not is_called or bool(self.flow.callees.get(around))
            case ast.Call() | ast.keyword():
                call = parent if isinstance(parent, ast.Call) else self.file.parents[parent]
                return bool(self.flow.callees.get(call)) or (
                    isinstance(call, ast.Call) and call.func is node
                )
            case ast.Return():
                function = self.file.function_of(parent)
                return isinstance(self.file.parents.get(function), ast.ClassDef)
            case ast.ClassDef(bases=bases):
                return node in bases
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                return False  # an annotation: callers may give any
        return isinstance(parent, _KEEPING)
