"""The values of imported names: other modules of the project are read when a call needs them."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from ctxlint.flow.values import (
    NOTHING,
    Atom,
    Attribute,
    Container,
    Kind,
    Location,
    Origin,
    Symbol,
    Value,
    unseen,
)
from ctxlint.project.scopes import NAMED_FUNCTIONS, names_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ctxlint.contract.contract import Summary
    from ctxlint.flow.flow import Flow
    from ctxlint.flow.frame import Frame
    from ctxlint.project.scopes import Scope
    from ctxlint.source import SourceFile

    Summaries = Callable[[str], Mapping[str, Summary]]

_MAX_HOPS = 12  # re-exports followed


class Loader:
    """Which modules are read, and which should be.

    demanded: the calls, and the classes with bases, for which other modules are read;
    needed: those for which they should be, since a getter may get what comes of them;
    late: the modules whose body is not interpreted yet when a call needs them;
    deferred: those that are not looked into, by where their values seem to come from;
    given: the calls among these that are given an object, whose parts they may set;
    given_read: the parts of these objects that are read, by the nodes that do;
    is_closed: whether no module is read at all;
    summaries: those of the functions in the file at a path: None where all are looked into;
    summarised: the functions for which these stand.
    """

    def __init__(
        self,
        demanded: frozenset[ast.AST],
        summaries: Summaries | None,
        *,
        is_closed: bool = False,
    ) -> None:
        self.demanded = demanded
        self.is_closed = is_closed
        self.summaries = summaries
        self.summarised: set[ast.AST] = set()
        self.needed: set[ast.AST] = set()
        self.late: set[SourceFile] = set()
        self.deferred: dict[object, ast.AST] = {}
        self.given: dict[Atom, set[ast.Call]] = {}
        self.given_read: dict[ast.AST, set[Location]] = {}

    def note_given(self, call: ast.Call, value: Value) -> None:
        """Note the objects that a call is given which is not looked into, if it may be."""
        for atom in value if call in self.deferred else ():
            if not isinstance(atom, Symbol):
                self.given.setdefault(atom, set()).add(call)

    def note_read(self, atom: Atom, key: object, node: ast.AST) -> None:
        """Note that a node reads a part of an object which such a call may have set."""
        if atom in self.given:
            self.given_read.setdefault(node, set()).add((atom, key))

    def defer_with(self, value: Value, node: ast.AST) -> None:
        """Defer what is made of a value by `node` until that is looked into."""
        for made_by in (getattr(atom, "node", None) for atom in value):
            if made_by in self.deferred:
                self.deferred[node] = self.deferred[made_by]


def resolve_imports(value: Value, scope: Scope, flow: Flow) -> Value:
    """A value read in a scope; its symbols have the definition that they lead to in the project."""
    if flow.modules is None:
        return value
    result: set[Atom] = set()
    bare: set[Atom] = set()  # a name that `import *` binds is not a builtin
    for atom in value:
        found = NOTHING
        if isinstance(atom, Symbol) and atom.node is None and "." in atom.path:
            found = _resolved(atom.path, scope, flow, _MAX_HOPS)
            result |= _named(found, atom.path)
        if not found:
            result.add(atom)
        elif isinstance(atom, Symbol):
            bare.add(Symbol(atom.word))
    return frozenset(result - bare)


def request_modules(value: Value, flow: Flow, read: ast.expr | None = None) -> None:
    """Note what has to be looked into in other modules, since a getter gets what comes of it.

    That is the value of `read`.
    """
    if flow.modules is None or not flow.loader.deferred:
        return
    pending: list[Atom] = list(value)
    seen: set[Atom] = set()
    while pending:
        atom = pending.pop()
        if atom in seen:
            continue
        seen.add(atom)
        if isinstance(atom, Origin) and atom.kind not in (Kind.RECEIVED, Kind.OWN):
            continue
        node = getattr(atom, "node", None)
        if node in flow.loader.deferred:
            flow.loader.needed.add(flow.loader.deferred[node])
        if isinstance(atom, Container):
            pending += flow.contents(atom)
        if not isinstance(atom, Origin):
            continue
        if isinstance(node, tuple):
            pending.append(node[0])
        elif isinstance(node, ast.Call):
            pending += flow.value_of(node.func) | flow.value(flow.uses.get(node, ()))
        pending += flow.made_of(atom)
    if flow.loader.given:
        from ctxlint.flow.fillings import request_fillings  # noqa: PLC0415 - few files need it

        request_fillings(seen, read, flow)


def is_returned(call: ast.Call, frame: Frame) -> bool:
    """Whether a function of another module returns what it calls: it was asked for."""
    if not isinstance(frame.statement, ast.Return):
        return False
    if frame.flow.file_of_scope(frame.scope) is frame.flow.main:
        return False
    value = frame.statement.value
    return call is (value.value if isinstance(value, ast.Await) else value)


def leads(node: object, flow: Flow) -> bool:
    """Whether a function or class may lead to a getter, as far as is known of its file."""
    if not isinstance(node, (*NAMED_FUNCTIONS, ast.ClassDef)):
        return True
    file = flow.file_of(node)
    return file is flow.main or flow.contract.leads(node.name, file.location)


def is_foreign(atom: Atom, flow: Flow) -> bool:
    """Whether an atom is a name from another module of the project, not looked into."""
    return may_resolve(atom, flow.names.module, flow)


def may_resolve(atom: Atom, scope: Scope, flow: Flow) -> bool:
    """Whether an atom is a name, read in a scope, that another module of the project may define."""
    if not isinstance(atom, Symbol) or atom.node is not None or flow.modules is None:
        return False
    package, dot, _ = atom.path.partition(".")
    return bool(dot) and flow.modules.knows(package, flow.file_of_scope(scope).location)


def _named(found: Value, path: str) -> Value:
    """Atoms under the path by which they are known where they are read.

    What the project does not define is known by its own path as well.
    """
    outside = (atom for atom in found if isinstance(atom, Symbol) and atom.node is None)
    named = (atom._replace(path=path) if isinstance(atom, Symbol) else atom for atom in found)
    return frozenset({*named, *outside})


def _resolved(path: str, scope: Scope, flow: Flow, hops: int) -> Value:
    """The value of a dotted path in the modules of the project; empty if it is not there."""
    parts = path.split(".")
    modules, here = flow.modules, flow.file_of_scope(scope).location
    if modules is None or hops == 0 or not modules.knows(parts[0], here):
        return NOTHING
    for end in range(len(parts) - 1, 0, -1):
        location = modules.find(".".join(parts[:end]), here)
        source = modules.source(location) if location else None
        if source:
            return _attribute(load(source, flow), parts[end:], scope, flow, hops)
    return NOTHING


def load(source: SourceFile, flow: Flow) -> ast.Module:
    """Add a module to the flow, unless it is there; its body is interpreted at once."""
    tree = source.tree
    if source.location == flow.main.location:
        return flow.main.tree
    if tree not in flow.program.files:
        flow.add(source, names_of(source))
        flow.worklist.demand(tree)
    if tree in flow.worklist.dirty:
        flow.loader.late.add(source)
    return tree


def _attribute(module: ast.Module, names: list[str], reader: Scope, flow: Flow, hops: int) -> Value:
    """The values of dotted names in a module, through its own imports."""
    first, *rest = names
    cell = (module, first)
    flow.worklist.dependents[cell].add(reader.node)
    scope = flow.program.scopes[module]
    value = flow.value(flow.by_cell.get(cell, ()))
    if not value:
        stars = flow.program.stars.get(module, ())
        value = value.union(*(_resolved(f"{s}.{first}", scope, flow, hops - 1) for s in stars))
    followed = [
        _resolved(atom.path, scope, flow, hops - 1) or {atom}
        if isinstance(atom, Symbol) and atom.node is None
        else {atom}
        for atom in value
    ]
    value = frozenset().union(*followed)
    if module is not reader.module.node:
        value = unseen(value, module)
    for name in rest:
        value = flow.enter(flow, reader).element(value, Attribute(name), module)
    return value


def absolute(path: str, scope: Scope, flow: Flow) -> str:
    """The dotted path of an import in the project; a relative one begins with dots."""
    if not path.startswith(".") or flow.main.modules is None:
        return path
    file = flow.file_of_scope(scope)
    parts = flow.main.modules.module_name(file.location).split(".")
    name = path.lstrip(".")
    up = len(path) - len(name) - file.location.endswith("__init__.py")
    return ".".join([*parts[: len(parts) - up], name]) if up <= len(parts) else path
