"""Functions of a file that make IDs for getter calls: who calls them, and what is left of them."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from functools import cached_property

from ctxlint.flow import Facts, Kind, Origin, is_generated
from ctxlint.flow.containers import constant_key
from ctxlint.flow.values import Atom, Attribute, is_id, is_kind, is_unseen
from ctxlint.project.scopes import FUNCTIONS, parameter_with
from ctxlint.project.textual_references import is_read_in_text
from ctxlint.project.uses_elsewhere import is_named_outside
from ctxlint.remedy.dead_code import Sweeper
from ctxlint.remedy.plan import Plan
from ctxlint.source import SourceFile, walk


class Helpers:
    """The uses of a file's own functions."""

    def __init__(self, file: SourceFile, flow: Facts, sweeper: Sweeper) -> None:
        self.file = file
        self.flow = flow
        self.sweeper = sweeper

    def serve_getters(self, function: ast.AST) -> bool:
        """Whether all that a function is for is to be called for the argument of a getter."""
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            return False
        if function not in self.file.parents or self._is_outside(function.name):
            return False
        handed = self.flow.handed_over()
        return all(self._is_for(reference, handed) for reference in self._references(function))

    def decorates_only(self, function: ast.AST) -> bool:
        """Whether all that a function is for is to decorate functions of the file."""
        if not isinstance(function, ast.FunctionDef) or not self.is_used_here(function):
            return False
        return not self._is_outside(function.name) and all(
            reference in getattr(self.file.parents[reference], "decorator_list", ())
            for reference in self._references(function)
        )

    def reason_elsewhere(self, function: ast.AST) -> str:
        """Why a call is not repaired that gets an ID, or one received, from another file."""
        name = getattr(function, "name", "a lambda")
        returned = self.flow.returned(function)
        if all(is_generated(atom) or is_kind(atom, Kind.ABSENT) for atom in returned):
            return f"other code may replace {name}() by a function that returns a received ID"
        return f"{name}() may return a received ID in another file"

    def _is_outside(self, name: str) -> bool:
        """Whether a string, or another file of the project, has a name."""
        names = self.flow.names
        is_read = is_read_in_text(name, names.module, names, self.file)
        return is_read or bool(is_named_outside(name, self.file))

    def _is_for(self, reference: ast.expr, handed: set[ast.expr]) -> bool:
        """Whether a function is called here, and nothing but getters gets the result."""
        call = self.file.parents[reference]
        if isinstance(call, ast.keyword):
            call = self.file.parents[call]
        if not isinstance(call, ast.Call):
            return False
        if reference is not call.func:
            return self._fills_for_getters(call, handed)
        parent = self.file.parents[call]
        value = parent if isinstance(parent, ast.Await) else call
        statement = self.file.parents[value]
        match statement:
            case (
                ast.Assign(targets=[ast.Name() | ast.Tuple() as target])
                | ast.AnnAssign(target=ast.Name() as target)
            ):
                names = [node for node in walk(target) if isinstance(node, ast.Name)]
                reads = [read for name in names for read in self.sweeper.reads_of(name)]
                return all(self._is_handed(read, handed) for read in reads)
        return self._is_handed(value, handed)

    def _fills_for_getters(self, call: ast.Call, handed: set[ast.expr]) -> bool:
        """Whether a framework fills in parameters by a call, which nothing but getters read."""
        if not self.flow.means(call.func, self.flow.contract.dependencies):
            return False
        reads = [
            read
            for one in self._filled(call)
            for read in (self.sweeper.reads_of(one) if isinstance(one, ast.arg) else [one])
        ]
        return all(self._is_handed(read, handed) for read in reads)

    def _filled(self, call: ast.Call) -> list[ast.AST]:
        """The parameters that a framework fills in by a call, which is a default, or annotates.

        Where the call, or a name for the annotation, stands elsewhere it is that expression.
        """
        expression, holder = self._holder(call)
        if isinstance(holder, ast.arguments):
            return [parameter_with(expression, holder)]
        annotations: list[ast.expr] = [call]
        match holder:
            case ast.Assign(targets=[ast.Name(id=name)]) if not self._is_outside(name):
                annotations = [node for node in self._named(name) if isinstance(node.ctx, ast.Load)]
        found = [(node, self._holder(node)[1]) for node in annotations]
        return [
            one if isinstance(one, ast.arg) and call in self.flow.fillers.get(one, ()) else node
            for node, one in found
        ]

    def _holder(self, node: ast.expr) -> tuple[ast.expr, ast.AST]:
        """The outermost expression around a node, and what holds that."""
        while isinstance(parent := self.file.parents[node], ast.expr):
            node = parent
        return node, parent

    def _is_handed(self, node: ast.AST, handed: set[ast.expr]) -> bool:
        """Whether a value, or the element or attribute that is read of it, is for getters alone."""
        parent = self.file.parents[node]
        is_part = isinstance(parent, ast.Attribute | ast.Subscript) and parent.value is node
        read = [node, parent] if is_part else [node]
        return any(one in handed or self._is_another(one) for one in read)

    def _is_another(self, node: ast.AST) -> bool:
        """Whether a name is read, or a part that its object has, which holds no ID of a getter."""
        match node:
            case ast.Name(ctx=ast.Load()):
                is_known = True
            case ast.Attribute(value=holder, attr=name, ctx=ast.Load()):
                is_known = self._have(holder, Attribute(name))
            case ast.Subscript(value=holder, slice=index, ctx=ast.Load()):
                is_known = self._have(holder, constant_key(index))
            case _:
                return False
        value = self.flow.value_of(node)
        are_plain = all(isinstance(atom, Origin) and not is_unseen(atom) for atom in value)
        return is_known and bool(value) and are_plain and self._gotten.isdisjoint(_sources(value))

    def _have(self, node: ast.expr, key: object) -> bool:
        """Whether all objects that an expression may be are known to have an element."""
        return all(self.flow.items(atom).get(key) for atom in self.flow.value_of(node))

    @cached_property
    def _gotten(self) -> set[object]:
        """The sources of the IDs that getters get."""
        arguments = [a for sink in self.flow.sinks.values() for a in sink.arguments.values()]
        return _sources(atom for argument in arguments for atom in argument.value)

    def is_private(self, function: ast.AST) -> bool:
        """Whether nothing outside the file can be expected to call a function."""
        around = self.file.function_of(self.file.parents[function])
        name = getattr(function, "name", "")
        is_marked = name.startswith("_") and not name.endswith("__")  # `__init__` has no callers
        return isinstance(around, FUNCTIONS) or is_marked

    def is_used_here(self, function: ast.AST) -> bool:
        """Whether nothing outside the file calls a function that serves getters.

        The other files of the project, if they are known, do not have the name of one that does.
        """
        return self.file.modules is not None or self.is_private(function)

    def uncalled(self, plan: Plan) -> list[ast.stmt]:
        """The private functions that nothing calls any more once a plan is carried out."""
        called = {
            function
            for call, functions in self.flow.callees.items()
            if plan.is_gone(call)
            for function in functions
        }
        return [
            function
            for function in called
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
            and function in self.file.parents
            and not plan.is_gone(function)
            and self.is_private(function)
            and not self._is_named(function, plan)
        ]

    def _is_named(self, function: ast.FunctionDef | ast.AsyncFunctionDef, plan: Plan) -> bool:
        """Whether something that is left names a function, also in a string."""
        own = set(walk(function))
        left = [r for r in self._references(function) if not plan.is_gone(r) and r not in own]
        return bool(left) or self._is_outside(function.name)

    def _references(self, function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.expr]:
        """The places that may mean a function: its name, or an attribute called so."""
        return [
            *self._named(function.name),
            *(node for node in self.file.nodes(ast.Attribute) if node.attr == function.name),
        ]

    def _named(self, name: str) -> list[ast.Name]:
        return [node for node in self.file.nodes(ast.Name) if node.id == name]


def _sources(atoms: Iterable[Atom]) -> set[object]:
    """The nodes that generate the IDs among some atoms, with the parts that these are."""
    return {atom.first_source for atom in atoms if isinstance(atom, Origin) and is_id(atom)}
